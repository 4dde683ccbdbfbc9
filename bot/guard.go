package bot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// panicError is a panic as an error: a defect, told with its stack in the log.
type panicError struct {
	value any
	stack []byte
}

// Error is for the log.
func (p *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// guarded runs a step and turns a panic into an error with its stack.
func guarded(step func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &panicError{value, debug.Stack()}
		}
	}()
	return step()
}

// panicked reports whether an error is a panic.
func panicked(err error) bool {
	var p *panicError
	return errors.As(err, &p)
}

const (
	// reactionLimit bounds the call that puts a reaction on a message, and
	// reactionGrace how long the end of the job waits for it.
	reactionLimit = 5 * time.Second
	reactionGrace = time.Second
)

// react shows that the command was taken. It is best effort: it neither delays
// nor prevents the answer, and is not repeated. The function returned is called
// once the answer is out; after it nothing runs any more.
func (b *Bot) react(ctx context.Context, r request) (end func()) {
	ctx, cancel := context.WithTimeout(ctx, reactionLimit)
	done := make(chan struct{})
	go func() {
		defer close(done)
		err := guarded(func() error { return b.Platform.AddReaction(ctx, r.tenantKey, r.message.MessageID, "Get") })
		if err != nil {
			r.log.WithError(err).Debug("no reaction")
		}
	}()
	return func() {
		defer cancel()
		timer := time.NewTimer(reactionGrace)
		defer timer.Stop()
		select {
		case <-done:
		case <-timer.C:
			cancel()
			<-done
		}
	}
}
