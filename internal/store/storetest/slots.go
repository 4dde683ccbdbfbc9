package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"huibao/bot"
	"huibao/internal/outbox"
)

// grant is a slot that was given out.
type grant struct {
	at    time.Time
	chat  string
	class outbox.Class
}

// saying is a message to a chat. All of a chat are due at the same time.
func saying(chat string, class outbox.Class) outbox.Message {
	return outbox.Message{ID: "message to " + chat, TenantKey: tenant, ChatID: chat, Class: class, DueAt: noon}
}

// take asks for a slot that must be given out.
func (h handle) take(t *testing.T, chat string, class outbox.Class, now time.Time) {
	t.Helper()
	if wait := try(h.TakeSlot(t.Context(), saying(chat, class), now)).must(t); wait > 0 {
		t.Fatalf("%s to %s at %s has to wait for %s", class, chat, now.Sub(noon), wait)
	}
}

// slack is how far a wait may be from the one worked out by hand.
const slack = 5 * time.Millisecond

// refuse asks for a slot that must not be given out for the time, and checks
// that it is as soon as was said, and not before.
func (h handle) refuse(t *testing.T, chat string, class outbox.Class, now time.Time, wanted time.Duration) {
	t.Helper()
	wait := try(h.TakeSlot(t.Context(), saying(chat, class), now)).must(t)
	if wait < wanted-slack || wait > wanted+slack {
		t.Fatalf("the wait is %s, want about %s", wait, wanted)
	}
	if early := try(h.TakeSlot(t.Context(), saying(chat, class), now.Add(wait-slack))).must(t); early <= 0 {
		t.Fatal("it was given out before the end of the wait")
	}
	h.take(t, chat, class, now.Add(wait))
}

// grants are the slots that were given out, in order of time.
func (h handle) grants(t *testing.T) (all []grant) {
	t.Helper()
	rows := try(h.Engine().SQL.QueryContext(t.Context(), `SELECT taken_at, chat_id, class FROM send_slots ORDER BY taken_at`)).must(t)
	defer rows.Close()
	for rows.Next() {
		var takenAt int64
		var g grant
		ok(t, rows.Scan(&takenAt, &g.chat, &g.class))
		g.at = time.UnixMilli(takenAt)
		all = append(all, g)
	}
	ok(t, rows.Err())
	return all
}

func testSlots(t *testing.T, s suite) {
	// The windows are five per cent longer than a second and a minute.
	const second, minute = time.Second, time.Minute

	t.Run("a chat gets four a second", func(t *testing.T) {
		db := s.open(t)
		for i := range 4 {
			db.take(t, "oc_1", outbox.Answer, at(time.Duration(i)*20*time.Millisecond))
		}
		db.refuse(t, "oc_1", outbox.Answer, at(100*time.Millisecond), 950*time.Millisecond)
		db.take(t, "oc_2", outbox.Answer, at(100*time.Millisecond))
	})

	t.Run("a tenant gets ten a second", func(t *testing.T) {
		db := s.open(t)
		for i := range SendPerSecond {
			db.take(t, fmt.Sprint("oc_", i), outbox.Answer, noon)
		}
		want(t, "another tenant waits", try(db.TakeSlot(t.Context(), outbox.Message{ID: "m", TenantKey: other, ChatID: "oc_0", Class: outbox.Answer}, noon)).must(t), time.Duration(0))
		db.refuse(t, "oc_11", outbox.Answer, noon, 1050*time.Millisecond)
	})

	t.Run("four a second are kept for answers", func(t *testing.T) {
		db := s.open(t)
		for i := range SendPerSecond - 4 {
			db.take(t, fmt.Sprint("oc_", i), outbox.Digest, noon)
		}
		db.refuse(t, "oc_11", outbox.Digest, noon, 1050*time.Millisecond)
		for i := range 4 {
			db.take(t, fmt.Sprint("oc_2", i), outbox.Answer, noon)
		}
	})

	t.Run("a hundred a minute are kept for answers", func(t *testing.T) {
		db := s.open(t)
		for i := range SendPerMinute - 100 {
			db.take(t, fmt.Sprint("oc_", i), outbox.Digest, at(time.Duration(i)*second))
		}
		db.refuse(t, "oc_1", outbox.Digest, at(30*second), minute+3*second-30*second)
		for i := range 50 {
			db.take(t, fmt.Sprint("oc_", i), outbox.Answer, at(30*second+time.Duration(i)*300*time.Millisecond))
		}
	})

	t.Run("digests take turns in order of due time", func(t *testing.T) { testTurns(t, s) })

	t.Run("a clock that was set back holds nothing up", func(t *testing.T) {
		db := s.open(t)
		for i := range SendPerSecond {
			db.take(t, fmt.Sprint("oc_", i), outbox.Answer, at(24*time.Hour))
		}
		db.take(t, "oc_1", outbox.Answer, noon)
	})

	t.Run("no window ever holds more", func(t *testing.T) { testSlotsAtRandom(t, s.open(t)) })

	t.Run("no more are given out at the same time", func(t *testing.T) {
		db := s.open(t)
		together(t, db, db.again(t), 2*SendPerSecond, func(ctx context.Context, h handle, i int) error {
			_, err := h.TakeSlot(ctx, saying(fmt.Sprint("oc_", i), outbox.Answer), noon)
			return err
		})
		given := db.grants(t)
		if len(given) < SendPerSecond {
			t.Errorf("%d were given out, want %d", len(given), SendPerSecond)
		}
		wantWithinLimits(t, given)
	})
}

// testSlotsAtRandom asks for slots as many messages at once would, waiting as
// told, and counts what every second and minute got.
func testSlotsAtRandom(t *testing.T, db handle) {
	random := rand.New(rand.NewPCG(1, 2))
	now := noon
	for given := 0; given < 300; {
		class := outbox.Digest
		if random.IntN(3) == 0 {
			class = outbox.Answer
		}
		wait := try(db.TakeSlot(t.Context(), saying(fmt.Sprint("oc_", random.IntN(6)), class), now)).must(t)
		if wait > 0 {
			now = now.Add(min(wait, time.Duration(random.IntN(400))*time.Millisecond))
			continue
		}
		given++
		now = now.Add(time.Duration(random.IntN(120)) * time.Millisecond)
	}
	wantWithinLimits(t, db.grants(t))
	if took := now.Sub(noon); took > 4*time.Minute {
		t.Errorf("300 messages took %s: more waiting than the limits ask for", took)
	}
}

// wantWithinLimits checks every second and every minute that begins with a
// slot.
func wantWithinLimits(t *testing.T, grants []grant) {
	t.Helper()
	within := func(length time.Duration, from int, counts func(grant) bool) (n int) {
		for _, g := range grants[from:] {
			if g.at.Sub(grants[from].at) < length && counts(g) {
				n++
			}
		}
		return n
	}
	for i, first := range grants {
		for what, most := range map[string][2]int{
			"messages a second":  {within(time.Second, i, func(grant) bool { return true }), SendPerSecond},
			"messages a minute":  {within(time.Minute, i, func(grant) bool { return true }), SendPerMinute},
			"digests a second":   {within(time.Second, i, func(g grant) bool { return g.class == outbox.Digest }), SendPerSecond - 4},
			"digests a minute":   {within(time.Minute, i, func(g grant) bool { return g.class == outbox.Digest }), SendPerMinute - 100},
			"messages to a chat": {within(time.Second, i, func(g grant) bool { return g.chat == first.chat }), 4},
		} {
			if most[0] > most[1] {
				t.Fatalf("%d %s from %s, at most %d are allowed", most[0], what, first.at.Sub(noon), most[1])
			}
		}
	}
}

func testCommands(t *testing.T, s suite) {
	command := func(t *testing.T, db handle, person, chat string, now time.Time) time.Duration {
		t.Helper()
		return try(db.TakeCommand(t.Context(), tenant, person, chat, now)).must(t)
	}

	t.Run("a person gets three a minute, in all chats", func(t *testing.T) {
		db := s.open(t)
		for i := range CommandsPerUser {
			want(t, "wait", command(t, db, "ou_1", fmt.Sprint("oc_", i), at(time.Duration(i)*time.Second)), time.Duration(0))
		}
		want(t, "wait for the first to be a minute ago", command(t, db, "ou_1", "oc_9", at(10*time.Second)).Round(time.Second), 50*time.Second)
		want(t, "wait of another", command(t, db, "ou_2", "oc_9", at(10*time.Second)), time.Duration(0))
		want(t, "wait after it", command(t, db, "ou_1", "oc_9", at(time.Minute+slack)), time.Duration(0))
	})

	t.Run("six looks are as much as a command, and take none away", func(t *testing.T) {
		db := s.open(t)
		for i := range 6 * CommandsPerUser {
			want(t, "wait", command(t, db, bot.Looks+"ou_1", bot.Looks+fmt.Sprint("oc_", i), noon), time.Duration(0))
		}
		want(t, "wait of one more look", command(t, db, bot.Looks+"ou_1", bot.Looks+"oc_99", noon).Round(time.Second), time.Minute)
		want(t, "wait of a command", command(t, db, "ou_1", "oc_1", noon), time.Duration(0))
	})

	t.Run("a chat gets five a minute, of all people", func(t *testing.T) {
		db := s.open(t)
		for i := range CommandsPerChat {
			want(t, "wait", command(t, db, fmt.Sprint("ou_", i), "oc_1", noon), time.Duration(0))
		}
		want(t, "wait", command(t, db, "ou_9", "oc_1", noon).Round(time.Second), time.Minute)
		want(t, "wait in another", command(t, db, "ou_9", "oc_2", noon), time.Duration(0))
		want(t, "wait of another tenant", try(db.TakeCommand(t.Context(), other, "ou_1", "oc_1", noon)).must(t), time.Duration(0))
	})

	t.Run("no more are counted at the same time", func(t *testing.T) {
		db := s.open(t)
		var mu sync.Mutex
		taken := 0
		together(t, db, db.again(t), 12, func(ctx context.Context, h handle, i int) error {
			wait, err := h.TakeCommand(ctx, tenant, fmt.Sprint("ou_", i), "oc_1", noon)
			mu.Lock()
			defer mu.Unlock()
			if wait == 0 {
				taken++
			}
			return err
		})
		want(t, "taken", taken, CommandsPerChat)
	})
}
