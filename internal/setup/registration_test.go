package setup

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/brand"
	"huibao/internal/simulator"
)

// stage is a registration against a platform, with a clock of its own: waiting
// takes no time, and what happens meanwhile is a list of acts.
type stage struct {
	t        *testing.T
	platform *simulator.Server
	options  Options
	link     string
	life     time.Duration
	waits    []time.Duration
	acts     []func() // one for each wait
	now      time.Time
}

func newStage(t *testing.T, options simulator.Options) *stage {
	s := &stage{t: t, platform: simulator.New(options), now: time.Unix(1_800_000_000, 0)}
	server := httptest.NewServer(s.platform.Platform())
	t.Cleanup(func() { server.Close(); s.platform.Stop() })
	s.options = Options{
		AccountsURL: server.URL + "/", LarkAccountsURL: server.URL, Now: func() time.Time { return s.now },
		Client: server.Client(), ShowFunc: func(link string, life time.Duration) { s.link, s.life = link, life },
		WaitFunc: s.wait,
	}
	return s
}

// wait does what is to happen next.
func (s *stage) wait(_ context.Context, pause, _ time.Duration) error {
	s.waits = append(s.waits, pause)
	s.now = s.now.Add(pause)
	if len(s.acts) > 0 {
		s.acts[0]()
		s.acts = s.acts[1:]
	}
	return nil
}

// scan has the admin open the link.
func (s *stage) scan(refuse bool) simulator.Scanned {
	s.t.Helper()
	shown, err := s.platform.ScanQR(simulator.Scan{URL: s.link, OpenID: simulator.AdminID, Refuse: refuse})
	if err != nil {
		s.t.Error(err)
	}
	return shown
}

// nothing is what happens when nobody does anything.
func nothing() {}

// The page shows exactly what huibao needs, without the platform's template, and
// the app has exactly that.
func TestRegisters(t *testing.T) {
	for b, want := range map[brand.Brand]App{
		brand.Feishu: {"cli_new", "s3cret", brand.Feishu, simulator.AdminID},
		brand.Lark:   {"cli_new", "s3cret", brand.Lark, simulator.AdminID},
	} {
		s := newStage(t, simulator.Options{AppID: "cli_new", AppSecret: "s3cret"})
		s.platform.SetRegistrationStyle(simulator.RegistrationStyle{Lark: b == brand.Lark})
		var shown simulator.Scanned
		s.acts = []func(){func() { shown = s.scan(false) }}
		got, err := Register(t.Context(), s.options)
		if err != nil || got != want {
			t.Fatalf("%s: %+v, %v", b, got, err)
		}
		if diff := cmp.Diff(simulator.Scanned{
			Name: "huibao",
			Scopes: []string{
				"im:message.p2p_msg:readonly", "im:message.group_at_msg:readonly", "im:message:send_as_bot", "im:chat:readonly", "vc:report:readonly",
				"im:resource:upload", "im:message.reactions:write_only", "tenant:tenant:readonly",
				"application:app_slash_command:read", "application:app_slash_command:write",
			},
			Events: []string{
				"im.message.receive_v1", "im.chat.member.bot.added_v1", "im.chat.member.bot.deleted_v1", "im.chat.disbanded_v1", "im.chat.updated_v1",
			},
			Callbacks: []string{"card.action.trigger"},
		}, shown); diff != "" {
			t.Errorf("%s: (-want +shown)\n%s", b, diff)
		}
		if s.life != 10*time.Minute || !cmp.Equal(s.waits, []time.Duration{5 * time.Second}) {
			t.Errorf("%s: the link is good for %s, waits %v", b, s.life, s.waits)
		}
		if calls := s.platform.Calls("registration"); calls != map[brand.Brand]int{brand.Feishu: 3, brand.Lark: 4}[b] {
			t.Errorf("%s: %d calls", b, calls)
		}
	}
}

// A person who is slow, a platform that asks for patience, and a network that
// fails are waited out.
func TestWaitsThings(t *testing.T) {
	s := newStage(t, simulator.Options{})
	s.platform.SetRegistrationStyle(simulator.RegistrationStyle{Interval: 2, SlowDown: 2})
	s.acts = []func(){
		nothing, // asked to slow down
		nothing, // again
		func() { s.platform.SetFault(simulator.Fault{Endpoint: "registration", Drop: true, Times: 1}) },
		func() {
			s.platform.SetFault(simulator.Fault{Endpoint: "registration", Status: http.StatusBadGateway, HTML: true, Times: 1})
		},
		func() { s.scan(false) },
	}
	got, err := Register(t.Context(), s.options)
	if err != nil || got.ID == "" {
		t.Fatalf("%+v, %v", got, err)
	}
	want := []time.Duration{7 * time.Second, 12 * time.Second, 12 * time.Second, 12 * time.Second, 12 * time.Second}
	if diff := cmp.Diff(want, s.waits); diff != "" {
		t.Error(diff)
	}
}

func TestEndsWithoutAnApp(t *testing.T) {
	for name, test := range map[string]struct {
		act  func(*stage)
		want error
	}{
		"refused":                {func(s *stage) { s.scan(true) }, ErrRefused},
		"nobody came":            {func(s *stage) { s.now = s.now.Add(10 * time.Minute) }, ErrExpired},
		"the platform's time is": {func(s *stage) { s.platform.Clock().Advance(10 * time.Minute) }, ErrExpired},
	} {
		s := newStage(t, simulator.Options{})
		s.acts = []func(){func() { test.act(s) }}
		if got, err := Register(t.Context(), s.options); !errors.Is(err, test.want) || got != (App{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// What cannot begin says why, without device code or form.
func TestCannotBegin(t *testing.T) {
	s := newStage(t, simulator.Options{})
	for name, test := range map[string]struct {
		fault simulator.Fault
		want  error
	}{
		"no network":  {simulator.Fault{Drop: true}, ErrUnreachable},
		"a web page":  {simulator.Fault{Status: http.StatusNotFound, HTML: true}, ErrNotThePlatform},
		"another API": {simulator.Fault{Status: http.StatusNotFound, Code: 1}, ErrNotThePlatform},
	} {
		test.fault.Endpoint = "registration"
		s.platform.SetFault(test.fault)
		if _, err := Register(t.Context(), s.options); !errors.Is(err, test.want) || strings.Contains(err.Error(), "PersonalAgent") {
			t.Errorf("%s: %v", name, err)
		}
		s.platform.ClearFaults()
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.options.WaitFunc = func(ctx context.Context, _, _ time.Duration) error { cancel(); return ctx.Err() }
	if _, err := Register(ctx, s.options); !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "device-") {
		t.Errorf("stopped: %v", err)
	}
}
