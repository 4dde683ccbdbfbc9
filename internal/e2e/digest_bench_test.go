package e2e

import (
	"slices"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// morning is how many digests are due at the same minute.
const morning = 1000

// The limits of the contract: what digests may use of the default 40 a second
// and 900 a minute, after the shares of people's answers.
const (
	digestsPerSecond = 36
	digestsPerMinute = 800
)

// fastest is the least time in which so many messages can go out within the
// limits: full minutes, and the rest at the pace of seconds.
func fastest(messages int) time.Duration {
	minutes := (messages - 1) / digestsPerMinute
	rest := messages - minutes*digestsPerMinute
	return time.Duration(minutes)*time.Minute + time.Duration(float64(rest-1)/digestsPerSecond*float64(time.Second))
}

// BenchmarkMorning has 1,000 digests due at the same minute in 1,000 chats, at
// the default limits: how long they take against the least time the limits
// allow, how many calls of get_daily that costs, and how long a person waits
// for a report meanwhile against an idle system.
func BenchmarkMorning(b *testing.B) {
	for b.Loop() {
		w := measured(b, map[string]string{"HUIBAO_SEND_PER_SECOND": "", "HUIBAO_SEND_PER_MINUTE": ""})
		w.platform.SetLimits(simulator.Limits{})
		chats := w.platform.AddChats(morning, "oc_morning_")
		w.start()
		w.answerIn(simulator.PrivateID, "/report 7d")
		var idle []time.Duration
		for range 10 {
			idle = append(idle, w.answerIn(simulator.PrivateID, "/report 7d"))
		}
		for _, chat := range chats {
			w.schedule(object{"chat_id": chat})
		}
		w.service().stop()
		w.change(`UPDATE schedules SET next_run_at = $1`, time.Now().UnixMilli())
		w.platform.ClearRequests()
		w.start()
		sent := func() int { return len(w.platform.Requests("message_create")) }
		var busyTaken []time.Duration
		for sent() < morning {
			busyTaken = append(busyTaken, w.answerIn(simulator.PrivateID, "/report 7d"))
			w.pause(2 * time.Second)
		}
		w.tell(b, idle, busyTaken)
		w.service().stop()
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkReplicaKilled has three replicas post 200 digests that are due at
// once, kills one of them when half are posted, and tells how long after that
// the last one came. Each must be posted once.
func BenchmarkReplicaKilled(b *testing.B) {
	const all = 200
	for b.Loop() {
		w := measuredOn(b, true, map[string]string{"HUIBAO_SEND_PER_SECOND": "", "HUIBAO_SEND_PER_MINUTE": ""})
		w.platform.SetLimits(simulator.Limits{})
		w.start()
		w.answerIn(simulator.PrivateID, "/report 7d")
		for _, chat := range w.platform.AddChats(all, "oc_replicas_") {
			w.schedule(object{"chat_id": chat})
		}
		w.service().stop()
		w.change(`UPDATE schedules SET next_run_at = $1`, time.Now().UnixMilli())
		w.platform.ClearRequests()
		replicas := []*service{w.run(nil, "serve"), w.run(nil, "serve"), w.run(nil, "serve")}
		sent := func(count int) func() bool {
			return func() bool { return len(w.platform.Requests("message_create")) >= count }
		}
		w.awaitFor(5*time.Minute, "half of the digests", sent(all/2))
		replicas[0].kill()
		killed := time.Now()
		w.awaitFor(5*time.Minute, "all digests", func() bool {
			return w.count(`SELECT count(*) FROM deliveries WHERE status = 'sent'`) == all
		})
		b.ReportMetric(time.Since(killed).Seconds(), "s-after-kill")
		for chat, count := range w.platform.CountFromBot() {
			if count != 1 && chat != simulator.PrivateID {
				b.Errorf("%d messages in %s, want 1", count, chat)
			}
		}
	}
	b.ReportMetric(0, "ns/op")
}

// awaitFor is await for what takes its time.
func (w *world) awaitFor(longest time.Duration, what string, condition func() bool) {
	w.Helper()
	giveUp := time.Now().Add(longest)
	for !condition() {
		if time.Now().After(giveUp) {
			w.Fatalf("gave up waiting for %s\n%s", what, w.service().journal.tail())
		}
		w.pause(20 * time.Millisecond)
	}
}

// pause waits until so much time has passed.
func (w *world) pause(wait time.Duration) { <-time.After(wait) }

// tell reports a morning's figures.
func (w *world) tell(b *testing.B, idle, busyTaken []time.Duration) {
	b.Helper()
	requests := w.platform.Requests("message_create")
	took := requests[len(requests)-1].At.Sub(requests[0].At)
	slices.Sort(idle)
	slices.Sort(busyTaken)
	b.ReportMetric(took.Seconds(), "s")
	b.ReportMetric(fastest(morning).Seconds(), "fastest-s")
	b.ReportMetric(took.Seconds()/fastest(morning).Seconds(), "ratio")
	b.ReportMetric(float64(len(w.platform.Requests("report_get_daily"))), "get_daily")
	b.ReportMetric(float64(idle[len(idle)/2].Microseconds())/1000, "idle-ms")
	b.ReportMetric(float64(busyTaken[len(busyTaken)/2].Microseconds())/1000, "busy-ms")
}
