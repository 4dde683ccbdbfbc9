// Package inbox takes events in. Many requests come at once and each may be
// answered only when its event is on the disk, which takes as long for a
// hundred events as for one; so one writer commits whatever is queued, never
// waiting for company. Under load batches grow by themselves, and a single
// event is written at once.
//
// It promises that StoreEvents returns nil only for what is stored, and that an
// event that cannot be stored fails alone. It leaves telling repeats, and the
// work events ask for, to the store.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"huibao/bot"
)

const (
	// queued is how many calls may wait. More could not be answered within
	// the time the platform gives.
	queued = 1024
	// together is how many events one transaction takes.
	together = 512
	// within is how long a batch may take, with what is tried again. Later,
	// nobody waits for it any more.
	within = 2 * time.Second
)

// What StoreEvents returns where nothing was tried.
var (
	ErrFull   = errors.New("the inbox is full")
	ErrClosed = errors.New("the inbox is closed")
)

// Store keeps events in one transaction; stored tells of each whether it was
// new.
type Store interface {
	StoreEvents(ctx context.Context, events []bot.Event) (stored []bool, err error)
}

// Inbox is the one writer. It is safe for concurrent use.
type Inbox struct {
	store  Store
	queue  chan *request
	ended  chan struct{}
	mu     sync.RWMutex // held for reading while something is put into the queue
	closed bool
}

// request is one call of StoreEvents.
type request struct {
	events []bot.Event
	answer chan answer // has room for the one answer
}

// answer is what StoreEvents returns.
type answer struct {
	stored []bool
	err    error
}

// New returns an inbox that takes nothing until it is started.
func New(store Store) *Inbox {
	return &Inbox{store: store, queue: make(chan *request, queued), ended: make(chan struct{}), closed: true}
}

// Start begins to write. It returns at once, and may be called once. The end of
// ctx does not end it: Stop does.
func (i *Inbox) Start(ctx context.Context) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.closed = false
	go i.run(context.WithoutCancel(ctx))
}

// Stop takes nothing more in and waits, within ctx, until what is queued is
// stored. It may be called once, after Start.
func (i *Inbox) Stop(ctx context.Context) error {
	i.mu.Lock()
	i.closed = true
	close(i.queue)
	i.mu.Unlock()
	select {
	case <-i.ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// StoreEvents returns once the events are stored; stored tells of each whether
// it was new. After an error they may be stored all the same, and come again as
// repeats: ErrFull and ErrClosed, the end of ctx, or an error of the store.
func (i *Inbox) StoreEvents(ctx context.Context, events []bot.Event) (stored []bool, err error) {
	r := &request{events, make(chan answer, 1)}
	if err := i.enqueue(r); err != nil {
		return nil, err
	}
	select {
	case a := <-r.answer:
		return a.stored, a.err
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the inbox: %w", ctx.Err())
	}
}

// enqueue puts a request into the queue if there is room.
func (i *Inbox) enqueue(r *request) error {
	i.mu.RLock()
	defer i.mu.RUnlock()
	if i.closed {
		return ErrClosed
	}
	select {
	case i.queue <- r:
		return nil
	default:
		return ErrFull
	}
}

// run writes until the queue is closed and empty.
func (i *Inbox) run(ctx context.Context) {
	defer close(i.ended)
	for first := range i.queue {
		// On one core, those who are about to queue run only if they are let.
		runtime.Gosched()
		i.write(ctx, i.gather(first))
	}
}

// gather takes what else is queued.
func (i *Inbox) gather(first *request) []*request {
	batch, events := []*request{first}, len(first.events)
	for events < together {
		select {
		case next, open := <-i.queue:
			if !open {
				return batch
			}
			batch, events = append(batch, next), events+len(next.events)
		default:
			return batch
		}
	}
	return batch
}

// write stores a batch, or each request of one that cannot be stored whole.
func (i *Inbox) write(ctx context.Context, batch []*request) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if len(batch) > 1 {
		var events []bot.Event
		for _, r := range batch {
			events = append(events, r.events...)
		}
		if stored, err := i.save(ctx, events); err == nil {
			for _, r := range batch {
				n := len(r.events)
				r.answer <- answer{stored: stored[:n:n]}
				stored = stored[n:]
			}
			return
		}
	}
	for _, r := range batch {
		stored, err := i.save(ctx, r.events)
		r.answer <- answer{stored, err}
	}
}

// save calls the store. A panic is a defect and fails only what it was about.
func (i *Inbox) save(ctx context.Context, events []bot.Event) (stored []bool, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic in the store: %v", value)
		}
	}()
	return i.store.StoreEvents(ctx, events)
}
