package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/failpoint"
)

const (
	// repeatWithin is how long a repeat with the same uuid is safe. The
	// platform drops repeats for an hour; ten minutes are left for its clock
	// and a slow call.
	repeatWithin = 50 * time.Minute
	// clockSlack is how far the clocks of processes that share the store may
	// lie apart. It comes off the ten minutes above.
	clockSlack = 5 * time.Minute
	// giveUpAfter is how long after it was due a first attempt is still made.
	giveUpAfter = 12 * time.Hour
	// slotGoodFor is how long after it was taken a slot may be used. On a slow
	// disk writing the attempt down takes longer, and calls made late together
	// with those whose turn it is would be too many: another slot is taken.
	slotGoodFor = 200 * time.Millisecond
	// tenantWait is the pause before a digest is tried again that something
	// about its whole tenant stands in the way of.
	tenantWait = time.Minute
	// patience is how long a wait is sat out in place. A longer one is handed
	// to the job engine, so that a worker is not held.
	patience = 3 * time.Second
	// The pauses between attempts whose outcome is unknown or which never
	// reached the platform double from the first to the last.
	firstBackoff = time.Second
	lastBackoff  = 5 * time.Minute
)

// Options are what New needs.
type Options struct {
	Store  Store
	Slots  Slots
	Sender Sender
	Now    func() time.Time
	Log    *logrus.Entry
}

// Outbox posts messages. It is safe for concurrent use, but only one caller at
// a time may drive the same message: the job engine sees to that.
type Outbox struct {
	Options
}

// New returns an outbox.
func New(options Options) *Outbox { return &Outbox{Options: options} }

// Result is how a message ended.
type Result struct {
	State     State
	MessageID string
	Attempts  int
	Outcome   Outcome // of the failure that ended it, "" when there was none
	Reason    string  // why it was not sent, in English
}

// Later is the error of a message that is not at its end yet: the caller
// should come back after the time given.
type Later struct { //nolint:errname // it reads outbox.Later: no error, a request to come back
	After time.Duration
	Err   error // what stands in the way
}

// Error is for the log.
func (l *Later) Error() string { return fmt.Sprintf("come back after %s: %v", l.After, l.Err) }

// Unwrap gives the cause to errors.Is and errors.As.
func (l *Later) Unwrap() error { return l.Err }

// Post says the message, or goes on saying it where an earlier call with the
// same ID stopped; what was written down then is what is said. If the earlier
// call was PostWorking, the message's content replaces the working card.
//
// The error is a *Later while the end is open, and otherwise one of the store.
func (o *Outbox) Post(ctx context.Context, message Message) (Result, error) {
	record, err := o.Store.CreateRecord(ctx, message, false)
	if err != nil {
		return Result{}, fmt.Errorf("write down message %s: %w", message.ID, err)
	}
	failpoint.Hit("outbox_written")
	if !record.Working {
		return o.drive(ctx, &record)
	}
	return o.replaceWorking(ctx, &record, message)
}

// PostWorking says for now that the answer takes a while. Post with the same
// ID replaces it.
func (o *Outbox) PostWorking(ctx context.Context, message Message) (Result, error) {
	record, err := o.Store.CreateRecord(ctx, message, true)
	if err != nil {
		return Result{}, fmt.Errorf("write down message %s: %w", message.ID, err)
	}
	failpoint.Hit("working_written")
	return o.drive(ctx, &record)
}

// Progress is how far an earlier call with the same ID came.
type Progress string

// The stages of a message as Resume finds it.
const (
	NotBegun Progress = "not_begun"
	Working  Progress = "working" // only the working card was written down
	Ended    Progress = "ended"
)

// Resume goes on with a message written down earlier, if there is one whose
// content is known. The result is that of one that Ended; the error is as
// Post's.
func (o *Outbox) Resume(ctx context.Context, tenantKey, id string) (Progress, Result, error) {
	record, found, err := o.find(ctx, tenantKey, id)
	if err != nil || !found {
		return NotBegun, Result{}, err
	}
	if record.Working { // the answer may have been written down beside it
		if record, found, err = o.find(ctx, tenantKey, besideID(id)); err != nil || !found {
			return Working, Result{}, err
		}
	}
	result, err := o.drive(ctx, &record)
	return Ended, result, err
}

// find reads a record.
func (o *Outbox) find(ctx context.Context, tenantKey, id string) (Record, bool, error) {
	record, found, err := o.Store.FindRecord(ctx, tenantKey, id)
	if err != nil {
		return record, false, fmt.Errorf("find message %s: %w", id, err)
	}
	return record, found, nil
}

// drive makes attempts until the record has ended or the next one is far off.
func (o *Outbox) drive(ctx context.Context, record *Record) (Result, error) {
	for record.State == Open {
		wait, cause, err := o.step(ctx, record)
		if err != nil {
			return Result{}, err
		}
		if err := sit(ctx, wait, cause); err != nil {
			return Result{}, err
		}
	}
	return record.result(), nil
}

// end writes down the record's last state. The words are no longer needed.
func (o *Outbox) end(ctx context.Context, record *Record, state State, reason string) error {
	record.State, record.Reason, record.FinishedAt = state, reason, o.Now()
	return o.save(ctx, *record)
}

// fail is end after a failure.
func (o *Outbox) fail(ctx context.Context, record *Record, state State, failure *Failure) error {
	record.Outcome = failure.Outcome
	return o.end(ctx, record, state, failure.Reason())
}

// save writes the record even when ctx has just ended: what the platform was
// told must not be forgotten for a time-out of ours.
func (o *Outbox) save(ctx context.Context, record Record) error {
	if err := o.Store.SaveRecord(context.WithoutCancel(ctx), record); err != nil {
		return fmt.Errorf("write down the state of message %s: %w", record.ID, err)
	}
	return nil
}
