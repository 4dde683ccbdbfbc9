package templates

import (
	"reflect"
	"slices"
)

// translations are the words of a text by language. A text that has them shows
// nothing else, so the chat's own language is among them; who reads a language
// that is not sees English. Source: configure-multi-language-content.
type translations map[Locale]string

// sentBytes is what the translations add to a card in a request.
func (t translations) sentBytes() int {
	return sentBytes([]byte(`,"i18n_content":`+encoded(t))) - len(`""`)
}

// multilingual is a ladder whose card each reader sees in their own language.
// build makes the ladder in one; the rungs below the card stay in the chat's,
// since a text message has one language.
func multilingual(locale Locale, build func(Locale) Ladder) Ladder {
	ladder := build(locale)
	ladder.Card, _ = inEveryLanguage(locale, ladder.Card, func(other Locale) Card { return build(other).Card })
	return ladder
}

// inEveryLanguage gives the texts of a new card their translations, which stand
// at the same places of the cards that build makes in the other languages. What
// is not made alike in all of them stays in the chat's language. Of more than
// fits, the last translations are left out: a card begins with its title and
// figures. It also reports whether the card fits.
func inEveryLanguage(locale Locale, card Card, build func(Locale) Card) (translated Card, fits bool) {
	if !slices.Contains(Locales(), locale) {
		locale = English // as Text speaks it
	}
	var t translator
	for _, other := range Locales() {
		source := card
		if other != locale {
			source = build(other)
		}
		t.locales, t.cards = append(t.locales, other), append(t.cards, reflect.ValueOf(source))
	}
	t.walk(reflect.ValueOf(&card).Elem(), t.cards)
	return card, t.leaveOut(sentBytes([]byte(card.JSON()))-maxCardBytes) <= 0
}

// translator walks the same card in several languages.
type translator struct {
	locales []Locale
	cards   []reflect.Value // by language, as locales
	found   []translations  // in the order of the card
}

// walk translates what stands at one place of a card, from the same place of
// the cards in every language. It goes by reflection, so that a new kind of
// element is translated without saying anything of it.
func (t *translator) walk(place reflect.Value, sources []reflect.Value) {
	switch place.Kind() {
	case reflect.Interface:
		if inner, alike := inside(sources); alike {
			element := reflect.New(inner[0].Type()).Elem() // an interface's value cannot be changed in its place
			element.Set(place.Elem())
			t.walk(element, inner)
			place.Set(element)
		}
	case reflect.Pointer:
		if inner, alike := inside(sources); alike {
			t.walk(place.Elem(), inner)
		}
	case reflect.Slice:
		if slices.ContainsFunc(sources, func(source reflect.Value) bool { return source.Len() != place.Len() }) {
			return
		}
		for i := range place.Len() {
			t.walk(place.Index(i), each(sources, func(source reflect.Value) reflect.Value { return source.Index(i) }))
		}
	case reflect.Struct:
		t.object(place, sources)
	}
}

// object translates a text, or what an object holds. Charts and tables have no
// place for translations.
func (t *translator) object(place reflect.Value, sources []reflect.Value) {
	switch object := place.Addr().Interface().(type) {
	case *summary:
		object.I18nContent = t.words(sources)
	case *textObject:
		object.I18nContent = t.words(sources)
	case *markdownElement:
		object.I18nContent = t.words(sources)
	case *chartElement, *tableElement:
	default:
		for i := range place.NumField() {
			t.walk(place.Field(i), each(sources, func(source reflect.Value) reflect.Value { return source.Field(i) }))
		}
	}
}

// words are the translations of a text, none where all languages say the same.
func (t *translator) words(sources []reflect.Value) translations {
	words := make(translations, len(sources))
	differ := false
	for i, source := range sources {
		text := source.FieldByName("Content").String()
		words[t.locales[i]] = text
		differ = differ || text != words[t.locales[0]]
	}
	if !differ {
		return nil
	}
	t.found = append(t.found, words)
	return words
}

// leaveOut empties the last translations until a card has no bytes in excess,
// and returns how many are left.
func (t *translator) leaveOut(excess int) int {
	for _, words := range slices.Backward(t.found) {
		if excess <= 0 {
			break
		}
		excess -= words.sentBytes()
		clear(words)
	}
	return excess
}

// inside is what interfaces or pointers hold, and whether that is of one type.
func inside(sources []reflect.Value) ([]reflect.Value, bool) {
	inner := each(sources, reflect.Value.Elem)
	return inner, !slices.ContainsFunc(inner, func(value reflect.Value) bool {
		return !value.IsValid() || value.Type() != inner[0].Type()
	})
}

// each is what a function makes of each value.
func each(values []reflect.Value, of func(reflect.Value) reflect.Value) []reflect.Value {
	made := make([]reflect.Value, len(values))
	for i, value := range values {
		made[i] = of(value)
	}
	return made
}
