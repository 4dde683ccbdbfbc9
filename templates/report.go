package templates

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"huibao/internal/fault"
	"huibao/reports"
)

// ReportOptions say how a report is put.
type ReportOptions struct {
	Locale    Locale
	WeekStart time.Weekday
	Title     string // of a schedule, in place of the usual one
	Note      string // of a schedule, above the figures
	Digest    bool   // posted by schedule rather than asked for
	View      *View  // what the card's buttons carry; nil for a card without
}

// reportWriter puts one report into words.
type reportWriter struct {
	ReportOptions
	report  *reports.Report
	buckets []reports.Bucket
	lines   string // the rows in plain text
	few     bool   // only the buttons can be pressed: there is no room for selects
}

// shorterNote is how much of a note a card shows that would otherwise be too
// large.
const shorterNote = 50

// Report is the card of a report: the figures with their change, what stands
// out and what is missing, a chart and rows at its step, and what it all
// refers to.
func Report(report *reports.Report, options ReportOptions) Ladder {
	w := newReportWriter(report, options)
	w.lines = w.rowLines()
	w.Note = shorten(paragraphs(w.Note), noteLength)
	ladder := Ladder{Plain: w.plainCard(), Text: w.text()}
	card, fits := w.inEveryLanguage()
	for _, smaller := range []func(){
		func() { w.Note = shorten(w.Note, shorterNote) },
		func() { w.few = true },
	} {
		if fits {
			break
		}
		smaller()
		card, fits = w.inEveryLanguage()
	}
	ladder.Card = card
	return ladder
}

// inEveryLanguage is the full card with its translations, and whether it fits.
func (w reportWriter) inEveryLanguage() (card Card, fits bool) {
	return inEveryLanguage(w.Locale, w.card(), func(other Locale) Card {
		w.Locale = other
		return w.card()
	})
}

// newReportWriter gathers what a report is put into words from.
func newReportWriter(report *reports.Report, options ReportOptions) reportWriter {
	return reportWriter{ReportOptions: options, report: report, buckets: reports.Buckets(report, options.WeekStart)}
}

// card is the full card. What can be pressed stands between the rows and the
// closing.
func (w reportWriter) card() Card {
	return w.newCard(slices.Concat(
		w.opening(), []any{w.figures()}, w.details(), w.findings(), w.caveats(), w.charts(), []any{w.table()}, w.controls(), w.closing(),
	))
}

// charts is the chart, or none where nothing is known.
func (w reportWriter) charts() []any {
	switch {
	case w.report.CoveredDays == 0:
		return nil
	case w.byWeekday():
		return []any{w.weekdayChart()}
	}
	return []any{w.chart()}
}

// table is the rows beneath the chart.
func (w reportWriter) table() tableElement {
	if w.byWeekday() {
		return w.weekdayRows()
	}
	return w.rows()
}

// byWeekday reports whether the pattern of the weekdays is shown.
func (w reportWriter) byWeekday() bool { return w.View != nil && w.View.By == ByWeekday }

// plainCard says the same without columns, chart and table.
func (w reportWriter) plainCard() Card {
	figures := make([]any, 0, len(w.mainFigures()))
	for _, f := range w.mainFigures() {
		value := strings.TrimSpace("**" + f.value + "** " + f.markedChange())
		figures = append(figures, say(string(f.measure), Text(w.Locale, "figure.line", fault.Args{"label": f.label, "value": value})))
	}
	rows := divElement{Tag: "div", ElementID: "rows", Text: textObject{Tag: "plain_text", Content: w.lines}}
	return w.newCard(slices.Concat(w.opening(), figures, w.details(), w.findings(), w.caveats(), []any{rows}, w.closing()))
}

// text says the same in plain text.
func (w reportWriter) text() string {
	lines := []string{shorten(w.title(), titleLength), w.subtitle(), w.Note}
	for _, f := range slices.Concat(w.mainFigures(), w.detailFigures()) {
		lines = append(lines, w.line(f))
	}
	lines = append(lines, w.findingTexts()...)
	for _, caveat := range w.caveatTexts() {
		lines = append(lines, caveat.text)
	}
	return harmless(strings.Join(append(lines, w.lines, w.footer()), "\n"))
}

// newCard puts elements under the report's header.
func (w reportWriter) newCard(elements []any) Card {
	return newCard(w.colour(), w.title(), w.subtitle(), w.summary(), elements...)
}

// opening is what stands above the figures.
func (w reportWriter) opening() []any {
	if w.Note == "" {
		return nil
	}
	return []any{paragraph("note", w.Note)}
}

// closing is what stands below the rows.
func (w reportWriter) closing() []any {
	return []any{ruleElement{Tag: "hr"}, footnote("footer", w.footer())}
}

// colour is grey where nothing is known; otherwise reports are not judged.
func (w reportWriter) colour() string {
	if w.report.Totals == nil {
		return grey
	}
	return blue
}

// title names the report and its period.
func (w reportWriter) title() string {
	if title := plain(w.Title); title != "" {
		return title
	}
	key := "report.title"
	if w.Digest {
		key = "report.digest_title"
	}
	return Text(w.Locale, key, fault.Args{"period": periodName(w.Locale, w.report.Period)})
}

// subtitle says whose figures they are, and of the period's name and its exact
// dates what the title does not say.
func (w reportWriter) subtitle() string {
	name, span := periodName(w.Locale, w.report.Period), dates(w.Locale, w.report.Period.Range)
	parts := []string{w.subject()}
	if plain(w.Title) != "" && name != span {
		parts = append(parts, name)
	}
	if plain(w.Title) != "" || name != span {
		parts = append(parts, span)
	}
	return strings.Join(parts, " · ")
}

// subject is whose figures the report holds.
func (w reportWriter) subject() string {
	if w.report.Unit == reports.UnitNone {
		return Text(w.Locale, "report.subject", nil)
	}
	return Text(w.Locale, "report.subject_unit", fault.Args{"unit": unitName(w.Locale, w.report.Unit)})
}

// summary is the line of the chat list.
func (w reportWriter) summary() string {
	figures := Text(w.Locale, "report.no_figures", nil)
	if t := w.report.Totals; t != nil {
		figures = Text(w.Locale, "report.figures", fault.Args{
			"meetings": w.meetings(t.MeetingCount), "duration": duration(w.Locale, t.MeetingDurationSeconds),
		})
	}
	title := shorten(w.title(), summaryLength/2) // the figures matter more
	return Text(w.Locale, "report.summary", fault.Args{"title": title, "figures": figures})
}

// footer says what the figures refer to and as of when.
func (w reportWriter) footer() string {
	r := w.report
	key, asOf := "report.footer_never", ""
	if !r.AsOf.IsZero() {
		key, asOf = "report.footer", instant(r.AsOf, r.Zone)
	}
	lines := []string{
		Text(w.Locale, key, fault.Args{
			"period": exactDates(w.Locale, r.Period.Range), "zone": r.Zone.String(), "unit": unitName(w.Locale, r.Unit), "as_of": asOf,
		}),
		together(w.Locale, w.scope(), Text(w.Locale, "report.participants", nil)),
	}
	if _, shown := r.MeanMeetingsPerWorkday(); shown && len(r.UnknownYears) > 0 {
		lines = append(lines, Text(w.Locale, "report.no_calendar", fault.Args{"years": w.years(r.UnknownYears)}))
	}
	return strings.Join(lines, "\n")
}

// scope is the subject as a sentence.
func (w reportWriter) scope() string {
	if w.report.Unit == reports.UnitNone {
		return Text(w.Locale, "report.scope", nil)
	}
	return Text(w.Locale, "report.scope_unit", fault.Args{"unit": unitName(w.Locale, w.report.Unit)})
}

// years lists years.
func (w reportWriter) years(years []int) string {
	texts := make([]string, 0, len(years))
	for _, year := range years {
		texts = append(texts, strconv.Itoa(year))
	}
	return strings.Join(texts, Text(w.Locale, "list.comma", nil))
}
