//nolint:gosmopolitan // what the page says is in the viewer's language
package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// choose chooses an option of a select by its value, with the arrow keys.
func (p *adminPage) choose(selector, value string) {
	p.T.Helper()
	p.Wait(fmt.Sprintf(`document.querySelector('%s option[value=%q]')`, selector, value))
	steps := pagetest.Eval[int](p.Tab, fmt.Sprintf(`((select) => (select.focus(), [...select.options].findIndex((one) => one.value === %q) - select.selectedIndex))(document.querySelector('%s'))`, value, selector))
	key := kb.ArrowDown
	if steps < 0 {
		key, steps = kb.ArrowUp, -steps
	}
	p.Do(chromedp.SendKeys(chromedp.CSS(selector), strings.Repeat(key, steps)))
	pagetest.Is(p.Tab, fmt.Sprintf(`document.querySelector('%s').value`, selector), value)
}

// answer clicks the button of the open dialog that has the words.
func (p *adminPage) answer(words string) {
	p.T.Helper()
	p.pressIn("dialog[open]", words)
}

// speak changes the page's language in its menu.
func (p *adminPage) speak(language string) {
	p.T.Helper()
	if pagetest.Eval[bool](p.Tab, `document.querySelector('[aria-controls=side]').checkVisibility()`) {
		p.Click(`[aria-controls=side]`)
		p.Wait(`document.querySelector('.side.open')`)
	}
	p.language = language
	p.choose(".side-foot select", map[string]string{"zh": "zh_cn", "en": "en_us", "ja": "ja_jp"}[language[:2]])
	p.Wait(fmt.Sprintf(`document.documentElement.lang.startsWith(%q) && document.querySelector('main h1')`, language[:2]))
}

// value waits until the control of a field holds a text.
func (p *adminPage) value(name, want string) {
	p.T.Helper()
	p.Wait(fmt.Sprintf(`document.querySelector('[data-field=%s] :is(input, textarea, select)')?.value === %q`, name, want))
}

// holidays puts a holiday and a make-up day into the calendar of the next days:
// the first weekday and the first Saturday from the day after tomorrow. It
// returns both dates.
func (w *world) holidays(zone *time.Location) (holiday, makeUp string) {
	w.Helper()
	today := time.Now().In(zone)
	years := map[string][]any{today.Format("2006"): {}, today.AddDate(0, 0, 10).Format("2006"): {}}
	for ahead := 2; holiday == "" || makeUp == ""; ahead++ {
		at := today.AddDate(0, 0, ahead)
		weekend := at.Weekday() == time.Saturday || at.Weekday() == time.Sunday
		switch {
		case !weekend && holiday == "":
			holiday = at.Format(time.DateOnly)
			years[at.Format("2006")] = append(years[at.Format("2006")], object{"date": holiday, "workday": false, "name": "Company day"})
		case at.Weekday() == time.Saturday && makeUp == "":
			makeUp = at.Format(time.DateOnly)
			years[at.Format("2006")] = append(years[at.Format("2006")], object{"date": makeUp, "workday": true, "name": "Company day"})
		}
	}
	for year, days := range years {
		w.must(http.StatusOK, http.MethodPut, "/calendar/"+year, object{"days": days})
	}
	return holiday, makeUp
}

// wantRuns checks the ten next times of a schedule for workdays at 09:30, by the
// usual week, the holiday and the make-up day.
func (p *adminPage) wantRuns(zone *time.Location, holiday, makeUp string) {
	p.T.Helper()
	p.Wait(`document.querySelectorAll('.runs li').length === 10 && !document.querySelector('.runs-place[aria-busy=true]')`)
	first, err := time.Parse(time.RFC3339, pagetest.Eval[string](p.Tab, `document.querySelector('.runs time').dateTime`))
	if now := time.Now(); err != nil || first.Before(now.Add(-time.Minute)) || first.Add(-24*time.Hour).After(now) {
		p.T.Errorf("the first time is %v, %v; want the next 09:30", first, err)
	}
	var want []string
	for day := range 10 {
		at := first.In(zone).AddDate(0, 0, day)
		reason := "scheduled"
		switch date := at.Format(time.DateOnly); {
		case date == holiday:
			reason = "holiday"
		case date == makeUp:
			reason = "make_up_day"
		case at.Weekday() == time.Saturday || at.Weekday() == time.Sunday:
			reason = "not_a_workday"
		}
		want = append(want, at.Format(time.DateOnly)+"T09:30:00+08:00 "+p.words("schedule.run."+reason))
	}
	got := pagetest.Eval[[]string](p.Tab, `[...document.querySelectorAll('.runs li')].map((one) => one.querySelector('time').dateTime + ' ' + one.querySelector('.tag').textContent)`)
	if diff := cmp.Diff(want, got); diff != "" {
		p.T.Errorf("the next times (-want +got):\n%s", diff)
	}
}

// wantCard waits until the card that is drawn says the figures of twoWeeks, which
// the API tells for the same days.
func (p *adminPage) wantCard() {
	p.T.Helper()
	w := p.world
	report := w.must(http.StatusOK, http.MethodGet, "/reports/daily?from="+w.day(7)+"&to="+w.day(1), nil)
	want := object{"meeting_count": 500.0, "meeting_duration_seconds": 300.0 * 3600, "participant_count": 1500.0}
	if diff := cmp.Diff(want, report["totals"]); diff != "" {
		p.T.Errorf("the totals of the API (-want +got):\n%s", diff)
	}
	for element, figure := range map[string]string{"meeting_count": "500", "meeting_duration": "300", "participant_count": "1,500"} {
		p.says(".card-place [data-element-id="+element+"]", figure)
	}
}

// scheduleFlow is somebody who makes a schedule and looks after it.
type scheduleFlow struct {
	*adminPage
	id     string
	zone   *time.Location // Shanghai
	period string
}

// fine looks once nothing is fetched any more: what is about to be replaced is pale.
func (f *scheduleFlow) fine(where string) {
	f.T.Helper()
	f.Wait(`!document.querySelector(':is(.card-place, .runs-place)[aria-busy=true]')`)
	f.adminPage.fine(where)
}

// TestPageSchedules plays the life of a schedule, from the empty list until it is
// deleted.
func TestPageSchedules(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"HUIBAO_CALENDAR": "cn", "HUIBAO_FEISHU_ADMINS": simulator.AdminID}
	inEveryLook(t, func() options { return options{environment: environment, prepare: (*world).twoWeeks} }, func(t *testing.T, p *adminPage) {
		p.world.acquaint()
		p.world.await("the chats to be known", func() bool { return len(p.world.items("/chats?q=Product")) == 1 })
		zone, err := time.LoadLocation("Asia/Shanghai")
		if err != nil {
			t.Fatal(err)
		}
		f := &scheduleFlow{adminPage: p, zone: zone, period: p.world.day(7) + ".." + p.world.day(1)}
		f.fillIn()
		f.mistakes()
		f.keeps()
		f.create()
		f.sendToMe()
		f.runNow()
		f.pause()
		f.changedMeanwhile()
		f.duplicate()
		f.narrow()
		f.erase()
	})
}

// fillIn makes a draft: the chat by keyboard, the time plainly.
func (f *scheduleFlow) fillIn() {
	f.T.Helper()
	holiday, makeUp := f.world.holidays(f.zone)
	f.place("/admin/schedules")
	f.says("main .empty", f.words("schedules.none"))
	f.press(f.words("schedules.new"))
	f.fill("name", "Morning digest")
	f.fill("chat_id", "product")
	f.Wait(`document.querySelectorAll('#chat-options [role=option]').length === 1 && document.querySelector('#chat-options')?.checkVisibility()`)
	f.fine("chats offered")
	pagetest.Is(f.Tab, `document.querySelector('[name=chat_id]').getAttribute('aria-activedescendant')`, "chat-option-0")
	f.Enter()
	pagetest.Is(f.Tab, `location.pathname`, "/admin/schedules/new") // the key chose, and sent no form
	f.value("chat_id", "产品团队 Product")
	f.choose("[name=frequency]", "workdays")
	f.Do(chromedp.SendKeys(chromedp.CSS("[name=time]"), "0930AM"))
	f.fill("timezone", "Asia/Shanghai")
	f.choose("[name=period_choice]", "own")
	f.fill("period", f.period)
	f.fill("title", "Meetings of the week")
	f.value("cron", "30 9 * * *")
	f.value("on", "workdays")
	f.says(".when-words", map[string]string{"zh": "每个工作日 09:30", "en": "Every workday at 09:30"}[f.language[:2]])
	f.says(".when-words", "Asia/Shanghai")
	f.wantRuns(f.zone, holiday, makeUp)
	f.says(".card-place", "Meetings of the week")
	f.wantCard()
	f.fine("draft")
}

// mistakes makes a mistake in a field and mends it: what is wrong is said beside
// the field, which keeps the focus.
func (f *scheduleFlow) mistakes() {
	f.T.Helper()
	f.Expect("status of 422")
	for name, text := range map[string][2]string{"cron": {"0 25 * * *", "30 9 * * *"}, "timezone": {"Mars/Olympus", "Asia/Shanghai"}} {
		f.fill(name, text[0])
		f.Wait(fmt.Sprintf(`document.querySelector('[data-field=%s] .entry-problem')?.textContent`, name))
		pagetest.Is(f.Tab, `document.activeElement.name`, name)
		pagetest.Is(f.Tab, `document.activeElement.getAttribute('aria-invalid')`, "true")
		pagetest.Is(f.Tab, `[...document.querySelectorAll('.entry-problem, .form-problem')].filter((one) => one.textContent).length`, 1)
		f.fine("wrong " + name)
		f.fill(name, text[1])
		f.Wait(`document.querySelectorAll('.runs li').length === 10 && !document.querySelector('.entry.wrong')`)
	}
	f.value("frequency", "workdays") // the cron text says it plainly again
}

// keeps checks that a draft survives a reload and a change of language.
func (f *scheduleFlow) keeps() {
	f.T.Helper()
	is := func() {
		f.T.Helper()
		for name, want := range map[string]string{"name": "Morning digest", "chat_id": "产品团队 Product", "cron": "30 9 * * *", "on": "workdays", "timezone": "Asia/Shanghai", "title": "Meetings of the week"} {
			f.value(name, want)
		}
		f.Wait(fmt.Sprintf(`document.querySelector('[data-field=period] input').value === %q`, f.period))
	}
	f.Do(chromedp.Reload())
	is()
	own := f.language
	f.speak("ja-JP")
	f.says("main h1", f.words("schedule.new"))
	is()
	f.fine("in Japanese")
	f.speak(own)
	is()
}

// create saves the draft and compares what the API tells of it. Its language is the
// organisation's, whatever the page speaks.
func (f *scheduleFlow) create() {
	f.T.Helper()
	f.press(f.words("schedule.create"))
	f.Wait(`document.querySelector('main h1')?.textContent === 'Morning digest'`)
	items := f.world.items("/schedules")
	if len(items) != 1 {
		f.T.Fatalf("there are %d schedules, want 1: %v", len(items), items)
	}
	want := object{
		"name": "Morning digest", "chat_id": simulator.GroupID, "cron": "30 9 * * *", "on": "workdays", "timezone": "Asia/Shanghai", "period": f.period,
		"compare": "previous", "unit": nil, "locale": "zh_cn", "title": "Meetings of the week", "note": "", "skip_if_empty": false, "enabled": true,
		"paused_until": nil, "created_by": "admin", "state": "active",
	}
	if diff := cmp.Diff(want, parts(items[0], "name", "chat_id", "cron", "on", "timezone", "period", "compare", "unit", "locale", "title", "note", "skip_if_empty", "enabled", "paused_until", "created_by", "state")); diff != "" {
		f.T.Errorf("the schedule (-want +got):\n%s", diff)
	}
	f.id, _ = items[0]["id"].(string)
	pagetest.Is(f.Tab, `location.pathname`, "/admin/schedules/"+f.id)
	f.says(".facts", "admin")
	f.place("/admin/schedules")
	f.says("tbody", "Morning digest")
	f.says("tbody", "产品团队 Product")
	f.fine("list")
	f.Click("tbody a")
	f.Wait(`document.querySelector('main h1')?.textContent === 'Morning digest'`)
}

// sendToMe sends the card to one person, whom alone it reaches.
func (f *scheduleFlow) sendToMe() {
	f.T.Helper()
	f.press(f.words("schedule.send_title"))
	f.value("send_to", simulator.AdminID)
	f.fine("send to me")
	f.answer(f.words("schedule.send"))
	f.says(".toast", f.words("schedule.sent_to", "who", simulator.AdminID))
	var reached []string
	for _, message := range f.world.platform.FromBot("") {
		if message.ParentID == "" {
			reached = append(reached, message.ChatID)
			f.world.mustSay(cardOf(message), "", "Meetings of the week", "500")
		}
	}
	if diff := cmp.Diff([]string{simulator.AdminPrivateID}, reached); diff != "" {
		f.T.Errorf("the card reached (-want +got):\n%s", diff)
	}
}

// runNow posts once, however often the button is pressed.
func (f *scheduleFlow) runNow() {
	f.T.Helper()
	f.press(f.words("schedule.run_now"))
	f.says("dialog[open]", f.words("schedule.run_many", "n", "3"))
	f.says("dialog[open] .audience", "产品团队 Product")
	f.fine("run now")
	pagetest.Eval[bool](f.Tab, `((button) => (button.click(), button.click(), true))(document.querySelector('dialog[open] .button.primary'))`)
	f.Wait(`document.querySelector('dialog[open] .notice.success a')`)
	f.world.posted(f.id)
	f.world.mustSay(cardOf(f.world.digests()[0]), "meeting_count", "500")
	f.Click("dialog[open] .notice.success a")
	f.Wait(`location.pathname.startsWith('/admin/deliveries/') && document.querySelector('main h1')?.textContent.includes('Morning digest')`)
}

// pause pauses until a date, looks at the times, and resumes.
func (f *scheduleFlow) pause() {
	f.T.Helper()
	f.place("/admin/schedules/" + f.id)
	f.press(f.words("schedule.pause"))
	f.Wait(`document.querySelector('dialog[open] [name=paused_until]')`)
	until := pagetest.Eval[string](f.Tab, `document.querySelector('dialog[open] [name=paused_until]').value`)
	f.fine("pause")
	f.answer(f.words("schedule.pause_yes"))
	f.Wait(`document.querySelector('main .notice.warning')`)
	if got := f.world.must(http.StatusOK, http.MethodGet, "/schedules/"+f.id, nil); got["paused_until"] != until || got["state"] != "paused" || got["enabled"] != true {
		f.T.Errorf("paused until %v: %v", until, got)
	}
	f.Wait(`document.querySelectorAll('.runs li').length === 10`)
	wrong := pagetest.Eval[[]string](f.Tab, fmt.Sprintf(`[...document.querySelectorAll('.runs li')].filter((one) => one.className === 'run' && one.querySelector('time').dateTime.slice(0, 10) <= %q).map((one) => one.textContent)`, until))
	if len(wrong) > 0 {
		f.T.Errorf("runs although it is paused until %s: %q", until, wrong)
	}
	f.says(".runs li", f.words("schedule.run.paused"))
	f.fine("paused")
	f.press(f.words("schedule.resume"))
	f.answer(f.words("schedule.resume"))
	f.Wait(`!document.querySelector('main .notice.warning')`)
	if got := f.world.must(http.StatusOK, http.MethodGet, "/schedules/"+f.id, nil); got["paused_until"] != nil || got["state"] != "active" {
		f.T.Errorf("resumed: %v", got)
	}
}

// changedMeanwhile edits what somebody else changes at the same time.
func (f *scheduleFlow) changedMeanwhile() {
	f.T.Helper()
	f.fill("title", "Mine")
	f.world.must(http.StatusOK, http.MethodPatch, "/schedules/"+f.id, object{"title": "Theirs", "note": "A note of theirs"})
	f.press(f.words("schedule.save"))
	f.says("dialog[open] .changes", f.words("schedule.label.note"))
	f.says("dialog[open] .changes", "A note of theirs")
	f.says("dialog[open] .changes", "Theirs")
	f.says("dialog[open] .changes", f.words("meanwhile.mine", "value", "Mine"))
	f.fine("changed meanwhile")
	f.answer(f.words("dialog.cancel"))
	f.Wait(`!document.querySelector('dialog[open]')`)
	f.value("title", "Mine")
	f.press(f.words("schedule.save"))
	f.answer(f.words("meanwhile.save"))
	f.says(".toast", f.words("schedule.saved"))
	got := parts(f.world.must(http.StatusOK, http.MethodGet, "/schedules/"+f.id, nil), "title", "note")
	if diff := cmp.Diff(object{"title": "Mine", "note": "A note of theirs"}, got); diff != "" {
		f.T.Errorf("what was saved (-want +got):\n%s", diff)
	}
}

// duplicate makes a second schedule like the first.
func (f *scheduleFlow) duplicate() {
	f.T.Helper()
	f.press(f.words("schedule.duplicate"))
	name := f.words("schedule.copy_name", "name", "Morning digest")
	f.value("name", name)
	f.value("note", "A note of theirs")
	f.press(f.words("schedule.create"))
	f.Wait(fmt.Sprintf(`document.querySelector('main h1')?.textContent === %q`, name))
	items := f.world.items("/schedules?sort=created_at")
	if len(items) != 2 {
		f.T.Fatalf("there are %d schedules, want 2", len(items))
	}
	same := []string{"chat_id", "cron", "on", "timezone", "period", "compare", "unit", "locale", "title", "note", "skip_if_empty", "enabled", "paused_until"}
	if diff := cmp.Diff(parts(items[0], same...), parts(items[1], same...)); diff != "" {
		f.T.Errorf("the copy differs (-first +copy):\n%s", diff)
	}
}

// narrow searches, filters and sorts the list.
func (f *scheduleFlow) narrow() {
	f.T.Helper()
	f.world.schedule(object{"name": "Another", "chat_id": simulator.ExternalID, "enabled": false})
	title := f.words("schedule.copy_name", "name", "Morning digest")
	f.place("/admin/schedules")
	f.listed("Morning digest", title, "Another") // by the next run; the one without comes last
	f.choose("select[name=sort]", "name")
	f.listed("Another", "Morning digest", title)
	f.choose("select[name=sort]", "-created_at")
	f.listed("Another", title, "Morning digest")
	f.choose("select[name=state]", "paused")
	f.listed("Another")
	f.choose("select[name=state]", "active")
	f.listed(title, "Morning digest")
	f.Do(chromedp.SendKeys(chromedp.CSS("[name=q]"), strings.ToUpper(title)))
	f.listed(title)
	f.fine("found")
	f.Do(chromedp.Reload()) // the address holds the filters
	f.listed(title)
	f.choose("select[name=state]", "paused")
	f.says("main .empty", f.words("schedules.none_found"))
	f.press(f.words("schedules.show_all"))
	f.listed("Morning digest", title, "Another")
}

// listed waits until the list names these schedules in this order.
func (f *scheduleFlow) listed(names ...string) {
	f.T.Helper()
	want := strings.Join(names, "|")
	f.Wait(fmt.Sprintf(`[...document.querySelectorAll('tbody tr strong')].map((one) => one.textContent).join('|') === %q`, want))
}

// erase deletes the first schedule.
func (f *scheduleFlow) erase() {
	f.T.Helper()
	f.place("/admin/schedules/" + f.id)
	f.press(f.words("schedule.delete"))
	f.says("dialog[open]", "Morning digest")
	f.fine("delete")
	f.answer(f.words("schedule.delete_yes"))
	f.Wait(`location.pathname === '/admin/schedules'`)
	f.listed(f.words("schedule.copy_name", "name", "Morning digest"), "Another")
	f.Expect("status of 404")
	if slices.ContainsFunc(f.world.items("/schedules"), func(one object) bool { return one["id"] == f.id }) {
		f.T.Error("the schedule is still there")
	}
	f.place("/admin/schedules/" + f.id)
	f.says("main .empty", f.words("schedule.gone"))
}
