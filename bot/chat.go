package bot

import (
	"time"

	"huibao/reports"
)

// Access is what an admin decided about a chat.
type Access string

// The decisions; AccessPending is "nobody has decided yet".
const (
	AccessPending Access = "pending"
	AccessAllowed Access = "allowed"
	AccessBlocked Access = "blocked"
)

// ChatState is whether the bot can post to a chat.
type ChatState string

// The states of a chat.
const (
	ChatActive    ChatState = "active"
	ChatRemoved   ChatState = "removed"   // the bot was taken out
	ChatDissolved ChatState = "dissolved" // the group is no more
)

// Chat is a group or private chat as huibao knows it.
type Chat struct {
	TenantKey string `json:"tenant_key"`
	ChatID    string `json:"chat_id"`
	Name      string `json:"name"`      // empty for an unnamed group or a private chat
	ChatMode  string `json:"chat_mode"` // "group", "topic" or "p2p"
	OwnerID   string `json:"owner_id"`  // open_id of a group's owner, empty when a bot owns it or unknown
	// ManagerIDs are open_ids of those whom a group's owner made its managers.
	ManagerIDs []string `json:"manager_ids"`
	PersonID   string   `json:"person_id"` // open_id of the person in a private chat
	// External chats hold people of other tenants. A chat never looked up
	// counts as external.
	External bool      `json:"external"`
	State    ChatState `json:"state"`
	Access   Access    `json:"access"`
	// AccessAskedAt is when the bot's admins were last asked about the chat,
	// zero for never.
	AccessAskedAt time.Time    `json:"access_asked_at,omitzero"`
	Locale        string       `json:"locale"`                // "" for the tenant's default
	Timezone      string       `json:"timezone"`              // IANA name, "" for the tenant's default
	Unit          reports.Unit `json:"unit"`                  // UnitNone for the tenant's default
	LookedUpAt    time.Time    `json:"looked_up_at,omitzero"` // when the platform last told of it, zero for never
	CreatedAt     time.Time    `json:"created_at"`
	UpdatedAt     time.Time    `json:"updated_at"`
}

// Choice is what an admin chooses of a chat; the rest is the platform's word.
type Choice struct {
	Access   Access
	Locale   string
	Timezone string
	Unit     reports.Unit
}

// Choice is what was chosen of the chat.
func (c *Chat) Choice() Choice { return Choice{c.Access, c.Locale, c.Timezone, c.Unit} }

// Choose takes a choice over.
func (c *Chat) Choose(choice Choice) {
	c.Access, c.Locale, c.Timezone, c.Unit = choice.Access, choice.Locale, choice.Timezone, choice.Unit
}
