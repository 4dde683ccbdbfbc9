//nolint:gosmopolitan // commands have Chinese names
package bot

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"huibao/internal/fault"
	"huibao/internal/settings"
	"huibao/reports"
	"huibao/scheduler"
	"huibao/templates"
)

// parser is a bot that only parses, and a request on the day of the cases.
func parser(t testing.TB) (*Bot, request) {
	t.Helper()
	today, err := reports.ParseDate("2026-11-10")
	if err != nil {
		t.Fatal(err)
	}
	return New(Options{Schedules: numberedSchedules{numbers: []int{1, 3}}}), request{asker: asker{
		settings: settings.Settings{WeekStart: "monday"}, today: today, chat: Chat{Unit: reports.UnitSG}, zone: time.UTC,
		locale: templates.English,
	}}
}

// numberedSchedules are those of a chat, by their numbers alone.
type numberedSchedules struct {
	Schedules
	numbers []int
}

func (n numberedSchedules) OfChat(context.Context, string, string) ([]scheduler.Schedule, error) {
	var list []scheduler.Schedule
	for _, number := range n.numbers {
		list = append(list, scheduler.Schedule{Number: number})
	}
	return list, nil
}

func (n numberedSchedules) FindScheduleByNumber(_ context.Context, _, _ string, number int) (scheduler.Schedule, bool, error) {
	return scheduler.Schedule{Number: number}, slices.Contains(n.numbers, number), nil
}

// outcomeOf parses a line and says in one line what came of it.
func outcomeOf(b *Bot, r request, line string) string {
	command, arguments, err := b.parse(line)
	if err == nil && command.Name == "help" {
		if _, err = b.help(nil, r, arguments); err == nil { //nolint:staticcheck // help looks at no context
			topic := strings.TrimPrefix(arguments.words, "/")
			topic = strings.NewReplacer("报告", "report").Replace(topic)
			return strings.TrimSpace("help " + topic)
		}
	}
	if err == nil && command.Name == "export" {
		takeFormat(&arguments)
	}
	if err == nil && !strings.HasPrefix(command.Usage, "[PERIOD]") {
		said, problem := b.setUp(r, command, arguments)
		if problem == nil {
			return said
		}
		err = problem
	}
	if err == nil {
		var query reports.Query
		if query, err = b.readQuery(r, arguments); err == nil {
			return fmt.Sprintf("%s %s..%s unit=%s vs=%s", command.Name, query.Period.From, query.Period.To, query.Unit, query.Compare)
		}
	}
	f := fault.As(err)
	said := f.Key
	for _, name := range []string{"part", "suggestion"} {
		if value := f.Args[name]; value != "" {
			said += " " + name + "=" + value
		}
	}
	return said
}

// setUp says what a command about subscriptions or settings comes to.
func (b *Bot) setUp(r request, command Command, arguments arguments) (string, error) {
	said := []string{command.Name}
	switch command.Name {
	case "subscribe":
		if arguments.words == "" {
			break
		}
		wanted, err := r.readWanted(arguments)
		if err != nil {
			return "", err
		}
		draft, err := r.draft(wanted)
		return fmt.Sprintf("subscribe %s | %s | %s | %s | %s", draft.Cron, draft.On, draft.Period, draft.Timezone, draft.Locale), err
	case "pause", "resume", "run", "unsubscribe":
		number, rest := splitNumber(arguments.words)
		if command.Name != "pause" {
			number, rest = arguments.words, nil
		}
		schedule, err := b.findSubscription(context.Background(), r.asker, number, arguments.called)
		if err != nil {
			return "", err
		}
		until, err := r.readUntil(rest, arguments.called+" "+number)
		return strings.TrimSpace(fmt.Sprintf("%s %d %s", command.Name, schedule.Number, until)), err
	case "settings":
		if arguments.words != "" {
			return "", wordOfSettings(arguments)
		}
		var chat Chat
		for _, s := range arguments.settings {
			if err := set(&chat, s.key, s.value); err != nil {
				return "", err
			}
			said = append(said, s.key+"="+map[string]string{"lang": chat.Locale, "tz": chat.Timezone, "unit": string(chat.Unit)}[s.key])
		}
	}
	return strings.Join(said, " "), nil
}

func TestCommands(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "commands", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	b, r := parser(t)
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range archive.Files {
			t.Run(filepath.Base(file)+" "+c.Name, func(t *testing.T) {
				if diff := cmp.Diff(strings.TrimSpace(string(c.Data)), outcomeOf(b, r, c.Name)); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		}
	}
}

// What is suggested can be typed, and is then no longer wrong.
func TestSuggestionsAreRight(t *testing.T) {
	b, r := parser(t)
	for _, name := range []string{"options", "periods", "unknown", "subscribe_wrong", "subscriptions_wrong", "settings_wrong"} {
		archive, err := txtar.ParseFile(filepath.Join("testdata", "commands", name+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range archive.Files {
			_, suggestion, ok := strings.Cut(strings.TrimSpace(string(c.Data)), " suggestion=")
			if !ok {
				t.Errorf("%s: nothing is suggested", c.Name)
				continue
			}
			if said := outcomeOf(b, r, suggestion); strings.HasPrefix(said, "fault.") {
				t.Errorf("%s: %s is suggested, which gets %s", c.Name, suggestion, said)
			}
		}
	}
}

// Every name of every command works, help shows each, and its examples and
// options are what the command takes.
func TestTable(t *testing.T) {
	b, r := parser(t)
	seen := map[string]string{}
	for _, command := range Table() {
		if len(command.Aliases) == 0 || command.SummaryKey == "" || command.Run == nil {
			t.Errorf("%s lacks a Chinese name, a summary or what runs it", command.Name)
		}
		for _, name := range command.names() {
			if other, twice := seen[name]; twice {
				t.Errorf("%s is a name of %s and of %s", name, other, command.Name)
			}
			seen[name] = command.Name
			if found, _, err := b.parse(name); err != nil || found.Name != command.Name {
				t.Errorf("%s leads to %q, %v", name, found.Name, err)
			}
		}
		for _, option := range command.Options {
			want := "[" + option.Name + "=" + strings.Join(option.Values, "|")
			if !strings.Contains(command.Usage, want) || option.MendFunc == nil && !strings.Contains(command.Usage, want+"]") {
				t.Errorf("the usage of %s does not tell %s", command.Name, want)
			}
		}
		for _, example := range command.Examples {
			if said := outcomeOf(b, r, example); strings.HasPrefix(said, "fault.") || !strings.HasPrefix(said, command.Name) {
				t.Errorf("the example %s of %s gets %s", example, command.Name, said)
			}
		}
	}
}

// longestReading is how long it may take to read one line.
const longestReading = 10 * time.Millisecond

// FuzzCommand holds that no line makes the parser panic or think for long, and that
// an error names the part that is wrong and suggests only what is right.
func FuzzCommand(f *testing.F) {
	for _, seed := range []string{
		"/report 7d vs=none", "／报告上周　unit＝ｃｎ", "/help /report", "= = =", "/报告vs==", "vs=\u200b", "、", "/report a=b=c a=b",
		"/subscribe weekly mon,foo 25:61 last weak tz=x", "/订阅每周一、周四9点半上周", "/订阅 每月32号99:99", "/pause 1 until morgen", "/暂停1到2026-12-31",
		"/settings en tz=local lang=xx", "/settings unit=default tz=gb-eire", "/unsubscribe #3",
	} {
		f.Add(seed)
	}
	b, r := parser(f)
	f.Fuzz(func(t *testing.T, text string) {
		quick(t, func() { outcomeOf(b, r, text) })
		command, arguments, err := b.parse(text)
		if err == nil && command.Run == nil {
			t.Fatalf("%q gives neither a command nor an error", text)
		}
		suggests := err != nil
		switch {
		case err != nil:
		case command.Name == "report":
			_, err = b.readQuery(r, arguments)
		case command.Name == "subscribe" || command.Name == "settings":
			_, err = b.setUp(r, command, arguments)
			suggests = err != nil
		case command.Name == "pause":
			_, err = r.readUntil(strings.Fields(arguments.words), "/pause 1")
		}
		if err == nil {
			return
		}
		var wrong *fault.Error
		if !errors.As(err, &wrong) || wrong.Kind != fault.Invalid || wrong.Args["part"] == "" {
			t.Fatalf("%q gives an error that names no part: %v", text, err)
		}
		suggestion := wrong.Args["suggestion"]
		if suggests && suggestion == "" {
			t.Fatalf("nothing is suggested for %q", text)
		}
		command, arguments, err = b.parse(suggestion)
		if suggestion != "" && err != nil {
			t.Fatalf("%q is suggested for %q and is wrong too: %v", suggestion, text, err)
		}
		if command.Name == "subscribe" && strings.HasPrefix(wrong.Key, "fault.subscribe.") && wrong.Key != "fault.subscribe.timezone" &&
			wrong.Key != "fault.subscribe.locale" { // with a wrong option the words are not looked at
			if _, err := b.setUp(r, command, arguments); err != nil {
				t.Fatalf("%q is suggested for %q and is wrong too: %v", suggestion, text, err)
			}
		}
	})
}

// quick fails when something takes too long each time: once it may be the
// machine that is busy.
func quick(t *testing.T, do func()) {
	t.Helper()
	least := time.Hour
	for range 100 {
		begun := time.Now()
		do()
		if least = min(least, time.Since(begun)); least <= longestReading {
			return
		}
	}
	t.Errorf("it takes %s", least)
}

func BenchmarkParse(b *testing.B) {
	lines := map[string]string{
		"Short": "/report 7d", "Chinese": "／报告上周　ｖｓ＝ｌａｓｔｙｅａｒ", "Options": "/report vs=lastyear unit=cn 2026-11-01..2026-11-07",
		"Mistyped": "/reprot 7d", "WrongOption": "/report 7d units=us vs=lastyaer",
		"Subscribe": "/subscribe weekly mon,thu 09:00 last week", "SubscribeChinese": "/订阅每周一、周四9点半上周",
		"SubscribeWrong": "/subscribe weekly mon,foo 25:00 last weak", "Settings": "/settings lang=en tz=europe/berlin unit=jp",
	}
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		b.Run(name, func(b *testing.B) {
			bot, r := parser(b)
			b.ReportAllocs()
			for b.Loop() {
				command, arguments, err := bot.parse(lines[name])
				switch {
				case err != nil:
				case command.Name == "report":
					_, _ = bot.readQuery(r, arguments)
				case command.Name == "subscribe":
					_, _ = r.readWanted(arguments)
				}
			}
		})
	}
}

// BenchmarkParseLongest reads the longest texts the platform delivers (150 KB).
func BenchmarkParseLongest(b *testing.B) {
	for name, text := range map[string]string{
		"Words": "/report " + strings.Repeat("7d ", 50000), "OneWord": "/report " + strings.Repeat("日", 50000),
		"Options": "/report " + strings.Repeat("vs=none ", 18000), "Talk": strings.Repeat("= ", 75000),
	} {
		b.Run(name, func(b *testing.B) {
			bot, r := parser(b)
			for b.Loop() {
				if command, arguments, err := bot.parse(text); err == nil && command.Name == "report" {
					_, _ = bot.readQuery(r, arguments)
				}
			}
		})
	}
}
