package admin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"huibao/bot"
	"huibao/internal/admin"
	"huibao/internal/audit"
	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/internal/problem"
	"huibao/internal/settings"
	"huibao/internal/store"
	"huibao/internal/store/storetest"
	"huibao/reports"
	"huibao/scheduler"
	"huibao/templates"
)

const (
	tenantKey = "tenant_own"
	token     = "alice-token-1"
)

// now is a Wednesday, a week before the National Day of 2026.
var now = time.Date(2026, time.September, 23, 10, 0, 0, 0, time.FixedZone("", 8*3600))

// office is the API on a real database with a platform that posts to nobody.
type office struct {
	t        *testing.T
	db       *store.DB
	settings *settings.Service
	options  admin.Options
	passed   time.Duration // since now
	handler  http.Handler
	schemas  *jsonschema.Compiler
	posted   []outbox.Message
	// backfills are those asked for, the newest last.
	backfills []reports.Backfill
	// report makes reports; nil: of a period of which nothing is known.
	report func(context.Context, reports.Query) (*reports.Report, error)
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, db: storetest.Open(t, storetest.SQLite(t))}
	clock := func() time.Time { return now.Add(o.passed) }
	var err error
	o.settings, err = settings.New(settings.Options{Store: o.db, Now: time.Now, Log: storetest.Silent(), Defaults: settings.Settings{
		Locale: "en_us", Timezone: "Asia/Shanghai", WeekStart: "monday", Access: "approval", Calendar: "cn", TopUsers: "off",
	}})
	if err != nil {
		t.Fatal(err)
	}
	schedules, err := scheduler.New(scheduler.Options{
		Store: o.db, Reports: o, Poster: o, Settings: o.settings, Registry: prometheus.NewRegistry(), Now: clock, Log: storetest.Silent(),
	})
	if err != nil {
		t.Fatal(err)
	}
	o.options = admin.Options{
		Tokens: map[string]string{"alice": token, "bob": "bob-token-22"}, TenantFunc: func(context.Context, string) (string, error) { return tenantKey, nil }, Tenants: o.db,
		Scheduler: schedules, Store: o.db, Chats: o.db, Platform: o, Reports: o, Settings: o.settings, Log: o.db, Archive: o, Health: o, Now: clock,
		Sessions: o.db, Assets: fstest.MapFS{"js/main.js": {Data: []byte("// the page")}, "index.html": {}}, AssetsHash: "abc",
	}
	api := admin.New(o.options)
	e := echo.New()
	e.HTTPErrorHandler = problem.Handler(storetest.Silent())
	api.Register(e.Group("/admin"))
	o.handler = e
	o.schemas = jsonschema.NewCompiler()
	o.schemas.DefaultDraft(jsonschema.Draft2020)
	if err := o.schemas.AddResource("openapi.json", o.get("/openapi.json").body()); err != nil {
		t.Fatal(err)
	}
	return o
}

// Report is a report of a period of which nothing is known.
func (o *office) Report(ctx context.Context, query reports.Query) (*reports.Report, error) {
	if o.report != nil {
		return o.report(ctx, query)
	}
	report := &reports.Report{TenantKey: query.TenantKey, Unit: query.Unit, Zone: query.Zone, Compare: query.Compare}
	report.Summary = reports.Summary{Period: query.Period, Missing: []reports.Range{query.Period.Range}}
	for date := query.Period.From; date <= query.Period.To; date++ {
		report.Days = append(report.Days, reports.Day{Date: date})
	}
	return report, nil
}

func (o *office) Coverage(context.Context, string, reports.Unit) (reports.Coverage, error) {
	from := reports.NewDate(2026, time.June, 1)
	return reports.Coverage{
		Range: reports.Range{From: from, To: from.AddDays(99)}, FinalDays: 97, ProvisionalDays: 2,
		Missing: []reports.Range{{From: from, To: from}}, FetchedAt: now,
	}, nil
}

func (o *office) Post(_ context.Context, message outbox.Message) (outbox.Result, error) {
	o.posted = append(o.posted, message)
	return outbox.Result{State: outbox.Sent, MessageID: "om_1"}, nil
}

func (o *office) Resume(context.Context, string, string) (outbox.Progress, outbox.Result, error) {
	return outbox.NotBegun, outbox.Result{}, nil
}

func (o *office) FindChat(_ context.Context, _, chatID string) (bot.ChatInfo, error) {
	if chatID != "oc_new" {
		return bot.ChatInfo{}, fault.New(fault.Forbidden, "fault.platform.not_in_chat", nil)
	}
	members := 12
	return bot.ChatInfo{TenantKey: tenantKey, Name: "New <b>team</b>", ChatMode: "group", MemberCount: &members}, nil
}

func (o *office) ArchivedUnits(context.Context, string) ([]reports.Unit, error) {
	return []reports.Unit{reports.UnitNone, reports.UnitCN}, nil
}

func (o *office) EnqueueBackfill(_ context.Context, key string, unit reports.Unit, days reports.Range, entry *audit.Entry) (reports.Backfill, error) {
	asked := reports.Backfill{
		ID: fmt.Sprintf("b-%d", len(o.backfills)+1), TenantKey: key, Unit: unit, Days: days, Status: reports.BackfillPending,
		Next: days.From, DaysTotal: days.Days(), CreatedBy: entry.Actor, CreatedAt: entry.At,
	}
	o.backfills = append(o.backfills, asked)
	return asked, nil
}

func (o *office) ListBackfills(_ context.Context, _, before string, limit int) ([]reports.Backfill, error) {
	var found []reports.Backfill
	for _, asked := range slices.Backward(o.backfills) {
		if (before == "" || asked.ID < before) && len(found) < limit {
			found = append(found, asked)
		}
	}
	return found, nil
}

func (o *office) Status(_ context.Context, key string, _ templates.Locale) (admin.Status, error) {
	return admin.Status{
		Version: "v1", StartedAt: now.Format(time.RFC3339), TenantKey: key, Ready: true,
		Checks: []admin.StatusCheck{{Check: "database", OK: true}}, Warnings: []string{"the bot has no admins"},
		Health: []admin.HealthFinding{{Section: "database", Check: "disk", Status: "ok", Detail: "70 GiB free"}},
	}, nil
}

func (o *office) Usage(context.Context, string, string) (map[string]int64, error) {
	return map[string]int64{"reports": 220, "messages": 44}, nil
}

// answer is what a request got.
type answer struct {
	o      *office
	status int
	header http.Header
	raw    []byte
}

// send makes a request with alice's token and holds the answer against the
// description. A body is JSON, or text that is sent as it is.
func (o *office) send(method, path string, body any, headers ...string) answer {
	o.t.Helper()
	var reader io.Reader = http.NoBody
	switch content := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(content)
	default:
		encoded, err := json.Marshal(content)
		if err != nil {
			o.t.Fatal(err)
		}
		reader = bytes.NewReader(encoded)
	}
	request := httptest.NewRequest(method, "/admin/api/v1"+path, reader)
	request.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	o.handler.ServeHTTP(recorder, request)
	a := answer{o, recorder.Code, recorder.Header(), recorder.Body.Bytes()}
	if o.schemas != nil && path != "/openapi.json" {
		o.describe(method, path, a)
	}
	return a
}

func (o *office) get(path string) answer { o.t.Helper(); return o.send(http.MethodGet, path, nil) }

// segments are the parts of paths that are ids.
var segments = []struct {
	pattern *regexp.Regexp
	path    string
}{
	{regexp.MustCompile(`^/schedules/preview-runs$`), "/schedules/preview-runs"},
	{regexp.MustCompile(`^/deliveries/counts$`), "/deliveries/counts"},
	{regexp.MustCompile(`^/(schedules|deliveries|audit)/[^/]+(/\w+)?$`), "/$1/{id}$2"},
	{regexp.MustCompile(`^/chats/[^/]+$`), "/chats/{chat_id}"},
	{regexp.MustCompile(`^/calendar/[^/]+$`), "/calendar/{year}"},
}

// describe holds an answer against the schema of its route and status.
func (o *office) describe(method, path string, a answer) {
	o.t.Helper()
	path, _, _ = strings.Cut(path, "?")
	for _, segment := range segments {
		if segment.pattern.MatchString(path) {
			path = segment.pattern.ReplaceAllString(path, segment.path)
			break
		}
	}
	if a.status == http.StatusNoContent || !strings.Contains(a.header.Get("Content-Type"), "json") {
		return
	}
	place := "openapi.json#/components/schemas/Problem"
	if a.status < 300 {
		escape := strings.NewReplacer("~", "~0", "/", "~1")
		place = "openapi.json#/paths/" + escape.Replace(path) + "/" + strings.ToLower(method) + "/responses/" +
			http.StatusText(a.status)
		place = strings.Replace(place, http.StatusText(a.status), itoa(a.status), 1) + "/content/application~1json/schema"
	}
	schema, err := o.schemas.Compile(place)
	if err != nil {
		o.t.Fatalf("%s %s answers %d, which is not described: %v", method, path, a.status, err)
	}
	if err := schema.Validate(a.body()); err != nil {
		o.t.Errorf("%s %s: %v\n%s", method, path, err, a.raw)
	}
}

func itoa(n int) string {
	return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
}

// body is the answer's JSON.
func (a answer) body() any {
	a.o.t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.raw))
	if err != nil {
		a.o.t.Fatalf("status %d: %v\n%s", a.status, err, a.raw)
	}
	return value
}

// want ends the test unless the answer has the status.
func (a answer) want(status int) answer {
	a.o.t.Helper()
	if a.status != status {
		a.o.t.Fatalf("status %d, want %d: %s", a.status, status, a.raw)
	}
	return a
}

// at is the value at a path of keys, as text.
func (a answer) at(keys ...string) string {
	a.o.t.Helper()
	value := a.body()
	for _, key := range keys {
		switch inner := value.(type) {
		case map[string]any:
			value = inner[key]
		case []any:
			i := int(key[0] - '0')
			if i >= len(inner) {
				return "(none)"
			}
			value = inner[i]
		default:
			a.o.t.Fatalf("%v has no %q", value, key)
		}
	}
	text, isText := value.(string)
	if isText {
		return text
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		a.o.t.Fatal(err)
	}
	return string(encoded)
}

// wrong are the fields an answer names, in order.
func (a answer) wrong() []string {
	var body problem.Problem
	if err := json.Unmarshal(a.raw, &body); err != nil {
		a.o.t.Fatal(err)
	}
	var names []string
	for _, field := range body.Errors {
		names = append(names, field.Field)
		if field.Message == "" || strings.HasPrefix(field.Message, "fault.") {
			a.o.t.Errorf("%s: message %q", field.Field, field.Message)
		}
	}
	return names
}

// weekly is a schedule as somebody might ask for it.
func weekly() map[string]any {
	return map[string]any{"name": "Weekly digest", "chat_id": "oc_group", "cron": "0 9 * * 1", "on": "workdays", "period": "last week"}
}

// with is a body with some fields changed.
func with(body map[string]any, changes map[string]any) map[string]any {
	maps.Copy(body, changes)
	return body
}

func TestNoTokenNoAdmin(t *testing.T) {
	e := echo.New()
	admin.New(admin.Options{}).Register(e.Group("/admin"))
	recorder := httptest.NewRecorder()
	e.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/admin/api/v1/schedules", nil))
	if recorder.Code != http.StatusNotFound {
		t.Errorf("status %d", recorder.Code)
	}
}

func TestTokens(t *testing.T) {
	o := newOffice(t)
	for _, header := range []string{"", "Bearer ", "Basic " + token, token, "Bearer", "", ""} { // none is no guess
		if got := o.send(http.MethodGet, "/chats", nil, "Authorization", header); got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%q: status %d", header, got.status)
		}
	}
	for range 5 {
		if got := o.send(http.MethodGet, "/chats", nil, "Authorization", "Bearer wrong-token", echo.HeaderXForwardedFor, "203.0.113.7"); got.status != http.StatusUnauthorized {
			t.Errorf("a wrong token: status %d", got.status)
		}
	}
	slowed := o.send(http.MethodGet, "/chats", nil, echo.HeaderXForwardedFor, "203.0.113.7") // even a right one: otherwise guessing would go on
	if slowed.status != http.StatusTooManyRequests || slowed.header.Get("Retry-After") == "" {
		t.Errorf("after five failures: status %d, Retry-After %q", slowed.status, slowed.header.Get("Retry-After"))
	}
}

// Whoever signed in from an address before is not locked out by what others try
// from there.
func TestGuessesLockNobodyOut(t *testing.T) {
	o := newOffice(t)
	if got := o.send(http.MethodGet, "/chats", nil, "Authorization", "bearer "+token); got.status != http.StatusOK {
		t.Errorf("a right token: status %d", got.status)
	}
	statuses := map[int]int{}
	for range 7 {
		statuses[o.send(http.MethodGet, "/chats", nil, "Authorization", "Bearer wrong-token").status]++
	}
	if statuses[http.StatusUnauthorized] != 5 || statuses[http.StatusTooManyRequests] != 2 {
		t.Errorf("seven wrong tokens: %v", statuses)
	}
	if got := o.get("/chats"); got.status != http.StatusOK {
		t.Errorf("the right token afterwards: status %d", got.status)
	}
}

// Every route is described, and nothing else is.
func TestDescriptionHoldsEveryRoute(t *testing.T) {
	o := newOffice(t)
	described := map[string]bool{}
	paths, _ := o.get("/openapi.json").body().(map[string]any)["paths"].(map[string]any)
	for path, item := range paths {
		for method := range item.(map[string]any) {
			if method != "parameters" {
				described[strings.ToUpper(method)+" "+path] = true
			}
		}
	}
	parameter := regexp.MustCompile(`:(\w+)`)
	e, _ := o.handler.(*echo.Echo)
	for _, route := range e.Routes() {
		path, ours := strings.CutPrefix(route.Path, "/admin/api/v1")
		if !ours || strings.Contains(path, "*") || path == "" || strings.Contains(route.Name, "otherMethod") {
			continue
		}
		name := route.Method + " " + parameter.ReplaceAllString(path, "{$1}")
		if !described[name] {
			t.Errorf("%s is not described", name)
		}
		delete(described, name)
	}
	for name := range described {
		t.Errorf("%s is described but not there", name)
	}
}

// A path asked by a method it does not have says which it has; a path that is not
// there is not found.
func TestOtherMethods(t *testing.T) {
	o := newOffice(t)
	for _, asked := range []struct{ method, path, allow string }{
		{http.MethodPut, "/status", "GET"},
		{http.MethodGet, "/schedules/x/run", "POST"},
		{http.MethodPost, "/schedules/x", "GET, PATCH, DELETE"},
		{http.MethodDelete, "/settings", "GET, PUT"},
	} {
		refused := o.send(asked.method, asked.path, nil).want(http.StatusMethodNotAllowed)
		if got := refused.header.Get("Allow"); got != asked.allow {
			t.Errorf("%s %s: Allow %q, want %q", asked.method, asked.path, got, asked.allow)
		}
	}
	o.send(http.MethodPut, "/nothing", nil).want(http.StatusNotFound)
	o.get("/nothing").want(http.StatusNotFound)
}

// A field of the wrong type is named as the request has it, and beside all others
// that are wrong.
func TestWrongTypesAreNamed(t *testing.T) {
	o := newOffice(t)
	for path, c := range map[string]struct {
		body   map[string]any
		fields []string
	}{
		"/preview":          {with(weekly(), map[string]any{"name": 5, "on": "never"}), []string{"name", "on"}},
		"/archive/backfill": {map[string]any{"from": 5, "unit": "mars"}, []string{"from", "unit"}},
	} {
		if got := o.send(http.MethodPost, path, c.body).want(http.StatusUnprocessableEntity).wrong(); !slices.Equal(got, c.fields) {
			t.Errorf("%s: %q, want %q", path, got, c.fields)
		}
	}
	days := map[string]any{"days": []any{map[string]any{"date": "2027-01-01", "workday": false}}, "year": "this"}
	if got := o.send(http.MethodPut, "/calendar/2026", days).want(http.StatusUnprocessableEntity).wrong(); !slices.Equal(got, []string{"year", "days[0].date"}) {
		t.Errorf("a calendar: %q", got)
	}
}
