package page_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"huibao/internal/page"
	"huibao/internal/page/pagetest"
)

// bars finds the bars of one colour on a chart's canvas: runs of columns that
// hold it, each with its height in pixels.
const bars = `((id, [r, g, b]) => {
  const canvas = document.querySelector('[data-element-id="' + id + '"] canvas');
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  const found = [];
  let run = 0;
  for (let x = 0; x <= width; x++) {
    let column = 0;
    for (let y = 0; x < width && y < height; y++) {
      const at = 4 * (y * width + x);
      if (Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) < 12 && data[at + 3] > 200) column++;
    }
    if (column > 0) run = Math.max(run, column);
    else if (run > 0) { found.push(run); run = 0; }
  }
  return found;
})(%q, %s)`

// waitDrawn waits until a chart is drawn.
func (w *world) waitDrawn(id string) {
	w.T.Helper()
	w.Wait(element(id) + ` && ` + element(id) + `.dataset.drawn === 'true'`)
}

// near reports whether two lengths in pixels are the same but for rounding.
func near(got, want int) bool { return got-want <= 2 && want-got <= 2 }

func TestCharts(t *testing.T) {
	w := withCharts(t)
	w.open(wide)
	w.postCard("charts")
	for id, least := range map[string]int{"bars": 3, "stacked": 3, "line": 1, "pie": 2, "lying": 2} {
		w.waitDrawn(id)
		if got := pagetest.Eval[int](w.Tab, `Number(`+element(id)+`.dataset.marks)`); got < least {
			t.Errorf("%s shows %d marks, want at least %d", id, got, least)
		}
	}
	heights := func() []int { return pagetest.Eval[[]int](w.Tab, fmt.Sprintf(bars, "bars", "[0x33, 0x70, 0xff]")) }
	got := heights()
	if len(got) != 3 || got[0] < 40 || !near(got[1]*2, got[0]) || !near(got[2]*4, got[0]) {
		t.Errorf("the bars of 200, 100 and 50 are %v pixels high", got)
	}
	if provisional := pagetest.Eval[[]int](w.Tab, fmt.Sprintf(bars, "stacked", "[0x94, 0xb4, 0xff]")); len(provisional) == 0 {
		t.Error("the provisional bar is not there")
	}
	pagetest.Is(w.Tab, element("bars")+`.querySelector('[role=img]').getAttribute('aria-label')`, "每日会议数：3 个数据，最小 50，最大 200")
	pagetest.Is(w.Tab, `Math.round(100 * `+element("bars")+`.clientWidth / `+element("bars")+`.clientHeight)`, 178)
	pagetest.Is(w.Tab, element("line")+`.clientHeight`, 220)

	w.Keep("light")
	w.Click("#appearance")
	w.Click("#appearance")
	w.Wait(`document.documentElement.dataset.theme === 'dark'`)
	w.waitDrawn("bars")
	w.Keep("dark")
	if dark := heights(); cmp.Diff(got, dark) != "" {
		t.Errorf("the bars are %v in the dark, %v in the light", dark, got)
	}

	w.See(pagetest.At("zh-CN", "light", 390, 844))
	w.Wait(element("bars") + `.querySelector('canvas').getBoundingClientRect().width < 380`)
	w.waitDrawn("bars")
	if narrow := heights(); len(narrow) != 3 {
		t.Errorf("a narrow card has the bars %v", narrow)
	}
}

// TestChartIsRedrawn patches a card with a chart.
func TestChartIsRedrawn(t *testing.T) {
	w := withCharts(t)
	w.open(wide)
	id := w.postCard("charts")
	w.waitDrawn("bars")
	w.patch(id, strings.Replace(card(t, "charts"), `"y": 200}`, `"y": 25}`, 1))
	w.Wait(element("bars") + `.querySelector('[role=img]').getAttribute('aria-label').endsWith('最小 25，最大 100')`)
	w.waitDrawn("bars")
	if got := pagetest.Eval[[]int](w.Tab, fmt.Sprintf(bars, "bars", "[0x33, 0x70, 0xff]")); len(got) != 3 || !near(got[0]*4, got[1]) || !near(got[0]*2, got[2]) {
		t.Errorf("the bars of 25, 100 and 50 are %v pixels high", got)
	}
	w.hasTexts(".updated", "· 已更新")
}

// without hides the chart library, as in a build without Node.js.
type without struct{ fs.FS }

// Open opens everything else.
func (w without) Open(name string) (fs.File, error) {
	if name == "vchart.js" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return w.FS.Open(name)
}

func TestWithoutChartLibrary(t *testing.T) {
	w := newWorld(t, without{page.Assets()})
	w.Expect("vchart.js") // the browser misses it
	w.open(wide)
	w.postCard("charts")
	w.Wait(`document.querySelectorAll('.chart[data-listed=true]').length === 5`)
	w.hasTexts("[data-element-id=bars] caption", "每日会议数")
	w.hasTexts("[data-element-id=bars] tbody th", "11-18", "11-19", "11-20", "11-21")
	w.hasTexts("[data-element-id=bars] .number", "200", "100", "–", "50")
	w.hasTexts("[data-element-id=bars] .chart-reason", "此程序未包含图表库，因此以表格显示。运行 make demo 可获得图表。")
	w.hasTexts("[data-element-id=pie] tbody th", "cn", "sg")
	w.hasTexts("[data-element-id=lying] tbody th", "Ada", "李雷")
	w.hasTexts("[data-element-id=lying] .number", "12", "7")
	if got := pagetest.Eval[[]float64](w.Tab, `[...document.querySelectorAll('[data-element-id=bars] .bar')].map((bar) => bar.getBoundingClientRect().width)`); got[0] < 100 || got[1] > got[0]*0.51 || got[1] < got[0]*0.49 {
		t.Errorf("the bars of 200 and 100 are %v pixels wide", got)
	}
	pagetest.Is(w.Tab, `document.querySelectorAll('[data-drawn=true]').length`, 0)
}

// TestBrokenChart draws a spec that VChart cannot.
func TestBrokenChart(t *testing.T) {
	w := withCharts(t)
	w.Expect("the chart cannot be drawn", "VChart:") // why it cannot
	w.open(wide)
	pagetest.Eval[[]string](w.Tab, fmt.Sprintf(drawn, `{schema: '2.0', body: {elements: [
		{tag: 'chart', element_id: 'odd', chart_spec: {type: 'nonsense', data: {values: [{x: 'a', y: 1}]}, xField: 'x', yField: 'y'}},
		{tag: 'chart', element_id: 'none'}, {tag: 'markdown', element_id: 'after', content: 'still here'}]}}`, ".chart"))
	w.Wait(element("odd") + `.dataset.listed === 'true'`)
	w.Wait(element("none") + `.dataset.listed === 'true'`)
	w.hasTexts("[data-element-id=odd] .chart-reason", "图表无法绘制，以表格显示。")
	w.hasTexts("[data-element-id=after]", "still here")
}

// TestTooltip points at a bar whose name would run if it were parsed.
func TestTooltip(t *testing.T) {
	w := withCharts(t)
	w.open(pagetest.At("zh-CN", "dark", 1280, 900))
	w.postCard("hostile")
	w.waitDrawn("chart")
	pagetest.Eval[bool](w.Tab, `(`+element("chart")+`.scrollIntoView({ block: 'center' }), true)`)
	middle := pagetest.Eval[[]float64](w.Tab, `(() => { const box = `+element("chart")+`.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2] })()`)
	w.Do(chromedp.MouseEvent("mouseMoved", middle[0]-5, middle[1]), chromedp.MouseEvent("mouseMoved", middle[0], middle[1]))
	w.Wait(`[...document.querySelectorAll('[class*=vchart-tooltip]')].some((one) => one.textContent.includes('<img src=x onerror=alert(1)>'))`)
	pagetest.Is(w.Tab, `document.querySelectorAll('img, [onerror]').length`, 0)
	w.Keep("tooltip")
	w.Do(chromedp.MouseEvent("mouseMoved", 5, 5))
	w.Click("[data-chat-id=oc_group]")
	w.Wait(`![...document.querySelectorAll('[class*=vchart-tooltip]')].some((one) => one.checkVisibility({ visibilityProperty: true }) && one.textContent)`)
}
