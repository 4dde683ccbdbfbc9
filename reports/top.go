package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"huibao/internal/fault"
)

// TopBy is what a ranking goes by.
type TopBy string

// The orders the platform knows.
const (
	TopByCount    TopBy = "count"
	TopByDuration TopBy = "duration"
)

// TopKind is who or what a line of a ranking names.
type TopKind string

// The kinds. Guests are people without an account of their own: of another
// product, or who dialled in by telephone or from a device.
const (
	TopPerson TopKind = "person"
	TopGuest  TopKind = "guest"
	TopRoom   TopKind = "room"
)

// TopUser is one line of a ranking.
type TopUser struct {
	ID                     string // open_id of a person; may be empty for a guest
	Name                   string
	Kind                   TopKind
	MeetingCount           int64
	MeetingDurationSeconds int64
}

// TopSource asks the platform who met most: one call of get_top_user, over the
// days as Source asks for them. It returns as many people and rooms as the
// platform ranks, together, in any order. Errors are faults.
type TopSource interface {
	TopUsers(ctx context.Context, tenantKey string, unit Unit, days Range, zone *time.Location, by TopBy) ([]TopUser, error)
}

// TopQuery says what a ranking is about.
type TopQuery struct {
	TenantKey string
	Unit      Unit
	Period    Period
	Zone      *time.Location // in which instants are shown
	By        TopBy
	Limit     int // the most people, at least 1
}

// mostRooms is the most rooms a ranking names beside the people.
const mostRooms = 10

// TopReport is who met most over a period.
type TopReport struct {
	TopQuery
	People []TopUser // people and guests, most first; at most Limit
	Rooms  []TopUser // at most Limit and mostRooms
	// Implausible is set when the durations do not fit the organisation's daily
	// figures: the platform probably counts them in another unit than it is
	// configured to.
	Implausible bool
	AsOf        time.Time // when the platform was asked
}

// Top asks the platform who met most. It answers for the last 90 days only,
// and a period that reaches further back is refused, since a ranking of a part
// of it would be another one. The names are personal data: nothing of them is
// kept. The error is a fault.
func (s *Service) Top(ctx context.Context, query TopQuery) (*TopReport, error) {
	r, asked := s.rules(query.TenantKey), s.Now()
	days, err := query.days(r.askable(asked))
	if err != nil {
		return nil, err
	}
	users, err := s.TopSource.TopUsers(ctx, query.TenantKey, query.Unit, days, r.zone, query.By)
	if err != nil {
		return nil, fmt.Errorf("fetch the ranking of %s to %s: %w", days.From, days.To, err)
	}
	slices.SortStableFunc(users, func(a, b TopUser) int { return cmp.Compare(query.measure(b), query.measure(a)) })
	report := &TopReport{TopQuery: query, AsOf: asked}
	for _, user := range users {
		if user.Kind == TopRoom {
			report.Rooms = append(report.Rooms, user)
		} else {
			report.People = append(report.People, user)
		}
	}
	report.Implausible = s.implausible(ctx, query, report.People)
	report.People = report.People[:min(query.Limit, len(report.People))]
	report.Rooms = report.Rooms[:min(query.Limit, mostRooms, len(report.Rooms))]
	return report, nil
}

// measure is what the ranking goes by.
func (q TopQuery) measure(user TopUser) int64 {
	if q.By == TopByDuration {
		return user.MeetingDurationSeconds
	}
	return user.MeetingCount
}

// days are the query's days as the platform can be asked for them. Days that
// have not begun where the tenant is have no meetings and are left off.
func (q TopQuery) days(askable Range) (Range, error) {
	days := Range{q.Period.From, min(q.Period.To, askable.To)}
	if days.Days() < 1 {
		return Range{}, wrong("fault.period.future", q.Period.Text, "yesterday")
	}
	if days.From >= askable.From {
		return days, nil
	}
	nearest := Range{askable.From, days.To}
	if nearest.Days() < 1 {
		nearest.To = askable.To.AddDays(-1)
	}
	return Range{}, fault.New(fault.Invalid, "fault.top.out_of_reach", fault.Args{
		"part": q.Period.Text, "from": askable.From.String(), "suggestion": nearest.text(),
	})
}

// implausible reports whether the durations of people do not fit the
// organisation's figures of the same days, and warns. Without these figures
// only the length of the period counts.
func (s *Service) implausible(ctx context.Context, query TopQuery, people []TopUser) bool {
	log := s.Log.WithField("tenant_key", query.TenantKey)
	var totals *Figures
	daily, err := s.Report(ctx, Query{
		TenantKey: query.TenantKey, Unit: query.Unit, Period: query.Period, Compare: CompareNone, Zone: query.Zone,
	})
	if err == nil {
		totals = daily.Totals
	} else {
		log.WithError(err).Warn("the ranking's durations are not held against the daily figures")
	}
	unit := otherUnit(people, query.Period.Days(), totals)
	if unit == "" {
		return false
	}
	log.WithField("period", query.Period.text()).
		Warnf("the ranking's durations do not fit the daily figures: HUIBAO_TOP_USER_UNIT should probably be %s", unit)
	return true
}

const (
	// secondsOfDay is the length of a day, give or take a clock change.
	secondsOfDay = 86400
	// mostMeant is how many times the mean meeting of the organisation may be
	// as long as that of those who meet most, or the other way round. A wrong
	// unit makes it 60 times; 8 is half way, as factors go.
	mostMeant = 8
)

// otherUnit is the unit that the durations of people seem to be counted in,
// "seconds" or "minutes", when it is not the one they were read in. They are
// held against the length of the period, since hardly anybody is in meetings
// day and night, and by their mean length against that of all meetings, which
// does not depend on how many people there are.
func otherUnit(people []TopUser, days int, totals *Figures) string {
	var met Figures
	for _, person := range people {
		if person.MeetingDurationSeconds > int64(days)*secondsOfDay*3/2 { // two meetings at once for half of the time
			return "seconds"
		}
		met.MeetingCount += person.MeetingCount
		met.MeetingDurationSeconds += person.MeetingDurationSeconds
	}
	if totals == nil || totals.MeetingCount == 0 || totals.MeetingDurationSeconds == 0 || met.MeetingCount == 0 {
		return ""
	}
	ratio := meanDuration(met) / meanDuration(*totals)
	switch {
	case ratio > mostMeant:
		return "seconds"
	case ratio < 1.0/mostMeant:
		return "minutes"
	}
	return ""
}

// meanDuration is the seconds of a meeting, of which there is one.
func meanDuration(f Figures) float64 {
	return float64(f.MeetingDurationSeconds) / float64(f.MeetingCount)
}
