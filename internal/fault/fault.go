// Package fault holds the kinds of error huibao knows and what people may be
// told of them. It owns no words: a fault names a key of the message catalogue
// and its arguments, and the edge that shows it (a card, a problem document, a
// line in the terminal) picks the words in the reader's language. The wrapped
// cause is for the log only and never leaves the process.
package fault

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what sort of trouble it is; each edge has one table from kinds to
// its own answers (HTTP status, exit code, card).
type Kind string

// The kinds. Internal is what every error without a fault in its chain counts as.
const (
	Invalid     Kind = "invalid"     // the input is wrong; Fields or Args name the part
	Unreadable  Kind = "unreadable"  // the input could not be parsed at all
	Signature   Kind = "signature"   // not proven to come from the platform or an admin
	Forbidden   Kind = "forbidden"   // proven who, but they may not
	NotFound    Kind = "not_found"   // no such thing
	Conflict    Kind = "conflict"    // it exists already or was changed since
	TooLarge    Kind = "too_large"   // more bytes than the limit
	Limited     Kind = "limited"     // too often; Wait says when to try again
	Permission  Kind = "permission"  // the app lacks a scope; Args["scope"] names it
	Unsupported Kind = "unsupported" // the tenant's edition does not offer it
	Temporary   Kind = "temporary"   // may pass by itself; Wait may say when
	Internal    Kind = "internal"    // a defect or a broken environment
)

// Args are the named values of a message's placeholders.
type Args map[string]string

// Field is one wrong field of a request, with the reason as a message key.
type Field struct {
	Name string
	Key  string
	Args Args
}

// Error is trouble that a person may be told of.
type Error struct {
	Kind   Kind
	Key    string        // message key in the catalogue, such as "fault.period.unreadable"
	Args   Args          // values for the message's placeholders
	Fields []Field       // for Invalid: every wrong field, not only the first
	Wait   time.Duration // for Limited and Temporary: how long to wait, 0 when unknown
	Err    error         // the inside, for the log
}

// New returns a fault of the kind with the message key and its arguments.
func New(kind Kind, key string, args Args) *Error {
	return &Error{Kind: kind, Key: key, Args: args}
}

// Wrap is New with the inner cause for the log.
func Wrap(err error, kind Kind, key string, args Args) *Error {
	return &Error{Kind: kind, Key: key, Args: args, Err: err}
}

// Error is the text for the log: kind, key and cause, no words for people.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(string(e.Kind) + " " + e.Key)
	if len(e.Args) > 0 {
		fmt.Fprintf(&text, " %v", map[string]string(e.Args))
	}
	for _, f := range e.Fields {
		text.WriteString(" " + f.Name + ":" + f.Key)
	}
	if e.Err != nil {
		text.WriteString(": " + e.Err.Error())
	}
	return text.String()
}

// Unwrap gives the inner cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// As returns the outermost fault in err's chain. An error without one becomes
// an Internal fault with the key "fault.internal", so that every edge has
// something to show. A nil error gives nil.
func As(err error) *Error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Error](err); ok {
		return f
	}
	return Wrap(err, Internal, "fault.internal", nil)
}

// KindOf returns the kind of err, Internal when it carries none and "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	return As(err).Kind
}

// Ref is the short reference a person is shown and the log carries. The same
// name gives the same reference, so a repeat is found under it too.
func Ref(name string) string {
	sum := sha256.Sum256([]byte(name))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}
