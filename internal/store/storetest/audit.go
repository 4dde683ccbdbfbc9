package storetest

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"

	"huibao/internal/audit"
	"huibao/scheduler"
)

func testAudit(t *testing.T, s suite) {
	t.Run("entries come back newest first, after a cursor", func(t *testing.T) {
		db := s.open(t)
		for _, id := range []string{"s-1", "s-2", "s-3"} {
			schedule := weekly(id)
			db.create(t, schedule)
		}
		all := try(db.ListAudit(t.Context(), tenant, audit.Filter{Limit: 10})).must(t)
		want(t, "objects", objects(all), []string{"schedule/s-3", "schedule/s-2", "schedule/s-1"})
		want(t, "the newest", objects(try(db.ListAudit(t.Context(), tenant, audit.Filter{Limit: 1})).must(t)), []string{"schedule/s-3"})
		want(t, "after the newest", objects(try(db.ListAudit(t.Context(), tenant, audit.Filter{Below: all[0].ID, Limit: 10})).must(t)), []string{"schedule/s-2", "schedule/s-1"})
		found, there, err := db.FindAudit(t.Context(), tenant, all[1].ID)
		ok(t, err)
		want(t, "found", []any{found, there}, []any{all[1], true})
		_, there, err = db.FindAudit(t.Context(), other, all[1].ID)
		ok(t, err)
		want(t, "found by another tenant", there, false)
		want(t, "another tenant's", len(try(db.ListAudit(t.Context(), other, audit.Filter{Limit: 10})).must(t)), 0)
	})

	t.Run("an entry tells who, what, when, before and after", func(t *testing.T) {
		db := s.open(t)
		schedule := weekly("s-1")
		db.create(t, schedule)
		if !try(db.DeleteSchedule(t.Context(), tenant, "s-1", entryOf("schedule.delete", schedule), anyway)).must(t) {
			t.Fatal("not there")
		}
		entries := try(db.ListAudit(t.Context(), tenant, audit.Filter{Limit: 10})).must(t)
		state := try(json.Marshal(schedule)).must(t)
		want(t, "entries", entries, []audit.Entry{
			{TenantKey: tenant, At: noon, Actor: "alice", Action: "schedule.delete", Object: "schedule/s-1", Before: state},
			{TenantKey: tenant, At: noon, Actor: "alice", Action: "schedule.create", Object: "schedule/s-1", After: state},
		}, cmpopts.IgnoreFields(audit.Entry{}, "ID"))
	})

	t.Run("entries are narrowed by what they say", func(t *testing.T) {
		db := s.open(t)
		for _, entry := range []audit.Entry{
			{TenantKey: tenant, Actor: "alice", Action: "schedule.create", Object: "schedule/s-1"},
			{TenantKey: tenant, Actor: "bob", Action: "schedule.update", Object: "schedule/s-1"},
			{TenantKey: tenant, Actor: "chat:ou_Alice", Action: "chat.update", Object: "chat/oc_1"},
			{TenantKey: tenant, Actor: "alice", Action: "settings.update", Object: "settings"},
			{TenantKey: other, Actor: "alice", Action: "schedule.create", Object: "schedule/s-1"},
		} {
			ok(t, db.Enqueue(t.Context(), &entry))
		}
		newest := try(db.ListAudit(t.Context(), tenant, audit.Filter{Limit: 1})).must(t)[0]
		for name, c := range map[string]struct {
			filter audit.Filter
			wanted []string // actions, the newest first
		}{
			"nothing":                      {audit.Filter{}, []string{"settings.update", "chat.update", "schedule.update", "schedule.create"}},
			"an actor":                     {audit.Filter{Actor: "alice"}, []string{"settings.update", "schedule.create"}},
			"an actor, not part of one":    {audit.Filter{Actor: "ali"}, []string{}},
			"an object":                    {audit.Filter{Object: "schedule/s-1"}, []string{"schedule.update", "schedule.create"}},
			"an object, not part of one":   {audit.Filter{Object: "schedule/"}, []string{}},
			"an action":                    {audit.Filter{Action: "schedule.update"}, []string{"schedule.update"}},
			"how actions begin":            {audit.Filter{Action: "schedule."}, []string{"schedule.update", "schedule.create"}},
			"how actions begin, by letter": {audit.Filter{Action: "Schedule."}, []string{}},
			"no wildcard":                  {audit.Filter{Action: "s%"}, []string{}},
			"a text in the actor":          {audit.Filter{Text: "aLiCe"}, []string{"settings.update", "chat.update", "schedule.create"}},
			"a text in the action":         {audit.Filter{Text: "UPDATE"}, []string{"settings.update", "chat.update", "schedule.update"}},
			"a text in the object":         {audit.Filter{Text: "oc_"}, []string{"chat.update"}},
			"a wildcard as a text":         {audit.Filter{Text: "%"}, []string{}},
			"all at once":                  {audit.Filter{Actor: "bob", Object: "schedule/s-1", Action: "schedule", Text: "s-1"}, []string{"schedule.update"}},
			"below the newest":             {audit.Filter{Actor: "alice", Below: newest.ID}, []string{"schedule.create"}},
		} {
			c.filter.Limit = 10
			found := []string{}
			for _, entry := range try(db.ListAudit(t.Context(), tenant, c.filter)).must(t) {
				found = append(found, entry.Action)
			}
			want(t, name, found, c.wanted)
		}
		want(t, "the newest of an actor", len(try(db.ListAudit(t.Context(), tenant, audit.Filter{Actor: "alice", Limit: 1})).must(t)), 1)
	})

	t.Run("a state that the caller knows better is kept", func(t *testing.T) {
		db := s.open(t)
		entry := entryOf("schedule.create", weekly("s-1"))
		entry.After = json.RawMessage(`{"name":"as the API shows it"}`)
		try(db.CreateSchedule(t.Context(), weekly("s-1"), entry)).must(t)
		entries := try(db.ListAudit(t.Context(), tenant, audit.Filter{Limit: 10})).must(t)
		want(t, "after", string(entries[0].After), `{"name":"as the API shows it"}`)
	})
}

// anyway agrees to a schedule's end.
func anyway(scheduler.Schedule) error { return nil }

// entryOf is alice's entry about a schedule.
func entryOf(action string, schedule scheduler.Schedule) *audit.Entry {
	return &audit.Entry{TenantKey: schedule.TenantKey, At: noon, Actor: "alice", Action: action, Object: "schedule/" + schedule.ID}
}

// objects are what entries are about.
func objects(entries []audit.Entry) []string {
	all := make([]string, 0, len(entries))
	for _, entry := range entries {
		all = append(all, entry.Object)
	}
	return all
}
