package reports

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"huibao/internal/fault"
)

// TestParsePeriod reads the tables of testdata/period: a section is a day as of
// which periods are read and the first day of its weeks, a line is a case. The
// dates were worked out on a calendar.
func TestParsePeriod(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "period", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatal("no tables", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, section := range archive.Files {
			t.Run(filepath.Base(file)+" "+section.Name, func(t *testing.T) {
				day, start, _ := strings.Cut(section.Name, " ")
				weekStart := map[string]time.Weekday{"monday": time.Monday, "sunday": time.Sunday}[start]
				cases := periodCases{today: date(day), weekStart: weekStart}
				for line := range strings.Lines(string(section.Data)) {
					cases.check(t, strings.TrimSuffix(line, "\n"))
				}
			})
		}
	}
}

// periodCases checks the lines of a section.
type periodCases struct {
	today     Date
	weekStart time.Weekday
}

// check checks one line.
func (c periodCases) check(t *testing.T, line string) {
	t.Helper()
	if one, other, ok := strings.Cut(line, " = "); ok {
		c.same(t, input(one), input(other))
		return
	}
	columns := strings.Split(line, " | ")
	for i := range columns {
		columns[i] = strings.TrimSpace(columns[i])
	}
	period, err := ParsePeriod(input(columns[0]), c.today, c.weekStart)
	if strings.HasPrefix(columns[1], "fault.") {
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid {
			t.Errorf("%s: %v, %v, want a fault of kind invalid", columns[0], period, err)
			return
		}
		if diff := cmp.Diff(columns[1:], []string{f.Key, f.Args["part"], f.Args["suggestion"]}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", columns[0], diff)
		}
		return
	}
	if err != nil {
		t.Errorf("%s: %v", columns[0], err)
		return
	}
	previous, _ := period.Base(ComparePrevious)
	lastYear, _ := period.Base(CompareLastYear)
	got := []string{period.text(), string(period.Step), period.Text, previous.text(), lastYear.text()}
	if diff := cmp.Diff(columns[1:], got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", columns[0], diff)
	}
}

// same checks that two inputs are the same period.
func (c periodCases) same(t *testing.T, one, other string) {
	t.Helper()
	a, errA := ParsePeriod(one, c.today, c.weekStart)
	b, errB := ParsePeriod(other, c.today, c.weekStart)
	if errA != nil || errB != nil {
		t.Errorf("%q, %q: %v, %v", one, other, errA, errB)
		return
	}
	if diff := cmp.Diff(b, a); diff != "" {
		t.Errorf("%q is not %q (-want +got):\n%s", one, other, diff)
	}
}

// input is an input as a table writes it: in quotes where space matters.
func input(text string) string {
	text = strings.TrimSpace(text)
	if quoted, err := strconv.Unquote(text); err == nil {
		return quoted
	}
	return text
}

// date reads a date of a test.
func date(text string) Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

// span reads the dates of a test: one, or two with .. between.
func span(text string) Range {
	from, to, two := strings.Cut(text, "..")
	if !two {
		to = from
	}
	return Range{date(from), date(to)}
}

// TestParsePeriodOfLongText sees that a long text is not looked into, nor
// repeated whole.
func TestParsePeriodOfLongText(t *testing.T) {
	_, err := ParsePeriod(strings.Repeat("七", 1<<20), date("2026-11-10"), time.Monday)
	f := fault.As(err)
	if f == nil || f.Key != "fault.period.unreadable" || f.Args["part"] != strings.Repeat("七", 100) {
		t.Errorf("%.100v", err)
	}
	if period, err := ParsePeriod(strings.Repeat(" ", 1<<20)+"7d", date("2026-11-10"), time.Monday); err != nil || period.Text != "7d" {
		t.Errorf("spaces before a period: %v, %v", period, err)
	}
}

// FuzzParsePeriod holds that nothing makes the parser panic, that what it reads
// is a period, that a period's text is read as the same again, and that an error
// names the part that is wrong and suggests only what can be read.
func FuzzParsePeriod(f *testing.F) {
	seeds, err := filepath.Glob(filepath.Join("testdata", "period", "*.txt"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range seeds {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for i, line := range strings.Split(string(data), "\n") {
			if text, _, ok := strings.Cut(line, " "); ok && i%7 == 0 {
				f.Add(text, int32(20767), i%2 == 0)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string, day int32, sunday bool) {
		first, last := date("2001-01-01"), date("2099-12-31")
		today := first + Date(uint32(day)%uint32(last-first))
		weekStart := time.Monday
		if sunday {
			weekStart = time.Sunday
		}
		period, err := ParsePeriod(text, today, weekStart)
		if err != nil {
			checkRefusal(t, err, today, weekStart)
			return
		}
		if period.From > period.To || period.To > today || period.Days() > LongestPeriod {
			t.Errorf("%q as of %s: %s", text, today, period.text())
		}
		if period.Full.From != period.From || period.Full.To < period.To {
			t.Errorf("%q as of %s: %s is no beginning of %s", text, today, period.text(), period.Full.text())
		}
		again, err := ParsePeriod(period.Text, today, weekStart)
		if err != nil {
			t.Fatalf("%q as of %s: its text %q: %v", text, today, period.Text, err)
		}
		if diff := cmp.Diff(period, again); diff != "" {
			t.Errorf("%q as of %s: its text is another period:\n%s", text, today, diff)
		}
		for _, compare := range []Compare{ComparePrevious, CompareLastYear} {
			base, _ := period.Base(compare)
			if base.From > base.To || base.To >= period.From && compare == ComparePrevious || base.Days() > period.Full.Days()+4 {
				t.Errorf("%q as of %s: the base of %s by %s is %s", text, today, period.text(), compare, base.text())
			}
		}
	})
}

// checkRefusal holds an error of ParsePeriod against its docstring.
func checkRefusal(t *testing.T, err error, today Date, weekStart time.Weekday) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid || !strings.HasPrefix(f.Key, "fault.period.") {
		t.Fatalf("%v is no fault of a period", err)
	}
	if _, named := f.Args["part"]; !named {
		t.Errorf("%v names no part", err)
	}
	if _, err := ParsePeriod(f.Args["suggestion"], today, weekStart); err != nil {
		t.Errorf("%v suggests what cannot be read: %v", f, err)
	}
}

func BenchmarkParsePeriod(b *testing.B) {
	for _, text := range []string{"7d", "last week", "2026-11-01..2026-11-07", "2026-W45", "上季度", "yesturday"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				_, _ = ParsePeriod(text, 20767, time.Monday)
			}
		})
	}
}
