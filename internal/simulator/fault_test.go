package simulator

import (
	"net/http"
	"testing"
	"time"
)

func TestFaultsInsteadOfActing(t *testing.T) {
	w := newWorld(t, Options{})
	for name, test := range map[string]struct {
		fault        Fault
		status, code int
		reset        string
	}{
		"a refusal":        {Fault{Status: 400, Code: 230022}, 400, 230022, ""},
		"429":              {Fault{Status: 429, Code: 99991400, Reset: 7}, 429, 99991400, "7"},
		"429 of itself":    {Fault{Status: 429}, 429, 99991400, "1"},
		"502 without JSON": {Fault{Status: 502, HTML: true}, 502, 0, ""},
	} {
		test.fault.Endpoint, test.fault.Times = "message_create", 1
		w.SetFault(test.fault)
		got := w.say(GroupID, "hello", "")
		if got.status != test.status || got.code != test.code || got.header.Get("X-Ogw-Ratelimit-Reset") != test.reset {
			t.Errorf("%s: status %d, code %d, reset %q", name, got.status, got.code, got.header.Get("X-Ogw-Ratelimit-Reset"))
		}
	}
	if got := len(w.FromBot(GroupID)); got != 0 {
		t.Errorf("%d messages were posted", got)
	}
	w.fine("afterwards", w.say(GroupID, "hello", ""))
}

func TestFaultsMeetWhatTheyAreFor(t *testing.T) {
	w := newWorld(t, Options{})
	w.SetFault(Fault{Endpoint: "message_create", Match: "oc_external", Times: 2, Status: 400, Code: 230022})
	w.SetFault(Fault{Endpoint: "chat_get", Status: 500, Code: 2200})
	w.fine("another chat", w.say(GroupID, "hello", ""))
	w.refusedWith("the chat", w.say(ExternalID, "hello", ""), 230022)
	w.refusedWith("the chat again", w.say(ExternalID, "hello", ""), 230022)
	w.fine("the third time", w.say(ExternalID, "hello", ""))
	for range 3 {
		if got := w.get("/open-apis/im/v1/chats/oc_group"); got.status != 500 || got.code != 2200 {
			t.Errorf("always: %v", got.body)
		}
	}
	w.ClearFaults()
	w.fine("when it is cleared", w.get("/open-apis/im/v1/chats/oc_group"))
	everything := w.SetFault(Fault{Status: 503, Times: 1})
	if got := w.get("/open-apis/bot/v3/info"); got.status != 503 || everything.used != 1 {
		t.Errorf("for every endpoint: %v", got.body)
	}
}

func TestCutAndDrop(t *testing.T) {
	w := newWorld(t, Options{})
	w.SetFault(Fault{Endpoint: "message_create", Times: 1, Cut: true})
	if got, err := w.try("POST", w.url+"/open-apis/im/v1/messages?receive_id_type=chat_id", textTo(GroupID, "cut", "u1")); err == nil {
		t.Errorf("cut: %v", got.body)
	}
	w.SetFault(Fault{Endpoint: "message_create", Times: 1, Drop: true})
	if got, err := w.try("POST", w.url+"/open-apis/im/v1/messages?receive_id_type=chat_id", textTo(GroupID, "drop", "u2")); err == nil {
		t.Errorf("drop: %v", got.body)
	}
	if got := w.FromBot(GroupID); len(got) != 1 || string(got[0].Content) != `{"text":"cut"}` {
		t.Errorf("%+v, want the message whose answer was cut and no other", got)
	}
	requests := w.Requests("message_create")
	if requests[0].Status != 200 || requests[1].Status != 0 {
		t.Errorf("statuses %d and %d, want 200 for the one acted on, 0 for the one dropped", requests[0].Status, requests[1].Status)
	}
}

func TestHold(t *testing.T) {
	w := newWorld(t, Options{})
	fault := w.SetFault(Fault{Endpoint: "message_create", Times: 1, Hold: true})
	answered := make(chan reply)
	go func() { answered <- w.say(GroupID, "held", "u") }()
	if err := w.WaitHeld(w.soon(), fault); err != nil {
		t.Fatal(err)
	}
	if got := len(w.FromBot(GroupID)); got != 1 {
		t.Errorf("%d messages while the answer is held, want 1", got)
	}
	select {
	case got := <-answered:
		t.Errorf("answered while held: %v", got.body)
	default:
	}
	again := w.fine("the same uuid meanwhile", w.say(GroupID, "held", "u"))
	w.Release(fault)
	if got := w.fine("released", <-answered); got.messageID() != again.messageID() {
		t.Errorf("%s and %s, want one message", got.messageID(), again.messageID())
	}
	w.Release(fault)
	w.ClearFaults()
	for name, free := range map[string]func(){"ClearFaults": w.ClearFaults, "Stop": w.Stop} {
		fault := w.SetFault(Fault{Endpoint: "bot_info", Times: 1, Hold: true})
		done := make(chan reply)
		go func() { done <- w.get("/open-apis/bot/v3/info") }()
		if err := w.WaitHeld(w.soon(), fault); err != nil {
			t.Fatal(name, err)
		}
		free()
		w.fine(name, <-done)
	}
}

func TestDelayIsOnThePlatformsClock(t *testing.T) {
	w := newWorld(t, Options{})
	w.SetFault(Fault{Endpoint: "message_create", Times: 1, Delay: time.Hour})
	answered := make(chan reply)
	go func() { answered <- w.say(GroupID, "late", "") }()
	if err := w.Wait(w.soon(), func() bool { return len(w.Requests("message_create")) == 1 }); err != nil {
		t.Fatal(err)
	}
	if len(w.FromBot(GroupID)) != 0 {
		t.Error("acted on before the delay")
	}
	w.Clock().Advance(time.Hour)
	w.fine("after it", <-answered)
}

func TestUnkindCalls(t *testing.T) {
	outcomes := func(seed uint64) (all []string) {
		w := newWorld(t, Options{Seed: seed, Now: time.Now, Limits: &Limits{}})
		w.SetUnkind(true)
		w.Clock().Speed(200) // delays are on this clock, and the life of the token
		last := false
		for range 300 {
			got, err := w.try("POST", w.url+"/open-apis/im/v1/messages?receive_id_type=chat_id", textTo(GroupID, "hello", ""))
			struck := err != nil || got.status != http.StatusOK
			if struck && last {
				t.Error("an endpoint was struck twice in a row")
			}
			last = struck
			switch {
			case err != nil:
				all = append(all, "cut")
			case got.code == 99991663:
				all = append(all, "token")
				w.SetUnkind(false)
				w.token = w.newToken()
				w.SetUnkind(true)
			case struck:
				all = append(all, http.StatusText(got.status))
			default:
				all = append(all, "fine")
			}
		}
		return all
	}
	count := map[string]int{}
	for _, outcome := range outcomes(3) {
		count[outcome]++
	}
	for _, kind := range []string{"fine", "cut", "token", "Too Many Requests", "Bad Gateway"} {
		if count[kind] == 0 {
			t.Errorf("nothing of kind %q in %v", kind, count)
		}
	}
	if count["fine"] < 200 || count["fine"] > 290 {
		t.Errorf("%d of 300 calls were fine", count["fine"])
	}
}

func TestUnkindEvents(t *testing.T) {
	w := newWorld(t, Options{Unkind: true, Seed: 5, Now: time.Now})
	w.Clock().Speed(1)
	r := w.newReceiver()
	sent := map[string]bool{}
	for range 60 {
		w.mu.Lock()
		message := w.write(GroupID, MemberID, "hello", TextOptions{MentionBot: true})
		w.mu.Unlock()
		sent[message.MessageID] = true
		w.RepeatMessage(message.MessageID) // sends its event
	}
	w.Clock().Speed(1000)
	if err := w.Wait(w.soon(), func() bool { w.mu.Lock(); defer w.mu.Unlock(); return w.underway == 0 }); err != nil {
		t.Fatal(err)
	}
	events, messages, order := map[string]int{}, map[string]int{}, []string{}
	for len(r.got) > 0 {
		id, _, content := w.next(r).event()
		messageID := content["message"].(object)["message_id"].(string)
		events[id]++
		messages[messageID]++
		order = append(order, messageID)
	}
	repeated, disordered := 0, 0
	for _, times := range events {
		if times > 1 {
			repeated++
		}
	}
	for i := 1; i < len(order); i++ {
		if order[i] < order[i-1] {
			disordered++
		}
	}
	renewed := len(events) - len(messages)
	if len(messages) != 60 || repeated == 0 || renewed == 0 || disordered == 0 {
		t.Errorf("%d of 60 messages arrived, %d events repeated, %d under new ids, %d out of order", len(messages), repeated, renewed, disordered)
	}
}

func TestUnkindReports(t *testing.T) {
	begun := time.Now()
	w := newWorld(t, Options{Now: func() time.Time { return noon.Add(time.Since(begun)) }})
	w.Clock().Speed(1) // calls are delayed
	for _, date := range []string{"2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"} {
		w.SetDay(date, DayFigures{1, 60, 2})
	}
	w.mu.Lock()
	w.options.Unkind = true
	w.mu.Unlock()
	for range 20 {
		got, err := w.try("GET", w.url+"/open-apis/vc/v1/reports/get_daily?"+spanOf("2026-11-21", "2026-11-22"), nil)
		if err != nil || got.status != http.StatusOK {
			w.SetUnkind(false)
			w.token = w.newToken()
			w.SetUnkind(true)
			continue
		}
		rows := got.rows()
		if first := rows[0].(object)["date"]; len(rows) != 4 || first != "1795305600" { // 22 November
			t.Errorf("%d rows, the first of %v; want four that begin in the middle", len(rows), first)
		}
	}
}
