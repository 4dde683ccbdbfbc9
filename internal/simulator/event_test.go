package simulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMessageEvent(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	sent := w.SendText(GroupID, MemberID, "/report 7d", TextOptions{MentionBot: true})
	d := w.next(r)
	if got, want := d.header.Get("X-Lark-Signature"), signature(d, "simulated-encrypt-key"); got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
	if got, want := d.header.Get("X-Lark-Request-Timestamp"), fmt.Sprint(noon.Unix()); got != want {
		t.Errorf("timestamp %s, want %s", got, want)
	}
	id, _, content := d.event()
	at := fmt.Sprint(noon.UnixMilli())
	bot := object{"open_id": w.BotID(), "union_id": "on_" + w.BotID()}
	want := object{
		"schema": "2.0",
		"header": object{
			"event_id": id, "token": "simulated-verification-token", "create_time": at, "event_type": "im.message.receive_v1",
			"tenant_key": "tenant_simulated", "app_id": "cli_simulated",
		},
		"event": object{
			"sender": object{"sender_id": object{"open_id": MemberID, "union_id": "on_ou_member"}, "sender_type": "user", "tenant_key": "tenant_simulated"},
			"message": object{
				"message_id": sent.MessageID, "create_time": at, "update_time": at, "chat_id": GroupID, "chat_type": "group",
				"message_type": "text", "content": `{"text":"@_user_1 /report 7d"}`,
				"mentions": []any{object{
					"key": "@_user_1", "id": bot, "mentioned_type": "bot", "name": "huibao", "tenant_key": "tenant_simulated",
				}},
				"user_agent": content["message"].(object)["user_agent"],
			},
		},
	}
	if diff := cmp.Diff(want, d.body); diff != "" {
		t.Error(diff)
	}
}

func TestKindsOfMessages(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	read := func() object {
		_, _, content := w.next(r).event()
		return content
	}
	w.SendText(PrivateID, MemberID, "hello", TextOptions{})
	if m := read()["message"].(object); m["chat_type"] != "p2p" || m["mentions"] != nil {
		t.Errorf("private message %v", m)
	}
	w.SendText(GroupID, MemberID, "one @huibao\ntwo", TextOptions{Post: true})
	const post = `{"content":[[{"tag":"text","text":"one "},{"tag":"at","user_id":"@_user_1"}],[{"tag":"text","text":"two"}]],"title":""}`
	if m := read()["message"].(object); m["message_type"] != "post" || m["content"] != post {
		t.Errorf("rich text %v", m)
	}
	w.SendText(GroupID, GuestID, "hello", TextOptions{Recalled: true})
	guest := read()
	if guest["message"].(object)["content"] != "" || guest["sender"].(object)["tenant_key"] != "tenant_guest" {
		t.Errorf("recalled message of a guest %v", guest)
	}
	w.WithholdScope("im:user_agent:read", true)
	w.SendText(PrivateID, "ou_stranger", "hello", TextOptions{})
	if m := read(); m["message"].(object)["user_agent"] != nil || m["sender"].(object)["tenant_key"] != "tenant_simulated" {
		t.Errorf("message of a stranger without the scope %v", m)
	}
}

func TestWhatTheAppHears(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	heard := func(chatID string, mention bool) bool {
		before := len(r.got)
		w.SendText(chatID, MemberID, "hello", TextOptions{MentionBot: mention})
		if err := w.WaitDelivered(w.soon()); err != nil {
			t.Fatal(err)
		}
		return len(r.got) > before
	}
	w.WithholdScope("im:message.group_msg", true)
	if heard(GroupID, false) || !heard(GroupID, true) || !heard(PrivateID, false) {
		t.Error("with the minimal scopes: mentions in groups and private messages are heard, nothing else")
	}
	w.WithholdScope("im:message.group_at_msg:readonly", true)
	w.WithholdScope("im:message.p2p_msg:readonly", true)
	if heard(GroupID, true) || heard(PrivateID, false) {
		t.Error("without scopes something is heard")
	}
	w.WithholdScope("im:message.group_msg", false)
	if !heard(GroupID, false) {
		t.Error("with im:message.group_msg a message without a mention is not heard")
	}
	w.ChangeChat(GroupID, func(c *Chat) { c.BotIn = false })
	if heard(GroupID, true) {
		t.Error("a chat without the bot is heard")
	}
	w.ChangeApp(func(a *App) { a.Stopped = true })
	if heard(ExternalID, true) {
		t.Error("a stopped app hears something")
	}
}

func TestRetrySchedule(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	r.answer = func(delivered) (int, string) { return http.StatusServiceUnavailable, "" }
	w.Emit(Event{EventID: "ev_x", Type: "test", Body: object{}})
	pauses := []time.Duration{15 * time.Second, 5 * time.Minute, time.Hour, 6 * time.Hour}
	want := []time.Time{noon}
	for i := range 5 {
		if err := w.Wait(w.soon(), func() bool { return len(w.Attempts("ev_x")) == i+1 }); err != nil {
			t.Fatalf("attempt %d: %v", i+1, err)
		}
		if i < 4 {
			w.Clock().Advance(pauses[i])
			want = append(want, w.Clock().Now())
		}
	}
	if err := w.WaitDelivered(w.soon()); err != nil {
		t.Fatalf("after the last retry: %v", err)
	}
	w.Clock().Advance(24 * time.Hour)
	at := make([]time.Time, 0, 5)
	for i, attempt := range w.Attempts("ev_x") {
		at = append(at, attempt.At)
		d := w.next(r)
		id, _, _ := d.event()
		if id != "ev_x" || attempt.Status != 503 || attempt.Acknowledged {
			t.Errorf("attempt %d: id %s, %+v", i+1, id, attempt)
		}
		if stamp := fmt.Sprint(attempt.At.Unix()); d.header.Get("X-Lark-Request-Timestamp") != stamp {
			t.Errorf("attempt %d carries the time %s, want %s", i+1, d.header.Get("X-Lark-Request-Timestamp"), stamp)
		}
	}
	if diff := cmp.Diff(want, at); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsAnAcknowledgement(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	w := newWorld(t, Options{})
	elsewhere := w.newReceiver()
	r := w.newReceiver()
	for name, test := range map[string]struct {
		url          string
		status       int
		acknowledged bool
	}{
		"200":         {r.url, 200, true},
		"204":         {r.url, 204, false},
		"401":         {r.url, 401, false},
		"redirect":    {r.url, 307, false},
		"no listener": {gone.URL, 0, false},
		"no address":  {"", 0, false},
	} {
		r.answer = func(delivered) (int, string) { return test.status, "" }
		w.DeliverTo(test.url)
		w.Emit(Event{EventID: name, Type: "test", Body: object{}})
		if err := w.Wait(w.soon(), func() bool { return len(w.Attempts(name)) == 1 }); err != nil {
			t.Fatal(name, err)
		}
		if got := w.Attempts(name)[0]; got.Acknowledged != test.acknowledged || got.Status != test.status {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if len(elsewhere.got) != 0 {
		t.Error("a redirect was followed")
	}
}

func TestAnAnswerMustComeWithinThreeSeconds(t *testing.T) {
	w := newWorld(t, Options{Patience: time.Nanosecond})
	r := w.newReceiver()
	let := make(chan struct{})
	defer close(let)
	r.answer = func(delivered) (int, string) { <-let; return 200, "" }
	begun := time.Now()
	w.Emit(Event{EventID: "slow", Type: "test", Body: object{}})
	if err := w.Wait(w.soon(), func() bool { return len(w.Attempts("slow")) == 1 }); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 3*time.Second {
		t.Errorf("given up after %v, a receiver has 3 s", took)
	}
	if got := w.Attempts("slow")[0]; got.Acknowledged || got.Status != 0 {
		t.Errorf("%+v", got)
	}
}

func TestRepeatsAndEdits(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	sent := w.SendText(GroupID, MemberID, "first", TextOptions{MentionBot: true})
	firstID, _, _ := w.next(r).event()
	w.RepeatMessage(sent.MessageID)
	repeatID, _, repeat := w.next(r).event()
	if repeatID == firstID || repeat["message"].(object)["message_id"] != sent.MessageID {
		t.Errorf("repeat: event %s after %s, message %v", repeatID, firstID, repeat["message"])
	}
	w.Clock().Advance(time.Minute)
	w.EditText(sent.MessageID, "@huibao second")
	_, _, edit := w.next(r).event()
	message := edit["message"].(object)
	if message["message_id"] != sent.MessageID || message["content"] != `{"text":"@_user_1 second"}` || message["update_time"] == message["create_time"] {
		t.Errorf("edit %v", message)
	}
	if !w.Redeliver(firstID) {
		t.Error("the first event is not known")
	}
	if id, _, _ := w.next(r).event(); id != firstID {
		t.Errorf("redelivered %s, want %s", id, firstID)
	}
	if w.Redeliver("ev_none") || w.RepeatMessage("om_none") || w.EditText("om_none", "x") {
		t.Error("what is not there was repeated")
	}
}

func TestWithoutAnEncryptKey(t *testing.T) {
	w := newWorld(t, Options{Unsigned: true})
	r := w.newReceiver()
	w.SendText(PrivateID, MemberID, "hello", TextOptions{})
	d := w.next(r)
	if d.header.Get("X-Lark-Signature") != "" || d.body["schema"] != "2.0" || string(d.raw[:10]) == `{"encrypt"` {
		t.Errorf("header %v, body %.80s", d.header, d.raw)
	}
}

func TestNothingIsSentAfterStop(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	r.answer = func(delivered) (int, string) { return 500, "" }
	w.Emit(Event{EventID: "a", Type: "test", Body: object{}})
	if err := w.Wait(w.soon(), func() bool { return len(w.Attempts("a")) == 1 }); err != nil {
		t.Fatal(err)
	}
	w.Stop()
	w.Clock().Advance(time.Hour)
	w.Emit(Event{EventID: "b", Type: "test", Body: object{}})
	w.SendText(GroupID, MemberID, "hello", TextOptions{})
	if got := w.Attempts(""); len(got) != 1 {
		t.Errorf("attempts %+v", got)
	}
}

func TestURLVerification(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	r.answer = func(d delivered) (int, string) { return 200, fmt.Sprintf(`{"challenge":%q}`, d.body["challenge"]) }
	for _, inClear := range []bool{false, true} {
		if err := w.VerifyURL(inClear); err != nil {
			t.Errorf("in clear %v: %v", inClear, err)
		}
		d := w.next(r)
		if d.body["type"] != "url_verification" || d.body["token"] != "simulated-verification-token" || d.header.Get("X-Lark-Signature") != "" {
			t.Errorf("in clear %v: %v", inClear, d)
		}
		if encrypted := slices.Equal(d.raw[:11], []byte(`{"encrypt":`)); encrypted == inClear {
			t.Errorf("in clear %v: %.60s", inClear, d.raw)
		}
	}
	for name, answer := range map[string]func(delivered) (int, string){
		"another challenge": func(delivered) (int, string) { return 200, `{"challenge":"x"}` },
		"status 401":        func(d delivered) (int, string) { return 401, fmt.Sprintf(`{"challenge":%q}`, d.body["challenge"]) },
		"no JSON":           func(delivered) (int, string) { return 200, "ok" },
	} {
		r.answer = answer
		if w.VerifyURL(false) == nil {
			t.Errorf("%s: no error", name)
		}
	}
	w.DeliverTo("")
	if w.VerifyURL(false) == nil {
		t.Error("no address: no error")
	}
}
