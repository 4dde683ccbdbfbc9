package simulator

import (
	"context"
	"sync"
	"time"
)

// Clock is a clock that can be frozen, moved on and sped up.
type Clock struct {
	source func() time.Time
	mu     sync.Mutex
	base   time.Time // of the source, when speed was set
	shown  time.Time // what the clock showed then
	speed  float64
	moved  chan struct{} // closed and replaced when the clock is changed
}

// newClock begins with the source's time at its speed.
func newClock(source func() time.Time) *Clock {
	now := source()
	return &Clock{source: source, base: now, shown: now, speed: 1, moved: make(chan struct{})}
}

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	return c.shown.Add(time.Duration(float64(c.source().Sub(c.base)) * c.speed))
}

// Advance moves the clock on.
func (c *Clock) Advance(by time.Duration) {
	c.change(func() { c.shown = c.shown.Add(by) })
}

// Speed makes the clock run so many times as fast; 0 freezes it.
func (c *Clock) Speed(factor float64) {
	c.change(func() { c.speed = max(factor, 0) })
}

// change sets the clock and wakes those who sleep by it.
func (c *Clock) change(set func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shown, c.base = c.now(), c.source()
	set()
	close(c.moved)
	c.moved = make(chan struct{})
}

// Sleep waits until the clock has moved on by so much; false when ctx ended
// first.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) bool {
	return c.SleepUntil(ctx, c.Now().Add(d))
}

// SleepUntil waits until the clock shows an instant; false when ctx ended first.
func (c *Clock) SleepUntil(ctx context.Context, until time.Time) bool {
	for {
		c.mu.Lock()
		left, moved, speed := until.Sub(c.now()), c.moved, c.speed
		c.mu.Unlock()
		if left <= 0 {
			return true
		}
		if !pause(ctx, left, speed, moved) {
			return false
		}
	}
}

// pause waits for what is left at a speed, or until the clock is changed.
func pause(ctx context.Context, left time.Duration, speed float64, moved <-chan struct{}) bool {
	var due <-chan time.Time // nil, and never due, while the clock is frozen
	if speed > 0 {
		timer := time.NewTimer(time.Duration(float64(left)/speed) + time.Nanosecond)
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-due:
	case <-moved:
	case <-ctx.Done():
		return false
	}
	return true
}
