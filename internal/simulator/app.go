package simulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// App is the state of the app in its tenant.
type App struct {
	Stopped           bool `json:"stopped"`             // by its admin: calls get 99991662, no events come
	NotInstalled      bool `json:"not_installed"`       // in the tenant: 99991673, no events
	QuotaUsed         bool `json:"quota_used"`          // of the month: 99991403
	ForeignAddress    bool `json:"foreign_address"`     // not on the list of allowed addresses: 99991401
	BotOff            bool `json:"bot_off"`             // the bot ability: 230006, 232025, 234007
	NoExternalSharing bool `json:"no_external_sharing"` // external chats: 230027, 232033
}

// App is the app's state.
func (t *Tenant) App() App {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.app
}

// ChangeApp changes the app's state; it tells nobody.
func (t *Tenant) ChangeApp(change func(*App)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.app)
}

// scopes are the permissions the simulator knows. Source: the pages of the calls
// and events.
var scopes = []string{
	"application:app_slash_command:read", "application:app_slash_command:write",
	"im:chat", "im:chat:read", "im:chat:readonly", "im:chat.group_info:readonly", "im:chat.members:bot_access", "im:chat.members:read",
	"im:message", "im:message:readonly", "im:message:recall", "im:message:send", "im:message:send_as_bot", "im:message:update",
	"im:message.group_at_msg:readonly", "im:message.group_msg", "im:message.p2p_msg:readonly", "im:message.reactions:write_only",
	"im:resource", "im:resource:upload", "im:user_agent:read", "tenant:tenant:readonly", "vc:report:readonly",
}

// minimal are the scopes that huibao asks for.
var minimal = []string{
	"application:app_slash_command:read", "application:app_slash_command:write", "im:chat:readonly", "im:message:send_as_bot",
	"im:message.group_at_msg:readonly", "im:message.p2p_msg:readonly", "im:message.reactions:write_only", "im:resource:upload",
	"im:user_agent:read", "tenant:tenant:readonly", "vc:report:readonly",
}

// grantedScopes are the scopes of a new app: more than it asks for, since an
// admin may grant more.
func grantedScopes() map[string]bool {
	granted := map[string]bool{"im:message.group_msg": true}
	for _, scope := range minimal {
		granted[scope] = true
	}
	return granted
}

// WithholdScope takes a permission away, or gives it back.
func (t *Tenant) WithholdScope(scope string, missing bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.granted[scope] = !missing
}

// may reports whether one of the scopes is granted. The lock is held.
func (t *Tenant) may(scopes []string) bool {
	return len(scopes) == 0 || slices.ContainsFunc(scopes, func(scope string) bool { return t.granted[scope] })
}

// checkApp refuses every call of an app that may make none.
func (s *Server) checkApp(c *call, _ endpoint) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	app := c.tenant.app
	switch {
	case app.ForeignAddress:
		return refused(99991401, "the request's address is not in the IP whitelist of the app")
	case app.Stopped:
		return refused(99991662, "app not in use")
	case app.NotInstalled:
		return refused(99991673, "unauthorized app")
	case app.QuotaUsed:
		return refused(99991403, "This month's API call quota has been exceeded")
	}
	return nil
}

// checkScope refuses a call that lacks a permission, and names what would do.
func (s *Server) checkScope(c *call, e endpoint) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.tenant.may(e.scopes) {
		return nil
	}
	a := refuse(99991672, "Access denied. One of the following scopes is required: [%s].", strings.Join(e.scopes, ", "))
	body := a.body.(envelope) //nolint:forcetypeassert // made by refuse
	for _, scope := range e.scopes {
		body.Error.PermissionViolations = append(body.Error.PermissionViolations, violation{"action_scope_required", scope})
	}
	return &a
}

// listScopes answers GET application/v6/scopes. Source: application-v6/scope/list.
func (s *Server) listScopes(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	granted := c.tenant.granted
	known := maps.Clone(granted)
	for _, scope := range scopes {
		known[scope] = granted[scope]
	}
	items := make([]any, 0, len(known))
	for _, scope := range slices.Sorted(maps.Keys(known)) {
		status := 2 // not granted
		if known[scope] {
			status = 1
		}
		items = append(items, map[string]any{"scope_name": scope, "grant_status": status})
	}
	return ok(map[string]any{"scopes": items})
}

// botInfo tells who the bot is.
func (s *Server) botInfo(c *call) answer {
	return answer{status: http.StatusOK, body: map[string]any{"code": 0, "msg": "ok", "bot": map[string]any{
		"activate_status": 2, "app_name": s.options.BotName, "avatar_url": "", "ip_white_list": []string{}, "open_id": c.tenant.botID,
	}}}
}

// tenantQuery tells whose the app is.
func (s *Server) tenantQuery(c *call) answer {
	return ok(map[string]any{"tenant": map[string]any{
		"name": c.tenant.name, "display_id": "F000000", "tenant_tag": 0, "tenant_key": c.tenant.key,
	}})
}
