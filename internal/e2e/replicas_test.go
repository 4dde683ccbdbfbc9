package e2e

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// replicas starts two services that share the database.
func (w *world) replicas() [2]*service {
	w.Helper()
	pair := [2]*service{w.start(), w.start()}
	w.gateway.direct(pair[0].url, pair[1].url)
	return pair
}

// Two services share the work. One of them is killed again and again, and comes
// back.
func TestReplicas(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{postgres: true, environment: busy(nil)})
	random := rand.New(rand.NewPCG(20261110, 2))
	chats := w.platform.AddChats(10, "oc_group_")
	pair := w.replicas()
	w.acquaint()
	id := w.schedule(nil)
	run := func(round int) (int, object) {
		return w.try(http.MethodPost, "/schedules/"+id+"/run", nil, "Idempotency-Key", strconv.Itoa(round))
	}
	questions := make([]simulator.Message, 0, 40)
	for round := range 4 {
		calls := len(w.platform.Requests("")) + 1 + random.IntN(20)
		for i := range 10 {
			questions = append(questions, w.ask(chats[i], simulator.MemberID, []string{"/report 7d", "/help"}[i%2]))
		}
		run(round)
		w.await("the moment to kill", func() bool { return len(w.platform.Requests("")) >= calls })
		pair[round%2].kill()
		pair[round%2] = w.start()
		w.gateway.direct(pair[0].url, pair[1].url)
	}
	w.answeredAll(questions)
	for round := range 4 {
		if status, answer := run(round); status != http.StatusAccepted {
			t.Errorf("asking again for digest %d got %d: %v", round, status, answer)
		}
	}
	w.settle()
	if digests := w.digests(); len(digests) != 4 {
		t.Errorf("%d digests, want 4", len(digests))
	}
}

// Two services start when twenty schedules are due: each is posted once.
func TestReplicasShareDueRuns(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{postgres: true})
	chats := w.platform.AddChats(20, "oc_group_")
	w.start()
	w.acquaint()
	for _, chat := range chats {
		w.schedule(object{"chat_id": chat})
	}
	w.service().stop()
	w.change(`UPDATE schedules SET next_run_at = $1`, time.Now().Add(-time.Minute).UnixMilli())
	w.replicas()
	w.await("the digests", func() bool { return len(w.platform.FromBot("")) >= len(chats)+1 })
	w.settle()
	for chat, count := range w.platform.CountFromBot() {
		if count != 1 {
			t.Errorf("%d messages in %s, want 1", count, chat)
		}
	}
	if sent := w.count(`SELECT count(*) FROM deliveries WHERE status = 'sent'`); sent != len(chats) {
		t.Errorf("%d deliveries were sent, want %d", sent, len(chats))
	}
}

// A command and a digest on PostgreSQL, killed at each of their points in turn.
func TestKillOnPostgres(t *testing.T) {
	t.Parallel()
	for name, points := range map[string][]string{
		"help": {
			"event_stored", "event_taken", "work_reclaimed", "outbox_written", "outbox_marked", "outbox_posted", "event_handled",
		},
		"digest": {
			"run_claimed", "delivery_taken", "outbox_written", "outbox_marked", "outbox_posted", "delivery_posted", "delivery_handled",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{postgres: true})
			w.killInTurn(triggers[name](), points...)
		})
	}
}
