package bot

import (
	"context"
	"fmt"
	"time"

	"huibao/internal/audit"
	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/internal/settings"
	"huibao/templates"
)

// verdict is what a person in a chat gets.
type verdict int

const (
	serve  verdict = iota // the command is carried out
	ask                   // a card says that an admin must allow it
	silent                // nothing at all
)

// verdict decides whether the person is served in the chat. An external chat and
// a person of another tenant always need an admin's word for the chat; what is
// of the own tenant needs it unless access is open, and the bot's admins never
// do.
func (a asker) verdict() verdict {
	switch a.chat.Access {
	case AccessAllowed:
		return serve
	case AccessBlocked:
		return silent
	}
	if a.foreign() {
		return ask
	}
	if a.settings.Access == settings.AccessOpen || a.byAdmin() {
		return serve
	}
	return ask
}

// foreign reports whether people of other tenants read along or ask. A chat
// that could not be looked up is external.
func (a asker) foreign() bool { return a.chat.External || !a.own() }

// unseenOwn reports whether somebody of the own tenant asks in a group that
// counts as external only because it could not be looked up.
func (b *Bot) unseenOwn(a asker) bool {
	return a.chat.ChatMode != private && a.own() && !a.chat.believed(b.Now())
}

// askAgainAfter is how long the bot's admins are not asked again about a chat.
const askAgainAfter = 24 * time.Hour

// askForAccess asks the bot's admins and tells the chat so, which nobody needs
// to be told without end.
func (b *Bot) askForAccess(ctx context.Context, r request, limited bool) error {
	if limited {
		r.log.Info("the chat is not allowed yet and was told so often enough")
		return nil
	}
	r.log.Info("the chat is not allowed yet")
	asked, err := b.askAdmins(ctx, r)
	if err != nil {
		return err
	}
	return b.answer(ctx, r, templates.AccessWanted(r.locale, templates.AccessOptions{
		Admins: r.settings.Admins, External: r.foreign(), Unseen: b.unseenOwn(r.asker), Private: r.message.Private(), Asked: asked,
		ChatID: r.chatID, Ref: r.ref,
	}))
}

// askAdmins sends the request to each of the bot's admins, unless they were
// asked within the last day; asked tells whether they have it. A chat that could
// not be looked up is not asked about: nobody could say what it is.
func (b *Bot) askAdmins(ctx context.Context, r request) (asked bool, err error) {
	if len(r.settings.Admins) == 0 || b.unseenOwn(r.asker) {
		return false, nil
	}
	chat, err := b.Chats.ChangeChat(ctx, r.tenantKey, r.chatID, nil, func(chat *Chat) error {
		if r.receivedAt.Sub(chat.AccessAskedAt) >= askAgainAfter {
			chat.AccessAskedAt = r.receivedAt
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("note that the admins are asked: %w", err)
	}
	if chat.AccessAskedAt.UnixMilli() != r.receivedAt.UnixMilli() {
		return true, nil
	}
	request := r.accessRequest(chat, r.person.OpenID)
	for _, admin := range r.settings.Admins {
		result, err := b.Poster.Post(ctx, outbox.Message{
			ID: fmt.Sprintf("request:%s:%d:%s", r.chatID, chat.AccessAskedAt.UnixMilli(), admin), TenantKey: r.tenantKey, ChatID: admin, Class: outbox.Answer,
			DueAt: r.receivedAt, Rungs: templates.RequestCard(r.settings.Locale, request).Contents(),
		})
		if err != nil {
			return false, err
		}
		if result.State != outbox.Sent {
			r.log.WithField("open_id", admin).WithField("reason", result.Reason).Warn("an admin could not be asked about the chat")
			continue
		}
		asked = true
	}
	return asked, nil
}

// accessRequest is what the admins are asked, or were.
func (a asker) accessRequest(chat Chat, personID string) templates.AccessRequest {
	return templates.AccessRequest{
		ChatID: chat.ChatID, ChatName: chat.Name, Private: chat.ChatMode == private, External: chat.External,
		PersonID: personID, Ref: a.ref,
	}
}

// decide carries out what an admin pressed on a request: the chat is served or
// blocked from now on. One that is served now is told so, before it is, so that
// a crash between the two forgets neither.
func (b *Bot) decide(ctx context.Context, p pressed) (templates.Ladder, error) {
	chatID := p.Value["chat_id"]
	chat, known, err := b.Chats.FindChat(ctx, p.tenantKey, chatID)
	if err != nil {
		return templates.Ladder{}, err
	}
	if !known {
		return templates.Ladder{}, fault.New(fault.NotFound, "fault.press.unknown", nil)
	}
	access := AccessBlocked
	if p.Value["action"] == templates.ActionAllow {
		access = AccessAllowed
	}
	if access == AccessAllowed && chat.Access != AccessAllowed {
		if err := b.tellGranted(ctx, p, chat); err != nil {
			return templates.Ladder{}, err
		}
	}
	entry := &audit.Entry{TenantKey: p.tenantKey, At: b.Now(), Actor: p.actor(), Action: "chat.update", Object: "chat/" + chatID}
	if chat.Access == access {
		entry = nil // nothing is changed
	}
	chat, err = b.Chats.ChangeChat(ctx, p.tenantKey, chatID, entry, func(chat *Chat) error {
		chat.Access = access
		return nil
	})
	if err != nil {
		return templates.Ladder{}, fmt.Errorf("decide about chat %s: %w", chatID, err)
	}
	return templates.Decided(p.locale, p.accessRequest(chat, p.Value["person"]), access == AccessAllowed, p.person.OpenID), nil
}

// tellGranted tells a chat that it is served from now on.
func (b *Bot) tellGranted(ctx context.Context, p pressed, chat Chat) error {
	locale := p.settings.Locale
	if own, err := templates.ParseLocale(chat.Locale); err == nil {
		locale = own
	}
	_, err := b.Poster.Post(ctx, outbox.Message{
		ID: "granted:" + p.eventID, TenantKey: p.tenantKey, ChatID: chat.ChatID, Class: outbox.Answer,
		DueAt: p.receivedAt, Rungs: templates.Granted(locale).Contents(),
	})
	return err
}
