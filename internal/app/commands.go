package app

import (
	"huibao/bot"
	"huibao/templates"
)

// CommandInfo is a chat command and what it does in each language.
type CommandInfo struct {
	Name        string
	Aliases     []string          // other names, in Chinese first
	Description map[string]string // by locale
}

// Commands lists the chat commands from the table they are run by.
func Commands() []CommandInfo {
	var commands []CommandInfo
	for _, command := range bot.Table() {
		info := CommandInfo{Name: command.Name, Aliases: command.Aliases, Description: map[string]string{}}
		for _, locale := range templates.Locales() {
			info.Description[string(locale)] = templates.Text(locale, command.SummaryKey, nil)
		}
		commands = append(commands, info)
	}
	return commands
}
