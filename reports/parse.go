package reports

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/width"

	"huibao/internal/fault"
)

var (
	relativePattern = regexp.MustCompile(`^(?:last |past |最近|近|过去)? ?(\d+) ?(d|days?|天|日|w|weeks?|周|星期|m|months?|个月)$`)
	rangePattern    = regexp.MustCompile(`^(\S+?) ?(?:\.\.|~|〜| to |至|到) ?(\S+)$`)
	gluedTo         = regexp.MustCompile(`(\d)to(\d)`) // 2026-11-01to2026-11-07
	datePattern     = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	monthPattern    = regexp.MustCompile(`^(\d{4})-(\d{2})$`)
	weekPattern     = regexp.MustCompile(`^(\d{4})-w(\d{1,2})$`)
	quarterPattern  = regexp.MustCompile(`^(\d{4})-q(\d)$`)
	yearPattern     = regexp.MustCompile(`^\d{4}$`)
)

// oldestYear is the first year a period may name; the platform is younger.
const oldestYear = 2000

// longestText is how many characters a period may be written with; what is
// longer is not looked into.
const longestText = 100

// parser reads one PERIOD as of a day.
type parser struct {
	today     Date
	weekStart time.Weekday
}

// ParsePeriod reads the PERIOD grammar in English and Chinese, as of the day
// today. Case, full-width characters and extra space do not matter. Weeks
// named by words begin on weekStart; 2026-W45 is always an ISO week.
//
// A period covers whole days and ends yesterday unless it says otherwise: an
// explicit range may end today. A calendar period that has begun ends yesterday,
// and so does a range that ends later; on its first day either is today alone.
//
// The error is a *fault.Error of kind Invalid whose Args name the wrong "part"
// and the nearest right form as "suggestion".
func ParsePeriod(text string, today Date, weekStart time.Weekday) (Period, error) {
	folded := fold(text)
	if utf8.RuneCountInString(folded) > longestText {
		return Period{}, wrong("fault.period.unreadable", string([]rune(folded)[:longestText]), "7d")
	}
	p := parser{today, weekStart}
	return p.read(gluedTo.ReplaceAllString(folded, "$1..$2"))
}

// fold makes case, full-width characters and extra space not matter.
func fold(text string) string {
	return strings.Join(strings.Fields(strings.ToLower(width.Fold.String(text))), " ")
}

// wrong is the error of a part of a period.
func wrong(key, part, suggestion string) error {
	return fault.New(fault.Invalid, key, fault.Args{"part": part, "suggestion": suggestion})
}

// read reads a folded text and refuses what no report can cover.
func (p parser) read(text string) (Period, error) {
	period, err := p.parse(text)
	switch {
	case err != nil:
		return Period{}, err
	case period.From > p.today:
		return Period{}, wrong("fault.period.future", text, "today")
	case period.Days() > LongestPeriod:
		return Period{}, wrong("fault.period.too_long", text, "last year")
	}
	return period, nil
}

// parse reads a folded text. Each form either fits, and is read or refused, or
// is left to the next.
func (p parser) parse(text string) (Period, error) {
	if period, ok := p.words(text); ok {
		return period, nil
	}
	if match := relativePattern.FindStringSubmatch(text); match != nil {
		return p.relative(text, match[1], match[2])
	}
	if datePattern.MatchString(text) {
		date, err := p.date(text)
		return daysPeriod(Range{date, date}), err
	}
	if period, ok, err := p.calendar(text); ok {
		return period, err
	}
	if match := rangePattern.FindStringSubmatch(text); match != nil {
		return p.explicit(match[1], match[2])
	}
	return Period{}, p.unreadable(text)
}

// relative reads 7d, 4w and 3m, all ending yesterday.
func (p parser) relative(text, digits, unit string) (Period, error) {
	number, err := strconv.Atoi(digits)
	if err != nil || number > LongestPeriod {
		return Period{}, wrong("fault.period.too_long", text, "90d")
	}
	if number == 0 {
		return Period{}, wrong("fault.period.zero", text, "7d")
	}
	yesterday := p.today.AddDays(-1)
	var period Period
	switch {
	case strings.HasPrefix(unit, "w"), unit == "周", unit == "星期":
		period = daysPeriod(Range{yesterday.AddDays(1 - 7*number), yesterday})
		period.Text = strconv.Itoa(number) + "w"
	case strings.HasPrefix(unit, "m"), unit == "个月":
		period = daysPeriod(Range{addMonths(yesterday, -number).AddDays(1), yesterday})
		period.Text = strconv.Itoa(number) + "m"
	default:
		period = daysPeriod(Range{yesterday.AddDays(1 - number), yesterday})
		period.Text = strconv.Itoa(number) + "d"
	}
	return period, nil
}

// date reads YYYY-MM-DD, a date that exists.
func (p parser) date(text string) (Date, error) {
	date, err := ParseDate(text)
	if err != nil || date < NewDate(oldestYear, time.January, 1) {
		return 0, wrong("fault.period.date", text, p.nearestDate(text).String())
	}
	return date, nil
}

// nearestDate is the last day of the month that a mistyped date names, or else
// yesterday.
func (p parser) nearestDate(text string) Date {
	yesterday := p.today.AddDays(-1)
	month, err := time.Parse("2006-01", text[:len("2006-01")]) // the pattern lets no shorter text through
	if err != nil || month.Year() < oldestYear {
		return yesterday
	}
	return min(addMonths(DateOf(month), 1).AddDays(-1), yesterday)
}

// explicit reads the two ends of a range. One that has begun and ends later ends
// yesterday, as a calendar period does.
func (p parser) explicit(from, to string) (Period, error) {
	first, err := p.end(from)
	if err != nil {
		return Period{}, err
	}
	last, err := p.end(to)
	if err != nil {
		return Period{}, err
	}
	days := Range{first.From, last.Full.To}
	switch {
	case days.From > days.To:
		swapped := Range{min(last.From, p.today), min(first.Full.To, p.today)}
		swapped.From = max(swapped.From, swapped.To.AddDays(1-LongestPeriod)) // what is suggested must be readable
		return Period{}, wrong("fault.period.backwards", from+".."+to, swapped.text())
	case days.To > p.today, last.Begun():
		days.To = max(days.From, p.today.AddDays(-1))
	}
	return daysPeriod(days), nil
}

// end reads one end of a range: a date, or a calendar period that lies in it
// whole.
func (p parser) end(text string) (Period, error) {
	if datePattern.MatchString(text) {
		date, err := p.date(text)
		return daysPeriod(Range{date, date}), err
	}
	if period, ok, err := p.calendar(text); ok {
		return period, err
	}
	return Period{}, wrong("fault.period.range_end", text, p.today.AddDays(-7).String()+".."+p.today.AddDays(-1).String())
}

// calendar reads 2026-11, 2026-W45, 2026-Q4 and 2026. ok is false for a text
// of another form.
func (p parser) calendar(text string) (period Period, ok bool, err error) {
	if match := monthPattern.FindStringSubmatch(text); match != nil {
		return p.numbered(text, StepMonth, match[1], match[2], 12)
	}
	if match := quarterPattern.FindStringSubmatch(text); match != nil {
		return p.numbered(text, StepQuarter, match[1], match[2], 4)
	}
	if match := weekPattern.FindStringSubmatch(text); match != nil {
		return p.numbered(text, StepWeek, match[1], match[2], 53)
	}
	if yearPattern.MatchString(text) {
		return p.numbered(text, StepYear, text, "1", 1)
	}
	return Period{}, false, nil
}

// numbered is the calendar period with a number in a year.
func (p parser) numbered(text string, step Step, yearText, numberText string, most int) (Period, bool, error) {
	year, _ := strconv.Atoi(yearText) // the pattern lets only digits through
	number, _ := strconv.Atoi(numberText)
	if step == StepWeek && year >= oldestYear {
		most = isoWeeks(year)
	}
	if year < oldestYear || number < 1 || number > most {
		return Period{}, true, wrong("fault.period."+string(step), text, p.this(step).Text)
	}
	var first Date
	switch step {
	case StepWeek:
		first = isoMonday(year, number)
	case StepMonth:
		first = NewDate(year, time.Month(number), 1)
	case StepQuarter:
		first = NewDate(year, time.Month(3*number-2), 1)
	default:
		first = NewDate(year, time.January, 1)
	}
	if step == StepWeek { // 2026-W5 is 2026-W05
		text = fmt.Sprintf("%d-W%02d", year, number)
	}
	return p.begin(step, first, strings.ToUpper(text)), true, nil
}

// this is the calendar period that holds today.
func (p parser) this(step Step) Period {
	return p.begin(step, startOf(step, p.today, p.weekStart), "this "+string(step))
}

// begin is the calendar period from its first date, as much of it as has
// begun.
func (p parser) begin(step Step, first Date, text string) Period {
	full := Range{first, next(step, first).AddDays(-1)}
	period := Period{Range: full, Step: step, Full: full, Text: text}
	if first <= p.today && p.today <= full.To {
		period.To = max(first, p.today.AddDays(-1))
	}
	return period
}
