package templates

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/fault"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// base is a key without its plural form.
func base(key string) string {
	return strings.TrimSuffix(strings.TrimSuffix(key, ".one"), ".other")
}

// placeholders maps each key, plural forms put together, to the placeholders
// of its messages. The form for one may leave out the number.
func placeholders(messages map[string]string) map[string][]string {
	found := map[string][]string{}
	for key, message := range messages {
		if strings.HasSuffix(key, ".one") {
			continue
		}
		names := placeholder.FindAllString(message, -1)
		slices.Sort(names)
		found[base(key)] = slices.Compact(names)
	}
	return found
}

func TestLocalesAreTheFolders(t *testing.T) {
	if want := []Locale{English, Japanese, Chinese}; !slices.Equal(Locales(), want) {
		t.Errorf("got %v, want %v; a new folder needs its constant", Locales(), want)
	}
	for _, locale := range Locales() {
		if got, err := ParseLocale(string(locale)); got != locale || err != nil {
			t.Errorf("ParseLocale(%q) = %q, %v", locale, got, err)
		}
	}
	for _, text := range []string{"", "zh", "ZH_CN", "xx_yy"} {
		if _, err := ParseLocale(text); err == nil {
			t.Errorf("ParseLocale(%q) succeeds", text)
		}
	}
}

func TestLocalesHaveTheSameKeysAndPlaceholders(t *testing.T) {
	want := placeholders(catalogues()[English])
	for _, locale := range Locales() {
		if diff := cmp.Diff(want, placeholders(catalogues()[locale])); diff != "" {
			t.Errorf("%s differs from %s (-%s +%s):\n%s", locale, English, English, locale, diff)
		}
	}
}

func TestPluralFormsAreWhole(t *testing.T) {
	for _, locale := range Locales() {
		messages := catalogues()[locale]
		for key := range messages {
			_, one := messages[base(key)+".one"]
			_, other := messages[base(key)+".other"]
			_, bare := messages[base(key)]
			if one != other || one == bare {
				t.Errorf("%s %s: one %t, other %t, bare %t; want both forms or the bare key", locale, base(key), one, other, bare)
			}
		}
	}
}

// A key defined twice in a locale would hide one of the messages.
func TestNoKeyIsDefinedTwice(t *testing.T) {
	line := regexp.MustCompile(`"([a-z0-9_.]+)": "`)
	for _, locale := range Locales() {
		seen := map[string]string{}
		files, err := fs.Glob(catalogueFiles, "catalogue/"+string(locale)+"/*.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := catalogueFiles.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range line.FindAllStringSubmatch(string(content), -1) {
				if where, twice := seen[match[1]]; twice {
					t.Errorf("%s stands in %s and in %s", match[1], where, file)
				}
				seen[match[1]] = file
			}
		}
		if len(seen) != len(catalogues()[locale]) {
			t.Errorf("%s: %d keys found, %d loaded", locale, len(seen), len(catalogues()[locale]))
		}
	}
}

// Chinese and Japanese sentences have punctuation of their own width.
func TestWidePunctuation(t *testing.T) {
	narrow := regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}][,:;?!()]|[,:;?!()][\p{Han}\p{Hiragana}\p{Katakana}]`)
	for _, locale := range []Locale{Chinese, Japanese} {
		for key, message := range catalogues()[locale] {
			if found := narrow.FindString(message); found != "" && key != "fault.subscribe.days" { // a list as it is typed
				t.Errorf("%s %s has %q: %s", locale, key, found, message)
			}
		}
	}
	for key, message := range catalogues()[English] {
		if strings.ContainsFunc(message, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s has Chinese in English: %s", key, message)
		}
	}
}

// composed are the keys made of a part that the code fills in.
var composed = map[string][]string{
	"weekday.":      {"mon", "tue", "wed", "thu", "fri", "sat", "sun"},
	"weekday.long_": {"mon", "tue", "wed", "thu", "fri", "sat", "sun"},
	"unit.":         {"cn", "us", "sg", "jp"},
	"period.":       {"today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year"},
	"measure.":      {"meeting_count", "meeting_duration", "participant_count", "mean_meeting_duration", "mean_participants", "mean_meetings_workday", "busiest_day"},
	"finding.":      {"day_high", "day_low", "period_up", "period_down", "record"},
	"change.by_":    {"day", "workday", "period"},
	"change.per_":   {"day", "workday"},
	"chart.title_":  {"days", "week", "month"},

	"doctor.event.": {
		"im.message.receive_v1", "im.chat.member.bot.added_v1", "im.chat.member.bot.deleted_v1", "im.chat.disbanded_v1", "im.chat.updated_v1",
		"card.action.trigger",
	},
	"control.choose_": {"period", "vs", "unit", "within"},
	"control.vs_":     {"previous", "lastyear", "none"},
	"form.":           {"rhythm", "days", "month_day", "time", "timezone", "period", "locale"},
	"form.example_":   {"month_day", "timezone"},
	"form.rhythm_":    {"daily", "workdays", "weekly", "monthly"},
	"request.":        {"allowed_title", "blocked_title"},
	"reason.": {
		"removed", "dissolved", "blocked", "external", "unseen", "deleted", "off", "empty", "no_figures", "missed_one", "missed", "refused", "not_possible",
		"too_late", "unknown", "uninstalled", "stopped_by_tenant", "stopped_by_platform",
	},
	"run.":               {"scheduled", "make_up_day", "moved", "holiday", "not_a_workday", "paused"},
	"settings.choose_":   {"lang", "unit"},
	"subscription.last_": {"pending", "sent", "skipped", "failed", "unknown"},
	"when.":              {"every_day", "workdays", "first_workday_of_week", "first_workday_of_month"},

	"column.":       {"date", "meeting_count", "meeting_duration_seconds", "participant_count"},
	"fault.period.": {"week", "month", "quarter", "year"},
	"notice.": {
		"digest_failed.title", "digest_failed.todo", "schedule_disabled.title", "schedule_disabled.todo", "tenant_paused.title",
		"tenant_paused.todo", "tenant_returned.title", "tenant_returned.todo", "resumed.title", "resumed.text", "running.title", "running.text", "unpaused.title", "unpaused.text",
	},
}

// Every key the code names is in the catalogue, and every key of the catalogue
// is named by the code.
func TestKeysAreThoseTheCodeNames(t *testing.T) {
	known := placeholders(catalogues()[English])
	used := map[string]bool{}
	for text, where := range literals(t) {
		parts, isComposed := composed[text]
		switch {
		case known[text] != nil || hasKey(known, text):
			used[text] = true
		case isComposed:
			for _, part := range parts {
				used[text+part] = true
			}
		case strings.HasPrefix(text, "fault."), strings.HasPrefix(text, "command."):
			t.Errorf("%s names %q, which no catalogue has", where, text)
		}
	}
	for key := range used {
		if !hasKey(known, key) {
			t.Errorf("the code uses %q, which no catalogue has", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(known)) {
		if !used[key] {
			t.Errorf("no code uses %q", key)
		}
	}
}

func hasKey(known map[string][]string, key string) bool { _, ok := known[key]; return ok }

// documentKeys adds the keys that a document's template asks for.
func documentKeys(path string, found map[string]string) error {
	content, err := os.ReadFile(path)
	for _, match := range regexp.MustCompile(`call \.Words "([^"]+)"`).FindAllStringSubmatch(string(content), -1) {
		found[match[1]] = path
	}
	return err
}

// literals are the texts in the program's sources that look like a key or the
// beginning of one, with where they stand.
func literals(t *testing.T) map[string]string {
	t.Helper()
	key := regexp.MustCompile(`^[a-z]+(\.[a-z_]+)+\.?$|^[a-z]+\.$`)
	found := map[string]string{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && path != "..") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".html" {
			return documentKeys(path, found)
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil && key.MatchString(text) {
					found[text] = path
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestText(t *testing.T) {
	args := fault.Args{"from": "{to}", "to": "b"}
	if got, want := Text(English, "dates.range", args), "{to} to b"; got != want { // filled in once
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Text(English, "dates.range", fault.Args{"from": "a"}), "a to {to}"; got != want {
		t.Errorf("a value that is not given: %q, want %q", got, want)
	}
	if got, want := fill("{open {a}", fault.Args{"a": "1"}), "{open {a}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := fill("a {", nil), "a {"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Text(English, "no.such_key", nil); got != "no.such_key" {
		t.Errorf("an unknown key is %q, want the key", got)
	}
	if got, want := Text("xx_yy", "period.today", nil), "today"; got != want {
		t.Errorf("an unknown locale says %q, want English", got)
	}
}

func TestPlural(t *testing.T) {
	for _, test := range []struct {
		locale Locale
		n      int64
		want   string
	}{
		{English, 0, "0 meetings"}, {English, 1, "1 meeting"}, {English, 2, "2 meetings"}, {English, 1033, "1,033 meetings"},
		{Chinese, 1, "1 场会议"}, {Chinese, 1033, "1,033 场会议"}, {Japanese, 1, "会議 1 件"}, {"xx_yy", 1, "1 meeting"}, {"xx_yy", 2, "2 meetings"},
	} {
		if got := plural(test.locale, "count.meetings", test.n, nil); got != test.want {
			t.Errorf("%s %d: %q, want %q", test.locale, test.n, got, test.want)
		}
	}
}

func TestFaultText(t *testing.T) {
	long := strings.Repeat("长", 500) + "\n\u202e"
	f := &fault.Error{Kind: fault.Invalid, Key: "fault.period.unreadable", Args: fault.Args{"part": long}, Fields: []fault.Field{
		{Name: "timezone", Key: "fault.schedule.timezone", Args: fault.Args{"part": "Mars"}},
	}}
	cut := strings.Repeat("长", 99) + "…"
	for locale, want := range map[Locale]string{
		English:  "“" + cut + "” is not a period. timezone: “Mars” is not a time zone. Use an IANA name such as Asia/Shanghai.",
		Chinese:  "“" + cut + "”不是有效的时间段。timezone：没有“Mars”这个时区。请用 IANA 名称，例如 Asia/Shanghai。",
		Japanese: "「" + cut + "」は期間として読み取れません。timezone：「Mars」というタイムゾーンはありません。Asia/Shanghai のような IANA 名を指定してください。",
	} {
		if got := FaultText(locale, f); got != want {
			t.Errorf("%s: %q, want %q", locale, got, want)
		}
	}
}

// What a command takes is repeated whole in the error about it.
func TestFaultTextShowsTheWholeUsage(t *testing.T) {
	usage := "/report [PERIOD] [vs=previous|lastyear|none] [unit=cn|us|sg|jp]"
	f := fault.New(fault.Invalid, "fault.command.option", fault.Args{"part": "x=1", "usage": usage})
	if got := FaultText(English, f); !strings.Contains(got, usage) {
		t.Errorf("%q lacks %q", got, usage)
	}
}
