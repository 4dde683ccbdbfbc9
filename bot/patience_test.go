package bot

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/reports"
)

// slowly makes a report after a while, unless ctx ends first.
func slowly(after time.Duration, err error) func(context.Context, reports.Query) (*reports.Report, error) {
	return func(ctx context.Context, query reports.Query) (*reports.Report, error) {
		select {
		case <-time.After(after):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		return emptyReport(query), nil
	}
}

// What takes longer than two seconds is answered with a working card, and that
// same message becomes the answer, be it a report or a failure.
func TestWorkingCard(t *testing.T) {
	cases := map[string]struct {
		after    time.Duration
		err      error
		kind     string
		versions int
	}{
		"at once":          {1900 * time.Millisecond, nil, "report", 1},
		"slow":             {2100 * time.Millisecond, nil, "report", 2},
		"very slow":        {19 * time.Second, nil, "report", 2},
		"failed at once":   {time.Second, errors.New("defect"), "refusal", 1},
		"failed later":     {5 * time.Second, errors.New("defect"), "refusal", 2},
		"a scope, later":   {5 * time.Second, fault.New(fault.Permission, "fault.platform.scope", nil), "refusal", 2},
		"refused, at last": {3 * time.Second, fault.New(fault.Invalid, "fault.platform.range", nil), "refusal", 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				s.report = slowly(c.after, c.err)
				begin := time.Now()
				working := make(chan post, 1)
				go func() {
					<-time.After(2050 * time.Millisecond)
					s.mu.Lock()
					defer s.mu.Unlock()
					if len(s.posts) > 0 {
						working <- s.posts[0]
					}
					close(working)
				}()
				s.handle(event(message("/report 90d")))
				answer := s.only()
				if answer.kind() != c.kind || answer.versions != c.versions {
					t.Errorf("a %s in %d versions, want %s in %d", answer.kind(), answer.versions, c.kind, c.versions)
				}
				if card := <-working; c.versions == 2 && (card.kind() != "working" || card.at.Sub(begin) != 2*time.Second) {
					t.Errorf("meanwhile a %s after %s", card.kind(), card.at.Sub(begin))
				}
				if len(s.reactions) != 1 || len(s.counted) != 1 {
					t.Errorf("%d reactions, counted %d times", len(s.reactions), len(s.counted))
				}
			})
		})
	}
}

// The working card of an export says in the end whether the file is there.
func TestWorkingCardOfAnExport(t *testing.T) {
	for name, c := range map[string]struct {
		refused bool
		says    string
		posts   int
	}{
		"taken":   {false, words("exported.title"), 2},
		"refused": {true, words("fault.export.refused"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				s.report = slowly(3*time.Second, nil)
				replies := 0
				s.send = func(verb string) error {
					if verb != "reply" {
						return nil
					}
					if replies++; replies == 2 && c.refused { // the first is the working card
						return &outbox.Failure{Outcome: outbox.OutcomeContent, Code: 230055, Err: errors.New("file type")}
					}
					return nil
				}
				s.handle(event(message("/export 90d")))
				if len(s.posts) != c.posts {
					t.Fatalf("%d messages, want %d: %v", len(s.posts), c.posts, s.posts)
				}
				s.posts[0].mustSay(t, c.says)
			})
		})
	}
}

// A pause the platform asks for is waited out between jobs: the working card is
// there at once, and the command is counted and seen once.
func TestPauseOfThePlatform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		calls := 0
		s.report = func(_ context.Context, query reports.Query) (*reports.Report, error) {
			if calls++; calls < 3 {
				busy := fault.New(fault.Temporary, "fault.platform.limited", nil)
				busy.Wait = 40 * time.Second
				return nil, busy
			}
			return emptyReport(query), nil
		}
		begin := time.Now()
		err := s.bot.Handle(t.Context(), event(message("/report")))
		var wait *outbox.Later
		if !errors.As(err, &wait) || wait.After != 40*time.Second {
			t.Fatalf("the job ends with %v, want to come back after 40 s", err)
		}
		if s.only().kind() != "working" || time.Since(begin) > 2*time.Second {
			t.Errorf("meanwhile a %s, after %s", s.only().kind(), time.Since(begin))
		}
		<-time.After(wait.After)
		s.handle(event(message("/report")))
		if s.only().kind() != "report" || calls != 3 || len(s.counted) != 1 || len(s.reactions) != 1 {
			t.Errorf("a %s after %d calls, counted %d times, %d reactions", s.only().kind(), calls, len(s.counted), len(s.reactions))
		}
	})
}

// A pause without end is given up 12 hours after the command was stored.
func TestPauseWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.report = func(context.Context, reports.Query) (*reports.Report, error) {
			busy := fault.New(fault.Temporary, "fault.platform.limited", nil)
			busy.Wait = time.Hour
			return nil, busy
		}
		begin := time.Now()
		s.handle(event(message("/report")))
		if s.only().kind() != "refusal" || time.Since(begin) > 14*time.Hour {
			t.Errorf("a %s after %s", s.only().kind(), time.Since(begin))
		}
	})
}

// A command that does not end within its job leaves time to post, and is taken
// up again instead of being told off.
func TestLongerThanTheJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.report = slowly(time.Hour, nil)
		begin := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		err := s.bot.Handle(ctx, event(message("/report")))
		var wait *outbox.Later
		if !errors.As(err, &wait) || time.Since(begin) != 22*time.Second {
			t.Fatalf("after %s the job ends with %v", time.Since(begin), err)
		}
		s.report = nil
		s.handle(event(message("/report")))
		if s.only().kind() != "report" {
			t.Errorf("a %s", s.only().kind())
		}
	})
}

// A process that stops answers nobody with a failure of its own making.
func TestStoppedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.report = slowly(time.Hour, nil)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if err := s.bot.Handle(ctx, event(message("/report"))); !later(err) {
			t.Fatalf("the job ends with %v", err)
		}
		if len(s.posts) != 0 || strings.Contains(s.log.String(), "command failed") {
			t.Errorf("posted %v; the log: %s", s.posts, s.log)
		}
	})
}

// The working card cannot be posted, and the answer arrives all the same.
func TestNoWorkingCard(t *testing.T) {
	for outcome, posts := range map[outbox.Outcome]int{outbox.OutcomeContent: 1, outbox.OutcomeLater: 1, outbox.OutcomeUnsent: 1} {
		t.Run(string(outcome), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				s.report = slowly(4*time.Second, nil)
				refused := false
				s.send = func(string) error {
					if refused {
						return nil
					}
					refused = true
					return &outbox.Failure{Outcome: outcome, Wait: time.Minute, Err: errors.New("not now")}
				}
				s.handle(event(message("/report")))
				if len(s.posts) != posts || s.posts[0].kind() != "report" {
					t.Errorf("posted %v", s.posts)
				}
			})
		})
	}
}

// The reaction neither delays the answer nor outlives the job.
func TestReaction(t *testing.T) {
	cases := map[string]struct {
		react func(context.Context) error
		seen  int
		takes time.Duration // the job
	}{
		"quick":  {nil, 1, 0},
		"slow":   {func(context.Context) error { <-time.After(600 * time.Millisecond); return nil }, 1, 600 * time.Millisecond},
		"stuck":  {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, 0, time.Second},
		"fails":  {func(context.Context) error { return errors.New("no scope") }, 0, 0},
		"panics": {func(context.Context) error { panic("a defect") }, 0, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // fails when a goroutine is left behind
				s := newScene(t)
				s.react = c.react
				begin := time.Now()
				s.handle(event(message("/report")))
				if took := time.Since(begin); took != c.takes {
					t.Errorf("the job took %s, want %s", took, c.takes)
				}
				if answer := s.only(); answer.kind() != "report" || !answer.at.Equal(begin) {
					t.Errorf("a %s after %s", answer.kind(), answer.at.Sub(begin))
				}
				if len(s.reactions) != c.seen {
					t.Errorf("reactions: %v", s.reactions)
				}
			})
		})
	}
}
