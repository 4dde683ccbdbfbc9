package admin

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"huibao/bot"
)

// Tenants are the organisations that the app is or was installed in.
type Tenants interface {
	// ListTenants returns up to limit tenants in order of tenant_key, after the
	// given one.
	ListTenants(ctx context.Context, after string, limit int) ([]bot.Tenant, error)
}

// tenantBody is a tenant as it is answered.
type tenantBody struct {
	TenantKey string          `json:"tenant_key"`
	Name      string          `json:"name"`
	State     bot.TenantState `json:"state"`
	Reason    string          `json:"reason"`
	Since     *string         `json:"since"` // null while the platform never told
	CreatedAt *string         `json:"created_at"`
}

// showTenant writes a tenant.
func showTenant(t bot.Tenant) tenantBody {
	return tenantBody{
		TenantKey: t.Key, Name: t.Name, State: t.State, Reason: t.Reason, Since: shown(t.Since, time.UTC), CreatedAt: shown(t.CreatedAt, time.UTC),
	}
}

// listTenants answers GET /tenants: which organisations the other routes can be
// asked about.
func (a *API) listTenants(c echo.Context) error {
	p, err := readPage(c)
	if err != nil {
		return err
	}
	found, err := a.Tenants.ListTenants(c.Request().Context(), p.after, p.limit+1)
	if err != nil {
		return err
	}
	return answerList(c, p, found, func(t bot.Tenant) string { return t.Key }, showTenant)
}
