package templates

import (
	"strings"

	"huibao/internal/fault"
	"huibao/reports"
)

// rowsPerPage is the most the platform shows of a table at once.
const rowsPerPage = 10

// rows is the table at the chart's step, oldest first as the chart. A row with
// no covered day has only its date.
func (w reportWriter) rows() tableElement {
	table := w.rowsTable()
	for _, bucket := range w.buckets {
		row := tableRow{Date: rowDate(bucket)}
		if f := bucket.Figures; f != nil {
			row.rowFigures = &rowFigures{float64(f.MeetingCount), hours(f.MeetingDurationSeconds), float64(f.ParticipantCount)}
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// rowsTable is the table without its rows.
func (w reportWriter) rowsTable() tableElement {
	return tableElement{
		Tag: "table", ElementID: "rows", PageSize: rowsPerPage, RowHeight: "low",
		HeaderStyle: tableHeaderStyle{BackgroundStyle: grey, Bold: true},
		Columns: []tableColumn{
			{Name: "date", DisplayName: Text(w.Locale, "column.date", nil), DataType: "text", HorizontalAlign: "left", Width: w.dateWidth()},
			w.numberColumn("meeting_count", 0),
			w.numberColumn("meeting_duration_seconds", 1),
			w.numberColumn("participant_count", 0),
		},
		Rows: make([]tableRow, 0, len(w.buckets)),
	}
}

// dateWidth keeps a date on one line on a phone.
func (w reportWriter) dateWidth() string {
	if reports.StepOf(w.report.Period) == reports.StepWeek {
		return "190px"
	}
	return "110px"
}

// numberColumn is a column of numbers with so many decimals.
func (w reportWriter) numberColumn(name string, precision int) tableColumn {
	return tableColumn{
		Name: name, DisplayName: Text(w.Locale, "column."+name, nil), DataType: "number",
		HorizontalAlign: "right", Width: "auto", Format: &numberFormat{Precision: precision, Separator: true},
	}
}

// rowDate names what a row covers, alike for every row of a step: a date, both
// ends of a week or what the period holds of it, or a month.
func rowDate(bucket reports.Bucket) string {
	switch bucket.Step {
	case reports.StepMonth:
		return bucket.From.String()[:len("2006-01")]
	case reports.StepWeek:
		return bucket.From.String() + ".." + bucket.To.String()
	}
	return bucket.From.String()
}

// rowLines are the rows in plain text.
func (w reportWriter) rowLines() string {
	lines := make([]string, 0, len(w.buckets))
	for _, bucket := range w.buckets {
		lines = append(lines, w.rowLine(bucket))
	}
	return strings.Join(lines, "\n")
}

// rowLine is one row in plain text.
func (w reportWriter) rowLine(bucket reports.Bucket) string {
	f := bucket.Figures
	if f == nil {
		return Text(w.Locale, "report.row_missing", fault.Args{"date": rowDate(bucket)})
	}
	key := "report.row"
	if bucket.Provisional {
		key = "report.row_provisional"
	}
	return Text(w.Locale, key, fault.Args{
		"date": rowDate(bucket), "meetings": w.meetings(f.MeetingCount),
		"duration":     duration(w.Locale, f.MeetingDurationSeconds),
		"participants": plural(w.Locale, "count.participants", f.ParticipantCount, nil),
	})
}
