package storetest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"huibao/scheduler"
)

// noticeOf is a notice to an admin.
func noticeOf(id string) scheduler.NoticeJob {
	return scheduler.NoticeJob{ID: id, TenantKey: tenant, OpenID: "ou_1", Trouble: scheduler.TenantPaused, At: noon}
}

func testDigests(t *testing.T, s suite) {
	t.Run("what a delivery posts is kept, the newest of it", func(t *testing.T) {
		db := s.open(t)
		first, second := scheduler.Digest{Card: "{}", Figures: "[]"}, scheduler.Digest{Card: `{"a":"1"}`, Figures: "[1]"}
		ok(t, db.KeepDigest(t.Context(), tenant, "d-1", first))
		ok(t, db.KeepDigest(t.Context(), tenant, "d-1", second))
		ok(t, db.KeepDigest(t.Context(), other, "d-1", first))
		digest, _, err := db.FindDigest(t.Context(), tenant, "d-1")
		ok(t, err)
		want(t, "digest", digest, second)
		_, found, err := db.FindDigest(t.Context(), tenant, "d-2")
		ok(t, err)
		want(t, "another delivery's found", found, false)
	})

	t.Run("it goes with its delivery", func(t *testing.T) {
		db := s.open(t)
		for id, finished := range map[string]time.Time{"d-old": at(-time.Hour), "d-new": noon} {
			delivery := try(db.byHand(t.Context(), due(id, weekly("s-1"), noon), "")).must(t)
			delivery.FinishedAt = finished
			ok(t, db.SaveDelivery(t.Context(), delivery, nil))
			ok(t, db.KeepDigest(t.Context(), tenant, id, scheduler.Digest{}))
		}
		ok(t, db.Clean(t.Context(), noon, noon))
		want(t, "left", []int{db.count(t, "digests"), db.count(t, "deliveries")}, []int{1, 1})
	})
	testPauses(t, s)
}

func testPauses(t *testing.T, s suite) {
	pause := scheduler.Pause{Reason: "a scope is missing", Since: noon}

	t.Run("a pause is news once", func(t *testing.T) {
		db := s.open(t)
		var news atomic.Int32
		together(t, db, db.again(t), 8, func(ctx context.Context, h handle, _ int) error {
			first, err := h.BeginPause(ctx, tenant, pause, []scheduler.NoticeJob{noticeOf("n-1"), noticeOf("n-2")})
			if first {
				news.Add(1)
			}
			return err
		})
		want(t, "news", news.Load(), int32(1))
		want(t, "notices", db.jobs(t), 2)
		found, _, err := db.FindPause(t.Context(), tenant)
		ok(t, err)
		want(t, "pause", found, pause)
		_, paused, err := db.FindPause(t.Context(), other)
		ok(t, err)
		want(t, "another tenant paused", paused, false)
	})

	t.Run("a pause keeps when it began, and learns why it goes on", func(t *testing.T) {
		db := s.open(t)
		try(db.BeginPause(t.Context(), tenant, pause, nil)).must(t)
		try(db.BeginPause(t.Context(), tenant, scheduler.Pause{Reason: "the app was stopped", Since: at(time.Hour)}, nil)).must(t)
		found, _, err := db.FindPause(t.Context(), tenant)
		ok(t, err)
		want(t, "pause", found, scheduler.Pause{Reason: "the app was stopped", Since: noon})
		for range 2 { // ending what has ended is nothing
			ok(t, db.EndPause(t.Context(), tenant))
		}
		want(t, "news again", try(db.BeginPause(t.Context(), tenant, pause, nil)).must(t), true)
	})

	t.Run("one in each interval tries whether it is over", func(t *testing.T) {
		db := s.open(t)
		probe := func(now time.Time) time.Duration {
			wait, _, err := db.TakeProbe(t.Context(), tenant, now, time.Minute)
			ok(t, err)
			return wait
		}
		want(t, "wait without a pause", probe(noon), time.Duration(0))
		try(db.BeginPause(t.Context(), tenant, pause, nil)).must(t)
		want(t, "waits", []time.Duration{
			probe(noon), probe(at(10 * time.Second)), probe(at(time.Minute)), probe(at(time.Minute)), probe(at(2*time.Minute - time.Second)),
		}, []time.Duration{time.Minute, 50 * time.Second, 0, time.Minute, time.Second})
	})

	t.Run("one of many at once tries", func(t *testing.T) {
		db := s.open(t)
		try(db.BeginPause(t.Context(), tenant, pause, nil)).must(t)
		var through atomic.Int32
		together(t, db, db.again(t), 8, func(ctx context.Context, h handle, _ int) error {
			wait, why, err := h.TakeProbe(ctx, tenant, at(time.Hour), time.Minute)
			if wait == 0 {
				through.Add(1)
			}
			if why != pause {
				t.Errorf("the pause is %+v", why)
			}
			return err
		})
		want(t, "through", through.Load(), int32(1))
	})
}
