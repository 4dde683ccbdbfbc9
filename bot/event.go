package bot

import "time"

// Event is one event of the platform, verified, decrypted and decoded. It is
// what the inbox stores, so its JSON form must stay readable across releases.
type Event struct {
	EventID    string    `json:"event_id"`
	Type       string    `json:"type"` // the platform's event_type, such as "im.message.receive_v1"
	TenantKey  string    `json:"tenant_key"`
	ReceivedAt time.Time `json:"received_at"` // when it was stored; "today" of a command is this day
	// CreatedAt is when it happened by the platform's word. It tells which of two
	// events is the newer: they come in any order.
	CreatedAt time.Time `json:"created_at,omitzero"`
	// Exactly one of these is set; none for a type that is not handled.
	Message *Message    `json:"message,omitempty"`
	Chat    *ChatChange `json:"chat,omitempty"`
	Press   *Press      `json:"press,omitempty"`
	App     *AppChange  `json:"app,omitempty"` // of a store app, see tenant.go
	// Done is set of a press that was answered at once: it is remembered, and
	// nothing is left to do.
	Done bool `json:"-"`
	// Redrawn is set of a press whose answer replaced the card: older ones leave
	// the card alone from then on.
	Redrawn bool `json:"-"`
}

// Empty reports whether the event is of a type that is not handled, or of nothing
// that is acted on.
func (e *Event) Empty() bool {
	return e.Message == nil && e.Chat == nil && e.Press == nil && e.App == nil
}

// The event types the bot acts on.
// Source: im-v1/message/events/receive, group/chat-member/event, group/chat/events.
const (
	EventMessage    = "im.message.receive_v1"
	EventBotAdded   = "im.chat.member.bot.added_v1"
	EventBotRemoved = "im.chat.member.bot.deleted_v1"
	EventDisbanded  = "im.chat.disbanded_v1"
	EventUpdated    = "im.chat.updated_v1"
	EventPress      = "card.action.trigger"
)

// Message is a message somebody sent where the bot can read it.
type Message struct {
	MessageID   string    `json:"message_id"`
	ChatID      string    `json:"chat_id"`
	ChatType    string    `json:"chat_type"` // "p2p" or "group" (older: "topic_group")
	ThreadID    string    `json:"thread_id,omitempty"`
	MessageType string    `json:"message_type"` // "text", "post", ...
	Sender      Person    `json:"sender"`
	SenderType  string    `json:"sender_type"` // "user" or "bot"/"app"
	Text        string    `json:"text"`        // of text and post, else empty; mentions stand in it as their keys
	Recalled    bool      `json:"recalled,omitempty"`
	Mentions    []Mention `json:"mentions,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	UserAgent   string    `json:"user_agent,omitempty"` // the only language hint of a sender
}

// private is the platform's word for a chat of one person with the bot, as a
// chat_type and as a chat_mode.
const private = "p2p"

// Private reports whether the message came in a chat of one person with the bot.
func (m *Message) Private() bool { return m.ChatType == private }

// Person is somebody of a tenant.
type Person struct {
	OpenID    string `json:"open_id"`
	TenantKey string `json:"tenant_key"`
}

// Mention is one @ in a message's text. Key is its placeholder, "@_user_1" or
// "@_all".
type Mention struct {
	Key    string `json:"key"`
	OpenID string `json:"open_id"`
	Name   string `json:"name"`
	Type   string `json:"type"` // "user", "bot" or "" where the platform does not say
}

// ChatChange is what happened to a chat the bot is or was in.
type ChatChange struct {
	ChatID     string `json:"chat_id"`
	Name       string `json:"name,omitempty"` // as after the change, empty when not told
	External   bool   `json:"external,omitempty"`
	OperatorID string `json:"operator_id,omitempty"` // open_id
}

// Press is a pressed button of a card, a choice of a select, or a form that was
// sent. Value is what the card's maker put there, with the form's parts by their
// names (several choices joined by commas); but anybody may send it: who pressed
// is what counts, and every part is checked.
type Press struct {
	MessageID string            `json:"message_id"` // of the card
	ChatID    string            `json:"chat_id"`
	Operator  Person            `json:"operator"`
	Value     map[string]string `json:"value"`
	Option    string            `json:"option,omitempty"` // of a select
}
