package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"huibao/bot"
	"huibao/internal/audit"
	"huibao/internal/jobs"
)

// tenantTables are the tables whose rows belong to a tenant, with the columns
// that tell rows of one tenant apart; nil where nothing does.
var tenantTables = map[string][]string{
	"seen_ids":               {"id"},
	"chats":                  {"chat_id"},
	"daily_reports":          {"unit", "date"},
	"daily_report_revisions": {"unit", "date", "fetched_at"},
	"schedules":              {"id"},
	"deliveries":             {"id"},
	"idempotency_keys":       {"schedule_id", "key"},
	"outbox":                 {"id"},
	"send_slots":             nil,
	"send_turns":             {"id"},
	"command_slots":          nil,
	"audit":                  {"id"},
	"digests":                {"delivery_id"},
	"pauses":                 {},
	"settings":               {},
	"calendar_years":         {"year"},
	"platform_calls":         {"month", "purpose"},
	"schedule_numbers":       {"chat_id"},
	"presses":                {"message_id"},
	"event_sightings":        {"event_type"},
	"backfills":              {"id"},
}

const tenantColumns = `tenant_key, name, state, reason, since, created_at`

// FindTenant returns a tenant; ok is false for one that was never heard of.
func (db *DB) FindTenant(ctx context.Context, key string) (bot.Tenant, bool, error) {
	return findTenant(ctx, db.reader, key)
}

// findTenant reads a tenant.
func findTenant(ctx context.Context, q querier, key string) (bot.Tenant, bool, error) {
	return find(q.QueryRowContext(ctx, `SELECT `+tenantColumns+` FROM tenants WHERE tenant_key = $1`, key), scanTenant)
}

// ListTenants returns up to limit tenants in order of tenant_key, after the given
// one.
func (db *DB) ListTenants(ctx context.Context, after string, limit int) ([]bot.Tenant, error) {
	return list(ctx, db.reader, scanTenant, `SELECT `+tenantColumns+` FROM tenants WHERE tenant_key > $1 ORDER BY tenant_key LIMIT $2`, after, limit)
}

// SeeTenant returns a tenant as it is kept; news tells that it was never heard of
// before, and is now.
func (db *DB) SeeTenant(ctx context.Context, key string) (tenant bot.Tenant, news bool, err error) {
	tenant, known, err := db.FindTenant(ctx, key)
	if err != nil || known {
		return tenant, false, err
	}
	err = db.write(ctx, func(tx *jobs.Tx) error {
		count, err := change(ctx, tx, `INSERT INTO tenants (tenant_key, name, own, created_at) VALUES ($1, '', FALSE, $2)
			ON CONFLICT DO NOTHING`, key, millis(time.Now()))
		if err != nil {
			return fmt.Errorf("remember tenant %s: %w", key, err)
		}
		news = count == 1
		tenant, _, err = findTenant(ctx, tx, key)
		return err
	})
	return tenant, news && err == nil, err
}

// ChangeTenant applies a change to a tenant that was seen, and writes it with its
// audit entry unless it changes nothing. An error of change undoes everything and
// is returned.
func (db *DB) ChangeTenant(ctx context.Context, key string, entry *audit.Entry, change func(*bot.Tenant) error) (bot.Tenant, error) {
	var tenant bot.Tenant
	err := db.write(ctx, func(tx *jobs.Tx) error {
		if err := db.exclusively(ctx, tx, "tenant", key); err != nil {
			return err
		}
		before, ok, err := findTenant(ctx, tx, key)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("tenant %s was never heard of", key)
		}
		tenant = before
		if err := change(&tenant); err != nil {
			return err
		}
		if tenant.Since = stored(tenant.Since); tenant == before {
			return nil
		}
		if err := saveTenant(ctx, tx, tenant); err != nil {
			return err
		}
		return writeAudit(ctx, tx, entry, before, tenant)
	})
	return tenant, err
}

// saveTenant writes what can change of a tenant.
func saveTenant(ctx context.Context, tx *jobs.Tx, t bot.Tenant) error {
	_, err := tx.ExecContext(ctx, `UPDATE tenants SET name = $1, state = $2, reason = $3, since = $4 WHERE tenant_key = $5`,
		t.Name, t.State, t.Reason, millis(t.Since), t.Key)
	if err != nil {
		return fmt.Errorf("save tenant %s: %w", t.Key, err)
	}
	return nil
}

// scanTenant reads a tenant.
func scanTenant(row scanner) (bot.Tenant, error) {
	var t bot.Tenant
	var since, createdAt int64
	err := row.Scan(&t.Key, &t.Name, &t.State, &t.Reason, &since, &createdAt)
	t.Since, t.CreatedAt = instant(since), instant(createdAt)
	return t, err
}

// DeleteTenant deletes what is kept of a tenant that uninstalled the app before
// the instant; done is false when it has not, or has installed it again since. Of
// the tenant its key and state remain, and the audit entry. After a crash it is
// called again and goes on.
func (db *DB) DeleteTenant(ctx context.Context, key string, before time.Time, entry *audit.Entry) (done bool, err error) {
	for _, table := range slices.Sorted(maps.Keys(tenantTables)) {
		for more := true; more; {
			var gone bool
			if gone, more, err = db.deleteRows(ctx, key, before, table, tenantTables[table]); err != nil || !gone {
				return false, err
			}
		}
	}
	err = db.write(ctx, func(tx *jobs.Tx) error {
		tenant, gone, err := db.gone(ctx, tx, key, before)
		if err != nil || !gone {
			return err
		}
		deleted := bot.Tenant{Key: key, State: bot.TenantDeleted, Reason: tenant.Reason, Since: tenant.Since, CreatedAt: tenant.CreatedAt}
		done = true
		if err := saveTenant(ctx, tx, deleted); err != nil {
			return err
		}
		return writeAudit(ctx, tx, entry, nil, deleted)
	})
	return done && err == nil, err
}

// gone returns a tenant that uninstalled the app before the instant, and holds it
// until the transaction ends.
func (db *DB) gone(ctx context.Context, tx *jobs.Tx, key string, before time.Time) (tenant bot.Tenant, gone bool, err error) {
	if err = db.exclusively(ctx, tx, "tenant", key); err != nil {
		return tenant, false, err
	}
	tenant, known, err := findTenant(ctx, tx, key)
	return tenant, known && tenant.State == bot.TenantUninstalled && tenant.Since.Before(before), err
}

// deleteRows deletes some of the tenant's rows of one table, which the columns
// tell apart; more tells that there may be others.
func (db *DB) deleteRows(ctx context.Context, key string, before time.Time, table string, columns []string) (gone, more bool, err error) {
	err = db.note(ctx, func(tx *jobs.Tx) error {
		if _, gone, err = db.gone(ctx, tx, key, before); err != nil || !gone {
			return err
		}
		if len(columns) == 0 { // one row, or slots that are not kept for long
			_, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE tenant_key = $1`, key)
			return err
		}
		names := strings.Join(append([]string{"tenant_key"}, columns...), ", ")
		count, err := change(ctx, tx, `DELETE FROM `+table+` WHERE (`+names+`) IN
			(SELECT `+names+` FROM `+table+` WHERE tenant_key = $1 LIMIT $2)`, key, deletedAtOnce)
		more = count == deletedAtOnce
		return err
	})
	if err != nil {
		return gone, false, fmt.Errorf("delete %s of tenant %s: %w", table, key, err)
	}
	return gone, more, nil
}

// OwnTenant returns the key of a custom app's one tenant; known is false until
// AdoptTenant was called.
func (db *DB) OwnTenant(ctx context.Context) (key string, known bool, err error) {
	err = db.reader.QueryRowContext(ctx, `SELECT tenant_key FROM tenants WHERE own`).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return key, err == nil, err
}

// AdoptTenant remembers the key of a custom app's one tenant, and moves to it
// what was kept under the empty key while it was not known. Where both have a
// row, the one under the tenant's key stays; calls of the platform add up.
func (db *DB) AdoptTenant(ctx context.Context, key, name string) error {
	return db.write(ctx, func(tx *jobs.Tx) error {
		if err := db.exclusively(ctx, tx, "tenants"); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO tenants (tenant_key, name, own, created_at) VALUES ($1, $2, TRUE, $3)
			ON CONFLICT (tenant_key) DO UPDATE SET own = TRUE`, key, name, millis(time.Now())); err != nil {
			return err
		}
		if err := addUnknownCalls(ctx, tx, key); err != nil {
			return err
		}
		for _, table := range slices.Sorted(maps.Keys(tenantTables)) {
			if err := adopt(ctx, tx, key, table, tenantTables[table]); err != nil {
				return fmt.Errorf("move %s to the tenant: %w", table, err)
			}
		}
		return nil
	})
}

// addUnknownCalls counts the calls made for no tenant among the tenant's.
func addUnknownCalls(ctx context.Context, tx *jobs.Tx, key string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO platform_calls (tenant_key, month, purpose, calls)
		SELECT CAST($1 AS TEXT), month, purpose, calls FROM platform_calls WHERE tenant_key = ''
		ON CONFLICT (tenant_key, month, purpose) DO UPDATE SET calls = platform_calls.calls + excluded.calls`, key)
	if err != nil {
		return fmt.Errorf("count the calls for the tenant: %w", err)
	}
	return nil
}

// adopt moves the rows of one table, which the columns tell apart, to the
// tenant, and deletes those that it has already.
func adopt(ctx context.Context, tx *jobs.Tx, key, table string, columns []string) error {
	var conflict string
	if columns != nil {
		same := append(make([]string, 0, 1+len(columns)), "there.tenant_key = $1")
		for _, column := range columns {
			same = append(same, fmt.Sprintf("there.%s = %s.%s", column, table, column))
		}
		conflict = ` AND NOT EXISTS (SELECT 1 FROM ` + table + ` AS there WHERE ` + strings.Join(same, " AND ") + `)`
	}
	if _, err := tx.ExecContext(ctx, `UPDATE `+table+` SET tenant_key = $1 WHERE tenant_key = ''`+conflict, key); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE tenant_key = ''`)
	return err
}
