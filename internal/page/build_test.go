package page_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"huibao/internal/page"
)

// TestChartLibrary looks at what npm built.
func TestChartLibrary(t *testing.T) {
	if !page.HasCharts() {
		t.Fatal("dist/vchart.js is not there: make page builds it, and the tests of the charts need it")
	}
	content, err := fs.ReadFile(page.Assets(), "vchart.js")
	if err != nil {
		t.Fatal(err)
	}
	library := string(content)
	if regexp.MustCompile(`\bimport\s*["'{(]|\brequire\(`).MatchString(library[:len(library)/2]) {
		t.Error("the library asks for other modules")
	}
	for _, want := range []string{
		"as VChart", "--- @visactor/vchart 1.", "--- @visactor/vrender-core ", "--- d3-dsv ", "--- eventemitter3 ",
		"Permission is hereby granted, free of charge", "Redistributions in binary form must reproduce",
	} {
		if !strings.Contains(library, want) {
			t.Errorf("the library lacks %q", want)
		}
	}
}

// TestLockFile sees to it that an installation works from any registry.
func TestLockFile(t *testing.T) {
	content, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct {
			Version   string `json:"version"`
			Resolved  string `json:"resolved"`
			Integrity string `json:"integrity"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(content, &lock); err != nil {
		t.Fatal(err)
	}
	for name, locked := range lock.Packages {
		if locked.Resolved != "" {
			t.Errorf("%s is bound to %s", name, locked.Resolved)
		}
		if name != "" && locked.Integrity == "" {
			t.Errorf("%s has no checksum", name)
		}
	}
	if got := lock.Packages["node_modules/@visactor/vchart"].Version; !strings.HasPrefix(got, "1.12.") {
		t.Errorf("VChart is %q; clients run 1.10.1 to 1.12.3", got)
	}
}

// TestAssets opens files as the server does.
func TestAssets(t *testing.T) {
	assets := page.Assets()
	for _, name := range []string{"index.html", "favicon.svg", "js/main.js", "css/tokens.css"} {
		if _, err := fs.Stat(assets, name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"../page.go", "/index.html", "dist/vchart.js", "page.go", ".gitkeep", "node_modules"} {
		if _, err := fs.Stat(assets, name); err == nil {
			t.Errorf("%s is served", name)
		}
	}
}
