package templates

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"huibao/internal/fault"
	"huibao/reports"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden holds what a ladder says, rung by rung, against its file; further
// texts stand below.
func golden(t *testing.T, name string, ladder Ladder, more ...txtar.File) {
	t.Helper()
	got := txtar.Format(&txtar.Archive{Files: append([]txtar.File{
		{Name: "card.json", Data: indented(t, ladder.Card)},
		{Name: "plain.json", Data: indented(t, ladder.Plain)},
		{Name: "text", Data: []byte(ladder.Text + "\n")},
	}, more...)})
	file := filepath.Join("testdata", "golden", name+".txtar")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; make golden writes it", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s has changed (-was +is); make golden accepts it:\n%s", file, diff)
	}
}

// indented is a card as it is sent, for reading.
func indented(t *testing.T, card Card) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, []byte(card.JSON()), "", " "); err != nil {
		t.Fatal(err)
	}
	out.WriteByte('\n')
	return out.Bytes()
}

func TestGoldenReports(t *testing.T) {
	for _, s := range samples() {
		for _, locale := range Locales() {
			options := s.options
			options.Locale, options.WeekStart = locale, time.Monday
			terminal := txtar.File{Name: "terminal", Data: []byte(Terminal(s.report, locale, time.Monday, 100))}
			golden(t, "report_"+s.name+"."+string(locale), Report(s.report, options), terminal)
		}
	}
}

// others are the ladders that are no reports, by name.
func others(locale Locale) map[string]Ladder {
	admins := []string{"ou_1", "ou_2"}
	all := map[string]Ladder{
		"trouble_failed": Trouble(TroubleOptions{
			Locale: locale, Zone: shanghai, Kind: "digest_failed", ScheduleID: "s-1", ScheduleName: "Weekly <b>digest</b>",
			ChatID: "oc_1", Reason: "The chat's settings do not let the bot speak.", At: time.Date(2026, time.November, 10, 1, 0, 0, 0, time.UTC), Ref: "ref12345",
		}),
		"trouble_gone":     Trouble(TroubleOptions{Locale: locale, Zone: shanghai, Kind: "schedule_disabled", ChatID: "oc_1", Reason: "the chat was dissolved", At: time.Date(2026, time.November, 10, 1, 0, 0, 0, time.UTC), Ref: "ref12345"}),
		"trouble_paused":   Trouble(TroubleOptions{Locale: locale, Zone: shanghai, Kind: "tenant_paused", Reason: "The app lacks the permission x.", At: time.Date(2026, time.November, 10, 1, 0, 0, 0, time.UTC), Ref: "ref12345"}),
		"welcome":          Welcome(WelcomeOptions{Locale: locale, Served: true}),
		"welcome_back":     Welcome(WelcomeOptions{Locale: locale, Served: true, Paused: 2}),
		"welcome_asks":     Welcome(WelcomeOptions{Locale: locale}),
		"welcome_external": Welcome(WelcomeOptions{Locale: locale, External: true}),
		"resumed":          Resumed(locale, "resumed", fault.Args{"name": "Weekly", "next": "2026-11-30 09:00"}, "ref12345"),
		"working":          Working(locale),
		"access_group":     AccessWanted(locale, AccessOptions{Admins: admins, ChatID: "oc_1", Ref: "ref12345"}),
		"access_external":  AccessWanted(locale, AccessOptions{Admins: admins, External: true, ChatID: "oc_1", Ref: "ref12345"}),
		"access_private":   AccessWanted(locale, AccessOptions{Admins: admins, Private: true, ChatID: "oc_1", Ref: "ref12345"}),
		"access_unseen":    AccessWanted(locale, AccessOptions{Admins: admins, External: true, Unseen: true, ChatID: "oc_1", Ref: "ref12345"}),
		"access_no_admins": AccessWanted(locale, AccessOptions{ChatID: "oc_1", Ref: "ref12345"}),
		"help":             Help(HelpOptions{Locale: locale, Commands: commands}),
		"help_report":      Help(HelpOptions{Locale: locale, Commands: commands, Topic: "report"}),
		"help_help":        Help(HelpOptions{Locale: locale, Commands: commands, Topic: "help"}),
	}
	for _, f := range refusals {
		all["refusal_"+string(f.Kind)] = Refusal(locale, f, "ab12cd34")
	}
	maps.Copy(all, conversation(locale))
	return all
}

// conversation are the ladders with which people set up what they get.
func conversation(locale Locale) map[string]Ladder {
	wanted := Wanted{Rhythm: "weekly", Days: "mon,thu", MonthDay: "1", Time: "09:30", Timezone: "Asia/Shanghai", Period: "last week", Locale: string(locale)}
	odd := Wanted{Rhythm: "monthly", MonthDay: "32", Time: "25:00", Timezone: strings.Repeat("x", 99), Period: "<b>3 fortnights</b>", Locale: "xx"}
	refused := fault.New(fault.Invalid, "fault.subscribe.month_day", fault.Args{"part": "32"})
	weekly := subscribed(1)
	group := AccessRequest{ChatID: "oc_1", ChatName: "研发 **team**", PersonID: "ou_1", Ref: "ref12345"}
	private, external, hostile := group, group, group
	private.Private, private.ChatName = true, ""
	external.External = true
	hostile.ChatName, hostile.PersonID, hostile.Unseen = strings.Repeat("<at id=all></at>\u202e**x** ", 8), "ou_1'></person>", true
	settings := ChatSettings{TenantLocale: Chinese, TenantTimezone: "Asia/Shanghai", TenantUnit: reports.UnitCN}
	own := ChatSettings{
		Locale: Japanese, TenantLocale: Chinese, Timezone: "Asia/Tokyo", TenantTimezone: "Asia/Shanghai", Unit: reports.UnitJP, TenantUnit: reports.UnitCN,
		MayChange: true, Changed: true,
	}
	return map[string]Ladder{
		"form":               SubscriptionForm(locale, wanted, nil),
		"form_refused":       SubscriptionForm(locale, odd, refused),
		"form_preview":       SubscriptionPreview(locale, wanted, weekly, nextRuns()),
		"form_preview_never": SubscriptionPreview(locale, wanted, weekly, nil),
		"subscribed":         Subscribed(locale, weekly, nextRuns()),
		"subscriptions_none": Subscriptions(locale, Note{}, nil),
		"subscriptions":      Subscriptions(locale, Note{"subscription.note_paused_until", fault.Args{"number": "2", "date": "2026-12-31"}}, threeSubscriptions()),
		"subscriptions_many": Subscriptions(locale, Note{}, manySubscriptions(50)),
		"status":             Status(locale, ChatStatus{Subscriptions: threeSubscriptions()}),
		"status_none":        Status(locale, ChatStatus{NoDigests: "status.external"}),
		"status_paused":      Status(locale, ChatStatus{Subscriptions: manySubscriptions(50), PausedReason: "The app lacks the permission vc:report:readonly."}),
		"settings":           Settings(locale, settings),
		"settings_own":       Settings(locale, own),
		"request_group":      RequestCard(locale, group),
		"request_private":    RequestCard(locale, private),
		"request_external":   RequestCard(locale, external),
		"request_hostile":    RequestCard(locale, hostile),
		"decided_allowed":    Decided(locale, group, true, "ou_2"),
		"decided_blocked":    Decided(locale, hostile, false, "somebody"),
		"granted":            Granted(locale),
		"exported":           Exported(locale, missing(), "huibao_2026-11-03_2026-11-09.xlsx"),
		"refused_view":       RefusedView(locale, refusals[0], "ab12cd34", View{Period: "last wek", Today: "2026-11-10", Above: "365d", Posted: 1794272400}),
	}
}

// subscribed is a subscription that somebody of the chat set up and that ran.
func subscribed(number int) Subscription {
	due := time.Date(2026, time.November, 9, 1, 30, 0, 0, time.UTC)
	return Subscription{
		Number: number, Name: "ignored", Cron: "30 9 * * 1,4", On: "every_day", Zone: shanghai, Period: "last week", Enabled: true,
		Next: due.AddDate(0, 0, 3), CreatedBy: "chat:ou_1", Last: &LastDigest{At: due, Status: "sent"},
	}
}

// threeSubscriptions are one that is paused, one that was disabled and one that
// never runs.
func threeSubscriptions() []Subscription {
	paused, disabled, never := subscribed(2), subscribed(4), subscribed(17)
	paused.PausedUntil = "2026-12-31"
	disabled.Enabled, disabled.DisabledReason = false, "the bot was <removed> from the chat"
	disabled.Last = &LastDigest{At: disabled.Last.At, Status: "failed", Reason: "The chat's settings do not let the bot speak."}
	never.Name, never.CreatedBy, never.Next, never.Last = "By an admin **x**", "admin", time.Time{}, nil
	return []Subscription{paused, disabled, never}
}

// manySubscriptions are more than one card has room for.
func manySubscriptions(n int) []Subscription {
	var all []Subscription
	for number := range n {
		all = append(all, subscribed(number+1))
	}
	return all
}

// nextRuns are runs of every kind.
func nextRuns() []SubscriptionRun {
	var runs []SubscriptionRun
	for i, reason := range []string{"scheduled", "make_up_day", "moved", "holiday", "not_a_workday", "paused"} {
		runs = append(runs, SubscriptionRun{At: time.Date(2026, time.November, 12+i, 1, 30, 0, 0, time.UTC), Runs: i < 3, Reason: reason})
	}
	return runs
}

var commands = []HelpCommand{
	{
		Name: "report", Aliases: []string{"报告"}, Usage: "[PERIOD] [vs=previous|lastyear|none] [unit=cn|us|sg|jp]",
		SummaryKey: "command.report.summary", Examples: []string{"/report 7d", "/报告 上周", "/report 2026-Q4 vs=lastyear"},
	},
	{Name: "help", Aliases: []string{"帮助"}, Usage: "[COMMAND]", SummaryKey: "command.help.summary", Examples: []string{"/help", "/帮助 报告"}},
}

// refusals has a fault of each kind.
var refusals = []*fault.Error{
	fault.New(fault.Invalid, "fault.period.unreadable", fault.Args{"part": "last wek", "suggestion": "/report last week"}),
	fault.New(fault.Unreadable, "fault.webhook.unreadable", nil),
	fault.New(fault.Signature, "fault.webhook.signature", nil),
	fault.New(fault.Forbidden, "fault.platform.muted", nil),
	fault.New(fault.NotFound, "fault.command.unknown", fault.Args{"part": "/rapport", "suggestion": "/report"}),
	{Kind: fault.Conflict, Key: "fault.schedule.invalid", Fields: []fault.Field{
		{Name: "cron", Key: "fault.schedule.cron_never", Args: fault.Args{"part": "0 9 31 2 *"}},
		{Name: "timezone", Key: "fault.schedule.timezone", Args: fault.Args{"part": "Mars/Base"}},
	}},
	fault.New(fault.TooLarge, "fault.webhook.too_large", nil),
	fault.New(fault.Limited, "fault.command.limited", fault.Args{"seconds": "12"}),
	fault.New(fault.Permission, "fault.platform.scope", fault.Args{"scope": "vc:report:readonly"}),
	fault.New(fault.Unsupported, "fault.platform.unsupported", nil),
	fault.New(fault.Temporary, "fault.source.slow", nil),
	fault.New(fault.Internal, "fault.internal", nil),
}

func TestGoldenOthers(t *testing.T) {
	for _, locale := range Locales() {
		for name, ladder := range others(locale) {
			golden(t, name+"."+string(locale), ladder)
		}
	}
}
