package page_test

import (
	"fmt"
	"strings"
	"testing"

	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// contrasts lists the texts that are too faint: WCAG 2.1 asks for 4.5 to 1, 3
// to 1 for large ones. What is disabled, behind something or on a picture is left out.
const contrasts = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { r, g, b, a: a / 255 };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a), b: top.b * top.a + under.b * (1 - top.a), a: 1,
  });
  const ground = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== 'none' && one !== document.documentElement) return null;
      layers.push(rgba(style.backgroundColor));
    }
    return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
  };
  const light = ({ r, g, b }) => {
    const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility({ visibilityProperty: true }) || element.closest(':disabled, .unseen, noscript')) continue;
    const style = getComputedStyle(element);
    const under = ground(element);
    if (!under) continue;
    const text = over(rgba(style.color), under);
    const [high, low] = [light(text), light(under)].sort((one, two) => two - one);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.add(ratio.toFixed(2) + ' ' + element.className + ' ' + node.data.trim().slice(0, 30));
  }
  return [...faint];
})()`

// unnamed lists the controls that say nothing to those who cannot see them.
const unnamed = `[...document.querySelectorAll('button, a, input, select, textarea, [role=button], [role=img], [role=region]')]
  .filter((one) => one.checkVisibility())
  .filter((one) => !(one.textContent.trim() || one.getAttribute('aria-label') || one.title || (one.labels && [...one.labels].some((label) => label.textContent.trim()))))
  .map((one) => one.outerHTML.slice(0, 120))`

// outside lists what sticks out of the page to the side.
const outside = `[...document.querySelectorAll('main *')]
  .filter((one) => one.checkVisibility() && !one.closest('.table-scroll, pre, .unseen, canvas, .chart-place') && one.getBoundingClientRect().width > 0)
  .filter((one) => { const box = one.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1; })
  .map((one) => one.tagName + '.' + one.className + ' ' + Math.round(one.getBoundingClientRect().right))`

// TestLooks looks at every canned card as people may see it, with names as long
// as the platform lets them be.
func TestLooks(t *testing.T) {
	w := withCharts(t)
	long := strings.Repeat("很长的名字 long name ", 20)[:200]
	w.platform.ChangeChat(simulator.GroupID, func(chat *simulator.Chat) { chat.Name = strings.ToValidUTF8(long, "") })
	w.open(wide)
	for _, name := range []string{"text", "layout", "controls", "tables", "charts", "hostile", "conversation"} {
		w.post(simulator.GroupID, "interactive", card(t, name))
	}
	w.platform.SendText(simulator.GroupID, simulator.AdminID, strings.Repeat("宽", 300)+" "+strings.Repeat("w", 300), simulator.TextOptions{})
	for _, l := range []look{
		wide, pagetest.At("zh-CN", "dark", 1280, 900), pagetest.At("en-US", "light", 900, 900), pagetest.At("en-US", "dark", 600, 900), phone, pagetest.At("ja-JP", "dark", 390, 844), pagetest.At("zh-CN", "light", 320, 700),
	} {
		t.Run(fmt.Sprintf("%s %s %d", l.Language, l.Theme, l.Width), func(t *testing.T) {
			w.T = t
			w.open(l)
			if l.Width > 760 {
				w.Click("[data-chat-id=oc_group]")
			} else {
				w.Click(".drawer-open-button")
				w.Click("[data-chat-id=oc_group]")
			}
			w.Wait(`document.querySelectorAll('.chart[data-drawn=true]').length === 6`)
			w.Keep("end")
			for what, script := range map[string]string{"faint": contrasts, "without a name": unnamed, "outside": outside} {
				if found := pagetest.Eval[[]string](w.Tab, script); len(found) > 0 {
					t.Errorf("%s:\n%s", what, strings.Join(found, "\n"))
				}
			}
			pagetest.Is(w.Tab, `document.scrollingElement.scrollWidth <= innerWidth`, true)
			for i, top := range []int{0, 900, 1800, 2700} {
				pagetest.Eval[bool](w.Tab, fmt.Sprintf(`(document.querySelector('.messages').scrollTop = %d, true)`, top))
				w.Keep(fmt.Sprint(i))
			}
		})
	}
}
