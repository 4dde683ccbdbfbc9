package feishu

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	larkevent "github.com/larksuite/oapi-sdk-go/v3/event"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher"
	"github.com/larksuite/oapi-sdk-go/v3/event/dispatcher/callback"
	"github.com/larksuite/oapi-sdk-go/v3/ws"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"
	"golang.org/x/sync/semaphore"

	"huibao/bot"
)

const (
	// atOnce is how many events are taken in at once, since the SDK would take any
	// number. What comes on top waits for as long as the platform does.
	atOnce = 256
	// waitForPlace is how long that is.
	waitForPlace = 2 * time.Second
	// longLived is a connection whose end is no sign of trouble.
	longLived = time.Minute
)

// waits are the pauses before the connection is opened anew. Each is shortened by
// up to a half, by lot, so that replicas do not come at the same time.
type waits struct {
	first, longest time.Duration // doubled from one failure to the next
	refused        time.Duration // after what an admin has to mend
}

// usualWaits reopen what was cut within a second.
var usualWaits = waits{first: time.Second, longest: time.Minute, refused: 5 * time.Minute}

// Intake takes events in: after a nil error one is stored, and is acknowledged
// with the response. It counts what became of others.
type Intake interface {
	Take(ctx context.Context, event bot.Event) (bot.Response, error)
	Count(result string)
}

// ConnectionOptions are what NewConnection needs.
type ConnectionOptions struct {
	BaseURL           string // with scheme, such as https://open.feishu.cn
	AppID             string
	AppSecret         string
	VerificationToken string // compared with that of an event where both are there
	Intake            Intake
	Registry          prometheus.Registerer
	Log               *logrus.Entry
	Now               func() time.Time
}

// Connection takes events over the platform's long connection, and opens it anew
// whenever it ends. The connection is the SDK's; see docs/decisions for what is
// kept from it. It is safe for concurrent use.
//
// It promises that an event is acknowledged only once the intake has it, that one
// which it does not have is refused, so that the platform sends it again, and that
// neither an address, which holds a ticket, nor an event's content is logged.
type Connection struct {
	options    ConnectionOptions
	receiver   *Receiver
	dispatcher *dispatcher.EventDispatcher
	waits      waits
	places     *semaphore.Weighted
	up         prometheus.Gauge
	reconnects prometheus.Counter

	stop   context.CancelFunc
	ended  chan struct{}
	taking sync.WaitGroup // events that are being taken in

	mu       sync.Mutex
	draining bool
	opened   int   // how often it was
	trouble  error // why it is not open, nil while it is
}

// The troubles of a connection of which nothing else is known.
var (
	errNotOpened = errors.New("the long connection was not opened yet")
	errClosed    = errors.New("the long connection is closed")
)

// NewConnection returns a connection that is not opened yet.
func NewConnection(options ConnectionOptions) (*Connection, error) {
	c := &Connection{
		options: options, waits: usualWaits, places: semaphore.NewWeighted(atOnce), trouble: errNotOpened,
		receiver: NewReceiver(ReceiverOptions{AppID: options.AppID, VerificationToken: options.VerificationToken, Now: options.Now}),
		up: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "huibao_connection_up", Help: "Whether the long connection to the platform is open.",
		}),
		reconnects: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "huibao_connection_reconnects_total", Help: "How often the long connection was opened anew.",
		}),
		ended: make(chan struct{}),
	}
	c.dispatcher = c.newDispatcher()
	return c, errors.Join(options.Registry.Register(c.up), options.Registry.Register(c.reconnects))
}

// Start opens the connection, and keeps it open until Stop. It returns at once,
// and may be called once.
func (c *Connection) Start(ctx context.Context) {
	ctx, c.stop = context.WithCancel(context.WithoutCancel(ctx))
	go c.keepOpen(ctx)
}

// Stop takes no more events, lets those finish that are being taken in, within
// ctx, and closes the connection. It may be called once, after Start.
func (c *Connection) Stop(ctx context.Context) error {
	c.mu.Lock()
	c.draining = true
	c.mu.Unlock()
	taken := make(chan struct{})
	go func() {
		c.taking.Wait()
		close(taken)
	}()
	select {
	case <-taken:
	case <-ctx.Done():
	}
	c.stop()
	select {
	case <-c.ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Check tells why the connection is not open, nil while it is. It calls nobody.
func (c *Connection) Check(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trouble
}

// keepOpen opens the connection again and again until ctx ends. A client of the
// SDK that was connected cannot be used again; one that was refused is, since it
// leaves a goroutine behind.
func (c *Connection) keepOpen(ctx context.Context) {
	defer close(c.ended)
	defer c.noteClosed()
	client, failures := c.newClient(), 0
	for ctx.Err() == nil {
		before, begun := c.countOpened(), time.Now()
		err := c.ending(client.Start(ctx))
		if ctx.Err() != nil {
			return
		}
		if c.countOpened() > before {
			client = c.newClient()
		}
		if failures++; time.Since(begun) > longLived {
			failures = 1
		}
		c.note(ctx, err)
		timer := time.NewTimer(c.waits.next(failures, err))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}

// next is the pause after so many failures in a row.
func (w waits) next(failures int, err error) time.Duration {
	wait := min(w.first<<min(failures-1, 16), w.longest)
	if _, refused := errors.AsType[*denial](err); refused {
		wait = w.refused
	}
	return wait - rand.N(wait/2+1) //nolint:gosec // no secret
}

// newClient returns a client of the SDK that does not open anything anew: how long
// it would wait is told by the platform.
func (c *Connection) newClient() *ws.Client {
	var client *ws.Client
	logger := newPingWatch(func() { client.Close() })
	client = ws.NewClient(c.options.AppID, c.options.AppSecret,
		ws.WithDomain(c.options.BaseURL), ws.WithHttpClient(newEndpointClient()), ws.WithWebSocketDialer(newDialer()),
		ws.WithEventHandler(c.dispatcher), ws.WithLogger(logger), ws.WithAutoReconnect(false),
		ws.WithOnReady(c.noteOpen), ws.WithOnDisconnected(c.noteClosed))
	return client
}

// countOpened is how often the connection was opened.
func (c *Connection) countOpened() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.opened
}

// noteOpen notes that the connection is open.
func (c *Connection) noteOpen() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opened > 0 {
		c.reconnects.Inc()
	}
	c.opened++
	c.trouble = nil
	c.up.Set(1)
	c.options.Log.Info("the long connection to the platform is open")
}

// noteClosed notes that the connection has ended, as soon as it has. Why is told
// when its events are taken in.
func (c *Connection) noteClosed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trouble = errClosed
	c.up.Set(0)
}

// note notes why the connection is not open, and logs it where that is news.
func (c *Connection) note(ctx context.Context, trouble error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.trouble
	c.trouble = trouble
	c.up.Set(0)
	if ctx.Err() != nil || before != nil && before.Error() == trouble.Error() {
		return
	}
	c.options.Log.WithError(trouble).Warn("the long connection to the platform is not open; it is opened anew")
}

// eventTypes are the types of events that the SDK knows, of version 3.11.0.
//
//go:embed eventtypes.txt
var eventTypes string

// newDispatcher returns what the SDK hands events to. Types that are acted on and
// all others that are known have a handler, which acknowledges them: the SDK would
// refuse the rest, and the platform send them again for hours. It prints one line
// on the standard output, which nothing prevents.
func (c *Connection) newDispatcher() *dispatcher.EventDispatcher {
	d := dispatcher.NewEventDispatcher("", "") // what comes is neither encrypted nor signed
	for eventType := range strings.FieldsSeq(eventTypes) {
		d.OnCustomizedEvent(eventType, func(ctx context.Context, request *larkevent.EventReq) error {
			_, err := c.take(ctx, request.Body)
			return err
		})
	}
	return d.OnP2CardActionTrigger(func(ctx context.Context, e *callback.CardActionTriggerEvent) (*callback.CardActionTriggerResponse, error) {
		response, err := c.take(ctx, e.Body)
		return callbackResponse(response), err
	})
}

// callbackResponse is a response in the SDK's words, which are the same JSON. It is
// never nil, which the SDK would send as null.
func callbackResponse(response bot.Response) *callback.CardActionTriggerResponse {
	made := &callback.CardActionTriggerResponse{}
	if toast := response.Toast; toast != nil {
		made.Toast = &callback.Toast{Type: toast.Type, Content: toast.Content, I18nContent: map[string]string{}}
		for locale, words := range toast.I18n {
			made.Toast.I18nContent[string(locale)] = words
		}
	}
	if card := response.Card; card != nil {
		made.Card = &callback.Card{Type: card.Type, Data: card.Data}
	}
	return made
}

// Why an event is not taken in.
var (
	errDraining = errors.New("huibao is stopping")
	errCrowded  = errors.New("too many events at once")
)

// take takes in an event as it came. An event that has begun to be taken in is not
// given up when the connection ends: the platform sends it again, and it is known.
func (c *Connection) take(ctx context.Context, payload []byte) (response bot.Response, err error) {
	if !c.begin() {
		return bot.Response{}, errDraining
	}
	defer c.taking.Done()
	defer func() {
		if value := recover(); value != nil {
			err = errors.New("a defect")
			c.options.Log.WithField("panic", fmt.Sprint(value)).WithField("stack", string(debug.Stack())).Error("taking in an event")
		}
	}()
	waiting, cancel := context.WithTimeout(ctx, waitForPlace)
	defer cancel()
	if c.places.Acquire(waiting, 1) != nil {
		c.options.Intake.Count("not_stored")
		return bot.Response{}, errCrowded
	}
	defer c.places.Release(1)
	event, err := c.receiver.receivePlain(payload)
	if err != nil {
		c.options.Intake.Count("refused")
		c.options.Log.WithError(err).Warn("an event on the long connection is refused")
		return bot.Response{}, err
	}
	response, err = c.options.Intake.Take(context.WithoutCancel(ctx), *event)
	if err != nil {
		c.options.Log.WithError(err).WithField("event_id", event.EventID).Error("an event on the long connection cannot be stored")
	}
	return response, err
}

// begin counts an event in, unless no more are taken.
func (c *Connection) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.draining {
		return false
	}
	c.taking.Add(1)
	return true
}

// receivePlain reads an event of a long connection, which was proven when it was
// opened: token and app are compared where they are there.
func (r *Receiver) receivePlain(payload []byte) (*bot.Event, error) {
	e, err := readEnvelope(payload)
	if err != nil {
		return nil, unreadable(err)
	}
	origin, err := e.origin()
	switch {
	case err != nil:
		return nil, unreadable(err)
	case origin.token != "" && r.options.VerificationToken != "" && !r.rightToken(origin.token):
		return nil, unproven(errors.New("the verification token is wrong; compare feishu_verification_token with the developer console, or leave it out"))
	case origin.appID != "" && !same(origin.appID, r.options.AppID):
		return nil, unproven(errors.New("the event is of another app"))
	}
	return r.read(origin, e)
}

// handshakeLimit bounds the opening of a connection whose address is known.
const handshakeLimit = 15 * time.Second
