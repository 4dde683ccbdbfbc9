package admin

import (
	"maps"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
)

// Status is how the service is, for an admin. Instants are RFC 3339.
type Status struct {
	Version    string        `json:"version"`
	StartedAt  string        `json:"started_at"`
	TenantKey  string        `json:"tenant_key"`
	TenantName string        `json:"tenant_name"`
	BotOpenID  string        `json:"bot_open_id"`
	Ready      bool          `json:"ready"`
	Checks     []StatusCheck `json:"checks"`
	Digests    DigestStatus  `json:"digests"`
	// Health is what huibao doctor finds without a call of the platform.
	Health []HealthFinding `json:"health"`
	// Warnings are what an admin should know or mend, in the reader's language.
	Warnings []string `json:"warnings"`
}

// HealthFinding is one thing that was looked at. Detail and todo are in the reader's
// language.
type HealthFinding struct {
	Section string `json:"section"`
	Check   string `json:"check"`
	Status  string `json:"status"` // ok, warning, failed or unknown
	Detail  string `json:"detail"`
	Todo    string `json:"todo"`
}

// StatusCheck is one line of /readyz.
type StatusCheck struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
}

// DigestStatus says whether the tenant's digests can be posted.
type DigestStatus struct {
	Paused           bool    `json:"paused"`
	PausedReason     string  `json:"paused_reason"`      // in English
	PausedReasonText string  `json:"paused_reason_text"` // in the reader's language
	PausedSince      *string `json:"paused_since"`
	Pending          int     `json:"pending"` // deliveries not ended yet
}

// getStatus answers GET /status.
func (a *API) getStatus(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	status, err := a.Health.Status(c.Request().Context(), tenantKey, locale(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, status)
}

// usageBody is the calls of one purpose.
type usageBody struct {
	Purpose  string `json:"purpose"`
	Calls    int64  `json:"calls"`
	Forecast int64  `json:"forecast"` // for the whole month, at the pace so far
}

// getUsage answers GET /usage: the calls of the platform this month by purpose,
// in the tenant's zone.
func (a *API) getUsage(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	now := a.Now().In(a.Settings.Of(tenantKey).Zone())
	calls, err := a.Health.Usage(c.Request().Context(), tenantKey, now.Format("2006-01"))
	if err != nil {
		return err
	}
	body := struct {
		Month string      `json:"month"`
		Items []usageBody `json:"items"`
		Total usageBody   `json:"total"`
	}{Month: now.Format("2006-01"), Items: []usageBody{}, Total: usageBody{Purpose: "total"}}
	for _, purpose := range slices.Sorted(maps.Keys(calls)) {
		body.Items = append(body.Items, usageBody{purpose, calls[purpose], forecast(calls[purpose], now)})
		body.Total.Calls += calls[purpose]
	}
	body.Total.Forecast = forecast(body.Total.Calls, now)
	return c.JSON(http.StatusOK, body)
}

// forecast is what a month's count comes to at the pace so far.
func forecast(calls int64, now time.Time) int64 {
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location())
	passed := now.Sub(first).Hours()
	whole := first.AddDate(0, 1, 0).Sub(first).Hours()
	if passed < 1 {
		return calls
	}
	return max(int64(math.Round(float64(calls)*whole/passed)), calls)
}
