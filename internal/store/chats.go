package store

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"huibao/bot"
	"huibao/internal/audit"
	"huibao/internal/jobs"
)

const chatColumns = `tenant_key, chat_id, name, chat_mode, owner_id, manager_ids, person_id, external, state, access, access_asked_at,
	locale, timezone, unit, looked_up_at, created_at, updated_at`

// FindChat returns the chat; ok is false for one never seen.
func (db *DB) FindChat(ctx context.Context, tenantKey, chatID string) (bot.Chat, bool, error) {
	return findChat(ctx, db.reader, tenantKey, chatID)
}

// findChat reads a chat.
func findChat(ctx context.Context, q querier, tenantKey, chatID string) (bot.Chat, bool, error) {
	return find(q.QueryRowContext(ctx, `SELECT `+chatColumns+` FROM chats WHERE tenant_key = $1 AND chat_id = $2`,
		tenantKey, chatID), scanChat)
}

// ListChats returns chats in order of chat_id.
func (db *DB) ListChats(ctx context.Context, tenantKey string, filter bot.ChatFilter) ([]bot.ListedChat, error) {
	n := narrowed("tenant_key = ?", tenantKey)
	if filter.ChatID != "" {
		n.and("chat_id = ?", filter.ChatID)
	}
	if filter.Query != "" {
		n.holding(filter.Query, "name", "chat_id", "owner_id", "person_id")
	}
	if filter.Access != "" {
		n.and("access = ?", string(filter.Access))
	}
	if filter.Waiting {
		n.and("access_asked_at > 0 AND access = ?", string(bot.AccessPending))
	}
	if filter.External != nil {
		n.and("external = ?", *filter.External)
	}
	n.and("chat_id > ?", filter.After)
	return list(ctx, db.reader, scanListedChat, `SELECT `+chatColumns+`, (SELECT count(*) FROM schedules
			WHERE schedules.tenant_key = chats.tenant_key AND schedules.chat_id = chats.chat_id)
		FROM chats WHERE `+n.where()+` ORDER BY chat_id LIMIT `+n.arg(filter.Limit), n.args...)
}

// ChangeChat applies a change to the chat as it is now, or to one never seen,
// and writes it with its audit entry, unless it changes nothing. A change without
// an entry is what the platform tells, and tells again.
func (db *DB) ChangeChat(ctx context.Context, tenantKey, chatID string, entry *audit.Entry, change func(*bot.Chat) error) (bot.Chat, error) {
	var chat bot.Chat
	write := db.write
	if entry == nil {
		write = db.note
	}
	err := write(ctx, func(tx *jobs.Tx) error {
		if err := db.exclusively(ctx, tx, "chat", tenantKey, chatID); err != nil {
			return err
		}
		now := stored(time.Now())
		found, ok, err := findChat(ctx, tx, tenantKey, chatID)
		if err != nil {
			return err
		}
		var before any // stays nil for a chat never seen
		chat = bot.Chat{
			TenantKey: tenantKey, ChatID: chatID, External: true, State: bot.ChatActive,
			Access: bot.AccessPending, CreatedAt: now,
		}
		if ok {
			before, chat = found, found
		}
		if err := change(&chat); err != nil {
			return err
		}
		chat.LookedUpAt, chat.AccessAskedAt, chat.UpdatedAt = stored(chat.LookedUpAt), stored(chat.AccessAskedAt), now
		if err := saveChat(ctx, tx, chat); err != nil {
			return fmt.Errorf("save chat %s: %w", chatID, err)
		}
		if found.UpdatedAt = now; reflect.DeepEqual(found, chat) {
			return nil // nothing is changed: it was made before a crash, and is in the audit log
		}
		return writeAudit(ctx, tx, entry, before, chat)
	})
	return chat, err
}

// saveChat writes a chat.
func saveChat(ctx context.Context, tx *jobs.Tx, c bot.Chat) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO chats (`+chatColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (tenant_key, chat_id) DO UPDATE SET name = excluded.name, chat_mode = excluded.chat_mode,
			owner_id = excluded.owner_id, manager_ids = excluded.manager_ids, person_id = excluded.person_id,
			external = excluded.external, state = excluded.state, access = excluded.access,
			access_asked_at = excluded.access_asked_at, locale = excluded.locale, timezone = excluded.timezone,
			unit = excluded.unit, looked_up_at = excluded.looked_up_at, updated_at = excluded.updated_at`,
		c.TenantKey, c.ChatID, c.Name, c.ChatMode, c.OwnerID, strings.Join(c.ManagerIDs, ","), c.PersonID, c.External, c.State,
		c.Access, millis(c.AccessAskedAt), c.Locale, c.Timezone, string(c.Unit), millis(c.LookedUpAt), millis(c.CreatedAt),
		millis(c.UpdatedAt))
	return err
}

// scanListedChat reads a chat with its number of schedules.
func scanListedChat(row scanner) (listed bot.ListedChat, err error) {
	listed.Chat, err = scanChat(wider{row, []any{&listed.Schedules}})
	return listed, err
}

// scanChat reads a chat.
func scanChat(row scanner) (bot.Chat, error) {
	var c bot.Chat
	var managerIDs string
	var accessAskedAt, lookedUpAt, createdAt, updatedAt int64
	err := row.Scan(&c.TenantKey, &c.ChatID, &c.Name, &c.ChatMode, &c.OwnerID, &managerIDs, &c.PersonID, &c.External, &c.State,
		&c.Access, &accessAskedAt, &c.Locale, &c.Timezone, &c.Unit, &lookedUpAt, &createdAt, &updatedAt)
	if managerIDs != "" {
		c.ManagerIDs = strings.Split(managerIDs, ",")
	}
	c.AccessAskedAt = instant(accessAskedAt)
	c.LookedUpAt, c.CreatedAt, c.UpdatedAt = instant(lookedUpAt), instant(createdAt), instant(updatedAt)
	return c, err
}
