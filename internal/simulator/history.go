package simulator

import (
	"context"
	"slices"
	"strings"
	"time"
)

// history is the latest of many things, the oldest first.
type history[T any] struct {
	keep  int
	items []T
}

// add notes one more. The oldest quarter goes when it gets too many, so that
// adding stays cheap.
func (h *history[T]) add(item T) {
	if len(h.items) >= h.keep {
		h.items = slices.Delete(h.items, 0, max(h.keep/4, 1))
	}
	h.items = append(h.items, item)
}

// Request is one call that was made of the platform.
type Request struct {
	ID       int       `json:"id"`
	Endpoint string    `json:"endpoint"`
	Method   string    `json:"method"`
	Path     string    `json:"path"`
	Query    string    `json:"query"`
	Body     string    `json:"body"` // empty for calls that hold a secret and for uploads
	Status   int       `json:"status"`
	Code     int       `json:"code"` // of the platform, 0 for a success or an answer without one
	At       time.Time `json:"at"`

	TenantKey string `json:"tenant_key"` // that the token is of, "" for calls that need none
}

// secretive are the endpoints whose bodies hold secrets.
var secretive = set("token app_token connection_endpoint app_ticket registration")

// record notes a call.
func (s *Server) record(endpoint string, c *call) *Request {
	body := ""
	if !secretive.has(endpoint) && !strings.HasPrefix(c.Header.Get("Content-Type"), "multipart/") {
		body = string(c.body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nextRequest++
	request := &Request{
		ID: s.nextRequest, Endpoint: endpoint, Method: c.Method, Path: c.URL.Path, Query: c.URL.RawQuery, Body: body, At: c.now,
	}
	s.requests.add(request)
	s.counts[endpoint]++
	s.notify()
	return request
}

// finish notes how a call was answered.
func (s *Server) finish(request *Request, c *call, reply answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	request.Status = reply.status
	if c.tenant != nil {
		request.TenantKey = c.tenant.key
	}
	if e, is := reply.body.(envelope); is {
		request.Code = e.Code
	}
	s.notify()
}

// Requests are the latest calls of an endpoint, "" for all, as many as
// Options.KeepRequests.
func (s *Server) Requests(endpoint string) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Request
	for _, request := range s.requests.items {
		if endpoint == "" || request.Endpoint == endpoint {
			found = append(found, *request)
		}
	}
	return found
}

// ClearRequests forgets the calls made so far, but not their number.
func (s *Server) ClearRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests.items = nil
}

// Calls is how many calls of an endpoint were ever made, "" for all.
func (s *Server) Calls(endpoint string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if endpoint == "" {
		return s.nextRequest
	}
	return s.counts[endpoint]
}

// Wait waits until the condition holds, looking whenever something happens.
func (s *Server) Wait(ctx context.Context, condition func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if condition() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// WaitReply waits for the app's reply to a message.
func (s *Server) WaitReply(ctx context.Context, messageID string) (reply Message, err error) {
	err = s.Wait(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.replies[messageID]) == 0 {
			return false
		}
		reply = s.replies[messageID][0].copied()
		return true
	})
	return reply, err
}

// WaitUpdate waits until a card was replaced at least so many times, by PATCH or
// by the answer to a click, and returns it as it is then.
func (s *Server) WaitUpdate(ctx context.Context, messageID string, updates int) (message Message, err error) {
	err = s.Wait(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		found, known := s.messages[messageID]
		if !known || found.Updates < updates {
			return false
		}
		message = found.copied()
		return true
	})
	return message, err
}

// WaitHeld waits until a fault holds an answer back.
func (s *Server) WaitHeld(ctx context.Context, fault *Fault) error {
	return s.Wait(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return fault.held > 0
	})
}

// WaitDelivered waits until every event sent so far is acknowledged, or given
// up after the last retry.
func (s *Server) WaitDelivered(ctx context.Context) error {
	return s.Wait(ctx, func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.underway == 0
	})
}
