package store

import (
	"context"
	"fmt"

	"huibao/internal/audit"
	"huibao/internal/jobs"
	"huibao/reports"
)

const backfillColumns = `id, tenant_key, unit, from_date, to_date, status, next_date, days_done, days_total, reason, created_by,
	created_at, finished_at`

// CreateBackfill writes a backfill with its work and its audit entry.
func (db *DB) CreateBackfill(ctx context.Context, b reports.Backfill, work jobs.Args, entry *audit.Entry) error {
	return db.write(ctx, func(tx *jobs.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO backfills (`+backfillColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`, b.ID, b.TenantKey, string(b.Unit),
			b.Days.From.String(), b.Days.To.String(), string(b.Status), b.Next.String(), b.DaysDone, b.DaysTotal, b.Reason, b.CreatedBy,
			millis(b.CreatedAt), millis(b.FinishedAt))
		if err != nil {
			return fmt.Errorf("create backfill %s: %w", b.ID, err)
		}
		if err := db.jobs.InsertTx(ctx, tx, work); err != nil {
			return err
		}
		return writeAudit(ctx, tx, entry, nil, map[string]string{"from": b.Days.From.String(), "to": b.Days.To.String(), "unit": string(b.Unit)})
	})
}

// SaveBackfill writes how far a backfill has come. One whose tenant was deleted or
// moved meanwhile is an error: whoever works on it looks again.
func (db *DB) SaveBackfill(ctx context.Context, b reports.Backfill) error {
	return db.write(ctx, func(tx *jobs.Tx) error {
		count, err := change(ctx, tx, `UPDATE backfills SET status = $1, next_date = $2, days_done = $3, days_total = $4, reason = $5,
			finished_at = $6 WHERE tenant_key = $7 AND id = $8`, string(b.Status), b.Next.String(), b.DaysDone, b.DaysTotal, b.Reason,
			millis(b.FinishedAt), b.TenantKey, b.ID)
		if err != nil {
			return fmt.Errorf("save backfill %s: %w", b.ID, err)
		}
		if count == 0 {
			return fmt.Errorf("save backfill %s: it is not kept under this tenant any more", b.ID)
		}
		return nil
	})
}

// FindBackfill returns a tenant's backfill.
func (db *DB) FindBackfill(ctx context.Context, tenantKey, id string) (reports.Backfill, bool, error) {
	return find(db.reader.QueryRowContext(ctx, `SELECT `+backfillColumns+` FROM backfills WHERE tenant_key = $1 AND id = $2`,
		tenantKey, id), scanBackfill)
}

// ListBackfills returns up to limit backfills of a tenant, the newest first,
// after the one with the given ID ("": from the newest).
func (db *DB) ListBackfills(ctx context.Context, tenantKey, before string, limit int) ([]reports.Backfill, error) {
	n := narrowed("tenant_key = ?", tenantKey)
	if before != "" {
		n.and("id < ?", before)
	}
	query := `SELECT ` + backfillColumns + ` FROM backfills WHERE ` + n.where() + ` ORDER BY id DESC LIMIT ` + n.arg(limit)
	return list(ctx, db.reader, scanBackfill, query, n.args...)
}

// scanBackfill reads a backfill.
func scanBackfill(row scanner) (reports.Backfill, error) {
	var b reports.Backfill
	var from, to, next string
	var createdAt, finishedAt int64
	err := row.Scan(&b.ID, &b.TenantKey, &b.Unit, &from, &to, &b.Status, &next, &b.DaysDone, &b.DaysTotal, &b.Reason, &b.CreatedBy,
		&createdAt, &finishedAt)
	if err != nil {
		return b, err
	}
	b.CreatedAt, b.FinishedAt = instant(createdAt), instant(finishedAt)
	for _, date := range []struct {
		text string
		into *reports.Date
	}{{from, &b.Days.From}, {to, &b.Days.To}, {next, &b.Next}} {
		if *date.into, err = reports.ParseDate(date.text); err != nil {
			return b, err
		}
	}
	return b, nil
}
