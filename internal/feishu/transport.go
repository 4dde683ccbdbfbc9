package feishu

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"time"
)

const (
	// callLimit bounds every call; the SDK has no limit of its own.
	callLimit = 15 * time.Second
	// replyLimit bounds what is read of a reply: a year of daily rows is 50 KB.
	replyLimit = 4 << 20
	// longestWait is the most that a rate limit's header is believed.
	longestWait = 24 * time.Hour
)

// transport makes the SDK's requests. It reads the whole reply within limits
// and turns what is no reply of the platform into an error without its
// content: the SDK would put headers and body into the error's text.
type transport struct {
	client *http.Client
	secret string // of the app
	clock  *clock
}

// newTransport returns a transport over a round tripper, nil for the usual one.
func newTransport(over http.RoundTripper, secret string, clock *clock) *transport {
	if over == nil {
		plain := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // it is one by the library's word
		plain.MaxIdleConnsPerHost = 50
		over = plain
	}
	return &transport{secret: secret, clock: clock, client: &http.Client{
		Transport: over, Timeout: callLimit,
		// A redirected send could be made twice.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Do makes one request. Its errors are never a *url.Error, for which the SDK
// would make the request once more without a word.
func (t *transport) Do(request *http.Request) (*http.Response, error) {
	e, ok := request.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		e = &exchange{}
	}
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	traced := request.WithContext(httptrace.WithClientTrace(request.Context(), e.trace()))
	response, err := t.client.Do(traced) //nolint:gosec // the address is the platform's, from the configuration
	if err != nil {
		return nil, cause(err)
	}
	defer func() { _ = response.Body.Close() }() // it was read; nothing is lost
	e.status, e.wait = response.StatusCode, resetAfter(response)
	body, err := io.ReadAll(io.LimitReader(response.Body, replyLimit+1))
	if err != nil {
		return nil, fmt.Errorf("read the reply with status %d: %w", e.status, cause(err))
	}
	if len(body) > replyLimit {
		return nil, fmt.Errorf("the reply with status %d is larger than %d bytes", e.status, replyLimit)
	}
	var head replyHead
	if err := json.Unmarshal(body, &head); err != nil || head.Code == nil {
		return nil, fmt.Errorf("the reply with status %d is not the platform's JSON", e.status)
	}
	t.clock.note(response.Header)
	e.note(head, response.Header.Get("X-Tt-Logid"), t.secret, request.Header.Get("Authorization"))
	response.Body = io.NopCloser(bytes.NewReader(body))
	response.Header.Set("Content-Type", "application/json; charset=utf-8") // what it is; the SDK reads nothing else
	if *head.Code == badTicket {
		response.Header.Set("Content-Type", "text/plain") // or the SDK asks for a ticket by itself, over this exchange
	}
	if response.StatusCode == http.StatusGatewayTimeout {
		response.StatusCode = http.StatusBadGateway // the SDK throws a 504 away with its body
	}
	return response, nil
}

// resetAfter is the wait that a limited reply asks for, 0 when it does not.
// Source: api-call-guide, frequency control.
func resetAfter(response *http.Response) time.Duration {
	for _, name := range []string{"X-Ogw-Ratelimit-Reset", "Retry-After"} {
		if seconds, err := strconv.ParseFloat(response.Header.Get(name), 64); err == nil && seconds > 0 {
			return time.Duration(min(seconds, longestWait.Seconds()) * float64(time.Second))
		}
	}
	return 0
}

// cause keeps of an error what may be told. A URL may hold a ticket, and what
// the library says of a garbled reply repeats it.
func cause(err error) error {
	timeout, timed := errors.AsType[net.Error](err)
	operation, isOperation := errors.AsType[*net.OpError](err)
	certificate, isCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case timed && timeout.Timeout():
		return fmt.Errorf("no reply in time: %w", context.DeadlineExceeded)
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case isOperation:
		return operation
	case isCertificate:
		return certificate
	case errors.Is(err, http.ErrSchemeMismatch):
		return http.ErrSchemeMismatch
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the connection ended before the reply did")
	}
	return errors.New("the reply is not HTTP that can be read")
}

// oneLine is a word of the platform's for the log: short, on one line, and
// without what must not be told, should a reply repeat it.
func oneLine(text string, longest int, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	return fmt.Sprintf("%.*s", longest, strings.Join(strings.Fields(text), " "))
}
