package reports

import "time"

// A chart and the rows beside it go by day up to byDay days, by week up to
// byWeek, and by month beyond.
const (
	byDay  = 45
	byWeek = 200
)

// Bucket is one bar of a chart and one row of its table: a day, or as much of a
// week or month as lies in the period.
type Bucket struct {
	Range
	Step        Step
	Whole       bool // the whole week or month lies in the period
	CoveredDays int
	MissingDays int
	Figures     *Figures // of the covered days; nil when there is none
	Provisional bool     // a covered day of it is not final
}

// StepOf is the step of a period's chart and rows: StepDays, StepWeek or
// StepMonth.
func StepOf(period Period) Step {
	switch days := period.Days(); {
	case days <= byDay:
		return StepDays
	case days <= byWeek:
		return StepWeek
	}
	return StepMonth
}

// Buckets groups the report's days at the step of its chart, in order.
func Buckets(report *Report, weekStart time.Weekday) []Bucket {
	step := StepOf(report.Period)
	var buckets []Bucket
	var first Date
	for _, day := range report.Days {
		start := startOf(step, day.Date, weekStart)
		if len(buckets) == 0 || start != first {
			first = start
			buckets = append(buckets, Bucket{Range: Range{day.Date, day.Date}, Step: step})
		}
		bucket := &buckets[len(buckets)-1]
		bucket.To = day.Date
		bucket.Whole = bucket.From == start && bucket.To == next(step, start).AddDays(-1)
		bucket.add(day)
	}
	return buckets
}

// add counts a day in.
func (b *Bucket) add(day Day) {
	if !day.Covered {
		b.MissingDays++
		return
	}
	b.CoveredDays++
	b.Provisional = b.Provisional || !day.Final
	if b.Figures == nil {
		b.Figures = &Figures{}
	}
	*b.Figures = b.Figures.Add(day.Figures)
}
