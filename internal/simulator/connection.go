package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// What the endpoint of the long connection answers, and the most connections an
// app may have. Source: ws of the official SDK; event-subscription-guide.
const (
	connectForbidden   = 403
	connectUnproven    = 514
	connectTooMany     = 1000040350
	connectionsPerApp  = 50
	connectionPath     = "/callback/ws/connect"
	connectionService  = 1
	ticketLife         = time.Minute
	defaultPingSeconds = 120
)

// ConnectionStyle is how the platform treats long connections.
type ConnectionStyle struct {
	PingInterval int  `json:"ping_interval"` // seconds that clients are told; 0 as a broken platform would
	SplitAt      int  `json:"split_at"`      // events of more bytes come in parts of so many, 0 for in one
	Silent       bool `json:"silent"`        // nothing is sent any more, not even the answer to a ping
}

// connection is one of the app's long connections.
type connection struct {
	socket  *websocket.Conn
	writing sync.Mutex
	waiting map[string]chan frame // for the answer to a message, by its id; under the server's lock
	gone    chan struct{}         // closed when it has ended
}

// SetLongConnection chooses whether events and clicks go over the app's long
// connections instead of to its addresses.
func (s *Server) SetLongConnection(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.LongConnection = on
}

// SetConnectionStyle chooses how connections are treated from now on.
func (s *Server) SetConnectionStyle(style ConnectionStyle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connecting = style
}

// ConnectionStyle is how connections are treated now.
func (s *Server) ConnectionStyle() ConnectionStyle {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connecting
}

// Connections is how many long connections the app has.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.connections)
}

// DropConnections cuts the app's long connections without a word.
func (s *Server) DropConnections() {
	s.mu.Lock()
	cut := slices.Clone(s.connections)
	s.mu.Unlock()
	for _, c := range cut {
		_ = c.socket.Close() // its reader takes it off the list
	}
}

// connectionEndpoint answers POST callback/ws/endpoint with an address that is
// good for one connection. Refusals come with HTTP 200.
func (s *Server) connectionEndpoint(c *call) answer {
	var request struct {
		AppID     string `json:"AppID"`
		AppSecret string `json:"AppSecret"`
	}
	refuse := func(code int, words string) answer {
		return answer{status: http.StatusOK, body: envelope{Code: code, Msg: words}}
	}
	known := c.decode(&request)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !known || request.AppID != s.options.AppID || request.AppSecret != s.options.AppSecret:
		return refuse(connectUnproven, "auth failed")
	case s.options.AppType == StoreApp || s.app.Stopped || s.app.NotInstalled || !s.options.LongConnection:
		return refuse(connectForbidden, "forbidden")
	case len(s.connections) >= connectionsPerApp:
		return refuse(connectTooMany, "the number of connections exceeded the limit")
	}
	maps.DeleteFunc(s.tickets, func(_ string, until time.Time) bool { return !c.now.Before(until) })
	ticket := s.newID("ticket-")
	s.tickets[ticket] = c.now.Add(ticketLife)
	address := url.URL{Scheme: "ws", Host: c.Host, Path: connectionPath, RawQuery: url.Values{
		"device_id": {s.newID("device-")}, "service_id": {strconv.Itoa(connectionService)}, "access_key": {ticket},
	}.Encode()}
	return ok(map[string]any{"URL": address.String(), "ClientConfig": s.clientConfig()})
}

// clientConfig is what clients are told of how to behave. The lock is held.
func (s *Server) clientConfig() map[string]int {
	return map[string]int{"ReconnectCount": -1, "ReconnectInterval": 120, "ReconnectNonce": 30, "PingInterval": s.connecting.PingInterval}
}

// countConnections answers GET event/v1/connection.
func (s *Server) countConnections(*call) answer {
	return ok(map[string]any{"online_instance_cnt": s.Connections()})
}

// upgrader makes connections of requests; its clients are no browsers.
var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// connect takes a connection and reads it to its end.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	if code, authCode := s.admit(r.URL.Query().Get("access_key")); code != 0 {
		w.Header().Set("Handshake-Status", strconv.Itoa(code))
		w.Header().Set("Handshake-Msg", "simulated refusal")
		w.Header().Set("Handshake-Autherrcode", strconv.Itoa(authCode))
		w.WriteHeader(http.StatusForbidden)
		return
	}
	c := s.upgrade(w, r)
	if c == nil {
		return
	}
	defer s.pending.Done()
	s.read(c)
	_ = c.socket.Close() // it has ended
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connections = slices.DeleteFunc(s.connections, func(other *connection) bool { return other == c })
	close(c.gone)
	s.notify()
}

// upgrade makes a connection of a request, nil where it cannot. The lock is held
// all the while: who knows that it is open finds it on the list.
func (s *Server) upgrade(w http.ResponseWriter, r *http.Request) *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	socket, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return nil // it was answered
	}
	if s.stopped {
		_ = socket.Close() // nobody is told more
		return nil
	}
	c := &connection{socket: socket, waiting: map[string]chan frame{}, gone: make(chan struct{})}
	s.pending.Add(1)
	s.connections = append(s.connections, c)
	s.notify()
	return c
}

// admit uses a ticket up. The code is 0 when it was good, else that of the
// refusal, with one that explains it.
func (s *Server) admit(ticket string) (code, authCode int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, known := s.tickets[ticket]
	delete(s.tickets, ticket)
	switch {
	case !known || !s.clock.Now().Before(until):
		return connectUnproven, 0
	case len(s.connections) >= connectionsPerApp:
		return connectUnproven, connectTooMany
	}
	return 0, 0
}

// read answers pings and hands answers to those who wait for them.
func (s *Server) read(c *connection) {
	for {
		kind, data, err := c.socket.ReadMessage()
		if err != nil {
			return
		}
		f, err := readFrame(data)
		if err != nil || kind != websocket.BinaryMessage {
			s.options.Log.WithError(err).Warn("a client sent no frame")
			return
		}
		switch {
		case f.method == frameData:
			s.mu.Lock()
			if waits, known := c.waiting[f.word("message_id")]; known {
				waits <- f // it has room for the one answer
				delete(c.waiting, f.word("message_id"))
			}
			s.mu.Unlock()
		case f.method == frameControl && f.word("type") == "ping":
			s.mu.Lock()
			config, silent := marshal(s.clientConfig()), s.connecting.Silent
			s.mu.Unlock()
			if !silent {
				_ = c.write(frame{service: f.service, method: frameControl, header: []frameHeader{{"type", "pong"}}, payload: config}) // its reader sees how it ends
			}
		}
	}
}

// write sends a frame.
func (c *connection) write(f frame) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if err := c.socket.SetWriteDeadline(time.Now().Add(acknowledgeWithin)); err != nil {
		return err
	}
	return c.socket.WriteMessage(websocket.BinaryMessage, f.marshal())
}

// What becomes of a body that no answer comes to.
var (
	errNoConnection = errors.New("the app has no connection")
	errDropped      = errors.New("the connection ended before the answer came")
)

// frameAnswer is the payload of an answer.
type frameAnswer struct {
	Code int    `json:"code"`
	Data []byte `json:"data"`
}

// sendFrame brings a body over one of the app's connections, whichever, and
// returns the answer, which must come in time.
func (s *Server) sendFrame(ctx context.Context, within time.Duration, body []byte) (status int, answer []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, within+s.options.Patience)
	defer cancel()
	id, c, waits := s.awaitFrame()
	if c == nil {
		return 0, nil, errNoConnection
	}
	defer func() {
		s.mu.Lock()
		delete(c.waiting, id)
		s.mu.Unlock()
	}()
	if err := s.writeParts(c, id, body); err != nil {
		return 0, nil, err
	}
	var got frame
	select {
	case got = <-waits:
	case <-c.gone:
		return 0, nil, errDropped
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
	var read frameAnswer
	if err := json.Unmarshal(got.payload, &read); err != nil {
		return 0, nil, err
	}
	return read.Code, read.Data, nil
}

// awaitFrame chooses a connection for a message and has its answer waited for.
// The connection is nil where the app has none.
func (s *Server) awaitFrame() (id string, c *connection, waits chan frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.connections) == 0 {
		return "", nil, nil
	}
	id, waits = s.newID("frame-"), make(chan frame, 1)
	c = s.connections[hash(s.options.Seed, id)%uint64(len(s.connections))]
	c.waiting[id] = waits
	return id, c, waits
}

// writeParts sends a body in as many frames as the style asks for. An unkind
// platform splits some, and cuts the connection of some.
func (s *Server) writeParts(c *connection, id string, body []byte) error {
	s.mu.Lock()
	style, unkind := s.connecting, s.options.Unkind
	s.mu.Unlock()
	lot := hash(s.options.Seed, "parts"+id) % 32
	parts := [][]byte{body}
	switch {
	case style.Silent:
		return nil
	case style.SplitAt > 0:
		parts = slices.Collect(slices.Chunk(body, style.SplitAt))
	case unkind && lot < 8:
		parts = slices.Collect(slices.Chunk(body, len(body)/2+1))
	}
	for at, part := range parts {
		err := c.write(frame{service: connectionService, method: frameData, payload: part, header: []frameHeader{
			{"type", "event"}, {"message_id", id}, {"trace_id", "trace-" + id},
			{"sum", strconv.Itoa(len(parts))}, {"seq", strconv.Itoa(at)}, {"timestamp", text(s.clock.Now().UnixMilli())},
		}})
		if err != nil {
			return err
		}
	}
	if unkind && lot == 31 {
		return c.socket.Close()
	}
	return nil
}
