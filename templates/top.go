package templates

import (
	"strings"

	"huibao/internal/fault"
	"huibao/reports"
)

// topTable is the table of a ranking.
type topTable struct {
	Tag         string           `json:"tag"` // "table"
	ElementID   string           `json:"element_id"`
	PageSize    int              `json:"page_size"`
	RowHeight   string           `json:"row_height"`
	HeaderStyle tableHeaderStyle `json:"header_style"`
	Columns     []tableColumn    `json:"columns"`
	Rows        []topRow         `json:"rows"`
}

// topRow is a row of a ranking. The name's cell is plain text to the platform.
type topRow struct {
	Name         string  `json:"name"` // with the rank before it: a column of its own takes a quarter of a phone
	MeetingCount int64   `json:"meeting_count"`
	MeetingHours float64 `json:"meeting_duration_seconds"` // in hours, as in the rows of a report
}

// nameLength is the most characters of a name. With it the longest ranking fits
// into a card, whatever the names are made of.
const nameLength = 40

// topWriter puts one ranking into words.
type topWriter struct {
	report *reports.TopReport
	locale Locale
}

// Top is the card of who meets most: people, then rooms, and what it all refers
// to. Names are never mentions: nobody is told that they are on it.
func Top(report *reports.TopReport, locale Locale) Ladder {
	return multilingual(locale, func(locale Locale) Ladder {
		w := topWriter{report, locale}
		return Ladder{Card: w.card(), Plain: w.plainCard(), Text: w.text()}
	})
}

// card is the full card.
func (w topWriter) card() Card {
	elements := w.warnings()
	if len(w.report.People) > 0 {
		elements = append(elements, w.table("people", "top.person", w.report.People))
	} else {
		elements = append(elements, paragraph("people", Text(w.locale, "top.nobody", nil)))
	}
	if len(w.report.Rooms) > 0 {
		elements = append(elements, w.table("rooms", "top.room", w.report.Rooms))
	}
	return w.newCard(append(elements, ruleElement{Tag: "hr"}, footnote("footer", w.footer()))...)
}

// plainCard says the same without a table.
func (w topWriter) plainCard() Card {
	elements := w.warnings()
	for _, line := range []textObject{
		{Tag: "plain_text", Content: w.lines()}, {Tag: "plain_text", Content: w.footer(), TextSize: "notation", TextColor: grey},
	} {
		elements = append(elements, divElement{Tag: "div", Text: line})
	}
	return w.newCard(elements...)
}

// text says the same in plain text.
func (w topWriter) text() string {
	lines := []string{w.title(), w.subtitle()}
	if w.report.Implausible {
		lines = append(lines, Text(w.locale, "top.implausible", nil))
	}
	return harmless(strings.Join(append(lines, w.lines(), w.footer()), "\n"))
}

// newCard puts elements under the ranking's header.
func (w topWriter) newCard(elements ...any) Card {
	colour := blue
	if len(w.report.People) == 0 {
		colour = grey
	}
	return newCard(colour, w.title(), w.subtitle(), w.title(), elements...)
}

// title names the period.
func (w topWriter) title() string {
	return Text(w.locale, "top.title", fault.Args{"period": periodName(w.locale, w.report.Period)})
}

// subtitle says what the ranking goes by, and the dates.
func (w topWriter) subtitle() string {
	key := "top.by_count"
	if w.report.By == reports.TopByDuration {
		key = "top.by_duration"
	}
	return Text(w.locale, key, nil) + " · " + dates(w.locale, w.report.Period.Range)
}

// warnings are what keeps the durations from being believed, or nothing.
func (w topWriter) warnings() []any {
	if !w.report.Implausible {
		return nil
	}
	return []any{say("implausible", coloured(orange, markdown(Text(w.locale, "top.implausible", nil))))}
}

// table is a ranking as a table, a page of it at a time.
func (w topWriter) table(id, head string, users []reports.TopUser) topTable {
	number := func(name, display string, precision int) tableColumn {
		return tableColumn{
			Name: name, DisplayName: Text(w.locale, display, nil), DataType: "number", HorizontalAlign: "right", Width: "90px",
			Format: &numberFormat{Precision: precision, Separator: true},
		}
	}
	table := topTable{
		Tag: "table", ElementID: id, PageSize: rowsPerPage, RowHeight: "low",
		HeaderStyle: tableHeaderStyle{BackgroundStyle: grey, Bold: true},
		Columns: []tableColumn{
			{Name: "name", DisplayName: Text(w.locale, head, nil), DataType: "text", HorizontalAlign: "left", Width: "auto"},
			number("meeting_count", "column.meeting_count", 0),
			number("meeting_duration_seconds", "column.meeting_duration_seconds", 1),
		},
		Rows: make([]topRow, 0, len(users)),
	}
	for i, user := range users {
		table.Rows = append(table.Rows, topRow{w.ranked(i, user), user.MeetingCount, hours(user.MeetingDurationSeconds)})
	}
	return table
}

// lines are both rankings in plain text.
func (w topWriter) lines() string {
	if len(w.report.People) == 0 && len(w.report.Rooms) == 0 {
		return Text(w.locale, "top.nobody", nil)
	}
	var lines []string
	for _, list := range []struct {
		head  string
		users []reports.TopUser
	}{{"top.person", w.report.People}, {"top.room", w.report.Rooms}} {
		if len(list.users) > 0 {
			lines = append(lines, Text(w.locale, list.head, nil))
		}
		for i, user := range list.users {
			lines = append(lines, Text(w.locale, "top.line", fault.Args{
				"name": w.ranked(i, user), "meetings": plural(w.locale, "count.meetings", user.MeetingCount, nil),
				"duration": duration(w.locale, user.MeetingDurationSeconds),
			}))
		}
	}
	return strings.Join(lines, "\n")
}

// ranked is a name with its rank, on one line.
func (w topWriter) ranked(index int, user reports.TopUser) string {
	name := shorten(plain(user.Name), nameLength)
	if name == "" {
		name = Text(w.locale, "top.nameless", nil)
	}
	if user.Kind == reports.TopGuest {
		name = Text(w.locale, "top.guest", fault.Args{"name": name})
	}
	return itoa(index+1) + ". " + name
}

// footer says what the ranking refers to and whose it is.
func (w topWriter) footer() string {
	r := w.report
	return Text(w.locale, "report.footer", fault.Args{
		"period": exactDates(w.locale, r.Period.Range), "zone": r.Zone.String(), "unit": unitName(w.locale, r.Unit),
		"as_of": instant(r.AsOf, r.Zone),
	}) + "\n" + Text(w.locale, "top.source", nil)
}
