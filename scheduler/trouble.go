package scheduler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/templates"
)

// Trouble says what the bot's admins are told.
type Trouble string

// The kinds of trouble.
const (
	DigestFailed     Trouble = "digest_failed"     // a run failed, or nobody knows whether it arrived
	ScheduleDisabled Trouble = "schedule_disabled" // it will not run until somebody resumes it
	TenantPaused     Trouble = "tenant_paused"     // no digest can be posted until something is mended
	TenantReturned   Trouble = "tenant_returned"   // the app is installed again, and the digests are still disabled
)

// refusalsAllowed is how many runs in a row may be refused before a schedule
// is disabled.
const refusalsAllowed = 3

// refused draws the consequences of a definite refusal: a chat that is gone
// takes its schedules with it, and refusals in a row disable a schedule.
func (s *Scheduler) refused(ctx context.Context, delivery Delivery, result outbox.Result) error {
	if result.Outcome == outbox.OutcomeGone {
		return s.ChatGone(ctx, delivery.TenantKey, delivery.ChatID, result.Reason)
	}
	schedule, ok, err := s.Store.FindSchedule(ctx, delivery.TenantKey, delivery.ScheduleID)
	if err != nil || !ok {
		return err
	}
	recent, err := s.recent(ctx, schedule)
	if err != nil {
		return err
	}
	refusals := 0
	for _, run := range recent {
		if !run.Refused {
			break
		}
		refusals++
	}
	if refusals < refusalsAllowed || !schedule.Enabled {
		return nil
	}
	reason := fmt.Sprintf("refused %d times in a row: %s", refusals, result.Reason)
	notices, err := s.disabledNotices(ctx, schedule, reason)
	if err != nil {
		return err
	}
	_, err = s.disable(ctx, schedule, reason, notices)
	return err
}

// ChatGone disables the schedules of a chat that no way leads to any more, and
// has the admins told of all of them at once.
func (s *Scheduler) ChatGone(ctx context.Context, tenantKey, chatID, reason string) error {
	notices := s.notices(NoticeJob{
		ID: fmt.Sprintf("gone:%s:%d", chatID, s.Now().UnixMilli()), TenantKey: tenantKey, Trouble: ScheduleDisabled,
		ChatID: chatID, Reason: reason, At: s.Now(),
	})
	return s.each(ctx, tenantKey, ScheduleFilter{ChatID: chatID}, func(schedule Schedule) error {
		if !schedule.Enabled {
			return nil
		}
		disabled, err := s.disable(ctx, schedule, reason, notices)
		if disabled {
			notices = nil
		}
		return err
	})
}

// disable switches a schedule off with the reason. It reports false, and nobody is
// told, where somebody else was quicker.
func (s *Scheduler) disable(ctx context.Context, schedule Schedule, reason string, notices []NoticeJob) (disabled bool, err error) {
	entry := s.entry(schedule.TenantKey, "system", "schedule.disable", schedule.ID)
	_, there, err := s.Store.ChangeSchedule(ctx, schedule.TenantKey, schedule.ID, entry, notices, func(schedule *Schedule) error {
		if !schedule.Enabled {
			return errUnchanged
		}
		schedule.Enabled, schedule.DisabledReason = false, reason
		schedule.UpdatedAt = s.Now().Truncate(time.Millisecond)
		return s.replan(schedule)
	})
	if errors.Is(err, errUnchanged) {
		return false, nil
	}
	if err != nil || !there {
		return false, err
	}
	s.Log.WithField("tenant_key", schedule.TenantKey).WithField("schedule_id", schedule.ID).WithField("chat_id", schedule.ChatID).
		WithField("reason", reason).Warn("schedule disabled")
	return true, nil
}

// disabledNotices are the notices of a schedule that is disabled for refusals,
// unless its failures were told already.
func (s *Scheduler) disabledNotices(ctx context.Context, schedule Schedule, reason string) ([]NoticeJob, error) {
	if told, err := s.streak(ctx, schedule, ""); err != nil || told {
		return nil, err
	}
	return s.notices(NoticeJob{
		ID: fmt.Sprintf("disabled:%s:%d", schedule.ID, schedule.UpdatedAt.UnixMilli()), TenantKey: schedule.TenantKey,
		Trouble: ScheduleDisabled, ScheduleID: schedule.ID, ChatID: schedule.ChatID, Reason: reason, At: s.Now(),
	}), nil
}

// failureNotices are the notices of a delivery that failed, when it is the
// first of a streak. Runs started by hand are no part of one: who started them
// sees how they end.
func (s *Scheduler) failureNotices(ctx context.Context, delivery Delivery) ([]NoticeJob, error) {
	if delivery.Manual || delivery.Status != Failed && delivery.Status != Unknown {
		return nil, nil
	}
	schedule, ok, err := s.Store.FindSchedule(ctx, delivery.TenantKey, delivery.ScheduleID)
	if err != nil || !ok {
		return nil, err
	}
	if going, err := s.streak(ctx, schedule, delivery.ID); err != nil || going {
		return nil, err
	}
	return s.notices(NoticeJob{
		ID: "failed:" + delivery.ID, TenantKey: delivery.TenantKey, Trouble: DigestFailed, ScheduleID: delivery.ScheduleID,
		ChatID: delivery.ChatID, Reason: delivery.Reason, At: delivery.ScheduledFor,
	}), nil
}

// streak reports whether the schedule's newest run that ended failed, leaving
// out one delivery and those started by hand.
func (s *Scheduler) streak(ctx context.Context, schedule Schedule, except string) (bool, error) {
	recent, err := s.recent(ctx, schedule)
	if err != nil {
		return false, err
	}
	for _, run := range recent {
		if run.ID != except && !run.Manual {
			return run.Status != Sent, nil
		}
	}
	return false, nil
}

// recentRuns is how many runs are looked at for a row of failures.
const recentRuns = 50

// recent are the schedule's newest runs that were sent or failed, the newest
// first, since somebody last changed or resumed it: then it starts afresh.
func (s *Scheduler) recent(ctx context.Context, schedule Schedule) ([]ListedDelivery, error) {
	runs, err := s.Store.ListDeliveries(ctx, schedule.TenantKey, DeliveryFilter{ScheduleID: schedule.ID, Limit: recentRuns})
	if err != nil {
		return nil, fmt.Errorf("look at the runs before: %w", err)
	}
	return slices.DeleteFunc(runs, func(run ListedDelivery) bool {
		return run.Status == Pending || run.Status == Skipped || run.CreatedAt.Before(schedule.UpdatedAt)
	}), nil
}

// notices is a notice for each of the bot's admins.
func (s *Scheduler) notices(notice NoticeJob) []NoticeJob {
	admins := s.Settings.Of(notice.TenantKey).Admins
	if len(admins) == 0 {
		s.Log.WithField("tenant_key", notice.TenantKey).WithField("trouble", string(notice.Trouble)).
			Warn("the bot has no admins, so nobody is told: set HUIBAO_FEISHU_ADMINS or the setting admins")
	}
	notices := make([]NoticeJob, 0, len(admins))
	for _, admin := range admins {
		notice.OpenID = admin
		notices = append(notices, notice)
	}
	return notices
}

// pause notes that none of the tenant's digests can be posted, and has the
// admins told once.
func (s *Scheduler) pause(ctx context.Context, tenantKey, reason string) error {
	now := s.Now()
	news, err := s.Store.BeginPause(ctx, tenantKey, Pause{Reason: reason, Since: now}, s.notices(NoticeJob{
		ID: fmt.Sprintf("paused:%d", now.UnixMilli()), TenantKey: tenantKey, Trouble: TenantPaused, Reason: reason, At: now,
	}))
	if err != nil {
		return fmt.Errorf("pause the tenant's digests: %w", err)
	}
	if news {
		s.Log.WithField("tenant_key", tenantKey).WithField("reason", reason).Error("the tenant's digests are paused until this is mended")
	}
	return nil
}

// Tell posts a notice to the admin it is for, alone.
func (s *Scheduler) Tell(ctx context.Context, notice NoticeJob) error {
	chosen := s.Settings.Of(notice.TenantKey)
	options := templates.TroubleOptions{
		Locale: chosen.Locale, Zone: chosen.Zone(), Kind: string(notice.Trouble), ScheduleID: notice.ScheduleID,
		ChatID: notice.ChatID, Reason: notice.Reason, At: notice.At, Ref: fault.Ref(strings.TrimPrefix(notice.ID, "failed:")),
	}
	if notice.ScheduleID != "" {
		schedule, ok, err := s.Store.FindSchedule(ctx, notice.TenantKey, notice.ScheduleID)
		if err != nil {
			return fmt.Errorf("find schedule %s: %w", notice.ScheduleID, err)
		}
		if ok {
			options.ScheduleName = schedule.Name
		}
	}
	_, err := s.Poster.Post(ctx, outbox.Message{
		ID: "notice:" + notice.ID + ":" + notice.OpenID, TenantKey: notice.TenantKey, ChatID: notice.OpenID,
		Class: outbox.Answer, DueAt: notice.At, Rungs: templates.Trouble(options).Contents(),
	})
	return err
}
