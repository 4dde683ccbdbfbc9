package intake

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/sirupsen/logrus"
	"go.uber.org/goleak"

	"huibao/bot"
	"huibao/internal/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kept is an Inbox in memory.
type kept struct {
	events []bot.Event
	seen   map[string]bool
	err    error
	slow   bool
}

func (k *kept) StoreEvents(ctx context.Context, events []bot.Event) ([]bool, error) {
	if k.slow {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if k.err != nil {
		return nil, k.err
	}
	isNew := !k.seen[events[0].EventID]
	k.seen[events[0].EventID] = true
	if isNew {
		k.events = append(k.events, events[0])
	}
	return []bool{isNew}, nil
}

// shown answers every press with a toast, after which nothing is left to do.
type shown struct{}

func (shown) Respond(context.Context, bot.Event) (bot.Response, bool) { return shownToast, true }

var shownToast = bot.Response{Toast: &bot.Toast{Type: "info", Content: "done"}}

// newWorld is an intake that heeds commands only.
func newWorld(t *testing.T) (*Intake, *kept, *prometheus.Registry) {
	t.Helper()
	logger := logrus.New()
	logger.SetOutput(io.Discard)
	inbox, registry := &kept{seen: map[string]bool{}}, prometheus.NewRegistry()
	i, err := New(Options{
		HeedsFunc: func(e bot.Event) bool { return e.Message == nil || strings.HasPrefix(e.Message.Text, "/") },
		Inbox:     inbox, Presses: shown{}, Registry: registry, Log: logrus.NewEntry(logger),
	})
	if err != nil {
		t.Fatal(err)
	}
	return i, inbox, registry
}

func TestTake(t *testing.T) {
	i, inbox, registry := newWorld(t)
	message := func(id, text string) bot.Event {
		return bot.Event{EventID: id, Message: &bot.Message{Text: text}}
	}
	press := bot.Event{EventID: "press", Press: &bot.Press{}}
	for _, step := range []struct {
		event bot.Event
		want  bot.Response
	}{
		{message("command", "/help"), bot.Response{}},
		{message("talk", "see you on Friday"), bot.Response{}},
		{bot.Event{EventID: "other"}, bot.Response{}},
		{bot.Event{EventID: "chat", Chat: &bot.ChatChange{}}, bot.Response{}},
		{press, shownToast},
		{press, bot.Response{}}, // a repeat tells nothing
		{message("command", "/help"), bot.Response{}},
	} {
		got, err := i.Take(t.Context(), step.event)
		if diff := cmp.Diff(step.want.Toast, got.Toast); err != nil || diff != "" {
			t.Errorf("%s: %v %s", step.event.EventID, err, diff)
		}
	}
	var ids []string
	for _, event := range inbox.events {
		ids = append(ids, event.EventID)
		if event.Done != (event.EventID == "press") {
			t.Errorf("%s: done %v", event.EventID, event.Done)
		}
	}
	if diff := cmp.Diff([]string{"command", "chat", "press"}, ids); diff != "" {
		t.Error(diff)
	}
	const want = `
		# HELP huibao_events_total Events and requests to the webhook by what became of them.
		# TYPE huibao_events_total counter
		huibao_events_total{result="not_handled"} 2
		huibao_events_total{result="repeat"} 2
		huibao_events_total{result="stored"} 3
	`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(want), "huibao_events_total"); err != nil {
		t.Error(err)
	}
}

// What cannot be stored is refused in time, and without an answer.
func TestTakeNotStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i, inbox, _ := newWorld(t)
		inbox.err = errors.New("the disk is full")
		press := bot.Event{EventID: "press", Press: &bot.Press{}}
		if got, err := i.Take(t.Context(), press); fault.KindOf(err) != fault.Temporary || !errors.Is(err, inbox.err) || got.Toast != nil {
			t.Errorf("%+v, %v", got, err)
		}
		inbox.slow = true
		begun := time.Now()
		if _, err := i.Take(t.Context(), press); fault.KindOf(err) != fault.Temporary || time.Since(begun) != 2*time.Second {
			t.Errorf("%v after %s, want to be refused after 2 s", err, time.Since(begun))
		}
	})
}

// Two of them cannot count in the same place.
func TestNewTwice(t *testing.T) {
	i, _, _ := newWorld(t)
	if _, err := New(i.options); err == nil {
		t.Error("both were registered")
	}
}
