package e2e

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// gateway stands between the platform and the service, as a proxy does. It has
// one address whatever becomes of the service, and remembers what was delivered
// and how it was answered.
type gateway struct {
	client *http.Client

	mu         sync.Mutex
	targets    []string // of the services that run, taken in turn
	turn       int
	swallows   bool
	deliveries []*delivery
	changed    chan struct{}
}

// delivery is one request of the platform.
type delivery struct {
	path   string
	header http.Header
	body   []byte
	status int // 0 while it is not answered
	answer string
}

func newGateway() *gateway {
	return &gateway{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}, changed: make(chan struct{})}
}

// swallow acknowledges what comes from now on without anybody seeing it.
func (g *gateway) swallow(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.swallows = on
}

// direct sends what comes from now on to services, each in turn.
func (g *gateway) direct(targets ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.targets = targets
}

// ServeHTTP takes one request of the platform.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	d := g.pass(r.URL.Path, r.Header, body)
	w.WriteHeader(d.status)
	_, _ = io.WriteString(w, d.answer) // the platform reads no further than the status
}

// attempts are those that the platform makes of an event which cannot be kept
// just now, within seven hours.
const attempts = 5

// pass hands a request on and remembers how that went. One that cannot be kept
// now is made again at once; the platform would take its time.
func (g *gateway) pass(path string, header http.Header, body []byte) delivery {
	d := &delivery{path: path, header: header.Clone(), body: body}
	g.mu.Lock()
	g.deliveries = append(g.deliveries, d)
	target, status, answer := "", http.StatusServiceUnavailable, ""
	if len(g.targets) > 0 {
		g.turn++
		target = g.targets[g.turn%len(g.targets)]
	}
	if g.swallows {
		status = http.StatusOK
	}
	g.mu.Unlock()
	for attempt := 0; status == http.StatusServiceUnavailable && attempt < attempts; attempt++ {
		status, answer = g.forward(target, d)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	d.status, d.answer = status, answer
	close(g.changed)
	g.changed = make(chan struct{})
	return *d
}

// forward makes the request. A service that is not there, or dies before it has
// answered, is a 502.
func (g *gateway) forward(target string, d *delivery) (status int, answer string) {
	if target == "" {
		return http.StatusBadGateway, "nothing is there"
	}
	request, err := http.NewRequest(http.MethodPost, target+d.path, bytes.NewReader(d.body))
	if err != nil {
		return http.StatusBadGateway, err.Error()
	}
	request.Header = d.header.Clone()
	response, err := g.client.Do(request)
	if err != nil {
		return http.StatusBadGateway, err.Error()
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return http.StatusBadGateway, err.Error()
	}
	return response.StatusCode, string(content)
}

// seen are the requests so far.
func (g *gateway) seen() []delivery {
	g.mu.Lock()
	defer g.mu.Unlock()
	seen := make([]delivery, 0, len(g.deliveries))
	for _, d := range g.deliveries {
		seen = append(seen, *d)
	}
	return seen
}

// repeat delivers every event again that was not acknowledged, as the platform
// does by and by, and returns how many there were.
func (g *gateway) repeat() int {
	acknowledged := map[string]bool{}
	var order []delivery
	for _, d := range g.seen() {
		if d.status == http.StatusOK {
			acknowledged[string(d.body)] = true
		}
		if !slices.ContainsFunc(order, func(o delivery) bool { return bytes.Equal(o.body, d.body) }) {
			order = append(order, d)
		}
	}
	count := 0
	for _, d := range order {
		if !acknowledged[string(d.body)] {
			g.pass(d.path, d.header, d.body)
			count++
		}
	}
	return count
}

// wait waits until the condition holds for the requests so far.
func (g *gateway) wait(condition func(seen []delivery) bool) bool {
	giveUp := time.NewTimer(patience)
	defer giveUp.Stop()
	for {
		g.mu.Lock()
		changed := g.changed
		g.mu.Unlock()
		if condition(g.seen()) {
			return true
		}
		select {
		case <-changed:
		case <-giveUp.C:
			return false
		}
	}
}
