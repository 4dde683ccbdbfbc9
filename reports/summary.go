package reports

import (
	"math/big"
	"slices"
	"time"
)

// summarise boils days down.
func summarise(period Period, days []Day, calendar Calendar) Summary {
	summary := Summary{Period: period}
	var totals, workdays Figures
	for i, day := range days {
		if !day.Covered {
			summary.Missing = extend(summary.Missing, day.Date)
			continue
		}
		if !day.Final {
			summary.Provisional = extend(summary.Provisional, day.Date)
		}
		summary.CoveredDays++
		totals = totals.Add(day.Figures)
		if workday, _ := calendar.Workday(day.Date); workday {
			summary.CoveredWorkdays++
			workdays = workdays.Add(day.Figures)
		}
		count := day.Figures.MeetingCount
		if count > 0 && (summary.BusiestDay == nil || count > summary.BusiestDay.Figures.MeetingCount) {
			summary.BusiestDay = &days[i]
		}
	}
	if summary.CoveredDays > 0 {
		summary.Totals = &totals
	}
	if summary.CoveredWorkdays > 0 {
		summary.WorkdayFigures = &workdays
	}
	return summary
}

// extend adds a date to ranges of dates that are in order.
func extend(ranges []Range, date Date) []Range {
	if last := len(ranges) - 1; last >= 0 && ranges[last].To == date-1 {
		ranges[last].To = date
		return ranges
	}
	return append(ranges, Range{date, date})
}

// asOf is when the figures were fetched: the oldest fetch among the covered
// days that are not final, since those may have changed, or else the newest.
func asOf(days []Day) time.Time {
	var oldest, newest time.Time
	for _, day := range days {
		if day.FetchedAt.IsZero() {
			continue
		}
		if day.Covered && !day.Final && (oldest.IsZero() || day.FetchedAt.Before(oldest)) {
			oldest = day.FetchedAt
		}
		if day.FetchedAt.After(newest) {
			newest = day.FetchedAt
		}
	}
	if oldest.IsZero() {
		return newest
	}
	return oldest
}

// unknownYears adds to the years, in order, those of the covered days for which
// the calendar has no table.
func unknownYears(calendar Calendar, years []int, days []Day) []int {
	for _, day := range days {
		if !day.Covered {
			continue
		}
		if _, known := calendar.Workday(day.Date); known {
			continue
		}
		year, _, _ := day.Date.Split()
		if at, found := slices.BinarySearch(years, year); !found {
			years = slices.Insert(years, at, year)
		}
	}
	return years
}

// counts are figures and the number of days they are taken a mean of; that is
// one where totals are meant.
type counts struct {
	Figures
	per int64
}

// compare fills in the changes against the base. A missing day on either side
// makes totals incomparable: then means of covered days are compared. So do
// different numbers of workdays: then it is means of workdays, where both
// sides have one.
func (r *Report) compare() {
	r.Changes = map[Measure]Change{}
	now, base := r.Summary, *r.Base
	if now.Totals == nil || base.Totals == nil {
		return
	}
	r.ByMean = len(now.Missing) > 0 || len(base.Missing) > 0
	r.ByWorkday = !r.ByMean && now.CoveredWorkdays != base.CoveredWorkdays &&
		now.CoveredWorkdays > 0 && base.CoveredWorkdays > 0
	a, b := r.counts(now), r.counts(base)
	r.change(MeetingCount, a.MeetingCount, a.per, b.MeetingCount, b.per)
	r.change(MeetingDuration, a.MeetingDurationSeconds, a.per, b.MeetingDurationSeconds, b.per)
	r.change(ParticipantCount, a.ParticipantCount, a.per, b.ParticipantCount, b.per)
	if t, b := now.Totals, base.Totals; t.MeetingCount > 0 && b.MeetingCount > 0 {
		r.change(MeanDuration, t.MeetingDurationSeconds, t.MeetingCount, b.MeetingDurationSeconds, b.MeetingCount)
		r.change(MeanParticipants, t.ParticipantCount, t.MeetingCount, b.ParticipantCount, b.MeetingCount)
	}
	if now.WorkdayFigures != nil && base.WorkdayFigures != nil {
		r.change(MeanPerWorkday, now.WorkdayFigures.MeetingCount, int64(now.CoveredWorkdays),
			base.WorkdayFigures.MeetingCount, int64(base.CoveredWorkdays))
	}
	if now.BusiestDay != nil && base.BusiestDay != nil {
		r.change(BusiestDay, now.BusiestDay.Figures.MeetingCount, 1, base.BusiestDay.Figures.MeetingCount, 1)
	}
}

// counts are what is compared of a side that has a covered day.
func (r *Report) counts(side Summary) counts {
	switch {
	case r.ByMean:
		return counts{*side.Totals, int64(side.CoveredDays)}
	case r.ByWorkday:
		return counts{*side.WorkdayFigures, int64(side.CoveredWorkdays)}
	}
	return counts{*side.Totals, 1}
}

// change compares two fractions. They are compared exactly, so that halves
// round the way they should.
func (r *Report) change(measure Measure, now, per, base, basePer int64) {
	a, b := big.NewRat(now, per), big.NewRat(base, basePer)
	change := Change{}
	change.Now, _ = a.Float64()
	change.Base, _ = b.Float64()
	change.Percent = percent(a, b)
	r.Changes[measure] = change
}

// percent is the change from base to now in whole per cent, halves away from
// zero; nil from zero.
func percent(now, base *big.Rat) *int {
	if base.Sign() == 0 {
		return nil
	}
	ratio := new(big.Rat).Sub(now, base)
	ratio.Quo(ratio, base).Mul(ratio, big.NewRat(100, 1))
	half := big.NewRat(int64(ratio.Sign()), 2)
	ratio.Add(ratio, half)
	whole := int(new(big.Int).Quo(ratio.Num(), ratio.Denom()).Int64()) // Quo cuts towards zero
	return &whole
}
