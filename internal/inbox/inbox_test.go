package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/bot"
	"huibao/internal/inbox"
)

// store remembers what it was given. Events with the id "bad" cannot be
// stored, those with "worse" are a defect, and those with "slow" wait for ctx.
type store struct {
	mu      sync.Mutex
	batches [][]string
	seen    map[string]bool
	gate    chan struct{} // when set, a batch waits for a value
}

func (s *store) StoreEvents(ctx context.Context, events []bot.Event) ([]bool, error) {
	batch := make([]string, 0, len(events))
	for _, event := range events {
		batch = append(batch, event.EventID)
	}
	s.mu.Lock()
	s.batches = append(s.batches, batch)
	s.mu.Unlock()
	if s.gate != nil {
		<-s.gate
	}
	switch {
	case slices.Contains(batch, "bad"):
		return nil, errors.New("it cannot be stored")
	case slices.Contains(batch, "worse"):
		panic("a defect")
	case slices.Contains(batch, "slow"):
		<-ctx.Done()
		return nil, ctx.Err()
	}
	var stored []bool
	for _, id := range batch {
		stored = append(stored, !s.seen[id])
		s.seen[id] = true
	}
	return stored, nil
}

// started is an inbox that the test's end stops.
func started(t *testing.T, s *store) *inbox.Inbox {
	t.Helper()
	s.seen = map[string]bool{}
	i := inbox.New(s)
	i.Start(t.Context())
	t.Cleanup(func() {
		if err := i.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return i
}

// event is one with an id.
func event(id string) bot.Event { return bot.Event{EventID: id} }

// result is what a call returned.
type result struct {
	Stored []bool
	Err    string
}

// call stores events and tells how it went.
func call(ctx context.Context, i *inbox.Inbox, ids ...string) result {
	events := make([]bot.Event, 0, len(ids))
	for _, id := range ids {
		events = append(events, event(id))
	}
	stored, err := i.StoreEvents(ctx, events)
	if err != nil {
		return result{stored, err.Error()}
	}
	return result{stored, ""}
}

// atOnce makes calls while the store is busy with an event of its own, and
// then lets the store go on.
func atOnce(t *testing.T, s *store, i *inbox.Inbox, calls ...[]string) []result {
	t.Helper()
	s.gate = make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() { call(t.Context(), i, "busy") })
	synctest.Wait()
	results := make([]result, len(calls))
	for n, ids := range calls {
		group.Go(func() { results[n] = call(t.Context(), i, ids...) })
		synctest.Wait()
	}
	close(s.gate)
	group.Wait()
	return results
}

func TestOneEventIsWrittenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{}
		i := started(t, s)
		begin := time.Now()
		got := []result{call(t.Context(), i, "1", "2"), call(t.Context(), i, "2", "3"), call(t.Context(), i)}
		want := []result{{Stored: []bool{true, true}}, {Stored: []bool{false, true}}, {}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if waited := time.Since(begin); waited > 0 {
			t.Errorf("it waited %s for company", waited)
		}
	})
}

func TestWhatIsQueuedIsWrittenTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{}
		got := atOnce(t, s, started(t, s), []string{"1"}, []string{"2", "1"}, []string{"3"})
		want := []result{{Stored: []bool{true}}, {Stored: []bool{true, false}}, {Stored: []bool{true}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([][]string{{"busy"}, {"1", "2", "1", "3"}}, s.batches); diff != "" {
			t.Error(diff)
		}
	})
}

func TestABatchHasALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{}
		calls := make([][]string, 0, 600)
		for n := range 600 {
			calls = append(calls, []string{fmt.Sprint(n)})
		}
		atOnce(t, s, started(t, s), calls...)
		sizes := make([]int, 0, len(s.batches))
		for _, batch := range s.batches {
			sizes = append(sizes, len(batch))
		}
		if diff := cmp.Diff([]int{1, 512, 88}, sizes); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWhatCannotBeStoredFailsAlone(t *testing.T) {
	for name, reason := range map[string]string{"bad": "it cannot be stored", "worse": "panic in the store: a defect"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &store{}
				got := atOnce(t, s, started(t, s), []string{"1"}, []string{name}, []string{"2"})
				want := []result{{Stored: []bool{true}}, {Err: reason}, {Stored: []bool{true}}}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// A store that does not answer fails those who wait, together, when nobody
// waits for them any more.
func TestAStoreThatHangsHoldsNobodyForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{}
		i := started(t, s)
		begin := time.Now()
		got := atOnce(t, s, i, []string{"slow"}, []string{"slow"}, []string{"slow"})
		for n, r := range got {
			if r.Err != context.DeadlineExceeded.Error() {
				t.Errorf("call %d: %+v", n, r)
			}
		}
		if took := time.Since(begin); took != 2*time.Second {
			t.Errorf("it took %s", took)
		}
		if got := call(t.Context(), i, "after"); got.Err != "" {
			t.Errorf("afterwards: %+v", got)
		}
	})
}

func TestACallerWhoLeavesIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{gate: make(chan struct{})}
		i := started(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := i.StoreEvents(ctx, []bot.Event{event("1")}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		close(s.gate)
	})
}

func TestAFullInboxRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{gate: make(chan struct{})}
		i := started(t, s)
		var group sync.WaitGroup
		for range 1 + 512 + 1024 { // written, and queued; a batch leaves the queue whole
			group.Go(func() {
				if _, err := i.StoreEvents(t.Context(), []bot.Event{event("1")}); err != nil && !errors.Is(err, inbox.ErrFull) {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if _, err := i.StoreEvents(t.Context(), []bot.Event{event("1")}); !errors.Is(err, inbox.ErrFull) {
			t.Errorf("error %v, want %v", err, inbox.ErrFull)
		}
		close(s.gate)
		group.Wait()
		if got := call(t.Context(), i, "2"); got.Err != "" {
			t.Errorf("afterwards: %+v", got)
		}
	})
}

func TestStopStoresWhatIsQueuedAndRefusesMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &store{gate: make(chan struct{}), seen: map[string]bool{}}
		i := inbox.New(s)
		if _, err := i.StoreEvents(t.Context(), []bot.Event{event("early")}); !errors.Is(err, inbox.ErrClosed) {
			t.Errorf("before the start: error %v", err)
		}
		i.Start(t.Context())
		var group sync.WaitGroup
		for _, id := range []string{"1", "2"} {
			group.Go(func() {
				if got := call(t.Context(), i, id); got.Err != "" {
					t.Errorf("event %s: %+v", id, got)
				}
			})
			synctest.Wait()
		}
		hurried, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := i.Stop(hurried); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("stop while the store is busy: error %v", err)
		}
		if _, err := i.StoreEvents(t.Context(), []bot.Event{event("late")}); !errors.Is(err, inbox.ErrClosed) {
			t.Errorf("after the stop: error %v", err)
		}
		close(s.gate)
		group.Wait()
	})
}
