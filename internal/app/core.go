package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"

	"huibao/internal/config"
	"huibao/internal/feishu"
	"huibao/internal/settings"
	"huibao/internal/store"
	"huibao/internal/tracing"
	"huibao/reports"
	"huibao/templates"
)

// core is what the service and the commands of the shell share: the database,
// the platform and the reports made from both.
type core struct {
	cfg      config.Config
	log      *logrus.Entry
	registry *prometheus.Registry
	db       *store.DB
	feishu   *feishu.Client
	reports  *reports.Service
	tenants  *tenants
	settings *settings.Service
	tracer   *tracing.Tracer
	usage    *usage
}

// newCore opens the database, brings it up to date, and builds what is shared.
func newCore(ctx context.Context, cfg config.Config, log *logrus.Entry) (*core, error) {
	db, err := openStore(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	if _, err := db.Migrate(ctx); err != nil {
		return nil, closing(db, fmt.Errorf("migrate the database: %w", err))
	}
	c := &core{cfg: cfg, log: log, registry: prometheus.NewRegistry(), db: db}
	if err := c.build(ctx); err != nil {
		return nil, closing(db, err)
	}
	return c, nil
}

// build makes what is shared on the open database.
func (c *core) build(ctx context.Context) (err error) {
	cfg := c.cfg
	c.settings, err = settings.New(settings.Options{Store: c.db, Defaults: defaults(cfg), Now: time.Now, Log: c.log})
	if err != nil {
		return err
	}
	if c.tracer, err = tracing.New(ctx, cfg.OTLPEndpoint, Version); err != nil {
		return err
	}
	own := &tenant{store: c.db, log: c.log}
	c.tenants = &tenants{store: c.db, storeApp: cfg.StoreApp(), own: own}
	c.usage = newUsage(c)
	client, err := feishu.NewClient(feishu.ClientOptions{
		BaseURL: cfg.FeishuBaseURL, Brand: cfg.FeishuBrand, AppID: cfg.FeishuAppID, AppSecret: cfg.FeishuAppSecret.Reveal(),
		StoreApp: cfg.StoreApp(), TicketFunc: c.db.AppTicket,
		ReportRate: cfg.ReportRate, TopUserMinutes: cfg.TopUserUnit == "minutes", AroundFunc: c.usage.around, Registry: c.registry, Log: c.log, Now: time.Now,
	})
	if err != nil {
		return err
	}
	c.feishu, own.platform = client, client
	c.reports = reports.NewService(reports.Options{
		Source: client, TopSource: client, Archive: c.db,
		CalendarFunc: func(tenantKey string) reports.Calendar { return c.settings.Calendar(tenantKey) },
		ZoneFunc:     func(tenantKey string) *time.Location { return c.settings.Of(tenantKey).Zone() },
		FinalAfter:   cfg.FinalAfter, ReportedAfter: cfg.ReportedAfter, FreshFor: cfg.FreshFor,
		Now: time.Now, Log: c.log,
	})
	return nil
}

// defaults are the settings of a tenant that chose none, from the
// configuration.
func defaults(cfg config.Config) settings.Settings {
	chosen := settings.Settings{
		Locale: templates.Locale(cfg.Locale), Timezone: cfg.Timezone.String(), WeekStart: strings.ToLower(cfg.WeekStart.String()),
		Access: settings.AccessApproval, Calendar: cfg.Calendar, TopUsers: "off", Admins: cfg.FeishuAdmins,
	}
	if cfg.StoreApp() {
		chosen.Admins = nil // a person of one tenant decides about no other
	}
	if cfg.OpenAccess {
		chosen.Access = settings.AccessOpen
	}
	return chosen
}

// openStore opens the database of the configuration.
func openStore(ctx context.Context, cfg config.Config, log *logrus.Entry) (*store.DB, error) {
	return store.Open(ctx, store.Options{
		URL: cfg.DatabaseURL.Reveal(), Log: log,
		SendPerSecond: cfg.SendPerSecond, SendPerMinute: cfg.SendPerMinute,
		CommandsPerUser: cfg.CommandsPerUser, CommandsPerChat: cfg.CommandsPerChat,
	})
}

// closing closes the database on the way out of a failed start.
func closing(db *store.DB, err error) error {
	if closeErr := db.Close(); closeErr != nil {
		return fmt.Errorf("%w (and closing the database: %w)", err, closeErr)
	}
	return err
}
