package pagetest

import (
	"os"
	"strings"
)

// Inaccessible lists what axe-core finds wrong with the page as it is shown, by
// the rules of WCAG 2.2 AA and by good practice. source is the file of axe-core.
func (tab *Tab) Inaccessible(source string) []string {
	tab.T.Helper()
	program, err := os.ReadFile(source) //nolint:gosec // a test names it
	if err != nil {
		tab.T.Fatalf("%v; make page brings axe-core", err)
	}
	if !Eval[bool](tab, "'axe' in window") {
		Eval[bool](tab, string(program)+"; true")
	}
	// Without preloading: of style sheets that import others it makes inline ones,
	// which a strict page refuses aloud, and no rule of ours needs them.
	return Eval[[]string](tab, `axe.run(document, {resultTypes: ['violations'], preload: false}).then(({violations}) => violations.flatMap((violation) =>
		violation.nodes.map((node) => violation.id + ': ' + node.target.join(' ') + ': ' + node.failureSummary)))`)
}

// WantAccessible fails the test if axe-core finds anything.
func (tab *Tab) WantAccessible(source, where string) {
	tab.T.Helper()
	if found := tab.Inaccessible(source); len(found) > 0 {
		tab.T.Errorf("%s:\n%s\n%s", where, strings.Join(found, "\n"), tab.Keep("inaccessible "+where))
	}
}
