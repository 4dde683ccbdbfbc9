package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// pageSources are the files of the admin's page as they were written.
var pageSources = filepath.Join("..", "page", "static", "js", "admin")

// wordLine is one text in a file of words.
var wordLine = regexp.MustCompile(`(?m)^    '([\w.]+)': '((?:[^'\\]|\\.)*)'`)

// pageWords are what the page says, by language and key: the tests find buttons
// by the words that people see.
var pageWords = sync.OnceValues(func() (map[string]map[string]string, error) {
	said := map[string]map[string]string{"zh": {}, "en": {}, "ja": {}}
	err := filepath.WalkDir(pageSources, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "words.js") {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		chinese, rest, _ := strings.Cut(string(content), "  en_us: {")
		english, japanese, _ := strings.Cut(rest, "  ja_jp: {")
		for language, part := range map[string]string{"zh": chinese, "en": english, "ja": japanese} {
			for _, match := range wordLine.FindAllStringSubmatch(part, -1) {
				said[language][match[1]] = strings.NewReplacer(`\'`, "'", `\\`, `\`).Replace(match[2])
			}
		}
		return nil
	})
	return said, err
})

// words are what the page says under a key in the look's language, with {name}
// filled in by pairs of name and value.
func (p *adminPage) words(key string, pairs ...string) string {
	p.T.Helper()
	said, err := pageWords()
	if err != nil {
		p.T.Fatal(err)
	}
	text, known := said[p.language[:2]][key]
	if !known {
		p.T.Fatalf("the page has no words %s", key)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

// inEveryLook plays a flow in two languages and two widths, each with an
// organisation of its own.
func inEveryLook(t *testing.T, o func() options, flow func(t *testing.T, p *adminPage)) {
	for name, look := range looks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, o())
			w.start()
			flow(t, w.openPage(t, look))
		})
	}
}
