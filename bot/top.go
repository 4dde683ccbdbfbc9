package bot

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"huibao/internal/fault"
	"huibao/reports"
	"huibao/templates"
)

// How many people a ranking names: when nobody says, and at most.
const (
	defaultTop = 10
	mostTop    = 50
)

// The options a ranking takes.
var topOptions = []Option{
	{Name: "by", Values: []string{string(reports.TopByCount), string(reports.TopByDuration)}, Key: "fault.command.by"},
	{Name: "limit", MendFunc: mendTop, Key: "fault.command.limit"},
}

// mendTop is the nearest number of people a ranking can name, the default for
// what is no number.
func mendTop(value string) string {
	number, err := strconv.Atoi(value)
	if err != nil {
		number = defaultTop
	}
	return strconv.Itoa(min(max(number, 1), mostTop))
}

// topCommand is /top.
func topCommand(b *Bot) Command {
	return Command{
		Name:       "top",
		Aliases:    []string{"排行"}, //nolint:gosmopolitan // its Chinese name
		Usage:      "[PERIOD] [by=count|duration] [limit=N]",
		SummaryKey: "command.top.summary",
		Examples:   []string{"/top 7d", "/排行 上周", "/top last month by=duration limit=20"}, //nolint:gosmopolitan // typed as they are
		Options:    topOptions,
		Run:        b.top,
	}
}

// top answers with the ranking card of the period asked for, where the
// organisation lets this person have it here.
func (b *Bot) top(ctx context.Context, r request, arguments arguments) (templates.Ladder, error) {
	if err := r.mayRank(); err != nil {
		return templates.Ladder{}, err
	}
	period, err := reports.ParsePeriod(cmp.Or(arguments.words, defaultPeriod), r.today, r.settings.FirstWeekday())
	if err != nil {
		return templates.Ladder{}, suggest(err, arguments)
	}
	limit, err := strconv.Atoi(cmp.Or(arguments.option("limit"), strconv.Itoa(defaultTop)))
	if err != nil {
		return templates.Ladder{}, err // it was checked
	}
	report, err := b.TopReports.Top(ctx, reports.TopQuery{
		TenantKey: r.tenantKey, Unit: cmp.Or(r.chat.Unit, r.settings.Unit), Period: period, Zone: r.zone,
		By: cmp.Or(reports.TopBy(arguments.option("by")), reports.TopByCount), Limit: limit,
	})
	if err != nil {
		return templates.Ladder{}, suggest(err, arguments)
	}
	return templates.Top(report, r.locale), nil
}

// mayRank is nil where the organisation lets the person have rankings in the
// chat, or else a fault that says what an admin must choose. What is not one of
// the choices counts as off.
func (r request) mayRank() error {
	key := "fault.top.off"
	switch r.settings.TopUsers {
	case "on":
		return nil
	case "private":
		if r.message.Private() {
			return nil
		}
		key = "fault.top.private"
	case "admins":
		if slices.Contains(r.settings.Admins, r.message.Sender.OpenID) {
			return nil
		}
		key = "fault.top.admins"
	}
	return fault.New(fault.Forbidden, key, nil)
}
