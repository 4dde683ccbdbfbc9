package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"huibao/internal/fault"
	"huibao/internal/session"
)

// What a request's context holds: the admin's name, and who is signed in when the
// request came with the page's cookie.
const (
	actorKey   = "actor"
	visitorKey = "visitor"
)

// csrfHeader carries the token without which the page's cookie changes nothing.
const csrfHeader = "X-Csrf-Token"

// authenticate lets a request with a token or with the page's cookie through,
// under the admin's name.
func (a *API) authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		admit := a.admitToken
		if ofPage(c) {
			admit = a.admitCookie
		}
		if err := admit(c); err != nil {
			return err
		}
		return next(c)
	}
}

// bearer is the scheme of the header with a token. Whatever else a proxy may have
// put there is none of ours.
const bearer = "Bearer"

// tokenOf is the token that a request has.
func tokenOf(c echo.Context) (token string, given bool) {
	scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	token = strings.TrimSpace(token)
	return token, strings.EqualFold(scheme, bearer) && token != ""
}

// ofPage reports whether a request is one of the page: it has no token, but the
// page's cookie, or what the page sends even when its cookie has gone.
func ofPage(c echo.Context) bool {
	_, given := tokenOf(c)
	return !given && (secretOf(c) != "" || c.Request().Header.Get(csrfHeader) != "")
}

// admitToken lets a request with an admin's token in. One without any is no failed
// sign-in.
func (a *API) admitToken(c echo.Context) error {
	var name string
	var err error = fault.New(fault.Signature, "fault.admin.token", nil)
	if token, given := tokenOf(c); given {
		name, err = a.signIn(c.RealIP(), token)
	}
	if err != nil {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, bearer)
		return err
	}
	c.Set(actorKey, name)
	return nil
}

// admitCookie lets a request of the page in. One that changes something needs the
// CSRF token too. A session that has ended is no failed sign-in.
func (a *API) admitCookie(c echo.Context) error {
	visitor, ok, err := a.visitor(c)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Signature, "fault.admin.token", nil)
	}
	method := c.Request().Method
	if method != http.MethodGet && method != http.MethodHead && !session.Equal(c.Request().Header.Get(csrfHeader), visitor.CSRFToken) {
		return fault.New(fault.Forbidden, "fault.admin.csrf", nil)
	}
	c.Set(actorKey, visitor.Name)
	c.Set(visitorKey, visitor)
	return nil
}

// signIn returns the name of a token's admin. An address that gave too many wrong
// ones must wait.
func (a *API) signIn(address, token string) (string, error) {
	name, wait := a.attempts.try(address, a.Now(), func() string { return a.whose(token) })
	switch {
	case name != "":
		return name, nil
	case wait > 0:
		limited := fault.New(fault.Limited, "fault.admin.slowed", nil)
		limited.Wait = wait
		return "", limited
	}
	return "", fault.New(fault.Signature, "fault.admin.token", nil)
}

// whose returns the name of a token, "" for none. Every token is compared, each
// in constant time.
func (a *API) whose(given string) string {
	sum := sha256.Sum256([]byte(given))
	found := ""
	for name, token := range a.Tokens {
		want := sha256.Sum256([]byte(token))
		if subtle.ConstantTimeCompare(sum[:], want[:]) == 1 && token != "" {
			found = name
		}
	}
	return found
}

// actor is the name of the admin who makes the request.
func actor(c echo.Context) string {
	name, _ := c.Get(actorKey).(string)
	return name
}
