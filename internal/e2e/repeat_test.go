package e2e

import (
	"maps"
	"net/http"
	"testing"

	"huibao/internal/simulator"
)

// arrived waits until so many requests of the platform were acknowledged.
func (w *world) arrived(count int) {
	w.Helper()
	if !w.gateway.wait(func(seen []delivery) bool { return acknowledged(seen) >= count }) {
		w.Fatalf("fewer than %d events were acknowledged\n%s", count, w.service().journal.tail())
	}
}

// acknowledged is how many requests of the platform got 200 so far.
func (w *world) acknowledged() int { return acknowledged(w.gateway.seen()) }

// acknowledged counts the requests that got 200.
func acknowledged(seen []delivery) int {
	count := 0
	for _, d := range seen {
		if d.status == http.StatusOK {
			count++
		}
	}
	return count
}

// The same event, the same message under a new event id, and the message
// edited: each gets 200 and changes nothing.
func TestRepeats(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	question := w.ask(simulator.GroupID, simulator.MemberID, "/report 7d")
	w.answer(question)
	w.arrived(1)
	first := w.gateway.seen()[0]
	for range 3 {
		if again := w.gateway.pass(first.path, first.header, first.body); again.status != http.StatusOK {
			t.Errorf("the repeat got %d", again.status)
		}
	}
	w.platform.EditText(question.MessageID, "/help")
	w.arrived(5)
	w.settle()
	w.answeredOnce(question.MessageID)
	w.service().stop()
	w.start() // what was seen is remembered over a restart
	if again := w.gateway.pass(first.path, first.header, first.body); again.status != http.StatusOK {
		t.Errorf("the repeat after a restart got %d", again.status)
	}
	w.platform.RepeatMessage(question.MessageID)
	w.arrived(7)
	w.settle()
	w.answeredOnce(question.MessageID)
	if calls := len(w.platform.Requests("message_reply")); calls != 1 {
		t.Errorf("%d calls to reply, want 1", calls)
	}
}

// What is not proven to come from the platform is refused and changes nothing.
func TestForgeries(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	w.answered(simulator.GroupID, simulator.MemberID, "/help")
	good := w.gateway.seen()[0]
	unsigned := good.header.Clone()
	unsigned.Del("X-Lark-Signature")
	if d := w.gateway.pass(good.path, unsigned, good.body); d.status != http.StatusUnauthorized {
		t.Errorf("no signature: %d, want 401", d.status)
	}
	changed := append([]byte(" "), good.body...)
	if d := w.gateway.pass(good.path, good.header, changed); d.status != http.StatusUnauthorized {
		t.Errorf("another body: %d, want 401", d.status)
	}
	plain := []byte(`{"schema":"2.0","header":{"event_id":"e","token":"` + verificationToken + `","event_type":"im.message.receive_v1","app_id":"cli_e2e","tenant_key":"t"},"event":{}}`)
	if d := w.gateway.pass(good.path, http.Header{}, plain); d.status != http.StatusUnauthorized {
		t.Errorf("in clear: %d, want 401", d.status)
	}
	body, header := w.platform.Seal([]byte(`{"not":"an event"}`))
	if d := w.gateway.pass(good.path, header, body); d.status != http.StatusBadRequest {
		t.Errorf("no event: %d, want 400", d.status)
	}
	body, header = w.platform.Seal([]byte(`{"challenge":"c-1","token":"` + verificationToken + `","type":"url_verification"}`))
	for _, path := range []string{"/webhook/event", "/webhook/card"} {
		if d := w.gateway.pass(path, header, body); d.status != http.StatusOK || d.answer != "{\"challenge\":\"c-1\"}\n" {
			t.Errorf("%s: a challenge got %d %q", path, d.status, d.answer)
		}
	}
	w.settle()
	if calls := len(w.platform.Requests("message_reply")); calls != 1 {
		t.Errorf("%d calls to reply, want 1", calls)
	}
}

// busy is the environment of a world in which few people ask a lot.
func busy(more map[string]string) map[string]string {
	environment := map[string]string{"HUIBAO_COMMANDS_PER_USER": "10000", "HUIBAO_COMMANDS_PER_CHAT": "10000"}
	maps.Copy(environment, more)
	return environment
}

// A platform that repeats, delays, refuses and cuts off gets an answer to every
// command, and one only.
func TestUnkindPlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{unkind: true, seed: 20261110, environment: busy(nil)})
	chats := w.platform.AddChats(10, "oc_group_")
	w.start()
	questions := make([]simulator.Message, 100)
	for i := range questions {
		words := []string{"/report 7d", "/help", "/report last month", "/report nonsense"}[i%4]
		questions[i] = w.ask(chats[i%len(chats)], simulator.MemberID, words)
	}
	w.answeredAll(questions)
}

// answeredAll waits until every question is answered, with the platform
// repeating what was not acknowledged, and checks that each was answered once.
func (w *world) answeredAll(questions []simulator.Message) {
	w.Helper()
	if !w.gateway.wait(func(seen []delivery) bool { return answered(seen) >= len(questions) }) {
		w.Fatalf("not every event was tried\n%s", w.service().journal.tail())
	}
	for w.gateway.repeat() > 0 {
	}
	for _, question := range questions {
		w.answer(question)
	}
	w.settle()
	for _, question := range questions {
		w.answeredOnce(question.MessageID)
	}
}

// answered counts the requests that got any answer.
func answered(seen []delivery) int {
	count := 0
	for _, d := range seen {
		if d.status != 0 {
			count++
		}
	}
	return count
}
