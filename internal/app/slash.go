package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/bot"
	"huibao/internal/fault"
	"huibao/internal/feishu"
	"huibao/templates"
)

// retiredCommands are names that an earlier version had in its table of
// commands and this one has not. They are taken out of the panel; whatever else
// an admin put there is left alone.
var retiredCommands []string

const (
	// slashApart is the pause between commands that are created. The panel lists
	// the newest first, by the second.
	slashApart = 1100 * time.Millisecond
	// slashLongest is the longest pause before the platform is asked anew.
	slashLongest = time.Hour
)

// slashScopes are the permissions that the panel needs, for the log.
const slashScopes = "application:app_slash_command:read, application:app_slash_command:write"

// slashPlatform is where the commands of the panel are kept.
type slashPlatform interface {
	ListSlashCommands(ctx context.Context, tenantKey string) ([]feishu.SlashCommand, error)
	CreateSlashCommand(ctx context.Context, tenantKey string, command feishu.SlashCommand) error
	DescribeSlashCommand(ctx context.Context, tenantKey string, command feishu.SlashCommand) error
	DeleteSlashCommand(ctx context.Context, tenantKey, id string) error
}

// slashPanel keeps the panel that opens when a person types "/" in step with the
// table of commands. It is a convenience: without it, commands are typed as
// ever. Source: mcp_open_tools, agent-supports-slash-commands.
type slashPanel struct {
	platform  slashPlatform
	tenantKey string // on whose behalf; of no matter for a custom app
	log       *logrus.Entry
	wanted    []feishu.SlashCommand // from the top of the panel down
	retired   []string              // names
	apart     time.Duration         // between commands that are created
	first     time.Duration         // the first pause before the platform is asked anew

	mu     sync.Mutex // held while the panel is being kept
	warned bool       // that it cannot be kept
}

// newSlashPanel returns the panel of the bot's commands. The locale is that of
// people whose language has no catalogue.
func newSlashPanel(platform slashPlatform, tenantKey string, locale templates.Locale, log *logrus.Entry) *slashPanel {
	return &slashPanel{
		platform: platform, tenantKey: tenantKey, log: log, wanted: slashCommands(locale), retired: retiredCommands,
		apart: slashApart, first: askAgain,
	}
}

// slashCommands are the commands of the bot's table, in all languages. Their
// Chinese names cannot be listed: the platform takes Latin ones only.
func slashCommands(locale templates.Locale) []feishu.SlashCommand {
	table := bot.Table()
	commands := make([]feishu.SlashCommand, 0, len(table))
	for _, command := range table {
		descriptions := map[string]string{}
		for _, language := range templates.Locales() {
			descriptions[string(language)] = templates.Text(language, command.SummaryKey, nil)
		}
		commands = append(commands, feishu.SlashCommand{
			Name: command.Name, Description: descriptions[string(locale)], Descriptions: descriptions,
		})
	}
	return commands
}

// run keeps the panel once, and while the platform is unwell again after pauses
// that grow. When it is being kept already, it returns at once.
func (p *slashPanel) run(ctx context.Context) error {
	if !p.mu.TryLock() {
		return nil
	}
	defer p.mu.Unlock()
	for wait := p.first; ; wait = min(2*wait, slashLongest) {
		err := p.keep(ctx)
		if err == nil || fault.KindOf(err) != fault.Temporary {
			p.warn(err)
			return nil
		}
		if !pause(ctx, wait) {
			return ctx.Err()
		}
	}
}

// once keeps the panel, and leaves what fails to the next time.
func (p *slashPanel) once(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.warn(p.keep(ctx))
}

// warn says once that the panel cannot be kept, until it can again. A missing
// permission may be granted at any time, and one line tells of it.
func (p *slashPanel) warn(err error) {
	if err != nil && !p.warned && !errors.Is(err, context.Canceled) {
		p.log.WithError(err).WithField("scopes", slashScopes).
			Warn("the panel of commands that opens on / cannot be kept up to date; typed commands work as ever")
	}
	p.warned = err != nil
}

// keep creates the commands that are missing, corrects those that say something
// else, and deletes retired ones. The error is a fault, or the context's.
func (p *slashPanel) keep(ctx context.Context) error {
	there, err := p.list(ctx)
	if err != nil {
		return err
	}
	created := false
	for _, command := range slices.Backward(p.wanted) { // so that the first is the newest
		existing, ok := there[command.Name]
		if !ok {
			if created && !pause(ctx, p.apart) {
				return ctx.Err()
			}
			created = true
			err = p.create(ctx, command)
		} else {
			err = p.correct(ctx, existing, command)
		}
		if err != nil {
			return fmt.Errorf("command %s of the panel: %w", command.Name, err)
		}
	}
	for _, name := range p.retired {
		if existing, ok := there[name]; ok {
			p.log.WithField("command", name).Info("taking a retired command out of the panel")
			if err := p.platform.DeleteSlashCommand(ctx, p.tenantKey, existing.ID); err != nil {
				return fmt.Errorf("retired command %s of the panel: %w", name, err)
			}
		}
	}
	return nil
}

// list returns the app's commands by name.
func (p *slashPanel) list(ctx context.Context) (map[string]feishu.SlashCommand, error) {
	commands, err := p.platform.ListSlashCommands(ctx, p.tenantKey)
	there := make(map[string]feishu.SlashCommand, len(commands))
	for _, command := range commands {
		there[command.Name] = command
	}
	return there, err
}

// create adds a command. One that another process added in the meantime is
// corrected, should that be of another version.
func (p *slashPanel) create(ctx context.Context, command feishu.SlashCommand) error {
	p.log.WithField("command", command.Name).Info("adding a command to the panel")
	taken := p.platform.CreateSlashCommand(ctx, p.tenantKey, command)
	if !feishu.SlashTaken(taken) {
		return taken
	}
	there, err := p.list(ctx)
	if err != nil {
		return err
	}
	existing, ok := there[command.Name]
	if !ok {
		return taken // the panel is full
	}
	return p.correct(ctx, existing, command)
}

// correct has a command that is there say what is wanted.
func (p *slashPanel) correct(ctx context.Context, existing, wanted feishu.SlashCommand) error {
	if existing.Same(wanted) {
		return nil
	}
	p.log.WithField("command", wanted.Name).Info("correcting a command of the panel")
	wanted.ID = existing.ID
	return p.platform.DescribeSlashCommand(ctx, p.tenantKey, wanted)
}
