package web

import (
	"errors"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// noRoute is how requests are counted that fit no route: strangers choose their
// paths, and must not make metrics without end.
const noRoute = "none"

// metrics are what the server counts.
type metrics struct {
	routes   map[string]bool // the templates
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// newMetrics returns metrics that nobody sees yet.
func newMetrics() *metrics {
	return &metrics{
		routes: map[string]bool{},
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huibao_http_requests_total", Help: "Requests by route and status.",
		}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "huibao_http_request_seconds", Help: "How long requests took, by route.",
			Buckets: []float64{.001, .005, .01, .05, .1, .5, 1, 2.5, 5, 15, 60},
		}, []string{"route"}),
	}
}

// register shows the metrics.
func (m *metrics) register(registry *prometheus.Registry) error {
	return errors.Join(registry.Register(m.requests), registry.Register(m.seconds))
}

// learn takes down the templates of the routes there are.
func (m *metrics) learn(routes []*echo.Route) {
	for _, route := range routes {
		m.routes[route.Path] = true
	}
}

// measure counts a request. It has errors answered, so that the status counted
// is the one that was sent.
func (m *metrics) measure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		begun := time.Now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		route := c.Path()
		if !m.routes[route] {
			route = noRoute
		}
		m.requests.WithLabelValues(route, strconv.Itoa(c.Response().Status)).Inc()
		m.seconds.WithLabelValues(route).Observe(time.Since(begun).Seconds())
		return nil
	}
}
