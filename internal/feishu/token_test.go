package feishu

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/internal/simulator"
)

// newSimulated returns a simulated platform with a client of it.
func newSimulated(t *testing.T, change func(*ClientOptions)) (*simulator.Server, *testClient) {
	t.Helper()
	s := simulator.New(simulator.Options{AppID: "cli_1", AppSecret: secretOfApp})
	server := httptest.NewServer(s.Platform())
	t.Cleanup(server.Close)
	t.Cleanup(s.Stop)
	return s, newTestClient(t, server.URL, change)
}

// A hundred calls that find no token ask for one together.
func TestTokenIsFetchedOnce(t *testing.T) {
	s, c := newSimulated(t, nil)
	held := s.SetFault(simulator.Fault{Endpoint: "token", Hold: true})
	var calls sync.WaitGroup
	for range 100 {
		calls.Go(func() {
			if _, _, err := c.BotInfo(t.Context(), "tenant"); err != nil {
				t.Error(err)
			}
		})
	}
	if err := s.WaitHeld(t.Context(), held); err != nil {
		t.Fatal(err)
	}
	s.ClearFaults()
	calls.Wait()
	if made := len(s.Requests("token")); made != 1 {
		t.Errorf("%d calls for a token, want 1", made)
	}
}

// flakyTokens hands out numbered tokens.
type flakyTokens struct {
	calls atomic.Int32
	life  time.Duration
	delay time.Duration
	err   error
}

func (f *flakyTokens) fetch(ctx context.Context) (token, error) {
	n := f.calls.Add(1)
	timer := time.NewTimer(f.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return token{}, ctx.Err()
	}
	if f.err != nil {
		return token{}, f.err
	}
	return token{value: fmt.Sprintf("t-%d", n), until: time.Now().Add(f.life)}, nil
}

// Whoever asks while the call fails gets its failure, not a call of their own
// after it; and whoever stops waiting does not take the call from the others.
func TestTokenFailureIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := &flakyTokens{delay: 10 * time.Second, err: errors.New("down")}
		kept := &tokens{fetchFunc: source.fetch, now: time.Now}
		begun := time.Now()
		var askers sync.WaitGroup
		for i := range 50 { // the first, who begins the call, is one who stops waiting
			synctest.Wait()
			askers.Go(func() {
				ctx := t.Context()
				if i%2 == 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, time.Second)
					defer cancel()
				}
				_, err := kept.get(ctx)
				waited, want := time.Since(begun), 10*time.Second
				if i%2 == 0 {
					want = time.Second
				}
				if err == nil || waited != want {
					t.Errorf("after %s: %v; want an error after %s", waited, err, want)
				}
			})
		}
		askers.Wait()
		if calls := source.calls.Load(); calls != 1 {
			t.Errorf("%d calls, want 1", calls)
		}
	})
}

// A defect on the way to a token is a failure of the call, not of the process.
func TestTokenDefect(t *testing.T) {
	kept := &tokens{now: time.Now, fetchFunc: func(context.Context) (token, error) { panic("a defect") }}
	_, err := kept.get(t.Context())
	if failure := outbox.FailureOf(sorted(err)); failure.Outcome != outbox.OutcomeUnsent {
		t.Errorf("%v", err)
	}
}

func TestTokenIsReplacedBeforeItEnds(t *testing.T) {
	for _, c := range []struct {
		expire int           // seconds, as the platform says
		good   time.Duration // how long it is used
	}{{7200, 115 * time.Minute}, {1800, 25 * time.Minute}, {600, 5 * time.Minute}, {60, 30 * time.Second}, {1, time.Second / 2}} {
		t.Run(fmt.Sprint(c.expire), func(t *testing.T) {
			now := testNow
			fetched := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if isTokenCall(r) {
					fetched++
					reply(w, http.StatusOK, fmt.Sprintf(`{"code":0,"tenant_access_token":"t-%d","expire":%d}`, fetched, c.expire))
					return
				}
				if want := fmt.Sprintf("Bearer t-%d", fetched); r.Header.Get("Authorization") != want {
					t.Errorf("a call with %s, want %s", r.Header.Get("Authorization"), want)
				}
				reply(w, http.StatusOK, sentReply)
			}))
			defer server.Close()
			client := newTestClient(t, server.URL, func(o *ClientOptions) { o.Now = func() time.Time { return now } })
			send := func() {
				if _, err := client.Send(t.Context(), "", "oc_1", card, "u"); err != nil {
					t.Error(err)
				}
			}
			send()
			now = testNow.Add(c.good - time.Nanosecond)
			send()
			if fetched != 1 {
				t.Errorf("%d tokens before its time, want 1", fetched)
			}
			now = testNow.Add(c.good)
			send()
			if fetched != 2 {
				t.Errorf("%d tokens after its time, want 2", fetched)
			}
		})
	}
}

// A token that the platform calls invalid is dropped. A message is left to be
// sent again, which takes another slot and then a new token; other calls are
// made once more at once.
func TestInvalidTokenIsReplaced(t *testing.T) {
	for _, code := range []string{"99991663", "99991664", "99991671"} {
		t.Run(code, func(t *testing.T) {
			refuse := true
			p := newPlatform(t, func(w http.ResponseWriter, _ *http.Request) {
				if refuse {
					refuse = false
					reply(w, http.StatusBadRequest, refusal(code))
					return
				}
				reply(w, http.StatusOK, sentReply)
			})
			c := newTestClient(t, p.URL, nil)
			_, err := c.Send(t.Context(), "", "oc_1", card, "uuid-1")
			if failure := outbox.FailureOf(err); failure.Outcome != outbox.OutcomeLater || failure.Wait < time.Second {
				t.Errorf("%+v", failure)
			}
			if made := p.made(); len(made) != 1 || p.tokens != 1 {
				t.Errorf("%d tokens, calls %+v", p.tokens, made)
			}
			if id, err := c.Send(t.Context(), "", "oc_1", card, "uuid-1"); err != nil || id != "om_sent" || p.tokens != 2 {
				t.Errorf("%s, %v, %d tokens", id, err, p.tokens)
			}
			refuse = true
			if err := c.Update(t.Context(), "", "om_1", card); err != nil || len(p.made()) != 4 || p.tokens != 3 {
				t.Errorf("%v, %d tokens, calls %+v", err, p.tokens, p.made())
			}
		})
	}
}

// A platform that refuses every token is asked once for each attempt at a
// message, twice for another call and no more, each time with a new token.
func TestInvalidTokenIsNotReplacedForEver(t *testing.T) {
	p := newPlatform(t, always(http.StatusBadRequest, refusal("99991663")))
	c := newTestClient(t, p.URL, nil)
	for n := 1; n <= 2; n++ {
		_, err := c.Send(t.Context(), "", "oc_1", card, "u")
		if failure := outbox.FailureOf(err); failure.Outcome != outbox.OutcomeLater || failure.Code != 99991663 || failure.Wait < time.Second {
			t.Errorf("%+v", failure)
		}
		if made := len(p.made()); made != n || p.tokens != n {
			t.Errorf("%d calls, %d tokens after %d messages", made, p.tokens, n)
		}
	}
	if err := c.Update(t.Context(), "", "om_1", card); err == nil || len(p.made()) != 4 || p.tokens != 4 {
		t.Errorf("%v, %d calls, %d tokens", err, len(p.made()), p.tokens)
	}
}

// A revoked token is noticed, and its replacement serves everybody.
func TestRevokedToken(t *testing.T) {
	s, c := newSimulated(t, nil)
	if _, _, err := c.BotInfo(t.Context(), "tenant"); err != nil {
		t.Fatal(err)
	}
	s.RevokeTokens()
	var calls sync.WaitGroup
	for range 20 {
		calls.Go(func() {
			if _, _, err := c.Tenant(t.Context(), ""); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if made := len(s.Requests("token")); made < 2 || made > 3 {
		t.Errorf("%d calls for tokens", made)
	}
}

// Where there is no token the message was not sent, whatever became of asking
// for one; and what the platform has against the app is told in its words.
func TestNoToken(t *testing.T) {
	cases := map[string]struct {
		status  int
		body    string
		outcome outbox.Outcome
		kind    fault.Kind
		key     string
	}{
		"wrong secret":     {200, refusal("10015"), outbox.OutcomeTenant, fault.Permission, "fault.platform.credentials"},
		"app disabled":     {200, refusal("10014"), outbox.OutcomeTenant, fault.Permission, "fault.platform.stopped"},
		"bad parameter":    {400, refusal("10003"), outbox.OutcomeTenant, fault.Permission, "fault.platform.credentials"},
		"mismatch":         {400, refusal("99991543"), outbox.OutcomeTenant, fault.Permission, "fault.platform.credentials"},
		"unknown refusal":  {200, refusal("10099"), outbox.OutcomeUnsent, fault.Internal, "fault.platform.refused"},
		"too often":        {429, refusal("99991400"), outbox.OutcomeLater, fault.Temporary, "fault.platform.limited"},
		"internal":         {500, refusal("2200"), outbox.OutcomeUnsent, fault.Temporary, "fault.platform.unwell"},
		"HTML":             {502, "<html>" + secretOfApp + "</html>", outbox.OutcomeUnsent, fault.Temporary, "fault.platform.unwell"},
		"nothing":          {200, "", outbox.OutcomeUnsent, fault.Temporary, "fault.platform.unwell"},
		"no token in it":   {200, `{"code":0,"expire":7200}`, outbox.OutcomeUnsent, fault.Temporary, "fault.platform.unwell"},
		"no end in it":     {200, `{"code":0,"tenant_access_token":"t-1"}`, outbox.OutcomeUnsent, fault.Temporary, "fault.platform.unwell"},
		"an end in words":  {200, `{"code":0,"tenant_access_token":"t-1","expire":"7200"}`, outbox.OutcomeUnsent, fault.Temporary, "fault.platform.unwell"},
		"a proxy's 407":    {407, "<html>", outbox.OutcomeUnsent, fault.Temporary, "fault.platform.unwell"},
		"redirected":       {302, "", outbox.OutcomeUnsent, fault.Temporary, "fault.platform.unwell"},
		"too many, a page": {429, "<html>", outbox.OutcomeLater, fault.Temporary, "fault.platform.limited"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			messages := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !isTokenCall(r) {
					messages++
				}
				reply(w, c.status, c.body)
			}))
			defer server.Close()
			_, err := newTestClient(t, server.URL, nil).Send(t.Context(), "", "oc_1", card, "u")
			failure := outbox.FailureOf(err)
			if failure.Outcome != c.outcome || messages != 0 {
				t.Errorf("outcome %s, %d messages; want %s", failure.Outcome, messages, c.outcome)
			}
			if f := fault.As(err); f.Kind != c.kind || f.Key != c.key {
				t.Errorf("fault %s %s, want %s %s", f.Kind, f.Key, c.kind, c.key)
			}
		})
	}
}

// A wrong secret at the simulated platform.
func TestWrongSecret(t *testing.T) {
	s, c := newSimulated(t, func(o *ClientOptions) { o.AppSecret = "another" })
	_, _, err := c.BotInfo(t.Context(), "tenant")
	if f := fault.As(err); f.Key != "fault.platform.credentials" || f.Kind != fault.Permission {
		t.Errorf("%v", err)
	}
	if made := len(s.Requests("bot_info")); made != 0 {
		t.Errorf("%d calls without a token", made)
	}
}
