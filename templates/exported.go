package templates

import (
	"huibao/internal/fault"
	"huibao/reports"
)

// Exported is the card that takes the place of the working card of an export:
// the file stands beside it.
func Exported(locale Locale, report *reports.Report, name string) Ladder {
	return multilingual(locale, func(locale Locale) Ladder { return exported(locale, report, name) })
}

// exported says it in one language.
func exported(locale Locale, report *reports.Report, name string) Ladder {
	title := Text(locale, "exported.title", nil)
	lines := []string{Text(locale, "exported.text", fault.Args{"name": plain(name), "period": exactDates(locale, report.Period.Range)})}
	if days := report.Missing; len(days) > 0 {
		lines = append(lines, plural(locale, "report.missing", countDays(days), fault.Args{"days": dateRanges(locale, days, missingShown)}))
	}
	return notice(locale, "green", title, lines, nil, "")
}
