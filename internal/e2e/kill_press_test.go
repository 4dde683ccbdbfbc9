package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/simulator"
)

// once is a press that changes something, and what must be there once
// afterwards. prepare makes the card that is pressed.
type once struct {
	environment map[string]string
	prepare     func(*world) simulator.Message
	click       simulator.Click // of that card
	check       func(w *world, pressed simulator.Message)
	points      []string // in the order in which the work passes them
}

// replacing are the points passed by a press whose card is replaced.
var replacing = []string{"event_stored", "event_taken", "outbox_written", "working_replaced", "event_handled"}

// replying are the points passed by a press that is answered by a message.
var replying = []string{"event_stored", "event_taken", "outbox_written", "outbox_marked", "outbox_posted", "event_handled"}

// presses are the presses that change something.
var presses = map[string]once{
	"confirm": {
		prepare: func(w *world) simulator.Message {
			form := w.answered(simulator.GroupID, simulator.AdminID, "/subscribe")
			w.replaced(simulator.Click{MessageID: form.MessageID, OpenID: simulator.AdminID, Element: "Show the next runs"})
			return form
		},
		click: simulator.Click{Element: "Subscribe"},
		check: func(w *world, pressed simulator.Message) {
			w.Helper()
			schedules := w.schedules(simulator.GroupID)
			if len(schedules) != 1 || schedules[1] == nil {
				w.Fatalf("there are %v, want #1", schedules)
			}
			w.auditedOnce(schedules[1], "schedule.create")
			w.mustSay(cardOf(w.message(pressed.MessageID)), "", "Subscribed", "#1")
		},
		points: replacing,
	},
	"pause": {
		prepare: subscribed,
		click:   simulator.Click{Element: "Pause"},
		check: func(w *world, pressed simulator.Message) {
			w.Helper()
			schedule := w.schedules(simulator.GroupID)[1]
			if schedule["enabled"] != false {
				w.Errorf("the subscription is %v", schedule)
			}
			w.auditedOnce(schedule, "schedule.update")
			w.mustSay(cardOf(w.message(pressed.MessageID)), "", "#1 is paused")
		},
		points: replacing,
	},
	"end": {
		prepare: subscribed,
		click:   simulator.Click{Element: "Unsubscribe"},
		check: func(w *world, pressed simulator.Message) {
			w.Helper()
			if schedules := w.schedules(simulator.GroupID); len(schedules) != 0 {
				w.Errorf("there are %v, want none", schedules)
			}
			w.mustSay(cardOf(w.message(pressed.MessageID)), "", "#1 has ended")
		},
		points: replacing,
	},
	"run": {
		prepare: subscribed,
		click:   simulator.Click{Element: "Post once now"},
		check: func(w *world, pressed simulator.Message) {
			w.Helper()
			schedule := w.schedules(simulator.GroupID)[1]
			id, _ := schedule["id"].(string)
			w.posted(id)
			w.auditedOnce(schedule, "schedule.run")
			w.mustSay(cardOf(w.message(pressed.MessageID)), "", "#1 is being posted")
		},
		points: []string{"event_stored", "delivery_created", "working_replaced", "event_handled"},
	},
	"allow": {
		environment: map[string]string{"HUIBAO_ACCESS": "approval"},
		prepare: func(w *world) simulator.Message {
			w.answered(simulator.GroupID, simulator.MemberID, "/report 7d")
			return w.requests(simulator.GroupID)[0]
		},
		click: simulator.Click{Element: "Allow"},
		check: func(w *world, pressed simulator.Message) {
			w.Helper()
			if access := w.access(simulator.GroupID); access != "allowed" {
				w.Errorf("the chat is %v", access)
			}
			if told := w.digests(); len(told) != 1 {
				w.Errorf("the chat was told %d times, want once", len(told))
			}
			if diff := cmp.Diff([]string{"chat:" + simulator.AdminID + " chat.update"}, w.audited("chat/"+simulator.GroupID)); diff != "" {
				w.Errorf("the audit log (-want +got):\n%s", diff)
			}
			w.mustSay(cardOf(w.message(pressed.MessageID)), "", "Allowed")
		},
		points: []string{"event_stored", "event_taken", "outbox_written", "outbox_marked", "outbox_posted", "working_replaced", "event_handled"},
	},
	"export": {
		prepare: func(w *world) simulator.Message {
			return w.answered(simulator.GroupID, simulator.MemberID, "/report 7d")
		},
		click: simulator.Click{Element: "Export"},
		check: func(w *world, pressed simulator.Message) {
			w.Helper()
			w.fileOf(w.answer(pressed))
			w.answeredOnce(pressed.MessageID)
		},
		points: replying,
	},
}

// subscribed is the list of a group's subscriptions, of which there is one.
func subscribed(w *world) simulator.Message {
	w.Helper()
	w.acquaint()
	w.schedule(nil)
	return w.answered(simulator.GroupID, simulator.AdminID, "/subscriptions")
}

// auditedOnce checks that something was done with a schedule once.
func (w *world) auditedOnce(schedule object, action string) {
	w.Helper()
	id, _ := schedule["id"].(string)
	entries := slices.DeleteFunc(w.audited("schedule/"+id), func(entry string) bool { return !strings.HasSuffix(entry, " "+action) })
	if diff := cmp.Diff([]string{"chat:" + simulator.AdminID + " " + action}, entries); diff != "" {
		w.Errorf("the audit log (-want +got):\n%s", diff)
	}
}

// A press that changes something was answered or at least stored, and the
// process is killed at each of its points in turn. The platform does not bring
// a callback again; should it, nothing more happens.
func TestKillAfterPress(t *testing.T) {
	t.Parallel()
	for name, p := range presses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{environment: conversed(p.environment)})
			w.start()
			pressed := p.prepare(w)
			w.settle()
			w.service().stop()
			p.click.MessageID, p.click.OpenID = pressed.MessageID, simulator.AdminID
			for i, point := range p.points {
				killed := w.startKilledAt(point)
				if i == 0 {
					if _, err := w.platform.Click(p.click); err != nil {
						t.Fatal(err)
					}
				}
				killed.awaitKilled()
			}
			w.start()
			w.settle()
			p.check(w, pressed)
			seen := w.gateway.seen()
			again := seen[len(seen)-1]
			if d := w.gateway.pass(again.path, again.header, again.body); d.status != http.StatusOK || strings.TrimSpace(d.answer) != "{}" {
				t.Errorf("the callback that came again got %d %s", d.status, d.answer)
			}
			w.settle()
			p.check(w, pressed)
		})
	}
}
