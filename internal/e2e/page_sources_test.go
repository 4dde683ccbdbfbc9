package e2e

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"huibao/internal/page/pagetest"
)

// pageDist is what the build of the page makes.
var pageDist = filepath.Join("..", "page", "dist")

// withoutAssets is the program as go build makes it where nobody built the page:
// the folder of built files holds its placeholder alone.
var withoutAssets = sync.OnceValues(func() (string, error) {
	folder, err := filepath.Abs(pageDist)
	if err != nil {
		return "", err
	}
	replaced := map[string]string{} // a file that is replaced by none is not there
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && entry.Name() != ".gitkeep" {
			replaced[path] = ""
		}
		return err
	})
	if err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return "", err
	}
	file := filepath.Join(built, "without-assets.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		return "", err
	}
	return build("huibao-without-assets", "0", "-overlay", file)
})

// TestPageFromSources opens every place of a program that was built without
// Node.js: it works from its sources, and charts are lists.
func TestPageFromSources(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{program: withoutAssets, environment: conversed(nil), prepare: (*world).furnishReports})
	w.start()
	p := w.openPage(t, pagetest.At("en-US", "light", 1280, 900))
	scheduleID, deliveryID := w.furnish()
	p.Expect("vchart.js") // the browser misses it
	for _, place := range places(scheduleID, deliveryID) {
		p.place(place)
		p.Wait(`!document.querySelector('main .loading, main [aria-busy=true]')`)
		pagetest.Is(p.Tab, `document.querySelectorAll('main .notice.danger').length`, 0)
	}
	p.place("/admin/reports?period=7d")
	p.Wait(`document.querySelector('.report .chart')?.dataset.listed === 'true' && document.querySelectorAll('.report .chart tbody tr').length >= 7`)
	p.fine("report")
	if modules := pagetest.Eval[int](p.Tab, `performance.getEntriesByType('resource').filter(({name}) => name.endsWith('/js/dom.js')).length`); modules != 1 {
		t.Errorf("the page was not served from its sources: dom.js was fetched %d times", modules)
	}
}
