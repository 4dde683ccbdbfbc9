package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"huibao/internal/outbox"
	"huibao/templates"
)

// message is one to be said in two ways.
func message(id string) outbox.Message {
	return outbox.Message{
		ID: id, TenantKey: tenant, ChatID: "oc_1", ReplyTo: "om_1", Class: outbox.Answer, DueAt: noon,
		Rungs: []templates.Content{{MsgType: "interactive", Body: `{"schema":"2.0"}`}, {MsgType: "text", Body: `{"text":"汇报"}`}}, //nolint:gosmopolitan // texts are in any language
	}
}

// record reads one that is there.
func (h handle) record(t *testing.T, id string) outbox.Record {
	t.Helper()
	record, found, err := h.FindRecord(t.Context(), tenant, id)
	ok(t, err)
	if !found {
		t.Fatalf("message %s is not there", id)
	}
	return record
}

func testOutbox(t *testing.T, s suite) {
	t.Run("what is written down comes back", func(t *testing.T) {
		db := s.open(t)
		record := try(db.CreateRecord(t.Context(), message("answer:1"), true)).must(t)
		want(t, "record", record, outbox.Record{Message: message("answer:1"), State: outbox.Open, Working: true},
			cmpopts.IgnoreFields(outbox.Record{}, "CreatedAt"))
		want(t, "found", db.record(t, "answer:1"), record)
		_, theirs, err := db.FindRecord(t.Context(), other, "answer:1")
		ok(t, err)
		want(t, "found by another tenant", theirs, false)
	})

	t.Run("what was written down first stays", func(t *testing.T) {
		db := s.open(t)
		first := try(db.CreateRecord(t.Context(), message("answer:1"), true)).must(t)
		second := message("answer:1")
		second.ChatID, second.Rungs = "oc_2", second.Rungs[1:]
		want(t, "second", try(db.CreateRecord(t.Context(), second, false)).must(t), first)
		theirs := message("answer:1")
		theirs.TenantKey = other
		want(t, "another tenant's", try(db.CreateRecord(t.Context(), theirs, false)).must(t).Working, false)
	})

	t.Run("the words stay while the end is open and go with it", func(t *testing.T) {
		db := s.open(t)
		record := try(db.CreateRecord(t.Context(), message("answer:1"), true)).must(t)
		record.ReplyTo, record.Rung, record.Attempts, record.UnknownSince = "", 1, 2, at(time.Second)
		ok(t, db.SaveRecord(t.Context(), record))
		want(t, "open", db.record(t, "answer:1"), record)
		record.State, record.MessageID, record.Working, record.Reason = outbox.Sent, "om_2", false, "why"
		record.FinishedAt = at(time.Minute)
		ok(t, db.SaveRecord(t.Context(), record))
		record.Rungs = nil
		want(t, "ended", db.record(t, "answer:1"), record)
		theirs := record
		theirs.TenantKey, theirs.State = other, outbox.Lost
		ok(t, db.SaveRecord(t.Context(), theirs))
		want(t, "after another tenant's", db.record(t, "answer:1"), record)
	})

	t.Run("what ended before an instant is forgotten", func(t *testing.T) {
		db := s.open(t)
		for id, finished := range map[string]time.Time{"old": at(-time.Millisecond), "new": noon, "open": {}} {
			record := try(db.CreateRecord(t.Context(), message(id), false)).must(t)
			record.FinishedAt = finished
			ok(t, db.SaveRecord(t.Context(), record))
		}
		want(t, "forgotten", try(db.DeleteRecordsBefore(t.Context(), noon)).must(t), 1)
		want(t, "left", []string{db.record(t, "new").ID, db.record(t, "open").ID}, []string{"new", "open"})
	})

	t.Run("written down many times at once it is there once", func(t *testing.T) {
		db := s.open(t)
		var mu sync.Mutex
		chats := map[string]int{}
		together(t, db, db.again(t), 12, func(ctx context.Context, h handle, i int) error {
			m := message("answer:1")
			m.ChatID = fmt.Sprint("oc_", i)
			record, err := h.CreateRecord(ctx, m, false)
			mu.Lock()
			defer mu.Unlock()
			chats[record.ChatID]++
			return err
		})
		want(t, "different records", len(chats), 1)
	})
}
