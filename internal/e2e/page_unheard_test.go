package e2e

import (
	"net/http"
	"testing"

	"huibao/internal/page/pagetest"
)

// TestPageUnheard saves and leaves before the page hears that it was saved: when it
// is opened again nothing is unsaved, and nobody is asked on leaving.
func TestPageUnheard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(map[string]string{"HUIBAO_CALENDAR": "cn"})})
	w.start()
	path := "/schedules/" + w.schedule(object{"name": "Before"})
	p := w.openPage(t, pagetest.At("en-US", "light", 1280, 900))
	p.scheduleUnheard(path)
	p.settingsUnheard()
	p.calendarUnheard()
}

// unheard opens a place whose answers to changes do not arrive.
func (p *adminPage) unheard(path string) {
	p.T.Helper()
	p.place(path)
	pagetest.Eval[bool](p.Tab, `(((heard) => {
		window.fetch = (address, options) => heard(address, options).then((answer) => (['PATCH', 'PUT'].includes(options?.method) ? new Promise(() => {}) : answer));
	})(window.fetch), true)`)
}

// leaves goes elsewhere by a link without being asked.
func (p *adminPage) leaves() {
	p.T.Helper()
	p.Click(`.places a[data-name=deliveries]`)
	p.Wait(`location.pathname === '/admin/deliveries' && document.querySelector('main table, main .empty')`)
}

// scheduleUnheard saves a name; what another admin writes meanwhile is shown.
func (p *adminPage) scheduleUnheard(path string) {
	p.T.Helper()
	w := p.world
	stored := func(name string) any { return w.must(http.StatusOK, http.MethodGet, path, nil)[name] }
	p.unheard("/admin" + path)
	p.fill("name", "After")
	p.press(p.words("schedule.save"))
	w.service().await("the name to be saved", func() bool { return stored("name") == "After" })
	w.must(http.StatusOK, http.MethodPatch, path, object{"note": "Theirs"})
	p.place("/admin" + path)
	p.value("name", "After")
	p.value("note", "Theirs")
	pagetest.Is(p.Tab, `document.querySelector('.save-bar').hidden`, true)
	p.leaves()
}

// settingsUnheard saves one setting.
func (p *adminPage) settingsUnheard() {
	p.T.Helper()
	w := p.world
	p.unheard("/admin/settings")
	p.choose("[data-field=week_start] select", "sunday")
	p.press(p.words("settings.save"))
	p.confirm(p.words("settings.save"))
	w.service().await("the setting to be saved", func() bool {
		return w.must(http.StatusOK, http.MethodGet, "/settings", nil)["week_start"] == "sunday"
	})
	p.place("/admin/settings")
	p.value("week_start", "sunday")
	p.leaves()
}

// calendarUnheard puts in one day.
func (p *adminPage) calendarUnheard() {
	p.T.Helper()
	w := p.world
	p.unheard("/admin/calendar/2026")
	p.makeUp("2026-03-07")
	days := func() []any { return w.must(http.StatusOK, http.MethodGet, "/calendar/2026", nil)["days"].([]any) }
	before := len(days())
	p.press(p.words("calendar.save"))
	p.confirm(p.words("calendar.save"))
	w.service().await("the day to be saved", func() bool { return len(days()) == before+1 })
	p.place("/admin/calendar/2026")
	p.leaves()
}
