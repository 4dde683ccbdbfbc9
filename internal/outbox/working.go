package outbox

import (
	"context"
	"fmt"

	"huibao/internal/failpoint"
	"huibao/templates"
)

// Adopt writes down that the message's content is to replace a card of ours that
// is in the chat already, as if it were the message's working card: Post with
// the same ID replaces it.
func (o *Outbox) Adopt(ctx context.Context, message Message, cardID string) error {
	record, err := o.Store.CreateRecord(ctx, message, true)
	if err != nil {
		return fmt.Errorf("write down message %s: %w", message.ID, err)
	}
	if record.State != Open {
		return nil // adopted before
	}
	record.State, record.MessageID = Sent, cardID
	return o.save(ctx, record)
}

// replaceWorking puts the message's content in the place of the working card
// that the record stands for.
func (o *Outbox) replaceWorking(ctx context.Context, record *Record, message Message) (Result, error) {
	// An answer that was once written down beside the card is the answer.
	if beside, found, err := o.find(ctx, message.TenantKey, besideID(message.ID)); err != nil {
		return Result{}, err
	} else if found {
		return o.drive(ctx, &beside)
	}
	result, err := o.drive(ctx, record)
	switch {
	case err != nil:
		return Result{}, err
	case result.State == Refused: // no working card is there: the answer can still be one of its own
		return o.postBeside(ctx, message, message.Rungs)
	case result.State != Sent: // a working card may be there, but nobody knows where
		return result, nil
	}
	return o.replace(ctx, record, message)
}

// replace tries the message's cards on the working card, the best first. When
// none can stand there, the answer is posted beside it: what is no card, or all
// of it if the working card was recalled. But once the card may hold an answer,
// nothing is posted beside it.
func (o *Outbox) replace(ctx context.Context, record *Record, message Message) (Result, error) {
	var failure *Failure
	rest := message.Rungs
	for len(rest) > 0 && rest[0].MsgType == "interactive" {
		var err error
		if failure, err = o.update(ctx, record, rest[0]); err != nil {
			return Result{}, err
		}
		if failure == nil {
			return o.settle(ctx, record, Sent, nil)
		}
		if !failure.ofContent() {
			break
		}
		rest = rest[1:]
	}
	switch {
	case failure != nil && !record.UnknownSince.IsZero():
		return o.settle(ctx, record, Lost, failure)
	case failure == nil || failure.ofContent() && len(rest) > 0:
		return o.postBeside(ctx, message, rest)
	case failure.Outcome == OutcomeReply:
		return o.postBeside(ctx, message, message.Rungs)
	case failure.passes():
		return o.settle(ctx, record, Expired, failure)
	}
	return o.settle(ctx, record, Refused, failure)
}

// update replaces the working card by a content, waiting out what passes until
// 12 hours after the answer was due. Replacing twice is the same as replacing
// once, so it needs no uuid, and an unknown outcome may be repeated at any time.
// The failure is one that does not pass, or no longer can.
func (o *Outbox) update(ctx context.Context, record *Record, content templates.Content) (*Failure, error) {
	// What an earlier call may have put there was another content: a card, or
	// figures, of its own. A refusal of this content does not speak of it.
	doubted := !record.UnknownSince.IsZero()
	for {
		first, err := o.mark(ctx, record)
		if err != nil {
			return nil, err
		}
		if err = o.Sender.Update(ctx, record.TenantKey, record.MessageID, content); err == nil {
			failpoint.Hit("working_replaced")
			return nil, nil
		}
		failure := FailureOf(err)
		if !doubted {
			record.learn(failure, first)
		}
		o.logger(*record, failure).Debug("the working card could not be replaced")
		if err := o.save(ctx, *record); err != nil {
			return nil, err
		}
		if !failure.passes() || o.Now().Sub(record.DueAt) > giveUpAfter {
			return failure, nil
		}
		if err := sit(ctx, pause(failure.Wait, record.Attempts-1), failure); err != nil {
			return nil, err
		}
	}
}

// settle ends the working state of a record: its card holds the answer, or by
// the failure never will.
func (o *Outbox) settle(ctx context.Context, record *Record, state State, failure *Failure) (Result, error) {
	record.Working = false
	reason := ""
	if failure != nil {
		record.Outcome, reason = failure.Outcome, failure.Reason()
	}
	if err := o.end(ctx, record, state, reason); err != nil {
		return Result{}, err
	}
	return record.result(), nil
}

// besideID is the ID of the answer that could not replace its working card.
func besideID(id string) string { return id + ":beside" }

// postBeside posts what cannot replace the working card as a message of its
// own, under an ID of its own.
func (o *Outbox) postBeside(ctx context.Context, message Message, rungs []templates.Content) (Result, error) {
	message.ID, message.Rungs = besideID(message.ID), rungs
	record, err := o.Store.CreateRecord(ctx, message, false)
	if err != nil {
		return Result{}, fmt.Errorf("write down message %s: %w", message.ID, err)
	}
	return o.drive(ctx, &record)
}
