package templates

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/reports"
)

// ranking is one of the last week, asked for at 09:00.
func ranking(people ...reports.TopUser) *reports.TopReport {
	span := reports.Range{From: today.AddDays(-7), To: today.AddDays(-1)}
	return &reports.TopReport{
		TopQuery: reports.TopQuery{
			TenantKey: "tenant", Period: reports.Period{Range: span, Full: span, Step: reports.StepDays, Text: "7d"},
			Zone: shanghai, By: reports.TopByCount, Limit: 10,
		},
		People: people, AsOf: time.Date(2026, 11, 10, 9, 0, 0, 0, shanghai),
	}
}

// ranks is a line of a ranking.
func ranks(kind reports.TopKind, name string, meetings, seconds int64) reports.TopUser {
	return reports.TopUser{ID: "ou_1", Name: name, Kind: kind, MeetingCount: meetings, MeetingDurationSeconds: seconds}
}

// longest is the longest ranking there is, of one name and figures.
func longest(name string, figure int64) *reports.TopReport {
	report := ranking()
	report.Implausible = true
	for range 50 {
		report.People = append(report.People, ranks(reports.TopGuest, name, figure, figure))
	}
	for range 10 {
		report.Rooms = append(report.Rooms, ranks(reports.TopRoom, name, figure, figure))
	}
	return report
}

// hostileNames are names that somebody might give themselves.
var hostileNames = []string{
	"**bold** _x_ [link](https://example.com)", "<at id=all></at>", `<at user_id="all">everyone</at>`, "\u202eevil\u202c\nnew line",
	strings.Repeat("长名", 100), "  ", "{period} </font>",
}

// rankings are those of the golden files, by name.
func rankings() map[string]*reports.TopReport {
	people := []reports.TopUser{
		ranks(reports.TopPerson, "王小明", 1033, 147_680), ranks(reports.TopPerson, "Ada Lovelace", 42, 100_800),
		ranks(reports.TopGuest, "+86 10 5555 0000", 1, 45),
	}
	rooms := ranking(people...)
	rooms.By, rooms.Unit = reports.TopByDuration, reports.UnitCN
	rooms.Rooms = []reports.TopUser{ranks(reports.TopRoom, "会议室 3F", 50, 180_000), ranks(reports.TopRoom, "Aquarium", 12, 3_600)}
	hostile := ranking()
	for _, name := range hostileNames {
		hostile.People = append(hostile.People, ranks(reports.TopPerson, name, 1, 60))
	}
	implausible := ranking(people...)
	implausible.Implausible = true
	return map[string]*reports.TopReport{
		"people": ranking(people...), "rooms": rooms, "nobody": ranking(), "hostile": hostile, "implausible": implausible,
	}
}

func TestGoldenRankings(t *testing.T) {
	for name, report := range rankings() {
		for _, locale := range Locales() {
			ladder := Top(report, locale)
			golden(t, "top_"+name+"."+string(locale), ladder)
			sendable(t, name, ladder)
		}
	}
}

// Scripts find the figures as numbers, and each row's name after its rank.
func TestRankingCanBeReadByScripts(t *testing.T) {
	card := read(t, Top(rankings()["rooms"], English).Card)
	row := func(name string, meetings, hours float64) object {
		return object{"name": name, "meeting_count": meetings, "meeting_duration_seconds": hours}
	}
	for id, want := range map[string]array{
		"people": {row("1. 王小明", 1033, 41.02), row("2. Ada Lovelace", 42, 28), row("3. +86 10 5555 0000 (guest)", 1, 0.01)},
		"rooms":  {row("1. 会议室 3F", 50, 50), row("2. Aquarium", 12, 1)},
	} {
		table := find(card, id)
		if diff := cmp.Diff(want, table["rows"]); diff != "" || table["page_size"] != 10.0 {
			t.Errorf("%s, %v a page: %s", id, table["page_size"], diff)
		}
	}
}

// Whatever names are made of, the longest ranking can be sent in every language.
func TestLongestRankingCanBeSent(t *testing.T) {
	for _, name := range append([]string{
		strings.Repeat("<", 200), strings.Repeat(`"`, 200), strings.Repeat(`\`, 200), strings.Repeat("&", 200), strings.Repeat("👩", 200),
		strings.Repeat("名", 200), "",
	}, hostileNames...) {
		for _, locale := range Locales() {
			sendable(t, fmt.Sprintf("%.40q %s", name, locale), Top(longest(name, math.MaxInt64/8), locale))
		}
	}
}

// Names are plain text wherever they stand, short, and on one line.
func TestNamesAreHarmless(t *testing.T) {
	report := rankings()["hostile"]
	for _, locale := range Locales() {
		ladder := Top(report, locale)
		if strings.ContainsAny(ladder.Text, "<[\u202e") {
			t.Errorf("the text has tags or links:\n%s", ladder.Text)
		}
		for _, part := range []any{read(t, ladder.Card), read(t, ladder.Plain)} {
			for _, content := range markdownsOf(part) {
				if strings.Contains(content, "bold") || strings.Contains(content, "all") {
					t.Errorf("a name is markdown: %s", content)
				}
			}
		}
		rows := find(read(t, ladder.Card), "people")["rows"].(array)
		if len(rows) != len(hostileNames) {
			t.Fatalf("%d rows", len(rows))
		}
		for i, row := range rows {
			name := row.(object)["name"].(string)
			if len([]rune(name)) > nameLength+3 || strings.ContainsAny(name, "\n\u202e") || !strings.HasPrefix(name, itoa(i+1)+". ") {
				t.Errorf("row %d is named %q", i, name)
			}
		}
	}
	if name := find(read(t, Top(report, English).Card), "people")["rows"].(array)[5].(object)["name"]; name != "6. no name" {
		t.Errorf("nobody's name is %q", name)
	}
}

// markdownsOf are the contents of all markdown elements, wherever they stand.
func markdownsOf(value any) []string {
	var contents []string
	switch value := value.(type) {
	case object:
		if value["tag"] == "markdown" {
			contents = append(contents, value["content"].(string))
		}
		for _, inner := range value {
			contents = append(contents, markdownsOf(inner)...)
		}
	case array:
		for _, inner := range value {
			contents = append(contents, markdownsOf(inner)...)
		}
	}
	return contents
}

// The warning stands on every rung, and nowhere without a reason.
func TestRankingWarns(t *testing.T) {
	for name, report := range rankings() {
		ladder := Top(report, English)
		for rung, said := range map[string]string{"card": ladder.Card.JSON(), "plain": ladder.Plain.JSON(), "text": ladder.Text} {
			if warned := strings.Contains(said, "counted in another unit"); warned != report.Implausible {
				t.Errorf("%s: the %s warns: %v", name, rung, warned)
			}
		}
	}
}
