package config

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// samplePath is the sample configuration.
var samplePath = filepath.Join("..", "..", "deploy", "huibao.sample.yaml")

// keyLine is a setting of the sample, commented out; prose has a space after
// its #, a list's items have two.
var (
	keyLine  = regexp.MustCompile(`^#([a-z_]+):`)
	itemLine = regexp.MustCompile(`^#(  - )`)
)

// The sample configuration holds every option once, commented out, each under
// its default and some words on it.
func TestSampleIsComplete(t *testing.T) {
	content, err := os.ReadFile(samplePath)
	if err != nil {
		t.Fatal(err)
	}
	defaults := map[string]string{}
	stated, described := "", false
	for line := range strings.SplitSeq(string(content), "\n") {
		if match := keyLine.FindStringSubmatch(line); match != nil {
			if _, twice := defaults[match[1]]; twice || stated == "" || !described {
				t.Errorf("%s is there twice, or without its default or a word on it", match[1])
			}
			defaults[match[1]] = stated
			stated = ""
			continue
		}
		text, isDefault := strings.CutPrefix(line, "# Default: ")
		switch {
		case isDefault:
			stated = text
		case strings.HasPrefix(line, "# "):
			described = true
		case line == "":
			described = false
		case line != "#" && !itemLine.MatchString(line):
			t.Errorf("a line that is neither setting nor comment: %q", line)
		}
	}
	for _, option := range Options {
		stated, there := defaults[option.Name]
		stated, _, _ = strings.Cut(stated, ";")
		if want := cmp.Or(option.Default, "none"); !there || stated != want {
			t.Errorf("%s is in the sample: %t, with the default %q, want %q", option.Name, there, stated, want)
		}
		delete(defaults, option.Name)
	}
	if len(defaults) != 0 {
		t.Errorf("the sample has settings that are none: %v", defaults)
	}
}

// As it is, the sample sets nothing; with every setting uncommented it is a
// configuration to serve with.
func TestSampleLoads(t *testing.T) {
	content, err := os.ReadFile(samplePath)
	if err != nil {
		t.Fatal(err)
	}
	if given, problems := parseFile("sample", content); len(given)+len(problems) != 0 {
		t.Errorf("as it is, it sets %v, with the problems %q", given, problems)
	}
	lines := strings.Split(string(content), "\n")
	for i, line := range lines {
		if keyLine.MatchString(line) || itemLine.MatchString(line) {
			lines[i] = strings.TrimPrefix(line, "#")
		}
	}
	path := write(t, strings.Join(lines, "\n"))
	given, _ := parseFile("sample", []byte(strings.Join(lines, "\n")))
	if len(given) != len(Options) {
		t.Errorf("uncommented it sets %d of %d options", len(given), len(Options))
	}
	cfg, err := Load(Input{Flags: map[string]string{"config": path}, Environ: environ(nil)}, NeedServe)
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.FeishuAdmins) != 1 || len(cfg.TrustedProxies) != 1 || len(cfg.AdminTokens()) != 3 {
		t.Errorf("%+v", cfg)
	}
}
