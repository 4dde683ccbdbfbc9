package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// verifyWithin is how long a receiver has to answer the challenge. Source:
// send-notifications-to-developers-server.
const verifyWithin = time.Second

// VerifyURL checks the address that events go to, as the platform does when it
// is saved: a challenge, encrypted when the app has an Encrypt Key unless it is
// asked for in clear, and never signed. The error says what is wrong with the
// answer.
func (s *Server) VerifyURL(inClear bool) error {
	s.mu.Lock()
	url, challenge := s.options.EventURL, s.newID("challenge-")
	s.mu.Unlock()
	body := []byte(marshal(map[string]string{"challenge": challenge, "token": s.options.VerificationToken, "type": "url_verification"}))
	if s.options.EncryptKey != "" && !inClear {
		body = s.encrypted(body)
	}
	status, answer, err := s.send(s.ctx, url, verifyWithin, body, jsonHeader())
	var reply struct {
		Challenge string `json:"challenge"`
	}
	switch {
	case err != nil:
		return fmt.Errorf("send the challenge: %w", err)
	case status != http.StatusOK:
		return fmt.Errorf("the challenge was answered with status %d, not 200", status)
	case json.Unmarshal(answer, &reply) != nil || reply.Challenge != challenge:
		return fmt.Errorf("the challenge %q was answered with %.200q", challenge, answer)
	}
	return nil
}
