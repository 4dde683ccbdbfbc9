package page_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/page"
	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// element is how a script finds a card's element by its id.
func element(id string) string {
	return fmt.Sprintf(`document.querySelector('[data-element-id="%s"]')`, id)
}

// hasTexts compares the texts of all elements that a selector finds.
func (w *world) hasTexts(selector string, want ...string) {
	w.T.Helper()
	if diff := cmp.Diff(want, w.Texts(selector)); diff != "" {
		w.T.Errorf("%s (-want +got):\n%s", selector, diff)
	}
}

// postCard has the bot post a canned card to the private chat and waits for it.
func (w *world) postCard(name string) string {
	w.T.Helper()
	id := w.post(simulator.PrivateID, "interactive", card(w.T, name))
	w.shown(id)
	return id
}

func TestText(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	w.postCard("text")

	pagetest.Is(w.Tab, `document.querySelector('.card-header').dataset.template`, "turquoise")
	w.hasTexts(".card-title", "所有文字")
	w.hasTexts(".card-subtitle", "副标题")
	w.hasTexts(".card-header .tag", "新", "二")
	pagetest.Is(w.Tab, `document.querySelectorAll('.card-header .card-icon svg path').length > 1`, true)

	w.hasTexts("[data-element-id=inline] strong", "bold", "inside")
	w.hasTexts("[data-element-id=inline] em", "lean")
	w.hasTexts("[data-element-id=inline] del", "gone")
	w.hasTexts("[data-element-id=inline] code", "code")
	w.hasTexts("[data-element-id=inline] .tag", "tag")
	w.hasTexts("[data-element-id=inline] .mention", "@Ada Chen", "@所有人", "@Guest Müller")
	w.hasTexts("[data-element-id=inline] .number-tag", "7")
	w.hasTexts("[data-element-id=inline] a", "link", "https://example.org/x", "there")
	pagetest.Is(w.Tab, `[...document.querySelectorAll('[data-element-id=inline] a')].map((a) => a.href).join(' ')`,
		"https://example.com/a?b=c https://example.org/x https://example.net/")
	pagetest.Is(w.Tab, `[...document.querySelectorAll('[data-element-id=inline] a')].every((a) => a.rel.includes('noopener') && a.target === '_blank')`, true)
	pagetest.Is(w.Tab, element("inline")+`.textContent.includes('👌')`, true)
	pagetest.Is(w.Tab, `document.querySelector('[data-element-id=time] time').dateTime`, "2026-09-21T14:13:20.000Z")

	w.hasTexts("[data-element-id=blocks] .md-h1", "First")
	w.hasTexts("[data-element-id=blocks] .md-h3", "Third")
	pagetest.Is(w.Tab, `document.querySelectorAll('[data-element-id=blocks] > p:not(.md-heading) br').length`, 1)
	w.hasTexts("[data-element-id=blocks] > ul > li > ul > li > ul > li", "b2")
	pagetest.Is(w.Tab, `document.querySelectorAll('[data-element-id=blocks] > ul > li').length`, 3)
	pagetest.Is(w.Tab, `document.querySelector('[data-element-id=blocks] > ol').start`, 3)
	w.hasTexts("[data-element-id=blocks] blockquote p", "quotedon")
	pagetest.Is(w.Tab, `document.querySelectorAll('[data-element-id=blocks] > hr').length`, 1)
	w.hasTexts("[data-element-id=blocks] pre", "<b>as it is</b>")
	w.hasTexts("[data-element-id=blocks] tbody td:first-child", "1", "3", "5", "7", "9")
	w.Click("[data-element-id=blocks] .pager button:last-child")
	w.hasTexts("[data-element-id=blocks] tbody td:first-child", "11")

	w.hasTexts("[data-element-id=entities]", "**no** <b> <i> & [x](y) 3 * 4 * 5 a_b_c <unknown>")
	pagetest.Is(w.Tab, `getComputedStyle(`+element("entities")+`).fontSize + getComputedStyle(`+element("entities")+`).textAlign`, "12pxright")
	w.hasTexts("[data-element-id=languages]", "中文")
	w.hasTexts("[data-element-id=plain]", "**plain** <b>words</b>\nsecond line")
	w.hasTexts("[data-element-id=lark] strong", "lark")
	pagetest.Is(w.Tab, `document.querySelectorAll('[data-element-id=lark] svg').length`, 1)
	pagetest.Is(w.Tab, `getComputedStyle(`+element("line")+`).marginTop`, "4px")
	pagetest.Is(w.Tab, `document.querySelectorAll('.unknown').length`, 0)

	w.read("en_us")
	w.Wait(`document.documentElement.lang === 'en-GB'`)
	w.hasTexts(".card-title", "All the words")
	w.hasTexts("[data-element-id=languages]", "English")
	w.hasTexts(".chat-item.open .chat-preview", "Summary")
	w.hasTexts("[data-element-id=inline] .mention", "@Ada Chen", "@everyone", "@Guest Müller")
	w.read("ja_jp")
	w.Wait(`document.documentElement.lang === 'ja-JP'`)
	w.hasTexts(".card-title", "すべての文字")
	w.hasTexts("[data-element-id=inline] .mention", "@Ada Chen", "@全員", "@Guest Müller")
}

func TestLayout(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	w.postCard("layout")
	lefts := func(id string) string {
		return fmt.Sprintf(`new Set([...%s.children].map((one) => Math.round(one.getBoundingClientRect().left))).size`, element(id))
	}
	pagetest.Is(w.Tab, lefts("stretch"), 3)
	pagetest.Is(w.Tab, lefts("bisect"), 3)
	pagetest.Is(w.Tab, `Math.round(`+element("none")+`.children[0].getBoundingClientRect().width)`, 80)
	pagetest.Is(w.Tab, `(() => { const [one, , two] = [...`+element("stretch")+`.children].map((c) => c.getBoundingClientRect().width); return two > 1.8 * one - 24 })()`, true)
	pagetest.Is(w.Tab, `getComputedStyle(`+element("stretch")+`.children[0]).backgroundColor !== 'rgba(0, 0, 0, 0)'`, true)
	pagetest.Is(w.Tab, element("panel")+`.open`, false)
	w.Click("[data-element-id=panel] summary")
	pagetest.Is(w.Tab, element("panel")+`.open`, true)

	w.See(phone)
	w.Wait(lefts("stretch") + ` === 1`)
	pagetest.Is(w.Tab, lefts("bisect"), 2)
	pagetest.Is(w.Tab, `document.scrollingElement.scrollWidth <= innerWidth`, true)
}

func TestTables(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	w.postCard("tables")
	row := func(n int) string { return fmt.Sprintf("[data-element-id=rows] tbody tr:nth-child(%d) td", n) }
	w.hasTexts("[data-element-id=rows] th", "日期", "会议数", "小时", "费用")
	w.hasTexts(row(1), "2026-11-01", "1,234,567", "1,234.6", "¥5.00")
	w.hasTexts(row(2), "2026-11-02", "–", "–", "–")
	w.hasTexts(row(3), "2026-11-03", "0", "0.0", "¥1234.50")
	w.hasTexts("[data-element-id=rows] .pager-place", "1–3，共 7 行")
	pagetest.Is(w.Tab, `getComputedStyle(document.querySelector('[data-element-id=rows] td:nth-child(2)')).textAlign`, "right")

	w.Click("[data-element-id=rows] .pager button:last-child")
	w.hasTexts("[data-element-id=rows] tbody td:first-child", "2026-11-04", "2026-11-05", "2026-11-06")
	w.Click("[data-element-id=rows] .pager button:last-child")
	w.Click("[data-element-id=rows] .pager button:last-child") // there is no page after the last
	w.hasTexts("[data-element-id=rows] tbody td:first-child", "2026-11-07")
	w.hasTexts("[data-element-id=rows] .pager-place", "7–7，共 7 行")
	w.Click("[data-element-id=rows] .pager button:nth-child(2)")
	w.hasTexts("[data-element-id=rows] tbody td:first-child", "2026-11-04", "2026-11-05", "2026-11-06")

	w.hasTexts("[data-element-id=kinds] td strong", "bold")
	w.hasTexts("[data-element-id=kinds] td .tag", "red one", "two")
	w.hasTexts("[data-element-id=kinds] td .person-chip", "Ada Chen")
	pagetest.Is(w.Tab, `/^2026\/09\/2[12]$/.test(document.querySelector('[data-element-id=kinds] td:last-child').textContent)`, true)
	pagetest.Is(w.Tab, `document.querySelectorAll('[data-element-id=kinds] .pager').length`, 0)
	w.hasTexts("[data-element-id=none] td", "无数据")
}

// TestHostile posts what would run or hide if anything were parsed as markup.
func TestHostile(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	w.postCard("hostile")
	name := `<img src=x onerror=alert(1)>`
	message := w.platform.SendText(simulator.PrivateID, simulator.MemberID, name+" <script>alert(1)</script> javascript:alert(1)", simulator.TextOptions{})
	w.shown(message.MessageID)
	group := w.platform.SendText(simulator.GroupID, "ou_hostile", "hello", simulator.TextOptions{})
	w.Wait(`document.querySelector('[data-chat-id=oc_group] .chat-preview').textContent.includes('hello')`)
	w.Click("[data-chat-id=oc_group]")
	w.shown(group.MessageID)
	w.hasTexts(".message-name", `<b>Bob</b> & "Co"`)
	w.hasTexts(".chat-item.open .chat-preview", `<b>Bob</b> & "Co": hello`)
	w.Click("[data-chat-id=oc_private]")
	w.shown(message.MessageID)

	w.hasTexts(".card-title", "<script>alert(1)</script><b>Bob</b>")
	w.hasTexts("[data-element-id=div]", `<b>Bob</b> & "Co" <script>alert(1)</script>`)
	w.hasTexts("[data-element-id=rows] td", "<script>alert(1)</script>", name)
	w.hasTexts(".bubble", name+" <script>alert(1)</script> javascript:alert(1)")
	pagetest.Is(w.Tab, `document.querySelectorAll('main img, main script, main iframe, main b, main u, main i:not(.waiting i), [onerror], [onload], [onclick]').length`, 0)
	pagetest.Is(w.Tab, `[...document.querySelectorAll('main a')].every((a) => /^https?:/.test(a.href))`, true)
	pagetest.Is(w.Tab, `document.querySelector('[data-element-id=go]').href`, "http://example.com/%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
	w.hasTexts("[data-element-id=md]", `<b>Bob</b> <script>alert(1)</script> <img src=x onerror=alert(1)> <svg onload=alert(1)> click data tag f v css`)
	pagetest.Is(w.Tab, `getComputedStyle(`+element("md")+`.lastElementChild).backgroundImage`, "none")
}

// drawn has the page draw a card that no platform would take, and returns the
// texts of a selector in it.
const drawn = `(async () => {
  const { drawCard } = await import('/js/card/card.js');
  const card = drawCard(%s, { locale: 'zh_cn', nameOf: (id) => id === 'ou_x' ? 'Somebody' : null });
  document.querySelector('.messages-list').append(card);
  return [...card.querySelectorAll(%q)].map((one) => one.textContent.trim() || one.value || one.type || one.tagName);
})()`

func TestOddCards(t *testing.T) {
	w := newWorld(t, page.Assets())
	w.open(wide)
	inBody := func(elements string) string { return `{schema: '2.0', body: {elements: [` + elements + `]}}` }
	for name, test := range map[string]struct {
		card, selector string
		want           []string
	}{
		"nothing":           {`null`, ".unknown", []string{"这张卡片无法显示"}},
		"a list":            {`[]`, ".unknown", []string{"这张卡片无法显示"}},
		"card JSON 1.0":     {`{elements: []}`, ".unknown", []string{"这张卡片无法显示"}},
		"no body":           {`{schema: '2.0'}`, ".card-body > *", []string{}},
		"unknown component": {inBody(`{tag: 'hologram'}, {}, null, 7`), ".unknown", []string{"此处的“hologram”组件无法在这里显示", "此处的“?”组件无法在这里显示", "此处的“?”组件无法在这里显示", "此处的“?”组件无法在这里显示"}},
		"built-in names":    {inBody(`{tag: 'constructor'}, {tag: '__proto__'}`), ".unknown", []string{"此处的“constructor”组件无法在这里显示", "此处的“__proto__”组件无法在这里显示"}},
		"broken parts":      {inBody(`{tag: 'table', columns: 7, rows: {}}, {tag: 'column_set', columns: [null]}, {tag: 'markdown'}, {tag: 'button'}, {tag: 'div'}`), ".unknown", []string{}},
		"an image":          {inBody(`{tag: 'img', img_key: 'img_x', alt: {tag: 'plain_text', content: 'a picture'}}, {tag: 'markdown', content: '![alt](img_y)'}`), ".image, .image-gone", []string{"a picture", "alt"}},
		"persons":           {inBody(`{tag: 'person', user_id: 'ou_x'}, {tag: 'person_list', persons: [{id: 'ou_x'}, {id: 'ou_y'}]}`), ".person-chip", []string{"Somebody", "Somebody", "ou_y"}},
		"moment":            {inBody(`{tag: 'picker_datetime', name: 'a', initial_datetime: '2026-11-03 09:00'}`), "input", []string{"2026-11-03T09:00"}},
		"a box to tick":     {inBody(`{tag: 'checker', checked: true, text: {tag: 'plain_text', content: 'done'}}`), ".choice", []string{"done"}},
		"a clickable block": {inBody(`{tag: 'interactive_container', behaviors: [{type: 'open_url', default_url: 'https://example.com'}], elements: [{tag: 'markdown', content: 'in'}]}`), "[role=link]", []string{"in"}},
		"a colour of its own": {
			`{schema: '2.0', config: {style: {color: {mine: {light_mode: 'rgba(1,2,3,1)', dark_mode: '#fff'}}, text_size: {big: {default: 'heading-0', pc: 'heading-1'}}}},
			  body: {elements: [{tag: 'markdown', content: "<font color='mine'>x</font>", text_size: 'big'}]}}`, `[style*="font-size: 24px"] span[style*="light-dark"]`, []string{"x"},
		},
		"deep lists":              {inBody(`{tag: 'markdown', content: Array.from({length: 40}, (_, i) => ' '.repeat(2 * i) + '- x').join('\\n')}`), ".unknown", []string{}},
		"deep emphasis":           {inBody(`{tag: 'markdown', content: '<font color="red">'.repeat(200) + 'x' + '</font>'.repeat(200)}`), ".unknown", []string{}},
		"open emphasis":           {inBody(`{tag: 'markdown', content: '**a *b ~~c [d](e <font color=red>f'}`), ".md", []string{"**a *b ~~c [d](e <font color=red>f"}},
		"escaped":                 {inBody(`{tag: 'markdown', content: '\\*a\\* &#xhello; &#0; &#1114112;'}`), ".md", []string{"*a* &#xhello; \ufffd \ufffd"}},
		"a link in a link's text": {inBody(`{tag: 'markdown', content: '[a](https://example.com/b_(c)) [[d](https://example.com/e)](https://example.com/f)'}`), "a", []string{"a", "d", "https://example.com/f"}},
		"links in reason":         {inBody(`{tag: 'markdown', content: '[a](ftp://x/y) [b](HTTP://EXAMPLE.COM) xhttps://example.com (https://example.com/a).'}`), "a", []string{"b", "https://example.com/a"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := pagetest.Eval[[]string](w.Tab, fmt.Sprintf(drawn, test.card, test.selector))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s", diff)
			}
		})
	}
}
