// Package store keeps everything huibao remembers, in SQL: the inbox, the
// archive, chats, schedules, deliveries, the outbox, limits and the audit log.
// A file for each. It speaks to SQLite and PostgreSQL in the same words; what
// it promises of both is written down as tests in storetest.
//
// It promises that each method is one transaction, that a change and the work
// it asks for are written together, that keys include the tenant, and that any
// number of processes may share a PostgreSQL database. It holds no rules: those
// are with the packages whose interfaces it fills.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/jobs"
)

// Options are what Open needs.
type Options struct {
	URL string // sqlite:PATH or postgres://…, the latter often with a password
	Log *logrus.Entry
	// The limits TakeSlot and TakeCommand keep.
	SendPerSecond, SendPerMinute     int // messages to a tenant
	CommandsPerUser, CommandsPerChat int // commands a minute
	// TurnTolerance is how long waiting for the turn to take one may last without
	// being counted; 20 ms when 0, which is less than what the windows are longer
	// than their limits.
	TurnTolerance time.Duration
}

// Inserter writes work down in a transaction.
type Inserter interface {
	InsertTx(ctx context.Context, tx *jobs.Tx, args ...jobs.Args) error
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	options Options
	path    string        // of the file, for SQLite
	engine  jobs.Database // what writes
	reader  *sql.DB       // sees what is committed and never waits for a writer
	close   func()        // closes what the two run on
	jobs    Inserter
	// turn is held by the one writer that may wait for SQLite's connection; nil
	// on PostgreSQL. See inTurn.
	turn chan struct{}
}

// Open opens the database, making the file of SQLite if there is none. It does
// not migrate. The error says what is wrong and holds no secret.
func Open(ctx context.Context, options Options) (*DB, error) {
	scheme, rest, _ := strings.Cut(options.URL, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(ctx, options, rest)
	case "postgres", "postgresql":
		return openPostgres(ctx, options)
	}
	return nil, errors.New("the database URL is neither of the form sqlite:PATH nor postgres://USER:PASSWORD@HOST/DATABASE")
}

// Engine is the database as the job engine needs it.
func (db *DB) Engine() jobs.Database { return db.engine }

// UseJobs sets what writes work down. It must come before anything that does.
func (db *DB) UseJobs(inserter Inserter) { db.jobs = inserter }

// onPostgres reports which of the two databases it is.
func (db *DB) onPostgres() bool { return db.engine.Pool != nil }

// Check reports whether the database can be written.
func (db *DB) Check(ctx context.Context) error {
	return db.note(ctx, func(tx *jobs.Tx) error {
		if !db.onPostgres() {
			return nil // to begin was to become the one writer
		}
		var readOnly string
		if err := tx.QueryRowContext(ctx, `SHOW transaction_read_only`).Scan(&readOnly); err != nil {
			return err
		}
		if readOnly == "on" {
			return errors.New("the database can only be read: it is a standby, or set to be so")
		}
		return nil
	})
}

// Close closes the database.
func (db *DB) Close() error {
	err := errors.Join(db.reader.Close(), db.engine.SQL.Close())
	db.close()
	return err
}

// write runs a change in one transaction that survives a power cut.
func (db *DB) write(ctx context.Context, change func(tx *jobs.Tx) error) error {
	return db.inTurn(ctx, jobs.Durable, change)
}

// note is write for what may be forgotten in a power cut, because it is made
// again, or because a write follows before anything is done about it. It does
// not wait for the disk.
func (db *DB) note(ctx context.Context, change func(tx *jobs.Tx) error) error {
	return db.inTurn(ctx, jobs.Loose, change)
}

// inTurn has the writers wait for each other in order. The pool hands its one
// connection to any of those who ask for it, so an event that came among fifty
// workers would wait behind most of them. As it is, one of them asks at a time,
// and the inbox, which does not wait here, shares the connection with that one
// and the job engine.
func (db *DB) inTurn(ctx context.Context, durability jobs.Durability, change func(tx *jobs.Tx) error) error {
	if db.turn == nil {
		return db.engine.Write(ctx, durability, change)
	}
	select {
	case db.turn <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait for the database: %w", ctx.Err())
	}
	defer func() { <-db.turn }()
	return db.engine.Write(ctx, durability, change)
}

// exclusively makes all others that name the same thing wait until the
// transaction ends, so that what was read holds when it is written. On SQLite
// there is only one writer anyway.
func (db *DB) exclusively(ctx context.Context, tx *jobs.Tx, names ...string) error {
	if !db.onPostgres() {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, strings.Join(names, "\x1f")); err != nil {
		return fmt.Errorf("wait for a turn: %w", err)
	}
	return nil
}
