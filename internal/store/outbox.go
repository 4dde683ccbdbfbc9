package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"huibao/internal/jobs"
	"huibao/internal/outbox"
	"huibao/templates"
)

const recordColumns = `tenant_key, id, chat_id, reply_to, class, due_at, rungs, state, rung, attempts, unknown_since,
	message_id, working, outcome, reason, created_at, finished_at`

// CreateRecord writes a message down unless it is there, and returns what is
// there. It does not wait for the disk: no attempt is made before SaveRecord,
// which does.
func (db *DB) CreateRecord(ctx context.Context, m outbox.Message, working bool) (outbox.Record, error) {
	m.DueAt = stored(m.DueAt)
	record := outbox.Record{Message: m, State: outbox.Open, Working: working, CreatedAt: stored(time.Now())}
	rungs, err := json.Marshal(storedRungs(m.Rungs))
	if err != nil {
		return record, fmt.Errorf("write message %s: %w", m.ID, err)
	}
	err = db.note(ctx, func(tx *jobs.Tx) error {
		count, err := change(ctx, tx, `INSERT INTO outbox (`+recordColumns+`)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, '', $9, '', '', $10, 0) ON CONFLICT DO NOTHING`,
			m.TenantKey, m.ID, m.ChatID, m.ReplyTo, m.Class, millis(m.DueAt), string(rungs), record.State, working,
			millis(record.CreatedAt))
		if err != nil || count == 1 {
			return err
		}
		record, _, err = findRecord(ctx, tx, m.TenantKey, m.ID)
		return err
	})
	return record, err
}

// FindRecord returns the message written down under the ID.
func (db *DB) FindRecord(ctx context.Context, tenantKey, id string) (outbox.Record, bool, error) {
	return findRecord(ctx, db.reader, tenantKey, id)
}

// findRecord reads a record.
func findRecord(ctx context.Context, q querier, tenantKey, id string) (outbox.Record, bool, error) {
	return find(q.QueryRowContext(ctx, `SELECT `+recordColumns+` FROM outbox WHERE tenant_key = $1 AND id = $2`,
		tenantKey, id), scanRecord)
}

// SaveRecord writes how far a message has come. The words of one that has
// ended are dropped: they are in the chat.
func (db *DB) SaveRecord(ctx context.Context, r outbox.Record) error {
	return db.write(ctx, func(tx *jobs.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE outbox SET reply_to = $1, state = $2, rung = $3, attempts = $4, unknown_since = $5,
			message_id = $6, working = $7, reason = $8, finished_at = $9, outcome = $12, rungs = CASE WHEN $2 = 'open' THEN rungs ELSE '[]' END
			WHERE tenant_key = $10 AND id = $11`, r.ReplyTo, r.State, r.Rung, r.Attempts, millis(r.UnknownSince), r.MessageID,
			r.Working, r.Reason, millis(r.FinishedAt), r.TenantKey, r.ID, r.Outcome)
		return err
	})
}

// DeleteRecordsBefore forgets messages that ended before the instant.
func (db *DB) DeleteRecordsBefore(ctx context.Context, before time.Time) (count int, err error) {
	return db.age(ctx, agedRecords, before)
}

// scanRecord reads a record.
func scanRecord(row scanner) (outbox.Record, error) {
	var r outbox.Record
	var rungs string
	var dueAt, unknownSince, createdAt, finishedAt int64
	err := row.Scan(&r.TenantKey, &r.ID, &r.ChatID, &r.ReplyTo, &r.Class, &dueAt, &rungs, &r.State, &r.Rung, &r.Attempts,
		&unknownSince, &r.MessageID, &r.Working, &r.Outcome, &r.Reason, &createdAt, &finishedAt)
	if err != nil {
		return r, err
	}
	r.DueAt, r.UnknownSince = instant(dueAt), instant(unknownSince)
	r.CreatedAt, r.FinishedAt = instant(createdAt), instant(finishedAt)
	var words []rung
	err = json.Unmarshal([]byte(rungs), &words)
	for _, word := range words {
		r.Rungs = append(r.Rungs, templates.Content(word))
	}
	return r, err
}

// rung is one way of saying a message as it is stored.
type rung struct {
	MsgType string `json:"msg_type"`
	Body    string `json:"body"`
}

// storedRungs are the ways of saying a message as they are stored.
func storedRungs(contents []templates.Content) []rung {
	rungs := make([]rung, 0, len(contents))
	for _, content := range contents {
		rungs = append(rungs, rung(content))
	}
	return rungs
}
