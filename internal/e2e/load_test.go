package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// shot is one request of the platform, ready to be sent.
type shot struct {
	header http.Header
	body   []byte
}

// renamings are so many groups renamed, signed and encrypted. They are kept and
// acted on, and need no answer.
func (w *world) renamings(count int) []shot {
	chats := w.platform.AddChats(1000, "oc_renamed_")
	made := make([]shot, count)
	for i := range made {
		made[i].body, made[i].header = w.platform.Envelope(simulator.Event{
			EventID: fmt.Sprintf("ev_renamed_%07d", i), Type: "im.chat.updated_v1",
			Body: object{
				"chat_id": chats[i%len(chats)], "external": false, "operator_tenant_key": w.platform.Options().TenantKey,
				"operator_id":  object{"open_id": simulator.AdminID, "union_id": "on_admin"},
				"after_change": object{"name": fmt.Sprint("Group ", i)}, "before_change": object{"name": "Group"},
			},
		})
	}
	return made
}

// talk is so many messages in groups that do not mention the bot. They are
// acknowledged and not kept.
func (w *world) talk(name string, count int) []shot {
	chats := w.platform.AddChats(1000, "oc_talk_")
	sender := object{
		"sender_id": object{"open_id": simulator.MemberID, "union_id": "on_member"}, "sender_type": "user",
		"tenant_key": w.platform.Options().TenantKey,
	}
	made := make([]shot, count)
	for i := range made {
		now := fmt.Sprint(time.Now().UnixMilli())
		made[i].body, made[i].header = w.platform.Envelope(simulator.Event{
			EventID: fmt.Sprintf("ev_%s_%07d", name, i), Type: "im.message.receive_v1",
			Body: object{"sender": sender, "message": object{
				"message_id": fmt.Sprintf("om_%s_%07d", name, i), "create_time": now, "update_time": now,
				"chat_id": chats[i%len(chats)], "chat_type": "group", "message_type": "text",
				"content": `{"text":"see you at the meeting about the report on Friday"}`, "user_agent": "Mozilla/5.0 Lark/7.30.0 LarkLocale/zh_CN",
			}},
		})
	}
	return made
}

// commands are so many commands in groups, as the platform sent them, none of
// which has reached the service yet.
func (w *world) commands(count int) []shot {
	w.Helper()
	chats := w.platform.AddChats(1000, "oc_commands_")
	before := len(w.gateway.seen())
	w.gateway.swallow(true)
	defer w.gateway.swallow(false)
	for i := range count {
		w.ask(chats[i%len(chats)], simulator.MemberID, "/help")
		if i%50 == 49 || i == count-1 { // so many connections at a time
			if err := w.platform.WaitDelivered(w.soon()); err != nil {
				w.Fatal(err)
			}
		}
	}
	made := make([]shot, 0, count)
	for _, d := range w.gateway.seen()[before:] {
		made = append(made, shot{d.header, d.body})
	}
	return made
}

// gun sends shots to a receiver.
type gun struct {
	testing.TB
	url    string
	client *http.Client
	// refused counts the events that could not be kept; the platform would send
	// them again.
	refused atomic.Int64
}

// aim makes a gun.
func aim(b testing.TB, url string) *gun {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 512}}
	b.Cleanup(client.CloseIdleConnections)
	return &gun{TB: b, url: url + "/webhook/event", client: client}
}

// send sends one shot.
func (g *gun) send(s shot) {
	request, err := http.NewRequest(http.MethodPost, g.url, bytes.NewReader(s.body))
	if err != nil {
		g.Error(err)
		return
	}
	request.Header = s.header
	response, err := g.client.Do(request)
	if err != nil {
		g.Error(err)
		return
	}
	_, _ = io.Copy(io.Discard, response.Body) // only the status counts
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		g.refused.Add(1)
	}
}

// steadily sends the shots at a pace, each when it is due whatever became of
// those before, and returns how long each took from then on, the quickest
// first.
func (g *gun) steadily(shots []shot, perSecond int) []time.Duration {
	taken := make([]time.Duration, len(shots))
	var all sync.WaitGroup
	begun := time.Now()
	pace := time.NewTimer(0)
	for i, s := range shots {
		due := begun.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		pace.Reset(time.Until(due))
		<-pace.C
		all.Go(func() {
			g.send(s)
			taken[i] = time.Since(due)
		})
	}
	all.Wait()
	slices.Sort(taken)
	return taken
}

// flatOut sends the shots as fast as so many senders can, for a time, and
// returns how many were acknowledged a second.
func (g *gun) flatOut(shots []shot, senders int, limit time.Duration) float64 {
	var next atomic.Int64
	g.refused.Store(0)
	var all sync.WaitGroup
	begun := time.Now()
	for range senders {
		all.Go(func() {
			for time.Since(begun) < limit {
				i := next.Add(1) - 1
				if i >= int64(len(shots)) {
					return
				}
				g.send(shots[i])
			}
		})
	}
	all.Wait()
	sent := min(next.Load(), int64(len(shots))) - g.refused.Load()
	return float64(sent) / time.Since(begun).Seconds()
}

// report reports the median, the 99th percentile and the longest of sorted
// times, in milliseconds.
func report(b *testing.B, name string, taken []time.Duration) {
	b.Helper()
	for _, p := range []struct {
		name string
		at   int
	}{{"p50", len(taken) / 2}, {"p99", len(taken) * 99 / 100}, {"max", len(taken) - 1}} {
		b.ReportMetric(float64(taken[p.at].Microseconds())/1000, name+p.name+"-ms")
	}
}
