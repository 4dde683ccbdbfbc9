package bot

import (
	"context"
	"strings"

	"huibao/templates"
)

// helpCommand is /help. It stays last in the table.
func helpCommand(b *Bot) Command {
	return Command{
		Name:       "help",
		Aliases:    []string{"帮助"}, //nolint:gosmopolitan // its Chinese name
		Usage:      "[COMMAND]",
		SummaryKey: "command.help.summary",
		Examples:   []string{"/help", "/帮助 报告"}, //nolint:gosmopolitan // typed as it is
		Run:        b.help,
	}
}

// fallback is what talk that is no command gets.
func (b *Bot) fallback() Command { return b.commands[len(b.commands)-1] }

// help answers with what can be asked, made from the table the commands are
// run by.
func (b *Bot) help(_ context.Context, r request, arguments arguments) (templates.Ladder, error) {
	options := templates.HelpOptions{Locale: r.locale}
	if topic := strings.TrimPrefix(arguments.words, "/"); topic != "" {
		command, _, rest, ok := b.lookup(topic, "")
		if !ok || rest != "" {
			return templates.Ladder{}, b.unknownCommand("/"+topic, arguments.called)
		}
		options.Topic = command.Name
	}
	for _, command := range b.commands {
		options.Commands = append(options.Commands, templates.HelpCommand{
			Name: command.Name, Aliases: command.Aliases, Usage: command.Usage,
			SummaryKey: command.SummaryKey, Examples: command.Examples,
		})
	}
	return templates.Help(options), nil
}
