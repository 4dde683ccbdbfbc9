package app

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/audit"
	"huibao/internal/fault"
	"huibao/internal/jobs"
	"huibao/internal/store"
	"huibao/internal/store/storetest"
	"huibao/reports"
)

// filling is a service that can do nothing but fill its archive.
type filling struct {
	*App

	t      *testing.T
	asked  []reports.Range // of the platform
	answer func() error    // what the platform says to the next
	seen   []reached       // how far the backfill had come, as each call found it
	id     string
}

// reached is how far a backfill has come.
type reached struct {
	Status      reports.BackfillStatus
	Done, Total int
}

// fillingAt is now for it: a Tuesday in Shanghai.
var fillingAt = time.Date(2026, time.November, 10, 12, 0, 0, 0, time.UTC)

// newFilling returns one with a backfill of the days asked for.
func newFilling(t *testing.T, from, to reports.Date) *filling {
	t.Helper()
	db := storetest.OpenOnly(t, storetest.SQLite(t))
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	work, err := jobs.New(jobs.Options{Database: db.Engine(), Log: storetest.Silent(), ID: "apptest"})
	if err != nil {
		t.Fatal(err)
	}
	jobs.Register(work, jobs.KindOptions{Queue: queueArchive, MaxWorkers: 1, MaxAttempts: 1},
		func(context.Context, jobs.Job[backfillJob]) error { return nil })
	db.UseJobs(work)
	f := &filling{t: t, answer: func() error { return nil }}
	f.App = &App{core: newFillingCore(f, db)}
	entry := audit.Entry{TenantKey: "tenant", Actor: "alice", Action: "archive.backfill", At: fillingAt}
	asked, err := f.EnqueueBackfill(t.Context(), "tenant", reports.UnitNone, reports.Range{From: from, To: to}, &entry)
	if err != nil {
		t.Fatal(err)
	}
	f.id = asked.ID
	return f
}

// newFillingCore joins what a backfill needs.
func newFillingCore(f *filling, db *store.DB) *core {
	return &core{
		db: db, log: storetest.Silent(), tenants: &tenants{storeApp: true},
		reports: reports.NewService(reports.Options{
			Source: f, Archive: db, CalendarFunc: func(string) reports.Calendar { return nil },
			ZoneFunc: func(string) *time.Location { return time.UTC }, Now: func() time.Time { return fillingAt }, Log: storetest.Silent(),
		}),
	}
}

// Daily answers for no day, and notes what the list of backfills says meanwhile.
func (f *filling) Daily(_ context.Context, _ string, _ reports.Unit, days reports.Range, _ *time.Location) ([]reports.Row, error) {
	f.asked = append(f.asked, days)
	now := f.now()
	f.seen = append(f.seen, reached{now.Status, now.DaysDone, now.DaysTotal})
	return nil, f.answer()
}

// now is the backfill as an admin sees it.
func (f *filling) now() reports.Backfill {
	f.t.Helper()
	listed, err := f.ListBackfills(context.WithoutCancel(f.t.Context()), "tenant", "", 10)
	if err != nil || len(listed) != 1 {
		f.t.Errorf("backfills %+v, %v", listed, err)
		return reports.Backfill{}
	}
	return listed[0]
}

// work makes an attempt of 25, and returns its error.
func (f *filling) work(ctx context.Context, attempt int) error {
	return f.workBackfill(ctx, jobs.Job[backfillJob]{Args: backfillJob{TenantKey: "tenant", ID: f.id}, Attempt: attempt, MaxAttempts: 25})
}

// want checks how far the backfill has come, and why not further.
func (f *filling) want(status reports.BackfillStatus, done, total int, reason string) {
	f.t.Helper()
	now := f.now()
	if diff := cmp.Diff(reached{status, done, total}, reached{now.Status, now.DaysDone, now.DaysTotal}); diff != "" || now.Reason != reason {
		f.t.Errorf("reason %q (-want +got):\n%s", now.Reason, diff)
	}
	if now.Ended() == now.FinishedAt.IsZero() {
		f.t.Errorf("%s, finished at %s", now.Status, now.FinishedAt)
	}
}

// The platform answers for 90 days, from 13 August on.
func TestBackfillTellsHowFarItHasCome(t *testing.T) {
	f := newFilling(t, reports.NewDate(2026, time.January, 1), reports.NewDate(2026, time.November, 9))
	f.want(reports.BackfillPending, 0, 313, "")
	if err := f.work(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	f.want(reports.BackfillDone, 89, 89, "")
	want := []reached{{reports.BackfillRunning, 0, 89}, {reports.BackfillRunning, 30, 89}, {reports.BackfillRunning, 60, 89}}
	if diff := cmp.Diff(want, f.seen); diff != "" {
		t.Error(diff)
	}
	if err := f.work(t.Context(), 2); err != nil || len(f.asked) != 3 { // killed after the end was noted
		t.Errorf("%v, asked %v", err, f.asked)
	}
}

// What was fetched before it was stopped is not fetched again, and counts.
func TestBackfillGoesOnWhereItWas(t *testing.T) {
	f := newFilling(t, reports.NewDate(2026, time.September, 1), reports.NewDate(2026, time.November, 9))
	slow := &fault.Error{Kind: fault.Temporary, Key: "fault.source.slow"}
	f.answer = func() error {
		if len(f.asked) == 2 {
			return slow
		}
		return nil
	}
	if err := f.work(t.Context(), 1); !errors.Is(err, slow) {
		t.Errorf("error %v", err)
	}
	f.want(reports.BackfillPending, 30, 70, "The platform is slow to answer. Try again in a moment.")
	if err := f.work(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	f.want(reports.BackfillDone, 70, 70, "")
	october, november := reports.NewDate(2026, time.October, 1), reports.NewDate(2026, time.November, 9)
	if diff := cmp.Diff(reports.Range{From: october, To: october + 29}, f.asked[2]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(reports.Range{From: october + 30, To: november}, f.asked[3]); diff != "" || len(f.asked) != 4 {
		t.Errorf("%d calls: %s", len(f.asked), diff)
	}
	wanted := []reached{
		{reports.BackfillRunning, 0, 70}, {reports.BackfillRunning, 30, 70}, // the first attempt
		{reports.BackfillRunning, 30, 70}, {reports.BackfillRunning, 60, 70},
	}
	if diff := cmp.Diff(wanted, f.seen); diff != "" {
		t.Error(diff)
	}
}

// A process that is told to stop leaves it waiting, and nothing is wrong.
func TestBackfillIsStopped(t *testing.T) {
	f := newFilling(t, reports.NewDate(2026, time.September, 1), reports.NewDate(2026, time.November, 9))
	ctx, stop := context.WithCancel(t.Context())
	f.answer = func() error {
		if len(f.asked) == 2 {
			stop()
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}
	if err := f.work(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	f.want(reports.BackfillPending, 30, 70, "")
}

// One whose last days were fetched when it was killed only ends.
func TestBackfillWasKilledAtItsEnd(t *testing.T) {
	f := newFilling(t, reports.NewDate(2026, time.November, 1), reports.NewDate(2026, time.November, 9))
	killed := f.now()
	killed.Status, killed.Next, killed.DaysDone = reports.BackfillRunning, killed.Days.To+1, 9
	if err := f.db.SaveBackfill(t.Context(), killed); err != nil {
		t.Fatal(err)
	}
	if err := f.work(t.Context(), 2); err != nil || len(f.asked) != 0 {
		t.Errorf("%v, asked %v", err, f.asked)
	}
	f.want(reports.BackfillDone, 9, 9, "")
}

// What is given up says why.
func TestBackfillIsGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		err     error
		attempt int
		reason  string
	}{
		"no permission": {
			&fault.Error{Kind: fault.Permission, Key: "fault.platform.scope", Args: fault.Args{"scope": "vc:report:readonly"}}, 1,
			"The app lacks the permission vc:report:readonly. An administrator must grant it in the developer console and release a version.",
		},
		"the last attempt": {
			&fault.Error{Kind: fault.Temporary, Key: "fault.source.slow"}, 25, "The platform is slow to answer. Try again in a moment.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFilling(t, reports.NewDate(2026, time.September, 1), reports.NewDate(2026, time.November, 9))
			f.answer = func() error { return c.err }
			if err := f.work(t.Context(), c.attempt); !errors.Is(err, c.err) {
				t.Errorf("error %v", err)
			}
			f.want(reports.BackfillFailed, 0, 70, c.reason)
			if err := f.work(t.Context(), c.attempt); err != nil || len(f.asked) != 1 {
				t.Errorf("what was given up goes on: %v, %v", err, f.asked)
			}
		})
	}
	t.Run("out of reach", func(t *testing.T) {
		f := newFilling(t, reports.NewDate(2026, time.January, 1), reports.NewDate(2026, time.January, 31))
		if err := f.work(t.Context(), 1); fault.KindOf(err) != fault.Invalid {
			t.Errorf("error %v", err)
		}
		f.want(reports.BackfillFailed, 0, 31, "The platform only answers for the last 90 days. Choose dates within them.")
	})
}

// A tenant's data may be deleted while its work waits.
func TestBackfillIsGone(t *testing.T) {
	f := newFilling(t, reports.NewDate(2026, time.November, 1), reports.NewDate(2026, time.November, 9))
	f.id = "gone"
	if err := f.work(t.Context(), 1); err != nil || len(f.asked) != 0 {
		t.Errorf("%v, asked %v", err, f.asked)
	}
}
