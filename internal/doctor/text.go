package doctor

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// marks are how a status is written: as a word, since a colour alone is not seen
// by everybody.
var marks = map[Status]struct{ word, colour string }{
	OK:      {"ok  ", "\x1b[32m"},
	Warning: {"warn", "\x1b[33m"},
	Failed:  {"FAIL", "\x1b[31m"},
	Unknown: {"?   ", "\x1b[2m"},
}

// plainColour ends a colour.
const plainColour = "\x1b[0m"

// narrowest is how many columns are used at least, and widest at most: longer
// lines are hard to read.
const (
	narrowest = 60
	widest    = 120
)

// Text writes findings for a terminal: a line each, sections apart, and below a
// thing that is wrong what to do.
func Text(findings []Finding, columns int, colours bool) string {
	columns = min(max(columns, narrowest), widest)
	var text strings.Builder
	previous := ""
	for i, finding := range findings {
		if finding.Section != previous {
			if i > 0 {
				text.WriteByte('\n')
			}
			text.WriteString(finding.Section + "\n")
			previous = finding.Section
		}
		writeFinding(&text, finding, names(findings, finding.Section), columns, colours)
	}
	return text.String()
}

// names is the width of the names of a section.
func names(findings []Finding, section string) int {
	width := 0
	for _, finding := range findings {
		if finding.Section == section {
			width = max(width, runewidth.StringWidth(finding.Check))
		}
	}
	return width
}

// writeFinding writes one.
func writeFinding(text *strings.Builder, finding Finding, width, columns int, colours bool) {
	mark := marks[finding.Status]
	word := mark.word
	if colours {
		word = mark.colour + word + plainColour
	}
	indent := 2 + 4 + 2 + width + 2
	lines := wrap(finding.Detail, columns-indent)
	text.WriteString("  " + word + "  " + runewidth.FillRight(finding.Check, width) + "  " + lines[0] + "\n")
	for _, line := range lines[1:] {
		text.WriteString(strings.Repeat(" ", indent) + line + "\n")
	}
	if finding.Todo == "" {
		return
	}
	for i, line := range wrap(finding.Todo, columns-11) {
		text.WriteString([]string{"        -> ", "           "}[min(i, 1)] + line + "\n")
	}
}

// wrap breaks a text between words, so that no line is wider than it may be
// unless a word is.
func wrap(text string, columns int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case runewidth.StringWidth(*last)+1+runewidth.StringWidth(word) <= columns:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
