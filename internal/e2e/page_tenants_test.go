package e2e

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// tenantFlow is somebody who looks after two organisations.
type tenantFlow struct {
	*adminPage
	shop *shop
	of   map[*simulator.Tenant]string // a schedule of each
}

// TestPageTenants goes from one organisation to the other: nothing of the one is
// seen or done in the other, and each address shows its own.
func TestPageTenants(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	f := &tenantFlow{shop: s, of: map[*simulator.Tenant]string{}}
	for _, tenant := range []*simulator.Tenant{s.a, s.b} {
		s.asked(tenant)
		f.of[tenant] = s.scheduled(tenant)
	}
	f.adminPage = s.openPage(t, pagetest.At("en-US", "light", 1280, 900))
	f.refuseLeaving()
	f.draftsApart()
	f.change()
	f.sendAddress()
	f.leaveDialog()
}

// at waits until the page is of a tenant and shows a text.
func (f *tenantFlow) at(tenant *simulator.Tenant, text string) {
	f.T.Helper()
	f.Wait(fmt.Sprintf(`new URLSearchParams(location.search).get('tenant_key') === %[1]q && document.querySelector('.tenant select')?.value === %[1]q`, tenant.Key()))
	f.Wait(fmt.Sprintf(`document.querySelector('main').innerText.includes(%[1]q) || [...document.querySelectorAll('main input')].some((one) => one.value === %[1]q)`, text))
}

// refuseLeaving chooses the other organisation while something is not saved, and
// stays.
func (f *tenantFlow) refuseLeaving() {
	f.T.Helper()
	a, b := f.shop.a, f.shop.b
	f.place("/admin/schedules/" + f.of[a] + "?tenant_key=" + a.Key())
	f.at(a, "Weekly of "+a.Name())
	f.fill("name", "Not saved in a")
	f.choose(".tenant select", b.Key())
	f.Wait(`document.querySelector('dialog[open]')`)
	f.fine("leaving one organisation")
	f.press(f.words("dialog.cancel"))
	f.Wait(`!document.querySelector('dialog[open]')`)
	f.at(a, "Not saved in a")
	f.press(f.words("schedule.save"))
	f.shop.service().await("the name to be saved in a", func() bool {
		return f.shop.must(http.StatusOK, http.MethodGet, in(a, "/schedules/"+f.of[a]), nil)["name"] == "Not saved in a"
	})
}

// draftsApart begins a schedule in one organisation and finds the form of the
// other empty.
func (f *tenantFlow) draftsApart() {
	f.T.Helper()
	a, b := f.shop.a, f.shop.b
	f.place("/admin/schedules/new?tenant_key=" + a.Key())
	f.fill("name", "Begun in a")
	f.choose(".tenant select", b.Key())
	f.press(f.words("leaving.yes"))
	f.at(b, f.words("place.overview"))
	f.Wait(`document.activeElement === document.querySelector('main h1')`)
	f.place("/admin/schedules/new") // b was chosen last
	f.at(b, f.words("schedule.new"))
	pagetest.Is(f.Tab, `document.querySelector('[data-field=name] input').value`, "")
	f.place("/admin/schedules/new?tenant_key=" + a.Key())
	f.at(a, "Begun in a")
}

// change renames the schedule of the other organisation, by links of the page.
func (f *tenantFlow) change() {
	f.T.Helper()
	b := f.shop.b
	f.place("/admin?tenant_key=" + b.Key())
	f.at(b, f.words("place.overview"))
	f.Click(`.places a[data-name=schedules]`)
	f.at(b, "Weekly of Blue Ltd")
	f.fine("schedules of b")
	f.Click(`tbody a[href*="` + f.of[b] + `"]`)
	f.at(b, "Weekly of Blue Ltd")
	f.fill("name", "Saved in b")
	f.press(f.words("schedule.save"))
	f.shop.service().await("the name to be saved in b", func() bool {
		return f.shop.must(http.StatusOK, http.MethodGet, in(b, "/schedules/"+f.of[b]), nil)["name"] == "Saved in b"
	})
}

// sendAddress opens the link of a row as somebody to whom it was sent, and goes
// back over the border between two organisations.
func (f *tenantFlow) sendAddress() {
	f.T.Helper()
	a, b := f.shop.a, f.shop.b
	f.place("/admin/schedules?tenant_key=" + b.Key())
	f.at(b, "Saved in b")
	link := pagetest.Eval[string](f.Tab, `document.querySelector('tbody a').getAttribute('href')`)
	pagetest.Eval[bool](f.Tab, `(localStorage.setItem('huibao.tenant', '`+a.Key()+`'), true)`)
	f.place(link)
	f.at(b, "Saved in b")
	f.place("/admin/schedules?tenant_key=" + b.Key())
	f.at(b, "Saved in b")
	f.choose(".tenant select", a.Key())
	f.at(a, f.words("place.overview"))
	pagetest.Eval[bool](f.Tab, `(history.back(), true)`)
	f.at(b, "Saved in b")
	pagetest.Eval[bool](f.Tab, `(history.forward(), true)`)
	f.at(a, f.words("place.overview"))
}

// leaveDialog goes back while a dialog is open that would post: it goes too.
func (f *tenantFlow) leaveDialog() {
	f.T.Helper()
	b := f.shop.b
	f.place("/admin/schedules?tenant_key=" + b.Key())
	f.at(b, "Saved in b")
	f.Click(`tbody a[href*="` + f.of[b] + `"]`)
	f.Wait(`document.querySelector('[data-field=name] input')`)
	f.press(f.words("schedule.run_now"))
	f.Wait(`document.querySelector('dialog[open]')`)
	f.Do(chromedp.NavigateBack())
	f.Wait(`location.pathname === '/admin/schedules' && document.querySelector('tbody') && !document.querySelector('dialog')`)
	f.Wait(`document.activeElement === document.querySelector('main h1')`)
	if found := f.shop.items(in(b, "/deliveries")); len(found) != 0 {
		f.T.Errorf("%d deliveries, want none", len(found))
	}
}
