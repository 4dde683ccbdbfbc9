package bot

import (
	"context"
	"errors"
	"time"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/templates"
)

const (
	// workingAfter is how long a person waits before the answer says that it
	// is being worked on.
	workingAfter = 2 * time.Second
	// saveBefore is the time kept back from the job's own limit for posting.
	saveBefore = 8 * time.Second
	// comeBack is the pause before a command that ran out of the job's time is
	// taken up again.
	comeBack = 2 * time.Second
	// giveUpAfter is how long after it was stored a command is still tried.
	giveUpAfter = 12 * time.Hour
)

// outcome is what came of a command.
type outcome struct {
	ladder templates.Ladder
	err    error
}

// patiently runs the command and, when it takes long, says so meanwhile; said
// tells of it. A command that must wait longer than the job may gives a
// *outbox.Later.
func (b *Bot) patiently(ctx context.Context, r request, run func(context.Context) (templates.Ladder, error)) (ladder templates.Ladder, said bool, err error) {
	runCtx, cancel := hurried(ctx)
	defer cancel()
	done := make(chan outcome, 1)
	go func() {
		var result outcome
		result.err = guarded(func() (err error) {
			result.ladder, err = run(runCtx)
			return err
		})
		done <- result
	}()
	timer := time.NewTimer(workingAfter)
	defer timer.Stop()
	var result outcome
	select {
	case result = <-done:
	case <-timer.C:
		if err := b.sayWorking(ctx, r); err != nil {
			r.log.WithError(err).Warn("could not say that the answer takes a while")
		}
		said, result = true, <-done
	}
	if err = b.comingBack(runCtx, r.receivedAt, result.err); !later(err) {
		return result.ladder, said, err
	}
	if ctx.Err() == nil { // otherwise the process is stopping and takes it up again
		if err := b.sayWorking(ctx, r); err != nil {
			return templates.Ladder{}, said, err
		}
	}
	return templates.Ladder{}, said, err
}

// hurried is ctx, ending early enough for the answer to be posted.
func hurried(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, deadline.Add(-saveBefore))
	}
	return context.WithCancel(ctx)
}

// comingBack is a failure as it is or, where it passes and is not too old, a request
// to come back, a *outbox.Later.
func (b *Bot) comingBack(runCtx context.Context, receivedAt time.Time, err error) error {
	if wait := comeBackAfter(runCtx, err); wait > 0 && b.Now().Sub(receivedAt) <= giveUpAfter {
		return &outbox.Later{After: wait, Err: err}
	}
	return err
}

// comeBackAfter is how long to wait before a failed command is tried again, 0
// when the failure is its answer: the platform asks for a pause, or the job's
// time was up.
func comeBackAfter(runCtx context.Context, err error) time.Duration {
	f := fault.As(err)
	switch {
	case f == nil:
		return 0
	case f.Kind == fault.Temporary && f.Wait > 0:
		return f.Wait
	case runCtx.Err() != nil && errors.Is(err, runCtx.Err()):
		return comeBack
	}
	return 0
}
