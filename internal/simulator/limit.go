package simulator

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Limits are how often the platform takes something; 0 is without limit.
type Limits struct {
	PerSecond        int `json:"per_second"`         // calls of one endpoint: 429 beyond
	PerMinute        int `json:"per_minute"`         // the same
	ChatPerSecond    int `json:"chat_per_second"`    // messages to a chat, of all its bots: 230020
	MessagePerSecond int `json:"message_per_second"` // changes of one message: 230020
	ReportPerSecond  int `json:"report_per_second"`  // calls of one report endpoint: 429; not published
	ReportPerMinute  int `json:"report_per_minute"`  // the same
}

// DocumentedLimits are those of the documentation. Source: api-call-guide,
// frequency control; im-v1/message/create, patch.
func DocumentedLimits() Limits {
	return Limits{PerSecond: 50, PerMinute: 1000, ChatPerSecond: 5, MessagePerSecond: 5}
}

// Limits are those in force.
func (s *Server) Limits() Limits {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limits
}

// SetLimits puts others in force, from now on.
func (s *Server) SetLimits(limits Limits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limits = limits
	clear(s.meters)
	for _, message := range s.messages {
		message.changes = meter{}
	}
}

// meter remembers when the latest events were, as many as its widest limit
// needs, so that a look costs the same however many there were.
type meter struct {
	at   []time.Time // a ring
	next int
}

// wait is how long until one more event would be within the limit.
func (m *meter) wait(now time.Time, limit int, window time.Duration) time.Duration {
	if limit <= 0 || len(m.at) < limit {
		return 0
	}
	oldest := m.at[(m.next-limit+len(m.at))%len(m.at)]
	return max(oldest.Add(window).Sub(now), 0)
}

// count notes an event, among the latest of so many.
func (m *meter) count(now time.Time, keep int) {
	if len(m.at) < keep {
		m.at = append(m.at, now)
		m.next = len(m.at) % keep
		return
	}
	m.at[m.next] = now
	m.next = (m.next + 1) % len(m.at)
}

// meter finds the meter of something. The lock is held.
func (s *Server) meter(of string) *meter {
	found, known := s.meters[of]
	if !known {
		found = &meter{}
		s.meters[of] = found
	}
	return found
}

// checkFrequency counts a call, or refuses it: per endpoint, app and tenant.
func (s *Server) checkFrequency(c *call, e endpoint) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	second, minute := 0, 0
	switch e.tier {
	case usual:
		second, minute = s.limits.PerSecond, s.limits.PerMinute
	case special:
		second, minute = s.limits.ReportPerSecond, s.limits.ReportPerMinute
	}
	keep := max(second, minute)
	if keep == 0 {
		return nil
	}
	m := s.meter("endpoint " + e.name + " " + c.tenant.key)
	if wait := m.wait(c.now, second, time.Second); wait > 0 {
		return tooMany(second, wait)
	}
	if wait := m.wait(c.now, minute, time.Minute); wait > 0 {
		return tooMany(minute, wait)
	}
	m.count(c.now, keep)
	return nil
}

// tooMany is the answer to too many calls, with whole seconds to wait.
func tooMany(limit int, wait time.Duration) *answer {
	a := refused(99991400, "request trigger frequency limit")
	a.status = http.StatusTooManyRequests
	a.header = map[string]string{
		"x-ogw-ratelimit-limit": strconv.Itoa(limit),
		"x-ogw-ratelimit-reset": strconv.Itoa(int(math.Ceil(wait.Seconds()))),
	}
	return a
}

// often refuses something that happens to a chat or message too often, or
// counts it. The lock is held.
func often(m *meter, now time.Time, perSecond int) *answer {
	if perSecond <= 0 {
		return nil
	}
	if m.wait(now, perSecond, time.Second) > 0 {
		return refused(230020, "This operation triggers the frequency limit.")
	}
	m.count(now, perSecond)
	return nil
}
