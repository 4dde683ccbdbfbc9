package templates

import (
	"strconv"
	"time"

	"huibao/reports"
)

// ActionView is the action of what changes the view of a report card.
const ActionView = "view"

// ByWeekday is the view of a report as the pattern of its weekdays.
const ByWeekday = "weekday"

// ReplyAfter is how long a card can be updated in place; an older one is
// answered with a fresh card. Source: card-json-v2-structure, 14 days, less an
// hour for a slow press.
const ReplyAfter = 14*24*time.Hour - time.Hour

// View is what a report card shows. It travels in the values of the card's
// buttons, so that they work after a restart and on another replica; whoever
// reads it checks it like any other input.
type View struct {
	Period  string // PERIOD as typed
	Today   string // the date from which Period is counted, YYYY-MM-DD
	Compare string // previous, lastyear or none
	Unit    string // cn, us, sg, jp, or "" for none
	By      string // ByWeekday, or "" for the course of the period
	Above   string // the PERIOD this one was picked from, "" when it was asked for
	Digest  bool   // the card is a digest, which many read
	Posted  int64  // when the card was posted, Unix seconds
}

// The names of a view's parts in a button's value, and of what a select sets.
const (
	partPeriod  = "period"
	partToday   = "today"
	partCompare = "vs"
	partUnit    = "unit"
	partBy      = "by"
	partAbove   = "above"
	partDigest  = "digest"
	partPosted  = "posted"
	partSets    = "sets"
	// setsWithin is a period picked from the one that is shown.
	setsWithin = "within"
)

// noUnit stands for no unit where an option must not be empty.
const noUnit = "none"

// Value is the view as a button carries it. Empty parts are left out.
func (v View) Value() map[string]string {
	value := map[string]string{"action": ActionView}
	for name, part := range map[string]string{
		partPeriod: v.Period, partToday: v.Today, partCompare: v.Compare, partUnit: v.Unit, partBy: v.By, partAbove: v.Above,
	} {
		if part != "" {
			value[name] = part
		}
	}
	if v.Digest {
		value[partDigest] = "yes"
	}
	if v.Posted != 0 {
		value[partPosted] = strconv.FormatInt(v.Posted, 10)
	}
	return value
}

// sets is the view as a select carries it, which changes one part.
func (v View) sets(part string) map[string]string {
	value := v.Value()
	value[partSets] = part
	return value
}

// ReadView reads the view that a button or a select asks for. today is the date
// from which a newly chosen period is counted. The parts are as they came.
func ReadView(value map[string]string, option string, today reports.Date) View {
	posted, _ := strconv.ParseInt(value[partPosted], 10, 64) // 0 for what is none
	v := View{
		Period: value[partPeriod], Today: value[partToday], Compare: value[partCompare], Unit: value[partUnit],
		By: value[partBy], Above: value[partAbove], Digest: value[partDigest] != "", Posted: posted,
	}
	if option == "" {
		return v
	}
	switch value[partSets] {
	case partPeriod:
		v.Period, v.Today, v.Above = option, today.String(), ""
	case setsWithin:
		v.Period, v.Above, v.By = option, v.Period, ""
	case partCompare:
		v.Compare = option
	case partUnit:
		if v.Unit = option; option == noUnit {
			v.Unit = ""
		}
	}
	return v
}
