package e2e

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/page/pagetest"
)

// TestPageMeanwhile saves what another admin changed since it was opened: other
// fields stay theirs, the same ones are asked about, and a calendar holds the days
// of both.
func TestPageMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(map[string]string{"HUIBAO_CALENDAR": "cn"})})
	w.start()
	p := w.openPage(t, pagetest.At("en-US", "light", 1280, 900))
	p.otherSettingStays()
	p.sameSettingIsAskedAbout()
	p.bothHaveTheirDays()
	p.zoneIsTheNewOne()
	p.pauseIsNoConsent()
}

// otherSettingStays saves one setting after another was changed elsewhere.
func (p *adminPage) otherSettingStays() {
	p.T.Helper()
	w := p.world
	p.place("/admin/settings")
	p.choose("[data-field=week_start] select", "sunday")
	w.must(http.StatusOK, http.MethodPut, "/settings", object{"top_users": "admins"})
	p.press(p.words("settings.save"))
	p.confirm(p.words("settings.save"))
	p.says(".toast", p.words("settings.saved"))
	p.value("top_users", "admins")
	p.settingsAre("sunday", "admins")
}

// sameSettingIsAskedAbout saves the setting that was changed elsewhere, once taking
// theirs and once one's own.
func (p *adminPage) sameSettingIsAskedAbout() {
	p.T.Helper()
	w := p.world
	p.place("/admin/settings")
	p.choose("[data-field=top_users] select", "private")
	w.must(http.StatusOK, http.MethodPut, "/settings", object{"top_users": "on"})
	p.press(p.words("settings.save"))
	p.says("dialog[open] .changes", p.words("meanwhile.mine", "value", p.words("settings.top_users.private")))
	p.fine("changed meanwhile")
	p.answer(p.words("meanwhile.theirs"))
	p.value("top_users", "on")
	p.settingsAre("sunday", "on")

	p.choose("[data-field=top_users] select", "private")
	w.must(http.StatusOK, http.MethodPut, "/settings", object{"top_users": "off"})
	p.press(p.words("settings.save"))
	p.answer(p.words("meanwhile.save"))
	p.says("dialog[open]", p.words("settings.sure_top.private"))
	p.confirm(p.words("settings.save"))
	p.says(".toast", p.words("settings.saved"))
	p.settingsAre("sunday", "private")
}

// settingsAre checks two settings as they are stored.
func (p *adminPage) settingsAre(weekStart, topUsers string) {
	p.T.Helper()
	got := p.world.must(http.StatusOK, http.MethodGet, "/settings", nil)
	if got["week_start"] != weekStart || got["top_users"] != topUsers {
		p.T.Errorf("the settings are %v, want week_start %s and top_users %s", got, weekStart, topUsers)
	}
}

// makeUp puts a day of the calendar in as a workday.
func (p *adminPage) makeUp(date string) {
	p.T.Helper()
	pagetest.Eval[bool](p.Tab, `document.querySelector('[data-date="`+date+`"]').click(), true`)
	p.choose("dialog[open] [data-field=workday] select", "true")
	p.confirm(p.words("calendar.put_in"))
}

// bothHaveTheirDays saves a day after another one was put in elsewhere.
func (p *adminPage) bothHaveTheirDays() {
	p.T.Helper()
	w := p.world
	p.place("/admin/calendar/2026")
	p.makeUp("2026-03-07")
	theirs := w.must(http.StatusOK, http.MethodGet, "/calendar/2026", nil)["days"].([]any)
	added := object{"date": "2026-03-11", "workday": false, "name": "Theirs"}
	w.must(http.StatusOK, http.MethodPut, "/calendar/2026", object{"year": 2026, "days": append(theirs, added)})
	p.press(p.words("calendar.save"))
	p.says("dialog[open] .differences", "Theirs")
	p.answer(p.words("meanwhile.save"))
	p.says("dialog[open] h2", p.words("calendar.sure", "year", "2026"))
	p.confirm(p.words("calendar.save"))
	p.says(".toast", p.words("calendar.saved"))
	var got []any
	for _, day := range w.must(http.StatusOK, http.MethodGet, "/calendar/2026", nil)["days"].([]any) {
		if date := day.(object)["date"]; date == "2026-03-07" || date == "2026-03-11" {
			got = append(got, day)
		}
	}
	if diff := cmp.Diff([]any{object{"date": "2026-03-07", "workday": true, "name": ""}, added}, got); diff != "" {
		p.T.Errorf("the days that both put in (-want +got):\n%s", diff)
	}
}

// zoneIsTheNewOne begins a schedule after the time zone was changed elsewhere.
func (p *adminPage) zoneIsTheNewOne() {
	p.T.Helper()
	p.place("/admin/settings")
	p.world.must(http.StatusOK, http.MethodPut, "/settings", object{"timezone": "Asia/Tokyo"})
	p.Click(`.places a[data-name=schedules]`)
	p.press(p.words("schedules.new"))
	p.value("timezone", "Asia/Tokyo")
}

// pauseIsNoConsent pauses a schedule whose name was changed here and elsewhere:
// saving asks all the same.
func (p *adminPage) pauseIsNoConsent() {
	p.T.Helper()
	w := p.world
	path := "/schedules/" + w.schedule(object{"name": "Before"})
	p.place("/admin" + path)
	p.fill("name", "Mine")
	w.must(http.StatusOK, http.MethodPatch, path, object{"name": "Theirs"})
	p.press(p.words("schedule.pause"))
	p.answer(p.words("schedule.pause_yes"))
	p.says("main .notice", p.words("schedule.resume"))
	p.value("name", "Mine")
	p.press(p.words("schedule.save"))
	p.says("dialog[open] .changes", "Theirs")
	p.answer(p.words("meanwhile.save"))
	p.says(".toast", p.words("schedule.saved"))
	if got := w.must(http.StatusOK, http.MethodGet, path, nil)["name"]; got != "Mine" {
		p.T.Errorf("the name is %v, want mine", got)
	}
}
