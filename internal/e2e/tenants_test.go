package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// shop is the world of a store app in two tenants: the first of the platform,
// and one that installs the app when it runs.
type shop struct {
	*world

	a, b *simulator.Tenant
}

// newShop makes a shop whose app runs, with 10 meetings every day in a and 70 in
// b.
func newShop(t *testing.T, o options) *shop {
	t.Helper()
	o.storeApp = true
	w := newWorld(t, o)
	a, _ := w.platform.Tenant(w.platform.Options().TenantKey)
	s := &shop{world: w, a: a, b: w.platform.AddTenant("tenant_blue", "Blue Ltd")}
	for ago := range 60 {
		s.a.SetDay(w.day(ago), simulator.DayFigures{Meetings: 10, Seconds: 10 * 1800, Participants: 30})
		s.b.SetDay(w.day(ago), simulator.DayFigures{Meetings: 70, Seconds: 70 * 1800, Participants: 210})
	}
	w.start()
	s.b.InstallApp()
	return s
}

// asked has a tenant's member ask for a report in its group, and returns the
// answer.
func (s *shop) asked(tenant *simulator.Tenant) simulator.Message {
	s.Helper()
	return s.answered(tenant.ID(simulator.GroupID), tenant.ID(simulator.MemberID), "/report 7d")
}

// shows checks how many meetings a report tells.
func (s *shop) shows(what string, report simulator.Message, meetings string) {
	s.Helper()
	if says := cardOf(report).says("meeting_count"); !strings.Contains(says, meetings) {
		s.Errorf("%s says %q, want %s\n%s", what, says, meetings, text(report))
	}
}

// in is a path of the admin API about a tenant.
func in(tenant *simulator.Tenant, path string) string {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return path + separator + "tenant_key=" + tenant.Key()
}

// scheduled makes a schedule for a tenant's group and returns its id.
func (s *shop) scheduled(tenant *simulator.Tenant) string {
	s.Helper()
	draft := object{"name": "Weekly of " + tenant.Name(), "chat_id": tenant.ID(simulator.GroupID), "cron": "0 9 1 1 *", "on": "every_day", "period": "7d"}
	made := s.must(http.StatusCreated, http.MethodPost, in(tenant, "/schedules"), draft)
	if made["tenant_key"] != tenant.Key() {
		s.Errorf("the schedule is of %v, want %s", made["tenant_key"], tenant.Key())
	}
	return made["id"].(string)
}

// ran posts a schedule now and returns how its delivery ended.
func (s *shop) ran(tenant *simulator.Tenant, id string) object {
	s.Helper()
	delivery := s.must(http.StatusAccepted, http.MethodPost, in(tenant, "/schedules/"+id+"/run"), nil)
	var ended object
	s.service().await("the delivery to end", func() bool {
		for _, item := range s.items(in(tenant, "/deliveries?schedule_id="+id)) {
			if item["id"] == delivery["id"] && item["status"] != "pending" {
				ended = item
				return true
			}
		}
		return false
	})
	return ended
}

// items are those of a list of the admin API.
func (w *world) items(path string) []object {
	w.Helper()
	list, _ := w.must(http.StatusOK, http.MethodGet, path, nil)["items"].([]any)
	found := make([]object, 0, len(list))
	for _, item := range list {
		one, _ := item.(object)
		found = append(found, one)
	}
	return found
}

// Each tenant is told its own figures, by a call of its own, in chat and by
// schedule.
func TestTenantsGetTheirOwnFigures(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.shows("a's answer", s.asked(s.a), "70")
	s.shows("b's answer", s.asked(s.b), "490")
	for _, tenant := range []*simulator.Tenant{s.a, s.b} {
		delivery := s.ran(tenant, s.scheduled(tenant))
		if delivery["status"] != "sent" {
			t.Fatalf("the delivery of %s is %v\n%s", tenant.Key(), delivery, s.service().journal.tail())
		}
		var digest simulator.Message
		for _, message := range s.platform.FromBot(tenant.ID(simulator.GroupID)) {
			if message.MessageID == delivery["message_id"] {
				digest = message
			}
		}
		s.shows(tenant.Key()+"'s digest", digest, map[bool]string{true: "70", false: "490"}[tenant == s.a])
	}
	for _, endpoint := range []string{"report_get_daily", "message_reply", "message_create"} {
		for _, request := range s.platform.Requests(endpoint) {
			if request.Code != 0 {
				t.Errorf("%s in %s was refused with %d", endpoint, request.TenantKey, request.Code)
			}
		}
	}
}

// Nobody reaches from one tenant into another by the admin API.
func TestAdminDoesNotCrossTenants(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.a)
	s.asked(s.b)
	ofB := s.scheduled(s.b)
	delivery := s.ran(s.b, ofB)["id"].(string)

	for _, path := range []string{"/schedules", "/deliveries", "/chats", "/settings", "/audit", "/archive", "/status", "/usage", "/reports/daily?period=7d"} {
		if status, _ := s.admin(http.MethodGet, path, nil); status != http.StatusBadRequest {
			t.Errorf("%s without a tenant: status %d, want 400", path, status)
		}
		if status, _ := s.admin(http.MethodGet, path+map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]+"tenant_key=tenant_none", nil); status != http.StatusNotFound {
			t.Errorf("%s of no tenant: status %d, want 404", path, status)
		}
		_, seen := s.admin(http.MethodGet, in(s.a, path), nil)
		for _, sign := range []string{s.b.Key(), s.b.Name(), s.b.ID(simulator.GroupID), ofB, delivery} {
			if strings.Contains(fmt.Sprint(seen), sign) {
				t.Errorf("%s of a tells %q of b: %v", path, sign, seen)
			}
		}
	}
	for _, c := range []struct {
		method, path string
		body         object
	}{
		{http.MethodGet, "/schedules/" + ofB, nil},
		{http.MethodPatch, "/schedules/" + ofB, object{"name": "stolen"}},
		{http.MethodDelete, "/schedules/" + ofB, nil},
		{http.MethodPost, "/schedules/" + ofB + "/run", nil},
		{http.MethodGet, "/schedules/" + ofB + "/runs", nil},
		{http.MethodPost, "/deliveries/" + delivery + "/retry", nil},
		{http.MethodPatch, "/chats/" + s.b.ID(simulator.GroupID), object{"access": "blocked"}},
	} {
		if status, answer := s.admin(c.method, in(s.a, c.path), c.body); status != http.StatusNotFound {
			t.Errorf("%s %s as a: status %d, want 404: %v", c.method, c.path, status, answer)
		}
	}
	if got := s.must(http.StatusOK, http.MethodGet, in(s.b, "/schedules/"+ofB), nil); got["name"] != "Weekly of Blue Ltd" || got["enabled"] != true {
		t.Errorf("b's schedule is %v", got)
	}
	s.must(http.StatusOK, http.MethodGet, in(s.b, "/settings"), nil)
	settings := s.must(http.StatusOK, http.MethodGet, in(s.a, "/settings"), nil)
	settings["locale"], settings["admins"] = "ja_jp", []string{simulator.AdminID}
	s.must(http.StatusOK, http.MethodPut, in(s.a, "/settings"), settings)
	if got := s.must(http.StatusOK, http.MethodGet, in(s.b, "/settings"), nil); got["locale"] == "ja_jp" || fmt.Sprint(got["admins"]) != "["+s.b.ID(simulator.AdminID)+"]" {
		t.Errorf("b has a's settings: %v", got)
	}
	for _, tenant := range []*simulator.Tenant{s.a, s.b} {
		want := map[bool]float64{true: 70, false: 490}[tenant == s.a]
		totals, _ := s.must(http.StatusOK, http.MethodGet, in(tenant, "/reports/daily?period=7d"), nil)["totals"].(object)
		if totals["meeting_count"] != want {
			t.Errorf("%s has %v meetings, want %v", tenant.Key(), totals["meeting_count"], want)
		}
	}
}

// A schedule of one tenant for another's chat posts nothing.
func TestAScheduleDoesNotReachAnotherTenantsChat(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.a)
	s.asked(s.b)
	there := s.b.ID(simulator.GroupID)
	before := len(s.platform.FromBot(there))
	status, made := s.admin(http.MethodPost, in(s.a, "/schedules"), object{
		"name": "Across", "chat_id": there, "cron": "0 9 1 1 *", "on": "every_day", "period": "7d",
	})
	if status == http.StatusCreated {
		if delivery := s.ran(s.a, made["id"].(string)); delivery["status"] == "sent" {
			t.Errorf("a's digest was posted to b's chat: %v", delivery)
		}
	}
	if after := len(s.platform.FromBot(there)); after != before {
		t.Errorf("%d messages in b's chat, want %d", after, before)
	}
	for _, chat := range s.items(in(s.a, "/chats")) {
		if chat["chat_id"] == there && chat["name"] != "" && chat["name"] != nil {
			t.Errorf("a knows b's chat by name: %v", chat)
		}
	}
}

// An event of one tenant that names another's chat and message leads to nothing
// there, and to no figures of either.
func TestAnEventDoesNotReachIntoAnotherTenant(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.a)
	victim := s.asked(s.b)
	there := s.b.ID(simulator.GroupID)
	before := len(s.platform.FromBot(there))
	now := fmt.Sprint(time.Now().UnixMilli())
	s.platform.Emit(simulator.Event{
		EventID: "ev_across", Type: "im.message.receive_v1", TenantKey: s.a.Key(),
		Body: object{
			"sender": object{"sender_id": object{"open_id": simulator.MemberID, "union_id": "on_member"}, "sender_type": "user", "tenant_key": s.a.Key()},
			"message": object{
				"message_id": "om_across", "root_id": victim.MessageID, "parent_id": victim.MessageID, "create_time": now, "update_time": now, "chat_id": there,
				"chat_type": "group", "message_type": "text", "content": `{"text":"@_user_1 /report 7d"}`,
				"mentions": []any{object{"key": "@_user_1", "name": "huibao", "tenant_key": s.a.Key(), "id": object{"open_id": s.a.BotID()}}},
			},
		},
	})
	if err := s.platform.WaitDelivered(s.soon()); err != nil {
		t.Fatal(err)
	}
	s.settle()
	if after := len(s.platform.FromBot(there)); after != before {
		t.Errorf("%d messages in b's chat, want %d", after, before)
	}
	for _, request := range s.platform.Requests("") {
		if request.TenantKey == s.b.Key() && strings.Contains(request.Path+request.Body, "om_across") {
			t.Errorf("b's token was used for a's event: %+v", request)
		}
	}
}

// Somebody of another tenant in an external chat is a stranger there, although
// that tenant has the app too.
func TestAPersonOfAnotherTenantIsAStranger(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.a)
	s.asked(s.b)
	s.a.AddChat(simulator.Chat{
		ChatID: "oc_shared", Name: "Shared", Mode: "group", External: true, OwnerID: simulator.AdminID,
		Members: []string{simulator.MemberID, s.b.ID(simulator.MemberID)}, BotIn: true,
	})
	for _, person := range []string{simulator.MemberID, s.b.ID(simulator.MemberID)} {
		answer := s.answered("oc_shared", person, "/report 7d")
		if cardOf(answer).element("meeting_count") != nil {
			t.Errorf("%s got figures in an external chat that nobody allowed: %s", person, text(answer))
		}
	}
}

// A tenant that uninstalls the app is left alone; the other goes on.
func TestUninstalledTenantIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.a)
	s.asked(s.b)
	ofA, ofB := s.scheduled(s.a), s.scheduled(s.b)
	s.b.UninstallApp()
	s.service().await("b's schedule to stop", func() bool {
		return s.must(http.StatusOK, http.MethodGet, in(s.b, "/schedules/"+ofB), nil)["enabled"] == false
	})
	s.settle()
	calls := s.ofTenant(s.b)
	s.service().stop()
	s.change(`UPDATE schedules SET next_run_at = $1`, time.Now().Add(-time.Minute).UnixMilli())
	s.start()
	s.service().await("a's digest", func() bool {
		all := s.items(in(s.a, "/deliveries?schedule_id="+ofA))
		return len(all) == 1 && all[0]["status"] == "sent"
	})
	s.settle()
	if after := s.ofTenant(s.b); after != calls {
		t.Errorf("%d calls for b, want the %d of before it left", after, calls)
	}
	s.b.InstallApp()
	s.shows("b's answer when it is back", s.asked(s.b), "490")
}

// ofTenant is how many calls were made with a tenant's token.
func (s *shop) ofTenant(tenant *simulator.Tenant) (count int) {
	for _, request := range s.platform.Requests("") {
		if request.TenantKey == tenant.Key() {
			count++
		}
	}
	return count
}

// A tenant that stops the app gets nothing until it starts it again.
func TestStoppedTenantWaits(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.a)
	s.asked(s.b)
	ofA, ofB := s.scheduled(s.a), s.scheduled(s.b)
	s.b.StopApp(false)
	s.service().await("the stop to be known", func() bool {
		return strings.Contains(fmt.Sprint(s.items("/tenants")), "stopped")
	})
	before := len(s.platform.FromBot(s.b.ID(simulator.GroupID)))
	waiting := s.must(http.StatusAccepted, http.MethodPost, in(s.b, "/schedules/"+ofB+"/run"), nil)
	if got := s.ran(s.a, ofA); got["status"] != "sent" {
		t.Errorf("a's delivery is %v", got)
	}
	for _, item := range s.items(in(s.b, "/deliveries?schedule_id="+ofB)) {
		if item["id"] != waiting["id"] || item["status"] != "pending" {
			t.Errorf("while b stops the app its delivery is %v", item)
		}
	}
	if after := len(s.platform.FromBot(s.b.ID(simulator.GroupID))); after != before {
		t.Errorf("%d messages in b's chat while it stops the app, want %d", after, before)
	}
	s.b.StartApp()
	s.service().await("the start to be known", func() bool {
		return !strings.Contains(fmt.Sprint(s.items("/tenants")), "stopped")
	})
	if got := s.ran(s.b, ofB); got["status"] != "sent" {
		t.Errorf("b's delivery is %v", got)
	}
}

// A ticket that is good no longer is replaced by one that is asked for.
func TestAnEndedTicketIsReplaced(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{})
	s.asked(s.a)
	s.platform.ExpireTickets()
	s.platform.RevokeTokens()
	calls := s.platform.Calls("app_ticket")
	s.shows("a's answer", s.asked(s.a), "70")
	s.shows("b's answer", s.asked(s.b), "490")
	if asked := s.platform.Calls("app_ticket") - calls; asked != 1 {
		t.Errorf("a ticket was asked for %d times, want once", asked)
	}
}

// The ticket that one replica got serves the other, and both serve both tenants.
func TestReplicasShareTheTicket(t *testing.T) {
	t.Parallel()
	s := newShop(t, options{postgres: true})
	s.asked(s.a)
	first := s.service()
	second := s.run(nil, "serve")
	second.awaitReady()
	s.gateway.direct(second.url)
	s.shows("a's answer of the second", s.asked(s.a), "70")
	s.shows("b's answer of the second", s.asked(s.b), "490")
	s.gateway.direct(first.url, second.url)
	for range 4 {
		s.shows("a's answer of either", s.asked(s.a), "70")
		s.shows("b's answer of either", s.asked(s.b), "490")
	}
}
