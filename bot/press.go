package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/scheduler"
	"huibao/templates"
)

// pressed is one pressed button, or one choice of a select.
type pressed struct {
	asker
	Press
	eventID string
}

// newPressed gathers what is known before the chat is.
func (b *Bot) newPressed(event Event) pressed {
	press := *event.Press
	p := pressed{asker: b.newAsker(event, press.ChatID, press.Operator, fault.Ref(event.EventID)), Press: press, eventID: event.EventID}
	p.log = p.log.WithField("message_id", press.MessageID).WithField("action", press.Value["action"])
	return p
}

// action is what a button may ask for: the other half of the table of commands.
type action struct {
	run func(b *Bot, ctx context.Context, p pressed) (templates.Ladder, error)
	// may refuses whoever may not; nil for what everybody may who is served, and
	// for what run decides.
	may func(b *Bot, ctx context.Context, p pressed) error
	// changes something, or posts: it is carried out exactly once, after the
	// press was answered.
	changes bool
	// replies to the card rather than replacing it.
	replies bool
	// anywhere: whoever decides about it may press it, whether the chat is
	// served or not.
	anywhere bool
}

// actions are what the buttons of our cards ask for.
func actions() map[string]action {
	return map[string]action{
		templates.ActionView:        {run: (*Bot).showView},
		templates.ActionExport:      {run: (*Bot).exportView, changes: true, replies: true},
		templates.ActionSubscribe:   {run: (*Bot).showForm, may: mayManage, changes: true, replies: true},
		templates.ActionForm:        {run: (*Bot).showForm, may: mayManage},
		templates.ActionPreview:     {run: (*Bot).previewSubscription, may: mayManage},
		templates.ActionConfirm:     {run: (*Bot).confirmSubscription, may: mayManage, changes: true},
		templates.ActionList:        {run: (*Bot).showSubscriptions},
		templates.ActionPause:       {run: (*Bot).pauseByNumber, may: (*Bot).mayEnd, changes: true},
		templates.ActionResumeOne:   {run: (*Bot).resumeByNumber, may: mayManage, changes: true},
		templates.ActionRun:         {run: (*Bot).runByNumber, may: mayManage, changes: true},
		templates.ActionUnsubscribe: {run: (*Bot).endByNumber, may: (*Bot).mayUnsubscribe, changes: true},
		templates.ActionSettings:    {run: (*Bot).changeSetting, may: mayManage, changes: true},
		templates.ActionAllow:       {run: (*Bot).decide, may: mayDecide, changes: true, anywhere: true},
		templates.ActionBlock:       {run: (*Bot).decide, may: mayDecide, changes: true, anywhere: true},
		templates.ActionUnpause:     {run: (*Bot).unpause, may: mayDecide, changes: true, replies: true, anywhere: true},
		templates.ActionResume:      {run: (*Bot).resume, changes: true, replies: true, anywhere: true},
		templates.ActionResumeChat:  {run: (*Bot).resumeChat, changes: true, replies: true, anywhere: true},
		templates.ActionResumeAll:   {run: (*Bot).resumeAll, may: mayDecide, changes: true, replies: true, anywhere: true},
	}
}

// action is what the press asks for. A digest is read by many, and a card older
// than 14 days cannot be replaced: there the answer is a reply.
func (b *Bot) action(p pressed) (action, error) {
	found, known := b.actions[p.Value["action"]]
	if !known {
		return action{}, fault.New(fault.Invalid, "fault.press.unknown", nil)
	}
	if view := p.view(); p.Value["action"] == templates.ActionView && (view.Digest || p.old(view)) {
		found.changes, found.replies = true, true
	}
	return found, nil
}

// permitted refuses a press of somebody who may not.
func (b *Bot) permitted(ctx context.Context, p pressed, wanted action) error {
	if wanted.may == nil {
		return nil
	}
	return wanted.may(b, ctx, p)
}

// mayManage lets those through who decide about the chat.
func mayManage(b *Bot, ctx context.Context, p pressed) error { return b.mayManage(ctx, p.asker) }

// mayDecide lets the bot's admins through.
func mayDecide(_ *Bot, _ context.Context, p pressed) error {
	if p.byAdmin() {
		return nil
	}
	return fault.New(fault.Forbidden, "fault.press.admins", nil)
}

// view is what the press asks a report card to show.
func (p pressed) view() templates.View { return templates.ReadView(p.Value, p.Option, p.today) }

// old reports whether the view's card can no longer be replaced.
func (p pressed) old(view templates.View) bool {
	return view.Posted != 0 && p.receivedAt.Sub(time.Unix(view.Posted, 0)) >= templates.ReplyAfter
}

// admit finds the press's chat and reports whether the press is heeded there: a
// blocked chat gets no word, and one that is not served a refusal.
func (b *Bot) admit(ctx context.Context, p *pressed) (heeded bool, err error) {
	chat, err := b.findChat(ctx, p.asker, false)
	if err != nil {
		return false, err
	}
	p.know(chat)
	wanted, err := b.action(*p)
	if err != nil {
		return true, err
	}
	switch verdict := p.verdict(); {
	case verdict == silent && !p.byAdmin():
		p.log.Info("the chat is blocked, no answer")
		return false, nil
	case verdict != serve && !wanted.anywhere:
		return true, fault.New(fault.Forbidden, "fault.press.not_served", nil)
	}
	return true, nil
}

// settleAfter is how long after a press its card is left alone: a change that
// reaches the client before the answer to the press is undone by it.
// Source: im-v1/message-card, delayed update.
const settleAfter = 300 * time.Millisecond

// handlePress does what a press asks for that could not be done at once, and
// replaces its card or replies to it.
func (b *Bot) handlePress(ctx context.Context, event Event) error {
	p := b.newPressed(event)
	id := "press:" + p.eventID
	if progress, _, err := b.Poster.Resume(ctx, p.tenantKey, id); err != nil || progress == outbox.Ended {
		return err
	}
	heeded, err := b.admit(ctx, &p)
	if err == nil && !heeded {
		return nil
	}
	if err = b.comingBack(ctx, p.receivedAt, err); later(err) {
		return err
	}
	if err != nil && fault.As(err).Kind == fault.Internal {
		return err
	}
	message := outbox.Message{
		ID: id, TenantKey: p.tenantKey, ChatID: p.ChatID, ReplyTo: p.MessageID, Class: outbox.Answer, DueAt: p.receivedAt,
	}
	wanted := action{replies: true} // what is not admitted leaves the card alone
	var ladder templates.Ladder
	if err == nil {
		if wanted, err = b.action(p); err == nil {
			ladder, err = b.carryOut(ctx, p, wanted)
		}
	}
	if later(err) {
		return err
	}
	if err != nil {
		p.log.WithError(err).Warn("a pressed button was refused or failed")
		ladder = p.refusal(fault.As(err))
	}
	if message.Rungs = ladder.Contents(); ladder.File != nil {
		message.Rungs = p.fileRungs(ladder)
	}
	return b.answerPress(ctx, p, wanted, message)
}

// carryOut does what the press asks for. What has to wait for the platform comes
// back later.
func (b *Bot) carryOut(ctx context.Context, p pressed, wanted action) (ladder templates.Ladder, err error) {
	runCtx, cancel := hurried(ctx)
	defer cancel()
	err = guarded(func() (err error) {
		if err = b.permitted(runCtx, p, wanted); err == nil {
			ladder, err = wanted.run(b, runCtx, p)
		}
		return err
	})
	return ladder, b.comingBack(runCtx, p.receivedAt, err)
}

// refusal says what was wrong. In the place of a report card it has the way back.
func (p pressed) refusal(f *fault.Error) templates.Ladder {
	if p.Value["action"] == templates.ActionView {
		return templates.RefusedView(p.locale, f, p.ref, p.view())
	}
	return templates.Refusal(p.locale, f, p.ref)
}

// answerPress posts what a press came to: a reply, or a new content of its card,
// unless the card was pressed again meanwhile.
func (b *Bot) answerPress(ctx context.Context, p pressed, wanted action, message outbox.Message) error {
	if !wanted.replies {
		again, err := b.pressedAgain(ctx, p)
		if err != nil {
			return err
		}
		if p.Value["action"] == templates.ActionView && again {
			p.log.Info("the card was pressed again meanwhile, it is left alone")
			return nil
		}
		if err := sleep(ctx, settleAfter-b.Now().Sub(p.receivedAt)); err != nil {
			return err
		}
		if err := b.Poster.Adopt(ctx, message, p.MessageID); err != nil {
			return err
		}
	}
	result, err := b.Poster.Post(ctx, message)
	if err == nil && result.State != outbox.Sent {
		p.log.WithField("reason", result.Reason).Error("answer dropped")
	}
	return err
}

// pressedAgain reports whether somebody pressed the card later. What that press
// asked for is what the card shows, however long the older one takes.
func (b *Bot) pressedAgain(ctx context.Context, p pressed) (bool, error) {
	again, err := b.Presses.NewerPress(ctx, p.tenantKey, p.MessageID, p.receivedAt)
	if err != nil {
		return false, fmt.Errorf("find a newer press of card %s: %w", p.MessageID, err)
	}
	return again, nil
}

// sleep waits, unless ctx ends first.
func sleep(ctx context.Context, pause time.Duration) error {
	if pause <= 0 {
		return nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// unpause has the tenant's digests tried again now.
func (b *Bot) unpause(ctx context.Context, p pressed) (templates.Ladder, error) {
	err := b.Schedules.Unpause(ctx, p.tenantKey)
	return templates.Resumed(p.settings.Locale, "unpaused", nil, p.ref), err
}

// mayResume refuses whoever does not decide about the chat whose digests it is
// about. Outside of that chat only the bot's admins do.
func (b *Bot) mayResume(ctx context.Context, p pressed, chatID string) error {
	if p.byAdmin() {
		return nil
	}
	chat, known, err := b.Chats.FindChat(ctx, p.tenantKey, chatID)
	if err != nil {
		return err
	}
	if !known || p.ChatID != chatID || !p.manages(chat) {
		return fault.New(fault.Forbidden, "fault.press.forbidden", nil)
	}
	return nil
}

// resume has one schedule run again.
func (b *Bot) resume(ctx context.Context, p pressed) (templates.Ladder, error) {
	schedule, ok, err := b.Schedules.FindSchedule(ctx, p.tenantKey, p.Value["schedule_id"])
	if err != nil {
		return templates.Ladder{}, err
	}
	if !ok {
		return templates.Ladder{}, fault.New(fault.NotFound, "fault.schedule.not_found", nil)
	}
	if err := b.mayResume(ctx, p, schedule.ChatID); err != nil {
		return templates.Ladder{}, err
	}
	if schedule.Enabled {
		return templates.Resumed(p.settings.Locale, "running", nil, p.ref), nil
	}
	if schedule, err = b.Schedules.Resume(ctx, p.tenantKey, p.actor(), schedule.ID); err != nil {
		return templates.Ladder{}, err
	}
	return templates.Resumed(p.settings.Locale, "resumed", fault.Args{
		"name": schedule.Name, "next": schedule.NextRunAt.In(zoneOf(schedule, p.zone)).Format("2006-01-02 15:04"),
	}, p.ref), nil
}

// resumeChat has every schedule of the chat run again that was disabled.
func (b *Bot) resumeChat(ctx context.Context, p pressed) (templates.Ladder, error) {
	chatID := cmp.Or(p.Value["chat_id"], p.ChatID)
	if err := b.mayResume(ctx, p, chatID); err != nil {
		return templates.Ladder{}, err
	}
	disabled, err := b.Schedules.Disabled(ctx, p.tenantKey, chatID)
	if err != nil {
		return templates.Ladder{}, err
	}
	return b.resumeEach(ctx, p, disabled, templates.ResumedChat)
}

// resumeAll has every schedule of the tenant run again that was disabled when the
// app was uninstalled.
func (b *Bot) resumeAll(ctx context.Context, p pressed) (templates.Ladder, error) {
	disabled, err := b.Schedules.DisabledFor(ctx, p.tenantKey, scheduler.ReasonUninstalled)
	if err != nil {
		return templates.Ladder{}, err
	}
	return b.resumeEach(ctx, p, disabled, templates.ResumedAll)
}

// resumeEach has schedules run again and says how many.
func (b *Bot) resumeEach(ctx context.Context, p pressed, disabled []scheduler.Schedule, say func(templates.Locale, int, string) templates.Ladder) (templates.Ladder, error) {
	for _, schedule := range disabled {
		if _, err := b.Schedules.Resume(ctx, p.tenantKey, p.actor(), schedule.ID); err != nil {
			return templates.Ladder{}, err
		}
	}
	if len(disabled) == 0 {
		return templates.Resumed(p.settings.Locale, "running", nil, p.ref), nil
	}
	return say(p.settings.Locale, len(disabled), p.ref), nil
}

// ended reports whether ctx is the reason of a failure.
func ended(ctx context.Context, err error) bool { return ctx.Err() != nil && errors.Is(err, ctx.Err()) }
