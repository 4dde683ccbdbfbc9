package simulator

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// top asks for the ranking of a week.
func (w *world) top(query string) reply {
	w.t.Helper()
	return w.get("/open-apis/vc/v1/reports/get_top_user?" + spanOf("2026-11-16", "2026-11-22") + "&" + query)
}

// users are the lines of a ranking.
func (r reply) users() []any {
	users, _ := r.data["top_user_report"].([]any)
	return users
}

func TestTopUsers(t *testing.T) {
	w := newWorld(t, Options{})
	w.SetTopUsers([]TopUser{
		{ID: "ou_a", Name: "A", Type: 1, Meetings: 3, Seconds: 7200}, {ID: "omm_b", Name: "B", Type: 2, Meetings: 5, Seconds: 600},
		{ID: "ou_c", Name: "C", Type: 1, Meetings: 4, Seconds: 9000},
	})
	names := func(query string) (all string) {
		for _, user := range w.fine(query, w.top(query)).users() {
			all += user.(object)["name"].(string)
		}
		return all
	}
	for query, want := range map[string]string{
		"limit=10&order_by=1": "BCA", "limit=10&order_by=2": "CAB", "limit=2&order_by=1": "BC", "limit=100&order_by=1&user_id_type=open_id": "BCA",
	} {
		if got := names(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	want := object{"id": "ou_a", "name": "A", "user_type": 1.0, "meeting_count": "3", "meeting_duration": "7200"}
	if diff := cmp.Diff(want, w.top("limit=3&order_by=1").users()[2]); diff != "" {
		t.Error(diff)
	}
	w.SetReportStyle(ReportStyle{Minutes: true})
	if got := w.top("limit=3&order_by=1").users()[2].(object)["meeting_duration"]; got != "120" {
		t.Errorf("in minutes: %v, want 120", got)
	}
}

func TestTopUserRefusals(t *testing.T) {
	w := newWorld(t, Options{})
	for _, query := range []string{"", "limit=10", "order_by=1", "limit=0&order_by=1", "limit=101&order_by=1", "limit=10&order_by=3", "limit=x&order_by=1", "limit=1&order_by=1&unit=9"} {
		w.refusedWith(query, w.top(query), 121003)
	}
	w.SetTopUsers([]TopUser{{ID: "ou_a", Name: "A", Type: 1, Meetings: 9}, {ID: "omm_b", Name: "B", Type: 2, Meetings: 5}})
	w.refusedWith("rooms by user_id", w.top("limit=10&order_by=1&user_id_type=user_id"), 122359)
	w.fine("people by user_id", w.top("limit=1&order_by=1&user_id_type=user_id"))
}

func TestInventedTopUsers(t *testing.T) {
	w := newWorld(t, Options{})
	users := w.fine("top", w.top("limit=100&order_by=1")).users()
	rooms, before := 0, int64(1<<40)
	for _, item := range users {
		user := item.(object)
		count, _ := strconv.ParseInt(user["meeting_count"].(string), 10, 64)
		if count > before {
			t.Errorf("%v has more meetings than the one before", user)
		}
		before = count
		if fmt.Sprint(user["user_type"]) == "2" {
			rooms++
		}
	}
	if len(users) < 10 || rooms != 1 {
		t.Errorf("%d users, %d rooms", len(users), rooms)
	}
}
