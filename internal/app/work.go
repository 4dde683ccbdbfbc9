package app

import (
	"context"
	"errors"
	"time"

	"huibao/bot"
	"huibao/internal/failpoint"
	"huibao/internal/fault"
	"huibao/internal/jobs"
	"huibao/internal/outbox"
	"huibao/reports"
	"huibao/scheduler"
)

// The queues. People's commands have workers of their own, so that a morning
// of digests never stands before them.
const (
	queueEvents     = "events"
	queueDeliveries = "deliveries"
	queueArchive    = "archive"
)

// refreshJob is the durable job of fetching the days that are not final yet.
type refreshJob struct {
	TenantKey string       `json:"tenant_key"`
	Unit      reports.Unit `json:"unit"`
}

// Kind names the job for the job engine.
func (refreshJob) Kind() string { return "refresh" }

// backfillJob is the durable job of fetching days again, even final ones.
type backfillJob struct {
	TenantKey string `json:"tenant_key"`
	ID        string `json:"id"` // of the backfill
}

// Kind names the job for the job engine.
func (backfillJob) Kind() string { return "backfill" }

// retryFast is for work a person waits for, retrySlow for what can wait.
func retryFast(attempt int) time.Duration {
	return min(time.Duration(attempt)*time.Second, time.Minute)
}
func retrySlow(attempt int) time.Duration { return min(time.Duration(attempt)*time.Minute, time.Hour) }

// registerJobs says how each kind of work is done, how long it may take and
// how it is retried when it fails for a reason of ours (the database, say).
// Waiting for the platform is no failure: it comes back as *outbox.Later.
func (a *App) registerJobs() {
	jobs.Register(a.jobs, jobs.KindOptions{
		Queue: queueEvents, MaxWorkers: 50, Timeout: 30 * time.Second, MaxAttempts: 100, RetryFunc: retryFast,
	}, a.workEvent)
	jobs.Register(a.jobs, jobs.KindOptions{
		Queue: queueDeliveries, MaxWorkers: 20, Timeout: 30 * time.Second, MaxAttempts: 100, RetryFunc: retryFast,
	}, a.workDelivery)
	jobs.Register(a.jobs, jobs.KindOptions{
		Queue: queueArchive, MaxWorkers: 2, Timeout: 10 * time.Minute, MaxAttempts: 25, RetryFunc: retrySlow,
	}, a.workRefresh)
	jobs.Register(a.jobs, jobs.KindOptions{
		Queue: queueArchive, MaxWorkers: 2, Timeout: 10 * time.Minute, MaxAttempts: 25, RetryFunc: retrySlow,
	}, a.workBackfill)
	jobs.Register(a.jobs, jobs.KindOptions{
		Queue: queueEvents, MaxWorkers: 50, Timeout: 30 * time.Second, MaxAttempts: 100, RetryFunc: retryFast,
	}, a.workNotice)
}

// workEvent acts on a stored event.
func (a *App) workEvent(ctx context.Context, job jobs.Job[bot.EventJob]) error {
	failpoint.Hit("event_taken")
	event := job.Args.Event
	tenantKey, served, err := a.tenantOf(ctx, event)
	if err != nil || !served {
		return err
	}
	if event.App != nil {
		return a.workApp(ctx, event)
	}
	event.TenantKey = tenantKey
	err = a.tracer.Do(ctx, "event", func(ctx context.Context) error {
		return a.bot.Handle(ctx, event)
	}, "event_id", event.EventID, "event_type", event.Type)
	failpoint.Hit("event_handled")
	return later(err)
}

// workDelivery posts a delivery.
func (a *App) workDelivery(ctx context.Context, job jobs.Job[scheduler.DeliveryJob]) error {
	failpoint.Hit("delivery_taken")
	args := job.Args
	var err error
	if args.TenantKey, err = a.tenants.Moved(ctx, args.TenantKey); err != nil {
		return err
	}
	err = a.tracer.Do(ctx, "delivery", func(ctx context.Context) error {
		return a.scheduler.Deliver(ctx, args)
	}, "delivery_id", args.DeliveryID)
	failpoint.Hit("delivery_handled")
	return later(err)
}

// workNotice tells an admin of trouble.
func (a *App) workNotice(ctx context.Context, job jobs.Job[scheduler.NoticeJob]) error {
	notice := job.Args
	var err error
	if notice.TenantKey, err = a.tenants.Moved(ctx, notice.TenantKey); err != nil {
		return err
	}
	return later(a.scheduler.Tell(ctx, notice))
}

// workRefresh fetches the days of the last 90 that are not final.
func (a *App) workRefresh(ctx context.Context, job jobs.Job[refreshJob]) error {
	key, err := a.tenants.Moved(ctx, job.Args.TenantKey)
	if err != nil {
		return err
	}
	return hopeless(a.reports.Refresh(ctx, key, job.Args.Unit))
}

// hopeless ends work that trying again does not change.
func hopeless(err error) error {
	if isHopeless(err) {
		return jobs.Cancel(err)
	}
	return err
}

// isHopeless reports whether trying again changes nothing until an admin acts.
func isHopeless(err error) bool {
	switch fault.KindOf(err) {
	case fault.Permission, fault.Unsupported, fault.Invalid:
		return true
	}
	return false
}

// later turns "come back" into the job engine's snooze.
func later(err error) error {
	if wait := (*outbox.Later)(nil); errors.As(err, &wait) {
		return jobs.Snooze(wait.After)
	}
	return err
}
