package simulator

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The paths of a store app's tokens.
const (
	resendPath      = "/open-apis/auth/v3/app_ticket/resend"
	appTokenPath    = "/open-apis/auth/v3/app_access_token"
	tenantTokenPath = "/open-apis/auth/v3/tenant_access_token"
)

// shop is the platform of a store app with two tenants, and what it sends.
type shop struct {
	*world

	r    *receiver
	a, b *Tenant
	own  string // the app's own token
}

// newShop starts a shop. The tenant a is there from the beginning; b installs
// the app.
func newShop(t *testing.T) *shop {
	t.Helper()
	w := newWorld(t, Options{AppType: StoreApp, TenantKey: "a"})
	s := &shop{world: w, r: w.newReceiver(), b: w.AddTenant("b", "Blue Ltd")}
	s.a, _ = w.Tenant("a")
	s.b.InstallApp()
	w.next(s.r)
	s.own = w.ownToken(w.ticket(s.r))
	return s
}

// proof is the body by which the app proves who it is.
func (w *world) proof(more object) object {
	body := object{"app_id": w.Options().AppID, "app_secret": w.Options().AppSecret}
	maps.Copy(body, more)
	return body
}

// ticket has a ticket sent and returns it.
func (w *world) ticket(r *receiver) string {
	w.t.Helper()
	w.fine("resend", w.post(resendPath, w.proof(nil)))
	event := w.next(r).body["event"].(object)
	if event["type"] != "app_ticket" {
		w.t.Fatalf("%v is no ticket", event)
	}
	return event["app_ticket"].(string)
}

// ownToken is a store app's own token.
func (w *world) ownToken(ticket string) string {
	w.t.Helper()
	return w.fine("app_access_token", w.post(appTokenPath, w.proof(object{"app_ticket": ticket}))).body["app_access_token"].(string)
}

// tenantToken asks for a tenant's token.
func (w *world) tenantToken(own, tenantKey string) reply {
	w.t.Helper()
	return w.post(tenantTokenPath, object{"app_access_token": own, "tenant_key": tenantKey})
}

// as makes calls with a tenant's token from now on.
func (s *shop) as(tenant *Tenant) {
	s.t.Helper()
	s.token = s.fine("tenant_access_token", s.tenantToken(s.own, tenant.Key())).body["tenant_access_token"].(string)
}

// deniedWith demands a refusal of the token endpoints, which comes with HTTP
// 200.
func (w *world) deniedWith(what string, got reply, code int) {
	w.t.Helper()
	if got.code != code || got.status != http.StatusOK || got.body["expire"] != nil {
		w.t.Errorf("%s: %d %v, want code %d with 200", what, got.status, got.body, code)
	}
}

func TestStoreAppTokens(t *testing.T) {
	s := newShop(t)
	s.as(s.a)
	first := s.token
	if tenant := s.get("/open-apis/tenant/v2/tenant/query").data["tenant"].(object); tenant["tenant_key"] != "a" {
		t.Errorf("the token is of %v, want a", tenant)
	}
	s.as(s.b)
	if tenant := s.get("/open-apis/tenant/v2/tenant/query").data["tenant"].(object); tenant["tenant_key"] != "b" || tenant["name"] != "Blue Ltd" {
		t.Errorf("the token is of %v, want b", tenant)
	}
	if s.token == first {
		t.Error("two tenants have the same token")
	}
	s.Clock().Advance(90 * time.Minute)
	s.next(s.r) // the hourly ticket
	if s.as(s.a); s.token != first {
		t.Error("with 30 minutes left there is a new token")
	}
	s.Clock().Advance(time.Second)
	got := s.tenantToken(s.own, "a")
	if got.body["tenant_access_token"] == first || got.body["expire"] != 7200.0 {
		t.Errorf("with less than 30 minutes left: %v, want a new token with 7200 s", got.body)
	}
	s.fine("the old token, until its end", s.get("/open-apis/bot/v3/info"))
}

func TestStoreAppTokenRefusals(t *testing.T) {
	s := newShop(t)
	s.deniedWith("no ticket", s.post(appTokenPath, s.proof(nil)), 10012)
	s.deniedWith("a made-up ticket", s.post(appTokenPath, s.proof(object{"app_ticket": "x"})), 10012)
	s.deniedWith("a bad secret", s.post(resendPath, s.proof(object{"app_secret": "x"})), 10015)
	s.deniedWith("another app", s.post(appTokenPath, s.proof(object{"app_id": "cli_x"})), 99991543)
	s.deniedWith("no tenant", s.tenantToken(s.own, ""), 10003)
	s.deniedWith("an unknown tenant", s.tenantToken(s.own, "c"), 10013)
	s.deniedWith("a made-up app token", s.tenantToken("a-1", "a"), 10013)
	s.as(s.a)
	s.deniedWith("a tenant's token for an app's", s.tenantToken(s.token, "a"), 10013)
	s.AddTenant("c", "Not yet")
	s.deniedWith("a tenant without the app", s.tenantToken(s.own, "c"), 99991673)
	s.deniedWith("the token of a custom app", s.post("/open-apis/auth/v3/tenant_access_token/internal", s.proof(nil)), 10014)
	s.token = s.own
	s.refusedWith("a call with the app's own token", s.get("/open-apis/bot/v3/info"), 99991671)

	custom := newWorld(t, Options{})
	for _, path := range []string{resendPath, appTokenPath} {
		custom.deniedWith(path+" of a custom app", custom.post(path, custom.proof(nil)), 10016)
	}
	custom.deniedWith("a tenant's token of a custom app", custom.tenantToken("a-1", "tenant_simulated"), 10016)
}

func TestTicketsComeEveryHourAndEnd(t *testing.T) {
	s := newShop(t)
	s.Clock().Advance(time.Hour - time.Second)
	if len(s.r.got) > 0 {
		t.Error("a ticket came too early")
	}
	s.Clock().Advance(time.Second)
	d := s.next(s.r)
	first := d.body["event"].(object)["app_ticket"].(string)
	want := object{
		"ts": "1795582800.000000", "uuid": d.body["uuid"], "token": "simulated-verification-token", "type": "event_callback", // 13:00 at +08:00
		"event": object{"app_id": "cli_simulated", "app_ticket": first, "type": "app_ticket"},
	}
	if diff := cmp.Diff(want, d.body); diff != "" || d.body["uuid"] == "" {
		t.Error(diff)
	}
	if d.header.Get("X-Lark-Signature") != signature(d, "simulated-encrypt-key") {
		t.Error("it is not signed as other events are")
	}
	if second := s.ticket(s.r); second == first {
		t.Error("the same ticket came twice")
	}
	s.ownToken(first)
	s.Clock().Advance(2 * time.Hour)
	s.next(s.r)
	s.deniedWith("a ticket of two hours ago", s.post(appTokenPath, s.proof(object{"app_ticket": first})), 10012)
	latest := s.ticket(s.r)
	own := s.ownToken(latest)
	s.ExpireTickets()
	s.deniedWith("an ended ticket", s.post(appTokenPath, s.proof(object{"app_ticket": latest})), 10012)
	s.deniedWith("the token it gave", s.tenantToken(own, "a"), 10013)
}

func TestLifeOfTheApp(t *testing.T) {
	s := newShop(t)
	s.as(s.b)
	admin := object{"open_id": "ou_admin_b"}
	for _, step := range []struct {
		name      string
		do        func()
		want      object
		call, ask int // the codes of a call with the old token, and of asking for a new one
	}{
		{"stopped", func() { s.b.StopApp(false) }, object{"type": "app_status_change", "status": "stop_by_tenant"}, 99991662, 10014},
		{"stopped by the platform", func() { s.b.StopApp(true) }, object{"type": "app_status_change", "status": "stop_by_platform"}, 99991662, 10014},
		{
			"started", s.b.StartApp,
			object{"type": "app_status_change", "status": "start_by_tenant", "operator": object{"open_id": "ou_admin_b", "union_id": "on_ou_admin_b"}}, 0, 0,
		},
		{"uninstalled", s.b.UninstallApp, object{"type": "app_uninstalled"}, 99991663, 99991673},
		{"installed", s.b.InstallApp, object{"type": "app_open", "installer": admin, "applicants": []any{admin}}, 99991663, 0},
	} {
		step.do()
		step.want["app_id"], step.want["tenant_key"] = "cli_simulated", "b"
		d := s.next(s.r)
		if diff := cmp.Diff(step.want, d.body["event"]); diff != "" || d.body["type"] != "event_callback" || d.body["schema"] != nil {
			t.Errorf("%s: %s", step.name, diff)
		}
		if got := s.get("/open-apis/bot/v3/info"); got.code != step.call {
			t.Errorf("%s: a call gets %d, want %d", step.name, got.code, step.call)
		}
		if got := s.tenantToken(s.own, "b"); got.code != step.ask {
			t.Errorf("%s: a new token gets %d, want %d", step.name, got.code, step.ask)
		}
	}
	s.as(s.a)
	s.fine("the other tenant", s.say(GroupID, "hello", ""))
}

func TestNothingComesFromATenantWithoutTheApp(t *testing.T) {
	s := newShop(t)
	s.b.StopApp(false)
	s.next(s.r)
	s.SendText(s.b.ID(GroupID), s.b.ID(MemberID), "hello", TextOptions{MentionBot: true})
	s.AddBot(s.b.ID(GroupID))
	s.SendText(GroupID, MemberID, "hello", TextOptions{MentionBot: true})
	if header := s.next(s.r).body["header"].(object); header["tenant_key"] != "a" {
		t.Errorf("an event of %v, whose app is stopped", header)
	}
}

func TestACustomAppTellsNothingOfItself(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	w.StopApp(false)
	w.StartApp()
	w.SendText(GroupID, MemberID, "hello", TextOptions{})
	if _, eventType, _ := w.next(r).event(); eventType != messageReceived {
		t.Errorf("an event of type %q", eventType)
	}
}
