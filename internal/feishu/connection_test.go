package feishu

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/larksuite/oapi-sdk-go/v3/ws"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/sirupsen/logrus"

	"huibao/bot"
	"huibao/internal/simulator"
	"huibao/templates"
)

// taken is an intake that remembers.
type taken struct {
	mu       sync.Mutex
	events   []bot.Event
	counts   map[string]int
	response bot.Response
	err      error
	before   func(ctx context.Context) // asked before anything is taken
}

func (t *taken) Take(ctx context.Context, event bot.Event) (bot.Response, error) {
	if t.before != nil {
		t.before(ctx)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		return bot.Response{}, t.err
	}
	t.events = append(t.events, event)
	return t.response, nil
}

func (t *taken) Count(result string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[result]++
}

// count is how many events were taken.
func (t *taken) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.events)
}

// fail makes taking fail, or work again.
func (t *taken) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.err = err
}

// connected is a connection with its platform.
type connected struct {
	*Connection
	t        *testing.T
	platform *simulator.Server
	intake   *taken
	log      *syncBuffer
}

// newConnected makes a connection that is not opened yet. It does not wait long
// before it is opened anew.
func newConnected(t *testing.T, change func(*ConnectionOptions)) *connected {
	t.Helper()
	platform := simulator.New(simulator.Options{AppSecret: secretOfApp, LongConnection: true, Patience: 30 * time.Second})
	server := httptest.NewServer(platform.Platform())
	t.Cleanup(server.Close)
	t.Cleanup(platform.Stop)
	c := &connected{t: t, platform: platform, intake: &taken{counts: map[string]int{}}, log: &syncBuffer{}}
	logger := logrus.New()
	logger.SetOutput(c.log)
	logger.SetLevel(logrus.TraceLevel)
	options := ConnectionOptions{
		BaseURL: server.URL, AppID: platform.Options().AppID, AppSecret: secretOfApp, VerificationToken: platform.Options().VerificationToken,
		Intake: c.intake, Registry: prometheus.NewRegistry(), Log: logrus.NewEntry(logger), Now: time.Now,
	}
	if change != nil {
		change(&options)
	}
	made, err := NewConnection(options)
	if err != nil {
		t.Fatal(err)
	}
	made.waits = waits{first: time.Millisecond, longest: 10 * time.Millisecond, refused: 10 * time.Millisecond}
	c.Connection = made
	return c
}

// open opens the connection until the test ends.
func (c *connected) open() {
	c.t.Helper()
	c.Start(c.t.Context())
	c.t.Cleanup(func() { c.close() })
	c.await("the connection", func() bool { return c.Check(c.t.Context()) == nil })
}

// close ends the connection.
func (c *connected) close() {
	c.t.Helper()
	if err := c.Stop(context.Background()); err != nil {
		c.t.Error(err)
	}
}

// await waits until the condition holds, looking when something happens on the
// platform and every millisecond.
func (c *connected) await(what string, condition func() bool) {
	c.t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	giveUp := time.NewTimer(30 * time.Second)
	defer giveUp.Stop()
	for !condition() {
		select {
		case <-look.C:
		case <-giveUp.C:
			c.t.Fatalf("gave up waiting for %s\n%s", what, c.log)
		}
	}
}

// delivered waits until every event was acknowledged or given up.
func (c *connected) delivered() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*time.Second)
	defer cancel()
	if err := c.platform.WaitDelivered(ctx); err != nil {
		c.t.Fatalf("%v\n%s", err, c.log)
	}
}

func TestConnectionTakesEvents(t *testing.T) {
	c := newConnected(t, nil)
	c.open()
	c.platform.SendText(simulator.GroupID, simulator.MemberID, "MARKED", simulator.TextOptions{MentionBot: true})
	c.delivered()
	c.platform.Rename(simulator.GroupID, "Renamed")
	c.delivered()
	c.platform.Emit(simulator.Event{EventID: "ev_other", Type: "contact.user.created_v3", Body: map[string]any{}})
	c.delivered()
	if got := c.intake.events; len(got) != 3 || got[0].Message.Text != "@_user_1 MARKED" || got[0].TenantKey != "tenant_simulated" ||
		got[1].Chat.Name != "Renamed" || got[2].Type != "contact.user.created_v3" || !got[2].Empty() {
		t.Errorf("taken %+v", got)
	}
	for _, attempt := range c.platform.Attempts("") {
		if !attempt.Acknowledged || attempt.Status != http.StatusOK {
			t.Errorf("%+v", attempt)
		}
	}
	for _, secret := range []string{"MARKED", "ticket-", secretOfApp, "access_key"} {
		if strings.Contains(c.log.String(), secret) {
			t.Errorf("the log holds %s:\n%s", secret, c.log)
		}
	}
}

// A pressed button is answered in the frame with the JSON that the webhook answers
// with.
func TestConnectionAnswersPresses(t *testing.T) {
	c := newConnected(t, nil)
	c.open()
	toast := &bot.Toast{Type: "info", Content: "done & <dusted>", I18n: map[templates.Locale]string{"en_us": "done", "zh_cn": "好了"}}
	for name, test := range map[string]struct {
		response bot.Response
		want     string
	}{
		"nothing": {bot.Response{}, `{}`},
		"a toast": {bot.Response{Toast: toast}, `{"toast":{"type":"info","content":"done \u0026 \u003cdusted\u003e","i18n":{"en_us":"done","zh_cn":"好了"}}}`},
	} {
		c.intake.response = test.response
		token := c.post(simulator.GroupID)
		click, err := c.platform.Click(simulator.Click{MessageID: token, OpenID: simulator.MemberID, Element: "go"})
		if err != nil || click.Code != 0 || click.Body != test.want {
			t.Errorf("%s: %+v, %v; want %s", name, click, err, test.want)
		}
	}
	if press := c.intake.events[0].Press; press.Value["k"] != "v" || press.Operator.OpenID != simulator.MemberID {
		t.Errorf("pressed %+v", press)
	}
}

// post has the app send a card with a button to a chat.
func (c *connected) post(chatID string) (messageID string) {
	c.t.Helper()
	const button = `{"schema":"2.0","body":{"elements":[{"tag":"button","element_id":"go","text":{"tag":"plain_text","content":"Go"},` +
		`"behaviors":[{"type":"callback","value":{"k":"v"}}]}]}}`
	client := newTestClient(c.t, c.options.BaseURL, func(o *ClientOptions) { o.AppID, o.AppSecret = c.options.AppID, c.options.AppSecret })
	sent, err := client.Send(c.t.Context(), "tenant_simulated", chatID, templates.Content{MsgType: "interactive", Body: button}, fmt.Sprint("uuid-", c.platform.CountFromBot()))
	if err != nil {
		c.t.Fatal(err)
	}
	return sent
}

// An event that cannot be stored is refused, and comes again.
func TestConnectionRefusesWhatIsNotStored(t *testing.T) {
	c := newConnected(t, nil)
	c.open()
	c.platform.Clock().Speed(0)
	c.intake.fail(errors.New("the disk is full"))
	c.platform.SendText(simulator.GroupID, simulator.MemberID, "/help", simulator.TextOptions{MentionBot: true})
	c.await("the refusal", func() bool {
		attempts := c.platform.Attempts("")
		return len(attempts) == 1 && attempts[0].Status == http.StatusInternalServerError
	})
	c.intake.fail(nil)
	c.platform.Clock().Advance(15 * time.Second)
	c.delivered()
	if c.intake.count() != 1 {
		t.Errorf("taken %+v", c.intake.events)
	}
}

// What is proven by the connection may lack a token, but not have a wrong one or
// be of another app.
func TestConnectionComparesTokenAndApp(t *testing.T) {
	payload := func(token, appID string) []byte {
		return fmt.Appendf(nil, `{"schema":"2.0","header":{"event_id":"e","event_type":"test","tenant_key":"t","token":%q,"app_id":%q},"event":{}}`, token, appID)
	}
	for _, test := range []struct {
		set, token, appID string
		taken             bool
	}{
		{"right", "right", "cli_1", true},
		{"right", "", "", true},
		{"", "any", "cli_1", true},
		{"right", "wrong", "cli_1", false},
		{"right", "right", "cli_2", false},
		{"", "", "cli_2", false},
	} {
		r := NewReceiver(ReceiverOptions{AppID: "cli_1", VerificationToken: test.set, Now: time.Now})
		if _, err := r.receivePlain(payload(test.token, test.appID)); (err == nil) != test.taken {
			t.Errorf("%+v: %v", test, err)
		}
	}
	r := NewReceiver(ReceiverOptions{AppID: "cli_1", Now: time.Now})
	for _, payload := range []string{"", "null", "[]", `{"schema":"2.0"}`, `{"encrypt":"x"}`} {
		if event, err := r.receivePlain([]byte(payload)); err == nil {
			t.Errorf("%s: read as %+v", payload, event)
		}
	}
}

func TestConnectionIsOpenedAnew(t *testing.T) {
	c := newConnected(t, nil)
	c.open()
	for n := range 3 {
		c.platform.DropConnections()
		c.await("the next connection", func() bool { return testutil.ToFloat64(c.reconnects) == float64(n+1) })
		if err := c.Check(t.Context()); err != nil || testutil.ToFloat64(c.up) != 1 {
			t.Errorf("%v, up %v", err, testutil.ToFloat64(c.up))
		}
	}
	c.platform.SendText(simulator.GroupID, simulator.MemberID, "/help", simulator.TextOptions{MentionBot: true})
	c.delivered()
	if c.intake.count() != 1 {
		t.Errorf("taken %+v", c.intake.events)
	}
}

// Refusals are told in words of their own, once, and mended without a restart.
func TestConnectionRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*connected)
		mend   func(*connected)
		says   string
	}{
		"another way of subscribing": {
			func(c *connected) { c.platform.SetLongConnection(false) },
			func(c *connected) { c.platform.SetLongConnection(true) }, "choose the long connection",
		},
		"a wrong secret": {
			func(c *connected) { c.fault(200, ws.AuthFailed) }, func(c *connected) { c.platform.ClearFaults() }, "compare feishu_app_id",
		},
		"too many connections": {
			func(c *connected) { c.fault(200, ws.ExceedConnLimit) }, func(c *connected) { c.platform.ClearFaults() }, "stop other programs",
		},
		"a code nobody knows": {
			func(c *connected) { c.fault(200, 1234) }, func(c *connected) { c.platform.ClearFaults() }, "code 1234: simulated fault",
		},
		"a busy platform": {
			func(c *connected) { c.fault(200, ws.SystemBusy) }, func(c *connected) { c.platform.ClearFaults() }, "cannot open the long connection now",
		},
		"a broken platform": {
			func(c *connected) {
				c.platform.SetFault(simulator.Fault{Endpoint: "connection_endpoint", Status: 502, HTML: true})
			}, func(c *connected) { c.platform.ClearFaults() }, "status 502 is not the platform's JSON",
		},
		"a platform that hangs up": {
			func(c *connected) { c.platform.SetFault(simulator.Fault{Endpoint: "connection_endpoint", Drop: true}) },
			func(c *connected) { c.platform.ClearFaults() }, "the connection ended before the reply did",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConnected(t, nil)
			test.change(c)
			c.Start(t.Context())
			t.Cleanup(c.close)
			c.await("several attempts", func() bool { return c.platform.Calls("connection_endpoint") > 3 })
			if err := c.Check(t.Context()); err == nil || !strings.Contains(err.Error(), test.says) || testutil.ToFloat64(c.up) != 0 {
				t.Errorf("trouble %v, want %q", err, test.says)
			}
			if times := strings.Count(c.log.String(), test.says); times != 1 {
				t.Errorf("told %d times:\n%s", times, c.log)
			}
			test.mend(c)
			c.await("the connection", func() bool { return c.Check(t.Context()) == nil })
		})
	}
}

// fault has the endpoint answer with a code.
func (c *connected) fault(status, code int) {
	c.platform.SetFault(simulator.Fault{Endpoint: "connection_endpoint", Status: status, Code: code})
}

// Stopping takes no more events and lets those finish that were begun.
func TestConnectionStops(t *testing.T) {
	c := newConnected(t, nil)
	entered, release := make(chan struct{}), make(chan struct{})
	var cancelled error
	c.intake.before = func(ctx context.Context) {
		entered <- struct{}{}
		<-release
		cancelled = ctx.Err()
	}
	c.Start(t.Context())
	c.await("the connection", func() bool { return c.Check(t.Context()) == nil })
	c.platform.Clock().Speed(0)
	send := func() {
		c.platform.SendText(simulator.GroupID, simulator.MemberID, "/help", simulator.TextOptions{MentionBot: true})
	}
	send()
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- c.Stop(context.Background()) }()
	c.await("the drain", func() bool { return !c.begins() })
	send()
	c.await("the refusal", func() bool {
		return slices.ContainsFunc(c.platform.Attempts(""), func(a simulator.Attempt) bool { return a.Status == 500 })
	})
	close(release)
	if err := <-stopped; err != nil || cancelled != nil || c.intake.count() != 1 {
		t.Errorf("%v, %v, taken %d", err, cancelled, c.intake.count())
	}
	c.await("the end of the connection", func() bool { return c.platform.Connections() == 0 })
	if c.Check(t.Context()) == nil {
		t.Error("a closed connection is called open")
	}
}

// begins reports whether events are still taken.
func (c *connected) begins() bool {
	if !c.begin() {
		return false
	}
	c.taking.Done()
	return true
}

// More events at once than are taken in wait for as long as the platform, and come
// again.
func TestConnectionIsCrowded(t *testing.T) {
	c := newConnected(t, nil)
	if !c.places.TryAcquire(atOnce) {
		t.Fatal("there is no place for so many")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nobody waits any longer
	payload := []byte(`{"schema":"2.0","header":{"event_id":"e","event_type":"test"},"event":{}}`)
	if _, err := c.take(ctx, payload); !errors.Is(err, errCrowded) || c.intake.count() != 0 || c.intake.counts["not_stored"] != 1 {
		t.Errorf("%v, %+v", err, c.intake.counts)
	}
	c.places.Release(atOnce)
	if _, err := c.take(t.Context(), payload); err != nil || c.intake.count() != 1 {
		t.Errorf("%v, %+v", err, c.intake.events)
	}
}

// A defect behind the connection is one line in the log and no acknowledgement.
func TestConnectionDefect(t *testing.T) {
	c := newConnected(t, nil)
	c.intake.before = func(context.Context) { panic("a defect") }
	if _, err := c.take(t.Context(), []byte(`{"schema":"2.0","header":{"event_id":"e","event_type":"test"},"event":{}}`)); err == nil {
		t.Error("acknowledged")
	}
	if !strings.Contains(c.log.String(), "a defect") {
		t.Errorf("log %s", c.log)
	}
}

// A platform that is silent for long is taken for dead.
func TestConnectionNoticesSilence(t *testing.T) {
	t.Parallel()
	c := newConnected(t, nil)
	c.platform.SetConnectionStyle(simulator.ConnectionStyle{PingInterval: 1})
	c.open()
	c.platform.SetConnectionStyle(simulator.ConnectionStyle{PingInterval: 1, Silent: true})
	c.await("the next connection", func() bool { return testutil.ToFloat64(c.reconnects) > 0 })
	if !strings.Contains(c.log.String(), "nothing was heard of the platform") {
		t.Errorf("log %s", c.log)
	}
}

// A platform that asks for pings without a pause gets none of them.
func TestConnectionIsNotPingedWithoutAPause(t *testing.T) {
	endpoint := ws.Endpoint{Url: "wss://a.example/x?ticket=1", ClientConfig: &ws.ClientConfig{}}
	if err := mend(&endpoint); err != nil || endpoint.ClientConfig.PingInterval != 120 {
		t.Errorf("%v, %+v", err, endpoint.ClientConfig)
	}
	t.Parallel()
	c := newConnected(t, nil)
	c.platform.SetConnectionStyle(simulator.ConnectionStyle{PingInterval: 1})
	c.open()
	c.platform.SetConnectionStyle(simulator.ConnectionStyle{}) // its answers to pings tell 0 from now on
	c.await("the watch", func() bool { return strings.Contains(c.log.String(), "pinged without a pause") })
}

// An address that cannot be read is not repeated.
func TestConnectionAddressesThatCannotBeRead(t *testing.T) {
	for _, address := range []string{"", "://MARKED", "https://a.example/MARKED", "wss:///MARKED", "wss://a b/MARKED", "wss://%zz/MARKED"} {
		if err := mend(&ws.Endpoint{Url: address}); err == nil || strings.Contains(err.Error(), "MARKED") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestWaits(t *testing.T) {
	for _, test := range []struct {
		failures int
		err      error
		most     time.Duration
	}{
		{1, errClosed, time.Second},
		{2, errClosed, 2 * time.Second},
		{5, errClosed, 16 * time.Second},
		{7, errClosed, time.Minute},
		{1000, errClosed, time.Minute},
		{1, &denial{}, 5 * time.Minute},
	} {
		for range 100 {
			if got := usualWaits.next(test.failures, test.err); got > test.most || got < test.most/2 {
				t.Errorf("after %d failures %s, want from half of %s to it", test.failures, got, test.most)
			}
		}
	}
}

// Every type of event that the SDK knows is acknowledged: of others it says that
// they cannot be handled, and they come again.
func TestEventTypesAreThoseOfTheSDK(t *testing.T) {
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/larksuite/oapi-sdk-go/v3").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(folder)), "event", "dispatcher", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	registered := regexp.MustCompile(`(?:eventType2EventHandler|callbackType2CallbackHandler)\["([^"]+)"\]`)
	known := []string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range registered.FindAllStringSubmatch(string(content), -1) {
			if match[1] != bot.EventTicket && match[1] != bot.EventPress { // the SDK's own, and with a handler of its own
				known = append(known, match[1])
			}
		}
	}
	slices.Sort(known)
	if diff := cmp.Diff(slices.Compact(known), strings.Fields(eventTypes)); diff != "" {
		t.Error(diff)
	}
}
