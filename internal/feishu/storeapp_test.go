package feishu

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"huibao/bot"
	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/internal/simulator"
)

// market is a simulated platform with a store app in two tenants, and where its
// events arrive.
type market struct {
	*simulator.Server
	*testClient
	events chan *bot.Event

	mu     sync.Mutex
	ticket string
}

// newMarket returns a platform whose app was installed by both tenants, and that
// has sent no app_ticket yet. What it sends is taken in as the service does.
func newMarket(t *testing.T) *market {
	t.Helper()
	m := &market{events: make(chan *bot.Event, 100)}
	m.Server = simulator.New(simulator.Options{AppType: simulator.StoreApp, AppID: "cli_1", AppSecret: secretOfApp, TenantKey: "tenant-a"})
	for key, name := range map[string]string{"tenant-a": "A", "tenant-b": "B"} {
		m.AddTenant(key, name).ChangeApp(func(app *simulator.App) { app.NotInstalled = false })
	}
	platform := httptest.NewServer(m.Platform())
	receiver := NewReceiver(ReceiverOptions{
		AppID: "cli_1", EncryptKey: m.Options().EncryptKey, VerificationToken: m.Options().VerificationToken, StoreApp: true, Now: time.Now,
	})
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		event, _, err := receiver.Receive(r.Header, body)
		if err != nil {
			t.Errorf("an event was refused: %v", err)
			return
		}
		m.events <- event
	}))
	t.Cleanup(platform.Close)
	t.Cleanup(front.Close)
	t.Cleanup(m.Stop)
	m.DeliverTo(front.URL)
	m.testClient = newTestClient(t, platform.URL, func(o *ClientOptions) {
		o.StoreApp = true
		o.TicketFunc = func(context.Context) (string, error) {
			m.mu.Lock()
			defer m.mu.Unlock()
			return m.ticket, nil
		}
	})
	return m
}

// next is the next event that arrives.
func (m *market) next(t *testing.T) *bot.Event {
	t.Helper()
	select {
	case event := <-m.events:
		return event
	case <-time.After(10 * time.Second):
		t.Fatal("no event arrives")
		return nil
	}
}

// keepTicket keeps the app_ticket that arrives next.
func (m *market) keepTicket(t *testing.T) {
	t.Helper()
	event := m.next(t)
	if event.Type != bot.EventTicket || event.App == nil || event.App.Ticket == "" || event.TenantKey != "" {
		t.Fatalf("%+v", event)
	}
	if age := time.Since(event.CreatedAt); age < 0 || age > time.Minute {
		t.Errorf("created at %s", event.CreatedAt)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ticket = event.App.Ticket
}

// ready has the app_ticket sent and kept.
func (m *market) ready(t *testing.T) {
	t.Helper()
	if err := m.ResendTicket(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.keepTicket(t)
}

// made counts the calls for tokens: of the app, of tenants, and for a ticket.
func (m *market) made() (app, tenants, resends int) {
	count := func(path string) (n int) {
		for _, request := range m.Requests("") {
			if request.Path == path {
				n++
			}
		}
		return n
	}
	return count(appTokenPath), count(tenantTokenPath), count(resendPath)
}

// wantMade compares the calls for tokens.
func (m *market) wantMade(t *testing.T, app, tenants, resends int) {
	t.Helper()
	if a, b, c := m.made(); a != app || b != tenants || c != resends {
		t.Errorf("%d app tokens, %d tenant tokens, %d resends; want %d, %d, %d", a, b, c, app, tenants, resends)
	}
}

// bot asks who the bot is in a tenant.
func (m *market) bot(t *testing.T, tenantKey string) string {
	t.Helper()
	openID, _, err := m.BotInfo(t.Context(), tenantKey)
	if err != nil {
		t.Fatal(err)
	}
	return openID
}

// Each tenant has a token of its own, made from one of the app; all who ask
// meanwhile share the calls.
func TestStoreAppTokens(t *testing.T) {
	m := newMarket(t)
	m.ready(t)
	var calls sync.WaitGroup
	for i := range 40 {
		calls.Go(func() {
			key := []string{"tenant-a", "tenant-b"}[i%2]
			named, _, err := m.Client.Tenant(t.Context(), key)
			if err != nil || named != key {
				t.Errorf("asked on behalf of %s: %s, %v", key, named, err)
			}
		})
	}
	calls.Wait()
	m.wantMade(t, 1, 2, 1)
	if a, b := m.bot(t, "tenant-a"), m.bot(t, "tenant-b"); a == b {
		t.Errorf("the bot is %s in both", a)
	}
	m.wantMade(t, 1, 2, 1)
}

// A call that names no tenant is none of the platform's business.
func TestStoreAppCallWithoutTenant(t *testing.T) {
	m := newMarket(t)
	m.ready(t)
	if _, _, err := m.BotInfo(t.Context(), ""); err == nil || len(m.Requests("bot_info")) != 0 {
		t.Errorf("%v, %d calls", err, len(m.Requests("bot_info")))
	}
	_, err := m.Send(t.Context(), "", "oc_1", card, "u")
	if failure := outbox.FailureOf(err); failure.Outcome != outbox.OutcomeUnsent {
		t.Errorf("%+v", failure)
	}
}

// Without an app_ticket nothing is sent, the platform is asked for one once, and
// people are told in words.
func TestNoTicket(t *testing.T) {
	m := newMarket(t)
	for range 3 {
		_, err := m.Send(t.Context(), "tenant-a", "oc_1", card, "u")
		failure := outbox.FailureOf(err)
		if failure.Outcome != outbox.OutcomeUnsent || fault.As(err).Key != "fault.platform.ticket" || fault.KindOf(err) != fault.Temporary {
			t.Errorf("%+v", failure)
		}
	}
	m.wantMade(t, 0, 0, 1)
	m.keepTicket(t)
	if _, _, err := m.BotInfo(t.Context(), "tenant-a"); err != nil {
		t.Error(err)
	}
	if !strings.Contains(m.log.String(), "no app_ticket is taken; the platform was asked to send one") {
		t.Errorf("the log does not say so:\n%s", m.log)
	}
}

// A ticket that the platform refuses is replaced by the one it sends when it is
// asked, and what was refused goes through then.
func TestTicketIsRefused(t *testing.T) {
	m := newMarket(t)
	m.ready(t)
	m.ExpireTickets()
	_, _, err := m.BotInfo(t.Context(), "tenant-a")
	if f := fault.As(err); f.Key != "fault.platform.ticket" || f.Kind != fault.Temporary {
		t.Errorf("%v", err)
	}
	m.wantMade(t, 1, 0, 2)
	if _, _, err := m.BotInfo(t.Context(), "tenant-a"); err == nil {
		t.Error("a call with an expired ticket went through")
	}
	m.wantMade(t, 2, 0, 2) // it was asked within the last minute
	m.keepTicket(t)
	m.bot(t, "tenant-a")
	m.wantMade(t, 3, 1, 2)
}

// An app_access_token that is no longer taken is replaced, and what was asked for
// goes through at once.
func TestAppTokenIsRefused(t *testing.T) {
	m := newMarket(t)
	m.ready(t)
	m.bot(t, "tenant-a")
	m.ExpireTickets()
	m.PushTicket()
	m.keepTicket(t)
	m.bot(t, "tenant-b")
	m.wantMade(t, 2, 3, 1)
}

// A tenant's token that is revoked is replaced, and no other tenant's.
func TestTenantTokenIsRevoked(t *testing.T) {
	m := newMarket(t)
	m.ready(t)
	m.bot(t, "tenant-a")
	m.bot(t, "tenant-b")
	b, _ := m.tokensOf("tenant-b")
	kept, _ := b.kept()
	m.SetFault(simulator.Fault{Endpoint: "bot_info", Code: 99991663, Status: http.StatusBadRequest, Times: 1})
	m.bot(t, "tenant-a")
	m.wantMade(t, 1, 3, 1)
	if still, good := b.kept(); still != kept || !good {
		t.Error("the other tenant's token was dropped")
	}
}

// A tenant that is unknown to the platform, stopped the app or has it no longer is
// one that an administrator must do something about.
func TestTenantThatHasNotTheApp(t *testing.T) {
	for name, c := range map[string]struct {
		key    string
		change func(*simulator.App)
		want   string
	}{
		"unknown":     {"tenant-x", func(*simulator.App) {}, "fault.platform.not_installed"},
		"uninstalled": {"tenant-b", func(app *simulator.App) { app.NotInstalled = true }, "fault.platform.not_installed"},
		"stopped":     {"tenant-b", func(app *simulator.App) { app.Stopped = true }, "fault.platform.stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMarket(t)
			m.ready(t)
			tenant, _ := m.Tenant("tenant-b")
			tenant.ChangeApp(c.change)
			_, err := m.Send(t.Context(), c.key, "oc_1", card, "u")
			failure := outbox.FailureOf(err)
			if f := fault.As(err); failure.Outcome != outbox.OutcomeTenant || f.Key != c.want || f.Kind != fault.Permission {
				t.Errorf("%+v, %+v", failure, f)
			}
			m.bot(t, "tenant-a")
		})
	}
}

// An app that is no store app says so.
func TestNoStoreApp(t *testing.T) {
	_, c := newSimulated(t, func(o *ClientOptions) {
		o.StoreApp = true
		o.TicketFunc = func(context.Context) (string, error) { return "ticket", nil }
	})
	if f := fault.As(c.ResendTicket(t.Context())); f.Key != "fault.platform.app_type" || f.Kind != fault.Permission {
		t.Errorf("%+v", f)
	}
}

// What happens to the app in a tenant, as the platform writes it.
func TestStoreAppEvents(t *testing.T) {
	m := newMarket(t)
	b, _ := m.Tenant("tenant-b")
	b.InstallApp()
	if event := m.next(t); event.Type != bot.EventOpened || event.TenantKey != "tenant-b" || event.App.InstallerID != b.ID(simulator.AdminID) {
		t.Errorf("%+v, %+v", event, event.App)
	}
	for status, happens := range map[string]func(){
		bot.StoppedByTenant: func() { b.StopApp(false) }, bot.StoppedByPlatform: func() { b.StopApp(true) }, bot.StartedByTenant: b.StartApp,
	} {
		happens()
		if event := m.next(t); event.Type != bot.EventStatus || event.TenantKey != "tenant-b" || event.App.Status != status {
			t.Errorf("%s: %+v, %+v", status, event, event.App)
		}
	}
	b.UninstallApp()
	if event := m.next(t); event.Type != bot.EventUninstalled || event.TenantKey != "tenant-b" || event.App == nil || event.Empty() {
		t.Errorf("%+v, %+v", event, event.App)
	}
}

// What a store app is told of itself must be proven and whole; a custom app is
// told nothing.
func TestStoreAppEnvelopes(t *testing.T) {
	envelope := func(token, appID, event string) []byte {
		return []byte(`{"ts":"1794301200.250000","uuid":"u1","token":"` + token + `","type":"event_callback","event":{"app_id":"` + appID + `",` + event + `}}`)
	}
	read := func(storeApp bool, body []byte) (*bot.Event, error) {
		r := NewReceiver(ReceiverOptions{AppID: testApp, VerificationToken: testToken, StoreApp: storeApp, Now: func() time.Time { return testNow }})
		event, _, err := r.Receive(http.Header{}, body)
		return event, err
	}
	ticket := `"type":"app_ticket","app_ticket":"secret"`
	event, err := read(true, envelope(testToken, testApp, ticket))
	if err != nil || event.EventID != "u1" || event.App.Ticket != "secret" || !event.CreatedAt.Equal(time.UnixMilli(1794301200250)) {
		t.Errorf("%+v, %v", event, err)
	}
	if event, err := read(false, envelope(testToken, testApp, ticket)); err != nil || !event.Empty() {
		t.Errorf("of a custom app: %+v, %v", event, err)
	}
	for name, c := range map[string]struct {
		body []byte
		kind fault.Kind
	}{
		"wrong token":    {envelope("other", testApp, ticket), fault.Signature},
		"another app":    {envelope(testToken, "cli_other", ticket), fault.Signature},
		"no ticket":      {envelope(testToken, testApp, `"type":"app_ticket"`), fault.Unreadable},
		"no tenant":      {envelope(testToken, testApp, `"type":"app_open"`), fault.Unreadable},
		"no event":       {[]byte(`{"uuid":"u1","token":"` + testToken + `","type":"event_callback","event":1}`), fault.Unreadable},
		"an odd ticket":  {envelope(testToken, testApp, `"type":"app_ticket","app_ticket":{}`), fault.Unreadable},
		"no tenant left": {envelope(testToken, testApp, `"type":"app_uninstalled","tenant_key":""`), fault.Unreadable},
	} {
		if _, err := read(true, c.body); fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	for ts, want := range map[string]time.Time{"": testNow, "x": testNow, "-1": testNow, "1e300": testNow, "1794301200": time.Unix(1794301200, 0)} {
		body := strings.Replace(string(envelope(testToken, testApp, ticket)), "1794301200.250000", ts, 1)
		if event, err := read(true, []byte(body)); err != nil || !event.CreatedAt.Equal(want) {
			t.Errorf("ts %q: %v, %v", ts, event, err)
		}
	}
}

// No ticket and no token is in an error or a log line.
func TestStoreAppSecretsStayUntold(t *testing.T) {
	m := newMarket(t)
	m.ready(t)
	m.bot(t, "tenant-a")
	m.ExpireTickets()
	m.ForgetTenant("tenant-a")
	_, _, err := m.BotInfo(t.Context(), "tenant-a")
	if err == nil {
		t.Fatal("it went through")
	}
	said := m.log.String() + err.Error()
	for _, secret := range []string{m.ticket, secretOfApp} {
		if strings.Contains(said, secret) {
			t.Errorf("%s is told:\n%s", secret, said)
		}
	}
}
