package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huibao/internal/audit"
	"huibao/scheduler"
)

// byHand writes a delivery started by hand.
func (h handle) byHand(ctx context.Context, delivery scheduler.Delivery, key string) (scheduler.Delivery, error) {
	delivery.Manual = true
	return h.CreateDelivery(ctx, delivery, key, entryOf("schedule.run", scheduler.Schedule{TenantKey: delivery.TenantKey, ID: delivery.ScheduleID}))
}

func testDeliveries(t *testing.T, s suite) {
	t.Run("a delivery by hand is written with its work and an entry", func(t *testing.T) {
		db := s.open(t)
		created := try(db.byHand(t.Context(), due("d-1", weekly("s-1"), noon), "")).must(t)
		found, _, err := db.FindDelivery(t.Context(), tenant, "d-1")
		ok(t, err)
		want(t, "delivery", found, created)
		want(t, "jobs", db.jobs(t), 1)
		want(t, "entries", objects(try(db.ListAudit(t.Context(), tenant, audit.Filter{Limit: 10})).must(t)), []string{"schedule/s-1"})
		_, theirs, err := db.FindDelivery(t.Context(), other, "d-1")
		ok(t, err)
		want(t, "found by another tenant", theirs, false)
	})

	t.Run("a delivery goes on and ends", func(t *testing.T) {
		db := s.open(t)
		delivery := try(db.byHand(t.Context(), due("d-1", weekly("s-1"), noon), "")).must(t)
		delivery.Status, delivery.Attempts, delivery.MessageID = scheduler.Unknown, 3, "om_1"
		delivery.Reason, delivery.FinishedAt, delivery.DueAt = "nobody knows", at(time.Hour), at(time.Minute)
		delivery.Refused, delivery.Round = true, 2
		ok(t, db.SaveDelivery(t.Context(), delivery, []scheduler.NoticeJob{noticeOf("n-1")}))
		want(t, "jobs: its own and the notice", db.jobs(t), 2)
		found, _, err := db.FindDelivery(t.Context(), tenant, "d-1")
		ok(t, err)
		want(t, "delivery", found, delivery)
		theirs := delivery
		theirs.TenantKey, theirs.Status = other, scheduler.Sent
		ok(t, db.SaveDelivery(t.Context(), theirs, nil))
		found, _, err = db.FindDelivery(t.Context(), tenant, "d-1")
		ok(t, err)
		want(t, "delivery after another tenant's", found, delivery)
	})

	t.Run("a delivery is made again, once for each who asks in time", func(t *testing.T) {
		db := s.open(t)
		delivery := try(db.byHand(t.Context(), due("d-1", weekly("s-1"), noon), "")).must(t)
		delivery.Status, delivery.FinishedAt = scheduler.Failed, at(time.Hour)
		ok(t, db.SaveDelivery(t.Context(), delivery, nil))
		var reopened atomic.Int32
		together(t, db, db.again(t), 8, func(ctx context.Context, h handle, _ int) error {
			_, found, err := h.ReopenDelivery(ctx, tenant, "d-1", entryOf("delivery.retry", weekly("s-1")), func(delivery *scheduler.Delivery) error {
				if delivery.Status != scheduler.Failed {
					return errChange
				}
				delivery.Status, delivery.FinishedAt, delivery.Round = scheduler.Pending, time.Time{}, delivery.Round+1
				return nil
			})
			if found {
				reopened.Add(1)
			}
			if errors.Is(err, errChange) {
				return nil
			}
			return err
		})
		want(t, "reopened", reopened.Load(), int32(1))
		found, _, err := db.FindDelivery(t.Context(), tenant, "d-1")
		ok(t, err)
		want(t, "delivery", []any{found.Status, found.Round}, []any{scheduler.Pending, 1})
		want(t, "written", []int{db.jobs(t), db.count(t, "audit")}, []int{2, 2})
		_, theirs, err := db.ReopenDelivery(t.Context(), other, "d-1", nil, func(*scheduler.Delivery) error { return nil })
		ok(t, err)
		want(t, "reopened by another tenant", theirs, false)
	})

	t.Run("an idempotency key gives the delivery it was used for", func(t *testing.T) {
		db := s.open(t)
		first := try(db.byHand(t.Context(), due("d-1", weekly("s-1"), noon), "key")).must(t)
		again := try(db.byHand(t.Context(), due("d-2", weekly("s-1"), at(time.Second)), "key")).must(t)
		want(t, "delivery", again, first)
		want(t, "written", []int{db.count(t, "deliveries"), db.jobs(t), db.count(t, "audit")}, []int{1, 1, 1})
		want(t, "for another schedule", try(db.byHand(t.Context(), due("d-3", weekly("s-2"), noon), "key")).must(t).ID, "d-3")
		theirs := weekly("s-1")
		theirs.TenantKey = other
		want(t, "for another tenant", try(db.byHand(t.Context(), due("d-4", theirs, noon), "key")).must(t).ID, "d-4")
		want(t, "without a key", try(db.byHand(t.Context(), due("d-5", weekly("s-1"), noon), "")).must(t).ID, "d-5")
	})

	t.Run("an idempotency key used many times at once makes one delivery", func(t *testing.T) {
		db := s.open(t)
		var mu sync.Mutex
		ids := map[string]int{}
		together(t, db, db.again(t), 12, func(ctx context.Context, h handle, i int) error {
			delivery, err := h.byHand(ctx, due(fmt.Sprint("d-", i), weekly("s-1"), noon), "key")
			mu.Lock()
			defer mu.Unlock()
			ids[delivery.ID]++
			return err
		})
		want(t, "different deliveries", len(ids), 1)
		want(t, "written", []int{db.count(t, "deliveries"), db.jobs(t), db.count(t, "audit")}, []int{1, 1, 1})
	})
	testDeliveryLists(t, s)
}

// idsOf are the ids of deliveries.
func idsOf(deliveries []scheduler.ListedDelivery) []string {
	ids := make([]string, 0, len(deliveries))
	for _, delivery := range deliveries {
		ids = append(ids, delivery.ID)
	}
	return ids
}

func testDeliveryLists(t *testing.T, s suite) {
	db := s.open(t)
	place := func(id string, hours int) scheduler.Place {
		return scheduler.Place{ID: id, At: at(time.Duration(hours) * time.Hour)}
	}
	for i, d := range []scheduler.Delivery{
		{ScheduleID: "s-1", ChatID: "oc_1", Status: scheduler.Sent},
		{ScheduleID: "s-1", ChatID: "oc_2", Status: scheduler.Failed},
		{ScheduleID: "s-2", ChatID: "oc_1", Status: scheduler.Failed},
		{ScheduleID: "s-1", ChatID: "oc_1", Status: scheduler.Failed, TenantKey: other},
		{ScheduleID: "s-2", ChatID: "oc_2", Status: scheduler.Sent},
	} {
		d.ID, d.ScheduledFor, d.CreatedAt = fmt.Sprint("d-", i), at(time.Duration(i)*time.Hour), noon
		if d.TenantKey == "" {
			d.TenantKey = tenant
		}
		try(db.byHand(t.Context(), d, "")).must(t)
	}
	for _, c := range []struct {
		name   string
		filter scheduler.DeliveryFilter
		wanted []string
	}{
		{"all, the newest first", scheduler.DeliveryFilter{}, []string{"d-4", "d-2", "d-1", "d-0"}},
		{"of a schedule", scheduler.DeliveryFilter{ScheduleID: "s-1"}, []string{"d-1", "d-0"}},
		{"of a chat", scheduler.DeliveryFilter{ChatID: "oc_1"}, []string{"d-2", "d-0"}},
		{"of a status", scheduler.DeliveryFilter{Status: scheduler.Failed}, []string{"d-2", "d-1"}},
		{"of a schedule and a status", scheduler.DeliveryFilter{ScheduleID: "s-1", Status: scheduler.Sent}, []string{"d-0"}},
		{"of a chat and a status", scheduler.DeliveryFilter{ChatID: "oc_1", Status: scheduler.Failed}, []string{"d-2"}},
		{"of a schedule and a chat", scheduler.DeliveryFilter{ScheduleID: "s-1", ChatID: "oc_2"}, []string{"d-1"}},
		{"of a time, its end excluded", scheduler.DeliveryFilter{From: at(time.Hour), To: at(4 * time.Hour)}, []string{"d-2", "d-1"}},
		{"after a place", scheduler.DeliveryFilter{After: place("d-2", 2)}, []string{"d-1", "d-0"}},
		{"after a place of the same time", scheduler.DeliveryFilter{After: place("d-12", 2)}, []string{"d-1", "d-0"}},
		{"after a place where none is", scheduler.DeliveryFilter{After: place("d-3", 3)}, []string{"d-2", "d-1", "d-0"}},
		{"after a place, with a later end", scheduler.DeliveryFilter{After: place("d-2", 2), To: at(3 * time.Hour)}, []string{"d-1", "d-0"}},
		{"after a place, with an earlier end", scheduler.DeliveryFilter{After: place("d-2", 2), To: at(time.Hour)}, []string{"d-0"}},
		{"after a place, with the same end", scheduler.DeliveryFilter{After: place("d-2", 2), To: at(2 * time.Hour)}, []string{"d-1", "d-0"}},
		{"some", scheduler.DeliveryFilter{Limit: 2}, []string{"d-4", "d-2"}},
		{"of everything at once", scheduler.DeliveryFilter{
			ScheduleID: "s-2", ChatID: "oc_1", Status: scheduler.Failed, From: noon, To: at(24 * time.Hour), After: place("d-4", 4),
		}, []string{"d-2"}},
		{"none", scheduler.DeliveryFilter{ChatID: "oc_3"}, []string{}},
	} {
		t.Run("list: "+c.name, func(t *testing.T) {
			if c.filter.Limit == 0 {
				c.filter.Limit = 10
			}
			want(t, "deliveries", idsOf(try(db.ListDeliveries(t.Context(), tenant, c.filter)).must(t)), c.wanted)
		})
	}

	t.Run("a listed delivery is the one there is, with its names", func(t *testing.T) {
		try(db.ChangeChat(t.Context(), tenant, "oc_1", nil, named("Board"))).must(t)
		try(db.ChangeChat(t.Context(), other, "oc_2", nil, named("theirs"))).must(t)
		theirs := weekly("s-2")
		theirs.TenantKey = other
		db.create(t, weekly("s-1"), theirs)
		all := try(db.ListDeliveries(t.Context(), tenant, scheduler.DeliveryFilter{Limit: 10})).must(t)
		names := [][2]string{}
		for _, d := range all {
			name := "gone"
			if d.ScheduleName != nil {
				name = *d.ScheduleName
			}
			names = append(names, [2]string{d.ChatName, name})
		}
		want(t, "names", names, [][2]string{{"", "gone"}, {"Board", "gone"}, {"", "Weekly digest"}, {"Board", "Weekly digest"}})
		found, _, err := db.FindDelivery(t.Context(), tenant, "d-0")
		ok(t, err)
		want(t, "delivery", all[3].Delivery, found)
	})

	for _, c := range []struct {
		name   string
		filter scheduler.DeliveryFilter
		wanted map[scheduler.Status]int
	}{
		{"all", scheduler.DeliveryFilter{}, map[scheduler.Status]int{scheduler.Sent: 2, scheduler.Failed: 2}},
		{"of a schedule", scheduler.DeliveryFilter{ScheduleID: "s-1"}, map[scheduler.Status]int{scheduler.Sent: 1, scheduler.Failed: 1}},
		{"of a chat", scheduler.DeliveryFilter{ChatID: "oc_2"}, map[scheduler.Status]int{scheduler.Sent: 1, scheduler.Failed: 1}},
		{"of both", scheduler.DeliveryFilter{ScheduleID: "s-2", ChatID: "oc_1"}, map[scheduler.Status]int{scheduler.Failed: 1}},
		{"of a time, its end excluded", scheduler.DeliveryFilter{From: at(time.Hour), To: at(4 * time.Hour)}, map[scheduler.Status]int{scheduler.Failed: 2}},
		{"none", scheduler.DeliveryFilter{From: at(5 * time.Hour)}, map[scheduler.Status]int{}},
	} {
		t.Run("count: "+c.name, func(t *testing.T) {
			want(t, "counts", try(db.CountDeliveries(t.Context(), tenant, c.filter)).must(t), c.wanted)
		})
	}

	t.Run("the last of each schedule is the newest by its run", func(t *testing.T) {
		earlier := due("d-9", weekly("s-1"), at(-time.Hour)) // written last, for an earlier run
		try(db.byHand(t.Context(), earlier, "")).must(t)
		last := try(db.LastDeliveries(t.Context(), tenant, []string{"s-1", "s-2", "s-3"})).must(t)
		got := map[string]string{}
		for id, d := range last {
			got[id] = d.ID
		}
		want(t, "deliveries", got, map[string]string{"s-1": "d-1", "s-2": "d-4"})
		want(t, "of no schedule", len(try(db.LastDeliveries(t.Context(), tenant, nil)).must(t)), 0)
		want(t, "of another tenant's", len(try(db.LastDeliveries(t.Context(), other, []string{"s-2"})).must(t)), 0)
	})
}
