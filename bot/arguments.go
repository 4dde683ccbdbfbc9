package bot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"huibao/internal/fault"
)

// longestSuggestion is as much of a line as a card can suggest without cutting
// it off.
const longestSuggestion = 60

// setting is a key=value argument as it was typed.
type setting struct{ key, value string }

func (s setting) String() string { return s.key + "=" + s.value }

// arguments are a command's words and its key=value options.
type arguments struct {
	called   string // the command as it was typed, such as "/报告"
	words    string
	settings []setting // in the order typed
}

// option returns the value of an option, "" when it was not given.
func (a arguments) option(name string) string {
	for _, s := range a.settings {
		if s.key == name {
			return s.value
		}
	}
	return ""
}

// line is the command as it can be typed again with other words.
func (a arguments) line(words string) string {
	parts := []string{a.called}
	if words != "" {
		parts = append(parts, words)
	}
	for _, s := range a.settings {
		parts = append(parts, s.String())
	}
	line := strings.Join(parts, " ")
	if words != "" && utf8.RuneCountInString(line) > longestSuggestion {
		return a.line("")
	}
	return line
}

// parseArguments sorts a command's words from its options. An option it does
// not have, one without a value or with a wrong one, and one given twice are
// errors that name it and the line as it was probably meant.
func parseArguments(command Command, called, rest string) (arguments, error) {
	typed := arguments{called: called}
	var words []string
	for _, word := range joined(strings.Fields(rest)) {
		if key, value, isOption := strings.Cut(word, "="); isOption {
			typed.settings = append(typed.settings, setting{key, value})
		} else {
			words = append(words, word)
		}
	}
	typed.words = strings.Join(words, " ")
	right := arguments{called: called}
	var wrong *fault.Error
	for _, s := range typed.settings {
		mended, problem := command.check(s, right)
		if wrong == nil {
			wrong = problem
		}
		if mended != (setting{}) {
			right.settings = append(right.settings, mended)
		}
	}
	if wrong != nil {
		wrong.Args["suggestion"] = right.line(typed.words)
		return typed, wrong
	}
	return typed, nil
}

// joined puts together options typed with space around the sign: "vs = none".
func joined(words []string) []string {
	var whole []string
	for _, word := range words {
		last := len(whole) - 1
		ended := last >= 0 && strings.HasSuffix(whole[last], "=") && !strings.Contains(word, "=")
		begun := last >= 0 && strings.HasPrefix(word, "=") && !strings.Contains(whole[last], "=")
		if ended || begun {
			whole[last] += word
		} else {
			whole = append(whole, word)
		}
	}
	return whole
}

// check holds one option against the command's, and against those before it. It
// returns the option as it was probably meant, nothing for one to be left out.
func (c Command) check(s setting, before arguments) (setting, *fault.Error) {
	wrong := func(key, part string) *fault.Error {
		return fault.New(fault.Invalid, key, fault.Args{"part": part, "usage": strings.TrimSpace("/" + c.Name + " " + c.Usage)})
	}
	option, known := c.option(s.key)
	twice := before.option(option.Name) != ""
	mended := setting{option.Name, s.value}
	switch {
	case option.MendFunc != nil:
		mended.value = option.MendFunc(s.value)
	case len(option.Values) > 0 && !slices.Contains(option.Values, s.value):
		mended.value = nearest(s.value, option.Values, option.Values[0])
	}
	switch {
	case known && twice:
		return setting{}, wrong("fault.command.option_twice", s.key)
	case option.Name == "" || twice:
		return setting{}, wrong("fault.command.option", s.String())
	case !known:
		return mended, wrong("fault.command.option", s.String())
	case s.value == "":
		return mended, wrong("fault.command.option_empty", s.String())
	case s != mended:
		return mended, wrong(option.Key, s.value)
	}
	return mended, nil
}

// option is the command's option of the name, or otherwise the nearest, if any
// is near.
func (c Command) option(name string) (option Option, known bool) {
	names := make([]string, len(c.Options))
	for i, option := range c.Options {
		names[i] = option.Name
	}
	near := nearest(name, names, "")
	if i := slices.Index(names, near); i >= 0 {
		return c.Options[i], near == name
	}
	return Option{}, false
}

// suggest completes the suggestion of a fault about the words to a line that
// can be typed.
func suggest(err error, a arguments) error {
	if f := fault.As(err); f != nil && f.Args["suggestion"] != "" {
		f.Args["suggestion"] = a.line(f.Args["suggestion"])
	}
	return err
}
