package feishu

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/gorilla/websocket"
	"github.com/larksuite/oapi-sdk-go/v3/ws"
	"golang.org/x/time/rate"
)

const (
	// usualPing is how often the SDK pings by itself, in seconds, and the longest
	// that is believed: a connection is dead after two of them without a word.
	usualPing = 120
	// endpointLimit bounds the reply that tells the address.
	endpointLimit = 64 << 10
)

// endpointClient asks for the address of a connection. The SDK believes whatever
// it is told: an interval of 0 would make it ping without a pause, and an address
// that it cannot read would stand in its error, ticket and all.
type endpointClient struct{ client *http.Client }

// newEndpointClient returns a client.
func newEndpointClient() endpointClient {
	return endpointClient{&http.Client{
		Timeout:       callLimit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// endpointError is a failure to learn the address, in words that may be told.
type endpointError struct{ error }

// Do makes the request, and mends the reply. Its errors are an endpointError.
func (e endpointClient) Do(request *http.Request) (*http.Response, error) {
	response, err := e.ask(request)
	if err != nil {
		return nil, endpointError{err}
	}
	return response, nil
}

// ask makes the request, and mends the reply.
func (e endpointClient) ask(request *http.Request) (*http.Response, error) {
	response, err := e.client.Do(request) //nolint:gosec // the address is the platform's, from the configuration
	if err != nil {
		return nil, cause(err)
	}
	defer func() { _ = response.Body.Close() }() // it was read; nothing is lost
	body, err := io.ReadAll(io.LimitReader(response.Body, endpointLimit))
	if err != nil {
		return nil, cause(err)
	}
	var reply ws.EndpointResp
	if err := json.Unmarshal(body, &reply); err != nil {
		return nil, fmt.Errorf("the reply with status %d is not the platform's JSON", response.StatusCode)
	}
	if reply.Data != nil {
		if err := mend(reply.Data); err != nil {
			return nil, err
		}
	}
	body, err = json.Marshal(reply)
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, err
}

// mend makes what the platform tells of a connection safe to believe.
func mend(endpoint *ws.Endpoint) error {
	address, err := url.Parse(endpoint.Url)
	if err != nil || address.Host == "" || address.Scheme != "ws" && address.Scheme != "wss" {
		return errors.New("the platform told no address that can be connected to")
	}
	if config := endpoint.ClientConfig; config != nil && (config.PingInterval <= 0 || config.PingInterval > usualPing) {
		config.PingInterval = usualPing
	}
	return nil
}

// newDialer opens connections as the SDK would, with a limit.
func newDialer() *websocket.Dialer {
	return &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: handshakeLimit}
}

// pingWatch stands where the SDK logs, and closes a connection that pings far too
// often: the answer to a ping may change the interval, to 0 as well. All else that
// the SDK would log is dropped, since it holds the content of events.
type pingWatch struct {
	silent

	pings    *rate.Limiter
	tooOften func()
}

// pingsAtOnce is more than any interval from 1 s makes.
const pingsAtOnce = 20

// newPingWatch returns a watch that calls tooOften.
func newPingWatch(tooOften func()) pingWatch {
	return pingWatch{pings: rate.NewLimiter(1, pingsAtOnce), tooOften: tooOften}
}

// Debug is told of every ping, in the SDK's words.
func (w pingWatch) Debug(_ context.Context, words ...any) {
	if len(words) > 0 && words[0] == "ping success" && !w.pings.Allow() {
		w.tooOften()
	}
}

// denial is what trying again does not mend, until somebody acts.
type denial struct{ words string }

func (r *denial) Error() string { return r.words }

// How the platform refuses a connection for good. Source: ws of the SDK.
var refusals = map[int]string{
	ws.Forbidden: "the platform forbids the long connection: open the app in the developer console, choose the long connection for events and " +
		"for callbacks, release a version, and see that the app is a custom app and enabled",
	ws.AuthFailed: "the platform does not accept the app's id and secret: compare feishu_app_id and feishu_app_secret with the developer console",
	ws.ExceedConnLimit: "the app has as many long connections as it may, which are 50: stop other programs that use the same app_id, " +
		"or give each an app of its own",
}

// ending is why a connection ended, without what must not be told. The SDK ends
// without an error only when its own pings made us close it.
func (c *Connection) ending(err error) error {
	final, isFinal := errors.AsType[*ws.ClientError](err)
	passing, isPassing := errors.AsType[*ws.ServerError](err)
	closing, isClosing := errors.AsType[*websocket.CloseError](err)
	timeout, isTimeout := errors.AsType[net.Error](err)
	unknown, isUnknown := errors.AsType[endpointError](err)
	switch {
	case err == nil:
		return errors.New("the platform asked to be pinged without a pause")
	case isFinal && refusals[final.Code] != "":
		return &denial{fmt.Sprintf("%s (code %d)", refusals[final.Code], final.Code)}
	case isFinal:
		return &denial{fmt.Sprintf("the platform refuses the long connection with code %d: %s", final.Code, oneLine(final.Msg, 200, c.options.AppSecret))}
	case isPassing:
		return fmt.Errorf("the platform cannot open the long connection now, code %d: %s", passing.Code, oneLine(passing.Msg, 200, c.options.AppSecret))
	case isUnknown:
		return unknown.error
	case isClosing:
		return fmt.Errorf("the platform ended the long connection, code %d", closing.Code)
	case isTimeout && timeout.Timeout():
		return errors.New("nothing was heard of the platform for too long")
	case strings.Contains(err.Error(), "use of closed network connection"):
		return errors.New("the long connection was closed")
	}
	return cause(err)
}
