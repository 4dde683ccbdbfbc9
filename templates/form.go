package templates

import (
	"maps"
	"strings"
	"time"
	"unicode/utf8"

	"huibao/internal/fault"
)

// formElement is the platform's form. Source: cardkit form component.
type formElement struct {
	Tag      string `json:"tag"` // "form"
	Name     string `json:"name"`
	Elements []any  `json:"elements"`
}

// timeElement is the platform's picker of a time of day. Source: cardkit
// picker_time component.
type timeElement struct {
	Tag         string     `json:"tag"` // "picker_time"
	Name        string     `json:"name"`
	Placeholder textObject `json:"placeholder"`
	InitialTime string     `json:"initial_time,omitempty"` // HH:mm
}

// inputElement is the platform's line to type in. Source: cardkit input
// component.
type inputElement struct {
	Tag          string     `json:"tag"` // "input"
	Name         string     `json:"name"`
	Label        textObject `json:"label"`
	Placeholder  textObject `json:"placeholder"`
	DefaultValue string     `json:"default_value,omitempty"`
	MaxLength    int        `json:"max_length"`
}

// Wanted is a subscription as somebody asks for it, in the words of the command.
type Wanted struct {
	Rhythm   string // daily, workdays, weekly or monthly
	Days     string // of a weekly one: "mon,thu"
	MonthDay string // of a monthly one: "1" to "31"
	Time     string // HH:MM
	Timezone string // IANA name
	Period   string // PERIOD
	Locale   string
	// Shown is when the preview that is confirmed was made, Unix milliseconds;
	// "" before there is one.
	Shown string
}

// The names of a form's parts, and of a Wanted's in a button's value.
const (
	FormRhythm   = "rhythm"
	FormDays     = "days"
	FormMonthDay = "month_day"
	FormTime     = "time"
	FormTimezone = "timezone"
	FormPeriod   = "period"
	FormLocale   = "locale"
	FormShown    = "shown"
)

// parts are what is wanted, by the names of a form.
func (w Wanted) parts() map[string]string {
	return map[string]string{
		FormRhythm: w.Rhythm, FormDays: w.Days, FormMonthDay: w.MonthDay, FormTime: w.Time, FormTimezone: w.Timezone,
		FormPeriod: w.Period, FormLocale: w.Locale, FormShown: w.Shown,
	}
}

// value is what is wanted as a button carries it.
func (w Wanted) value(action string) map[string]string {
	value := map[string]string{"action": action}
	maps.Copy(value, w.parts())
	maps.DeleteFunc(value, func(_, part string) bool { return part == "" })
	return value
}

// ReadWanted reads what a form or a button says is wanted. The parts are as they
// came.
func ReadWanted(value map[string]string) Wanted {
	return Wanted{
		Rhythm: value[FormRhythm], Days: value[FormDays], MonthDay: value[FormMonthDay], Time: clock(value[FormTime]),
		Timezone: value[FormTimezone], Period: value[FormPeriod], Locale: value[FormLocale],
		Shown: value[FormShown],
	}
}

// clock cuts the zone off a time as the platform's picker gives it: "09:00
// +0800". The form has a zone of its own.
func clock(text string) string {
	at, _, _ := strings.Cut(text, " ")
	return at
}

// hourAndMinute is a time as the platform's picker takes it, "" for what is none.
func hourAndMinute(text string) string {
	at, err := time.Parse("15:04", text)
	if err != nil {
		return ""
	}
	return at.Format("15:04")
}

// Rhythms are how often a subscription may come.
var Rhythms = []string{"daily", "workdays", "weekly", "monthly"}

// formPeriods are the periods a form offers; "" is the one that goes with the
// rhythm.
var formPeriods = []string{"yesterday", "7d", "last week", "30d", "last month", "last quarter"}

// SubscriptionForm is the card on which a subscription is filled in. refused says
// what was wrong with it the last time, nil for nothing.
func SubscriptionForm(locale Locale, wanted Wanted, refused *fault.Error) Ladder {
	return multilingual(locale, func(locale Locale) Ladder { return subscriptionForm(locale, wanted, refused) })
}

// subscriptionForm says it in one language.
func subscriptionForm(locale Locale, wanted Wanted, refused *fault.Error) Ladder {
	title := Text(locale, "form.title", nil)
	var elements []any
	if refused != nil {
		elements = append(elements, say("refused", coloured(orange, markdown(shorten(FaultText(locale, refused), noteLength)))))
	}
	form := formElement{Tag: "form", Name: "subscription", Elements: []any{
		labelled(locale, FormRhythm), chosen(FormRhythm, wanted.Rhythm, words(locale, "form.rhythm_", Rhythms)),
		weekdaysChosen(locale, wanted.Days),
		typed(locale, FormMonthDay, wanted.MonthDay, len("31")),
		labelled(locale, FormTime), timeElement{Tag: "picker_time", Name: FormTime, Placeholder: plainText("09:00", labelLength), InitialTime: hourAndMinute(wanted.Time)},
		typed(locale, FormTimezone, wanted.Timezone, longestZone),
		labelled(locale, FormPeriod), chosen(FormPeriod, wanted.Period, periodOptions(locale, wanted.Period)),
		labelled(locale, FormLocale), chosen(FormLocale, wanted.Locale, localeOptions()),
		buttonElement{
			Tag: "button", Text: plainText(Text(locale, "form.preview", nil), labelLength), Type: "primary", Name: "preview",
			FormActionType: "submit", Behaviors: calls(map[string]string{"action": ActionPreview}),
		},
	}}
	hint := Text(locale, "form.hint", nil)
	return Ladder{
		Card: newCard(blue, title, "", title, append(elements, form)...), Plain: linesCard(title, hint),
		Text: harmless(title + "\n" + hint),
	}
}

// longestZone is more than any name of a time zone.
const longestZone = 60

// labelled is the line above a part of a form.
func labelled(locale Locale, name string) markdownElement {
	return small("", coloured(grey, Text(locale, "form."+name, nil)))
}

// chosen is a select of a form.
func chosen(name, value string, options []selectOption) selectElement {
	element := selectElement{Tag: "select_static", Name: name, Placeholder: options[0].Text, Options: options, Width: "fill"}
	if holds(options, value) {
		element.InitialOption = value
	}
	return element
}

// words are options whose labels are messages.
func words(locale Locale, prefix string, values []string) []selectOption {
	options := make([]selectOption, len(values))
	for i, value := range values {
		options[i] = option(Text(locale, prefix+value, nil), value)
	}
	return options
}

// weekdaysChosen is the select of the days of a week.
func weekdaysChosen(locale Locale, days string) multiSelectElement {
	element := multiSelectElement{
		Tag: "multi_select_static", Name: FormDays, Placeholder: plainText(Text(locale, "form."+FormDays, nil), labelLength),
		Options: words(locale, "weekday.long_", weekdayKeys[1:]), Width: "fill",
	}
	for day := range strings.SplitSeq(days, ",") {
		if holds(element.Options, day) {
			element.SelectedValues = append(element.SelectedValues, day)
		}
	}
	return element
}

// typed is a part that is typed.
func typed(locale Locale, name, value string, most int) inputElement {
	if utf8.RuneCountInString(value) > most {
		value = ""
	}
	return inputElement{
		Tag: "input", Name: name, Label: plainText(Text(locale, "form."+name, nil), labelLength),
		Placeholder: plainText(Text(locale, "form.example_"+name, nil), labelLength), DefaultValue: plain(value), MaxLength: most,
	}
}

// periodOptions are the periods a form offers, with the one that is wanted.
func periodOptions(locale Locale, wanted string) []selectOption {
	options := make([]selectOption, 0, 1+len(formPeriods))
	for _, period := range formPeriods {
		options = append(options, option(periodWords(locale, period), period))
	}
	if wanted = shorten(plain(wanted), labelLength); wanted != "" && !holds(options, wanted) {
		options = append(options, option(periodWords(locale, wanted), wanted))
	}
	return options
}

// localeOptions are the languages, each by its own name.
func localeOptions() []selectOption {
	var options []selectOption
	for _, locale := range Locales() {
		options = append(options, option(Text(locale, "language.own_name", nil), string(locale)))
	}
	return options
}

// SubscriptionPreview is the card that shows what a filled-in form comes to, to
// be confirmed or changed.
func SubscriptionPreview(locale Locale, wanted Wanted, s Subscription, runs []SubscriptionRun) Ladder {
	return multilingual(locale, func(locale Locale) Ladder { return s.preview(locale, wanted, runs) })
}

// preview says it in one language.
func (s Subscription) preview(locale Locale, wanted Wanted, runs []SubscriptionRun) Ladder {
	title := Text(locale, "form.preview_title", nil)
	covers := Text(locale, "subscription.covers", fault.Args{"period": periodWords(locale, s.Period)})
	text := runLines(locale, runs, s.Zone)
	confirm := button{Text(locale, "form.confirm", nil), wanted.value(ActionConfirm)}
	change := button{Text(locale, "form.change", nil), wanted.value(ActionForm)}
	lines := append([]string{covers, s.when(locale), Text(locale, "subscription.runs", nil)}, text...)
	return Ladder{
		Card: newCard(blue, title, "", title,
			say("", markdown(covers)+"\n"+markdown(s.when(locale))),
			say("runs", "**"+Text(locale, "subscription.runs", nil)+"**\n"+markdownLines(text)),
			beside(confirm.element("primary"), change.element("default")),
		),
		Plain: linesCard(title, lines...), Text: harmless(title + "\n" + strings.Join(lines, "\n")),
	}
}
