package templates

import (
	"strings"

	"huibao/internal/fault"
)

// AccessOptions say why a chat is not served yet.
type AccessOptions struct {
	Admins   []string // open_ids of whom to ask
	External bool     // people of other tenants are in the chat
	Unseen   bool     // the chat could not be looked up
	Private  bool
	Asked    bool // the admins have the request
	ChatID   string
	Ref      string // finds the lines of the log
}

// adminsShown is how many admins are named.
const adminsShown = 5

// AccessWanted is the card of a chat that is not served: it says whom to ask
// and nothing of substance. The platform refuses a card that mentions somebody
// it does not know (230099, sub-code 100290), so only the full card mentions
// the admins.
func AccessWanted(locale Locale, options AccessOptions) Ladder {
	return multilingual(locale, options.ladder)
}

// ladder says it in one language.
func (o AccessOptions) ladder(locale Locale) Ladder {
	title := Text(locale, "access.title", nil)
	key := "access.group"
	switch {
	case o.Unseen:
		key = "access.unseen"
	case o.External:
		key = "access.external"
	case o.Private:
		key = "access.private"
	}
	sentence := Text(locale, key, nil)
	marks := mentions(o.Admins)
	whom, unnamed := Text(locale, "access.ask", fault.Args{"admins": marks}), Text(locale, "access.ask_admin", nil)
	switch {
	case o.Asked: // they know, so they are named without being called
		whom, unnamed = Text(locale, "access.asked", fault.Args{"admins": persons(o.Admins)}), Text(locale, "access.asked_admin", nil)
	case marks == "":
		whom, unnamed = Text(locale, "access.no_admins", nil), Text(locale, "access.no_admins", nil)
	}
	chat := Text(locale, "access.chat", fault.Args{"chat_id": shorten(plain(o.ChatID), longestPart)})
	reference := Text(locale, "refusal.reference", fault.Args{"ref": plain(o.Ref)})
	return Ladder{
		Card: newCard("yellow", title, "", title, paragraph("", sentence), say("admins", whom), footnote("chat", chat),
			footnote("reference", reference)),
		Plain: linesCard(title, sentence, unnamed, chat, reference),
		Text:  harmless(strings.Join([]string{title, sentence, unnamed, chat, reference}, "\n")),
	}
}

// persons are the first of the people, as card markdown shows people without
// telling them.
func persons(openIDs []string) string {
	var marks []string
	for _, openID := range openIDs {
		if id := markID(openID); id != "" && len(marks) < adminsShown {
			marks = append(marks, personMark(id))
		}
	}
	return strings.Join(marks, " ")
}

// personMark shows a person by a checked id.
func personMark(id string) string { return "<person id='" + id + "'></person>" }

// mentions are the first of the people, as card markdown mentions them.
func mentions(openIDs []string) string {
	var marks []string
	for _, openID := range openIDs {
		if id := markID(openID); id != "" && len(marks) < adminsShown {
			marks = append(marks, "<at id="+id+"></at>")
		}
	}
	return strings.Join(marks, " ")
}

// markID keeps of an open_id what can stand inside a mention; "all" would be
// everybody and is no person.
func markID(openID string) string {
	id := strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, openID)
	if !strings.HasPrefix(id, "ou_") || id == "ou_" {
		return ""
	}
	return id
}
