package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shanghai is where the simulated organisation is.
var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// span asks for whole days of the tenant's zone.
func spanOf(from, to string) string {
	first, _ := time.ParseInLocation(time.DateOnly, from, shanghai)
	last, _ := time.ParseInLocation(time.DateOnly, to, shanghai)
	return fmt.Sprintf("start_time=%d&end_time=%d", first.Unix(), last.AddDate(0, 0, 1).Unix()-1)
}

// daily asks for days.
func (w *world) daily(query string) reply {
	w.t.Helper()
	return w.get("/open-apis/vc/v1/reports/get_daily?" + query)
}

// rows are the rows of a report.
func (r reply) rows() []any {
	report, _ := r.data["meeting_report"].(object)
	rows, _ := report["daily_report"].([]any)
	return rows
}

func TestDailyReportHasThePlatformsShape(t *testing.T) {
	w := newWorld(t, Options{})
	w.SetDay("2026-11-23", DayFigures{100, 147680, 2000})
	w.SetDay("2026-11-24", DayFigures{})
	w.DropDay("2026-11-22")
	want := object{"meeting_report": object{
		"total_meeting_count": "100", "total_meeting_duration": "147680", "total_participant_count": "2001",
		"daily_report": []any{
			// 1795392000 is 2026-11-23T00:00:00Z.
			object{"date": "1795392000", "meeting_count": "100", "meeting_duration": "147680", "participant_count": "2000"},
			object{"date": "1795478400", "meeting_count": "0", "meeting_duration": "0", "participant_count": "0"},
		},
	}}
	if diff := cmp.Diff(want, w.fine("report", w.daily(spanOf("2026-11-22", "2026-11-24"))).data); diff != "" {
		t.Error(diff)
	}
	w.LocalDates(true)
	// Midnight in Shanghai is eight hours before midnight in UTC.
	if got := w.daily(spanOf("2026-11-23", "2026-11-23")).rows()[0].(object)["date"]; got != "1795363200" {
		t.Errorf("local date %v, want 1795363200", got)
	}
}

func TestDailyReportRefusals(t *testing.T) {
	w := newWorld(t, Options{})
	day := spanOf("2026-11-23", "2026-11-23")
	for _, query := range []string{
		"", "start_time=1", "start_time=2&end_time=1", "start_time=x&end_time=y", day + "&unit=4", day + "&unit=x", day + "&unit=-1",
	} {
		w.refusedWith(query, w.daily(query), 121003)
	}
	w.SetFault(Fault{Endpoint: "report_get_daily", Times: 1, Status: 500, Code: 121001})
	if got := w.daily(day); got.status != 500 || got.code != 121001 {
		t.Errorf("internal error: %d %v", got.status, got.body)
	}
	w.SetFault(Fault{Endpoint: "report_get_daily", Times: 1, Status: 400, Code: 121002})
	w.refusedWith("not supported", w.daily(day), 121002)
	w.fine("after the faults", w.daily(day))
	w.WithholdScope("vc:report:readonly", true)
	w.refusedWith("without the scope", w.daily(day), 99991672)
}

func TestNinetyDays(t *testing.T) {
	w := newWorld(t, Options{})
	oldest := noon.Add(-90 * 24 * time.Hour).Unix() // noon of 27 August
	ask := func(from int64) reply { return w.daily(fmt.Sprintf("start_time=%d&end_time=%d", from, noon.Unix())) }
	w.fine("from exactly 90 days ago", ask(oldest))
	w.refusedWith("a second earlier", ask(oldest-1), 121003)
	for day := noon.AddDate(0, 0, -95); day.Before(noon); day = day.AddDate(0, 0, 1) {
		w.SetDay(day.Format(time.DateOnly), DayFigures{1, 1, 1})
	}
	w.SetReportStyle(ReportStyle{OldIsEmpty: true})
	rows := w.fine("from 95 days ago", w.daily(spanOf("2026-08-22", "2026-11-24"))).rows()
	// The 27th begins more than 90 × 24 h before noon, so that the 28th is the first.
	first := time.Date(2026, 8, 28, 0, 0, 0, 0, time.UTC).Unix()
	if got := rows[0].(object)["date"]; len(rows) != 89 || got != strconv.FormatInt(first, 10) {
		t.Errorf("%d rows from %v, want 89 from %d", len(rows), got, first)
	}
}

func TestReportsOfAllTime(t *testing.T) {
	w := newWorld(t, Options{})
	w.refusedWith("from the beginning", w.daily("start_time=-9223372036854775808&end_time=9223372036854775807"), 121003)
	w.SetReportStyle(ReportStyle{OldIsEmpty: true})
	if got := len(w.fine("from the beginning", w.daily("start_time=-9223372036854775808&end_time=9223372036854775807")).rows()); got < 80 || got > 90 {
		t.Errorf("%d rows, want those of the last 90 days", got)
	}
	if got := len(w.fine("to the end", w.daily(fmt.Sprintf("start_time=%d&end_time=9223372036854775807", noon.Unix()))).rows()); got != 1 {
		t.Errorf("%d rows from today on, want today's", got)
	}
	if got := len(w.fine("in the far future", w.daily("start_time=9223372036854775806&end_time=9223372036854775807")).rows()); got != 0 {
		t.Errorf("%d rows of the far future", got)
	}
}

func TestReportStyles(t *testing.T) {
	w := newWorld(t, Options{})
	for _, date := range []string{"2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"} {
		w.SetDay(date, DayFigures{1, 60, 2})
	}
	w.SetDay("2026-11-21", DayFigures{})
	dates := func(style ReportStyle) []int {
		w.SetReportStyle(style)
		rows := w.fine("report", w.daily(spanOf("2026-11-21", "2026-11-22"))).rows()
		days := make([]int, 0, len(rows))
		for _, row := range rows {
			seconds, _ := strconv.ParseInt(row.(object)["date"].(string), 10, 64)
			days = append(days, time.Unix(seconds, 0).UTC().Day())
		}
		return days
	}
	for name, test := range map[string]struct {
		style ReportStyle
		want  []int
	}{
		"as documented":      {ReportStyle{}, []int{21, 22}},
		"without zeros":      {ReportStyle{NoZeros: true}, []int{22}},
		"disordered":         {ReportStyle{Disordered: true}, []int{22, 21}},
		"wider":              {ReportStyle{Wider: true}, []int{20, 21, 22, 23}},
		"disordered, wider":  {ReportStyle{Disordered: true, Wider: true}, []int{22, 23, 20, 21}},
		"without rows":       {ReportStyle{Lacks: "rows"}, nil},
		"without the report": {ReportStyle{Lacks: "report"}, nil},
		"without data":       {ReportStyle{Lacks: "data"}, nil},
	} {
		if got := dates(test.style); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
	w.SetReportStyle(ReportStyle{Lacks: "data"})
	if got := w.daily(spanOf("2026-11-21", "2026-11-22")); got.data != nil {
		t.Errorf("without data: %v", got.body)
	}
}

func TestGarbledRow(t *testing.T) {
	w := newWorld(t, Options{})
	w.SetDay("2026-11-22", DayFigures{1, 60, 2})
	w.SetDay("2026-11-23", DayFigures{1, 60, 2})
	bad := object{"date": "yesterday", "meeting_count": "many"}
	w.GarbleDay("2026-11-22", bad)
	rows := w.fine("report", w.daily(spanOf("2026-11-22", "2026-11-23"))).rows()
	if diff := cmp.Diff([]any{bad, object{"date": "1795392000", "meeting_count": "1", "meeting_duration": "60", "participant_count": "2"}}, rows); diff != "" {
		t.Error(diff)
	}
	w.GarbleDay("2026-11-22", nil)
	if got := w.daily(spanOf("2026-11-22", "2026-11-22")).rows()[0].(object)["meeting_count"]; got != "1" {
		t.Errorf("mended row %v", got)
	}
}

func TestUnits(t *testing.T) {
	w := newWorld(t, Options{})
	count := func(query string) string {
		rows := w.fine(query, w.daily(spanOf("2026-11-23", "2026-11-23")+query)).rows()
		if len(rows) != 1 {
			t.Fatalf("%s: %v", query, rows)
		}
		return rows[0].(object)["meeting_count"].(string)
	}
	all, _ := w.Day("2026-11-23")
	if got, want := count("&unit=1"), fmt.Sprint(all.Meetings*20/100); got != want || got == count("") {
		t.Errorf("a fifth of the %d meetings is in unit 1: %s, want %s", all.Meetings, got, want)
	}
	w.SetUnitDay(2, "2026-11-23", &DayFigures{7, 7, 7})
	if count("&unit=2") != "7" || count("&unit=0") == "7" || count("") == "7" {
		t.Error("figures of unit 2 are those of others too")
	}
	w.SetDay("2026-11-23", DayFigures{9, 9, 9})
	if count("&unit=2") != "7" || count("&unit=0") != "9" || count("") != "9" {
		t.Error("figures set for every unit are not those of every unit")
	}
	w.SetReportStyle(ReportStyle{Units: []int{}})
	w.refusedWith("a unit of a tenant without", w.daily(spanOf("2026-11-23", "2026-11-23")+"&unit=0"), 121003)
	w.SetReportStyle(ReportStyle{Units: []int{0, 2}})
	w.fine("a unit there is", w.daily(spanOf("2026-11-23", "2026-11-23")+"&unit=2"))
	w.refusedWith("a unit there is not", w.daily(spanOf("2026-11-23", "2026-11-23")+"&unit=1"), 121003)
}
