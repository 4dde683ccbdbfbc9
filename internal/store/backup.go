package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Backup writes a consistent copy of the database to a new file, while a
// service may be writing. A file that is there already is not touched.
// PostgreSQL has tools of its own for that, which the error names.
func (db *DB) Backup(ctx context.Context, file string) error {
	if db.onPostgres() {
		return errors.New("a PostgreSQL database is backed up by its own tools: run pg_dump --format=custom with the same database URL")
	}
	if _, err := os.Stat(file); err == nil {
		return fmt.Errorf("the file %s is there already: choose a new name", file)
	}
	part := file + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the unfinished copy %s cannot be removed: %w", part, err)
	}
	// The connections that only read refuse to write any file, this one too.
	if _, err := db.engine.SQL.ExecContext(ctx, `VACUUM INTO $1`, part); err != nil {
		return errors.Join(fmt.Errorf("copy the database to %s: %w", file, err), os.RemoveAll(part))
	}
	if err := keep(part, file); err != nil {
		return errors.Join(fmt.Errorf("keep the copy as %s: %w", file, err), os.RemoveAll(part))
	}
	return nil
}

// keep brings a file to the disk and gives it its name, which must be free.
func keep(part, file string) error {
	content, err := os.Open(filepath.Clean(part))
	if err != nil {
		return err
	}
	if err := errors.Join(content.Sync(), content.Close()); err != nil {
		return err
	}
	name, err := os.OpenFile(filepath.Clean(file), os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(name.Close(), os.Rename(part, file))
}
