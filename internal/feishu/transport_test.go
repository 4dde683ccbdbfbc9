package feishu

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"huibao/internal/outbox"
)

// cut ends the connection without an answer.
func cut(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// What is known of a message after an answer that is none of the platform's.
func TestSendOutcomes(t *testing.T) {
	padded := func(size int) string { return sentReply + strings.Repeat(" ", size-len(sentReply)) }
	header := func(name, value string, handle http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set(name, value)
			handle(w, r)
		}
	}
	cases := map[string]struct {
		handle  http.HandlerFunc
		outcome outbox.Outcome // "" for sent
		wait    time.Duration
	}{
		"sent":                         {always(200, sentReply), "", 0},
		"sent, as large as may be":     {always(200, padded(replyLimit)), "", 0},
		"larger than may be":           {always(200, padded(replyLimit+1)), outbox.OutcomeUnknown, 0},
		"a bomb":                       {bomb, outbox.OutcomeUnknown, 0},
		"sent, but not said as what":   {always(200, `{"code":0,"msg":"success","data":{}}`), outbox.OutcomeUnknown, 0},
		"no code":                      {always(200, `{"data":{"message_id":"om_1"}}`), outbox.OutcomeUnknown, 0},
		"a code in words":              {always(200, `{"code":"0","data":{"message_id":"om_1"}}`), outbox.OutcomeUnknown, 0},
		"an id that is a number":       {always(200, `{"code":0,"data":{"message_id":1}}`), outbox.OutcomeUnknown, 0},
		"nothing":                      {always(200, ""), outbox.OutcomeUnknown, 0},
		"null":                         {always(200, "null"), outbox.OutcomeUnknown, 0},
		"half a reply":                 {header("Content-Length", "100", always(200, sentReply[:20])), outbox.OutcomeUnknown, 0},
		"JSON that says it is a page":  {html(200, sentReply), "", 0},
		"a page with 200":              {html(200, "<html>"), outbox.OutcomeUnknown, 0},
		"a page with 500":              {html(500, "<html>"), outbox.OutcomeUnknown, 0},
		"a page with 502":              {html(502, "<html>"), outbox.OutcomeUnknown, 0},
		"a page with 504":              {html(504, "<html>"), outbox.OutcomeUnknown, 0},
		"a code with 504":              {always(504, refusal("5")), outbox.OutcomeUnknown, 0},
		"nothing with 503":             {always(503, ""), outbox.OutcomeUnknown, 0},
		"success with 500":             {always(500, sentReply), outbox.OutcomeUnknown, 0},
		"cut":                          {cut, outbox.OutcomeUnknown, 0},
		"a redirection":                {header("Location", "/elsewhere", always(307, "")), outbox.OutcomeUnknown, 0},
		"a page with 403":              {html(403, "<html>"), outbox.OutcomeUnsent, 0},
		"a page with 404":              {html(404, "<html>"), outbox.OutcomeUnsent, 0},
		"a page with 413":              {html(413, "<html>"), outbox.OutcomeContent, 0},
		"a page with 429":              {html(429, "<html>"), outbox.OutcomeLater, time.Second},
		"a page with 429 that says":    {header("Retry-After", "7", html(429, "<html>")), outbox.OutcomeLater, 7 * time.Second},
		"429":                          {always(429, refusal("99991400")), outbox.OutcomeLater, time.Second},
		"429 with its header":          {header("X-Ogw-Ratelimit-Reset", "42", always(429, refusal("99991400"))), outbox.OutcomeLater, 42 * time.Second},
		"429 with less than a second":  {header("X-Ogw-Ratelimit-Reset", "0.2", always(429, refusal("99991400"))), outbox.OutcomeLater, time.Second},
		"429 with a header in words":   {header("X-Ogw-Ratelimit-Reset", "soon", always(429, refusal("99991400"))), outbox.OutcomeLater, time.Second},
		"429 for a week":               {header("X-Ogw-Ratelimit-Reset", "604800", always(429, refusal("99991400"))), outbox.OutcomeLater, 24 * time.Hour},
		"429 for less than nothing":    {header("X-Ogw-Ratelimit-Reset", "-5", always(429, refusal("99991400"))), outbox.OutcomeLater, time.Second},
		"429 with a code of its own":   {always(429, refusal("12345")), outbox.OutcomeLater, time.Second},
		"400 that means 429":           {header("X-Ogw-Ratelimit-Reset", "3", always(400, refusal("99991400"))), outbox.OutcomeLater, 3 * time.Second},
		"the chat's own limit":         {always(400, refusal("230020")), outbox.OutcomeLater, time.Second},
		"being sent":                   {always(400, refusal("230049")), outbox.OutcomeUnknown, 0},
		"a card refused":               {always(400, `{"code":230099,"msg":"Failed to create card content, ext=ErrCode: 11310; ErrMsg: card table number over limit; "}`), outbox.OutcomeContent, 0},
		"a refusal nobody knows":       {always(400, refusal("987654")), outbox.OutcomeOther, 0},
		"a refusal nobody knows, 200":  {always(200, refusal("987654")), outbox.OutcomeOther, 0},
		"trouble that nobody knows":    {always(500, refusal("987654")), outbox.OutcomeUnknown, 0},
		"a refusal with a message_id":  {always(400, `{"code":230001,"msg":"no","data":{"message_id":"om_1"}}`), outbox.OutcomeContent, 0},
		"a code larger than a number":  {always(400, refusal("99999999999999999999")), outbox.OutcomeUnsent, 0},
		"a code that is less than all": {always(400, refusal("-1")), outbox.OutcomeOther, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(t, c.handle)
			id, err := newTestClient(t, p.URL, nil).Send(t.Context(), "", "oc_1", card, "u")
			if made := len(p.made()); made != 1 {
				t.Errorf("%d calls, want 1", made)
			}
			if c.outcome == "" {
				if err != nil || id != "om_sent" {
					t.Errorf("%q, %v", id, err)
				}
				return
			}
			var failure *outbox.Failure
			if !errors.As(err, &failure) || failure.Outcome != c.outcome || failure.Wait != c.wait || id != "" {
				t.Errorf("%q, %+v; want %s, %s", id, err, c.outcome, c.wait)
			}
		})
	}
}

// html answers with a page.
func html(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// bomb answers with little that unpacks to more than is read.
func bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(http.StatusOK)
	pack, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
	_, _ = io.WriteString(pack, sentReply+strings.Repeat(" ", replyLimit))
	_ = pack.Close()
}

// A message that never left is one; from the moment it has a connection, it may
// have left.
func TestSendUnsentOrUnknown(t *testing.T) {
	p := newPlatform(t, always(200, sentReply))
	c := newTestClient(t, p.URL, func(o *ClientOptions) { o.Over = &http.Transport{DisableKeepAlives: true} })
	send := func(ctx context.Context) outbox.Outcome {
		_, err := c.Send(ctx, "", "oc_1", card, "u")
		if err == nil {
			return ""
		}
		return outbox.FailureOf(err).Outcome
	}
	if outcome := send(t.Context()); outcome != "" {
		t.Fatal(outcome)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if outcome := send(over); outcome != outbox.OutcomeUnsent {
		t.Errorf("nobody waits any more: %s", outcome)
	}
	p.Close()
	if outcome := send(t.Context()); outcome != outbox.OutcomeUnsent {
		t.Errorf("nobody listens: %s", outcome)
	}
	if made := len(p.made()); made != 1 {
		t.Errorf("%d calls", made)
	}
}

// roundTrip is a round tripper that tells nothing of connections.
type roundTrip func(*http.Request) (*http.Response, error)

func (r roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

// Where it cannot be known whether the message left, it may have.
func TestSendOverWhoeverTellsNothing(t *testing.T) {
	c := newTestClient(t, "http://platform.invalid", func(o *ClientOptions) {
		o.Over = roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("something") })
	})
	c.keepToken(t)
	_, err := c.Send(t.Context(), "", "oc_1", card, "u")
	if outcome := outbox.FailureOf(err).Outcome; outcome != outbox.OutcomeUnknown {
		t.Errorf("%s", outcome)
	}
}

// A wait that ends while the platform thinks leaves the outcome open.
func TestSendAbandoned(t *testing.T) {
	arrived, leave := make(chan struct{}), make(chan struct{})
	p := newPlatform(t, func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-leave
	})
	defer close(leave)
	c := newTestClient(t, p.URL, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	_, err := c.Send(ctx, "", "oc_1", card, "u")
	if failure := outbox.FailureOf(err); failure.Outcome != outbox.OutcomeUnknown || !errors.Is(err, context.Canceled) {
		t.Errorf("%+v", failure)
	}
}

// dialled counts connections, and breaks the first ones when told to.
type dialled struct {
	count  atomic.Int32
	broken atomic.Bool // writing to the first connection fails, with nothing written
	closed atomic.Bool // no further connection can be had
}

func (d *dialled) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if d.closed.Load() {
		return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("refused")}
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if d.count.Add(1) > 1 {
		return conn, err
	}
	return &breakable{conn, d}, err
}

// breakable is a connection that writing can fail on.
type breakable struct {
	net.Conn
	dialled *dialled
}

func (b *breakable) Write(p []byte) (int, error) {
	if b.dialled.broken.Load() {
		return 0, errors.New("broken")
	}
	return b.Conn.Write(p)
}

// A connection that was kept can turn out to be dead. The library then takes
// another one, but only if nothing of the message was written.
func TestSendOnKeptConnection(t *testing.T) {
	setUp := func(t *testing.T) (*dialled, *platform, *testClient) {
		connections := &dialled{}
		p := newPlatform(t, always(200, sentReply))
		transport := &http.Transport{DialContext: connections.dial}
		t.Cleanup(transport.CloseIdleConnections)
		c := newTestClient(t, p.URL, func(o *ClientOptions) { o.Over = transport })
		if _, err := c.Send(t.Context(), "", "oc_1", card, "first"); err != nil || connections.count.Load() != 1 {
			t.Fatalf("%v, %d connections", err, connections.count.Load())
		}
		return connections, p, c
	}
	t.Run("dead, another one", func(t *testing.T) {
		connections, p, c := setUp(t)
		connections.broken.Store(true)
		id, err := c.Send(t.Context(), "", "oc_1", card, "second")
		if err != nil || id != "om_sent" || len(p.made()) != 2 || connections.count.Load() != 2 {
			t.Errorf("%q, %v, %d calls, %d connections", id, err, len(p.made()), connections.count.Load())
		}
	})
	t.Run("dead, no other one", func(t *testing.T) {
		connections, p, c := setUp(t)
		connections.broken.Store(true)
		connections.closed.Store(true)
		_, err := c.Send(t.Context(), "", "oc_1", card, "second")
		if outcome := outbox.FailureOf(err).Outcome; outcome != outbox.OutcomeUnsent || len(p.made()) != 1 {
			t.Errorf("%s, %d calls", outcome, len(p.made()))
		}
	})
	t.Run("cut by the platform", func(t *testing.T) {
		var p *platform
		p = newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
			if len(p.made()) > 1 {
				cut(w, r)
			}
			reply(w, 200, sentReply)
		})
		c := newTestClient(t, p.URL, nil)
		if _, err := c.Send(t.Context(), "", "oc_1", card, "first"); err != nil {
			t.Fatal(err)
		}
		_, err := c.Send(t.Context(), "", "oc_1", card, "second")
		made := p.made()
		if outcome := outbox.FailureOf(err).Outcome; outcome != outbox.OutcomeUnknown || len(made) != 2 || made[0].from != made[1].from {
			t.Errorf("%s, calls %+v", outcome, made)
		}
	})
}

// HTTP/2, which the platform speaks.
func TestSendOverHTTP2(t *testing.T) {
	p := &platform{}
	server := httptest.NewUnstartedServer(p.handler(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("HTTP/%d", r.ProtoMajor)
		}
		if len(p.made()) == 2 {
			cut(w, r)
		}
		reply(w, 200, sentReply)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	c := newTestClient(t, server.URL, func(o *ClientOptions) { o.Over = server.Client().Transport })
	for i, want := range []outbox.Outcome{"", outbox.OutcomeUnknown, ""} {
		_, err := c.Send(t.Context(), "", "oc_1", card, "u")
		if err == nil && want == "" {
			continue
		}
		if outcome := outbox.FailureOf(err).Outcome; outcome != want {
			t.Errorf("call %d: %s (%v), want %q", i, outcome, err, want)
		}
	}
	if calls := len(p.made()); calls != 3 {
		t.Errorf("%d calls, want 3", calls)
	}
}

// A redirection is not followed: the message could be posted twice.
func TestRedirectionIsNotFollowed(t *testing.T) {
	var followed atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		followed.Add(1)
		reply(w, 200, sentReply)
	}))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, status) })
		if _, err := newTestClient(t, p.URL, nil).Send(t.Context(), "", "oc_1", card, "u"); err == nil {
			t.Errorf("%d was a success", status)
		}
	}
	if followed.Load() != 0 {
		t.Errorf("%d redirections were followed", followed.Load())
	}
}
