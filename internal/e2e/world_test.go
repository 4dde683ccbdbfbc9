package e2e

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // a second look at what was kept
	_ "modernc.org/sqlite"             // the same

	"huibao/internal/simulator"
	"huibao/internal/store/storetest"
)

// The secrets are marked, so that one which shows is found.
const (
	appSecret         = "secret-app-8b1f"
	encryptKey        = "secret-encrypt-key-27c0"
	verificationToken = "secret-verification-token-93d4"
	adminToken        = "secret-admin-token-5ae6"
)

// world is one organisation with its platform, and huibao on a database of its
// own. It outlives the runs of the service.
type world struct {
	testing.TB
	platform    *simulator.Server
	gateway     *gateway
	zone        *time.Location
	folder      string
	program     string
	environment map[string]string
	runs        []*service
	answers     []string // bodies of the admin API
	database    *sql.DB  // the same that huibao uses
	patched     int      // cards that were replaced later than in the answer to a press
	refreshed   int      // how often the archive had been refreshed before the newest start

	mu     sync.Mutex
	tokens map[string]bool // and tickets that calls of the platform carried
}

// options vary a world.
type options struct {
	environment map[string]string
	unkind      bool
	seed        uint64
	fresh       bool                   // begin with a database without tables
	postgres    bool                   // on PostgreSQL
	storeApp    bool                   // an app of the app store, in further tenants too
	program     func() (string, error) // underTest unless given
	prepare     func(*world)           // the platform, before anything runs
}

// newWorld makes a world in which nothing runs yet. When the test ends, what
// must hold of every world is checked.
func newWorld(t testing.TB, o options) *world {
	t.Helper()
	if o.program == nil {
		o.program = underTest
	}
	program, err := o.program()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, gateway: newGateway(), zone: noonZone(t), folder: t.TempDir(), program: program, tokens: map[string]bool{}}
	appType := simulator.CustomApp
	if o.storeApp {
		appType = simulator.StoreApp
	}
	w.platform = simulator.New(simulator.Options{
		AppType: appType, AppID: "cli_e2e", AppSecret: appSecret, EncryptKey: encryptKey, VerificationToken: verificationToken,
		Zone: w.zone, Unkind: o.unkind, Seed: o.seed, Patience: patience,
	})
	address := httptest.NewServer(w.watched(w.platform.Platform()))
	front := httptest.NewServer(w.gateway)
	w.platform.DeliverTo(front.URL + "/webhook/event")
	w.environment = map[string]string{
		"HUIBAO_FEISHU_APP_TYPE": appType, "HUIBAO_FEISHU_APP_ID": "cli_e2e", "HUIBAO_FEISHU_APP_SECRET": appSecret, "HUIBAO_FEISHU_BASE_URL": address.URL,
		"HUIBAO_FEISHU_ENCRYPT_KEY": encryptKey, "HUIBAO_FEISHU_VERIFICATION_TOKEN": verificationToken,
		"HUIBAO_ADMIN_TOKEN": adminToken, "HUIBAO_ACCESS": "open", "HUIBAO_HTTP_ADDR": "127.0.0.1:0",
		"HUIBAO_TIMEZONE": w.zone.String(), "HUIBAO_CALENDAR": "weekdays",
		"HUIBAO_REPORT_RATE": "1000", "HUIBAO_LOG_LEVEL": "debug", "HUIBAO_LOG_FORMAT": "json",
	}
	maps.Copy(w.environment, o.environment)
	w.bringDatabase(o)
	if o.prepare != nil {
		o.prepare(w)
	}
	t.Cleanup(func() {
		w.end()
		w.platform.Stop()
		front.Close()
		address.Close()
		w.gateway.client.CloseIdleConnections()
		if _, measures := t.(*testing.B); !measures {
			w.inspect()
		}
	})
	return w
}

// noonZone is a time zone in which it is between noon and one o'clock, so that
// no test is overtaken by midnight.
func noonZone(t testing.TB) *time.Location {
	t.Helper()
	name := "Etc/UTC"
	if east := 12 - time.Now().UTC().Hour(); east != 0 {
		name = fmt.Sprintf("Etc/GMT%+d", -east) // their signs are the other way round
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// file is the database.
func (w *world) file() string { return filepath.Join(w.folder, "huibao.db") }

// bringDatabase makes the database. As a rule it is up to date already: the
// migrations take longer than many a test.
func (w *world) bringDatabase(o options) {
	w.Helper()
	if o.postgres {
		url := storetest.LockedPostgres(w)
		w.environment["HUIBAO_DATABASE_URL"] = url
		w.database = w.open("pgx", url)
		return
	}
	w.environment["HUIBAO_DATABASE_URL"] = "sqlite:" + w.file()
	w.database = w.openFile(w.file())
	if o.fresh {
		return
	}
	content, err := migrated()
	if err == nil {
		err = os.WriteFile(w.file(), content, 0o600)
	}
	if err != nil {
		w.Fatal(err)
	}
}

// watched notes the tokens and tickets that calls carry.
func (w *world) watched(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		var carried struct {
			Ticket string `json:"app_ticket"`
			Token  string `json:"app_access_token"`
		}
		if strings.HasPrefix(r.URL.Path, "/open-apis/auth/") {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			_ = json.Unmarshal(body, &carried) // what cannot be read carries none
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		w.mu.Lock()
		for _, secret := range []string{strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), carried.Ticket, carried.Token} {
			if secret != "" {
				w.tokens[secret] = true
			}
		}
		w.mu.Unlock()
		next.ServeHTTP(out, r)
	})
}

// start starts the service and waits until it is ready.
func (w *world) start() *service {
	w.Helper()
	w.refreshed = w.refreshes()
	s := w.run(nil, "serve")
	s.awaitReady()
	w.gateway.direct(s.url)
	if w.platform.Options().AppType == simulator.StoreApp {
		w.platform.PushTicket() // the one it asked for found nobody at the address
		s.await("the ticket", func() bool { return w.count(`SELECT count(*) FROM app_ticket`) > 0 })
	}
	return s
}

// startKilledAt starts the service so that it kills itself at a failpoint. It
// may do so before it is ready.
func (w *world) startKilledAt(point string) *service {
	w.Helper()
	s := w.run(map[string]string{"HUIBAO_FAILPOINT": point}, "serve")
	s.awaitEither("the service to be ready", func() bool {
		_, ready := s.journal.find("huibao is ready")
		return ready
	})
	if line, ready := s.journal.find("huibao is ready"); ready {
		s.url = "http://" + line["addr"].(string)
		w.gateway.direct(s.url)
	}
	return s
}

// run starts the program with a command line.
func (w *world) run(more map[string]string, arguments ...string) *service {
	w.Helper()
	environment := maps.Clone(w.environment)
	maps.Copy(environment, more)
	s := launch(w, w.program, w.folder, environment, arguments...)
	w.runs = append(w.runs, s)
	return s
}

// service is the newest run.
func (w *world) service() *service { return w.runs[len(w.runs)-1] }

// end stops what still runs.
func (w *world) end() {
	for _, s := range w.runs {
		select {
		case <-s.ended:
		default:
			s.stop()
		}
	}
}

// soon is a context that ends when the test has waited too long.
func (w *world) soon() context.Context {
	ctx, cancel := context.WithTimeout(w.Context(), patience)
	w.Cleanup(cancel)
	return ctx
}

// await waits until the condition holds, looking when something happens on the
// platform and every few milliseconds.
func (w *world) await(what string, condition func() bool) {
	w.Helper()
	for giveUp := w.soon(); giveUp.Err() == nil; {
		look, cancel := context.WithTimeout(giveUp, 20*time.Millisecond)
		err := w.platform.Wait(look, condition)
		cancel()
		if err == nil {
			return
		}
	}
	w.Fatalf("gave up waiting for %s\n%s", what, w.service().journal.tail())
}

// refreshes is how often the archive was refreshed, 0 without tables.
func (w *world) refreshes() (count int) {
	_ = w.database.QueryRow(`SELECT count(*) FROM river_job WHERE kind = 'refresh' AND state = 'completed'`).Scan(&count)
	return count
}

// filled waits until the archive was refreshed after the newest start, so that
// get_daily is not asked again unless somebody wants to know.
func (w *world) filled() {
	w.Helper()
	w.service().await("the archive to be filled", func() bool {
		return w.refreshes() > w.refreshed && w.count(`SELECT count(*) FROM river_job WHERE kind = 'refresh' AND state <> 'completed'`) == 0
	})
}

// settle waits until no event and no delivery is left to be worked on.
func (w *world) settle() {
	w.Helper()
	w.service().await("the work to be done", func() bool {
		return w.count(`SELECT count(*) FROM river_job WHERE kind <> 'refresh'
			AND state NOT IN ('completed', 'cancelled', 'discarded')`) == 0
	})
}

// count asks the database for a number. It may be asked while the service runs.
func (w *world) count(query string, arguments ...any) int {
	w.Helper()
	var count int
	if err := w.database.QueryRow(query, arguments...).Scan(&count); err != nil {
		w.Fatalf("%s: %v", query, err)
	}
	return count
}

// change changes the database of a service that is stopped.
func (w *world) change(statement string, arguments ...any) {
	w.Helper()
	result, err := w.database.Exec(statement, arguments...)
	if err != nil {
		w.Fatalf("%s: %v", statement, err)
	}
	if rows, err := result.RowsAffected(); err != nil || rows == 0 {
		w.Fatalf("%s: %d rows, %v", statement, rows, err)
	}
}

// openFile opens a file of SQLite until the test ends.
func (w *world) openFile(file string) *sql.DB {
	w.Helper()
	return w.open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=busy_timeout(10000)")
}

// open opens a database until the test ends.
func (w *world) open(driver, source string) *sql.DB {
	w.Helper()
	db, err := sql.Open(driver, source)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { db.Close() })
	return db
}

// day is the date so many days ago.
func (w *world) day(ago int) string {
	return time.Now().In(w.zone).AddDate(0, 0, -ago).Format(time.DateOnly)
}
