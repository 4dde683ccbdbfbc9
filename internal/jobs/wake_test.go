package jobs

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestWaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWaker()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := w.WaitForNotification(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("without news: error %v", err)
		}
		for _, queue := range []string{"events", "deliveries", "events"} {
			w.wake(queue)
		}
		for _, payload := range []string{`{"queue":"events"}`, `{"queue":"deliveries"}`} {
			notification, err := w.WaitForNotification(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if notification.Topic != "river_insert" || notification.Payload != payload {
				t.Errorf("got %+v, want %s", notification, payload)
			}
		}
		told := make(chan error, 1)
		go func() {
			_, err := w.WaitForNotification(t.Context())
			told <- err
		}()
		synctest.Wait() // until that one waits
		w.wake("events")
		if err := <-told; err != nil {
			t.Errorf("news that comes while somebody waits: %v", err)
		}
	})
}
