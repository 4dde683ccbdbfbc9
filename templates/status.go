package templates

import (
	"strings"

	"huibao/internal/fault"
)

// ChatStatus is what /status tells of a chat.
type ChatStatus struct {
	Subscriptions []Subscription
	// PausedReason is why none of the tenant's digests can be posted now, ""
	// when they can; in English, as the platform's refusal was noted.
	PausedReason string
	// NoDigests is why this chat gets no digest whatever is set up, as a
	// message key; "" when it may get them.
	NoDigests string
}

// statusShown is how many subscriptions are told of one by one.
const statusShown = 10

// Status is the card that explains a chat's digests: the last, the next, why one
// did not come, and who set it up.
func Status(locale Locale, s ChatStatus) Ladder { return multilingual(locale, s.ladder) }

// ladder says it in one language.
func (s ChatStatus) ladder(locale Locale) Ladder {
	title := Text(locale, "status.title", nil)
	var elements []any
	var lines []string
	warn := func(sentence string) {
		elements, lines = append(elements, say("", coloured(orange, markdown(sentence)))), append(lines, sentence)
	}
	if s.PausedReason != "" {
		warn(Text(locale, "status.paused", fault.Args{"reason": shorten(plain(ReasonText(locale, s.PausedReason)), 300)}))
	}
	if s.NoDigests != "" {
		warn(Text(locale, s.NoDigests, nil))
	}
	if len(s.Subscriptions) == 0 {
		none := Text(locale, "subscription.none", nil)
		elements, lines = append(elements, paragraph("", none)), append(lines, none)
	}
	for _, subscription := range s.Subscriptions[:min(len(s.Subscriptions), statusShown)] {
		elements = append(elements, subscription.status(locale))
		lines = append(lines, subscription.lines(locale)...)
		lines = append(lines, subscription.last(locale), subscription.maker(locale, false))
	}
	if rest := len(s.Subscriptions) - statusShown; rest > 0 {
		more := plural(locale, "subscription.more", int64(rest), nil)
		elements, lines = append(elements, footnote("more", more)), append(lines, more)
	}
	list := button{Text(locale, "subscription.list", nil), map[string]string{"action": ActionList}}
	elements = append(elements, list.small("default"))
	return Ladder{
		Card: newCard(blue, title, "", title, elements...), Plain: linesCard(title, lines...),
		Text: harmless(title + "\n" + strings.Join(lines, "\n")),
	}
}

// status is a subscription with how its last run went and who made it.
func (s Subscription) status(locale Locale) markdownElement {
	last := markdown(s.last(locale))
	if s.Last != nil && s.Last.Status != "sent" && s.Last.Status != "pending" {
		last = coloured(orange, last)
	}
	element := s.element(locale)
	element.Content += "\n" + last + "\n" + coloured(grey, s.maker(locale, true))
	return element
}
