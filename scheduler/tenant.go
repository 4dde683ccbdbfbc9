package scheduler

import (
	"context"
	"fmt"
	"time"
)

// Why a tenant's digests do not come while a store app does not work there.
const (
	ReasonUninstalled       = "the app was uninstalled"
	ReasonStoppedByTenant   = "the organisation stopped the app"
	ReasonStoppedByPlatform = "the platform stopped the app"
)

// TenantGone disables all of a tenant's schedules. Nobody is told: there is no way
// left by which anybody could be.
func (s *Scheduler) TenantGone(ctx context.Context, tenantKey, reason string) error {
	return s.each(ctx, tenantKey, ScheduleFilter{}, func(schedule Schedule) error {
		if !schedule.Enabled {
			return nil
		}
		_, err := s.disable(ctx, schedule, reason, nil)
		return err
	})
}

// Pause notes that none of the tenant's digests can be posted. Who stopped the app
// knows of it.
func (s *Scheduler) Pause(ctx context.Context, tenantKey, reason string, since time.Time) error {
	_, err := s.Store.BeginPause(ctx, tenantKey, Pause{Reason: reason, Since: since}, nil)
	if err != nil {
		return fmt.Errorf("pause the tenant's digests: %w", err)
	}
	s.Log.WithField("tenant_key", tenantKey).WithField("reason", reason).Warn("the tenant's digests are paused")
	return nil
}

// TenantBack are the notices that offer the admins to resume what was disabled
// when the app was uninstalled; none when there is nothing to resume. at is when
// it was installed again.
func (s *Scheduler) TenantBack(ctx context.Context, tenantKey string, at time.Time) ([]NoticeJob, error) {
	disabled, err := s.DisabledFor(ctx, tenantKey, ReasonUninstalled)
	if err != nil || len(disabled) == 0 {
		return nil, err
	}
	return s.notices(NoticeJob{
		ID: fmt.Sprintf("back:%d", at.UnixMilli()), TenantKey: tenantKey, Trouble: TenantReturned, Reason: ReasonUninstalled, At: at,
	}), nil
}

// DisabledFor are the tenant's schedules that were disabled for the reason.
func (s *Scheduler) DisabledFor(ctx context.Context, tenantKey, reason string) ([]Schedule, error) {
	all, err := s.Disabled(ctx, tenantKey, "")
	var disabled []Schedule
	for _, schedule := range all {
		if schedule.DisabledReason == reason {
			disabled = append(disabled, schedule)
		}
	}
	return disabled, err
}
