package templates

import (
	"strings"

	"huibao/internal/fault"
	"huibao/reports"
)

// ActionSettings is the action of the selects on the card of a chat's settings;
// the value's "sets" is one of the names below.
const (
	ActionSettings = "settings"
	SetsLocale     = "lang"
	SetsUnit       = "unit"
)

// TenantDefault is the choice of what the tenant chose.
const TenantDefault = "default"

// ChatSettings are what a chat chose and what counts where it chose nothing.
type ChatSettings struct {
	Locale, TenantLocale     Locale // Locale "" for no choice of its own, as below
	Timezone, TenantTimezone string
	Unit, TenantUnit         reports.Unit
	MayChange                bool // whoever asked may change them
	Changed                  bool // they just were
}

// Settings is the card of a chat's settings.
func Settings(locale Locale, s ChatSettings) Ladder { return multilingual(locale, s.ladder) }

// ladder says it in one language.
func (s ChatSettings) ladder(locale Locale) Ladder {
	title := Text(locale, "settings.title", nil)
	own := func(chosen, tenants string, isOwn bool) string {
		if isOwn || tenants == Text(locale, "unit.none", nil) {
			return chosen
		}
		return Text(locale, "settings.default", fault.Args{"value": tenants})
	}
	name := func(l Locale) string { return Text(l, "language.own_name", nil) }
	lines := []string{
		Text(locale, "settings.lang", fault.Args{"value": own(name(s.Locale), name(s.TenantLocale), s.Locale != "")}),
		Text(locale, "settings.tz", fault.Args{"value": own(s.Timezone, s.TenantTimezone, s.Timezone != "")}),
		Text(locale, "settings.unit", fault.Args{"value": own(unitName(locale, s.Unit), unitName(locale, s.TenantUnit), s.Unit != reports.UnitNone)}),
	}
	if s.Changed {
		title = Text(locale, "settings.changed", nil)
	}
	elements := []any{say("settings", markdownLines(lines))}
	hint := Text(locale, "settings.hint", nil)
	if s.MayChange {
		elements = append(elements, beside(s.localeSelect(locale), s.unitSelect(locale)), footnote("hint", hint))
		lines = append(lines, hint)
	}
	return Ladder{
		Card: newCard(blue, title, "", title, elements...), Plain: linesCard(title, lines...),
		Text: harmless(title + "\n" + strings.Join(lines, "\n")),
	}
}

// localeSelect chooses the language.
func (s ChatSettings) localeSelect(locale Locale) selectElement {
	options := append([]selectOption{option(Text(locale, "settings.use_default", nil), TenantDefault)}, localeOptions()...)
	return settingsSelect(locale, SetsLocale, string(s.Locale), options)
}

// unitSelect chooses where the data reside.
func (s ChatSettings) unitSelect(locale Locale) selectElement {
	options := []selectOption{option(Text(locale, "settings.use_default", nil), TenantDefault)}
	for _, unit := range []reports.Unit{reports.UnitCN, reports.UnitUS, reports.UnitSG, reports.UnitJP} {
		options = append(options, option(unitName(locale, unit), string(unit)))
	}
	return settingsSelect(locale, SetsUnit, string(s.Unit), options)
}

// settingsSelect is a select that changes one setting.
func settingsSelect(locale Locale, sets, value string, options []selectOption) selectElement {
	if value == "" {
		value = TenantDefault
	}
	return selectElement{
		Tag: "select_static", ElementID: "set_" + sets, Placeholder: plainText(Text(locale, "settings.choose_"+sets, nil), labelLength),
		Options: options, InitialOption: value, Behaviors: calls(map[string]string{"action": ActionSettings, partSets: sets}),
	}
}
