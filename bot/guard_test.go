package bot

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"huibao/internal/audit"
	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/reports"
)

// brokenChats panics where the scene would find a chat.
type brokenChats struct{ *scene }

func (brokenChats) FindChat(context.Context, string, string) (Chat, bool, error) { panic("find chat") }

func (brokenChats) ChangeChat(context.Context, string, string, *audit.Entry, func(*Chat) error) (Chat, error) {
	panic("change chat")
}

// brokenPoster panics wherever an answer is posted.
type brokenPoster struct{ Poster }

func (brokenPoster) Post(context.Context, outbox.Message) (outbox.Result, error) { panic("post") }

// A panic on the way to an answer is answered with a reference, and the log has
// its stack under that reference.
func TestPanicIsAnswered(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"in a command":      func(*Options) {},
		"in finding a chat": func(o *Options) { o.Chats = brokenChats{} },
		"in counting":       func(o *Options) { o.Limiter = nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, change)
				s.report = func(context.Context, reports.Query) (*reports.Report, error) { panic("a defect") }
				s.handle(event(message("/report")))
				s.only().mustSay(t, fault.Ref("om_1"), words("fault.internal"))
				log := s.log.String()
				if !strings.Contains(log, fault.Ref("om_1")) || !strings.Contains(log, "panic: ") || !strings.Contains(log, "guard.go") {
					t.Errorf("the log does not hold the stack: %s", log)
				}
				s.handle(event(message("/report")))
				s.only()
			})
		})
	}
}

// A panic in answering cannot be answered: the event comes back as an error
// with a reference, so that the job engine logs it and tries again.
func TestPanicInAnswering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		poster := s.bot.Poster
		s.bot.Poster = brokenPoster{poster}
		err := s.bot.Handle(t.Context(), event(message("/report")))
		if err == nil || !strings.Contains(err.Error(), "panic: post") || !strings.Contains(err.Error(), fault.Ref("ev_om_1")) {
			t.Fatalf("the event ends with %v", err)
		}
		s.bot.Poster = poster
		s.handle(event(message("/report")))
		if s.only().kind() != "report" {
			t.Errorf("later a %s", s.only().kind())
		}
	})
}

// So does one in what happens to a chat.
func TestPanicInAChatEvent(t *testing.T) {
	s := newScene(t, func(o *Options) { o.Chats = brokenChats{} })
	err := s.bot.Handle(t.Context(), Event{EventID: "ev_1", Type: EventBotAdded, TenantKey: own, Chat: &ChatChange{ChatID: "oc_group"}})
	if !panicked(err) || !strings.Contains(err.Error(), fault.Ref("ev_1")) {
		t.Fatalf("the event ends with %v", err)
	}
}

// An error of the store is none of the command: nothing is said and the event
// comes back.
func TestStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.bot.Limiter = failingLimiter{}
		if err := s.bot.Handle(t.Context(), event(message("/report"))); !errors.Is(err, errStore) || len(s.posts) != 0 {
			t.Fatalf("the event ends with %v, posted %v", err, s.posts)
		}
		s.bot.Limiter = s
		s.handle(event(message("/report")))
		s.only()
	})
}

var errStore = errors.New("the database is locked")

// failingLimiter is a store that cannot count.
type failingLimiter struct{ Limiter }

func (failingLimiter) TakeCommand(context.Context, string, string, string, time.Time) (time.Duration, error) {
	return 0, errStore
}

// failingChats is a store that cannot remember chats.
type failingChats struct{ Chats }

func (failingChats) ChangeChat(context.Context, string, string, *audit.Entry, func(*Chat) error) (Chat, error) {
	return Chat{}, errStore
}
