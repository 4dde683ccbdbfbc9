package simulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// retries are the pauses before an event that was not acknowledged is sent
// again. Source: event-subscriptions.
var retries = []time.Duration{15 * time.Second, 5 * time.Minute, time.Hour, 6 * time.Hour}

// What a receiver has, on its own clock.
const (
	connectWithin     = 2 * time.Second
	acknowledgeWithin = 3 * time.Second
)

// The types of events that are treated in a way of their own.
const (
	messageReceived = "im.message.receive_v1"
	cardClicked     = "card.action.trigger"
)

// Event is one event on its way.
type Event struct {
	EventID string `json:"event_id"` // made up when empty
	Type    string `json:"event_type"`
	Body    any    `json:"event"` // the content of "event"

	TenantKey string `json:"tenant_key"` // where it happened, "" in the first tenant
}

// Attempt is one request with an event.
type Attempt struct {
	EventID      string    `json:"event_id"`
	Type         string    `json:"event_type"`
	At           time.Time `json:"at"`     // on the platform's clock
	Status       int       `json:"status"` // 0 when there was no answer
	Acknowledged bool      `json:"acknowledged"`
}

// Emit sends an event until it is acknowledged or the retries are used up. An
// unkind platform repeats some that were acknowledged, and sends some late.
// Nothing is sent while the app is stopped in the tenant, but for what happens to
// a store app itself, or after Stop.
func (s *Server) Emit(event Event) {
	s.mu.Lock()
	if event.EventID == "" {
		event.EventID = s.newID("ev_")
	}
	s.remember(event)
	if s.stopped || !s.reaches(event) {
		s.mu.Unlock()
		return
	}
	s.underway++
	s.pending.Go(func() {
		s.carry(event)
		s.mu.Lock()
		s.underway--
		s.notify()
		s.mu.Unlock()
	})
	s.mu.Unlock()
}

// reaches reports whether the app gets the events of a tenant, and is subscribed
// to this one. The lock is held.
func (s *Server) reaches(event Event) bool {
	if !s.subscribes(event.Type) {
		return false
	}
	app := s.tenantBy(event.TenantKey).app
	return lifeCycle.has(event.Type) || !app.Stopped && !app.NotInstalled
}

// remember keeps an event for Redeliver, as long as attempts are kept. The lock
// is held.
func (s *Server) remember(event Event) {
	if _, known := s.sent[event.EventID]; !known {
		s.sentOrder = append(s.sentOrder, event.EventID)
	}
	s.sent[event.EventID] = event
	if len(s.sentOrder) > s.options.KeepRequests {
		delete(s.sent, s.sentOrder[0])
		s.sentOrder = s.sentOrder[1:]
	}
}

// Redeliver sends an event again under its own id, as the platform may at any
// time; false when it is not known.
func (s *Server) Redeliver(eventID string) bool {
	s.mu.Lock()
	event, known := s.sent[eventID]
	s.mu.Unlock()
	if known {
		s.Emit(event)
	}
	return known
}

// carry brings one event to the receiver.
func (s *Server) carry(event Event) {
	luck := s.luckOf(event)
	if luck.late > 0 && !s.clock.Sleep(s.ctx, luck.late) {
		return
	}
	body, header := s.Envelope(event)
	for number := 0; ; number++ {
		if number > 0 && !luck.stale {
			body, header = s.Envelope(event)
		}
		attempt := s.attempt(event, body, header)
		if attempt.Acknowledged {
			break
		}
		if number == len(retries) || !s.clock.SleepUntil(s.ctx, attempt.At.Add(retries[number])) {
			return
		}
	}
	if luck.again {
		s.attempt(event, body, header)
	}
	if luck.renewed {
		s.mu.Lock()
		event.EventID = s.newID("ev_")
		s.mu.Unlock()
		body, header = s.Envelope(event)
		s.attempt(event, body, header)
	}
}

// attempt sends an event once and notes how it went.
func (s *Server) attempt(event Event, body []byte, header http.Header) Attempt {
	s.mu.Lock()
	url := s.options.EventURL
	s.mu.Unlock()
	made := Attempt{EventID: event.EventID, Type: event.Type, At: s.clock.Now()}
	status, _, err := s.bring(event, url, body, header)
	made.Status, made.Acknowledged = status, err == nil && status == http.StatusOK
	s.mu.Lock()
	defer s.mu.Unlock()
	s.attempts.add(made)
	s.notify()
	return made
}

// bring brings an event to the app the way it is subscribed, and returns its
// answer. Over a long connection it is neither encrypted nor signed.
func (s *Server) bring(event Event, url string, body []byte, header http.Header) (status int, answer []byte, err error) {
	s.mu.Lock()
	connected := s.options.LongConnection
	s.mu.Unlock()
	if connected {
		return s.sendFrame(s.ctx, acknowledgeWithin, s.plain(event))
	}
	return s.send(s.ctx, url, acknowledgeWithin, body, header)
}

// Attempts are the latest requests with an event, "" for all events. Clicks on
// cards are not among them.
func (s *Server) Attempts(eventID string) []Attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Attempt
	for _, attempt := range s.attempts.items {
		if eventID == "" || attempt.EventID == eventID {
			found = append(found, attempt)
		}
	}
	return found
}

// errNoURL is the want of an address to send to.
var errNoURL = errors.New("there is no address to send to")

// answerLimit is more than any answer to a callback may hold.
const answerLimit = 1 << 20

// send posts a body and returns the answer, all of which must come in time.
func (s *Server) send(ctx context.Context, url string, within time.Duration, body []byte, header http.Header) (status int, answer []byte, err error) {
	if url == "" {
		return 0, nil, errNoURL
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, within+s.options.Patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	request.Header = header
	response, err := s.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was read
	answer, err = io.ReadAll(io.LimitReader(response.Body, answerLimit))
	return response.StatusCode, answer, err
}

// Envelope is the signed, encrypted request of an event.
func (s *Server) Envelope(event Event) ([]byte, http.Header) { return s.Seal(s.plain(event)) }

// plain is the body of an event in clear. Clicks carry their time in
// microseconds, other events in milliseconds.
func (s *Server) plain(event Event) []byte {
	if lifeCycle.has(event.Type) {
		return s.firstForm(event)
	}
	tenantKey, created := event.TenantKey, s.clock.Now().UnixMilli()
	setDefault(&tenantKey, s.options.TenantKey)
	if event.Type == cardClicked {
		created = s.clock.Now().UnixMicro()
	}
	return marshal(map[string]any{
		"schema": "2.0",
		"header": map[string]string{
			"event_id": event.EventID, "token": s.options.VerificationToken, "create_time": text(created),
			"event_type": event.Type, "tenant_key": tenantKey, "app_id": s.options.AppID,
		},
		"event": event.Body,
	})
}

// Seal encrypts and signs a body. Without an Encrypt Key it stays in clear.
func (s *Server) Seal(plain []byte) ([]byte, http.Header) {
	header := jsonHeader()
	if s.options.EncryptKey == "" {
		return plain, header
	}
	body := s.encrypted(plain)
	s.mu.Lock()
	nonce := s.newID("nonce")
	s.mu.Unlock()
	timestamp := text(s.clock.Now().Unix())
	header.Set("X-Lark-Request-Timestamp", timestamp)
	header.Set("X-Lark-Request-Nonce", nonce)
	header.Set("X-Lark-Signature", sign(timestamp, nonce, s.options.EncryptKey, body))
	return body, header
}

// encrypted is a body under the Encrypt Key.
func (s *Server) encrypted(plain []byte) []byte {
	return fmt.Appendf(nil, `{"encrypt":%q}`, encrypt(s.options.EncryptKey, plain))
}

// jsonHeader is the header of every request of the platform.
func jsonHeader() http.Header {
	return http.Header{"Content-Type": {"application/json; charset=utf-8"}}
}
