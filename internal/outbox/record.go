package outbox

import (
	"context"
	"time"

	"huibao/templates"
)

// State is how far a message has come.
type State string

// The states of a record. A record leaves Open once; one that was sent as a
// working card changes its state once more, to how the answer in its place
// ended.
const (
	Open    State = "open"
	Sent    State = "sent"
	Refused State = "refused" // every rung was definitely refused, or a refusal that is not about the content
	Expired State = "expired" // 12 h passed before a first attempt could be made
	Lost    State = "lost"    // outcome unknown and the platform no longer drops repeats
)

// Record is the durable memory of a message, written before any attempt.
type Record struct {
	Message
	State    State
	Rung     int // the rung being tried
	Attempts int // calls made, over all rungs
	// UnknownSince is when the first attempt of this rung began whose outcome
	// is not known; zero when every attempt so far was definitely refused. It
	// is set before an attempt; see learn for what clears it.
	UnknownSince time.Time
	MessageID    string // once sent
	// Working is set while the message sent is only "working on it" and its
	// final content must still replace it.
	Working    bool
	Outcome    Outcome // of the failure that ended it, "" when there was none
	Reason     string  // in English
	CreatedAt  time.Time
	FinishedAt time.Time
}

// learn takes in what a failure tells of the attempts so far. A definite refusal
// of the first one means that nothing was done. One of a repeat leaves open what
// became of the first, unless it is one of the content, which was the same.
func (r *Record) learn(failure *Failure, first bool) {
	if failure.Outcome == OutcomeContent || first && failure.Outcome != OutcomeUnknown {
		r.UnknownSince = time.Time{}
	}
}

// unmark takes back an attempt that was written down and is not made. first is
// as mark returned it.
func (r *Record) unmark(first bool) {
	r.Attempts--
	if first {
		r.UnknownSince = time.Time{}
	}
}

// result is how the record ended.
func (r Record) result() Result {
	return Result{State: r.State, MessageID: r.MessageID, Attempts: r.Attempts, Outcome: r.Outcome, Reason: r.Reason}
}

// uuid is the value of the record's present rung. A message that stopped being
// a reply is another message to the platform.
func (r Record) uuid() string {
	if r.ReplyTo == "" {
		return UUID(r.ID+":chat", r.Rung)
	}
	return UUID(r.ID, r.Rung)
}

// Store keeps records. Every method is one transaction.
type Store interface {
	// CreateRecord writes the message unless one with its tenant and ID is
	// there, and returns what is there now.
	CreateRecord(ctx context.Context, message Message, working bool) (Record, error)
	// FindRecord returns the record; ok is false when there is none.
	FindRecord(ctx context.Context, tenantKey, id string) (record Record, ok bool, err error)
	// SaveRecord writes everything but the message's identity and creation.
	SaveRecord(ctx context.Context, record Record) error
	// DeleteRecordsBefore forgets records finished before the instant.
	DeleteRecordsBefore(ctx context.Context, before time.Time) (int, error)
}

// Slots hands out the right to make one send call, so that the limits hold
// over all processes that share the store.
type Slots interface {
	// TakeSlot takes a slot for the message at the instant. When a limit is
	// reached, or a digest that is due earlier still waits for a slot, it takes
	// nothing and says how long to wait before asking again.
	TakeSlot(ctx context.Context, message Message, now time.Time) (wait time.Duration, err error)
}

// Sender posts to the platform. Errors hold a *Failure; see FailureOf.
type Sender interface {
	Send(ctx context.Context, tenantKey, chatID string, content templates.Content, uuid string) (messageID string, err error)
	Reply(ctx context.Context, tenantKey, messageID string, content templates.Content, uuid string) (replyID string, err error)
	Update(ctx context.Context, tenantKey, messageID string, content templates.Content) error
}
