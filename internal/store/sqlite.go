package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"huibao/internal/jobs"
)

// openSQLite opens the file.
func openSQLite(ctx context.Context, options Options, path string) (*DB, error) {
	if path == "" {
		return nil, errors.New("the database URL is not of the form sqlite:PATH")
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("the folder of the database %s cannot be read: %w", path, err)
	}
	// One connection writes: SQLite has one writer. Who waits for it is in inTurn.
	writer, err := connect(path, 1, "_txlock=immediate")
	if err != nil {
		return nil, err
	}
	reader, err := connect(path, 4, "_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	db := &DB{options: options, path: path, engine: jobs.Database{SQL: writer}, reader: reader, close: func() {}, turn: make(chan struct{}, 1)}
	if err := writer.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("the database %s cannot be opened: %w", path, err), db.Close())
	}
	return db, nil
}

// connect opens a pool on the file. A commit waits for the disk only where
// jobs.Durable asks for it.
func connect(path string, connections int, extra string) (*sql.DB, error) {
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(1)&" + extra
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("the database %s cannot be opened: %w", path, err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	db.SetConnMaxIdleTime(0)
	return db, nil
}
