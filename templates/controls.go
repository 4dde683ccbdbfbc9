package templates

import (
	"slices"
	"strconv"

	"huibao/internal/fault"
	"huibao/reports"
)

// The other actions that a report card's buttons ask for.
const (
	ActionExport    = "export"    // the view's period as a file
	ActionSubscribe = "subscribe" // the form of a subscription
)

// periodChoices are the periods that the select offers, besides the one shown.
var periodChoices = []string{
	"yesterday", "7d", "30d", "90d", "this week", "last week", "this month", "last month", "this quarter", "last quarter",
	"this year", "last year",
}

// periodButtons are the periods most asked for. The first two of them that are not
// shown have a button each.
var periodButtons = []string{"7d", "last week", "last month"}

// partsShown is how many parts of a period can be picked. A longer period is
// picked from by the year first.
const partsShown = 31

// controls are what can be pressed under a report: another period, comparison
// or unit, a part of the period, the pattern of its weekdays, the way back, a
// file, and a subscription. None where the report has no view.
func (w reportWriter) controls() []any {
	if w.View == nil {
		return nil
	}
	var buttons []any
	for _, press := range w.viewButtons() {
		buttons = append(buttons, press.small("default"))
	}
	if w.few {
		return []any{beside(buttons...)}
	}
	choices := []any{w.periodSelect(), w.compareSelect(), w.unitSelect()}
	if within := w.withinSelect(); within != nil {
		choices = append(choices, *within)
	}
	return []any{beside(choices...), beside(buttons...)}
}

// choice is a select that changes one part of the view. A value that is none
// of the options leaves the placeholder.
func (w reportWriter) choice(part, value string, options []selectOption) selectElement {
	element := selectElement{
		Tag: "select_static", ElementID: "choose_" + part, Placeholder: plainText(Text(w.Locale, "control.choose_"+part, nil), labelLength),
		Options: options, Behaviors: calls(w.View.sets(part)),
	}
	if holds(options, value) {
		element.InitialOption = value
	}
	return element
}

// periodSelect offers other periods. The one shown is the first where it is none
// of the usual ones.
func (w reportWriter) periodSelect() selectElement {
	names := periodChoices
	if shown := w.report.Period.Text; shown != "" && !slices.Contains(names, shown) {
		names = append([]string{shown}, names...)
	}
	options := make([]selectOption, len(names))
	for i, name := range names {
		options[i] = option(periodName(w.Locale, w.named(name)), name)
	}
	return w.choice(partPeriod, w.report.Period.Text, options)
}

// named is a period of which only the words matter: the one shown, or one of
// the choices.
func (w reportWriter) named(text string) reports.Period {
	if text == w.report.Period.Text {
		return w.report.Period
	}
	return reports.Period{Text: text, Step: reports.StepWeek}
}

// compareSelect offers what to compare with.
func (w reportWriter) compareSelect() selectElement {
	var options []selectOption
	for _, compare := range []reports.Compare{reports.ComparePrevious, reports.CompareLastYear, reports.CompareNone} {
		options = append(options, option(Text(w.Locale, "control.vs_"+string(compare), nil), string(compare)))
	}
	return w.choice(partCompare, string(w.report.Compare), options)
}

// unitSelect offers where the data reside.
func (w reportWriter) unitSelect() selectElement {
	var options []selectOption
	for _, unit := range []reports.Unit{reports.UnitNone, reports.UnitCN, reports.UnitUS, reports.UnitSG, reports.UnitJP} {
		name := Text(w.Locale, "control.unit", fault.Args{"unit": unitName(w.Locale, unit)})
		options = append(options, option(name, unitValue(unit)))
	}
	return w.choice(partUnit, unitValue(w.report.Unit), options)
}

// unitValue is a unit as an option, which may not be empty.
func unitValue(unit reports.Unit) string {
	if unit == reports.UnitNone {
		return noUnit
	}
	return string(unit)
}

// withinSelect offers the weeks, months or years of the period, the newest
// first; nil where its rows are days.
func (w reportWriter) withinSelect() *selectElement {
	if reports.StepOf(w.report.Period) == reports.StepDays {
		return nil
	}
	parts := w.parts()
	slices.Reverse(parts)
	options := make([]selectOption, 0, partsShown)
	for _, part := range parts[:min(len(parts), partsShown)] {
		options = append(options, option(part.text(), part.text()))
	}
	element := w.choice(setsWithin, "", options)
	return &element
}

// part is a part of a period: its days, and its name where it is a whole month
// or year.
type part struct {
	reports.Range
	name string
}

// text is the part as a PERIOD.
func (p part) text() string {
	if p.name != "" {
		return p.name
	}
	return p.From.String() + ".." + p.To.String()
}

// parts are the buckets of the report, or its years where these are too many.
func (w reportWriter) parts() []part {
	byYear := len(w.buckets) > partsShown
	var parts []part
	for _, bucket := range w.buckets {
		if !byYear {
			next := part{Range: bucket.Range}
			if bucket.Step == reports.StepMonth && bucket.Whole {
				next.name = rowDate(bucket)
			}
			parts = append(parts, next)
			continue
		}
		year, _, _ := bucket.From.Split()
		if last := len(parts) - 1; last >= 0 && sameYear(parts[last].From, year) {
			parts[last].To = bucket.To
			continue
		}
		parts = append(parts, part{Range: bucket.Range})
	}
	for i := range parts {
		if year, ok := wholeYear(parts[i].Range); ok {
			parts[i].name = strconv.Itoa(year)
		}
	}
	return parts
}

// sameYear reports whether a date lies in the year.
func sameYear(date reports.Date, year int) bool {
	y, _, _ := date.Split()
	return y == year
}

// wholeYear is the year that a range covers from its first day to its last.
func wholeYear(days reports.Range) (int, bool) {
	year, _, _ := days.From.Split()
	return year, days.From == reports.NewDate(year, 1, 1) && days.To == reports.NewDate(year, 12, 31)
}

// otherPeriods are the buttons for the periods most asked for, counted from the day
// on which they are pressed.
func (w reportWriter) otherPeriods() []button {
	var buttons []button
	for _, name := range periodButtons {
		if name == w.report.Period.Text || len(buttons) == 2 {
			continue
		}
		other := *w.View
		other.Period, other.Today, other.Above, other.By = name, "", "", ""
		buttons = append(buttons, button{periodName(w.Locale, w.named(name)), other.Value()})
	}
	return buttons
}

// viewButtons are the buttons that change the view or take it further.
func (w reportWriter) viewButtons() []button {
	var buttons []button
	if !w.few {
		buttons = w.otherPeriods()
	}
	add := func(key string, change func(*View)) {
		changed := *w.View
		change(&changed)
		buttons = append(buttons, button{Text(w.Locale, key, nil), changed.Value()})
	}
	if w.View.Above != "" {
		add("control.back", func(v *View) { v.Period, v.Above, v.By = v.Above, "", "" })
	}
	switch {
	case w.View.By == ByWeekday:
		add("control.by_days", func(v *View) { v.By = "" })
	case w.report.Period.Days() > 1:
		add("control.by_weekday", func(v *View) { v.By = ByWeekday })
	}
	if w.report.Compare != reports.CompareLastYear {
		add("control.a_year_ago", func(v *View) { v.Compare = string(reports.CompareLastYear) })
	}
	export := w.View.Value()
	export["action"] = ActionExport
	return append(buttons,
		button{Text(w.Locale, "control.export", nil), export},
		button{Text(w.Locale, "control.subscribe", nil), map[string]string{"action": ActionSubscribe}},
	)
}
