package reports

import "time"

// Step is the calendar unit a period is made of. It decides what the period is
// compared with: StepDays with as many days just before, the others with the
// calendar period before.
type Step string

// The steps. A single date is one day of StepDays.
const (
	StepDays    Step = "days"
	StepWeek    Step = "week"
	StepMonth   Step = "month"
	StepQuarter Step = "quarter"
	StepYear    Step = "year"
)

// LongestPeriod is the most days a period may cover.
const LongestPeriod = 3660

// Period is a run of whole days, both ends included.
type Period struct {
	Range
	Step Step
	// Full is the whole calendar period of which Range is the part that has
	// begun; equal to Range otherwise.
	Full Range
	// Text is the period as it can be asked for again, normalised to the
	// English grammar: "7d", "last week", "2026-Q4", "2026-11-01..2026-11-07".
	Text string
}

// Begun reports whether the period is a calendar period that is not over yet.
func (p Period) Begun() bool { return p.Range != p.Full }

// Base returns the period to compare with; false for CompareNone.
func (p Period) Base(compare Compare) (Period, bool) {
	switch compare {
	case ComparePrevious:
		return p.previous(), true
	case CompareLastYear:
		return p.lastYear(), true
	}
	return Period{}, false
}

// previous is the calendar period before, of which one that has begun takes as
// many days as it has itself, or as many days just before.
func (p Period) previous() Period {
	if p.Step == StepDays {
		return daysPeriod(Range{p.From.AddDays(-p.Days()), p.From.AddDays(-1)})
	}
	full := Range{startOf(p.Step, p.Full.From.AddDays(-1), p.Full.From.Weekday()), p.Full.From.AddDays(-1)}
	return p.base(full)
}

// base is another calendar period to compare with: the whole of it, or as many
// of its first days as have begun of this one.
func (p Period) base(full Range) Period {
	days := full
	if p.Begun() {
		days.To = min(full.To, full.From.AddDays(p.Days()-1))
	}
	return Period{Range: days, Step: p.Step, Full: full, Text: days.text()}
}

// lastYear is the same dates a year before, 29 February being 28, and for a
// week the same ISO week. A week 53 that the year before lacks is its week 52.
func (p Period) lastYear() Period {
	if p.Step != StepWeek {
		base := daysPeriod(Range{yearBefore(p.From), yearBefore(p.To)})
		base.Step = p.Step
		return base
	}
	// A week that begins on a Sunday is counted by the Monday in it.
	toMonday := (8 - int(p.Full.From.Weekday())) % 7
	year, week := p.Full.From.AddDays(toMonday).In(time.UTC).ISOWeek()
	monday := isoMonday(year-1, min(week, isoWeeks(year-1)))
	from := monday.AddDays(-toMonday)
	full := Range{from, from.AddDays(6)}
	return p.base(full)
}

// daysPeriod is a period of days without a calendar meaning.
func daysPeriod(days Range) Period {
	return Period{Range: days, Step: StepDays, Full: days, Text: days.text()}
}

// text writes the range as the grammar reads it.
func (r Range) text() string {
	if r.From == r.To {
		return r.From.String()
	}
	return r.From.String() + ".." + r.To.String()
}

// yearBefore is the same date a year before.
func yearBefore(date Date) Date { return addMonths(date, -12) }

// addMonths moves a date by months; a day the month lacks becomes its last.
func addMonths(date Date, months int) Date {
	year, month, day := date.Split()
	first := NewDate(year, month+time.Month(months), 1)
	year, month, _ = first.Split()
	last := NewDate(year, month+1, 0)
	return min(first.AddDays(day-1), last)
}

// startOf is the first date of the calendar period that holds the date.
func startOf(step Step, date Date, weekStart time.Weekday) Date {
	year, month, _ := date.Split()
	switch step {
	case StepWeek:
		return date.AddDays(-(int(date.Weekday()) - int(weekStart) + 7) % 7)
	case StepMonth:
		return NewDate(year, month, 1)
	case StepQuarter:
		return NewDate(year, month-(month-1)%3, 1)
	case StepYear:
		return NewDate(year, time.January, 1)
	}
	return date
}

// next is the first date of the calendar period after the one that begins at
// the date.
func next(step Step, first Date) Date {
	switch step {
	case StepWeek:
		return first.AddDays(7)
	case StepMonth:
		return addMonths(first, 1)
	case StepQuarter:
		return addMonths(first, 3)
	case StepYear:
		return addMonths(first, 12)
	}
	return first.AddDays(1)
}

// isoMonday is the Monday of an ISO week. Week 1 is the one with 4 January.
func isoMonday(year, week int) Date {
	return startOf(StepWeek, NewDate(year, time.January, 4), time.Monday).AddDays((week - 1) * 7)
}

// isoWeeks is how many ISO weeks a year has: 28 December lies in the last.
func isoWeeks(year int) int {
	_, week := time.Date(year, time.December, 28, 0, 0, 0, 0, time.UTC).ISOWeek()
	return week
}
