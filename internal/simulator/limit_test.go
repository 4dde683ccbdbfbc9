package simulator

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

// limited demands the gateway's refusal with its headers.
func (w *world) limited(what string, got reply, limit, reset string) {
	w.t.Helper()
	if got.status != http.StatusTooManyRequests || got.code != 99991400 ||
		got.header.Get("X-Ogw-Ratelimit-Limit") != limit || got.header.Get("X-Ogw-Ratelimit-Reset") != reset {
		w.t.Errorf("%s: status %d, code %d, limit %q, reset %q; want 429, 99991400, %s, %s", what, got.status, got.code,
			got.header.Get("X-Ogw-Ratelimit-Limit"), got.header.Get("X-Ogw-Ratelimit-Reset"), limit, reset)
	}
}

func TestFiveMessagesASecondToAChat(t *testing.T) {
	w := newWorld(t, Options{})
	for range 5 {
		w.fine("one of five", w.say(GroupID, "hello", ""))
		w.Clock().Advance(100 * time.Millisecond)
	}
	w.refusedWith("the sixth", w.say(GroupID, "hello", ""), 230020)
	w.fine("another chat", w.say(ExternalID, "hello", ""))
	w.Clock().Advance(499 * time.Millisecond)
	w.refusedWith("just before the first is a second old", w.say(GroupID, "hello", ""), 230020)
	w.Clock().Advance(time.Millisecond)
	w.fine("when it is", w.say(GroupID, "hello", ""))
}

func TestTheLimitOfAChatIsSharedByItsBots(t *testing.T) {
	w := newWorld(t, Options{})
	w.ChangeChat(GroupID, func(c *Chat) { c.OtherBots = 3 })
	w.fine("first", w.say(GroupID, "hello", ""))
	w.fine("second", w.say(GroupID, "hello", ""))
	w.refusedWith("third", w.say(GroupID, "hello", ""), 230020)
}

func TestARepeatOfAUUIDIsNoMessageToTheChat(t *testing.T) {
	w := newWorld(t, Options{})
	for range 20 {
		w.fine("the same uuid", w.say(GroupID, "hello", "same"))
	}
}

func TestFiftyCallsASecond(t *testing.T) {
	w := newWorld(t, Options{})
	chats := w.AddChats(60, "oc_many_")
	for _, id := range chats[:50] {
		w.fine("one of fifty", w.say(id, "hello", ""))
	}
	w.limited("the 51st", w.say(chats[50], "hello", ""), "50", "1")
	w.fine("another endpoint", w.get("/open-apis/im/v1/chats/oc_group"))
	w.Clock().Advance(time.Second)
	w.fine("a second later", w.say(chats[50], "hello", ""))
}

func TestAThousandCallsAMinute(t *testing.T) {
	w := newWorld(t, Options{})
	chats := w.AddChats(50, "oc_many_")
	for i := range 1000 {
		w.fine(fmt.Sprint("call ", i+1), w.say(chats[i%50], "hello", ""))
		if i%50 == 49 {
			w.Clock().Advance(time.Second)
		}
	}
	// 1000 calls in 20 s: the first is 20 s old, so 40 s are left of its minute.
	w.limited("call 1001", w.say(chats[0], "hello", ""), "1000", "40")
	w.Clock().Advance(39*time.Second + time.Millisecond)
	w.limited("a little less than a second early", w.say(chats[0], "hello", ""), "1000", "1")
	w.Clock().Advance(999 * time.Millisecond)
	w.fine("after what the header said", w.say(chats[0], "hello", ""))
}

func TestLimitsCanBeChanged(t *testing.T) {
	w := newWorld(t, Options{Limits: &Limits{}})
	for range 60 {
		w.fine("without limits", w.say(GroupID, "hello", ""))
	}
	w.SetLimits(Limits{ReportPerSecond: 1, ReportPerMinute: 2})
	path := fmt.Sprintf("/open-apis/vc/v1/reports/get_daily?start_time=%d&end_time=%d", noon.Unix(), noon.Unix())
	w.fine("first report", w.get(path))
	w.limited("second report at once", w.get(path), "1", "1")
	w.Clock().Advance(time.Second)
	w.fine("second report", w.get(path))
	w.Clock().Advance(time.Second)
	w.limited("third report", w.get(path), "2", "58")
	w.fine("messages", w.say(GroupID, "hello", ""))
}

func TestMeterWithTwoWindows(t *testing.T) {
	m := &meter{}
	at := noon
	for i := range 25 {
		if wait := m.wait(at, 3, time.Second); wait != 0 {
			t.Fatalf("event %d: wait %v", i, wait)
		}
		m.count(at, 10)
		at = at.Add(time.Second / 3)
		if i%3 == 2 {
			at = at.Add(time.Millisecond)
		}
	}
	// The latest ten took 3 s and some: the limit of 10 in 4 s is reached.
	if wait := m.wait(at, 10, 4*time.Second); wait <= 0 || wait >= time.Second {
		t.Errorf("wait %v for a limit of 10 in 4 s", wait)
	}
	if wait := m.wait(at, 0, time.Second); wait != 0 {
		t.Errorf("wait %v without a limit", wait)
	}
}
