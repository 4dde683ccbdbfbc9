package templates

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"a\r\nb\tc":                       "a  b c",
		"  x\u00a0\u3000 ":                "x",
		"a\u2028b\u2029c":                 "a b c",
		"bell\a null\x00 del\x7f esc\x1b": "bell null del esc",
		"\u202eevil\u202c \u2066x\u2069":  "evil x",
		"\u200fa\u200eb\u061c":            "ab",
		"zero\u200bwidth\ufeff\u2060":     "zerowidth",
		"bad\xffutf8":                     "badutf8",
		"👩‍👩‍👧 مرحبا नि":                  "👩‍👩‍👧 مرحبا नि",
	} {
		if got := plain(text); got != want {
			t.Errorf("plain(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestParagraphs(t *testing.T) {
	if got, want := paragraphs(" a \r\n\r\n\u202e\n b\tc\n"), "a\nb c"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestShorten(t *testing.T) {
	for _, test := range []struct {
		text string
		most int
		want string
	}{
		{"", 3, ""}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"汇报会报", 4, "汇报会报"}, {"汇报会报。", 4, "汇报会…"}, {"ab cd", 4, "ab…"}, {"abc", 1, "…"},
	} {
		if got := shorten(test.text, test.most); got != test.want {
			t.Errorf("shorten(%q, %d) = %q, want %q", test.text, test.most, got, test.want)
		}
	}
}

func TestMarkdownEscapes(t *testing.T) {
	for text, want := range map[string]string{
		"**b** _i_":                    "&#42;&#42;b&#42;&#42; &#95;i&#95;",
		"<at id=all></at>":             "&#60;at id=all&#62;&#60;&#47;at&#62;",
		"[a](https://b)":               "&#91;a&#93;&#40;https&#58;&#47;&#47;b&#41;",
		"&#60;":                        "&#38;&#35;60;",
		"1. - + # `c` ~~d~~ :OK: |":    "1&#46; &#45; &#43; &#35; &#96;c&#96; &#126;&#126;d&#126;&#126; &#58;OK&#58; &#124;",
		"会议\n报告":                       "会议 报告",
		"2026-11-01..2026-11-07 09:30": "2026-11-01..2026-11-07 09:30",
		"/report 7d vs=lastyear":       "/report 7d vs=lastyear",
		"/报告 2.5":                      "/报告 2.5",
		"- a -b c-":                    "&#45; a &#45;b c&#45;",
		"a:b :1:2: 3:":                 "a&#58;b &#58;1:2&#58; 3&#58;",
		"http://a.b//c/ ./d":           "http&#58;&#47;&#47;a&#46;b&#47;&#47;c&#47; &#46;&#47;d",
		"a=b == =c":                    "a=b &#61;&#61; &#61;c",
		"#1 # 1 ##1 a#1 &#35;":         "#1 &#35; 1 &#35;&#35;1 a&#35;1 &#38;&#35;35;",
		"1. 2) ...3":                   "1&#46; 2&#41; &#46;&#46;&#46;3",
	} {
		if got := markdown(text); got != want {
			t.Errorf("markdown(%q) = %q, want %q", text, got, want)
		}
	}
}

// dangers are what would mean something in markdown: a sign that always may, or a
// dash, an equals sign, a colon, a dot or a slash where it begins a list or a line,
// an emoji, a number of a list or an address.
var (
	entity  = regexp.MustCompile(`&#\d+;`)
	dangers = regexp.MustCompile("[\\\\`*_{}\\[\\]()<>+!|~&@$^\"']" + `|#([^\pN]|$)|[^ ]#|(^|[ \x00])[-=]|[-=]([ \x00]|$)|//|:/|/:|(^|[^\pN]):|:([^\pN]|$)|\.([ \x00]|$)|(^|[ \x00\pL])\.`)
)

// Escaped text holds no active character, is read back as what was written,
// and stays on one line.
func FuzzMarkdown(f *testing.F) {
	for _, text := range []string{"**b**", "<at id=all></at>", "[x](http://y)", "&lt;b&gt;", "a\n# b\n- c", "\u202ex\u2028y", "汇报 🀄 \xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		escaped := markdown(text)
		if danger := dangers.FindString(entity.ReplaceAllString(escaped, "\x00")); danger != "" {
			t.Errorf("%q leaves %q active: %q", text, danger, escaped)
		}
		if strings.ContainsFunc(escaped, unicode.IsControl) || !utf8.ValidString(escaped) {
			t.Errorf("%q leaves a control character or bad UTF-8: %q", text, escaped)
		}
		if got, want := html.UnescapeString(escaped), plain(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
		if escaped != "" && !isMarkdown(escaped) {
			t.Errorf("%q is not taken by the validator: %q", text, escaped)
		}
	})
}

func TestHarmlessBreaksTagsAndLinks(t *testing.T) {
	if got, want := harmless(`<at user_id="all"></at> [t](https://x)`), "＜at user_id=\"all\">＜/at> ［t](https://x)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
