package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"huibao/bot"
	"huibao/internal/audit"
	"huibao/internal/settings"
	"huibao/internal/store"
	"huibao/reports"
	"huibao/scheduler"
)

func testTenants(t *testing.T, s suite) {
	t.Run("the own tenant is unknown until it is adopted", func(t *testing.T) {
		db := s.open(t)
		_, known, err := db.OwnTenant(t.Context())
		ok(t, err)
		want(t, "known", known, false)
		for range 2 { // a second time changes nothing
			ok(t, db.AdoptTenant(t.Context(), tenant, "Example"))
		}
		key, known, err := db.OwnTenant(t.Context())
		ok(t, err)
		want(t, "key", key, tenant)
		want(t, "name", db.nameOf(t, tenant), "Example")
		want(t, "name of another", db.nameOf(t, other), "")
		want(t, "known", known, true)
	})

	t.Run("what was kept under no tenant moves to it", func(t *testing.T) {
		db := s.open(t)
		keepEverything(t, db, "", "1")
		keepEverything(t, db, other, "2")
		ok(t, db.AdoptTenant(t.Context(), tenant, "Example"))
		wantEverything(t, db, tenant, "1")
		wantEverything(t, db, other, "2")
		for _, table := range tenantTables {
			want(t, "left in "+table, db.count(t, table+" WHERE tenant_key = ''"), 0)
			want(t, "of another tenant in "+table, db.count(t, table+" WHERE tenant_key = '"+other+"'") > 0, true)
		}
	})

	t.Run("what was on its way meanwhile moves later", func(t *testing.T) {
		db := s.open(t)
		ok(t, db.AdoptTenant(t.Context(), tenant, "Example"))
		keepEverything(t, db, "", "1")
		ok(t, db.Clean(t.Context(), at(-time.Hour), at(-time.Hour)))
		wantEverything(t, db, tenant, "1")
	})

	t.Run("calls of the platform add up", func(t *testing.T) {
		db := s.open(t)
		ok(t, db.AddCalls(t.Context(), "", "2026-11", map[string]int64{"reports": 2, "chats": 1}))
		ok(t, db.AddCalls(t.Context(), tenant, "2026-11", map[string]int64{"reports": 40}))
		for range 2 { // a second time adds nothing
			ok(t, db.AdoptTenant(t.Context(), tenant, "Example"))
			want(t, "calls", try(db.Calls(t.Context(), tenant, "2026-11")).must(t), map[string]int64{"reports": 42, "chats": 1})
		}
	})

	t.Run("where both have a row, the tenant's stays", func(t *testing.T) {
		db := s.open(t)
		keepEverything(t, db, "", "1")
		ok(t, db.SaveDays(t.Context(), tenant, reports.UnitNone, []reports.ArchivedDay{day(t, "2026-11-02", 99, noon)}))
		must := try(db.ChangeChat(t.Context(), tenant, "oc_1", nil, named("known by the tenant"))).must(t)
		want(t, "stored", try(db.StoreEvents(t.Context(), []bot.Event{said("e1", "m1")})).must(t), []bool{true})
		ok(t, db.AdoptTenant(t.Context(), tenant, "Example"))
		want(t, "days", try(db.Days(t.Context(), tenant, reports.UnitNone, november(t))).must(t),
			[]reports.ArchivedDay{day(t, "2026-11-02", 99, noon)})
		chat, _, err := db.FindChat(t.Context(), tenant, "oc_1")
		ok(t, err)
		want(t, "chat", chat, must)
	})
}

// testStoreApp is what a store app's tenants and ticket are kept by.
func testStoreApp(t *testing.T, s suite) {
	t.Run("a tenant is seen once, by whoever is first", func(t *testing.T) {
		first := s.open(t)
		second := first.again(t)
		var news atomic.Int32
		together(t, first, second, 10, func(ctx context.Context, h handle, _ int) error {
			seen, isNews, err := h.SeeTenant(ctx, tenant)
			if isNews {
				news.Add(1)
			}
			if err == nil && (seen.Key != tenant || seen.State != bot.TenantActive) {
				t.Errorf("%+v", seen)
			}
			return err
		})
		want(t, "how many heard news", news.Load(), int32(1))
		_, known, err := first.FindTenant(t.Context(), other)
		ok(t, err)
		want(t, "another is known", known, false)
	})

	t.Run("tenants are listed in order", func(t *testing.T) {
		db := s.open(t)
		for _, key := range []string{"t-3", "t-1", "t-2"} {
			try2(db.SeeTenant(t.Context(), key)).must(t)
		}
		keys := func(after string, limit int) (keys []string) {
			for _, found := range try(db.ListTenants(t.Context(), after, limit)).must(t) {
				keys = append(keys, found.Key)
			}
			return keys
		}
		want(t, "the first two", keys("", 2), []string{"t-1", "t-2"})
		want(t, "the rest", keys("t-2", 2), []string{"t-3"})
	})

	t.Run("a change is kept with its audit entry, no change without one", func(t *testing.T) {
		db := s.open(t)
		try2(db.SeeTenant(t.Context(), tenant)).must(t)
		stop := func(current *bot.Tenant) error {
			current.Name, current.State, current.Reason, current.Since = "Example", bot.TenantStopped, "stopped", noon
			return nil
		}
		for range 2 {
			changed := try(db.ChangeTenant(t.Context(), tenant, tenantEntry(tenant, "tenant.stop"), stop)).must(t)
			found, _, err := db.FindTenant(t.Context(), tenant)
			ok(t, err)
			want(t, "found", found, changed)
			want(t, "since", found.Since, noon)
		}
		want(t, "entries", len(try(db.ListAudit(t.Context(), tenant, audit.Filter{Limit: 10})).must(t)), 1)
		refused := errors.New("refused")
		_, err := db.ChangeTenant(t.Context(), tenant, nil, func(current *bot.Tenant) error {
			current.Name = "other"
			return refused
		})
		want(t, "refused", errors.Is(err, refused), true)
		want(t, "name", db.nameOf(t, tenant), "Example")
		if _, err := db.ChangeTenant(t.Context(), other, nil, stop); err == nil {
			t.Error("a tenant that was never seen was changed")
		}
	})

	t.Run("all of a tenant is deleted, and nothing of another", func(t *testing.T) {
		db := s.open(t)
		for n, key := range map[string]string{"1": tenant, "2": other} {
			try2(db.SeeTenant(t.Context(), key)).must(t)
			keepEverything(t, db, key, n)
		}
		leave := func(since time.Time) {
			try(db.ChangeTenant(t.Context(), tenant, nil, func(current *bot.Tenant) error {
				current.Name, current.State, current.Since = "Example", bot.TenantUninstalled, since
				return nil
			})).must(t)
		}
		want(t, "one that is active", try(db.DeleteTenant(t.Context(), tenant, at(time.Hour), nil)).must(t), false)
		leave(at(time.Hour))
		want(t, "one that left later", try(db.DeleteTenant(t.Context(), tenant, at(time.Hour), nil)).must(t), false)
		wantEverything(t, db, tenant, "1")
		want(t, "one that left before", try(db.DeleteTenant(t.Context(), tenant, at(2*time.Hour), tenantEntry(tenant, "tenant.delete"))).must(t), true)
		for _, table := range tenantTables {
			left := 0
			if table == "audit" {
				left = 1 // that it was deleted
			}
			want(t, "left in "+table, db.count(t, table+" WHERE tenant_key = '"+tenant+"'"), left)
		}
		found, _, err := db.FindTenant(t.Context(), tenant)
		ok(t, err)
		want(t, "state", found.State, bot.TenantDeleted)
		want(t, "name", found.Name, "")
		entries := try(db.ListAudit(t.Context(), tenant, audit.Filter{Limit: 10})).must(t)
		want(t, "what is audited", entries[0].Action, "tenant.delete")
		wantEverything(t, db, other, "2")
		want(t, "again", try(db.DeleteTenant(t.Context(), tenant, at(2*time.Hour), nil)).must(t), false)
	})

	t.Run("more rows than are deleted at once", func(t *testing.T) {
		db := s.open(t)
		try2(db.SeeTenant(t.Context(), tenant)).must(t)
		events := make([]bot.Event, 0, 2100)
		for i := range cap(events) {
			events = append(events, said(fmt.Sprint("e", i), fmt.Sprint("m", i)))
		}
		try(db.StoreEvents(t.Context(), events)).must(t)
		try(db.ChangeTenant(t.Context(), tenant, nil, func(current *bot.Tenant) error {
			current.State, current.Since = bot.TenantUninstalled, noon
			return nil
		})).must(t)
		want(t, "done", try(db.DeleteTenant(t.Context(), tenant, at(time.Hour), nil)).must(t), true)
		want(t, "left", db.count(t, "seen_ids"), 0)
	})

	t.Run("the newest ticket counts, in whatever order they come", func(t *testing.T) {
		db := s.open(t)
		want(t, "before", try(db.AppTicket(t.Context())).must(t), "")
		work := db.jobs(t)
		ticket := func(id string, at time.Time) bot.Event {
			return bot.Event{
				EventID: id, Type: bot.EventTicket, ReceivedAt: noon, CreatedAt: at, App: &bot.AppChange{Ticket: "ticket of " + id},
			}
		}
		for _, step := range []struct{ id, newest string }{{"2", "2"}, {"1", "2"}, {"3", "3"}, {"3", "3"}} {
			hours, _ := strconv.Atoi(step.id)
			try(db.StoreEvents(t.Context(), []bot.Event{ticket(step.id, at(time.Duration(hours)*time.Hour))})).must(t)
			want(t, "the newest", try(db.again(t).AppTicket(t.Context())).must(t), "ticket of "+step.newest)
		}
		want(t, "work written down", db.jobs(t), work)
		want(t, "jobs that hold a ticket", db.count(t, "river_job WHERE CAST(args AS TEXT) LIKE '%ticket of%'"), 0)
	})
}

// nameOf is what a tenant is called, "" for one that was never heard of.
func (h handle) nameOf(t *testing.T, key string) string {
	t.Helper()
	found, _, err := h.FindTenant(t.Context(), key)
	ok(t, err)
	return found.Name
}

// tenantEntry is an audit entry of what happened to a tenant.
func tenantEntry(tenantKey, action string) *audit.Entry {
	return &audit.Entry{TenantKey: tenantKey, At: noon, Actor: "system", Action: action, Object: "tenant/" + tenantKey}
}

// try2 takes what a call of two values returned; the second is of no matter.
func try2[A, B any](value A, _ B, err error) tried[A] { return tried[A]{value, err} }

// tenantTables are all tables whose rows belong to a tenant.
var tenantTables = []string{
	"audit", "backfills", "calendar_years", "chats", "command_slots", "daily_report_revisions", "daily_reports", "deliveries", "digests",
	"event_sightings", "idempotency_keys", "outbox", "pauses", "platform_calls", "presses", "schedule_numbers", "schedules",
	"seen_ids", "send_slots", "send_turns", "settings",
}

// keepEverything keeps something of each kind for a tenant, in all tables.
func keepEverything(t *testing.T, db handle, tenantKey, n string) {
	t.Helper()
	event := said("e"+n, "m"+n)
	event.TenantKey = tenantKey
	want(t, "stored", try(db.StoreEvents(t.Context(), []bot.Event{event})).must(t), []bool{true})
	try(db.ChangeChat(t.Context(), tenantKey, "oc_"+n, nil, named("chat "+n))).must(t)
	ok(t, db.SaveDays(t.Context(), tenantKey, reports.UnitNone, []reports.ArchivedDay{day(t, "2026-11-02", 5, noon)}))
	ok(t, db.SaveDays(t.Context(), tenantKey, reports.UnitNone, []reports.ArchivedDay{day(t, "2026-11-02", 6, at(time.Hour))}))
	schedule := weekly("s-" + n)
	schedule.TenantKey = tenantKey
	db.create(t, schedule)
	try(db.byHand(t.Context(), due("d-"+n, schedule, noon), "key")).must(t)
	ok(t, db.KeepDigest(t.Context(), tenantKey, "d-"+n, scheduler.Digest{Card: n}))
	try(db.BeginPause(t.Context(), tenantKey, scheduler.Pause{Reason: n, Since: noon}, nil)).must(t)
	ok(t, db.AddCalls(t.Context(), tenantKey, "2026-11", map[string]int64{"reports": 7}))
	try(db.ChangeSettings(t.Context(), tenantKey, defaults(), nil, func(s *settings.Settings) error {
		s.Admins = []string{"ou_" + n}
		return nil
	})).must(t)
	try(db.ChangeYear(t.Context(), tenantKey, shipped(t, 2026), nil, func(*settings.Year) error { return nil })).must(t)
	m := message("answer:" + n)
	m.TenantKey = tenantKey
	try(db.CreateRecord(t.Context(), m, false)).must(t)
	try(db.TakeSlot(t.Context(), m, time.Now())).must(t)
	try(db.TakeCommand(t.Context(), tenantKey, "ou_"+n, "oc_"+n, time.Now())).must(t)
	press := bot.Event{
		EventID: "press" + n, TenantKey: tenantKey, Type: bot.EventPress, ReceivedAt: noon,
		Press: &bot.Press{MessageID: "card" + n}, Done: true, Redrawn: true,
	}
	want(t, "press stored", try(db.StoreEvents(t.Context(), []bot.Event{press})).must(t), []bool{true})
	asked := backfill("b-"+n, november(t))
	asked.TenantKey = tenantKey
	ok(t, db.CreateBackfill(t.Context(), asked, noticeOf("b-"+n), nil))
	ok(t, db.NoteSightings(t.Context(), []store.Sighting{{TenantKey: tenantKey, EventType: bot.EventMessage, SeenAt: noon}}))
}

// wantEverything checks that a tenant has what keepEverything kept.
func wantEverything(t *testing.T, db handle, tenantKey, n string) {
	t.Helper()
	event := said("e-new-"+n, "m"+n)
	event.TenantKey = tenantKey
	want(t, "the message is known", try(db.StoreEvents(t.Context(), []bot.Event{event})).must(t), []bool{false})
	chat, _, err := db.FindChat(t.Context(), tenantKey, "oc_"+n)
	ok(t, err)
	want(t, "chat", chat.Name, "chat "+n)
	date := day(t, "2026-11-02", 0, noon).Date
	want(t, "days", try(db.Days(t.Context(), tenantKey, reports.UnitNone, november(t))).must(t),
		[]reports.ArchivedDay{day(t, "2026-11-02", 6, at(time.Hour))})
	want(t, "revisions", try(db.Revisions(t.Context(), tenantKey, reports.UnitNone, date)).must(t),
		[]reports.ArchivedDay{day(t, "2026-11-02", 5, noon)})
	_, found, err := db.FindSchedule(t.Context(), tenantKey, "s-"+n)
	ok(t, err)
	want(t, "schedule found", found, true)
	again := due("d-new-"+n, scheduler.Schedule{ID: "s-" + n, TenantKey: tenantKey}, noon)
	want(t, "delivery under the key", try(db.byHand(t.Context(), again, "key")).must(t).ID, "d-"+n)
	_, found, err = db.FindRecord(t.Context(), tenantKey, "answer:"+n)
	ok(t, err)
	want(t, "message found", found, true)
	digest, _, err := db.FindDigest(t.Context(), tenantKey, "d-"+n)
	ok(t, err)
	want(t, "digest", digest.Card, n)
	pause, _, err := db.FindPause(t.Context(), tenantKey)
	ok(t, err)
	want(t, "pause", pause.Reason, n)
	want(t, "calls", try(db.Calls(t.Context(), tenantKey, "2026-11")).must(t), map[string]int64{"reports": 7})
	chosen, _, err := db.FindSettings(t.Context(), tenantKey)
	ok(t, err)
	want(t, "admins", chosen.Admins, []string{"ou_" + n})
	want(t, "years", len(try(db.ListYears(t.Context(), tenantKey)).must(t)), 1)
	want(t, "backfills", len(try(db.ListBackfills(t.Context(), tenantKey, "", 10)).must(t)), 1)
	want(t, "newer press", try(db.NewerPress(t.Context(), tenantKey, "card"+n, at(-time.Hour))).must(t), true)
	want(t, "entries", len(try(db.ListAudit(t.Context(), tenantKey, audit.Filter{Limit: 10})).must(t)), 2)
}
