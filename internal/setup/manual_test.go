package setup

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huibao/internal/brand"
	"huibao/internal/manifest"
)

// The list names everything that huibao needs, and the brand's own console.
func TestManual(t *testing.T) {
	for _, b := range []brand.Brand{brand.Feishu, brand.Lark} {
		text := Manual(b.BaseURL())
		for _, name := range append(manifest.ScopeNames(), manifest.Names(manifest.Subscriptions())...) {
			if !strings.Contains(text, " "+name+" ") {
				t.Errorf("%s: nothing is said of %s", b, name)
			}
		}
		for _, scope := range manifest.Scopes() {
			if !strings.Contains(text, `"`+scope.Name+`"`) || strings.Contains(text, "* "+scope.Name+" ") != scope.Required {
				t.Errorf("%s: %s is not to be imported, or marked wrongly", b, scope.Name)
			}
		}
		if !strings.Contains(text, "Open "+b.BaseURL()+"/app ") {
			t.Errorf("%s: no console", b)
		}
		if !json.Valid([]byte(batch())) {
			t.Errorf("%s: the console cannot import %s", b, batch())
		}
		for line := range strings.SplitSeq(text, "\n") {
			if len(line) > 80 {
				t.Errorf("%s: a line of %d columns: %s", b, len(line), line)
			}
		}
	}
}

// docs/setup.md holds the same list.
func TestManualIsDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "setup.md"))
	if err != nil {
		t.Fatal(err)
	}
	if list := strings.ReplaceAll("\n"+Manual(brand.Feishu.BaseURL()), "\n## ", "\n### "); !strings.HasSuffix(string(page), list) {
		t.Error("docs/setup.md does not end with what huibao setup --manual prints")
	}
}
