package store_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"huibao/bot"
	"huibao/internal/store"
	"huibao/scheduler"
)

const (
	// How much the lists are made of.
	listedChats, listedSchedules, listedDeliveries = 2000, 10_000, 1_000_000
	// pageSize is how much of a list is read at a time.
	pageSize = 50
)

// fillLists makes a tenant of many chats, schedules and deliveries. One delivery
// in ten is of one busy schedule, which moved to its chat half-way; twenty of its
// deliveries failed, long ago, where none can be found early.
func fillLists(b *testing.B, db *store.DB, now time.Time) {
	b.Helper()
	for _, statement := range []struct {
		text string
		args []any
	}{
		{`INSERT INTO chats (tenant_key, chat_id, name, chat_mode, owner_id, person_id, external, state, access, locale, timezone, unit,
			looked_up_at, created_at, updated_at, manager_ids, access_asked_at) ` + numbers + `
			SELECT 'tenant-1', 'oc_' || i, 'Team ' || (i * 7919 % CAST($1 AS BIGINT)), 'group', 'ou_' || (i % 300), '', i % 7 = 0, 'active',
			CASE i % 3 WHEN 0 THEN 'allowed' WHEN 1 THEN 'pending' ELSE 'blocked' END, '', '', '', 0, 1, 1, '', i % 2 FROM n`, []any{listedChats}},
		{`INSERT INTO schedules (id, tenant_key, name, chat_id, number, cron, on_days, timezone, period, compare, unit, locale, title, note,
			skip_if_empty, enabled, paused_until, disabled_reason, next_run_at, created_at, updated_at, created_by) ` + numbers + `
			SELECT 's-' || (100000 + i), 'tenant-1', 'Digest ' || (i * 7919 % CAST($1 AS BIGINT)), 'oc_' || (i % CAST($2 AS BIGINT) + 1), i,
			'0 9 * * 1', 'every_day', CASE i % 3 WHEN 0 THEN 'Asia/Shanghai' WHEN 1 THEN 'Europe/Berlin' ELSE 'America/New_York' END,
			'last week', 'previous', '', 'zh_cn', 'The week in figures', CAST($3 AS TEXT) || CASE i % 301 WHEN 0 THEN 'needle' ELSE '' END, FALSE,
			i % 10 <> 0, CASE i % 10 WHEN 5 THEN CAST($4 AS TEXT) WHEN 6 THEN '2020-01-01' ELSE '' END,
			CASE i % 20 WHEN 0 THEN 'the chat was dissolved' ELSE '' END,
			CASE i % 10 WHEN 0 THEN 0 ELSE CAST($5 AS BIGINT) + i * 7919 % CAST($1 AS BIGINT) * 60000 END, i * 1000, i * 7919 % CAST($1 AS BIGINT) * 1000,
			'chat:ou_' || (i % 300) FROM n`,
			[]any{listedSchedules, listedChats, fmt.Sprintf("%0200d", 0), now.UTC().Format(time.DateOnly), now.UnixMilli()}},
		{`INSERT INTO deliveries (id, tenant_key, schedule_id, chat_id, scheduled_for, manual, status, attempts, message_id, reason,
			created_at, finished_at) ` + numbers + `, d AS (SELECT i, CASE i % 10 WHEN 0 THEN 1 ELSE i % CAST($3 AS BIGINT) + 1 END AS s FROM n)
			SELECT 'd-' || (10000000 + i), 'tenant-1', 's-' || (100000 + s),
			CASE WHEN s = 1 AND i < CAST($1 AS BIGINT) / 2 THEN 'oc_1' ELSE 'oc_' || (s % CAST($4 AS BIGINT) + 1) END,
			CAST($2 AS BIGINT) - (CAST($1 AS BIGINT) - i) * 63000, FALSE,
			CASE WHEN s = 1 THEN CASE WHEN i BETWEEN 60001 AND 60200 THEN 'failed' ELSE 'sent' END WHEN i % 1000 = 1 THEN 'failed'
				WHEN i % 100 = 3 THEN 'skipped' WHEN i > CAST($1 AS BIGINT) - 100 THEN 'pending' WHEN i % 50000 = 7 THEN 'unknown' ELSE 'sent' END,
			1, 'om_' || i, '', CAST($2 AS BIGINT), CAST($2 AS BIGINT) FROM d`, []any{listedDeliveries, now.UnixMilli(), listedSchedules, listedChats}},
	} {
		if _, err := db.Engine().SQL.ExecContext(b.Context(), statement.text, statement.args...); err != nil {
			b.Fatal(err)
		}
	}
	if db.Engine().Pool != nil { // PostgreSQL does so by itself, SQLite never
		if _, err := db.Engine().SQL.ExecContext(b.Context(), `VACUUM ANALYZE`); err != nil {
			b.Fatal(err)
		}
	}
}

// calls are different ways to ask for part of a list, by what is asked for. Each
// returns how much it got.
type calls map[string]func() (int, error)

// each makes every call as often as the benchmark says, and reports what single
// ones took and what the slowest of them took when it was fastest: on a busy
// machine only that tells what a page costs.
func (c calls) each(b *testing.B) {
	b.Helper()
	var took []time.Duration
	fastest := map[string]time.Duration{}
	for b.Loop() {
		for what, call := range c {
			begin := time.Now()
			if _, err := call(); err != nil {
				b.Fatal(what, err)
			}
			one := time.Since(begin)
			took = append(took, one)
			if best, known := fastest[what]; !known || one < best {
				fastest[what] = one
			}
		}
	}
	report(b, took)
	slowest := slices.MaxFunc(slices.Collect(maps.Keys(fastest)), func(x, y string) int { return cmp.Compare(fastest[x], fastest[y]) })
	b.ReportMetric(float64(fastest[slowest].Microseconds())/1000, "slowest-page-ms")
	b.ReportMetric(float64(len(c)), "pages")
	b.Log("the slowest page: ", slowest)
}

// BenchmarkLists reads pages of lists: each way to sort, narrow and search, the
// first page and one deep in the list.
func BenchmarkLists(b *testing.B) {
	for name, fresh := range databases {
		b.Run(name, func(b *testing.B) {
			db := openLimitless(b, fresh(b))
			now := time.Now().Truncate(time.Millisecond)
			fillLists(b, db, now)
			for _, sort := range []scheduler.Sort{scheduler.SortID, scheduler.SortName, scheduler.SortChat, scheduler.SortNextRun, scheduler.SortCreated, scheduler.SortUpdated} {
				for _, descending := range []bool{false, true} {
					b.Run(fmt.Sprintf("schedules/sort=%s/descending=%v", sort, descending), func(b *testing.B) {
						scheduleCalls(b, db, scheduler.ScheduleFilter{Sort: sort, Descending: descending, Now: now}).each(b)
					})
				}
			}
			for subject, whole := range map[string]scheduler.DeliveryFilter{
				"busy":  {ScheduleID: "s-100001", ChatID: "oc_1"},
				"usual": {ScheduleID: "s-100077", ChatID: "oc_78"},
			} {
				whole.Status = scheduler.Failed
				whole.From, whole.To = now.Add(-63*950_000*time.Second), now.Add(-63*550_000*time.Second)
				// Nine tenths down the list.
				whole.After = scheduler.Place{ID: "d-10100000", At: now.Add(-63 * 900_000 * time.Second)}
				b.Run("deliveries/"+subject, deliveryCalls(b, db, whole).each)
				whole.From, whole.To = now.Add(-63*20_000*time.Second), time.Time{}
				b.Run("counts/"+subject, countCalls(b, db, whole).each)
			}
			b.Run("chats", chatCalls(b, db).each)
			b.Run("last_of_200", func(b *testing.B) {
				ids := make([]string, 0, 200)
				for i := range 200 {
					ids = append(ids, fmt.Sprint("s-", 100001+i*49))
				}
				calls{"last": func() (int, error) {
					last, err := db.LastDeliveries(b.Context(), "tenant-1", ids)
					return len(last), err
				}}.each(b)
			})
		})
	}
}

// scheduleCalls are lists of schedules in one order.
func scheduleCalls(b *testing.B, db *store.DB, order scheduler.ScheduleFilter) calls {
	b.Helper()
	all := calls{}
	for _, query := range []string{"", "needle", "digest", "nowhere"} {
		for _, state := range []scheduler.State{"", scheduler.StateActive, scheduler.StatePaused, scheduler.StateDisabled} {
			for _, chatID := range []string{"", "oc_78"} {
				filter := order
				filter.Query, filter.State, filter.ChatID, filter.Limit = query, state, chatID, listedSchedules
				found, err := db.ListSchedules(b.Context(), "tenant-1", filter)
				if err != nil {
					b.Fatal(err)
				}
				for _, depth := range []int{0, len(found) * 8 / 10} {
					filter := filter
					filter.Limit = pageSize
					if depth > 0 {
						filter.After = found[depth-1].Place(filter.Sort)
					}
					all[fmt.Sprintf("q=%s state=%s chat_id=%s after %d", query, state, chatID, depth)] = func() (int, error) {
						page, err := db.ListSchedules(b.Context(), "tenant-1", filter)
						return len(page), err
					}
				}
			}
		}
	}
	return all
}

// deliveryCalls are lists of deliveries with some or all that the filter gives.
func deliveryCalls(b *testing.B, db *store.DB, whole scheduler.DeliveryFilter) calls {
	b.Helper()
	all := calls{}
	for what, filter := range store.DeliveryFilters(whole) {
		filter.Limit = pageSize
		all[what] = func() (int, error) {
			page, err := db.ListDeliveries(b.Context(), "tenant-1", filter)
			return len(page), err
		}
	}
	return all
}

// countCalls count the deliveries of a time, of all schedules and chats or of one.
func countCalls(b *testing.B, db *store.DB, whole scheduler.DeliveryFilter) calls {
	b.Helper()
	all := calls{}
	for what, filter := range store.DeliveryFilters(whole) {
		if filter.From.IsZero() || filter.Status != "" || filter.After.ID != "" {
			continue
		}
		all[what] = func() (int, error) {
			counts, err := db.CountDeliveries(b.Context(), "tenant-1", filter)
			return len(counts), err
		}
	}
	return all
}

// chatCalls are lists of chats.
func chatCalls(b *testing.B, db *store.DB) calls {
	b.Helper()
	all := calls{}
	for what, filter := range map[string]bot.ChatFilter{
		"all": {}, "deep": {After: "oc_900"}, "q": {Query: "team 19"}, "nowhere": {Query: "nowhere"}, "waiting": {Waiting: true},
		"external": {External: new(true)}, "everything": {Query: "team", Waiting: true, External: new(false), After: "oc_500"},
	} {
		filter.Limit = pageSize
		all[what] = func() (int, error) {
			page, err := db.ListChats(b.Context(), "tenant-1", filter)
			return len(page), err
		}
	}
	return all
}
