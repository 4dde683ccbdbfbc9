package templates

import (
	"golang.org/x/text/language"
)

// Accepted is the first language of ours that an Accept-Language header asks
// for, whatever the country or the script; English where it asks for none, or
// cannot be read.
func Accepted(header string) Locale {
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return English
	}
	for _, tag := range wanted {
		for _, locale := range Locales() {
			if spoken(tag) == spoken(locale.tag()) {
				return locale
			}
		}
	}
	return English
}

// Tag is the locale as the web writes it: "zh-CN".
func (l Locale) Tag() string { return l.tag().String() }

// tag is the locale as x/text knows it.
func (l Locale) tag() language.Tag { return language.Make(string(l)) }

// spoken is the language itself: a tag that names none has none, rather than the
// one that is likely.
func spoken(tag language.Tag) language.Base {
	named, _, _ := tag.Raw()
	return named
}
