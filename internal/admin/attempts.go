package admin

import (
	"net/netip"
	"sync"
	"time"
)

const (
	// Failed sign-ins of an address within failureWindow are slowed after
	// failuresAllowed.
	failuresAllowed = 5
	failureWindow   = time.Minute
	// addressesKept bounds the memory that strangers can make us use.
	addressesKept = 10_000
)

// attempts remembers failed sign-ins by address. Its zero value is ready; it is
// safe for concurrent use, and guesses that are made at once count one by one.
type attempts struct {
	mu       sync.Mutex
	failures map[string][]time.Time
}

// try makes an attempt, unless the address must wait first.
func (a *attempts) try(address string, now time.Time, attempt func() bool) (wait time.Duration, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := network(address)
	recent := recentOf(a.failures[key], now)
	if len(recent) >= failuresAllowed {
		return recent[len(recent)-failuresAllowed].Add(failureWindow).Sub(now), false
	}
	if attempt() {
		return 0, true
	}
	a.note(key, append(recent, now))
	return 0, false
}

// note keeps an address's failures. Where there are too many addresses any one
// makes room.
func (a *attempts) note(key string, failures []time.Time) {
	if a.failures == nil {
		a.failures = map[string][]time.Time{}
	}
	if _, known := a.failures[key]; !known && len(a.failures) >= addressesKept {
		for other := range a.failures {
			delete(a.failures, other)
			break
		}
	}
	a.failures[key] = failures
}

// recentOf are the failures that still count.
func recentOf(failures []time.Time, now time.Time) []time.Time {
	var recent []time.Time
	for _, at := range failures {
		if now.Sub(at) < failureWindow {
			recent = append(recent, at)
		}
	}
	return recent
}

// network is what an address is counted under: itself, or of IPv6 the /64, which
// one person has as a rule.
func network(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil || parsed.Unmap().Is4() {
		return address
	}
	return netip.PrefixFrom(parsed, 64).Masked().String()
}
