package storetest

import (
	"testing"
	"time"

	"huibao/internal/outbox"
	"huibao/scheduler"
)

// digest is a digest that was due so long after noon.
func digest(id string, after time.Duration) outbox.Message {
	return outbox.Message{ID: id, TenantKey: tenant, ChatID: "oc_" + id, Class: outbox.Digest, DueAt: at(after)}
}

// request asks for a slot and checks the wait: 0 for none.
func (h handle) request(t *testing.T, m outbox.Message, now time.Time, wanted time.Duration) {
	t.Helper()
	wait := try(h.TakeSlot(t.Context(), m, now)).must(t)
	if (wait == 0) != (wanted == 0) || wait < wanted-slack || wait > wanted+slack {
		t.Fatalf("%s waits for %s, want %s", m.ID, wait, wanted)
	}
}

// used uses up what a second allows digests, with some that nobody waits for.
func (h handle) used(t *testing.T, now time.Time) {
	t.Helper()
	for i := range SendPerSecond - 4 {
		h.request(t, digest(string(rune('a'+i)), 24*time.Hour), now, 0)
	}
}

// claimed is a delivery whose run was just claimed.
func (h handle) claimed(t *testing.T, id string, dueAt, now time.Time) scheduler.Delivery {
	t.Helper()
	schedule := weekly("s-" + id)
	h.create(t, schedule)
	delivery := due("d-"+id, schedule, dueAt)
	delivery.DueAt, delivery.CreatedAt = dueAt, now
	try(h.byHand(t.Context(), delivery, "")).must(t)
	return delivery
}

func testTurns(t *testing.T, s suite) {
	const second = 1050 * time.Millisecond

	t.Run("who waits for a slot is not overtaken", func(t *testing.T) {
		db := s.open(t)
		db.used(t, noon)
		db.request(t, digest("early", 0), noon, second)
		db.request(t, digest("late", time.Minute), at(second+50*time.Millisecond), 50*time.Millisecond) // a slot is free
		db.request(t, digest("early", 0), at(second+100*time.Millisecond), 0)
		db.request(t, digest("late", time.Minute), at(second+150*time.Millisecond), 50*time.Millisecond) // the other is on its way
		db.request(t, digest("late", time.Minute), at(second+4*time.Second), 0)                          // whatever became of it
	})

	t.Run("those due at the same time need not wait for each other", func(t *testing.T) {
		db := s.open(t)
		db.used(t, noon)
		db.request(t, digest("one", 0), noon, second)
		db.request(t, digest("other", 0), at(2*second), 0)
	})

	t.Run("answers and other tenants wait for nobody", func(t *testing.T) {
		db := s.open(t)
		db.used(t, noon)
		db.request(t, digest("early", 0), noon, second)
		answer, elsewhere := digest("answer", time.Hour), digest("elsewhere", time.Hour)
		answer.Class, elsewhere.TenantKey = outbox.Answer, other
		db.request(t, answer, at(2*second), 0)
		db.request(t, elsewhere, at(2*second), 0)
	})

	t.Run("a run has its turn from when it is claimed", func(t *testing.T) {
		db := s.open(t)
		early := db.claimed(t, "early", noon, at(time.Hour))
		db.request(t, digest("late", time.Minute), at(time.Hour), 50*time.Millisecond)
		db.request(t, digest("late", time.Minute), at(time.Hour+2*time.Second), 4*time.Second) // the way is cleared
		db.request(t, digest(early.OutboxID(), 0), at(time.Hour+3*time.Second), 0)
		db.request(t, digest("late", time.Minute), at(time.Hour+6*time.Second), 0)
	})

	t.Run("who ends, or waits for something else, is waited for no longer", func(t *testing.T) {
		db := s.open(t)
		early := db.claimed(t, "early", noon, at(time.Hour))
		early.Reason = "the platform is not there"
		ok(t, db.SaveDelivery(t.Context(), early, nil))
		db.request(t, digest("late", time.Minute), at(time.Hour), 0)
	})

	t.Run("nor is one that does not come", func(t *testing.T) {
		db := s.open(t)
		db.claimed(t, "early", noon, at(time.Hour))
		db.request(t, digest("late", time.Minute), at(time.Hour+31*time.Second), 0)
	})

	t.Run("nor one that a wrong clock sent far away", func(t *testing.T) {
		db := s.open(t)
		db.claimed(t, "early", noon, at(24*time.Hour))
		db.request(t, digest("late", time.Minute), at(time.Hour), 0)
	})
}
