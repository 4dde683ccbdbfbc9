package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"huibao/internal/jobs"
)

// LockServe makes this process a service of the database and returns the name
// under which it takes up work. The name is the same after a restart, and no
// two processes have it at the same time; it begins with the host's.
//
// On SQLite there is only one service for each file, and the error of a second
// says so. The lock ends with the process, however it ends. The commands of the
// shell do not need it.
func (db *DB) LockServe(ctx context.Context, host string) (name string, unlock func() error, err error) {
	if db.onPostgres() {
		return db.lockName(ctx, host)
	}
	unlock, err = lockFile(db.path+".lock", syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return "", nil, fmt.Errorf(
			"another huibao serve is running on the database %s: stop it first, or give this one a database of its own", db.path)
	}
	return host, unlock, err
}

// lockFile takes the operating system's lock of a file, making it if need be.
func lockFile(name string, how int) (unlock func() error, err error) {
	file, err := os.OpenFile(filepath.Clean(name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the lock file %s cannot be opened: %w", name, err)
	}
	if err := syscall.Flock(int(file.Fd()), how); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", name, err), file.Close())
	}
	return file.Close, nil
}

// alone runs a change of the database's shape while no other process does.
func (db *DB) alone(ctx context.Context, run func() error) (err error) {
	if db.onPostgres() {
		return db.engine.Write(ctx, jobs.Loose, func(tx *jobs.Tx) error {
			if err := db.exclusively(ctx, tx, "migrate"); err != nil {
				return err
			}
			return run()
		})
	}
	unlock, err := lockFile(db.path+".migrate", syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	return run()
}
