package feishu

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/sirupsen/logrus"
	"go.uber.org/goleak"

	"huibao/templates"
)

// The cache of the SDK's long connections is never stopped.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/larksuite/oapi-sdk-go/v3/cache.(*cron).start"))
}

// What must never be told.
const (
	secretOfApp = "SECRET-of-the-app"
	secretToken = "t-SECRET-token"
)

// card is some content.
var card = templates.Content{MsgType: "interactive", Body: `{"schema":"2.0"}`}

// testClient is a client with what it logs and counts.
type testClient struct {
	*Client
	log      *syncBuffer
	registry *prometheus.Registry
}

// syncBuffer is a buffer that goroutines share.
type syncBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// newTestClient returns a client of the platform at the address. It logs
// everything it can.
func newTestClient(t *testing.T, url string, change func(*ClientOptions)) *testClient {
	t.Helper()
	transport := &http.Transport{ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	lines := &syncBuffer{}
	logger := logrus.New()
	logger.SetOutput(lines)
	logger.SetLevel(logrus.TraceLevel)
	registry := prometheus.NewRegistry()
	options := ClientOptions{
		BaseURL: url, AppID: "cli_1", AppSecret: secretOfApp, ReportRate: 1e6, Registry: registry,
		Log: logrus.NewEntry(logger), Over: transport, Now: time.Now,
	}
	if change != nil {
		change(&options)
	}
	client, err := NewClient(options)
	if err != nil {
		t.Fatal(err)
	}
	return &testClient{client, lines, registry}
}

// keepToken gives a custom app's client a token, so that it asks for none.
func (c *testClient) keepToken(t *testing.T) {
	t.Helper()
	kept, err := c.tokensOf("")
	if err != nil {
		t.Fatal(err)
	}
	kept.current = token{value: "t-1", until: time.Now().Add(time.Hour)}
}

// platform is a hand-written platform: token calls succeed, every other call is
// answered by the handler.
type platform struct {
	*httptest.Server
	mu     sync.Mutex
	tokens int
	calls  []seen
}

// seen is one call that was made.
type seen struct{ method, path, query, authorization, body, from string }

// newPlatform starts one.
func newPlatform(t *testing.T, handle http.HandlerFunc) *platform {
	t.Helper()
	p := &platform{}
	p.Server = httptest.NewServer(p.handler(handle))
	t.Cleanup(p.Close)
	return p
}

// handler notes calls and hands out tokens.
func (p *platform) handler(handle http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if isTokenCall(r) {
			p.mu.Lock()
			p.tokens++
			p.mu.Unlock()
			reply(w, http.StatusOK, `{"code":0,"msg":"ok","tenant_access_token":"`+secretToken+`","expire":7200}`)
			return
		}
		p.mu.Lock()
		p.calls = append(p.calls, seen{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("Authorization"), string(body), r.RemoteAddr})
		p.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
		handle(w, r)
	})
}

// made are the calls so far, without those for tokens.
func (p *platform) made() []seen {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]seen(nil), p.calls...)
}

// isTokenCall reports whether a request asks for a token.
func isTokenCall(r *http.Request) bool {
	return strings.HasSuffix(r.URL.Path, "/tenant_access_token/internal")
}

// reply answers with JSON.
func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// always answers every call alike.
func always(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body) }
}

// refusal is the platform's body of a refused call.
func refusal(code string) string { return `{"code":` + code + `,"msg":"no"}` }

const sentReply = `{"code":0,"msg":"success","data":{"message_id":"om_sent"}}`

// What a send and a reply look like to the platform.
func TestMessageCalls(t *testing.T) {
	p := newPlatform(t, always(http.StatusOK, sentReply))
	c := newTestClient(t, p.URL, nil)
	for name, call := range map[string]func() (string, error){
		"to a chat":    func() (string, error) { return c.Send(t.Context(), "tenant", "oc_1", card, "uuid-1") },
		"to a person":  func() (string, error) { return c.Send(t.Context(), "tenant", "ou_1", card, "uuid-1") },
		"to a message": func() (string, error) { return c.Reply(t.Context(), "tenant", "om_1", card, "uuid-1") },
		"an update":    func() (string, error) { return "om_sent", c.Update(t.Context(), "tenant", "om_1", card) },
		"a reaction":   func() (string, error) { return "om_sent", c.AddReaction(t.Context(), "tenant", "om_1", "Get") },
	} {
		p.mu.Lock()
		p.calls = nil
		p.mu.Unlock()
		id, err := call()
		if err != nil || id != "om_sent" {
			t.Fatalf("%s: %q, %v", name, id, err)
		}
		made := p.made()
		want := map[string]seen{
			"to a chat":    {"POST", "/open-apis/im/v1/messages", "receive_id_type=chat_id", "", `{"receive_id":"oc_1","msg_type":"interactive","content":"{\"schema\":\"2.0\"}","uuid":"uuid-1"}`, ""},
			"to a person":  {"POST", "/open-apis/im/v1/messages", "receive_id_type=open_id", "", `{"receive_id":"ou_1","msg_type":"interactive","content":"{\"schema\":\"2.0\"}","uuid":"uuid-1"}`, ""},
			"to a message": {"POST", "/open-apis/im/v1/messages/om_1/reply", "", "", `{"content":"{\"schema\":\"2.0\"}","msg_type":"interactive","uuid":"uuid-1"}`, ""},
			"an update":    {"PATCH", "/open-apis/im/v1/messages/om_1", "", "", `{"content":"{\"schema\":\"2.0\"}"}`, ""},
			"a reaction":   {"POST", "/open-apis/im/v1/messages/om_1/reactions", "", "", `{"reaction_type":{"emoji_type":"Get"}}`, ""},
		}[name]
		want.authorization = "Bearer " + secretToken
		if len(made) != 1 || made[0].method != want.method || made[0].path != want.path || made[0].query != want.query ||
			made[0].authorization != want.authorization || !sameJSON(t, made[0].body, want.body) {
			t.Errorf("%s: made %+v, want %+v", name, made, want)
		}
	}
}

// sameJSON compares two JSON texts.
func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	first, err := json.Marshal(readJSON(t, []byte(a)))
	if err != nil {
		t.Fatal(err)
	}
	second, err := json.Marshal(readJSON(t, []byte(b)))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(first, second)
}

// The look-ups, as the platform's pages show their replies.
func TestLookUps(t *testing.T) {
	replies := map[string]string{
		"/open-apis/bot/v3/info":            `{"code":0,"msg":"ok","bot":{"activate_status":2,"app_name":"huibao","avatar_url":"","ip_white_list":[],"open_id":"ou_bot"}}`,
		"/open-apis/tenant/v2/tenant/query": `{"code":0,"msg":"success","data":{"tenant":{"name":"Org","display_id":"F1","tenant_tag":0,"tenant_key":"tenant"}}}`,
		"/open-apis/im/v1/chats/oc_1":       `{"code":0,"msg":"success","data":{"name":"Group","chat_mode":"group","owner_id":"ou_1","user_manager_id_list":["ou_2","ou_3"],"external":false,"tenant_key":"tenant","chat_status":"normal","user_count":"3"}}`,
		"/open-apis/im/v1/chats/oc_gone":    `{"code":0,"msg":"success","data":{"external":true,"chat_status":"dissolved_save"}}`,
	}
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, replies[r.URL.Path]) })
	c := newTestClient(t, p.URL, nil)
	if openID, name, err := c.BotInfo(t.Context(), "tenant"); err != nil || openID != "ou_bot" || name != "huibao" {
		t.Errorf("the bot: %s, %s, %v", openID, name, err)
	}
	if key, name, err := c.Tenant(t.Context(), ""); err != nil || key != "tenant" || name != "Org" {
		t.Errorf("the tenant: %s, %s, %v", key, name, err)
	}
	info, err := c.FindChat(t.Context(), "tenant", "oc_1")
	if err != nil || info.TenantKey != "tenant" || info.Name != "Group" || info.ChatMode != "group" || info.OwnerID != "ou_1" || info.External || info.Dissolved {
		t.Errorf("the chat: %+v, %v", info, err)
	}
	if !slices.Equal(info.ManagerIDs, []string{"ou_2", "ou_3"}) {
		t.Errorf("the chat's managers: %q", info.ManagerIDs)
	}
	if info.MemberCount == nil || *info.MemberCount != 3 {
		t.Errorf("the chat's members: %v", info.MemberCount)
	}
	if info, err := c.FindChat(t.Context(), "tenant", "oc_gone"); err != nil || !info.External || !info.Dissolved || info.ManagerIDs == nil || info.MemberCount != nil {
		t.Errorf("the chat that is gone: %+v, %v", info, err)
	}
}

// A number of members that is none is not told.
func TestCount(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "4999": 4999, "": -1, "-1": -1, "3.5": -1, "many": -1} {
		if got := count(&text); (got == nil) != (want < 0) || got != nil && *got != want {
			t.Errorf("%q: %v, want %d", text, got, want)
		}
	}
	if count(nil) != nil {
		t.Error("what was not sent is a number")
	}
}

// A reply that does not say what was asked for is an error: nobody is taken for
// one of the own people, and no list for a whole one.
func TestLookUpsUntold(t *testing.T) {
	look := func(c *testClient, what string) error {
		var err error
		switch what {
		case "bot":
			_, _, err = c.BotInfo(t.Context(), "tenant")
		case "tenant":
			_, _, err = c.Tenant(t.Context(), "")
		case "chat":
			_, err = c.FindChat(t.Context(), "tenant", "oc_1")
		case "chats":
			_, err = c.ListChats(t.Context(), "tenant")
		}
		return err
	}
	for what, bodies := range map[string][]string{
		"bot":    {`{"code":0}`, `{"code":0,"bot":{}}`, `{"code":0,"bot":{"open_id":1}}`, `{"bot":{"open_id":"ou_1"}}`},
		"tenant": {`{"code":0}`, `{"code":0,"data":{"tenant":{}}}`, `{"code":0,"data":[]}`},
		"chat":   {`{"code":0}`, `{"code":0,"data":null}`, `{"code":0,"data":{"name":"x"}}`, `{}`, `null`, `[]`},
		"chats":  {`{"code":0}`, `{"code":0,"data":null}`, `{"code":0,"data":{"items":[],"has_more":true}}`, `{"code":0,"data":{"items":[],"has_more":true,"page_token":"again"}}`},
	} {
		for _, body := range bodies {
			p := newPlatform(t, always(http.StatusOK, body))
			if err := look(newTestClient(t, p.URL, nil), what); err == nil {
				t.Errorf("%s: %s was taken", what, body)
			}
		}
	}
}

// All pages of the list are read, with the token of the page before.
func TestListChats(t *testing.T) {
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page_token") == "" {
			reply(w, http.StatusOK, `{"code":0,"data":{"has_more":true,"page_token":"next","items":[{"chat_id":"oc_1","name":"One","external":false,"tenant_key":"tenant","chat_status":"normal"},null,{"chat_id":""}]}}`)
			return
		}
		reply(w, http.StatusOK, `{"code":0,"data":{"has_more":false,"page_token":"","items":[{"chat_id":"oc_2"}]}}`)
	})
	c := newTestClient(t, p.URL, nil)
	chats, err := c.ListChats(t.Context(), "tenant")
	if err != nil || len(chats) != 2 {
		t.Fatalf("%+v, %v", chats, err)
	}
	if first := chats[0]; first.ChatID != "oc_1" || first.Name != "One" || first.External || first.TenantKey != "tenant" || first.ManagerIDs != nil {
		t.Errorf("the first: %+v", first)
	}
	if second := chats[1]; second.ChatID != "oc_2" || !second.External {
		t.Errorf("the second is not known not to be external: %+v", second)
	}
	made := p.made()
	if made[0].query != "page_size=100" || made[1].query != "page_size=100&page_token=next" {
		t.Errorf("asked %+v", made)
	}
}

// deadline gives up on a call soon.
func deadline(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

// Calls are counted by endpoint and code; codes that nobody knows are one.
func TestCallsAreCounted(t *testing.T) {
	answers := []http.HandlerFunc{
		always(200, sentReply), always(400, refusal("230002")), always(400, refusal("424242")), always(400, refusal("434343")), html(502, "<html>"),
	}
	var p *platform
	p = newPlatform(t, func(w http.ResponseWriter, r *http.Request) { answers[len(p.made())-1](w, r) })
	c := newTestClient(t, p.URL, nil)
	for range answers {
		_, _ = c.Send(t.Context(), "", "oc_1", card, "u") // how each ends is looked at elsewhere
	}
	want := `
		# HELP huibao_platform_calls_total Calls of the platform by endpoint and its code (0 is ok, none is no reply of its own).
		# TYPE huibao_platform_calls_total counter
		huibao_platform_calls_total{code="0",endpoint="message_create"} 1
		huibao_platform_calls_total{code="0",endpoint="token"} 1
		huibao_platform_calls_total{code="230002",endpoint="message_create"} 1
		huibao_platform_calls_total{code="none",endpoint="message_create"} 1
		huibao_platform_calls_total{code="other",endpoint="message_create"} 2
	`
	if err := testutil.GatherAndCompare(c.registry, strings.NewReader(want), "huibao_platform_calls_total"); err != nil {
		t.Error(err)
	}
	if timed := testutil.CollectAndCount(c.seconds); timed != 2 {
		t.Errorf("%d endpoints are timed, want 2", timed)
	}
	families, err := c.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if !strings.HasPrefix(family.GetName(), "huibao_") {
			t.Errorf("a metric is named %s", family.GetName())
		}
	}
}

// A second client in the same registry is an error, not a panic.
func TestNewClientTwice(t *testing.T) {
	c := newTestClient(t, "http://platform.invalid", nil)
	if _, err := NewClient(c.options); err == nil {
		t.Error("both were registered")
	}
}

// quiet is a log for a server whose clients are meant to fail.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
