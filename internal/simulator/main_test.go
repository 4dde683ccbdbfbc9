package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// The cache of the SDK's long connections is never stopped.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/larksuite/oapi-sdk-go/v3/cache.(*cron).start"))
}

// noon is when the clocks of the tests begin: a Wednesday.
var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.FixedZone("Asia/Shanghai", 8*3600))

// world is one platform with its servers, and a client with a token.
type world struct {
	*Server

	t       *testing.T
	url     string // of the imitated API
	control string // of the control API
	client  *http.Client
	token   string
}

// newWorld starts a platform whose clock stands at noon until it is moved on.
func newWorld(t *testing.T, options Options) *world {
	t.Helper()
	if options.Now == nil {
		options.Now = func() time.Time { return noon }
	}
	if options.Patience == 0 { // the machine may be busy
		options.Patience = 30 * time.Second
	}
	s := New(options)
	s.Clock().Speed(0)
	platform, control := httptest.NewServer(s.Platform()), httptest.NewServer(s.Control())
	w := &world{Server: s, t: t, url: platform.URL, control: control.URL, client: &http.Client{Transport: &http.Transport{}}}
	t.Cleanup(func() {
		s.Stop()
		platform.Close()
		control.Close()
		w.client.CloseIdleConnections()
	})
	if options.AppType != StoreApp { // its chain begins with an event
		w.token = w.newToken()
	}
	return w
}

// soon ends when a test has waited long enough.
func (w *world) soon() context.Context {
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	w.t.Cleanup(cancel)
	return ctx
}

// object is a JSON object.
type object = map[string]any

// reply is what a call got.
type reply struct {
	status int
	header http.Header
	code   int
	data   object
	body   object
	text   string // the body as it came
}

// newToken asks for a token.
func (w *world) newToken() string {
	w.t.Helper()
	got := w.post("/open-apis/auth/v3/tenant_access_token/internal", object{"app_id": w.Options().AppID, "app_secret": w.Options().AppSecret})
	token, _ := got.body["tenant_access_token"].(string)
	if token == "" {
		w.t.Fatalf("no token: %v", got.body)
	}
	return token
}

// call makes a call of the platform with the world's token.
func (w *world) call(method, path string, body any) reply {
	w.t.Helper()
	got, err := w.try(method, w.url+path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

// try is call where it may fail.
func (w *world) try(method, url string, body any) (reply, error) {
	w.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(w.t.Context(), method, url, bytes.NewReader(data))
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("Authorization", "Bearer "+w.token)
	response, err := w.client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	return readReply(w.t, response), nil
}

// readReply reads an answer.
func readReply(t *testing.T, response *http.Response) reply {
	t.Helper()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := reply{status: response.StatusCode, header: response.Header, text: string(read)}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
		json.Unmarshal(read, &got.body) // lists have no fields to look at
		code, _ := got.body["code"].(float64)
		got.code = int(code)
		got.data, _ = got.body["data"].(object)
	}
	return got
}

func (w *world) post(path string, body any) reply { w.t.Helper(); return w.call("POST", path, body) }

func (w *world) get(path string) reply { w.t.Helper(); return w.call("GET", path, nil) }

// text is the body of a call that sends a text.
func textTo(receiver, words, uuid string) object {
	return object{"receive_id": receiver, "msg_type": "text", "content": string(marshal(object{"text": words})), "uuid": uuid}
}

// say posts a text to a chat.
func (w *world) say(chatID, words, uuid string) reply {
	w.t.Helper()
	return w.post("/open-apis/im/v1/messages?receive_id_type=chat_id", textTo(chatID, words, uuid))
}

// sendCard posts a card to a chat.
func (w *world) sendCard(chatID, card string) reply {
	w.t.Helper()
	return w.post("/open-apis/im/v1/messages?receive_id_type=chat_id",
		object{"receive_id": chatID, "msg_type": "interactive", "content": card})
}

// messageID is the id of the message that a call made.
func (r reply) messageID() string {
	id, _ := r.data["message_id"].(string)
	return id
}

// cardOf is a card with some elements.
func cardOf(elements ...string) string {
	return `{"schema":"2.0","config":{"update_multi":true},"body":{"elements":[` + strings.Join(elements, ",") + `]}}`
}

// refusedWith demands a refusal with a code, which comes with HTTP 400.
func (w *world) refusedWith(what string, got reply, code int) {
	w.t.Helper()
	if got.code != code || got.status != http.StatusBadRequest {
		w.t.Errorf("%s: code %d with status %d, want code %d with 400: %v", what, got.code, got.status, code, got.body)
	}
}

// fine demands a success.
func (w *world) fine(what string, got reply) reply {
	w.t.Helper()
	if got.code != 0 || got.status != http.StatusOK {
		w.t.Fatalf("%s: code %d with status %d: %v", what, got.code, got.status, got.body)
	}
	return got
}
