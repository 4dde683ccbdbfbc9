package feishu

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"huibao/bot"
	"huibao/internal/fault"
)

// oldestRequest is how far a request's timestamp may be from now. A captured
// one cannot be used later: until then its ids are remembered.
const oldestRequest = 24 * time.Hour

// ReceiverOptions are what NewReceiver needs.
type ReceiverOptions struct {
	AppID             string
	EncryptKey        string // "" only with AllowUnsigned: then the platform signs nothing
	VerificationToken string
	StoreApp          bool // what the platform tells a store app of itself is read
	Now               func() time.Time
}

// Receiver turns requests to the webhook into events. It is safe for
// concurrent use.
type Receiver struct{ options ReceiverOptions }

// NewReceiver returns a receiver.
func NewReceiver(options ReceiverOptions) *Receiver { return &Receiver{options} }

// Receive reads a request of the platform. It returns an event, or the
// challenge to answer a URL verification with. The error is a fault: Signature
// for what is not proven to come from the platform, Unreadable for what is
// proven but no event.
//
// The signature is checked before anything is decrypted. One body may come
// without: the platform does not sign a URL verification, so an unsigned body
// is opened to see whether it is one with the right token, and for nothing else.
func (r *Receiver) Receive(header http.Header, body []byte) (event *bot.Event, challenge string, err error) {
	doubt := r.prove(header, body)
	e, err := r.open(body)
	if err == nil && e.kind == urlVerification && r.rightToken(e.token) {
		if e.challenge == "" {
			return nil, "", unreadable(errors.New("a URL verification without a challenge"))
		}
		return nil, e.challenge, nil
	}
	switch {
	case doubt != nil:
		return nil, "", unproven(doubt)
	case err != nil:
		return nil, "", unreadable(err)
	case e.kind == urlVerification:
		return nil, "", unproven(errors.New("the verification token of a URL verification is wrong"))
	}
	event, err = r.event(e)
	return event, "", err
}

// prove checks signature and age, and returns what is wrong with them. Without
// a key there is no signature, and only a timestamp that is there is checked.
func (r *Receiver) prove(header http.Header, body []byte) error {
	timestamp := header.Get("X-Lark-Request-Timestamp")
	switch {
	case r.options.EncryptKey == "" && timestamp == "":
		return nil
	case r.options.EncryptKey != "" && !r.signed(header, body):
		return errors.New("the signature is missing or wrong")
	case !r.recent(timestamp):
		return errors.New("the request's timestamp is more than 24 h off")
	}
	return nil
}

// signed checks the signature over the body as it came, in constant time.
// Source: encrypt-key-encryption-configuration-case.
func (r *Receiver) signed(header http.Header, body []byte) bool {
	timestamp, nonce := header.Get("X-Lark-Request-Timestamp"), header.Get("X-Lark-Request-Nonce")
	given := header.Get("X-Lark-Signature")
	return timestamp != "" && nonce != "" && same(given, signature(timestamp, nonce, r.options.EncryptKey, body))
}

// recent reports whether a request was made within the last day, by its own
// word.
func (r *Receiver) recent(timestamp string) bool {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return false
	}
	age := r.options.Now().Sub(time.Unix(seconds, 0))
	return age.Abs() <= oldestRequest
}

// open reads the envelope, decrypting it where it is encrypted.
func (r *Receiver) open(body []byte) (envelope, error) {
	outer, err := readEnvelope(body)
	if err != nil {
		return envelope{}, fmt.Errorf("the body: %w", err)
	}
	if outer.encrypt == "" {
		return outer, nil
	}
	if r.options.EncryptKey == "" {
		return envelope{}, errors.New("the body is encrypted but no key is set")
	}
	plain, err := decrypt(r.options.EncryptKey, outer.encrypt)
	if err != nil {
		return envelope{}, err
	}
	inner, err := readEnvelope(plain)
	if err != nil {
		return envelope{}, fmt.Errorf("what was decrypted: %w", err)
	}
	inner.encrypt = outer.encrypt
	return inner, nil
}

// event checks token and app and decodes the event.
func (r *Receiver) event(e envelope) (*bot.Event, error) {
	origin, err := e.origin()
	switch {
	case err != nil:
		return nil, unreadable(err)
	case r.options.EncryptKey != "" && e.encrypt == "":
		return nil, unproven(errors.New("an event in clear although a key is set"))
	case !r.rightToken(origin.token):
		return nil, unproven(errors.New("the verification token is wrong"))
	case !same(origin.appID, r.options.AppID):
		return nil, unproven(errors.New("the event is of another app"))
	}
	return r.read(origin, e)
}

// read decodes an event that was proven.
func (r *Receiver) read(origin origin, e envelope) (*bot.Event, error) {
	now := r.options.Now()
	event := &bot.Event{
		EventID: origin.eventID, Type: origin.eventType, TenantKey: origin.tenantKey, ReceivedAt: now,
		CreatedAt: moment(origin.createdAt, now, now),
	}
	read := decode
	if r.options.StoreApp && aboutApp(event.Type) {
		read = decodeApp
	}
	if err := read(event, e.event); err != nil {
		return nil, unreadable(fmt.Errorf("event %.80s: %w", origin.eventType, err))
	}
	return event, nil
}

// rightToken reports whether a token is the app's. Where none is set, none is
// right.
func (r *Receiver) rightToken(token string) bool {
	return token != "" && same(token, r.options.VerificationToken)
}

// same compares in constant time.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// unproven is the fault of a request that may come from anybody.
func unproven(err error) error {
	return fault.Wrap(err, fault.Signature, "fault.webhook.signature", nil)
}

// unreadable is the fault of a request that is no event.
func unreadable(err error) error {
	return fault.Wrap(err, fault.Unreadable, "fault.webhook.unreadable", nil)
}
