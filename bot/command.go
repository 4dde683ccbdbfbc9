package bot

import (
	"cmp"
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"huibao/internal/fault"
	"huibao/templates"
)

// Command is one thing people may ask. Parsing, help and "did you mean" are
// all made from the same table of commands.
type Command struct {
	Name       string   // after the slash, in Latin letters
	Aliases    []string // other names, in Chinese first
	Usage      string   // the arguments, in the contract's notation
	SummaryKey string   // message key of what it does
	Examples   []string // whole lines that can be typed as they are
	Options    []Option // the key=value arguments it takes
	Run        func(ctx context.Context, r request, arguments arguments) (templates.Ladder, error)
}

// Option is a key=value argument.
type Option struct {
	Name   string
	Values []string // the first is suggested where none is near
	Key    string   // message key of a value that is wrong
	// MendFunc returns a value as it was probably meant, a right one as it is;
	// nil where the values are listed.
	MendFunc func(value string) string
}

// names are all that the command is called by, with the slash.
func (c Command) names() []string {
	names := append(make([]string, 0, 1+len(c.Aliases)), "/"+c.Name)
	for _, alias := range c.Aliases {
		names = append(names, "/"+alias)
	}
	return names
}

// slashes may stand before a command: a Chinese keyboard types 、 for /.
const slashes = "/、 "

// parse finds the command in a text and reads its arguments. Talk that is no
// command is asked for help; a slash with an unknown name is an error with the
// nearest name. The error is a fault of kind Invalid whose Args name the part
// that is wrong.
func (b *Bot) parse(text string) (Command, arguments, error) {
	line := normalise(text)
	bare := strings.TrimLeft(line, slashes)
	name, rest, _ := strings.Cut(bare, " ")
	command, called, rest, ok := b.lookup(name, rest)
	switch {
	case !ok && bare != line:
		return Command{}, arguments{}, b.unknownCommand("/"+name, "")
	case !ok:
		command, called, rest = b.fallback(), "help", ""
	}
	parsed, err := parseArguments(command, "/"+called, rest)
	return command, parsed, err
}

// longestLine is more bytes than any right command has. Of a longer line the
// rest is not looked at: it is wrong or talk, whatever follows.
const longestLine = 500

// normalise folds full-width characters, case and runs of space, and drops what
// cannot be seen.
func normalise(text string) string {
	seen := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, width.Fold.String(text))
	line := strings.Join(strings.Fields(strings.ToLower(seen)), " ")
	return strings.ToValidUTF8(line[:min(len(line), longestLine)], "")
}

// lookup finds a command by name or alias, and says by which. Chinese is
// written without spaces, so a Chinese name also counts at the beginning of a
// longer word, the longest one first.
func (b *Bot) lookup(name, rest string) (found Command, called, arguments string, ok bool) {
	for _, command := range b.commands {
		for _, candidate := range command.names() {
			candidate = candidate[1:]
			if name == candidate {
				return command, candidate, rest, true
			}
			if len(candidate) > len(called) && candidate[0] >= utf8.RuneSelf && strings.HasPrefix(name, candidate) {
				found, called = command, candidate
			}
		}
	}
	if called == "" {
		return Command{}, "", "", false
	}
	return found, called, strings.TrimSpace(name[len(called):] + " " + rest), true
}

// unknownCommand names what is no command, and the nearest that is one after
// the given beginning of the line; where none is near, that beginning or help.
func (b *Bot) unknownCommand(name, before string) error {
	var names []string
	for _, command := range b.commands {
		names = append(names, command.names()...)
	}
	suggestion := nearest(name, names, "")
	switch {
	case suggestion == "":
		suggestion = cmp.Or(before, "/help")
	case before != "":
		suggestion = before + " " + suggestion[1:]
	}
	return fault.New(fault.Invalid, "fault.command.unknown", fault.Args{"part": name, "suggestion": suggestion})
}

// Table is the table of commands, for those who list them.
func Table() []Command { return New(Options{}).commands }
