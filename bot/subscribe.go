package bot

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"huibao/internal/fault"
	"huibao/reports"
	"huibao/scheduler"
	"huibao/templates"
)

// languages are the words for the languages.
var languages = map[string]templates.Locale{
	"zh": templates.Chinese, "en": templates.English, "ja": templates.Japanese,
	"zh_cn": templates.Chinese, "en_us": templates.English, "ja_jp": templates.Japanese,
}

// languageOption names a language.
var languageOption = Option{Name: "lang", Key: "fault.subscribe.locale", MendFunc: func(value string) string {
	if languages[value] != "" || value == defaultChoice {
		return value
	}
	return nearest(value, []string{"zh", "en", "ja"}, "zh")
}}

// subscribeCommand is /subscribe.
func subscribeCommand(b *Bot) Command {
	return Command{
		Name:       "subscribe",
		Aliases:    []string{"订阅"}, //nolint:gosmopolitan // its Chinese name
		Usage:      "daily|workdays|weekly [DAYS]|monthly [N] [HH:MM] [PERIOD] [tz=ZONE] [lang=zh|en|ja]",
		SummaryKey: "command.subscribe.summary",
		Examples:   []string{"/subscribe weekly mon,thu 09:00", "/订阅 每月 1 10:00 上月", "/subscribe"}, //nolint:gosmopolitan // typed as they are
		Options:    []Option{zoneOption, languageOption},
		Run:        b.subscribe,
	}
}

// subscribe makes a subscription of the chat and answers with its next runs.
// Without words it answers with the form.
func (b *Bot) subscribe(ctx context.Context, r request, arguments arguments) (templates.Ladder, error) {
	if err := b.mayManage(ctx, r.asker); err != nil {
		return templates.Ladder{}, err
	}
	if arguments.words == "" {
		return templates.SubscriptionForm(r.locale, r.usual(), nil), nil
	}
	wanted, err := r.readWanted(arguments)
	if err != nil {
		return templates.Ladder{}, err
	}
	return b.make(ctx, r.asker, r.message.MessageID, r.receivedAt, wanted)
}

// usual is what a form is filled in with at first.
func (a asker) usual() templates.Wanted {
	return templates.Wanted{
		Rhythm: "weekly", Days: defaultDays, MonthDay: defaultMonthDay, Time: defaultTime,
		Timezone: a.zone.String(), Period: "last week", Locale: string(a.locale),
	}
}

// unit is the chat's, or else the tenant's.
func (a asker) unit() reports.Unit { return cmp.Or(a.chat.Unit, a.settings.Unit) }

// mostSubscriptions is how many a chat can have.
const mostSubscriptions = 50

// make makes the subscription once, under a name and an instant that stay the
// same when it is tried again, and answers with its next runs.
func (b *Bot) make(ctx context.Context, a asker, key string, at time.Time, wanted templates.Wanted) (templates.Ladder, error) {
	draft, err := a.draft(wanted)
	if err != nil {
		return templates.Ladder{}, err
	}
	schedule, err := b.Schedules.CreateOnce(ctx, a.tenantKey, a.actor(), key, at, draft, mostSubscriptions)
	if err != nil {
		return templates.Ladder{}, firstField(err)
	}
	a.log.WithField("schedule_id", schedule.ID).Info("subscribed")
	runs, _, err := b.Schedules.Runs(ctx, a.tenantKey, schedule.ID, b.Now(), runsShown)
	if err != nil {
		return templates.Ladder{}, err
	}
	return templates.Subscribed(a.locale, a.subscription(schedule, nil), shown(runs)), nil
}

// runsShown is how many next runs are shown.
const runsShown = 5

// shown are runs as cards show them.
func shown(runs []scheduler.Run) []templates.SubscriptionRun {
	list := make([]templates.SubscriptionRun, len(runs))
	for i, run := range runs {
		list[i] = templates.SubscriptionRun{At: run.At, Runs: run.Runs, Reason: string(run.Reason)}
	}
	return list
}

// firstField turns a fault about a schedule's fields, which people in a chat
// never see, into one about the part they typed.
func firstField(err error) error {
	f := fault.As(err)
	if f == nil || len(f.Fields) == 0 {
		return err
	}
	return &fault.Error{Kind: f.Kind, Key: f.Fields[0].Key, Args: f.Fields[0].Args, Err: err}
}

// showForm answers with the form, filled in with what the button carries.
func (b *Bot) showForm(_ context.Context, p pressed) (templates.Ladder, error) {
	wanted := p.usual()
	if p.Value[templates.FormRhythm] != "" {
		wanted = templates.ReadWanted(p.Value)
	}
	return templates.SubscriptionForm(p.locale, wanted, nil), nil
}

// previewSubscription shows when a filled-in form would post, or the form again
// with what is wrong.
func (b *Bot) previewSubscription(_ context.Context, p pressed) (templates.Ladder, error) {
	wanted := templates.ReadWanted(p.Value)
	wanted.Shown = strconv.FormatInt(p.receivedAt.UnixMilli(), 10)
	draft, err := p.draft(wanted)
	if err == nil {
		var runs []scheduler.Run
		var schedule scheduler.Schedule
		if runs, schedule, err = b.Schedules.PreviewRuns(p.tenantKey, draft, b.Now(), runsShown); err == nil {
			return templates.SubscriptionPreview(p.locale, wanted, p.subscription(schedule, nil), shown(runs)), nil
		}
	}
	f := fault.As(firstField(err))
	if f.Kind != fault.Invalid {
		return templates.Ladder{}, err
	}
	return templates.SubscriptionForm(p.locale, wanted, f), nil
}

// confirmSubscription makes what a preview showed: one subscription, however
// often it is confirmed before the card is replaced.
func (b *Bot) confirmSubscription(ctx context.Context, p pressed) (templates.Ladder, error) {
	wanted := templates.ReadWanted(p.Value)
	key, at := p.eventID, p.receivedAt
	if shown, err := strconv.ParseInt(wanted.Shown, 10, 64); err == nil && 0 < shown && shown <= p.receivedAt.UnixMilli() {
		key, at = p.MessageID+":"+wanted.Shown, time.UnixMilli(shown)
	}
	return b.make(ctx, p.asker, key, at, wanted)
}
