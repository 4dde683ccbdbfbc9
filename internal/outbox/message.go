package outbox

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"huibao/templates"
)

// Class says whose share of the send limits a message uses.
type Class string

// Answers to people have a share that digests may not use.
const (
	Answer Class = "answer"
	Digest Class = "digest"
)

// Message is something to be said once in a chat.
type Message struct {
	// ID is stable: the same intent has the same ID after a restart and on
	// another replica. The uuids the platform sees derive from it.
	ID        string
	TenantKey string
	ChatID    string
	ReplyTo   string // message_id this answers; empty for a new message in the chat
	Class     Class
	DueAt     time.Time // work is given up 12 h after it
	// Rungs holds the ways of saying it, best first. A lower rung is tried
	// only after the platform definitely refused the one above.
	Rungs []templates.Content
}

// UUID is the value by which the platform drops repeats of the rung: 32 hex
// digits of at most 50 characters allowed. Source: im-v1/message/create.
func UUID(id string, rung int) string {
	sum := sha256.Sum256([]byte("huibao:" + id + ":" + strconv.Itoa(rung)))
	return hex.EncodeToString(sum[:16])
}
