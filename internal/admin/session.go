package admin

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"huibao/internal/session"
)

// The page's cookie holds the secret of a session.
const (
	cookieName = "huibao_session"
	cookiePath = "/admin"
)

// visitor is who is signed in, by the page's cookie; ok is false when nobody is.
func (a *API) visitor(c echo.Context) (visitor session.Visitor, ok bool, err error) {
	secret := secretOf(c)
	if secret == "" {
		return session.Visitor{}, false, nil
	}
	return a.sessions.Find(c.Request().Context(), secret)
}

// secretOf is what the page's cookie holds, "" without one.
func secretOf(c echo.Context) string {
	for _, cookie := range c.Request().CookiesNamed(cookieName) {
		return cookie.Value
	}
	return ""
}

// setCookie gives the browser a secret for so long; for none it forgets the one
// it has.
func setCookie(c echo.Context, secret string, lifetime time.Duration) {
	age := int(lifetime.Seconds())
	if age == 0 {
		age = -1
	}
	c.SetCookie(&http.Cookie{ //nolint:gosec // without TLS, as on a loopback address, it could not be set if it were Secure
		Name: cookieName, Value: secret, Path: cookiePath, MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: c.Scheme() == "https",
	})
}

// sessionBody is who makes the request. With a token instead of the page's cookie
// there is no CSRF token, since none is needed, and no end.
type sessionBody struct {
	Name      string  `json:"name"`
	CSRFToken *string `json:"csrf_token"`
	ExpiresAt *string `json:"expires_at"`
}

// getSession answers GET /session.
func (a *API) getSession(c echo.Context) error {
	body := sessionBody{Name: actor(c)}
	if visitor, ok := c.Get(visitorKey).(session.Visitor); ok {
		body.CSRFToken, body.ExpiresAt = &visitor.CSRFToken, shown(visitor.ExpiresAt, time.UTC)
	}
	return c.JSON(http.StatusOK, body)
}

// deleteSession answers DELETE /session: it signs the page out.
func (a *API) deleteSession(c echo.Context) error {
	if secret := secretOf(c); secret != "" {
		if err := a.sessions.End(c.Request().Context(), secret); err != nil {
			return err
		}
	}
	setCookie(c, "", 0)
	return noContent(c)
}
