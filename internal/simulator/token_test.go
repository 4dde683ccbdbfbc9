package simulator

import (
	"net/http"
	"testing"
	"time"
)

func TestTokenIsReissuedWithLessThan30Minutes(t *testing.T) {
	w := newWorld(t, Options{})
	first := w.token
	ask := func() (string, float64) {
		got := w.post("/open-apis/auth/v3/tenant_access_token/internal", object{"app_id": "cli_simulated", "app_secret": "simulated-secret"})
		return got.body["tenant_access_token"].(string), got.body["expire"].(float64)
	}
	if token, expire := ask(); token != first || expire != 7200 {
		t.Errorf("at once: %s with %v s, want the same token with 7200 s", token, expire)
	}
	w.Clock().Advance(90 * time.Minute)
	if token, expire := ask(); token != first || expire != 1800 {
		t.Errorf("with 30 minutes left: %s with %v s, want the same token with 1800 s", token, expire)
	}
	w.Clock().Advance(time.Second)
	second, expire := ask()
	if second == first || expire != 7200 {
		t.Errorf("with less than 30 minutes left: %s with %v s, want a new token with 7200 s", second, expire)
	}
	w.fine("the old token, until its end", w.get("/open-apis/bot/v3/info"))
	w.Clock().Advance(30 * time.Minute)
	w.refusedWith("the old token, after its end", w.get("/open-apis/bot/v3/info"), 99991663)
	w.token = second
	w.fine("the new token", w.get("/open-apis/bot/v3/info"))
}

func TestTokenRefusals(t *testing.T) {
	w := newWorld(t, Options{})
	for name, test := range map[string]struct {
		body object
		code int
	}{
		"without an id":     {object{"app_secret": "simulated-secret"}, 10003},
		"without a secret":  {object{"app_id": "cli_simulated"}, 10003},
		"with another id":   {object{"app_id": "cli_other", "app_secret": "simulated-secret"}, 99991543},
		"with a bad secret": {object{"app_id": "cli_simulated", "app_secret": "x"}, 10015},
	} {
		got := w.post("/open-apis/auth/v3/tenant_access_token/internal", test.body)
		if got.code != test.code || got.body["tenant_access_token"] != nil {
			t.Errorf("%s: %v, want code %d", name, got.body, test.code)
		}
	}
	for name, test := range map[string]struct {
		token string
		code  int
	}{
		"no token":           {"", 99991661},
		"a token of no kind": {"x-1", 99991671},
		"a made-up token":    {"t-1", 99991663},
	} {
		w.token = test.token
		w.refusedWith(name, w.get("/open-apis/bot/v3/info"), test.code)
	}
}

func TestRevokedTokenIsReplaced(t *testing.T) {
	w := newWorld(t, Options{})
	w.RevokeTokens()
	w.refusedWith("a revoked token", w.get("/open-apis/bot/v3/info"), 99991663)
	w.token = w.newToken()
	w.fine("the next token", w.get("/open-apis/bot/v3/info"))
}

func TestAppTokenIsTheSame(t *testing.T) {
	w := newWorld(t, Options{})
	got := w.post("/open-apis/auth/v3/app_access_token/internal", object{"app_id": "cli_simulated", "app_secret": "simulated-secret"})
	if got.body["app_access_token"] != w.token || got.body["tenant_access_token"] != w.token {
		t.Errorf("%v, want both to be %s", got.body, w.token)
	}
}

func TestStateOfTheApp(t *testing.T) {
	w := newWorld(t, Options{})
	for name, test := range map[string]struct {
		app  App
		code int
	}{
		"stopped":         {App{Stopped: true}, 99991662},
		"not installed":   {App{NotInstalled: true}, 99991673},
		"quota used":      {App{QuotaUsed: true}, 99991403},
		"foreign address": {App{ForeignAddress: true}, 99991401},
	} {
		w.ChangeApp(func(app *App) { *app = test.app })
		w.refusedWith(name, w.say(GroupID, "hello", ""), test.code)
	}
	w.ChangeApp(func(app *App) { *app = App{Stopped: true} })
	got := w.post("/open-apis/auth/v3/tenant_access_token/internal", object{"app_id": "cli_simulated", "app_secret": "simulated-secret"})
	if got.code != 10014 {
		t.Errorf("token of a stopped app: %v, want 10014", got.body)
	}
	w.ChangeApp(func(app *App) { *app = App{BotOff: true} })
	w.refusedWith("message without the bot ability", w.say(GroupID, "hello", ""), 230006)
	w.refusedWith("chat without the bot ability", w.get("/open-apis/im/v1/chats/oc_group"), 232025)
	w.ChangeApp(func(app *App) { *app = App{} })
	w.fine("as before", w.say(GroupID, "hello", ""))
}

func TestScopes(t *testing.T) {
	w := newWorld(t, Options{})
	w.WithholdScope("im:message:send_as_bot", true)
	got := w.say(GroupID, "hello", "")
	w.refusedWith("without the scope", got, 99991672)
	violations := got.body["error"].(object)["permission_violations"].([]any)
	if first := violations[0].(object)["subject"]; first != "im:message:send_as_bot" || len(violations) != 3 {
		t.Errorf("violations %v, want im:message:send_as_bot and two others", violations)
	}
	if w.status("im:message:send_as_bot") != 2 || w.status("im:message") != 2 || w.status("vc:report:readonly") != 1 {
		t.Error("the list of scopes does not say what is granted")
	}
	w.WithholdScope("im:message", false)
	w.fine("with another scope that does", w.say(GroupID, "hello", ""))
	w.refusedWith("a call whose scopes were never granted, other than its own", w.withoutMessageScope(), 99991672)
}

// status is the grant_status of a scope, 0 for one that is not listed.
func (w *world) status(scope string) int {
	w.t.Helper()
	for _, item := range w.fine("scopes", w.get("/open-apis/application/v6/scopes")).data["scopes"].([]any) {
		if item.(object)["scope_name"] == scope {
			return int(item.(object)["grant_status"].(float64))
		}
	}
	return 0
}

// withoutMessageScope reads a message without the scopes for it.
func (w *world) withoutMessageScope() reply {
	w.t.Helper()
	w.WithholdScope("im:message", true)
	return w.get("/open-apis/im/v1/messages/om_1")
}

func TestBotAndTenant(t *testing.T) {
	w := newWorld(t, Options{BotName: "reporter", TenantKey: "tenant_x"})
	bot := w.get("/open-apis/bot/v3/info").body["bot"].(object)
	if bot["open_id"] != w.BotID() || bot["app_name"] != "reporter" || bot["activate_status"] != 2.0 {
		t.Errorf("bot %v", bot)
	}
	tenant := w.get("/open-apis/tenant/v2/tenant/query").data["tenant"].(object)
	if tenant["tenant_key"] != "tenant_x" || tenant["tenant_tag"] != 0.0 {
		t.Errorf("tenant %v", tenant)
	}
	if got := w.get("/open-apis/nothing"); got.status != http.StatusNotFound {
		t.Errorf("an unknown call: status %d, want 404", got.status)
	}
}
