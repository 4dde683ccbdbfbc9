package reports

import (
	"context"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
)

// week is a calendar of the usual week, with the dates that differ and the
// years it has no table for.
type week struct {
	differs map[Date]bool
	unknown []int
}

func (w week) Workday(date Date) (workday, known bool) {
	year, _, _ := date.Split()
	known = !slices.Contains(w.unknown, year)
	if workday, differs := w.differs[date]; differs {
		return workday, known
	}
	return date.UsualWorkday(), known
}

// memory is an archive that lives as long as the test, after the rules of
// Archive's docstring.
type memory struct {
	mu    sync.Mutex
	days  map[tenantUnit]map[Date]ArchivedDay
	reads []Range
	err   error // of the next read
	full  error // of every write
}

func (m *memory) Days(_ context.Context, tenantKey string, unit Unit, days Range) ([]ArchivedDay, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads = append(m.reads, days)
	if err := m.err; err != nil {
		m.err = nil
		return nil, err
	}
	kept := m.days[tenantUnit{tenantKey, unit}]
	var found []ArchivedDay
	for date := days.From; date <= days.To; date++ {
		if day, ok := kept[date]; ok {
			found = append(found, day)
		}
	}
	return found, nil
}

func (m *memory) SaveDays(_ context.Context, tenantKey string, unit Unit, days []ArchivedDay) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.full != nil {
		return m.full
	}
	key := tenantUnit{tenantKey, unit}
	if m.days[key] == nil {
		m.days[key] = map[Date]ArchivedDay{}
	}
	for _, day := range days {
		known, ok := m.days[key][day.Date]
		if ok && !day.FetchedAt.After(known.FetchedAt) {
			continue
		}
		if ok && known.HasRow && !day.HasRow {
			day.HasRow, day.Figures = true, known.Figures
		}
		m.days[key][day.Date] = day
	}
	return nil
}

// keep puts a day with so many meetings into the archive of the tests' tenant,
// fetched at the instant.
func (m *memory) keep(date Date, meetings int64, fetchedAt time.Time) {
	_ = m.SaveDays(context.Background(), "tenant", UnitNone, []ArchivedDay{{
		Date: date, HasRow: true, Figures: figures(meetings), FetchedAt: fetchedAt,
	}})
}

// figures are those of so many meetings of 10 minutes and 3 participants.
func figures(meetings int64) Figures {
	return Figures{MeetingCount: meetings, MeetingDurationSeconds: 600 * meetings, ParticipantCount: 3 * meetings}
}

// platform is a Source whose answers a test decides.
type platform struct {
	mu     sync.Mutex
	calls  []Range
	answer func(ctx context.Context, days Range) ([]Row, error) // nil: a row of one meeting a day
}

func (p *platform) Daily(ctx context.Context, _ string, _ Unit, days Range, _ *time.Location) ([]Row, error) {
	p.mu.Lock()
	p.calls = append(p.calls, days)
	p.mu.Unlock()
	if p.answer != nil {
		return p.answer(ctx, days)
	}
	return rows(days), nil
}

// asked returns the ranges asked for so far.
func (p *platform) asked() []Range {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

// rows is a row of one meeting for each of the days.
func rows(days Range) []Row {
	var rows []Row
	for date := days.From; date <= days.To; date++ {
		rows = append(rows, Row{date, figures(1)})
	}
	return rows
}

// bench is a service between a fake platform and an archive in memory.
type bench struct {
	*Service
	archive  *memory
	platform *platform
}

// newBench makes one in Shanghai whose clock is the one of the bubble, or the
// real one.
func newBench(calendar Calendar) *bench {
	log := logrus.New()
	log.SetOutput(io.Discard)
	shanghai := zone("Asia/Shanghai")
	b := &bench{archive: &memory{days: map[tenantUnit]map[Date]ArchivedDay{}}, platform: &platform{}}
	b.Service = NewService(Options{
		Source: b.platform, Archive: b.archive, CalendarFunc: func(string) Calendar { return calendar },
		ZoneFunc:   func(string) *time.Location { return shanghai },
		FinalAfter: 48 * time.Hour, ReportedAfter: 6 * time.Hour, FreshFor: 15 * time.Minute,
		Now: time.Now, Log: logrus.NewEntry(log),
	})
	return b
}

// at sets the service's clock still.
func (b *bench) at(text string) *bench {
	now := instant(text)
	b.Now = func() time.Time { return now }
	return b
}

// report makes the report of a PERIOD as of the service's day in Shanghai.
func (b *bench) report(t *testing.T, text string, compare Compare) *Report {
	t.Helper()
	report, err := b.Report(context.Background(), b.query(text, compare))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// query is the query of a PERIOD.
func (b *bench) query(text string, compare Compare) Query {
	period, err := ParsePeriod(text, DateOf(b.Now().In(zone("Asia/Shanghai"))), time.Monday)
	if err != nil {
		panic(err)
	}
	return Query{TenantKey: "tenant", Period: period, Compare: compare, Zone: zone("Asia/Shanghai")}
}
