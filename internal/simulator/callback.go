package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"
)

// What the client shows when a callback went wrong. Source:
// card-callback-communication.
const (
	clickUnconfigured = 200340
	clickTimeout      = 200341
	clickNoConnection = 200342
	clickNoHost       = 200343
	clickBadStatus    = 200671
	clickBadBody      = 200672
	clickBadCard      = 200673
	clickOldCard      = 200830
)

// clickCode is what the client shows for the way an answer came, 0 for a good
// one. A redirect is not followed.
func clickCode(status int, err error) int {
	var noHost *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, errNoURL):
		return clickUnconfigured
	case errors.As(err, &noHost):
		return clickNoHost
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return clickTimeout
	case err != nil:
		return clickNoConnection
	case status != http.StatusOK:
		return clickBadStatus
	}
	return 0
}

// callbackAnswer is what an app may answer.
type callbackAnswer struct {
	Toast *Toast `json:"toast"`
	Card  *struct {
		Type string          `json:"type"`
		Data json.RawMessage `json:"data"`
	} `json:"card"`
}

// toastTypes are the kinds of toast.
var toastTypes = set("info success error warning")

// readCallback reads an answer: an object with nothing unknown in it.
func readCallback(body []byte) (answer callbackAnswer, good bool) {
	if !strings.HasPrefix(strings.TrimSpace(string(body)), "{") {
		return answer, false
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&answer) != nil {
		return answer, false
	}
	if t := answer.Toast; t != nil {
		for locale := range t.I18n {
			if !locales.has(locale) {
				return answer, false
			}
		}
		if t.Type != "" && !toastTypes.has(t.Type) || t.Content == "" && len(t.I18n) == 0 {
			return answer, false
		}
	}
	return answer, true
}

// applyAnswer does what an answer says: shows its toast and replaces the card.
// Templates are not imitated. The lock is held.
func (s *Server) applyAnswer(result *ClickResult, messageID string) {
	answer, good := readCallback([]byte(result.Body))
	if !good {
		result.Code = clickBadBody
		return
	}
	result.Toast = answer.Toast
	if answer.Card == nil {
		return
	}
	card, message := answer.Card, s.messages[messageID]
	if card.Type != "raw" || !strings.HasPrefix(string(card.Data), "{") || message == nil {
		result.Code = clickBadBody
		return
	}
	var schema struct {
		Schema string `json:"schema"`
	}
	_ = json.Unmarshal(card.Data, &schema) // it was read as JSON
	if schema.Schema != "2.0" {
		result.Code = clickOldCard
		return
	}
	if v := message.tenant.judge(card.Data); v.problem != "" || len(card.Data) > cardLimit {
		result.Code = clickBadCard
		return
	}
	result.Card = card.Data
	message.Updates++
	s.replace(message, card.Data, s.clock.Now())
}

// updateToken lets a card be replaced after a click.
type updateToken struct {
	messageID string
	tenant    *Tenant // of the message
	until     time.Time
	uses      int
	answered  bool // the callback was answered: before, an update fails
}

// What a token is good for. Source: im-v1/message-card, delayed update.
const (
	updateLife = 30 * time.Minute
	updateUses = 2
)

// newUpdateToken makes a token for a click. The lock is held.
func (s *Server) newUpdateToken(message *Message, now time.Time) string {
	for token, update := range s.updates {
		if now.Sub(update.until) > updateLife {
			delete(s.updates, token)
		}
	}
	token := s.newID("c-")
	s.updates[token] = &updateToken{messageID: message.MessageID, tenant: message.tenant, until: now.Add(updateLife)}
	return token
}

// updateCard answers POST interactive/v1/card/update.
func (s *Server) updateCard(c *call) answer {
	var request struct {
		Token string          `json:"token"`
		Card  json.RawMessage `json:"card"`
	}
	if !c.decode(&request) {
		return refuse(100030, "invalid json")
	}
	if len(c.body) > cardLimit {
		return refuse(100000, "card content is too large")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := c.tenant.judge(request.Card); v.problem != "" {
		return refuse(11311, "invalid card, %s", v)
	}
	update, known := s.updates[request.Token]
	switch {
	case !known, update.tenant != c.tenant, !update.answered:
		return refuse(300020, "invalid token")
	case !c.now.Before(update.until):
		return refuse(300030, "token is expired")
	case update.uses >= updateUses:
		return refuse(300040, "token reached the limit of uses")
	}
	message := s.messages[update.messageID]
	if message == nil || message.Deleted {
		return refuse(200000, "the message is recalled")
	}
	update.uses++
	message.Updates++
	s.replace(message, request.Card, c.now)
	return answer{status: http.StatusOK, body: envelope{Msg: "ok"}}
}
