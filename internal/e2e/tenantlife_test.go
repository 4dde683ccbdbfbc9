package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// state is how a tenant is, by the admin's list.
func (s *shop) state(tenant *simulator.Tenant) any {
	s.Helper()
	for _, found := range s.items("/tenants") {
		if found["tenant_key"] == tenant.Key() {
			return found["state"]
		}
	}
	return nil
}

// reaches waits until a tenant is in a state.
func (s *shop) reaches(tenant *simulator.Tenant, state string) {
	s.Helper()
	s.service().await(tenant.Key()+" to be "+state, func() bool { return s.state(tenant) == state })
}

// enabled reports whether a tenant's schedule runs.
func (s *shop) enabled(tenant *simulator.Tenant, id string) bool {
	s.Helper()
	return s.must(http.StatusOK, http.MethodGet, in(tenant, "/schedules/"+id), nil)["enabled"] == true
}

// crossing brings a press of somebody of one tenant, of a card that may be in
// another, and waits until nothing is left to do about it.
func (s *shop) crossing(by *simulator.Tenant, openID, messageID, chatID string, value object) {
	s.Helper()
	s.platform.Emit(simulator.Event{
		EventID: fmt.Sprintf("ev_press_%d", len(s.gateway.seen())), Type: "card.action.trigger", TenantKey: by.Key(),
		Body: object{
			"operator": object{"tenant_key": by.Key(), "open_id": openID}, "token": "c-raw", "host": "im_message",
			"action":  object{"tag": "button", "value": value},
			"context": object{"open_message_id": messageID, "open_chat_id": chatID},
		},
	})
	if err := s.platform.WaitDelivered(s.soon()); err != nil {
		s.Fatal(err)
	}
	s.settle()
}

// No button reaches from one tenant into another, whatever it says and whoever
// presses it: here the admin of the bot in his own tenant.
func TestPressesDoNotCrossTenants(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.a)
	report := s.answered(s.b.ID(simulator.PrivateID), s.b.ID(simulator.MemberID), "/report 7d")
	settings := object{"admins": []string{simulator.AdminID}}
	s.must(http.StatusOK, http.MethodPut, in(s.a, "/settings"), settings)
	id, there := s.scheduled(s.b), s.b.ID(simulator.GroupID)
	s.must(http.StatusOK, http.MethodPatch, in(s.b, "/schedules/"+id), object{"enabled": false})
	s.service().await("the chat's name to be known", func() bool {
		return s.must(http.StatusOK, http.MethodGet, in(s.b, "/schedules/"+id), nil)["chat_name"] != ""
	})
	before, posted := s.must(http.StatusOK, http.MethodGet, in(s.b, "/schedules/"+id), nil), len(s.platform.FromBot(there))
	for _, press := range []struct {
		place string
		value object
	}{
		{simulator.GroupID, object{"action": "resume", "schedule_id": id}}, {there, object{"action": "resume", "schedule_id": id}},
		{simulator.GroupID, object{"action": "resume_chat", "chat_id": there}}, {there, object{"action": "resume_chat"}},
		{simulator.GroupID, object{"action": "resume_all"}}, {there, object{"action": "unsubscribe", "number": "1"}},
		{simulator.GroupID, object{"action": "block", "chat_id": there}}, {there, object{"action": "view", "period": "7d"}},
		{there, object{"action": "run", "number": "1"}},
	} {
		s.crossing(s.a, simulator.AdminID, report.MessageID, press.place, press.value)
	}
	if after := s.must(http.StatusOK, http.MethodGet, in(s.b, "/schedules/"+id), nil); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("b's schedule was %v, now it is %v", before, after)
	}
	for _, chat := range s.items(in(s.b, "/chats")) {
		if chat["access"] != "pending" {
			t.Errorf("somebody decided about b's chat: %v", chat)
		}
	}
	if after := len(s.platform.FromBot(there)); after != posted {
		t.Errorf("%d messages in b's chat, want %d", after, posted)
	}
	if after := s.message(report.MessageID); string(after.Content) != string(report.Content) {
		t.Errorf("b's card was changed: %s", text(after))
	}
}

// What admins chose for one tenant, and what is counted of it, is of no other; and
// nothing of another can be undone.
func TestChoicesDoNotCrossTenants(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.a)
	s.asked(s.b)
	s.service().await("the archives of both to be filled", func() bool { return s.refreshes() >= s.refreshed+2 })
	year := fmt.Sprint(time.Now().Year())
	days := object{"days": []any{object{"date": year + "-03-03", "workday": false, "name": "Blue day"}}}
	s.must(http.StatusOK, http.MethodPut, in(s.b, "/calendar/"+year), days)
	if seen := fmt.Sprint(s.must(http.StatusOK, http.MethodGet, in(s.a, "/calendar/"+year), nil)); strings.Contains(seen, "Blue day") {
		t.Errorf("a has b's calendar: %s", seen)
	}
	for _, entry := range s.items(in(s.b, "/audit")) {
		path := fmt.Sprintf("/audit/%v/revert", entry["id"])
		if status, _ := s.admin(http.MethodPost, in(s.a, path), nil); status != http.StatusNotFound {
			t.Errorf("%v of b can be undone as a: status %d", entry["action"], status)
		}
	}
	if seen := fmt.Sprint(s.must(http.StatusOK, http.MethodGet, in(s.b, "/calendar/"+year), nil)); !strings.Contains(seen, "Blue day") {
		t.Errorf("b's calendar is %s", seen)
	}
	s.must(http.StatusOK, http.MethodPut, in(s.b, "/settings"), object{"top_users": "on"})
	s.b.SetTopUsers([]simulator.TopUser{{ID: s.b.ID(simulator.MemberID), Name: "Busy Blue", Type: 1, Meetings: 12, Seconds: 36_000}})
	if answer := s.answered(s.b.ID(simulator.GroupID), s.b.ID(simulator.MemberID), "/top"); !strings.Contains(fmt.Sprint(cardOf(answer).ranking("people")), "Busy Blue") {
		t.Errorf("b's ranking is %s", text(answer))
	}
	if answer := s.answered(simulator.GroupID, simulator.MemberID, "/top"); cardOf(answer).ranking("people") != nil {
		t.Errorf("a gets a ranking that b allowed: %s", text(answer))
	}
	usage := func(tenant *simulator.Tenant) object {
		for _, item := range s.must(http.StatusOK, http.MethodGet, in(tenant, "/usage"), nil)["items"].([]any) {
			if purpose, _ := item.(object); purpose["purpose"] == "reports" {
				return purpose
			}
		}
		return nil
	}
	asked := map[string]float64{}
	for _, endpoint := range []string{"report_get_daily", "report_get_top_user"} {
		for _, request := range s.platform.Requests(endpoint) {
			asked[request.TenantKey]++
		}
	}
	for _, tenant := range []*simulator.Tenant{s.a, s.b} {
		if got := usage(tenant)["calls"]; got != asked[tenant.Key()] || got == 0.0 {
			t.Errorf("%s used %v calls for reports, want %v", tenant.Key(), got, asked[tenant.Key()])
		}
	}
	backfilled := `SELECT count(*) FROM river_job WHERE kind = 'backfill'`
	s.must(http.StatusAccepted, http.MethodPost, in(s.a, "/archive/backfill"), object{"from": s.day(3), "to": s.day(2)})
	s.settle()
	if n := s.count(backfilled); n != 1 {
		t.Errorf("%d backfills, want a's", n)
	}
	for _, request := range s.platform.Requests("report_get_daily") {
		if request.TenantKey != s.a.Key() && request.TenantKey != s.b.Key() {
			t.Errorf("a report was asked for on behalf of %q", request.TenantKey)
		}
	}
}

// A tenant that installs the app again within the grace time finds everything as
// it was, and its admin is offered to have the digests resumed.
func TestATenantComesBack(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.b)
	id, off := s.scheduled(s.b), s.scheduled(s.b)
	s.must(http.StatusOK, http.MethodPatch, in(s.b, "/schedules/"+off), object{"enabled": false})
	s.b.UninstallApp()
	s.reaches(s.b, "uninstalled")
	s.settle()
	gone := s.must(http.StatusOK, http.MethodGet, in(s.b, "/schedules/"+id), nil)
	if gone["enabled"] != false || gone["disabled_reason"] != "the app was uninstalled" {
		t.Errorf("the schedule is %v", gone)
	}
	s.b.InstallApp()
	s.reaches(s.b, "active")
	var offer simulator.Message
	s.await("the offer to resume", func() bool {
		for _, message := range s.platform.FromBot("") {
			if button(message, "resume_all") != "" {
				offer = message
				return true
			}
		}
		return false
	})
	if offer.ChatID != s.b.ID(simulator.PrivateID) && !strings.HasSuffix(offer.ChatID, s.b.Key()) {
		t.Errorf("the offer is in the chat %s", offer.ChatID)
	}
	if s.enabled(s.b, id) {
		t.Error("the schedule runs before anybody wants it")
	}
	s.pressed(simulator.Click{MessageID: offer.MessageID, OpenID: s.b.ID(simulator.AdminID), Element: button(offer, "resume_all")})
	s.settle()
	if !s.enabled(s.b, id) || s.enabled(s.b, off) {
		t.Errorf("the one that was disabled runs: %v; the one that was switched off by hand: %v", s.enabled(s.b, id), s.enabled(s.b, off))
	}
	var told []string
	for _, entry := range s.items(in(s.b, "/audit")) {
		if entry["object"] == "tenant/"+s.b.Key() {
			told = append([]string{fmt.Sprint(entry["actor"], " ", entry["action"])}, told...)
		}
	}
	if got := strings.Join(told, ", "); got != "system tenant.open, system tenant.uninstall, system tenant.open" {
		t.Errorf("audited: %s", got)
	}
}

// What a tenant tells after the app was uninstalled says that it is back, should
// the event that says so be lost.
func TestATenantComesBackUnannounced(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.b)
	s.b.UninstallApp()
	s.reaches(s.b, "uninstalled")
	s.settle()
	s.b.ChangeApp(func(app *simulator.App) { app.NotInstalled = false })
	s.shows("b's answer", s.asked(s.b), "490")
	s.reaches(s.b, "active")
}

// After the grace time the data of a tenant that uninstalled the app are deleted,
// and nothing of another.
func TestTheDataOfATenantAreDeleted(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{environment: map[string]string{"HUIBAO_UNINSTALL_GRACE": "1ms"}})
	s.asked(s.a)
	s.asked(s.b)
	ofA := s.scheduled(s.a)
	s.scheduled(s.b)
	s.b.UninstallApp()
	s.reaches(s.b, "uninstalled")
	s.settle()
	s.service().stop()
	kept := s.count(`SELECT count(*) FROM daily_reports WHERE tenant_key = $1`, s.a.Key())
	s.start()
	s.reaches(s.b, "deleted")
	for _, table := range []string{"chats", "daily_reports", "schedules", "deliveries", "settings", "seen_ids", "outbox", "schedule_numbers"} {
		if left := s.count(`SELECT count(*) FROM `+table+` WHERE tenant_key = $1`, s.b.Key()); left != 0 {
			t.Errorf("%d rows of b are left in %s", left, table)
		}
	}
	if audited := s.count(`SELECT count(*) FROM audit WHERE tenant_key = $1 AND action = 'tenant.delete'`, s.b.Key()); audited != 1 {
		t.Errorf("%d audit entries of the deletion, want 1", audited)
	}
	if status, _ := s.admin(http.MethodGet, in(s.b, "/schedules"), nil); status != http.StatusNotFound {
		t.Errorf("a deleted tenant answers %d", status)
	}
	if left := s.count(`SELECT count(*) FROM daily_reports WHERE tenant_key = $1`, s.a.Key()); left < kept || kept == 0 || !s.enabled(s.a, ofA) {
		t.Errorf("%d days of a are left of %d", left, kept)
	}
	s.b.InstallApp()
	s.shows("b's answer when it is back", s.asked(s.b), "490")
	if left := len(s.items(in(s.b, "/schedules"))); left != 0 {
		t.Errorf("%d schedules have come back", left)
	}
}

// The shell must be told which tenant is meant.
func TestTheShellAsksForATenant(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.b)
	serving := s.service()
	for _, c := range []struct {
		arguments []string
		code      int
		says      string
	}{
		{[]string{"report", "7d"}, 2, "tenant_key is missing"},
		{[]string{"report", "7d", "--tenant-key", "tenant_none"}, 1, "There is no such organisation."},
		{[]string{"report", "7d", "--tenant-key", s.b.Key(), "--format", "json"}, 0, `"meeting_count":490`},
		{[]string{"schedule", "list", "--tenant-key", s.b.Key()}, 0, "NEXT RUN"},
	} {
		run := s.run(nil, c.arguments...)
		if code := run.exit(); code != c.code || !strings.Contains(strings.ReplaceAll(run.journal.text(), " ", ""), strings.ReplaceAll(c.says, " ", "")) {
			t.Errorf("%v ended with %d, want %d and %q: %s", c.arguments, code, c.code, c.says, run.journal.text())
		}
	}
	s.runs = append(s.runs, serving)
}

// A custom app has one tenant, which need not be named; no other can be.
func TestTheTenantOfACustomApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	w.acquaint()
	for named, want := range map[string]int{"": http.StatusOK, w.platform.Options().TenantKey: http.StatusOK, "tenant_blue": http.StatusNotFound} {
		if status, _ := w.admin(http.MethodGet, "/settings?tenant_key="+named, nil); status != want {
			t.Errorf("%q: status %d, want %d", named, status, want)
		}
	}
}
