package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"huibao/bot"
	"huibao/internal/jobs"
	"huibao/internal/store"
	"huibao/internal/store/storetest"
)

func TestOpenSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	noDatabase := filepath.Join(dir, "letter.txt")
	if err := os.WriteFile(noDatabase, []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ url, wanted string }{
		{"", "neither of the form sqlite:PATH nor postgres://"},
		{"huibao.db", "neither of the form sqlite:PATH nor postgres://"},
		{"mysql://root:hunter2@localhost/huibao", "neither of the form sqlite:PATH nor postgres://"},
		{"sqlite:", "not of the form sqlite:PATH"},
		{"sqlite:" + filepath.Join(dir, "nowhere", "huibao.db"), "the folder of the database"},
		{"sqlite:" + dir, "cannot be opened"},
		{"sqlite:" + noDatabase, "cannot be opened"},
	} {
		_, err := store.Open(t.Context(), store.Options{URL: c.url, Log: storetest.Silent()})
		if err == nil || !strings.Contains(err.Error(), c.wanted) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: error %v, want one with %q", c.url, err, c.wanted)
		}
	}
}

func TestAnyFileNameWill(t *testing.T) {
	for _, name := range []string{"with space.db", "a?b#c%41&d=e.db", "报.db"} { //nolint:gosmopolitan // files have any name
		path := filepath.Join(t.TempDir(), name)
		storetest.Open(t, "sqlite:"+path)
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestOneServiceForAFile(t *testing.T) {
	url := storetest.SQLite(t)
	first, second := storetest.Open(t, url), storetest.Open(t, url)
	name, unlock, err := first.LockServe(t.Context(), "host")
	if err != nil || name != "host" {
		t.Fatal(name, err)
	}
	path := strings.TrimPrefix(url, "sqlite:")
	if _, _, err := second.LockServe(t.Context(), "host"); err == nil || !strings.Contains(err.Error(), "another huibao serve is running on the database "+path) {
		t.Errorf("error %v", err)
	}
	if err := second.Check(t.Context()); err != nil {
		t.Errorf("other commands work beside it: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	_, unlock, err = second.LockServe(t.Context(), "host")
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}

// level reads how much a commit waits for the disk: 1 not, 2 until it is there.
func level(t *testing.T, q interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (level int) {
	t.Helper()
	if err := q.QueryRowContext(t.Context(), `PRAGMA synchronous`).Scan(&level); err != nil {
		t.Fatal(err)
	}
	return level
}

func TestOnlyWhatIsDurableWaitsForTheDisk(t *testing.T) {
	engine := storetest.OpenOnly(t, storetest.SQLite(t)).Engine()
	for _, c := range []struct {
		durability jobs.Durability
		wanted     int
	}{{jobs.Durable, 2}, {jobs.Loose, 1}, {jobs.Durable, 2}} {
		err := engine.Write(t.Context(), c.durability, func(tx *jobs.Tx) error {
			if got := level(t, tx); got != c.wanted {
				t.Errorf("durable %v: level %d, want %d", c.durability, got, c.wanted)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := level(t, engine.SQL); got != 1 {
			t.Errorf("afterwards: level %d", got)
		}
	}
}

func TestReadersDoNotWaitForTheWriter(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	_, err := db.ChangeChat(t.Context(), "tenant-1", "oc_1", nil, func(*bot.Chat) error {
		_, found, err := db.FindChat(t.Context(), "tenant-1", "oc_1")
		if found {
			t.Error("what is not committed is seen")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// backupWhileWriting copies a database while a service writes events, and
// returns the copy.
func backupWhileWriting(t *testing.T) (copied string) {
	t.Helper()
	url := storetest.SQLite(t)
	service, shell := storetest.Open(t, url), storetest.Open(t, url)
	copied = filepath.Join(t.TempDir(), "copy.db")
	var written atomic.Int64
	begun, done := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			id := fmt.Sprint(written.Load())
			event := bot.Event{EventID: id, TenantKey: "tenant-1", ReceivedAt: time.Now(), Message: &bot.Message{MessageID: id}}
			if _, err := service.StoreEvents(t.Context(), []bot.Event{event}); err != nil {
				t.Error(err)
			}
			if written.Add(1) == 5 {
				close(begun)
			}
		}
	}()
	<-begun
	if err := shell.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	cancel()
	<-done
	return copied
}

func TestBackupWhileWriting(t *testing.T) {
	engine := storetest.Open(t, "sqlite:"+backupWhileWriting(t)).Engine()
	var check string
	var events, messages, work int
	err := engine.SQL.QueryRowContext(t.Context(), `SELECT (SELECT integrity_check FROM pragma_integrity_check),
		(SELECT count(*) FROM seen_ids WHERE id LIKE 'event:%'), (SELECT count(*) FROM seen_ids WHERE id LIKE 'message:%'),
		(SELECT count(*) FROM river_job)`).Scan(&check, &events, &messages, &work)
	if err != nil {
		t.Fatal(err)
	}
	if check != "ok" || events < 5 || messages != events || work != events {
		t.Errorf("the copy is %s, with %d events, %d messages and %d jobs", check, events, messages, work)
	}
}

func TestBackupTouchesNoFileThatIsThere(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	dir := t.TempDir()
	there, unfinished := filepath.Join(dir, "there.db"), filepath.Join(dir, "new.db")
	for _, file := range []string{there, unfinished + ".part"} {
		if err := os.WriteFile(file, []byte("kept"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Backup(t.Context(), there); err == nil || !strings.Contains(err.Error(), there+" is there already") {
		t.Errorf("error %v", err)
	}
	if content, err := os.ReadFile(there); err != nil || string(content) != "kept" {
		t.Errorf("the file holds %q, error %v", content, err)
	}
	if err := db.Backup(t.Context(), unfinished); err != nil {
		t.Errorf("after one that was killed: %v", err)
	}
	if err := db.Backup(t.Context(), filepath.Join(dir, "nowhere", "copy.db")); err == nil {
		t.Error("no error for a folder that is not there")
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(names) != 2 {
		t.Errorf("left are %v, error %v", names, err)
	}
}

// No statement on a large table may read all of it.
func TestLargeTablesAreNotRead(t *testing.T) {
	engine := storetest.OpenOnly(t, storetest.SQLite(t)).Engine()
	for name, statement := range store.Statements("tenant-1", time.Now()) {
		for _, step := range plan(t, engine.SQL, statement) {
			for _, table := range []string{"deliveries", "schedules", "seen_ids", "outbox", "idempotency_keys", "digests", "send_slots", "command_slots", "audit"} {
				if strings.HasPrefix(step, "SCAN "+table) || strings.Contains(step, "TEMP B-TREE FOR ORDER BY") {
					t.Errorf("%s: %s", name, step)
				}
			}
		}
	}
}

// plan is how SQLite would run a statement.
func plan(t *testing.T, db *sql.DB, statement store.Statement) (steps []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement.Query, statement.Args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}
