package reports

import (
	"slices"
	"time"
)

// reach is how far back the platform answers. Source: vc-v1/report/get_daily.
const reach = 90 * 24 * time.Hour

// rules are the times by which a day is judged, in the tenant's zone.
type rules struct {
	zone          *time.Location
	finalAfter    time.Duration
	reportedAfter time.Duration
	freshFor      time.Duration
	calendar      Calendar
}

// end is the instant the date is over.
func (r rules) end(date Date) time.Time { return date.AddDays(1).In(r.zone) }

// final reports whether a fetch at the instant settles the day.
func (r rules) final(date Date, fetchedAt time.Time) bool {
	return !fetchedAt.Before(r.end(date).Add(r.finalAfter))
}

// fresh reports whether a day that is not final was fetched so recently that
// it is served from the archive. Today changes all the time and stays fresh
// for a minute at most.
func (r rules) fresh(date Date, fetchedAt, now time.Time) bool {
	freshFor := r.freshFor
	if DateOf(now.In(r.zone)) == date {
		freshFor = min(freshFor, time.Minute)
	}
	return now.Sub(fetchedAt) < freshFor
}

// judge says what the archive's knowledge of a date amounts to.
func (r rules) judge(known ArchivedDay) Day {
	day := Day{
		Date: known.Date, Source: SourceArchive, FetchedAt: known.FetchedAt,
		Final: r.final(known.Date, known.FetchedAt), Figures: known.Figures,
	}
	day.Covered = known.HasRow || day.Final || r.zero(known)
	return day
}

// days gives every day of the span with what is known of it. Days inside what
// was fetched for this request are live.
func (r rules) days(span Range, known map[Date]ArchivedDay, fetched []Range) []Day {
	days := make([]Day, 0, span.Days())
	for date := span.From; date <= span.To; date++ {
		archived, ok := known[date]
		if !ok {
			days = append(days, Day{Date: date})
			continue
		}
		day := r.judge(archived)
		if slices.ContainsFunc(fetched, func(live Range) bool { return live.holds(date) }) {
			day.Source = SourceLive
		}
		days = append(days, day)
	}
	return days
}

// zero reports whether a day the platform left out may already count as one on
// which nobody met: enough time has passed for a report, and it is no workday.
func (r rules) zero(known ArchivedDay) bool {
	workday, _ := r.calendar.Workday(known.Date)
	return !workday && !known.FetchedAt.Before(r.end(known.Date).Add(r.reportedAfter))
}

// askable are the dates the platform can be asked for at the instant: those
// that begin within the reach, up to today.
func (r rules) askable(now time.Time) Range {
	earliest := now.Add(-reach)
	oldest := DateOf(earliest.In(r.zone))
	if oldest.In(r.zone).Before(earliest) {
		oldest++
	}
	return Range{oldest, DateOf(now.In(r.zone))}
}

// lacking returns the smallest range that holds every date of the ranges which
// must be asked for; false when there is none.
func (r rules) lacking(wanted []Range, known map[Date]ArchivedDay, now time.Time) (Range, bool) {
	var span Range
	found := false
	for _, days := range wanted {
		days = days.within(r.askable(now))
		for date := days.From; date <= days.To; date++ {
			day, ok := known[date]
			if ok && (r.final(date, day.FetchedAt) || r.fresh(date, day.FetchedAt, now)) {
				continue
			}
			if !found {
				span, found = Range{date, date}, true
			}
			span = Range{min(span.From, date), max(span.To, date)}
		}
	}
	return span, found
}
