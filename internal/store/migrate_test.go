package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/audit"
	"huibao/internal/store/storetest"
	"huibao/reports"
	"huibao/scheduler"
)

// empty are the databases without tables.
var empty = map[string]func(testing.TB) string{"sqlite": storetest.EmptySQLite, "postgres": storetest.EmptyPostgres}

// firstRows are what a database of the first schema holds.
var firstRows = []string{
	`INSERT INTO tenants (tenant_key, name, own, created_at) VALUES ('tenant-1', 'Example', TRUE, 1)`,
	`INSERT INTO seen_ids (tenant_key, id, seen_at) VALUES ('tenant-1', 'event:e1', 1)`,
	`INSERT INTO daily_reports (tenant_key, unit, date, has_row, meeting_count, meeting_duration_seconds, participant_count, fetched_at)
		VALUES ('tenant-1', '', '2026-11-02', TRUE, 5, 300, 35, 1762747200000)`,
	`INSERT INTO schedules (id, tenant_key, name, chat_id, cron, on_days, timezone, period, compare, unit, locale, title, note,
		skip_if_empty, enabled, paused_until, disabled_reason, next_run_at, created_at, updated_at, created_by)
		VALUES ('s-1', 'tenant-1', 'Weekly', 'oc_1', '0 9 * * 1', 'every_day', 'Asia/Shanghai', '7d', 'none', '', 'zh_cn', '', '',
		FALSE, TRUE, '2026-12-24', '', 1762747200000, 1, 1, 'alice')`,
	`INSERT INTO deliveries (id, tenant_key, schedule_id, chat_id, scheduled_for, manual, status, attempts, message_id, reason,
		created_at, finished_at) VALUES ('d-1', 'tenant-1', 's-1', 'oc_1', 1762747200000, FALSE, 'sent', 1, 'om_1', '', 1, 2)`,
	`INSERT INTO audit (id, tenant_key, at, actor, action, object, before, after)
		VALUES (1, 'tenant-1', 1, 'alice', 'schedule.create', 'schedule/s-1', '', '{"Name":"Weekly"}')`,
}

func TestADatabaseOfTheFirstSchemaKeepsItsRows(t *testing.T) {
	for name, fresh := range empty {
		t.Run(name, func(t *testing.T) {
			url := fresh(t)
			first := storetest.OpenOnly(t, url)
			if err := first.MigrateTo(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			for _, row := range firstRows {
				if _, err := first.Engine().SQL.ExecContext(t.Context(), row); err != nil {
					t.Fatal(err)
				}
			}
			db := storetest.Open(t, url)
			key, _, err := db.OwnTenant(t.Context())
			if err != nil || key != "tenant-1" {
				t.Errorf("own tenant %q, error %v", key, err)
			}
			date, err := reports.ParseDate("2026-11-02")
			if err != nil {
				t.Fatal(err)
			}
			days, err := db.Days(t.Context(), "tenant-1", reports.UnitNone, reports.Range{From: date, To: date})
			want := []reports.ArchivedDay{{
				Date: date, HasRow: true, Figures: reports.Figures{MeetingCount: 5, MeetingDurationSeconds: 300, ParticipantCount: 35},
				FetchedAt: time.UnixMilli(1762747200000).UTC(),
			}}
			if diff := cmp.Diff(want, days); err != nil || diff != "" {
				t.Error(err, diff)
			}
			last, err := db.LastDeliveries(t.Context(), "tenant-1", []string{"s-1"})
			if err != nil || last["s-1"].MessageID != "om_1" || last["s-1"].Status != scheduler.Sent ||
				!last["s-1"].DueAt.Equal(last["s-1"].ScheduledFor) {
				t.Errorf("last delivery %+v, error %v", last, err)
			}
			entry := audit.Entry{TenantKey: "tenant-1", Actor: "bob", Action: "schedule.delete", Object: "schedule/s-1"}
			anyway := func(scheduler.Schedule) error { return nil }
			if deleted, err := db.DeleteSchedule(t.Context(), "tenant-1", "s-1", &entry, anyway); err != nil || !deleted {
				t.Errorf("deleted %v, error %v", deleted, err)
			}
			entries, err := db.ListAudit(t.Context(), "tenant-1", audit.Filter{Limit: 10})
			if err != nil || len(entries) != 2 || entries[0].Actor != "bob" || entries[1].Actor != "alice" {
				t.Errorf("entries %+v, error %v", entries, err)
			}
		})
	}
}

// fifthRows are what a database of the fifth schema may hold: chats, and
// schedules that have no numbers yet. IDs are not in order of creation.
var fifthRows = []string{
	`INSERT INTO chats (tenant_key, chat_id, name, chat_mode, owner_id, person_id, external, state, access, locale, timezone, unit,
		looked_up_at, created_at, updated_at)
		VALUES ('tenant-1', 'oc_1', 'Board', 'group', 'ou_1', '', FALSE, 'active', 'allowed', '', '', '', 1, 1, 1)`,
	scheduleRow("s-3", "tenant-1", "oc_1", 10),
	scheduleRow("s-1", "tenant-1", "oc_1", 20),
	scheduleRow("s-2", "tenant-1", "oc_1", 20),
	scheduleRow("s-4", "tenant-1", "oc_2", 15),
	scheduleRow("s-5", "tenant-2", "oc_1", 30),
}

// scheduleRow writes a schedule of the fifth schema.
func scheduleRow(id, tenantKey, chatID string, createdAt int) string {
	return fmt.Sprintf(`INSERT INTO schedules (id, tenant_key, name, chat_id, cron, on_days, timezone, period, compare, unit, locale,
		title, note, skip_if_empty, enabled, paused_until, disabled_reason, next_run_at, created_at, updated_at, created_by)
		VALUES ('%s', '%s', '', '%s', '0 9 * * 1', 'every_day', 'Asia/Shanghai', '7d', 'none', '', 'zh_cn', '', '', FALSE, TRUE,
		'', '', 0, %d, 1, 'alice')`, id, tenantKey, chatID, createdAt)
}

func TestSchedulesGetNumbersInOrderOfCreation(t *testing.T) {
	for name, fresh := range empty {
		t.Run(name, func(t *testing.T) {
			url := fresh(t)
			before := storetest.OpenOnly(t, url)
			if err := before.MigrateTo(t.Context(), 5); err != nil {
				t.Fatal(err)
			}
			for _, row := range fifthRows {
				if _, err := before.Engine().SQL.ExecContext(t.Context(), row); err != nil {
					t.Fatal(err)
				}
			}
			db := storetest.Open(t, url)
			numbers := map[string]int{}
			for _, key := range []string{"tenant-1", "tenant-2"} {
				schedules, err := db.ListSchedules(t.Context(), key, scheduler.ScheduleFilter{Limit: 10})
				if err != nil {
					t.Fatal(err)
				}
				for _, schedule := range schedules {
					numbers[schedule.ID] = schedule.Number
				}
			}
			if diff := cmp.Diff(map[string]int{"s-3": 1, "s-1": 2, "s-2": 3, "s-4": 1, "s-5": 1}, numbers); diff != "" {
				t.Error(diff)
			}
			entry := audit.Entry{TenantKey: "tenant-1", Actor: "bob", Action: "schedule.create", Object: "schedule/s-6"}
			created, err := db.CreateSchedule(t.Context(), scheduler.Schedule{ID: "s-6", TenantKey: "tenant-1", ChatID: "oc_1"}, &entry)
			if err != nil || created.Number != 4 {
				t.Errorf("the next number is %d, error %v", created.Number, err)
			}
			chat, known, err := db.FindChat(t.Context(), "tenant-1", "oc_1")
			if err != nil || !known || chat.OwnerID != "ou_1" || chat.ManagerIDs != nil || !chat.AccessAskedAt.IsZero() {
				t.Errorf("chat %+v, known %v, error %v", chat, known, err)
			}
			if err := before.MigrateDownTo(t.Context(), 5); err != nil {
				t.Errorf("back to the fifth schema: %v", err)
			}
		})
	}
}

func TestProcessesThatMigrateWaitForEachOther(t *testing.T) {
	for name, fresh := range empty {
		t.Run(name, func(t *testing.T) {
			url := fresh(t)
			steps := make([]int, 4)
			var group sync.WaitGroup
			for i := range steps {
				db := storetest.OpenOnly(t, url)
				group.Go(func() {
					var err error
					if steps[i], err = db.Migrate(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			working := 0
			for _, n := range steps {
				if n > 0 {
					working++
				}
			}
			if working != 1 {
				t.Errorf("steps %v: want all of them by one process", steps)
			}
		})
	}
}
