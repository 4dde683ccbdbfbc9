package problem

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"
	"github.com/sirupsen/logrus"

	"huibao/internal/fault"
	"huibao/templates"
)

// handle answers an error and returns the answer and what was logged.
func handle(t *testing.T, request *http.Request, err error, before func(echo.Context)) (*httptest.ResponseRecorder, []map[string]any) {
	t.Helper()
	var log bytes.Buffer
	logger := logrus.New()
	logger.SetOutput(&log)
	logger.SetFormatter(&logrus.JSONFormatter{})
	logger.SetLevel(logrus.DebugLevel)
	recorder := httptest.NewRecorder()
	c := echo.New().NewContext(request, recorder)
	if before != nil {
		before(c)
	}
	Handler(logrus.NewEntry(logger))(err, c)
	var lines []map[string]any
	for line := range strings.Lines(log.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fields)
	}
	return recorder, lines
}

// get is some request.
func get() *http.Request {
	return httptest.NewRequest(http.MethodGet, "/admin/api/v1/schedules?q=typed", nil)
}

// Each kind of error has its status, as the contract says; those from 500 are
// logged under the reference that the answer carries, the others are not.
func TestHandlerStatuses(t *testing.T) {
	inside := errors.New("MARKED")
	wrap := func(kind fault.Kind) error {
		return fmt.Errorf("doing: %w", fault.Wrap(inside, kind, "fault.internal", nil))
	}
	cases := map[string]struct {
		err    error
		status int
	}{
		"wrong field":   {wrap(fault.Invalid), 422},
		"unreadable":    {wrap(fault.Unreadable), 400},
		"not proven":    {wrap(fault.Signature), 401},
		"forbidden":     {wrap(fault.Forbidden), 403},
		"not found":     {wrap(fault.NotFound), 404},
		"conflict":      {wrap(fault.Conflict), 409},
		"too large":     {wrap(fault.TooLarge), 413},
		"too often":     {wrap(fault.Limited), 429},
		"no permission": {wrap(fault.Permission), 502},
		"not offered":   {wrap(fault.Unsupported), 502},
		"passes":        {wrap(fault.Temporary), 503},
		"defect":        {wrap(fault.Internal), 500},
		"a new kind":    {wrap("new"), 500},
		"no fault":      {inside, 500},
		"of echo":       {echo.ErrNotFound, 404},
		"of its method": {echo.ErrMethodNotAllowed, 405},
		"echo's defect": {echo.NewHTTPError(500, "MARKED"), 500},
		"echo's words":  {echo.NewHTTPError(415, "MARKED"), 415},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			recorder, logged := handle(t, get(), c.err, nil)
			var p Problem
			if err := json.Unmarshal(recorder.Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			if recorder.Code != c.status || p.Status != c.status || p.Title != http.StatusText(c.status) || p.Type != "about:blank" {
				t.Errorf("%d: %s", recorder.Code, recorder.Body)
			}
			if got := recorder.Header().Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("content type %s", got)
			}
			if text := recorder.Body.String(); strings.Contains(text, "MARKED") || strings.Contains(text, "typed") || strings.Contains(text, "doing") {
				t.Errorf("the answer tells too much: %s", text)
			}
			if c.status < 500 {
				if p.Ref != "" || len(logged) != 0 {
					t.Errorf("ref %q, logged %v", p.Ref, logged)
				}
				return
			}
			if len(logged) != 1 || logged[0]["ref"] != p.Ref || p.Ref == "" || logged[0]["level"] != "error" || !strings.Contains(fmt.Sprint(logged[0]["error"]), "MARKED") {
				t.Errorf("ref %q, logged %v", p.Ref, logged)
			}
		})
	}
}

// Two failures do not share a reference.
func TestHandlerReferences(t *testing.T) {
	_, first := handle(t, get(), errors.New("x"), nil)
	_, second := handle(t, get(), errors.New("x"), nil)
	if first[0]["ref"] == second[0]["ref"] {
		t.Error("one reference for two failures")
	}
}

// Wrong fields are told each on its own.
func TestHandlerFields(t *testing.T) {
	err := &fault.Error{Kind: fault.Invalid, Key: "fault.admin.invalid", Fields: []fault.Field{
		{Name: "cron", Key: "fault.platform.scope", Args: fault.Args{"scope": "im:chat"}}, {Name: "chat_id", Key: "fault.platform.dissolved"},
	}}
	p := Of(err, templates.English)
	want := []Field{
		{"cron", "The app lacks the permission im:chat. An administrator must grant it in the developer console and release a version."},
		{"chat_id", "The chat no longer exists."},
	}
	if diff := cmp.Diff(want, p.Errors); diff != "" || strings.Contains(p.Detail, "cron") || p.Detail == "" {
		t.Errorf("%s %q", diff, p.Detail)
	}
	recorder, _ := handle(t, get(), err, nil)
	if !strings.Contains(recorder.Body.String(), `"errors":[{"field":"cron","message":"The app`) {
		t.Error(recorder.Body)
	}
}

// The sentence and the fields are in the language that was asked for, and the
// answer says which and that it depends on it.
func TestHandlerLanguages(t *testing.T) {
	err := &fault.Error{Kind: fault.Invalid, Key: "fault.admin.invalid", Fields: []fault.Field{{Name: "chat_id", Key: "fault.platform.dissolved"}}}
	for accepted, want := range map[string]struct{ language, message string }{
		"":                {"en-US", "The chat no longer exists."},
		"fr, zh-TW;q=0.5": {"zh-CN", "会话已不存在。"},
		"ja":              {"ja-JP", "チャットはすでに存在しません。"},
	} {
		request := get()
		request.Header.Set("Accept-Language", accepted)
		recorder, _ := handle(t, request, err, func(c echo.Context) { Locale(c) }) // a handler may have asked before it failed
		var p Problem
		if err := json.Unmarshal(recorder.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		header := recorder.Header()
		if header.Get("Content-Language") != want.language || strings.Join(header.Values("Vary"), "|") != "Accept-Language" {
			t.Errorf("%q: headers %v", accepted, header)
		}
		if p.Title != "Unprocessable Entity" || len(p.Errors) != 1 || p.Errors[0].Message != want.message {
			t.Errorf("%q: %s", accepted, recorder.Body)
		}
	}
}

// A wait is told in whole seconds, never too few.
func TestHandlerRetryAfter(t *testing.T) {
	for wait, want := range map[time.Duration]string{0: "", time.Millisecond: "1", time.Second: "1", 1500 * time.Millisecond: "2", time.Hour: "3600"} {
		recorder, _ := handle(t, get(), &fault.Error{Kind: fault.Limited, Key: "fault.admin.slowed", Wait: wait}, nil)
		if got := recorder.Header().Get("Retry-After"); got != want {
			t.Errorf("wait %s: Retry-After %q, want %q", wait, got, want)
		}
	}
}

// HEAD gets the status and no body.
func TestHandlerHead(t *testing.T) {
	recorder, _ := handle(t, httptest.NewRequest(http.MethodHead, "/x", nil), echo.ErrNotFound, nil)
	if recorder.Code != 404 || recorder.Body.Len() != 0 {
		t.Errorf("%d %s", recorder.Code, recorder.Body)
	}
}

// An answer that began stays as it is; the failure is in the log.
func TestHandlerAfterTheAnswerBegan(t *testing.T) {
	recorder, logged := handle(t, get(), errors.New("the rest"), func(c echo.Context) { _ = c.String(http.StatusOK, "begun") })
	if recorder.Code != 200 || recorder.Body.String() != "begun" || len(logged) != 1 || logged[0]["level"] != "error" {
		t.Errorf("%d %s, %v", recorder.Code, recorder.Body, logged)
	}
}

// Who has hung up is no error.
func TestHandlerAfterTheOtherSideLeft(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, logged := handle(t, get().WithContext(gone), fault.Wrap(gone.Err(), fault.Temporary, "fault.webhook.not_stored", nil), nil)
	if len(logged) != 1 || logged[0]["level"] != "debug" {
		t.Errorf("%v", logged)
	}
}

// A type set for the answer that failed does not stay.
func TestHandlerReplacesTheType(t *testing.T) {
	recorder, _ := handle(t, get(), echo.ErrNotFound, func(c echo.Context) { c.Response().Header().Set("Content-Type", "text/csv") })
	if got := recorder.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Error(got)
	}
}
