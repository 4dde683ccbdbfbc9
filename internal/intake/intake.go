// Package intake takes the platform's events in, whichever way they come. It
// promises that an event is acknowledged only once it is stored, that what people
// say to each other is forgotten at once, and that a pressed button is answered
// while the platform waits. It leaves proving and decoding events to the receiver,
// and keeping them to the inbox.
package intake

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"

	"huibao/bot"
	"huibao/internal/failpoint"
	"huibao/internal/fault"
)

// answerWithin leaves some of the platform's 3 s for the way back. An event that
// cannot be stored in time is refused, and the platform tries again.
const answerWithin = 2 * time.Second

// Inbox keeps events; after a nil error they are on the disk.
type Inbox interface {
	StoreEvents(ctx context.Context, events []bot.Event) (stored []bool, err error)
}

// Presses answers pressed buttons while the platform waits; done tells that
// nothing is left to do.
type Presses interface {
	Respond(ctx context.Context, event bot.Event) (response bot.Response, done bool)
}

// Options are what New needs.
type Options struct {
	HeedsFunc func(event bot.Event) bool // whether the bot acts on it
	Inbox     Inbox
	Presses   Presses
	Registry  prometheus.Registerer
	Log       *logrus.Entry
}

// Intake takes events in. It is safe for concurrent use.
type Intake struct {
	options Options
	events  *prometheus.CounterVec
	ack     prometheus.Histogram
}

// New returns an intake.
func New(options Options) (*Intake, error) {
	i := &Intake{
		options: options,
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huibao_events_total", Help: "Events and requests to the webhook by what became of them.",
		}, []string{"result"}),
		ack: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "huibao_event_ack_seconds", Help: "From an event's decoding to its acknowledgement, stored. The platform waits 3 s.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 3},
		}),
	}
	return i, errors.Join(options.Registry.Register(i.events), options.Registry.Register(i.ack))
}

// Take takes an event in. After a nil error it may be acknowledged with the
// response: it is stored, was seen before, or is not of a kind that is acted on.
// The error is a fault of the kind Temporary: the platform should try again.
func (i *Intake) Take(ctx context.Context, event bot.Event) (bot.Response, error) {
	begun := time.Now()
	if event.Empty() || !i.options.HeedsFunc(event) {
		i.Count("not_handled")
		return bot.Response{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	var response bot.Response
	if event.Press != nil {
		response, event.Done = i.options.Presses.Respond(ctx, event)
		event.Redrawn = response.Card != nil
	}
	isNew, err := i.store(ctx, event)
	if err != nil {
		return bot.Response{}, err
	}
	i.ack.Observe(time.Since(begun).Seconds())
	if !isNew { // a repeat changes nothing and tells nothing
		return bot.Response{}, nil
	}
	return response, nil
}

// store keeps the event, unless it was seen before: isNew tells. After a nil
// error it may be acknowledged.
func (i *Intake) store(ctx context.Context, event bot.Event) (isNew bool, err error) {
	stored, err := i.options.Inbox.StoreEvents(ctx, []bot.Event{event})
	if err != nil {
		i.Count("not_stored")
		return false, fault.Wrap(err, fault.Temporary, "fault.webhook.not_stored", nil)
	}
	failpoint.Hit("event_stored")
	result := "repeat"
	if stored[0] {
		result = "stored"
	}
	i.Count(result)
	i.options.Log.WithFields(logrus.Fields{
		"event_id": event.EventID, "event_type": event.Type, "tenant_key": event.TenantKey,
	}).Debug("event " + result)
	return stored[0], nil
}

// Count counts what became of something that came.
func (i *Intake) Count(result string) { i.events.WithLabelValues(result).Inc() }
