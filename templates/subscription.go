package templates

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"huibao/internal/fault"
	"huibao/reports"
)

// The actions of a subscription's form and of the list of subscriptions. Those
// about one name it by its number.
const (
	ActionForm        = "subscribe_form"    // the form, filled in with the value's parts
	ActionPreview     = "subscribe_preview" // the form was sent: show the next runs
	ActionConfirm     = "subscribe_confirm" // make it
	ActionList        = "subscriptions"     // show the list
	ActionPause       = "subscription_pause"
	ActionResumeOne   = "subscription_resume"
	ActionRun         = "subscription_run"
	ActionUnsubscribe = "subscription_end"
)

// Subscription is a digest of a chat as its people see it.
type Subscription struct {
	Number         int // of the chat; how commands name it
	Name           string
	Cron, On       string
	Zone           *time.Location
	Period         string // PERIOD
	Next           time.Time
	Enabled        bool
	PausedUntil    string // YYYY-MM-DD, inclusive; "" for no pause
	DisabledReason string
	CreatedBy      string // as the audit log names people
	Last           *LastDigest
}

// LastDigest is how the newest run of a subscription went.
type LastDigest struct {
	At     time.Time // when it was due
	Status string    // pending, sent, skipped, failed or unknown
	Reason string    // why it was not sent
}

// SubscriptionRun is one time a subscription names.
type SubscriptionRun struct {
	At     time.Time
	Runs   bool
	Reason string // scheduled, make_up_day, moved, holiday, not_a_workday or paused
}

// paused reports whether the subscription does not run for now.
func (s Subscription) paused() bool { return !s.Enabled || s.PausedUntil != "" }

// title names a subscription: its number and what it covers.
func (s Subscription) title(locale Locale) string {
	return Text(locale, "subscription.title", fault.Args{
		"number": strconv.Itoa(s.Number), "period": periodWords(locale, s.Period),
	})
}

// periodWords are the words of a PERIOD.
func periodWords(locale Locale, text string) string {
	return periodName(locale, reports.Period{Text: text, Step: reports.StepWeek})
}

// when says when the subscription runs and in which zone.
func (s Subscription) when(locale Locale) string {
	return Text(locale, "subscription.when", fault.Args{"when": When(locale, s.Cron, s.On), "zone": s.Zone.String()})
}

// state says when the subscription runs next, or why it does not.
func (s Subscription) state(locale Locale) string {
	switch {
	case !s.Enabled && s.DisabledReason != "":
		return Text(locale, "subscription.disabled", fault.Args{"reason": shorten(plain(ReasonText(locale, s.DisabledReason)), longestPart)})
	case !s.Enabled:
		return Text(locale, "subscription.off", nil)
	case s.Next.IsZero():
		return Text(locale, "subscription.never", nil)
	case s.PausedUntil != "":
		return Text(locale, "subscription.paused", fault.Args{"date": s.PausedUntil, "next": instant(s.Next, s.Zone)})
	}
	return Text(locale, "subscription.next", fault.Args{"next": instant(s.Next, s.Zone)})
}

// last says how the newest run went.
func (s Subscription) last(locale Locale) string {
	if s.Last == nil {
		return Text(locale, "subscription.no_last", nil)
	}
	sentence := Text(locale, "subscription.last_"+s.Last.Status, fault.Args{"at": instant(s.Last.At, s.Zone)})
	if s.Last.Reason == "" {
		return sentence
	}
	return together(locale, sentence, Text(locale, "notice.reason", fault.Args{"value": shorten(plain(ReasonText(locale, s.Last.Reason)), longestPart)}))
}

// byPerson is the beginning of a person of a chat as the audit log names one.
const byPerson = "chat:"

// maker names who set the subscription up: a person of the chat as the card
// names people, or in plain words.
func (s Subscription) maker(locale Locale, marked bool) string {
	person, inChat := strings.CutPrefix(s.CreatedBy, byPerson)
	id := markID(person)
	switch {
	case inChat && marked && id != "":
		return Text(locale, "subscription.maker", fault.Args{"maker": personMark(id)})
	case inChat:
		return Text(locale, "subscription.maker_person", nil)
	}
	return Text(locale, "subscription.maker_admin", nil)
}

// lines are a subscription in plain text.
func (s Subscription) lines(locale Locale) []string {
	return []string{s.title(locale), s.when(locale), s.state(locale)}
}

// subscriptionsShown is how many subscriptions have buttons on one card.
const subscriptionsShown = 8

// Note says what just happened: a message and its arguments; the zero value is
// nothing.
type Note struct {
	Key  string
	Args fault.Args
}

// Subscriptions is the card of a chat's subscriptions, each with its buttons,
// and the way to a new one. note says what just happened to one.
func Subscriptions(locale Locale, note Note, subscriptions []Subscription) Ladder {
	return multilingual(locale, func(locale Locale) Ladder { return listed(locale, note, subscriptions) })
}

// listed says it in one language.
func listed(locale Locale, note Note, subscriptions []Subscription) Ladder {
	title := Text(locale, "subscription.list_title", nil)
	var elements []any
	var lines []string
	if note.Key != "" {
		happened := Text(locale, note.Key, note.Args)
		elements, lines = append(elements, paragraph("note", happened)), append(lines, happened)
	}
	if len(subscriptions) == 0 {
		none := Text(locale, "subscription.none", nil)
		elements, lines = append(elements, paragraph("", none)), append(lines, none)
	}
	for _, s := range subscriptions[:min(len(subscriptions), subscriptionsShown)] {
		elements = append(elements, s.element(locale), beside(s.buttons(locale)...))
		lines = append(lines, s.lines(locale)...)
	}
	if rest := len(subscriptions) - subscriptionsShown; rest > 0 {
		more := plural(locale, "subscription.more", int64(rest), nil)
		elements, lines = append(elements, footnote("more", more)), append(lines, more)
	}
	add := button{Text(locale, "subscription.add", nil), map[string]string{"action": ActionForm}}
	elements = append(elements, ruleElement{Tag: "hr"}, add.small("primary"), footnote("hint", Text(locale, "subscription.hint", nil)))
	return Ladder{
		Card: newCard(blue, title, "", title, elements...), Plain: linesCard(title, lines...),
		Text: harmless(title + "\n" + strings.Join(lines, "\n")),
	}
}

// element is a subscription in a list.
func (s Subscription) element(locale Locale) markdownElement {
	lines := []string{"**" + markdown(s.title(locale)) + "**", markdown(s.when(locale))}
	if name := shorten(plain(s.Name), titleLength); name != "" && !strings.HasPrefix(s.CreatedBy, byPerson) { // a chat's own is only its times
		lines[0] += " " + coloured(grey, markdown(name))
	}
	state := markdown(s.state(locale))
	if s.paused() {
		state = coloured(orange, state)
	}
	return say("", strings.Join(append(lines, state), "\n"))
}

// buttons are what can be done with a subscription.
func (s Subscription) buttons(locale Locale) []any {
	number := strconv.Itoa(s.Number)
	press := func(key, action string) buttonElement {
		return button{Text(locale, key, nil), map[string]string{"action": action, "number": number}}.small("default")
	}
	pause := press("subscription.pause", ActionPause)
	if s.paused() {
		pause = press("subscription.resume", ActionResumeOne)
	}
	end := press("subscription.end", ActionUnsubscribe)
	end.Type = "danger"
	return []any{
		pause,
		press("subscription.run", ActionRun).asked(Text(locale, "subscription.run", nil), Text(locale, "subscription.run_asked", nil)),
		end.asked(s.title(locale), Text(locale, "subscription.end_asked", nil)),
	}
}

// Subscribed is the card of a subscription just made: when it runs next, and how
// to end it.
func Subscribed(locale Locale, s Subscription, runs []SubscriptionRun) Ladder {
	return multilingual(locale, func(locale Locale) Ladder { return s.made(locale, runs) })
}

// made says it in one language.
func (s Subscription) made(locale Locale, runs []SubscriptionRun) Ladder {
	title := Text(locale, "subscription.made_title", nil)
	number := strconv.Itoa(s.Number)
	hint := Text(locale, "subscription.made_hint", fault.Args{"number": number})
	text := runLines(locale, runs, s.Zone)
	list := button{Text(locale, "subscription.list", nil), map[string]string{"action": ActionList}}
	elements := []any{
		s.element(locale), say("runs", "**"+Text(locale, "subscription.runs", nil)+"**\n"+markdownLines(text)),
		list.small("default"), footnote("hint", hint),
	}
	lines := slices.Concat(s.lines(locale), []string{Text(locale, "subscription.runs", nil)}, text, []string{hint})
	return Ladder{
		Card: newCard("green", title, "", s.title(locale), elements...), Plain: linesCard(title, lines...),
		Text: harmless(title + "\n" + strings.Join(lines, "\n")),
	}
}

// runLines are the next times, each with why it is none.
func runLines(locale Locale, runs []SubscriptionRun, zone *time.Location) []string {
	lines := make([]string, 0, len(runs))
	for _, run := range runs {
		at := run.At.In(zone)
		line := withWeekday(locale, instant(run.At, zone), at.Weekday())
		if run.Reason != "scheduled" {
			line = Text(locale, "run.line", fault.Args{"at": line, "reason": Text(locale, "run."+run.Reason, nil)})
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return []string{Text(locale, "subscription.never", nil)}
	}
	return lines
}

// markdownLines are plain lines as a list.
func markdownLines(lines []string) string {
	items := make([]string, len(lines))
	for i, line := range lines {
		items[i] = "- " + markdown(line)
	}
	return strings.Join(items, "\n")
}
