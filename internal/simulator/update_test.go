package simulator

import (
	"context"
	"strings"
	"testing"
	"time"
)

const (
	oldCard = `{"schema":"2.0","config":{"update_multi":true},"body":{"elements":[{"tag":"markdown","content":"old"}]}}`
	newCard = `{"schema":"2.0","config":{"update_multi":true},"body":{"elements":[{"tag":"markdown","content":"new"}]}}`
)

// patch replaces a card.
func (w *world) patch(messageID, card string) reply {
	w.t.Helper()
	return w.call("PATCH", "/open-apis/im/v1/messages/"+messageID, object{"content": card})
}

func TestPatchReplacesACard(t *testing.T) {
	w := newWorld(t, Options{})
	id := w.fine("send", w.sendCard(GroupID, oldCard)).messageID()
	w.Clock().Advance(time.Minute)
	w.fine("patch", w.patch(id, newCard))
	got := w.FromBot(GroupID)[0]
	if string(got.Content) != newCard || !got.Updated || got.Updates != 1 || got.UpdateTime-got.CreateTime != 60_000 {
		t.Errorf("message %+v", got)
	}
}

// TestWaitUpdate waits for the second of two updates.
func TestWaitUpdate(t *testing.T) {
	w := newWorld(t, Options{})
	id := w.fine("send", w.sendCard(GroupID, oldCard)).messageID()
	done := make(chan Message, 1)
	go func() {
		got, _ := w.WaitUpdate(w.t.Context(), id, 2)
		done <- got
	}()
	w.fine("first", w.patch(id, newCard))
	if got, err := w.WaitUpdate(w.soon(), id, 1); err != nil || got.Updates != 1 || string(got.Content) != newCard {
		t.Errorf("after one update: %+v, %v", got, err)
	}
	w.fine("second", w.patch(id, oldCard))
	if got := <-done; got.Updates != 2 || string(got.Content) != oldCard {
		t.Errorf("after two updates: %+v", got)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.WaitUpdate(ended, id, 3); err == nil {
		t.Error("a third update was not waited for")
	}
}

func TestPatchRefusals(t *testing.T) {
	w := newWorld(t, Options{})
	card := func() string {
		w.Clock().Advance(time.Second)
		return w.fine("send", w.sendCard(GroupID, oldCard)).messageID()
	}
	words := w.fine("text", w.say(GroupID, "hello", "")).messageID()
	question := w.SendText(GroupID, MemberID, "hello", TextOptions{}).MessageID
	recalled, deleted := card(), card()
	w.Recall(recalled)
	w.fine("delete", w.call("DELETE", "/open-apis/im/v1/messages/"+deleted, nil))
	private := w.fine("not shared", w.sendCard(GroupID, `{"schema":"2.0","body":{"elements":[]}}`)).messageID()
	for name, test := range map[string]struct {
		id, card string
		code     int
	}{
		"no such message":   {"om_none", newCard, 99992354},
		"a text":            {words, newCard, 230001},
		"of a person":       {question, newCard, 230001},
		"recalled":          {recalled, newCard, 230011},
		"deleted":           {deleted, newCard, 230011},
		"not shared before": {private, newCard, 230001},
		"not shared after":  {card(), `{"schema":"2.0","body":{"elements":[]}}`, 230001},
		"bad card":          {card(), cardOf(`{"tag":"note"}`), 230099},
		"no JSON":           {card(), `{`, 230001},
		"more than 30 KB":   {card(), cardOf(`{"tag":"markdown","content":"` + strings.Repeat("a", 30<<10) + `"}`), 230025},
	} {
		w.refusedWith(name, w.patch(test.id, test.card), test.code)
	}
}

func TestPatchWithin14Days(t *testing.T) {
	w := newWorld(t, Options{})
	id := w.fine("send", w.sendCard(GroupID, oldCard)).messageID()
	w.Clock().Advance(14 * 24 * time.Hour)
	w.token = w.newToken()
	w.fine("after 14 days", w.patch(id, newCard))
	w.Clock().Advance(time.Millisecond)
	w.refusedWith("a moment later", w.patch(id, newCard), 230031)
}

func TestFivePatchesASecondOfAMessage(t *testing.T) {
	w := newWorld(t, Options{})
	id, other := w.fine("one", w.sendCard(GroupID, oldCard)).messageID(), w.fine("other", w.sendCard(GroupID, oldCard)).messageID()
	for range 5 {
		w.fine("one of five", w.patch(id, newCard))
	}
	w.refusedWith("the sixth", w.patch(id, newCard), 230020)
	w.fine("another message", w.patch(other, newCard))
	w.Clock().Advance(time.Second)
	w.fine("a second later", w.patch(id, newCard))
	w.Dissolve(GroupID)
	w.refusedWith("in a dissolved chat", w.patch(id, newCard), 232009)
}

func TestDeleteAndGet(t *testing.T) {
	w := newWorld(t, Options{})
	w.WithholdScope("im:message:readonly", false)
	id := w.fine("send", w.say(GroupID, "hello", "")).messageID()
	item := func() object {
		return w.fine("get", w.get("/open-apis/im/v1/messages/"+id)).data["items"].([]any)[0].(object)
	}
	if got := item(); got["body"].(object)["content"] != `{"text":"hello"}` || got["deleted"] != false {
		t.Errorf("before: %v", got)
	}
	w.fine("delete", w.call("DELETE", "/open-apis/im/v1/messages/"+id, nil))
	if got := item(); got["body"].(object)["content"] != nil || got["deleted"] != true {
		t.Errorf("after: %v, want it deleted and without content", got)
	}
	w.refusedWith("again", w.call("DELETE", "/open-apis/im/v1/messages/"+id, nil), 230110)
	question := w.SendText(GroupID, MemberID, "hello", TextOptions{MentionBot: true})
	w.refusedWith("of a person", w.call("DELETE", "/open-apis/im/v1/messages/"+question.MessageID, nil), 230026)
	w.refusedWith("no such message", w.call("DELETE", "/open-apis/im/v1/messages/om_none", nil), 99992354)
	w.refusedWith("get no such message", w.get("/open-apis/im/v1/messages/om_none"), 99992354)
	asked := w.fine("get", w.get("/open-apis/im/v1/messages/"+question.MessageID)).data["items"].([]any)[0].(object)
	if asked["sender"].(object)["id_type"] != "open_id" || asked["mentions"].([]any)[0].(object)["id"] != w.BotID() {
		t.Errorf("a person's message: %v", asked)
	}
	w.ChangeChat(GroupID, func(c *Chat) { c.BotIn = false })
	w.refusedWith("from outside", w.get("/open-apis/im/v1/messages/"+id), 230002)
}

func TestReactions(t *testing.T) {
	w := newWorld(t, Options{})
	question := w.SendText(GroupID, MemberID, "hello", TextOptions{}).MessageID
	path := "/open-apis/im/v1/messages/" + question + "/reactions"
	react := func(emoji string) reply { return w.post(path, object{"reaction_type": object{"emoji_type": emoji}}) }
	first := w.fine("Get", react("Get")).data
	if first["operator"].(object)["operator_id"] != "cli_simulated" || first["reaction_type"].(object)["emoji_type"] != "Get" {
		t.Errorf("reaction %v", first)
	}
	w.fine("OK", react("OK"))
	w.fine("Get again", react("Get"))
	if got := w.Messages(GroupID)[0].Reactions; len(got) != 2 || got[0] != (ReactionCount{"Get", 2}) || got[1] != (ReactionCount{"OK", 1}) {
		t.Errorf("reactions %v", got)
	}
	w.fine("remove", w.call("DELETE", path+"/"+first["reaction_id"].(string), nil))
	w.refusedWith("remove again", w.call("DELETE", path+"/"+first["reaction_id"].(string), nil), 231011)
	if got := w.Messages(GroupID)[0].Reactions[0]; got != (ReactionCount{"Get", 1}) {
		t.Errorf("after removal %v", got)
	}
	for _, emoji := range []string{"get", "nothing", ""} {
		w.refusedWith("emoji "+emoji, react(emoji), 231001)
	}
	w.ChangeChat(GroupID, func(c *Chat) { c.BotIn = false })
	w.refusedWith("from outside", react("OK"), 231002)
	w.ChangeChat(GroupID, func(c *Chat) { c.BotIn, c.Dissolved = true, true })
	w.refusedWith("in a dissolved chat", react("OK"), 232009)
	w.Recall(question)
	w.refusedWith("recalled", react("OK"), 231003)
}
