package templates

import (
	"math"
	"strings"

	"huibao/internal/fault"
	"huibao/reports"
)

// figure is one number of a report in words.
type figure struct {
	measure  reports.Measure
	label    string
	value    string
	movement string // against the base: "▲ 12%", "unchanged"; "" when there is nothing to compare
	moved    bool   // by a whole per cent or more
	base     string // what it moved from: "from 624"; may be ""
}

// unknown stands where a figure is not known.
const unknown = "—"

// mainFigures are meetings, hours and participants.
func (w reportWriter) mainFigures() []figure {
	values := [3]string{unknown, unknown, unknown}
	if t := w.report.Totals; t != nil {
		values = [3]string{grouped(t.MeetingCount), duration(w.Locale, t.MeetingDurationSeconds), grouped(t.ParticipantCount)}
	}
	return []figure{
		w.figure(reports.MeetingCount, values[0]),
		w.figure(reports.MeetingDuration, values[1]),
		w.figure(reports.ParticipantCount, values[2]),
	}
}

// detailFigures are the means and the busiest day, where there are any.
func (w reportWriter) detailFigures() []figure {
	var details []figure
	if seconds, ok := w.report.MeanMeetingDurationSeconds(); ok {
		details = append(details, w.figure(reports.MeanDuration, w.inUnit(reports.MeanDuration, seconds)))
	}
	if mean, ok := w.report.MeanParticipants(); ok {
		details = append(details, w.figure(reports.MeanParticipants, oneDecimal(mean)))
	}
	if mean, ok := w.report.MeanMeetingsPerWorkday(); ok {
		details = append(details, w.figure(reports.MeanPerWorkday, oneDecimal(mean)))
	}
	if day := w.report.BusiestDay; day != nil && w.report.Period.Days() > 1 {
		details = append(details, w.figure(reports.BusiestDay, Text(w.Locale, "report.busiest", fault.Args{
			"date": oneDate(w.Locale, day.Date), "meetings": w.meetings(day.Figures.MeetingCount),
		})))
	}
	return details
}

// meetings writes a number of them.
func (w reportWriter) meetings(n int64) string { return plural(w.Locale, "count.meetings", n, nil) }

// figure puts a measure's value and change into words.
func (w reportWriter) figure(measure reports.Measure, value string) figure {
	f := figure{measure: measure, label: Text(w.Locale, "measure."+string(measure), nil), value: value}
	if change, ok := w.report.Changes[measure]; ok {
		f.movement, f.base = w.movement(change), w.movedFrom(measure, change)
		f.moved = change.Now != change.Base && (change.Percent == nil || *change.Percent != 0)
	}
	return f
}

// movement says how far a measure moved. It is not judged: more meetings are
// neither good nor bad.
func (w reportWriter) movement(change reports.Change) string {
	switch {
	case change.Now == change.Base:
		return Text(w.Locale, "change.same", nil)
	case change.Percent == nil:
		return Text(w.Locale, "change.from_zero", nil)
	case *change.Percent == 0:
		return Text(w.Locale, "change.little", nil)
	case *change.Percent > 0:
		return Text(w.Locale, "change.up", fault.Args{"percent": grouped(int64(*change.Percent))})
	}
	return Text(w.Locale, "change.down", fault.Args{"percent": grouped(-int64(*change.Percent))})
}

// movedFrom says what a measure moved from, unless it reads the same. Where
// means of days were compared it names both, since the figure beside it is a
// total.
func (w reportWriter) movedFrom(measure reports.Measure, change reports.Change) string {
	now, base := w.inUnit(measure, change.Now), w.inUnit(measure, change.Base)
	perDay := w.perDay(measure)
	switch {
	case perDay != "" && now == base:
		return Text(w.Locale, "change.per_"+perDay, fault.Args{"value": base})
	case perDay != "":
		return Text(w.Locale, "change.by_"+perDay, fault.Args{"base": base, "now": now})
	case now == base:
		return ""
	case w.report.Compare == reports.CompareLastYear:
		return Text(w.Locale, "change.base_lastyear", fault.Args{"base": base})
	}
	return Text(w.Locale, "change.base_previous", fault.Args{"base": base})
}

// perDay names the days that a measure's change compares means of: "day",
// "workday", or "" where it compares the figure itself.
func (w reportWriter) perDay(measure reports.Measure) string {
	switch measure {
	case reports.MeetingCount, reports.MeetingDuration, reports.ParticipantCount:
		if w.report.ByMean {
			return "day"
		}
		if w.report.ByWorkday {
			return "workday"
		}
	}
	return ""
}

// inUnit writes a compared value in the measure's own unit: time, a mean, or a
// whole number.
func (w reportWriter) inUnit(measure reports.Measure, value float64) string {
	switch measure {
	case reports.MeetingDuration:
		return duration(w.Locale, int64(math.Round(value)))
	case reports.MeanDuration:
		return Text(w.Locale, "duration.minutes", fault.Args{"n": oneDecimal(value / 60)})
	case reports.MeanParticipants, reports.MeanPerWorkday:
		return oneDecimal(value)
	}
	if w.perDay(measure) != "" {
		return oneDecimal(value)
	}
	return grouped(int64(math.Round(value)))
}

// line is a figure on one line of plain text.
func (w reportWriter) line(f figure) string {
	return Text(w.Locale, "figure.line", fault.Args{
		"label": f.label, "value": strings.TrimSpace(f.value + "  " + w.change(f)),
	})
}

// change is a figure's change in plain text.
func (w reportWriter) change(f figure) string {
	if f.base == "" {
		return f.movement
	}
	return Text(w.Locale, "change.line", fault.Args{"movement": f.movement, "base": f.base})
}

// markedChange is a figure's change in markdown: a movement stands out.
func (f figure) markedChange() string {
	if !f.moved {
		return coloured(grey, strings.TrimSpace(f.movement+" "+f.base))
	}
	return strings.TrimSpace(coloured(blue, f.movement) + " " + coloured(grey, f.base))
}

// figures is the row of the three big numbers.
func (w reportWriter) figures() columnSet {
	set := columnSet{Tag: "column_set", FlexMode: "stretch", HorizontalSpacing: "8px"}
	for _, f := range w.mainFigures() {
		content := coloured(grey, f.label) + "\n### " + f.value
		if change := f.markedChange(); change != "" {
			content += "\n" + change
		}
		set.Columns = append(set.Columns, column{
			Tag: "column", Width: "weighted", Weight: 1, BackgroundStyle: "grey-50", Padding: "8px 12px",
			Elements: []any{say(string(f.measure), content)},
		})
	}
	return set
}

// details is the list of the smaller numbers; none where nobody met.
func (w reportWriter) details() []any {
	figures := w.detailFigures()
	lines := make([]string, 0, len(figures))
	for _, f := range figures {
		value := strings.TrimSpace("**" + f.value + "** " + f.markedChange())
		lines = append(lines, "- "+Text(w.Locale, "figure.line", fault.Args{"label": f.label, "value": value}))
	}
	return list("details", lines)
}

// list is a markdown element of lines, or none.
func list(id string, lines []string) []any {
	if len(lines) == 0 {
		return nil
	}
	return []any{say(id, strings.Join(lines, "\n"))}
}
