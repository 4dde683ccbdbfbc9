package templates

import (
	"cmp"
	"math"
	"strings"

	"huibao/internal/fault"
	"huibao/reports"
)

// findingTexts are the report's findings, a sentence each, weightiest first.
func (w reportWriter) findingTexts() []string {
	texts := make([]string, 0, len(w.report.Findings))
	for _, f := range w.report.Findings {
		texts = append(texts, w.finding(f))
	}
	return texts
}

// finding puts one into words.
func (w reportWriter) finding(f reports.Finding) string {
	args := fault.Args{"percent": grouped(int64(max(f.Percent, -f.Percent)))}
	switch f.Kind {
	case reports.PeriodUp, reports.PeriodDown:
		args["change"] = Text(w.Locale, "change.by_"+cmp.Or(w.perDay(reports.MeetingCount), "period"), fault.Args{
			"base": w.inUnit(reports.MeetingCount, f.Base), "now": w.inUnit(reports.MeetingCount, f.Value),
		})
	default:
		args["date"], args["weekday"] = oneDate(w.Locale, f.Date), Text(w.Locale, "weekday.long_"+weekdayKey(f.Date.Weekday()), nil)
		args["meetings"] = w.meetings(int64(math.Round(f.Value)))
		args["base"] = oneDecimal(f.Base)
		if f.Kind == reports.Record { // an earlier day's count, not a mean
			args["base"] = grouped(int64(math.Round(f.Base)))
		}
	}
	return Text(w.Locale, "finding."+string(f.Kind), args)
}

// findings is the element that says them; none where nothing stands out.
func (w reportWriter) findings() []any {
	texts := w.findingTexts()
	if len(texts) == 0 {
		return nil
	}
	heading := "**" + Text(w.Locale, "report.findings", nil) + "**"
	return list("findings", []string{heading, "- " + strings.Join(texts, "\n- ")})
}
