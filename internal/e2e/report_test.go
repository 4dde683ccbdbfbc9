//nolint:gosmopolitan // commands have Chinese names
package e2e

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/simulator"
)

// twoWeeks gives the last two weeks their figures. The week that ended
// yesterday has 500 meetings of 36 minutes, 1,500 participants and its busiest
// day four days ago; the week before has 400 of 30 minutes and 2,000.
func (w *world) twoWeeks() {
	this, before := []int64{70, 80, 90, 120, 100, 25, 15}, []int64{50, 60, 70, 80, 90, 20, 30}
	for i := range this {
		w.platform.SetDay(w.day(7-i), simulator.DayFigures{Meetings: this[i], Seconds: this[i] * 2160, Participants: this[i] * 3})
		w.platform.SetDay(w.day(14-i), simulator.DayFigures{Meetings: before[i], Seconds: before[i] * 1800, Participants: before[i] * 5})
	}
}

func TestReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{fresh: true})
	w.twoWeeks()
	w.start()
	question := w.ask(simulator.GroupID, simulator.MemberID, "/report 7d")
	c := cardOf(w.answer(question))
	w.settle()
	w.answeredOnce(question.MessageID)
	if c["schema"] != "2.0" {
		t.Errorf("schema %v, want 2.0", c["schema"])
	}
	for id, words := range map[string][]string{
		"meeting_count":     {"500", "25%", "400"},
		"meeting_duration":  {"300", "50%", "200"}, // hours
		"participant_count": {"1,500", "25%", "2,000"},
	} {
		for _, word := range words {
			if !strings.Contains(c.says(id), word) {
				t.Errorf("%s says %q, want %s in it", id, c.says(id), word)
			}
		}
	}
	if c.element("missing_days") != nil {
		t.Errorf("days are said to be missing: %s", c.says("missing_days"))
	}
	if chart := c.element("chart"); chart["tag"] != "chart" || chart["chart_spec"] == nil {
		t.Errorf("the chart is %v", chart)
	}
	all := contents(c)
	for _, words := range []string{w.day(7), w.day(1), w.zone.String(), w.day(4), "36"} {
		if !strings.Contains(all, words) {
			t.Errorf("the card does not say %s: %s", words, all)
		}
	}
	if !strings.Contains(all, w.day(8)) {
		t.Errorf("the card does not say what it compares with: %s", all)
	}
	if diff := cmp.Diff([]string{"date", "meeting_count", "meeting_duration_seconds", "participant_count"}, c.columns()); diff != "" {
		t.Errorf("the columns differ (-want +got):\n%s", diff)
	}
	want := make([]map[string]any, 7)
	for i, meetings := range []float64{70, 80, 90, 120, 100, 25, 15} {
		want[i] = map[string]any{
			"date": w.day(7 - i), "meeting_count": meetings, "meeting_duration_seconds": meetings * 0.6, "participant_count": meetings * 3,
		}
	}
	if diff := cmp.Diff(want, c.rows()); diff != "" {
		t.Errorf("the rows differ (-want +got):\n%s", diff)
	}
}

// A day the platform left out is missing when it may still come, and zero when
// it is no workday.
func TestReportNamesMissingDays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_FINAL_AFTER": "240h"}})
	w.twoWeeks()
	want := map[string]any{}
	var missing, zero string
	total := int64(500)
	for ago := 1; ago <= 7; ago++ {
		date, _ := time.Parse(time.DateOnly, w.day(ago))
		figures, _ := w.platform.Day(w.day(ago))
		want[w.day(ago)] = float64(figures.Meetings)
		switch date.Weekday() {
		case time.Wednesday:
			missing, want[w.day(ago)] = w.day(ago), nil
		case time.Saturday:
			zero, want[w.day(ago)] = w.day(ago), 0.0
		default:
			continue
		}
		total -= figures.Meetings
		w.platform.DropDay(w.day(ago))
	}
	w.start()
	c := cardOf(w.answered(simulator.GroupID, simulator.MemberID, "/report 7d"))
	if says := c.says("missing_days"); !strings.Contains(says, missing) || strings.Contains(says, zero) {
		t.Errorf("missing days are %q, want %s and not %s", says, missing, zero)
	}
	if says := c.says("meeting_count"); !strings.Contains(says, strconv.FormatInt(total, 10)) {
		t.Errorf("meetings are %q, want %d", says, total)
	}
	got := map[string]any{}
	for _, row := range c.rows() {
		got[row["date"].(string)] = row["meeting_count"]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the rows differ (-want +got):\n%s", diff)
	}
}

// The grammar reaches the report whatever it is written in.
func TestReportPeriods(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	now := time.Now().In(w.zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, w.zone)
	w.platform.SetDay(w.day(0), simulator.DayFigures{Meetings: 7, Seconds: 7200, Participants: 21})
	w.start()
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	quarter := (int(now.Month()) - 1) / 3
	first := time.Date(now.Year(), time.Month(3*quarter+1), 1, 0, 0, 0, 0, w.zone)
	cases := []struct {
		chatID, words string
		from, to      time.Time
	}{
		{simulator.GroupID, "/报告 上周", monday.AddDate(0, 0, -7), monday.AddDate(0, 0, -1)},
		{simulator.GroupID, fmt.Sprintf("/report %d-Q%d", now.Year(), quarter+1), first, later(first, today.AddDate(0, 0, -1))},
		{simulator.GroupID, "／REPORT   ７Ｄ", today.AddDate(0, 0, -7), today.AddDate(0, 0, -1)},
		{simulator.GroupID, "/report yesterday", today.AddDate(0, 0, -1), today.AddDate(0, 0, -1)},
		{simulator.PrivateID, "report 4w", today.AddDate(0, 0, -28), today.AddDate(0, 0, -1)},
		{simulator.PrivateID, "报告 今天", today, today},
	}
	for _, c := range cases {
		var meetings int64
		for day := c.from; !day.After(c.to); day = day.AddDate(0, 0, 1) {
			if !day.Before(now.Add(-90 * 24 * time.Hour)) {
				figures, _ := w.platform.Day(day.Format(time.DateOnly))
				meetings += figures.Meetings
			}
		}
		answer := cardOf(w.answered(c.chatID, simulator.MemberID, c.words))
		if says := answer.says("meeting_count"); !strings.Contains(strings.ReplaceAll(says, ",", ""), strconv.FormatInt(meetings, 10)) {
			t.Errorf("%s: meetings are %q, want %d", c.words, says, meetings)
		}
		for _, day := range []time.Time{c.from, c.to} {
			if all := contents(answer); !strings.Contains(all, day.Format(time.DateOnly)) {
				t.Errorf("%s: the card does not say %s: %s", c.words, day.Format(time.DateOnly), all)
			}
		}
	}
}

// later is the later of two instants.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// typed finds a line that can be typed in what a card says.
var typed = regexp.MustCompile(`/[a-z]+ [a-z0-9 ]+[a-z0-9]`)

// What is wrong is named, and what is suggested instead works.
func TestWrongCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.twoWeeks()
	w.start()
	for words, part := range map[string]string{
		"/report tomorow":                "tomorow",
		"/report 2026-11-31":             "2026-11-31",
		"/report 2026-11-07..2026-11-01": "2026-11-01",
		"/report 7d vs=yesterday":        "yesterday",
		"/reprot 7d":                     "/reprot",
	} {
		answer := w.answered(simulator.PrivateID, simulator.MemberID, words)
		if said := text(answer); !strings.Contains(said, part) || cardOf(answer).element("meeting_count") != nil {
			t.Errorf("%s: the answer does not name %q: %s", words, part, said)
		}
	}
	suggested := typed.FindString(text(w.answered(simulator.PrivateID, simulator.MemberID, "/report yesterdya")))
	if suggested == "" {
		t.Fatal("nothing is suggested in place of yesterdya")
	}
	if answer := cardOf(w.answered(simulator.PrivateID, simulator.MemberID, suggested)); answer.element("meeting_count") == nil {
		t.Errorf("%s is suggested and not answered with figures: %s", suggested, contents(answer))
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	for _, words := range []string{"/help", "/帮助", "hello", "？"} {
		said := text(w.answered(simulator.PrivateID, simulator.MemberID, words))
		for _, command := range []string{"/report", "/报告", "/help", "7d"} {
			if !strings.Contains(said, command) {
				t.Errorf("%s: help does not name %s: %s", words, command, said)
			}
		}
	}
}

// An answer stays in the thread of its question.
func TestThread(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	question := w.platform.SendText(simulator.GroupID, simulator.MemberID, "/help", simulator.TextOptions{MentionBot: true, ThreadID: "omt_e2e"})
	if answer := w.answer(question); answer.ThreadID != "omt_e2e" {
		t.Errorf("the answer is in the thread %q", answer.ThreadID)
	}
}

// In a group only what mentions the bot is answered; rich text counts too.
func TestMention(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	unmeant := w.platform.SendText(simulator.GroupID, simulator.MemberID, "/help", simulator.TextOptions{})
	recalled := w.platform.SendText(simulator.GroupID, simulator.MemberID, "/help", simulator.TextOptions{MentionBot: true, Recalled: true})
	inside := w.platform.SendText(simulator.GroupID, simulator.MemberID, "/help please @huibao", simulator.TextOptions{})
	rich := w.platform.SendText(simulator.GroupID, simulator.MemberID, "/help", simulator.TextOptions{MentionBot: true, Post: true})
	w.answer(inside)
	w.answer(rich)
	w.arrived(4)
	w.settle()
	for _, message := range []simulator.Message{unmeant, recalled} {
		if answers := w.answersTo(message.MessageID); len(answers) > 0 {
			t.Errorf("%s was answered: %s", message.Content, text(answers[0]))
		}
	}
}
