package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/failpoint"
)

// step makes at most one attempt and writes down how it went. It returns how
// long to wait before the next, and what the wait is for.
func (o *Outbox) step(ctx context.Context, record *Record) (time.Duration, error, error) {
	now := o.Now()
	if over, state, reason := outOfTime(*record, now); over {
		return 0, nil, o.end(ctx, record, state, reason)
	}
	if wait, err := o.takeSlot(ctx, *record, now); err != nil || wait > 0 {
		return wait, errSlots, err
	}
	first, err := o.mark(ctx, record)
	if err != nil {
		return 0, nil, err
	}
	if later := o.Now(); later.Sub(now) > slotGoodFor {
		if wait, err := o.takeSlot(ctx, *record, later); err != nil || wait > 0 {
			record.unmark(first)
			return wait, errSlots, errors.Join(err, o.save(ctx, *record))
		}
	}
	if over, state, reason := outOfTime(*record, o.Now()); over { // to write that down took its time
		record.unmark(first)
		return 0, nil, o.end(ctx, record, state, reason)
	}
	failpoint.Hit("outbox_marked")
	messageID, err := o.send(ctx, *record)
	failpoint.Hit("outbox_posted")
	if err == nil {
		record.MessageID, record.UnknownSince = messageID, time.Time{}
		return 0, nil, o.end(ctx, record, Sent, "")
	}
	failure := FailureOf(err)
	record.learn(failure, first)
	return o.refused(ctx, record, failure)
}

// takeSlot takes the right to make one call now, or says how long to wait.
func (o *Outbox) takeSlot(ctx context.Context, record Record, now time.Time) (time.Duration, error) {
	wait, err := o.Slots.TakeSlot(ctx, record.Message, now)
	if err != nil {
		return 0, fmt.Errorf("take a slot for message %s: %w", record.ID, err)
	}
	return wait, nil
}

// mark writes down that an attempt is about to be made: should nothing be heard
// of it any more, it may have been posted. first tells that it is the only such
// attempt.
func (o *Outbox) mark(ctx context.Context, record *Record) (first bool, err error) {
	if first = record.UnknownSince.IsZero(); first {
		record.UnknownSince = o.Now()
	}
	record.Attempts++
	return first, o.save(ctx, *record)
}

// outOfTime says whether the record may no longer be attempted, and why. A
// clock that was set back no longer tells how old an attempt is, so that one
// from the future counts as too old.
func outOfTime(record Record, now time.Time) (over bool, state State, reason string) {
	if !record.UnknownSince.IsZero() {
		age := now.Sub(record.UnknownSince)
		return age > repeatWithin || age < -clockSlack, Lost,
			"the outcome of an attempt is unknown and the platform no longer drops repeats"
	}
	return now.Sub(record.DueAt) > giveUpAfter, Expired, "it could not be posted within 12 hours"
}

// send makes the call of the record's present rung.
func (o *Outbox) send(ctx context.Context, record Record) (string, error) {
	content := record.Rungs[record.Rung]
	if record.ReplyTo == "" {
		return o.Sender.Send(ctx, record.TenantKey, record.ChatID, content, record.uuid())
	}
	return o.Sender.Reply(ctx, record.TenantKey, record.ReplyTo, content, record.uuid())
}

// refused writes down a failed attempt and decides what comes next. When an
// attempt before it may have been posted (before the message to reply to was
// recalled, say, or the bot removed), a refusal that repeating does not change
// decides nothing: no repeat will succeed, and nothing else may be posted.
func (o *Outbox) refused(ctx context.Context, record *Record, failure *Failure) (time.Duration, error, error) {
	switch {
	case failure.passes():
		o.logger(*record, failure).Debug("the message will be tried again")
		return pause(failure.Wait, record.Attempts), failure, o.save(ctx, *record)
	case failure.Outcome == OutcomeTenant && record.Class == Digest && record.UnknownSince.IsZero():
		o.logger(*record, failure).Debug("the digest waits until its tenant can be posted to")
		return tenantWait, failure, o.save(ctx, *record)
	case !record.UnknownSince.IsZero():
		return 0, nil, o.fail(ctx, record, Lost, failure)
	case failure.ofContent() && record.Rung+1 < len(record.Rungs):
		o.logger(*record, failure).Warn("the platform refused the content, trying a plainer one")
		record.Rung++
		return 0, nil, o.save(ctx, *record)
	case failure.Outcome == OutcomeReply && record.ReplyTo != "":
		o.logger(*record, failure).Info("the message cannot be replied to, posting to the chat instead")
		record.ReplyTo = ""
		return 0, nil, o.save(ctx, *record)
	}
	return 0, nil, o.fail(ctx, record, Refused, failure)
}

// logger names the message in every line about a failed attempt of it.
func (o *Outbox) logger(record Record, failure *Failure) *logrus.Entry {
	return o.Log.WithError(failure).WithFields(logrus.Fields{
		"tenant_key": record.TenantKey, "chat_id": record.ChatID, "outbox_id": record.ID, "rung": record.Rung,
	})
}
