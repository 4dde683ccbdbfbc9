package storetest

import (
	"context"
	"testing"
	"time"

	"huibao/reports"
)

// day is a day of the archive: 2 November 2026 and so on.
func day(t *testing.T, date string, meetings int64, fetched time.Time) reports.ArchivedDay {
	t.Helper()
	parsed := try(reports.ParseDate(date)).must(t)
	return reports.ArchivedDay{
		Date: parsed, HasRow: true, FetchedAt: fetched,
		Figures: reports.Figures{MeetingCount: meetings, MeetingDurationSeconds: meetings * 60, ParticipantCount: meetings * 7},
	}
}

// empty is a day that the platform left out of its answer.
func empty(t *testing.T, date string, fetched time.Time) reports.ArchivedDay {
	t.Helper()
	return reports.ArchivedDay{Date: day(t, date, 0, noon).Date, FetchedAt: fetched}
}

// november is the first days of the month.
func november(t *testing.T) reports.Range {
	t.Helper()
	return reports.Range{From: empty(t, "2026-11-01", noon).Date, To: empty(t, "2026-11-09", noon).Date}
}

func testArchive(t *testing.T, s suite) {
	t.Run("days come back in order, those never fetched are absent", func(t *testing.T) {
		db := s.open(t)
		second, third, tenth := day(t, "2026-11-02", 5, noon), empty(t, "2026-11-03", noon), day(t, "2026-11-10", 9, noon)
		ok(t, db.SaveDays(t.Context(), tenant, reports.UnitNone, []reports.ArchivedDay{tenth, third, second}))
		got := try(db.Days(t.Context(), tenant, reports.UnitNone, november(t))).must(t)
		want(t, "days", got, []reports.ArchivedDay{second, third})
	})

	for _, c := range []struct {
		name           string
		known, fetched reports.ArchivedDay
		wanted         reports.ArchivedDay
		revisions      []reports.ArchivedDay
	}{
		{
			name:  "a correction keeps the earlier version",
			known: day(t, "2026-11-02", 5, noon), fetched: day(t, "2026-11-02", 6, at(time.Hour)),
			wanted: day(t, "2026-11-02", 6, at(time.Hour)), revisions: []reports.ArchivedDay{day(t, "2026-11-02", 5, noon)},
		}, {
			name:  "the same figures only move the fetch",
			known: day(t, "2026-11-02", 5, noon), fetched: day(t, "2026-11-02", 5, at(time.Hour)),
			wanted: day(t, "2026-11-02", 5, at(time.Hour)),
		}, {
			name:  "an older fetch replaces nothing",
			known: day(t, "2026-11-02", 5, noon), fetched: day(t, "2026-11-02", 6, at(-time.Hour)),
			wanted: day(t, "2026-11-02", 5, noon),
		}, {
			name:  "a fetch without a row erases none",
			known: day(t, "2026-11-02", 5, noon), fetched: empty(t, "2026-11-02", at(time.Hour)),
			wanted: day(t, "2026-11-02", 5, at(time.Hour)),
		}, {
			name:  "a row that comes late replaces its absence",
			known: empty(t, "2026-11-02", noon), fetched: day(t, "2026-11-02", 5, at(time.Hour)),
			wanted: day(t, "2026-11-02", 5, at(time.Hour)), revisions: []reports.ArchivedDay{empty(t, "2026-11-02", noon)},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := s.open(t)
			ok(t, db.SaveDays(t.Context(), tenant, reports.UnitNone, []reports.ArchivedDay{c.known}))
			ok(t, db.SaveDays(t.Context(), tenant, reports.UnitNone, []reports.ArchivedDay{c.fetched}))
			want(t, "day", try(db.Days(t.Context(), tenant, reports.UnitNone, november(t))).must(t), []reports.ArchivedDay{c.wanted})
			want(t, "revisions", try(db.Revisions(t.Context(), tenant, reports.UnitNone, c.known.Date)).must(t), c.revisions)
		})
	}

	t.Run("tenants and units are apart", func(t *testing.T) {
		db := s.open(t)
		ok(t, db.SaveDays(t.Context(), tenant, reports.UnitNone, []reports.ArchivedDay{day(t, "2026-11-02", 5, noon)}))
		ok(t, db.SaveDays(t.Context(), tenant, "cn", []reports.ArchivedDay{day(t, "2026-11-02", 6, noon)}))
		want(t, "the unit's", try(db.Days(t.Context(), tenant, "cn", november(t))).must(t),
			[]reports.ArchivedDay{day(t, "2026-11-02", 6, noon)})
		want(t, "another unit's", len(try(db.Days(t.Context(), tenant, "us", november(t))).must(t)), 0)
		want(t, "another tenant's", len(try(db.Days(t.Context(), other, "cn", november(t))).must(t)), 0)
		want(t, "units", try(db.ArchivedUnits(t.Context(), tenant)).must(t), []reports.Unit{reports.UnitNone, "cn"})
		want(t, "another tenant's units", len(try(db.ArchivedUnits(t.Context(), other)).must(t)), 0)
	})

	t.Run("the newest of many fetches at once stays", func(t *testing.T) {
		db := s.open(t)
		together(t, db, db.again(t), 20, func(ctx context.Context, h handle, i int) error {
			fetched := day(t, "2026-11-02", int64(i), at(time.Duration(i)*time.Second))
			return h.SaveDays(ctx, tenant, reports.UnitNone, []reports.ArchivedDay{fetched})
		})
		want(t, "day", try(db.Days(t.Context(), tenant, reports.UnitNone, november(t))).must(t),
			[]reports.ArchivedDay{day(t, "2026-11-02", 19, at(19*time.Second))})
	})

	t.Run("one day that cannot be kept keeps none", func(t *testing.T) {
		db := s.open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := db.SaveDays(ctx, tenant, reports.UnitNone, []reports.ArchivedDay{day(t, "2026-11-02", 5, noon)}); err == nil {
			t.Error("no error after the end of the context")
		}
		want(t, "rows", db.count(t, "daily_reports"), 0)
	})
}
