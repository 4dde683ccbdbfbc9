package templates

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// check reports whether a value is one the platform takes.
type check func(value any) bool

// What the platform's pages allow.
const (
	aligns          = "left center right"
	templateColours = "blue wathet turquoise green yellow orange red carmine violet purple indigo grey default"
	textSizes       = "heading-0 heading-1 heading-2 heading-3 heading-4 heading normal notation " +
		"xxxx-large xxx-large xx-large x-large large medium small x-small"
	cardLocales = "zh_cn en_us zh_hk zh_tw ja_jp id_id vi_vn th_th pt_br es_es ko_kr de_de fr_fr it_it ru_ru ms_my"
)

// colourPattern are the names of colours: a hue, perhaps with a step of it.
// Source: enumerations-for-fields-related-to-color.
var colourPattern = regexp.MustCompile(`^(default|bg-white|(blue|wathet|turquoise|green|lime|yellow|sunflower|orange|red|carmine|violet|purple|indigo)` +
	`(-(50|100|200|300|350|400|500|600|700|800|900))?|grey(-(00|50|100|200|300|350|400|500|600|650|700|800|900|950|1000))?)$`)

func isText(value any) bool   { _, ok := value.(string); return ok }
func isBool(value any) bool   { _, ok := value.(bool); return ok }
func isTrue(value any) bool   { return value == true }
func isObject(value any) bool { _, ok := value.(map[string]any); return ok }

// isList wants something in the list.
func isList(value any) bool { list, _ := value.([]any); return len(list) > 0 }

// isFilled wants a text that shows.
func isFilled(value any) bool { text, _ := value.(string); return strings.TrimSpace(text) != "" }

func isColour(value any) bool { text, _ := value.(string); return colourPattern.MatchString(text) }

func isElementID(value any) bool {
	text, _ := value.(string)
	return elementIDPattern.MatchString(text)
}

// oneOf wants one of the words.
func oneOf(words string) check {
	allowed := strings.Fields(words)
	return func(value any) bool { text, ok := value.(string); return ok && slices.Contains(allowed, text) }
}

// isWhole wants a whole number within the limits.
func isWhole(least, most float64) check {
	return func(value any) bool {
		number, ok := value.(float64)
		return ok && number == float64(int(number)) && least <= number && number <= most
	}
}

// pixels reads a length such as "12px".
func pixels(text string) (int, bool) {
	number, ok := strings.CutSuffix(text, "px")
	n, err := strconv.Atoi(number)
	return n, ok && err == nil
}

// isLength wants a length within the limits.
func isLength(value any, least, most int) bool {
	text, _ := value.(string)
	n, ok := pixels(text)
	return ok && least <= n && n <= most
}

// areLengths wants one, two or four lengths of at most 99px, as paddings and
// margins are.
func areLengths(least int) check {
	return func(value any) bool {
		text, _ := value.(string)
		parts := strings.Split(text, " ")
		if len(parts) != 1 && len(parts) != 2 && len(parts) != 4 {
			return false
		}
		return !slices.ContainsFunc(parts, func(part string) bool { return part != "0" && !isLength(part, least, 99) })
	}
}

func isSpacing(value any) bool {
	return oneOf("small medium large extra_large")(value) || isLength(value, 0, 99)
}

func isColumnWidth(value any) bool { return oneOf("auto weighted")(value) || isLength(value, 16, 600) }

func isTableWidth(value any) bool { return value == "auto" || isLength(value, 80, 600) }

func isHeight(value any) bool { return value == "auto" || isLength(value, 1, 999) }

func isAddress(value any) bool {
	text, _ := value.(string)
	return strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")
}

// areTranslations wants a text that is good for each of some languages of the
// platform's.
func areTranslations(good check) check {
	isLocale := oneOf(cardLocales)
	return func(value any) bool {
		texts, ok := value.(map[string]any)
		for locale, text := range texts {
			ok = ok && isLocale(locale) && good(text)
		}
		return ok
	}
}

// isChartSpec wants what the platform looks at: a type, data, and axes that
// are a list if they are there (sub-code 200550).
func isChartSpec(value any) bool {
	spec, _ := value.(map[string]any)
	axes, given := spec["axes"]
	return isFilled(spec["type"]) && isObject(spec["data"]) && (!given || isList(axes))
}

// markdownTags are the tags our markdown uses; in all other places an angle
// bracket is escaped.
var markdownTags = regexp.MustCompile(`<person id='ou_[A-Za-z0-9_]+'></person>|<font color='([a-z0-9-]+)'>|</font>|<at id=ou_[A-Za-z0-9_]+></at>`)

// isMarkdown wants a text whose tags are ours, closed, and in known colours.
func isMarkdown(value any) bool {
	text, _ := value.(string)
	open := 0
	for _, match := range markdownTags.FindAllStringSubmatch(text, -1) {
		switch {
		case match[1] != "" && !isColour(match[1]):
			return false
		case match[1] != "":
			open++
		case match[0] == "</font>":
			open--
		}
		if open < 0 {
			return false
		}
	}
	return isFilled(text) && open == 0 && !strings.ContainsAny(markdownTags.ReplaceAllString(text, ""), "<>")
}
