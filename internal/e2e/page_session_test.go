package e2e

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"huibao/internal/page/pagetest"
)

// TestPageSignIn signs in, wrongly first, and out again.
func TestPageSignIn(t *testing.T) {
	w := newWorld(t, options{})
	w.start()
	p := &adminPage{pagetest.Open(t), w, "en-US"}
	p.See(pagetest.At("en-US", "light", 1280, 900))
	p.visit("/admin/schedules?q=weekly")
	p.Wait(`document.activeElement.id === 'token'`)
	p.fine("sign-in")
	p.Expect("status of 401") // the browser mentions the refusal
	p.Do(chromedp.SendKeys(chromedp.CSS("#token"), "no token"+kb.Enter))
	p.says("[role=alert]", "not an admin token")
	p.fine("sign-in refused")
	p.signIn("#token")
	pagetest.Is(p.Tab, `location.pathname + location.search`, "/admin/schedules?q=weekly")
	p.press("Sign out")
	p.Wait(`document.querySelector('#token')`)
	p.visit("/admin/settings")
	p.Wait(`document.querySelector('#token')`)
}

// TestPageSessionEnds: what was typed is still there when somebody has signed in
// again, and the change goes through.
func TestPageSessionEnds(t *testing.T) {
	w := newWorld(t, options{})
	w.start()
	p := w.openPage(t, pagetest.At("en-US", "light", 1280, 900))
	p.place("/admin/schedules/new")
	p.fill("name", "Written before the session ende")
	p.Wait(`!document.querySelector('[aria-busy=true]')`)
	p.Expect("status of 401")
	w.change(`DELETE FROM sessions`)
	p.typeInto("d")                                                       // one key, since whatever follows may be typed into the form to sign in
	p.Wait(`document.querySelector('dialog[open] input[type=password]')`) // the preview noticed
	p.fine("session ended")
	p.Do(chromedp.SendKeys(chromedp.CSS("dialog[open] input[type=password]"), adminToken+kb.Enter))
	p.Wait(`!document.querySelector('dialog[open]')`)
	pagetest.Is(p.Tab, `document.querySelector('[data-field=name] input').value`, "Written before the session ended")
	p.Do(chromedp.Reload())
	p.Wait(`document.querySelector('[data-field=name] input')?.value === 'Written before the session ended'`)
}

// TestPageAnotherAdmin: who signs in where another admin's session ended does not
// save in their own name what the other began.
func TestPageAnotherAdmin(t *testing.T) {
	t.Parallel()
	const token = "secret-admin-token-of-bob"
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_ADMIN_TOKENS": "bob:" + token}})
	w.start()
	id := w.schedule(object{"name": "Before"})
	p := w.openPage(t, pagetest.At("en-US", "light", 1280, 900))
	p.place("/admin/schedules/" + id)
	p.fill("name", "After")
	p.Wait(`!document.querySelector('.save-bar').hidden && !document.querySelector('[aria-busy=true]')`)
	p.Expect("status of 401")
	w.change(`DELETE FROM sessions`)
	p.press(p.words("schedule.save"))
	p.Wait(`document.querySelector('dialog[open] input[type=password]')`)
	p.Do(chromedp.SendKeys(chromedp.CSS("dialog[open] input[type=password]"), token+kb.Enter))
	p.says(".form-problem", p.words("signin.another", "name", "bob"))
	p.says(".who", p.words("shell.signed_in", "name", "bob"))
	if name := w.must(http.StatusOK, http.MethodGet, "/schedules/"+id, nil)["name"]; name != "Before" {
		t.Errorf("the schedule is called %v, want what it was", name)
	}
	p.press(p.words("schedule.save"))
	w.service().await("the name to be saved", func() bool {
		return w.must(http.StatusOK, http.MethodGet, "/schedules/"+id, nil)["name"] == "After"
	})
}
