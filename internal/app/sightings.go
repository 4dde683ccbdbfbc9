package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"huibao/bot"
	"huibao/internal/manifest"
	"huibao/internal/store"
)

// sightings remembers when events were last seen, for the doctor. They are
// written every minute; a crash forgets those since.
type sightings struct {
	store interface {
		NoteSightings(ctx context.Context, sightings []store.Sighting) error
	}
	wanted []string // the types that matter: a platform that invents some fills no table

	mu     sync.Mutex
	latest map[sighting]time.Time
}

// sighting is an event type of a tenant.
type sighting struct{ tenantKey, eventType string }

// newSightings returns sightings of nothing.
func newSightings(db *store.DB) *sightings {
	return &sightings{store: db, wanted: manifest.Names(manifest.Subscriptions()), latest: map[sighting]time.Time{}}
}

// note remembers that an event came, whatever becomes of it.
func (s *sightings) note(event bot.Event) {
	if !slices.Contains(s.wanted, event.Type) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latest[sighting{event.TenantKey, event.Type}] = event.ReceivedAt
}

// flush writes what was seen since the last time. What cannot be written is kept
// for the next.
func (s *sightings) flush(ctx context.Context) error {
	s.mu.Lock()
	seen := s.latest
	s.latest = map[sighting]time.Time{}
	s.mu.Unlock()
	if len(seen) == 0 {
		return nil
	}
	list := make([]store.Sighting, 0, len(seen))
	for what, at := range seen {
		list = append(list, store.Sighting{TenantKey: what.tenantKey, EventType: what.eventType, SeenAt: at})
	}
	if err := s.store.NoteSightings(ctx, list); err != nil {
		s.keep(seen)
		return err
	}
	return nil
}

// heeds notes that an event came, and reports whether the bot acts on it.
func (a *App) heeds(event bot.Event) bool {
	a.sightings.note(event)
	return a.bot.Heeds(event)
}

// flush writes what was counted and seen since the last time.
func (a *App) flush(ctx context.Context) error {
	return errors.Join(a.usage.flush(ctx), a.sightings.flush(ctx))
}

// keep puts sightings back, but for those that newer ones follow.
func (s *sightings) keep(seen map[sighting]time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for what, at := range seen {
		if at.After(s.latest[what]) {
			s.latest[what] = at
		}
	}
}
