package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"huibao/bot"
	"huibao/internal/jobs"
)

// said is the event of a message.
func said(event, message string) bot.Event {
	return bot.Event{
		EventID: event, Type: bot.EventMessage, TenantKey: tenant, ReceivedAt: noon,
		Message: &bot.Message{MessageID: message, ChatID: "oc_1", ChatType: "p2p", Text: "/report", CreatedAt: noon},
	}
}

// many are events of as many messages.
func many(n int) []bot.Event {
	events := make([]bot.Event, 0, n)
	for i := range n {
		events = append(events, said(fmt.Sprint("e", i), fmt.Sprint("m", i)))
	}
	return events
}

// added is the event of a bot that was added to a chat.
func added(event string) bot.Event {
	return bot.Event{
		EventID: event, Type: bot.EventBotAdded, TenantKey: tenant, ReceivedAt: noon, Chat: &bot.ChatChange{ChatID: "oc_1"},
	}
}

// refusing cannot write work down.
type refusing struct{}

var errRefusing = errors.New("no work is taken")

func (refusing) InsertTx(context.Context, *jobs.Tx, ...jobs.Args) error { return errRefusing }

func testInbox(t *testing.T, s suite) {
	for _, c := range []struct {
		name   string
		calls  [][]bot.Event
		wanted [][]bool
		jobs   int
	}{
		{"new events", [][]bot.Event{{said("e1", "m1")}, {added("e2")}}, [][]bool{{true}, {true}}, 2},
		{"the same event id", [][]bot.Event{{said("e1", "m1")}, {said("e1", "m1")}}, [][]bool{{true}, {false}}, 1},
		{"the same message under a new event id", [][]bot.Event{{said("e1", "m1")}, {said("e2", "m1")}, {said("e2", "m1")}},
			[][]bool{{true}, {false}, {false}}, 1},
		{"repeats in one call", [][]bot.Event{{said("e1", "m1"), added("e2"), said("e1", "m1"), said("e3", "m1"), added("e2")}},
			[][]bool{{true, true, false, false, false}}, 2},
		{"an event named like a message", [][]bot.Event{{said("e1", "m1")}, {said("m1", "e1")}}, [][]bool{{true}, {true}}, 2},
		{"no events", [][]bot.Event{{}}, [][]bool{{}}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := s.open(t)
			got := make([][]bool, 0, len(c.calls))
			for _, events := range c.calls {
				got = append(got, try(db.StoreEvents(t.Context(), events)).must(t))
			}
			want(t, "stored", got, c.wanted)
			want(t, "jobs", db.jobs(t), c.jobs)
		})
	}

	t.Run("tenants are apart", func(t *testing.T) {
		db := s.open(t)
		theirs := said("e1", "m1")
		theirs.TenantKey = other
		want(t, "stored", try(db.StoreEvents(t.Context(), []bot.Event{said("e1", "m1"), theirs})).must(t), []bool{true, true})
	})

	t.Run("an event whose work cannot be written down is not seen", func(t *testing.T) {
		db := s.open(t)
		failing := db.again(t)
		failing.UseJobs(refusing{})
		if _, err := failing.StoreEvents(t.Context(), []bot.Event{said("e1", "m1")}); !errors.Is(err, errRefusing) {
			t.Errorf("error %v, want %v", err, errRefusing)
		}
		want(t, "stored after all", try(db.StoreEvents(t.Context(), []bot.Event{said("e1", "m1")})).must(t), []bool{true})
	})

	t.Run("more events than one statement takes", func(t *testing.T) {
		db := s.open(t)
		events := many(600)
		want(t, "stored", slices.Contains(try(db.StoreEvents(t.Context(), events)).must(t), false), false)
		want(t, "stored again", slices.Contains(try(db.StoreEvents(t.Context(), events)).must(t), true), false)
		want(t, "jobs", db.jobs(t), 600)
	})

	t.Run("repeats at the same time are stored once", func(t *testing.T) {
		const events = 40
		db := s.open(t)
		var stored atomic.Int32
		together(t, db, db.again(t), 8, func(ctx context.Context, h handle, i int) error {
			batch := make([]bot.Event, 0, events)
			for n := range events { // each in an order of its own
				id := (n*9 + i*5) % events
				batch = append(batch, said(fmt.Sprintf("e%d-%d", id, i%3), fmt.Sprint("m", id)))
			}
			results, err := h.StoreEvents(ctx, batch)
			for _, result := range results {
				if result {
					stored.Add(1)
				}
			}
			return err
		})
		want(t, "stored", stored.Load(), int32(events))
		want(t, "jobs", db.jobs(t), events)
	})
}
