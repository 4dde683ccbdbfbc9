package store

import (
	"context"
	"fmt"
	"time"

	"huibao/internal/jobs"
	"huibao/scheduler"
)

// KeepDigest remembers what a delivery posts. A digest made anew, because the
// first could not be posted at once, takes the place of the first.
func (db *DB) KeepDigest(ctx context.Context, tenantKey, deliveryID string, digest scheduler.Digest) error {
	return db.note(ctx, func(tx *jobs.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO digests (tenant_key, delivery_id, card, figures) VALUES ($1, $2, $3, $4)
			ON CONFLICT (tenant_key, delivery_id) DO UPDATE SET card = excluded.card, figures = excluded.figures`,
			tenantKey, deliveryID, digest.Card, digest.Figures)
		return err
	})
}

// FindDigest returns what a delivery posts.
func (db *DB) FindDigest(ctx context.Context, tenantKey, deliveryID string) (scheduler.Digest, bool, error) {
	return find(db.reader.QueryRowContext(ctx, `SELECT card, figures FROM digests WHERE tenant_key = $1 AND delivery_id = $2`,
		tenantKey, deliveryID), func(row scanner) (digest scheduler.Digest, err error) {
		err = row.Scan(&digest.Card, &digest.Figures)
		return digest, err
	})
}

// BeginPause notes that the tenant's digests cannot be posted, and writes the
// notices' work if that is news. The one who found out was the first probe.
func (db *DB) BeginPause(ctx context.Context, tenantKey string, pause scheduler.Pause, notices []scheduler.NoticeJob) (news bool, err error) {
	err = db.write(ctx, func(tx *jobs.Tx) error {
		count, err := change(ctx, tx, `INSERT INTO pauses (tenant_key, reason, since, probe_at) VALUES ($1, $2, $3, $3)
			ON CONFLICT DO NOTHING`, tenantKey, pause.Reason, millis(pause.Since))
		if err != nil {
			return fmt.Errorf("pause the tenant: %w", err)
		}
		if news = count == 1; news {
			return db.writeNotices(ctx, tx, notices)
		}
		_, err = tx.ExecContext(ctx, `UPDATE pauses SET reason = $1 WHERE tenant_key = $2`, pause.Reason, tenantKey)
		return err
	})
	return news && err == nil, err
}

// writeNotices writes the work of telling admins.
func (db *DB) writeNotices(ctx context.Context, tx *jobs.Tx, notices []scheduler.NoticeJob) error {
	args := make([]jobs.Args, 0, len(notices))
	for _, notice := range notices {
		args = append(args, notice)
	}
	return db.jobs.InsertTx(ctx, tx, args...)
}

// EndPause notes that the tenant's digests can be posted.
func (db *DB) EndPause(ctx context.Context, tenantKey string) error {
	_, paused, err := db.FindPause(ctx, tenantKey)
	if err != nil || !paused { // nearly always: nothing to write
		return err
	}
	return db.write(ctx, func(tx *jobs.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM pauses WHERE tenant_key = $1`, tenantKey)
		return err
	})
}

// FindPause returns the tenant's pause.
func (db *DB) FindPause(ctx context.Context, tenantKey string) (scheduler.Pause, bool, error) {
	pause, _, ok, err := db.findPause(ctx, tenantKey)
	return pause, ok, err
}

// findPause returns a pause and when it was last probed.
func (db *DB) findPause(ctx context.Context, tenantKey string) (pause scheduler.Pause, probedAt time.Time, ok bool, err error) {
	var since, probed int64
	pause, ok, err = find(db.reader.QueryRowContext(ctx, `SELECT reason, since, probe_at FROM pauses WHERE tenant_key = $1`, tenantKey),
		func(row scanner) (p scheduler.Pause, err error) {
			err = row.Scan(&p.Reason, &since, &probed)
			p.Since = instant(since)
			return p, err
		})
	return pause, instant(probed), ok, err
}

// TakeProbe lets one caller in each interval through to a paused tenant, and
// says to the others how long to wait.
func (db *DB) TakeProbe(ctx context.Context, tenantKey string, now time.Time, every time.Duration) (time.Duration, scheduler.Pause, error) {
	pause, probedAt, paused, err := db.findPause(ctx, tenantKey)
	if err != nil || !paused {
		return 0, pause, err
	}
	if wait := probedAt.Add(every).Sub(now); wait > 0 {
		return wait, pause, nil
	}
	taken := false
	err = db.note(ctx, func(tx *jobs.Tx) error {
		count, err := change(ctx, tx, `UPDATE pauses SET probe_at = $1 WHERE tenant_key = $2 AND probe_at = $3`,
			millis(now), tenantKey, millis(probedAt))
		taken = count == 1
		return err
	})
	if err != nil || taken {
		return 0, pause, err
	}
	return every, pause, nil
}
