package outbox

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"huibao/internal/fault"
)

func TestPostOutcomes(t *testing.T) {
	cases := map[string]struct {
		script []scripted
		state  State
		posts  int
		body   string // of the message posted
		verb   string
		calls  int
	}{
		"at once":                   {nil, Sent, 1, "card", "reply", 1},
		"cut after posting":         {[]scripted{{failure(OutcomeUnknown, 0), true}}, Sent, 1, "card", "reply", 2},
		"never arrived":             {[]scripted{{failure(OutcomeUnsent, 0), false}}, Sent, 1, "card", "reply", 2},
		"an unsorted error":         {[]scripted{{errors.New("what?"), true}}, Sent, 1, "card", "reply", 2},
		"429 for a long time":       {[]scripted{{failure(OutcomeLater, 2*time.Hour), false}}, Sent, 1, "card", "reply", 2},
		"card refused":              {[]scripted{{failure(OutcomeContent, 0), false}}, Sent, 1, "plain", "reply", 2},
		"both cards refused":        {[]scripted{{failure(OutcomeContent, 0), false}, {failure(OutcomeContent, 0), false}}, Sent, 1, "text", "reply", 3},
		"everything refused":        {[]scripted{{failure(OutcomeContent, 0), false}, {failure(OutcomeContent, 0), false}, {failure(OutcomeContent, 0), false}}, Refused, 0, "", "", 3},
		"cannot be replied to":      {[]scripted{{failure(OutcomeReply, 0), false}}, Sent, 1, "card", "send", 2},
		"bot removed":               {[]scripted{{failure(OutcomeTarget, 0), false}}, Refused, 0, "", "", 1},
		"refused, nobody knows why": {[]scripted{{failure(OutcomeOther, 0), false}}, Sent, 1, "plain", "reply", 2},

		// A refusal after an attempt that may have been posted says nothing of
		// that attempt, unless it is one of the same content.
		"unknown, then bot removed":       {[]scripted{{failure(OutcomeUnknown, 0), true}, {failure(OutcomeTarget, 0), false}}, Lost, 1, "card", "reply", 2},
		"unknown, then recalled":          {[]scripted{{failure(OutcomeUnknown, 0), true}, {failure(OutcomeReply, 0), false}}, Lost, 1, "card", "reply", 2},
		"unknown, then refused somehow":   {[]scripted{{failure(OutcomeUnknown, 0), true}, {failure(OutcomeOther, 0), false}}, Lost, 1, "card", "reply", 2},
		"unknown, then card refused":      {[]scripted{{failure(OutcomeUnknown, 0), false}, {failure(OutcomeContent, 0), false}}, Sent, 1, "plain", "reply", 3},
		"refused, unknown, then recalled": {[]scripted{{failure(OutcomeContent, 0), false}, {failure(OutcomeUnknown, 0), true}, {failure(OutcomeReply, 0), false}}, Lost, 1, "plain", "reply", 3},

		// Limited and never arrived are definite: what follows them is a first attempt.
		"429, then bot removed":        {[]scripted{{failure(OutcomeLater, time.Second), false}, {failure(OutcomeTarget, 0), false}}, Refused, 0, "", "", 2},
		"never arrived, then recalled": {[]scripted{{failure(OutcomeUnsent, 0), false}, {failure(OutcomeReply, 0), false}}, Sent, 1, "card", "send", 3},
		"recalled, then card refused":  {[]scripted{{failure(OutcomeReply, 0), false}, {failure(OutcomeContent, 0), false}}, Sent, 1, "plain", "send", 3},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				outbox, _, sender := newOutbox(c.script...)
				result := post(t, outbox, answer())
				if result.State != c.state || len(sender.order) != c.posts || len(sender.calls) != c.calls {
					t.Fatalf("state %s, %d posted, %d calls; want %s, %d, %d", result.State, len(sender.order), len(sender.calls), c.state, c.posts, c.calls)
				}
				if c.posts == 0 {
					return
				}
				posted := sender.posted[sender.order[0]]
				if posted.body != c.body || posted.verb != c.verb {
					t.Errorf("posted %s by %s, want %s by %s", posted.body, posted.verb, c.body, c.verb)
				}
			})
		})
	}
}

// An attempt of unknown outcome is repeated with its own uuid for 50 minutes
// and not a moment longer.
func TestUnknownIsRepeatedWithinTheWindowOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := make([]scripted, 1000)
		for i := range script {
			script[i] = scripted{failure(OutcomeUnknown, 0), i == 0}
		}
		outbox, _, sender := newOutbox(script...)
		begin := time.Now()
		result := post(t, outbox, answer())
		if result.State != Lost {
			t.Fatalf("state %s, want %s", result.State, Lost)
		}
		for _, made := range sender.calls {
			if made.uuid != sender.calls[0].uuid {
				t.Errorf("a repeat went out with another uuid")
			}
			if age := made.at.Sub(begin); age > 50*time.Minute {
				t.Errorf("a repeat went out after %s", age)
			}
		}
		if len(sender.calls) < 10 {
			t.Errorf("only %d attempts in 50 minutes", len(sender.calls))
		}
	})
}

// Definite refusals that pass are waited out until 12 hours after it was due.
func TestRefusalsThatPassAreWaitedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := make([]scripted, 10000)
		for i := range script {
			script[i] = scripted{failure(OutcomeLater, 10*time.Minute), false}
		}
		outbox, _, sender := newOutbox(script...)
		begin := time.Now()
		result := post(t, outbox, answer())
		if result.State != Expired {
			t.Fatalf("state %s, want %s", result.State, Expired)
		}
		last := sender.calls[len(sender.calls)-1].at.Sub(begin)
		if last > 12*time.Hour || last < 11*time.Hour+30*time.Minute {
			t.Errorf("the last attempt was made after %s", last)
		}
	})
}

// A 429 on a repeat does not make the first attempt's outcome known.
func TestRefusedRepeatStaysUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, _, sender := newOutbox(
			scripted{failure(OutcomeUnknown, 0), true},
			scripted{failure(OutcomeLater, 55*time.Minute), false},
		)
		if result := post(t, outbox, answer()); result.State != Lost {
			t.Fatalf("state %s, want %s", result.State, Lost)
		}
		if len(sender.calls) != 2 {
			t.Errorf("%d calls, want 2", len(sender.calls))
		}
	})
}

// The attempt is written down before it is made, so that a crash in between
// counts as an unknown outcome and is repeated with the same uuid.
func TestAttemptIsWrittenFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, store, sender := newOutbox()
		store.failAt = 2 // the save after the call: the process dies there
		if _, err := outbox.Post(t.Context(), answer()); err == nil {
			t.Fatal("the failed save was not reported")
		}
		written := store.records[answer().ID]
		if written.Attempts != 1 || written.UnknownSince.IsZero() || written.State != Open {
			t.Errorf("before the attempt was written: %+v", written)
		}
		if result := post(t, outbox, answer()); result.State != Sent || len(sender.order) != 1 {
			t.Errorf("after the restart: %s, %d posted", result.State, len(sender.order))
		}
	})
}

// The process may die between writing the attempt down and making it. Nobody
// can tell that from dying just after it, so the 50 minutes count from there.
func TestAttemptWrittenButNeverMade(t *testing.T) {
	cases := map[string]struct {
		age   time.Duration
		state State
		calls int
	}{
		"soon":                    {49 * time.Minute, Sent, 1},
		"too late":                {51 * time.Minute, Lost, 0},
		"clocks a little apart":   {-4 * time.Minute, Sent, 1},
		"the clock was set back":  {-6 * time.Minute, Lost, 0},
		"the clock lost half day": {-12 * time.Hour, Lost, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				outbox, store, sender := newOutbox()
				store.records[answer().ID] = Record{Message: answer(), State: Open, Attempts: 1, UnknownSince: time.Now().Add(-c.age)}
				if result := post(t, outbox, answer()); result.State != c.state || len(sender.calls) != c.calls {
					t.Errorf("state %s after %d calls, want %s after %d", result.State, len(sender.calls), c.state, c.calls)
				}
			})
		})
	}
}

// An attempt just inside the 12 hours whose outcome is unknown still gets its
// 50 minutes.
func TestUnknownAtTheEndOfTwelveHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, _, sender := newOutbox(scripted{failure(OutcomeUnknown, 0), true}, scripted{failure(OutcomeLater, 40*time.Minute), false})
		message := answer()
		message.DueAt = time.Now().Add(-11*time.Hour - 59*time.Minute)
		if result := post(t, outbox, message); result.State != Sent || len(sender.order) != 1 {
			t.Errorf("state %s, %d posted", result.State, len(sender.order))
		}
	})
}

// What is long overdue is not posted at all.
func TestOverdueIsNeverPosted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, _, sender := newOutbox()
		message := answer()
		message.DueAt = time.Now().Add(-12*time.Hour - time.Second)
		if result := post(t, outbox, message); result.State != Expired || len(sender.calls) != 0 {
			t.Errorf("state %s after %d calls", result.State, len(sender.calls))
		}
	})
}

// The words written down first are said, whatever a repeat brings.
func TestFirstWordsAreSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, _, sender := newOutbox(scripted{failure(OutcomeLater, time.Hour), false})
		if _, err := outbox.Post(t.Context(), answer()); err == nil {
			t.Fatal("a long wait was sat out in place")
		}
		changed := answer()
		changed.Rungs[0].Body = "other figures"
		if result := post(t, outbox, changed); result.State != Sent || sender.calls[1].body != "card" {
			t.Errorf("state %s, said %q", result.State, sender.calls[1].body)
		}
	})
}

// The platform says how long to wait: not less, and not much more.
func TestWaitsAsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, _, sender := newOutbox(scripted{failure(OutcomeLater, 37*time.Second), false})
		post(t, outbox, answer())
		if waited := sender.calls[1].at.Sub(sender.calls[0].at); waited < 37*time.Second || waited > 42*time.Second {
			t.Errorf("came back after %s, want 37 s", waited)
		}
	})
}

// The uuids are part of what is stored on the platform's side: another release
// must derive the same ones. Source of the values: sha256sum.
func TestUUID(t *testing.T) {
	cases := map[string]string{
		UUID("answer:om_1", 0):                                              "88a3fcf00bf2e9c59c31076460d51488",
		UUID("answer:om_1", 2):                                              "ff6c4b510c86409c4a011612fbe74a2a",
		Record{Message: Message{ID: "answer:om_1"}}.uuid():                  "1511bc7645e0dc961603188eb37402d5",
		Record{Message: Message{ID: "answer:om_1", ReplyTo: "om_1"}}.uuid(): "88a3fcf00bf2e9c59c31076460d51488",
	}
	for got, want := range cases {
		if got != want {
			t.Errorf("uuid %s, want %s", got, want)
		}
	}
	if long := UUID(strings.Repeat("x", 1000), 1); len(long) > 50 {
		t.Errorf("the uuid has %d characters, 50 are allowed", len(long))
	}
}

func TestWaitsForASlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, store, sender := newOutbox()
		store.waits = []time.Duration{time.Second, time.Minute, time.Second}
		begin := time.Now()
		if result := post(t, outbox, answer()); result.State != Sent {
			t.Fatalf("state %s", result.State)
		}
		if waited := sender.calls[0].at.Sub(begin); waited != 62*time.Second {
			t.Errorf("posted after %s, want 62 s", waited)
		}
	})
}

// What stands in the way of a whole tenant is waited out by a digest, since
// somebody may mend it, and tells a person at once.
func TestTenantCannotBePostedTo(t *testing.T) {
	refused := scripted{failure(OutcomeTenant, 0), false}
	cases := map[string]struct {
		class  Class
		script []scripted
		state  State
		calls  int
	}{
		"an answer":              {Answer, []scripted{refused}, Refused, 1},
		"a digest":               {Digest, []scripted{refused, refused}, Sent, 3},
		"a digest, for ever":     {Digest, slices.Repeat([]scripted{refused}, 1000), Expired, 721}, // once a minute for 12 hours
		"a digest, in doubt":     {Digest, []scripted{{failure(OutcomeUnknown, 0), true}, refused}, Lost, 2},
		"a digest, chat is gone": {Digest, []scripted{{failure(OutcomeGone, 0), false}}, Refused, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				outbox, _, sender := newOutbox(c.script...)
				message := answer()
				message.Class, message.ReplyTo = c.class, ""
				result := post(t, outbox, message)
				if result.State != c.state || len(sender.calls) != c.calls {
					t.Errorf("state %s after %d calls, want %s after %d", result.State, len(sender.calls), c.state, c.calls)
				}
				if why := FailureOf(c.script[len(c.script)-1].err).Outcome; (c.state == Refused || c.state == Lost) && result.Outcome != why {
					t.Errorf("the outcome is %s, want %s", result.Outcome, why)
				}
			})
		})
	}
}

// The reason is for people: that of the fault, or else the failure itself.
func TestReason(t *testing.T) {
	known := &Failure{Outcome: OutcomeTenant, Code: 99991672, Err: fault.New(fault.Permission, "fault.platform.scope", fault.Args{"scope": "im:message"})}
	if got := known.Reason(); !strings.Contains(got, "im:message") || strings.Contains(got, "99991672") {
		t.Errorf("the reason is %q", got)
	}
	unknown := &Failure{Outcome: OutcomeOther, Code: 230001, Err: errors.New("what?")}
	if got := unknown.Reason(); got != unknown.Error() {
		t.Errorf("the reason is %q", got)
	}
}

// On a slow disk the slot is taken anew once the attempt is written down, so
// that calls do not bunch up; without one the attempt is taken back.
func TestSlowDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, store, sender := newOutbox()
		store.slow = 300 * time.Millisecond
		store.waits = []time.Duration{0, time.Hour, 0, 0}
		begin := time.Now()
		_, err := outbox.Post(t.Context(), answer())
		later := (*Later)(nil)
		if !errors.As(err, &later) || later.After != time.Hour {
			t.Fatalf("without a second slot: %v", err)
		}
		if written := store.records[answer().ID]; written.Attempts != 0 || !written.UnknownSince.IsZero() || len(sender.calls) != 0 {
			t.Errorf("the attempt was not taken back: %+v, %d calls", written, len(sender.calls))
		}
		<-time.After(later.After)
		if result := post(t, outbox, answer()); result.State != Sent || result.Attempts != 1 || len(store.waits) != 0 {
			t.Errorf("state %s after %d attempts, %d slots left", result.State, result.Attempts, len(store.waits))
		}
		if at := sender.calls[0].at.Sub(begin); at != time.Hour+900*time.Millisecond {
			t.Errorf("the call was made after %s", at)
		}
	})
}

func TestResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, _, sender := newOutbox(scripted{failure(OutcomeLater, time.Hour), false})
		if progress, _, err := outbox.Resume(t.Context(), "t", answer().ID); progress != NotBegun || err != nil {
			t.Fatalf("before: %s, %v", progress, err)
		}
		if _, err := outbox.Post(t.Context(), answer()); err == nil {
			t.Fatal("a long wait was sat out in place")
		}
		if progress, _, err := outbox.Resume(t.Context(), "t", answer().ID); progress != Ended || err != nil {
			t.Fatalf("after: %s, %v", progress, err)
		}
		if len(sender.order) != 1 {
			t.Errorf("%d posted, want 1", len(sender.order))
		}
	})
}
