package templates

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"huibao/internal/fault"
)

// Locale is a language huibao speaks, named as the platform names it.
type Locale string

// The locales; each is a folder of the catalogue.
const (
	Chinese  Locale = "zh_cn"
	English  Locale = "en_us"
	Japanese Locale = "ja_jp"
)

//go:embed catalogue
var catalogueFiles embed.FS

// catalogues holds the messages of every locale, read once.
var catalogues = sync.OnceValue(func() map[Locale]map[string]string {
	all := map[Locale]map[string]string{}
	for _, locale := range Locales() {
		all[locale] = readCatalogue(locale)
	}
	return all
})

// Locales are all the locales, in a fixed order: the folders of the catalogue.
func Locales() []Locale {
	folders, err := catalogueFiles.ReadDir("catalogue")
	if err != nil {
		panic(err) // it is part of the program
	}
	locales := make([]Locale, 0, len(folders))
	for _, folder := range folders {
		locales = append(locales, Locale(folder.Name()))
	}
	return locales
}

// ParseLocale reads the name of a locale.
func ParseLocale(text string) (Locale, error) {
	if locale := Locale(text); slices.Contains(Locales(), locale) {
		return locale, nil
	}
	return "", fmt.Errorf("locale %q is none of %v", text, Locales())
}

// readCatalogue merges the files of a locale. They are part of the program, so
// a broken one is a defect that every test shows.
func readCatalogue(locale Locale) map[string]string {
	folder := path.Join("catalogue", string(locale))
	entries, err := catalogueFiles.ReadDir(folder)
	if err != nil {
		panic(err)
	}
	merged := map[string]string{}
	for _, entry := range entries {
		content, err := catalogueFiles.ReadFile(path.Join(folder, entry.Name()))
		if err != nil {
			panic(err)
		}
		var messages map[string]string
		if err := json.Unmarshal(content, &messages); err != nil {
			panic(fmt.Sprintf("catalogue %s/%s: %v", locale, entry.Name(), err))
		}
		maps.Copy(merged, messages)
	}
	return merged
}

// Text is the message of the key in the locale with its placeholders filled
// in. A key the locale lacks is said in English; one that no catalogue has is
// returned as it is.
func Text(locale Locale, key string, args fault.Args) string {
	message, ok := catalogues()[locale][key]
	if !ok {
		message, ok = catalogues()[English][key]
	}
	if !ok {
		return key
	}
	return fill(message, args)
}

// fill puts values in place of a message's {placeholders}, once: a value that
// looks like a placeholder stays as it is.
func fill(message string, args fault.Args) string {
	var out strings.Builder
	for {
		before, rest, opened := strings.Cut(message, "{")
		name, after, closed := strings.Cut(rest, "}")
		value, known := args[name]
		if !opened || !closed {
			out.WriteString(message)
			return out.String()
		}
		if !known {
			value = "{" + name + "}"
		}
		out.WriteString(before)
		out.WriteString(value)
		message = after
	}
}

// plural is Text with the number n as {n}, by the key's form for one or for
// other numbers. A locale without forms has the bare key.
func plural(locale Locale, key string, n int64, args fault.Args) string {
	filled := fault.Args{"n": grouped(n)}
	maps.Copy(filled, args)
	return Text(locale, pluralForm(locale, key, n), filled)
}

// pluralForm is the key of the message that goes with a number.
func pluralForm(locale Locale, key string, n int64) string {
	if _, bare := catalogues()[locale][key]; bare {
		return key
	}
	if n == 1 {
		return key + ".one"
	}
	return key + ".other"
}

// longestPart is how much of a person's own words an error repeats.
const longestPart = 100

// FaultText is what a person is told of a fault, in one line: the sentence, and
// the wrong fields each with its reason.
func FaultText(locale Locale, f *fault.Error) string {
	return together(locale, faultSentences(locale, f)...)
}

// faultSentences are the sentence of a fault and one for each wrong field.
func faultSentences(locale Locale, f *fault.Error) []string {
	sentences := make([]string, 0, 1+len(f.Fields))
	sentences = append(sentences, Text(locale, f.Key, named(locale, f.Args)))
	if page := f.Args["page"]; page != "" { // not shortened: it is to be opened
		sentences = append(sentences, Text(locale, pageKey, fault.Args{"page": plain(page)}))
	}
	for _, field := range f.Fields {
		sentences = append(sentences, Text(locale, "refusal.field", fault.Args{
			"field": field.Name, "reason": Text(locale, field.Key, shortened(field.Args)),
		}))
	}
	return sentences
}

// named are a fault's arguments with the platform as people know it: by its
// brand, Feishu where none is told.
func named(locale Locale, args fault.Args) fault.Args {
	short := shortened(args)
	short["platform"] = Text(locale, "platform.feishu", nil)
	if args["brand"] == "lark" {
		short["platform"] = Text(locale, "platform.lark", nil)
	}
	return short
}

// together puts sentences one behind the other.
func together(locale Locale, sentences ...string) string {
	return strings.Join(sentences, Text(locale, "list.sentence", nil))
}

// shortened cuts what people typed to a length that can be shown, and keeps it
// on one line.
func shortened(args fault.Args) fault.Args {
	short := make(fault.Args, len(args))
	for name, value := range args {
		short[name] = shorten(plain(value), longestPart)
	}
	return short
}

// itoa saves a page of conversions.
func itoa(n int) string { return strconv.Itoa(n) }
