// Package audit says who changed what, with the state before and after. It
// owns the shape of an entry; the store keeps the entries, written in the same
// transaction as the change they tell of.
package audit

import (
	"encoding/json"
	"time"
)

// Entry is one change.
type Entry struct {
	ID        int64
	TenantKey string
	At        time.Time
	// Actor is the admin token's name, "chat:<open_id>", "cli" or "system".
	Actor  string
	Action string          // such as "schedule.create", "chat.update"
	Object string          // what was changed: "schedule/<id>", "chat/<chat_id>"
	Before json.RawMessage // JSON state before, nil for a creation
	After  json.RawMessage // JSON state after, nil for a deletion
}

// Filter narrows a list of entries; what is empty does not.
type Filter struct {
	// Text is in the actor, the action or the object, whatever the case.
	Text   string
	Actor  string
	Object string
	Action string // how the action begins: "schedule." for all that happens to schedules
	Below  int64  // only entries with an ID below; 0: from the newest
	Limit  int
}
