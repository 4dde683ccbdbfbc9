package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"huibao/internal/audit"
	"huibao/internal/jobs"
)

// writeAudit writes an entry in the transaction of the change it tells of. A
// nil entry is a change nobody made by hand. before and after fill in the
// states the entry does not have yet; a nil one stays empty. The entry gets its ID.
func writeAudit(ctx context.Context, tx *jobs.Tx, entry *audit.Entry, before, after any) error {
	if entry == nil {
		return nil
	}
	var err error
	if entry.Before == nil && before != nil {
		if entry.Before, err = json.Marshal(before); err != nil {
			return fmt.Errorf("audit %s: %w", entry.Action, err)
		}
	}
	if entry.After == nil && after != nil {
		if entry.After, err = json.Marshal(after); err != nil {
			return fmt.Errorf("audit %s: %w", entry.Action, err)
		}
	}
	if entry.At.IsZero() {
		entry.At = time.Now()
	}
	err = tx.QueryRowContext(ctx, `INSERT INTO audit (tenant_key, at, actor, action, object, before, after)
		VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`, entry.TenantKey, millis(entry.At), entry.Actor, entry.Action, entry.Object,
		string(entry.Before), string(entry.After)).Scan(&entry.ID)
	if err != nil {
		return fmt.Errorf("audit %s: %w", entry.Action, err)
	}
	return nil
}

const auditColumns = `id, tenant_key, at, actor, action, object, before, after`

// ListAudit returns a tenant's entries, the newest first.
func (db *DB) ListAudit(ctx context.Context, tenantKey string, filter audit.Filter) ([]audit.Entry, error) {
	query, args := listedAudit(tenantKey, filter)
	return list(ctx, db.reader, scanAudit, query, args...)
}

// listedAudit is the query of ListAudit.
func listedAudit(tenantKey string, filter audit.Filter) (query string, args []any) {
	n := narrowed("tenant_key = ?", tenantKey)
	if filter.Below != 0 {
		n.and("id < ?", filter.Below)
	}
	if filter.Actor != "" {
		n.and("actor = ?", filter.Actor)
	}
	if filter.Object != "" {
		n.and("object = ?", filter.Object)
	}
	if filter.Action != "" {
		n.and("substr(action, 1, length(?)) = ?", filter.Action)
	}
	if filter.Text != "" {
		n.holding(filter.Text, "actor", "action", "object")
	}
	query = `SELECT ` + auditColumns + ` FROM audit WHERE ` + n.where() + ` ORDER BY id DESC LIMIT ` + n.arg(filter.Limit)
	return query, n.args
}

// FindAudit returns a tenant's entry.
func (db *DB) FindAudit(ctx context.Context, tenantKey string, id int64) (audit.Entry, bool, error) {
	return find(db.reader.QueryRowContext(ctx, `SELECT `+auditColumns+` FROM audit
		WHERE tenant_key = $1 AND id = $2`, tenantKey, id), scanAudit)
}

// scanAudit reads an entry.
func scanAudit(row scanner) (audit.Entry, error) {
	var e audit.Entry
	var at int64
	var before, after string
	err := row.Scan(&e.ID, &e.TenantKey, &at, &e.Actor, &e.Action, &e.Object, &before, &after)
	e.At = instant(at)
	if before != "" {
		e.Before = json.RawMessage(before)
	}
	if after != "" {
		e.After = json.RawMessage(after)
	}
	return e, err
}
