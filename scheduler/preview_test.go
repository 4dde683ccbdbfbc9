package scheduler

import (
	"testing"

	"huibao/internal/fault"
	"huibao/internal/outbox"
)

// Who did not get a preview is the wrong person, unless the trouble is not about
// them.
func TestNotSent(t *testing.T) {
	for name, c := range map[string]struct {
		result outbox.Result
		kind   fault.Kind
		fields int
	}{
		"refused for the person":   {outbox.Result{State: outbox.Refused, Outcome: outbox.OutcomeTarget}, fault.Invalid, 1},
		"refused for no known why": {outbox.Result{State: outbox.Refused, Outcome: outbox.OutcomeOther}, fault.Invalid, 1},
		"a scope is missing":       {outbox.Result{State: outbox.Refused, Outcome: outbox.OutcomeTenant}, fault.Permission, 0},
		"nobody knows":             {outbox.Result{State: outbox.Lost, Outcome: outbox.OutcomeUnknown}, fault.Temporary, 0},
	} {
		f := fault.As(notSent(c.result))
		if f.Kind != c.kind || len(f.Fields) != c.fields {
			t.Errorf("%s: %s with fields %v, want %s with %d", name, f.Kind, f.Fields, c.kind, c.fields)
		}
	}
}
