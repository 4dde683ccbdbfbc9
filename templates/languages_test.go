package templates

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// textsOf are the objects of a card that hold words, by where they stand.
func textsOf(t *testing.T, card Card) map[string]object {
	t.Helper()
	texts := map[string]object{}
	var look func(path string, value any)
	look = func(path string, value any) {
		switch value := value.(type) {
		case object:
			if _, says := value["content"].(string); says {
				texts[path] = value
			}
			for name, inner := range value {
				look(path+"."+name, inner)
			}
		case array:
			for i, inner := range value {
				look(fmt.Sprintf("%s[%d]", path, i), inner)
			}
		}
	}
	look("", read(t, card))
	return texts
}

// untranslated is a card's JSON without translations.
func untranslated(value any) any {
	switch value := value.(type) {
	case object:
		delete(value, "i18n_content")
		for _, inner := range value {
			untranslated(inner)
		}
	case array:
		for _, inner := range value {
			untranslated(inner)
		}
	}
	return value
}

// laddersIn are the ladders of the golden files in a language.
func laddersIn(locale Locale) map[string]Ladder {
	ladders := others(locale)
	for _, s := range samples() {
		options := s.options
		options.Locale, options.WeekStart = locale, time.Monday
		ladders["report_"+s.name] = Report(s.report, options)
	}
	return ladders
}

// decades are the cards that have no room for all translations.
var decades = []string{"report_view_3660", "report_view_crowded"}

// A text's content is in the chat's language, and its translations say what the
// card of each language says there. A text without says the same in all.
func TestEachReaderSeesTheirLanguage(t *testing.T) {
	said := map[Locale]map[string]map[string]object{} // by card and place
	for _, locale := range Locales() {
		said[locale] = map[string]map[string]object{}
		ladders := laddersIn(locale)
		for _, name := range decades {
			delete(ladders, name)
		}
		for name, ladder := range ladders {
			said[locale][name] = textsOf(t, ladder.Card)
		}
	}
	for _, locale := range Locales() {
		for name, texts := range said[locale] {
			for place, text := range texts {
				words, translated := text["i18n_content"].(object)
				for _, other := range Locales() {
					got := text["content"]
					if translated {
						got = words[string(other)]
					}
					if want := said[other][name][place]["content"]; got != want {
						t.Errorf("%s.%s%s in %s: %q, want %q", name, locale, place, other, got, want)
					}
				}
			}
		}
	}
}

// Where ten years leave no room for every translation, at least what the card is
// about and its figures have theirs.
func TestADecadeIsTranslatedAsFarAsItFits(t *testing.T) {
	for _, locale := range Locales() {
		ladders := laddersIn(locale)
		for _, name := range decades {
			card := ladders[name].Card
			if card.Header.Title.I18nContent == nil || card.Header.Subtitle.I18nContent == nil || card.Config.Summary.I18nContent == nil {
				t.Errorf("%s.%s: the header is in one language", name, locale)
			}
			if left := maxCardBytes - sentBytes([]byte(card.JSON())); left > 1000 {
				t.Errorf("%s.%s: %d bytes are left", name, locale, left)
			}
		}
	}
}

// A client shows the translations alone where there are some, so the chat's
// language is among them.
func TestTheChatsLanguageIsAmongTheTranslations(t *testing.T) {
	title := Working(Japanese).Card.Header.Title
	if title.Content != "処理中です" || title.I18nContent[Japanese] != title.Content || title.I18nContent[English] != "Working on it" ||
		title.I18nContent[Chinese] != "正在处理" || len(title.I18nContent) != 3 {
		t.Errorf("got %+v", title)
	}
}

// What a person typed has no translations, nor have the rungs below the card.
func TestWhatHasNoTranslations(t *testing.T) {
	ladder := Report(digest(), ReportOptions{Locale: English, Title: "Board", Note: "Before Monday"})
	texts := textsOf(t, ladder.Card)
	for place, text := range texts {
		if words := text["i18n_content"]; words != nil && (text["content"] == "Board" || text["content"] == "Before Monday") {
			t.Errorf("%s has %v", place, words)
		}
	}
	if texts[".config.summary"]["i18n_content"] == nil {
		t.Error("the summary has figures in words, and no translations")
	}
	for place, text := range textsOf(t, ladder.Plain) {
		if words := text["i18n_content"]; words != nil {
			t.Errorf("the plain card's %s has %v", place, words)
		}
	}
}

// A language that huibao does not speak is answered in English, as texts are.
func TestAnUnknownLanguageIsEnglish(t *testing.T) {
	if got, want := Working("xx_yy").Card.JSON(), Working(English).Card.JSON(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Where the cards differ in more than words, nothing is translated, and what
// stands elsewhere is.
func TestWhatIsNotMadeAlikeStaysInOneLanguage(t *testing.T) {
	build := func(locale Locale) Card {
		word := string(locale)
		list, single := []any{say("", word)}, any(say("", word))
		switch locale {
		case English: // one element more, and another kind of element
			list = append(list, say("", word))
			single = paragraph("", word)
		case Japanese: // no subtitle
			return newCard(blue, word, "", word, single, columnSet{Tag: "column_set", Columns: []column{{Elements: list}}})
		}
		return newCard(blue, word, word, word, single, columnSet{Tag: "column_set", Columns: []column{{Elements: list}}})
	}
	for _, locale := range Locales() {
		card, fits := inEveryLanguage(locale, build(locale), build)
		if !fits {
			t.Errorf("%s does not fit", locale)
		}
		for place, text := range textsOf(t, card) {
			translated := place == ".config.summary" || place == ".header.title"
			if (text["i18n_content"] != nil) != translated || text["content"] != string(locale) {
				t.Errorf("%s%s is %v", locale, place, text)
			}
		}
	}
}

// Of what does not fit the last translations go first, no more than need be,
// and the card is sent.
func TestTheLastTranslationsAreLeftOut(t *testing.T) {
	build := func(length int) func(Locale) Card {
		return func(locale Locale) Card {
			long := func(times int) any { return say("", strings.Repeat(string(locale[0]), times)) }
			return newCard(blue, string(locale), "", string(locale), long(3000), long(length), long(2000), long(10))
		}
	}
	for _, test := range []struct {
		length int
		want   [4]bool
		fits   bool
	}{
		{1_000, [4]bool{true, true, true, true}, true},       // 24,040 letters: content and three translations
		{2_500, [4]bool{true, true, false, false}, true},     // 30,040, less 30 and 6,000
		{5_000, [4]bool{true, false, false, false}, true},    // 40,040, less 30, 6,000 and 15,000
		{20_000, [4]bool{false, false, false, false}, true},  // 25,010 of content leave no room for 9,000
		{40_000, [4]bool{false, false, false, false}, false}, // no card even so
	} {
		card, fits := inEveryLanguage(Chinese, build(test.length)(Chinese), build(test.length))
		if fits != test.fits || fits != (sentBytes([]byte(card.JSON())) <= maxCardBytes) {
			t.Errorf("%d: fits is %t of %d bytes", test.length, fits, sentBytes([]byte(card.JSON())))
		}
		for i, want := range test.want {
			if got := len(card.Body.Elements[i].(markdownElement).I18nContent) > 0; got != want {
				t.Errorf("%d: element %d is translated: %t, want %t", test.length, i, got, want)
			}
		}
		if fits && (len(card.Header.Title.I18nContent) != 3 || len(card.Config.Summary.I18nContent) != 3) {
			t.Errorf("%d: title and summary are not translated", test.length)
		}
	}
}
