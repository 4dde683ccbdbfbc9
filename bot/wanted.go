package bot

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"huibao/internal/fault"
	"huibao/reports"
	"huibao/scheduler"
	"huibao/templates"
)

// rhythm is how often a subscription comes.
type rhythm struct {
	name   string
	words  []string
	period string // what a digest is about when nobody says
}

// rhythms are those there are.
var rhythms = []rhythm{
	{"daily", []string{"daily", "每天", "每日"}, "yesterday"},                      //nolint:gosmopolitan // typed as they are
	{"workdays", []string{"workdays", "workday", "每个工作日", "工作日"}, "yesterday"}, //nolint:gosmopolitan // typed as they are
	{"weekly", []string{"weekly", "每周", "每星期"}, "last week"},                   //nolint:gosmopolitan // typed as they are
	{"monthly", []string{"monthly", "每月", "每个月"}, "last month"},                //nolint:gosmopolitan // typed as they are
}

// weekdays are the words for the days of a week, from Sunday on as in an
// expression of times.
var weekdays = [7][]string{
	{"sun", "sunday", "周日", "周天", "星期日", "星期天", "日", "天"}, //nolint:gosmopolitan // typed as they are
	{"mon", "monday", "周一", "星期一", "一"},                   //nolint:gosmopolitan // typed as they are
	{"tue", "tuesday", "周二", "星期二", "二"},                  //nolint:gosmopolitan // typed as they are
	{"wed", "wednesday", "周三", "星期三", "三"},                //nolint:gosmopolitan // typed as they are
	{"thu", "thursday", "周四", "星期四", "四"},                 //nolint:gosmopolitan // typed as they are
	{"fri", "friday", "周五", "星期五", "五"},                   //nolint:gosmopolitan // typed as they are
	{"sat", "saturday", "周六", "星期六", "六"},                 //nolint:gosmopolitan // typed as they are
}

// What counts when nobody says.
const (
	defaultDays     = "mon"
	defaultMonthDay = "1"
	defaultTime     = "09:00"
)

var (
	// timePattern is a time of day: 9:00, 09:30, 9点, 9点半 or 9点05分.
	timePattern = regexp.MustCompile(`^(\d{1,2})(?::(\d{2})|点(?:(\d{1,2})分?|(半))?)$`)
	// gluedTime is a time between other words without space, as in 每周一9点上周.
	gluedTime = regexp.MustCompile(`(^|[^\d:])(\d{1,2}(?::\d{2}|点(?:\d{1,2}分?|半)?))($|[^\d:])`)
	// chineseDays are days at the beginning of a word, as in 一三五上周.
	chineseDays = regexp.MustCompile(`^(?:(?:周|星期)?[一二三四五六日天][,、和]?)+`)
	// dayWord is one day in a word that is a list of them.
	dayWord = regexp.MustCompile(`(?:周|星期)?[一二三四五六日天]|[a-z]+`)
	// monthDay is the day of a month: 1, 1st or 1号, and what follows without space.
	monthDay = regexp.MustCompile(`^(\d+)(?:st|nd|rd|th|(?:日|号)(.*))?$`)
	// numbers are those of what is no time but was meant for one.
	numbers = regexp.MustCompile(`\d{1,2}`)
)

// readWanted reads what the command asks for, and checks it. The error is a
// fault of kind Invalid that names the first part that is wrong, with the line
// as it was probably meant.
func (a asker) readWanted(arguments arguments) (templates.Wanted, error) {
	read := func(words string) (templates.Wanted, error) {
		wanted, err := parseWanted(words)
		if err != nil {
			return wanted, err
		}
		wanted.Timezone, wanted.Locale = arguments.option("tz"), string(languages[arguments.option("lang")])
		_, err = a.draft(wanted)
		return wanted, err
	}
	wanted, err := read(arguments.words)
	if f := fault.As(err); f != nil {
		f.Args["suggestion"] = arguments.line(mended(arguments.words, f, read))
	}
	return wanted, err
}

// mostMends is how many parts of a line can be wrong: each of the four there are.
const mostMends = 4

// mended are words in which each part that is wrong was replaced by the nearest
// right one, or left out where only that helps; the shortest right words where
// nothing does.
func mended(words string, wrong *fault.Error, read func(words string) (templates.Wanted, error)) string {
	for range mostMends {
		without := strings.TrimSpace(strings.Replace(words, wrong.Args["part"], "", 1))
		words = strings.Replace(words, wrong.Args["part"], wrong.Args["suggestion"], 1)
		_, err := read(words)
		if err == nil {
			return words
		}
		if _, err := read(cmp.Or(without, words)); err == nil {
			return strings.Join(strings.Fields(without), " ")
		}
		wrong = fault.As(err)
	}
	return "weekly"
}

// parseWanted takes the words of the command apart: how often, on which days,
// when and about what. Only how often is checked; draft does the rest.
func parseWanted(text string) (templates.Wanted, error) {
	words := strings.Fields(gluedTime.ReplaceAllString(text, "$1 $2 $3"))
	rhythm, rest := takeRhythm(words[0])
	if rhythm == "" {
		return templates.Wanted{}, wrongPart("fault.subscribe.rhythm", words[0], nearest(words[0], templates.Rhythms, "weekly"))
	}
	words = words[1:]
	if rest != "" {
		words = append([]string{rest}, words...)
	}
	wanted := templates.Wanted{Rhythm: rhythm}
	days, period := words, []string(nil)
	if at := slices.IndexFunc(words, isTime); at >= 0 {
		wanted.Time, days, period = words[at], words[:at], words[at+1:]
	}
	left := takeDays(&wanted, days)
	wanted.Period = strings.Join(append(left, period...), " ")
	return wanted, nil
}

// isTime reports whether a word looks like a time of day.
func isTime(word string) bool { return timePattern.MatchString(word) || strings.Contains(word, ":") }

// takeRhythm finds how often at the beginning of a word. Chinese is written
// without spaces: 每周一 is weekly on Mondays.
func takeRhythm(word string) (name, rest string) {
	longest := 0
	for _, rhythm := range rhythms {
		for _, known := range rhythm.words {
			chinese := known[0] >= utf8.RuneSelf
			if word == known || chinese && strings.HasPrefix(word, known) && len(known) > longest {
				name, rest, longest = rhythm.name, word[len(known):], len(known)
			}
		}
	}
	return name, rest
}

// takeDays takes the days of a weekly subscription, or the day of a monthly one,
// from the beginning of the words, and returns the rest. A lone word before a
// time can be nothing else, right or wrong.
func takeDays(wanted *templates.Wanted, words []string) (left []string) {
	timed := wanted.Time != ""
	switch wanted.Rhythm {
	case "monthly":
		if len(words) == 0 {
			return nil
		}
		match := monthDay.FindStringSubmatch(words[0])
		switch {
		case match != nil:
			wanted.MonthDay = match[1]
			return append(strings.Fields(match[2]), words[1:]...)
		case timed && len(words) == 1:
			wanted.MonthDay = words[0]
			return nil
		}
	case "weekly":
		return takeWeekdays(wanted, words, timed)
	}
	return words
}

// takeWeekdays takes the days of a week from the beginning of the words.
func takeWeekdays(wanted *templates.Wanted, words []string, timed bool) (left []string) {
	var days []string
	for ; len(words) > 0; words = words[1:] {
		list, ok := dayList(words[0])
		if !ok {
			break
		}
		days = append(days, list)
	}
	if len(words) > 0 {
		begun := chineseDays.FindString(words[0])
		if rest := words[0][len(begun):]; begun != "" && len(daysIn(begun+"."+rest)) == len(daysIn(begun)) {
			days, words = append(days, begun), append([]string{rest}, words[1:]...)
		}
	}
	if len(days) == 0 && len(words) > 0 && (strings.ContainsAny(words[0], ",、") || timed && len(words) == 1) {
		days, words = words[:1], words[1:]
	}
	wanted.Days = strings.Join(days, ",")
	if list, ok := dayList(wanted.Days); ok {
		wanted.Days = list
	}
	return words
}

// dayList reads a list of days of the week: "mon,thu", 周一、周四 or 一三五.
func dayList(text string) (days string, ok bool) {
	var names []string
	for _, word := range daysIn(text) {
		words := dayWord.FindAllString(word, -1)
		if strings.Join(words, "") != word {
			return "", false
		}
		for _, word := range words {
			name := dayName(word)
			if name == "" {
				return "", false
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, ","), len(names) > 0
}

// daysIn are the words of a list.
func daysIn(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",、和", r) })
}

// dayName is the short name of a day of the week, "" for what is none.
func dayName(word string) string {
	at := slices.IndexFunc(weekdays[:], func(words []string) bool { return slices.Contains(words, word) })
	if at < 0 {
		return ""
	}
	return weekdays[at][0]
}

// wrongPart is the fault of a part that cannot be read, with the nearest that
// can be.
func wrongPart(key, part, right string) error {
	return fault.New(fault.Invalid, key, fault.Args{"part": part, "suggestion": right})
}

// draft turns what is wanted into a schedule's draft, with every part checked:
// it may come from a form. The error is a fault of kind Invalid.
func (a asker) draft(wanted templates.Wanted) (scheduler.Draft, error) {
	at := slices.IndexFunc(rhythms, func(r rhythm) bool { return r.name == wanted.Rhythm })
	if at < 0 {
		return scheduler.Draft{}, wrongPart("fault.subscribe.rhythm", wanted.Rhythm, "weekly")
	}
	draft := scheduler.Draft{
		ChatID: a.chatID, On: string(scheduler.EveryDay), Period: cmp.Or(wanted.Period, rhythms[at].period), Unit: string(a.unit()),
		Enabled: true, Timezone: a.zone.String(), Locale: cmp.Or(wanted.Locale, string(a.locale)),
	}
	if wanted.Timezone != "" && wanted.Timezone != defaultChoice {
		name, ok := zoneName(wanted.Timezone)
		if !ok {
			return draft, wrongPart("fault.subscribe.timezone", wanted.Timezone, defaultZone)
		}
		draft.Timezone = name
	}
	if _, err := templates.ParseLocale(draft.Locale); err != nil {
		return draft, wrongPart("fault.subscribe.locale", wanted.Locale, "zh")
	}
	days, err := readDays(wanted)
	if err != nil {
		return draft, err
	}
	hour, minute, err := readTime(cmp.Or(wanted.Time, defaultTime))
	if err != nil {
		return draft, err
	}
	if _, err := reports.ParsePeriod(draft.Period, a.today, a.settings.FirstWeekday()); err != nil {
		return draft, err
	}
	if wanted.Rhythm == "workdays" {
		draft.On = string(scheduler.Workdays)
	}
	draft.Cron = fmt.Sprintf("%d %d %s", minute, hour, days)
	draft.Name = templates.When(templates.Locale(draft.Locale), draft.Cron, draft.On)
	return draft, nil
}

// readTime reads a time of day.
func readTime(text string) (hour, minute int, err error) {
	match := timePattern.FindStringSubmatch(text)
	if match == nil {
		return 0, 0, wrongPart("fault.subscribe.time", text, nearestTime(text))
	}
	hour, _ = strconv.Atoi(match[1])                          // digits
	minute, _ = strconv.Atoi(cmp.Or(match[2], match[3], "0")) // digits
	if match[4] != "" {
		minute = 30
	}
	if hour > 23 || minute > 59 {
		return 0, 0, wrongPart("fault.subscribe.time", text, nearestTime(text))
	}
	return hour, minute, nil
}

// nearestTime is the time that was probably meant by what is none.
func nearestTime(text string) string {
	found := numbers.FindAllString(text, 2)
	if len(found) == 0 {
		return defaultTime
	}
	hour, _ := strconv.Atoi(found[0]) // digits
	minute := 0
	if len(found) == 2 {
		minute, _ = strconv.Atoi(found[1]) // digits
	}
	return fmt.Sprintf("%02d:%02d", min(hour, 23), min(minute, 59))
}

// readDays writes the days that are wanted as the last three fields of an
// expression of times. A day that not every month has is its last in a shorter
// one.
func readDays(wanted templates.Wanted) (string, error) {
	switch wanted.Rhythm {
	case "weekly":
		days := cmp.Or(wanted.Days, defaultDays)
		list, ok := dayList(days)
		if !ok {
			return "", wrongPart("fault.subscribe.days", days, nearestDays(days))
		}
		var numbers []string
		for number, words := range weekdays {
			if slices.Contains(strings.Split(list, ","), words[0]) {
				numbers = append(numbers, strconv.Itoa(number))
			}
		}
		return "* * " + strings.Join(numbers, ","), nil
	case "monthly":
		text := cmp.Or(wanted.MonthDay, defaultMonthDay)
		day, err := strconv.Atoi(text)
		if err != nil {
			return "", wrongPart("fault.subscribe.month_day", text, defaultMonthDay)
		}
		if day < 1 || day > 31 {
			return "", wrongPart("fault.subscribe.month_day", text, strconv.Itoa(min(max(day, 1), 31)))
		}
		if day > 28 {
			return strconv.Itoa(day) + "L * *", nil
		}
		return strconv.Itoa(day) + " * *", nil
	}
	return "* * *", nil
}

// nearestDays are the days that were probably meant by a list of which not all
// are.
func nearestDays(text string) string {
	var names []string
	for _, word := range daysIn(text) {
		if near := dayName(nearest(word, slices.Concat(weekdays[:]...), "")); near != "" {
			names = append(names, near)
		}
	}
	return cmp.Or(strings.Join(names, ","), defaultDays)
}
