package bot

import (
	"cmp"
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"huibao/internal/fault"
	"huibao/reports"
	"huibao/scheduler"
	"huibao/templates"
)

// subscriptionCommands are the commands about the subscriptions there are.
func subscriptionCommands(b *Bot) []Command {
	//nolint:gosmopolitan // Chinese names and lines are typed as they are
	return []Command{
		{
			Name: "subscriptions", Aliases: []string{"订阅列表"}, SummaryKey: "command.subscriptions.summary",
			Examples: []string{"/subscriptions", "/订阅列表"}, Run: b.subscriptions,
		},
		{
			Name: "pause", Aliases: []string{"暂停"}, Usage: "ID [until DATE]", SummaryKey: "command.pause.summary",
			Examples: []string{"/pause 1", "/pause 1 until 2026-12-31", "/暂停 1"}, Run: b.pause,
		},
		{
			Name: "resume", Aliases: []string{"恢复"}, Usage: "ID", SummaryKey: "command.resume.summary",
			Examples: []string{"/resume 1", "/恢复 1"}, Run: b.byNumber((*Bot).resumeOne),
		},
		{
			Name: "run", Aliases: []string{"立即发送"}, Usage: "ID", SummaryKey: "command.run.summary",
			Examples: []string{"/run 1", "/立即发送 1"}, Run: b.byNumber((*Bot).runOne),
		},
		{
			Name: "unsubscribe", Aliases: []string{"退订"}, Usage: "ID", SummaryKey: "command.unsubscribe.summary",
			Examples: []string{"/unsubscribe 1", "/退订 1"}, Run: b.byNumber((*Bot).endOne),
		},
	}
}

// subscription is a schedule as the people of its chat see it.
func (a asker) subscription(s scheduler.Schedule, last *scheduler.Delivery) templates.Subscription {
	seen := templates.Subscription{
		Number: s.Number, Name: s.Name, Cron: s.Cron, On: string(s.On), Zone: zoneOf(s, a.zone), Period: s.Period, Next: s.NextRunAt,
		Enabled: s.Enabled, DisabledReason: s.DisabledReason, CreatedBy: s.CreatedBy,
	}
	if s.PausedUntil != nil && *s.PausedUntil >= reports.DateOf(a.receivedAt.In(seen.Zone)) {
		seen.PausedUntil = s.PausedUntil.String()
	}
	if last != nil {
		seen.Last = &templates.LastDigest{At: last.ScheduledFor, Status: string(last.Status), Reason: last.Reason}
	}
	return seen
}

// zoneOf is the schedule's time zone.
func zoneOf(s scheduler.Schedule, otherwise *time.Location) *time.Location {
	zone, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return otherwise
	}
	return zone
}

// list is the card of the chat's subscriptions. note says what just happened.
func (b *Bot) list(ctx context.Context, a asker, note templates.Note) (templates.Ladder, error) {
	schedules, err := b.Schedules.OfChat(ctx, a.tenantKey, a.chatID)
	if err != nil {
		return templates.Ladder{}, err
	}
	seen := make([]templates.Subscription, len(schedules))
	for i, schedule := range schedules {
		seen[i] = a.subscription(schedule, nil)
	}
	return templates.Subscriptions(a.locale, note, seen), nil
}

// subscriptions answers with the chat's subscriptions.
func (b *Bot) subscriptions(ctx context.Context, r request, _ arguments) (templates.Ladder, error) {
	return b.list(ctx, r.asker, templates.Note{})
}

// showSubscriptions shows the chat's subscriptions in the place of a card.
func (b *Bot) showSubscriptions(ctx context.Context, p pressed) (templates.Ladder, error) {
	return b.list(ctx, p.asker, templates.Note{})
}

// change is something done to one subscription of a chat. key stays the same
// when it is tried again. It returns the note that says what was done.
type change func(b *Bot, ctx context.Context, a asker, key string, s scheduler.Schedule) (note templates.Note, err error)

// byNumber is a command that does something to the subscription whose number is
// typed.
func (b *Bot) byNumber(do change) func(context.Context, request, arguments) (templates.Ladder, error) {
	return func(ctx context.Context, r request, arguments arguments) (templates.Ladder, error) {
		return b.changeOne(ctx, r.asker, r.message.MessageID, arguments.words, arguments.called, do)
	}
}

// changeOne does something to one subscription and answers with the list. called
// is the command, "" for a pressed button.
func (b *Bot) changeOne(ctx context.Context, a asker, key, number, called string, do change) (templates.Ladder, error) {
	schedule, err := b.findSubscription(ctx, a, number, called)
	if err != nil {
		return templates.Ladder{}, err
	}
	note, err := do(b, ctx, a, key, schedule)
	if err != nil {
		return templates.Ladder{}, err
	}
	a.log.WithField("schedule_id", schedule.ID).Info("subscription changed")
	return b.list(ctx, a, note)
}

// findSubscription finds the chat's subscription of a number as it is typed. Where
// there is none of it, the command with one that exists is suggested.
func (b *Bot) findSubscription(ctx context.Context, a asker, text, called string) (scheduler.Schedule, error) {
	number, err := strconv.Atoi(strings.TrimPrefix(text, "#"))
	if err != nil || number < 1 {
		wrong := fault.New(fault.Invalid, "fault.subscription.number", fault.Args{"part": text, "example": strings.TrimSpace(called + " 1")})
		return scheduler.Schedule{}, b.suggestNumber(ctx, a, called, wrong)
	}
	schedule, ok, err := b.Schedules.FindScheduleByNumber(ctx, a.tenantKey, a.chatID, number)
	if err != nil {
		return schedule, err
	}
	if !ok {
		wrong := fault.New(fault.NotFound, "fault.subscription.not_found", fault.Args{"part": strconv.Itoa(number)})
		return schedule, b.suggestNumber(ctx, a, called, wrong)
	}
	return schedule, nil
}

// suggestNumber completes a fault about a subscription's number by the command
// with the nearest there is. A button has nothing to type.
func (b *Bot) suggestNumber(ctx context.Context, a asker, called string, wrong *fault.Error) error {
	if called == "" {
		return wrong
	}
	present, err := b.Schedules.OfChat(ctx, a.tenantKey, a.chatID)
	if err != nil {
		return err
	}
	wrong.Args["suggestion"] = "/subscriptions"
	if len(present) > 0 {
		numbers := make([]string, len(present))
		for i, schedule := range present {
			numbers[i] = strconv.Itoa(schedule.Number)
		}
		wrong.Args["suggestion"] = called + " " + nearest(wrong.Args["part"], numbers, numbers[0])
	}
	return wrong
}

// mayEndOne refuses whoever neither decides about the chat nor made the
// subscription.
func (b *Bot) mayEndOne(ctx context.Context, a asker, s scheduler.Schedule) error {
	if a.own() && s.CreatedBy == a.actor() {
		return nil
	}
	return b.mayManage(ctx, a)
}

// mayEnd is mayEndOne of a pressed button.
func (b *Bot) mayEnd(ctx context.Context, p pressed) error {
	schedule, err := b.findSubscription(ctx, p.asker, p.Value["number"], "")
	if err != nil {
		return err
	}
	return b.mayEndOne(ctx, p.asker, schedule)
}

// mayUnsubscribe is mayEnd of a subscription that may be gone already: it was
// ended before a crash, or by somebody else.
func (b *Bot) mayUnsubscribe(ctx context.Context, p pressed) error {
	err := b.mayEnd(ctx, p)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// numbered is a note about a subscription.
func numbered(key string, s scheduler.Schedule) templates.Note {
	return templates.Note{Key: key, Args: fault.Args{"number": strconv.Itoa(s.Number)}}
}

// untilWords stand before the last day of a pause.
var untilWords = []string{"until", "till", "to", "到", "至", "直到"} //nolint:gosmopolitan // typed as they are

// gluedUntil is a number with what follows it without space, as in 1到2026-12-31.
var gluedUntil = regexp.MustCompile(`^(#?\d+)(\p{Han})`) //nolint:gosmopolitan // typed as it is

// splitNumber takes the number of a subscription from the words that follow it.
func splitNumber(text string) (number string, words []string) {
	words = strings.Fields(gluedUntil.ReplaceAllString(text, "$1 $2"))
	if len(words) == 0 {
		return "", nil
	}
	return words[0], words[1:]
}

// pause pauses a subscription, for good or until the end of a date.
func (b *Bot) pause(ctx context.Context, r request, arguments arguments) (templates.Ladder, error) {
	number, words := splitNumber(arguments.words)
	return b.changeOne(ctx, r.asker, r.message.MessageID, number, arguments.called,
		func(b *Bot, ctx context.Context, a asker, _ string, s scheduler.Schedule) (templates.Note, error) {
			until, err := a.readUntil(words, arguments.called+" "+number)
			if err != nil {
				return templates.Note{}, err
			}
			return b.pauseOne(ctx, a, s, until)
		})
}

// usualPause is how many days a pause is suggested for.
const usualPause = 7

// readUntil reads "until DATE"; "" for no words. A fault suggests a date after
// what stands before.
func (a asker) readUntil(words []string, before string) (string, error) {
	if len(words) == 0 {
		return "", nil
	}
	text := strings.Join(words, " ")
	for _, word := range untilWords {
		if rest, ok := strings.CutPrefix(text, word); ok {
			text = strings.TrimSpace(rest)
			break
		}
	}
	right := before + " until " + a.today.AddDays(usualPause).String()
	date, err := reports.ParseDate(text)
	if err != nil {
		return "", wrongPart("fault.subscription.until", cmp.Or(text, words[0]), right)
	}
	if date < a.today {
		return "", wrongPart("fault.subscription.past", text, right)
	}
	return date.String(), nil
}

// pauseOne pauses a subscription until the end of the date, or for good.
func (b *Bot) pauseOne(ctx context.Context, a asker, s scheduler.Schedule, until string) (templates.Note, error) {
	if err := b.mayEndOne(ctx, a, s); err != nil {
		return templates.Note{}, err
	}
	_, err := b.Schedules.Update(ctx, a.tenantKey, a.actor(), s.ID, func(draft *scheduler.Draft) error {
		draft.PausedUntil = until
		draft.Enabled = until != ""
		return nil
	})
	note := numbered("subscription.note_paused", s)
	if until != "" {
		note = numbered("subscription.note_paused_until", s)
		note.Args["date"] = until
	}
	return note, err
}

// resumeOne has a subscription run again.
func (b *Bot) resumeOne(ctx context.Context, a asker, _ string, s scheduler.Schedule) (templates.Note, error) {
	if err := b.mayManage(ctx, a); err != nil {
		return templates.Note{}, err
	}
	_, err := b.Schedules.Update(ctx, a.tenantKey, a.actor(), s.ID, func(draft *scheduler.Draft) error {
		draft.PausedUntil, draft.Enabled = "", true
		return nil
	})
	return numbered("subscription.note_resumed", s), err
}

// runOne posts a subscription's digest now, beside its times.
func (b *Bot) runOne(ctx context.Context, a asker, key string, s scheduler.Schedule) (templates.Note, error) {
	if err := b.mayManage(ctx, a); err != nil {
		return templates.Note{}, err
	}
	_, err := b.Schedules.RunNow(ctx, a.tenantKey, a.actor(), s.ID, key)
	return numbered("subscription.note_run", s), err
}

// endOne ends a subscription.
func (b *Bot) endOne(ctx context.Context, a asker, _ string, s scheduler.Schedule) (templates.Note, error) {
	if err := b.mayEndOne(ctx, a, s); err != nil {
		return templates.Note{}, err
	}
	return numbered("subscription.note_ended", s), b.Schedules.Delete(ctx, a.tenantKey, a.actor(), s.ID)
}

// pauseByNumber pauses the subscription of a pressed button for good.
func (b *Bot) pauseByNumber(ctx context.Context, p pressed) (templates.Ladder, error) {
	return b.pressOne(ctx, p, func(b *Bot, ctx context.Context, a asker, _ string, s scheduler.Schedule) (templates.Note, error) {
		return b.pauseOne(ctx, a, s, "")
	})
}

// resumeByNumber has the subscription of a pressed button run again.
func (b *Bot) resumeByNumber(ctx context.Context, p pressed) (templates.Ladder, error) {
	return b.pressOne(ctx, p, (*Bot).resumeOne)
}

// runByNumber posts the digest of a pressed button now.
func (b *Bot) runByNumber(ctx context.Context, p pressed) (templates.Ladder, error) {
	return b.pressOne(ctx, p, (*Bot).runOne)
}

// endByNumber ends the subscription of a pressed button. One that is gone has
// ended.
func (b *Bot) endByNumber(ctx context.Context, p pressed) (templates.Ladder, error) {
	ladder, err := b.pressOne(ctx, p, (*Bot).endOne)
	if fault.KindOf(err) == fault.NotFound {
		return b.list(ctx, p.asker, templates.Note{Key: "subscription.note_ended", Args: fault.Args{"number": p.Value["number"]}})
	}
	return ladder, err
}

// pressOne does something to the subscription of a pressed button.
func (b *Bot) pressOne(ctx context.Context, p pressed, do change) (templates.Ladder, error) {
	return b.changeOne(ctx, p.asker, p.eventID, p.Value["number"], "", do)
}
