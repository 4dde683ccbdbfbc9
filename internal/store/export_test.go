package store

import (
	"context"
	"strings"
	"time"

	"huibao/internal/audit"
	"huibao/internal/outbox"
	"huibao/scheduler"
)

// MigrateTo brings our own tables to a version and no further.
func (db *DB) MigrateTo(ctx context.Context, version int64) error {
	provider, err := db.provider()
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}

// MigrateDownTo takes our own tables back to a version.
func (db *DB) MigrateDownTo(ctx context.Context, version int64) error {
	provider, err := db.provider()
	if err != nil {
		return err
	}
	_, err = provider.DownTo(ctx, version)
	return err
}

// Statement is one that runs on large tables.
type Statement struct {
	Query string
	Args  []any
}

// Statements are those that run on large tables of SQLite, by name.
func Statements(tenantKey string, now time.Time) map[string]Statement {
	db := DB{options: Options{SendPerSecond: 40, SendPerMinute: 900, CommandsPerUser: 20, CommandsPerChat: 60}}
	all := map[string]Statement{
		"due schedules": {dueSchedules, []any{millis(now), 500}},
	}
	for name, filter := range DeliveryFilters(scheduler.DeliveryFilter{
		ScheduleID: "s", ChatID: "c", Status: scheduler.Failed, From: now, To: now.Add(time.Hour), After: scheduler.Place{ID: "d", At: now},
	}) {
		filter.Limit = 50
		query, args := db.listedDeliveries(tenantKey, filter)
		all["deliveries by "+name] = Statement{query, args}
		query, args = db.countedDeliveries(tenantKey, filter)
		all["number of deliveries by "+name] = Statement{query, args}
	}
	for name, filter := range map[string]audit.Filter{
		"": {}, " of an actor": {Actor: "alice"}, " of an object": {Object: "schedule/s-1"}, " of actions": {Action: "schedule."}, " with a text": {Text: "s-1"},
	} {
		filter.Below, filter.Limit = 1000, 50
		query, args := listedAudit(tenantKey, filter)
		all["audit log"+name] = Statement{query, args}
	}
	query, args := lastDeliveries(tenantKey, []string{"s-1", "s-2"})
	all["last deliveries"] = Statement{query, args}
	for _, kind := range []aged{agedIDs, agedRecords, agedKeys, agedRuns, agedDigests} {
		all["aged "+kind.table] = Statement{kind.deletion(), []any{millis(now), deletedAtOnce}}
	}
	query, args = blocking("send_slots", tenantKey, now, db.sendLimits("c", outbox.Digest))
	all["send slots"] = Statement{query, args}
	query, args = blocking("command_slots", tenantKey, now, db.commandLimits("o", "c"))
	all["command slots"] = Statement{query, args}
	return all
}

// DeliveryFilters are all that give some of what the filter gives, by what they
// give.
func DeliveryFilters(whole scheduler.DeliveryFilter) map[string]scheduler.DeliveryFilter {
	parts := []struct {
		name string
		take func(filter *scheduler.DeliveryFilter)
	}{
		{"schedule", func(f *scheduler.DeliveryFilter) { f.ScheduleID = whole.ScheduleID }},
		{"chat", func(f *scheduler.DeliveryFilter) { f.ChatID = whole.ChatID }},
		{"status", func(f *scheduler.DeliveryFilter) { f.Status = whole.Status }},
		{"time", func(f *scheduler.DeliveryFilter) { f.From, f.To = whole.From, whole.To }},
		{"cursor", func(f *scheduler.DeliveryFilter) { f.After = whole.After }},
	}
	all := map[string]scheduler.DeliveryFilter{}
	for chosen := range 1 << len(parts) {
		var filter scheduler.DeliveryFilter
		var names []string
		for i, part := range parts {
			if chosen&(1<<i) != 0 {
				part.take(&filter)
				names = append(names, part.name)
			}
		}
		all[strings.Join(names, "+")] = filter
	}
	return all
}

// Name is the name of a service, not taken yet.
func (db *DB) Name(text string) *name { return &name{db: db, text: text} }

// What is done to a name.
func (n *name) Take(ctx context.Context) (bool, error) { return n.take(ctx) }
func (n *name) Hold(ctx context.Context) error         { return n.hold(ctx) }
func (n *name) Release()                               { n.release() }
