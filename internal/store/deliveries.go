package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"huibao/internal/audit"
	"huibao/internal/jobs"
	"huibao/scheduler"
)

const deliveryColumns = `id, tenant_key, schedule_id, chat_id, scheduled_for, manual, status, attempts, message_id, reason,
	refused, round, created_at, due_at, finished_at`

// writeDelivery writes a delivery and returns the work it asks for when it is
// still to be made. A run of the schedule that was written before is left as it
// is.
func writeDelivery(ctx context.Context, tx *jobs.Tx, d scheduler.Delivery) (work []jobs.Args, err error) {
	count, err := change(ctx, tx, `INSERT INTO deliveries (`+deliveryColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		ON CONFLICT (schedule_id, scheduled_for) WHERE NOT manual DO NOTHING`, d.ID, d.TenantKey, d.ScheduleID, d.ChatID,
		millis(d.ScheduledFor), d.Manual, d.Status, d.Attempts, d.MessageID, d.Reason, d.Refused, d.Round,
		millis(d.CreatedAt), millis(d.DueAt), millis(d.FinishedAt))
	if err != nil {
		return nil, fmt.Errorf("write delivery %s: %w", d.ID, err)
	}
	if count == 0 || d.Status != scheduler.Pending {
		return nil, nil
	}
	return []jobs.Args{scheduler.DeliveryJob{TenantKey: d.TenantKey, DeliveryID: d.ID}}, claimTurn(ctx, tx, d)
}

// CreateDelivery writes a delivery started by hand, its work and its audit
// entry. An idempotency key seen before for the schedule writes nothing and
// returns the delivery of that time.
func (db *DB) CreateDelivery(ctx context.Context, d scheduler.Delivery, key string, entry *audit.Entry) (scheduler.Delivery, error) {
	created := d
	err := db.write(ctx, func(tx *jobs.Tx) error {
		if key != "" {
			earlier, ok, err := keyed(ctx, tx, d, key)
			if err != nil || ok {
				created = earlier
				return err
			}
		}
		work, err := writeDelivery(ctx, tx, d)
		if err != nil {
			return err
		}
		if err := db.jobs.InsertTx(ctx, tx, work...); err != nil {
			return err
		}
		return writeAudit(ctx, tx, entry, nil, d)
	})
	return created, err
}

// keyed remembers the idempotency key for the delivery, or returns the one it
// was used for before.
func keyed(ctx context.Context, tx *jobs.Tx, d scheduler.Delivery, key string) (scheduler.Delivery, bool, error) {
	count, err := change(ctx, tx, `INSERT INTO idempotency_keys (tenant_key, schedule_id, key, delivery_id, created_at)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, d.TenantKey, d.ScheduleID, key, d.ID, millis(d.CreatedAt))
	if err != nil {
		return d, false, fmt.Errorf("remember the idempotency key: %w", err)
	}
	if count == 1 {
		return d, false, nil
	}
	return find(tx.QueryRowContext(ctx, `SELECT `+prefixed("d.", deliveryColumns)+`
		FROM idempotency_keys k JOIN deliveries d ON d.tenant_key = k.tenant_key AND d.id = k.delivery_id
		WHERE k.tenant_key = $1 AND k.schedule_id = $2 AND k.key = $3`, d.TenantKey, d.ScheduleID, key), scanDelivery)
}

// FindDelivery returns a tenant's delivery.
func (db *DB) FindDelivery(ctx context.Context, tenantKey, id string) (scheduler.Delivery, bool, error) {
	return findDelivery(ctx, db.reader, tenantKey, id)
}

// findDelivery reads a delivery.
func findDelivery(ctx context.Context, q querier, tenantKey, id string) (scheduler.Delivery, bool, error) {
	return find(q.QueryRowContext(ctx, `SELECT `+deliveryColumns+` FROM deliveries WHERE tenant_key = $1 AND id = $2`,
		tenantKey, id), scanDelivery)
}

// SaveDelivery writes how far a delivery has come, and the notices' work.
func (db *DB) SaveDelivery(ctx context.Context, d scheduler.Delivery, notices []scheduler.NoticeJob) error {
	return db.write(ctx, func(tx *jobs.Tx) error {
		if err := saveDelivery(ctx, tx, d); err != nil {
			return err
		}
		return db.writeNotices(ctx, tx, notices)
	})
}

// saveDelivery writes what can change of a delivery. It has ended, or waits for
// something else than its turn.
func saveDelivery(ctx context.Context, tx *jobs.Tx, d scheduler.Delivery) error {
	_, err := tx.ExecContext(ctx, `UPDATE deliveries SET status = $1, attempts = $2, message_id = $3, reason = $4, refused = $5,
		round = $6, due_at = $7, finished_at = $8 WHERE tenant_key = $9 AND id = $10`, d.Status, d.Attempts, d.MessageID, d.Reason,
		d.Refused, d.Round, millis(d.DueAt), millis(d.FinishedAt), d.TenantKey, d.ID)
	if err != nil {
		return fmt.Errorf("save delivery %s: %w", d.ID, err)
	}
	return endTurn(ctx, tx, d.TenantKey, d.OutboxID())
}

// ReopenDelivery applies a change to a delivery and writes it with its audit
// entry and new work; ok is false when it is not there.
func (db *DB) ReopenDelivery(ctx context.Context, tenantKey, id string, entry *audit.Entry, change func(*scheduler.Delivery) error) (delivery scheduler.Delivery, ok bool, err error) {
	err = db.write(ctx, func(tx *jobs.Tx) error {
		if err := db.exclusively(ctx, tx, "delivery", tenantKey, id); err != nil {
			return err
		}
		if delivery, ok, err = findDelivery(ctx, tx, tenantKey, id); err != nil || !ok {
			return err
		}
		before := delivery
		if err := change(&delivery); err != nil {
			return err
		}
		if err := saveDelivery(ctx, tx, delivery); err != nil {
			return err
		}
		if err := db.jobs.InsertTx(ctx, tx, scheduler.DeliveryJob{TenantKey: tenantKey, DeliveryID: id}); err != nil {
			return err
		}
		return writeAudit(ctx, tx, entry, before, delivery)
	})
	return delivery, ok && err == nil, err
}

// ListDeliveries returns a tenant's deliveries, the newest run first.
func (db *DB) ListDeliveries(ctx context.Context, tenantKey string, filter scheduler.DeliveryFilter) ([]scheduler.ListedDelivery, error) {
	query, args := db.listedDeliveries(tenantKey, filter)
	return list(ctx, db.reader, scanListedDelivery, query, args...)
}

// listedDeliveries is the query of ListDeliveries. The names are looked up for
// the rows of the page alone.
func (db *DB) listedDeliveries(tenantKey string, filter scheduler.DeliveryFilter) (query string, args []any) {
	place := filter.After
	if place.ID != "" && !filter.To.IsZero() {
		// Of two ends only the earlier counts: SQLite would begin at the other.
		if filter.To.After(place.At) {
			filter.To = time.Time{}
		} else {
			place = scheduler.Place{}
		}
	}
	n := narrowedDeliveries(tenantKey, filter)
	if filter.Status != "" {
		n.and("status = ?", string(filter.Status))
	}
	if place.ID != "" {
		n.conditions = append(n.conditions, "(scheduled_for, id) < ("+n.arg(millis(place.At))+", "+n.arg(place.ID)+")")
	}
	return `SELECT ` + deliveryColumns + `,
			coalesce((SELECT name FROM chats WHERE chats.tenant_key = deliveries.tenant_key AND chats.chat_id = deliveries.chat_id), ''),
			(SELECT name FROM schedules WHERE schedules.tenant_key = deliveries.tenant_key AND schedules.id = deliveries.schedule_id)
		FROM ` + db.deliveriesBy(filter) + ` WHERE ` + n.where() + ` ORDER BY scheduled_for DESC, id DESC LIMIT ` + n.arg(filter.Limit), n.args
}

// deliveriesBy is the table, with the index that holds what the filter asks for
// in the order of the list. SQLite, which is never told how many rows there are of
// what, would take another one and read a million of them.
func (db *DB) deliveriesBy(filter scheduler.DeliveryFilter) string {
	if db.onPostgres() {
		return "deliveries"
	}
	index := "deliveries"
	switch {
	case filter.ScheduleID != "": // of which there are fewer than of a chat
		index += "_schedule"
	case filter.ChatID != "":
		index += "_chat"
	case filter.Status == "":
		index += "_tenant"
	}
	if filter.Status != "" {
		index += "_status"
	}
	return "deliveries INDEXED BY " + index
}

// narrowedDeliveries are the conditions of a list of deliveries and of their
// number.
func narrowedDeliveries(tenantKey string, filter scheduler.DeliveryFilter) *narrowing {
	n := narrowed("tenant_key = ?", tenantKey)
	if filter.ScheduleID != "" {
		n.and("schedule_id = ?", filter.ScheduleID)
	}
	if filter.ChatID != "" {
		n.and("chat_id = ?", filter.ChatID)
	}
	if !filter.From.IsZero() {
		n.and("scheduled_for >= ?", millis(filter.From))
	}
	if !filter.To.IsZero() {
		n.and("scheduled_for < ?", millis(filter.To))
	}
	return n
}

// CountDeliveries counts deliveries by status.
func (db *DB) CountDeliveries(ctx context.Context, tenantKey string, filter scheduler.DeliveryFilter) (map[scheduler.Status]int, error) {
	query, args := db.countedDeliveries(tenantKey, filter)
	counts, err := list(ctx, db.reader, scanCount, query, args...)
	if err != nil {
		return nil, err
	}
	byStatus := map[scheduler.Status]int{}
	for _, c := range counts {
		byStatus[c.status] = c.count
	}
	return byStatus, nil
}

// countedDeliveries is the query of CountDeliveries. It names every status, so
// that the index which has the status before the time answers it alone.
func (db *DB) countedDeliveries(tenantKey string, filter scheduler.DeliveryFilter) (query string, args []any) {
	n := narrowedDeliveries(tenantKey, filter)
	filter.Status = "any"
	return `SELECT status, count(*) FROM ` + db.deliveriesBy(filter) + ` WHERE ` + n.where() + `
		AND status IN ('pending', 'sent', 'skipped', 'failed', 'unknown') GROUP BY status`, n.args
}

// statusCount is how many deliveries have a status.
type statusCount struct {
	status scheduler.Status
	count  int
}

// scanCount reads one.
func scanCount(row scanner) (c statusCount, err error) {
	err = row.Scan(&c.status, &c.count)
	return c, err
}

// LastDeliveries returns each schedule's newest delivery.
func (db *DB) LastDeliveries(ctx context.Context, tenantKey string, scheduleIDs []string) (map[string]scheduler.Delivery, error) {
	last := map[string]scheduler.Delivery{}
	if len(scheduleIDs) == 0 {
		return last, nil
	}
	query, args := lastDeliveries(tenantKey, scheduleIDs)
	found, err := list(ctx, db.reader, scanDelivery, query, args...)
	if err != nil {
		return nil, err
	}
	for _, d := range found {
		last[d.ScheduleID] = d
	}
	return last, nil
}

// lastDeliveries is the query of LastDeliveries.
func lastDeliveries(tenantKey string, scheduleIDs []string) (query string, args []any) {
	args = append(make([]any, 0, 1+len(scheduleIDs)), tenantKey)
	rows := make([]string, 0, len(scheduleIDs))
	for _, id := range scheduleIDs {
		args = append(args, id)
		rows = append(rows, fmt.Sprintf("($%d)", len(args)))
	}
	return `WITH wanted (id) AS (VALUES ` + strings.Join(rows, ", ") + `)
		SELECT ` + deliveryColumns + ` FROM deliveries WHERE id IN (SELECT (SELECT d.id FROM deliveries d
			WHERE d.tenant_key = $1 AND d.schedule_id = wanted.id ORDER BY d.scheduled_for DESC, d.id DESC LIMIT 1) FROM wanted)`, args
}

// prefixed puts a table's alias before each column.
func prefixed(alias, columns string) string {
	return alias + strings.ReplaceAll(strings.Join(strings.Fields(columns), " "), ", ", ", "+alias)
}

// scanListedDelivery reads a delivery with its names.
func scanListedDelivery(row scanner) (listed scheduler.ListedDelivery, err error) {
	listed.Delivery, err = scanDelivery(wider{row, []any{&listed.ChatName, &listed.ScheduleName}})
	return listed, err
}

// scanDelivery reads a delivery.
func scanDelivery(row scanner) (scheduler.Delivery, error) {
	var d scheduler.Delivery
	var scheduledFor, createdAt, dueAt, finishedAt int64
	err := row.Scan(&d.ID, &d.TenantKey, &d.ScheduleID, &d.ChatID, &scheduledFor, &d.Manual, &d.Status, &d.Attempts,
		&d.MessageID, &d.Reason, &d.Refused, &d.Round, &createdAt, &dueAt, &finishedAt)
	d.ScheduledFor, d.CreatedAt = instant(scheduledFor), instant(createdAt)
	d.DueAt, d.FinishedAt = instant(dueAt), instant(finishedAt)
	return d, err
}
