package reports

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
)

// Options are what NewService needs.
type Options struct {
	Source    Source
	TopSource TopSource // for Top
	Archive   Archive
	// CalendarFunc is the tenant's calendar: its admins may have corrected it.
	CalendarFunc func(tenantKey string) Calendar
	// ZoneFunc is the tenant's own time zone: it decides what a row covers.
	ZoneFunc      func(tenantKey string) *time.Location
	FinalAfter    time.Duration // after its end a day's figures no longer change
	ReportedAfter time.Duration // after its end a day off without a row is zero
	FreshFor      time.Duration // how long a fetch of a day not final is served
	Now           func() time.Time
	Log           *logrus.Entry
}

// Service makes reports. It is safe for concurrent use.
type Service struct {
	Options
	mu    sync.Mutex
	lanes map[tenantUnit]*lane
}

// NewService returns a service.
func NewService(options Options) *Service {
	return &Service{Options: options, lanes: map[tenantUnit]*lane{}}
}

// Query says what a report is about.
type Query struct {
	TenantKey string
	Unit      Unit
	Period    Period
	Compare   Compare
	Zone      *time.Location // in which instants are shown
}

// Report makes the report: the archive answers for what it knows, one call of
// the platform for the rest. The error is a fault; a report is never made of
// less than what could be had.
func (s *Service) Report(ctx context.Context, query Query) (*Report, error) {
	key, r := tenantUnit{query.TenantKey, query.Unit}, s.rules(query.TenantKey)
	wanted := []Range{query.Period.Range}
	base, compared := query.Period.Base(query.Compare)
	if compared {
		wanted = append(wanted, base.Range)
	}
	known, fetched, err := s.fill(ctx, key, r, wanted, history(query.Period.Range))
	if err != nil {
		return nil, err
	}
	days := r.days(query.Period.Range, known, fetched)
	report := &Report{
		TenantKey: query.TenantKey, Unit: query.Unit, Zone: query.Zone, Compare: query.Compare,
		Summary: summarise(query.Period, days, r.calendar), Days: days, AsOf: asOf(days),
		UnknownYears: unknownYears(r.calendar, nil, days),
	}
	if compared {
		baseDays := r.days(base.Range, known, fetched)
		summary := summarise(base, baseDays, r.calendar)
		report.Base, report.BaseDays, report.UnknownYears = &summary, baseDays, unknownYears(r.calendar, report.UnknownYears, baseDays)
		report.compare()
	}
	if report.Findings, err = s.findings(ctx, key, r, report, known); err != nil {
		return nil, err
	}
	return report, nil
}

// rules are the tenant's.
func (s *Service) rules(tenantKey string) rules {
	return rules{s.ZoneFunc(tenantKey), s.FinalAfter, s.ReportedAfter, s.FreshFor, s.CalendarFunc(tenantKey)}
}

// known reads what the archive knows of the ranges.
func (s *Service) known(ctx context.Context, key tenantUnit, wanted []Range) (map[Date]ArchivedDay, error) {
	var known map[Date]ArchivedDay
	for _, days := range wanted {
		archived, err := s.Archive.Days(ctx, key.tenantKey, key.unit, days)
		if err != nil {
			return nil, fmt.Errorf("read the archive: %w", err)
		}
		if known == nil {
			known = make(map[Date]ArchivedDay, len(archived))
		}
		for _, day := range archived {
			known[day.Date] = day
		}
	}
	return known, nil
}

// Refresh fetches the days of the last 90 that are not final. It costs one
// call, or none.
func (s *Service) Refresh(ctx context.Context, tenantKey string, unit Unit) error {
	r := s.rules(tenantKey)
	days := r.askable(s.Now())
	days.To-- // today has no end yet
	_, _, err := s.fill(ctx, tenantUnit{tenantKey, unit}, r, []Range{days})
	return err
}
