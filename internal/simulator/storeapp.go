package simulator

import (
	"fmt"
	"maps"
	"net/http"
	"time"
)

// The life of a store app's tickets. How long one is good is not documented: here
// until the push after the next is due, so that a push may come late.
const (
	appTicketEvery = time.Hour
	appTicketLife  = 2 * time.Hour
)

// lifeCycle are the events of what happens to a store app itself. They come in
// the first form of events, whether or not the app is in use. Source:
// application-v6/event.
var lifeCycle = set("app_ticket app_open app_status_change app_uninstalled")

// appTicket lets a store app get its own token.
type appTicket struct {
	value string
	until time.Time
}

// firstForm is the body of an event of the first form. Its time is in seconds
// with a fraction. Source: event-subscription-guide.
func (s *Server) firstForm(event Event) []byte {
	now := s.clock.Now()
	return marshal(map[string]any{
		"ts": fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000), "uuid": event.EventID,
		"token": s.options.VerificationToken, "type": "event_callback", "event": event.Body,
	})
}

// happened sends an event of the app itself. More are its fields besides the
// app's id and its own type.
func (s *Server) happened(eventType, tenantKey string, more map[string]any) {
	body := map[string]any{"type": eventType, "app_id": s.options.AppID}
	maps.Copy(body, more)
	s.Emit(Event{Type: eventType, Body: body, TenantKey: tenantKey})
}

// pushTickets sends a ticket every hour until the platform stops.
func (s *Server) pushTickets() {
	for s.clock.Sleep(s.ctx, appTicketEvery) {
		s.PushTicket()
	}
}

// PushTicket sends the app a new ticket, as the platform does every hour. The
// earlier ones are good until their own end.
func (s *Server) PushTicket() {
	s.mu.Lock()
	made := appTicket{s.newID("ticket_"), s.clock.Now().Add(appTicketLife)}
	s.appTickets = append(s.appTickets, made)
	s.mu.Unlock()
	s.happened("app_ticket", "", map[string]any{"app_ticket": made.value})
}

// ExpireTickets ends every ticket sent so far, and the app's own tokens. The
// tokens of tenants stay good.
func (s *Server) ExpireTickets() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.appTickets = nil
	maps.DeleteFunc(s.tokens, func(_ string, token issued) bool { return token.tenant == nil })
}

// ticketGood reports whether a ticket can be used. The lock is held.
func (s *Server) ticketGood(value string, now time.Time) bool {
	for _, known := range s.appTickets {
		if known.value == value {
			return now.Before(known.until)
		}
	}
	return false
}

// InstallApp brings the app into the tenant and says so. An app that was
// uninstalled comes back as it was left.
func (t *Tenant) InstallApp() {
	t.ChangeApp(func(a *App) { a.NotInstalled, a.Stopped = false, false })
	admin := map[string]any{"open_id": t.ID(AdminID)}
	t.happened("app_open", map[string]any{"applicants": []any{admin}, "installer": admin})
}

// UninstallApp takes the app out of the tenant and says so. Its tokens of the
// tenant are good no longer.
func (t *Tenant) UninstallApp() {
	t.ChangeApp(func(a *App) { a.NotInstalled = true })
	t.mu.Lock()
	maps.DeleteFunc(t.server.tokens, func(_ string, token issued) bool { return token.tenant == t })
	t.mu.Unlock()
	t.happened("app_uninstalled", nil)
}

// StopApp has the tenant, or the platform, stop the app there, and says so.
func (t *Tenant) StopApp(byPlatform bool) {
	t.ChangeApp(func(a *App) { a.Stopped = true })
	status := "stop_by_tenant"
	if byPlatform {
		status = "stop_by_platform"
	}
	t.happened("app_status_change", map[string]any{"status": status})
}

// StartApp has the tenant's admin start the app again, and says so and by whom.
func (t *Tenant) StartApp() {
	t.ChangeApp(func(a *App) { a.Stopped = false })
	t.happened("app_status_change", map[string]any{"status": "start_by_tenant", "operator": personIDs(t.ID(AdminID))})
}

// happened sends an event of the app in this tenant. Of custom apps there are
// none.
func (t *Tenant) happened(eventType string, more map[string]any) {
	if t.server.options.AppType != StoreApp {
		return
	}
	body := map[string]any{"tenant_key": t.key}
	maps.Copy(body, more)
	t.server.happened(eventType, t.key, body)
}

// resendTicket answers POST app_ticket/resend.
func (s *Server) resendTicket(c *call) answer {
	if refusal := s.storeAppOnly(c); refusal != nil {
		return *refusal
	}
	s.PushTicket()
	return okOnTop(map[string]any{})
}

// storeAppToken answers POST app_access_token, for the latest ticket. Source:
// authentication-management/access-token/app_access_token.
func (s *Server) storeAppToken(c *call) answer {
	if refusal := s.storeAppOnly(c); refusal != nil {
		return *refusal
	}
	var request struct {
		AppTicket string `json:"app_ticket"`
	}
	_ = c.decode(&request) // was read as JSON before
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ticketGood(request.AppTicket, c.now) {
		return *denied(10012, "get app access token failed: invalid app_ticket")
	}
	value, expire := s.issue(nil, c.now)
	return okOnTop(map[string]any{"app_access_token": value, "expire": expire})
}

// storeTenantToken answers POST tenant_access_token, for the app's own token and
// a tenant's key. Source: authentication-management/access-token/tenant_access_token.
func (s *Server) storeTenantToken(c *call) answer {
	var request struct {
		AppAccessToken string `json:"app_access_token"`
		TenantKey      string `json:"tenant_key"`
	}
	if !c.decode(&request) || request.AppAccessToken == "" || request.TenantKey == "" {
		return *denied(10003, "invalid param")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	own, known := s.tokens[request.AppAccessToken]
	tenant, there := s.tenants[request.TenantKey]
	switch {
	case s.options.AppType != StoreApp:
		return *denied(10016, "the app is no store app")
	case !known || own.tenant != nil || !c.now.Before(own.until):
		return *denied(10013, "get tenant access token failed: invalid app_access_token")
	case !there:
		return *denied(10013, "get tenant access token failed: invalid tenant_key")
	case tenant.app.NotInstalled:
		return *denied(99991673, "unauthorized app")
	case tenant.app.Stopped:
		return *denied(10014, "app unauthorized")
	}
	value, expire := s.issue(tenant, c.now)
	return okOnTop(map[string]any{"tenant_access_token": value, "expire": expire})
}

// storeAppOnly refuses who cannot prove to be the store app.
func (s *Server) storeAppOnly(c *call) *answer {
	if refusal := s.proven(c); refusal != nil {
		return refusal
	}
	if s.options.AppType != StoreApp {
		return denied(10016, "the app is no store app")
	}
	return nil
}

// okOnTop is a success of the token endpoints, whose fields are on the top.
func okOnTop(fields map[string]any) answer {
	fields["code"], fields["msg"] = 0, "ok"
	return answer{status: http.StatusOK, body: fields}
}

// denied is a refusal of the token endpoints, which comes with HTTP 200.
func denied(code int, msg string) *answer {
	return &answer{status: http.StatusOK, body: map[string]any{"code": code, "msg": msg}}
}
