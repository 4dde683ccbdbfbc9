package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"huibao/internal/page/pagetest"
)

// firstPage is how large the first page may be without the chart library, in
// bytes over the wire.
const firstPage = 100_000

// fetched is something the page fetched, as its performance entry tells.
type fetched struct {
	Name         string `json:"name"`
	TransferSize int    `json:"transferSize"` // head and body over the wire, in bytes
	EncodedSize  int    `json:"encodedBodySize"`
	DecodedSize  int    `json:"decodedBodySize"`
}

// keepNothing has the browser fetch everything anew.
func (p *adminPage) keepNothing() {
	p.T.Helper()
	if _, err := chromedp.Call(p.Context, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
		p.T.Fatal(err)
	}
}

// TestPageIsSmall weighs the first page with all that it fetches.
func TestPageIsSmall(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(nil)})
	w.start()
	p := w.openPage(t, pagetest.Wide)
	p.keepNothing()
	p.place("/admin")
	p.Wait(`document.querySelectorAll('main section').length > 1 && !document.querySelector('main .loading, main [aria-busy=true]')`)
	all := pagetest.Eval[[]fetched](p.Tab, `['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind)).map((one) => one.toJSON())`)
	sum := 0
	for _, one := range all {
		if strings.HasSuffix(one.Name, "/vchart.js") {
			continue
		}
		sum += one.TransferSize
		if one.TransferSize == 0 {
			t.Errorf("%s was not fetched", one.Name)
		}
		if large := one.DecodedSize > 4096; large && one.EncodedSize >= one.DecodedSize {
			t.Errorf("%s is not compressed: %d of %d bytes", one.Name, one.EncodedSize, one.DecodedSize)
		}
	}
	t.Logf("%d fetched, %d bytes", len(all), sum)
	if sum == 0 || sum >= firstPage {
		t.Errorf("the first page has %d bytes, want less than %d: %+v", sum, firstPage, all)
	}
}

// noteReady notes when the heading and the first section are there, in
// milliseconds since the navigation began.
const noteReady = `new MutationObserver((_, observer) => {
	if (!document.querySelector('main h1') || !document.querySelector('main section')) return;
	observer.disconnect();
	requestAnimationFrame(() => { window.readyAfter = performance.now(); });
}).observe(document, { childList: true, subtree: true })`

// BenchmarkPage is how long the first page takes from the start of the navigation
// until its heading and first section are shown: with nothing kept by the browser,
// and with what it keeps.
func BenchmarkPage(b *testing.B) {
	for _, visit := range []string{"first", "again"} {
		b.Run(visit, func(b *testing.B) {
			w := measured(b, nil)
			w.start()
			p := w.openPage(b, pagetest.Wide)
			if visit == "first" {
				p.keepNothing()
			}
			if _, err := chromedp.Call(p.Context, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: noteReady}); err != nil {
				b.Fatal(err)
			}
			var taken []time.Duration
			for b.Loop() {
				p.visit("/admin")
				p.Wait(`window.readyAfter`)
				taken = append(taken, time.Duration(pagetest.Eval[float64](p.Tab, `window.readyAfter`)*float64(time.Millisecond)))
			}
			slices.Sort(taken)
			report(b, "", taken)
			b.ReportMetric(float64(taken[0].Microseconds())/1000, "min-ms") // which a busy machine disturbs least
			b.ReportMetric(0, "ns/op")
		})
	}
}
