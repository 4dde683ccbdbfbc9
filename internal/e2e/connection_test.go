package e2e

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// newConnectedWorld is a world whose events come over the long connection. What
// only the webhook needs is not there, and no address of the service is known to
// the platform.
func newConnectedWorld(t testing.TB, o options) *world {
	t.Helper()
	environment := map[string]string{
		"HUIBAO_FEISHU_EVENTS": "websocket", "HUIBAO_FEISHU_ENCRYPT_KEY": "", "HUIBAO_FEISHU_VERIFICATION_TOKEN": "",
	}
	maps.Copy(environment, o.environment)
	o.environment = environment
	w := newWorld(t, o)
	w.platform.SetLongConnection(true)
	w.platform.DeliverTo("")
	return w
}

// redeliver lets the platform's clock run until every event was acknowledged.
// Those that were not come again after 15 s, 5 min, 1 h and 6 h.
func (w *world) redeliver() {
	w.Helper()
	w.service().await("the events to be acknowledged", func() bool {
		open := map[string]bool{}
		for _, attempt := range w.platform.Attempts("") {
			open[attempt.EventID] = !attempt.Acknowledged
		}
		for _, waits := range open {
			if waits {
				w.platform.Clock().Advance(time.Second)
				return false
			}
		}
		return true
	})
}

// The main job over the long connection: a report in a group, a button on it and a
// digest, with the connection cut in the middle.
func TestLongConnection(t *testing.T) {
	t.Parallel()
	w := newConnectedWorld(t, options{environment: map[string]string{"HUIBAO_FRESH_FOR": "0s"}})
	w.twoWeeks()
	s := w.start()
	question := w.ask(simulator.GroupID, simulator.MemberID, "/report 7d")
	answer := w.answer(question)
	if says := cardOf(answer).says("meeting_count"); !strings.Contains(says, "500") {
		t.Errorf("meetings are %q, want 500", says)
	}
	press := simulator.Click{MessageID: answer.MessageID, OpenID: simulator.MemberID, Element: "choose_period", Option: "yesterday"}
	if says := w.replaced(press).says("meeting_count"); !strings.Contains(says, "15") {
		t.Errorf("after the button meetings are %q, want 15", says)
	}
	id := w.schedule(nil)
	w.must(http.StatusAccepted, http.MethodPost, "/schedules/"+id+"/run", nil)
	w.posted(id)

	slow := w.platform.SetFault(simulator.Fault{Endpoint: "report_get_daily", Hold: true})
	interrupted := w.ask(simulator.GroupID, simulator.MemberID, "/report 2w")
	w.held(slow)
	w.platform.DropConnections()
	w.platform.ClearFaults()
	w.answer(interrupted)
	s.await("the next connection", func() bool { return w.metric(s, "huibao_connection_reconnects_total") == "1" })
	help := w.ask(simulator.GroupID, simulator.MemberID, "/help")
	w.redeliver()
	w.answer(help)
	w.settle()
	for _, asked := range []simulator.Message{question, interrupted, help} {
		w.answeredOnce(asked.MessageID)
	}
	if up := w.metric(s, "huibao_connection_up"); up != "1" {
		t.Errorf("huibao_connection_up is %q, want 1", up)
	}
	if connections := w.platform.Connections(); connections != 1 {
		t.Errorf("%d connections, want 1", connections)
	}
	if strings.Contains(s.journal.text(), "ticket-") {
		t.Error("the log holds a ticket")
	}
	if status := webhook(t, s, `{"schema":"2.0","header":{"event_id":"e","event_type":"im.message.receive_v1","token":"","app_id":"cli_e2e"},"event":{}}`); status != http.StatusUnauthorized {
		t.Errorf("the webhook takes an event that nobody signed: %d", status)
	}
}

// webhook posts to the webhook, without a signature.
func webhook(t *testing.T, s *service, body string) (status int) {
	t.Helper()
	response, err := http.Post(s.url+"/webhook/event", "application/json", bytes.NewBufferString(body))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

// metric is the value of a metric without labels.
func (w *world) metric(s *service, name string) string {
	w.Helper()
	for line := range strings.Lines(w.page(s, "/metrics")) {
		if value, found := strings.CutPrefix(line, name+" "); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// page is what a service answers.
func (w *world) page(s *service, path string) string {
	w.Helper()
	response, err := http.Get(s.url + path)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatal(err)
	}
	return fmt.Sprint(response.StatusCode, " ", string(read))
}

// The process is killed when it has stored an event and not said so: the event
// comes again, and is acted on once.
func TestLongConnectionKilledBeforeTheAcknowledgement(t *testing.T) {
	t.Parallel()
	w := newConnectedWorld(t, options{})
	w.twoWeeks()
	killed := w.startKilledAt("event_stored")
	killed.await("the connection", func() bool { return w.platform.Connections() == 1 })
	question := w.ask(simulator.GroupID, simulator.MemberID, "/report 7d")
	killed.awaitKilled()
	w.start()
	w.answer(question)
	w.redeliver()
	w.settle()
	w.answeredOnce(question.MessageID)
	if attempts := w.platform.Attempts(""); len(attempts) < 2 {
		t.Errorf("the event came %d times, want again after the kill", len(attempts))
	}
}

// A service that stops while commands pour in loses none.
func TestLongConnectionDrains(t *testing.T) {
	t.Parallel()
	w := newConnectedWorld(t, options{environment: busy(nil)})
	chats := w.platform.AddChats(10, "oc_group_")
	s := w.start()
	w.acquaint()
	var questions []simulator.Message
	for n := range 40 {
		questions = append(questions, w.ask(chats[n%10], simulator.MemberID, "/help"))
		if n == 20 {
			s.terminate()
		}
	}
	if code := s.exit(); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.journal.tail())
	}
	w.start()
	w.redeliver()
	for _, question := range questions {
		w.answer(question)
	}
	w.settle()
	for _, question := range questions {
		w.answeredOnce(question.MessageID)
	}
}

// Two services share what comes: each event goes to one of them, and what one did
// not acknowledge to either.
func TestLongConnectionOfReplicas(t *testing.T) {
	t.Parallel()
	w := newConnectedWorld(t, options{postgres: true, environment: busy(nil)})
	chats := w.platform.AddChats(10, "oc_group_")
	first, second := w.start(), w.start()
	w.await("two connections", func() bool { return w.platform.Connections() == 2 })
	var questions []simulator.Message
	for n := range 40 {
		questions = append(questions, w.ask(chats[n%10], simulator.MemberID, "/help"))
		if n == 20 {
			second.await("an event", func() bool { return strings.Contains(second.journal.text(), "event stored") })
			second.kill()
		}
	}
	w.runs = w.runs[:1] // the other is gone
	w.start()           // and another in its place
	w.redeliver()
	for _, question := range questions {
		w.answer(question)
	}
	w.settle()
	for _, question := range questions {
		w.answeredOnce(question.MessageID)
	}
	if !strings.Contains(first.journal.text(), "event stored") {
		t.Error("the first service got no event")
	}
}

// A platform that refuses the connection is told about in words of their own, once,
// and the service is not ready.
func TestLongConnectionRefused(t *testing.T) {
	t.Parallel()
	w := newConnectedWorld(t, options{})
	w.platform.SetLongConnection(false) // the app is subscribed in another way
	s := w.run(nil, "serve")
	s.await("the service to say that it is ready", func() bool {
		line, ready := s.journal.find("huibao is ready")
		if ready {
			s.url = "http://" + line["addr"].(string)
		}
		return ready
	})
	const says = "choose the long connection for events"
	s.await("the refusal", func() bool { return strings.Contains(s.journal.text(), says) })
	if ready := w.page(s, "/readyz"); !strings.HasPrefix(ready, "503 ") || !strings.Contains(ready, `{"check":"connection","ok":false}`) {
		t.Errorf("readyz %s", ready)
	}
	if up := w.metric(s, "huibao_connection_up"); up != "0" {
		t.Errorf("huibao_connection_up is %q, want 0", up)
	}
	s.stop()
}
