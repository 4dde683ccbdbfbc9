package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher/callback"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"
	"github.com/larksuite/oapi-sdk-go/v3/ws"
)

// connectSDK has the official Go client take events, and waits until it does.
func (w *world) connectSDK(d *dispatcher.EventDispatcher) {
	w.t.Helper()
	ready := make(chan struct{})
	client := ws.NewClient(w.Options().AppID, w.Options().AppSecret, ws.WithDomain(w.url), ws.WithLogger(quiet{}),
		ws.WithHttpClient(w.client), ws.WithEventHandler(d), ws.WithOnReady(func() { close(ready) }))
	ended := make(chan error, 1)
	go func() { ended <- client.Start(w.t.Context()) }()
	w.t.Cleanup(func() {
		client.Close()
		<-ended
	})
	select {
	case <-ready:
	case err := <-ended:
		ended <- err
		w.t.Fatalf("the client ended: %v", err)
	case <-w.soon().Done():
		w.t.Fatal("the client does not connect")
	}
}

func TestOfficialGoClientOverALongConnection(t *testing.T) {
	w := newWorld(t, Options{AppID: sdkApp(), LongConnection: true})
	var h heard
	w.connectSDK(dispatcher.NewEventDispatcher("", "").
		OnP2MessageReceiveV1(func(_ context.Context, e *larkim.P2MessageReceiveV1) error {
			return h.add("message %s of %s", *e.Event.Message.Content, e.EventV2Base.Header.TenantKey)
		}).
		OnP2CardActionTrigger(func(_ context.Context, e *callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error) {
			_ = h.add("click %v by %s", e.Event.Action.Value["do"], e.Event.Operator.OpenID)
			return &callback.CardActionTriggerResponse{Toast: &callback.Toast{Type: "success", Content: "done"}}, nil
		}))
	w.SendText(GroupID, MemberID, "whole", TextOptions{MentionBot: true})
	delivered := func() {
		t.Helper()
		if err := w.WaitDelivered(w.soon()); err != nil {
			t.Fatal(err)
		}
	}
	delivered()
	messageID := w.fine("send", w.sendCard(GroupID, clickable)).messageID()
	click, err := w.Click(Click{MessageID: messageID, OpenID: MemberID, Element: "go"})
	if err != nil || click.Code != 0 || click.Status != http.StatusOK || click.Toast.Content != "done" {
		t.Errorf("click: %+v, %v", click, err)
	}
	want := []string{`message {"text":"@_user_1 whole"} of tenant_simulated`, "click go by " + MemberID}
	if got := fmt.Sprint(h.all); got != fmt.Sprint(want) {
		t.Errorf("heard %s, want %s", got, want)
	}
	if attempts := w.Attempts(""); len(attempts) != 1 || !attempts[0].Acknowledged || attempts[0].Status != 200 {
		t.Errorf("attempts %+v", attempts)
	}
	counted, err := w.sdk().Event.V1.Connection.Get(t.Context())
	if err != nil || counted.Code != 0 || *counted.Data.OnlineInstanceCnt != 1 {
		t.Errorf("connections: %+v, %v", counted, err)
	}
}

func TestOfficialGoClientIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		options Options
		change  func(*world)
		secret  string
		code    int
	}{
		"a wrong secret":             {Options{LongConnection: true}, func(*world) {}, "wrong", 514},
		"another way of subscribing": {Options{}, func(*world) {}, "simulated-secret", 403},
		"a store app":                {Options{LongConnection: true, AppType: StoreApp}, func(*world) {}, "simulated-secret", 403},
		"a stopped app":              {Options{LongConnection: true}, func(w *world) { w.ChangeApp(func(a *App) { a.Stopped = true }) }, "simulated-secret", 403},
		"a fault":                    {Options{LongConnection: true}, func(w *world) { w.SetFault(Fault{Endpoint: "connection_endpoint", Status: 200, Code: 1000040350}) }, "simulated-secret", 1000040350},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.options)
			test.change(w)
			client := ws.NewClient(w.Options().AppID, test.secret, ws.WithDomain(w.url), ws.WithLogger(quiet{}), ws.WithHttpClient(w.client))
			err := client.Start(w.soon())
			if refused, is := errors.AsType[*ws.ClientError](err); !is || refused.Code != test.code {
				t.Errorf("ended with %v, want code %d", err, test.code)
			}
		})
	}
}

// dialed is a connection of a test's own.
type dialed struct{ *websocket.Conn }

// endpoint asks for an address to connect to.
func (w *world) endpoint() (address string, code int) {
	w.t.Helper()
	got := w.post("/callback/ws/endpoint", object{"AppID": w.Options().AppID, "AppSecret": w.Options().AppSecret})
	address, _ = got.data["URL"].(string)
	return address, got.code
}

// dial connects; it must succeed.
func (w *world) dial() dialed {
	w.t.Helper()
	address, code := w.endpoint()
	socket, response, err := websocket.DefaultDialer.DialContext(w.t.Context(), address, nil)
	if err != nil {
		w.t.Fatalf("connect: %v, code %d", err, code)
	}
	response.Body.Close()
	w.t.Cleanup(func() { socket.Close() })
	return dialed{socket}
}

// next is the next frame, "" when the connection has ended.
func (d dialed) next() (frame, bool) {
	_, data, err := d.ReadMessage()
	if err != nil {
		return frame{}, false
	}
	f, err := readFrame(data)
	return f, err == nil
}

// answer answers a message.
func (d dialed) answer(f frame, payload string) {
	f.payload = []byte(payload)
	_ = d.WriteMessage(websocket.BinaryMessage, f.marshal()) // who waits for the answer sees
}

func TestATicketIsGoodForOneConnection(t *testing.T) {
	w := newWorld(t, Options{LongConnection: true})
	address, _ := w.endpoint()
	late, _ := w.endpoint()
	for name, test := range map[string]struct {
		address string
		status  string // "" for a connection
	}{"the first": {address, ""}, "none": {"ws" + w.url[4:] + connectionPath, "514"}} {
		w.handshake(name, test.address, test.status)
	}
	w.handshake("used", address, "514")
	w.Clock().Advance(time.Minute)
	w.handshake("late", late, "514")
}

// handshake demands a connection, or a refusal with a status.
func (w *world) handshake(name, address, status string) {
	w.t.Helper()
	socket, response, err := websocket.DefaultDialer.DialContext(w.t.Context(), address, nil)
	if err == nil {
		w.t.Cleanup(func() { socket.Close() })
	}
	if response == nil || response.Header.Get("Handshake-Status") != status || (err == nil) != (status == "") {
		w.t.Errorf("%s: %v %v, want the status %q", name, response, err, status)
	}
}

func TestFiftyConnections(t *testing.T) {
	w := newWorld(t, Options{LongConnection: true})
	spare, _ := w.endpoint()
	for range 50 {
		w.dial()
	}
	if _, code := w.endpoint(); code != connectTooMany {
		t.Errorf("the 51st: code %d, want %d", code, connectTooMany)
	}
	_, response, err := websocket.DefaultDialer.DialContext(t.Context(), spare, nil)
	if err == nil || response.Header.Get("Handshake-Autherrcode") != "1000040350" {
		t.Errorf("the 51st with a ticket: %v %v", response, err)
	}
	got := w.fine("count", w.get("/open-apis/event/v1/connection"))
	if got.data["online_instance_cnt"] != 50.0 {
		t.Errorf("counted %v", got.data)
	}
	w.DropConnections()
	if err := w.Wait(w.soon(), func() bool { return w.Connections() == 0 }); err != nil {
		t.Errorf("dropped: %d left", w.Connections())
	}
}

func TestEventsAreRedeliveredOverAConnection(t *testing.T) {
	w := newWorld(t, Options{LongConnection: true})
	w.Emit(Event{EventID: "ev_x", Type: "test", Body: object{}})
	attempted := func(count int, last Attempt) {
		t.Helper()
		if err := w.Wait(w.soon(), func() bool { return len(w.Attempts("ev_x")) == count }); err != nil {
			t.Fatalf("attempt %d: %v", count, err)
		}
		if got := w.Attempts("ev_x")[count-1]; got.Status != last.Status || got.Acknowledged != last.Acknowledged {
			t.Errorf("attempt %d: %+v, want %+v", count, got, last)
		}
	}
	attempted(1, Attempt{}) // nobody is connected

	d := w.dial()
	w.Clock().Advance(15 * time.Second)
	f, _ := d.next()
	d.answer(f, `{"code":500,"headers":null,"data":null}`)
	attempted(2, Attempt{Status: 500})

	w.Clock().Advance(5 * time.Minute)
	d.next()
	w.DropConnections()
	attempted(3, Attempt{})

	d = w.dial()
	w.Clock().Advance(time.Hour)
	f, _ = d.next()
	if f.word("type") != "event" || f.word("sum") != "1" || f.word("message_id") == "" {
		t.Errorf("frame %+v", f)
	}
	d.answer(f, `{"code":200,"headers":null,"data":null}`)
	attempted(4, Attempt{Status: 200, Acknowledged: true})
}

// The official Go client joins parts in a race with itself, so it is not asked to.
func TestAMessageInParts(t *testing.T) {
	w := newWorld(t, Options{LongConnection: true})
	w.SetConnectionStyle(ConnectionStyle{PingInterval: 120, SplitAt: 100})
	d := w.dial()
	w.Emit(Event{EventID: "ev_x", Type: "test", Body: object{"words": strings.Repeat("many words ", 40)}})
	first, _ := d.next()
	payload, parts := string(first.payload), []frame{first}
	for first.word("sum") != strconv.Itoa(len(parts)) {
		f, more := d.next()
		if !more {
			t.Fatalf("the connection ended after %d of %s parts", len(parts), first.word("sum"))
		}
		payload, parts = payload+string(f.payload), append(parts, f)
	}
	for at, f := range parts {
		if f.word("seq") != strconv.Itoa(at) || f.word("sum") != first.word("sum") || f.word("message_id") != first.word("message_id") || len(f.payload) > 100 {
			t.Errorf("part %d: %+v", at, f)
		}
	}
	var whole struct {
		Header struct {
			EventID string `json:"event_id"`
		} `json:"header"`
		Event object `json:"event"`
	}
	if err := json.Unmarshal([]byte(payload), &whole); err != nil || whole.Header.EventID != "ev_x" || len(whole.Event["words"].(string)) != 440 {
		t.Errorf("joined: %+v, %v", whole, err)
	}
	if len(parts) < 5 {
		t.Errorf("%d parts of 100 bytes, want more than 440 bytes", len(parts))
	}
	d.answer(first, `{"code":200}`)
	if err := w.WaitDelivered(w.soon()); err != nil {
		t.Error(err)
	}
}

func TestOneOfSeveralConnectionsGetsAnEvent(t *testing.T) {
	w := newWorld(t, Options{LongConnection: true})
	var counts [3]atomic.Int64
	for at := range counts {
		d := w.dial()
		w.t.Cleanup(func() { d.Close() })
		go func() {
			for f, more := d.next(); more; f, more = d.next() {
				counts[at].Add(1)
				d.answer(f, `{"code":200}`)
			}
		}()
	}
	for range 60 {
		w.Emit(Event{Type: "test", Body: object{}})
	}
	if err := w.WaitDelivered(w.soon()); err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for at := range counts {
		total += counts[at].Load()
		if counts[at].Load() == 0 {
			t.Errorf("connection %d got none of 60 events", at)
		}
	}
	if total != 60 {
		t.Errorf("60 events came %d times", total)
	}
}

func TestPings(t *testing.T) {
	w := newWorld(t, Options{LongConnection: true})
	d := w.dial()
	ping := frame{service: 1, method: frameControl, header: []frameHeader{{"type", "ping"}}}
	d.answer(ping, "")
	f, _ := d.next()
	if f.word("type") != "pong" || string(f.payload) != `{"PingInterval":120,"ReconnectCount":-1,"ReconnectInterval":120,"ReconnectNonce":30}` {
		t.Errorf("pong %+v %s", f, f.payload)
	}
	w.SetConnectionStyle(ConnectionStyle{Silent: true})
	d.answer(ping, "")
	w.DropConnections()
	if f, more := d.next(); more {
		t.Errorf("a silent platform sent %+v", f)
	}
}

func TestFramesThatAreNone(t *testing.T) {
	for name, data := range map[string]string{"no message": "\xff", "nothing in it": "", "no service": "\x08\x00\x10\x00\x20\x00"} {
		if f, err := readFrame([]byte(data)); err == nil {
			t.Errorf("%s: read as %+v", name, f)
		}
	}
}
