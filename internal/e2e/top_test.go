package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/simulator"
)

// ranking are the rows of a ranking's table.
func (c card) ranking(id string) any { return c.element(id)["rows"] }

// Nobody gets a ranking until an admin chooses who may, and then people and
// rooms are told apart.
func TestTop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_ACCESS": "open", "HUIBAO_FEISHU_ADMINS": simulator.AdminID}})
	w.twoWeeks() // a mean meeting is of 36 minutes
	w.platform.SetTopUsers([]simulator.TopUser{
		{ID: "omm_1", Name: "Room 3F", Type: 2, Meetings: 50, Seconds: 180_000},
		{ID: simulator.MemberID, Name: "<at id=all></at>", Type: 1, Meetings: 12, Seconds: 36_000},
		{ID: simulator.AdminID, Name: "Ada", Type: 1, Meetings: 20, Seconds: 27_000},
	})
	w.start()
	ranked := func(chatID, openID, words string, want bool) card {
		t.Helper()
		answer := w.answered(chatID, openID, words)
		if c := cardOf(answer); (c.ranking("people") != nil) == want {
			return c
		}
		t.Errorf("%s of %s in %s gets a ranking: %v, want %v: %s", words, openID, chatID, !want, want, text(answer))
		return nil
	}
	ranked(simulator.PrivateID, simulator.MemberID, "/top", false)
	ranked(simulator.GroupID, simulator.AdminID, "/top", false)
	if calls := w.platform.Calls("report_get_top_user"); calls > 0 {
		t.Errorf("the platform was asked %d times for those who may not have it", calls)
	}
	w.must(http.StatusOK, http.MethodPut, "/settings", object{"top_users": "private", "locale": "en_us"})
	ranked(simulator.GroupID, simulator.AdminID, "/top", false)
	c := ranked(simulator.PrivateID, simulator.MemberID, "/top last 7d by=duration limit=1", true)
	row := func(name string, meetings, hours float64) object {
		return object{"name": name, "meeting_count": meetings, "meeting_duration_seconds": hours}
	}
	if diff := cmp.Diff([]any{row("1. <at id=all></at>", 12, 10)}, c.ranking("people")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{row("1. Room 3F", 50, 50)}, c.ranking("rooms")); diff != "" {
		t.Error(diff)
	}
	if c.element("implausible") != nil {
		t.Errorf("the durations are called implausible: %s", c.says("implausible"))
	}
	answer := text(w.answered(simulator.PrivateID, simulator.MemberID, "/top 2020"))
	if !strings.Contains(answer, w.day(89)) {
		t.Errorf("the refusal does not say that rankings go back to %s: %s", w.day(89), answer)
	}
}

// The platform counts in minutes, and huibao is told so or not.
func TestTopInMinutes(t *testing.T) {
	t.Parallel()
	for unit, hours := range map[string]float64{"minutes": 10, "seconds": 0.17} {
		t.Run(unit, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{environment: map[string]string{
				"HUIBAO_ACCESS": "open", "HUIBAO_FEISHU_ADMINS": simulator.AdminID, "HUIBAO_TOP_USER_UNIT": unit,
			}})
			w.twoWeeks()
			w.platform.SetReportStyle(simulator.ReportStyle{Minutes: true})
			w.platform.SetTopUsers([]simulator.TopUser{{ID: simulator.MemberID, Name: "Ada", Type: 1, Meetings: 12, Seconds: 36_000}})
			w.start()
			w.acquaint()
			w.must(http.StatusOK, http.MethodPut, "/settings", object{"top_users": "admins"})
			c := cardOf(w.answered(simulator.GroupID, simulator.AdminID, "/top"))
			want := []any{object{"name": "1. Ada", "meeting_count": 12.0, "meeting_duration_seconds": hours}}
			if diff := cmp.Diff(want, c.ranking("people")); diff != "" {
				t.Error(diff)
			}
			if warned := strings.Contains(c.says("implausible"), "HUIBAO_TOP_USER_UNIT"); warned != (unit == "seconds") {
				t.Errorf("it warns: %v", warned)
			}
		})
	}
}
