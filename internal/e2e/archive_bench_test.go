package e2e

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/calendar"
	"huibao/internal/store"
	"huibao/reports"
	"huibao/templates"
)

// nobody is a platform that must not be asked.
type nobody struct{}

// Daily is an error: the archive has everything.
func (nobody) Daily(context.Context, string, reports.Unit, reports.Range, *time.Location) ([]reports.Row, error) {
	return nil, errors.New("the platform was asked for what the archive has")
}

// twentyYears is an archive in SQLite in which every day of 20 years is final.
func twentyYears(b *testing.B, today reports.Date) *store.DB {
	b.Helper()
	quiet := logrus.New()
	quiet.SetOutput(io.Discard)
	db, err := store.Open(b.Context(), store.Options{
		URL: "sqlite:" + filepath.Join(b.TempDir(), "archive.db"), Log: logrus.NewEntry(quiet),
		SendPerSecond: 40, SendPerMinute: 900, CommandsPerUser: 20, CommandsPerChat: 60,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if _, err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	days := make([]reports.ArchivedDay, 0, 2*reports.LongestPeriod)
	for ago := 2*reports.LongestPeriod + 100; ago > 0; ago-- {
		meetings := int64(100 + ago%37)
		days = append(days, reports.ArchivedDay{
			Date: today.AddDays(-ago), HasRow: true, FetchedAt: time.Now().AddDate(0, 0, 3),
			Figures: reports.Figures{MeetingCount: meetings, MeetingDurationSeconds: meetings * 1800, ParticipantCount: meetings * 5},
		})
	}
	if err := db.SaveDays(b.Context(), "tenant", reports.UnitNone, days); err != nil {
		b.Fatal(err)
	}
	return db
}

// BenchmarkArchive is a report from the archive in SQLite, over 7 days and over
// the longest period there is, each with the period before it, and the same
// with its card.
func BenchmarkArchive(b *testing.B) {
	workdays, err := calendar.New("cn")
	if err != nil {
		b.Fatal(err)
	}
	today := reports.DateOf(time.Now())
	service := reports.NewService(reports.Options{
		Source: nobody{}, Archive: twentyYears(b, today), CalendarFunc: func(string) reports.Calendar { return workdays },
		ZoneFunc: func(string) *time.Location { return time.UTC }, FinalAfter: 48 * time.Hour, ReportedAfter: 6 * time.Hour,
		FreshFor: 15 * time.Minute, Now: time.Now, Log: logrus.NewEntry(logrus.New()),
	})
	for _, words := range []string{"7d", "3660d"} {
		period, err := reports.ParsePeriod(words, today, time.Monday)
		if err != nil {
			b.Fatal(err)
		}
		query := reports.Query{TenantKey: "tenant", Period: period, Compare: reports.ComparePrevious, Zone: time.UTC}
		run := func(b *testing.B) *reports.Report {
			report, err := service.Report(b.Context(), query)
			if err != nil || report.CoveredDays != period.Days() {
				b.Fatal(err)
			}
			return report
		}
		b.Run(words+"/report", func(b *testing.B) {
			for b.Loop() {
				run(b)
			}
		})
		b.Run(words+"/card", func(b *testing.B) {
			bytes := 0
			for b.Loop() {
				bytes = len(templates.Report(run(b), templates.ReportOptions{Locale: templates.Chinese, WeekStart: time.Monday}).Contents()[0].Body)
			}
			b.ReportMetric(float64(bytes), "bytes")
		})
	}
}
