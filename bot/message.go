package bot

import (
	"context"
	"math"
	"strconv"
	"time"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/templates"
)

// request is one command of one person in one chat.
type request struct {
	asker
	message Message
	text    string // without mentions
	again   bool   // the working card was written down: the command is counted and seen
}

// handleMessage answers a message that is meant for the bot. A panic on the way
// is answered like any other failure; one in answering it is an error.
func (b *Bot) handleMessage(ctx context.Context, event Event) error {
	text, meant := b.address(event.TenantKey, *event.Message)
	if !meant {
		return nil
	}
	r := b.newRequest(event, text)
	err := guarded(func() error { return b.converse(ctx, &r) })
	if !panicked(err) {
		return err
	}
	return b.refuse(ctx, r, err)
}

// newRequest gathers what is known before the chat is.
func (b *Bot) newRequest(event Event, text string) request {
	message := *event.Message
	r := request{asker: b.newAsker(event, message.ChatID, message.Sender, fault.Ref(message.MessageID)), message: message, text: text}
	r.log = r.log.WithField("message_id", message.MessageID)
	return r
}

// converse goes on with an answer begun earlier, or decides what is answered.
func (b *Bot) converse(ctx context.Context, r *request) error {
	progress, result, err := b.Poster.Resume(ctx, r.tenantKey, r.answerID())
	if err != nil {
		return err
	}
	if progress == outbox.Ended {
		r.note(result)
		return nil
	}
	r.again = progress == outbox.Working
	chat, err := b.findChat(ctx, r.asker, r.message.Private())
	if err != nil {
		return b.comingBack(ctx, r.receivedAt, err)
	}
	r.know(chat)
	verdict := r.verdict()
	if verdict == silent {
		r.log.Info("the chat is blocked, no answer")
		return nil
	}
	var limited *fault.Error
	if !r.again {
		if limited, err = b.take(ctx, r.asker, "", "fault.command.limited"); err != nil {
			return err
		}
	}
	if verdict == ask {
		return b.askForAccess(ctx, *r, limited != nil)
	}
	if limited != nil {
		return b.sendAway(ctx, *r, limited)
	}
	return b.run(ctx, *r)
}

// sendAway says when to try again, to those who go on no more often than
// commands are allowed: a flood must not stand before other people's answers.
func (b *Bot) sendAway(ctx context.Context, r request, limited *fault.Error) error {
	wait, err := b.Limiter.TakeCommand(ctx, r.tenantKey, "limited:"+r.message.Sender.OpenID, "limited:"+r.message.ChatID, b.Now())
	if err != nil {
		return err
	}
	if wait > 0 {
		r.log.Info("the limit is reached and was told of so often enough")
		return nil
	}
	return b.refuse(ctx, r, limited)
}

// seconds are a pause as it is told, rounded up.
func seconds(pause time.Duration) string { return strconv.Itoa(int(math.Ceil(pause.Seconds()))) }

// run carries the command out and answers with what came of it.
func (b *Bot) run(ctx context.Context, r request) error {
	command, arguments, err := b.parse(r.text)
	if err != nil {
		return b.refuse(ctx, r, err)
	}
	if !r.again {
		defer b.react(ctx, r)()
		r.log.WithField("command", command.Name).Info("command taken")
	}
	ladder, said, err := b.patiently(ctx, r, func(ctx context.Context) (templates.Ladder, error) {
		return command.Run(ctx, r, arguments)
	})
	if later(err) {
		return err
	}
	if err != nil {
		return b.refuse(ctx, r, err)
	}
	if ladder.File != nil {
		return b.answerWithFile(ctx, r, ladder, said || r.again)
	}
	return b.answer(ctx, r, ladder)
}
