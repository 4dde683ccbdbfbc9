package e2e

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// asked are the calls of get_daily so far, as the days they asked for.
func (w *world) asked() []string {
	w.Helper()
	calls := w.platform.Requests("report_get_daily")
	days := make([]string, 0, len(calls))
	for _, request := range calls {
		query, err := url.ParseQuery(request.Query)
		if err != nil {
			w.Fatal(err)
		}
		span := ""
		for _, name := range []string{"start_time", "end_time"} {
			seconds, err := strconv.ParseInt(query.Get(name), 10, 64)
			if err != nil {
				w.Fatal(err)
			}
			span += " " + time.Unix(seconds, 0).In(w.zone).Format(time.DateTime)
		}
		days = append(days, strings.TrimSpace(span))
	}
	return days
}

// All who ask while the archive is empty share one call; once it is filled,
// none is needed.
func TestOneCallServesAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	chats := w.platform.AddChats(10, "oc_group_")
	hold := w.platform.SetFault(simulator.Fault{Endpoint: "report_get_daily", Hold: true})
	w.start()
	w.held(hold)
	questions := make([]simulator.Message, 8)
	for i := range questions {
		questions[i] = w.ask(chats[i%len(chats)], simulator.MemberID, []string{"/report 7d", "/report 4w"}[i%2])
	}
	w.arrived(len(questions))
	w.service().await("every command to be taken", func() bool {
		return w.count(`SELECT count(*) FROM command_slots`) == len(questions)
	})
	w.platform.ClearFaults()
	for _, question := range questions {
		if answer := w.answer(question); !figures(answer) {
			t.Errorf("no figures: %s", text(answer))
		}
	}
	if calls := w.asked(); len(calls) != 1 {
		t.Errorf("get_daily was called for %q, want one call", calls)
	}
	w.answered(chats[0], simulator.AdminID, "/report 4w")
	if calls := w.asked(); len(calls) != 1 {
		t.Errorf("get_daily was called for %q with the archive filled", calls)
	}
}

// A second start serves final days from the archive and asks only for those
// that may still change.
func TestSecondStartAsksForWhatIsNotFinal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_FRESH_FOR": "0s"}})
	w.twoWeeks()
	w.start()
	w.answered(simulator.GroupID, simulator.MemberID, "/report 7d")
	w.filled()
	w.service().stop()
	w.platform.ClearRequests()
	w.platform.SetDay(w.day(1), simulator.DayFigures{Meetings: 1015, Seconds: 2_192_400, Participants: 3045}) // 1,000 more than before
	w.platform.SetDay(w.day(3), simulator.DayFigures{Meetings: 9999, Seconds: 9999, Participants: 9999})      // final, and not asked for
	w.start()
	answer := cardOf(w.answered(simulator.GroupID, simulator.MemberID, "/report 7d"))
	if says := answer.says("meeting_count"); !strings.Contains(says, "1,500") {
		t.Errorf("meetings are %q, want 1,500", says)
	}
	want := w.day(2) + " 00:00:00 " + w.day(1) + " 23:59:59"
	for _, days := range w.asked() {
		if days != want {
			t.Errorf("get_daily was called for %s, want %s", days, want)
		}
	}
	if len(w.asked()) == 0 {
		t.Error("get_daily was not called for the days that are not final")
	}
}

// Without the platform's help the archive still answers for what it knows, and
// what is older than the platform reaches back is kept.
func TestArchiveReachesFurther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	w.answered(simulator.GroupID, simulator.MemberID, "/report 4w")
	w.service().stop()
	old := time.Now().In(w.zone).AddDate(0, 0, -200).Format(time.DateOnly)
	w.change(`INSERT INTO daily_reports (tenant_key, unit, date, has_row, meeting_count, meeting_duration_seconds, participant_count, fetched_at)
		SELECT tenant_key, unit, $1, TRUE, 4321, 3600, 8642, fetched_at FROM daily_reports LIMIT 1`, old)
	w.platform.SetFault(simulator.Fault{Endpoint: "report_get_daily", Status: http.StatusBadGateway, HTML: true})
	w.start()
	answer := cardOf(w.answered(simulator.GroupID, simulator.MemberID, "/report "+old))
	if says := answer.says("meeting_count"); !strings.Contains(says, "4,321") {
		t.Errorf("meetings are %q, want 4,321", says)
	}
	before := time.Now().In(w.zone).AddDate(0, 0, -201).Format(time.DateOnly)
	answer = cardOf(w.answered(simulator.GroupID, simulator.MemberID, "/report "+before))
	if says := answer.says("missing_days"); !strings.Contains(says, before) {
		t.Errorf("missing days are %q, want %s", says, before)
	}
	if says := answer.says("meeting_count"); strings.Contains(says, "0") {
		t.Errorf("meetings of a day nobody knows are %q", says)
	}
}

// A unit is sent as its number and asked for on its own; without one none is
// sent.
func TestUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	w.filled()
	w.answered(simulator.GroupID, simulator.MemberID, "/report 7d")
	w.answered(simulator.GroupID, simulator.MemberID, "/report 7d unit=sg")
	units := map[string]int{}
	for _, request := range w.platform.Requests("report_get_daily") {
		query, _ := url.ParseQuery(request.Query)
		units[query.Get("unit")]++
		if query.Has("unit") && query.Get("unit") == "" {
			t.Errorf("an empty unit was sent: %s", request.Query)
		}
	}
	if units[""] != 1 || units["2"] != 1 || len(units) != 2 {
		t.Errorf("calls by unit are %v, want one without and one of 2", units)
	}
}
