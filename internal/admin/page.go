package admin

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"huibao/internal/fault"
	"huibao/internal/problem"
	"huibao/internal/session"
	"huibao/templates"
)

// assetsPath begins the addresses of the page's files. The hash of all of them
// follows, so that browsers may keep each for ever.
const assetsPath = "/admin/assets/"

//go:embed html
var htmlFiles embed.FS

var pages = template.Must(template.ParseFS(htmlFiles, "html/*.html"))

// pageData is what the two documents are made of.
type pageData struct {
	Words     func(key string) string
	Language  string // as HTML names it
	Assets    string // the address of the page's files
	CSRFToken string
	Name      string // of the admin
	Next      string // where to go when signed in
	Problem   string // why signing in failed, "" when it did not
}

// registerPage adds the page. What it shows is asked of the API by its program:
// every address below /admin that nothing else answers is one document.
func (a *API) registerPage(group *echo.Group) {
	group.Use(middleware.GzipWithConfig(middleware.GzipConfig{MinLength: 1024}))
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		group.Add(method, "", a.getPage)
		group.Add(method, "/*", a.getPage)
	}
	group.POST("/sign-in", a.postSignIn)
	group.GET("/assets/:hash/*", a.getAsset)
}

// getPage answers with the page, or with the form to sign in.
func (a *API) getPage(c echo.Context) error {
	if strings.HasPrefix(c.Request().URL.Path, "/admin/api/") {
		return echo.ErrNotFound
	}
	visitor, ok, err := a.visitor(c)
	if err != nil {
		return err
	}
	if !ok {
		return a.answerSignIn(c, http.StatusOK, nextOf(c.Request().URL.RequestURI()), "")
	}
	return a.answerPage(c, http.StatusOK, "page.html", pageData{CSRFToken: visitor.CSRFToken, Name: visitor.Name})
}

// postSignIn answers the form: with a session, or with what was wrong.
func (a *API) postSignIn(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, bodyLimit)
	next := nextOf(c.Request().PostFormValue("next"))
	if err := http.NewCrossOriginProtection().Check(c.Request()); err != nil {
		return a.answerRefused(c, fault.Wrap(err, fault.Forbidden, "fault.admin.csrf", nil), next)
	}
	name, err := a.signIn(c.RealIP(), strings.TrimSpace(c.Request().PostFormValue("token")))
	if err != nil {
		return a.answerRefused(c, err, next)
	}
	if err := a.sessions.End(c.Request().Context(), secretOf(c)); err != nil { // whoever was signed in here is no more
		return err
	}
	secret, err := a.sessions.Begin(c.Request().Context(), name)
	if err != nil {
		return err
	}
	setCookie(c, secret, session.Lifetime)
	return c.Redirect(http.StatusSeeOther, next)
}

// refusals are what the form says, by the kind of what was wrong.
var refusals = map[fault.Kind]string{
	fault.Signature: "admin.sign_in.wrong", fault.Limited: "admin.sign_in.slowed", fault.Forbidden: "fault.admin.csrf",
}

// answerRefused answers a sign-in that failed with the form and the reason.
func (a *API) answerRefused(c echo.Context, err error, next string) error {
	problem.SetRetryAfter(c, err)
	said := templates.Text(locale(c), refusals[fault.KindOf(err)], nil)
	return a.answerSignIn(c, problem.Of(err, templates.English).Status, next, said)
}

// answerSignIn answers with the form.
func (a *API) answerSignIn(c echo.Context, status int, next, problem string) error {
	return a.answerPage(c, status, "sign-in.html", pageData{Next: next, Problem: problem})
}

// policy lets the page use its own files and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// answerPage answers with a document in the viewer's language.
func (a *API) answerPage(c echo.Context, status int, name string, data pageData) error {
	viewer := locale(c)
	data.Language = strings.ReplaceAll(string(viewer), "_", "-")
	data.Words = func(key string) string { return templates.Text(viewer, key, nil) }
	data.Assets = assetsPath + a.AssetsHash
	var document bytes.Buffer
	if err := pages.ExecuteTemplate(&document, name, data); err != nil {
		return fmt.Errorf("make %s: %w", name, err)
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentSecurityPolicy, policy)
	header.Set(echo.HeaderReferrerPolicy, "same-origin") // so that browsers say where the form came from
	return c.HTMLBlob(status, document.Bytes())
}

// nextOf is where to go when signed in: an address of the page, and of no other
// site.
func nextOf(text string) string {
	address, err := url.Parse(text)
	if err != nil || address.Host != "" || address.Scheme != "" || strings.ContainsRune(text, '\\') ||
		address.Path != path.Clean(address.Path) || !strings.HasPrefix(address.Path+"/", cookiePath+"/") || address.Path == "/admin/sign-in" {
		return cookiePath
	}
	return address.RequestURI()
}

// getAsset answers with one of the page's files.
func (a *API) getAsset(c echo.Context) error {
	name := c.Param("*")
	if c.Param("hash") != a.AssetsHash || path.Ext(name) == ".html" { // the chat page is not for here
		return echo.ErrNotFound
	}
	content, err := fs.ReadFile(a.Assets, name)
	if err != nil { // no such file, or no name of one
		return echo.ErrNotFound
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Request().Header.Del("Range") // what is compressed is sent whole
	http.ServeContent(c.Response(), c.Request(), path.Base(name), time.Time{}, bytes.NewReader(content))
	return nil
}
