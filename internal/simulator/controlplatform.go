package simulator

import (
	"net/http"
	"time"
)

// controlPlatform are the routes for what the platform does.
func (s *Server) controlPlatform() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /clock":     show(func(*http.Request) any { return s.clock.Now() }),
		"POST /clock":    control(s.controlClock),
		"POST /faults":   control(func(_ *http.Request, fault Fault) (any, *failure) { return s.SetFault(fault), nil }),
		"DELETE /faults": done(s.ClearFaults),
		"POST /unkind": control(func(_ *http.Request, body struct {
			On bool `json:"on"`
		},
		) (any, *failure) {
			s.SetUnkind(body.On)
			return body, nil
		}),
		"GET /limits":         show(func(*http.Request) any { return s.Limits() }),
		"PATCH /limits":       change(s.Limits, s.SetLimits),
		"POST /tokens/revoke": done(s.RevokeTokens),
		"POST /events":        control(func(_ *http.Request, event Event) (any, *failure) { s.Emit(event); return event, nil }),
		"POST /events/{event_id}/redeliver": control(func(r *http.Request, _ struct{}) (any, *failure) {
			if !s.Redeliver(r.PathValue("event_id")) {
				return nil, notFound("no such event")
			}
			return struct{}{}, nil
		}),
		"POST /verify":        control(s.controlVerify),
		"PATCH /registration": change(s.RegistrationStyle, s.SetRegistrationStyle),
		"POST /scan": control(func(_ *http.Request, scan Scan) (any, *failure) {
			shown, err := s.ScanQR(scan)
			if err != nil {
				return nil, &failure{http.StatusUnprocessableEntity, err.Error()}
			}
			return shown, nil
		}),
		"POST /deliver_to": control(s.controlDeliverTo),

		"GET /connections": show(func(*http.Request) any {
			return map[string]any{"count": s.Connections(), "style": s.ConnectionStyle()}
		}),
		"PATCH /connections":  change(s.ConnectionStyle, s.SetConnectionStyle),
		"DELETE /connections": done(s.DropConnections),
	}
}

// done answers a request without a body that something was done.
func done(do func()) http.HandlerFunc {
	return show(func(*http.Request) any {
		do()
		return nil
	})
}

// controlClock moves the clock on and sets its speed.
func (s *Server) controlClock(_ *http.Request, body struct {
	AdvanceSeconds float64 `json:"advance_seconds"`
	Speed          float64 `json:"speed"` // 0: as it was
	Frozen         bool    `json:"frozen"`
},
) (any, *failure) {
	s.clock.Advance(time.Duration(body.AdvanceSeconds * float64(time.Second)))
	switch {
	case body.Frozen:
		s.clock.Speed(0)
	case body.Speed > 0:
		s.clock.Speed(body.Speed)
	}
	return s.clock.Now(), nil
}

// controlDay gives a date its figures, or a row that is wrong.
func (t *Tenant) controlDay(_ *http.Request, body struct {
	Date    string         `json:"date"`
	Row     *DayFigures    `json:"row"`
	Unit    *int           `json:"unit"` // null: all
	Garbled map[string]any `json:"garbled"`
},
) (any, *failure) {
	if _, err := time.Parse(time.DateOnly, body.Date); err != nil {
		return nil, &failure{http.StatusBadRequest, err.Error()}
	}
	if body.Garbled != nil {
		t.GarbleDay(body.Date, body.Garbled)
		return body, nil
	}
	unit := anyUnit
	if body.Unit != nil {
		unit = *body.Unit
	}
	t.SetUnitDay(unit, body.Date, body.Row)
	return body, nil
}

// controlVerify has the platform check the address events go to.
func (s *Server) controlVerify(_ *http.Request, body struct {
	InClear bool `json:"in_clear"`
},
) (any, *failure) {
	if err := s.VerifyURL(body.InClear); err != nil {
		return nil, &failure{http.StatusBadGateway, err.Error()}
	}
	return body, nil
}

// controlDeliverTo sets where events and clicks go, and how.
func (s *Server) controlDeliverTo(_ *http.Request, body struct {
	EventURL    string `json:"event_url"`
	CallbackURL string `json:"callback_url"`
	Connection  bool   `json:"long_connection"`
},
) (any, *failure) {
	s.DeliverTo(body.EventURL)
	s.DeliverCallbacksTo(body.CallbackURL)
	s.SetLongConnection(body.Connection)
	return body, nil
}
