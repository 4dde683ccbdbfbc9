package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"huibao/internal/jobs"
	"huibao/internal/outbox"
	"huibao/scheduler"
)

// A turn is the place of a digest among those of its tenant that are to be sent:
// a later due one does not overtake. A digest has a turn from when its run is
// claimed until it ends or waits for something else than slots. wakes_at is when
// it asks for a slot, or asks again, and after ends_at nobody waits for it.
const (
	// turnLasts is for how long after it should have asked a digest is waited
	// for: the time that one piece of work may take.
	turnLasts = 30 * time.Second
	// turnSends is for how long one that has its slot is waited for, until it is
	// known what became of it.
	turnSends = 3 * time.Second
	// turnSoon is for how long after it should have asked a digest is most likely
	// being worked on, so that looking again every turnLook is best. Then the way
	// is cleared: turnAside is longer than the outbox waits in place, so that the
	// worker takes up the digest that is due earlier.
	turnSoon  = time.Second
	turnLook  = 50 * time.Millisecond
	turnAside = 4 * time.Second
	// turnAhead is longer than any wait: who waits for longer was told so by a
	// clock that was wrong.
	turnAhead = 2 * time.Minute
)

// claimTurn gives a delivery that was just claimed its turn.
func claimTurn(ctx context.Context, tx *jobs.Tx, d scheduler.Delivery) error {
	digest := outbox.Message{TenantKey: d.TenantKey, ID: d.OutboxID(), DueAt: d.DueAt}
	return keepTurn(ctx, tx, digest, d.CreatedAt, turnLasts)
}

// keepTurn notes when a digest asks for a slot, and for how long it is waited
// for then.
func keepTurn(ctx context.Context, tx *jobs.Tx, digest outbox.Message, wakesAt time.Time, lasts time.Duration) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO send_turns (tenant_key, id, due_at, wakes_at, ends_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (tenant_key, id) DO UPDATE SET wakes_at = excluded.wakes_at, ends_at = excluded.ends_at`,
		digest.TenantKey, digest.ID, millis(digest.DueAt), millis(wakesAt), millis(wakesAt.Add(lasts)))
	if err != nil {
		return fmt.Errorf("keep the turn of %s: %w", digest.ID, err)
	}
	return nil
}

// endTurn lets those behind the message pass.
func endTurn(ctx context.Context, tx *jobs.Tx, tenantKey, id string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM send_turns WHERE tenant_key = $1 AND id = $2`, tenantKey, id); err != nil {
		return fmt.Errorf("end the turn of %s: %w", id, err)
	}
	return nil
}

// takeTurn says how long a digest waits: for a limit, as the caller found, or
// for those that are due earlier.
func takeTurn(ctx context.Context, tx *jobs.Tx, digest outbox.Message, now time.Time, limit time.Duration) (wait time.Duration, err error) {
	if wait, err = behind(ctx, tx, digest, now); err != nil {
		return 0, err
	}
	if wait = max(wait, limit); wait > 0 {
		return wait, keepTurn(ctx, tx, digest, now.Add(wait), turnLasts)
	}
	return 0, keepTurn(ctx, tx, digest, now, turnSends)
}

// behind says how long a digest waits for those that are due earlier.
func behind(ctx context.Context, tx *jobs.Tx, digest outbox.Message, now time.Time) (time.Duration, error) {
	var last sql.NullInt64
	err := tx.QueryRowContext(ctx, `SELECT max(wakes_at) FROM send_turns
		WHERE tenant_key = $1 AND due_at < $2 AND ends_at > $3 AND wakes_at < $4`,
		digest.TenantKey, millis(digest.DueAt), millis(now), millis(now.Add(turnAhead))).Scan(&last)
	switch ago := now.Sub(instant(last.Int64)); {
	case err != nil:
		return 0, fmt.Errorf("look who is due earlier: %w", err)
	case !last.Valid:
		return 0, nil
	case ago < turnSoon:
		return max(-ago, 0) + turnLook, nil
	}
	return turnAside, nil
}
