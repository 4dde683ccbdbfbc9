// Package storetest is what the store promises, as tests that each database
// must pass, and what other packages' tests need to have a database: a fresh
// SQLite file, or a fresh database on a PostgreSQL server of the test's own.
package storetest

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/bot"
	"huibao/internal/jobs"
	"huibao/internal/store"
	"huibao/scheduler"
)

// The limits of every database that Open opens.
const (
	SendPerSecond   = 10
	SendPerMinute   = 120
	CommandsPerUser = 3
	CommandsPerChat = 5
)

// EmptySQLite returns the URL of a file that is not there yet.
func EmptySQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "huibao.db")
}

// migratedFile is a database that is up to date and holds nothing. It is made
// once, since that takes half a second where races are looked for.
var migratedFile = sync.OnceValues(func() (content []byte, err error) {
	dir, err := os.MkdirTemp("", "storetest")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	name := filepath.Join(dir, "huibao.db")
	if err := migrate("sqlite:" + name); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Clean(name))
})

// SQLite returns the URL of a fresh file that is up to date.
func SQLite(t testing.TB) string {
	t.Helper()
	content, err := migratedFile()
	if err != nil {
		t.Fatal(err)
	}
	url := EmptySQLite(t)
	if err := os.WriteFile(strings.TrimPrefix(url, "sqlite:"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	return url
}

// migrate brings a database up to date and closes it.
func migrate(url string) error {
	db, err := store.Open(context.Background(), store.Options{URL: url, Log: Silent()})
	if err != nil {
		return err
	}
	_, err = db.Migrate(context.Background())
	return errors.Join(err, db.Close())
}

// Silent is a log that nobody reads.
func Silent() *logrus.Entry {
	log := logrus.New()
	log.SetOutput(io.Discard)
	return logrus.NewEntry(log)
}

// Open opens the database of the URL, brings it up to date and closes it when
// the test ends. Work of the kinds that events and deliveries ask for can be
// written down.
func Open(t testing.TB, url string) *store.DB {
	t.Helper()
	db := OpenOnly(t, url)
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	work, err := jobs.New(jobs.Options{Database: db.Engine(), Log: Silent(), ID: "storetest"})
	if err != nil {
		t.Fatal(err)
	}
	register[bot.EventJob](work)
	register[scheduler.DeliveryJob](work)
	register[scheduler.NoticeJob](work)
	db.UseJobs(work)
	return db
}

// register makes a kind of work known that nobody does.
func register[A jobs.Args](work *jobs.Client) {
	jobs.Register(work, jobs.KindOptions{Queue: "storetest", MaxWorkers: 1, MaxAttempts: 1},
		func(context.Context, jobs.Job[A]) error { return nil })
}

// OpenOnly is Open without bringing the database up to date.
func OpenOnly(t testing.TB, url string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{
		URL: url, Log: Silent(), SendPerSecond: SendPerSecond, SendPerMinute: SendPerMinute,
		CommandsPerUser: CommandsPerUser, CommandsPerChat: CommandsPerChat,
		TurnTolerance: time.Hour, // tests tell the time; how busy the machine is does not matter
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
