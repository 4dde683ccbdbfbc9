package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"huibao/internal/jobs"
)

// Sighting is an event type of a tenant and when it was last seen.
type Sighting struct {
	TenantKey, EventType string
	SeenAt               time.Time
}

// NoteSightings remembers when events were last seen. An older sighting changes
// nothing.
func (db *DB) NoteSightings(ctx context.Context, sightings []Sighting) error {
	slices.SortFunc(sightings, func(a, b Sighting) int { // processes that note at once lock rows in one order
		return cmp.Or(cmp.Compare(a.TenantKey, b.TenantKey), cmp.Compare(a.EventType, b.EventType))
	})
	return db.note(ctx, func(tx *jobs.Tx) error {
		for _, s := range sightings {
			if _, err := tx.ExecContext(ctx, `INSERT INTO event_sightings (tenant_key, event_type, seen_at) VALUES ($1, $2, $3)
				ON CONFLICT (tenant_key, event_type) DO UPDATE SET seen_at = excluded.seen_at
				WHERE excluded.seen_at > event_sightings.seen_at`, s.TenantKey, s.EventType, millis(s.SeenAt)); err != nil {
				return fmt.Errorf("note when events were seen: %w", err)
			}
		}
		return nil
	})
}

// EventsSeen returns when an event of each type was last seen, in any tenant:
// what an app is subscribed to is the same in all of them.
func (db *DB) EventsSeen(ctx context.Context) (map[string]time.Time, error) {
	type row struct {
		eventType string
		seenAt    int64
	}
	rows, err := list(ctx, db.reader, func(s scanner) (r row, err error) {
		err = s.Scan(&r.eventType, &r.seenAt)
		return r, err
	}, `SELECT event_type, max(seen_at) FROM event_sightings GROUP BY event_type`)
	seen := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		seen[r.eventType] = time.UnixMilli(r.seenAt).UTC()
	}
	return seen, err
}
