package templates

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"huibao/internal/fault"
	"huibao/reports"
)

// grouped writes a count with its thousands apart, alike in every locale.
func grouped(n int64) string { return humanize.Comma(n) }

// oneDecimal writes a mean. humanize only cuts digits off, so it is rounded
// before; 15 digits are what a float64 can be trusted with, and rounding to
// them first takes back the last bit that would hide a half.
func oneDecimal(value float64) string {
	tenths, _ := strconv.ParseFloat(strconv.FormatFloat(value*10, 'g', 15, 64), 64) // reads what it wrote
	return humanize.CommafWithDigits(math.Round(tenths)/10, 1)
}

// duration writes seconds as hours and minutes. Less than a minute is seconds,
// and nothing is no minute.
func duration(locale Locale, seconds int64) string {
	if seconds < 60 && seconds != 0 {
		return plural(locale, "duration.seconds", seconds, nil)
	}
	minutes := seconds/60 + seconds%60/30
	hours, minutes := minutes/60, minutes%60
	switch {
	case hours == 0:
		return Text(locale, "duration.minutes", fault.Args{"n": grouped(minutes)})
	case minutes == 0:
		return Text(locale, "duration.hours", fault.Args{"n": grouped(hours)})
	}
	return Text(locale, "duration.both", fault.Args{"hours": grouped(hours), "minutes": grouped(minutes)})
}

// hours is a duration as a table's cell holds it, to a hundredth of an hour.
func hours(seconds int64) float64 { return math.Round(float64(seconds)/36) / 100 }

// instant writes a moment in the zone it is shown in.
func instant(t time.Time, zone *time.Location) string { return t.In(zone).Format("2006-01-02 15:04") }

// weekdayName names a day of the week, shortly.
func weekdayName(locale Locale, day time.Weekday) string {
	return Text(locale, "weekday."+weekdayKey(day), nil)
}

// weekdayKey is the part of a message key that names the day: mon to sun.
func weekdayKey(day time.Weekday) string { return strings.ToLower(day.String()[:3]) }

// oneDate writes a date with its weekday.
func oneDate(locale Locale, date reports.Date) string {
	return withWeekday(locale, date.String(), date.Weekday())
}

// withWeekday adds the day of the week to a date or a moment.
func withWeekday(locale Locale, text string, day time.Weekday) string {
	return Text(locale, "dates.weekday", fault.Args{"date": text, "weekday": weekdayName(locale, day)})
}

// dates writes a range for people: one date with its weekday, or both ends.
func dates(locale Locale, days reports.Range) string {
	if days.From == days.To {
		return oneDate(locale, days.From)
	}
	return exactDates(locale, days)
}

// exactDates writes a range without weekdays.
func exactDates(locale Locale, days reports.Range) string {
	if days.From == days.To {
		return days.From.String()
	}
	return Text(locale, "dates.range", fault.Args{"from": days.From.String(), "to": days.To.String()})
}

// How many runs of missing and of provisional dates are named before "and N more".
const missingShown, provisionalShown = 30, 10

// dateRanges writes runs of dates, at most so many, and how many days the rest hold.
func dateRanges(locale Locale, ranges []reports.Range, most int) string {
	shown := ranges[:min(len(ranges), most)]
	parts := make([]string, 0, len(shown))
	for _, days := range shown {
		parts = append(parts, exactDates(locale, days))
	}
	text := strings.Join(parts, Text(locale, "list.comma", nil))
	if rest := countDays(ranges[len(shown):]); rest > 0 {
		text += plural(locale, "dates.more", rest, nil)
	}
	return text
}

// countDays is how many days the ranges hold.
func countDays(ranges []reports.Range) int64 {
	days := 0
	for _, r := range ranges {
		days += r.Days()
	}
	return int64(days)
}

// runningPeriods are the message keys of 7d, 4w and 3m by their last letter.
var runningPeriods = map[byte]string{'d': "period.days", 'w': "period.weeks", 'm': "period.months"}

// periodName is a period in the locale's words: "last 7 days", "上周",
// "2026-Q4".
func periodName(locale Locale, period reports.Period) string {
	text := period.Text
	if n, err := strconv.ParseInt(strings.TrimRight(text, "dwm"), 10, 64); err == nil && text != "" {
		if key, ok := runningPeriods[text[len(text)-1]]; ok {
			return plural(locale, key, n, nil)
		}
	}
	key := "period." + strings.ReplaceAll(text, " ", "_")
	if name := Text(locale, key, nil); name != key {
		return name
	}
	if text == "" || period.Range == period.Full && period.Step == reports.StepDays {
		return dates(locale, period.Range)
	}
	return text
}

// unitName is where the data of a report reside, in words.
func unitName(locale Locale, unit reports.Unit) string {
	if unit == reports.UnitNone {
		return Text(locale, "unit.none", nil)
	}
	return Text(locale, "unit."+string(unit), nil)
}
