package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"huibao/reports"
)

const (
	// nightly is when the days that are not final are fetched anew, in the
	// default time zone: off the full hour, when many others ask.
	nightly = "17 3 * * *"
	// cleaning is when what has aged out is deleted.
	cleaning = "43 * * * *"
	// listing is when the panel of commands is looked after, since permissions
	// may have been granted meanwhile.
	listing = "31 4 * * *"
	// counting is when the calls of the platform are written, and the events seen.
	counting = "* * * * *"
	// seenFor is how long ids of events are remembered. The platform repeats
	// for 7 hours and a captured request is refused after 24; 48 h is promised.
	seenFor = 72 * time.Hour
	// askAgain is the pause before the platform is asked anew for what it did
	// not tell at the start.
	askAgain = time.Minute
)

// startBackground begins what runs beside the requests: learning who the bot is
// and where it lives, the panel of commands, the next runs, the nightly fetch, and
// cleaning.
func (a *App) startBackground(ctx context.Context) error {
	ctx, a.stop = context.WithCancel(ctx)
	if a.tenants.storeApp && len(a.cfg.FeishuAdmins) > 0 {
		a.log.Warn("HUIBAO_FEISHU_ADMINS does not count with a store app: the admins are a setting of each tenant")
	}
	a.beside.Go(func() {
		if a.tenants.storeApp {
			a.awaitTicket(ctx)
			a.logged(ctx, "forget tenants", a.forgetTenants)
		}
		a.introduction.run(ctx)
	})
	a.beside.Go(func() { a.slash.run(ctx) })
	a.beside.Go(func() { a.logged(ctx, "plan anew", a.planAnew) })
	a.cron = cron.New(cron.WithLocation(a.cfg.Timezone))
	for spec, run := range map[string]func(context.Context) error{
		nightly: a.refreshAll, cleaning: a.clean, listing: a.panels.all, counting: a.flush,
	} {
		if _, err := a.cron.AddFunc(spec, func() { a.logged(ctx, spec, run) }); err != nil {
			return fmt.Errorf("schedule background work: %w", err)
		}
	}
	a.cron.Start()
	a.undo("background work", func(ctx context.Context) error {
		a.stop()
		select {
		case <-a.cron.Stop().Done():
		case <-ctx.Done():
		}
		a.beside.Wait()
		return a.flush(ctx)
	})
	return nil
}

// planAnew works out the next runs of all schedules: another version may have brought
// other holidays, the configuration may name another week, and a process may have ended
// before it had planned anew after a change.
func (a *App) planAnew(ctx context.Context) error {
	keys, err := a.tenants.Active(ctx)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := a.scheduler.Replan(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// logged runs background work and logs how it failed.
func (a *App) logged(ctx context.Context, name string, run func(context.Context) error) {
	if err := run(ctx); err != nil && ctx.Err() == nil {
		a.log.WithError(err).WithField("cron", name).Error("background work")
	}
}

// pause waits; false when ctx ended first.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// enqueueRefresh writes down that the tenant's days that are not final are to
// be fetched, for each unit it has been asked about.
func (a *App) enqueueRefresh(ctx context.Context, tenantKey string) error {
	units, err := a.db.ArchivedUnits(ctx, tenantKey)
	if err != nil {
		return err
	}
	if len(units) == 0 {
		units = []reports.Unit{reports.UnitNone}
	}
	for _, unit := range units {
		if err := a.jobs.Insert(ctx, refreshJob{TenantKey: tenantKey, Unit: unit}); err != nil {
			return fmt.Errorf("write down a refresh of the archive: %w", err)
		}
	}
	return nil
}

// refreshAll has the archives of all tenants brought up to date.
func (a *App) refreshAll(ctx context.Context) error {
	keys, err := a.tenants.Active(ctx)
	for _, key := range keys {
		err = errors.Join(err, a.enqueueRefresh(ctx, key))
	}
	return err
}

// clean deletes what has aged out.
func (a *App) clean(ctx context.Context) error {
	if err := a.forgetTenants(ctx); err != nil {
		return err
	}
	return a.db.Clean(ctx, time.Now().Add(-seenFor), time.Now().Add(-a.cfg.KeepDeliveries))
}
