package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"huibao/bot"
	"huibao/internal/jobs"
)

// keepTicket keeps a store app's app_ticket unless a newer one is kept: events
// come in any order. All replicas make their tokens from it. It stands in clear:
// without the app's secret, which is not in the database, it opens nothing.
func keepTicket(ctx context.Context, tx *jobs.Tx, event bot.Event) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO app_ticket (id, ticket, issued_at) VALUES (1, $1, $2)
		ON CONFLICT (id) DO UPDATE SET ticket = excluded.ticket, issued_at = excluded.issued_at
		WHERE excluded.issued_at >= app_ticket.issued_at`, event.App.Ticket, millis(event.CreatedAt))
	if err != nil {
		return fmt.Errorf("keep the app_ticket: %w", err)
	}
	return nil
}

// AppTicket returns the newest app_ticket, "" while the platform has sent none.
func (db *DB) AppTicket(ctx context.Context) (ticket string, err error) {
	err = db.reader.QueryRowContext(ctx, `SELECT ticket FROM app_ticket`).Scan(&ticket)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find the app_ticket: %w", err)
	}
	return ticket, nil
}
