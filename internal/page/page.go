// Package page holds the chat page of the demo and the renderer that draws
// cards, as files ready to be served. It promises that the page works without
// the chart library, which only a build with Node.js brings: charts then show
// as tables. Nothing is parsed as HTML, so texts show as they were written.
//
// The page has no framework. js/store.js holds what is known, js/connection.js
// keeps it as the simulator is, and each part of the page draws itself when it
// is told of a change. js/card is the renderer of cards alone, a component a
// file; js/card/card.js says what it needs from the page around it. Words are
// in js/words.js, colours in css/tokens.css. build.mjs bundles the library.
package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed static all:dist
var files embed.FS

// chartLibrary is what the build puts beside the pages.
const chartLibrary = "dist/vchart.js"

// HasCharts reports whether the chart library was built in.
func HasCharts() bool {
	_, err := fs.Stat(files, chartLibrary)
	return err == nil
}

// Assets are the files of both pages, index.html of the demo's at the root: what
// the build made, and the sources of what it did not make.
func Assets() fs.FS { return assets{} }

// Hash names the content of all assets.
var Hash = sync.OnceValue(func() string {
	sum := sha256.New()
	// The files are part of the program, so they can be read.
	_ = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		sum.Write(fmt.Appendf(nil, "%s %d\n%s", name, len(content), content))
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)[:8])
})

// assets lays what was built over the sources.
type assets struct{}

// Open opens a file of the build, or else of the sources.
func (assets) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) || strings.HasPrefix(path.Base(name), ".") && name != "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if file, err := files.Open(path.Join("dist", name)); err == nil && name != "." {
		return file, nil
	}
	return files.Open(path.Join("static", name))
}
