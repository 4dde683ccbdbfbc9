package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huibao/bot"
	"huibao/internal/inbox"
	"huibao/internal/jobs"
	"huibao/internal/outbox"
	"huibao/internal/store"
	"huibao/internal/store/storetest"
	"huibao/scheduler"
	"huibao/templates"
)

// Every benchmark runs on both databases, with every durable commit on the
// disk.
var databases = map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres}

// openLimitless opens a database with limits that no benchmark reaches.
func openLimitless(b *testing.B, url string) *store.DB {
	b.Helper()
	db, err := store.Open(b.Context(), store.Options{
		URL: url, Log: storetest.Silent(), SendPerSecond: 1 << 20, SendPerMinute: 1 << 20, CommandsPerUser: 1 << 20, CommandsPerChat: 1 << 20,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// worked opens a database with a client that does the work of events; the
// client is not started.
func worked(b *testing.B, url string, work func(bot.Event)) (*store.DB, *jobs.Client) {
	b.Helper()
	db := openLimitless(b, url)
	client, err := jobs.New(jobs.Options{Database: db.Engine(), Log: storetest.Silent(), ID: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	options := jobs.KindOptions{Queue: "bench", MaxWorkers: 50, MaxAttempts: 1}
	jobs.Register(client, options, func(_ context.Context, job jobs.Job[bot.EventJob]) error { work(job.Args.Event); return nil })
	jobs.Register(client, options, func(context.Context, jobs.Job[scheduler.DeliveryJob]) error { return nil })
	db.UseJobs(client)
	return db, client
}

// serial numbers what benchmarks make.
var serial atomic.Int64

// newEvent is an event of about 1 KB that was not seen before.
func newEvent() bot.Event {
	n := serial.Add(1)
	return bot.Event{
		EventID: fmt.Sprintf("event-%032d", n), Type: bot.EventMessage, TenantKey: "tenant-1", ReceivedAt: time.Now(),
		Message: &bot.Message{
			MessageID: fmt.Sprintf("om_%032d", n), ChatID: "oc_1", ChatType: "group", MessageType: "text", SenderType: "user",
			Sender: bot.Person{OpenID: "ou_1", TenantKey: "tenant-1"}, Text: fmt.Sprintf("@_user_1 /report 7d %0500d", n), CreatedAt: time.Now(),
		},
	}
}

// report tells the median and the 99th percentile of what single calls took.
func report(b *testing.B, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	for name, part := range map[string]float64{"p50-ms": 0.50, "p99-ms": 0.99} {
		b.ReportMetric(float64(took[int(float64(len(took)-1)*part)].Microseconds())/1000, name)
	}
}

// BenchmarkInbox takes events in, each answered when it is on the disk.
func BenchmarkInbox(b *testing.B) {
	for name, fresh := range databases {
		for _, callers := range []int{1, 32} {
			b.Run(fmt.Sprintf("%s/together/callers=%d", name, callers), func(b *testing.B) {
				db, _ := worked(b, fresh(b), nil)
				box := inbox.New(db)
				box.Start(b.Context())
				takeIn(b, box, callers)
				if err := box.Stop(b.Context()); err != nil {
					b.Error(err)
				}
			})
			b.Run(fmt.Sprintf("%s/each/callers=%d", name, callers), func(b *testing.B) {
				db, _ := worked(b, fresh(b), nil)
				takeIn(b, db, callers)
			})
		}
	}
}

// takeIn has callers give b.N events to an inbox.
func takeIn(b *testing.B, box inbox.Store, callers int) {
	b.Helper()
	var left atomic.Int64
	var mu sync.Mutex
	var took []time.Duration
	var group sync.WaitGroup
	left.Store(int64(b.N))
	b.ResetTimer()
	for range callers {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				begin := time.Now()
				if _, err := box.StoreEvents(b.Context(), []bot.Event{newEvent()}); err != nil {
					b.Error(err)
				}
				mu.Lock()
				took = append(took, time.Since(begin))
				mu.Unlock()
			}
		})
	}
	group.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	report(b, took)
}

// BenchmarkEventToWork is from the call that stores an event to the first line
// of its work.
func BenchmarkEventToWork(b *testing.B) {
	for name, fresh := range databases {
		b.Run(name, func(b *testing.B) {
			begun := make(chan time.Time)
			db, client := worked(b, fresh(b), func(bot.Event) { begun <- time.Now() })
			if err := client.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			var took, afterwards []time.Duration
			for b.Loop() {
				begin := time.Now()
				if _, err := db.StoreEvents(b.Context(), []bot.Event{newEvent()}); err != nil {
					b.Fatal(err)
				}
				stored := time.Now()
				at := <-begun
				took, afterwards = append(took, at.Sub(begin)), append(afterwards, at.Sub(stored))
			}
			report(b, took)
			slices.Sort(afterwards)
			b.ReportMetric(float64(afterwards[len(afterwards)/2].Microseconds())/1000, "p50-after-commit-ms")
			if err := client.Stop(context.WithoutCancel(b.Context())); err != nil {
				b.Error(err)
			}
		})
	}
}

// BenchmarkAnswer is what one answer writes, without its event: the command's
// slot, the message, its send slot, the mark before and the end after sending.
func BenchmarkAnswer(b *testing.B) {
	for name, fresh := range databases {
		b.Run(name, func(b *testing.B) {
			db := openLimitless(b, fresh(b))
			card := fmt.Sprintf("%020000d", 1)
			for b.Loop() {
				n := serial.Add(1)
				m := outbox.Message{
					ID: fmt.Sprint("answer:", n), TenantKey: "tenant-1", ChatID: fmt.Sprint("oc_", n%40), Class: outbox.Answer, DueAt: time.Now(),
					Rungs: []templates.Content{{MsgType: "interactive", Body: card}, {MsgType: "interactive", Body: card[:5000]}, {MsgType: "text", Body: "{}"}},
				}
				if _, err := db.TakeCommand(b.Context(), m.TenantKey, "ou_1", m.ChatID, time.Now()); err != nil {
					b.Fatal(err)
				}
				record, err := db.CreateRecord(b.Context(), m, false)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := db.TakeSlot(b.Context(), m, time.Now()); err != nil {
					b.Fatal(err)
				}
				record.Attempts, record.UnknownSince = 1, time.Now()
				if err := db.SaveRecord(b.Context(), record); err != nil {
					b.Fatal(err)
				}
				record.State, record.FinishedAt = outbox.Sent, time.Now()
				if err := db.SaveRecord(b.Context(), record); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTakeSlot takes a slot for a digest while 900 were taken in the last
// minute: the most that is allowed.
func BenchmarkTakeSlot(b *testing.B) {
	for name, fresh := range databases {
		b.Run(name, func(b *testing.B) {
			db, err := store.Open(b.Context(), store.Options{URL: fresh(b), Log: storetest.Silent(), SendPerSecond: 40, SendPerMinute: 1000})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			due := time.Now() // of all, so that none waits for another's turn
			now := due
			var took []time.Duration
			for b.Loop() {
				now = now.Add(70 * time.Millisecond)
				begin := time.Now()
				wait, err := db.TakeSlot(b.Context(), outbox.Message{
					ID: fmt.Sprint("delivery:", now.UnixMilli()), TenantKey: "tenant-1", ChatID: fmt.Sprint("oc_", len(took)%50), Class: outbox.Digest, DueAt: due,
				}, now)
				if err != nil || wait > 0 {
					b.Fatal(wait, err)
				}
				took = append(took, time.Since(begin))
			}
			report(b, took)
		})
	}
}

// numbers is a table of the numbers up to $1, in both databases.
const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST($1 AS BIGINT)) `

// fill makes a hundred thousand schedules, of which as many as asked are due,
// and a million deliveries of the last two years.
func fill(b *testing.B, db *store.DB, due, deliveries int, now time.Time) {
	b.Helper()
	for _, statement := range []struct {
		text string
		args []any
	}{
		{`INSERT INTO schedules (id, tenant_key, name, chat_id, cron, on_days, timezone, period, compare, unit, locale, title, note,
			skip_if_empty, enabled, paused_until, disabled_reason, next_run_at, created_at, updated_at, created_by) ` + numbers +
			`SELECT 's-' || i, 'tenant-1', 'Weekly digest', 'oc_' || i, '0 9 * * 1', 'every_day', 'Asia/Shanghai', 'last week', 'previous', '', 'zh_cn',
			'', '', FALSE, TRUE, '', '', CAST($2 AS BIGINT) + CASE WHEN i <= CAST($3 AS BIGINT) THEN 0 ELSE 86400000 END, 1, 1, 'alice' FROM n`,
			[]any{100_000, now.UnixMilli(), due}},
		{`INSERT INTO deliveries (id, tenant_key, schedule_id, chat_id, scheduled_for, manual, status, attempts, message_id, reason,
			created_at, finished_at) ` + numbers + `SELECT 'd-' || (10000000 + i), 'tenant-1', 's-' || (i % 100000 + 1), 'oc_' || (i % 100000 + 1),
			CAST($2 AS BIGINT) - (CAST($1 AS BIGINT) - i) * 63000, FALSE, CASE WHEN i % 1000 = 0 THEN 'failed' ELSE 'sent' END, 1, 'om_' || i, '',
			CAST($2 AS BIGINT), CAST($2 AS BIGINT) FROM n`, []any{deliveries, now.UnixMilli()}},
		{`ANALYZE`, nil},
	} {
		if _, err := db.Engine().SQL.ExecContext(b.Context(), statement.text, statement.args...); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkClaim claims a thousand due schedules of a hundred thousand.
func BenchmarkClaim(b *testing.B) {
	const due = 1000
	for name, fresh := range databases {
		for _, together := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/together=%v", name, together), func(b *testing.B) {
				db, _ := worked(b, fresh(b), nil)
				now := time.Now().Truncate(time.Millisecond)
				fill(b, db, due, 1, now)
				for b.Loop() {
					now = claimAll(b, db, now, due, together)
				}
				b.ReportMetric(float64(b.N*due)/b.Elapsed().Seconds(), "claims/s")
			})
		}
	}
}

// BenchmarkNothingDue looks for due schedules among a hundred thousand, of which
// none is: what a tick costs in most minutes.
func BenchmarkNothingDue(b *testing.B) {
	filled(b, 1, func(b *testing.B, db *store.DB, now time.Time) {
		for b.Loop() {
			if due, err := db.DueSchedules(b.Context(), now, 500); err != nil || len(due) > 0 {
				b.Fatal(len(due), err)
			}
		}
	})
}

// filled runs a benchmark on each database with a hundred thousand schedules, of
// which none is due, and as many deliveries as asked.
func filled(b *testing.B, deliveries int, run func(b *testing.B, db *store.DB, now time.Time)) {
	for name, fresh := range databases {
		b.Run(name, func(b *testing.B) {
			db := openLimitless(b, fresh(b))
			now := time.Now().Truncate(time.Millisecond)
			fill(b, db, 0, deliveries, now)
			run(b, db, now)
		})
	}
}

// claimAll claims what is due, which is due again a minute later.
func claimAll(b *testing.B, db *store.DB, now time.Time, due int, together bool) (next time.Time) {
	b.Helper()
	schedules, err := db.DueSchedules(b.Context(), now, 2*due)
	if err != nil || len(schedules) != due {
		b.Fatal(len(schedules), err)
	}
	next = now.Add(time.Minute)
	claims := make([]scheduler.Claim, 0, due)
	for _, schedule := range schedules {
		claims = append(claims, scheduler.Claim{Schedule: schedule, NextRunAt: next, Deliveries: []scheduler.Delivery{{
			ID: fmt.Sprint("new-", serial.Add(1)), TenantKey: schedule.TenantKey, ScheduleID: schedule.ID, ChatID: schedule.ChatID,
			ScheduledFor: now, Status: scheduler.Pending, CreatedAt: now,
		}}})
	}
	if together {
		if _, err := db.ClaimRuns(b.Context(), claims); err != nil {
			b.Fatal(err)
		}
		return next
	}
	for _, claim := range claims {
		if won, err := db.ClaimRuns(b.Context(), []scheduler.Claim{claim}); err != nil || !won[0] {
			b.Fatal(won, err)
		}
	}
	return next
}
