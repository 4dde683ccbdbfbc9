package templates

import (
	"strings"

	"huibao/internal/fault"
)

// HelpCommand is a command as help shows it.
type HelpCommand struct {
	Name       string
	Aliases    []string
	Usage      string
	SummaryKey string
	Examples   []string
}

// HelpOptions say what help is about.
type HelpOptions struct {
	Locale   Locale
	Commands []HelpCommand
	Topic    string // a command's name, "" for all
}

// helpTopic is a command in words, not yet escaped.
type helpTopic struct{ names, summary, usage, examples string }

// Help is the card of what can be asked: of one command, or of all with how
// periods are written where one takes them.
func Help(options HelpOptions) Ladder { return multilingual(options.Locale, options.ladder) }

// ladder says it in one language.
func (o HelpOptions) ladder(locale Locale) Ladder {
	title, subtitle := Text(locale, "help.title", nil), Text(locale, "help.subtitle", nil)
	var elements []any
	var lines []string
	periods := false
	for _, command := range o.Commands {
		if o.Topic != "" && o.Topic != command.Name {
			continue
		}
		if o.Topic != "" {
			title = "/" + command.Name
		}
		topic := command.topic(locale)
		elements = append(elements, say("", topic.markdown()))
		lines = append(lines, topic.names, topic.summary, topic.usage, topic.examples)
		periods = periods || strings.Contains(command.Usage, "PERIOD")
	}
	if periods {
		forms := periodForms(locale)
		elements = append(elements, ruleElement{Tag: "hr"}, footnote("periods", strings.Join(forms, "\n")))
		lines = append(lines, forms...)
	}
	return Ladder{
		Card:  newCard("turquoise", title, subtitle, title, elements...),
		Plain: linesCard(title, lines...),
		Text:  harmless(title + "\n" + strings.Join(lines, "\n")),
	}
}

// topic puts a command into words.
func (c HelpCommand) topic(locale Locale) helpTopic {
	names := strings.Join(append([]string{c.Name}, c.Aliases...), " · /")
	return helpTopic{
		names: "/" + names, summary: Text(locale, c.SummaryKey, nil),
		usage:    Text(locale, "help.usage", fault.Args{"usage": strings.TrimSpace("/" + c.Name + " " + c.Usage)}),
		examples: Text(locale, "help.examples", fault.Args{"examples": strings.Join(c.Examples, Text(locale, "list.comma", nil))}),
	}
}

// markdown is the topic with its names in bold and the rest below, in grey what
// is for looking up.
func (t helpTopic) markdown() string {
	return strings.Join([]string{
		"**" + markdown(t.names) + "**", markdown(t.summary), coloured(grey, markdown(t.usage)), coloured(grey, markdown(t.examples)),
	}, "\n")
}

// periodForms are the ways to write a PERIOD, a line each.
func periodForms(locale Locale) []string {
	forms := []string{"help.period", "help.period_last", "help.period_named", "help.period_dates", "help.period_calendar"}
	for i, key := range forms {
		forms[i] = Text(locale, key, nil)
	}
	return forms
}
