package templates

import (
	"strings"

	"huibao/internal/fault"
)

// The actions of an access request's buttons; chat_id names the chat.
const (
	ActionAllow = "access_allow"
	ActionBlock = "access_block"
)

// AccessRequest is what the bot's admins are asked about.
type AccessRequest struct {
	ChatID   string
	ChatName string // "" for one without a name
	Private  bool   // a chat with one person
	External bool   // people of other tenants are in the chat
	Unseen   bool   // the chat could not be looked up, so it counts as external
	PersonID string // open_id of who asked
	Ref      string
}

// value is what a button about the request carries.
func (r AccessRequest) value(action string) map[string]string {
	return map[string]string{"action": action, "chat_id": r.ChatID, "person": r.PersonID}
}

// lines say who asks and for which chat. marked names the person as cards do.
func (r AccessRequest) lines(locale Locale, marked bool) []string {
	person := plain(r.PersonID)
	if id := markID(r.PersonID); marked && id != "" {
		person = personMark(id)
	}
	chat := plain(r.ChatName)
	if chat == "" {
		chat = plain(r.ChatID)
	}
	chat = shorten(chat, longestPart)
	if marked {
		chat = markdown(chat)
	}
	key := "request.group"
	if r.Private {
		key = "request.private"
	}
	lines := []string{Text(locale, key, fault.Args{"person": person, "chat": chat})}
	switch {
	case r.Unseen:
		lines = append(lines, Text(locale, "request.unseen", nil))
	case r.External:
		lines = append(lines, Text(locale, "request.external", nil))
	}
	return lines
}

// RequestCard is the private card that asks one of the bot's admins whether a
// chat may be served.
func RequestCard(locale Locale, r AccessRequest) Ladder { return multilingual(locale, r.ladder) }

// ladder says it in one language.
func (r AccessRequest) ladder(locale Locale) Ladder {
	title := Text(locale, "request.title", nil)
	allow := button{Text(locale, "request.allow", nil), r.value(ActionAllow)}.element("primary")
	block := button{Text(locale, "request.block", nil), r.value(ActionBlock)}.element("danger")
	means := Text(locale, "request.means", nil)
	how := Text(locale, "request.how", fault.Args{"chat_id": shorten(plain(r.ChatID), longestPart)})
	reference := Text(locale, "refusal.reference", fault.Args{"ref": plain(r.Ref)})
	return Ladder{
		Card: newCard("yellow", title, "", title,
			say("request", strings.Join(r.lines(locale, true), "\n")), footnote("means", means), beside(allow, block),
			footnote("reference", reference)),
		Plain: linesCard(title, append(r.lines(locale, false), means, how, reference)...),
		Text:  harmless(strings.Join(append(append([]string{title}, r.lines(locale, false)...), how, reference), "\n")),
	}
}

// Decided is what stands in the place of a request once an admin decided.
func Decided(locale Locale, r AccessRequest, allowed bool, adminID string) Ladder {
	return multilingual(locale, func(locale Locale) Ladder { return r.decided(locale, allowed, adminID) })
}

// decided says it in one language.
func (r AccessRequest) decided(locale Locale, allowed bool, adminID string) Ladder {
	what, colour := "blocked", grey
	if allowed {
		what, colour = "allowed", "green"
	}
	title := Text(locale, "request."+what+"_title", nil)
	id := markID(adminID)
	by := Text(locale, "request.by", fault.Args{"admin": plain(adminID)})
	marked := by
	if id != "" {
		marked = Text(locale, "request.by", fault.Args{"admin": personMark(id)})
	}
	undo := button{Text(locale, "request.block", nil), r.value(ActionBlock)}
	if !allowed {
		undo = button{Text(locale, "request.allow", nil), r.value(ActionAllow)}
	}
	return Ladder{
		Card: newCard(colour, title, "", title, say("request", strings.Join(append(r.lines(locale, true), marked), "\n")),
			beside(undo.small("default"))),
		Plain: linesCard(title, append(r.lines(locale, false), by)...),
		Text:  harmless(strings.Join(append(append([]string{title}, r.lines(locale, false)...), by), "\n")),
	}
}

// Granted is the card that tells a chat that it is served from now on.
func Granted(locale Locale) Ladder {
	return multilingual(locale, func(locale Locale) Ladder {
		return notice(locale, "green", Text(locale, "request.granted_title", nil), []string{Text(locale, "welcome.examples", nil)}, nil, "")
	})
}
