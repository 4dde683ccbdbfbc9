package doctor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"

	"huibao/internal/calendar"
	"huibao/internal/config"
	"huibao/internal/doctor"
	"huibao/internal/fault"
	"huibao/internal/feishu"
	"huibao/internal/manifest"
	"huibao/internal/simulator"
	"huibao/internal/store"
	"huibao/internal/store/storetest"
	"huibao/templates"
)

// ward is a huibao that is looked at: a platform, a database and settings.
type ward struct {
	t        *testing.T
	platform *simulator.Server
	url      string
	db       *store.DB
	ticket   string // of a store app
	options  doctor.Options
}

// newWard returns a huibao that is well, with settings besides.
func newWard(t *testing.T, platform simulator.Options, settings map[string]string) *ward {
	t.Helper()
	w := &ward{t: t, platform: simulator.New(platform)}
	server := httptest.NewServer(w.platform.Platform())
	t.Cleanup(func() { server.Close(); w.platform.Stop() })
	w.url = server.URL
	given := map[string]string{
		"config": os.DevNull, "feishu_base_url": server.URL, "feishu_app_id": w.platform.Options().AppID,
		"feishu_app_secret": w.platform.Options().AppSecret, "feishu_admins": simulator.AdminID,
		"feishu_encrypt_key": "key", "feishu_verification_token": "token",
	}
	maps.Copy(given, settings)
	nothing := func(string) (string, bool) { return "", false }
	cfg, err := config.Load(config.Input{Flags: given, Environ: nothing}, config.NeedServe)
	if err != nil {
		t.Fatal(err)
	}
	logger, _ := logtest.NewNullLogger()
	w.db = storetest.Open(t, storetest.SQLite(t))
	client, err := feishu.NewClient(feishu.ClientOptions{
		BaseURL: cfg.FeishuBaseURL, Brand: cfg.FeishuBrand, AppID: cfg.FeishuAppID, AppSecret: cfg.FeishuAppSecret.Reveal(), ReportRate: 1,
		StoreApp: cfg.StoreApp(), TicketFunc: func(context.Context) (string, error) { return w.ticket, nil },
		Registry: prometheus.NewRegistry(), Log: logrus.NewEntry(logger), Over: server.Client().Transport, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := calendar.New("cn")
	if err != nil {
		t.Fatal(err)
	}
	w.options = doctor.Options{
		Config: cfg, Platform: client, Store: w.db, TenantKeys: []string{w.platform.Options().TenantKey}, Admins: cfg.FeishuAdmins, OpenAccess: cfg.OpenAccess,
		Calendar: shipped, Zone: cfg.Timezone, Now: func() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) },
		TextFunc: func(key string, args fault.Args) string { return templates.Text(templates.English, key, args) },
		SentenceFunc: func(err error) string {
			if f, is := errors.AsType[*fault.Error](err); is {
				return templates.FaultText(templates.English, f)
			}
			return err.Error()
		},
		AnswerFunc: func(context.Context, string) error { return nil },
	}
	return w
}

// find is what is found of one thing.
func (w *ward) find(check string) doctor.Finding {
	w.t.Helper()
	for _, finding := range doctor.New(w.options).Examine(w.t.Context()) {
		if finding.Check == check {
			return finding
		}
	}
	w.t.Fatalf("nothing is said of %s", check)
	return doctor.Finding{}
}

// wants holds what is found of one thing against its status and a part of what
// is said.
func (w *ward) wants(check string, status doctor.Status, part string) {
	w.t.Helper()
	got := w.find(check)
	if got.Status != status || !strings.Contains(got.Detail, part) {
		w.t.Errorf("%s: %s, %q, want %s and %q", check, got.Status, got.Detail, status, part)
	}
	if got.Status == doctor.Failed && got.Todo == "" {
		w.t.Errorf("%s does not say what to do", check)
	}
}

// All is well, and nothing was posted to find it out.
func TestWell(t *testing.T) {
	w := newWard(t, simulator.Options{}, map[string]string{"public_url": "https://huibao.example"})
	var seen []store.Sighting
	for _, event := range []string{
		"im.message.receive_v1", "im.chat.member.bot.added_v1", "im.chat.member.bot.deleted_v1", "im.chat.disbanded_v1", "im.chat.updated_v1", "card.action.trigger",
	} {
		seen = append(seen, store.Sighting{TenantKey: "t", EventType: event, SeenAt: w.options.Now().Add(-3 * time.Hour)})
	}
	if err := w.db.NoteSightings(t.Context(), seen); err != nil {
		t.Fatal(err)
	}
	for _, finding := range doctor.New(w.options).Examine(t.Context()) {
		if finding.Status != doctor.OK && finding.Check != "other instances" {
			t.Errorf("%+v", finding)
		}
		if finding.Section == "events" && finding.Detail != "last seen 2026-06-01 17:00" {
			t.Errorf("%+v", finding)
		}
	}
	for endpoint, want := range map[string]int{"token": 1, "bot_info": 1, "scope_list": 1, "message_create": 0, "file_create": 0, "report_get_daily": 0} {
		if got := w.platform.Calls(endpoint); got != want {
			t.Errorf("%d calls of %s, want %d", got, endpoint, want)
		}
	}
}

// Another program on the same app takes some of the events.
func TestAnotherConnection(t *testing.T) {
	w := newWard(t, simulator.Options{LongConnection: true}, map[string]string{"feishu_events": "websocket"})
	w.wants("other instances", doctor.OK, "0 long connections open, no huibao serve runs")
	w.wants("public URL", doctor.OK, "not needed")
	w.connect()
	w.wants("other instances", doctor.Warning, "the app has 1 long connection open, but no huibao serve runs on this database: each event goes to only one")
	_, unlock, err := w.db.LockServe(t.Context(), "host")
	if err != nil {
		t.Fatal(err)
	}
	w.wants("other instances", doctor.OK, "1 long connection open, 1 huibao serve runs")
	w.connect()
	w.wants("other instances", doctor.Warning, "the app has 2 long connections open, but 1 huibao serve runs on this database")
	w.platform.DropConnections()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := w.platform.Wait(ctx, func() bool { return w.platform.Connections() == 0 }); err != nil {
		t.Fatal(err)
	}
	w.wants("other instances", doctor.Failed, "1 huibao serve runs on this database, but the app has 0 long connections open")
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
}

// connect opens a long connection, as any program with the app's secret can.
func (w *ward) connect() {
	w.t.Helper()
	options := w.platform.Options()
	body := fmt.Sprintf(`{"AppID":%q,"AppSecret":%q}`, options.AppID, options.AppSecret)
	response, err := http.Post(w.url+"/callback/ws/endpoint", "application/json", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	var reply struct {
		Data struct {
			URL string `json:"URL"`
		} `json:"data"`
	}
	if err := json.NewDecoder(response.Body).Decode(&reply); err != nil {
		w.t.Fatal(err)
	}
	connection, _, err := websocket.DefaultDialer.Dial(reply.Data.URL, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { connection.Close() })
}

// What is wrong with the app has its own sentence each.
func TestTheApp(t *testing.T) {
	for name, test := range map[string]struct {
		settings map[string]string
		change   func(*ward)
		check    string
		part     string
	}{
		"a wrong secret": {map[string]string{"feishu_app_secret": "hunter2"}, nil, "credentials", "Feishu refuses the app's id or secret."},
		"another app":    {map[string]string{"feishu_app_id": "cli_other", "feishu_brand": "lark"}, nil, "credentials", "Lark refuses the app's id or secret."},
		"a stopped app":  {nil, func(w *ward) { w.platform.ChangeApp(func(a *simulator.App) { a.Stopped = true }) }, "credentials", "The app is stopped or disabled in Feishu."},
		"an address that is not let in": {
			nil, func(w *ward) { w.platform.ChangeApp(func(a *simulator.App) { a.ForeignAddress = true }) }, "bot", "refuses this server's address",
		},
		"a used-up quota":        {nil, func(w *ward) { w.platform.ChangeApp(func(a *simulator.App) { a.QuotaUsed = true }) }, "bot", "used up its platform calls"},
		"a clock that is behind": {nil, func(w *ward) { w.platform.Clock().Advance(time.Hour) }, "clock", "this machine's clock is 1h0m behind the platform's"},
		"a clock that is ahead":  {nil, func(w *ward) { w.platform.Clock().Advance(-7 * time.Minute) }, "clock", "this machine's clock is 7m ahead of the platform's"},
		"a web page": {
			nil, func(w *ward) { w.platform.SetFault(simulator.Fault{Status: http.StatusNotFound, HTML: true}) }, "base URL", "does not answer as the platform does",
		},
		"no network": {map[string]string{"feishu_base_url": "http://127.0.0.1:9"}, nil, "base URL", "http://127.0.0.1:9 does not answer"},
		"no answer": {
			map[string]string{"public_url": "https://huibao.example"},
			func(w *ward) {
				w.options.AnswerFunc = func(context.Context, string) error { return errors.New("it answers with status 404") }
			}, "public URL", "https://huibao.example/webhook/event does not answer a challenge as huibao does: it answers with status 404",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWard(t, simulator.Options{}, test.settings)
			if test.change != nil {
				test.change(w)
			}
			w.wants(test.check, doctor.Failed, test.part)
			if doctor.Sound(doctor.New(w.options).Examine(t.Context())) {
				t.Error("it counts as sound")
			}
		})
	}
}

// A store app has a ticket, and permissions in each of its organisations.
func TestAStoreApp(t *testing.T) {
	w := newWard(t, simulator.Options{AppType: simulator.StoreApp}, map[string]string{"feishu_app_type": "isv"})
	w.options.TenantKeys = nil
	w.ticket = "ticket-of-last-year"
	w.wants("credentials", doctor.Failed, "Feishu has not sent the app_ticket that a store app needs, or refuses the one it sent.")
	w.ticket = w.fetchTicket()
	w.wants("credentials", doctor.OK, "the app's id and secret are taken")
	w.options.TenantKeys = []string{"tenant-a", "tenant-b"}
	for _, key := range w.options.TenantKeys {
		w.platform.AddTenant(key, key).InstallApp()
	}
	b, _ := w.platform.Tenant("tenant-b")
	b.WithholdScope("vc:report:readonly", true)
	w.wants("vc:report:readonly (tenant-a)", doctor.OK, "granted")
	w.wants("vc:report:readonly (tenant-b)", doctor.Failed, "not granted")
	w.platform.AddTenant("tenant-c", "C")
	w.options.TenantKeys = []string{"tenant-c"}
	w.wants("credentials", doctor.Failed, "The app is not installed or not authorised in this organisation.")
}

// fetchTicket has the platform send its app_ticket.
func (w *ward) fetchTicket() string {
	w.t.Helper()
	options := w.platform.Options()
	receiver := feishu.NewReceiver(feishu.ReceiverOptions{
		AppID: options.AppID, EncryptKey: options.EncryptKey, VerificationToken: options.VerificationToken, StoreApp: true, Now: time.Now,
	})
	tickets := make(chan string, 10)
	front := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		event, _, err := receiver.Receive(r.Header, body)
		if err != nil || event.App == nil {
			w.t.Errorf("%+v, %v", event, err)
			return
		}
		tickets <- event.App.Ticket
	}))
	defer front.Close()
	w.platform.DeliverTo(front.URL)
	w.platform.PushTicket()
	return <-tickets
}

// What is set against itself is told, and what cannot be told is no trouble.
func TestSettings(t *testing.T) {
	w := newWard(t, simulator.Options{}, map[string]string{"send_per_second": "60"})
	w.wants("limits", doctor.Warning, "60 messages a second and 900 a minute to a tenant")
	w.wants("access", doctor.OK, "approval")
	w.options.Admins = nil
	w.wants("admins", doctor.Failed, "nobody can allow a chat")
	w.wants("public URL", doctor.Unknown, "HUIBAO_PUBLIC_URL is not set")
	w.wants("im.message.receive_v1", doctor.Warning, "not seen, as of a minute ago")
	w.wants("im.chat.disbanded_v1", doctor.Unknown, "not seen yet")
	for _, settings := range []map[string]string{{"access": "open"}, {"admin_token": "12345678"}} {
		w := newWard(t, simulator.Options{}, settings)
		w.options.Admins = nil
		w.wants("admins", doctor.Warning, "nobody is admin")
	}
}

func TestTheCalendar(t *testing.T) {
	w := newWard(t, simulator.Options{}, nil)
	for now, want := range map[string]struct {
		status doctor.Status
		part   string
	}{
		"2025-06-01": {doctor.OK, "2025 and 2026 are known"},
		"2026-10-31": {doctor.OK, "2026 is known; 2027 is announced in November"},
		"2026-11-01": {doctor.Warning, "there is no table for 2027"},
		"2027-01-01": {doctor.Warning, "there is no table for 2027"},
	} {
		at, err := time.ParseInLocation(time.DateOnly, now, w.options.Zone)
		if err != nil {
			t.Fatal(err)
		}
		w.options.Now = func() time.Time { return at }
		w.wants("calendar", want.status, want.part)
	}
}

// What Local finds is in the language of its reader.
func TestLanguages(t *testing.T) {
	own := regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}]`)
	for _, locale := range []templates.Locale{templates.Chinese, templates.Japanese} {
		w := newWard(t, simulator.Options{}, map[string]string{"send_per_second": "60"})
		w.options.TextFunc = func(key string, args fault.Args) string { return templates.Text(locale, key, args) }
		w.options.Admins = nil
		for _, finding := range doctor.New(w.options).Local(t.Context()) {
			if finding.Check != "database" && !own.MatchString(finding.Detail) || finding.Todo != "" && !own.MatchString(finding.Todo) {
				t.Errorf("%s: %+v", locale, finding)
			}
		}
	}
}

// When an event comes is said as the manual of the setup says it.
func TestEventsAreToldAlike(t *testing.T) {
	for _, event := range manifest.Subscriptions() {
		if got := templates.Text(templates.English, "doctor.event."+event.Name, nil); got != event.When {
			t.Errorf("%s comes when %q, the manual says %q", event.Name, got, event.When)
		}
	}
}

// A database that is not there yet is made by the service; one that cannot be is
// trouble.
func TestNoDatabase(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "huibao.db")
	w := newWard(t, simulator.Options{}, map[string]string{"database_url": "sqlite:" + path})
	w.options.Store = nil
	w.wants("database", doctor.OK, "there is none yet; huibao serve makes "+path)
	w.wants("im.message.receive_v1", doctor.Unknown, "not seen yet")
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("the doctor leaves %v, %v", left, err)
	}
	w.options.StoreProblem = errors.New("no such host")
	w.wants("database", doctor.Failed, "no such host")
}

// A database of another shape is told apart, and is no reason to take no work
// while replicas are replaced.
func TestSteps(t *testing.T) {
	w := newWard(t, simulator.Options{}, nil)
	run := func(statement string) {
		if _, err := w.db.Engine().SQL.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	w.wants("migrations", doctor.OK, "up to date")
	run(`INSERT INTO goose_db_version (version_id, is_applied, tstamp) SELECT max(version_id) + 1, TRUE, '2026-11-10' FROM goose_db_version`)
	w.wants("migrations", doctor.Warning, "by a newer huibao")
	run(`DELETE FROM goose_db_version WHERE version_id > (SELECT max(version_id) - 2 FROM goose_db_version)`)
	w.wants("migrations", doctor.Warning, "steps that are missing: 1")
}

// The text fits the terminal, says words where colours are none, and puts what
// to do below.
func TestText(t *testing.T) {
	findings := []doctor.Finding{
		{Section: "platform", Check: "clock", Status: doctor.OK, Detail: "agrees with the platform's"},
		{Section: "platform", Check: "base URL", Status: doctor.Failed, Detail: "it does not answer as the platform does: no reply in time", Todo: "check feishu_base_url, and that this machine may reach it"},
		{Section: "people", Check: "admins", Status: doctor.Warning, Detail: "nobody is admin"},
	}
	const want = `platform
  ok    clock     agrees with the platform's
  FAIL  base URL  it does not answer as the platform does:
                  no reply in time
        -> check feishu_base_url, and that this machine may
           reach it

people
  warn  admins  nobody is admin
`
	if diff := cmp.Diff(want, doctor.Text(findings, 60, false)); diff != "" {
		t.Error(diff)
	}
	if got := doctor.Text(findings, 200, true); !strings.Contains(got, "  \x1b[31mFAIL\x1b[0m  base URL  it does") {
		t.Errorf("%q", got)
	}
	if doctor.Sound(findings) || !doctor.Sound(findings[2:]) {
		t.Error("a failure is sound, or a warning is not")
	}
}
