package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"huibao/bot"
	"huibao/internal/jobs"
	"huibao/internal/outbox"
	"huibao/internal/store"
	"huibao/internal/store/storetest"
)

func TestPostgresErrorsHoldNoSecret(t *testing.T) {
	good := storetest.LockedPostgres(t)
	storetest.Open(t, good)
	socket := good[strings.Index(good, "host=")+len("host="):]
	for _, c := range []struct{ name, url, wanted string }{
		{"wrong password", strings.Replace(good, storetest.Password, "hunter2", 1), "password authentication failed"},
		{"no such database", strings.Replace(good, storetest.Password+"@/", storetest.Password+"@/no_", 1), "does not exist"},
		{"nobody listens", "postgres://huibao:hunter2@127.0.0.1:1/huibao", "refused"},
		{"no socket", strings.Replace(good, socket, "/nowhere", 1), "no such file"},
		{"no URL", "postgres://huibao:hunter2%zz@localhost/huibao", "not of the form postgres://"},
		{"a slash in the password", "postgres://huibao:hunter2/hunter2@localhost/huibao", "not of the form postgres://"},
		{"no port", "postgresql://huibao:hunter2@localhost:many/huibao", "not of the form postgres://"},
		{"an unknown setting", good + "&hunter2=1", "hunter2"},
	} {
		db, err := store.Open(t.Context(), store.Options{URL: c.url, Log: storetest.Silent()})
		if err == nil {
			t.Errorf("%s: no error", c.name)
			_ = db.Close()
			continue
		}
		text := err.Error()
		if !strings.Contains(text, c.wanted) || strings.Contains(text, "\n") {
			t.Errorf("%s: error %q, want a line with %q", c.name, text, c.wanted)
		}
		if c.wanted != "hunter2" && strings.Contains(text, "hunter2") || strings.Contains(text, storetest.Password) {
			t.Errorf("%s: the error holds the password: %q", c.name, text)
		}
	}
}

// A connection that is lost later is opened again, and may fail then.
func TestLaterErrorsHoldNoSecretEither(t *testing.T) {
	db := storetest.Open(t, storetest.LockedPostgres(t))
	admin := storetest.OpenOnly(t, storetest.Postgres(t)).Engine().SQL
	set := func(password string) {
		for _, statement := range []string{
			`ALTER ROLE locked PASSWORD '` + password + `'`,
			`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'locked'`,
		} {
			if _, err := admin.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
	}
	set("another")
	defer set(storetest.Password)
	for i := range 3 {
		_, readErr := db.ListChats(t.Context(), "tenant-1", bot.ChatFilter{Limit: 1})
		for _, err := range []error{readErr, db.Check(t.Context())} {
			if i == 2 && err == nil {
				t.Error("no error without a connection")
			}
			if err != nil && strings.Contains(err.Error(), storetest.Password) {
				t.Errorf("the error holds the password: %v", err)
			}
		}
	}
}

func TestServicesOfOneHostHaveNamesOfTheirOwn(t *testing.T) {
	url := storetest.Postgres(t)
	names := []string{"host", "host-2", "host-3"}
	unlocks := make([]func() error, 0, len(names))
	for _, wanted := range names {
		name, unlock, err := storetest.Open(t, url).LockServe(t.Context(), "host")
		if err != nil || name != wanted {
			t.Fatalf("name %q, want %q, error %v", name, wanted, err)
		}
		unlocks = append(unlocks, unlock)
	}
	name, unlock, err := storetest.Open(t, url).LockServe(t.Context(), "another")
	if err != nil || name != "another" {
		t.Errorf("on another host: name %q, error %v", name, err)
	}
	if err := unlocks[1](); err != nil {
		t.Fatal(err)
	}
	name, again, err := storetest.Open(t, url).LockServe(t.Context(), "host")
	if err != nil || name != "host-2" {
		t.Errorf("after the second has ended: name %q, error %v", name, err)
	}
	for _, unlock := range []func() error{unlock, unlocks[0], unlocks[2], again} {
		if err := unlock(); err != nil {
			t.Error(err)
		}
	}
}

// disconnecting returns what ends all connections to the database of an engine,
// as a restart of the server does.
func disconnecting(t *testing.T, engine jobs.Database) func() {
	t.Helper()
	elsewhere := storetest.OpenOnly(t, storetest.Postgres(t)).Engine().SQL
	database := engine.Pool.Config().ConnConfig.Database
	return func() {
		t.Helper()
		if _, err := elsewhere.ExecContext(t.Context(),
			`SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_stat_activity WHERE datname = $1`, database); err != nil {
			t.Fatal(err)
		}
	}
}

// eventually repeats a call that fails while lost connections are found out.
func eventually(t *testing.T, call func() error) {
	t.Helper()
	for tries := 1; ; tries++ {
		err := call()
		if err == nil {
			return
		}
		if tries == 50 {
			t.Fatal(err)
		}
	}
}

func TestANameThatIsLostIsTakenAgain(t *testing.T) {
	url := storetest.Postgres(t)
	first, second := storetest.Open(t, url), storetest.Open(t, url)
	disconnect := disconnecting(t, first.Engine())
	held, other := first.Name("host"), second.Name("host")
	defer held.Release()
	defer other.Release()
	if free, err := held.Take(t.Context()); err != nil || !free {
		t.Fatal(free, err)
	}
	if err := held.Hold(t.Context()); err != nil {
		t.Errorf("while it is held: %v", err)
	}
	disconnect()
	eventually(t, func() error { return held.Hold(t.Context()) })
	take := func() (free bool) {
		eventually(t, func() (err error) {
			free, err = other.Take(t.Context())
			return err
		})
		return free
	}
	if take() {
		t.Fatal("another took the name that was taken again")
	}
	disconnect()
	if !take() {
		t.Fatal("another could not take the name that was lost")
	}
	var err error
	for range 50 { // until lost connections are found out
		if err = held.Hold(t.Context()); err != nil && strings.Contains(err.Error(), "another process has taken the name host") {
			return
		}
	}
	t.Errorf("error %v", err)
}

// The server may be restarted while a service runs.
func TestAServiceOutlivesItsConnections(t *testing.T) {
	db := storetest.Open(t, storetest.Postgres(t))
	done := make(chan string, 10)
	client, err := jobs.New(jobs.Options{Database: db.Engine(), Log: storetest.Silent(), ID: "a", Poll: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	options := jobs.KindOptions{Queue: "events", MaxWorkers: 1, MaxAttempts: 3, RetryFunc: func(int) time.Duration { return time.Millisecond }}
	jobs.Register(client, options, func(_ context.Context, job jobs.Job[bot.EventJob]) error { done <- job.Args.Event.EventID; return nil })
	db.UseJobs(client)
	_, unlock, err := db.LockServe(t.Context(), "host")
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	disconnect := disconnecting(t, db.Engine())
	for _, id := range []string{"e1", "e2", "e3"} {
		disconnect()
		eventually(t, func() error { // the platform repeats what is not stored
			_, err := db.StoreEvents(t.Context(), []bot.Event{{EventID: id, TenantKey: "tenant-1"}})
			return err
		})
		if got := <-done; got != id {
			t.Errorf("the work is about %s, want %s", got, id)
		}
	}
	if err := client.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}

func TestThePoolIsAsLargeAsTheURLSays(t *testing.T) {
	url := storetest.Postgres(t)
	// A quarter of them only reads.
	for settings, wanted := range map[string]int32{"": 30, "&pool_max_conns=8": 6, "&pool_max_conns=1": 4} {
		db := storetest.Open(t, url+settings)
		if got := db.Engine().Pool.Config().MaxConns; got != wanted {
			t.Errorf("%q: %d connections, want %d", settings, got, wanted)
		}
	}
}

// Behind a pooler that hands out connections by the transaction, nothing may be
// prepared on one and run on another.
func TestNothingNeedsAConnectionOfItsOwn(t *testing.T) {
	for _, mode := range []string{"exec", "simple_protocol"} {
		t.Run(mode, func(t *testing.T) {
			db := storetest.Open(t, storetest.Postgres(t)+"&default_query_exec_mode="+mode)
			done := make(chan string, 1)
			client, err := jobs.New(jobs.Options{Database: db.Engine(), Log: storetest.Silent(), ID: "a"})
			if err != nil {
				t.Fatal(err)
			}
			options := jobs.KindOptions{Queue: "events", MaxWorkers: 1, MaxAttempts: 1}
			jobs.Register(client, options, func(_ context.Context, job jobs.Job[bot.EventJob]) error { done <- job.Args.Event.EventID; return nil })
			db.UseJobs(client)
			if err := client.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := db.StoreEvents(t.Context(), []bot.Event{{EventID: "e1", TenantKey: "tenant-1"}}); err != nil {
				t.Fatal(err)
			}
			if got := <-done; got != "e1" {
				t.Errorf("the work is about %s", got)
			}
			if _, err := db.TakeSlot(t.Context(), outbox.Message{ID: "delivery:1", TenantKey: "tenant-1", ChatID: "oc_1", Class: outbox.Digest}, time.Now()); err != nil {
				t.Error(err)
			}
			if _, err := db.ChangeChat(t.Context(), "tenant-1", "oc_1", nil, func(*bot.Chat) error { return nil }); err != nil {
				t.Error(err)
			}
			if err := client.Stop(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTheSmallestPoolIsEnough(t *testing.T) {
	db := storetest.Open(t, storetest.EmptyPostgres(t)+"&pool_max_conns=1")
	_, unlock, err := db.LockServe(t.Context(), "host")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.StoreEvents(t.Context(), []bot.Event{{EventID: "e1", TenantKey: "tenant-1"}}); err != nil {
		t.Error(err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}

func TestAStandbyIsNotReady(t *testing.T) {
	db := storetest.Open(t, storetest.Postgres(t)+"&default_transaction_read_only=on")
	if err := db.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "can only be read") {
		t.Errorf("error %v", err)
	}
}

func TestOnlyWhatIsDurableWaitsForTheServersDisk(t *testing.T) {
	engine := storetest.OpenOnly(t, storetest.Postgres(t)).Engine()
	for durability, wanted := range map[jobs.Durability]string{jobs.Durable: "on", jobs.Loose: "off"} {
		err := engine.Write(t.Context(), durability, func(tx *jobs.Tx) error {
			var got string
			err := tx.QueryRowContext(t.Context(), `SHOW synchronous_commit`).Scan(&got)
			if got != wanted {
				t.Errorf("durable %v: synchronous_commit is %s, want %s", durability, got, wanted)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestPostgresIsBackedUpByItsOwnTools(t *testing.T) {
	db := storetest.Open(t, storetest.Postgres(t))
	if err := db.Backup(t.Context(), t.TempDir()+"/copy"); err == nil || !strings.Contains(err.Error(), "pg_dump") {
		t.Errorf("error %v", err)
	}
}
