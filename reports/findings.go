package reports

import (
	"context"
	"math/big"
	"slices"
)

// FindingKind says what a finding is about.
type FindingKind string

// The kinds of finding.
const (
	DayHigh    FindingKind = "day_high"    // a day well above its weekday
	DayLow     FindingKind = "day_low"     // a day well below its weekday
	PeriodUp   FindingKind = "period_up"   // the period well above the one before
	PeriodDown FindingKind = "period_down" // the period well below the one before
	Record     FindingKind = "record"      // more meetings than on any day before
)

// Finding is one fact worth saying; the words are templates'. The rules are
// fixed and stand in docs/findings.md.
type Finding struct {
	Kind FindingKind
	Date Date // of a day or a record; of a period its first
	// Value is the meetings of the day; for a period the value compared: the
	// total, or the mean when Report.ByMean or ByWorkday.
	Value   float64
	Base    float64 // the mean it is held against; the earlier record for Record
	Percent int     // from Base to Value: whole, halves away from zero
}

// The rules' numbers.
const (
	mostFindings  = 3
	dayPercent    = 30            // a day is this far from its weekday's mean
	dayMeetings   = 10            // and this many meetings
	weeksCompared = 8             // covered weeks that make the mean of a weekday
	weeksBack     = 16            // how far back these are looked for
	periodPercent = 20            // a period is this far from the one before
	recordDays    = 90            // earlier covered days without which no day is a record
	recordBack    = LongestPeriod // how many days back a record is looked for
	recordStep    = 366           // of which so many are read at once
)

// history is the stretch before a period that its days are held against.
func history(period Range) Range {
	return Range{period.From.AddDays(-7 * weeksBack), period.From.AddDays(-1)}
}

// findings picks at most three facts: a record, the day furthest from its
// weekday, the period, then the days next furthest. They are read from the
// archive and never cause a call of the platform.
func (s *Service) findings(ctx context.Context, key tenantUnit, r rules, report *Report, known map[Date]ArchivedDay) ([]Finding, error) {
	today := DateOf(s.Now().In(r.zone))
	record, err := s.record(ctx, key, r, report, known, today)
	if err != nil {
		return nil, err
	}
	days := dayFindings(r.observe(history(report.Period.Range), report.Days, known), len(report.Days), today)
	first := min(1, len(days))
	found := slices.Concat(record, days[:first], report.periodFinding(r.calendar, today), days[first:])
	return found[:min(mostFindings, len(found))], nil
}

// newFinding holds a value against its base, which is not zero.
func newFinding(kind FindingKind, date Date, value, base *big.Rat) Finding {
	f := Finding{Kind: kind, Date: date, Percent: *percent(value, base)}
	f.Value, _ = value.Float64()
	f.Base, _ = base.Float64()
	return f
}

// record is the busiest day of the report where it had more meetings than any
// covered day of the recordBack days before it: none, or one. It goes back in
// time and stops at the first day that equals it.
func (s *Service) record(ctx context.Context, key tenantUnit, r rules, report *Report, known map[Date]ArchivedDay, today Date) ([]Finding, error) {
	day := report.BusiestDay
	if day == nil || day.Date >= today {
		return nil, nil
	}
	covered, most := 0, int64(0)
	oldest := day.Date.AddDays(-recordBack)
	for span := (Range{max(oldest, history(report.Period.Range).From), day.Date - 1}); ; {
		for _, earlier := range r.days(span, known, nil) {
			if earlier.Covered {
				covered, most = covered+1, max(most, earlier.Figures.MeetingCount)
			}
		}
		if most >= day.Figures.MeetingCount {
			return nil, nil
		}
		if span.From == oldest {
			break
		}
		span = Range{max(oldest, span.From.AddDays(-recordStep)), span.From - 1}
		var err error
		if known, err = s.known(ctx, key, []Range{span}); err != nil {
			return nil, err
		}
	}
	if covered < recordDays || most == 0 {
		return nil, nil
	}
	return []Finding{newFinding(Record, day.Date, big.NewRat(day.Figures.MeetingCount, 1), big.NewRat(most, 1))}, nil
}
