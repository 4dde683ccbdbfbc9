package templates

import (
	"slices"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"huibao/reports"
)

// The bar chart of the terminal, in cells. A terminal with less room than the
// narrowest bars beside the columns gets none.
const (
	widestBars   = 30
	narrowestBar = 8
	columnGap    = 2
)

// cells measures what a text takes in a terminal: a Chinese character two. It
// does not ask the environment, so that the same report always looks alike.
var cells = &runewidth.Condition{}

// Terminal is the report as a table with a small bar chart, at most width
// cells wide where the figures allow it.
func Terminal(report *reports.Report, locale Locale, weekStart time.Weekday, width int) string {
	w := newReportWriter(report, ReportOptions{Locale: locale, WeekStart: weekStart})
	figures := make([][]string, 0, 8)
	for _, f := range slices.Concat(w.mainFigures(), w.detailFigures()) {
		figures = append(figures, []string{f.label, f.value, w.change(f)})
	}
	blocks := []string{w.title() + "\n" + w.subtitle(), align(figures, ""), w.terminalRows(width)}
	if notes := w.terminalNotes(); notes != "" {
		blocks = append(blocks, notes)
	}
	return strings.Join(append(blocks, w.footer()), "\n\n") + "\n"
}

// terminalNotes are the findings and what a reader must know of the figures.
func (w reportWriter) terminalNotes() string {
	lines := w.findingTexts()
	for i := range lines {
		lines[i] = "* " + lines[i]
	}
	for _, caveat := range w.caveatTexts() {
		lines = append(lines, caveat.text)
	}
	return strings.Join(lines, "\n")
}

// terminalRows is a line for each bar of the chart, with the bar where the
// terminal has room for it.
func (w reportWriter) terminalRows(width int) string {
	heads := []string{"date", "meeting_count", "meeting_duration_seconds", "participant_count"}
	for i, name := range heads {
		heads[i] = Text(w.Locale, "column."+name, nil)
	}
	rows := append(make([][]string, 0, 1+len(w.buckets)), heads)
	for _, bucket := range w.buckets {
		row := []string{rowDate(bucket), unknown, unknown, unknown}
		if f := bucket.Figures; f != nil {
			row = []string{rowDate(bucket), grouped(f.MeetingCount), oneDecimal(float64(f.MeetingDurationSeconds) / 3600), grouped(f.ParticipantCount)}
		}
		rows = append(rows, row)
	}
	if room := width - tableWidth(rows) - columnGap; room >= narrowestBar {
		w.addBars(rows[1:], min(room, widestBars))
	}
	return align(rows, " rrr")
}

// addBars adds to each row its bar, drawn lightly where it may still grow.
func (w reportWriter) addBars(rows [][]string, widest int) {
	var most int64 = 1
	for _, bucket := range w.buckets {
		if bucket.Figures != nil {
			most = max(most, bucket.Figures.MeetingCount)
		}
	}
	for i, bucket := range w.buckets {
		if bucket.Figures == nil {
			continue
		}
		block := "█"
		if bucket.Provisional {
			block = "░"
		}
		length := float64(bucket.Figures.MeetingCount) / float64(most) * float64(widest)
		rows[i] = append(rows[i], strings.Repeat(block, int(length+0.5)))
	}
}

// tableWidth is how many cells aligned rows take.
func tableWidth(rows [][]string) int {
	total := -columnGap
	for _, width := range columnWidths(rows) {
		total += width + columnGap
	}
	return total
}

// columnWidths is the widest cell of each column.
func columnWidths(rows [][]string) []int {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], cells.StringWidth(cell))
		}
	}
	return widths
}

// align writes rows with their columns one below the other; those whose letter
// is an r end together, the others begin together.
func align(rows [][]string, columns string) string {
	widths := columnWidths(rows)
	lines := make([]string, 0, len(rows))
	for _, row := range rows {
		padded := make([]string, 0, len(row))
		for i, cell := range row {
			if i < len(columns) && columns[i] == 'r' {
				padded = append(padded, cells.FillLeft(cell, widths[i]))
			} else {
				padded = append(padded, cells.FillRight(cell, widths[i]))
			}
		}
		lines = append(lines, strings.TrimRight(strings.Join(padded, strings.Repeat(" ", columnGap)), " "))
	}
	return strings.Join(lines, "\n")
}
