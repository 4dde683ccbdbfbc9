package storetest

import (
	"context"
	"errors"
	"testing"

	"huibao/internal/audit"
	"huibao/internal/calendar"
	"huibao/internal/jobs"
	"huibao/internal/settings"
)

// defaults are what counts for a tenant that chose nothing.
func defaults() settings.Settings {
	return settings.Settings{
		Locale: "zh_cn", Timezone: "Asia/Shanghai", WeekStart: "monday", Access: "approval", Calendar: "cn", TopUsers: "off",
		Admins: []string{"ou_1"},
	}
}

// shipped is a year as the program brings it.
func shipped(t *testing.T, year int) settings.Year {
	t.Helper()
	return settings.Year{Year: year, Days: []calendar.Day{{Date: day(t, "2026-10-01", 0, noon).Date, Name: "National Day"}}}
}

func testSettings(t *testing.T, s suite) {
	t.Run("a change begins with the defaults, then with what was chosen", func(t *testing.T) {
		db := s.open(t)
		_, chosen, err := db.FindSettings(t.Context(), tenant)
		ok(t, err)
		want(t, "chosen", chosen, false)
		for _, admin := range []string{"ou_2", "ou_3"} {
			changed := try(db.ChangeSettings(t.Context(), tenant, defaults(), &audit.Entry{TenantKey: tenant, Action: "settings.update"},
				func(s *settings.Settings) error {
					s.Admins = append(s.Admins, admin)
					return nil
				})).must(t)
			found, _, err := db.FindSettings(t.Context(), tenant)
			ok(t, err)
			want(t, "found", found, changed)
		}
		wanted := defaults()
		wanted.Admins = []string{"ou_1", "ou_2", "ou_3"}
		found, _, err := db.FindSettings(t.Context(), tenant)
		ok(t, err)
		want(t, "settings", found, wanted)
		want(t, "entries", db.count(t, "audit"), 2)
		_, chosen, err = db.FindSettings(t.Context(), other)
		ok(t, err)
		want(t, "chosen by another tenant", chosen, false)
	})

	t.Run("an error of the change leaves nothing", func(t *testing.T) {
		db := s.open(t)
		_, err := db.ChangeSettings(t.Context(), tenant, defaults(), &audit.Entry{TenantKey: tenant},
			func(*settings.Settings) error { return errChange })
		want(t, "error", errors.Is(err, errChange), true)
		_, err = db.ChangeYear(t.Context(), tenant, shipped(t, 2026), &audit.Entry{TenantKey: tenant}, func(*settings.Year) error { return errChange })
		want(t, "error", errors.Is(err, errChange), true)
		want(t, "written", []int{db.count(t, "settings"), db.count(t, "calendar_years"), db.count(t, "audit")}, []int{0, 0, 0})
	})

	t.Run("years are lists of their own", func(t *testing.T) {
		db := s.open(t)
		for _, year := range []int{2027, 2026, 2026} {
			try(db.ChangeYear(t.Context(), tenant, shipped(t, year), &audit.Entry{TenantKey: tenant}, func(y *settings.Year) error {
				y.Days = append(y.Days, calendar.Day{Date: y.Days[len(y.Days)-1].Date.AddDays(1), Workday: true, Name: "Make-up"})
				return nil
			})).must(t)
		}
		years := try(db.ListYears(t.Context(), tenant)).must(t)
		want(t, "years", [][2]int{{years[0].Year, len(years[0].Days)}, {years[1].Year, len(years[1].Days)}}, [][2]int{{2026, 3}, {2027, 2}})
		want(t, "of another tenant", len(try(db.ListYears(t.Context(), other)).must(t)), 0)
	})

	t.Run("no change at the same time is lost", func(t *testing.T) {
		db := s.open(t)
		together(t, db, db.again(t), 12, func(ctx context.Context, h handle, _ int) error {
			_, err := h.ChangeSettings(ctx, tenant, defaults(), nil, func(s *settings.Settings) error {
				s.Admins = append(s.Admins, "ou_x")
				return nil
			})
			return err
		})
		found, _, err := db.FindSettings(t.Context(), tenant)
		ok(t, err)
		want(t, "admins", len(found.Admins), 13)
	})
}

func testUsage(t *testing.T, s suite) {
	t.Run("calls add up, by month and purpose", func(t *testing.T) {
		db := s.open(t)
		together(t, db, db.again(t), 10, func(ctx context.Context, h handle, _ int) error {
			return h.AddCalls(ctx, tenant, "2026-11", map[string]int64{"reports": 2, "messages": 3, "chats": 1})
		})
		ok(t, db.AddCalls(t.Context(), tenant, "2026-12", map[string]int64{"reports": 1}))
		ok(t, db.AddCalls(t.Context(), other, "2026-11", map[string]int64{"reports": 1}))
		ok(t, db.AddCalls(t.Context(), tenant, "2026-11", nil))
		want(t, "calls", try(db.Calls(t.Context(), tenant, "2026-11")).must(t), map[string]int64{"reports": 20, "messages": 30, "chats": 10})
		want(t, "calls of a month without any", try(db.Calls(t.Context(), tenant, "2027-01")).must(t), map[string]int64{})
	})

	t.Run("work asked for by hand is written with its entry", func(t *testing.T) {
		db := s.open(t)
		notice := jobs.Args(noticeOf("n-1"))
		ok(t, db.Enqueue(t.Context(), &audit.Entry{TenantKey: tenant, Actor: "alice", Action: "archive.backfill"}, notice))
		want(t, "written", []int{db.jobs(t), db.count(t, "audit")}, []int{1, 1})
		failing := db.again(t)
		failing.UseJobs(refusing{})
		err := failing.Enqueue(t.Context(), &audit.Entry{TenantKey: tenant, Actor: "alice", Action: "archive.backfill"}, notice)
		want(t, "error", errors.Is(err, errRefusing), true)
		want(t, "entries", db.count(t, "audit"), 1)
	})
}
