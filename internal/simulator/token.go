package simulator

import (
	"strings"
	"time"
)

const (
	tokenLife = 2 * time.Hour
	// reissue is how much of its life a token must have left to be handed out
	// again; with less, a new one is made and both stay valid.
	reissue = 30 * time.Minute
)

// tenantToken hands out a token of the custom app. Source:
// authentication-management/access-token/tenant_access_token_internal.
func (s *Server) tenantToken(c *call) answer {
	value, expire, refusal := s.token(c)
	if refusal != nil {
		return *refusal
	}
	return okOnTop(map[string]any{"tenant_access_token": value, "expire": expire})
}

// appToken hands out both tokens of the custom app; they are the same text.
func (s *Server) appToken(c *call) answer {
	value, expire, refusal := s.token(c)
	if refusal != nil {
		return *refusal
	}
	return okOnTop(map[string]any{"app_access_token": value, "tenant_access_token": value, "expire": expire})
}

// token returns a good token of the custom app and the seconds it has left.
func (s *Server) token(c *call) (value string, expire int, refusal *answer) {
	if refusal := s.proven(c); refusal != nil {
		return "", 0, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch app := s.app; {
	case s.options.AppType == StoreApp: // which code it gets is not documented
		return "", 0, denied(10014, "the app is no custom app")
	case app.Stopped || app.NotInstalled:
		return "", 0, denied(10014, "app unauthorized")
	}
	value, expire = s.issue(s.home, c.now)
	return value, expire, nil
}

// proven refuses who does not know the app's secret.
func (s *Server) proven(c *call) *answer {
	var request struct {
		AppID     string `json:"app_id"`
		AppSecret string `json:"app_secret"`
	}
	switch {
	case !c.decode(&request) || request.AppID == "" || request.AppSecret == "":
		return denied(10003, "invalid param")
	case request.AppID != s.options.AppID:
		return denied(99991543, "app id or app secret is invalid")
	case request.AppSecret != s.options.AppSecret:
		return denied(10015, "app secret invalid")
	}
	return nil
}

// issued is a token that was handed out.
type issued struct {
	tenant *Tenant // nil for a store app's own
	until  time.Time
}

// issue hands out a token for a tenant, or for the store app itself, and tells
// the seconds it has left: an earlier one as long as it has half an hour. The
// lock is held.
func (s *Server) issue(tenant *Tenant, now time.Time) (value string, expire int) {
	end := time.Time{}
	for token, one := range s.tokens {
		switch left := one.until.Sub(now); {
		case left <= 0:
			delete(s.tokens, token)
		case one.tenant == tenant && left >= reissue && one.until.After(end):
			value, end = token, one.until
		}
	}
	if value == "" {
		kind := "t-"
		if tenant == nil {
			kind = "a-"
		}
		value, end = s.newID(kind), now.Add(tokenLife)
		s.tokens[value] = issued{tenant, end}
	}
	return value, int(end.Sub(now).Seconds())
}

// checkToken refuses a call without a good token, and tells whose it is.
func (s *Server) checkToken(c *call, _ endpoint) *answer {
	token, given := strings.CutPrefix(c.Header.Get("Authorization"), "Bearer ")
	switch {
	case !given || token == "":
		return refused(99991661, "Missing access token for authorization. Please make a request with token attached.")
	case !strings.HasPrefix(token, "t-"):
		return refused(99991671, "Invalid token: must start with t-/u-")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	one, known := s.tokens[token]
	if !known || !c.now.Before(one.until) {
		return refused(99991663, "Invalid access token for authorization. Please make a request with token attached.")
	}
	c.tenant = one.tenant
	return nil
}

// RevokeTokens makes every token handed out so far invalid.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}
