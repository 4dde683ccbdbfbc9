package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"huibao/internal/audit"
	"huibao/internal/fault"
	"huibao/reports"
	"huibao/templates"
)

// defaultChoice goes back to what the tenant chose.
const defaultChoice = templates.TenantDefault

// settingsCommand is /settings.
func settingsCommand(b *Bot) Command {
	unit := unitOption
	unit.Values = append(slices.Clone(unit.Values), defaultChoice)
	return Command{
		Name:       "settings",
		Aliases:    []string{"设置"}, //nolint:gosmopolitan // its Chinese name
		Usage:      "[lang=zh|en|ja] [tz=ZONE] [unit=cn|us|sg|jp|default]",
		SummaryKey: "command.settings.summary",
		Examples:   []string{"/settings", "/settings lang=en tz=Europe/Berlin", "/设置 lang=zh"}, //nolint:gosmopolitan // typed as it is
		Options:    []Option{languageOption, zoneOption, unit},
		Run:        b.chatSettings,
	}
}

// chatSettings answers with the chat's settings, changed as asked.
func (b *Bot) chatSettings(ctx context.Context, r request, arguments arguments) (templates.Ladder, error) {
	if arguments.words != "" {
		return templates.Ladder{}, wordOfSettings(arguments)
	}
	if len(arguments.settings) == 0 {
		return r.settingsCard(false), nil
	}
	if err := b.mayManage(ctx, r.asker); err != nil {
		return templates.Ladder{}, err
	}
	return b.chooseSettings(ctx, r.asker, func(chat *Chat) error {
		for _, s := range arguments.settings {
			if err := set(chat, s.key, s.value); err != nil {
				return err
			}
		}
		return nil
	})
}

// wordOfSettings is the fault of a word where only options may stand. A bare
// value is suggested with its name.
func wordOfSettings(arguments arguments) error {
	word, _, _ := strings.Cut(arguments.words, " ")
	meant := ""
	switch _, isZone := zoneName(word); {
	case languages[word] != "" && arguments.option(templates.SetsLocale) == "":
		meant = templates.SetsLocale + "=" + word
	case slices.Contains(unitOption.Values, word) && arguments.option(templates.SetsUnit) == "":
		meant = templates.SetsUnit + "=" + word
	case isZone && arguments.option(zoneOption.Name) == "":
		meant = zoneOption.Name + "=" + word
	}
	return fault.New(fault.Invalid, "fault.command.option", fault.Args{
		"part": arguments.words, "usage": arguments.called + " lang=en tz=Europe/Berlin unit=cn", "suggestion": arguments.line(meant),
	})
}

// changeSetting changes the setting that was chosen on the card.
func (b *Bot) changeSetting(ctx context.Context, p pressed) (templates.Ladder, error) {
	return b.chooseSettings(ctx, p.asker, func(chat *Chat) error { return set(chat, p.Value["sets"], p.Option) })
}

// chooseSettings changes the chat's settings, with an audit entry, and shows
// them in the language that counts now.
func (b *Bot) chooseSettings(ctx context.Context, a asker, choose func(*Chat) error) (templates.Ladder, error) {
	entry := &audit.Entry{TenantKey: a.tenantKey, At: b.Now(), Actor: a.actor(), Action: "chat.update", Object: "chat/" + a.chatID}
	chat, err := b.Chats.ChangeChat(ctx, a.tenantKey, a.chatID, entry, choose)
	if err != nil {
		return templates.Ladder{}, fmt.Errorf("change the settings of chat %s: %w", a.chatID, err)
	}
	a.locale, a.zone = a.settings.Locale, a.settings.Zone()
	a.know(chat)
	return a.settingsCard(true), nil
}

// set changes one setting of a chat. The error is a fault of kind Invalid.
func set(chat *Chat, name, value string) error {
	isDefault := value == defaultChoice
	switch name {
	case templates.SetsLocale:
		if languages[value] == "" && !isDefault {
			return wrongPart("fault.settings.lang", value, "zh")
		}
		chat.Locale = string(languages[value])
	case "tz":
		zone, ok := zoneName(value)
		if !ok && !isDefault {
			return wrongPart("fault.subscribe.timezone", value, defaultZone)
		}
		chat.Timezone = zone
	case templates.SetsUnit:
		unit, err := reports.ParseUnit(value)
		if err != nil && !isDefault {
			return wrongPart("fault.command.unit", value, string(reports.UnitCN))
		}
		chat.Unit = unit
	default:
		return fault.New(fault.Invalid, "fault.press.unknown", nil)
	}
	return nil
}

// settingsCard shows what the chat chose.
func (a asker) settingsCard(changed bool) templates.Ladder {
	return templates.Settings(a.locale, templates.ChatSettings{
		Locale: templates.Locale(a.chat.Locale), TenantLocale: a.settings.Locale,
		Timezone: a.chat.Timezone, TenantTimezone: a.settings.Timezone,
		Unit: a.chat.Unit, TenantUnit: a.settings.Unit,
		MayChange: a.manages(a.chat), Changed: changed,
	})
}
