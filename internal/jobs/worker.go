package jobs

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/sirupsen/logrus"
)

// worker does one kind of work for River.
type worker[A Args] struct {
	river.WorkerDefaults[A]
	options KindOptions
	work    func(ctx context.Context, job Job[A]) error
}

// Work hands the job over.
func (w *worker[A]) Work(ctx context.Context, job *river.Job[A]) error {
	return w.work(ctx, Job[A]{
		ID: job.ID, Args: job.Args, Attempt: job.Attempt, MaxAttempts: job.MaxAttempts, CreatedAt: job.CreatedAt,
	})
}

// Timeout is the kind's own.
func (w *worker[A]) Timeout(*river.Job[A]) time.Duration { return w.options.Timeout }

// NextRetry is when a failed job is tried again; zero leaves it to River.
func (w *worker[A]) NextRetry(job *river.Job[A]) time.Time {
	if w.options.RetryFunc == nil {
		return time.Time{}
	}
	return time.Now().Add(w.options.RetryFunc(job.Attempt))
}

// failures logs each failed attempt once.
type failures struct{ log *logrus.Entry }

// HandleError logs an error; River decides by the kind's own retries.
func (f failures) HandleError(_ context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	entry := f.log.WithError(err).WithField("kind", job.Kind).WithField("job_id", job.ID).WithField("attempt", job.Attempt)
	if job.Attempt >= job.MaxAttempts {
		entry.Error("work given up")
		return nil
	}
	entry.Warn("work failed and is tried again")
	return nil
}

// HandlePanic logs a panic with its stack: it is a defect.
func (f failures) HandlePanic(_ context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	f.log.WithField("kind", job.Kind).WithField("job_id", job.ID).WithField("attempt", job.Attempt).
		WithField("stack", trace).Errorf("panic in work: %v", value)
	return nil
}

// handler brings River's own warnings into our log.
type handler struct{ log *logrus.Entry }

// Enabled lets warnings and errors through.
func (h handler) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

// Handle logs a record. Failed work is left out: failures tells of it.
func (h handler) Handle(_ context.Context, record slog.Record) error {
	if strings.HasPrefix(record.Message, "jobexecutor.JobExecutor: Job") {
		return nil
	}
	fields := logrus.Fields{}
	record.Attrs(func(attr slog.Attr) bool {
		fields[attr.Key] = attr.Value.String()
		return true
	})
	h.log.WithFields(fields).Warn("job engine: " + record.Message)
	return nil
}

// WithAttrs leaves attributes out: River's warnings carry their own.
func (h handler) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup does nothing: River uses no groups.
func (h handler) WithGroup(string) slog.Handler { return h }
