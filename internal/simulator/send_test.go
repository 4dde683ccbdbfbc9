package simulator

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMessageHasThePlatformsShape(t *testing.T) {
	w := newWorld(t, Options{})
	got := w.fine("send", w.say(GroupID, "hello", "u1")).data
	at := fmt.Sprint(noon.UnixMilli())
	want := object{
		"message_id": got["message_id"], "msg_type": "text", "create_time": at, "update_time": at, "deleted": false, "updated": false,
		"chat_id": GroupID, "body": object{"content": `{"text":"hello"}`},
		"sender": object{"id": "cli_simulated", "id_type": "app_id", "sender_type": "app", "tenant_key": "tenant_simulated"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if kept := w.FromBot(GroupID); len(kept) != 1 || string(kept[0].Content) != `{"text":"hello"}` || kept[0].UUID != "u1" {
		t.Errorf("kept %+v", kept)
	}
}

func TestUUIDStandsForOneMessageForAnHour(t *testing.T) {
	w := newWorld(t, Options{})
	first := w.fine("first", w.say(GroupID, "one", "same")).messageID()
	w.Clock().Advance(time.Hour - time.Millisecond)
	if again := w.fine("again", w.say(GroupID, "two", "same")); again.messageID() != first || len(w.FromBot(GroupID)) != 1 {
		t.Errorf("within the hour: %v, want %s and no second message", again.data, first)
	}
	parent := w.SendText(ExternalID, MemberID, "hi", TextOptions{})
	if other := w.reply(parent.MessageID, "three", "same"); other.messageID() != first {
		t.Errorf("another receiver within the hour: %v, want %s", other.data, first)
	}
	w.Clock().Advance(time.Millisecond)
	w.token = w.newToken()
	if late := w.fine("late", w.say(GroupID, "four", "same")).messageID(); late == first || len(w.FromBot(GroupID)) != 2 {
		t.Errorf("after the hour: %s, want a second message", late)
	}
}

func TestUUIDHas50Characters(t *testing.T) {
	w := newWorld(t, Options{})
	w.fine("50 characters", w.say(GroupID, "hello", strings.Repeat("é", 50)))
	got := w.say(GroupID, "hello", strings.Repeat("a", 51))
	w.refusedWith("51 characters", got, 99992402)
	if field := got.body["error"].(object)["field_violations"].([]any)[0].(object)["field"]; field != "uuid" {
		t.Errorf("field %v, want uuid", field)
	}
}

func TestARefusedMessageDoesNotUseUpItsUUID(t *testing.T) {
	w := newWorld(t, Options{})
	w.ChangeChat(GroupID, func(c *Chat) { c.Muted = true })
	w.refusedWith("muted", w.say(GroupID, "hello", "u"), 230018)
	w.ChangeChat(GroupID, func(c *Chat) { c.Muted = false })
	w.fine("with the same uuid", w.say(GroupID, "hello", "u"))
}

// reply answers a message with a text.
func (w *world) reply(messageID, words, uuid string) reply {
	w.t.Helper()
	return w.post("/open-apis/im/v1/messages/"+messageID+"/reply", textTo("", words, uuid))
}

func TestWhereNothingCanBePosted(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Chat)
		code   int
	}{
		"bot not in the group": {func(c *Chat) { c.BotIn = false }, 230002},
		"dissolved":            {func(c *Chat) { c.Dissolved = true }, 232009},
		"muted":                {func(c *Chat) { c.Muted = true }, 230018},
		"silenced":             {func(c *Chat) { c.Refuses = 230035 }, 230035},
		"sensitive content":    {func(c *Chat) { c.Refuses = 230022 }, 230022},
	} {
		w := newWorld(t, Options{})
		parent := w.SendText(GroupID, MemberID, "hi", TextOptions{})
		w.ChangeChat(GroupID, test.change)
		w.refusedWith(name, w.say(GroupID, "hello", ""), test.code)
		w.refusedWith(name+", reply", w.reply(parent.MessageID, "hello", ""), test.code)
	}
	w := newWorld(t, Options{})
	w.refusedWith("no such chat", w.say("oc_none", "hello", ""), 230034)
	w.ChangeApp(func(a *App) { a.NoExternalSharing = true })
	w.refusedWith("external chat without sharing", w.say(ExternalID, "hello", ""), 230027)
	w.refusedWith("external chat looked up without sharing", w.get("/open-apis/im/v1/chats/oc_external"), 232033)
	w.fine("internal chat without sharing", w.say(GroupID, "hello", ""))
}

func TestMessageToOnePerson(t *testing.T) {
	w := newWorld(t, Options{})
	to := func(idType, id string) reply {
		return w.post("/open-apis/im/v1/messages?receive_id_type="+idType, textTo(id, "only you", ""))
	}
	if got := w.fine("member", to("open_id", MemberID)); got.data["chat_id"] != PrivateID {
		t.Errorf("chat %v, want the private chat there is", got.data["chat_id"])
	}
	made := w.fine("admin", to("open_id", AdminID)).data["chat_id"].(string)
	if made == PrivateID || made == GroupID {
		t.Errorf("chat %v, want a new private chat", made)
	}
	if again := w.fine("admin, by union_id", to("union_id", "on_"+AdminID)).data["chat_id"]; again != made {
		t.Errorf("chat %v, want %v again", again, made)
	}
	w.fine("the new chat by its id", w.say(made, "hello", ""))
	if got := w.fine("look up", w.get("/open-apis/im/v1/chats/"+made)).data; got["chat_mode"] != "p2p" || got["owner_id"] != nil || got["external"] != false {
		t.Errorf("private chat %v", got)
	}
	w.AddPerson(Person{OpenID: "ou_away", Unavailable: true})
	w.AddPerson(Person{OpenID: "ou_blocker", Blocked: true})
	for id, code := range map[string]int{"ou_away": 230013, "ou_blocker": 230053, GuestID: 230038, "ou_nobody": 99992351} {
		w.refusedWith(id, to("open_id", id), code)
	}
	w.refusedWith("unknown union_id", to("union_id", "on_nobody"), 99992363)
	w.refusedWith("a kind of id that is not imitated", to("email", "a@b.c"), 230001)
}

func TestReplies(t *testing.T) {
	w := newWorld(t, Options{})
	question := w.SendText(GroupID, MemberID, "question", TextOptions{})
	answer := w.fine("reply", w.reply(question.MessageID, "answer", "")).data
	if answer["parent_id"] != question.MessageID || answer["root_id"] != question.MessageID || answer["thread_id"] != nil {
		t.Errorf("answer %v", answer)
	}
	deeper := w.fine("reply to the reply", w.reply(answer["message_id"].(string), "more", "")).data
	if deeper["parent_id"] != answer["message_id"] || deeper["root_id"] != question.MessageID {
		t.Errorf("answer to the answer %v", deeper)
	}
	got, err := w.WaitReply(w.soon(), question.MessageID)
	if err != nil || got.MessageID != answer["message_id"] {
		t.Errorf("waited for %v, %v", got, err)
	}
	w.refusedWith("no such message", w.reply("om_none", "answer", ""), 99992354)
	w.Recall(question.MessageID)
	w.refusedWith("recalled message", w.reply(question.MessageID, "answer", ""), 230011)
}

func TestThreads(t *testing.T) {
	w := newWorld(t, Options{})
	root := w.SendText(GroupID, MemberID, "root", TextOptions{})
	body := textTo("", "in a thread", "")
	body["reply_in_thread"] = true
	begun := w.fine("begin a thread", w.post("/open-apis/im/v1/messages/"+root.MessageID+"/reply", body)).data
	thread, _ := begun["thread_id"].(string)
	if !strings.HasPrefix(thread, "omt_") || begun["root_id"] != root.MessageID {
		t.Errorf("first of the thread %v", begun)
	}
	stays := w.fine("reply in the thread", w.reply(begun["message_id"].(string), "stays", "")).data
	if stays["thread_id"] != thread || stays["root_id"] != root.MessageID || stays["parent_id"] != root.MessageID {
		t.Errorf("second of the thread %v: root and parent are both its first message", stays)
	}
	asked := w.SendText(GroupID, MemberID, "asked in the thread", TextOptions{ReplyTo: begun["message_id"].(string)})
	if asked.ThreadID != thread || asked.ParentID != root.MessageID {
		t.Errorf("a person in the thread %+v", asked)
	}
	w.Clock().Advance(time.Second)
	w.fine("answer in the thread", w.reply(asked.MessageID, "answer", ""))
	if got, err := w.WaitReply(w.soon(), asked.MessageID); err != nil || got.ParentID != root.MessageID || got.ReplyTo != asked.MessageID {
		t.Errorf("answer in the thread %+v, %v", got, err)
	}
	w.ChangeChat(GroupID, func(c *Chat) { c.NoThreads = true })
	other := w.SendText(GroupID, MemberID, "other", TextOptions{})
	w.refusedWith("no threads", w.post("/open-apis/im/v1/messages/"+other.MessageID+"/reply", body), 230071)
	w.AddChat(Chat{ChatID: "oc_topics", Mode: "topic", BotIn: true})
	if topic := w.fine("topic group", w.say("oc_topics", "a topic", "")).data["thread_id"]; topic == nil {
		t.Error("a message of a topic group begins no thread")
	}
}

func TestContent(t *testing.T) {
	w := newWorld(t, Options{})
	send := func(msgType, content string) reply {
		return w.post("/open-apis/im/v1/messages?receive_id_type=chat_id", object{"receive_id": GroupID, "msg_type": msgType, "content": content})
	}
	for _, test := range []struct {
		msgType, content string
		code             int
	}{
		{"text", `{"text":"hello"}`, 0},
		{"text", `{"text":""}`, 230001},
		{"text", `hello`, 230001},
		{"text", `null`, 230001},
		{"text", `["hello"]`, 230001},
		{"text", `{"text":"` + strings.Repeat("a", 149<<10) + `"}`, 0},
		{"text", `{"text":"` + strings.Repeat("a", 150<<10) + `"}`, 230025},
		{"post", `{"zh_cn":{"title":"t","content":[[{"tag":"text","text":"x"}]]}}`, 0},
		{"post", `{"title":"t","content":[[{"tag":"text","text":"x"}]]}`, 230001},
		{"post", `{"zh_cn":{"title":"t","content":[[{"tag":"text","text":"` + strings.Repeat("a", 30<<10) + `"}]]}}`, 230025},
		{"interactive", cardOf(`{"tag":"markdown","content":"hello"}`), 0},
		{"interactive", cardOf(`{"tag":"markdown","content":"` + strings.Repeat("a", 30<<10) + `"}`), 230025},
		{"interactive", cardOf(`{"tag":"note"}`), 230099},
		{"interactive", `{"type":"template","data":{"template_id":"x"}}`, 230099},
		{"file", `{"file_key":"file_none"}`, 230017},
		{"image", `{"image_key":"img_none"}`, 230017},
		{"file", `{}`, 230001},
		{"sticker", `{"file_key":"x"}`, 230001},
	} {
		if got := send(test.msgType, test.content); got.code != test.code {
			t.Errorf("%s %.60s: %.300v, want code %d", test.msgType, test.content, got.body, test.code)
		}
		w.Clock().Advance(time.Second)
	}
	if got := w.post("/open-apis/im/v1/messages?receive_id_type=chat_id", []int{1}); got.code != 9499 {
		t.Errorf("no object: %v, want 9499", got.body)
	}
}

func TestOldestMessagesGoWhenFewAreKept(t *testing.T) {
	w := newWorld(t, Options{KeepMessages: 8})
	first := w.SendText(GroupID, MemberID, "0", TextOptions{})
	for i := range 30 {
		w.SendText(GroupID, MemberID, fmt.Sprint(i+1), TextOptions{})
	}
	kept := w.Messages(GroupID)
	if len(kept) > 8 || string(kept[len(kept)-1].Content) != `{"text":"30"}` {
		t.Errorf("%d messages kept, the last is %s", len(kept), kept[len(kept)-1].Content)
	}
	w.refusedWith("reply to a forgotten message", w.reply(first.MessageID, "late", ""), 99992354)
}
