package store

import (
	"context"
	"fmt"

	"huibao/internal/jobs"
	"huibao/reports"
)

const dayColumns = `date, has_row, meeting_count, meeting_duration_seconds, participant_count, fetched_at`

// Days returns what the archive knows of the range, in order of date.
func (db *DB) Days(ctx context.Context, tenantKey string, unit reports.Unit, days reports.Range) ([]reports.ArchivedDay, error) {
	return list(ctx, db.reader, scanDay, `SELECT `+dayColumns+` FROM daily_reports
		WHERE tenant_key = $1 AND unit = $2 AND date BETWEEN $3 AND $4 ORDER BY date`,
		tenantKey, string(unit), days.From.String(), days.To.String())
}

// SaveDays writes the days of one fetch. A day whose figures changed keeps its
// earlier version beside it; an older fetch changes nothing, and one without a
// row leaves the row that is there.
func (db *DB) SaveDays(ctx context.Context, tenantKey string, unit reports.Unit, days []reports.ArchivedDay) error {
	return db.write(ctx, func(tx *jobs.Tx) error {
		if err := db.exclusively(ctx, tx, "archive", tenantKey, string(unit)); err != nil {
			return err
		}
		for _, day := range days {
			if err := saveDay(ctx, tx, tenantKey, unit, day); err != nil {
				return fmt.Errorf("archive %s: %w", day.Date, err)
			}
		}
		return nil
	})
}

// saveDay writes one day.
func saveDay(ctx context.Context, tx *jobs.Tx, tenantKey string, unit reports.Unit, day reports.ArchivedDay) error {
	known, ok, err := find(tx.QueryRowContext(ctx, `SELECT `+dayColumns+` FROM daily_reports
		WHERE tenant_key = $1 AND unit = $2 AND date = $3`, tenantKey, string(unit), day.Date.String()), scanDay)
	if err != nil {
		return err
	}
	if ok && !day.FetchedAt.After(known.FetchedAt) {
		return nil
	}
	if ok && known.HasRow && !day.HasRow {
		day.HasRow, day.Figures = true, known.Figures
	}
	if ok && (known.HasRow != day.HasRow || known.Figures != day.Figures) {
		if err := insertDay(ctx, tx, `INSERT INTO daily_report_revisions (tenant_key, unit, `+dayColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`, tenantKey, unit, known); err != nil {
			return err
		}
	}
	return insertDay(ctx, tx, `INSERT INTO daily_reports (tenant_key, unit, `+dayColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (tenant_key, unit, date) DO UPDATE SET has_row = excluded.has_row,
			meeting_count = excluded.meeting_count, meeting_duration_seconds = excluded.meeting_duration_seconds,
			participant_count = excluded.participant_count, fetched_at = excluded.fetched_at`, tenantKey, unit, day)
}

// insertDay runs a statement that takes a day.
func insertDay(ctx context.Context, tx *jobs.Tx, statement, tenantKey string, unit reports.Unit, day reports.ArchivedDay) error {
	_, err := tx.ExecContext(ctx, statement, tenantKey, string(unit), day.Date.String(), day.HasRow, day.Figures.MeetingCount,
		day.Figures.MeetingDurationSeconds, day.Figures.ParticipantCount, millis(day.FetchedAt))
	return err
}

// scanDay reads a day.
func scanDay(row scanner) (reports.ArchivedDay, error) {
	var day reports.ArchivedDay
	var date string
	var fetchedAt int64
	err := row.Scan(&date, &day.HasRow, &day.Figures.MeetingCount, &day.Figures.MeetingDurationSeconds,
		&day.Figures.ParticipantCount, &fetchedAt)
	if err != nil {
		return day, err
	}
	day.FetchedAt = instant(fetchedAt)
	day.Date, err = reports.ParseDate(date)
	return day, err
}

// Revisions returns a day's earlier versions, the newest first.
func (db *DB) Revisions(ctx context.Context, tenantKey string, unit reports.Unit, date reports.Date) ([]reports.ArchivedDay, error) {
	return list(ctx, db.reader, scanDay, `SELECT `+dayColumns+` FROM daily_report_revisions
		WHERE tenant_key = $1 AND unit = $2 AND date = $3 ORDER BY fetched_at DESC`, tenantKey, string(unit), date.String())
}

// ArchivedUnits returns the units the tenant was ever asked about.
func (db *DB) ArchivedUnits(ctx context.Context, tenantKey string) ([]reports.Unit, error) {
	return list(ctx, db.reader, func(row scanner) (unit reports.Unit, err error) {
		err = row.Scan(&unit)
		return unit, err
	}, `SELECT DISTINCT unit FROM daily_reports WHERE tenant_key = $1 ORDER BY unit`, tenantKey)
}
