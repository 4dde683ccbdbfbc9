package export

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"huibao/reports"
)

// Number formats of a workbook.
const (
	dateFormat  = "yyyy-mm-dd"
	countFormat = "#,##0"
	hourFormat  = "#,##0.00"
)

// headLength is how many rows stand above the days.
const headLength = 1

// workbook is a file being made.
type workbook struct {
	*excelize.File
	labels              Labels
	head, date, whole   int // styles
	hours, text, bottom int
}

// XLSX writes a workbook: a row for each day of the period, in numbers a
// spreadsheet can calculate with, and a second sheet that says what is covered
// and holds a chart of the meetings by day. A missing day has no figures; no
// text is a formula.
func XLSX(w io.Writer, report *reports.Report, labels Labels) (err error) {
	book := &workbook{File: excelize.NewFile(), labels: labels}
	defer func() { err = errors.Join(err, book.Close()) }()
	for _, step := range []func(*reports.Report) error{book.prepare, book.writeDays, book.writeAbout, book.addChart} {
		if err := step(report); err != nil {
			return fmt.Errorf("make the workbook: %w", err)
		}
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// prepare names the sheets and makes the styles.
func (b *workbook) prepare(*reports.Report) error {
	if err := b.SetSheetName("Sheet1", b.labels.Days); err != nil {
		return err
	}
	if _, err := b.NewSheet(b.labels.About); err != nil {
		return err
	}
	format := func(code string) *excelize.Style { return &excelize.Style{CustomNumFmt: &code} }
	for _, style := range []struct {
		id    *int
		style *excelize.Style
	}{
		{&b.head, &excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Horizontal: "center"}}},
		{&b.date, format(dateFormat)}, {&b.whole, format(countFormat)}, {&b.hours, format(hourFormat)},
		{&b.text, format("@")}, {&b.bottom, &excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
	} {
		var err error
		if *style.id, err = b.NewStyle(style.style); err != nil {
			return err
		}
	}
	return nil
}

// writeDays fills the first sheet, below a head that stays in sight.
func (b *workbook) writeDays(report *reports.Report) error {
	l, sheet := b.labels, b.labels.Days
	out, err := b.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := errors.Join(out.SetColWidth(1, 7, 14), out.SetPanes(&excelize.Panes{
		Freeze: true, YSplit: headLength, TopLeftCell: "A2", ActivePane: "bottomLeft",
	})); err != nil {
		return err
	}
	var head []any
	for _, word := range []string{l.Date, l.Meetings, l.Hours, l.Seconds, l.Participants, l.Status, l.Source} {
		head = append(head, excelize.Cell{StyleID: b.head, Value: word})
	}
	if err := out.SetRow("A1", head); err != nil {
		return err
	}
	for i, day := range report.Days {
		if err := out.SetRow(fmt.Sprintf("A%d", headLength+1+i), b.row(day)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// row is a day's. Hours are a number of their own, so that nobody has to divide.
func (b *workbook) row(day reports.Day) []any {
	l := b.labels
	words := map[string]string{final: l.Final, provisional: l.Provisional, missing: l.Missing}
	sources := map[string]string{reports.SourceArchive: l.Archive, reports.SourceLive: l.Live}
	cells := []any{
		excelize.Cell{StyleID: b.date, Value: day.Date.In(time.UTC)}, nil, nil, nil, nil,
		excelize.Cell{StyleID: b.text, Value: words[status(day)]}, excelize.Cell{StyleID: b.text, Value: sources[day.Source]},
	}
	if day.Covered {
		copy(cells[1:], b.figures(day.Figures))
	}
	return cells
}

// figures are meetings, hours, seconds and participants as numbers.
func (b *workbook) figures(f reports.Figures) []any {
	return []any{
		excelize.Cell{StyleID: b.whole, Value: f.MeetingCount},
		excelize.Cell{StyleID: b.hours, Value: float64(f.MeetingDurationSeconds) / 3600},
		excelize.Cell{StyleID: b.whole, Value: f.MeetingDurationSeconds},
		excelize.Cell{StyleID: b.whole, Value: f.ParticipantCount},
	}
}

// writeAbout fills the second sheet with what the report covers.
func (b *workbook) writeAbout(report *reports.Report) error {
	if err := b.SetColWidth(b.labels.About, "A", "B", 28); err != nil {
		return err
	}
	for i, line := range b.about(report) {
		for column, value := range map[string]any{"A": line[0], "B": line[1]} {
			if err := b.setCell(fmt.Sprintf("%s%d", column, i+1), value); err != nil {
				return err
			}
		}
	}
	return nil
}

// setCell writes one cell of the second sheet.
func (b *workbook) setCell(cell string, value any) error {
	styled, ok := value.(excelize.Cell)
	if !ok {
		styled = excelize.Cell{StyleID: b.bottom, Value: value}
	}
	return errors.Join(
		b.SetCellValue(b.labels.About, cell, styled.Value),
		b.SetCellStyle(b.labels.About, cell, cell, styled.StyleID),
	)
}

// about are the lines of the second sheet: what, and how much or which.
func (b *workbook) about(report *reports.Report) [][2]any {
	l := b.labels
	asOf := l.NeverFetched
	if !report.AsOf.IsZero() {
		asOf = report.AsOf.In(report.Zone).Format(time.RFC3339)
	}
	totals := []any{l.Unknown, l.Unknown, l.Unknown, l.Unknown}
	if report.Totals != nil {
		totals = b.figures(*report.Totals)
	}
	lines := [][2]any{
		{l.Period, between(report.Period.Range)}, {l.Timezone, report.Zone.String()}, {l.Unit, l.UnitName}, {l.AsOf, asOf},
		{l.MeetingTotal, totals[0]}, {l.HourTotal, totals[1]}, {l.SecondTotal, totals[2]}, {l.ParticipantTotal, totals[3]},
		{l.Scope, l.Whole},
	}
	if len(report.Missing) == 0 {
		return append(lines, [2]any{l.MissingDays, l.NoMissingDays})
	}
	for i, days := range report.Missing {
		label := l.MissingDays
		if i > 0 {
			label = ""
		}
		lines = append(lines, [2]any{label, between(days)})
	}
	return lines
}

// between writes a run of days as a period is typed.
func between(days reports.Range) string {
	if days.From == days.To {
		return days.From.String()
	}
	return days.From.String() + ".." + days.To.String()
}

// addChart draws the meetings by day beside what the report covers. Missing days
// are gaps.
func (b *workbook) addChart(report *reports.Report) error {
	if len(report.Days) == 0 {
		return nil
	}
	sheet := "'" + strings.ReplaceAll(b.labels.Days, "'", "''") + "'"
	column := func(name string) string {
		return fmt.Sprintf("%s!$%s$%d:$%s$%d", sheet, name, headLength+1, name, headLength+len(report.Days))
	}
	return b.AddChart(b.labels.About, "D1", &excelize.Chart{
		Type:         excelize.Col,
		Series:       []excelize.ChartSeries{{Name: sheet + "!$B$1", Categories: column("A"), Values: column("B")}},
		Title:        excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: b.labels.Chart}}},
		VaryColors:   new(bool), // one colour: the columns are one series
		Legend:       excelize.ChartLegend{Position: "none"},
		Dimension:    excelize.ChartDimension{Width: 720, Height: 360},
		XAxis:        excelize.ChartAxis{NumFmt: excelize.ChartNumFmt{CustomNumFmt: dateFormat}},
		ShowBlanksAs: "gap",
	})
}
