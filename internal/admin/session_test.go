package admin_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// browse makes a request as a browser does and returns what came back.
func (o *office) browse(method, path string, form url.Values, cookie *http.Cookie, headers ...string) *http.Response {
	o.t.Helper()
	request := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(form.Encode()))
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != nil {
		request.AddCookie(cookie)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	o.handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

// signIn signs in with the form and returns the cookie.
func (o *office) signIn(with string) *http.Cookie {
	o.t.Helper()
	response := o.browse(http.MethodPost, "/admin/sign-in", url.Values{"token": {with}, "next": {"/admin/chats"}}, nil)
	if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/admin/chats" || len(response.Cookies()) != 1 {
		o.t.Fatalf("status %d to %q with %v", response.StatusCode, response.Header.Get("Location"), response.Cookies())
	}
	return response.Cookies()[0]
}

// text reads a response.
func text(t *testing.T, response *http.Response) string {
	t.Helper()
	var body strings.Builder
	if err := response.Write(&body); err != nil {
		t.Fatal(err)
	}
	return body.String()
}

// csrfToken finds the token in the page.
func (o *office) csrfToken(cookie *http.Cookie) string {
	o.t.Helper()
	found := regexp.MustCompile(`name="csrf-token" content="([^"]+)"`).FindStringSubmatch(text(o.t, o.browse(http.MethodGet, "/admin", nil, cookie)))
	if found == nil {
		o.t.Fatal("the page has no CSRF token")
	}
	return found[1]
}

func TestSignIn(t *testing.T) {
	o := newOffice(t)
	form := text(t, o.browse(http.MethodGet, "/admin/chats?q=a%22b", nil, nil))
	for _, want := range []string{`<form method="post" action="/admin/sign-in"`, `name="token" type="password"`, `value="/admin/chats?q=a%22b"`} {
		if !strings.Contains(form, want) {
			t.Errorf("the form lacks %s:\n%s", want, form)
		}
	}
	cookie := o.signIn(token)
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/admin" || cookie.Secure || cookie.MaxAge != 12*60*60 {
		t.Errorf("the cookie is %v", cookie)
	}
	page := o.browse(http.MethodGet, "/admin/any/where", nil, cookie)
	policy := page.Header.Get("Content-Security-Policy")
	if content := text(t, page); !strings.Contains(content, `name="admin-name" content="alice"`) || !strings.Contains(content, `src="/admin/assets/abc/js/main.js"`) && !strings.Contains(content, "/admin/assets/abc/js/admin/main.js") {
		t.Errorf("the page is\n%s", content)
	}
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("its policy is %q", policy)
	}
}

// TestSecureCookie: behind TLS the cookie is for TLS alone.
func TestSecureCookie(t *testing.T) {
	o := newOffice(t)
	response := o.browse(http.MethodPost, "https://huibao.example/admin/sign-in", url.Values{"token": {token}}, nil)
	if len(response.Cookies()) != 1 || !response.Cookies()[0].Secure {
		t.Errorf("status %d, cookies %v", response.StatusCode, response.Cookies())
	}
}

func TestSignInFails(t *testing.T) {
	o := newOffice(t)
	for range 5 {
		response := o.browse(http.MethodPost, "/admin/sign-in", url.Values{"token": {"guess <b>"}}, nil, "Accept-Language", "zh-CN", "X-Forwarded-For", "203.0.113.7")
		content := text(t, response)
		if response.StatusCode != http.StatusUnauthorized || len(response.Cookies()) > 0 || !strings.Contains(content, "令牌不正确") || strings.Contains(content, "guess") {
			t.Fatalf("status %d, %v:\n%s", response.StatusCode, response.Cookies(), content)
		}
	}
	slowed := o.browse(http.MethodPost, "/admin/sign-in", url.Values{"token": {token}}, nil, "X-Forwarded-For", "203.0.113.7")
	if slowed.StatusCode != http.StatusTooManyRequests || slowed.Header.Get("Retry-After") != "60" {
		t.Errorf("after five failures: status %d, Retry-After %q", slowed.StatusCode, slowed.Header.Get("Retry-After"))
	}
	foreign := o.browse(http.MethodPost, "/admin/sign-in", url.Values{"token": {token}}, nil, "Sec-Fetch-Site", "cross-site")
	if foreign.StatusCode != http.StatusForbidden || len(foreign.Cookies()) > 0 {
		t.Errorf("from another site: status %d, %v", foreign.StatusCode, foreign.Cookies())
	}
}

// TestNextStaysHere: nobody is led to another site by a sign-in.
func TestNextStaysHere(t *testing.T) {
	o := newOffice(t)
	for next, want := range map[string]string{
		"": "/admin", "/admin": "/admin", "/admin/audit?object=a%2Fb": "/admin/audit?object=a%2Fb", "https://evil.example/admin": "/admin",
		"//evil.example/admin": "/admin", `/admin\evil`: "/admin", "/admin/../evil": "/admin", "/administrator": "/admin", "javascript:alert(1)": "/admin",
		"/admin/sign-in": "/admin", "%zz": "/admin", "///evil.example/../admin/x": "/admin", "////evil.example/admin": "/admin", "/admin/": "/admin",
	} {
		response := o.browse(http.MethodPost, "/admin/sign-in", url.Values{"token": {token}, "next": {next}}, nil)
		if got := response.Header.Get("Location"); got != want {
			t.Errorf("%q leads to %q, want %q", next, got, want)
		}
	}
}

// TestCSRF: the cookie alone reads, and changes nothing.
func TestCSRF(t *testing.T) {
	o := newOffice(t)
	cookie := o.signIn(token)
	if got := o.browse(http.MethodGet, "/admin/api/v1/chats", nil, cookie); got.StatusCode != http.StatusOK {
		t.Errorf("to read: status %d", got.StatusCode)
	}
	csrf := o.csrfToken(cookie)
	other := o.csrfToken(o.signIn("bob-token-22"))
	backfill := func(headers ...string) int {
		return o.browse(http.MethodPost, "/admin/api/v1/archive/backfill", nil, cookie, headers...).StatusCode
	}
	for _, wrong := range []string{"", "x", other, csrf + "x"} {
		if got := backfill("X-CSRF-Token", wrong); got != http.StatusForbidden {
			t.Errorf("with the token %q: status %d", wrong, got)
		}
	}
	if got := backfill("X-CSRF-Token", csrf); got != http.StatusAccepted {
		t.Errorf("with the token: status %d", got)
	}
}

// TestSessionEnds by signing out, by time, and with its token.
func TestSessionEnds(t *testing.T) {
	o := newOffice(t)
	cookie := o.signIn(token)
	status := func(cookie *http.Cookie) int {
		return o.browse(http.MethodGet, "/admin/api/v1/session", nil, cookie, "X-CSRF-Token", "any").StatusCode
	}
	if got := status(cookie); got != http.StatusOK {
		t.Fatalf("signed in: status %d", got)
	}
	out := o.browse(http.MethodDelete, "/admin/api/v1/session", nil, cookie, "X-CSRF-Token", o.csrfToken(cookie))
	if out.StatusCode != http.StatusNoContent || len(out.Cookies()) != 1 || out.Cookies()[0].MaxAge >= 0 {
		t.Errorf("signing out: status %d, %v", out.StatusCode, out.Cookies())
	}
	for range 20 { // what the page asks for when its session has ended is no guessing
		if got := status(cookie); got != http.StatusUnauthorized {
			t.Fatalf("signed out: status %d", got)
		}
	}
	cookie = o.signIn(token)
	o.options.Tokens["alice"] = "another-token"
	if got := status(cookie); got != http.StatusUnauthorized {
		t.Errorf("with another token configured: status %d", got)
	}
	o.options.Tokens["alice"] = token
	if got := status(cookie); got != http.StatusOK {
		t.Errorf("with the token again: status %d", got)
	}
	o.passed = 12 * time.Hour
	if got := status(cookie); got != http.StatusUnauthorized {
		t.Errorf("twelve hours later: status %d", got)
	}
}

// TestForeignAuthorization: what a proxy's own sign-in leaves in the header is no
// attempt at ours.
func TestForeignAuthorization(t *testing.T) {
	o := newOffice(t)
	cookie := o.signIn(token)
	for range 10 {
		if got := o.browse(http.MethodGet, "/admin/api/v1/session", nil, cookie, "Authorization", "Basic dXNlcjpwYXNz"); got.StatusCode != http.StatusOK {
			t.Fatalf("status %d", got.StatusCode)
		}
	}
}

// TestGuessesAtOnce: many at the same time are as slow as one after the other.
func TestGuessesAtOnce(t *testing.T) {
	o := newOffice(t)
	var answered sync.WaitGroup
	var refused atomic.Int64
	for range 40 {
		answered.Go(func() {
			if o.browse(http.MethodPost, "/admin/sign-in", url.Values{"token": {"guess"}}, nil).StatusCode == http.StatusUnauthorized {
				refused.Add(1)
			}
		})
	}
	answered.Wait()
	if refused.Load() != 5 {
		t.Errorf("%d guesses were looked at", refused.Load())
	}
}

// TestTokenIsNoAddress: one in an address would stand in the logs of proxies.
func TestTokenIsNoAddress(t *testing.T) {
	o := newOffice(t)
	if got := o.browse(http.MethodPost, "/admin/sign-in?token="+token, url.Values{}, nil); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("status %d", got.StatusCode)
	}
}

// TestSignInAgain: whoever was signed in before in the same browser is no more.
func TestSignInAgain(t *testing.T) {
	o := newOffice(t)
	first := o.signIn(token)
	o.browse(http.MethodPost, "/admin/sign-in", url.Values{"token": {"bob-token-22"}}, first)
	if got := o.browse(http.MethodGet, "/admin/api/v1/session", nil, first); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("the first session: status %d", got.StatusCode)
	}
}

// TestSessionOfAToken: a script is told its name, and has no session to end.
func TestSessionOfAToken(t *testing.T) {
	o := newOffice(t)
	got := o.get("/session").want(http.StatusOK)
	if got.at("name") != "alice" || got.at("csrf_token") != "null" || got.at("expires_at") != "null" {
		t.Errorf("%s", got.raw)
	}
	o.send(http.MethodDelete, "/session", nil).want(http.StatusNoContent)
}

func TestAssets(t *testing.T) {
	o := newOffice(t)
	for path, want := range map[string]int{
		"abc/js/main.js": http.StatusOK, "abc/js": http.StatusNotFound, "abc/": http.StatusNotFound, "old/js/main.js": http.StatusNotFound,
		"abc/../../api/v1/chats": http.StatusNotFound, "abc/js/other.js": http.StatusNotFound,
		"abc/index.html": http.StatusNotFound,
	} {
		got := o.browse(http.MethodGet, "/admin/assets/"+path, nil, nil)
		kept := strings.Contains(got.Header.Get("Cache-Control"), "immutable")
		if got.StatusCode != want || kept != (want == http.StatusOK) {
			t.Errorf("%s: status %d, kept for ever: %t", path, got.StatusCode, kept)
		}
	}
}
