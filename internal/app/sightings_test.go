package app

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"huibao/bot"
	"huibao/internal/store"
	"huibao/internal/store/storetest"
)

// broken is a database that cannot be written.
type broken struct{}

func (broken) NoteSightings(context.Context, []store.Sighting) error {
	return errors.New("the disk is full")
}

// What was seen is written once, the newest of each type of a tenant; what cannot
// be written waits for the next time.
func TestSightings(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	s := newSightings(db)
	noon := time.Date(2026, 11, 10, 12, 0, 0, 0, time.UTC)
	see := func(tenantKey, eventType string, after time.Duration) {
		s.note(bot.Event{TenantKey: tenantKey, Type: eventType, ReceivedAt: noon.Add(after)})
	}
	see("tenant-1", bot.EventMessage, 0)
	see("tenant-1", bot.EventMessage, time.Minute)
	see("tenant-2", bot.EventPress, 0)
	see("tenant-1", "vc.meeting.all_meeting_ended_v1", 0)
	if len(s.latest) != 2 {
		t.Errorf("%v is remembered", s.latest)
	}
	s.store = broken{}
	if s.flush(t.Context()) == nil {
		t.Error("what could not be written counts as written")
	}
	see("tenant-2", bot.EventPress, time.Hour)
	s.store = db
	for range 2 {
		if err := s.flush(t.Context()); err != nil || len(s.latest) != 0 {
			t.Errorf("%v is left, %v", s.latest, err)
		}
	}
	seen, err := db.EventsSeen(t.Context())
	if err != nil || len(seen) != 2 || !seen[bot.EventMessage].Equal(noon.Add(time.Minute)) || !seen[bot.EventPress].Equal(noon.Add(time.Hour)) {
		t.Errorf("%v, %v", seen, err)
	}
	if !slices.Contains(s.wanted, bot.EventMessage) {
		t.Error("messages are not wanted")
	}
}
