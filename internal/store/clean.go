package store

import (
	"context"
	"fmt"
	"time"

	"huibao/internal/jobs"
)

// slotsKept is longer than any window of the limits.
const slotsKept = 5 * time.Minute

// deletedAtOnce is how many rows one transaction deletes, so that nothing that
// matters waits for long.
const deletedAtOnce = 1000

// aged is one kind of row that ages out: those of the table, known by its key,
// for which the condition holds of an instant.
type aged struct{ table, key, condition string }

var (
	agedRecords  = aged{"outbox", "tenant_key, id", "finished_at > 0 AND finished_at < $1"}
	agedIDs      = aged{"seen_ids", "tenant_key, id", "seen_at < $1"}
	agedKeys     = aged{"idempotency_keys", "tenant_key, schedule_id, key", "created_at < $1"}
	agedPresses  = aged{"presses", "tenant_key, message_id", "pressed_at < $1"}
	agedSessions = aged{"sessions", "id_hash", "expires_at < $1"}
	agedRuns     = aged{"deliveries", "id", "finished_at > 0 AND finished_at < $1"}
	agedDigests  = aged{"digests", "tenant_key, delivery_id",
		"(tenant_key, delivery_id) IN (SELECT tenant_key, id FROM deliveries WHERE finished_at > 0 AND finished_at < $1)"}
)

// deletion is the statement that deletes some of the rows.
func (a aged) deletion() string {
	return `DELETE FROM ` + a.table + ` WHERE (` + a.key + `) IN (SELECT ` + a.key + ` FROM ` + a.table + `
		WHERE ` + a.condition + ` LIMIT $2)`
}

// Clean deletes what has aged out: ids seen, newest presses, finished messages of
// the outbox, idempotency keys, sessions and used slots from before one instant,
// deliveries from before another. What was still kept under no tenant after one was adopted
// moves to it.
func (db *DB) Clean(ctx context.Context, before, deliveriesBefore time.Time) error {
	key, known, err := db.OwnTenant(ctx)
	if err != nil {
		return fmt.Errorf("find the own tenant: %w", err)
	}
	if known {
		if err := db.AdoptTenant(ctx, key, ""); err != nil {
			return err
		}
	}
	for _, old := range []struct {
		kind aged
		at   time.Time
	}{{agedIDs, before}, {agedRecords, before}, {agedKeys, before}, {agedPresses, before}, {agedSessions, before}, {agedDigests, deliveriesBefore}, {agedRuns, deliveriesBefore}} {
		count, err := db.age(ctx, old.kind, old.at)
		if err != nil {
			return err
		}
		db.options.Log.WithField("table", old.kind.table).WithField("rows", count).Debug("what has aged out is deleted")
	}
	return db.note(ctx, func(tx *jobs.Tx) error {
		for table, column := range map[string]string{"send_slots": "taken_at", "command_slots": "taken_at", "send_turns": "ends_at"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE `+column+` < $1`, millis(time.Now().Add(-slotsKept))); err != nil {
				return fmt.Errorf("delete used slots: %w", err)
			}
		}
		return nil
	})
}

// age deletes the rows of a kind that have aged out, some at a time, and
// returns how many there were.
func (db *DB) age(ctx context.Context, kind aged, before time.Time) (total int, err error) {
	for {
		var count int
		err := db.note(ctx, func(tx *jobs.Tx) error {
			if err := db.exclusively(ctx, tx, "clean", kind.table); err != nil {
				return err
			}
			count, err = change(ctx, tx, kind.deletion(), millis(before), deletedAtOnce)
			return err
		})
		if err != nil {
			return total, fmt.Errorf("delete what has aged out of %s: %w", kind.table, err)
		}
		if total += count; count < deletedAtOnce {
			return total, nil
		}
	}
}
