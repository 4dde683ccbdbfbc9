package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Describe says which database it is, without secrets, and the version of its
// engine.
func (db *DB) Describe(ctx context.Context) (text string, err error) {
	var version string
	if !db.onPostgres() {
		err = db.reader.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version)
		return fmt.Sprintf("SQLite %s, %s", version, db.path), err
	}
	err = db.reader.QueryRowContext(ctx, `SHOW server_version`).Scan(&version)
	at := db.engine.Pool.Config().ConnConfig
	return fmt.Sprintf("PostgreSQL %s, %s on %s", version, at.Database, at.Host), err
}

// Steps compares the database's shape with what this program knows: steps that
// are missing, negative where the database is of a newer program.
func (db *DB) Steps(ctx context.Context) (missing int, err error) {
	provider, err := db.provider()
	if err != nil {
		return 0, err
	}
	newest := provider.ListSources()[len(provider.ListSources())-1].Version
	var applied int64
	err = db.reader.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&applied)
	if err != nil && (strings.Contains(err.Error(), "no such table") || strings.Contains(err.Error(), "does not exist")) {
		return len(provider.ListSources()), nil // not even the first step was taken
	}
	return int(newest - applied), err
}

// FreeBytes is how much room there is where the database lies. known is false on
// PostgreSQL, whose disk cannot be seen from here.
func (db *DB) FreeBytes() (free uint64, known bool, err error) {
	if db.onPostgres() {
		return 0, false, nil
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(db.path), &disk); err != nil {
		return 0, false, fmt.Errorf("look at the disk of %s: %w", db.path, err)
	}
	return disk.Bavail * uint64(disk.Bsize), true, nil
}

// Services is how many services run on the database at the moment.
func (db *DB) Services(ctx context.Context) (count int, err error) {
	if db.onPostgres() {
		return db.countNames(ctx)
	}
	if _, err := os.Stat(db.path + ".lock"); errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	unlock, err := lockFile(db.path+".lock", syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return 1, nil
	}
	if err != nil {
		return 0, err
	}
	return 0, unlock()
}

// countNames counts the names that services hold.
func (db *DB) countNames(ctx context.Context) (count int, err error) {
	err = db.reader.QueryRowContext(ctx, `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'huibao serve'`).Scan(&count)
	if err != nil {
		return 0, fmt.Errorf("count the services: %w", err)
	}
	return count, nil
}
