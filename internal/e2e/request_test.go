package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/simulator"
)

// requests are the cards in an admin's private chat that ask about a chat.
func (w *world) requests(chatID string) []simulator.Message {
	var found []simulator.Message
	for _, message := range w.platform.FromBot(simulator.AdminPrivateID) {
		if strings.Contains(string(message.Content), `"access_allow"`) && strings.Contains(string(message.Content), `"`+chatID+`"`) {
			found = append(found, message)
		}
	}
	return found
}

// access is what was decided about a chat.
func (w *world) access(chatID string) any {
	w.Helper()
	items, _ := w.must(http.StatusOK, http.MethodGet, "/chats?limit=200", nil)["items"].([]any)
	for _, item := range items {
		if chat, _ := item.(object); chat["chat_id"] == chatID {
			return chat["access"]
		}
	}
	return nil
}

// audited are the entries of the audit log about something, the oldest first:
// who did what.
func (w *world) audited(about string) []string {
	w.Helper()
	items, _ := w.must(http.StatusOK, http.MethodGet, "/audit?limit=200", nil)["items"].([]any)
	var entries []string
	for _, item := range items {
		if entry, _ := item.(object); entry["object"] == about {
			entries = append([]string{entry["actor"].(string) + " " + entry["action"].(string)}, entries...)
		}
	}
	return entries
}

// decided has somebody press a button of a request, and waits until that is
// carried out.
func (w *world) decided(request simulator.Message, openID, chatID, label string) simulator.ClickResult {
	w.Helper()
	result := w.pressed(simulator.Click{MessageID: request.MessageID, OpenID: openID, ChatID: chatID, Element: label})
	w.settle()
	return result
}

// Whoever is not served yet is asked about once; an admin's press decides, can
// be taken back, and is told apart from what a member presses.
func TestAccessIsDecidedByPress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(map[string]string{"HUIBAO_ACCESS": "approval"})})
	foreign, elsewhere := w.platform.AddChats(1, "oc_guests_")[0], w.platform.AddChats(1, "oc_elsewhere_")[0]
	w.start()
	for name, c := range map[string]struct {
		chatID, openID string
		takenBack      bool
	}{
		"a group":                       {simulator.GroupID, simulator.MemberID, true},
		"a private chat":                {simulator.PrivateID, simulator.MemberID, false},
		"an external group":             {simulator.ExternalID, simulator.MemberID, false},
		"a foreign sender in own group": {foreign, simulator.GuestID, false},
	} {
		ask := func(served bool) {
			t.Helper()
			if answer := w.answered(c.chatID, c.openID, "/report 7d"); figures(answer) != served {
				t.Errorf("%s: served %t, want %t: %s", name, figures(answer), served, text(answer))
			}
		}
		ask(false)
		requests := w.requests(c.chatID)
		if len(requests) != 1 {
			t.Fatalf("%s: the admin was asked %d times, want once\n%s", name, len(requests), w.service().journal.tail())
		}
		request := requests[0]

		if result := w.decided(request, simulator.MemberID, elsewhere, "Allow"); result.Toast == nil || result.Toast.Type != "error" || result.Card != nil {
			t.Errorf("%s: a member's press got %s", name, result.Body)
		}
		if access := w.access(c.chatID); access != "pending" || w.message(request.MessageID).Updates != 0 {
			t.Errorf("%s: a member made it %v", name, access)
		}

		before := len(w.platform.FromBot(c.chatID))
		w.decided(request, simulator.AdminID, "", "Allow")
		told := w.platform.FromBot(c.chatID)[before:]
		if len(told) != 1 || !strings.Contains(text(told[0]), "huibao is enabled here") {
			t.Errorf("%s: the chat is told %v", name, told)
		}
		if now := cardOf(w.message(request.MessageID)); now.title() != "Allowed" {
			t.Errorf("%s: the request reads %s", name, contents(now))
		}
		ask(true)
		if !c.takenBack {
			continue
		}
		w.decided(request, simulator.AdminID, "", "Block")
		w.unanswered(c.chatID, c.openID)
		w.decided(request, simulator.AdminID, "", "Allow")
		ask(true)
		w.must(http.StatusOK, http.MethodPatch, "/chats/"+c.chatID, object{"access": "blocked"})
		w.unanswered(c.chatID, c.openID)
		admin := "chat:" + simulator.AdminID + " chat.update"
		if diff := cmp.Diff([]string{admin, admin, admin, "admin chat.update"}, w.audited("chat/"+c.chatID)); diff != "" {
			t.Errorf("%s: the audit log (-want +got):\n%s", name, diff)
		}
	}
	undecided := w.platform.AddChats(1, "oc_undecided_")[0]
	if answer := w.answered(undecided, simulator.AdminID, "/report 7d"); !figures(answer) {
		t.Errorf("an admin is not served where nobody decided: %s", text(answer))
	}
	if access := w.access(undecided); access != "pending" || len(w.requests(undecided)) > 0 {
		t.Errorf("an admin's own command made the chat %v", access)
	}
	for days, age := range []time.Duration{0, 23 * time.Hour, 25 * time.Hour} { // since the admin was asked
		if _, err := w.database.Exec(`UPDATE chats SET access_asked_at = access_asked_at - $1`, age.Milliseconds()); err != nil {
			t.Fatal(err)
		}
		if answer := w.answered(undecided, simulator.MemberID, "/report 7d"); figures(answer) {
			t.Errorf("a member is served where nobody decided: %s", text(answer))
		}
		if asked := len(w.requests(undecided)); asked != max(days, 1) {
			t.Errorf("%s after a request there are %d, want %d", age, asked, max(days, 1))
		}
	}
}

// unanswered checks that somebody's command in the chat gets no answer.
func (w *world) unanswered(chatID, openID string) {
	w.Helper()
	before := w.acknowledged()
	question := w.ask(chatID, openID, "/report 7d")
	w.arrived(before + 1)
	w.settle()
	if answers := w.answersTo(question.MessageID); len(answers) > 0 {
		w.Errorf("%s was answered: %s", chatID, text(answers[0]))
	}
}
