package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// typeInto types a text where the focus is.
func (p *adminPage) typeInto(text string) {
	p.T.Helper()
	p.Do(chromedp.KeyEvent(text))
}

// paste puts a text where the focus is: no key writes signs of direction.
func (p *adminPage) paste(text string) {
	p.T.Helper()
	if _, err := chromedp.Call(p.Context, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		p.T.Fatal(err)
	}
}

// TestPageSettings changes the settings, an admin's open_id wrongly first, reads
// the change in the audit log, and takes it back.
func TestPageSettings(t *testing.T) {
	inEveryLook(t, func() options { return options{environment: conversed(nil)} }, func(t *testing.T, p *adminPage) {
		w := p.world
		before := w.must(http.StatusOK, http.MethodGet, "/settings", nil)
		p.changeSettings(before)
		p.readChange()
		p.takeBack()
		if diff := cmp.Diff(before, w.must(http.StatusOK, http.MethodGet, "/settings", nil)); diff != "" {
			t.Errorf("the settings after the change was undone (-want +got):\n%s", diff)
		}
		p.refuseToTakeBack()
		if diff := cmp.Diff([]string{"admin settings.update", "admin settings.revert"}, w.audited("settings")); diff != "" {
			t.Errorf("the audit log (-want +got):\n%s", diff)
		}
	})
}

// changeSettings has weeks begin on Sunday, rankings shown in private, and the
// member decide too.
func (p *adminPage) changeSettings(before object) {
	p.T.Helper()
	w := p.world
	p.place("/admin/settings")
	p.choose("[data-field=week_start] select", "sunday")
	p.choose("[data-field=top_users] select", "private")
	p.press(p.words("settings.add_admin"))
	p.Wait(`document.activeElement?.matches('.admins li:nth-child(2) input')`)
	p.typeInto("somebody")
	p.says(".changes", p.words("settings.label.admins"))
	p.press(p.words("settings.save"))
	p.says("dialog[open]", p.words("settings.sure_posted"))
	p.says("dialog[open]", p.words("settings.sure_top.private"))
	p.fine("sure")
	p.Expect("status of 422") // the browser mentions the refusal
	p.confirm(p.words("settings.save"))
	wrong := maps.Clone(before)
	wrong["admins"] = []string{simulator.AdminID, "somebody"}
	_, refusal := w.admin(http.MethodPut, "/settings", wrong, "Accept-Language", p.language)
	if said := p.problem("admins[1]"); said == "" || said != fieldMessage(refusal, "admins") {
		p.T.Errorf("beside the admin stands %q, want what the API says: %v", said, refusal)
	}
	p.fine("no open_id")
	if diff := cmp.Diff(before, w.must(http.StatusOK, http.MethodGet, "/settings", nil)); diff != "" {
		p.T.Errorf("a refused change of the settings (-want +got):\n%s", diff)
	}

	pagetest.Eval[bool](p.Tab, `(document.activeElement.select(), true)`)
	p.typeInto(simulator.MemberID)
	p.press(p.words("settings.save"))
	p.confirm(p.words("settings.save"))
	p.says(".toast", p.words("settings.saved"))
	want := maps.Clone(before)
	want["week_start"], want["top_users"], want["admins"] = "sunday", "private", []any{simulator.AdminID, simulator.MemberID}
	if diff := cmp.Diff(want, w.must(http.StatusOK, http.MethodGet, "/settings", nil)); diff != "" {
		p.T.Errorf("the settings (-want +got):\n%s", diff)
	}
}

// changes are what the first entry of the audit log says of each field: its name,
// what it was and what it became.
func (p *adminPage) changes() [][]string {
	p.T.Helper()
	return pagetest.Eval[[][]string](p.Tab, `[...document.querySelector('.field-changes').querySelectorAll('dt')].map((name) =>
		[name, ...name.nextElementSibling.querySelectorAll('.faint, del, ins')].map((one) => one.textContent))`)
}

// readChange reads the change, field by field.
func (p *adminPage) readChange() {
	p.T.Helper()
	p.place("/admin/audit")
	p.says(".audit-what", p.words("audit.action.settings_update"))
	want := [][]string{
		{p.words("audit.field.admins"), simulator.AdminID, simulator.AdminID + ", " + simulator.MemberID},
		{p.words("audit.field.top_users"), p.words("settings.top_users.off"), p.words("settings.top_users.private")},
		{p.words("audit.field.week_start"), p.words("settings.week_start.monday"), p.words("settings.week_start.sunday")},
	}
	got := p.changes()
	for _, list := range [][][]string{want, got} {
		slices.SortFunc(list, slices.Compare)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		p.T.Errorf("the change (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"admin"}, p.Texts(".audit-who")); diff != "" {
		p.T.Errorf("who changed the settings (-want +got):\n%s", diff)
	}
}

// takeBack undoes the change.
func (p *adminPage) takeBack() {
	p.T.Helper()
	p.press(p.words("audit.undo"))
	p.says("dialog[open] del", p.words("settings.week_start.sunday"))
	p.says("dialog[open] ins", p.words("settings.week_start.monday"))
	p.fine("undo")
	p.confirm(p.words("audit.undo"))
	p.says(".toast", p.words("audit.undone"))
	p.says(".audit-what", p.words("audit.action.settings_revert"))
}

// refuseToTakeBack asks for the same once more, which others have changed since.
func (p *adminPage) refuseToTakeBack() {
	p.T.Helper()
	w := p.world
	entries, _ := w.must(http.StatusOK, http.MethodGet, "/audit", nil)["items"].([]any)
	first, _ := entries[len(entries)-1].(object)
	status, refusal := w.admin(http.MethodPost, fmt.Sprintf("/audit/%v/revert", first["id"]), nil, "Accept-Language", p.language)
	if status != http.StatusConflict {
		p.T.Fatalf("the same undone again got status %d: %v", status, refusal)
	}
	p.Wait(`document.querySelectorAll('.audit-what').length === 2`)
	p.Expect("status of 409") // the browser mentions the refusal
	p.pressIn(".listing tbody tr:last-child", p.words("audit.undo"))
	p.answer(p.words("audit.undo"))
	p.says("dialog[open] h2", p.words("audit.not_undone"))
	p.says("dialog[open]", refusal["detail"].(string))
	p.fine("not undone")
}

// hostileDay is what somebody calls a day who means harm, within what a name may
// be long.
const hostileDay = `<img src=x onerror=alert(1)>"&` + "\u202e\u2067yad"

// TestPageCalendar makes a Saturday a workday and a Wednesday a day off, and
// takes the shipped table again.
func TestPageCalendar(t *testing.T) {
	chinese := func() options {
		return options{environment: conversed(map[string]string{"HUIBAO_CALENDAR": "cn", "HUIBAO_TIMEZONE": "Asia/Shanghai"})}
	}
	inEveryLook(t, chinese, func(t *testing.T, p *adminPage) {
		w := p.world
		scheduleID := w.schedule(object{"cron": "0 9 * * *", "on": "workdays"})
		w.runsOf(t, scheduleID, "2026-03-07", "not_a_workday", "2026-03-11", "scheduled")
		before := w.must(http.StatusOK, http.MethodGet, "/calendar/2026", nil)

		p.place("/admin/calendar/2026")
		p.says(".box", p.words("calendar.same"))
		p.putDays()
		days, _ := w.must(http.StatusOK, http.MethodGet, "/calendar/2026", nil)["days"].([]any)
		for _, want := range []object{
			{"date": "2026-03-07", "workday": true, "name": "Inventory"}, {"date": "2026-03-11", "workday": false, "name": hostileDay},
		} {
			if !slices.ContainsFunc(days, func(day any) bool { return cmp.Equal(day, any(want)) }) {
				t.Errorf("the calendar lacks %v: %v", want, days)
			}
		}
		if len(days) != 27 { // 25 ship
			t.Errorf("the calendar has %d days, want 27", len(days))
		}
		w.runsOf(t, scheduleID, "2026-03-07", "make_up_day", "2026-03-11", "holiday")

		p.takeShipped()
		if diff := cmp.Diff(before, w.must(http.StatusOK, http.MethodGet, "/calendar/2026", nil)); diff != "" {
			t.Errorf("the calendar after the shipped table was taken again (-want +got):\n%s", diff)
		}
		w.runsOf(t, scheduleID, "2026-03-07", "not_a_workday", "2026-03-11", "scheduled")
		p.place("/admin/audit?object=calendar%2F2026")
		p.says(".differences", "Inventory")
		p.fine("audit")
	})
}

// runsOf checks the reasons of a schedule's runs on days: pairs of date and
// reason.
func (w *world) runsOf(t *testing.T, scheduleID string, pairs ...string) {
	t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		items, _ := w.must(http.StatusOK, http.MethodGet, "/schedules/"+scheduleID+"/runs?count=1&from="+pairs[i]+"T00:00:00%2B08:00", nil)["items"].([]any)
		if len(items) != 1 || items[0].(object)["at"] != pairs[i]+"T09:00:00+08:00" || items[0].(object)["reason"] != pairs[i+1] {
			t.Errorf("the run of %s is %v, want the reason %s", pairs[i], items, pairs[i+1])
		}
	}
}

// putDays puts in the Saturday by its button and the Wednesday by its date, and
// saves.
func (p *adminPage) putDays() {
	p.T.Helper()
	pagetest.Eval[bool](p.Tab, `document.querySelector('[data-date="2026-03-07"]').click(), true`)
	p.choose("dialog[open] [data-field=workday] select", "true")
	p.fill("name", "Inventory")
	p.confirm(p.words("calendar.put_in"))
	p.says("[role=status]", p.words("calendar.unsaved", "n", "1"))

	p.press(p.words("calendar.add"))
	p.Wait(`document.activeElement?.matches('dialog[open] [type=date]')`)
	p.press(p.words("calendar.put_in"))
	p.says("dialog[open] .entry-problem", p.words("calendar.no_date"))
	p.typeInto("03112026") // the browser is an American one
	p.Wait(`!document.querySelector('dialog[open] .wrong')`)
	p.Wait(`document.querySelector('dialog[open] [type=date]').value === '2026-03-11' && document.querySelector('dialog[open] select').value === 'false'`)
	p.Do(chromedp.Focus(chromedp.CSS("[data-field=name] input")))
	p.paste(hostileDay)
	p.fine("a day")
	p.confirm(p.words("calendar.put_in"))
	p.says("[role=status]", p.words("calendar.unsaved", "n", "2"))
	p.says(".box", p.words("calendar.differs", "n", "2"))
	if diff := cmp.Diff([]string{p.words("calendar.kind.work") + " · Inventory", p.words("calendar.kind.off") + " · " + hostileDay}, p.Texts(".box .differences ins")); diff != "" {
		p.T.Errorf("the differences to the shipped table (-want +got):\n%s", diff)
	}
	p.fine("days changed")
	p.press(p.words("calendar.save"))
	p.says("dialog[open]", p.words("calendar.sure", "year", "2026"))
	p.fine("sure")
	p.confirm(p.words("calendar.save"))
	p.says(".toast", p.words("calendar.saved"))
	p.Wait(`!document.querySelector('.unsaved-bar')`)
}

// takeShipped goes back to the shipped table and saves.
func (p *adminPage) takeShipped() {
	p.T.Helper()
	p.place("/admin/calendar/2026")
	p.press(p.words("calendar.take_shipped"))
	p.says(".box", p.words("calendar.same"))
	p.press(p.words("calendar.save"))
	p.Wait(`document.querySelectorAll('dialog[open] .differences del').length === 2`) // days that are taken away
	p.confirm(p.words("calendar.save"))
	p.says(".toast", p.words("calendar.saved"))
}
