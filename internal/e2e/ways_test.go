package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"huibao/internal/simulator"
)

// The main job, in each of the ways by which an organisation can have it: asked in
// a group and in private, changed by a button, exported, subscribed to in the chat,
// posted as a digest, and read by an admin.
func TestMainJob(t *testing.T) {
	t.Parallel()
	for way, open := range map[string]func(*testing.T) *shop{
		"custom app by webhook":         func(t *testing.T) *shop { return newOneShop(newWorld(t, options{})) },
		"custom app by long connection": func(t *testing.T) *shop { return newOneShop(newConnectedWorld(t, options{})) },
		"store app with two tenants":    func(t *testing.T) *shop { return newShop(t, options{}) },
		"custom app on a Lark host":     func(t *testing.T) *shop { return newOneShop(newWorld(t, larkOptions())) },
	} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			s.mainJob(s.a, 10)
			if s.b != nil {
				s.mainJob(s.b, 70)
			}
			s.platform.SetFault(simulator.Fault{Endpoint: "report_get_daily", Status: http.StatusBadRequest, Code: 424242})
			refused := text(s.answered(simulator.GroupID, simulator.MemberID, "/report today"))
			if says, want := strings.Contains(refused, "Lark"), strings.Contains(way, "Lark"); says != want {
				t.Errorf("the platform's name is Lark: %v, want %v: %s", says, want, refused)
			}
		})
	}
}

// larkOptions are a world on a host of Lark's brand.
func larkOptions() options {
	return options{environment: map[string]string{"HUIBAO_FEISHU_BRAND": "lark", "HUIBAO_LOCALE": "en_us"}}
}

// newOneShop is a shop of a custom app: it has one tenant, with 10 meetings every
// day.
func newOneShop(w *world) *shop {
	w.Helper()
	home, _ := w.platform.Tenant(w.platform.Options().TenantKey)
	for ago := range 60 {
		home.SetDay(w.day(ago), simulator.DayFigures{Meetings: 10, Seconds: 10 * 1800, Participants: 30})
	}
	w.start()
	return &shop{world: w, a: home}
}

// mainJob does the main job for a tenant that has so many meetings every day.
func (s *shop) mainJob(tenant *simulator.Tenant, daily int) {
	s.Helper()
	group, member, admin := tenant.ID(simulator.GroupID), tenant.ID(simulator.MemberID), tenant.ID(simulator.AdminID)
	week, day := fmt.Sprint(7*daily), fmt.Sprint(daily)

	question := s.ask(group, member, "/report 7d")
	answer := s.answer(question)
	s.shows("the answer in the group", answer, week)
	s.shows("the answer in private", s.answered(tenant.ID(simulator.PrivateID), member, "report 7d"), week)
	changed := s.replaced(simulator.Click{MessageID: answer.MessageID, OpenID: member, Element: "choose_period", Option: "yesterday"})
	if says := changed.says("meeting_count"); !strings.Contains(says, day) || strings.Contains(says, week) {
		s.Errorf("the changed card says %q, want %s", says, day)
	}
	if file := s.fileOf(s.answered(group, member, "/export 7d csv")); strings.Count(string(file.Content), ","+day+",") != 7 {
		s.Errorf("the file says %s, want seven days of %s", file.Content, day)
	}
	s.answered(group, admin, "/subscribe daily 08:30")
	schedules := s.items(in(tenant, "/schedules"))
	if len(schedules) != 1 || schedules[0]["cron"] != "30 8 * * *" || schedules[0]["chat_id"] != group {
		s.Fatalf("the group has the schedules %v", schedules)
	}
	delivery := s.ran(tenant, schedules[0]["id"].(string))
	if delivery["status"] != "sent" {
		s.Fatalf("the digest is %v\n%s", delivery, s.service().journal.tail())
	}
	s.shows("the digest", s.message(delivery["message_id"].(string)), day)
	report := s.must(http.StatusOK, http.MethodGet, in(tenant, "/reports/daily?period=7d"), nil)
	if totals, _ := report["totals"].(object); totals["meeting_count"] != float64(7*daily) {
		s.Errorf("the admin reads %v, want %s meetings", totals, week)
	}
	s.settle()
	s.answeredOnce(question.MessageID)
}
