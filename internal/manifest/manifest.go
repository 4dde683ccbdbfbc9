// Package manifest lists what huibao needs of the platform: permissions, events
// and callbacks. `huibao setup` asks for exactly these, `huibao doctor` looks for
// each, `huibao setup --manual` and docs/setup.md tell a person to tick them.
package manifest

// Scope is a permission of the app. Source: the pages of the calls and events.
type Scope struct {
	Name     string
	Required bool     // huibao is of no use without it
	Why      string   // what it is for, in a few words
	Or       []string // others that do as well, if an app has them already
}

// Scopes are the permissions, the required ones first.
func Scopes() []Scope {
	return []Scope{
		{"im:message.p2p_msg:readonly", true, "read what people write to the bot", nil},
		{"im:message.group_at_msg:readonly", true, "read what mentions it in groups", []string{"im:message.group_msg"}},
		{"im:message:send_as_bot", true, "answer and post digests", []string{"im:message"}},
		{"im:chat:readonly", true, "look up chats and hear of them", []string{"im:chat"}},
		{"vc:report:readonly", true, "read the daily meeting report", nil},
		{"im:resource:upload", false, "answer /export with a file", []string{"im:resource"}},
		{"im:message.reactions:write_only", false, "react to a command at once", []string{"im:message"}},
		{"tenant:tenant:readonly", false, "know the organisation at once", nil},
		{"application:app_slash_command:read", false, "see the panel that opens on /", nil},
		{"application:app_slash_command:write", false, "fill the panel that opens on /", nil},
	}
}

// Granted reports whether the permission, or one that does as well, is among
// those granted.
func (s Scope) Granted(granted map[string]bool) bool {
	if granted[s.Name] {
		return true
	}
	for _, other := range s.Or {
		if granted[other] {
			return true
		}
	}
	return false
}

// Event is an event or callback that the app is subscribed to.
type Event struct {
	Name string
	When string // when it comes, so that a person can bring it about
	// Usual says that an app in use has seen it; the others may never come.
	Usual bool
}

// Message and Press are what commands and buttons come as.
const (
	Message = "im.message.receive_v1"
	Press   = "card.action.trigger"
)

// Events are the events.
func Events() []Event {
	return []Event{
		{Message, "somebody writes to the bot", true},
		{"im.chat.member.bot.added_v1", "the bot is added to a group", false},
		{"im.chat.member.bot.deleted_v1", "the bot is removed from a group", false},
		{"im.chat.disbanded_v1", "a group with the bot is dissolved", false},
		{"im.chat.updated_v1", "a group with the bot is renamed", false},
	}
}

// Callbacks are the callbacks, which the platform's console lists apart from
// the events.
func Callbacks() []Event {
	return []Event{{Press, "somebody presses a button of a card", true}}
}

// Subscriptions are events and callbacks.
func Subscriptions() []Event { return append(Events(), Callbacks()...) }

// ScopeNames are the names of the permissions.
func ScopeNames() []string {
	scopes := Scopes()
	names := make([]string, 0, len(scopes))
	for _, scope := range scopes {
		names = append(names, scope.Name)
	}
	return names
}

// Names are the names of events or callbacks.
func Names(events []Event) []string {
	names := make([]string, 0, len(events))
	for _, event := range events {
		names = append(names, event.Name)
	}
	return names
}
