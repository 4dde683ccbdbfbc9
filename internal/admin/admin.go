// Package admin is the admin's API, a file for each resource. It promises that
// nothing is answered without a token, that every wrong field is named at once,
// and that every change is written with who made it. It decides nothing beyond
// reading requests: what a schedule, a setting or a report is, is told by the
// packages it asks.
package admin

import (
	"context"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"huibao/bot"
	"huibao/internal/audit"
	"huibao/internal/calendar"
	"huibao/internal/fault"
	"huibao/internal/session"
	"huibao/internal/settings"
	"huibao/reports"
	"huibao/scheduler"
	"huibao/templates"
)

// ChatFinder asks the platform about a chat that huibao has not seen.
type ChatFinder interface {
	FindChat(ctx context.Context, tenantKey, chatID string) (bot.ChatInfo, error)
}

// Reporter makes reports and tells what the archive holds.
type Reporter interface {
	Report(ctx context.Context, query reports.Query) (*reports.Report, error)
	Coverage(ctx context.Context, tenantKey string, unit reports.Unit) (reports.Coverage, error)
}

// Settings are what tenants chose.
type Settings interface {
	Of(tenantKey string) settings.Settings
	Calendar(tenantKey string) *calendar.Calendar
	Shipped(tenantKey string) *calendar.Calendar // without the tenant's corrections
	Change(ctx context.Context, tenantKey string, entry *audit.Entry, change func(*settings.Settings) error) (settings.Settings, error)
	ChangeYear(ctx context.Context, tenantKey string, year int, entry *audit.Entry, change func(*settings.Year) error) (settings.Year, error)
}

// Log is the audit log.
type Log interface {
	ListAudit(ctx context.Context, tenantKey string, filter audit.Filter) ([]audit.Entry, error)
	FindAudit(ctx context.Context, tenantKey string, id int64) (entry audit.Entry, ok bool, err error)
}

// Archive tells which units it holds, and takes work to fill it.
type Archive interface {
	ArchivedUnits(ctx context.Context, tenantKey string) ([]reports.Unit, error)
	// EnqueueBackfill writes down that the days are to be fetched.
	EnqueueBackfill(ctx context.Context, tenantKey string, unit reports.Unit, days reports.Range, entry *audit.Entry) (reports.Backfill, error)
	// ListBackfills returns up to limit backfills, the newest first, after the one
	// with the given ID ("": from the newest).
	ListBackfills(ctx context.Context, tenantKey, before string, limit int) ([]reports.Backfill, error)
}

// Health tells how the service is.
type Health interface {
	Status(ctx context.Context, tenantKey string, locale templates.Locale) (Status, error)
	// Usage returns the calls of the platform in the month, by purpose.
	Usage(ctx context.Context, tenantKey string, month string) (map[string]int64, error)
}

// Options are what New needs.
type Options struct {
	Tokens map[string]string // by the admin's name; none: every route answers 404
	// TenantFunc returns the key of the tenant that is named, "" for none. The error
	// is a fault: one must be named, or is not known.
	TenantFunc func(ctx context.Context, named string) (string, error)
	Tenants    Tenants
	Scheduler  *scheduler.Scheduler
	Store      scheduler.Store
	Chats      bot.Chats
	Platform   ChatFinder
	Reports    Reporter
	Settings   Settings
	Log        Log
	Archive    Archive
	Health     Health
	Sessions   session.Store
	Assets     fs.FS  // what the page is made of
	AssetsHash string // names the content of all of it
	Now        func() time.Time
}

// API is the admin's API. It is safe for concurrent use.
type API struct {
	Options
	sessions *session.Keeper
	attempts attempts
}

// New returns the API.
func New(options Options) *API {
	return &API{
		Options:  options,
		sessions: &session.Keeper{Store: options.Sessions, Tokens: options.Tokens, Now: options.Now},
	}
}

// Register adds the routes to the group of /admin.
func (a *API) Register(group *echo.Group) {
	if len(a.Tokens) == 0 {
		return // the server answers 404
	}
	a.registerPage(group)
	v1 := group.Group("/api/v1", a.authenticate, findable)
	methods := map[string][]string{}
	for _, route := range a.routes() {
		v1.Add(route.method, route.path, route.answer)
		methods[route.path] = append(methods[route.path], route.method)
	}
	for path, those := range methods {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if !slices.Contains(those, method) { // a group answers these itself, with 404
				v1.Add(method, path, otherMethod(those))
			}
		}
	}
}

// route is a method of a path and what answers it.
type route struct {
	method, path string
	answer       echo.HandlerFunc
}

// routes are the API's.
func (a *API) routes() []route {
	return []route{
		{http.MethodGet, "/session", a.getSession},
		{http.MethodDelete, "/session", a.deleteSession},
		{http.MethodGet, "/openapi.json", a.getOpenAPI},
		{http.MethodGet, "/tenants", a.listTenants},
		{http.MethodGet, "/schedules", a.listSchedules},
		{http.MethodPost, "/schedules", a.createSchedule},
		{http.MethodPost, "/schedules/preview-runs", a.previewRuns},
		{http.MethodGet, "/schedules/:id", a.getSchedule},
		{http.MethodPatch, "/schedules/:id", a.patchSchedule},
		{http.MethodDelete, "/schedules/:id", a.deleteSchedule},
		{http.MethodGet, "/schedules/:id/runs", a.listRuns},
		{http.MethodPost, "/schedules/:id/run", a.runSchedule},
		{http.MethodPost, "/preview", a.preview},
		{http.MethodGet, "/deliveries", a.listDeliveries},
		{http.MethodGet, "/deliveries/counts", a.countDeliveries},
		{http.MethodGet, "/deliveries/:id", a.getDelivery},
		{http.MethodPost, "/deliveries/:id/retry", a.retryDelivery},
		{http.MethodGet, "/chats", a.listChats},
		{http.MethodGet, "/chats/:chat_id", a.getChat},
		{http.MethodPatch, "/chats/:chat_id", a.patchChat},
		{http.MethodGet, "/reports/daily", a.getDailyReport},
		{http.MethodGet, "/settings", a.getSettings},
		{http.MethodPut, "/settings", a.putSettings},
		{http.MethodGet, "/calendar/:year", a.getCalendar},
		{http.MethodPut, "/calendar/:year", a.putCalendar},
		{http.MethodGet, "/archive", a.getArchive},
		{http.MethodPost, "/archive/backfill", a.backfill},
		{http.MethodGet, "/archive/backfills", a.listBackfills},
		{http.MethodGet, "/audit", a.listAudit},
		{http.MethodPost, "/audit/:id/revert", a.revertAudit},
		{http.MethodGet, "/status", a.getStatus},
		{http.MethodGet, "/usage", a.getUsage},
	}
}

// otherMethod answers a path asked by another method than those it has.
func otherMethod(methods []string) echo.HandlerFunc {
	allow := strings.Join(methods, ", ")
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderAllow, allow)
		return echo.ErrMethodNotAllowed
	}
}

// tenant is the key of the tenant that a request is about.
func (a *API) tenant(c echo.Context) (string, error) {
	key := c.QueryParam("tenant_key")
	if !storable(key) {
		return "", fault.New(fault.NotFound, "fault.admin.tenant", nil)
	}
	return a.TenantFunc(c.Request().Context(), key)
}

// entry is the audit entry of a change that a request makes.
func (a *API) entry(c echo.Context, tenantKey, action, object string) *audit.Entry {
	return &audit.Entry{TenantKey: tenantKey, At: a.Now(), Actor: actor(c), Action: action, Object: object}
}

// noContent answers that it is done.
func noContent(c echo.Context) error { return c.NoContent(http.StatusNoContent) }
