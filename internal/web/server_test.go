package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"
	"go.uber.org/goleak"

	"huibao/bot"
	"huibao/internal/fault"
	"huibao/internal/feishu"
	"huibao/internal/intake"
	"huibao/internal/problem"
	"huibao/internal/simulator"
	"huibao/templates"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inbox is an Inbox in memory.
type inbox struct {
	mu     sync.Mutex
	seen   map[string]bool
	kept   []bot.Event
	err    error
	before func(ctx context.Context) error // asked before anything is kept
}

func (i *inbox) StoreEvents(ctx context.Context, events []bot.Event) ([]bool, error) {
	if i.before != nil {
		if err := i.before(ctx); err != nil {
			return nil, err
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.err != nil {
		return nil, i.err
	}
	stored := make([]bool, len(events))
	for n, event := range events {
		if !i.seen[event.EventID] {
			i.seen[event.EventID], stored[n] = true, true
			i.kept = append(i.kept, event)
		}
	}
	return stored, nil
}

// lines is a log to read.
type lines struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buffer.Write(p)
}

// read returns the lines so far, each with its fields.
func (l *lines) read(t *testing.T) []map[string]any {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var read []map[string]any
	for line := range strings.Lines(l.buffer.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		read = append(read, fields)
	}
	return read
}

// world is a server with what stands behind it.
type world struct {
	*Server
	platform *simulator.Server
	inbox    *inbox
	log      *lines
	registry *prometheus.Registry
	client   *http.Client
}

// pressed answers every pressed button in the same way.
type pressed struct{}

func (pressed) Respond(context.Context, bot.Event) (bot.Response, bool) {
	return bot.Response{Toast: &bot.Toast{Type: "info", Content: "wait", I18n: map[templates.Locale]string{"zh_cn": "wait", "en_us": "wait"}}}, false
}

// newIntake takes in whatever comes.
func newIntake(t testing.TB, inbox intake.Inbox, registry *prometheus.Registry, log *logrus.Entry) *intake.Intake {
	t.Helper()
	made, err := intake.New(intake.Options{
		HeedsFunc: func(bot.Event) bool { return true }, Inbox: inbox, Presses: pressed{}, Registry: registry, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// newWorld returns a server that does not listen.
func newWorld(t *testing.T, change func(*Options)) *world {
	t.Helper()
	platform := simulator.New(simulator.Options{})
	t.Cleanup(platform.Stop)
	p := platform.Options()
	w := &world{platform: platform, inbox: &inbox{seen: map[string]bool{}}, log: &lines{}, registry: prometheus.NewRegistry()}
	logger := logrus.New()
	logger.SetOutput(w.log)
	logger.SetFormatter(&logrus.JSONFormatter{})
	logger.SetLevel(logrus.DebugLevel)
	options := Options{
		Addr: "127.0.0.1:0", Registry: w.registry, Log: logrus.NewEntry(logger),
		Receiver: feishu.NewReceiver(feishu.ReceiverOptions{
			AppID: p.AppID, EncryptKey: p.EncryptKey, VerificationToken: p.VerificationToken, Now: time.Now,
		}),
	}
	options.Intake = newIntake(t, w.inbox, w.registry, options.Log)
	if change != nil {
		change(&options)
	}
	server, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	w.Server = server
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	w.client = &http.Client{Transport: transport}
	return w
}

// startWorld is newWorld with a server that listens until the test ends.
func startWorld(t *testing.T, change func(*Options)) *world {
	t.Helper()
	w := newWorld(t, change)
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask makes a request of the public address.
func (w *world) ask(t *testing.T, method, path string, header http.Header, body io.Reader) answer {
	t.Helper()
	return w.askAt(t, w.Addr(), method, path, header, body)
}

// askAt makes a request.
func (w *world) askAt(t *testing.T, addr, method, path string, header http.Header, body io.Reader) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, "http://"+addr+path, body)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(request.Header, header)
	response, err := w.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(read)}
}

// problem fails unless the answer is a problem document of the status.
func (a answer) problem(t *testing.T, status int) problem.Problem {
	t.Helper()
	var p problem.Problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.status != status || p.Status != status ||
		p.Title != http.StatusText(status) || p.Type != "about:blank" || a.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("status %d, %s: %s; want a problem with %d", a.status, a.header.Get("Content-Type"), a.body, status)
	}
	return p
}

// admin is a route of /admin that does what its query says.
func admin(group *echo.Group) {
	group.GET("/do/:what", func(c echo.Context) error {
		switch c.Param("what") {
		case "panic":
			panic("a defect")
		case "throw":
			panic(fault.New(fault.NotFound, "fault.internal", nil))
		case "fail":
			return errors.New("the inside")
		case "half":
			_, _ = io.WriteString(c.Response(), "half of it")
			return errors.New("the other half")
		case "address":
			return c.String(http.StatusOK, c.RealIP()+" "+c.Scheme())
		}
		return fault.New(fault.NotFound, "fault.admin.not_found", nil)
	})
}

// withAdmin adds that route.
func withAdmin(options *Options) { options.Registrars = []func(*echo.Group){admin} }

func TestHealth(t *testing.T) {
	w := startWorld(t, nil)
	for _, method := range []string{"GET", "HEAD"} {
		a := w.ask(t, method, "/healthz", nil, nil)
		if a.status != 200 || method == "GET" && strings.TrimSpace(a.body) != `{"status":"ok"}` {
			t.Errorf("%s: %+v", method, a)
		}
	}
}

// Readiness is a line a check, and 503 when one fails or takes too long.
func TestReady(t *testing.T) {
	broken := false
	w := startWorld(t, func(o *Options) {
		o.ReadyChecks = []Check{
			{"database", func(context.Context) error { return nil }},
			{"jobs", func(ctx context.Context) error {
				if _, bounded := ctx.Deadline(); !bounded {
					t.Error("a check may take for ever")
				}
				if broken {
					return errors.New("the inside")
				}
				return nil
			}},
		}
	})
	a := w.ask(t, "GET", "/readyz", nil, nil)
	if want := `{"check":"database","ok":true}` + "\n" + `{"check":"jobs","ok":true}` + "\n"; a.status != 200 || a.body != want {
		t.Errorf("%+v", a)
	}
	broken = true
	a = w.ask(t, "GET", "/readyz", nil, nil)
	if want := `{"check":"database","ok":true}` + "\n" + `{"check":"jobs","ok":false}` + "\n"; a.status != 503 || a.body != want {
		t.Errorf("%+v", a)
	}
	if logged := w.log.read(t); len(logged) != 1 || logged[0]["check"] != "jobs" || logged[0]["error"] != "the inside" {
		t.Errorf("%v", logged)
	}
}

// A second address takes /admin and /metrics off the public one; health can be
// asked at both.
func TestAdminAddress(t *testing.T) {
	one := startWorld(t, withAdmin)
	if one.AdminAddr() != one.Addr() {
		t.Errorf("%s and %s", one.Addr(), one.AdminAddr())
	}
	two := startWorld(t, func(o *Options) {
		withAdmin(o)
		o.AdminAddr = "127.0.0.2:0"
	})
	cases := []struct {
		w       *world
		address string
		path    string
		status  int
	}{
		{one, one.Addr(), "/admin/do/address", 200}, {one, one.Addr(), "/metrics", 200}, {one, one.Addr(), "/healthz", 200},
		{two, two.Addr(), "/admin/do/address", 404}, {two, two.Addr(), "/metrics", 404}, {two, two.Addr(), "/admin", 404},
		{two, two.Addr(), "/healthz", 200}, {two, two.Addr(), "/readyz", 200},
		{two, two.AdminAddr(), "/admin/do/address", 200}, {two, two.AdminAddr(), "/metrics", 200},
		{two, two.AdminAddr(), "/healthz", 200}, {two, two.AdminAddr(), "/readyz", 200},
		{two, two.AdminAddr(), "/webhook/event", 404},
	}
	for _, c := range cases {
		if a := c.w.askAt(t, c.address, "GET", c.path, nil, nil); a.status != c.status {
			t.Errorf("%s at %s: %d, want %d", c.path, c.address, a.status, c.status)
		}
	}
}

func TestUnknownRoutesAndMethods(t *testing.T) {
	w := startWorld(t, withAdmin)
	for _, path := range []string{"/", "/nothing", "/webhook", "/webhook/event/", "/webhook/event/more", "/healthz/", "/admin", "/admin/api/v1/schedules", "/%2e%2e/admin", "/WEBHOOK/EVENT"} {
		a := w.ask(t, "GET", path, nil, nil)
		a.problem(t, 404)
		if a.header.Get("Location") != "" || strings.Contains(a.body, "nothing") {
			t.Errorf("%s: %+v", path, a)
		}
	}
	for path, methods := range map[string][]string{
		"/webhook/event": {"GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "ODD"},
		"/webhook/card":  {"GET", "PUT"},
		"/healthz":       {"POST", "DELETE"},
		"/metrics":       {"POST"},
	} {
		for _, method := range methods {
			a := w.ask(t, method, path, nil, nil)
			if method == "HEAD" {
				if a.status != 405 || a.body != "" {
					t.Errorf("HEAD %s: %+v", path, a)
				}
				continue
			}
			a.problem(t, 405)
			if a.header.Get("Allow") == "" {
				t.Errorf("%s %s: nothing is said of what is allowed", method, path)
			}
		}
	}
	if a := w.ask(t, "OPTIONS", "/webhook/event", nil, nil); a.status != 204 || !strings.Contains(a.header.Get("Allow"), "POST") {
		t.Errorf("OPTIONS: %+v", a)
	}
}

// Every answer, a failed one too, forbids what another site could make of it.
func TestHeaders(t *testing.T) {
	w := startWorld(t, withAdmin)
	for _, path := range []string{"/healthz", "/nothing", "/webhook/event", "/admin/do/panic", "/metrics"} {
		header := w.ask(t, "GET", path, nil, nil).header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Content-Security-Policy": "frame-ancestors 'none'",
			"Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
		} {
			if got := header.Get(name); got != want {
				t.Errorf("%s: %s %q, want %q", path, name, got, want)
			}
		}
	}
}

// A defect is answered with a reference that finds its one line in the log, and
// with nothing of the inside.
func TestDefects(t *testing.T) {
	for what, inside := range map[string]string{"panic": "a defect", "throw": "fault.internal", "fail": "the inside"} {
		w := startWorld(t, withAdmin)
		p := w.ask(t, "GET", "/admin/do/"+what, nil, nil).problem(t, 500)
		logged := w.log.read(t)
		if len(logged) != 1 || p.Ref == "" || logged[0]["ref"] != p.Ref || logged[0]["level"] != "error" || logged[0]["route"] != "/admin/do/:what" {
			t.Fatalf("%s: %+v, %v", what, p, logged)
		}
		if text, _ := logged[0]["error"].(string); !strings.Contains(text, inside) || what != "fail" && !strings.Contains(text, "server_test.go") {
			t.Errorf("%s: the line does not say what and where: %s", what, text)
		}
		if strings.Contains(p.Detail, inside) {
			t.Errorf("%s: the answer tells of the inside: %s", what, p.Detail)
		}
	}
}

// What fails after the answer began is at least logged, and what a person did
// wrong is no error of ours.
func TestOtherFailures(t *testing.T) {
	w := startWorld(t, withAdmin)
	if a := w.ask(t, "GET", "/admin/do/half", nil, nil); a.status != 200 || a.body != "half of it" {
		t.Errorf("%+v", a)
	}
	w.ask(t, "GET", "/admin/do/else", nil, nil).problem(t, 404)
	if logged := w.log.read(t); len(logged) != 1 || logged[0]["error"] != "the other half" {
		t.Errorf("%v", logged)
	}
}

// Only a trusted proxy is believed about whom it speaks for.
func TestTrustedProxies(t *testing.T) {
	cases := map[string]struct {
		trusted   string
		forwarded []string
		want      string
	}{
		"nobody is trusted":               {"", []string{"203.0.113.9"}, "127.0.0.1 http"},
		"another proxy is trusted":        {"10.0.0.0/8", []string{"203.0.113.9"}, "127.0.0.1 http"},
		"this one is trusted":             {"127.0.0.0/8", []string{"203.0.113.9"}, "203.0.113.9 https"},
		"the client made one up":          {"127.0.0.0/8", []string{"10.1.1.1, 203.0.113.9"}, "203.0.113.9 https"},
		"a chain of trusted ones":         {"127.0.0.0/8,10.0.0.0/8", []string{"203.0.113.9, 10.1.1.1"}, "203.0.113.9 https"},
		"in headers of their own":         {"127.0.0.0/8", []string{"10.1.1.1", "203.0.113.9"}, "203.0.113.9 https"},
		"a client of the private network": {"127.0.0.0/8", []string{"203.0.113.9, 192.168.1.7"}, "192.168.1.7 https"},
		"a client of the local link":      {"127.0.0.0/8", []string{"203.0.113.9, 169.254.1.7"}, "169.254.1.7 https"},
		"IPv6":                            {"127.0.0.0/8", []string{"2001:db8::9"}, "2001:db8::9 https"},
		"IPv6 in brackets":                {"127.0.0.0/8", []string{"[2001:db8::9]"}, "2001:db8::9 https"},
		"an IPv6 proxy before it":         {"127.0.0.0/8,2001:db8:1::/48", []string{"203.0.113.9, 2001:db8:1::7"}, "203.0.113.9 https"},
		"words":                           {"127.0.0.0/8", []string{"unknown"}, "127.0.0.1 https"},
		"nothing":                         {"127.0.0.0/8", nil, "127.0.0.1 https"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := startWorld(t, func(o *Options) {
				withAdmin(o)
				for text := range strings.SplitSeq(c.trusted, ",") {
					if text != "" {
						o.TrustedProxies = append(o.TrustedProxies, netip.MustParsePrefix(text))
					}
				}
			})
			header := http.Header{"X-Forwarded-For": c.forwarded, "X-Forwarded-Proto": {"https"}, "X-Real-Ip": {"198.51.100.1"}}
			if a := w.ask(t, "GET", "/admin/do/address", header, nil); a.body != c.want {
				t.Errorf("%s, want %s", a.body, c.want)
			}
		})
	}
}

// A proxy that speaks IPv6 to us.
func TestTrustedProxyOverIPv6(t *testing.T) {
	w := startWorld(t, func(o *Options) {
		withAdmin(o)
		o.Addr, o.TrustedProxies = "[::1]:0", []netip.Prefix{netip.MustParsePrefix("::1/128")}
	})
	if a := w.ask(t, "GET", "/admin/do/address", http.Header{"X-Forwarded-For": {"203.0.113.9"}}, nil); a.body != "203.0.113.9 http" {
		t.Errorf("%+v", a)
	}
}
