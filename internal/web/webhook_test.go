package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"huibao/internal/simulator"
)

// message is the content of a message's event.
var message = map[string]any{
	"sender": map[string]any{"sender_id": map[string]string{"open_id": "ou_1"}, "sender_type": "user", "tenant_key": "tenant_simulated"},
	"message": map[string]any{
		"message_id": "om_1", "chat_id": "oc_1", "chat_type": "group", "message_type": "text", "content": `{"text":"hello"}`,
	},
}

// event is a signed, encrypted event of a message.
func (w *world) event(id string) (string, http.Header) {
	body, header := w.platform.Envelope(simulator.Event{EventID: id, Type: "im.message.receive_v1", Body: message})
	return string(body), header
}

// clear is an event in clear.
func (w *world) clear(eventType string) string {
	o := w.platform.Options()
	return fmt.Sprintf(`{"schema":"2.0","header":{"event_id":"ev_clear","token":%q,"event_type":%q,"tenant_key":"t","app_id":%q},"event":{}}`,
		o.VerificationToken, eventType, o.AppID)
}

// seal encrypts and signs.
func (w *world) seal(plain string) (string, http.Header) {
	body, header := w.platform.Seal([]byte(plain))
	return string(body), header
}

// challenge is a URL verification.
func (w *world) challenge(token string) string {
	return fmt.Sprintf(`{"challenge":"ajls384kdjx98XX<>&","token":%q,"type":"url_verification"}`, token)
}

func TestWebhook(t *testing.T) {
	right := "simulated-verification-token"
	cases := map[string]struct {
		make   func(w *world) (string, http.Header)
		status int
		body   string // of a 200
		kept   int
	}{
		"an event": {func(w *world) (string, http.Header) { return w.event("ev_1") }, 200, `{}`, 1},
		"an event of a chat": {func(w *world) (string, http.Header) {
			body, header := w.platform.Envelope(simulator.Event{EventID: "e", Type: "im.chat.disbanded_v1", Body: map[string]any{"chat_id": "oc_1"}})
			return string(body), header
		}, 200, `{}`, 1},
		"a type not handled":    {func(w *world) (string, http.Header) { return w.seal(w.clear("im.message.reaction.created_v1")) }, 200, `{}`, 0},
		"a card's callback":     {func(w *world) (string, http.Header) { return w.seal(w.clear("card.action.trigger")) }, 200, `{}`, 0},
		"URL verification":      {func(w *world) (string, http.Header) { return w.challenge(right), nil }, 200, `{"challenge":"ajls384kdjx98XX<>&"}`, 0},
		"the same, encrypted":   {func(w *world) (string, http.Header) { b, _ := w.seal(w.challenge(right)); return b, nil }, 200, `{"challenge":"ajls384kdjx98XX<>&"}`, 0},
		"with a wrong token":    {func(w *world) (string, http.Header) { return w.challenge("wrong"), nil }, 401, "", 0},
		"encrypted, with one":   {func(w *world) (string, http.Header) { b, _ := w.seal(w.challenge("wrong")); return b, nil }, 401, "", 0},
		"not signed":            {func(w *world) (string, http.Header) { b, _ := w.event("e"); return b, nil }, 401, "", 0},
		"signed for another":    {func(w *world) (string, http.Header) { b, _ := w.event("e"); _, h := w.event("e2"); return b, h }, 401, "", 0},
		"in clear":              {func(w *world) (string, http.Header) { return w.clear("im.message.receive_v1"), nil }, 401, "", 0},
		"no JSON":               {func(*world) (string, http.Header) { return "hello", nil }, 401, "", 0},
		"nothing":               {func(*world) (string, http.Header) { return "", nil }, 401, "", 0},
		"no event, but signed":  {func(w *world) (string, http.Header) { return w.seal(`{"hello":"world"}`) }, 400, "", 0},
		"no JSON, but signed":   {func(w *world) (string, http.Header) { return w.seal(`hello`) }, 400, "", 0},
		"a message without ids": {func(w *world) (string, http.Header) { return w.seal(w.clear("im.message.receive_v1")) }, 400, "", 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for _, path := range []string{"/webhook/event", "/webhook/card"} {
				w := startWorld(t, nil)
				body, header := c.make(w)
				a := w.ask(t, "POST", path, header, strings.NewReader(body))
				if c.status != 200 {
					a.problem(t, c.status)
				} else if a.status != 200 || !sameJSON(a.body, c.body) || a.header.Get("Content-Type") != "application/json" {
					t.Errorf("%+v, want %s", a, c.body)
				}
				if len(w.inbox.kept) != c.kept {
					t.Errorf("%d events kept, want %d", len(w.inbox.kept), c.kept)
				}
			}
		})
	}
}

// A pressed button is kept like any event and answered with a toast, in a shape
// the platform takes; a repeat is answered with nothing.
func TestWebhookPress(t *testing.T) {
	w := startWorld(t, nil)
	body, header := w.platform.Envelope(simulator.Event{EventID: "ev_1", Type: "card.action.trigger", Body: map[string]any{
		"operator": map[string]string{"open_id": "ou_1", "tenant_key": "tenant_simulated"}, "action": map[string]any{"value": map[string]string{"k": "v"}},
		"context": map[string]string{"open_message_id": "om_1", "open_chat_id": "oc_1"},
	}})
	a := w.ask(t, "POST", "/webhook/card", header, bytes.NewReader(body))
	var answer struct {
		Toast struct {
			Type    string            `json:"type"`
			Content string            `json:"content"`
			I18n    map[string]string `json:"i18n"`
		} `json:"toast"`
	}
	if err := json.Unmarshal([]byte(a.body), &answer); err != nil || a.status != 200 || answer.Toast.Type != "info" ||
		answer.Toast.Content == "" || answer.Toast.I18n["en_us"] == "" || answer.Toast.I18n["zh_cn"] == "" {
		t.Errorf("%+v", a)
	}
	if again := w.ask(t, "POST", "/webhook/card", header, bytes.NewReader(body)); again.status != 200 || strings.TrimSpace(again.body) != "{}" {
		t.Errorf("a repeat got %+v", again)
	}
	if len(w.inbox.kept) != 1 || w.inbox.kept[0].Press.Value["k"] != "v" || w.inbox.kept[0].Done || w.inbox.kept[0].Redrawn {
		t.Errorf("%+v", w.inbox.kept)
	}
}

// sameJSON compares two objects of texts.
func sameJSON(a, b string) bool {
	var first, second map[string]string
	return json.Unmarshal([]byte(a), &first) == nil && json.Unmarshal([]byte(b), &second) == nil && fmt.Sprint(first) == fmt.Sprint(second)
}

// A repeat is acknowledged and changes nothing.
func TestWebhookRepeat(t *testing.T) {
	w := startWorld(t, nil)
	for range 3 {
		body, header := w.event("ev_1")
		if a := w.ask(t, "POST", "/webhook/event", header, strings.NewReader(body)); a.status != 200 || strings.TrimSpace(a.body) != "{}" {
			t.Errorf("%+v", a)
		}
	}
	if len(w.inbox.kept) != 1 || w.inbox.kept[0].EventID != "ev_1" || w.inbox.kept[0].Message.Text != "hello" {
		t.Errorf("%+v", w.inbox.kept)
	}
	const want = `
		# HELP huibao_events_total Events and requests to the webhook by what became of them.
		# TYPE huibao_events_total counter
		huibao_events_total{result="repeat"} 2
		huibao_events_total{result="stored"} 1
	`
	if err := testutil.GatherAndCompare(w.registry, strings.NewReader(want), "huibao_events_total"); err != nil {
		t.Error(err)
	}
}

// Bodies up to 1 MiB are read, however their length is announced.
func TestWebhookSize(t *testing.T) {
	w := startWorld(t, nil)
	sized := func(size int) (string, http.Header) {
		plain, header := w.event(fmt.Sprint("ev_", size))
		body := plain + strings.Repeat(" ", size-len(plain))
		return body, resign(t, w, body, header)
	}
	for _, c := range []struct{ size, status int }{{1 << 20, 200}, {1<<20 + 1, 413}, {3 << 20, 413}} {
		for name, wrap := range map[string]func(io.Reader) io.Reader{
			"announced": func(r io.Reader) io.Reader { return r },
			"chunked":   func(r io.Reader) io.Reader { return struct{ io.Reader }{r} },
		} {
			body, header := sized(c.size)
			a, ok := w.tryAsk(t, header, wrap(strings.NewReader(body)))
			if !ok && c.status == 413 {
				continue // the server hung up while the rest was still being sent
			}
			if a.status != c.status {
				t.Errorf("%d bytes, %s: %d, want %d", c.size, name, a.status, c.status)
			}
			if c.status == 413 {
				a.problem(t, 413)
			}
		}
	}
}

// resign signs a changed body with the headers' own timestamp and nonce.
func resign(t *testing.T, w *world, body string, header http.Header) http.Header {
	t.Helper()
	signed := header.Clone()
	signed.Set("X-Lark-Signature", hash(header.Get("X-Lark-Request-Timestamp")+header.Get("X-Lark-Request-Nonce")+w.platform.Options().EncryptKey+body))
	return signed
}

// tryAsk posts to the webhook; false where the server hung up first.
func (w *world) tryAsk(t *testing.T, header http.Header, body io.Reader) (answer, bool) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+w.Addr()+"/webhook/event", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	response, err := w.client.Do(request)
	if err != nil {
		return answer{}, false
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(read)}, err == nil
}

// A length that is a lie gains nothing.
func TestWebhookLyingLength(t *testing.T) {
	w := startWorld(t, nil)
	body, header := w.event("ev_1")
	for name, c := range map[string]struct {
		length int
		send   string
		want   string
	}{
		"more than comes":    {len(body) + 100, body, "HTTP/1.1 400 Bad Request"},
		"more than may come": {1<<20 + 1, "", "HTTP/1.1 413 Request Entity Too Large"},
		"less than comes":    {len(body) - 1, body, "HTTP/1.1 401 Unauthorized"},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", w.Addr())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			head := fmt.Sprintf("POST /webhook/event HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n", c.length)
			var rest bytes.Buffer
			_ = header.Write(&rest)
			_, _ = io.WriteString(conn, head+rest.String()+"\r\n"+c.send)
			if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			status, err := bufio.NewReader(conn).ReadString('\n')
			if err != nil || strings.TrimSpace(status) != c.want {
				t.Errorf("%q, %v; want %s", status, err, c.want)
			}
		})
	}
	if len(w.inbox.kept) != 0 {
		t.Errorf("%d events kept", len(w.inbox.kept))
	}
}

// What cannot be stored now is refused, so that the platform sends it again.
func TestWebhookNotStored(t *testing.T) {
	w := startWorld(t, nil)
	w.inbox.err = errors.New("the disk is full")
	body, header := w.event("ev_1")
	p := w.ask(t, "POST", "/webhook/event", header, strings.NewReader(body)).problem(t, 503)
	logged := w.log.read(t)
	if len(logged) != 1 || logged[0]["ref"] != p.Ref || p.Ref == "" || !strings.Contains(fmt.Sprint(logged[0]["error"]), "the disk is full") {
		t.Errorf("%+v, %v", p, logged)
	}
	if strings.Contains(p.Detail, "disk") {
		t.Errorf("the answer tells of the inside: %s", p.Detail)
	}
	w.inbox.mu.Lock()
	w.inbox.err = nil
	w.inbox.mu.Unlock()
	if a := w.ask(t, "POST", "/webhook/event", header, strings.NewReader(body)); a.status != 200 || len(w.inbox.kept) != 1 {
		t.Errorf("sent again: %+v, %d kept", a, len(w.inbox.kept))
	}
}

// A store that is slow is answered for before the platform's 3 s are over.
func TestWebhookSlowStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.inbox.before = func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}
		body, header := w.event("ev_1")
		request := httptest.NewRequest(http.MethodPost, "/webhook/event", strings.NewReader(body))
		request.Header = header
		began := time.Now()
		recorder := httptest.NewRecorder()
		w.public.ServeHTTP(recorder, request)
		if took := time.Since(began); recorder.Code != 503 || took.Seconds() != 2 {
			t.Errorf("%d after %s", recorder.Code, took)
		}
	})
}

// A defect behind the webhook is one line in the log and no acknowledgement.
func TestWebhookDefect(t *testing.T) {
	w := startWorld(t, nil)
	w.inbox.before = func(context.Context) error { panic("a defect") }
	body, header := w.event("ev_1")
	p := w.ask(t, "POST", "/webhook/event", header, strings.NewReader(body)).problem(t, 500)
	if logged := w.log.read(t); len(logged) != 1 || logged[0]["ref"] != p.Ref {
		t.Errorf("%v", logged)
	}
}

// No answer and no line repeats what a stranger sent, nor a secret.
func TestWebhookRepeatsNoInput(t *testing.T) {
	mark := "MARKED<script>"
	w := startWorld(t, nil)
	o := w.platform.Options()
	for _, plain := range []string{
		mark, `{"` + mark + `":1}`, w.challenge(mark), w.clear(mark), strings.ReplaceAll(w.clear("x"), o.AppID, mark),
		strings.ReplaceAll(w.clear("im.message.receive_v1"), `"event":{}`, `"event":{"message":"`+mark+`"}`),
	} {
		sealed, header := w.seal(plain)
		for _, request := range []struct {
			body   string
			header http.Header
		}{{plain, nil}, {sealed, nil}, {sealed, header}, {plain, http.Header{"X-Lark-Signature": {mark}, "X-Lark-Request-Timestamp": {mark}}}} {
			a := w.ask(t, "POST", "/webhook/event?"+"q=MARKED", request.header, strings.NewReader(request.body))
			if strings.Contains(a.body, "MARKED") {
				t.Errorf("%s: %s", plain, a.body)
			}
		}
	}
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	for _, secret := range []string{"MARKED", o.EncryptKey, o.VerificationToken, o.AppSecret} {
		if strings.Contains(w.log.buffer.String(), secret) {
			t.Errorf("%s is in the log", secret)
		}
	}
}

// What strangers send is no error of ours.
func TestWebhookRefusalsAreNoErrors(t *testing.T) {
	w := startWorld(t, nil)
	w.ask(t, "POST", "/webhook/event", nil, strings.NewReader("hello"))
	if logged := w.log.read(t); len(logged) != 1 || logged[0]["level"] != "warning" {
		t.Errorf("%v", logged)
	}
}
