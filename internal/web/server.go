// Package web is the HTTP server: routes, limits, and what each answer looks
// like. It promises that an event is answered with 200 only once it is stored,
// that no answer repeats input, and that every request is counted under its
// route. It leaves proving events to the receiver, taking them in to the intake,
// and /admin to whoever registers it.
package web

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"sync"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/sirupsen/logrus"

	"huibao/bot"
	"huibao/internal/problem"
)

// Receiver proves and reads requests of the platform; its errors are faults.
type Receiver interface {
	Receive(header http.Header, body []byte) (event *bot.Event, challenge string, err error)
}

// Intake takes events in: after a nil error one is stored, and is acknowledged
// with the response. It counts what became of requests.
type Intake interface {
	Take(ctx context.Context, event bot.Event) (bot.Response, error)
	Count(result string)
}

// Check is one thing that must be right for the service to take work.
type Check struct {
	Name string
	Run  func(ctx context.Context) error
}

// Options are what New needs.
type Options struct {
	Addr, AdminAddr string // AdminAddr "" or the same: one server
	TrustedProxies  []netip.Prefix
	Receiver        Receiver
	Intake          Intake
	Registrars      []func(*echo.Group) // of routes under /admin
	ReadyChecks     []Check
	Middleware      echo.MiddlewareFunc // around every route, within what is measured; nil for none
	Registry        *prometheus.Registry
	Log             *logrus.Entry
}

// Server answers requests.
type Server struct {
	options Options
	metrics *metrics
	public  *site
	private *site // the same as public where there is one address
	serving sync.WaitGroup
}

// New returns a server that does not listen yet.
func New(options Options) (*Server, error) {
	s := &Server{options: options, metrics: newMetrics()}
	if err := s.metrics.register(options.Registry); err != nil {
		return nil, err
	}
	s.public = s.newSite("http_addr", options.Addr)
	s.private = s.public
	if options.AdminAddr != "" && options.AdminAddr != options.Addr {
		s.private = s.newSite("admin_addr", options.AdminAddr)
	}
	s.public.POST("/webhook/event", s.handleWebhook)
	s.public.POST("/webhook/card", s.handleWebhook)
	for _, site := range s.sites() {
		site.read("/healthz", s.handleHealth)
		site.read("/readyz", s.handleReady)
	}
	s.private.read("/metrics", echo.WrapHandler(promhttp.HandlerFor(options.Registry, promhttp.HandlerOpts{
		ErrorLog: options.Log, ErrorHandling: promhttp.ContinueOnError,
	})))
	admin := s.private.Group("/admin")
	for _, register := range options.Registrars {
		register(admin)
	}
	for _, site := range s.sites() {
		s.metrics.learn(site.Routes())
	}
	return s, nil
}

// sites are the one or two that listen.
func (s *Server) sites() []*site {
	if s.public == s.private {
		return []*site{s.public}
	}
	return []*site{s.public, s.private}
}

// newSite returns a site with what all routes share. key names the setting that
// the address comes from.
func (s *Server) newSite(key, addr string) *site {
	e := echo.New()
	e.HTTPErrorHandler = problem.Handler(s.options.Log)
	e.IPExtractor, e.SchemeExtractor = extractors(s.options.TrustedProxies)
	e.Use(s.metrics.measure, headers, middleware.RecoverWithConfig(middleware.RecoverConfig{
		DisableErrorHandler: true, DisableStackAll: true, StackSize: 8 << 10, LogErrorFunc: panicked,
	}))
	if s.options.Middleware != nil {
		e.Use(s.options.Middleware)
	}
	return newSite(e, key, addr, s.options.Log)
}

// panicked is the error of a panic: a defect, whatever was thrown, even a fault.
func panicked(_ echo.Context, err error, stack []byte) error {
	return errors.New("panic: " + err.Error() + "\n" + string(stack))
}

// headers are on every answer: nothing here is for another site's pages.
func headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		header := c.Response().Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Content-Security-Policy", "frame-ancestors 'none'") // a page with more to say sets its own
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-store")
		return next(c)
	}
}
