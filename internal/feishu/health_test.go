package feishu

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/brand"
	"huibao/internal/fault"
	"huibao/internal/simulator"
)

// simulated is a client of a simulated platform.
func simulated(t *testing.T, options simulator.Options, change func(*ClientOptions)) (*simulator.Server, *testClient) {
	t.Helper()
	platform := simulator.New(options)
	server := httptest.NewServer(platform.Platform())
	t.Cleanup(func() { server.Close(); platform.Stop() })
	chosen := platform.Options()
	return platform, newTestClient(t, server.URL, func(o *ClientOptions) {
		o.AppID, o.AppSecret = chosen.AppID, chosen.AppSecret
		if change != nil {
			change(o)
		}
	})
}

// The platform's own list tells what is granted, and says so when it is not.
func TestGrantedScopes(t *testing.T) {
	platform, client := simulated(t, simulator.Options{}, nil)
	platform.WithholdScope("vc:report:readonly", true)
	granted, err := client.GrantedScopes(t.Context(), "tenant")
	if err != nil || !granted["im:chat:readonly"] || granted["vc:report:readonly"] || granted["im:resource"] {
		t.Errorf("%v, %v", granted, err)
	}
	if platform.Calls("message_create")+platform.Calls("file_create") != 0 {
		t.Error("something was posted")
	}
}

// What is granted for people alone is nothing to huibao, and what is no list is
// no empty list.
func TestGrantedScopesAsSent(t *testing.T) {
	for body, want := range map[string]map[string]bool{
		`{"code":0,"data":{"scopes":[{"scope_name":"a","grant_status":1,"scope_type":"tenant"},{"scope_name":"b","grant_status":1,"scope_type":"user"},` +
			`{"scope_name":"c","grant_status":2},{"scope_name":"d","grant_status":1}]}}`: {"a": true, "d": true},
		`{"code":0,"data":{"scopes":[]}}`: {},
		`{"code":0}`:                      nil,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			reply := body
			if strings.HasPrefix(r.URL.Path, "/open-apis/auth/") {
				reply = `{"code":0,"tenant_access_token":"t-1","expire":7200}`
			}
			w.Write([]byte(reply))
		}))
		got, err := newTestClient(t, server.URL, nil).GrantedScopes(t.Context(), "tenant")
		if want == nil && err == nil || want != nil && (err != nil || !cmp.Equal(want, got)) {
			t.Errorf("%s: %v, %v", body, got, err)
		}
		server.Close()
	}
}

// A clock that is off is seen by any reply, a refusal included, and nothing is
// known before one.
func TestClockAhead(t *testing.T) {
	for _, ahead := range []time.Duration{time.Hour, -time.Hour, 0} {
		platform, client := simulated(t, simulator.Options{}, func(o *ClientOptions) {
			o.Now, o.AppSecret = func() time.Time { return time.Now().Add(ahead) }, "wrong"
		})
		if _, known := client.ClockAhead(); known {
			t.Error("known before any reply")
		}
		err := client.CheckCredentials(t.Context(), "tenant")
		got, known := client.ClockAhead()
		if f := fault.As(err); f == nil || f.Key != "fault.platform.credentials" || !known || (got-ahead).Abs() > 5*time.Second {
			t.Errorf("%s ahead: %s, known %t, %v", ahead, got, known, err)
		}
		platform.Clock().Advance(2 * time.Hour)
		client.CheckCredentials(t.Context(), "tenant")
		if got, _ := client.ClockAhead(); (got - ahead + 2*time.Hour).Abs() > 5*time.Second {
			t.Errorf("later: %s", got)
		}
	}
}

// Faults name the brand, and a missing permission the page where it is granted.
func TestFaultsNameTheBrand(t *testing.T) {
	for _, b := range []brand.Brand{brand.Feishu, brand.Lark} {
		platform, client := simulated(t, simulator.Options{}, func(o *ClientOptions) { o.Brand = b })
		platform.WithholdScope("tenant:tenant:readonly", true)
		_, _, err := client.Tenant(t.Context(), "")
		f := fault.As(err)
		if f == nil || f.Args["brand"] != string(b) || f.Args["page"] != client.options.BaseURL+"/app/cli_simulated/auth" {
			t.Errorf("%s: %v", b, err)
		}
	}
}

// An address that answers as the receiver does is right, another is told apart.
func TestAskChallenge(t *testing.T) {
	answer := func(key, token string) http.HandlerFunc {
		receiver := NewReceiver(ReceiverOptions{AppID: "cli_1", EncryptKey: key, VerificationToken: token, Now: time.Now})
		return func(w http.ResponseWriter, r *http.Request) {
			body := new(strings.Builder)
			if err := r.Write(body); err != nil {
				t.Error(err)
			}
			_, text, _ := strings.Cut(body.String(), "\r\n\r\n")
			_, challenge, err := receiver.Receive(r.Header, []byte(text))
			if err != nil {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			w.Write([]byte(`{"challenge":"` + challenge + `"}`))
		}
	}
	for name, test := range map[string]struct {
		handler    http.HandlerFunc
		key, token string
		want       string
	}{
		"right":         {answer("key", "token"), "key", "token", ""},
		"in clear":      {answer("", "token"), "", "token", ""},
		"another key":   {answer("other", "token"), "key", "token", "refuses the Verification Token or the Encrypt Key"},
		"another token": {answer("key", "other"), "key", "token", "refuses the Verification Token or the Encrypt Key"},
		"a web page":    {func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>hello")) }, "key", "token", "something else answers there"},
		"an echo":       {func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(`{"challenge":""}`)) }, "key", "token", "something else answers there"},
		"a redirect":    {http.RedirectHandler("/login", http.StatusFound).ServeHTTP, "key", "token", "status 302"},
	} {
		server := httptest.NewServer(test.handler)
		err := AskChallenge(t.Context(), server.Client().Transport, server.URL, test.key, test.token)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v", name, err)
		}
		server.Close()
	}
	if err := AskChallenge(t.Context(), nil, "http://127.0.0.1:9/webhook/event", "key", "token"); err == nil || strings.Contains(err.Error(), "token") {
		t.Errorf("nobody there: %v", err)
	}
}
