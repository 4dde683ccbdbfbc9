//nolint:gosmopolitan // the answers are in the chat's language
package e2e

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// stale is a world in which each report asks the platform for the last two
// days, and which has fetched everything once.
func stale(t *testing.T, more map[string]string) *world {
	t.Helper()
	environment := map[string]string{"HUIBAO_FRESH_FOR": "0s"}
	maps.Copy(environment, more)
	w := newWorld(t, options{environment: environment})
	w.start()
	w.filled()
	w.answered(simulator.GroupID, simulator.MemberID, "/report 7d")
	w.platform.ClearRequests()
	return w
}

// A refusal for frequency is waited out as its header says.
func TestReportLimitIsWaitedOut(t *testing.T) {
	t.Parallel()
	w := stale(t, nil)
	w.platform.SetFault(simulator.Fault{Endpoint: "report_get_daily", Status: http.StatusTooManyRequests, Reset: 2, Times: 1})
	question := w.ask(simulator.GroupID, simulator.MemberID, "/report 7d")
	if answer := w.answer(question); !figures(answer) {
		t.Errorf("no figures after the wait: %s", text(answer))
	}
	calls := w.platform.Requests("report_get_daily")
	if len(calls) != 2 {
		t.Fatalf("%d calls, want 2", len(calls))
	}
	if waited := calls[1].At.Sub(calls[0].At); waited < 2*time.Second {
		t.Errorf("called again after %s, want 2 s", waited)
	}
	w.settle()
	w.answeredOnce(question.MessageID)
}

// What fails in passing is tried again, and so is a token that was revoked.
func TestReportFailsInPassing(t *testing.T) {
	t.Parallel()
	w := stale(t, nil)
	for name, fault := range map[string]simulator.Fault{
		"121001":      {Status: http.StatusBadRequest, Code: 121001},
		"no JSON":     {Status: http.StatusBadGateway, HTML: true},
		"cut off":     {Cut: true},
		"bad token":   {Status: http.StatusBadRequest, Code: 99991663},
		"outside 429": {Status: http.StatusTooManyRequests, HTML: true},
	} {
		fault.Endpoint, fault.Times = "report_get_daily", 1
		w.platform.SetFault(fault)
		if answer := w.answered(simulator.GroupID, simulator.MemberID, "/report 7d"); !figures(answer) {
			t.Errorf("%s: no figures: %s", name, text(answer))
		}
	}
}

// What does not pass is answered in words a person understands, with the
// permission that is missing and a reference that finds the log lines.
func TestReportIsRefused(t *testing.T) {
	t.Parallel()
	w := stale(t, nil)
	for name, c := range map[string]struct {
		code  int
		words string
	}{
		"121002":          {121002, "会议报告"},
		"121003":          {121003, "90"},
		"scope":           {0, "vc:report:readonly"},
		"scope, unnamed":  {99991672, "vc:report:readonly"},
		"something new":   {777123, "777123"},
		"app is disabled": {99991662, "停用"},
	} {
		if c.code == 0 {
			w.platform.WithholdScope("vc:report:readonly", true)
		} else {
			w.platform.SetFault(simulator.Fault{Endpoint: "report_get_daily", Status: http.StatusBadRequest, Code: c.code})
		}
		question := w.ask(simulator.GroupID, simulator.MemberID, "/report 7d")
		answer := w.answer(question)
		if said := text(answer); figures(answer) || !strings.Contains(said, c.words) {
			t.Errorf("%s: the answer does not say %q: %s", name, c.words, said)
		}
		w.settle()
		w.answeredOnce(question.MessageID)
		w.referenced(text(answer))
		w.platform.ClearFaults()
		w.platform.WithholdScope("vc:report:readonly", false)
	}
}

// referenced checks that a reference in an answer finds lines of the log.
func (w *world) referenced(said string) {
	w.Helper()
	for word := range strings.FieldsSeq(said) {
		if len(word) < 6 {
			continue
		}
		if strings.Contains(w.service().journal.text(), `"ref":"`+word+`"`) {
			return
		}
	}
	w.Errorf("no word of the answer is a reference into the log: %s", said)
}

// When the platform refuses a card for what it holds, a plainer one follows,
// then text; each has a uuid of its own.
func TestCardIsRefused(t *testing.T) {
	t.Parallel()
	for refusals, kind := range []string{"interactive", "interactive", "text"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{})
			w.twoWeeks()
			w.start()
			w.answered(simulator.PrivateID, simulator.MemberID, "/report 7d")
			w.platform.ClearRequests()
			if refusals > 0 {
				w.platform.SetFault(simulator.Fault{Endpoint: "message_reply", Status: http.StatusBadRequest, Code: 230099, Times: refusals})
			}
			question := w.ask(simulator.GroupID, simulator.MemberID, "/report 7d")
			answer := w.answer(question)
			if answer.MsgType != kind || !strings.Contains(text(answer), "500") {
				t.Errorf("the answer is %s: %s", answer.MsgType, text(answer))
			}
			if chart := cardOf(answer).element("chart"); (chart != nil) != (refusals == 0) {
				t.Errorf("the chart after %d refusals is %v", refusals, chart)
			}
			w.settle()
			if answers := w.answersTo(question.MessageID); len(answers) != 1 {
				t.Errorf("%d answers, want 1", len(answers))
			}
			if uuids := w.uuids("message_reply", question.MessageID); len(uuids) != refusals+1 {
				t.Errorf("uuids %v, want %d", uuids, refusals+1)
			}
		})
	}
}

// An attempt to answer that fails is repeated with its uuid, and the platform
// drops the repeat if the first one came through.
func TestAnswerIsRepeated(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	w.acquaint()
	for name, fault := range map[string]simulator.Fault{
		"429":          {Status: http.StatusTooManyRequests, Reset: 1},
		"the chat's":   {Status: http.StatusBadRequest, Code: 230020},
		"cut off":      {Cut: true},
		"no JSON":      {Status: http.StatusBadGateway, HTML: true},
		"timed out":    {Status: http.StatusGatewayTimeout, HTML: true},
		"in progress":  {Status: http.StatusBadRequest, Code: 230049},
		"server error": {Status: http.StatusInternalServerError, Code: 2200},
		"bad token":    {Status: http.StatusBadRequest, Code: 99991663},
	} {
		before := w.platform.Calls("message_reply")
		fault.Endpoint, fault.Times = "message_reply", 2
		w.platform.SetFault(fault)
		question := w.ask(simulator.GroupID, simulator.MemberID, "/help")
		w.answer(question)
		w.settle()
		w.answeredOnce(question.MessageID)
		if calls := w.platform.Calls("message_reply") - before; calls != 3 {
			t.Errorf("%s: %d calls to reply, want 3", name, calls)
		}
	}
}

// A reaction that fails or hangs neither delays nor prevents the answer.
func TestReactionIsBestEffort(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.platform.SetFault(simulator.Fault{Endpoint: "reaction_create", Hold: true, Times: 1})
	w.platform.SetFault(simulator.Fault{Endpoint: "reaction_create", Status: http.StatusBadGateway, HTML: true})
	w.start()
	for range 2 {
		w.answered(simulator.GroupID, simulator.MemberID, "/help")
	}
	w.platform.ClearFaults()
}

// An answer that takes long says so first, and then becomes the answer.
func TestSlowAnswer(t *testing.T) {
	t.Parallel()
	w := stale(t, nil)
	hold := w.platform.SetFault(simulator.Fault{Endpoint: "report_get_daily", Hold: true})
	question := w.ask(simulator.GroupID, simulator.MemberID, "/report 7d")
	w.held(hold)
	w.await("the card that says that it takes a while", func() bool { return len(w.answersTo(question.MessageID)) == 1 })
	first := w.answersTo(question.MessageID)[0]
	if !working(first) {
		t.Errorf("the first card is %s", text(first))
	}
	w.platform.ClearFaults()
	answer := w.answer(question)
	if !figures(answer) || answer.MessageID != first.MessageID || answer.Updates != 1 {
		t.Errorf("the answer is %s after %d updates: %s", answer.MessageID, answer.Updates, text(answer))
	}
	w.settle()
	w.answeredOnce(question.MessageID)
}
