package store

import (
	"context"
	"encoding/json"
	"fmt"

	"huibao/internal/audit"
	"huibao/internal/jobs"
	"huibao/internal/settings"
)

// FindSettings returns what the tenant chose; ok is false for one that never
// did.
func (db *DB) FindSettings(ctx context.Context, tenantKey string) (settings.Settings, bool, error) {
	return findSettings(ctx, db.reader, tenantKey)
}

// findSettings reads a tenant's settings.
func findSettings(ctx context.Context, q querier, tenantKey string) (settings.Settings, bool, error) {
	return find(q.QueryRowContext(ctx, `SELECT settings FROM settings WHERE tenant_key = $1`, tenantKey), scanJSON[settings.Settings])
}

// ChangeSettings applies a change to the tenant's settings, or to the defaults
// of one that never chose, and writes them with their audit entry.
func (db *DB) ChangeSettings(ctx context.Context, tenantKey string, defaults settings.Settings, entry *audit.Entry, change func(*settings.Settings) error) (settings.Settings, error) {
	var chosen settings.Settings
	err := db.write(ctx, func(tx *jobs.Tx) error {
		if err := db.exclusively(ctx, tx, "settings", tenantKey); err != nil {
			return err
		}
		before, ok, err := findSettings(ctx, tx, tenantKey)
		if err != nil {
			return err
		}
		if !ok {
			before = defaults
		}
		chosen = before
		if err := change(&chosen); err != nil {
			return err
		}
		if err := saveJSON(ctx, tx, chosen, `INSERT INTO settings (settings, tenant_key) VALUES ($1, $2)
			ON CONFLICT (tenant_key) DO UPDATE SET settings = excluded.settings`, tenantKey); err != nil {
			return fmt.Errorf("save the settings: %w", err)
		}
		return writeAudit(ctx, tx, entry, before, chosen)
	})
	return chosen, err
}

// ListYears returns the years for which the tenant has lists of its own.
func (db *DB) ListYears(ctx context.Context, tenantKey string) ([]settings.Year, error) {
	return list(ctx, db.reader, scanJSON[settings.Year], `SELECT days FROM calendar_years WHERE tenant_key = $1 ORDER BY year`, tenantKey)
}

// ChangeYear applies a change to a year's list, or to the shipped one where the
// tenant has none, and writes it with its audit entry. A tenant whose list becomes
// the shipped one has none any more.
func (db *DB) ChangeYear(ctx context.Context, tenantKey string, shipped settings.Year, entry *audit.Entry, change func(*settings.Year) error) (settings.Year, error) {
	var year settings.Year
	err := db.write(ctx, func(tx *jobs.Tx) error {
		if err := db.exclusively(ctx, tx, "calendar", tenantKey); err != nil {
			return err
		}
		before, ok, err := find(tx.QueryRowContext(ctx, `SELECT days FROM calendar_years WHERE tenant_key = $1 AND year = $2`,
			tenantKey, shipped.Year), scanJSON[settings.Year])
		if err != nil {
			return err
		}
		if !ok {
			before = shipped
		}
		year = before
		if err := change(&year); err != nil {
			return err
		}
		if err := saveYear(ctx, tx, tenantKey, year); err != nil {
			return fmt.Errorf("save the calendar of %d: %w", shipped.Year, err)
		}
		return writeAudit(ctx, tx, entry, before, year)
	})
	return year, err
}

// saveYear keeps a year's list, or forgets it for the shipped one.
func saveYear(ctx context.Context, tx *jobs.Tx, tenantKey string, year settings.Year) error {
	if year.Shipped {
		_, err := tx.ExecContext(ctx, `DELETE FROM calendar_years WHERE tenant_key = $1 AND year = $2`, tenantKey, year.Year)
		return err
	}
	return saveJSON(ctx, tx, year, `INSERT INTO calendar_years (days, tenant_key, year) VALUES ($1, $2, $3)
		ON CONFLICT (tenant_key, year) DO UPDATE SET days = excluded.days`, tenantKey, year.Year)
}

// scanJSON reads a column that holds JSON.
func scanJSON[T any](row scanner) (value T, err error) {
	var text string
	if err := row.Scan(&text); err != nil {
		return value, err
	}
	return value, json.Unmarshal([]byte(text), &value)
}

// saveJSON runs a statement whose first argument is the value as JSON.
func saveJSON(ctx context.Context, tx *jobs.Tx, value any, statement string, args ...any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, statement, append([]any{string(text)}, args...)...)
	return err
}
