package admin_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/store/storetest"
	"huibao/reports"
)

// nobody is a platform that has no rows.
type nobody struct{}

func (nobody) Daily(context.Context, string, reports.Unit, reports.Range, *time.Location) ([]reports.Row, error) {
	return nil, nil
}

// archived has reports made of these meetings a workday from Monday to Friday, by
// the Monday of their week; each takes ten minutes and has three participants.
func (o *office) archived(weeks map[string]int64) {
	o.t.Helper()
	for monday, meetings := range weeks {
		first, err := reports.ParseDate(monday)
		if err != nil {
			o.t.Fatal(err)
		}
		var days []reports.ArchivedDay
		for date := first; date < first+7; date++ {
			day := reports.ArchivedDay{Date: date, HasRow: true, FetchedAt: date.AddDays(5).In(time.UTC)}
			if date < first+5 {
				day.Figures = reports.Figures{MeetingCount: meetings, MeetingDurationSeconds: meetings * 600, ParticipantCount: meetings * 3}
			}
			days = append(days, day)
		}
		if err := o.db.SaveDays(o.t.Context(), tenantKey, reports.UnitNone, days); err != nil {
			o.t.Fatal(err)
		}
	}
	o.report = reports.NewService(reports.Options{
		Source: nobody{}, Archive: o.db, CalendarFunc: func(key string) reports.Calendar { return o.settings.Calendar(key) },
		ZoneFunc:   func(key string) *time.Location { return o.settings.Of(key).Zone() },
		FinalAfter: 24 * time.Hour, ReportedAfter: time.Hour, FreshFor: time.Hour, Now: func() time.Time { return now }, Log: storetest.Silent(),
	}).Report
}

// By hand: 5 × 12 meetings are 60, 5 × 10 are 50, and so 20 per cent more. In
// the week of the 14th the Sunday is a make-up workday of the National Day, so
// that 5 × 9 = 45 meetings on 6 workdays are 7.5 a workday, and 60 on 5 are 12:
// 37.5 per cent less, which is 38. A year before only one week is known.
func TestReportsAreCompared(t *testing.T) {
	o := newOffice(t)
	o.archived(map[string]int64{"2026-08-31": 10, "2026-09-07": 12, "2026-09-14": 9, "2025-09-08": 4})
	for query, want := range map[string]map[string]string{
		"from=2026-09-07&to=2026-09-13&compare=previous": {
			"from": "2026-08-31", "to": "2026-09-06", "by": "totals", "mean_of": "null", "missing": "[]",
			"totals":  `{"meeting_count":50,"meeting_duration_seconds":30000,"participant_count":150}`,
			"changes": `{"meeting_count":{"base":50,"percent":20},"meeting_duration_seconds":{"base":30000,"percent":20},"participant_count":{"base":150,"percent":20}}`,
		},
		"from=2026-09-14&to=2026-09-20&compare=previous": {
			"from": "2026-09-07", "to": "2026-09-13", "by": "means", "mean_of": "workday", "missing": "[]",
			"totals":  `{"meeting_count":60,"meeting_duration_seconds":36000,"participant_count":180}`,
			"changes": `{"meeting_count":{"base":12,"percent":-38},"meeting_duration_seconds":{"base":7200,"percent":-38},"participant_count":{"base":36,"percent":-38}}`,
		},
		// 8 to 13 September 2025 are known, the 7th is not: 20 meetings on 6 days
		// against 60 on 7, 157 per cent more.
		"from=2026-09-07&to=2026-09-13&compare=lastyear": {
			"from": "2025-09-07", "to": "2025-09-13", "by": "means", "mean_of": "day", "missing": `["2025-09-07"]`,
			"totals": `{"meeting_count":20,"meeting_duration_seconds":12000,"participant_count":60}`,
		},
		"from=2026-08-31&to=2026-08-31&compare=lastyear": {
			"from": "2025-08-31", "to": "2025-08-31", "by": "totals", "mean_of": "null", "missing": `["2025-08-31"]`, "totals": "null", "days": "[]",
			"changes": `{"meeting_count":{"base":null,"percent":null},"meeting_duration_seconds":{"base":null,"percent":null},"participant_count":{"base":null,"percent":null}}`,
		},
		// From a Saturday without meetings there is no percentage.
		"from=2026-09-07&to=2026-09-08&compare=previous": {
			"from": "2026-09-05", "changes": `{"meeting_count":{"base":0,"percent":null},"meeting_duration_seconds":{"base":0,"percent":null},"participant_count":{"base":0,"percent":null}}`,
		},
	} {
		got := o.get("/reports/daily?" + query).want(http.StatusOK)
		for field, value := range want {
			if diff := cmp.Diff(value, got.at("comparison", field)); diff != "" {
				t.Errorf("%s: %s: %s", query, field, diff)
			}
		}
	}
	means := o.get("/reports/daily?from=2026-09-07&to=2026-09-13&compare=lastyear")
	if got := means.at("comparison", "changes", "meeting_count", "percent"); got != "157" {
		t.Errorf("%s per cent", got)
	}
	if got := means.at("comparison", "days", "0"); got != `{"date":"2025-09-08","final":true,"meeting_count":4,"meeting_duration_seconds":2400,"participant_count":12,"source":"archive"}` {
		t.Errorf("a day compared with: %s", got)
	}
}

// Who does not ask for a comparison gets what there always was.
func TestReportsThatAreNotCompared(t *testing.T) {
	o := newOffice(t)
	o.archived(map[string]int64{"2026-08-31": 10, "2026-09-07": 12})
	days := "/reports/daily?from=2026-09-07&to=2026-09-13"
	if got := o.get(days).want(http.StatusOK); strings.Contains(string(got.raw), "compar") {
		t.Errorf("not asked for: %s", got.raw)
	}
	if got := o.get(days + "&compare=none").want(http.StatusOK); got.at("comparison") != "null" || !strings.Contains(string(got.raw), `"comparison": null`) {
		t.Errorf("none: %s", got.raw)
	}
	plain, asked := o.get(days+"&format=csv").want(http.StatusOK), o.get(days+"&format=csv&compare=previous").want(http.StatusOK)
	if diff := cmp.Diff(string(plain.raw), string(asked.raw)); diff != "" {
		t.Errorf("a file: %s", diff)
	}
	bad := o.get(days + "&compare=tomorrow&format=pdf").want(http.StatusUnprocessableEntity)
	if diff := cmp.Diff([]string{"format", "compare"}, bad.wrong()); diff != "" {
		t.Error(diff)
	}
}
