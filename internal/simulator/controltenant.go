package simulator

import "net/http"

// controlTenants are the routes for organisations and what becomes of a store
// app.
func (s *Server) controlTenants() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /tenants":                      show(func(*http.Request) any { return s.shownTenants() }),
		"POST /tenants":                     control(s.controlNewTenant),
		"POST /tenants/{tenant_key}/{what}": control(s.controlTenant),
		"POST /tickets": control(func(_ *http.Request, body struct {
			Expire bool `json:"expire"`
		},
		) (any, *failure) {
			if body.Expire {
				s.ExpireTickets()
				return body, nil
			}
			s.PushTicket()
			return body, nil
		}),
	}
}

// controlOfTenant are the routes that concern one organisation.
func (s *Server) controlOfTenant() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"POST /scopes": s.inTenant(func(t *Tenant) http.HandlerFunc {
			return control(func(_ *http.Request, body struct {
				Scope   string `json:"scope"`
				Missing bool   `json:"missing"`
			},
			) (any, *failure) {
				t.WithholdScope(body.Scope, body.Missing)
				return body, nil
			})
		}),
		"GET /app": s.inTenant(func(t *Tenant) http.HandlerFunc { return show(func(*http.Request) any { return t.App() }) }),
		"PATCH /app": s.inTenant(func(t *Tenant) http.HandlerFunc {
			return change(t.App, func(app App) { t.ChangeApp(func(a *App) { *a = app }) })
		}),
		"POST /days":     s.inTenant(func(t *Tenant) http.HandlerFunc { return control(t.controlDay) }),
		"GET /reports":   s.inTenant(func(t *Tenant) http.HandlerFunc { return show(func(*http.Request) any { return t.ReportStyle() }) }),
		"PATCH /reports": s.inTenant(func(t *Tenant) http.HandlerFunc { return change(t.ReportStyle, t.SetReportStyle) }),
		"POST /top_users": s.inTenant(func(t *Tenant) http.HandlerFunc {
			return control(func(_ *http.Request, users []TopUser) (any, *failure) { t.SetTopUsers(users); return users, nil })
		}),
	}
}

// inTenant answers for the tenant of ?tenant_key=, or for the first.
func (s *Server) inTenant(serve func(*Tenant) http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		tenant, known := s.home, true
		if key := r.URL.Query().Get("tenant_key"); key != "" {
			tenant, known = s.Tenant(key)
		}
		if !known {
			answerPage(w, http.StatusNotFound, map[string]string{"error": "no such tenant"})
			return
		}
		serve(tenant)(w, r)
	}
}

// shownTenants are the organisations as the control API tells them.
func (s *Server) shownTenants() []any {
	shown := []any{}
	for _, tenant := range s.Tenants() {
		shown = append(shown, tenant.shown())
	}
	return shown
}

// shown is an organisation as the control API tells it.
func (t *Tenant) shown() map[string]any {
	return map[string]any{"tenant_key": t.key, "name": t.name, "bot_open_id": t.botID, "app": t.App()}
}

// controlNewTenant adds an organisation.
func (s *Server) controlNewTenant(_ *http.Request, body struct {
	TenantKey string `json:"tenant_key"`
	Name      string `json:"name"`
	Chats     int    `json:"chats"`   // groups besides those of the cast: oc_group_KEY_00001 and so on
	Install   bool   `json:"install"` // the app, with the event
},
) (any, *failure) {
	if body.TenantKey == "" {
		return nil, &failure{http.StatusBadRequest, "tenant_key is missing"}
	}
	setDefault(&body.Name, body.TenantKey)
	tenant := s.AddTenant(body.TenantKey, body.Name)
	tenant.AddChats(body.Chats, GroupID+"_"+body.TenantKey+"_")
	if body.Install {
		tenant.InstallApp()
	}
	return tenant.shown(), nil
}

// controlTenant has something happen to the app in an organisation.
func (s *Server) controlTenant(r *http.Request, body struct {
	ByPlatform bool `json:"by_platform"`
},
) (any, *failure) {
	tenant, known := s.Tenant(r.PathValue("tenant_key"))
	if !known {
		return nil, notFound("no such tenant")
	}
	happen := map[string]func(){
		"install": tenant.InstallApp, "uninstall": tenant.UninstallApp, "start": tenant.StartApp,
		"stop": func() { tenant.StopApp(body.ByPlatform) },
	}[r.PathValue("what")]
	if happen == nil {
		return nil, notFound("nothing that can happen to the app")
	}
	happen()
	return tenant.shown(), nil
}
