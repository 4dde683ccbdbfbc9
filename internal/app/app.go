package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/robfig/cron/v3"
	"github.com/sirupsen/logrus"

	"huibao/bot"
	"huibao/internal/admin"
	"huibao/internal/config"
	"huibao/internal/failpoint"
	"huibao/internal/feishu"
	"huibao/internal/inbox"
	"huibao/internal/intake"
	"huibao/internal/jobs"
	"huibao/internal/outbox"
	"huibao/internal/page"
	"huibao/internal/web"
	"huibao/scheduler"
)

// Version is what the binary was built from; the Makefile sets it.
var Version = "dev"

// App is the running service.
type App struct {
	*core
	jobs      *jobs.Client
	inbox     *inbox.Inbox
	intake    *intake.Intake
	sightings *sightings
	outbox    *outbox.Outbox
	bot       *bot.Bot
	scheduler *scheduler.Scheduler
	web       *web.Server
	// connection is nil where events come by webhook.
	connection *feishu.Connection
	cron       *cron.Cron
	selves     selves
	// What is done once for each tenant: learning who the bot is there, and keeping
	// the panel of commands.
	introduction, slash *errand
	panels              *slashPanels
	startedAt           time.Time
	teardown            []step
	stop                context.CancelFunc // ends the background work
	beside              sync.WaitGroup     // the background work
}

// step is one thing to undo when the service stops.
type step struct {
	name string
	undo func(ctx context.Context) error
}

// New builds the service from its configuration, with the database open and
// up to date and nothing running yet.
func New(ctx context.Context, cfg config.Config, log *logrus.Entry) (*App, error) {
	c, err := newCore(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	a := &App{core: c, startedAt: time.Now()}
	a.panels = newSlashPanels(a)
	a.introduction = newErrand(c.tenants, log, a.introduce)
	a.slash = newErrand(c.tenants, log, a.panels.keep)
	if err := a.build(ctx); err != nil {
		return nil, closing(c.db, err)
	}
	return a, nil
}

// build makes the parts above the core, each from the ones before it.
func (a *App) build(ctx context.Context) error {
	hostname, _ := os.Hostname() // without one, the name is only less telling
	name, unlock, err := a.db.LockServe(ctx, hostname)
	if err != nil {
		return err
	}
	a.undo("database", func(context.Context) error { return errors.Join(unlock(), a.db.Close()) })
	a.undo("tracing", a.tracer.Stop)
	if err := a.join(name); err != nil {
		return err
	}
	a.inbox = inbox.New(a.db)
	if err := a.buildIntake(); err != nil {
		return err
	}
	return a.buildWeb()
}

// join makes what answers and posts, under the name by which work is taken up.
// The commands of the shell join it too: they write work down and leave it to
// the service.
func (a *App) join(name string) (err error) {
	if a.jobs, err = jobs.New(jobs.Options{Database: a.db.Engine(), Log: a.log, ID: name}); err != nil {
		return err
	}
	a.db.UseJobs(a.jobs)
	a.outbox = outbox.New(outbox.Options{Store: a.db, Slots: a.db, Sender: a.feishu, Now: time.Now, Log: a.log})
	gate := &gate{}
	a.scheduler, err = scheduler.New(scheduler.Options{
		Store: a.db, Reports: a.reports, Poster: a.outbox, Gate: gate, Settings: a.settings, CatchUp: a.cfg.CatchUp,
		Registry: a.registry, Now: time.Now, Log: a.log,
	})
	if err != nil {
		return err
	}
	a.bot = bot.New(bot.Options{
		Reports: a.reports, TopReports: a.reports, Poster: a.outbox, Platform: a.feishu, Chats: a.db, Presses: a.db, Limiter: a.db, OpenIDFunc: a.openID,
		Settings: a.settings, Schedules: a.scheduler, Now: time.Now, Log: a.log,
	})
	gate.Gate = a.bot
	a.registerJobs()
	return nil
}

// gate lets the scheduler ask the bot about chats, and the bot the scheduler
// about schedules: one of the two is made first.
type gate struct{ scheduler.Gate }

// buildWeb makes the server and what answers behind it.
func (a *App) buildWeb() error {
	receiver := feishu.NewReceiver(feishu.ReceiverOptions{
		AppID: a.cfg.FeishuAppID, EncryptKey: a.cfg.FeishuEncryptKey.Reveal(),
		VerificationToken: a.webhookToken(), StoreApp: a.cfg.StoreApp(), Now: time.Now,
	})
	a.warnOfShortTokens()
	api := admin.New(admin.Options{
		Tokens: a.cfg.AdminTokens(), TenantFunc: a.tenants.Of, Tenants: a.db, Scheduler: a.scheduler, Store: a.db,
		Chats: a.db, Platform: a.feishu, Reports: a.reports, Settings: a.settings, Log: a.db, Archive: a, Health: a,
		Sessions: a.db, Assets: page.Assets(), AssetsHash: page.Hash(), Now: time.Now,
	})
	server, err := web.New(web.Options{
		Addr: a.cfg.HTTPAddr, AdminAddr: a.cfg.AdminAddr, TrustedProxies: a.cfg.TrustedProxies,
		Receiver: receiver, Intake: a.intake, Registrars: []func(*echo.Group){a.steadily(api.Register)},
		ReadyChecks: a.checks(), Middleware: a.tracer.Middleware, Registry: a.registry, Log: a.log,
	})
	a.web = server
	return err
}

// shortToken is the length of an admin token below which it may be guessed.
const shortToken = 16

// warnOfShortTokens names the admins whose tokens may be guessed.
func (a *App) warnOfShortTokens() {
	for name, token := range a.cfg.AdminTokens() {
		if len(token) < shortToken {
			a.log.WithField("admin", name).Warnf("the admin token has fewer than %d characters; a longer one is harder to guess", shortToken)
		}
	}
}

// steadily registers routes whose requests see one tenant from their beginning
// to their end.
func (a *App) steadily(register func(*echo.Group)) func(*echo.Group) {
	return func(group *echo.Group) {
		group.Use(a.tenants.own.steady)
		register(group)
	}
}

// checks are what must be right for the service to take work.
func (a *App) checks() []web.Check {
	checks := []web.Check{{Name: "database", Run: a.db.Check}, {Name: "jobs", Run: a.jobs.Check}}
	if a.connection != nil {
		checks = append(checks, web.Check{Name: "connection", Run: a.connection.Check})
	}
	return append(checks, a.examinations()...)
}

// undo adds a step to the teardown.
func (a *App) undo(name string, undo func(context.Context) error) {
	a.teardown = append(a.teardown, step{name, undo})
}

// Start takes up unfinished work, begins new work and opens the server. It
// returns once requests are answered and never waits for the platform.
func (a *App) Start(ctx context.Context) error {
	reclaimed, err := a.jobs.Reclaim(ctx)
	if err != nil {
		return fmt.Errorf("take up unfinished work: %w", err)
	}
	failpoint.Hit("work_reclaimed")
	if reclaimed > 0 {
		a.log.WithField("jobs", reclaimed).Info("taking up work that was not finished")
	}
	ctx = context.WithoutCancel(ctx) // what runs is ended by Stop, which lets it finish
	if err := a.jobs.Start(ctx); err != nil {
		return fmt.Errorf("start the job engine: %w", err)
	}
	a.undo("jobs", a.jobs.Stop)
	if err := a.scheduler.Start(ctx); err != nil {
		return fmt.Errorf("start the scheduler: %w", err)
	}
	a.undo("scheduler", a.scheduler.Stop)
	if err := a.startBackground(ctx); err != nil {
		return err
	}
	a.inbox.Start(ctx)
	a.undo("inbox", a.inbox.Stop)
	if err := a.web.Start(); err != nil {
		return fmt.Errorf("open the server: %w", err)
	}
	a.undo("server", a.web.Stop)
	a.startConnection(ctx)
	a.log.WithField("addr", a.Addr()).Info("huibao is ready")
	return nil
}

// Stop takes no new work, lets running work finish within ctx, and closes
// everything in reverse order of its start. It may be called once.
func (a *App) Stop(ctx context.Context) error {
	var failures []error
	for _, step := range slices.Backward(a.teardown) {
		if err := step.undo(ctx); err != nil {
			failures = append(failures, fmt.Errorf("stop the %s: %w", step.name, err))
		}
	}
	a.teardown = nil
	return errors.Join(failures...)
}

// Addr is the address the server is bound to.
func (a *App) Addr() string { return a.web.Addr() }

// AdminAddr is the address of /admin and /metrics.
func (a *App) AdminAddr() string { return a.web.AdminAddr() }

// RunServe runs the service until ctx ends, then drains it.
func RunServe(ctx context.Context, cfg config.Config, log *logrus.Entry) error {
	a, err := New(ctx, cfg, log)
	if err != nil {
		return err
	}
	err = a.Start(ctx)
	if err == nil {
		<-ctx.Done()
		log.Info("stopping: no new work, running work finishes")
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), cfg.Drain)
	defer cancel()
	return errors.Join(err, a.Stop(drain))
}
