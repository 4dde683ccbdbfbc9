package simulator

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// Control is the simulator's own API, meant for another port than the imitated
// one. Bodies and answers are JSON; an error is {"error": "…"} with a status
// from 400. Requests that a page of another origin sends are refused. What is
// marked with * takes ?tenant_key=, and concerns the first tenant without it.
//
// What was asked and done:
//
//	GET, DELETE /requests?endpoint=   calls made so far · forget them
//	GET  /messages?chat_id=           messages, the oldest first
//	GET  /counts                      messages of the app by chat_id, calls by endpoint
//	GET  /attempts?event_id=          requests with events
//	GET  /wait?reply_to=&seconds=     waits for the app's reply to a message
//	GET  /wait?message_id=&updates=&seconds=  waits until a card was replaced so often, once by default
//	GET  /wait?delivered=1&seconds=   waits until all events are acknowledged or given up
//	GET  /files/{file_key}            an uploaded file
//
// What people do:
//
//	POST /messages                    {"chat_id","sender","text","mention_bot","post","thread_id","reply_to"}: somebody writes
//	POST /messages/{message_id}/{what}  repeat, recall, or edit with {"text"}
//	POST /clicks                      a Click; the answer is a ClickResult
//	GET, POST /chats *                all chats · a Chat, or {"count","prefix","announce"} for many groups
//	PATCH /chats/{chat_id}            part of a Chat, changed without an event
//	POST /chats/{chat_id}/{what}      with the event: add, remove and dissolve (of the bot), mute, unmute,
//	                                  rename {"name"}, add_users and remove_users {"open_ids"}; dissolve_quietly has none
//	POST /people *                    a Person
//
// What the platform does:
//
//	GET, POST /clock                  {"advance_seconds","speed"}; a speed of 0 is set by "frozen": true
//	POST, DELETE /faults              a Fault; delay in nanoseconds · none
//	POST /unkind                      {"on"}
//	GET, PATCH /limits                part of Limits
//	POST /tokens/revoke               every token is invalid from now on
//	POST /scopes *                    {"scope","missing"}
//	GET, PATCH /app *                 part of App: stopped, quota used and so on
//	POST /days *                      {"date","row": null or figures,"unit","garbled": null or a row}
//	GET, PATCH /reports *             part of ReportStyle
//	POST /top_users *                 a list of TopUser, null for invented ones
//	POST /events                      an Event, sent as it is
//	POST /events/{event_id}/redeliver the same event again
//	POST /verify                      {"in_clear"}: a URL verification; 502 says what was wrong
//	PATCH /registration               part of RegistrationStyle
//	POST /scan                        a Scan: somebody opens the link of a QR code; the answer is a Scanned
//	POST /deliver_to                  {"event_url","callback_url","long_connection"}
//	GET, PATCH, DELETE /connections   how many long connections there are · part of ConnectionStyle · cut them all
//
// What becomes of a store app:
//
//	GET, POST /tenants                organisations · {"tenant_key","name","chats","install"}: one more
//	POST /tenants/{tenant_key}/{what} with the event: install, uninstall, start, or stop with {"by_platform"}
//	POST /tickets                     a ticket is sent · with {"expire"} those sent are good no longer
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	for _, routes := range []map[string]http.HandlerFunc{s.controlRecord(), s.controlPeople(), s.controlPlatform(), s.controlTenants(), s.controlOfTenant()} {
		for pattern, handle := range routes {
			mux.HandleFunc(pattern, handle)
		}
	}
	return http.NewCrossOriginProtection().Handler(mux)
}

// controlRecord are the routes that tell what was asked and done.
func (s *Server) controlRecord() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /requests": show(func(r *http.Request) any { return listOf(s.Requests(r.URL.Query().Get("endpoint"))) }),
		"DELETE /requests": show(func(*http.Request) any {
			s.ClearRequests()
			return nil
		}),
		"GET /messages": show(func(r *http.Request) any { return listOf(s.Messages(r.URL.Query().Get("chat_id"))) }),
		"GET /attempts": show(func(r *http.Request) any { return listOf(s.Attempts(r.URL.Query().Get("event_id"))) }),
		"GET /counts": show(func(*http.Request) any {
			s.mu.Lock()
			calls := maps.Clone(s.counts)
			s.mu.Unlock()
			return map[string]any{"messages": s.CountFromBot(), "calls": calls}
		}),
		"GET /wait":             s.controlWait,
		"GET /files/{file_key}": s.pageFile,
	}
}

// show answers with what a function returns.
func show(what func(*http.Request) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { answerPage(w, http.StatusOK, what(r)) }
}

// listOf is a list that is never null.
func listOf[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// failure is an error with the status it is answered with.
type failure struct {
	status int
	text   string
}

// notFound is the failure of a name that means nothing.
func notFound(format string, args ...any) *failure {
	return &failure{http.StatusNotFound, fmt.Sprintf(format, args...)}
}

// control answers a request whose body is a T. An empty body is one without
// fields.
func control[T any](do func(*http.Request, T) (any, *failure)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var request T
		if err := readControl(r, &request); err != nil {
			answerPage(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		answer, failed := do(r, request)
		if failed != nil {
			answerPage(w, failed.status, map[string]string{"error": failed.text})
			return
		}
		answerPage(w, http.StatusOK, answer)
	}
}

// readControl reads a body as JSON.
func readControl(r *http.Request, into any) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err == nil && len(body) > 0 {
		err = json.Unmarshal(body, into)
	}
	return err
}

// change answers PATCH: what the body does not name stays as it is.
func change[T any](get func() T, set func(T)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		value := get()
		if err := readControl(r, &value); err != nil {
			answerPage(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
			return
		}
		set(value)
		answerPage(w, http.StatusOK, value)
	}
}

// controlWait waits for a reply, for a card to be replaced, or for all events to
// be delivered.
func (s *Server) controlWait(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	limit, err := time.ParseDuration(query.Get("seconds") + "s")
	if err != nil {
		limit = 10 * time.Second
	}
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	defer cancel()
	var found any
	switch {
	case query.Has("delivered"):
		err = s.WaitDelivered(ctx)
	case query.Has("message_id"):
		updates, _ := strconv.Atoi(query.Get("updates"))
		found, err = s.WaitUpdate(ctx, query.Get("message_id"), max(updates, 1))
	default:
		found, err = s.WaitReply(ctx, query.Get("reply_to"))
	}
	if err != nil {
		answerPage(w, http.StatusGatewayTimeout, map[string]string{"error": "it did not happen in time"})
		return
	}
	answerPage(w, http.StatusOK, found)
}
