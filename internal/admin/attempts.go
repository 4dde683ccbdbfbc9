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

// attempts remembers failed sign-ins by address, and who signed in from where. Its
// zero value is ready; it is safe for concurrent use, and guesses that are made at
// once count one by one.
type attempts struct {
	mu       sync.Mutex
	failures map[string][]time.Time
	welcome  map[visit]bool
}

// visit is an admin at an address.
type visit struct{ address, name string }

// try makes an attempt, which returns the admin's name or "". An address that failed
// too often must wait, even with a right token, since guessing would go on else; but
// somebody who signed in from there before is not locked out by others.
func (a *attempts) try(address string, now time.Time, attempt func() string) (name string, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := network(address)
	recent := recentOf(a.failures[key], now)
	name = attempt()
	slowed := len(recent) >= failuresAllowed
	switch {
	case name != "" && (!slowed || a.welcome[visit{key, name}]):
		if a.welcome == nil {
			a.welcome = map[visit]bool{}
		}
		a.welcome[visit{key, name}] = true
		return name, 0
	case slowed:
		return "", recent[len(recent)-failuresAllowed].Add(failureWindow).Sub(now)
	}
	a.note(key, append(recent, now))
	return "", 0
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
