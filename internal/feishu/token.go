package feishu

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	// tokenEndpoint names the call for a token in errors and metrics.
	tokenEndpoint = "token"
	// refreshBefore is how long before its end a token is replaced. The
	// platform hands out the same token until 30 minutes are left, and two stay
	// valid side by side, so replacing early disturbs nothing.
	refreshBefore = 5 * time.Minute
)

// token is a tenant_access_token, or a store app's app_access_token, and when to
// stop using it.
type token struct {
	value string
	until time.Time
}

// tokens keeps one token: a tenant's, or a store app's own. The SDK's cache is a package global whose
// revoked tokens stay in use, so it is off.
type tokens struct {
	fetchFunc func(ctx context.Context) (token, error)
	now       func() time.Time

	flight  singleflight.Group // all who ask meanwhile share one call, and its failure
	mu      sync.Mutex
	current token
}

// get returns a token that is good for a while. The call for a new one outlives
// the asker that began it, since others may wait for it too.
func (t *tokens) get(ctx context.Context) (string, error) {
	if value, good := t.kept(); good {
		return value, nil
	}
	shared := t.flight.DoChan("", func() (any, error) {
		if value, good := t.kept(); good {
			return value, nil // a flight ended between the look and this one
		}
		return t.replace(context.WithoutCancel(ctx))
	})
	select {
	case result := <-shared:
		value, _ := result.Val.(string)
		return value, result.Err
	case <-ctx.Done():
		return "", &Error{Endpoint: tokenEndpoint, Err: ctx.Err()}
	}
}

// kept returns the token at hand, if it is good.
func (t *tokens) kept() (value string, good bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.current.value, t.current.value != "" && t.now().Before(t.current.until)
}

// replace fetches a token and keeps it. It runs in a goroutine of its own,
// where a panic would end the process.
func (t *tokens) replace(ctx context.Context) (value string, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			err = &Error{Endpoint: tokenEndpoint, Err: fmt.Errorf("panic: %v", thrown)}
		}
	}()
	fetched, err := t.fetchFunc(ctx)
	if err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.current = fetched
	return fetched.value, nil
}

// drop forgets a token that the platform called invalid.
func (t *tokens) drop(value string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current.value == value {
		t.current = token{}
	}
}
