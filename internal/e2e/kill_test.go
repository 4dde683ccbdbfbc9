package e2e

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/simulator"
)

// trigger is something that huibao has to do once. prepare runs before the
// service that is killed, begin while it runs, and check when another one has
// been started that is not killed.
type trigger struct {
	prepare, begin, check func(*world)
}

// triggers are the ways work comes in. Each is made anew for a test.
var triggers = map[string]func() trigger{
	"command": command,
	"slow":    slowCommand,
	"help":    help,
	"first":   firstEvent,
	"digest":  digest,
	"run now": runNow,
	"press":   press,
	"start":   nothing,
}

// command is a command in a group.
func command() trigger {
	var question simulator.Message
	return trigger{
		prepare: func(w *world) { w.twoWeeks() },
		begin:   func(w *world) { question = w.ask(simulator.GroupID, simulator.MemberID, "/report 7d") },
		check: func(w *world) {
			w.Helper()
			w.repeatUnacknowledged()
			answer := w.answer(question)
			if says := cardOf(answer).says("meeting_count"); !strings.Contains(says, "500") {
				w.Errorf("meetings are %q, want 500", says)
			}
			w.settle()
			w.answeredOnce(question.MessageID)
		},
	}
}

// slowCommand is a command that first gets the card which says that it takes a
// while.
func slowCommand() trigger {
	work := command()
	asked := work.begin
	work.begin = func(w *world) {
		w.Helper()
		w.platform.SetFault(simulator.Fault{Endpoint: "report_get_daily", Hold: true})
		asked(w)
		killed := w.service()
		killed.awaitEither("the card that says that it takes a while", func() bool {
			return slices.ContainsFunc(w.platform.FromBot(simulator.GroupID), working)
		})
		w.platform.ClearFaults()
	}
	return work
}

// firstEvent is a command that tells huibao whose it is, since the platform did
// not when it was asked.
func firstEvent() trigger {
	work := command()
	work.prepare = func(w *world) {
		w.twoWeeks()
		w.platform.SetFault(simulator.Fault{Endpoint: "tenant_query", Status: http.StatusBadRequest, Code: 99991672})
		w.platform.SetFault(simulator.Fault{Endpoint: "chat_list", Status: http.StatusBadRequest, Code: 99991672})
	}
	return work
}

// digest is a schedule that came due while nothing ran.
func digest() trigger {
	var id string
	return trigger{
		prepare: func(w *world) {
			w.start()
			w.acquaint()
			id = w.schedule(nil)
			w.service().stop()
			w.overdue(id, 1)
		},
		begin: func(*world) {},
		check: func(w *world) { w.posted(id) },
	}
}

// runNow is a schedule run by hand, under a key that makes asking again safe.
func runNow() trigger {
	var id string
	run := func(w *world) (int, object) {
		return w.try(http.MethodPost, "/schedules/"+id+"/run", nil, "Idempotency-Key", "once")
	}
	return trigger{
		prepare: func(w *world) {
			w.start()
			w.acquaint()
			id = w.schedule(nil)
			w.service().stop()
		},
		begin: func(w *world) { run(w) },
		check: func(w *world) {
			w.Helper()
			if status, answer := run(w); status != http.StatusAccepted {
				w.Errorf("asking again got %d: %v", status, answer)
			}
			w.posted(id)
		},
	}
}

// help is a command for which the platform is asked nothing.
func help() trigger {
	var question simulator.Message
	return trigger{
		prepare: func(*world) {},
		begin:   func(w *world) { question = w.ask(simulator.PrivateID, simulator.MemberID, "/help") },
		check: func(w *world) {
			w.Helper()
			w.repeatUnacknowledged()
			w.answer(question)
			w.settle()
			w.answeredOnce(question.MessageID)
		},
	}
}

// press is a button that an admin presses: to go on with the digests, which
// waited for a permission.
func press() trigger {
	var id string
	var notice simulator.Message
	return trigger{
		prepare: func(w *world) {
			w.start()
			id, notice = w.paused()
			w.service().stop()
		},
		begin: func(w *world) { w.click(notice, "unpause") },
		check: func(w *world) {
			w.Helper()
			w.repeatUnacknowledged()
			w.await("the answer to the button", func() bool { return len(w.answersTo(notice.MessageID)) > 0 })
			w.hurry()
			w.posted(id)
			w.answeredOnce(notice.MessageID)
		},
	}
}

// nothing is a start with nothing to do; afterwards all works.
func nothing() trigger {
	return trigger{
		prepare: func(*world) {}, begin: func(*world) {},
		check: func(w *world) { w.answeredOnce(w.acquaint().MessageID) },
	}
}

// points are the failpoints of the program, each with the triggers that pass
// it.
var points = map[string][]string{
	"work_reclaimed":   {"command", "digest", "start"},
	"event_stored":     {"command", "press"},
	"event_taken":      {"command", "press"},
	"tenant_learnt":    {"first"},
	"event_handled":    {"command", "slow", "press"},
	"run_claimed":      {"digest"},
	"delivery_created": {"run now"},
	"delivery_taken":   {"digest", "run now"},
	"delivery_posted":  {"digest", "run now"},
	"delivery_handled": {"digest", "run now"},
	"outbox_written":   {"command", "digest", "press"},
	"outbox_marked":    {"command", "slow", "digest"},
	"outbox_posted":    {"command", "slow", "digest"},
	"working_written":  {"slow"},
	"working_replaced": {"slow"},
}

var hit = regexp.MustCompile(`failpoint\.Hit\("([^"]*)"\)`)

// Every failpoint of the source has a case here.
func TestEveryFailpointHasACase(t *testing.T) {
	root := filepath.Join("..", "..")
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == "testdata" {
			return filepath.SkipDir
		}
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		content, err := os.ReadFile(path)
		for _, match := range hit.FindAllSubmatch(content, -1) {
			found[string(match[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for point, names := range points {
		want[point] = len(names) > 0
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("the failpoints of the tests and of the source differ (-tests +source):\n%s", diff)
	}
}

// The process is killed at each point, and a new one goes on.
func TestKillAtFailpoint(t *testing.T) {
	t.Parallel()
	for point, names := range points {
		for _, name := range names {
			t.Run(point+", "+name, func(t *testing.T) {
				t.Parallel()
				work := triggers[name]()
				w := newWorld(t, options{environment: map[string]string{"HUIBAO_FRESH_FOR": "0s", "HUIBAO_FEISHU_ADMINS": simulator.AdminID}})
				work.prepare(w)
				killed := w.startKilledAt(point)
				work.begin(w)
				killed.awaitKilled()
				w.start()
				work.check(w)
			})
		}
	}
}

// A command and a digest, killed at each of their points in turn. The command
// is one that never takes long enough to say so first.
func TestKillAtEveryPointInTurn(t *testing.T) {
	t.Parallel()
	for name, points := range map[string][]string{
		"help": {
			"event_stored", "event_taken", "work_reclaimed", "outbox_written", "outbox_marked", "work_reclaimed", "outbox_posted", "event_handled",
		},
		"digest": {
			"run_claimed", "delivery_taken", "work_reclaimed", "outbox_written", "outbox_marked", "outbox_posted", "delivery_posted", "delivery_handled",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newWorld(t, options{}).killInTurn(triggers[name](), points...)
		})
	}
}

// killInTurn has the process kill itself at one point after the other, over the
// same piece of work.
func (w *world) killInTurn(work trigger, points ...string) {
	w.Helper()
	work.prepare(w)
	for i, point := range points {
		killed := w.startKilledAt(point)
		if i == 0 {
			work.begin(w)
		}
		killed.awaitKilled()
	}
	w.start()
	work.check(w)
}

// The process is killed while the platform withholds its answer: nobody knows
// whether the call was acted on, though it was.
func TestKillWhileThePlatformIsSilent(t *testing.T) {
	t.Parallel()
	for endpoint, names := range map[string][]string{
		"token":            {"command", "digest", "start"},
		"bot_info":         {"command", "start"},
		"tenant_query":     {"command", "start"},
		"chat_list":        {"command", "start"},
		"chat_get":         {"command", "digest", "run now"},
		"report_get_daily": {"command", "digest", "run now"},
		"reaction_create":  {"command"},
		"message_reply":    {"command"},
		"message_create":   {"digest", "run now"},
	} {
		for _, name := range names {
			t.Run(endpoint+", "+name, func(t *testing.T) {
				t.Parallel()
				work := triggers[name]()
				w := newWorld(t, options{environment: map[string]string{"HUIBAO_FRESH_FOR": "0s"}})
				work.prepare(w)
				if endpoint == "chat_get" { // it is asked for a chat that nothing else told of
					w.forgetChats()
				}
				hold := w.platform.SetFault(simulator.Fault{Endpoint: endpoint, Hold: true})
				before := w.acknowledged()
				killed := w.start()
				if endpoint == "tenant_query" { // not asked once an event has told
					w.held(hold)
				}
				work.begin(w)
				if name == "command" {
					w.arrived(before + 1)
				}
				w.held(hold)
				killed.kill()
				w.platform.ClearFaults()
				w.start()
				work.check(w)
			})
		}
	}
}

// forgetChats makes huibao look each chat up, and the platform's list of no
// use.
func (w *world) forgetChats() {
	w.Helper()
	w.platform.SetFault(simulator.Fault{Endpoint: "chat_list", Status: http.StatusBadRequest, Code: 230001})
	if _, err := w.database.Exec(`UPDATE chats SET looked_up_at = 0`); err != nil {
		w.Fatal(err)
	}
}

// The process is killed after it said that the answer takes a while, and while
// it puts the answer in that card's place.
func TestKillWhileWorking(t *testing.T) {
	t.Parallel()
	for _, endpoint := range []string{"report_get_daily", "message_patch"} {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{environment: map[string]string{"HUIBAO_FRESH_FOR": "0s"}})
			work := command()
			work.prepare(w)
			slow := w.platform.SetFault(simulator.Fault{Endpoint: "report_get_daily", Hold: true})
			w.start()
			work.begin(w)
			w.held(slow)
			w.await("the card that says that it takes a while", func() bool {
				return slices.ContainsFunc(w.platform.FromBot(simulator.GroupID), working)
			})
			if endpoint == "message_patch" {
				patch := w.platform.SetFault(simulator.Fault{Endpoint: endpoint, Hold: true})
				w.platform.Release(slow)
				w.held(patch)
			}
			w.service().kill()
			w.platform.ClearFaults()
			w.start()
			work.check(w)
		})
	}
}

// repeatUnacknowledged delivers again what got no 200, until all has.
func (w *world) repeatUnacknowledged() {
	w.Helper()
	if !w.gateway.wait(func(seen []delivery) bool { return len(seen) > 0 && answered(seen) == len(seen) }) {
		w.Fatalf("an event was not answered\n%s", w.service().journal.tail())
	}
	for w.gateway.repeat() > 0 {
	}
}
