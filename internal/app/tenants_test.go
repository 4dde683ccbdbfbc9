package app

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"

	"huibao/bot"
	"huibao/internal/fault"
	"huibao/internal/store/storetest"
)

// keptTenants are tenants in memory.
type keptTenants []bot.Tenant

func (k *keptTenants) FindTenant(_ context.Context, key string) (bot.Tenant, bool, error) {
	at := slices.IndexFunc(*k, func(t bot.Tenant) bool { return t.Key == key })
	if at < 0 {
		return bot.Tenant{}, false, nil
	}
	return (*k)[at], true, nil
}

func (k *keptTenants) ListTenants(_ context.Context, after string, limit int) ([]bot.Tenant, error) {
	var found []bot.Tenant
	for _, tenant := range *k {
		if tenant.Key > after && len(found) < limit {
			found = append(found, tenant)
		}
	}
	return found, nil
}

// With a store app a tenant must be named, and be one that the app was installed
// in.
func TestWhichTenantOfAStoreApp(t *testing.T) {
	all := tenants{storeApp: true, store: &keptTenants{
		{Key: "a", State: bot.TenantActive}, {Key: "b", State: bot.TenantStopped}, {Key: "c", State: bot.TenantUninstalled}, {Key: "d", State: bot.TenantDeleted},
	}}
	for named, want := range map[string]fault.Kind{"": fault.Unreadable, "a": "", "b": "", "c": "", "d": fault.NotFound, "x": fault.NotFound} {
		for name, find := range map[string]func(context.Context, string) (string, error){"admin": all.Of, "shell": all.Discover} {
			key, err := find(t.Context(), named)
			switch {
			case want == "" && (err != nil || key != named):
				t.Errorf("%s %q: %q, %v", name, named, key, err)
			case want != "" && (err == nil || fault.KindOf(err) != want || key != ""):
				t.Errorf("%s %q: %q, %v, want %s", name, named, key, err, want)
			}
		}
	}
	if keys, err := all.Active(t.Context()); err != nil || !slices.Equal(keys, []string{"a"}) {
		t.Errorf("active: %v, %v", keys, err)
	}
}

// A custom app has one tenant. Nobody else's can be named, not even before it is
// known.
func TestWhichTenantOfACustomApp(t *testing.T) {
	logger, _ := logtest.NewNullLogger()
	db := storetest.Open(t, storetest.SQLite(t))
	own := &tenant{store: db, log: logrus.NewEntry(logger)}
	all := tenants{store: db, own: own}
	look := func(named string) (string, fault.Kind) {
		key, err := all.Of(t.Context(), named)
		if err == nil {
			return key, ""
		}
		return key, fault.KindOf(err)
	}
	if key, kind := look(""); key != "" || kind != "" {
		t.Errorf("unknown: %q, %s", key, kind)
	}
	if _, kind := look("own"); kind != fault.NotFound {
		t.Errorf("named before it is known: %s", kind)
	}
	if _, err := own.Learn(t.Context(), "own", ""); err != nil {
		t.Fatal(err)
	}
	for named, want := range map[string]fault.Kind{"": "", "own": "", "other": fault.NotFound} {
		if _, kind := look(named); kind != want {
			t.Errorf("%q: %s, want %s", named, kind, want)
		}
	}
	if key, err := all.Moved(t.Context(), ""); key != "own" || err != nil {
		t.Errorf("moved: %q, %v", key, err)
	}
	if all.Slot("own") != all.Slot("") {
		t.Error("what is kept of the tenant has two places")
	}
}

// An errand is done once for each tenant, again for those where it failed, and at
// once for those that are heard of.
func TestErrand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		logger, _ := logtest.NewNullLogger()
		kept := &keptTenants{{Key: "a", State: bot.TenantActive}, {Key: "b", State: bot.TenantActive}, {Key: "c", State: bot.TenantStopped}}
		var mu sync.Mutex // what a timer wakes is in no order with what came before
		var done []string
		var mended atomic.Bool
		e := newErrand(&tenants{storeApp: true, store: kept}, logrus.NewEntry(logger), func(_ context.Context, key string) error {
			mu.Lock()
			defer mu.Unlock()
			done = append(done, key)
			if key == "a" && !mended.Load() {
				return errors.New("not yet")
			}
			return nil
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); e.run(ctx) }()
		want := func(what, keys string) {
			t.Helper()
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			if got := strings.Join(done, ","); got != keys {
				t.Errorf("%s: %q, want %q", what, got, keys)
			}
		}
		want("at first", "a,b")
		<-time.After(askAgain)
		want("a minute later", "a,b,a")
		mended.Store(true)
		<-time.After(askAgain)
		want("two minutes later", "a,b,a,a")
		e.hear("b")
		<-time.After(10 * askAgain)
		want("when nobody is new", "a,b,a,a")
		*kept = append(*kept, bot.Tenant{Key: "d", State: bot.TenantActive})
		e.hear("d")
		want("when somebody is", "a,b,a,a,d")
		e.forget("b")
		e.hear("b")
		want("when somebody is new again", "a,b,a,a,d,b")
		cancel()
		<-ended
	})
}
