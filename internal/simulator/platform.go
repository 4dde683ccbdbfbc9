package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// tier is how an endpoint is limited in frequency.
type tier int

const (
	unlimited tier = iota // the documentation states none
	usual                 // 1000 a minute and 50 a second
	special               // of the report endpoints, not published
)

// endpoint is one call of the imitated API.
type endpoint struct {
	name   string
	open   bool     // needs no token
	scopes []string // any one is enough; without any a token is
	tier   tier
	handle handler
}

// handler answers one endpoint.
type handler func(*call) answer

// Scopes that several calls share, the one that huibao asks for first.
var (
	sendScopes   = []string{"im:message:send_as_bot", "im:message", "im:message:send"}
	patchScopes  = []string{"im:message:send_as_bot", "im:message", "im:message:update"}
	recallScopes = []string{"im:message:send_as_bot", "im:message", "im:message:recall"}
	reactScopes  = []string{"im:message.reactions:write_only", "im:message"}
	uploadScopes = []string{"im:resource:upload", "im:resource"}
	chatScopes   = []string{"im:chat:readonly", "im:chat:read", "im:chat"}
	reportScopes = []string{"vc:report:readonly"}
	slashRead    = []string{"application:app_slash_command:read"}
	slashWrite   = []string{"application:app_slash_command:write"}
)

// routes are the imitated API.
func (s *Server) routes() map[string]endpoint {
	return map[string]endpoint{
		"POST /open-apis/auth/v3/tenant_access_token/internal": {name: "token", open: true, handle: s.tenantToken},
		"POST /open-apis/auth/v3/app_access_token/internal":    {name: "app_token", open: true, handle: s.appToken},
		"POST /open-apis/auth/v3/app_ticket/resend":            {name: "app_ticket", open: true, handle: s.resendTicket},
		"POST /open-apis/auth/v3/app_access_token":             {name: "app_token", open: true, handle: s.storeAppToken},
		"POST /open-apis/auth/v3/tenant_access_token":          {name: "token", open: true, handle: s.storeTenantToken},
		"GET /open-apis/bot/v3/info":                           {name: "bot_info", handle: s.botInfo},
		"GET /open-apis/application/v6/scopes":                 {name: "scope_list", handle: s.listScopes},
		"GET /open-apis/tenant/v2/tenant/query":                {name: "tenant_query", scopes: []string{"tenant:tenant:readonly"}, handle: s.tenantQuery},

		"GET /open-apis/im/v1/chats":           {name: "chat_list", tier: usual, scopes: append([]string{"im:chat.group_info:readonly"}, chatScopes...), handle: s.listChats},
		"GET /open-apis/im/v1/chats/{chat_id}": {name: "chat_get", tier: usual, scopes: chatScopes, handle: s.getChat},
		"GET /open-apis/im/v1/chats/{chat_id}/members/is_in_chat": {
			name: "chat_is_in", tier: usual,
			scopes: []string{"im:chat:readonly", "im:chat", "im:chat.members:read", "im:chat.group_info:readonly"}, handle: s.isInChat,
		},

		"POST /open-apis/im/v1/messages":                    {name: "message_create", tier: usual, scopes: sendScopes, handle: s.createMessage},
		"POST /open-apis/im/v1/messages/{message_id}/reply": {name: "message_reply", tier: usual, scopes: sendScopes, handle: s.replyMessage},
		"PATCH /open-apis/im/v1/messages/{message_id}":      {name: "message_patch", tier: usual, scopes: patchScopes, handle: s.patchMessage},
		"GET /open-apis/im/v1/messages/{message_id}":        {name: "message_get", tier: usual, scopes: []string{"im:message:readonly", "im:message"}, handle: s.getMessage},
		"DELETE /open-apis/im/v1/messages/{message_id}":     {name: "message_delete", tier: usual, scopes: recallScopes, handle: s.deleteMessage},
		"POST /open-apis/interactive/v1/card/update":        {name: "card_update", tier: usual, scopes: patchScopes, handle: s.updateCard},

		"POST /open-apis/im/v1/messages/{message_id}/reactions":                 {name: "reaction_create", tier: usual, scopes: reactScopes, handle: s.createReaction},
		"DELETE /open-apis/im/v1/messages/{message_id}/reactions/{reaction_id}": {name: "reaction_delete", tier: usual, scopes: reactScopes, handle: s.deleteReaction},

		"POST /open-apis/im/v1/files":  {name: "file_create", tier: usual, scopes: uploadScopes, handle: s.createFile},
		"POST /open-apis/im/v1/images": {name: "image_create", tier: usual, scopes: uploadScopes, handle: s.createImage},

		"GET /open-apis/vc/v1/reports/get_daily":    {name: "report_get_daily", tier: special, scopes: reportScopes, handle: s.getDaily},
		"GET /open-apis/vc/v1/reports/get_top_user": {name: "report_get_top_user", tier: special, scopes: reportScopes, handle: s.getTopUser},

		"GET /open-apis/application/v7/app_slash_commands":                 {name: "slash_list", scopes: slashRead, handle: s.listSlash},
		"POST /open-apis/application/v7/app_slash_commands":                {name: "slash_create", scopes: slashWrite, handle: s.createSlash},
		"PATCH /open-apis/application/v7/app_slash_commands/{command_id}":  {name: "slash_update", scopes: slashWrite, handle: s.updateSlash},
		"DELETE /open-apis/application/v7/app_slash_commands/{command_id}": {name: "slash_delete", scopes: slashWrite, handle: s.deleteSlash},

		"POST /oauth/v1/app/registration": {name: "registration", open: true, handle: s.register},

		"POST /callback/ws/endpoint":         {name: "connection_endpoint", open: true, handle: s.connectionEndpoint},
		"GET /open-apis/event/v1/connection": {name: "connection_count", handle: s.countConnections},

		"/": {name: "unknown", open: true, handle: func(*call) answer { return answer{status: http.StatusNotFound, body: "404 page not found"} }},
	}
}

// Platform is the imitated API.
func (s *Server) Platform() http.Handler {
	mux := http.NewServeMux()
	for pattern, e := range s.routes() {
		mux.Handle(pattern, s.serve(e))
	}
	mux.HandleFunc("GET "+connectionPath, s.connect)
	return mux
}

// call is one request of the imitated API.
type call struct {
	*http.Request
	body   []byte
	now    time.Time
	tenant *Tenant // whose token it carries, nil before that is known
}

// decode reads the body as JSON.
func (c *call) decode(into any) bool { return json.Unmarshal(c.body, into) == nil }

// bodyLimit is more than the largest file with what is around it.
const bodyLimit = 40 << 20

// readBody reads a body, in one piece where its length is known.
func readBody(r *http.Request) ([]byte, error) {
	if r.ContentLength < 0 || r.ContentLength > bodyLimit {
		return io.ReadAll(io.LimitReader(r.Body, bodyLimit))
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, body)
	return body, err
}

// serve wraps a handler with what every call goes through: the record, faults,
// the app's state, the token, the scope and the frequency.
func (s *Server) serve(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := readBody(r)
		if err != nil {
			http.Error(w, "cannot read", http.StatusBadRequest)
			return
		}
		c := &call{Request: r, body: body, now: s.clock.Now()}
		w.Header().Set("Date", c.now.UTC().Format(http.TimeFormat)) // the platform's clock, not the machine's
		record := s.record(e.name, c)
		fault := s.takeFault(e, c)
		reply := fault.before(r.Context(), s, c.now)
		if reply == nil {
			made := s.guarded(c, e)
			reply = &made
		}
		s.finish(record, c, *reply)
		fault.after(r.Context(), s)
		reply.write(w, record.ID)
	})
}

// guarded answers a call that may be made, and refuses others.
func (s *Server) guarded(c *call, e endpoint) answer {
	if e.open {
		return e.handle(c)
	}
	for _, check := range []func(*call, endpoint) *answer{s.checkToken, s.checkApp, s.checkScope, s.checkFrequency} {
		if refused := check(c, e); refused != nil {
			return *refused
		}
	}
	return e.handle(c)
}

// answer is what a request gets. body is marshalled unless it is a string.
type answer struct {
	status int
	body   any
	header map[string]string
}

// envelope is the outside of most answers.
type envelope struct {
	Code  int       `json:"code"`
	Msg   string    `json:"msg"`
	Data  any       `json:"data,omitempty"`
	Error *mistakes `json:"error,omitempty"`
}

// mistakes are the details of an error.
type mistakes struct {
	LogID                string      `json:"log_id"`
	PermissionViolations []violation `json:"permission_violations,omitempty"`
	FieldViolations      []badField  `json:"field_violations,omitempty"`
}

// violation names a scope that is missing.
type violation struct {
	Type    string `json:"type"`
	Subject string `json:"subject"`
}

// badField names a field that is wrong.
type badField struct {
	Field       string `json:"field"`
	Value       string `json:"value"`
	Description string `json:"description"`
}

// ok is a success with data.
func ok(data any) answer {
	return answer{status: http.StatusOK, body: envelope{Msg: "success", Data: data}}
}

// refuse is a business error. It comes with HTTP 400, as the message, chat and
// gateway errors of the documentation do.
func refuse(code int, format string, args ...any) answer {
	return answer{status: http.StatusBadRequest, body: envelope{Code: code, Msg: fmt.Sprintf(format, args...), Error: &mistakes{}}}
}

// refused is refuse for checks, where nil means that nothing is wrong.
func refused(code int, format string, args ...any) *answer {
	a := refuse(code, format, args...)
	return &a
}

// write sends an answer.
func (a answer) write(w http.ResponseWriter, id int) {
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	logID := fmt.Sprintf("simulated-%d", id)
	w.Header().Set("X-Tt-Logid", logID)
	if text, plain := a.body.(string); plain {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, text) // the other side may be gone
		return
	}
	if e, is := a.body.(envelope); is && e.Error != nil {
		e.Error.LogID = logID
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	_, _ = w.Write(marshal(a.body)) // the other side may be gone
}

// marshal writes what is made of maps, lists, texts and numbers, and so cannot
// fail.
func marshal(value any) json.RawMessage {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return data
}
