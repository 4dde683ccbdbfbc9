package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/internal/settings"
	"huibao/reports"
	"huibao/scheduler"
)

// Reporter makes reports.
type Reporter interface {
	Report(ctx context.Context, query reports.Query) (*reports.Report, error)
}

// TopReporter makes rankings of who meets most.
type TopReporter interface {
	Top(ctx context.Context, query reports.TopQuery) (*reports.TopReport, error)
}

// Poster posts answers exactly once; see the outbox for what each promises.
type Poster interface {
	Post(ctx context.Context, message outbox.Message) (outbox.Result, error)
	PostWorking(ctx context.Context, message outbox.Message) (outbox.Result, error)
	Adopt(ctx context.Context, message outbox.Message, cardID string) error
	Resume(ctx context.Context, tenantKey, id string) (outbox.Progress, outbox.Result, error)
}

// Platform is what the bot asks of the platform besides posting.
type Platform interface {
	// FindChat looks a chat up. An error means that nothing is known of it.
	FindChat(ctx context.Context, tenantKey, chatID string) (ChatInfo, error)
	// AddReaction puts an emoji on a message.
	AddReaction(ctx context.Context, tenantKey, messageID, emoji string) error
	// UploadFile hands a file over and returns the key it is posted by. The
	// error is a fault.
	UploadFile(ctx context.Context, tenantKey, name string, content []byte) (fileKey string, err error)
}

// Presses remembers which press of a card is the newest.
type Presses interface {
	// NewerPress reports whether a press is stored that came later than the
	// instant and replaced the card.
	NewerPress(ctx context.Context, tenantKey, messageID string, than time.Time) (bool, error)
}

// Limiter counts the commands of a person and of a chat.
type Limiter interface {
	// TakeCommand counts one command, or says how long to wait. Ids that begin
	// with "limited:" count how often somebody was told to wait, those with Looks
	// the presses that only show something, of which more are allowed.
	TakeCommand(ctx context.Context, tenantKey, openID, chatID string, now time.Time) (wait time.Duration, err error)
}

// Settings are what tenants chose.
type Settings interface {
	Of(tenantKey string) settings.Settings
}

// Schedules are the digests of chats; see the scheduler for what each does.
type Schedules interface {
	ChatGone(ctx context.Context, tenantKey, chatID, reason string) error
	Disabled(ctx context.Context, tenantKey, chatID string) ([]scheduler.Schedule, error)
	FindSchedule(ctx context.Context, tenantKey, id string) (schedule scheduler.Schedule, ok bool, err error)
	DisabledFor(ctx context.Context, tenantKey, reason string) ([]scheduler.Schedule, error)
	Resume(ctx context.Context, tenantKey, actor, id string) (scheduler.Schedule, error)
	Unpause(ctx context.Context, tenantKey string) error
	Paused(ctx context.Context, tenantKey string) (pause scheduler.Pause, ok bool, err error)

	OfChat(ctx context.Context, tenantKey, chatID string) ([]scheduler.Schedule, error)
	Last(ctx context.Context, tenantKey string, schedules []scheduler.Schedule) (map[string]scheduler.Delivery, error)
	FindScheduleByNumber(ctx context.Context, tenantKey, chatID string, number int) (schedule scheduler.Schedule, ok bool, err error)
	CreateOnce(ctx context.Context, tenantKey, actor, key string, at time.Time, draft scheduler.Draft, most int) (scheduler.Schedule, error)
	Update(ctx context.Context, tenantKey, actor, id string, edit func(*scheduler.Draft) error) (scheduler.Schedule, error)
	Delete(ctx context.Context, tenantKey, actor, id string) error
	RunNow(ctx context.Context, tenantKey, actor, id, idempotencyKey string) (scheduler.Delivery, error)
	Runs(ctx context.Context, tenantKey, id string, from time.Time, count int) ([]scheduler.Run, scheduler.Schedule, error)
	PreviewRuns(tenantKey string, draft scheduler.Draft, from time.Time, count int) ([]scheduler.Run, scheduler.Schedule, error)
}

// Options are what New needs.
type Options struct {
	Reports  Reporter
	Poster   Poster
	Platform Platform
	Chats    Chats
	Presses  Presses
	Limiter  Limiter
	// OpenIDFunc returns the bot's own open_id in a tenant, "" while it is not
	// known.
	OpenIDFunc func(tenantKey string) string
	Settings   Settings
	Schedules  Schedules
	TopReports TopReporter
	Now        func() time.Time
	Log        *logrus.Entry
}

// Bot answers events. It is safe for concurrent use.
type Bot struct {
	Options
	commands []Command
	actions  map[string]action // by the "action" of a button's value
}

// New returns a bot.
func New(options Options) *Bot {
	bot := &Bot{Options: options}
	bot.commands = slices.Concat(
		[]Command{reportCommand(bot), topCommand(bot), exportCommand(bot), subscribeCommand(bot)}, subscriptionCommands(bot),
		[]Command{statusCommand(bot), settingsCommand(bot), helpCommand(bot)},
	)
	bot.actions = actions()
	return bot
}

// Handle acts on a stored event. It may be called again for the same event
// after a crash or a *outbox.Later; it then goes on where it stopped. Any
// other error is one of the store, or a panic where no answer could be given.
// Nothing runs any more when it returns.
func (b *Bot) Handle(ctx context.Context, event Event) error {
	err := guarded(func() error {
		switch {
		case event.Message != nil:
			return b.handleMessage(ctx, event)
		case event.Chat != nil:
			return b.handleChat(ctx, event)
		case event.Press != nil:
			return b.handlePress(ctx, event)
		}
		return nil
	})
	if panicked(err) {
		return fmt.Errorf("event %s, ref %s: %w", event.EventID, fault.Ref(event.EventID), err)
	}
	return err
}
