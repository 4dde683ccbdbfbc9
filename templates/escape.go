package templates

import (
	"strings"
	"unicode"
)

// markdownActive are the characters that can mean something in the platform's
// markdown. Where it may, each is written as a decimal entity, the form its page names.
// Source: cardkit markdown component, "escaping".
const markdownActive = "\\`*_{}[]()<>#+-.!|~&:@$^=\"'/"

// markdown makes a text of other people harmless inside markdown: nothing in
// it is active, and it stays on one line. Dates, times and commands stay as they
// are, for whoever reads the card's source.
func markdown(text string) string {
	clean := plain(text)
	if !strings.ContainsAny(clean, markdownActive) {
		return clean
	}
	runes := []rune(clean)
	var escaped strings.Builder
	for i, r := range runes {
		if strings.ContainsRune(markdownActive, r) && !quiet(runes, i) {
			escaped.WriteString("&#" + itoa(int(r)) + ";")
			continue
		}
		escaped.WriteRune(r)
	}
	return escaped.String()
}

// at is the rune at a place, 0 where there is none.
func at(runes []rune, i int) rune {
	if i < 0 || i >= len(runes) {
		return 0
	}
	return runes[i]
}

// quiet reports whether a character means nothing where it stands: a dash and an
// equals sign inside a word, a colon between digits, a dot or two between digits, the
// sign of a number, and a slash before a word that ends no scheme and no tag.
func quiet(runes []rune, i int) bool {
	before, after := at(runes, i-1), at(runes, i+1)
	switch runes[i] {
	case '-', '=':
		return inWord(before) && inWord(after)
	case ':':
		return unicode.IsDigit(before) && unicode.IsDigit(after)
	case '.':
		return (unicode.IsDigit(before) || before == '.' && unicode.IsDigit(at(runes, i-2))) &&
			(unicode.IsDigit(after) || after == '.' && unicode.IsDigit(at(runes, i+2)))
	case '#':
		return (before == 0 || before == ' ') && unicode.IsDigit(after)
	case '/':
		return (before == 0 || before == ' ' || inWord(before)) && inWord(after)
	}
	return false
}

// inWord reports whether a character is part of a word or number.
func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// plain puts a text on one line and drops what does not show or turns the line
// around it: control characters, marks of the direction of writing, spaces
// without width, and what is no UTF-8.
func plain(text string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		case r == '\u200b', r == '\u2060', r == '\ufeff', r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(clean)
}

// paragraphs is plain for a text of several lines: it keeps those that hold
// something.
func paragraphs(text string) string {
	var lines []string
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = plain(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

var harmlessBrackets = strings.NewReplacer("<", "\uff1c", "[", "\uff3b")

// harmless makes other people's words harmless inside a text message, which has
// tags and links but no way to escape them: the brackets that begin these are
// written in full width.
func harmless(text string) string { return harmlessBrackets.Replace(paragraphs(text)) }

// shorten cuts a text to so many characters, the last an ellipsis for the rest.
func shorten(text string, most int) string {
	end, count := 0, 0
	for i := range text {
		if count == most-1 {
			end = i
		}
		if count++; count > most {
			return strings.TrimRight(text[:end], " \n") + "…"
		}
	}
	return text
}
