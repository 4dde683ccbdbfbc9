package bot

import (
	"cmp"
	"context"
	"slices"

	"huibao/internal/fault"
	"huibao/reports"
	"huibao/templates"
)

// showView makes the report card of the view that was pressed for.
func (b *Bot) showView(ctx context.Context, p pressed) (templates.Ladder, error) {
	view := p.view()
	query, err := p.readView(view)
	if err != nil {
		return templates.Ladder{}, err
	}
	report, err := b.Reports.Report(ctx, query)
	if err != nil {
		return templates.Ladder{}, err
	}
	if view.Digest || p.old(view) { // the answer is a card of its own
		view.Digest, view.Posted = false, p.receivedAt.Unix()
	}
	return p.reportCard(report, view), nil
}

// readView checks what a button asks a report for, as a command is checked.
func (a asker) readView(view templates.View) (reports.Query, error) {
	today := a.today
	if date, err := reports.ParseDate(view.Today); err == nil && date < today {
		today = date // the card's days stay what they were
	}
	period, err := reports.ParsePeriod(cmp.Or(view.Period, defaultPeriod), today, a.settings.FirstWeekday())
	if err != nil {
		return reports.Query{}, err
	}
	unit, err := reports.ParseUnit(view.Unit)
	if err != nil {
		return reports.Query{}, fault.Wrap(err, fault.Invalid, "fault.command.unit", fault.Args{"part": view.Unit})
	}
	compare := reports.Compare(cmp.Or(view.Compare, string(reports.ComparePrevious)))
	if !slices.Contains([]reports.Compare{reports.ComparePrevious, reports.CompareLastYear, reports.CompareNone}, compare) {
		return reports.Query{}, fault.New(fault.Invalid, "fault.command.vs", fault.Args{"part": view.Compare})
	}
	return reports.Query{TenantKey: a.tenantKey, Unit: unit, Period: period, Compare: compare, Zone: a.zone}, nil
}

// reportCard is a report with the buttons of its view, which says what is shown.
func (a asker) reportCard(report *reports.Report, view templates.View) templates.Ladder {
	view.Period, view.Compare, view.Unit = report.Period.Text, string(report.Compare), string(report.Unit)
	if view.By != templates.ByWeekday {
		view.By = ""
	}
	return templates.Report(report, templates.ReportOptions{Locale: a.locale, WeekStart: a.settings.FirstWeekday(), View: &view})
}

// newView is the view of a report that was just asked for.
func (a asker) newView() templates.View {
	return templates.View{Today: a.today.String(), Posted: a.receivedAt.Unix()}
}
