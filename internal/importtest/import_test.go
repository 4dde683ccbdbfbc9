// Package importtest holds the rules of who may import whom. The table is the
// architecture; a change of it is a decision and belongs in docs/decisions.
package importtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allowed lists, for each package, the packages of ours it may import besides
// those listed for all. Tests may import more.
var allowed = map[string][]string{
	"cmd/huibao":           {"internal/app", "internal/brand", "internal/config", "internal/doctor", "internal/setup", "internal/simulator", "internal/page"},
	"cmd/huibao-simulator": {"internal/simulator", "internal/page"},
	"reports":              {"internal/fault"},
	"templates":            {"reports", "internal/fault"},
	"scheduler": {
		"reports", "templates", "internal/outbox", "internal/audit", "internal/calendar", "internal/export", "internal/fault",
		"internal/failpoint", "internal/settings",
	},
	"bot": {
		"reports", "templates", "scheduler", "internal/outbox", "internal/audit", "internal/export", "internal/fault", "internal/settings",
	},
	"internal/app": {
		"bot", "reports", "scheduler", "templates", "internal/admin", "internal/audit", "internal/config",
		"internal/brand", "internal/calendar", "internal/doctor", "internal/manifest",
		"internal/export", "internal/failpoint", "internal/fault", "internal/feishu", "internal/inbox", "internal/intake", "internal/jobs", "internal/outbox",
		"internal/page", "internal/problem", "internal/session", "internal/settings", "internal/store", "internal/tracing", "internal/web",
	},
	"internal/admin": {
		"reports", "templates", "scheduler", "bot", "internal/audit", "internal/calendar", "internal/export", "internal/fault",
		"internal/problem", "internal/session", "internal/settings",
	},
	"internal/audit":           {},
	"internal/brand":           {},
	"internal/calendar":        {"reports"},
	"internal/config":          {"internal/brand", "internal/fault"},
	"internal/doctor":          {"internal/brand", "internal/calendar", "internal/config", "internal/fault", "internal/manifest"},
	"internal/manifest":        {},
	"internal/setup":           {"internal/brand", "internal/manifest"},
	"internal/export":          {"reports"},
	"internal/failpoint":       {},
	"internal/fault":           {},
	"internal/feishu":          {"internal/brand", "bot", "reports", "templates", "internal/outbox", "internal/fault"},
	"internal/inbox":           {"bot"},
	"internal/intake":          {"bot", "internal/fault", "internal/failpoint"},
	"internal/jobs":            {"internal/fault"},
	"internal/outbox":          {"templates", "internal/fault", "internal/failpoint"},
	"internal/page":            {},
	"internal/page/pagetest":   {},
	"internal/session":         {},
	"internal/settings":        {"reports", "templates", "internal/audit", "internal/calendar", "internal/fault"},
	"internal/tracing":         {},
	"internal/problem":         {"templates", "internal/fault"},
	"internal/simulator":       {},
	"internal/store":           {"bot", "reports", "scheduler", "internal/session", "internal/settings", "internal/outbox", "internal/jobs", "internal/audit", "internal/fault", "templates"},
	"internal/store/storetest": {"bot", "reports", "scheduler", "internal/session", "internal/settings", "internal/calendar", "internal/outbox", "internal/jobs", "internal/audit", "internal/fault", "internal/store", "templates"},
	"internal/web":             {"bot", "internal/fault", "internal/problem"},
}

// sdk is the platform's SDK; only internal/feishu may know it.
const sdk = "github.com/larksuite/oapi-sdk-go"

func TestImports(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && path != root) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		check(t, filepath.ToSlash(folder), path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// check holds one file's imports against the table.
func check(t *testing.T, folder, path string) {
	t.Helper()
	may, known := allowed[folder]
	if !known {
		t.Errorf("%s: the package %s is not in the table of import rules", path, folder)
		return
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Error(err)
		}
		if ours, ok := strings.CutPrefix(name, "huibao/"); ok && !slices.Contains(may, ours) {
			t.Errorf("%s: %s may not import %s", path, folder, ours)
		}
		if strings.HasPrefix(name, sdk) && folder != "internal/feishu" {
			t.Errorf("%s: only internal/feishu may import the platform's SDK", path)
		}
		if name == "testing" && folder != "internal/store/storetest" && folder != "internal/page/pagetest" {
			t.Errorf("%s: only tests may import testing", path)
		}
	}
}
