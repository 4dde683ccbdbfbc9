package templates

import (
	"strings"
	"time"

	"huibao/internal/fault"
)

// The actions a pressed button asks for, as its value's "action" says.
const (
	ActionResume     = "resume"      // the schedule named by schedule_id
	ActionResumeChat = "resume_chat" // every disabled schedule of the chat, or of the one named by chat_id
	ActionResumeAll  = "resume_all"  // every schedule that was disabled when the app was uninstalled
	ActionUnpause    = "unpause"     // try the tenant's digests again now
)

// TroubleOptions say what is wrong with a digest.
type TroubleOptions struct {
	Locale       Locale
	Zone         *time.Location
	Kind         string // digest_failed, schedule_disabled, tenant_paused or tenant_returned
	ScheduleID   string // "" for trouble of all digests
	ScheduleName string
	ChatID       string
	Reason       string
	At           time.Time
	Ref          string
}

// returned is the kind that is no trouble, but the offer to end one.
const returned = "tenant_returned"

// Trouble is the card that tells an admin of a digest that did not come: which
// one, why, what to do, and a button that resumes it.
func Trouble(options TroubleOptions) Ladder { return multilingual(options.Locale, options.ladder) }

// ladder says it in one language.
func (o TroubleOptions) ladder(locale Locale) Ladder {
	title := Text(locale, "notice."+o.Kind+".title", nil)
	todo := Text(locale, "notice."+o.Kind+".todo", nil)
	var lines []string
	add := func(key, value string) {
		if value != "" {
			lines = append(lines, Text(locale, key, fault.Args{"value": shorten(plain(value), 300)}))
		}
	}
	add("notice.schedule", o.ScheduleName)
	add("notice.chat", o.ChatID)
	add("notice.at", instant(o.At, o.Zone))
	add("notice.reason", ReasonText(locale, o.Reason))
	colour := "red"
	if o.Kind == returned {
		colour = "blue"
	}
	return notice(locale, colour, title, append(lines, todo), o.button(locale), o.Ref)
}

// button resumes what the trouble is about: one schedule, those of a chat that
// is gone, or all of the tenant's.
func (o TroubleOptions) button(locale Locale) *button {
	resume := Text(locale, "notice.resume", nil)
	switch {
	case o.ScheduleID != "":
		return &button{resume, map[string]string{"action": ActionResume, "schedule_id": o.ScheduleID}}
	case o.ChatID != "":
		return &button{resume, map[string]string{"action": ActionResumeChat, "chat_id": o.ChatID}}
	case o.Kind == returned:
		return &button{resume, map[string]string{"action": ActionResumeAll}}
	}
	return &button{Text(locale, "notice.unpause", nil), map[string]string{"action": ActionUnpause}}
}

// WelcomeOptions say what a chat is greeted with.
type WelcomeOptions struct {
	Locale   Locale
	Served   bool // commands are answered here
	External bool
	Paused   int // schedules that were disabled when the bot was removed
}

// Welcome is the card of a chat that the bot was added to: what to type, or
// whom to ask first; and when it was here before, the offer to resume.
func Welcome(options WelcomeOptions) Ladder { return multilingual(options.Locale, options.ladder) }

// ladder says it in one language.
func (o WelcomeOptions) ladder(locale Locale) Ladder {
	lines := []string{Text(locale, "welcome.text", nil), Text(locale, "welcome.examples", nil)}
	if !o.Served {
		key := "access.group"
		if o.External {
			key = "access.external"
		}
		lines = []string{Text(locale, "welcome.text", nil), Text(locale, key, nil)}
	}
	var resume *button
	if o.Paused > 0 {
		lines = append(lines, plural(locale, "welcome.paused", int64(o.Paused), nil))
		resume = &button{Text(locale, "notice.resume", nil), map[string]string{"action": ActionResumeChat}}
	}
	return notice(locale, "blue", Text(locale, "welcome.title", nil), lines, resume, "")
}

// Resumed is the answer to a pressed resume button: what is "resumed", "running"
// or "unpaused".
func Resumed(locale Locale, what string, args fault.Args, ref string) Ladder {
	return multilingual(locale, func(locale Locale) Ladder {
		title, sentence := Text(locale, "notice."+what+".title", nil), Text(locale, "notice."+what+".text", args)
		return notice(locale, "green", title, []string{sentence}, nil, ref)
	})
}

// ResumedChat is the answer to a pressed button that resumed several digests of a
// chat, ResumedAll to one that resumed those of all chats.
func ResumedChat(locale Locale, count int, ref string) Ladder {
	return resumedSeveral(locale, "notice.resumed_chat", count, ref)
}

// ResumedAll says it of the digests of all chats.
func ResumedAll(locale Locale, count int, ref string) Ladder {
	return resumedSeveral(locale, "notice.resumed_all", count, ref)
}

// resumedSeveral says how many digests run again.
func resumedSeveral(locale Locale, key string, count int, ref string) Ladder {
	return multilingual(locale, func(locale Locale) Ladder {
		title, sentence := Text(locale, "notice.resumed.title", nil), plural(locale, key, int64(count), nil)
		return notice(locale, "green", title, []string{sentence}, nil, ref)
	})
}

// notice is a card of plain sentences, perhaps with a button and a reference.
func notice(locale Locale, colour, title string, sentences []string, press *button, ref string) Ladder {
	var elements []any
	for _, sentence := range sentences {
		elements = append(elements, paragraph("", sentence))
	}
	lines := sentences
	if ref != "" {
		reference := Text(locale, "refusal.reference", fault.Args{"ref": ref})
		elements = append(elements, footnote("", reference))
		lines = append(lines, reference)
	}
	if press != nil {
		elements = append(elements, press.element("primary"))
	}
	return Ladder{
		Card: newCard(colour, title, "", title, elements...), Plain: linesCard(title, lines...),
		Text: harmless(title + "\n" + strings.Join(lines, "\n")),
	}
}
