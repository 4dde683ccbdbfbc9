package scheduler

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"huibao/internal/audit"
	"huibao/internal/failpoint"
	"huibao/internal/fault"
	"huibao/reports"
)

// notFound is the fault of a schedule that is not there.
func notFound() error { return fault.New(fault.NotFound, "fault.schedule.not_found", nil) }

// entry is the audit entry of a change of a schedule.
func (s *Scheduler) entry(tenantKey, actor, action, id string) *audit.Entry {
	return &audit.Entry{TenantKey: tenantKey, At: s.Now(), Actor: actor, Action: action, Object: "schedule/" + id}
}

// Create checks the draft and keeps it as a schedule of the tenant. The error
// is a fault of kind Invalid that names every wrong field.
func (s *Scheduler) Create(ctx context.Context, tenantKey, actor string, draft Draft) (Schedule, error) {
	return s.create(ctx, tenantKey, actor, newID(), draft)
}

// create is Create under an ID.
func (s *Scheduler) create(ctx context.Context, tenantKey, actor, id string, draft Draft) (Schedule, error) {
	schedule, err := s.read(tenantKey, draft)
	if err != nil {
		return Schedule{}, err
	}
	now := s.Now().Truncate(time.Millisecond)
	schedule.ID, schedule.CreatedBy = id, actor
	schedule.CreatedAt, schedule.UpdatedAt = now, now
	if err := s.replan(&schedule); err != nil {
		return Schedule{}, err
	}
	return s.Store.CreateSchedule(ctx, schedule, s.entry(tenantKey, actor, "schedule.create", schedule.ID))
}

// CreateOnce is Create under a key, for a chat that holds fewer than most
// schedules: at the same instant the same key gives the same schedule, also when
// the chat is full since.
func (s *Scheduler) CreateOnce(ctx context.Context, tenantKey, actor, key string, at time.Time, draft Draft, most int) (Schedule, error) {
	id := idOf(tenantKey+"\x00"+key, at)
	schedule, there, err := s.Store.FindSchedule(ctx, tenantKey, id)
	if err != nil || there {
		return schedule, err
	}
	present, err := s.OfChat(ctx, tenantKey, draft.ChatID)
	if err != nil {
		return schedule, err
	}
	if len(present) >= most {
		return schedule, fault.New(fault.Invalid, "fault.subscribe.too_many", fault.Args{"most": strconv.Itoa(most)})
	}
	made, err := s.create(ctx, tenantKey, actor, id, draft)
	if err == nil {
		return made, nil
	}
	// Somebody else may have made it meanwhile.
	if schedule, there, _ = s.Store.FindSchedule(ctx, tenantKey, id); there {
		return schedule, nil
	}
	return made, err
}

// replan works out the next run from now.
func (s *Scheduler) replan(schedule *Schedule) error {
	plan, err := s.plan(*schedule)
	if err == nil {
		schedule.NextRunAt = plan.NextRun(s.Now())
	}
	return err
}

// Update puts what edit makes of the schedule's draft in its place. Only a
// change of when it runs works out the next run anew, so that a run that is due
// at this very moment is not lost. The error is a fault.
func (s *Scheduler) Update(ctx context.Context, tenantKey, actor, id string, edit func(*Draft) error) (Schedule, error) {
	return s.change(ctx, tenantKey, actor, "schedule.update", id, func(schedule *Schedule) error {
		draft := schedule.Draft()
		if err := edit(&draft); err != nil {
			return err
		}
		if draft == schedule.Draft() {
			return errUnchanged
		}
		read, err := s.read(tenantKey, draft)
		if err != nil {
			return err
		}
		before := *schedule
		read.ID, read.CreatedAt, read.CreatedBy, read.UpdatedAt = before.ID, before.CreatedAt, before.CreatedBy, before.UpdatedAt
		read.NextRunAt, read.DisabledReason = before.NextRunAt, before.DisabledReason
		if read.ChatID == before.ChatID {
			read.Number = before.Number // another chat gives one of its own
		}
		if read.Enabled {
			read.DisabledReason = ""
		}
		*schedule = read
		if before.sameTimes(read) {
			return nil
		}
		return s.replan(schedule)
	})
}

// sameTimes reports whether two states of a schedule run at the same times.
func (s Schedule) sameTimes(other Schedule) bool {
	samePause := (s.PausedUntil == nil) == (other.PausedUntil == nil) &&
		(s.PausedUntil == nil || *s.PausedUntil == *other.PausedUntil)
	return samePause && s.Cron == other.Cron && s.On == other.On && s.Timezone == other.Timezone && s.Enabled == other.Enabled
}

// errUnchanged keeps a change that changes nothing from being written: one that
// is made again after a crash is in the audit log once.
var errUnchanged = errors.New("nothing is changed")

// change applies a change to a schedule, with an audit entry.
func (s *Scheduler) change(ctx context.Context, tenantKey, actor, action, id string, change func(*Schedule) error) (Schedule, error) {
	return s.changeWith(ctx, s.entry(tenantKey, actor, action, id), id, change)
}

// changeWith is change with an entry that is made already.
func (s *Scheduler) changeWith(ctx context.Context, entry *audit.Entry, id string, change func(*Schedule) error) (Schedule, error) {
	schedule, ok, err := s.Store.ChangeSchedule(ctx, entry.TenantKey, id, entry, nil, func(schedule *Schedule) error {
		err := change(schedule)
		if err == nil {
			schedule.UpdatedAt = s.Now().Truncate(time.Millisecond)
		}
		return err
	})
	switch {
	case errors.Is(err, errUnchanged):
		return schedule, nil
	case err == nil && !ok:
		err = notFound()
	}
	return schedule, err
}

// Delete forgets a schedule; what it posted stays listed.
func (s *Scheduler) Delete(ctx context.Context, tenantKey, actor, id string) error {
	ok, err := s.Store.DeleteSchedule(ctx, tenantKey, id, s.entry(tenantKey, actor, "schedule.delete", id), func(Schedule) error { return nil })
	if err == nil && !ok {
		err = notFound()
	}
	return err
}

// OfChat are the chat's schedules, in order of creation.
func (s *Scheduler) OfChat(ctx context.Context, tenantKey, chatID string) ([]Schedule, error) {
	var schedules []Schedule
	err := s.each(ctx, tenantKey, ScheduleFilter{ChatID: chatID}, func(schedule Schedule) error {
		schedules = append(schedules, schedule)
		return nil
	})
	return schedules, err
}

// Last are the newest deliveries of the schedules, by the schedule's ID.
func (s *Scheduler) Last(ctx context.Context, tenantKey string, schedules []Schedule) (map[string]Delivery, error) {
	ids := make([]string, len(schedules))
	for i, schedule := range schedules {
		ids[i] = schedule.ID
	}
	return s.Store.LastDeliveries(ctx, tenantKey, ids)
}

// Paused is why none of the tenant's digests can be posted now; ok is false when
// they can.
func (s *Scheduler) Paused(ctx context.Context, tenantKey string) (pause Pause, ok bool, err error) {
	return s.Store.FindPause(ctx, tenantKey)
}

// FindSchedule returns a tenant's schedule.
func (s *Scheduler) FindSchedule(ctx context.Context, tenantKey, id string) (Schedule, bool, error) {
	return s.Store.FindSchedule(ctx, tenantKey, id)
}

// FindScheduleByNumber returns the schedule that has the number in its chat.
func (s *Scheduler) FindScheduleByNumber(ctx context.Context, tenantKey, chatID string, number int) (Schedule, bool, error) {
	return s.Store.FindScheduleByNumber(ctx, tenantKey, chatID, number)
}

// Disabled are the chat's schedules that were disabled for a reason, rather
// than switched off by somebody; "" for those of all the tenant's chats.
func (s *Scheduler) Disabled(ctx context.Context, tenantKey, chatID string) ([]Schedule, error) {
	var disabled []Schedule
	err := s.each(ctx, tenantKey, ScheduleFilter{ChatID: chatID}, func(schedule Schedule) error {
		if !schedule.Enabled && schedule.DisabledReason != "" {
			disabled = append(disabled, schedule)
		}
		return nil
	})
	return disabled, err
}

// Resume switches a schedule on again. The error is a fault.
func (s *Scheduler) Resume(ctx context.Context, tenantKey, actor, id string) (Schedule, error) {
	return s.change(ctx, tenantKey, actor, "schedule.resume", id, func(schedule *Schedule) error {
		if schedule.Enabled { // a run that is due at this very moment is not lost
			return errUnchanged
		}
		schedule.Enabled, schedule.DisabledReason = true, ""
		return s.replan(schedule)
	})
}

// Unpause has the tenant's digests tried again now.
func (s *Scheduler) Unpause(ctx context.Context, tenantKey string) error {
	return s.Store.EndPause(ctx, tenantKey)
}

// RunNow makes a delivery beside the schedule. The same idempotency key gives
// the same delivery.
func (s *Scheduler) RunNow(ctx context.Context, tenantKey, actor, id, idempotencyKey string) (Delivery, error) {
	schedule, ok, err := s.Store.FindSchedule(ctx, tenantKey, id)
	if err != nil {
		return Delivery{}, fmt.Errorf("find schedule %s: %w", id, err)
	}
	if !ok {
		return Delivery{}, notFound()
	}
	now := s.Now().Truncate(time.Millisecond)
	delivery := newDelivery(schedule, now, now)
	delivery.Manual = true
	created, err := s.Store.CreateDelivery(ctx, delivery, idempotencyKey, s.entry(tenantKey, actor, "schedule.run", id))
	failpoint.Hit("delivery_created")
	return created, err
}

// Retry has a failed or unknown delivery posted again, as a message of its own.
// The error is a fault: Conflict for a delivery in another state.
func (s *Scheduler) Retry(ctx context.Context, tenantKey, actor, id string) (Delivery, error) {
	entry := s.entry(tenantKey, actor, "delivery.retry", "")
	entry.Object = "delivery/" + id
	delivery, ok, err := s.Store.ReopenDelivery(ctx, tenantKey, id, entry, func(d *Delivery) error {
		if d.Status != Failed && d.Status != Unknown {
			return fault.New(fault.Conflict, "fault.delivery.not_ended", fault.Args{"status": string(d.Status)})
		}
		d.Round++
		d.Status, d.Reason, d.Refused, d.FinishedAt, d.DueAt = Pending, "", false, time.Time{}, s.Now()
		return nil
	})
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "fault.delivery.not_found", nil)
	}
	return delivery, err
}

// mostRuns is how many runs are listed at once.
const mostRuns = 200

// Runs are the times a stored schedule names from the instant on.
func (s *Scheduler) Runs(ctx context.Context, tenantKey, id string, from time.Time, count int) ([]Run, Schedule, error) {
	schedule, ok, err := s.Store.FindSchedule(ctx, tenantKey, id)
	if err != nil {
		return nil, schedule, fmt.Errorf("find schedule %s: %w", id, err)
	}
	if !ok {
		return nil, schedule, notFound()
	}
	plan, err := s.plan(schedule)
	if err != nil {
		return nil, schedule, err
	}
	return plan.Runs(from, min(count, mostRuns)), schedule, nil
}

// PreviewRuns are the times that a schedule which is not stored would name.
func (s *Scheduler) PreviewRuns(tenantKey string, draft Draft, from time.Time, count int) ([]Run, Schedule, error) {
	schedule, err := s.read(tenantKey, draft)
	if err != nil {
		return nil, schedule, err
	}
	plan, err := s.plan(schedule)
	if err != nil {
		return nil, schedule, err
	}
	return plan.Runs(from, min(count, mostRuns)), schedule, nil
}

// Replan works out the next run of all the tenant's schedules whose days hang
// on the calendar or the week, after either changed. What is due already is left to
// the claim, which looks at the calendar itself.
func (s *Scheduler) Replan(ctx context.Context, tenantKey string) error {
	anew := func(schedule *Schedule) error {
		planned := schedule.NextRunAt
		if !planned.IsZero() && !planned.After(s.Now()) {
			return errUnchanged
		}
		if err := s.replan(schedule); err != nil {
			return err
		}
		if schedule.NextRunAt.Equal(planned) {
			return errUnchanged
		}
		return nil
	}
	return s.each(ctx, tenantKey, ScheduleFilter{}, func(schedule Schedule) error {
		if schedule.On == EveryDay || !schedule.Enabled {
			return nil
		}
		err := anew(&schedule) // as it was listed: most stay as they are, and nothing is written
		if err == nil {
			_, _, err = s.Store.ChangeSchedule(ctx, tenantKey, schedule.ID, nil, nil, anew)
		}
		if errors.Is(err, errUnchanged) {
			return nil
		}
		return err
	})
}

// Each calls a function with every schedule of the tenant, in order of creation.
func (s *Scheduler) Each(ctx context.Context, tenantKey string, do func(Schedule) error) error {
	return s.each(ctx, tenantKey, ScheduleFilter{}, do)
}

// each calls a function with every schedule of the tenant that the filter lets
// through.
func (s *Scheduler) each(ctx context.Context, tenantKey string, filter ScheduleFilter, do func(Schedule) error) error {
	for filter.Limit = dueAtOnce; ; {
		schedules, err := s.Store.ListSchedules(ctx, tenantKey, filter)
		if err != nil {
			return fmt.Errorf("list schedules: %w", err)
		}
		for _, schedule := range schedules {
			if err := do(schedule.Schedule); err != nil {
				return err
			}
			filter.After = schedule.Place(filter.Sort)
		}
		if len(schedules) < filter.Limit {
			return nil
		}
	}
}

// errChanged is why a change cannot be undone.
var errChanged = fault.New(fault.Conflict, "fault.audit.changed", nil)

// Restore undoes a change of a schedule: after is the state it left, before the
// one to go back to; nil stands for a schedule that is not there. undo is the entry
// to write. The error is a fault of kind Conflict when the schedule was changed since.
func (s *Scheduler) Restore(ctx context.Context, undo *audit.Entry, before, after *Schedule) error {
	switch {
	case after == nil && before != nil:
		return s.recreate(ctx, undo, *before)
	case before == nil && after != nil:
		ok, err := s.Store.DeleteSchedule(ctx, undo.TenantKey, after.ID, undo, after.unchanged)
		if err == nil && !ok {
			err = errChanged
		}
		return err
	case before == nil:
		return errChanged
	}
	_, err := s.changeWith(ctx, undo, after.ID, func(schedule *Schedule) error {
		if err := after.unchanged(*schedule); err != nil {
			return err
		}
		now := *schedule
		*schedule = *before
		schedule.UpdatedAt, schedule.NextRunAt = now.UpdatedAt, now.NextRunAt
		if schedule.ChatID == now.ChatID {
			schedule.Number = now.Number
		}
		if now.sameTimes(*schedule) {
			return nil
		}
		return s.replan(schedule)
	})
	if fault.KindOf(err) == fault.NotFound {
		return errChanged
	}
	return err
}

// recreate brings a deleted schedule back under its ID, and under its number
// unless another one has that now.
func (s *Scheduler) recreate(ctx context.Context, undo *audit.Entry, schedule Schedule) error {
	_, there, err := s.Store.FindSchedule(ctx, undo.TenantKey, schedule.ID)
	if err != nil {
		return err
	}
	if there {
		return errChanged
	}
	if err := s.replan(&schedule); err != nil {
		return err
	}
	_, err = s.Store.CreateSchedule(ctx, schedule, undo)
	return err
}

// unchanged is a Conflict when what an admin chose of the schedule is no longer
// as it was. That it ran meanwhile is no change.
func (s *Schedule) unchanged(now Schedule) error {
	if s.Draft() != now.Draft() || s.DisabledReason != now.DisabledReason {
		return errChanged
	}
	return nil
}

// today is the date of an instant in the schedule's zone.
func (s Schedule) today(at time.Time) reports.Date { return reports.DateOf(at.In(s.zone())) }
