package bot

import (
	"context"
	"slices"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/fault"
	"huibao/internal/settings"
	"huibao/reports"
	"huibao/templates"
)

// asker is somebody who wants something in a chat, by a message or by pressing a
// button.
type asker struct {
	tenantKey  string
	chatID     string
	person     Person
	receivedAt time.Time // when it was stored
	chat       Chat
	settings   settings.Settings
	locale     templates.Locale
	zone       *time.Location
	today      reports.Date
	ref        string
	log        *logrus.Entry
}

// newAsker gathers what is known before the chat is. ref is what the log and the
// person call it by.
func (b *Bot) newAsker(event Event, chatID string, person Person, ref string) asker {
	chosen := b.Settings.Of(event.TenantKey)
	return asker{
		tenantKey: event.TenantKey, chatID: chatID, person: person, receivedAt: event.ReceivedAt,
		settings: chosen, locale: chosen.Locale, zone: chosen.Zone(), ref: ref,
		log: b.Log.WithFields(logrus.Fields{"ref": ref, "tenant_key": event.TenantKey, "chat_id": chatID}),
	}
}

// know takes over what the chat chose. "Today" is the day on which the command
// was stored, in the chat's zone.
func (a *asker) know(chat Chat) {
	a.chat = chat
	if locale, err := templates.ParseLocale(chat.Locale); err == nil {
		a.locale = locale
	}
	if zone, err := time.LoadLocation(chat.Timezone); err == nil && chat.Timezone != "" {
		a.zone = zone
	}
	a.today = reports.DateOf(a.receivedAt.In(a.zone))
}

// actor is who asks, for the audit log.
func (a asker) actor() string { return "chat:" + a.person.OpenID }

// own reports whether the person is of the tenant. One whose tenant is not told
// is of another.
func (a asker) own() bool { return a.person.TenantKey == a.tenantKey }

// byAdmin reports whether one of the bot's admins asks.
func (a asker) byAdmin() bool { return a.own() && slices.Contains(a.settings.Admins, a.person.OpenID) }

// manages reports whether the person decides about the chat: one of the bot's
// admins, a group's owner or managers, or whose private chat it is.
func (a asker) manages(chat Chat) bool {
	person := a.person.OpenID
	if a.byAdmin() {
		return true
	}
	if person == "" || !a.own() {
		return false
	}
	return chat.OwnerID == person || chat.PersonID == person || slices.Contains(chat.ManagerIDs, person)
}

// decideWithin is how long the platform's word that a person decides about a group
// is believed: of a change of its managers nobody tells.
const decideWithin = 10 * time.Second

// mayManage refuses whoever does not decide about the chat he asks in. A group is
// looked up before, since what is known of it may be of the platform's list of
// chats, which does not tell the managers; while it cannot be, the last word counts.
func (b *Bot) mayManage(ctx context.Context, a asker) error {
	chat := a.chat
	age := b.Now().Sub(chat.LookedUpAt)
	believed := 0 <= age && age <= decideWithin && a.manages(chat)
	if !a.byAdmin() && chat.ChatMode != private && !believed {
		var err error
		if chat, err = b.lookUp(ctx, a.tenantKey, a.chatID); err != nil {
			return err
		}
	}
	if a.manages(chat) {
		return nil
	}
	return fault.New(fault.Forbidden, "fault.subscribe.forbidden", nil)
}

// Looks stands before the ids under which looks at a card are counted.
const Looks = "look:"

// take counts the command against the limits of its person and chat; kind stands
// before their ids where it is no command. The fault says when to try again;
// without one the command is within them.
func (b *Bot) take(ctx context.Context, a asker, kind, key string) (*fault.Error, error) {
	wait, err := b.Limiter.TakeCommand(ctx, a.tenantKey, kind+a.person.OpenID, kind+a.chatID, b.Now())
	if err != nil || wait <= 0 {
		return nil, err
	}
	limited := fault.New(fault.Limited, key, fault.Args{"seconds": seconds(wait)})
	limited.Wait = wait
	return limited, nil
}
