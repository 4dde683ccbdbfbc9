package outbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// errSlots is what a message waits for when a send limit is reached.
var errSlots = errors.New("the send limit is reached")

// sit waits in place, or returns a *Later when the wait is long or would not
// end before ctx does.
func sit(ctx context.Context, wait time.Duration, cause error) error {
	if wait <= 0 {
		return nil
	}
	deadline, bounded := ctx.Deadline()
	if wait > patience || bounded && time.Until(deadline) < wait+patience {
		return &Later{After: wait, Err: cause}
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return &Later{After: wait, Err: ctx.Err()}
	}
}

// longestJitter is the most that is added to a wait the platform asked for.
const longestJitter = 5 * time.Second

// pause is how long to wait before the next attempt: as long as the platform
// asks, a little longer so that messages held up together do not come back
// together, and never less than the backoff.
func pause(asked time.Duration, attempts int) time.Duration {
	if jitter := min(asked/5, longestJitter); jitter > 0 {
		asked += rand.N(jitter) //nolint:gosec // jitter needs no secrecy
	}
	return max(asked, backoff(attempts))
}

// backoff is the pause after the given number of attempts, with up to a fifth
// of jitter so that messages held up together do not come back together.
func backoff(attempts int) time.Duration {
	pause := lastBackoff
	if attempts < 10 { // 2^9 s is past the last pause
		pause = min(firstBackoff<<max(attempts-1, 0), lastBackoff)
	}
	return pause + rand.N(pause/5) //nolint:gosec // jitter needs no secrecy
}
