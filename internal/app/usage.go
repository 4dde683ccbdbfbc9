package app

import (
	"context"
	"strings"
	"sync"
	"time"
)

// usage counts the calls of the platform by tenant, month and purpose, and gives
// each a span. Counts are written every minute; a crash loses those since.
type usage struct {
	core   *core
	mu     sync.Mutex
	counts map[counted]map[string]int64 // by purpose
}

// counted is whose calls of which month are counted: a custom app's in one slot,
// and those that a store app makes for no tenant under "".
type counted struct{ slot, month string }

// newUsage returns a usage that counted nothing yet.
func newUsage(c *core) *usage { return &usage{core: c, counts: map[counted]map[string]int64{}} }

// purposes say what the endpoints are called for. The platform counts a
// tenant's calls of a month against its quota.
var purposes = map[string]string{
	"report": "reports", "message": "messages", "chat": "chats", "reaction": "reactions", "token": "tokens",
}

// purpose is what an endpoint is called for.
func purpose(endpoint string) string {
	kind, _, _ := strings.Cut(endpoint, "_")
	if known, ok := purposes[kind]; ok {
		return known
	}
	return "other"
}

// around counts one call of the platform and makes it inside a span.
func (u *usage) around(ctx context.Context, tenantKey, endpoint string, do func(context.Context) error) error {
	slot := u.core.tenants.Slot(tenantKey)
	month := time.Now().In(u.core.settings.Of(slot).Zone()).Format("2006-01")
	u.add(counted{slot, month}, map[string]int64{purpose(endpoint): 1})
	return u.core.tracer.Do(ctx, "platform "+endpoint, do)
}

// add counts calls.
func (u *usage) add(whose counted, calls map[string]int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.counts[whose] == nil {
		u.counts[whose] = map[string]int64{}
	}
	for name, count := range calls {
		u.counts[whose][name] += count
	}
}

// flush writes what was counted. What cannot be written is kept for the next
// time.
func (u *usage) flush(ctx context.Context) error {
	u.mu.Lock()
	all := u.counts
	u.counts = map[counted]map[string]int64{}
	u.mu.Unlock()
	var err error
	for whose, calls := range all {
		key, failure := u.core.tenants.Moved(ctx, whose.slot)
		if failure == nil {
			failure = u.core.db.AddCalls(ctx, key, whose.month, calls)
		}
		if failure != nil {
			u.add(whose, calls)
			err = failure
		}
	}
	return err
}

// Usage returns the calls of the platform in a month, by purpose.
func (a *App) Usage(ctx context.Context, tenantKey, month string) (map[string]int64, error) {
	if err := a.usage.flush(ctx); err != nil {
		return nil, err
	}
	return a.db.Calls(ctx, tenantKey, month)
}
