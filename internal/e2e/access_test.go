package e2e

import (
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// figures reports whether an answer tells anything of substance.
func figures(message simulator.Message) bool {
	return cardOf(message).element("meeting_count") != nil
}

// allow lets a chat have reports.
func (w *world) allow(chatID string) {
	w.Helper()
	chat := w.must(http.StatusOK, http.MethodPatch, "/chats/"+chatID, object{"access": "allowed"})
	if chat["access"] != "allowed" {
		w.Errorf("the chat answered is %v", chat)
	}
}

func TestAccess(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, access, chatID, openID string
		served                       bool
	}{
		{"own group, open", "open", simulator.GroupID, simulator.MemberID, true},
		{"own person, open", "open", simulator.PrivateID, simulator.MemberID, true},
		{"own group, approval", "approval", simulator.GroupID, simulator.MemberID, false},
		{"own person, approval", "approval", simulator.PrivateID, simulator.MemberID, false},
		{"bot admin, approval", "approval", simulator.GroupID, simulator.AdminID, true},
		{"external group, open", "open", simulator.ExternalID, simulator.MemberID, false},
		{"external group, bot admin", "open", simulator.ExternalID, simulator.AdminID, false},
		{"foreign sender in an own group, open", "open", simulator.GroupID, simulator.GuestID, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{environment: map[string]string{"HUIBAO_ACCESS": c.access, "HUIBAO_FEISHU_ADMINS": simulator.AdminID}})
			w.start()
			question := w.ask(c.chatID, c.openID, "/report 7d")
			if answer := w.answer(question); figures(answer) != c.served {
				t.Errorf("figures: %v, want %v: %s", figures(answer), c.served, text(answer))
			}
			w.allow(c.chatID)
			if answer := w.answered(c.chatID, c.openID, "/report 7d"); !figures(answer) {
				t.Errorf("no figures after an admin allowed the chat: %s", text(answer))
			}
			w.settle()
			w.answeredOnce(question.MessageID)
		})
	}
}

// A chat that cannot be looked up is treated as external.
func TestUnknownChatIsExternal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.platform.SetFault(simulator.Fault{Endpoint: "chat_list", Status: http.StatusBadRequest, Code: 230001})
	w.platform.SetFault(simulator.Fault{Endpoint: "chat_get", Status: http.StatusBadRequest, Code: 232011})
	w.start()
	if answer := w.answered(simulator.GroupID, simulator.MemberID, "/report 7d"); figures(answer) {
		t.Errorf("a chat that cannot be looked up got figures: %s", text(answer))
	}
}

// A custom app has one tenant: an event that names another one is about
// strangers, however it is signed.
func TestForeignTenantInTheHeader(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	w.acquaint()
	w.gateway.swallow(true) // the platform has the message, and the service never hears of it in the usual way
	question := w.ask(simulator.PrivateID, simulator.MemberID, "/report 7d")
	if err := w.platform.WaitDelivered(w.soon()); err != nil {
		t.Fatal(err)
	}
	w.gateway.swallow(false)
	now := strconv.FormatInt(time.Now().UnixMilli(), 10)
	plain, err := json.Marshal(object{
		"schema": "2.0",
		"header": object{
			"event_id": "ev_foreign", "token": verificationToken, "create_time": now, "event_type": "im.message.receive_v1",
			"tenant_key": "tenant_foreign", "app_id": "cli_e2e",
		},
		"event": object{
			"sender": object{"sender_id": object{"open_id": "ou_foreign"}, "sender_type": "user", "tenant_key": "tenant_foreign"},
			"message": object{
				"message_id": question.MessageID, "create_time": now, "chat_id": question.ChatID, "chat_type": "p2p",
				"message_type": "text", "content": `{"text":"/report 7d"}`,
			},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	body, header := w.platform.Seal(plain)
	if got := w.gateway.pass("/webhook/event", header, body); got.status != http.StatusOK {
		t.Fatalf("status %d: %s", got.status, got.answer)
	}
	if answer := w.answer(question); figures(answer) {
		t.Errorf("a stranger got figures: %s", text(answer))
	}
}

// A blocked chat gets nothing at all.
func TestBlockedChat(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	w.acquaint()
	w.must(http.StatusOK, http.MethodPatch, "/chats/"+simulator.GroupID, object{"access": "blocked"})
	w.silent(simulator.GroupID)
}

// silent checks that a command in the chat gets no answer.
func (w *world) silent(chatID string) {
	w.Helper()
	before := w.acknowledged()
	question := w.ask(chatID, simulator.MemberID, "/report 7d")
	w.arrived(before + 1)
	w.settle()
	if answers := w.answersTo(question.MessageID); len(answers) > 0 {
		w.Errorf("%s was answered: %s", chatID, text(answers[0]))
	}
}

// What an admin decides while huibao does not know yet whose it is holds
// afterwards.
func TestDecidedBeforeTheTenantIsKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	tenant := w.platform.SetFault(simulator.Fault{Endpoint: "tenant_query", Hold: true})
	chat := w.platform.SetFault(simulator.Fault{Endpoint: "chat_get", Hold: true, Times: 1})
	w.start()
	w.held(tenant)
	decided := make(chan int)
	go func() {
		status, _ := w.admin(http.MethodPatch, "/chats/"+simulator.GroupID, object{"access": "blocked"})
		decided <- status
	}()
	w.held(chat)
	question := w.ask(simulator.PrivateID, simulator.MemberID, "/help") // its event tells the tenant
	w.service().await("the event to be worked on", func() bool {
		return w.count(`SELECT count(*) FROM river_job WHERE kind = 'event' AND state <> 'available'`) == 1
	})
	w.platform.ClearFaults()
	w.answer(question)
	if status := <-decided; status != http.StatusOK {
		t.Fatalf("the decision got %d", status)
	}
	w.silent(simulator.GroupID)
}
