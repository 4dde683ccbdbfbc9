package simulator

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	official "github.com/larksuite/oapi-sdk-go/v3/scene/registration"
)

// flow posts a form to the accounts host.
func (w *world) flow(form url.Values) reply {
	w.t.Helper()
	request, _ := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+"/oauth/v1/app/registration", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := w.client.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	return readReply(w.t, response)
}

// begun begins a registration and returns its code and link.
func (w *world) begun() (code, link string) {
	w.t.Helper()
	got := w.flow(url.Values{"action": {"begin"}, "archetype": {"PersonalAgent"}, "auth_method": {"client_secret"}, "request_user_info": {"open_id"}}).body
	code, _ = got["device_code"].(string)
	link, _ = got["verification_uri_complete"].(string)
	if code == "" || link == "" || got["expire_in"] != 600.0 {
		w.t.Fatalf("begin: %v", got)
	}
	return code, link
}

func TestRegistrationByDeviceFlow(t *testing.T) {
	w := newWorld(t, Options{})
	poll := func(code string) object { return w.flow(url.Values{"action": {"poll"}, "device_code": {code}}).body }
	code, link := w.begun()
	if got := poll(code)["error"]; got != "authorization_pending" {
		t.Errorf("before the scan: %v", got)
	}
	w.SetRegistrationStyle(RegistrationStyle{SlowDown: 1})
	if got := poll(code)["error"]; got != "slow_down" {
		t.Errorf("told to slow down: %v", got)
	}
	if _, err := w.ScanQR(Scan{URL: link, OpenID: "ou_nobody"}); err == nil {
		t.Error("nobody scanned it")
	}
	shown, err := w.ScanQR(Scan{URL: link, OpenID: AdminID})
	if err != nil || !shown.Preset || shown.Scopes != nil {
		t.Errorf("a bare link shows %+v, %v", shown, err)
	}
	want := object{"client_id": "cli_simulated", "client_secret": "simulated-secret", "user_info": object{"open_id": AdminID, "tenant_brand": "feishu"}}
	if diff := cmp.Diff(want, poll(code)); diff != "" {
		t.Error(diff)
	}
	if _, err := w.ScanQR(Scan{URL: link, OpenID: MemberID}); err == nil {
		t.Error("a second person used the link")
	}
	refused, link := w.begun()
	w.ScanQR(Scan{URL: link, OpenID: AdminID, Refuse: true})
	if got := poll(refused)["error"]; got != "access_denied" {
		t.Errorf("refused: %v", got)
	}
	late, link := w.begun()
	w.Clock().Advance(10 * time.Minute)
	if got := poll(late)["error"]; got != "expired_token" {
		t.Errorf("after 10 minutes: %v", got)
	}
	if _, err := w.ScanQR(Scan{URL: link, OpenID: AdminID}); err == nil {
		t.Error("an old link was scanned")
	}
	if got := poll("device-none")["error"]; got != "invalid_grant" {
		t.Errorf("unknown code: %v", got)
	}
	for _, form := range []url.Values{{}, {"action": {"begin"}}, {"action": {"end"}}} {
		if got := w.flow(form).body["error"]; got != "invalid_request" {
			t.Errorf("%v: %v", form, got)
		}
	}
	for _, request := range w.Requests("registration") {
		if request.Body != "" {
			t.Errorf("the history keeps a device code: %s", request.Body)
		}
	}
}

func TestOfficialGoClientRegisters(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections() // the SDK uses it
	for name, lark := range map[string]bool{"Feishu": false, "Lark": true} {
		w := newWorld(t, Options{AppID: "cli_registered"})
		w.SetRegistrationStyle(RegistrationStyle{Interval: 1, Lark: lark})
		no := false
		var statuses []string
		got, err := official.RegisterApp(t.Context(), &official.Options{
			Domain: w.url, LarkDomain: w.url, AppPreset: &official.AppPreset{Name: "huibao"},
			Addons: &official.AppAddons{
				Preset:    &no,
				Scopes:    official.AppAddonsScopes{Tenant: []string{"vc:report:readonly", "im:chat:readonly"}},
				Events:    official.AppAddonsEvents{Items: official.AppAddonsEventItems{Tenant: []string{"im.message.receive_v1"}}},
				Callbacks: official.AppAddonsCallbacks{Items: []string{"card.action.trigger"}},
			},
			OnQRCode: func(code *official.QRCodeInfo) {
				if shown, err := w.ScanQR(Scan{URL: code.URL, OpenID: AdminID}); err != nil {
					t.Errorf("%s: %v", name, err)
				} else if diff := cmp.Diff(Scanned{
					Name: "huibao", Scopes: []string{"vc:report:readonly", "im:chat:readonly"},
					Events: []string{"im.message.receive_v1"}, Callbacks: []string{"card.action.trigger"},
				}, shown); diff != "" {
					t.Error(diff)
				}
			},
			OnStatusChange: func(status *official.StatusChangeInfo) { statuses = append(statuses, status.Status) },
		})
		if err != nil || got.ClientID != "cli_registered" || got.ClientSecret != "simulated-secret" || got.UserInfo.OpenID != AdminID {
			t.Fatalf("%s: %+v, %v", name, got, err)
		}
		if switched := len(statuses) == 1 && statuses[0] == "domain_switched"; switched != lark {
			t.Errorf("%s: statuses %v", name, statuses)
		}
		w.fine("what was asked for", w.get("/open-apis/im/v1/chats/oc_group"))
		w.refusedWith("what was not", w.say(GroupID, "hello", ""), 99991672)
		w.mu.Lock()
		for event, want := range map[string]bool{"im.message.receive_v1": true, "card.action.trigger": true, "im.chat.updated_v1": false} {
			if w.subscribes(event) != want {
				t.Errorf("%s: subscribed to %s: %t", name, event, !want)
			}
		}
		w.mu.Unlock()
	}
}
