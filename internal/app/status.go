package app

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"huibao/bot"
	"huibao/internal/admin"
	"huibao/internal/audit"
	"huibao/internal/fault"
	"huibao/reports"
	"huibao/scheduler"
	"huibao/templates"
)

// Status tells an admin how the service is, in words of the locale.
func (a *App) Status(ctx context.Context, tenantKey string, locale templates.Locale) (admin.Status, error) {
	status := admin.Status{
		Version: Version, StartedAt: a.startedAt.Format(time.RFC3339), TenantKey: tenantKey, BotOpenID: a.openID(tenantKey),
		Ready: true, Warnings: a.warnings(tenantKey, locale), Health: []admin.HealthFinding{},
	}
	for _, finding := range a.doctorOf(tenantKey, locale).Local(ctx) {
		status.Health = append(status.Health, admin.HealthFinding{
			Section: finding.Section, Check: finding.Check, Status: string(finding.Status), Detail: finding.Detail, Todo: finding.Todo,
		})
	}
	for _, check := range a.checks() {
		ok := check.Run(ctx) == nil
		status.Ready = status.Ready && ok
		status.Checks = append(status.Checks, admin.StatusCheck{Check: check.Name, OK: ok})
	}
	tenant, known, err := a.db.FindTenant(ctx, tenantKey)
	if err != nil {
		return status, err
	}
	status.TenantName = tenant.Name
	if known && tenant.State != bot.TenantActive {
		status.Warnings = append(status.Warnings, templates.Text(locale, "warning.tenant", fault.Args{"reason": templates.ReasonText(locale, tenant.Reason)}))
	}
	pause, paused, err := a.db.FindPause(ctx, tenantKey)
	if err != nil {
		return status, err
	}
	if paused {
		since := pause.Since.Format(time.RFC3339)
		status.Digests = admin.DigestStatus{
			Paused: true, PausedReason: pause.Reason, PausedReasonText: templates.ReasonText(locale, pause.Reason), PausedSince: &since,
		}
		status.Warnings = append(status.Warnings, templates.Text(locale, "warning.paused", fault.Args{"reason": status.Digests.PausedReasonText}))
	}
	pending, err := a.db.CountDeliveries(ctx, tenantKey, scheduler.DeliveryFilter{Status: scheduler.Pending})
	status.Digests.Pending = pending[scheduler.Pending]
	return status, err
}

// warnings are what an admin should know or mend, in words of the locale; what the
// doctor finds too, in the doctor's.
func (a *App) warnings(tenantKey string, locale templates.Locale) []string {
	warnings := []string{}
	warn := func(key string, args fault.Args) { warnings = append(warnings, templates.Text(locale, key, args)) }
	chosen := a.settings.Of(tenantKey)
	if len(chosen.Admins) == 0 {
		warn("doctor.admins.none", nil)
	}
	if a.openID(tenantKey) == "" {
		warn("warning.no_bot", nil)
	}
	if tenantKey == "" {
		warn("warning.no_tenant", nil)
	}
	now := time.Now().In(chosen.Zone())
	for _, year := range []int{now.Year(), now.AddDate(0, 2, 0).Year()} {
		if !a.settings.Calendar(tenantKey).Known(year) {
			warn("doctor.calendar.missing", fault.Args{"year": strconv.Itoa(year)})
			break
		}
	}
	if a.cfg.FeishuAllowUnsigned {
		warn("warning.unsigned", nil)
	}
	return warnings
}

// EnqueueBackfill writes down that days are to be fetched, even final ones.
func (a *App) EnqueueBackfill(ctx context.Context, tenantKey string, unit reports.Unit, days reports.Range, entry *audit.Entry) (reports.Backfill, error) {
	backfill := reports.Backfill{
		ID: uuid.Must(uuid.NewV7()).String(), TenantKey: tenantKey, Unit: unit, Days: days, Status: reports.BackfillPending,
		Next: days.From, DaysTotal: days.Days(), CreatedBy: entry.Actor, CreatedAt: entry.At,
	}
	return backfill, a.db.CreateBackfill(ctx, backfill, backfillJob{TenantKey: tenantKey, ID: backfill.ID}, entry)
}

// ListBackfills returns the tenant's backfills, the newest first.
func (a *App) ListBackfills(ctx context.Context, tenantKey, before string, limit int) ([]reports.Backfill, error) {
	return a.db.ListBackfills(ctx, tenantKey, before, limit)
}

// ArchivedUnits returns the units the archive holds.
func (a *App) ArchivedUnits(ctx context.Context, tenantKey string) ([]reports.Unit, error) {
	return a.db.ArchivedUnits(ctx, tenantKey)
}
