// Package problem answers failed requests: the one table from kinds of error to
// HTTP statuses, and the body of RFC 9457 in the language that the request
// accepts. It promises that an answer repeats no input and tells nothing of the
// inside, which goes to the log once, under the reference that the answer carries.
package problem

import (
	"errors"
	"math"
	"net/http"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/sirupsen/logrus"

	"huibao/internal/fault"
	"huibao/templates"
)

// statuses are the kinds' statuses.
var statuses = map[fault.Kind]int{
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.Unreadable:  http.StatusBadRequest,
	fault.Signature:   http.StatusUnauthorized,
	fault.Forbidden:   http.StatusForbidden,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.Limited:     http.StatusTooManyRequests,
	fault.Permission:  http.StatusBadGateway,
	fault.Unsupported: http.StatusBadGateway,
	fault.Temporary:   http.StatusServiceUnavailable,
	fault.Internal:    http.StatusInternalServerError,
}

// Problem is the body of a failed request.
type Problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Ref    string  `json:"ref,omitempty"` // finds the line of the log
	Errors []Field `json:"errors,omitempty"`
}

// Field is one wrong field.
type Field struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Of is the problem of an error, with its detail and messages in the language;
// the title names the status and is English. It repeats no input unless the fault
// is about a field of a request that was allowed to be made.
func Of(err error, locale templates.Locale) Problem {
	if refused, ok := errors.AsType[*echo.HTTPError](err); ok {
		return Problem{Type: "about:blank", Title: http.StatusText(refused.Code), Status: refused.Code}
	}
	f := fault.As(err)
	status, known := statuses[f.Kind]
	if !known {
		status = http.StatusInternalServerError
	}
	p := Problem{Type: "about:blank", Title: http.StatusText(status), Status: status}
	sentence := *f
	sentence.Fields = nil // each is told on its own
	p.Detail = templates.FaultText(locale, &sentence)
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, Field{field.Name, templates.Text(locale, field.Key, field.Args)})
	}
	return p
}

// Handler answers the errors of every route. What is a defect or a trouble of
// this side is logged here, once; what the other side did wrong is not.
func Handler(log *logrus.Entry) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		p := Of(err, Locale(c))
		if p.Status >= http.StatusInternalServerError {
			p.Ref = fault.Ref(uuid.NewString())
			report(log, err, p, c)
		}
		if c.Response().Committed { // it began as a success; what remains is the log
			return
		}
		SetRetryAfter(c, err)
		header := c.Response().Header()
		header.Set(echo.HeaderContentType, "application/problem+json")
		if c.Request().Method == http.MethodHead {
			err = c.NoContent(p.Status)
		} else {
			err = c.JSON(p.Status, p)
		}
		if err != nil {
			log.WithError(err).Debug("the answer could not be written")
		}
	}
}

// SetRetryAfter says in the answer's header how long to wait, if the error does.
func SetRetryAfter(c echo.Context, err error) {
	if wait := fault.As(err).Wait; wait > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
}

// report logs a failed request. One whose other side has gone is nobody's
// trouble.
func report(log *logrus.Entry, err error, p Problem, c echo.Context) {
	level := logrus.ErrorLevel
	if c.Request().Context().Err() != nil {
		level = logrus.DebugLevel
	}
	log.WithError(err).WithField("ref", p.Ref).WithField("route", c.Path()).
		WithField("status", p.Status).Log(level, "request failed")
}
