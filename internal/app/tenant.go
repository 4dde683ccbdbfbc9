package app

import (
	"context"
	"fmt"
	"sync"

	"github.com/labstack/echo/v4"
	"github.com/sirupsen/logrus"
)

// ownTenants is what is remembered of the app's own tenant.
type ownTenants interface {
	OwnTenant(ctx context.Context) (key string, known bool, err error)
	AdoptTenant(ctx context.Context, key, name string) error
}

// tenantSource is where a custom app can ask whose it is.
type tenantSource interface {
	Tenant(ctx context.Context, onBehalf string) (tenantKey, name string, err error)
}

// tenant is the one tenant of a custom app. Until the platform has told its
// key, by a call or in an event, rows are kept under the empty key; the store
// moves them once it is known.
type tenant struct {
	store    ownTenants
	platform tenantSource
	log      *logrus.Entry

	mu    sync.Mutex
	key   string
	known bool

	// adopting is held by the adoption, and for reading by requests that began
	// when the key was not known: what they write under the empty key is moved.
	adopting sync.RWMutex
}

// Key returns the tenant's key, "" while it is not known.
func (t *tenant) Key(ctx context.Context) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known {
		return t.key, nil
	}
	key, known, err := t.store.OwnTenant(ctx)
	if err != nil {
		return "", fmt.Errorf("find the app's own tenant: %w", err)
	}
	t.key, t.known = key, known
	return key, nil
}

// Learn takes the tenant's key from an event or a reply of the platform. It
// reports whether it was news.
func (t *tenant) Learn(ctx context.Context, key, name string) (bool, error) {
	known, err := t.Key(ctx)
	if err != nil || known != "" || key == "" {
		return false, err
	}
	t.adopting.Lock()
	defer t.adopting.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.store.AdoptTenant(ctx, key, name); err != nil {
		return false, fmt.Errorf("remember the app's own tenant: %w", err)
	}
	t.key, t.known = key, true
	t.log.WithField("tenant_key", key).Info("the app's own tenant is known")
	return true, nil
}

// steady keeps the tenant from being adopted in the middle of a request.
func (t *tenant) steady(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		t.adopting.RLock()
		defer t.adopting.RUnlock()
		return next(c)
	}
}

// Discover returns the tenant's key, asking the platform when it is not known
// yet. A platform that does not tell is no error: the key stays "".
func (t *tenant) Discover(ctx context.Context) (string, error) {
	key, err := t.Key(ctx)
	if err != nil || key != "" {
		return key, err
	}
	found, name, err := t.platform.Tenant(ctx, "")
	if err != nil {
		t.log.WithError(err).Info("the platform does not tell the tenant; the first event will")
		return "", nil
	}
	if _, err := t.Learn(ctx, found, name); err != nil {
		return "", err
	}
	return t.Key(ctx)
}
