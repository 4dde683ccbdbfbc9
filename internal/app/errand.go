package app

import (
	"context"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
)

// errand is something that a process does once for each tenant, beside everything
// else. What fails is done again after a while, and holds up no other tenant.
type errand struct {
	tenants *tenants
	do      func(ctx context.Context, tenantKey string) error
	log     *logrus.Entry
	wake    chan struct{} // holds one token: somebody was heard of

	mu   sync.Mutex
	done map[string]bool // by the tenant's slot
}

// noTime never comes: nothing is left to do until somebody is heard of.
var noTime <-chan time.Time

// newErrand returns an errand that has been done for nobody.
func newErrand(tenants *tenants, log *logrus.Entry, do func(ctx context.Context, tenantKey string) error) *errand {
	return &errand{tenants: tenants, do: do, log: log, wake: make(chan struct{}, 1), done: map[string]bool{}}
}

// run does the errand for all tenants, and for those that are heard of later,
// until ctx ends.
func (e *errand) run(ctx context.Context) {
	for ctx.Err() == nil {
		again := noTime
		if !e.all(ctx) {
			again = time.After(askAgain)
		}
		select {
		case <-e.wake:
		case <-again:
		case <-ctx.Done():
		}
	}
}

// all does the errand for the tenants it was not done for, and reports whether
// none is left.
func (e *errand) all(ctx context.Context) bool {
	keys, err := e.tenants.Active(ctx)
	if err != nil {
		e.log.WithError(err).Warn("the tenants cannot be listed")
		return false
	}
	complete := true
	for _, key := range keys {
		if ctx.Err() != nil {
			return false
		}
		if e.doneFor(key) {
			continue
		}
		if e.do(ctx, key) != nil { // it has logged why
			complete = false
			continue
		}
		e.mu.Lock()
		e.done[e.tenants.Slot(key)] = true
		e.mu.Unlock()
	}
	return complete
}

// doneFor reports whether the errand was done for the tenant.
func (e *errand) doneFor(key string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.done[e.tenants.Slot(key)]
}

// hear has the errand done for a tenant that it was not done for yet.
func (e *errand) hear(key string) {
	if e.doneFor(key) {
		return
	}
	select {
	case e.wake <- struct{}{}:
	default: // it looks anyway
	}
}

// forget has the errand done for a tenant anew, the next time it is heard of.
func (e *errand) forget(key string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.done, e.tenants.Slot(key))
}
