package app

import (
	"context"
	"time"

	"huibao/internal/fault"
	"huibao/internal/jobs"
	"huibao/reports"
	"huibao/templates"
)

// workBackfill fetches days again and notes how far it has come. One that was
// stopped goes on where it was.
func (a *App) workBackfill(ctx context.Context, job jobs.Job[backfillJob]) error {
	key, err := a.tenants.Moved(ctx, job.Args.TenantKey)
	if err != nil {
		return err
	}
	backfill, kept, err := a.db.FindBackfill(ctx, key, job.Args.ID)
	if err != nil || !kept || backfill.Ended() { // not kept: what was kept of its tenant is deleted
		return err
	}
	err = a.fillArchive(ctx, &backfill)
	if noteErr := a.noteBackfill(ctx, backfill, err, job.Attempt >= job.MaxAttempts); noteErr != nil {
		return noteErr // tried again, even after what is hopeless: somebody wants to read of it
	}
	return hopeless(err)
}

// fillArchive fetches what is left of a backfill, and writes down each step.
func (a *App) fillArchive(ctx context.Context, backfill *reports.Backfill) error {
	if backfill.Next > backfill.Days.To {
		return nil // stopped just before its end was written down
	}
	backfill.Status, backfill.Reason = reports.BackfillRunning, ""
	before := backfill.DaysDone
	rest := reports.Range{From: backfill.Next, To: backfill.Days.To}
	_, err := a.reports.Backfill(ctx, backfill.TenantKey, backfill.Unit, rest, func(done, all reports.Range) error {
		backfill.Next, backfill.DaysDone, backfill.DaysTotal = done.To+1, before+done.Days(), before+all.Days()
		return a.db.SaveBackfill(ctx, *backfill)
	})
	return err
}

// noteWithin is how long a note of how work ended may take: the work's own time
// may be over.
const noteWithin = 10 * time.Second

// noteBackfill writes down how an attempt ended: the backfill is done, given up,
// or waits to be tried again.
func (a *App) noteBackfill(ctx context.Context, backfill reports.Backfill, err error, last bool) error {
	log := a.log.WithField("tenant_key", backfill.TenantKey).WithField("backfill", backfill.ID).
		WithField("days", backfill.DaysDone).WithField("of", backfill.DaysTotal)
	switch {
	case err == nil:
		backfill.Status, backfill.FinishedAt = reports.BackfillDone, time.Now()
		log.Info("the backfill is done")
	case last || isHopeless(err):
		backfill.Status, backfill.FinishedAt = reports.BackfillFailed, time.Now()
		backfill.Reason = templates.FaultText(templates.English, fault.As(err))
	default:
		backfill.Status, backfill.Reason = reports.BackfillPending, ""
		if ctx.Err() == nil { // otherwise it was stopped, and nothing is wrong
			backfill.Reason = templates.FaultText(templates.English, fault.As(err))
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
	defer cancel()
	return a.db.SaveBackfill(ctx, backfill)
}
