package admin_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/bot"
)

// The tenants of a store app, in parts.
func TestTenants(t *testing.T) {
	o := newOffice(t)
	for _, key := range []string{"tenant-b", "tenant-a"} {
		if _, _, err := o.db.SeeTenant(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.db.ChangeTenant(t.Context(), "tenant-b", nil, func(tenant *bot.Tenant) error {
		tenant.Name, tenant.State, tenant.Reason = "Example", bot.TenantStopped, "the organisation stopped the app"
		tenant.Since = time.Date(2026, time.November, 10, 4, 0, 0, 0, time.UTC)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	first := o.get("/tenants?limit=1")
	list, _ := first.body().(map[string]any)
	cursor, more := list["next_cursor"].(string)
	if items, _ := list["items"].([]any); first.status != http.StatusOK || len(items) != 1 || !more {
		t.Fatalf("status %d, %v", first.status, list)
	}
	second, _ := o.get("/tenants?limit=1&cursor=" + cursor).body().(map[string]any)
	items, _ := second["items"].([]any)
	found, _ := items[0].(map[string]any)
	delete(found, "created_at")
	want := map[string]any{
		"tenant_key": "tenant-b", "name": "Example", "state": "stopped", "reason": "the organisation stopped the app", "since": "2026-11-10T04:00:00Z",
	}
	if diff := cmp.Diff(want, found); diff != "" || second["next_cursor"] != nil {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
