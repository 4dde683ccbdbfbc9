package simulator

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		c := newClock(time.Now)
		shown := func() time.Duration { return c.Now().Sub(begun) }
		<-time.After(time.Second)
		if got := shown(); got != time.Second {
			t.Errorf("after 1 s: %v", got)
		}
		c.Speed(60)
		<-time.After(time.Second)
		if got := shown(); got != 61*time.Second {
			t.Errorf("after another at 60 times the speed: %v", got)
		}
		c.Advance(time.Hour)
		c.Speed(0)
		<-time.After(time.Second)
		if got := shown(); got != time.Hour+61*time.Second {
			t.Errorf("after an hour at once and 1 s frozen: %v", got)
		}
		c.Speed(-1)
		<-time.After(time.Second)
		if got := shown(); got != time.Hour+61*time.Second {
			t.Errorf("time ran backwards to %v", got)
		}
	})
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(time.Now)
		begun := time.Now()
		c.Speed(10)
		if !c.Sleep(t.Context(), time.Minute) {
			t.Error("the sleep was not finished")
		}
		if took := time.Since(begun); took < 6*time.Second || took > 6*time.Second+time.Millisecond {
			t.Errorf("a minute at ten times the speed took %v", took)
		}
		if !c.SleepUntil(t.Context(), c.Now().Add(-time.Hour)) {
			t.Error("what is over was waited for")
		}
	})
}

func TestSleepersFollowTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClock(time.Now)
		c.Speed(0)
		awake := make(chan bool)
		go func() { awake <- c.Sleep(t.Context(), time.Hour) }()
		synctest.Wait()
		c.Advance(59 * time.Minute)
		synctest.Wait()
		select {
		case <-awake:
			t.Fatal("awake after 59 minutes")
		default:
		}
		c.Advance(time.Minute)
		if !<-awake {
			t.Error("not awake after an hour")
		}
		ctx, cancel := context.WithCancel(t.Context())
		go func() { awake <- c.Sleep(ctx, time.Hour) }()
		synctest.Wait()
		cancel()
		if <-awake {
			t.Error("a sleep that was called off says it was finished")
		}
	})
}
