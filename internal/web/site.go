package web

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/sirupsen/logrus"
)

// site is what answers at one address.
type site struct {
	*echo.Echo
	key, addr string
	server    *http.Server
	listener  net.Listener
}

// newSite returns a site whose server gives nobody more time than a request
// needs. Echo's own server is not used: it replaces the error log.
func newSite(e *echo.Echo, key, addr string, entry *logrus.Entry) *site {
	return &site{Echo: e, key: key, addr: addr, server: &http.Server{
		Handler:           e,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(logLines{entry}, "", 0),
	}}
}

// read adds a route to read from.
func (s *site) read(path string, handler echo.HandlerFunc) {
	s.GET(path, handler)
	s.HEAD(path, handler)
}

// listen binds the address.
func (s *site) listen() error {
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", s.addr) // binding waits for nobody
	if err != nil {
		return fmt.Errorf("%s: %w; free the address or set another", s.key, err)
	}
	s.listener = listener
	return nil
}

// stop takes no new requests and lets running ones end within ctx; what runs
// then is cut.
func (s *site) stop(ctx context.Context) error {
	if err := s.server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests at %s were cut: %w", s.addr, err), s.server.Close())
	}
	return nil
}

// logLines takes the lines of the library's server.
type logLines struct{ entry *logrus.Entry }

// Write logs one line.
func (l logLines) Write(line []byte) (int, error) {
	l.entry.Warn(strings.TrimSpace(string(line)))
	return len(line), nil
}

// Start binds the addresses and answers in the background. After an error
// nothing is bound.
func (s *Server) Start() error {
	sites := s.sites()
	for i, site := range sites {
		if err := site.listen(); err != nil {
			for _, bound := range sites[:i] {
				err = errors.Join(err, bound.listener.Close())
			}
			return err
		}
	}
	for _, site := range sites {
		s.serve(site)
	}
	return nil
}

// serve answers at a site until it stops.
func (s *Server) serve(site *site) {
	s.serving.Go(func() {
		if err := site.server.Serve(site.listener); !errors.Is(err, http.ErrServerClosed) {
			s.options.Log.WithError(err).WithField("addr", site.addr).Error("the server ended")
		}
	})
}

// Addr is the bound address of the public server, "" before Start.
func (s *Server) Addr() string { return s.public.bound() }

// AdminAddr is the bound address of /admin and /metrics, "" before Start.
func (s *Server) AdminAddr() string { return s.private.bound() }

// bound is the address a site listens at.
func (s *site) bound() string {
	if s.listener == nil {
		return ""
	}
	return s.listener.Addr().String()
}

// Stop takes no new requests and lets running ones end within ctx; the error
// says that some did not. It may be called again.
func (s *Server) Stop(ctx context.Context) error {
	sites := s.sites()
	failures := make([]error, len(sites))
	var stopping sync.WaitGroup
	for i, site := range sites {
		stopping.Go(func() { failures[i] = site.stop(ctx) })
	}
	stopping.Wait()
	s.serving.Wait()
	return errors.Join(failures...)
}
