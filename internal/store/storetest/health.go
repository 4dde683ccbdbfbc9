package storetest

import (
	"strings"
	"testing"
	"time"

	"huibao/bot"
	"huibao/internal/store"
)

// testHealth is what is known of a database from the outside.
func testHealth(t *testing.T, s suite) {
	t.Run("it says what it is, without secrets", func(t *testing.T) {
		db := s.open(t)
		text := try(db.Describe(t.Context())).must(t)
		if !strings.HasPrefix(text, "SQLite 3.") && !strings.HasPrefix(text, "PostgreSQL 1") || strings.Contains(text, "://") {
			t.Errorf("it is %q", text)
		}
		free, known, err := db.FreeBytes()
		if err != nil || known != strings.HasPrefix(text, "SQLite") || known != (free > 0) {
			t.Errorf("%d bytes are free, known %t, error %v", free, known, err)
		}
	})

	t.Run("the steps that are missing are counted", func(t *testing.T) {
		db := s.open(t)
		run := func(statement string) {
			t.Helper()
			if _, err := db.Engine().SQL.ExecContext(t.Context(), statement); err != nil {
				t.Fatal(err)
			}
		}
		want(t, "missing", try(db.Steps(t.Context())).must(t), 0)
		run(`INSERT INTO goose_db_version (version_id, is_applied, tstamp) SELECT max(version_id) + 2, TRUE, '2026-11-10' FROM goose_db_version`)
		want(t, "missing in one of a newer program", try(db.Steps(t.Context())).must(t), -2)
		run(`DELETE FROM goose_db_version WHERE version_id > (SELECT max(version_id) - 3 FROM goose_db_version)`)
		want(t, "missing in an older one", try(db.Steps(t.Context())).must(t), 1)
		run(`DROP TABLE goose_db_version`)
		if missing := try(db.Steps(t.Context())).must(t); missing < 8 {
			t.Errorf("an empty database lacks %d steps", missing)
		}
	})

	t.Run("services are counted while they run", func(t *testing.T) {
		db := s.open(t)
		want(t, "before", try(db.Services(t.Context())).must(t), 0)
		_, unlock, err := db.LockServe(t.Context(), "host")
		if err != nil {
			t.Fatal(err)
		}
		want(t, "while it runs", try(db.again(t).Services(t.Context())).must(t), 1)
		if err := unlock(); err != nil {
			t.Fatal(err)
		}
		want(t, "afterwards", try(db.Services(t.Context())).must(t), 0)
	})

	t.Run("the newest sighting of each type counts, of any tenant", func(t *testing.T) {
		db := s.open(t)
		want(t, "at first", try(db.EventsSeen(t.Context())).must(t), map[string]time.Time{})
		for _, sightings := range [][]store.Sighting{
			{{TenantKey: tenant, EventType: bot.EventPress, SeenAt: at(0)}, {TenantKey: tenant, EventType: bot.EventMessage, SeenAt: at(time.Minute)}},
			{{TenantKey: other, EventType: bot.EventPress, SeenAt: at(time.Hour)}},
			{{TenantKey: tenant, EventType: bot.EventMessage, SeenAt: at(0)}},
		} {
			if err := db.NoteSightings(t.Context(), sightings); err != nil {
				t.Fatal(err)
			}
		}
		want(t, "afterwards", try(db.again(t).EventsSeen(t.Context())).must(t), map[string]time.Time{
			bot.EventPress: at(time.Hour).UTC(), bot.EventMessage: at(time.Minute).UTC(),
		})
		want(t, "rows", db.count(t, "event_sightings"), 3)
	})
}
