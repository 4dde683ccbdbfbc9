package templates

import (
	"strings"
	"unicode"
)

// markdownActive are the characters that mean something in the platform's
// markdown. Each is written as a decimal entity, the form its page names.
// Source: cardkit markdown component, "escaping".
const markdownActive = "\\`*_{}[]()<>#+-.!|~&:@$^=\"'/"

var markdownEscapes = func() *strings.Replacer {
	pairs := make([]string, 0, 2*len(markdownActive))
	for _, r := range markdownActive {
		pairs = append(pairs, string(r), "&#"+itoa(int(r))+";")
	}
	return strings.NewReplacer(pairs...)
}()

// markdown makes a text of other people harmless inside markdown: nothing in
// it is active, and it stays on one line.
func markdown(text string) string { return markdownEscapes.Replace(plain(text)) }

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
