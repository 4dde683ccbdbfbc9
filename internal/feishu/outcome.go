package feishu

import (
	"errors"
	"net/http"

	"huibao/internal/outbox"
)

// outcomes sorts the codes of the message calls by what they mean for the
// message. Source: im-v1/message/create, reply, patch; api-call-guide.
var outcomes = turned(map[outbox.Outcome][]int{
	outbox.OutcomeLater: {
		99991400, 230020, 11232, 11233,
		99991663, 99991664, 99991671, // a new token may not be refused
	},
	outbox.OutcomeUnknown: {230049, 2200},
	// This content is not taken, whoever gets it.
	outbox.OutcomeContent: {230001, 230017, 230025, 230054, 230055, 230099, 99992402},
	// The message to reply to is recalled, deleted, out of sight, or in a
	// thread that takes no replies.
	outbox.OutcomeReply: {230011, 230019, 230031, 230050, 230071, 230072, 230110, 99992354},
	// No way leads there any more.
	outbox.OutcomeGone: {230002, 232009},
	// Nothing can be posted anywhere in the tenant until somebody mends it.
	outbox.OutcomeTenant: {
		10003, badAppToken, 10014, 10015, 10016, 99991543,
		99991401, 99991403, 99991640, 99991662, 99991665, 99991672, 99991673,
		230006, 230036, 232025, 232034,
	},
	// Nothing can be posted there now, whatever it says; or nothing that was
	// held back for its words may be said in others.
	outbox.OutcomeTarget: {
		99991661, 99991668, 99991679, 99992351, 99992356, 99992361,
		230013, 230018, 230022, 230027, 230028, 230029, 230034, 230035, 230038, 230053, 230075,
		232006, 232010, 232011, 232033,
	},
})

// tooOldToEdit says of an update that the time for it is over; of a new message
// the same code says that the chat is secret.
const tooOldToEdit = 230075

// turned turns a table from what is meant to codes around.
func turned[T comparable](table map[T][]int) map[int]T {
	meant := map[int]T{}
	for what, codes := range table {
		for _, code := range codes {
			meant[code] = what
		}
	}
	return meant
}

// known reports whether a code is one of the platform's that mean something
// here.
func known(code int) bool {
	_, sorted := outcomes[code]
	_, told := meanings[code]
	return sorted || told
}

// outcome is what the failure means for a message. A definite refusal for a
// reason that is not known may be one of the content, so that a plainer way is
// tried and an answer still arrives.
func (e *Error) outcome() outbox.Outcome {
	if e.Endpoint == tokenEndpoint {
		return e.outcomeBeforeCall()
	}
	if sorted, ok := outcomes[e.Code]; ok {
		if e.Code == tooOldToEdit && e.Endpoint == patchEndpoint {
			return outbox.OutcomeReply
		}
		return sorted
	}
	switch {
	case e.Code == 0 && e.Status == 0 && !e.Written:
		return outbox.OutcomeUnsent
	case e.Status == http.StatusTooManyRequests:
		return outbox.OutcomeLater
	case e.Status >= http.StatusInternalServerError:
		return outbox.OutcomeUnknown
	case e.Code != 0:
		return outbox.OutcomeOther
	case e.Status == http.StatusRequestEntityTooLarge:
		return outbox.OutcomeContent
	case e.Status >= http.StatusBadRequest:
		return outbox.OutcomeUnsent // something before the platform refused it
	}
	return outbox.OutcomeUnknown
}

// outcomeBeforeCall is the outcome where there was no token to make the call
// with. Whatever became of asking for one, the message was not sent.
func (e *Error) outcomeBeforeCall() outbox.Outcome {
	switch sorted := outcomes[e.Code]; {
	case e.limited():
		return outbox.OutcomeLater
	case sorted == outbox.OutcomeTarget, sorted == outbox.OutcomeTenant:
		return sorted
	}
	return outbox.OutcomeUnsent
}

// sorted turns the error of a message call into a failure.
func sorted(err error) error {
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return &outbox.Failure{Outcome: outbox.OutcomeUnknown, Err: err}
	}
	failure := &outbox.Failure{Outcome: e.outcome(), Code: e.Code, Err: e.fault()}
	if failure.Outcome == outbox.OutcomeLater {
		failure.Wait = e.pause()
	}
	return failure
}
