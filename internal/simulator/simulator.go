package simulator

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
)

// Options are what New needs; zero fields take defaults.
type Options struct {
	AppID, AppSecret              string
	AppType                       string // CustomApp, the default, or StoreApp
	EncryptKey, VerificationToken string
	Unsigned                      bool   // without an Encrypt Key: nothing is signed or encrypted
	TenantKey                     string // of the first tenant
	BotName                       string
	EventURL                      string // where events go; see DeliverTo
	CallbackURL                   string // where clicks on cards go, "" for where events go
	LongConnection                bool   // events and clicks go over the app's long connections instead
	Zone                          *time.Location
	Seed                          uint64        // of invented figures and of unkindness
	Unkind                        bool          // see the package comment
	Limits                        *Limits       // nil for those the documentation states
	Patience                      time.Duration // added to what receivers of events have, for slow machines
	KeepRequests                  int           // how many calls and attempts are remembered, 0 for 20,000
	KeepMessages                  int           // how many messages of a chat, 0 for all
	Commands                      []Command
	Now                           func() time.Time // where the clock begins; the machine's own by default
	Log                           *logrus.Entry
}

// Command is something the chat page offers while typing.
type Command struct {
	Name        string            `json:"name"`
	Description map[string]string `json:"description"`
}

// The kinds of app.
const (
	CustomApp = "custom" // of one organisation
	StoreApp  = "isv"    // of the app store, for many
)

// Server is one simulated platform with one app in one tenant, or in many if it
// is a store app. It is safe for concurrent use.
type Server struct {
	*home // the first tenant

	options Options // EventURL, CallbackURL, LongConnection and Unkind change, under mu
	clock   *Clock
	client  *http.Client  // for events
	slots   chan struct{} // how many events are under way at once

	mu            sync.Mutex
	tenants       map[string]*Tenant // by tenant_key
	tenantOrder   []*Tenant          // as they were added
	appTickets    []appTicket        // of a store app, the oldest first
	tokens        map[string]issued
	limits        Limits
	meters        map[string]*meter // of endpoints, chats and messages
	chats         map[string]*Chat
	chatOrder     []string // as they were made
	people        []Person
	personAt      map[string]int                // open_id to its place in people
	messages      map[string]*Message           // by message_id
	byChat        map[string][]*Message         // the oldest first
	replies       map[string][]*Message         // of the app, by the message they reply to
	reactions     map[string]map[string]*emoted // by message and reaction_id
	files         map[string]*File
	updates       map[string]*updateToken // c- tokens of clicks
	registering   RegistrationStyle
	subscribed    fields                   // events and callbacks that the app gets, nil for all
	registrations map[string]*registration // by device_code
	connecting    ConnectionStyle
	connections   []*connection        // in the order they came
	tickets       map[string]time.Time // for connections, and until when they are good
	faults        []*Fault
	mischiefs     map[string]mischiefCount
	requests      history[*Request]
	counts        map[string]int // calls by endpoint, never forgotten
	attempts      history[Attempt]
	sent          map[string]Event // the latest events, for Redeliver
	sentOrder     []string
	underway      int           // events that are neither acknowledged nor given up
	changed       chan struct{} // closed and replaced whenever something happens
	listeners     map[chan streamed]bool
	nextID        int
	nextRequest   int
	nextMessage   int
	stopped       bool

	stop    context.CancelFunc
	ctx     context.Context //nolint:containedctx // the life of the deliverer's goroutines
	pending sync.WaitGroup
}

// The defaults of what New is not told.
const (
	defaultKeep = 20_000
	eventSlots  = 32
)

// New returns a platform with a small cast: an internal group, an external one,
// and a private chat of everybody of the tenant with the bot.
func New(options Options) *Server {
	fillIn(&options)
	s := &Server{
		options: options, clock: newClock(options.Now),
		client: eventClient(), slots: make(chan struct{}, eventSlots),
		tenants: map[string]*Tenant{}, tokens: map[string]issued{}, limits: *options.Limits, meters: map[string]*meter{},
		chats: map[string]*Chat{}, personAt: map[string]int{},
		messages: map[string]*Message{}, byChat: map[string][]*Message{}, replies: map[string][]*Message{},
		reactions: map[string]map[string]*emoted{}, files: map[string]*File{}, updates: map[string]*updateToken{},
		registrations: map[string]*registration{}, mischiefs: map[string]mischiefCount{}, counts: map[string]int{},
		connecting: ConnectionStyle{PingInterval: defaultPingSeconds}, tickets: map[string]time.Time{},
		requests: history[*Request]{keep: options.KeepRequests}, attempts: history[Attempt]{keep: options.KeepRequests},
		sent: map[string]Event{}, changed: make(chan struct{}), listeners: map[chan streamed]bool{},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.home = newTenant(s, options.TenantKey, homeName)
	s.tenants[options.TenantKey], s.tenantOrder = s.home, []*Tenant{s.home}
	s.cast()
	if options.AppType == StoreApp {
		s.pending.Go(s.pushTickets)
	}
	return s
}

// fillIn sets the options that were not given.
func fillIn(options *Options) {
	setDefault(&options.AppID, "cli_simulated")
	setDefault(&options.AppType, CustomApp)
	setDefault(&options.AppSecret, "simulated-secret")
	setDefault(&options.EncryptKey, "simulated-encrypt-key")
	setDefault(&options.VerificationToken, "simulated-verification-token")
	setDefault(&options.TenantKey, "tenant_simulated")
	setDefault(&options.BotName, "huibao")
	if options.Unsigned {
		options.EncryptKey = ""
	}
	if options.Zone == nil {
		options.Zone = time.FixedZone("Asia/Shanghai", 8*3600)
	}
	if options.Limits == nil {
		limits := DocumentedLimits()
		options.Limits = &limits
	}
	if options.KeepRequests == 0 {
		options.KeepRequests = defaultKeep
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Log == nil {
		quiet := logrus.New()
		quiet.SetOutput(io.Discard)
		options.Log = logrus.NewEntry(quiet)
	}
}

// setDefault fills in an empty text.
func setDefault(text *string, otherwise string) {
	if *text == "" {
		*text = otherwise
	}
}

// eventClient sends events as the platform does: 2 s to connect, no redirects.
func eventClient() *http.Client {
	dialer := &net.Dialer{Timeout: connectWithin}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: eventSlots},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Options are those in force, defaults filled in.
func (s *Server) Options() Options {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.options
}

// Clock is the platform's clock.
func (s *Server) Clock() *Clock { return s.clock }

// DeliverTo sets where events go.
func (s *Server) DeliverTo(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.EventURL = url
}

// DeliverCallbacksTo sets where clicks on cards go, "" for where events go.
func (s *Server) DeliverCallbacksTo(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.CallbackURL = url
}

// Stop ends the delivery of events and lets held answers go. It waits for what
// is being delivered.
func (s *Server) Stop() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	s.stop()
	s.DropConnections()
	s.pending.Wait()
	s.client.CloseIdleConnections()
}

// newID is an id with a prefix; ids count up, so runs are alike. The lock is
// held.
func (s *Server) newID(prefix string) string {
	s.nextID++
	return fmt.Sprintf("%s%08d", prefix, s.nextID)
}

// notify wakes everybody who waits for something to happen. The lock is held.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}
