package e2e

import (
	"net/http"
	"regexp"
	"strconv"
	"testing"

	"huibao/internal/simulator"
)

// Other bots, the bot itself and whoever calls everybody get no answer, and
// those who ask too often are told when to try again.
func TestNoAnswerAndLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(map[string]string{"HUIBAO_COMMANDS_PER_USER": "3", "HUIBAO_COMMANDS_PER_CHAT": "5"})})
	w.start().await("the bot to know itself", func() bool {
		_, known := w.service().journal.find("the bot is known")
		return known
	})
	self := object{"key": "@_user_1", "name": "huibao", "mentioned_type": "bot", "id": object{"open_id": w.platform.BotID()}}
	for name, c := range map[string]struct {
		senderType, openID, chatType, words string
		mentions                            []any
	}{
		"another bot":        {"app", "ou_other_bot", "group", "@_user_1 /help", []any{self}},
		"the bot itself":     {"app", w.platform.BotID(), "group", "@_user_1 /help", []any{self}},
		"a bot in private":   {"bot", "ou_other_bot", "p2p", "/help", nil},
		"everybody":          {"user", simulator.MemberID, "group", "@_all /help", nil},
		"everybody, by name": {"user", simulator.MemberID, "group", "@_all /help", []any{object{"key": "@_all", "name": "all", "id": object{"open_id": "all"}}}},
		"somebody else":      {"user", simulator.MemberID, "group", "@_user_1 /help", []any{object{"key": "@_user_1", "name": "huibao", "id": object{"open_id": "ou_namesake"}}}},
	} {
		chatID := simulator.GroupID
		if c.chatType == "p2p" {
			chatID = simulator.PrivateID
		}
		message := object{
			"message_id": "om_" + strconv.Itoa(len(w.gateway.seen())), "create_time": "1", "chat_id": chatID, "chat_type": c.chatType,
			"message_type": "text", "content": `{"text":"` + c.words + `"}`, "mentions": c.mentions,
		}
		body, header := w.platform.Envelope(simulator.Event{
			EventID: "ev_" + strconv.Itoa(len(w.gateway.seen())), Type: "im.message.receive_v1",
			Body: object{"message": message, "sender": object{
				"sender_id": object{"open_id": c.openID}, "sender_type": c.senderType, "tenant_key": w.platform.Options().TenantKey,
			}},
		})
		if d := w.gateway.pass("/webhook/event", header, body); d.status != http.StatusOK {
			t.Errorf("%s: status %d", name, d.status)
		}
		w.settle()
		if said := w.platform.FromBot(""); len(said) > 0 {
			t.Fatalf("%s was answered: %s", name, text(said[0]))
		}
	}

	for range 3 {
		w.mustSay(cardOf(w.answered(simulator.PrivateID, simulator.MemberID, "/status")), "", "not Try again")
	}
	w.tryAgain(text(w.answered(simulator.PrivateID, simulator.MemberID, "/status")))
	for _, person := range []string{"ou_1", "ou_2", "ou_3", "ou_4", "ou_5"} {
		w.mustSay(cardOf(w.answered(simulator.GroupID, person, "/status")), "", "not Try again")
	}
	limited := w.answered(simulator.GroupID, "ou_6", "/status")
	w.tryAgain(text(limited))
	look := rawPress{messageID: limited.MessageID, chatID: simulator.GroupID, openID: "ou_7", value: object{"action": "view", "period": "7d"}}
	for looks := range 18 { // six for each command
		if _, got := w.shout(look); got.Card == nil {
			t.Fatalf("look %d at a card got %+v", looks+1, got)
		}
	}
	_, got := w.shout(look)
	if got.Card != nil || got.Toast == nil || got.Toast.Type != "error" {
		t.Fatalf("one look too many got %+v", got)
	}
	w.tryAgain(got.Toast.Content)
}

// pauseTold finds the pause in an answer.
var pauseTold = regexp.MustCompile(`again in (\d+) s`)

// tryAgain checks that an answer says when to try again: within a minute.
func (w *world) tryAgain(said string) {
	w.Helper()
	match := pauseTold.FindStringSubmatch(said)
	if match == nil {
		w.Errorf("the answer does not say when to try again: %s", said)
		return
	}
	if seconds, _ := strconv.Atoi(match[1]); seconds < 1 || seconds > 60 {
		w.Errorf("the answer says to try again in %d s", seconds)
	}
}
