package feishu

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"huibao/internal/brand"
)

// exchange is what is known of one call whatever the SDK makes of it.
type exchange struct {
	// written tells that the request may have left, so that the platform may
	// have acted on it. The library's goroutines set it.
	written atomic.Bool
	status  int
	wait    time.Duration // as the rate limit's header says
	// for people: the platform's brand, and the console's page of permissions
	brand brand.Brand
	page  string
	// of the reply
	code              int
	msg, scope, logID string
}

// replyHead is what every reply of the platform begins with.
type replyHead struct {
	Code  *int   `json:"code"`
	Msg   string `json:"msg"`
	Error struct {
		LogID                string `json:"log_id"`
		PermissionViolations []struct {
			Subject string `json:"subject"`
		} `json:"permission_violations"`
	} `json:"error"`
}

// exchangeKey finds the exchange in a request's context.
type exchangeKey struct{}

// withExchange returns a context whose request fills in the exchange.
func withExchange(ctx context.Context) (context.Context, *exchange) {
	e := &exchange{}
	return context.WithValue(ctx, exchangeKey{}, e), e
}

// trace follows the request to the connection. From the moment it has one, it
// may be on its way; while it waits for one, it is not, and neither is it when
// the library takes another connection: it does so with a post only if nothing
// of it was written to the first.
func (e *exchange) trace() *httptrace.ClientTrace {
	e.written.Store(true) // until the library says that it looks for a connection
	return &httptrace.ClientTrace{
		GetConn: func(string) { e.written.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { e.written.Store(true) },
	}
}

// note takes down a reply's head.
func (e *exchange) note(head replyHead, logID, appSecret, authorization string) {
	token := strings.TrimPrefix(authorization, "Bearer ")
	clean := func(text string, longest int) string { return oneLine(text, longest, appSecret, token) }
	e.code, e.msg = *head.Code, clean(head.Msg, 300)
	if head.Error.LogID != "" {
		logID = head.Error.LogID
	}
	e.logID = clean(logID, 64)
	scopes := make([]string, 0, len(head.Error.PermissionViolations))
	for _, violation := range head.Error.PermissionViolations {
		scopes = append(scopes, violation.Subject)
	}
	e.scope = clean(strings.Join(scopes, ", "), 200)
}

// failure is the *Error of the exchange, nil when it succeeded. err is what the
// SDK said, or whoever read the reply.
func (e *exchange) failure(endpoint string, err error) error {
	failure := &Error{
		Endpoint: endpoint, Code: e.code, Status: e.status, Written: e.written.Load(), Wait: e.wait,
		Scope: e.scope, Msg: e.msg, LogID: e.logID, Brand: e.brand, Page: e.page,
	}
	switch {
	case e.code != 0:
	case err != nil:
		failure.Err = err
	case e.status >= http.StatusBadRequest:
		failure.Err = errors.New("an error status without a code")
	default:
		return nil
	}
	return failure
}

// unread is the error of a reply that says it succeeded but lacks what was
// asked for.
func unread(format string, args ...any) error {
	return fmt.Errorf("the reply cannot be used: "+format, args...)
}
