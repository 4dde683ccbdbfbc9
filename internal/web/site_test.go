package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"
)

// hash is a hex SHA-256.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// waiting adds a route whose answer waits to be let go.
func waiting(arrived, leave chan struct{}) func(*Options) {
	return func(o *Options) {
		o.Registrars = []func(*echo.Group){func(group *echo.Group) {
			group.GET("/wait", func(c echo.Context) error {
				close(arrived)
				select {
				case <-leave:
				case <-c.Request().Context().Done():
					return c.Request().Context().Err()
				}
				return c.String(http.StatusOK, "done")
			})
		}}
	}
}

// Stopping lets a running request end, and takes no new one meanwhile.
func TestStopLetsRequestsEnd(t *testing.T) {
	arrived, leave := make(chan struct{}), make(chan struct{})
	w := newWorld(t, waiting(arrived, leave))
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	addr := w.Addr()
	var running sync.WaitGroup
	running.Go(func() {
		if a := w.ask(t, "GET", "/admin/wait", nil, nil); a.status != 200 || a.body != "done" {
			t.Errorf("the running request got %+v", a)
		}
	})
	<-arrived
	stopped := make(chan error)
	go func() { stopped <- w.Stop(t.Context()) }()
	for { // until nobody listens any more
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	close(leave)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	running.Wait()
	if err := w.Stop(t.Context()); err != nil {
		t.Errorf("stopped again: %v", err)
	}
}

// A request that does not end in time is cut, and the error says so.
func TestStopCuts(t *testing.T) {
	arrived := make(chan struct{})
	w := newWorld(t, waiting(arrived, nil))
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		response, err := w.client.Get("http://" + w.Addr() + "/admin/wait")
		if err == nil {
			_ = response.Body.Close()
			t.Errorf("the request was answered with %d", response.StatusCode)
		}
	})
	<-arrived
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.Stop(over); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "were cut") {
		t.Errorf("%v", err)
	}
	running.Wait()
}

func TestStopWithoutStart(t *testing.T) {
	w := newWorld(t, nil)
	if w.Addr() != "" || w.AdminAddr() != "" {
		t.Errorf("%q, %q before the start", w.Addr(), w.AdminAddr())
	}
	for range 2 {
		if err := w.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// Starts and stops, at once and many at a time, leave nothing behind.
func TestStartAndStopAtOnce(t *testing.T) {
	for range 50 {
		w := newWorld(t, func(o *Options) { o.AdminAddr = "127.0.0.2:0" })
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		addresses := []string{w.Addr(), w.AdminAddr()}
		var stopping sync.WaitGroup
		for range 3 {
			stopping.Go(func() {
				if err := w.Stop(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		stopping.Wait()
		for _, addr := range addresses {
			if conn, err := net.Dial("tcp", addr); err == nil {
				_ = conn.Close()
				t.Errorf("%s still listens", addr)
			}
		}
	}
}

// A taken address is said, with the setting it came from, and leaves nothing
// listening.
func TestStartOnTakenAddress(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	first := newWorld(t, func(o *Options) { o.Addr = taken.Addr().String() })
	if err := first.Start(); err == nil || !strings.Contains(err.Error(), "http_addr") || !strings.Contains(err.Error(), taken.Addr().String()) {
		t.Errorf("%v", err)
	}
	second := newWorld(t, func(o *Options) { o.AdminAddr = taken.Addr().String() })
	if err := second.Start(); err == nil || !strings.Contains(err.Error(), "admin_addr") || !strings.Contains(err.Error(), "in use") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
	}
	if conn, err := net.Dial("tcp", second.Addr()); err == nil {
		_ = conn.Close()
		t.Error("the first address still listens")
	}
	for _, w := range []*world{first, second} {
		if err := w.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// What the library's server has to say goes to our log, as a line of it.
func TestLibraryLog(t *testing.T) {
	w := startWorld(t, func(o *Options) {
		o.Registrars = []func(*echo.Group){func(group *echo.Group) {
			group.GET("/twice", func(c echo.Context) error {
				c.Response().Writer.WriteHeader(http.StatusNoContent)
				c.Response().Writer.WriteHeader(http.StatusNoContent)
				return nil
			})
		}}
	})
	w.ask(t, "GET", "/admin/twice", nil, nil)
	logged := w.log.read(t)
	if len(logged) != 1 || logged[0]["level"] != "warning" || !strings.Contains(logged[0]["msg"].(string), "superfluous") {
		t.Errorf("%v", logged)
	}
}

// pipes is a network in memory, for a clock that is the test's.
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

// inPipes runs a test with a connection to a server in memory, whose clock is
// the test's.
func inPipes(t *testing.T, test func(t *testing.T, conn net.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		network := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		w.public.listener = network
		w.serve(w.public)
		here, there := net.Pipe()
		network.conns <- there
		test(t, here)
		_ = here.Close()
		if err := w.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Whoever does not take the answer is not waited for.
func TestSlowReader(t *testing.T) {
	inPipes(t, func(t *testing.T, conn net.Conn) {
		if _, err := io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		<-time.After(61 * time.Second)
		if got, err := io.ReadAll(conn); err != nil || len(got) != 0 {
			t.Errorf("after a minute: %q, %v", got, err)
		}
	})
}

// Whoever sends slowly is not waited for, and whoever sends nothing either.
func TestSlowClients(t *testing.T) {
	cases := map[string]struct {
		send  string
		limit time.Duration
	}{
		"nothing":                 {"", 5 * time.Second},
		"half a header":           {"POST /webhook/event HTTP/1.1\r\nHost: x\r\n", 5 * time.Second},
		"half a body":             {"POST /webhook/event HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf", 15 * time.Second},
		"no request after one":    {"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 2 * time.Minute},
		"a header without end":    {"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 100<<10), 0},
		"a chunk that never ends": {"POST /webhook/event HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf", 15 * time.Second},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inPipes(t, func(t *testing.T, conn net.Conn) {
				began := time.Now()
				go func() { _, _ = io.WriteString(conn, c.send) }()
				_, _ = io.Copy(io.Discard, conn) // until the server hangs up
				if took := time.Since(began); took < c.limit || took > c.limit+time.Second {
					t.Errorf("the server hung up after %s, want %s", took, c.limit)
				}
			})
		})
	}
}
