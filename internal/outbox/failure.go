package outbox

import (
	"errors"
	"fmt"
	"time"

	"huibao/internal/fault"
	"huibao/templates"
)

// Outcome sorts what a failed call means for the message.
type Outcome string

// The outcomes of a call that did not plainly succeed.
const (
	// OutcomeUnsent: the call never reached the platform; it may be repeated.
	OutcomeUnsent Outcome = "unsent"
	// OutcomeLater: definitely refused for now (429, 230020); Wait says when.
	OutcomeLater Outcome = "later"
	// OutcomeUnknown: it may have been posted (time-out, 5xx, unreadable
	// reply, 230049); repeated only with the same uuid and within 50 minutes.
	OutcomeUnknown Outcome = "unknown"
	// OutcomeContent: this content was definitely refused; a plainer one may
	// pass. The platform judges the same content the same way each time, so an
	// earlier attempt with it was not posted either.
	OutcomeContent Outcome = "content"
	// OutcomeOther: definitely refused for a reason that is not known. A
	// plainer content may pass, but it says nothing of an earlier attempt.
	OutcomeOther Outcome = "other"
	// OutcomeReply: a reply to that message is impossible; a new message may pass.
	OutcomeReply Outcome = "reply"
	// OutcomeGone: definitely refused because no way leads to the chat any
	// more: the bot was removed or the chat dissolved.
	OutcomeGone Outcome = "gone"
	// OutcomeTenant: definitely refused for the whole tenant, until somebody
	// mends it: a scope is missing, the app is stopped, the quota used up.
	OutcomeTenant Outcome = "tenant"
	// OutcomeTarget: definitely refused whatever the content: the bot is
	// muted, the person left, the chat's settings forbid it.
	OutcomeTarget Outcome = "target"
)

// Failure is the error of a Sender's call, sorted.
type Failure struct { //nolint:errname // it reads outbox.Failure, and Outcome sorts it
	Outcome Outcome
	Code    int           // the platform's code, 0 when none came
	Wait    time.Duration // for OutcomeLater: as the platform says, 0 when it does not
	Err     error         // the cause; a fault.Error in its chain says what people may know
}

// Error is for the log.
func (f *Failure) Error() string {
	return fmt.Sprintf("%s (code %d): %v", f.Outcome, f.Code, f.Err)
}

// Reason is what a person may know of the failure, in English.
func (f *Failure) Reason() string {
	if known, ok := errors.AsType[*fault.Error](f.Err); ok {
		return templates.FaultText(templates.English, known)
	}
	return f.Error()
}

// Unwrap gives the cause to errors.Is and errors.As.
func (f *Failure) Unwrap() error { return f.Err }

// passes reports whether repeating the same call may succeed.
func (f *Failure) passes() bool {
	return f.Outcome == OutcomeUnsent || f.Outcome == OutcomeLater || f.Outcome == OutcomeUnknown
}

// ofContent reports whether another content may pass.
func (f *Failure) ofContent() bool { return f.Outcome == OutcomeContent || f.Outcome == OutcomeOther }

// FailureOf returns the failure in err's chain. An error that carries none is
// of unknown outcome, the only safe guess.
func FailureOf(err error) *Failure {
	if failure, ok := errors.AsType[*Failure](err); ok {
		return failure
	}
	return &Failure{Outcome: OutcomeUnknown, Err: err}
}
