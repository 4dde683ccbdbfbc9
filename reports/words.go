package reports

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// word is a period that has a name of its own.
type word struct {
	english, chinese string
	step             Step
	back             int // how many of the step before the present one
}

// periodWords are all of them; help lists them and mistyped ones are held
// against them.
var periodWords = []word{
	{"today", "今天", StepDays, 0}, {"yesterday", "昨天", StepDays, 1},
	{"this week", "本周", StepWeek, 0}, {"last week", "上周", StepWeek, 1},
	{"this month", "本月", StepMonth, 0}, {"last month", "上月", StepMonth, 1},
	{"this quarter", "本季度", StepQuarter, 0}, {"last quarter", "上季度", StepQuarter, 1},
	{"this year", "今年", StepYear, 0}, {"last year", "去年", StepYear, 1},
}

// chineseSynonyms are other ways people write the same words.
var chineseSynonyms = map[string]string{
	"这周": "本周", "这一周": "本周", "上一周": "上周", "这个月": "本月", "上个月": "上月", "这个季度": "本季度", "上个季度": "上季度",
}

// words reads a period that has a name.
func (p parser) words(text string) (Period, bool) {
	if synonym, ok := chineseSynonyms[text]; ok {
		text = synonym
	}
	for _, word := range periodWords {
		if text != word.english && text != word.chinese {
			continue
		}
		if word.step == StepDays {
			date := p.today.AddDays(-word.back)
			period := daysPeriod(Range{date, date})
			period.Text = word.english
			return period, true
		}
		period := p.this(word.step)
		if word.back > 0 {
			first := startOf(word.step, period.Full.From.AddDays(-1), p.weekStart)
			period = p.begin(word.step, first, word.english)
		}
		return period, true
	}
	return Period{}, false
}

// unreadable names the part of a text that cannot be read: what follows a
// period that can, or else all of it.
func (p parser) unreadable(text string) error {
	words := strings.Fields(text)
	if len(words) > 1 && len(words) <= 8 {
		for end := len(words) - 1; end > 0; end-- {
			head := strings.Join(words[:end], " ")
			if period, err := p.readWhole(head); err == nil {
				return wrong("fault.period.unreadable", strings.Join(words[end:], " "), period.Text)
			}
		}
	}
	return wrong("fault.period.unreadable", text, nearestPeriod(text))
}

// readWhole reads a text without looking for the part that is wrong.
func (p parser) readWhole(text string) (Period, error) {
	_, word := p.words(text)
	if !word && strings.Contains(text, " ") && !relativePattern.MatchString(text) && !rangePattern.MatchString(text) {
		return Period{}, wrong("fault.period.unreadable", text, "")
	}
	return p.read(text)
}

// nearestForms are what a mistyped period may have meant besides the words.
var nearestForms = []word{
	{english: "7d", chinese: "7天"}, {english: "4w", chinese: "4周"}, {english: "3m", chinese: "3个月"},
}

// nearestPeriod is the form a mistyped period is nearest to, in its script; 7
// days where half of it would have to change.
func nearestPeriod(text string) string {
	form := func(word word) string { return word.english }
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		form = func(word word) string { return word.chinese }
	}
	best := form(nearestForms[0])
	least := utf8.RuneCountInString(text)/2 + 1
	for _, word := range slices.Concat(periodWords, nearestForms) {
		if distance := levenshtein.ComputeDistance(text, form(word)); distance < least {
			best, least = form(word), distance
		}
	}
	return best
}
