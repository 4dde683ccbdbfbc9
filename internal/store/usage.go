package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"huibao/internal/audit"
	"huibao/internal/jobs"
)

// AddCalls counts calls of the platform in a month ("2026-11"), by purpose.
func (db *DB) AddCalls(ctx context.Context, tenantKey, month string, calls map[string]int64) error {
	return db.note(ctx, func(tx *jobs.Tx) error {
		for _, purpose := range slices.Sorted(maps.Keys(calls)) { // processes that count at once lock rows in one order
			_, err := tx.ExecContext(ctx, `INSERT INTO platform_calls (tenant_key, month, purpose, calls) VALUES ($1, $2, $3, $4)
				ON CONFLICT (tenant_key, month, purpose) DO UPDATE SET calls = platform_calls.calls + excluded.calls`,
				tenantKey, month, purpose, calls[purpose])
			if err != nil {
				return fmt.Errorf("count calls of the platform: %w", err)
			}
		}
		return nil
	})
}

// Calls returns the calls of the platform in a month, by purpose.
func (db *DB) Calls(ctx context.Context, tenantKey, month string) (map[string]int64, error) {
	type row struct {
		purpose string
		calls   int64
	}
	rows, err := list(ctx, db.reader, func(s scanner) (r row, err error) {
		err = s.Scan(&r.purpose, &r.calls)
		return r, err
	}, `SELECT purpose, calls FROM platform_calls WHERE tenant_key = $1 AND month = $2`, tenantKey, month)
	calls := make(map[string]int64, len(rows))
	for _, r := range rows {
		calls[r.purpose] = r.calls
	}
	return calls, err
}

// Enqueue writes work down with the audit entry of who asked for it.
func (db *DB) Enqueue(ctx context.Context, entry *audit.Entry, args ...jobs.Args) error {
	return db.write(ctx, func(tx *jobs.Tx) error {
		if err := db.jobs.InsertTx(ctx, tx, args...); err != nil {
			return err
		}
		return writeAudit(ctx, tx, entry, nil, nil)
	})
}
