package feishu

import (
	"encoding/json"
	"errors"
	"strconv"
)

// urlVerification is the type of the request by which the platform checks an
// address.
const urlVerification = "url_verification"

// envelope is what surrounds an event, in any of the platform's forms.
// Source: event-subscription-guide, event structure.
type envelope struct {
	encrypt string // everything else is inside it
	schema  string // form 2.0
	header  json.RawMessage
	uuid    string // form 1.0
	ts      string // form 1.0: seconds with a fraction
	// form 1.0, and URL verification
	token, kind, challenge string
	event                  json.RawMessage
}

// readEnvelope reads the members of an envelope.
func readEnvelope(raw []byte) (envelope, error) {
	found, err := object(raw)
	if err != nil {
		return envelope{}, err
	}
	e := envelope{header: found["header"], event: found["event"]}
	err = readTexts(found, field{"encrypt", &e.encrypt}, field{"schema", &e.schema}, field{"uuid", &e.uuid}, field{"ts", &e.ts},
		field{"token", &e.token}, field{"type", &e.kind}, field{"challenge", &e.challenge})
	return e, err
}

// origin is what an envelope says of its event.
type origin struct {
	eventID, eventType, token, appID, tenantKey string
	createdAt                                   string // a number of milliseconds or microseconds
}

// origin reads what either form says. An envelope that names no event is none.
func (e envelope) origin() (origin, error) {
	var o origin
	var err error
	switch {
	case e.schema == "2.0" || e.header != nil:
		o, err = readHeader(e.header)
	case e.kind == "event_callback":
		o, err = e.readFirstForm()
	default:
		return origin{}, errors.New("the body has the form of no event")
	}
	if err == nil && (o.eventID == "" || o.eventType == "") {
		err = errors.New("the event has no id or no type")
	}
	return o, err
}

// readHeader reads the header of form 2.0.
func readHeader(raw json.RawMessage) (origin, error) {
	found, err := members(raw)
	if err != nil {
		return origin{}, errors.New("the header is no JSON object")
	}
	var o origin
	err = readTexts(found, field{"event_id", &o.eventID}, field{"event_type", &o.eventType}, field{"token", &o.token},
		field{"app_id", &o.appID}, field{"tenant_key", &o.tenantKey}, field{"create_time", &o.createdAt})
	return o, err
}

// readFirstForm reads form 1.0, where the event names its type and app itself.
func (e envelope) readFirstForm() (origin, error) {
	found, err := members(e.event)
	if err != nil {
		return origin{}, errors.New("the event is no JSON object")
	}
	o := origin{eventID: e.uuid, token: e.token}
	if seconds, err := strconv.ParseFloat(e.ts, 64); err == nil && seconds > 0 && seconds < lastDate {
		o.createdAt = strconv.FormatInt(int64(seconds*1000), 10)
	}
	err = readTexts(found, field{"type", &o.eventType}, field{"app_id", &o.appID}, field{"tenant_key", &o.tenantKey})
	return o, err
}
