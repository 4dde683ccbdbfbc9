package feishu

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"huibao/internal/brand"
	"huibao/internal/fault"
)

// Error is a call that did not succeed. Its text holds no token, secret, header
// or body; Msg is the platform's own short word on it.
type Error struct {
	Endpoint string
	Code     int // the platform's, 0 when there was no reply of its own
	Status   int // HTTP, 0 when there was no reply at all
	Written  bool
	Wait     time.Duration // from the rate limit's header
	Scope    string        // the permission that is missing
	Brand    brand.Brand   // of the platform
	Page     string        // of the console, where permissions are granted
	Msg      string
	LogID    string
	Err      error // of the transport, nil after a reply
}

// Error is for the log.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: status %d: %v", e.Endpoint, e.Status, e.Err)
	}
	return fmt.Sprintf("%s: code %d, status %d, log id %s: %s", e.Endpoint, e.Code, e.Status, e.LogID, e.Msg)
}

// Unwrap gives the transport's error.
func (e *Error) Unwrap() error { return e.Err }

// meaning is what a code of the platform means to people.
type meaning struct {
	kind fault.Kind
	key  string
}

// meanings are those of the codes that mean something of their own. Source:
// api-call-guide, generic error codes; im-v1/message; im-v1/file/create;
// vc-v1/report.
var meanings = turned(map[meaning][]int{
	{fault.Permission, "fault.platform.credentials"}:   {10003, 10015, 99991543},
	{fault.Permission, "fault.platform.app_type"}:      {10016},
	{fault.Permission, "fault.platform.stopped"}:       {10014, 99991662},
	{fault.Permission, "fault.platform.not_installed"}: {badAppToken, 212100, 99991665, 99991673, 232034},
	{fault.Permission, "fault.platform.scope"}:         {99991672, 99991640, 230027, 234002},
	{fault.Permission, "fault.platform.address"}:       {99991401},
	{fault.Permission, "fault.platform.quota"}:         {99991403},
	{fault.Permission, "fault.platform.bot_off"}:       {230006, 232025, 234007},
	{fault.Temporary, "fault.platform.ticket"}:         {badTicket},
	{fault.Temporary, "fault.platform.unwell"}:         {121001, 234042},
	{fault.TooLarge, "fault.platform.file_too_large"}:  {234006},
	{fault.Unsupported, "fault.platform.unsupported"}:  {121002},
	{fault.Invalid, "fault.platform.range"}:            {121003},
	{fault.Forbidden, "fault.platform.not_in_chat"}:    {230002, 232011},
	{fault.Forbidden, "fault.platform.muted"}:          {230018, 230035},
	{fault.NotFound, "fault.platform.dissolved"}:       {232009},
})

// sendScope is the permission to post and to change what was posted.
const sendScope = "im:message:send_as_bot"

// slashScope is the permission to change the panel of commands.
const slashScope = "application:app_slash_command:write"

// scopes are the permissions the calls need, for when the platform refuses one
// without naming what is missing.
var scopes = map[string]string{
	"report_get_daily":    "vc:report:readonly",
	"report_get_top_user": "vc:report:readonly",
	"message_create":      sendScope,
	"message_reply":       sendScope,
	patchEndpoint:         sendScope,
	"reaction_create":     "im:message.reactions:write_only",
	"file_create":         "im:resource:upload",
	"slash_list":          "application:app_slash_command:read",
	"slash_create":        slashScope,
	"slash_update":        slashScope,
	"slash_delete":        slashScope,
	"chat_get":            "im:chat:readonly",
	"chat_list":           "im:chat:readonly",
	"tenant_query":        "tenant:tenant:readonly",
}

// fault is what people may be told of the call's failure.
func (e *Error) fault() *fault.Error {
	m, ok := meanings[e.Code]
	switch {
	case ok:
	case e.limited():
		m = meaning{fault.Temporary, "fault.platform.limited"}
	case e.temporary():
		m = meaning{fault.Temporary, "fault.platform.unwell"}
	default:
		m = meaning{fault.Internal, "fault.platform.refused"}
	}
	scope := e.Scope
	if scope == "" {
		scope = scopes[e.Endpoint]
	}
	f := fault.Wrap(e, m.kind, m.key, fault.Args{"scope": scope, "code": strconv.Itoa(e.Code), "brand": string(e.Brand)})
	if m.key == "fault.platform.scope" {
		f.Args["page"] = e.Page
	}
	if e.limited() {
		f.Wait = e.pause()
	}
	return f
}

// faulty is the fault of a call's error.
func faulty(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.fault()
	}
	return err
}

// pause is how long a limited call must wait: as its header says, and never no
// time at all.
func (e *Error) pause() time.Duration { return max(e.Wait, time.Second) }

// limited reports whether the call was refused for its frequency.
func (e *Error) limited() bool {
	switch e.Code {
	case 99991400, 230020, 11232, 11233:
		return true
	}
	return e.Status == http.StatusTooManyRequests
}

// temporary reports whether the same call may succeed a moment later.
func (e *Error) temporary() bool {
	switch e.Code {
	case badTicket, 121001, 2200, 230049, 234042, 99991663, 99991664, 99991671:
		return true
	}
	return e.Err != nil || e.limited() || e.Status >= http.StatusInternalServerError
}
