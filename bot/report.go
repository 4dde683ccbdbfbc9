package bot

import (
	"cmp"
	"context"

	"huibao/reports"
	"huibao/templates"
)

// defaultPeriod is what a report covers when nobody says.
const defaultPeriod = "7d"

// unitOption says of which unit the figures are.
var unitOption = Option{Name: "unit", Key: "fault.command.unit", Values: []string{
	string(reports.UnitCN), string(reports.UnitUS), string(reports.UnitSG), string(reports.UnitJP),
}}

// compareOption says what a report is compared with.
var compareOption = Option{Name: "vs", Key: "fault.command.vs", Values: []string{
	string(reports.ComparePrevious), string(reports.CompareLastYear), string(reports.CompareNone),
}}

// reportCommand is /report.
func reportCommand(b *Bot) Command {
	return Command{
		Name:       "report",
		Aliases:    []string{"报告"}, //nolint:gosmopolitan // its Chinese name
		Usage:      "[PERIOD] [vs=previous|lastyear|none] [unit=cn|us|sg|jp]",
		SummaryKey: "command.report.summary",
		Examples:   []string{"/report 7d", "/报告 上周", "/report 2026-Q4 vs=lastyear"}, //nolint:gosmopolitan // typed as they are
		Options:    []Option{compareOption, unitOption},
		Run:        b.report,
	}
}

// report answers with the report card of the period asked for.
func (b *Bot) report(ctx context.Context, r request, arguments arguments) (templates.Ladder, error) {
	query, err := b.readQuery(r, arguments)
	if err != nil {
		return templates.Ladder{}, err
	}
	report, err := b.Reports.Report(ctx, query)
	if err != nil {
		return templates.Ladder{}, err
	}
	return r.reportCard(report, r.newView()), nil
}

// readQuery reads what a report is asked about. Without unit= the chat's unit
// counts, or else the tenant's.
func (b *Bot) readQuery(r request, arguments arguments) (reports.Query, error) {
	period, err := reports.ParsePeriod(cmp.Or(arguments.words, defaultPeriod), r.today, r.settings.FirstWeekday())
	if err != nil {
		return reports.Query{}, suggest(err, arguments)
	}
	return reports.Query{
		TenantKey: r.tenantKey, Period: period, Zone: r.zone,
		Unit:    cmp.Or(reports.Unit(arguments.option("unit")), r.chat.Unit, r.settings.Unit),
		Compare: cmp.Or(reports.Compare(arguments.option("vs")), reports.ComparePrevious),
	}, nil
}
