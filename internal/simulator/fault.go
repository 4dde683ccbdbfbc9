package simulator

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// Fault makes calls of an endpoint go wrong.
type Fault struct {
	Endpoint string        `json:"endpoint"` // its name, "" for every endpoint
	Match    string        `json:"match"`    // only calls whose path, query or body holds this
	Times    int           `json:"times"`    // how often, 0 for always
	Delay    time.Duration `json:"delay"`    // before anything, on the platform's clock
	Status   int           `json:"status"`   // answered instead of acting
	Code     int           `json:"code"`     // of the platform, with Status
	Reset    int           `json:"reset"`    // seconds, for 429
	HTML     bool          `json:"html"`     // the answer is no JSON
	Drop     bool          `json:"drop"`     // cut the connection without acting
	Cut      bool          `json:"cut"`      // act, then cut the connection
	Hold     bool          `json:"hold"`     // act, then withhold the answer until Release or ClearFaults

	used     int
	held     int
	released chan struct{}
	freed    bool // released is closed
}

// SetFault switches a fault on. The first that fits a call is the one it meets.
func (s *Server) SetFault(fault Fault) *Fault {
	fault.used, fault.held, fault.released, fault.freed = 0, 0, make(chan struct{}), false
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &fault)
	return &fault
}

// ClearFaults switches every fault off and lets held answers go.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fault := range s.faults {
		fault.free()
	}
	s.faults = nil
}

// Release lets go the answers that a fault holds, and switches it off.
func (s *Server) Release(fault *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fault.free()
}

// free opens the gate of a fault that holds. The lock is held.
func (f *Fault) free() {
	if !f.freed {
		f.freed = true
		close(f.released)
	}
}

// fits reports whether a call of an endpoint meets the fault.
func (f *Fault) fits(endpoint string, c *call) bool {
	return !f.freed && (f.Endpoint == "" || f.Endpoint == endpoint) && (f.Times == 0 || f.used < f.Times) &&
		(f.Match == "" || strings.Contains(c.URL.RequestURI(), f.Match) || strings.Contains(string(c.body), f.Match))
}

// takeFault returns the fault that a call meets, an empty one for none.
func (s *Server) takeFault(e endpoint, c *call) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, fault := range s.faults {
		if fault.fits(e.name, c) {
			fault.used++
			return fault
		}
	}
	if s.options.Unkind {
		return s.mischief(e)
	}
	return &Fault{}
}

// before is what a call gets instead of being acted on, nil when it is.
func (f *Fault) before(ctx context.Context, s *Server, arrived time.Time) *answer {
	if f.Delay > 0 {
		s.clock.SleepUntil(ctx, arrived.Add(f.Delay))
	}
	if f.Drop {
		panic(http.ErrAbortHandler) // the server's way to cut a connection
	}
	if f.Status == 0 {
		return nil
	}
	a := refused(f.Code, "simulated fault")
	if f.Status == http.StatusTooManyRequests {
		a = tooMany(DocumentedLimits().PerSecond, time.Duration(max(f.Reset, 1))*time.Second)
	}
	a.status = f.Status
	if f.HTML {
		a.body = "<html><body>simulated fault</body></html>"
	}
	return a
}

// after holds the answer or cuts the connection.
func (f *Fault) after(ctx context.Context, s *Server) {
	if f.Hold {
		s.mu.Lock()
		f.held++
		s.notify()
		s.mu.Unlock()
		select {
		case <-f.released:
		case <-ctx.Done():
		case <-s.ctx.Done():
		}
	}
	if f.Cut {
		panic(http.ErrAbortHandler) // the server's way to cut a connection
	}
}
