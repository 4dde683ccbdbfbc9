package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huibao/bot"
	"huibao/internal/audit"
	"huibao/internal/failpoint"
	"huibao/internal/jobs"
	"huibao/internal/settings"
	"huibao/scheduler"
)

// actorSystem is who the audit log names for what the platform tells.
const actorSystem = "system"

// tenantOf is the tenant whose event it is; served is false for one of a tenant
// that the app is no longer installed in.
func (a *App) tenantOf(ctx context.Context, event bot.Event) (tenantKey string, served bool, err error) {
	if a.tenants.storeApp {
		served, err = a.admit(ctx, event)
		return event.TenantKey, served, err
	}
	news, err := a.tenants.own.Learn(ctx, event.TenantKey, "")
	if err != nil {
		return "", false, err
	}
	if news {
		failpoint.Hit("tenant_learnt")
		if err := a.enqueueRefresh(ctx, event.TenantKey); err != nil {
			return "", false, err
		}
	}
	// A custom app has one tenant. An event that names another is about people
	// of that one, who then are strangers here.
	tenantKey, err = a.tenants.own.Key(ctx)
	return tenantKey, err == nil, err
}

// admit makes the tenant of a store app's event known. What people do there after
// the app was stopped or uninstalled, by the platform's clock, says that it works
// again, should the event that said so be lost.
func (a *App) admit(ctx context.Context, event bot.Event) (served bool, err error) {
	tenant, _, err := a.db.SeeTenant(ctx, event.TenantKey)
	if err != nil {
		return false, err
	}
	if event.App != nil {
		return true, nil
	}
	if tenant.State != bot.TenantActive && event.CreatedAt.After(tenant.Since) {
		if err := a.tenantWorks(ctx, event, "tenant.start"); err != nil {
			return false, err
		}
		tenant.State = bot.TenantActive
	}
	if tenant.State == bot.TenantUninstalled || tenant.State == bot.TenantDeleted {
		a.log.WithField("tenant_key", tenant.Key).WithField("event_id", event.EventID).Info("the app was uninstalled since, the event is dropped")
		return false, nil
	}
	a.hear(tenant.Key)
	return true, nil
}

// workApp acts on what the platform tells a store app of itself. It may be called
// again for the same event after a crash.
func (a *App) workApp(ctx context.Context, event bot.Event) error {
	switch event.Type {
	case bot.EventOpened:
		if err := a.appointInstaller(ctx, event); err != nil {
			return err
		}
		return a.tenantWorks(ctx, event, "tenant.open")
	case bot.EventUninstalled:
		return a.tenantLeft(ctx, event)
	}
	switch event.App.Status {
	case bot.StartedByTenant:
		return a.tenantWorks(ctx, event, "tenant.start")
	case bot.StoppedByTenant:
		return a.tenantStops(ctx, event, scheduler.ReasonStoppedByTenant)
	case bot.StoppedByPlatform:
		return a.tenantStops(ctx, event, scheduler.ReasonStoppedByPlatform)
	}
	a.log.WithField("tenant_key", event.TenantKey).WithField("event_id", event.EventID).Warn("a status of the app that is not known")
	return nil
}

// tenantWorks ends a pause of the tenant, and offers its admins to resume what was
// disabled when it uninstalled the app.
func (a *App) tenantWorks(ctx context.Context, event bot.Event, action string) error {
	current, err := a.turn(ctx, event, action, bot.TenantActive, "")
	if err != nil || !current {
		return err
	}
	if err := a.scheduler.Unpause(ctx, event.TenantKey); err != nil {
		return err
	}
	notices, err := a.scheduler.TenantBack(ctx, event.TenantKey, event.CreatedAt)
	if err != nil {
		return err
	}
	work := make([]jobs.Args, 0, len(notices))
	for _, notice := range notices {
		work = append(work, notice)
	}
	if err := a.db.Enqueue(ctx, nil, work...); err != nil {
		return fmt.Errorf("write down that the admins of tenant %s are asked: %w", event.TenantKey, err)
	}
	a.hear(event.TenantKey)
	return nil
}

// tenantStops pauses the tenant's digests.
func (a *App) tenantStops(ctx context.Context, event bot.Event, reason string) error {
	current, err := a.turn(ctx, event, "tenant.stop", bot.TenantStopped, reason)
	if err != nil || !current {
		return err
	}
	return a.scheduler.Pause(ctx, event.TenantKey, reason, event.CreatedAt)
}

// tenantLeft disables the tenant's schedules. Its data are deleted later, unless
// it installs the app again.
func (a *App) tenantLeft(ctx context.Context, event bot.Event) error {
	current, err := a.turn(ctx, event, "tenant.uninstall", bot.TenantUninstalled, scheduler.ReasonUninstalled)
	if err != nil || !current {
		return err
	}
	a.feishu.ForgetTenant(event.TenantKey)
	a.introduction.forget(event.TenantKey)
	a.slash.forget(event.TenantKey)
	return errors.Join(a.scheduler.TenantGone(ctx, event.TenantKey, scheduler.ReasonUninstalled), a.scheduler.Unpause(ctx, event.TenantKey))
}

// turn puts a tenant into a state; current tells that it is in it by this event,
// and not by a newer one: events come in any order.
func (a *App) turn(ctx context.Context, event bot.Event, action string, state bot.TenantState, reason string) (current bool, err error) {
	entry := &audit.Entry{TenantKey: event.TenantKey, At: time.Now(), Actor: actorSystem, Action: action, Object: "tenant/" + event.TenantKey}
	_, err = a.db.ChangeTenant(ctx, event.TenantKey, entry, func(tenant *bot.Tenant) error {
		current = event.CreatedAt.UnixMilli() >= tenant.Since.UnixMilli() && (tenant.State != bot.TenantDeleted || state == bot.TenantActive)
		if current {
			tenant.State, tenant.Reason, tenant.Since = state, reason, event.CreatedAt
		}
		return nil
	})
	log := a.log.WithField("tenant_key", event.TenantKey).WithField("event_id", event.EventID).WithField("state", string(state))
	switch {
	case err == nil && current:
		log.Info("the app's state in the tenant is known")
	case err == nil:
		log.Info("an old event, the tenant has gone on since")
	}
	return current, err
}

// appointInstaller makes the administrator who installed the app the tenant's
// first admin of the bot, unless the tenant chose its settings already: somebody
// must be able to allow chats.
func (a *App) appointInstaller(ctx context.Context, event bot.Event) error {
	_, chosen, err := a.db.FindSettings(ctx, event.TenantKey)
	if err != nil || chosen || event.App.InstallerID == "" {
		return err
	}
	entry := &audit.Entry{TenantKey: event.TenantKey, At: time.Now(), Actor: actorSystem, Action: "settings.update", Object: "settings"}
	_, err = a.settings.Change(ctx, event.TenantKey, entry, func(s *settings.Settings) error {
		if len(s.Admins) == 0 {
			s.Admins = []string{event.App.InstallerID}
		}
		return nil
	})
	return err
}

// hear has what is done once for each tenant done for this one.
func (a *App) hear(tenantKey string) {
	a.introduction.hear(tenantKey)
	a.slash.hear(tenantKey)
}

// forgetTenants deletes the data of tenants that uninstalled the app and did not
// come back in time.
func (a *App) forgetTenants(ctx context.Context) error {
	before := time.Now().Add(-a.cfg.UninstallGrace)
	return a.tenants.Each(ctx, func(tenant bot.Tenant) error {
		if tenant.State != bot.TenantUninstalled || !tenant.Since.Before(before) {
			return nil
		}
		entry := &audit.Entry{TenantKey: tenant.Key, At: time.Now(), Actor: actorSystem, Action: "tenant.delete", Object: "tenant/" + tenant.Key}
		done, err := a.db.DeleteTenant(ctx, tenant.Key, before, entry)
		if err != nil {
			return fmt.Errorf("delete the data of tenant %s: %w", tenant.Key, err)
		}
		if done {
			a.log.WithField("tenant_key", tenant.Key).Warn("the data of a tenant that uninstalled the app are deleted")
		}
		return nil
	})
}
