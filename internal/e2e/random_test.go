package e2e

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"huibao/internal/simulator"
)

// Fifty commands and five digests, while the process is killed again and again:
// after some number of calls of the platform, and once more while it takes up
// what was left.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	for _, seed := range []uint64{1, 20261110} {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1))
			w := newWorld(t, options{environment: busy(map[string]string{"HUIBAO_FRESH_FOR": "0s"})})
			chats := w.platform.AddChats(10, "oc_group_")
			w.start()
			w.acquaint()
			id := w.schedule(nil)
			run := func(round int) (int, object) {
				return w.try(http.MethodPost, "/schedules/"+id+"/run", nil, "Idempotency-Key", strconv.Itoa(round))
			}
			questions := make([]simulator.Message, 0, 50)
			for round := range 5 {
				calls := len(w.platform.Requests("")) + 1 + random.IntN(20) // each command makes two at least
				for i := range 10 {
					words := []string{"/report 7d", "/help", "/report nonsense"}[random.IntN(3)]
					questions = append(questions, w.ask(chats[i], simulator.MemberID, words))
				}
				run(round)
				w.await("the moment to kill", func() bool { return len(w.platform.Requests("")) >= calls })
				w.service().kill()
				again := w.run(nil, "serve")
				again.await("some work to be taken up", func() bool { return again.journal.text() != "" })
				again.kill()
				w.start()
			}
			w.answeredAll(questions)
			for round := range 5 {
				if status, answer := run(round); status != http.StatusAccepted {
					t.Errorf("asking again for digest %d got %d: %v", round, status, answer)
				}
			}
			w.settle()
			if digests := w.digests(); len(digests) != 5 {
				t.Errorf("%d digests, want 5", len(digests))
			}
		})
	}
}

// When everything is answered, nothing is left running for it.
func TestNothingIsLeftRunning(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: busy(nil)})
	chats := w.platform.AddChats(10, "oc_group_")
	w.platform.WithholdScope("application:app_slash_command:read", true) // the panel's commands take their time
	serving := w.start()
	w.filled()
	questions := make([]simulator.Message, 30)
	for i := range questions {
		questions[i] = w.ask(chats[i%len(chats)], simulator.MemberID, []string{"/report 7d", "/help", "/report nonsense"}[i%3])
	}
	w.answeredAll(questions)
	w.await("the reactions", func() bool { return len(w.platform.Requests("reaction_create")) >= 20 }) // nonsense gets none
	w.acquaint()
	w.settle()
	if err := serving.command.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	serving.exit()
	stacks := strings.Split(serving.journal.text(), "\n\n")
	if len(stacks) < 10 {
		t.Fatalf("SIGQUIT showed no goroutines:\n%s", serving.journal.tail())
	}
	for _, stack := range stacks {
		for _, work := range []string{"huibao/bot.", "huibao/internal/outbox.", "huibao/reports.", "huibao/internal/feishu."} {
			if strings.HasPrefix(stack, "goroutine ") && strings.Contains(stack, work) {
				t.Errorf("this is left running:\n%s", stack)
			}
		}
	}
}
