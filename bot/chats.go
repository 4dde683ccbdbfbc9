package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/internal/settings"
	"huibao/templates"
)

// lookUpEvery is how long the platform's word on a chat is believed. A group
// can become external at any time, so it is not long.
const lookUpEvery = 10 * time.Minute

// ChatInfo is what the platform says of a chat. Source: group/chat/get-chat.
type ChatInfo struct {
	TenantKey string
	Name      string
	ChatMode  string // "group", "topic" or "p2p"
	OwnerID   string
	// ManagerIDs is nil where managers are not told, empty when there are none.
	ManagerIDs []string
	External   bool
	Dissolved  bool
	// MemberCount is how many people are in the chat, bots aside; nil where it is
	// not told.
	MemberCount *int
}

// findChat returns the chat somebody asks in as it is known now, and remembers
// it. A group is looked up when the last look is too old; one that cannot be
// looked up is treated as external, unless the platform says when to ask again. A
// private chat is as foreign as its person, whom the platform does not tell: it may
// be known by a look-up alone, since a digest or an admin's preview went there before
// the person wrote anything.
func (b *Bot) findChat(ctx context.Context, a asker, isPrivate bool) (Chat, error) {
	chat, known, err := b.Chats.FindChat(ctx, a.tenantKey, a.chatID)
	if err != nil {
		return Chat{}, fmt.Errorf("find chat %s: %w", a.chatID, err)
	}
	if !isPrivate && (!known || chat.ChatMode != private) {
		if known && chat.State == ChatActive && chat.believed(b.Now()) {
			return chat, nil
		}
		if chat, err = b.lookUp(ctx, a.tenantKey, a.chatID); err != nil || chat.ChatMode != private {
			return chat, err
		}
	}
	if chat.State == ChatActive && chat.ChatMode == private && chat.PersonID != "" {
		return chat, nil
	}
	return b.Chats.ChangeChat(ctx, a.tenantKey, a.chatID, nil, func(chat *Chat) error {
		chat.ChatMode, chat.PersonID, chat.State = private, a.person.OpenID, ChatActive
		chat.External = !a.own()
		return nil
	})
}

// lookUp asks the platform about a group and remembers the answer. The group is
// there, since a message came from it. The error is a fault of kind Temporary with
// the wait that the platform asks for, or one of the store.
func (b *Bot) lookUp(ctx context.Context, tenantKey, chatID string) (Chat, error) {
	info, failure := b.Platform.FindChat(ctx, tenantKey, chatID)
	if f := fault.As(failure); f != nil && f.Wait > 0 {
		return Chat{}, f
	}
	if failure != nil {
		b.Log.WithError(failure).WithField("chat_id", chatID).
			Warn("the chat could not be looked up and is treated as external")
	}
	chat, err := b.Chats.ChangeChat(ctx, tenantKey, chatID, nil, func(chat *Chat) error {
		chat.State = ChatActive
		if failure == nil {
			chat.Note(info, tenantKey, b.Now())
		}
		return nil
	})
	if err != nil {
		return Chat{}, fmt.Errorf("remember chat %s: %w", chatID, err)
	}
	chat.External = chat.External || failure != nil
	return chat, nil
}

// Why a chat that is gone gets nothing.
const (
	reasonRemoved   = "the bot was removed from the chat"
	reasonDissolved = "the chat was dissolved"
)

// MayPost returns why a chat gets no digest, "" when it may be posted to; gone
// is set when no way leads there any more. An admin set the digest up, so a
// group of the own tenant needs no further word; an external chat does. The
// error is a fault: of kind Temporary for a look-up that may succeed later, of
// kind Permission for one that something about the whole tenant stands in the
// way of.
func (b *Bot) MayPost(ctx context.Context, tenantKey, chatID string) (reason string, gone bool, err error) {
	chat, known, err := b.Chats.FindChat(ctx, tenantKey, chatID)
	if err != nil {
		return "", false, fmt.Errorf("find chat %s: %w", chatID, err)
	}
	if reason := goneReason(chat.State); reason != "" {
		return reason, true, nil
	}
	isPrivate := strings.HasPrefix(chatID, "ou_") || known && chat.ChatMode == private
	if !isPrivate && (!known || !chat.believed(b.Now())) {
		info, err := b.Platform.FindChat(ctx, tenantKey, chatID)
		if err != nil {
			return b.unseen(tenantKey, chat, chatID, err)
		}
		if chat, err = b.remember(ctx, tenantKey, chatID, info); err != nil {
			return "", false, err
		}
	}
	switch {
	case goneReason(chat.State) != "":
		return goneReason(chat.State), true, nil
	case chat.Access == AccessBlocked:
		return "the chat is blocked", false, nil
	case chat.External && chat.Access != AccessAllowed:
		return "the chat is external and no admin allowed it", false, nil
	}
	return "", false, nil
}

// unseen is what MayPost says of a chat that could not be looked up.
func (b *Bot) unseen(tenantKey string, chat Chat, chatID string, failure error) (reason string, gone bool, err error) {
	f := fault.As(failure)
	switch {
	case f.Kind == fault.Temporary, f.Kind == fault.Permission:
		return "", false, failure
	case f.Key == "fault.platform.not_in_chat":
		return reasonRemoved, true, nil
	case f.Key == "fault.platform.dissolved":
		return reasonDissolved, true, nil
	}
	b.Log.WithError(failure).WithField("tenant_key", tenantKey).WithField("chat_id", chatID).Warn("the chat could not be looked up")
	if chat.Access != AccessAllowed {
		return "the chat could not be looked up, so it counts as external, and no admin allowed it", false, nil
	}
	return "", false, nil
}

// goneReason says why nothing can be posted to a chat in the state, "" when it
// can.
func goneReason(state ChatState) string {
	switch state {
	case ChatRemoved:
		return reasonRemoved
	case ChatDissolved:
		return reasonDissolved
	}
	return ""
}

// remember takes over what the platform says of a chat.
func (b *Bot) remember(ctx context.Context, tenantKey, chatID string, info ChatInfo) (Chat, error) {
	return b.Chats.ChangeChat(ctx, tenantKey, chatID, nil, func(chat *Chat) error {
		chat.Note(info, tenantKey, b.Now())
		return nil
	})
}

// believed reports whether the platform's last word on the chat still counts. A
// word from the future, after the clock was set back, does not.
func (c *Chat) believed(now time.Time) bool {
	age := now.Sub(c.LookedUpAt)
	return 0 <= age && age < lookUpEvery
}

// Note takes over what the platform says.
func (c *Chat) Note(info ChatInfo, tenantKey string, now time.Time) {
	c.turn(info.External || info.TenantKey != "" && info.TenantKey != tenantKey)
	c.Name, c.ChatMode, c.OwnerID, c.LookedUpAt = info.Name, info.ChatMode, info.OwnerID, now
	if info.ManagerIDs != nil {
		c.ManagerIDs = info.ManagerIDs
	}
	if info.Dissolved {
		c.State = ChatDissolved
	}
}

// turn makes a chat external or internal. One that turns external loses the
// permission it was given while it was not.
func (c *Chat) turn(external bool) {
	if external && !c.External && c.Access == AccessAllowed {
		c.Access = AccessPending
	}
	c.External = external
}

// NoteChat remembers what the platform's list of chats says of one: the bot is
// in it.
func (b *Bot) NoteChat(ctx context.Context, tenantKey, chatID string, info ChatInfo) error {
	_, err := b.Chats.ChangeChat(ctx, tenantKey, chatID, nil, func(chat *Chat) error {
		chat.State = ChatActive
		chat.Note(info, tenantKey, b.Now())
		return nil
	})
	return err
}

// handleChat keeps the chat table in step with what happens to chats, and draws
// the consequences.
func (b *Bot) handleChat(ctx context.Context, event Event) error {
	change := *event.Chat
	if event.Type == EventBotAdded { // greeted before: what is known now is newer than the event
		if progress, _, err := b.Poster.Resume(ctx, event.TenantKey, welcomeID(event)); err != nil || progress == outbox.Ended {
			return err
		}
	}
	chat, err := b.Chats.ChangeChat(ctx, event.TenantKey, change.ChatID, nil, func(chat *Chat) error {
		if change.Name != "" {
			chat.Name = change.Name
		}
		chat.LookedUpAt = time.Time{} // a look-up tells the rest before anything is answered
		switch event.Type {
		case EventBotAdded:
			chat.State = ChatActive
			chat.turn(change.External)
		case EventBotRemoved:
			chat.State = ChatRemoved
		case EventDisbanded:
			chat.State = ChatDissolved
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remember what happened to chat %s: %w", change.ChatID, err)
	}
	b.Log.WithField("tenant_key", event.TenantKey).WithField("chat_id", change.ChatID).
		WithField("event_type", event.Type).Info("chat changed")
	switch event.Type {
	case EventBotAdded:
		return b.welcome(ctx, event, chat)
	case EventBotRemoved:
		return b.Schedules.ChatGone(ctx, event.TenantKey, change.ChatID, reasonRemoved)
	case EventDisbanded:
		return b.Schedules.ChatGone(ctx, event.TenantKey, change.ChatID, reasonDissolved)
	}
	return nil
}

// welcomeID is the stable name of the greeting.
func welcomeID(event Event) string { return "welcome:" + event.EventID }

// welcome greets a chat that the bot was added to. One where it had been before
// is offered to have its digests resumed.
func (b *Bot) welcome(ctx context.Context, event Event, chat Chat) error {
	if chat.Access == AccessBlocked {
		return nil
	}
	disabled, err := b.Schedules.Disabled(ctx, event.TenantKey, chat.ChatID)
	if err != nil {
		return err
	}
	chosen := b.Settings.Of(event.TenantKey)
	locale := chosen.Locale
	if own, err := templates.ParseLocale(chat.Locale); err == nil {
		locale = own
	}
	served := chat.Access == AccessAllowed || !chat.External && chosen.Access == settings.AccessOpen
	_, err = b.Poster.Post(ctx, outbox.Message{
		ID: welcomeID(event), TenantKey: event.TenantKey, ChatID: chat.ChatID, Class: outbox.Answer, DueAt: event.ReceivedAt,
		Rungs: templates.Welcome(templates.WelcomeOptions{
			Locale: locale, Served: served, External: chat.External, Paused: len(disabled),
		}).Contents(),
	})
	return err
}
