package reports

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestBuckets has the ranges of every bar, by step and first day of the week;
// all end on Monday, 9 November 2026. A star marks a bar that is not whole.
func TestBuckets(t *testing.T) {
	for _, test := range []struct {
		name, from string
		weekStart  time.Weekday
		days       int
		step       Step
		want       []string
	}{
		{"a day", "2026-11-09", time.Monday, 1, StepDays, []string{"2026-11-09"}},
		{"two days", "2026-11-08", time.Monday, 2, StepDays, []string{"2026-11-08", "2026-11-09"}},
		{"46 days, weeks from Monday", "2026-09-25", time.Monday, 46, StepWeek, []string{
			"2026-09-25..2026-09-27*", "2026-09-28..2026-10-04", "2026-10-05..2026-10-11", "2026-10-12..2026-10-18",
			"2026-10-19..2026-10-25", "2026-10-26..2026-11-01", "2026-11-02..2026-11-08", "2026-11-09*",
		}},
		{"46 days, weeks from Sunday", "2026-09-25", time.Sunday, 46, StepWeek, []string{
			"2026-09-25..2026-09-26*", "2026-09-27..2026-10-03", "2026-10-04..2026-10-10", "2026-10-11..2026-10-17",
			"2026-10-18..2026-10-24", "2026-10-25..2026-10-31", "2026-11-01..2026-11-07", "2026-11-08..2026-11-09*",
		}},
		{"201 days", "2026-04-23", time.Monday, 201, StepMonth, []string{
			"2026-04-23..2026-04-30*", "2026-05-01..2026-05-31", "2026-06-01..2026-06-30", "2026-07-01..2026-07-31",
			"2026-08-01..2026-08-31", "2026-09-01..2026-09-30", "2026-10-01..2026-10-31", "2026-11-01..2026-11-09*",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			report := &Report{Summary: Summary{Period: daysPeriod(Range{date(test.from), date("2026-11-09")})}}
			for d := date(test.from); d <= date("2026-11-09"); d++ {
				report.Days = append(report.Days, covered(d.String(), 2))
			}
			if len(report.Days) != test.days {
				t.Fatalf("%d days", len(report.Days))
			}
			var got []string
			for _, bucket := range Buckets(report, test.weekStart) {
				text := bucket.text()
				if !bucket.Whole {
					text += "*"
				}
				got = append(got, text)
				if bucket.Step != test.step || bucket.CoveredDays != bucket.Days() || *bucket.Figures != figures(2*int64(bucket.Days())) {
					t.Errorf("%s: %+v, %+v", text, bucket, bucket.Figures)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestStepOf has both sides of each bound.
func TestStepOf(t *testing.T) {
	for days, want := range map[int]Step{
		1: StepDays, 45: StepDays, 46: StepWeek, 200: StepWeek, 201: StepMonth, 3660: StepMonth,
	} {
		last := date("2026-11-09")
		period := daysPeriod(Range{last.AddDays(1 - days), last})
		if got := StepOf(period); got != want {
			t.Errorf("%d days go by %s, want %s", days, got, want)
		}
		report := &Report{Summary: Summary{Period: period}}
		for d := period.From; d <= period.To; d++ {
			report.Days = append(report.Days, Day{Date: d})
		}
		total := 0
		for _, bucket := range Buckets(report, time.Sunday) {
			total += bucket.Days()
		}
		if total != days {
			t.Errorf("the bars of %d days hold %d", days, total)
		}
	}
}

// TestBucketCoverage: a bar says how much of it is known; one of which nothing
// is has no figures, which is not zero.
func TestBucketCoverage(t *testing.T) {
	period := daysPeriod(span("2026-09-21..2026-11-08")) // seven weeks
	report := &Report{Summary: Summary{Period: period}}
	for d := period.From; d <= period.To; d++ {
		day := missing(d.String())
		switch {
		case d <= date("2026-09-27"):
			day = covered(d.String(), 0)
		case d == date("2026-10-01"):
			day = covered(d.String(), 5)
		case d == date("2026-11-07"), d == date("2026-11-08"):
			day = provisional(d.String(), 1)
		}
		report.Days = append(report.Days, day)
	}
	buckets := Buckets(report, time.Monday)
	got := make([]string, 0, len(buckets))
	for _, bucket := range buckets {
		meetings := "none"
		if bucket.Figures != nil {
			meetings = fmt.Sprint(bucket.Figures.MeetingCount)
		}
		got = append(got, fmt.Sprintf("%s %d %d %t", meetings, bucket.CoveredDays, bucket.MissingDays, bucket.Provisional))
	}
	want := []string{
		"0 7 0 false", "5 1 6 false", "none 0 7 false", "none 0 7 false", "none 0 7 false", "none 0 7 false", "2 2 5 true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
