package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

// Requests are counted by route and the status they got. What strangers choose
// is no label.
func TestMetrics(t *testing.T) {
	w := startWorld(t, withAdmin)
	for n := range 20 {
		w.ask(t, "GET", fmt.Sprintf("/stranger/%d", n), nil, nil)
		w.ask(t, "GET", fmt.Sprintf("/admin/do/x%d", n), nil, nil)
		w.ask(t, fmt.Sprintf("ODD%d", n), "/webhook/event", nil, nil)
	}
	w.ask(t, "GET", "/admin/do/panic", nil, nil)
	w.ask(t, "GET", "/admin/do/half", nil, nil)
	w.ask(t, "GET", "/healthz", nil, nil)
	w.ask(t, "POST", "/webhook/event", nil, strings.NewReader("hello"))
	want := `
		# HELP huibao_http_requests_total Requests by route and status.
		# TYPE huibao_http_requests_total counter
		huibao_http_requests_total{route="/admin/do/:what",status="200"} 1
		huibao_http_requests_total{route="/admin/do/:what",status="404"} 20
		huibao_http_requests_total{route="/admin/do/:what",status="500"} 1
		huibao_http_requests_total{route="/healthz",status="200"} 1
		huibao_http_requests_total{route="/webhook/event",status="401"} 1
		huibao_http_requests_total{route="/webhook/event",status="405"} 20
		huibao_http_requests_total{route="none",status="404"} 20
	`
	if err := testutil.GatherAndCompare(w.registry, strings.NewReader(want), "huibao_http_requests_total"); err != nil {
		t.Error(err)
	}
}

func TestMetricsPage(t *testing.T) {
	w := startWorld(t, nil)
	body, header := w.event("ev_1")
	w.ask(t, "POST", "/webhook/event", header, strings.NewReader(body))
	a := w.ask(t, "GET", "/metrics", nil, nil)
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
		t.Errorf("%+v", a)
	}
	for line := range strings.Lines(a.body) {
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "huibao_") {
			t.Errorf("a metric of another name: %s", line)
		}
	}
	for _, name := range []string{
		`huibao_events_total{result="stored"} 1`, `huibao_event_ack_seconds_count 1`, `huibao_http_request_seconds_count{route="/webhook/event"} 1`,
	} {
		if !strings.Contains(a.body, name+"\n") {
			t.Errorf("%s is missing", name)
		}
	}
	if a := w.ask(t, "HEAD", "/metrics", nil, nil); a.status != 200 || a.body != "" {
		t.Errorf("HEAD: %+v", a)
	}
}

// Two servers cannot count in the same place.
func TestNewTwice(t *testing.T) {
	w := newWorld(t, nil)
	if _, err := New(w.options); err == nil {
		t.Error("both were registered")
	}
}
