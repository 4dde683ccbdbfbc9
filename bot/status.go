package bot

import (
	"context"

	"huibao/scheduler"
	"huibao/templates"
)

// statusCommand is /status.
func statusCommand(b *Bot) Command {
	return Command{
		Name:       "status",
		Aliases:    []string{"状态"}, //nolint:gosmopolitan // its Chinese name
		SummaryKey: "command.status.summary",
		Examples:   []string{"/status", "/状态"}, //nolint:gosmopolitan // typed as it is
		Run:        b.status,
	}
}

// status answers with what there is to know of the chat's digests.
func (b *Bot) status(ctx context.Context, r request, _ arguments) (templates.Ladder, error) {
	schedules, err := b.Schedules.OfChat(ctx, r.tenantKey, r.chatID)
	if err != nil {
		return templates.Ladder{}, err
	}
	last, err := b.Schedules.Last(ctx, r.tenantKey, schedules)
	if err != nil {
		return templates.Ladder{}, err
	}
	pause, _, err := b.Schedules.Paused(ctx, r.tenantKey)
	if err != nil {
		return templates.Ladder{}, err
	}
	status := templates.ChatStatus{PausedReason: pause.Reason}
	if r.chat.External && r.chat.Access != AccessAllowed {
		status.NoDigests = "status.external"
	}
	for _, schedule := range schedules {
		var newest *scheduler.Delivery
		if delivery, ok := last[schedule.ID]; ok {
			newest = &delivery
		}
		status.Subscriptions = append(status.Subscriptions, r.subscription(schedule, newest))
	}
	return templates.Status(r.locale, status), nil
}
