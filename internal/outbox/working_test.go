package outbox

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/templates"
)

func working() Message {
	message := answer()
	message.Rungs = []templates.Content{{MsgType: "interactive", Body: "working"}}
	return message
}

func TestWorkingCardIsReplaced(t *testing.T) {
	cases := map[string]struct {
		script []scripted // of the calls after the working card
		verbs  []string
		bodies []string
		state  State
	}{
		"at once":                   {nil, []string{"update"}, []string{"card"}, Sent},
		"limited":                   {[]scripted{{failure(OutcomeLater, 0), false}}, []string{"update", "update"}, []string{"card", "card"}, Sent},
		"unknown":                   {[]scripted{{failure(OutcomeUnknown, 0), true}}, []string{"update", "update"}, []string{"card", "card"}, Sent},
		"card refused":              {[]scripted{{failure(OutcomeContent, 0), false}}, []string{"update", "update"}, []string{"card", "plain"}, Sent},
		"both cards refused":        {[]scripted{{failure(OutcomeContent, 0), false}, {failure(OutcomeContent, 0), false}}, []string{"update", "update", "reply"}, []string{"card", "plain", "text"}, Sent},
		"refused, nobody knows why": {[]scripted{{failure(OutcomeOther, 0), false}}, []string{"update", "update"}, []string{"card", "plain"}, Sent},
		"never arrived":             {[]scripted{{failure(OutcomeUnsent, 0), false}}, []string{"update", "update"}, []string{"card", "card"}, Sent},
		"the card was recalled":     {[]scripted{{failure(OutcomeReply, 0), false}}, []string{"update", "reply"}, []string{"card", "card"}, Sent},
		"unknown, then recalled":    {[]scripted{{failure(OutcomeUnknown, 0), true}, {failure(OutcomeReply, 0), false}}, []string{"update", "update"}, []string{"card", "card"}, Lost},
		"unknown, then removed":     {[]scripted{{failure(OutcomeUnknown, 0), true}, {failure(OutcomeTarget, 0), false}}, []string{"update", "update"}, []string{"card", "card"}, Lost},
		"unknown, then refused":     {[]scripted{{failure(OutcomeUnknown, 0), true}, {failure(OutcomeContent, 0), false}}, []string{"update", "update", "update"}, []string{"card", "card", "plain"}, Sent},
		"bot removed":               {[]scripted{{failure(OutcomeTarget, 0), false}}, []string{"update"}, []string{"card"}, Refused},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				outbox, _, sender := newOutbox(append([]scripted{{nil, true}}, c.script...)...)
				if _, err := outbox.PostWorking(t.Context(), working()); err != nil {
					t.Fatal(err)
				}
				if progress, _, err := outbox.Resume(t.Context(), "t", answer().ID); progress != Working || err != nil {
					t.Fatalf("resume: %s, %v", progress, err)
				}
				if result := post(t, outbox, answer()); result.State != c.state {
					t.Errorf("state %s, want %s", result.State, c.state)
				}
				after := sender.calls[1:]
				if len(after) != len(c.verbs) {
					t.Fatalf("%d calls after the working card, want %d", len(after), len(c.verbs))
				}
				for i, made := range after {
					if made.verb != c.verbs[i] || made.body != c.bodies[i] {
						t.Errorf("call %d: %s %s, want %s %s", i, made.verb, made.body, c.verbs[i], c.bodies[i])
					}
				}
			})
		})
	}
}

// Saying twice that it takes a while, as a repeated job does, posts one card;
// a second answer after the first changes nothing.
func TestWorkingIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, _, sender := newOutbox()
		for range 2 {
			if _, err := outbox.PostWorking(t.Context(), working()); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if result := post(t, outbox, answer()); result.State != Sent {
				t.Fatalf("state %s", result.State)
			}
		}
		if len(sender.order) != 1 || len(sender.calls) != 2 {
			t.Errorf("%d messages, %d calls; want 1 and 2", len(sender.order), len(sender.calls))
		}
	})
}

// A working card that was refused leaves room for the answer itself.
func TestRefusedWorkingCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, _, sender := newOutbox(scripted{failure(OutcomeContent, 0), false})
		if _, err := outbox.PostWorking(t.Context(), working()); err != nil {
			t.Fatal(err)
		}
		if result := post(t, outbox, answer()); result.State != Sent {
			t.Fatalf("state %s", result.State)
		}
		if len(sender.order) != 1 || sender.posted[sender.order[0]].body != "card" {
			t.Errorf("posted %v", sender.posted)
		}
	})
}

// When it cannot be known whether a working card is there, nothing else is
// posted.
func TestLostWorkingCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, _, sender := newOutbox(scripted{failure(OutcomeUnknown, 0), true}, scripted{failure(OutcomeLater, time.Hour), false})
		if _, err := outbox.PostWorking(t.Context(), working()); err == nil {
			t.Fatal("an hour was sat out in place")
		}
		<-time.After(time.Hour)
		if result := post(t, outbox, answer()); result.State != Lost || len(sender.calls) != 2 {
			t.Errorf("state %s after %d calls, want %s after 2", result.State, len(sender.calls), Lost)
		}
	})
}

// Replacing is tried for 12 hours, with growing pauses, and then given up.
func TestReplacingIsGivenUp(t *testing.T) {
	for outcome, state := range map[Outcome]State{OutcomeUnknown: Lost, OutcomeLater: Expired, OutcomeUnsent: Expired} {
		t.Run(string(outcome), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				script := make([]scripted, 10000)
				for i := range script {
					script[i] = scripted{failure(outcome, 0), false}
				}
				outbox, _, sender := newOutbox(append([]scripted{{nil, true}}, script...)...)
				if _, err := outbox.PostWorking(t.Context(), working()); err != nil {
					t.Fatal(err)
				}
				begin := time.Now()
				if result := post(t, outbox, answer()); result.State != state {
					t.Errorf("state %s, want %s", result.State, state)
				}
				last := sender.calls[len(sender.calls)-1].at.Sub(begin)
				if last < 12*time.Hour || last > 12*time.Hour+10*time.Minute || len(sender.calls) > 200 {
					t.Errorf("%d calls, the last after %s", len(sender.calls), last)
				}
				if progress, result, err := outbox.Resume(t.Context(), "t", answer().ID); progress != Ended || result.State != state || err != nil {
					t.Errorf("afterwards: %s, %s, %v", progress, result.State, err)
				}
			})
		})
	}
}

// Once the answer was written down beside its card, it stays there: a repeat
// must not put it into the card too, even if the card would take it now.
func TestAnswerBesideStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, _, sender := newOutbox(scripted{nil, true},
			scripted{failure(OutcomeContent, 0), false}, scripted{failure(OutcomeContent, 0), false}, scripted{failure(OutcomeLater, time.Hour), false})
		if _, err := outbox.PostWorking(t.Context(), working()); err != nil {
			t.Fatal(err)
		}
		if _, err := outbox.Post(t.Context(), answer()); err == nil {
			t.Fatal("an hour was sat out in place")
		}
		if result := post(t, outbox, answer()); result.State != Sent || len(sender.calls) != 5 {
			t.Errorf("state %s after %d calls, want %s after 5", result.State, len(sender.calls), Sent)
		}
		if progress, result, err := outbox.Resume(t.Context(), "t", answer().ID); progress != Ended || result.State != Sent || err != nil {
			t.Errorf("afterwards: %s, %s, %v", progress, result.State, err)
		}
		if last := sender.calls[4]; last.verb != "reply" || last.body != "text" {
			t.Errorf("the answer was made by %s %s", last.verb, last.body)
		}
	})
}

// A save that fails after the card was replaced is made good by replacing it
// again.
func TestReplacedButNotWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, store, sender := newOutbox()
		if _, err := outbox.PostWorking(t.Context(), working()); err != nil {
			t.Fatal(err)
		}
		store.failAt = 4 // marked, sent, marked, and the one after replacing
		if _, err := outbox.Post(t.Context(), answer()); err == nil {
			t.Fatal("the failed save was not reported")
		}
		if progress, _, err := outbox.Resume(t.Context(), "t", answer().ID); progress != Working || err != nil {
			t.Fatalf("after the failure: %s, %v", progress, err)
		}
		if result := post(t, outbox, answer()); result.State != Sent || len(sender.order) != 1 {
			t.Errorf("state %s, %d posted", result.State, len(sender.order))
		}
	})
}

// adopted is an answer whose content is to stand in a card that is there.
func adopted(t *testing.T, outbox *Outbox) Message {
	t.Helper()
	message := answer()
	message.ID = "press:ev_1"
	if err := outbox.Adopt(t.Context(), message, "om_card"); err != nil {
		t.Fatal(err)
	}
	return message
}

// A card that was pressed takes the answer; where it cannot, the answer is a reply
// to it, or nothing more can be said.
func TestAdoptedCardIsReplaced(t *testing.T) {
	refused := scripted{failure(OutcomeContent, 0), false}
	cases := map[string]struct {
		script []scripted
		calls  []string // verb, target and body
		state  State
	}{
		"at once":            {nil, []string{"update om_card card"}, Sent},
		"limited":            {[]scripted{{failure(OutcomeLater, 0), false}}, []string{"update om_card card", "update om_card card"}, Sent},
		"card refused":       {[]scripted{refused}, []string{"update om_card card", "update om_card plain"}, Sent},
		"both cards refused": {[]scripted{refused, refused}, []string{"update om_card card", "update om_card plain", "reply om_1 text"}, Sent},
		// 230031, older than 14 days, and 230011, recalled, are one outcome: another message may pass.
		"too old or recalled": {[]scripted{{failure(OutcomeReply, 0), false}}, []string{"update om_card card", "reply om_1 card"}, Sent},
		"recalled, and no reply either": {[]scripted{{failure(OutcomeReply, 0), false}, {failure(OutcomeReply, 0), false}},
			[]string{"update om_card card", "reply om_1 card", "send oc_1 card"}, Sent},
		"unknown, then recalled": {[]scripted{{failure(OutcomeUnknown, 0), true}, {failure(OutcomeReply, 0), false}},
			[]string{"update om_card card", "update om_card card"}, Lost},
		"bot removed": {[]scripted{{failure(OutcomeTarget, 0), false}}, []string{"update om_card card"}, Refused},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				outbox, _, sender := newOutbox(c.script...)
				message := adopted(t, outbox)
				if result := post(t, outbox, message); result.State != c.state {
					t.Errorf("state %s, want %s", result.State, c.state)
				}
				var calls []string
				for _, made := range sender.calls {
					calls = append(calls, made.verb+" "+made.target+" "+made.body)
				}
				if diff := cmp.Diff(c.calls, calls); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// A crash between any two steps of adopting and posting loses nothing and says
// nothing twice: the job begins again.
func TestAdoptedCardAfterACrash(t *testing.T) {
	// The saves: that the card is ours, the attempt, and its end.
	for failing := 1; failing <= 3; failing++ {
		synctest.Test(t, func(t *testing.T) {
			outbox, store, sender := newOutbox()
			store.failAt = failing
			message := answer()
			message.ID = "press:ev_1"
			err := outbox.Adopt(t.Context(), message, "om_card")
			if err == nil {
				_, err = outbox.Post(t.Context(), message)
			}
			if err == nil {
				t.Fatalf("save %d: the failed save was not reported", failing)
			}
			progress, _, err := outbox.Resume(t.Context(), "t", message.ID)
			if progress != Working || err != nil {
				t.Fatalf("save %d: resumed as %s, %v", failing, progress, err)
			}
			adopted(t, outbox)
			if result := post(t, outbox, message); result.State != Sent || result.MessageID != "om_card" || len(sender.order) != 0 {
				t.Errorf("save %d: %+v, %d messages", failing, result, len(sender.order))
			}
			if progress, result, err := outbox.Resume(t.Context(), "t", message.ID); progress != Ended || result.State != Sent || err != nil {
				t.Errorf("save %d: afterwards %s, %s, %v", failing, progress, result.State, err)
			}
		})
	}
}

// Adopting again, as a repeated job does, neither takes back an answer that is in
// the card nor forgets what an attempt may have done.
func TestAdoptingAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		outbox, store, sender := newOutbox(scripted{failure(OutcomeUnknown, time.Hour), true})
		message := adopted(t, outbox)
		if _, err := outbox.Post(t.Context(), message); err == nil {
			t.Fatal("an hour was sat out in place")
		}
		doubted := store.records[message.ID].UnknownSince
		adopted(t, outbox)
		if record := store.records[message.ID]; record.UnknownSince != doubted || doubted.IsZero() {
			t.Errorf("the attempt at %s is remembered as %s", doubted, record.UnknownSince)
		}
		post(t, outbox, message)
		adopted(t, outbox)
		if result := post(t, outbox, message); result.State != Sent || len(sender.calls) != 2 {
			t.Errorf("state %s after %d calls", result.State, len(sender.calls))
		}
	})
}
