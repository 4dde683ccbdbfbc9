package web

import (
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"huibao/internal/fault"
)

// eventLimit is the largest body that is read.
const eventLimit = 1 << 20

// handleWebhook takes one request of the platform. 200 means stored, seen
// before, or not of a kind that is acted on.
func (s *Server) handleWebhook(c echo.Context) error {
	body, err := readLimited(c.Request())
	if err != nil {
		return s.refused(err)
	}
	event, challenge, err := s.options.Receiver.Receive(c.Request().Header, body)
	if err != nil {
		return s.refused(err)
	}
	if event == nil {
		s.options.Intake.Count("url_verification")
		return c.JSON(http.StatusOK, map[string]string{"challenge": challenge})
	}
	response, err := s.options.Intake.Take(c.Request().Context(), *event)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, response)
}

// readLimited reads a body that is not larger than it may be.
func readLimited(request *http.Request) ([]byte, error) {
	tooLarge := fault.New(fault.TooLarge, "fault.webhook.too_large", nil)
	if request.ContentLength > eventLimit {
		return nil, tooLarge
	}
	body, err := io.ReadAll(io.LimitReader(request.Body, eventLimit+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.Unreadable, "fault.webhook.unreadable", nil)
	}
	if len(body) > eventLimit {
		return nil, tooLarge
	}
	return body, nil
}

// refused counts and logs a request that is no event of ours. What is a defect
// of this side is logged where it is answered.
func (s *Server) refused(err error) error {
	s.options.Intake.Count("refused")
	if fault.KindOf(err) != fault.Internal {
		s.options.Log.WithError(err).Warn("request to the webhook refused")
	}
	return err
}
