package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// checkWithin is how long one check may take.
const checkWithin = 2 * time.Second

// handleHealth answers while the process lives.
func (s *Server) handleHealth(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// checkLine is one line of /readyz.
type checkLine struct {
	Check string `json:"check"`
	OK    bool   `json:"ok"`
}

// handleReady runs the checks and answers a line for each. None of them calls
// the platform.
func (s *Server) handleReady(c echo.Context) error {
	status := http.StatusOK
	var lines []byte
	for _, check := range s.options.ReadyChecks {
		ctx, cancel := context.WithTimeout(c.Request().Context(), checkWithin)
		err := check.Run(ctx)
		cancel()
		if err != nil {
			status = http.StatusServiceUnavailable
			s.options.Log.WithError(err).WithField("check", check.Name).Warn("not ready")
		}
		line, err := json.Marshal(checkLine{check.Name, err == nil})
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
	}
	return c.Blob(status, "application/x-ndjson", lines)
}
