package storetest

import (
	"testing"
	"time"

	"huibao/bot"
	"huibao/internal/outbox"
	"huibao/scheduler"
)

func testClean(t *testing.T, s suite) {
	t.Run("ids are forgotten with age, and then count as new", func(t *testing.T) {
		db := s.open(t)
		old, young := said("e1", "m1"), said("e2", "m2")
		old.ReceivedAt = at(-time.Millisecond)
		try(db.StoreEvents(t.Context(), []bot.Event{old, young})).must(t)
		ok(t, db.Clean(t.Context(), noon, noon))
		want(t, "stored", try(db.StoreEvents(t.Context(), []bot.Event{old, young})).must(t), []bool{true, false})
	})

	t.Run("deliveries go with an age of their own, once they have ended", func(t *testing.T) {
		db := s.open(t)
		for id, finished := range map[string]time.Time{"d-old": at(-time.Hour), "d-new": at(time.Hour), "d-pending": {}} {
			delivery := try(db.byHand(t.Context(), due(id, weekly("s-1"), noon), id)).must(t)
			delivery.FinishedAt = finished
			ok(t, db.SaveDelivery(t.Context(), delivery, nil))
		}
		ok(t, db.Clean(t.Context(), at(-24*time.Hour), noon))
		left := try(db.ListDeliveries(t.Context(), tenant, scheduler.DeliveryFilter{Limit: 10})).must(t)
		want(t, "deliveries", idsOf(left), []string{"d-pending", "d-new"})
		want(t, "keys, younger than the limit", db.count(t, "idempotency_keys"), 3)
		ok(t, db.Clean(t.Context(), at(time.Millisecond), at(-time.Hour)))
		want(t, "keys", db.count(t, "idempotency_keys"), 0)
	})

	t.Run("used slots go after a while", func(t *testing.T) {
		db := s.open(t)
		for _, taken := range []time.Time{time.Now().Add(-time.Hour), time.Now()} {
			try(db.TakeSlot(t.Context(), saying("oc_1", outbox.Answer), taken)).must(t)
			try(db.TakeCommand(t.Context(), tenant, "ou_1", "oc_1", taken)).must(t)
		}
		ok(t, db.Clean(t.Context(), noon, noon))
		want(t, "slots", []int{db.count(t, "send_slots"), db.count(t, "command_slots")}, []int{1, 1})
	})

	t.Run("more than one transaction deletes", func(t *testing.T) {
		db := s.open(t)
		try(db.StoreEvents(t.Context(), many(1050))).must(t) // two ids each
		ok(t, db.Clean(t.Context(), at(time.Millisecond), noon))
		want(t, "ids", db.count(t, "seen_ids"), 0)
	})
}
