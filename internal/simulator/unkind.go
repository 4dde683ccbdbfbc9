package simulator

import (
	"hash/fnv"
	"net/http"
	"strconv"
	"time"
)

// SetUnkind makes the platform unkind, or kind again.
func (s *Server) SetUnkind(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.Unkind = on
}

// hash is a number that looks random but is always the same for a text.
func hash(seed uint64, text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(strconv.FormatUint(seed, 10) + text)) // never fails
	return h.Sum64() >> 16
}

// mischiefCount is what an endpoint has seen of unkindness.
type mischiefCount struct {
	calls int
	last  bool // the latest call met it
}

// mischief is what an unkind platform does to a call: nothing to four of five,
// and nothing to one that follows upon a struck one, so that whoever tries again
// gets through. It depends on the seed and the number of the endpoint's call
// only. The lock is held.
func (s *Server) mischief(e endpoint) *Fault {
	count := s.mischiefs[e.name]
	count.calls++
	fault := &Fault{}
	if !count.last {
		fault = mischiefs(hash(s.options.Seed, e.name+strconv.Itoa(count.calls))%30, e)
	}
	count.last = fault.Status != 0 || fault.Drop || fault.Cut || fault.Delay > 0
	s.mischiefs[e.name] = count
	if fault.Code == 99991663 {
		clear(s.tokens) // so that the refusal is true
	}
	return fault
}

// mischiefs are the kinds of mischief by lot.
func mischiefs(lot uint64, e endpoint) *Fault {
	switch lot {
	case 0:
		if e.tier != unlimited {
			return &Fault{Status: http.StatusTooManyRequests, Reset: 1}
		}
	case 1:
		return &Fault{Status: http.StatusBadGateway, HTML: true}
	case 2:
		return &Fault{Delay: 50 * time.Millisecond}
	case 3:
		return &Fault{Cut: true}
	case 4:
		return &Fault{Drop: true}
	case 5:
		if !e.open {
			return &Fault{Status: http.StatusBadRequest, Code: 99991663}
		}
	}
	return &Fault{}
}

// luck is what an unkind platform does with an event.
type luck struct {
	late    time.Duration
	again   bool // sent once more although it was acknowledged
	renewed bool // and under a new event id
	stale   bool // retries carry the first attempt's timestamp and signature
}

// luckOf depends on the seed and the event's id only.
func (s *Server) luckOf(event Event) luck {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.options.Unkind {
		return luck{}
	}
	lot := hash(s.options.Seed, event.EventID)
	return luck{
		late:    time.Duration(lot%30) * time.Millisecond,
		again:   lot/30%3 == 0,
		renewed: lot/90%3 == 0 && event.Type == messageReceived,
		stale:   lot/270%2 == 0,
	}
}
