package reports

import (
	"testing"
	"time"
)

func TestWeekdays(t *testing.T) {
	monday := NewDate(2026, time.November, 2)
	report := &Report{Days: []Day{
		{Date: monday, Covered: true, Figures: Figures{MeetingCount: 10, MeetingDurationSeconds: 3600, ParticipantCount: 40}},
		{Date: monday + 1, Covered: true, Figures: Figures{MeetingCount: 7}},
		{Date: monday + 6, Covered: true}, // a Sunday on which nobody met
		{Date: monday + 7, Covered: true, Figures: Figures{MeetingCount: 15, MeetingDurationSeconds: 7200, ParticipantCount: 45}},
		{Date: monday + 8}, // missing: no part of the mean
		{Date: monday + 9, Figures: Figures{MeetingCount: 1_000_000_000}}, // missing, whatever it holds
	}}
	means := Weekdays(report, time.Sunday)
	want := []WeekdayMean{
		{time.Sunday, 1, 0, 0, 0},
		{time.Monday, 2, 12.5, 5400, 42.5},
		{time.Tuesday, 1, 7, 0, 0},
		{time.Wednesday, 0, 0, 0, 0},
		{time.Thursday, 0, 0, 0, 0},
		{time.Friday, 0, 0, 0, 0},
		{time.Saturday, 0, 0, 0, 0},
	}
	for i, mean := range means {
		if mean != want[i] {
			t.Errorf("day %d: %+v, want %+v", i, mean, want[i])
		}
	}
	if first := Weekdays(report, time.Monday)[0].Weekday; first != time.Monday {
		t.Errorf("a week from Monday begins with %v", first)
	}
}
