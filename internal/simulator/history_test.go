package simulator

import (
	"context"
	"testing"
	"time"
)

func TestHistoryOfRequests(t *testing.T) {
	w := newWorld(t, Options{})
	w.Clock().Advance(time.Minute)
	w.fine("send", w.say(GroupID, "hello", "u"))
	w.refusedWith("send elsewhere", w.say("oc_none", "hello", ""), 230034)
	all := w.Requests("")
	if len(all) != 3 || all[0].Endpoint != "token" || all[0].Body != "" {
		t.Fatalf("requests %+v, want the token's without its body first", all)
	}
	got := all[1]
	want := Request{
		ID: 2, Endpoint: "message_create", Method: "POST", Path: "/open-apis/im/v1/messages", Query: "receive_id_type=chat_id",
		Body: `{"content":"{\"text\":\"hello\"}","msg_type":"text","receive_id":"oc_group","uuid":"u"}`, Status: 200, At: noon.Add(time.Minute),
		TenantKey: "tenant_simulated",
	}
	if got != want {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if all[2].Status != 400 || all[2].Code != 230034 {
		t.Errorf("refused: %+v", all[2])
	}
	w.ClearRequests()
	w.fine("send again", w.say(GroupID, "hello", ""))
	if after := w.Requests("message_create"); len(after) != 1 || after[0].ID != 4 {
		t.Errorf("after clearing %+v, want the fourth call only", after)
	}
	if w.Calls("message_create") != 3 || w.Calls("") != 4 {
		t.Errorf("%d messages of %d calls, want 3 of 4 however much was forgotten", w.Calls("message_create"), w.Calls(""))
	}
}

func TestAnswerOfACallThatOutlivesItsRecord(t *testing.T) {
	w := newWorld(t, Options{})
	fault := w.SetFault(Fault{Endpoint: "bot_info", Times: 1, Delay: time.Second})
	_ = fault
	done := make(chan reply)
	go func() { done <- w.get("/open-apis/bot/v3/info") }()
	if err := w.Wait(w.soon(), func() bool { return len(w.Requests("bot_info")) == 1 }); err != nil {
		t.Fatal(err)
	}
	w.ClearRequests()
	w.refusedWith("another call", w.say("oc_none", "hello", ""), 230034)
	w.Clock().Advance(time.Second)
	w.fine("the first", <-done)
	if got := w.Requests(""); len(got) != 1 || got[0].Status != 400 {
		t.Errorf("%+v, want the other call with its own status", got)
	}
}

func TestFewRequestsAreKept(t *testing.T) {
	w := newWorld(t, Options{KeepRequests: 8})
	for range 30 {
		w.fine("call", w.get("/open-apis/bot/v3/info"))
	}
	kept := w.Requests("")
	if len(kept) > 8 || kept[len(kept)-1].ID != 31 || w.Calls("bot_info") != 30 {
		t.Errorf("%d requests kept of %d, the last is %d", len(kept), w.Calls("bot_info"), kept[len(kept)-1].ID)
	}
	w.newReceiver()
	for range 30 {
		w.Emit(Event{Type: "test", Body: object{}})
	}
	if err := w.WaitDelivered(w.soon()); err != nil {
		t.Fatal(err)
	}
	if got := len(w.Attempts("")); got > 8 {
		t.Errorf("%d attempts kept", got)
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	s := New(Options{})
	defer s.Stop()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.WaitReply(ctx, "om_none"); err == nil {
		t.Error("no error from a wait whose context ended")
	}
}

func TestMessagesAreCopies(t *testing.T) {
	w := newWorld(t, Options{})
	w.SendText(GroupID, MemberID, "first", TextOptions{MentionBot: true})
	w.SendText(ExternalID, MemberID, "second", TextOptions{})
	w.SendText(GroupID, MemberID, "third", TextOptions{})
	all := w.Messages("")
	if len(all) != 3 || all[1].ChatID != ExternalID || all[2].ChatID != GroupID {
		t.Errorf("all messages in the order they were written: %+v", all)
	}
	all[0].Mentions[0].Name = "changed"
	if got := w.Messages(GroupID)[0].Mentions[0].Name; got != "huibao" {
		t.Errorf("a copy changes the message: %s", got)
	}
}
