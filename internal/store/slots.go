package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"huibao/bot"
	"huibao/internal/jobs"
	"huibao/internal/outbox"
)

// The windows are five per cent longer than the second and the minute they
// stand for: two calls that leave a second apart may arrive closer together.
const (
	secondWindow = 1050 * time.Millisecond
	minuteWindow = 63 * time.Second
)

// What is kept of the tenant's limits for answers to people, and what one chat
// gets. Source: the product's contract; the platform allows each chat 5 a
// second, shared by all bots in it (im-v1/message/create).
const (
	answersPerSecond = 4
	answersPerMinute = 100
	chatPerSecond    = 4
)

// byChat is the column that both kinds of slot are counted by.
const byChat = "chat_id"

// window is one limit: at most so many rows of a column's value within a time.
type window struct {
	length time.Duration
	most   int
	column string // "" for all rows of the tenant
	value  any
}

// TakeSlot takes the right to one send call of the message, or says how long to
// wait. Digests take turns in order of due time.
func (db *DB) TakeSlot(ctx context.Context, message outbox.Message, now time.Time) (wait time.Duration, err error) {
	limits := db.sendLimits(message.ChatID, message.Class)
	err = db.counted(ctx, "send_slots", message.TenantKey, now, func(tx *jobs.Tx, now time.Time) error {
		if wait, err = reached(ctx, tx, "send_slots", message.TenantKey, now, limits); err != nil {
			return err
		}
		if message.Class == outbox.Digest {
			wait, err = takeTurn(ctx, tx, message, now, wait)
		}
		if err != nil || wait > 0 {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO send_slots (tenant_key, chat_id, class, taken_at) VALUES ($1, $2, $3, $4)`,
			message.TenantKey, message.ChatID, message.Class, millis(now))
		return err
	})
	return wait, err
}

// sendLimits are those of a message of the class to the chat.
func (db *DB) sendLimits(chatID string, class outbox.Class) []window {
	limits := []window{
		{secondWindow, chatPerSecond, byChat, chatID},
		{secondWindow, db.options.SendPerSecond, "", nil},
		{minuteWindow, db.options.SendPerMinute, "", nil},
		{secondWindow, max(db.options.SendPerSecond-answersPerSecond, 1), "class", class},
		{minuteWindow, max(db.options.SendPerMinute-answersPerMinute, 1), "class", class},
	}
	if class == outbox.Digest {
		return limits
	}
	return limits[:3]
}

// TakeCommand counts one command of a person in a chat, or says how long to
// wait.
func (db *DB) TakeCommand(ctx context.Context, tenantKey, openID, chatID string, now time.Time) (wait time.Duration, err error) {
	limits := db.commandLimits(openID, chatID)
	err = db.counted(ctx, "command_slots", tenantKey, now, func(tx *jobs.Tx, now time.Time) error {
		if wait, err = reached(ctx, tx, "command_slots", tenantKey, now, limits); err != nil || wait > 0 {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO command_slots (tenant_key, open_id, chat_id, taken_at) VALUES ($1, $2, $3, $4)`,
			tenantKey, openID, chatID, millis(now))
		return err
	})
	return wait, err
}

// looksPerCommand is how many looks at a card are as much as one command.
const looksPerCommand = 6

// commandLimits are those of a person in a chat, or of their looks.
func (db *DB) commandLimits(openID, chatID string) []window {
	times := 1
	if strings.HasPrefix(openID, bot.Looks) {
		times = looksPerCommand
	}
	return []window{
		{time.Minute, times * db.options.CommandsPerUser, "open_id", openID},
		{time.Minute, times * db.options.CommandsPerChat, byChat, chatID},
	}
}

// turnTolerance is the usual TurnTolerance.
const turnTolerance = 20 * time.Millisecond

// counted looks at limits and counts what they allow in one transaction that
// others of the tenant wait for, so that the limits hold over all processes on
// the database.
func (db *DB) counted(ctx context.Context, table, tenantKey string, now time.Time, take func(tx *jobs.Tx, now time.Time) error) error {
	asked := time.Now()
	return db.note(ctx, func(tx *jobs.Tx) error {
		if err := db.exclusively(ctx, tx, table, tenantKey); err != nil {
			return err
		}
		if waited := time.Since(asked); waited > cmp.Or(db.options.TurnTolerance, turnTolerance) {
			now = now.Add(waited)
		}
		return take(tx, now)
	})
}

// reached says for how long one of the limits is reached, 0 when none is.
func reached(ctx context.Context, tx *jobs.Tx, table, tenantKey string, now time.Time, limits []window) (time.Duration, error) {
	query, args := blocking(table, tenantKey, now, limits)
	var freeAt sql.NullInt64
	if err := tx.QueryRowContext(ctx, query, args...).Scan(&freeAt); err != nil {
		return 0, fmt.Errorf("look at the limits: %w", err)
	}
	if !freeAt.Valid {
		return 0, nil
	}
	return max(instant(freeAt.Int64).Sub(now), 0) + time.Millisecond, nil
}

// blocking is the query for the instant at which no limit is reached any more,
// NULL when none is. A limit is reached until the row leaves its window that is
// as many rows back as it allows. Rows from further ahead than a window are of
// a clock that was wrong and do not count.
func blocking(table, tenantKey string, now time.Time, limits []window) (query string, args []any) {
	args = []any{tenantKey}
	arg := func(value any) string {
		args = append(args, value)
		return "$" + strconv.Itoa(len(args))
	}
	arms := make([]string, 0, len(limits))
	for i, limit := range limits {
		where := ""
		if limit.column != "" {
			where = " AND " + limit.column + " = " + arg(limit.value)
		}
		arms = append(arms, fmt.Sprintf(`SELECT free_at FROM (SELECT taken_at + %s AS free_at FROM %s
			WHERE tenant_key = $1%s AND taken_at > %s AND taken_at < %s ORDER BY taken_at DESC LIMIT 1 OFFSET %s) AS limit_%d`,
			arg(limit.length.Milliseconds()), table, where, arg(millis(now.Add(-limit.length))), arg(millis(now.Add(limit.length))),
			arg(limit.most-1), i))
	}
	return `SELECT max(free_at) FROM (` + strings.Join(arms, " UNION ALL ") + `) AS reached`, args
}
