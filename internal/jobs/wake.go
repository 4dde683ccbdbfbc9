package jobs

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/riverqueue/river/riverdriver"
)

// topicInsert is what River calls news of work.
const topicInsert = "river_insert"

// waker tells River's queues of work that was just committed. It is a
// riverdriver.Listener that nothing but this process speaks to.
type waker struct {
	mu     sync.Mutex
	queues []string      // to be woken, each once
	news   chan struct{} // holds one value while queues may not be empty
}

// newWaker returns a waker with no news.
func newWaker() *waker { return &waker{news: make(chan struct{}, 1)} }

// wake tells of work in the queue. It never waits.
func (w *waker) wake(queue string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if slices.Contains(w.queues, queue) {
		return
	}
	w.queues = append(w.queues, queue)
	w.ring()
}

// ring makes a waiting listener look.
func (w *waker) ring() {
	select {
	case w.news <- struct{}{}:
	default:
	}
}

// WaitForNotification returns the next queue that has work.
func (w *waker) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	for {
		if queue, ok := w.next(); ok {
			payload, err := json.Marshal(map[string]string{"queue": queue})
			return &riverdriver.Notification{Topic: topicInsert, Payload: string(payload)}, err
		}
		select {
		case <-w.news:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// next takes the queue that has waited longest.
func (w *waker) next() (string, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queues) == 0 {
		return "", false
	}
	queue := w.queues[0]
	w.queues = w.queues[1:]
	return queue, true
}

// The rest of a riverdriver.Listener is about connections, and there is none.

func (w *waker) Connect(context.Context) error          { return nil }
func (w *waker) Close(context.Context) error            { return nil }
func (w *waker) Ping(context.Context) error             { return nil }
func (w *waker) Listen(context.Context, string) error   { return nil }
func (w *waker) Unlisten(context.Context, string) error { return nil }
func (w *waker) Schema() string                         { return "" }
func (w *waker) SetAfterConnectExec(string)             {}
