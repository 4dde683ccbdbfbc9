package scheduler

import (
	"strings"
	"time"

	"huibao/reports"
)

// Reason says why a time named by a schedule is a run, or why it is none.
type Reason string

// The reasons. Of the first three there is a run, of the others none.
const (
	Scheduled   Reason = "scheduled"
	MakeUpDay   Reason = "make_up_day" // a weekend day that is worked
	Moved       Reason = "moved"       // the usual first workday is off, so a later one has the run
	Holiday     Reason = "holiday"
	NotAWorkday Reason = "not_a_workday"
	Paused      Reason = "paused"
)

// Run is one time a schedule names.
type Run struct {
	At     time.Time
	Runs   bool
	Reason Reason
	// CalendarKnown is false when the calendar has no table for the year, so
	// that the usual week decided.
	CalendarKnown bool
}

// Plan gives the times a schedule names and which of them are runs.
type Plan struct {
	cron      Cron
	on        On
	zone      *time.Location
	calendar  reports.Calendar
	weekStart time.Weekday
	paused    *reports.Date // the last day of a pause
	off       bool          // the schedule is not enabled
}

// plan is the schedule's plan by the tenant's calendar and week.
func (s *Scheduler) plan(schedule Schedule) (Plan, error) {
	expression := schedule.Cron
	if schedule.On == FirstWorkdayOfWeek || schedule.On == FirstWorkdayOfMonth {
		expression = everyDay(expression)
	}
	parsed, err := ParseCron(expression)
	if err != nil {
		return Plan{}, err
	}
	return Plan{
		cron: parsed, on: schedule.On, zone: schedule.zone(), paused: schedule.PausedUntil, off: !schedule.Enabled,
		calendar: s.Settings.Calendar(schedule.TenantKey), weekStart: s.Settings.Of(schedule.TenantKey).FirstWeekday(),
	}, nil
}

// everyDay keeps hour and minute of an expression. One that does not have five
// fields is left to the parser to refuse.
func everyDay(expression string) string {
	fields := strings.Fields(expression)
	if len(fields) != 5 {
		return expression
	}
	return fields[0] + " " + fields[1] + " * * *"
}

// Next is the first time after the instant that the schedule names, run or
// not; false when there is none.
func (p Plan) Next(after time.Time) (Run, bool) {
	switch p.on {
	case FirstWorkdayOfWeek, FirstWorkdayOfMonth:
		return p.nextFirst(after)
	}
	at := p.cron.Next(after, p.zone)
	if at.IsZero() {
		return Run{}, false
	}
	date := reports.DateOf(at.In(p.zone))
	if p.on == Workdays {
		return p.run(at, p.workdayReason(date)), true
	}
	return p.run(at, Scheduled), true
}

// run is a time with its reason. A pause takes the run away, but a day that
// has none anyway keeps its own reason.
func (p Plan) run(at time.Time, reason Reason) Run {
	date := reports.DateOf(at.In(p.zone))
	_, known := p.calendar.Workday(date)
	runs := reason == Scheduled || reason == MakeUpDay || reason == Moved
	if runs && (p.off || p.paused != nil && date <= *p.paused) {
		runs, reason = false, Paused
	}
	return Run{At: at, Runs: runs, Reason: reason, CalendarKnown: known || p.on == EveryDay}
}

// workdayReason says what a date is to a schedule that runs on workdays.
func (p Plan) workdayReason(date reports.Date) Reason {
	workday, _ := p.calendar.Workday(date)
	switch {
	case workday && date.UsualWorkday():
		return Scheduled
	case workday:
		return MakeUpDay
	case date.UsualWorkday():
		return Holiday
	}
	return NotAWorkday
}

// periodsAhead is how many weeks or months are looked through for a first
// workday: no holiday is longer.
const periodsAhead = 60

// nextFirst is Next for the first workday of each week or month.
func (p Plan) nextFirst(after time.Time) (Run, bool) {
	span := p.spanOf(reports.DateOf(after.In(p.zone)))
	for range periodsAhead {
		date, reason := p.firstWorkday(span)
		start := date.In(p.zone).Add(-time.Second)
		if start.Before(after) {
			start = after
		}
		if at := p.cron.Next(start, p.zone); !at.IsZero() && reports.DateOf(at.In(p.zone)) == date {
			return p.run(at, reason), true
		}
		span = p.spanOf(span.To.AddDays(1))
	}
	return Run{}, false
}

// spanOf is the week or month that holds the date.
func (p Plan) spanOf(date reports.Date) reports.Range {
	if p.on == FirstWorkdayOfWeek {
		first := date.AddDays(-(int(date.Weekday()) - int(p.weekStart) + 7) % 7)
		return reports.Range{From: first, To: first.AddDays(6)}
	}
	year, month, _ := date.Split()
	return reports.Range{From: reports.NewDate(year, month, 1), To: reports.NewDate(year, month+1, 0)}
}

// firstWorkday is the date of a week or month that has the run, and why. One
// without a workday names its usual first workday, which is a holiday.
func (p Plan) firstWorkday(span reports.Range) (reports.Date, Reason) {
	usual := span.From
	for !usual.UsualWorkday() {
		usual++
	}
	for date := span.From; date <= span.To; date++ {
		workday, _ := p.calendar.Workday(date)
		switch {
		case !workday:
			continue
		case date == usual:
			return date, Scheduled
		case !date.UsualWorkday():
			return date, MakeUpDay
		}
		return date, Moved
	}
	return usual, Holiday
}

// daysAhead is how many named days are looked through for the next run. A
// schedule whose days are all off for longer never comes.
const daysAhead = 2000

// NextRun is the first run after the instant, zero when there is none.
func (p Plan) NextRun(after time.Time) time.Time {
	for range daysAhead {
		run, ok := p.Next(after)
		if !ok || p.off {
			return time.Time{}
		}
		if run.Runs {
			return run.At
		}
		// No other time of that day runs either.
		date := reports.DateOf(run.At.In(p.zone))
		if p.paused != nil {
			date = max(date, *p.paused)
		}
		after = date.AddDays(1).In(p.zone).Add(-time.Second)
	}
	return time.Time{}
}

// Runs are up to count times the schedule names from the instant on.
func (p Plan) Runs(from time.Time, count int) []Run {
	runs := make([]Run, 0, count)
	for after := from.Add(-time.Second); len(runs) < count; {
		run, ok := p.Next(after)
		if !ok {
			break
		}
		runs = append(runs, run)
		after = run.At
	}
	return runs
}
