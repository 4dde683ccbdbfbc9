package e2e

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"huibao/internal/page/pagetest"
)

// axe is the checker of accessibility, which npm brings.
var axe = filepath.Join("..", "page", "node_modules", "axe-core", "axe.min.js")

// adminPage is the admin's page of a world's service in a tab.
type adminPage struct {
	*pagetest.Tab
	world    *world
	language string // as in a look
}

// looks are how the flows are played: in two languages and two widths.
var looks = map[string]pagetest.Look{
	"zh wide":  pagetest.At("zh-CN", "light", 1280, 900),
	"en phone": pagetest.At("en-US", "dark", 390, 844),
}

// openPage opens the page of a service that runs, signed in.
func (w *world) openPage(t testing.TB, look pagetest.Look) *adminPage {
	t.Helper()
	p := &adminPage{pagetest.Open(t), w, look.Language}
	p.See(look)
	p.visit("/admin")
	p.Wait(`document.querySelector('form[action="/admin/sign-in"]')`)
	p.signIn("#token")
	return p
}

// signIn types the token into a box and waits for the page.
func (p *adminPage) signIn(box string) {
	p.T.Helper()
	p.Do(chromedp.SendKeys(chromedp.CSS(box), adminToken+kb.Enter))
	p.Wait(`document.querySelector('.places') && document.querySelector('main h1')`)
}

// visit opens an address.
func (p *adminPage) visit(path string) {
	p.T.Helper()
	p.Do(chromedp.Navigate(p.world.service().url + path))
}

// place opens a place of the page and waits for its heading.
func (p *adminPage) place(path string) {
	p.T.Helper()
	p.visit(path)
	p.Wait(`document.querySelector('main h1') && !document.querySelector('main .loading')`)
}

// says waits until a text stands somewhere in what a selector finds.
func (p *adminPage) says(selector, text string) {
	p.T.Helper()
	p.Wait(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((one) => one.textContent.includes(%q))`, selector, text))
}

// fill replaces what stands in the control of a field, as somebody types it.
func (p *adminPage) fill(name, text string) {
	p.T.Helper()
	control := fmt.Sprintf(`[data-field=%q] :is(input, textarea)`, name)
	p.Wait(fmt.Sprintf(`document.querySelector(%q)`, control))
	pagetest.Eval[bool](p.Tab, fmt.Sprintf(`(document.querySelector(%q).focus(), document.querySelector(%q).select(), true)`, control, control))
	p.Do(chromedp.SendKeys(chromedp.CSS(control), text))
}

// press clicks the button with the words, in the dialog where one is open.
func (p *adminPage) press(words string) {
	p.T.Helper()
	button := fmt.Sprintf(`[...([...document.querySelectorAll('dialog[open]')].at(-1) ?? document).querySelectorAll('button, a.button')].find((one) => one.checkVisibility() && one.textContent.trim() === %q)`, words)
	p.Wait(button)
	pagetest.Eval[bool](p.Tab, "("+button+").click(), true")
}

// fine fails the test where the page is not: what axe-core finds in one of the
// looks that the flows are played in, since each look takes its time, and what
// sticks out to the side in both. TestPagePlaces has axe-core look at every place
// in both.
func (p *adminPage) fine(where string) {
	p.T.Helper()
	if p.language == "en-US" {
		p.WantAccessible(axe, where)
	}
	if over := pagetest.Eval[float64](p.Tab, `document.scrollingElement.scrollWidth - innerWidth`); over > 0 {
		p.T.Errorf("%s is %v pixels too wide", where, over)
	}
	p.Keep(where)
}
