package reports

import "math/big"

// periodFinding is the period where it stands out from the one before: none,
// or one.
func (r *Report) periodFinding(calendar Calendar, today Date) []Finding {
	if r.Compare != ComparePrevious || r.Base == nil || r.Totals == nil || r.Base.Totals == nil {
		return nil
	}
	now, base := r.counts(r.Summary), r.counts(*r.Base)
	value, against := big.NewRat(now.MeetingCount, now.per), big.NewRat(base.MeetingCount, base.per)
	kind, ok := moved(value, against)
	if !ok || !r.workdaysAgree(kind) || kind == PeriodDown && !r.staysDown(now, against, calendar, today) {
		return nil
	}
	return []Finding{newFinding(kind, r.Period.From, value, against)}
}

// moved says whether a value is at least periodPercent away from its base; from
// zero nothing is.
func moved(value, base *big.Rat) (FindingKind, bool) {
	if base.Sign() == 0 {
		return "", false
	}
	far := new(big.Rat).Sub(value, base)
	kind := PeriodUp
	if far.Sign() < 0 {
		kind = PeriodDown
	}
	least := new(big.Rat).Mul(base, big.NewRat(periodPercent, 100))
	return kind, far.Abs(far).Cmp(least) >= 0
}

// workdaysAgree keeps a difference of the calendars, or a gap in the days, from
// passing for a change of how people meet: both sides have workdays or neither
// has, and where days are missing the mean a workday has moved as far too.
func (r *Report) workdaysAgree(kind FindingKind) bool {
	now, base := r.WorkdayFigures, r.Base.WorkdayFigures
	if now == nil || base == nil {
		return now == base
	}
	if !r.ByMean {
		return true
	}
	same, ok := moved(big.NewRat(now.MeetingCount, int64(r.CoveredWorkdays)),
		big.NewRat(base.MeetingCount, int64(r.Base.CoveredWorkdays)))
	return ok && same == kind
}

// staysDown reports whether the period is over and stays down when its
// provisional workdays come out like a mean workday of the base: what may yet
// grow is not called low.
func (r *Report) staysDown(now counts, base *big.Rat, calendar Calendar, today Date) bool {
	if r.Period.To >= today {
		return false
	}
	grown := big.NewRat(now.MeetingCount, 1)
	for _, day := range r.Days {
		workday, _ := calendar.Workday(day.Date)
		if !day.Covered || day.Final || !workday {
			continue
		}
		usual := big.NewRat(r.Base.WorkdayFigures.MeetingCount, int64(r.Base.CoveredWorkdays))
		if short := usual.Sub(usual, big.NewRat(day.Figures.MeetingCount, 1)); short.Sign() > 0 {
			grown.Add(grown, short)
		}
	}
	kind, ok := moved(grown.Quo(grown, big.NewRat(now.per, 1)), base)
	return ok && kind == PeriodDown
}
