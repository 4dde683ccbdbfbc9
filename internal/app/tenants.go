package app

import (
	"context"
	"fmt"

	"huibao/bot"
	"huibao/internal/fault"
)

// tenantStore remembers the tenants a store app was heard of in.
type tenantStore interface {
	FindTenant(ctx context.Context, key string) (tenant bot.Tenant, ok bool, err error)
	ListTenants(ctx context.Context, after string, limit int) ([]bot.Tenant, error)
}

// tenants are the organisations that the app serves: the one of a custom app, or
// all that a store app is installed in.
type tenants struct {
	store    tenantStore
	storeApp bool
	own      *tenant // of a custom app
}

// Of returns the key of the tenant that somebody means. With a store app it must
// be named; a custom app has one, and only that can be. The error is a fault.
func (t *tenants) Of(ctx context.Context, named string) (string, error) {
	if !t.storeApp {
		own, err := t.own.Key(ctx)
		return own, oneself(named, own, err)
	}
	if named == "" {
		return "", &fault.Error{
			Kind: fault.Unreadable, Key: "fault.admin.tenant_missing",
			Fields: []fault.Field{{Name: "tenant_key", Key: "fault.admin.tenant_missing"}},
		}
	}
	found, known, err := t.store.FindTenant(ctx, named)
	switch {
	case err != nil:
		return "", fmt.Errorf("find tenant %s: %w", named, err)
	case !known, found.State == bot.TenantDeleted:
		return "", errNoTenant()
	}
	return named, nil
}

// Discover is Of for the shell: a custom app's tenant that is not known yet is
// asked for.
func (t *tenants) Discover(ctx context.Context, named string) (string, error) {
	if t.storeApp {
		return t.Of(ctx, named)
	}
	own, err := t.own.Discover(ctx)
	return own, oneself(named, own, err)
}

// oneself refuses another tenant than the own one.
func oneself(named, own string, err error) error {
	if err == nil && named != "" && named != own {
		return errNoTenant()
	}
	return err
}

// errNoTenant is the fault of a tenant that the app is not installed in.
func errNoTenant() error { return fault.New(fault.NotFound, "fault.admin.tenant", nil) }

// Moved is the key of the tenant that work is for. What was written down before a
// custom app's tenant was known was moved to it since.
func (t *tenants) Moved(ctx context.Context, key string) (string, error) {
	if key != "" || t.storeApp {
		return key, nil
	}
	return t.own.Key(ctx)
}

// listedAtOnce is how many tenants are read at a time.
const listedAtOnce = 500

// Each calls a function with every tenant that is kept of a store app.
func (t *tenants) Each(ctx context.Context, do func(bot.Tenant) error) error {
	for after := ""; ; {
		found, err := t.store.ListTenants(ctx, after, listedAtOnce)
		if err != nil {
			return fmt.Errorf("list tenants: %w", err)
		}
		for _, tenant := range found {
			if err := do(tenant); err != nil {
				return err
			}
			after = tenant.Key
		}
		if len(found) < listedAtOnce {
			return nil
		}
	}
}

// Active are the keys of the tenants that the app works in. That of a custom app
// is "" while it is not known.
func (t *tenants) Active(ctx context.Context) ([]string, error) {
	if !t.storeApp {
		own, err := t.own.Key(ctx)
		return []string{own}, err
	}
	var keys []string
	err := t.Each(ctx, func(tenant bot.Tenant) error {
		if tenant.State == bot.TenantActive {
			keys = append(keys, tenant.Key)
		}
		return nil
	})
	return keys, err
}

// Slot is what is kept in memory of a tenant under: a custom app's has one place,
// whether its key is known yet or not.
func (t *tenants) Slot(key string) string {
	if t.storeApp {
		return key
	}
	return ""
}
