package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"

	"huibao/internal/calendar"
	"huibao/internal/config"
	"huibao/internal/doctor"
	"huibao/internal/fault"
	"huibao/internal/feishu"
	"huibao/internal/settings"
	"huibao/internal/store"
	"huibao/internal/web"
	"huibao/templates"
)

// Examine looks at a huibao from the shell, whether its service runs or not. It
// makes no database and changes none.
func Examine(ctx context.Context, cfg config.Config, log *logrus.Entry) ([]doctor.Finding, error) {
	options := examined(cfg, templates.English)
	db, problem := openIfThere(ctx, cfg, log)
	options.StoreProblem, options.Zone = problem, cfg.Timezone
	var err error
	if options.Calendar, err = calendar.New(cfg.Calendar); err != nil {
		return nil, err
	}
	ticket := func(context.Context) (string, error) { return "", nil }
	if db != nil {
		defer func() { _ = db.Close() }() // it was only looked at
		options.Store, ticket = db, db.AppTicket
		if err := learn(ctx, &options, db, log); err != nil {
			return nil, err
		}
	}
	client, err := feishu.NewClient(feishu.ClientOptions{
		BaseURL: cfg.FeishuBaseURL, Brand: cfg.FeishuBrand, AppID: cfg.FeishuAppID, AppSecret: cfg.FeishuAppSecret.Reveal(),
		ReportRate: cfg.ReportRate, StoreApp: cfg.StoreApp(), TicketFunc: ticket,
		Registry: prometheus.NewRegistry(), Log: log, Now: time.Now,
	})
	if err != nil {
		return nil, err
	}
	options.Platform = client
	return doctor.New(options).Examine(ctx), nil
}

// examined are the options that the configuration alone gives, for a reader of the
// locale.
func examined(cfg config.Config, locale templates.Locale) doctor.Options {
	options := doctor.Options{
		Config: cfg, Admins: defaults(cfg).Admins, OpenAccess: cfg.OpenAccess, Now: time.Now,
		TextFunc:     func(key string, args fault.Args) string { return templates.Text(locale, key, args) },
		SentenceFunc: func(err error) string { return sentenceIn(locale, err) },
		AnswerFunc: func(ctx context.Context, address string) error {
			return feishu.AskChallenge(ctx, nil, address, cfg.FeishuEncryptKey.Reveal(), cfg.FeishuVerificationToken.Reveal())
		},
	}
	if !cfg.StoreApp() {
		options.TenantKeys = []string{""}
	}
	return options
}

// openIfThere opens the database. A file of SQLite's that is not there is not
// made: then it returns nothing, and no error.
func openIfThere(ctx context.Context, cfg config.Config, log *logrus.Entry) (*store.DB, error) {
	if path, isSQLite := strings.CutPrefix(cfg.DatabaseURL.Reveal(), "sqlite:"); isSQLite {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	return openStore(ctx, cfg, log)
}

// learn completes the options with what the database knows, if it has the shape
// that this program reads.
func learn(ctx context.Context, options *doctor.Options, db *store.DB, log *logrus.Entry) error {
	if missing, err := db.Steps(ctx); err != nil || missing != 0 {
		return nil //nolint:nilerr // the doctor tells of it
	}
	chosen, err := settings.New(settings.Options{Store: db, Defaults: defaults(options.Config), Now: time.Now, Log: log})
	if err != nil {
		return err
	}
	all := &tenants{store: db, storeApp: options.Config.StoreApp(), own: &tenant{store: db, log: log}}
	if options.TenantKeys, err = all.Active(ctx); err != nil {
		return fmt.Errorf("find the organisations: %w", err)
	}
	options.Admins = nil
	for i, key := range options.TenantKeys {
		options.Admins = append(options.Admins, chosen.Of(key).Admins...)
		if i == 0 {
			options.Zone, options.Calendar = chosen.Of(key).Zone(), chosen.Calendar(key)
			options.OpenAccess = chosen.Of(key).Access == settings.AccessOpen
		}
	}
	return nil
}

// doctorOf is the doctor of the running service for a tenant and a reader of the
// locale.
func (a *App) doctorOf(tenantKey string, locale templates.Locale) *doctor.Doctor {
	options := examined(a.cfg, locale)
	chosen := a.settings.Of(tenantKey)
	options.Platform, options.Store, options.TenantKeys, options.Admins = a.feishu, a.db, []string{tenantKey}, chosen.Admins
	options.Zone, options.Calendar, options.OpenAccess = chosen.Zone(), a.settings.Calendar(tenantKey), chosen.Access == settings.AccessOpen
	return doctor.New(options)
}

// examinations are the doctor's checks of what a service must have to take work.
func (a *App) examinations() []web.Check {
	var checks []web.Check
	for _, check := range a.doctorOf("", templates.English).Ready() {
		checks = append(checks, web.Check{Name: check.Name, Run: func(ctx context.Context) error {
			if finding := check.Run(ctx); finding.Status == doctor.Failed {
				return errors.New(finding.Detail)
			}
			return nil
		}})
	}
	return checks
}
