// Package export writes a report's days to files. It promises that a missing
// day shows as missing, never as zero, and that no cell can become a formula.
package export

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"

	"huibao/reports"
)

// How certain a day's figures are.
const (
	final       = "final"
	provisional = "provisional"
	missing     = "missing"
)

// status is how certain a day's figures are.
func status(day reports.Day) string {
	switch {
	case !day.Covered:
		return missing
	case day.Final:
		return final
	}
	return provisional
}

// Cell makes a text harmless in a spreadsheet: what would begin a formula, also
// after blanks or in full width, is preceded by an apostrophe and stays text.
func Cell(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size > 1 {
		first, _ = utf8.DecodeRuneInString(width.Fold.String(text[:size]))
	}
	if text != "" && strings.ContainsRune("=+-@ \t\r\n\x00", first) {
		return "'" + text
	}
	return text
}
