package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// pressIn clicks the button with the words inside what a selector finds.
func (p *adminPage) pressIn(selector, words string) {
	p.T.Helper()
	button := fmt.Sprintf(`[...document.querySelectorAll(%q)].flatMap((one) => [...one.querySelectorAll('button, a.button')]).find((one) => one.checkVisibility() && one.textContent.trim() === %q)`, selector, words)
	p.Wait(button)
	pagetest.Eval[bool](p.Tab, "("+button+").click(), true")
}

// confirm presses the button with the words in the dialog that asks, and waits
// until the dialog is gone.
func (p *adminPage) confirm(words string) {
	p.T.Helper()
	p.answer(words)
	p.Wait(`!document.querySelector('dialog[open]')`)
}

// problem is what stands beside a field as wrong, which is waited for; the field
// is marked and has the focus.
func (p *adminPage) problem(name string) string {
	p.T.Helper()
	field := fmt.Sprintf("[data-field=%q]", name)
	p.Wait(fmt.Sprintf(`document.querySelector(%q)?.textContent`, field+" .entry-problem"))
	p.Wait(fmt.Sprintf(`document.activeElement?.matches(%q)`, field+" [aria-invalid=true]"))
	return p.Texts(field + " .entry-problem")[0]
}

// isolated is a name as the page has it inside a sentence.
func isolated(name string) string { return "\u2068" + name + "\u2069" }

// TestPageChats decides about two chats that ask, and changes how one of them is
// answered.
func TestPageChats(t *testing.T) {
	approval := func() options {
		return options{environment: conversed(map[string]string{"HUIBAO_ACCESS": "approval"}), prepare: func(w *world) {
			w.platform.ChangeChat(simulator.ExternalID, func(chat *simulator.Chat) { chat.Name = hostile })
		}}
	}
	inEveryLook(t, approval, func(t *testing.T, p *adminPage) {
		w := p.world
		for _, chatID := range []string{simulator.GroupID, simulator.ExternalID} {
			if answer := w.answered(chatID, simulator.MemberID, "/report 7d"); figures(answer) {
				t.Errorf("%s got figures before anybody allowed it: %s", chatID, text(answer))
			}
		}
		p.decideRequests()
		p.changeChat()
	})
}

// requestOf finds what stands on the list of requests about a chat.
func requestOf(chatID string) string {
	return fmt.Sprintf(`.requests li:has(a[href="/admin/chats/%s"])`, url.PathEscape(chatID))
}

// decideRequests allows the own group and blocks the external one.
func (p *adminPage) decideRequests() {
	p.T.Helper()
	w, group := p.world, requestOf(simulator.GroupID)
	name := isolated("产品团队 Product") //nolint:gosmopolitan // the simulator's group
	p.place("/admin/chats")
	p.says("h2", p.words("chats.requests", "n", "2"))
	p.Wait(`document.querySelectorAll('.listing tbody tr').length >= 2`)
	pagetest.Is(p.Tab, `document.querySelector('.requests').compareDocumentPosition(document.querySelector('.listing')) === Node.DOCUMENT_POSITION_FOLLOWING`, true)
	pagetest.Is(p.Tab, fmt.Sprintf(`document.querySelectorAll(%q).length`, group+" .tag"), 0)

	p.pressIn(group, p.words("access.allow"))
	p.says("dialog[open]", p.words("access.allow_group", "name", name))
	p.fine("allow a group")
	p.confirm(p.words("dialog.cancel"))
	if access := w.access(simulator.GroupID); access != "pending" {
		p.T.Errorf("a decision that was not confirmed made the chat %v", access)
	}
	p.pressIn(group, p.words("access.allow"))
	p.confirm(p.words("access.allow"))
	p.says(".toast", p.words("access.allowed_now", "name", name))
	p.says("h2", p.words("chats.requests", "n", "1"))
	if answer := w.answered(simulator.GroupID, simulator.MemberID, "/report 7d"); !figures(answer) {
		p.T.Errorf("no figures after the chat was allowed: %s", text(answer))
	}

	external := requestOf(simulator.ExternalID)
	p.says(external+" .tag", p.words("state.external"))
	p.says(external, p.words("chats.outside"))
	p.pressIn(external, p.words("access.allow"))
	p.says("dialog[open]", p.words("access.outside"))
	p.fine("allow people outside")
	p.confirm(p.words("dialog.cancel"))
	p.pressIn(external, p.words("access.block"))
	p.Wait(`document.querySelector('dialog[open] .danger')`)
	p.confirm(p.words("access.block"))
	p.Wait(`!document.querySelector('.requests')`)
	p.says(".listing .tag", p.words("state.blocked"))
	p.fine("decided")
	w.silent(simulator.ExternalID)
}

// changeChat opens the allowed group and changes its language, zone and unit, the
// zone wrongly first.
func (p *adminPage) changeChat() {
	p.T.Helper()
	w, path := p.world, "/chats/"+simulator.GroupID
	scheduleID := w.schedule(object{"name": "Weekly numbers"})
	p.pressLink(".listing", "/admin"+path)
	p.Wait(`document.querySelector('h1')?.textContent.includes('Product')`)
	p.says(`.listing a[href="/admin/schedules/`+scheduleID+`"]`, "Weekly numbers")

	p.choose("[data-field=locale] select", "ja_jp")
	p.choose("[data-field=unit] select", "sg")
	p.fill("timezone", "Mars/Olympus")
	p.Expect("status of 422") // the browser mentions the refusal
	p.press(p.words("chat.save"))
	_, refusal := w.admin(http.MethodPatch, path, object{"timezone": "Mars/Olympus"}, "Accept-Language", p.language)
	if said := p.problem("timezone"); said != fieldMessage(refusal, "timezone") {
		p.T.Errorf("beside the zone stands %q, want what the API says: %v", said, refusal)
	}
	p.fine("wrong zone")
	if chat := w.must(http.StatusOK, http.MethodGet, path, nil); chat["locale"] == "ja_jp" || chat["unit"] != nil {
		p.T.Errorf("a refused change left %v", chat)
	}
	p.fill("timezone", "Asia/Tokyo")
	p.press(p.words("chat.save"))
	p.says(".toast", p.words("chat.saved"))
	pagetest.Is(p.Tab, `document.querySelector('[data-field=timezone] .entry-problem').textContent`, "")
	chat := w.must(http.StatusOK, http.MethodGet, path, nil)
	if diff := cmp.Diff([]any{"allowed", "ja_jp", "Asia/Tokyo", "sg"}, []any{chat["access"], chat["locale"], chat["timezone"], chat["unit"]}); diff != "" {
		p.T.Errorf("the chat (-want +got):\n%s", diff)
	}
	if answer := text(w.answered(simulator.GroupID, simulator.MemberID, "/report 7d")); !strings.Contains(answer, "会議") { //nolint:gosmopolitan // Japanese
		p.T.Errorf("the chat is not answered in Japanese: %s", answer)
	}
	if !slices.ContainsFunc(w.platform.Requests("report_get_daily"), func(r simulator.Request) bool { return strings.Contains(r.Query, "unit=2") }) {
		p.T.Error("the chat's unit was not asked for")
	}

	p.press(p.words("place.audit"))
	p.Wait(`document.querySelectorAll('.audit-who').length === 2`)
	if diff := cmp.Diff([]string{"admin", "admin"}, p.Texts(".audit-who")); diff != "" {
		p.T.Errorf("who changed the chat (-want +got):\n%s", diff)
	}
	p.says(".field-changes", "Asia/Tokyo")
	p.fine("audit")
	if diff := cmp.Diff([]string{"admin chat.update", "admin chat.update"}, w.audited("chat/"+simulator.GroupID)); diff != "" {
		p.T.Errorf("the audit log (-want +got):\n%s", diff)
	}
}

// pressLink follows the link to an address inside what a selector finds.
func (p *adminPage) pressLink(selector, address string) {
	p.T.Helper()
	link := fmt.Sprintf(`document.querySelector(%q)`, fmt.Sprintf("%s a[href=%q]", selector, address))
	p.Wait(link)
	pagetest.Eval[bool](p.Tab, link+".click(), true")
}

// fieldMessage is what a refusal says of a field, "" for nothing.
func fieldMessage(refusal object, name string) string {
	list, _ := refusal["errors"].([]any)
	for _, item := range list {
		if one, _ := item.(object); one["field"] == name {
			message, _ := one["message"].(string)
			return message
		}
	}
	return ""
}
