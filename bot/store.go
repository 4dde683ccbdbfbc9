package bot

import (
	"context"

	"huibao/internal/audit"
)

// EventJob is the durable job of acting on a stored event.
type EventJob struct {
	Event Event `json:"event"`
}

// Kind names the job for the job engine.
func (EventJob) Kind() string { return "event" }

// ListedChat is a chat in a list.
type ListedChat struct {
	Chat

	Schedules int // that post to it
}

// ChatFilter narrows a list of chats; zero fields do not.
type ChatFilter struct {
	ChatID string
	// Query is text to be found in name, chat_id, owner_id or person_id, whatever
	// the case of ASCII letters.
	Query    string
	Access   Access
	Waiting  bool // the admins were asked about it, and nobody has decided
	External *bool
	After    string // cursor: the chat_id of the last chat already seen
	Limit    int
}

// Chats remembers the chats the bot is or was in, per tenant.
type Chats interface {
	// FindChat returns the chat; ok is false for one never seen.
	FindChat(ctx context.Context, tenantKey, chatID string) (chat Chat, ok bool, err error)
	// ChangeChat applies the change to the chat as it is now (when never seen:
	// one with the keys filled in, active, pending and external) in one
	// transaction, and returns it
	// as written. With an entry, its Before and After are filled in and it is
	// written too, unless nothing is changed. An error of change undoes
	// everything and is returned.
	ChangeChat(ctx context.Context, tenantKey, chatID string, entry *audit.Entry, change func(*Chat) error) (Chat, error)
	// ListChats returns chats in order of chat_id.
	ListChats(ctx context.Context, tenantKey string, filter ChatFilter) ([]ListedChat, error)
}
