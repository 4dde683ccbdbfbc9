package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"huibao/internal/audit"
	"huibao/internal/jobs"
	"huibao/reports"
	"huibao/scheduler"
)

const scheduleColumns = `id, tenant_key, name, chat_id, number, cron, on_days, timezone, period, compare, unit, locale, title, note,
	skip_if_empty, enabled, paused_until, disabled_reason, next_run_at, created_at, updated_at, created_by`

// CreateSchedule writes a schedule and its audit entry, and returns it with its
// number in the chat.
func (db *DB) CreateSchedule(ctx context.Context, s scheduler.Schedule, entry *audit.Entry) (scheduler.Schedule, error) {
	err := db.write(ctx, func(tx *jobs.Tx) error {
		var err error
		if s.Number, err = numberOf(ctx, tx, s); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO schedules (`+scheduleColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
			s.ID, s.TenantKey, s.Name, s.ChatID, s.Number, s.Cron, s.On, s.Timezone, s.Period, s.Compare, string(s.Unit), s.Locale,
			s.Title, s.Note, s.SkipIfEmpty, s.Enabled, pausedUntil(s), s.DisabledReason, millis(s.NextRunAt), millis(s.CreatedAt),
			millis(s.UpdatedAt), s.CreatedBy)
		if err != nil {
			return fmt.Errorf("create schedule %s: %w", s.ID, err)
		}
		return writeAudit(ctx, tx, entry, nil, s)
	})
	return s, err
}

// numberOf is the number a schedule gets in its chat: the one it has, when the
// chat has given that before and no other schedule has it now, else the next.
func numberOf(ctx context.Context, tx *jobs.Tx, s scheduler.Schedule) (number int, err error) {
	var keeps bool
	if err = tx.QueryRowContext(ctx, `SELECT
			EXISTS (SELECT 1 FROM schedule_numbers WHERE tenant_key = $1 AND chat_id = $2 AND highest >= $3 AND $3 > 0)
			AND NOT EXISTS (SELECT 1 FROM schedules WHERE tenant_key = $1 AND chat_id = $2 AND number = $3)`,
		s.TenantKey, s.ChatID, s.Number).Scan(&keeps); err != nil {
		return 0, fmt.Errorf("look up the number of schedule %s: %w", s.ID, err)
	}
	if keeps {
		return s.Number, nil
	}
	if err = tx.QueryRowContext(ctx, `INSERT INTO schedule_numbers (tenant_key, chat_id, highest) VALUES ($1, $2, 1)
		ON CONFLICT (tenant_key, chat_id) DO UPDATE SET highest = schedule_numbers.highest + 1 RETURNING highest`,
		s.TenantKey, s.ChatID).Scan(&number); err != nil {
		return 0, fmt.Errorf("number schedule %s: %w", s.ID, err)
	}
	return number, nil
}

// pausedUntil is the end of a schedule's pause as it is stored.
func pausedUntil(s scheduler.Schedule) string {
	if s.PausedUntil == nil {
		return ""
	}
	return s.PausedUntil.String()
}

// FindSchedule returns a tenant's schedule.
func (db *DB) FindSchedule(ctx context.Context, tenantKey, id string) (scheduler.Schedule, bool, error) {
	return findSchedule(ctx, db.reader, tenantKey, id)
}

// findSchedule reads a schedule.
func findSchedule(ctx context.Context, q querier, tenantKey, id string) (scheduler.Schedule, bool, error) {
	return find(q.QueryRowContext(ctx, `SELECT `+scheduleColumns+` FROM schedules WHERE tenant_key = $1 AND id = $2`,
		tenantKey, id), scanSchedule)
}

// FindScheduleByNumber returns the schedule that has the number in its chat.
func (db *DB) FindScheduleByNumber(ctx context.Context, tenantKey, chatID string, number int) (scheduler.Schedule, bool, error) {
	return find(db.reader.QueryRowContext(ctx, `SELECT `+scheduleColumns+` FROM schedules
		WHERE tenant_key = $1 AND chat_id = $2 AND number = $3`, tenantKey, chatID, number), scanSchedule)
}

// ListSchedules returns the schedules that a filter lets through, in its order.
func (db *DB) ListSchedules(ctx context.Context, tenantKey string, filter scheduler.ScheduleFilter) ([]scheduler.ListedSchedule, error) {
	n := narrowed("schedules.tenant_key = ?", tenantKey)
	if filter.ChatID != "" {
		n.and("schedules.chat_id = ?", filter.ChatID)
	}
	if filter.Query != "" {
		n.holding(filter.Query, "schedules.name", "schedules.title", "schedules.note", chatName, "schedules.chat_id",
			"schedules.created_by", "schedules.id")
	}
	if filter.State != "" {
		zones, err := list(ctx, db.reader, scanText, pausedZones, tenantKey)
		if err != nil {
			return nil, err
		}
		n.inState(filter.State, zones, filter.Now)
	}
	order := n.after(filter)
	return list(ctx, db.reader, scanListedSchedule, `SELECT `+prefixed("schedules.", scheduleColumns)+`, `+chatName+`
		FROM schedules LEFT JOIN chats ON chats.tenant_key = schedules.tenant_key AND chats.chat_id = schedules.chat_id
		WHERE `+n.where()+` ORDER BY `+order+` LIMIT `+n.arg(filter.Limit), n.args...)
}

// chatName is the name of a schedule's chat.
const chatName = `coalesce(chats.name, '')`

// pausedZones is the query of the time zones in which schedules are or were
// paused until a date.
const pausedZones = `SELECT DISTINCT timezone FROM schedules WHERE tenant_key = $1 AND paused_until <> ''`

// inState adds the condition that a schedule is in the state at the instant, as
// scheduler.Schedule.State tells it. A pause ends with a day of the schedule's own
// time zone, which is one of the zones.
func (n *narrowing) inState(state scheduler.State, zones []string, now time.Time) {
	switch state {
	case scheduler.StateActive:
		n.conditions = append(n.conditions, "schedules.enabled AND NOT ("+n.pausedUntil(zones, now)+")")
	case scheduler.StatePaused:
		n.conditions = append(n.conditions, "(NOT schedules.enabled AND schedules.disabled_reason = '' OR schedules.enabled AND "+n.pausedUntil(zones, now)+")")
	case scheduler.StateDisabled:
		n.conditions = append(n.conditions, "NOT schedules.enabled AND schedules.disabled_reason <> ''")
	}
}

// pausedUntil is the condition that a schedule is paused until the end of a date
// that is not over.
func (n *narrowing) pausedUntil(zones []string, now time.Time) string {
	if len(zones) == 0 {
		return "FALSE"
	}
	days := make([]string, 0, len(zones))
	for _, zone := range zones {
		days = append(days, "("+n.arg(zone)+", "+n.arg(dateIn(zone, now))+")")
	}
	return `schedules.paused_until <> '' AND EXISTS (WITH today (timezone, date) AS (VALUES ` + strings.Join(days, ", ") + `)
		SELECT 1 FROM today WHERE today.timezone = schedules.timezone AND today.date <= schedules.paused_until)`
}

// dateIn is the date of an instant in a time zone.
func dateIn(timezone string, at time.Time) string {
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		zone = time.UTC // as the scheduler takes it
	}
	return reports.DateOf(at.In(zone)).String()
}

// after adds the condition that a schedule comes after the place where the list
// goes on, and returns the order of the list.
func (n *narrowing) after(filter scheduler.ScheduleFilter) (order string) {
	compare, direction := ">", ""
	if filter.Descending {
		compare, direction = "<", " DESC"
	}
	format, column, value := sortKey(filter)
	key := fmt.Sprintf(format, column)
	if filter.After.ID != "" {
		n.conditions = append(n.conditions, fmt.Sprintf("(%s, schedules.id) %s (%s, %s)",
			key, compare, fmt.Sprintf(format, n.arg(value)), n.arg(filter.After.ID)))
	}
	return key + direction + ", schedules.id" + direction
}

// sortKey is what schedules are sorted by: a column, the value that stands for it
// in the place where the list goes on, and what is made of either.
func sortKey(filter scheduler.ScheduleFilter) (format, column string, value any) {
	const anyCase, asItIs = "lower(%s)", "%s"
	switch filter.Sort {
	case scheduler.SortName:
		return anyCase, "schedules.name", filter.After.Text
	case scheduler.SortChat:
		return anyCase, chatName + " || ' ' || schedules.chat_id", filter.After.Text
	case scheduler.SortNextRun:
		if filter.Descending {
			return asItIs, "schedules.next_run_at", millis(filter.After.At) // 0, for never, is the last
		}
		return "CASE CAST(%[1]s AS BIGINT) WHEN 0 THEN 9223372036854775807 ELSE %[1]s END", "schedules.next_run_at", millis(filter.After.At)
	case scheduler.SortCreated:
		return asItIs, "schedules.created_at", millis(filter.After.At)
	case scheduler.SortUpdated:
		return asItIs, "schedules.updated_at", millis(filter.After.At)
	}
	return asItIs, "schedules.id", filter.After.ID
}

// ChangeSchedule applies a change to a schedule and writes it with its audit
// entry and the notices' work; ok is false when it is not there.
func (db *DB) ChangeSchedule(ctx context.Context, tenantKey, id string, entry *audit.Entry, notices []scheduler.NoticeJob, change func(*scheduler.Schedule) error) (schedule scheduler.Schedule, ok bool, err error) {
	err = db.write(ctx, func(tx *jobs.Tx) error {
		if err := db.exclusively(ctx, tx, "schedule", tenantKey, id); err != nil {
			return err
		}
		if schedule, ok, err = findSchedule(ctx, tx, tenantKey, id); err != nil || !ok {
			return err
		}
		before := schedule
		if err := change(&schedule); err != nil {
			return err
		}
		if schedule.ChatID != before.ChatID {
			if schedule.Number, err = numberOf(ctx, tx, schedule); err != nil {
				return err
			}
		}
		if err := saveSchedule(ctx, tx, schedule, before.NextRunAt); err != nil {
			return fmt.Errorf("save schedule %s: %w", id, err)
		}
		if err := db.writeNotices(ctx, tx, notices); err != nil {
			return err
		}
		return writeAudit(ctx, tx, entry, before, schedule)
	})
	return schedule, ok && err == nil, err
}

// saveSchedule writes what can change of a schedule. A next run that the change
// left alone may have been moved on by a claim meanwhile, and stays as it is.
func saveSchedule(ctx context.Context, tx *jobs.Tx, s scheduler.Schedule, nextRunBefore time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE schedules SET name = $1, chat_id = $2, number = $3, cron = $4, on_days = $5,
		timezone = $6, period = $7, compare = $8, unit = $9, locale = $10, title = $11, note = $12, skip_if_empty = $13,
		enabled = $14, paused_until = $15, disabled_reason = $16, updated_at = $17 WHERE tenant_key = $18 AND id = $19`,
		s.Name, s.ChatID, s.Number, s.Cron, s.On, s.Timezone, s.Period, s.Compare, string(s.Unit), s.Locale, s.Title, s.Note, s.SkipIfEmpty,
		s.Enabled, pausedUntil(s), s.DisabledReason, millis(s.UpdatedAt), s.TenantKey, s.ID); err != nil {
		return err
	}
	if millis(s.NextRunAt) == millis(nextRunBefore) {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE schedules SET next_run_at = $1 WHERE tenant_key = $2 AND id = $3`,
		millis(s.NextRunAt), s.TenantKey, s.ID)
	return err
}

// DeleteSchedule deletes a schedule that check agrees to and writes its audit
// entry; ok is false when it is not there. Its deliveries stay.
func (db *DB) DeleteSchedule(ctx context.Context, tenantKey, id string, entry *audit.Entry, check func(scheduler.Schedule) error) (ok bool, err error) {
	err = db.write(ctx, func(tx *jobs.Tx) error {
		if err := db.exclusively(ctx, tx, "schedule", tenantKey, id); err != nil {
			return err
		}
		var before scheduler.Schedule
		if before, ok, err = findSchedule(ctx, tx, tenantKey, id); err != nil || !ok {
			return err
		}
		if err := check(before); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM schedules WHERE tenant_key = $1 AND id = $2`, tenantKey, id); err != nil {
			return fmt.Errorf("delete schedule %s: %w", id, err)
		}
		return writeAudit(ctx, tx, entry, before, nil)
	})
	return ok && err == nil, err
}

const dueSchedules = `SELECT ` + scheduleColumns + ` FROM schedules
	WHERE enabled AND next_run_at > 0 AND next_run_at <= $1 ORDER BY next_run_at, id LIMIT $2`

// DueSchedules returns the enabled schedules of all tenants that are due, the
// longest due first.
func (db *DB) DueSchedules(ctx context.Context, now time.Time, limit int) ([]scheduler.Schedule, error) {
	return list(ctx, db.reader, scanSchedule, dueSchedules, millis(now), limit)
}

// ClaimRuns moves due schedules on and writes their deliveries and the work of
// these, all in one transaction. won tells of each whether this process was
// first; otherwise nothing of it is written.
func (db *DB) ClaimRuns(ctx context.Context, claims []scheduler.Claim) (won []bool, err error) {
	won = make([]bool, len(claims))
	if len(claims) == 0 {
		return won, nil
	}
	err = db.write(ctx, func(tx *jobs.Tx) error {
		for _, i := range inOrderOfID(claims) {
			if won[i], err = moveOn(ctx, tx, claims[i]); err != nil {
				return fmt.Errorf("claim a run of schedule %s: %w", claims[i].Schedule.ID, err)
			}
		}
		var work []jobs.Args
		for _, delivery := range inOrderOfTime(claims, won) {
			asked, err := writeDelivery(ctx, tx, delivery)
			if err != nil {
				return err
			}
			work = append(work, asked...)
		}
		return db.jobs.InsertTx(ctx, tx, work...)
	})
	if err != nil {
		return nil, err
	}
	return won, nil
}

// inOrderOfID are the places of claims in the order in which their rows are
// locked. Processes that claim the same schedules lock them in one order, so
// that none waits for one that waits for it.
func inOrderOfID(claims []scheduler.Claim) []int {
	order := make([]int, len(claims))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(claims[a].Schedule.ID, claims[b].Schedule.ID) })
	return order
}

// inOrderOfTime are the deliveries of the claims that were won, the longest due
// first, so that their work is first too.
func inOrderOfTime(claims []scheduler.Claim, won []bool) []scheduler.Delivery {
	var deliveries []scheduler.Delivery
	for i, claim := range claims {
		if won[i] {
			deliveries = append(deliveries, claim.Deliveries...)
		}
	}
	slices.SortStableFunc(deliveries, func(a, b scheduler.Delivery) int { return a.DueAt.Compare(b.DueAt) })
	return deliveries
}

// moveOn moves a schedule's next run by compare-and-set.
func moveOn(ctx context.Context, tx *jobs.Tx, claim scheduler.Claim) (bool, error) {
	count, err := change(ctx, tx, `UPDATE schedules SET next_run_at = $1
		WHERE tenant_key = $2 AND id = $3 AND next_run_at = $4 AND enabled`,
		millis(claim.NextRunAt), claim.Schedule.TenantKey, claim.Schedule.ID, millis(claim.Schedule.NextRunAt))
	return count == 1, err
}

// scanListedSchedule reads a schedule with the name of its chat.
func scanListedSchedule(row scanner) (listed scheduler.ListedSchedule, err error) {
	listed.Schedule, err = scanSchedule(wider{row, []any{&listed.ChatName}})
	return listed, err
}

// scanSchedule reads a schedule.
func scanSchedule(row scanner) (scheduler.Schedule, error) {
	var s scheduler.Schedule
	var paused string
	var nextRunAt, createdAt, updatedAt int64
	err := row.Scan(&s.ID, &s.TenantKey, &s.Name, &s.ChatID, &s.Number, &s.Cron, &s.On, &s.Timezone, &s.Period, &s.Compare, &s.Unit,
		&s.Locale, &s.Title, &s.Note, &s.SkipIfEmpty, &s.Enabled, &paused, &s.DisabledReason, &nextRunAt, &createdAt,
		&updatedAt, &s.CreatedBy)
	s.NextRunAt, s.CreatedAt, s.UpdatedAt = instant(nextRunAt), instant(createdAt), instant(updatedAt)
	if err == nil && paused != "" {
		s.PausedUntil = new(reports.Date)
		*s.PausedUntil, err = reports.ParseDate(paused)
	}
	return s, err
}
