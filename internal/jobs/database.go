package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// Database is where work is kept, beside everything else.
type Database struct {
	// SQL is the pool that writes. On SQLite it holds one connection.
	SQL *sql.DB
	// Pool is what SQL runs on where the database is PostgreSQL; nil means
	// SQLite.
	Pool *pgxpool.Pool
}

// Tx is a transaction in which work can be written down. It is not safe for
// concurrent use.
type Tx struct {
	*sql.Tx
	conn  *sql.Conn
	wakes []func() // tell the workers of the work written down
}

// Durability says what a finished transaction survives.
type Durability bool

// A Durable transaction survives a power cut. A Loose one survives the end of
// the process, but a power cut, or a crash of the PostgreSQL server, may take it
// back, never without those that came after it; the next durable one makes it
// last. It does not wait for the disk.
const (
	Durable Durability = true
	Loose   Durability = false
)

// Write runs a change in one transaction, and wakes the workers of the work it
// wrote down. An error of change undoes everything and is returned.
func (d Database) Write(ctx context.Context, durability Durability, change func(tx *Tx) error) error {
	conn, err := d.SQL.Conn(ctx)
	if err != nil {
		return fmt.Errorf("wait for the database: %w", err)
	}
	defer func() { _ = conn.Close() }() // gives it back to the pool
	if d.Pool == nil && durability == Durable {
		restore, err := syncFully(ctx, conn)
		if err != nil {
			return err
		}
		defer restore()
	}
	tx := &Tx{conn: conn}
	if tx.Tx, err = conn.BeginTx(ctx, d.isolation()); err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	if d.Pool != nil && durability == Loose {
		if _, err := tx.ExecContext(ctx, `SET LOCAL synchronous_commit = off`); err != nil {
			return fmt.Errorf("do without durability: %w", err)
		}
	}
	if err := change(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	for _, wake := range tx.wakes {
		wake()
	}
	return nil
}

// isolation is what our statements are written for: each sees what was
// committed before it. SQLite has one writer and needs no word.
func (d Database) isolation() *sql.TxOptions {
	if d.Pool == nil {
		return nil
	}
	return &sql.TxOptions{Isolation: sql.LevelReadCommitted}
}

// syncFully makes the connection wait for the disk at each commit, until
// restore is called. The setting cannot be changed inside a transaction.
func syncFully(ctx context.Context, conn *sql.Conn) (restore func(), err error) {
	if _, err := conn.ExecContext(ctx, `PRAGMA synchronous = FULL`); err != nil {
		return nil, fmt.Errorf("ask for durability: %w", err)
	}
	return func() {
		// Where this fails, the connection is gone or waits once more.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA synchronous = NORMAL`)
	}, nil
}

// Migrate brings the engine's tables up to date and returns how many steps it
// took.
func (d Database) Migrate(ctx context.Context) (int, error) {
	if d.Pool == nil {
		return migrate(ctx, func(config *rivermigrate.Config) (migrator, error) {
			return rivermigrate.New(riversqlite.New(d.SQL), config)
		})
	}
	return migrate(ctx, func(config *rivermigrate.Config) (migrator, error) {
		return rivermigrate.New(riverpgxv5.New(d.Pool), config)
	})
}

// migrator is River's, on either database.
type migrator interface {
	Migrate(ctx context.Context, direction rivermigrate.Direction, opts *rivermigrate.MigrateOpts) (*rivermigrate.MigrateResult, error)
}

// migrate runs a migrator to the newest version.
func migrate(ctx context.Context, build func(*rivermigrate.Config) (migrator, error)) (int, error) {
	m, err := build(&rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return 0, fmt.Errorf("migrate the job engine: %w", err)
	}
	result, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	if err != nil {
		return 0, fmt.Errorf("migrate the job engine: %w", err)
	}
	return len(result.Versions), nil
}
