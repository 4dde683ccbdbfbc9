package feishu

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/reports"
)

// pipes is a network in memory, so that a real server and a real client can
// talk where the clock is the test's.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "unix"} }

// dial connects, or hangs for ever where nobody accepts.
func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// inBubble runs a test with a client of a platform whose clock is the test's.
// handle answers all calls but those for tokens.
func inBubble(t *testing.T, rate float64, handle http.HandlerFunc, test func(t *testing.T, c *testClient)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		server := &http.Server{Handler: (&platform{}).handler(handle)}
		var serving sync.WaitGroup
		serving.Go(func() { _ = server.Serve(network) })
		// Over a kept connection the library repeats a GET that was cut without a word.
		transport := &http.Transport{DialContext: network.dial, DisableKeepAlives: true}
		defer serving.Wait()
		defer server.Close()
		test(t, newTestClient(t, "http://platform.invalid", func(o *ClientOptions) { o.Over, o.ReportRate = transport, rate }))
	})
}

// week is some days.
var week = reports.Range{From: 20000, To: 20006}

// calls notes when calls came, from the first.
type calls struct {
	mu sync.Mutex
	at []time.Duration
}

// note returns the number of the call, from 1.
func (c *calls) note(begun time.Time) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = append(c.at, time.Since(begun))
	return len(c.at)
}

// within fails unless the calls came when they should, give or take the jitter.
func (c *calls) within(t *testing.T, jitter time.Duration, want ...time.Duration) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.at) != len(want) {
		t.Fatalf("%d calls at %v, want %d", len(c.at), c.at, len(want))
	}
	for i, at := range c.at {
		slack := time.Duration(i) * jitter
		if at < want[i] || at > want[i]+slack {
			t.Errorf("call %d at %s, want %s", i, at, want[i])
		}
	}
}

// Every call ends, however long the platform takes.
func TestCallsEnd(t *testing.T) {
	inBubble(t, 1, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, func(t *testing.T, c *testClient) {
		begun := time.Now()
		_, err := c.Send(t.Context(), "", "oc_1", card, "u")
		if took := time.Since(begun); took != 15*time.Second {
			t.Errorf("it took %s", took)
		}
		failure := outbox.FailureOf(err)
		if failure.Outcome != outbox.OutcomeUnknown || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%+v", failure)
		}
	})
}

// A connection that cannot be had in time leaves the message unsent.
func TestConnectingEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		defer network.Close()
		c := newTestClient(t, "http://platform.invalid", func(o *ClientOptions) {
			o.Over = &http.Transport{DialContext: network.dial}
		})
		c.keepToken(t)
		_, err := c.Send(t.Context(), "", "oc_1", card, "u")
		if failure := outbox.FailureOf(err); failure.Outcome != outbox.OutcomeUnsent {
			t.Errorf("%+v", failure)
		}
	})
}

// A refusal for frequency is waited out by its header, as often as it comes,
// and costs no attempt.
func TestDailyWaitsOutLimits(t *testing.T) {
	var made calls
	begun := time.Time{}
	inBubble(t, 1000, func(w http.ResponseWriter, _ *http.Request) {
		switch n := made.note(begun); {
		case n <= 6:
			w.Header().Set("X-Ogw-Ratelimit-Reset", "20")
			reply(w, http.StatusTooManyRequests, refusal("99991400"))
		case n == 7: // an older page: no header, another status
			reply(w, http.StatusBadRequest, refusal("99991400"))
		default:
			reply(w, http.StatusOK, officialDaily)
		}
	}, func(t *testing.T, c *testClient) {
		begun = time.Now()
		rows, err := c.Daily(t.Context(), "tenant", "", week, time.UTC)
		if err != nil || len(rows) != 1 {
			t.Fatalf("%v, %v", rows, err)
		}
		made.within(t, 200*time.Millisecond, 0, 20*time.Second, 40*time.Second, 60*time.Second, 80*time.Second, 100*time.Second, 120*time.Second, 121*time.Second)
	})
}

// A platform that goes on refusing is not asked for ever, even by somebody who
// would wait for ever; the error says when to come back.
func TestDailyPatience(t *testing.T) {
	for name, c := range map[string]struct {
		limit time.Duration // of the asker
		reset string
		most  time.Duration // that it may take
		wait  time.Duration
	}{
		"an asker without end":          {0, "30", 5 * time.Minute, 30 * time.Second},
		"an asker with an end":          {time.Minute, "25", time.Minute, 25 * time.Second},
		"a wait longer than the asker":  {10 * time.Second, "3600", 0, time.Hour},
		"a wait longer than any asker":  {0, "3600", 0, time.Hour},
		"a wait of no length, for ever": {30 * time.Second, "0", 30 * time.Second, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, 1000, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Ogw-Ratelimit-Reset", c.reset)
				reply(w, http.StatusTooManyRequests, refusal("99991400"))
			}, func(t *testing.T, client *testClient) {
				ctx := t.Context()
				if c.limit > 0 {
					ctx = deadline(t, c.limit)
				}
				begun := time.Now()
				_, err := client.Daily(ctx, "tenant", "", week, time.UTC)
				f := fault.As(err)
				if f.Kind != fault.Temporary || f.Key != "fault.platform.limited" || f.Wait != c.wait {
					t.Errorf("%v, wait %s", err, f.Wait)
				}
				if took := time.Since(begun); took > c.most || took < c.most-31*time.Second {
					t.Errorf("it took %s, want %s", took, c.most)
				}
			})
		})
	}
}

// What fails in passing is asked again with growing pauses, four times in all.
func TestDailyRepeats(t *testing.T) {
	page := html(http.StatusBadGateway, "<html>")
	for name, handle := range map[string]http.HandlerFunc{
		"121001": always(http.StatusInternalServerError, refusal("121001")), "a page": page, "cut": cut,
		"half": always(http.StatusOK, officialDaily[:50]),
	} {
		t.Run(name, func(t *testing.T) {
			var made calls
			begun := time.Time{}
			inBubble(t, 1000, func(w http.ResponseWriter, r *http.Request) {
				made.note(begun)
				handle(w, r)
			}, func(t *testing.T, c *testClient) {
				begun = time.Now()
				_, err := c.Daily(t.Context(), "tenant", "", week, time.UTC)
				if f := fault.As(err); f.Kind != fault.Temporary || f.Key != "fault.platform.unwell" {
					t.Errorf("%v", err)
				}
				made.within(t, 500*time.Millisecond, 0, time.Second, 3*time.Second, 7*time.Second)
			})
		})
	}
}

// One that succeeds in the end is a success, and whoever stops waiting ends it.
func TestDailyRepeatsUntilItWorks(t *testing.T) {
	var made calls
	handle := func(w http.ResponseWriter, _ *http.Request) {
		if made.note(time.Now()) == 4 {
			reply(w, http.StatusOK, officialDaily)
			return
		}
		reply(w, http.StatusInternalServerError, refusal("121001"))
	}
	inBubble(t, 1000, handle, func(t *testing.T, c *testClient) {
		rows, err := c.Daily(t.Context(), "tenant", "", week, time.UTC)
		if err != nil || len(rows) != 1 {
			t.Errorf("%v, %v", rows, err)
		}
	})
	inBubble(t, 1000, handle, func(t *testing.T, c *testClient) {
		ctx, cancel := context.WithCancel(t.Context())
		begun := time.Now()
		time.AfterFunc(1500*time.Millisecond, cancel)
		_, err := c.Daily(ctx, "tenant", "", week, time.UTC)
		if took := time.Since(begun); err == nil || took > 1500*time.Millisecond {
			t.Errorf("%v after %s", err, took)
		}
	})
}

// A tenant's calls keep to the rate; another tenant's do not wait for them.
func TestDailyKeepsToTheRate(t *testing.T) {
	var made calls
	begun := time.Time{}
	inBubble(t, 0.5, func(w http.ResponseWriter, _ *http.Request) {
		made.note(begun)
		reply(w, http.StatusOK, officialDaily)
	}, func(t *testing.T, c *testClient) {
		begun = time.Now()
		ask := func(ctx context.Context, tenantKey string) error {
			_, err := c.Daily(ctx, tenantKey, "", week, time.UTC)
			return err
		}
		var asking sync.WaitGroup
		for range 3 {
			asking.Go(func() {
				if err := ask(t.Context(), "tenant"); err != nil {
					t.Error(err)
				}
			})
		}
		asking.Wait()
		made.within(t, 0, 0, 2*time.Second, 4*time.Second)
		if err := ask(t.Context(), "other"); err != nil || time.Since(begun) != 4*time.Second {
			t.Errorf("another tenant: %v after %s", err, time.Since(begun))
		}
		err := ask(deadline(t, time.Second), "tenant")
		if f := fault.As(err); f.Kind != fault.Temporary || f.Wait <= 0 || time.Since(begun) > 5*time.Second {
			t.Errorf("nobody waits so long: %v after %s", err, time.Since(begun))
		}
	})
}
