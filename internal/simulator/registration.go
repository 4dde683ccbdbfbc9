package simulator

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// registrationLife is how long a link to register an app is good. Source:
// scene/registration of the official SDK, a device flow after RFC 8628.
const registrationLife = 10 * time.Minute

// RegistrationStyle is how the registration of an app by QR code goes.
type RegistrationStyle struct {
	Interval int  `json:"interval"`  // seconds between polls that the client is told, 5 when 0
	SlowDown int  `json:"slow_down"` // so many polls are answered with slow_down
	Lark     bool `json:"lark"`      // the scanner's tenant is of Lark: the client must go on at Lark's host
}

// registration is one that was begun.
type registration struct {
	until    time.Time
	openID   string // of the scanner, "" before
	refused  bool
	switched bool // to Lark's host
}

// SetRegistrationStyle chooses how registrations go from now on.
func (s *Server) SetRegistrationStyle(style RegistrationStyle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.registering = style
}

// RegistrationStyle is how registrations go now.
func (s *Server) RegistrationStyle() RegistrationStyle {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.registering
}

// register answers POST oauth/v1/app/registration, on the accounts host.
func (s *Server) register(c *call) answer {
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return deviceError("invalid_request")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch form.Get("action") {
	case "begin":
		return s.beginRegistration(form, c)
	case "poll":
		return s.pollRegistration(form.Get("device_code"), c.now)
	}
	return deviceError("invalid_request")
}

// beginRegistration makes a link for the QR code. The lock is held.
func (s *Server) beginRegistration(form url.Values, c *call) answer {
	if form.Get("archetype") != "PersonalAgent" || form.Get("auth_method") != "client_secret" {
		return deviceError("invalid_request")
	}
	code := s.newID("device-")
	s.registrations[code] = &registration{until: c.now.Add(registrationLife)}
	interval := s.registering.Interval
	if interval == 0 {
		interval = 5
	}
	link := url.URL{Scheme: "http", Host: c.Host, Path: "/page/launcher", RawQuery: url.Values{"user_code": {code}}.Encode()}
	return answer{status: http.StatusOK, body: map[string]any{
		"device_code": code, "user_code": code, "verification_uri": "http://" + c.Host + "/page/launcher",
		"verification_uri_complete": link.String(), "interval": interval, "expire_in": int(registrationLife.Seconds()),
	}}
}

// pollRegistration tells how a registration stands. The lock is held.
func (s *Server) pollRegistration(code string, now time.Time) answer {
	found, known := s.registrations[code]
	switch {
	case !known:
		return deviceError("invalid_grant")
	case s.registering.SlowDown > 0:
		s.registering.SlowDown--
		return deviceError("slow_down")
	case found.refused:
		return deviceError("access_denied")
	case !now.Before(found.until):
		return deviceError("expired_token")
	case found.openID == "":
		return deviceError("authorization_pending")
	}
	brand := "feishu"
	if s.registering.Lark {
		brand = "lark"
	}
	body := map[string]any{"user_info": map[string]string{"open_id": found.openID, "tenant_brand": brand}}
	if brand == "lark" && !found.switched { // the credentials wait at the other host
		found.switched = true
		return answer{status: http.StatusOK, body: body}
	}
	body["client_id"], body["client_secret"] = s.options.AppID, s.options.AppSecret
	return answer{status: http.StatusOK, body: body}
}

// deviceError is an error of the device flow.
func deviceError(code string) answer {
	return answer{status: http.StatusBadRequest, body: map[string]string{"error": code, "error_description": "simulated: " + code}}
}

// Scan is somebody who opens the link of a QR code.
type Scan struct {
	URL    string `json:"url"`
	OpenID string `json:"open_id"`
	Refuse bool   `json:"refuse"`
}

// Scanned is what the page shows for confirmation, and what was granted if it
// was not refused.
type Scanned struct {
	Name      string   `json:"name"`
	Preset    bool     `json:"preset"` // the platform's broad template comes on top
	Scopes    []string `json:"scopes"`
	Events    []string `json:"events"`
	Callbacks []string `json:"callbacks"`
}

// addons are what a link asks for.
type addons struct {
	Preset *bool `json:"preset"`
	Scopes struct {
		Tenant []string `json:"tenant"`
	} `json:"scopes"`
	Events struct {
		Items struct {
			Tenant []string `json:"tenant"`
		} `json:"items"`
	} `json:"events"`
	Callbacks struct {
		Items []string `json:"items"`
	} `json:"callbacks"`
}

// ScanQR has somebody open a link and confirm or refuse. The app then has
// exactly the scopes, events and callbacks that were asked for, and with the preset
// those of a new app besides. The error says what is wrong with the link.
func (s *Server) ScanQR(scan Scan) (Scanned, error) {
	link, err := url.Parse(scan.URL)
	if err != nil {
		return Scanned{}, err
	}
	asked, err := readAddons(link.Query().Get("addons"))
	if err != nil {
		return Scanned{}, fmt.Errorf("addons: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found, known := s.registrations[link.Query().Get("user_code")]
	_, person := s.personAt[scan.OpenID]
	switch {
	case !known || !s.clock.Now().Before(found.until):
		return Scanned{}, errors.New("the link is not known or no longer good")
	case found.openID != "" || found.refused:
		return Scanned{}, errors.New("the link was used: it works for one person")
	case !person:
		return Scanned{}, fmt.Errorf("there is nobody with the open_id %q", scan.OpenID)
	}
	shown := Scanned{
		Name: link.Query().Get("name"), Preset: asked.Preset == nil || *asked.Preset,
		Scopes: asked.Scopes.Tenant, Events: asked.Events.Items.Tenant, Callbacks: asked.Callbacks.Items,
	}
	if scan.Refuse {
		found.refused = true
		return shown, nil
	}
	found.openID = scan.OpenID
	granted := map[string]bool{}
	if shown.Preset {
		granted = grantedScopes()
	}
	if link.Query().Get("clientID") != "" { // an app there is gets more
		maps.Copy(granted, s.granted)
	}
	for _, scope := range shown.Scopes {
		granted[scope] = true
	}
	s.granted = granted
	s.subscribed = set(strings.Join(slices.Concat(shown.Events, shown.Callbacks), " "))
	if shown.Preset {
		s.subscribed = nil // the template's, which are more than huibao hears
	}
	s.notify()
	return shown, nil
}

// subscribes reports whether the app gets events of a type. What happens to a
// store app itself comes to all. The lock is held.
func (s *Server) subscribes(eventType string) bool {
	return s.subscribed == nil || s.subscribed.has(eventType) || lifeCycle.has(eventType)
}

// readAddons reads what a link asks for: gzipped JSON as base64url.
func readAddons(text string) (read addons, err error) {
	if text == "" {
		return read, nil
	}
	packed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return read, err
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return read, err
	}
	data, err := io.ReadAll(io.LimitReader(unpacked, 1<<20))
	if err != nil {
		return read, err
	}
	return read, json.Unmarshal(data, &read)
}
