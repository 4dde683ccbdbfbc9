package templates

import (
	"strings"

	"huibao/internal/fault"
	"huibao/reports"
)

// caveat is one thing a reader must know of the figures.
type caveat struct{ id, text string }

// caveatTexts say what the figures are compared with and how, which days are
// missing, which may still change, and which months are not whole.
func (w reportWriter) caveatTexts() []caveat {
	var caveats []caveat
	add := func(id, text string) {
		if text != "" {
			caveats = append(caveats, caveat{id, text})
		}
	}
	add("comparison", w.comparison())
	add("missing_days", w.days("report.missing", w.report.Missing, missingShown))
	add("provisional_days", w.days("report.provisional", w.report.Provisional, provisionalShown))
	add("partial_months", w.partialMonths())
	return caveats
}

// comparison says what the changes compare; "" where nothing was to be
// compared.
func (w reportWriter) comparison() string {
	r := w.report
	if r.Base == nil || r.Totals == nil {
		return ""
	}
	base := fault.Args{"period": dates(w.Locale, r.Base.Period.Range)}
	if r.Base.Totals == nil {
		return Text(w.Locale, "report.no_base", base)
	}
	sentences := []string{Text(w.Locale, "report.compared", base)}
	switch {
	case r.ByMean:
		sentences = append(sentences, Text(w.Locale, "report.by_mean", fault.Args{
			"days": grouped(int64(r.CoveredDays)), "of": grouped(int64(r.Period.Days())),
			"base_days": grouped(int64(r.Base.CoveredDays)), "base_of": grouped(int64(r.Base.Period.Days())),
		}))
	case r.ByWorkday:
		sentences = append(sentences, Text(w.Locale, "report.by_workday", fault.Args{
			"days": grouped(int64(r.CoveredWorkdays)), "base_days": grouped(int64(r.Base.CoveredWorkdays)),
		}))
	}
	return together(w.Locale, sentences...)
}

// days names runs of days, at most so many, with what the message says of them; ""
// for none.
func (w reportWriter) days(key string, ranges []reports.Range, most int) string {
	if len(ranges) == 0 {
		return ""
	}
	return plural(w.Locale, key, countDays(ranges), fault.Args{"days": dateRanges(w.Locale, ranges, most)})
}

// partialMonths names the months that the period cuts, since their bars and
// rows are smaller for that alone. Rows of weeks show their dates.
func (w reportWriter) partialMonths() string {
	var months []string
	for _, bucket := range w.buckets {
		if bucket.Step == reports.StepMonth && !bucket.Whole {
			months = append(months, rowDate(bucket))
		}
	}
	if len(months) == 0 {
		return ""
	}
	return Text(w.Locale, "report.partial", fault.Args{"months": strings.Join(months, Text(w.Locale, "list.comma", nil))})
}

// caveats are the elements that say them. Missing days stand out: without them
// the figures would be read wrongly.
func (w reportWriter) caveats() []any {
	texts := w.caveatTexts()
	elements := make([]any, 0, len(texts))
	for _, c := range texts {
		colour := grey
		if c.id == "missing_days" {
			colour = orange
		}
		elements = append(elements, small(c.id, coloured(colour, c.text)))
	}
	return elements
}
