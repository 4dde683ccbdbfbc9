package templates

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"huibao/internal/fault"
)

// Any text as a title, note, chat id, reference, suggestion or part of an
// error yields cards and texts that can be sent, and appears only where it is
// plain text, or escaped, with nothing in it that turns a line around.
func FuzzCardText(f *testing.F) {
	for _, text := range []string{
		"", "weekly", "**b** <at id=all></at> [x](http://y)", "# a\n- b\n\n1. c", "\u202egnilles\u202c\u2066", "</font><font color='red'>",
		"\x00\x1b[31m\x7f", "\xff\xfe", "{n} {period} {suggestion}", strings.Repeat("汉", 300), "\"}],\"tag\":\"table\"", "&#60;at&#62;", "$urlVal :OK: |a|b|", "👩‍👩‍👧",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		short := shorten(text, 200) // help is made of our own words
		wrong := &fault.Error{
			Kind: fault.Invalid, Key: "fault.command.option", Args: fault.Args{"part": text, "suggestion": text, "usage": text},
			Fields: []fault.Field{{Name: "part", Key: "fault.period.unreadable", Args: fault.Args{"part": text}}},
		}
		for _, locale := range Locales() {
			for name, ladder := range map[string]Ladder{
				"report":  Report(week(), ReportOptions{Locale: locale, WeekStart: time.Monday, Title: text, Note: text, Digest: true}),
				"refusal": Refusal(locale, wrong, text),
				"access":  AccessWanted(locale, AccessOptions{Admins: []string{text, "ou_" + text}, ChatID: text}),
				"help":    Help(HelpOptions{Locale: locale, Commands: []HelpCommand{{Name: "x", Usage: short, SummaryKey: "command.help.summary", Examples: []string{short}}}}),
			} {
				sendable(t, name, ladder)
				harmlessMarkdown(t, name, ladder.Card)
				noStrayCharacters(t, name, ladder)
			}
		}
	})
}

// harmlessMarkdown fails when markdown holds a tag, link, image, table or code
// that is not ours.
func harmlessMarkdown(t *testing.T, name string, card Card) {
	t.Helper()
	var look func(any)
	look = func(value any) {
		switch value := value.(type) {
		case object:
			if value["tag"] == "markdown" {
				for _, said := range append(collected(value["i18n_content"]), collected(value["content"])...) {
					bare := markdownTags.ReplaceAllString(said, "")
					if i := strings.IndexAny(bare, "<>[]`|\\~_$@"); i >= 0 {
						t.Errorf("%s: markdown has an active %q: %q", name, bare[i], said)
					}
				}
			}
			for _, inner := range value {
				look(inner)
			}
		case array:
			for _, inner := range value {
				look(inner)
			}
		}
	}
	look(read(t, card))
}

// noStrayCharacters fails on a character that does not show or that turns a
// line around, in what people read.
func noStrayCharacters(t *testing.T, name string, ladder Ladder) {
	t.Helper()
	for _, content := range ladder.Contents() {
		var parsed any
		if err := json.Unmarshal([]byte(content.Body), &parsed); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(collected(parsed), "\n")
		if i := strings.IndexFunc(text, func(r rune) bool {
			return r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar
		}); i >= 0 {
			t.Errorf("%s: a stray character in %q", name, text)
		}
	}
}

// collected is every text inside a JSON value.
func collected(value any) []string {
	var texts []string
	switch value := value.(type) {
	case string:
		texts = append(texts, value)
	case object:
		for _, inner := range value {
			texts = append(texts, collected(inner)...)
		}
	case array:
		for _, inner := range value {
			texts = append(texts, collected(inner)...)
		}
	}
	return texts
}
