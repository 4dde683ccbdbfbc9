package bot

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// smallWords stay small inside the name of a time zone.
var smallWords = map[string]bool{"of": true, "es": true, "au": true}

// oddZones are the names with capitals inside a word.
var oddZones = []string{
	"America/Argentina/ComodRivadavia", "America/Knox_IN", "Antarctica/DumontDUrville", "Antarctica/McMurdo", "Australia/ACT", "Australia/LHI",
	"Australia/NSW", "Brazil/DeNoronha", "Chile/EasterIsland", "Etc/UCT", "GB-Eire", "Mexico/BajaNorte", "Mexico/BajaSur",
}

// zoneName finds the IANA name of a time zone that was typed in any case; ok is
// false when there is none.
func zoneName(typed string) (name string, ok bool) {
	if typed == "" || strings.EqualFold(typed, "local") {
		return "", false
	}
	spellings := []string{titled(typed), strings.ToUpper(typed), typed}
	if at := slices.IndexFunc(oddZones, func(name string) bool { return strings.EqualFold(name, typed) }); at >= 0 {
		spellings = oddZones[at : at+1]
	}
	for _, name := range spellings {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone.String(), true
		}
	}
	return "", false
}

// titled writes a name as the database of time zones does: "america/port_of_spain"
// is America/Port_of_Spain, "etc/gmt+8" Etc/GMT+8.
func titled(typed string) string {
	var name strings.Builder
	word := func(text string, first bool) {
		switch {
		case strings.HasPrefix(text, "gmt"), strings.HasPrefix(text, "utc"), text == "us":
			text = strings.ToUpper(text)
		case first || !smallWords[text]:
			text = strings.ToUpper(text[:min(1, len(text))]) + text[min(1, len(text)):]
		}
		name.WriteString(text)
	}
	start, first := 0, true
	lower := strings.ToLower(typed)
	for i, r := range lower {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '+' {
			continue
		}
		word(lower[start:i], first)
		name.WriteRune(r)
		start, first = i+len(string(r)), r == '/'
	}
	word(lower[start:], first)
	return name.String()
}

// defaultZone is suggested in place of a time zone that is none.
const defaultZone = "asia/shanghai"

// zoneOption names a time zone.
var zoneOption = Option{Name: "tz", Key: "fault.subscribe.timezone", MendFunc: func(value string) string {
	if _, ok := zoneName(value); ok || value == defaultChoice {
		return value
	}
	return defaultZone
}}
