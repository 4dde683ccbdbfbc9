package page_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sources are the pages' files as they were written, by name.
func sources(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{
		"*.html", "js/*.js", "js/card/*.js", "js/admin/*.js", "js/admin/pages/*.js", "js/admin/pages/*/*.js", "css/*.css", "css/admin/*.css",
	} {
		names, err := fs.Glob(os.DirFS("static"), pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(names), err)
		}
		for _, name := range names {
			content, err := os.ReadFile(filepath.Join("static", name))
			if err != nil {
				t.Fatal(err)
			}
			found[name] = string(content)
		}
	}
	return found
}

// TestNothingIsParsedAsHTML keeps every way out of the sources in which a text
// could become markup or a program.
func TestNothingIsParsedAsHTML(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML|\beval\(|new Function|srcdoc|setTimeout\(['"\x60]`)
	inline := regexp.MustCompile(`(?i)<script(?:[^>]*)>[^<]|\son\w+=`)
	for name, source := range sources(t) {
		if found := forbidden.FindString(source); found != "" {
			t.Errorf("%s uses %s", name, found)
		}
		if path.Ext(name) == ".html" && inline.MatchString(source) {
			t.Errorf("%s has a program inside", name)
		}
	}
}

// TestNothingComesFromElsewhere keeps other hosts out.
func TestNothingComesFromElsewhere(t *testing.T) {
	address := regexp.MustCompile(`(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}`)
	for name, source := range sources(t) {
		for _, found := range address.FindAllString(source, -1) {
			if found != "http://www.w3.org" { // the name of SVG, which nobody fetches
				t.Errorf("%s names %s", name, found)
			}
		}
	}
}

// TestReferences finds every file that another names, and names every file.
func TestReferences(t *testing.T) {
	found := sources(t)
	imported := regexp.MustCompile(`(?:from |import |import\(|url\()['"]([^'"]+)['"]`)
	linked := regexp.MustCompile(`(?:href|src)="/([^"]+)"`)
	// The admin's document is made by the program.
	named := map[string]bool{"index.html": true, "js/admin/main.js": true, "css/admin.css": true}
	for name, source := range found {
		for _, match := range imported.FindAllStringSubmatch(source, -1) {
			named[path.Join(path.Dir(name), match[1])] = true
		}
		if path.Ext(name) == ".html" {
			for _, match := range linked.FindAllStringSubmatch(source, -1) {
				named[match[1]] = true
			}
		}
	}
	for name := range named {
		if _, ok := found[name]; !ok && name != "favicon.svg" {
			t.Errorf("%s is named but not there", name)
		}
	}
	for name := range found {
		if !named[name] {
			t.Errorf("nothing uses %s", name)
		}
	}
}

// TestWords holds the languages of every file of words against each other and
// against what the pages ask for.
func TestWords(t *testing.T) {
	found := sources(t)
	var known []string
	for name, source := range found {
		if path.Base(name) == "words.js" || strings.HasSuffix(name, ".words.js") {
			known = append(known, wordsOf(t, name, source)...)
		}
	}
	asked := map[string]bool{}
	for name, source := range found {
		if strings.HasSuffix(name, "words.js") {
			continue
		}
		for _, key := range known {
			group, _, _ := strings.Cut(key, ".")
			if strings.Contains(source, "'"+key+"'") || strings.Contains(source, "t(`"+group+".${") || askedByPart(source, key) {
				asked[key] = true
			}
		}
		for _, key := range matches(regexp.MustCompile(`\bt\('([\w.]+)'`), source) {
			if !slices.Contains(known, key) {
				t.Errorf("%s asks for the words %s, which are not there", name, key)
			}
		}
	}
	for _, key := range known {
		if !asked[key] {
			t.Errorf("nothing asks for the words %s", key)
		}
	}
}

// askedByPart reports whether a source asks for words whose last part it makes
// up, such as t(`a.b.${c}`) for a.b.c.
func askedByPart(source, key string) bool {
	last := strings.LastIndex(key, ".")
	return last > 0 && strings.Contains(source, "t(`"+key[:last]+".${")
}

// wordsOf are the keys of a file of words, which are the same in all languages.
func wordsOf(t *testing.T, name, source string) []string {
	t.Helper()
	chinese, rest, hasEnglish := strings.Cut(source, "en_us: {")
	english, japanese, hasJapanese := strings.Cut(rest, "ja_jp: {")
	if !hasEnglish || !hasJapanese {
		t.Fatalf("%s has another shape than words have", name)
	}
	keys := regexp.MustCompile(`(?m)^    '([\w.]+)': ['"\x60]`)
	zh := matches(keys, chinese)
	for language, others := range map[string]string{"English": english, "Japanese": japanese} {
		if diff := cmp.Diff(zh, matches(keys, others)); diff != "" {
			t.Errorf("%s: %s differs from Chinese:\n%s", name, language, diff)
		}
	}
	return zh
}

// matches are the first groups of all matches, sorted.
func matches(pattern *regexp.Regexp, text string) []string {
	all := pattern.FindAllStringSubmatch(text, -1)
	found := make([]string, 0, len(all))
	for _, match := range all {
		found = append(found, match[1])
	}
	slices.Sort(found)
	return found
}

// TestCannedCards keeps the tests' cards readable.
func TestCannedCards(t *testing.T) {
	for _, name := range []string{"text", "layout", "controls", "tables", "charts", "hostile", "conversation"} {
		if !json.Valid([]byte(card(t, name))) {
			t.Errorf("%s is no JSON", name)
		}
	}
}
