package bot

import (
	"context"
	"errors"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/templates"
)

// refuse answers with what was wrong. The inside goes to the log, once, with
// the reference the person sees.
func (b *Bot) refuse(ctx context.Context, r request, err error) error {
	f := fault.As(err)
	entry := r.log.WithError(err).WithField("kind", string(f.Kind))
	switch f.Kind {
	case fault.Invalid, fault.Unreadable, fault.NotFound, fault.Limited, fault.Forbidden:
		entry.Info("command refused")
	default:
		entry.Error("command failed")
	}
	return b.answer(ctx, r, templates.Refusal(r.locale, f, r.ref))
}

// answer posts the reply to the message.
func (b *Bot) answer(ctx context.Context, r request, ladder templates.Ladder) error {
	result, err := b.Poster.Post(ctx, r.outgoing(ladder.Contents()))
	if err == nil {
		r.note(result)
	}
	return err
}

// answerWithFile posts the file that answers the message. Where a working card
// was said, the ladder takes its place and the file stands beside it: the file
// first, so that after a crash both are there.
func (b *Bot) answerWithFile(ctx context.Context, r request, ladder templates.Ladder, said bool) error {
	if !said {
		result, err := b.Poster.Post(ctx, r.outgoing(r.fileRungs(ladder)))
		if err == nil {
			r.note(result)
		}
		return err
	}
	file := r.outgoing([]templates.Content{*ladder.File})
	file.ID += ":file"
	result, err := b.Poster.Post(ctx, file)
	switch {
	case err != nil:
		return err
	case result.State == outbox.Refused:
		return b.answer(ctx, r, r.fileRefused())
	}
	return b.answer(ctx, r, ladder)
}

// fileRungs are the file of an answer, and what is said where the platform does
// not take it.
func (a asker) fileRungs(ladder templates.Ladder) []templates.Content {
	return append([]templates.Content{*ladder.File}, a.fileRefused().Contents()...)
}

// fileRefused says that the platform does not take the file.
func (a asker) fileRefused() templates.Ladder {
	return templates.Refusal(a.locale, fault.New(fault.Internal, "fault.export.refused", nil), a.ref)
}

// sayWorking answers that the figures are on their way. Only a card can be
// replaced by them later, so nothing plainer is said.
func (b *Bot) sayWorking(ctx context.Context, r request) error {
	_, err := b.Poster.PostWorking(ctx, r.outgoing(templates.Working(r.locale).Contents()[:1]))
	return err
}

// outgoing is the reply to the request's message. It is due when the command
// was stored: the sender's clock does not count.
func (r request) outgoing(rungs []templates.Content) outbox.Message {
	return outbox.Message{
		ID: r.answerID(), TenantKey: r.tenantKey, ChatID: r.message.ChatID, ReplyTo: r.message.MessageID,
		Class: outbox.Answer, DueAt: r.receivedAt, Rungs: rungs,
	}
}

// answerID is the stable name of the answer to the request's message.
func (r request) answerID() string { return "answer:" + r.message.MessageID }

// note logs how the answer ended.
func (r request) note(result outbox.Result) {
	entry := r.log.WithField("attempts", result.Attempts).WithField("state", string(result.State))
	if result.State != outbox.Sent {
		entry.WithField("reason", result.Reason).Error("answer dropped")
		return
	}
	entry.WithField("answer_id", result.MessageID).Info("answered")
}

// later reports whether an error asks to come back.
func later(err error) bool {
	var wait *outbox.Later
	return errors.As(err, &wait)
}
