package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"huibao/bot"
	"huibao/internal/jobs"
)

// StoreEvents writes events and the work of acting on them, all in one
// transaction. stored tells of each event whether it is new: one whose event
// id or message id was seen before changes nothing. After a nil error the
// events are on the disk.
func (db *DB) StoreEvents(ctx context.Context, events []bot.Event) (stored []bool, err error) {
	err = db.engine.Write(ctx, jobs.Durable, func(tx *jobs.Tx) error { // before the workers' turns
		seen, err := see(ctx, tx, events)
		if err != nil {
			return fmt.Errorf("remember events: %w", err)
		}
		stored = make([]bool, len(events))
		var work []jobs.Args
		var presses []bot.Event
		for i, event := range events {
			stored[i] = seen.take(event)
			switch {
			case !stored[i]:
			case event.App != nil && event.App.Ticket != "": // kept, and nothing is left to do
				if err := keepTicket(ctx, tx, event); err != nil {
					return err
				}
			case !event.Done:
				work = append(work, bot.EventJob{Event: event})
			}
			if stored[i] && event.Redrawn {
				presses = append(presses, event)
			}
		}
		if err := notePresses(ctx, tx, presses); err != nil {
			return fmt.Errorf("remember presses: %w", err)
		}
		return db.jobs.InsertTx(ctx, tx, work...)
	})
	if err != nil {
		return nil, err
	}
	return stored, nil
}

// seenID names an event or a message of a tenant.
type seenID struct{ tenantKey, id string }

// idsOf are what an event is known by. A message that comes again under a new
// event id is known by its message id.
func idsOf(event bot.Event) []seenID {
	ids := []seenID{{event.TenantKey, "event:" + event.EventID}}
	if event.Message != nil {
		ids = append(ids, seenID{event.TenantKey, "message:" + event.Message.MessageID})
	}
	return ids
}

// newIDs are ids seen for the first time, until an event takes them.
type newIDs map[seenID]bool

// see remembers the ids of all events and returns those that are new. They are
// written in one order, so that processes that are sent the same events do not
// wait for each other in a circle.
func see(ctx context.Context, tx *jobs.Tx, events []bot.Event) (newIDs, error) {
	seenAt := map[seenID]int64{}
	var ids []seenID
	for _, event := range events {
		for _, id := range idsOf(event) {
			if _, twice := seenAt[id]; !twice {
				ids = append(ids, id)
			}
			seenAt[id] = millis(event.ReceivedAt)
		}
	}
	slices.SortFunc(ids, func(a, b seenID) int {
		return strings.Compare(a.tenantKey+"\x00"+a.id, b.tenantKey+"\x00"+b.id)
	})
	fresh := newIDs{}
	for chunk := range slices.Chunk(ids, 500) { // SQLite and PostgreSQL limit the arguments of a statement
		rows, args := make([]string, 0, len(chunk)), make([]any, 0, 3*len(chunk))
		for _, id := range chunk {
			args = append(args, id.tenantKey, id.id, seenAt[id])
			rows = append(rows, fmt.Sprintf("($%d, $%d, $%d)", len(args)-2, len(args)-1, len(args)))
		}
		written, err := list(ctx, tx, func(row scanner) (id seenID, err error) {
			err = row.Scan(&id.tenantKey, &id.id)
			return id, err
		}, `INSERT INTO seen_ids (tenant_key, id, seen_at) VALUES `+strings.Join(rows, ", ")+`
			ON CONFLICT DO NOTHING RETURNING tenant_key, id`, args...)
		if err != nil {
			return nil, err
		}
		for _, id := range written {
			fresh[id] = true
		}
	}
	return fresh, nil
}

// take reports whether an event is new, and makes it seen.
func (ids newIDs) take(event bot.Event) bool {
	isNew := true
	for _, id := range idsOf(event) {
		isNew = isNew && ids[id]
		delete(ids, id)
	}
	return isNew
}

// notePresses remembers the newest press that replaced each card. One that took long to answer
// is stored after those that came later. The cards are written in one order, as the
// ids of see are.
func notePresses(ctx context.Context, tx *jobs.Tx, presses []bot.Event) error {
	slices.SortFunc(presses, func(a, b bot.Event) int {
		return cmp.Or(strings.Compare(a.TenantKey, b.TenantKey), strings.Compare(a.Press.MessageID, b.Press.MessageID))
	})
	for _, event := range presses {
		_, err := tx.ExecContext(ctx, `INSERT INTO presses (tenant_key, message_id, event_id, pressed_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (tenant_key, message_id) DO UPDATE SET event_id = excluded.event_id, pressed_at = excluded.pressed_at
			WHERE excluded.pressed_at >= presses.pressed_at`,
			event.TenantKey, event.Press.MessageID, event.EventID, millis(event.ReceivedAt))
		if err != nil {
			return err
		}
	}
	return nil
}

// NewerPress reports whether a press of the card is stored that came later than
// the instant.
func (db *DB) NewerPress(ctx context.Context, tenantKey, messageID string, than time.Time) (bool, error) {
	_, newer, err := find(db.reader.QueryRowContext(ctx,
		`SELECT event_id FROM presses WHERE tenant_key = $1 AND message_id = $2 AND pressed_at > $3`, tenantKey, messageID, millis(than)),
		func(row scanner) (eventID string, err error) {
			err = row.Scan(&eventID)
			return eventID, err
		})
	return newer, err
}
