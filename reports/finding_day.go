package reports

import (
	"cmp"
	"math/big"
	"slices"
)

// observation is a day as the findings see it.
type observation struct {
	Day
	ordinary bool // a workday or day off as its weekday usually is
}

// observe lines up the days of a report behind those of the history.
func (r rules) observe(before Range, days []Day, known map[Date]ArchivedDay) []observation {
	observed := make([]observation, 0, before.Days()+len(days))
	for _, day := range slices.Concat(r.days(before, known, nil), days) {
		workday, _ := r.calendar.Workday(day.Date)
		observed = append(observed, observation{day, workday == day.Date.UsualWorkday()})
	}
	return observed
}

// apart is a day that stands out from its weekday.
type apart struct {
	*observation

	sum int64 // of the meetings of the weekday's eight days
	far int64 // eight times the day's meetings, less the sum
}

// dayFindings are the days, of the last so many observed, that stand out from
// their weekday, the furthest first.
func dayFindings(observed []observation, days int, today Date) []Finding {
	var found []apart
	for i := len(observed) - days; i < len(observed); i++ {
		day := &observed[i]
		if !day.Covered || !day.ordinary || day.Date >= today {
			continue
		}
		sum, ok := weekdaySum(observed, i)
		stray := apart{day, sum, weeksCompared*day.Figures.MeetingCount - sum}
		if ok && stray.found() {
			found = append(found, stray)
		}
	}
	slices.SortStableFunc(found, func(a, b apart) int { return cmp.Compare(abs(b.far), abs(a.far)) })
	findings := make([]Finding, 0, mostFindings)
	for _, day := range found[:min(mostFindings, len(found))] {
		kind := DayHigh
		if day.far < 0 {
			kind = DayLow
		}
		findings = append(findings, newFinding(kind, day.Date,
			big.NewRat(day.Figures.MeetingCount, 1), big.NewRat(day.sum, weeksCompared)))
	}
	return findings
}

// found reports whether the day is far enough from the mean of its weekday,
// which is not zero. What may still grow is not low.
func (a apart) found() bool {
	return a.sum > 0 && abs(a.far) >= weeksCompared*dayMeetings && 100*abs(a.far) >= dayPercent*a.sum &&
		(a.far > 0 || a.Final)
}

// weekdaySum is the meetings of the eight newest covered, ordinary days of the
// same weekday before the day at the index; false when there are fewer.
func weekdaySum(observed []observation, index int) (sum int64, ok bool) {
	weeks := 0
	for i := index - 7; i >= max(0, index-7*weeksBack); i -= 7 {
		if !observed[i].Covered || !observed[i].ordinary {
			continue
		}
		sum += observed[i].Figures.MeetingCount
		if weeks++; weeks == weeksCompared {
			return sum, true
		}
	}
	return 0, false
}

// abs is the size of a difference.
func abs(n int64) int64 { return max(n, -n) }
