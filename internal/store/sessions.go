package store

import (
	"context"
	"fmt"

	"huibao/internal/jobs"
	"huibao/internal/session"
)

// CreateSession keeps a session.
func (db *DB) CreateSession(ctx context.Context, s session.Session) error {
	return db.write(ctx, func(tx *jobs.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO sessions (id_hash, name, proof, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
			s.IDHash, s.Name, s.Proof, millis(s.CreatedAt), millis(s.ExpiresAt)); err != nil {
			return fmt.Errorf("keep a session: %w", err)
		}
		return nil
	})
}

// FindSession returns a session.
func (db *DB) FindSession(ctx context.Context, idHash string) (session.Session, bool, error) {
	found, ok, err := find(db.reader.QueryRowContext(ctx, `SELECT id_hash, name, proof, created_at, expires_at FROM sessions
		WHERE id_hash = $1`, idHash), scanSession)
	if err != nil {
		return session.Session{}, false, fmt.Errorf("find a session: %w", err)
	}
	return found, ok, nil
}

// DeleteSession forgets a session.
func (db *DB) DeleteSession(ctx context.Context, idHash string) error {
	return db.write(ctx, func(tx *jobs.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE id_hash = $1`, idHash); err != nil {
			return fmt.Errorf("forget a session: %w", err)
		}
		return nil
	})
}

// scanSession reads a session.
func scanSession(row scanner) (s session.Session, err error) {
	var created, expires int64
	err = row.Scan(&s.IDHash, &s.Name, &s.Proof, &created, &expires)
	s.CreatedAt, s.ExpiresAt = instant(created), instant(expires)
	return s, err
}
