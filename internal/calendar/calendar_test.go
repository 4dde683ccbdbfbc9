package calendar

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/reports"
)

// holiday is one item of a notice: the run of days off as announced, weekends
// included, and the make-up workdays.
type holiday struct {
	name     string
	from, to string // MM-DD
	makeUp   []string
}

// notices are the arrangements as announced, typed in from the notices
// themselves rather than from the table.
var notices = []struct {
	year     int
	notice   string
	holidays []holiday
	// daysOff and makeUp are the counts over the year of days off from Monday
	// to Friday, and of workdays at the weekend.
	daysOff, makeUp int
}{
	{
		// https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm. New
		// Year's Eve, 9 February, is only recommended as a day off.
		year: 2024, notice: "国办发明电〔2023〕7号",
		holidays: []holiday{
			{"元旦", "01-01", "01-01", nil},
			{"春节", "02-10", "02-17", []string{"02-04", "02-18"}},
			{"清明节", "04-04", "04-06", []string{"04-07"}},
			{"劳动节", "05-01", "05-05", []string{"04-28", "05-11"}},
			{"端午节", "06-10", "06-10", nil},
			{"中秋节", "09-15", "09-17", []string{"09-14"}},
			{"国庆节", "10-01", "10-07", []string{"09-29", "10-12"}},
		},
		daysOff: 1 + 5 + 2 + 3 + 1 + 2 + 5, makeUp: 8,
	},
	{
		// https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm
		year: 2025, notice: "国办发明电〔2024〕12号",
		holidays: []holiday{
			{"元旦", "01-01", "01-01", nil},
			{"春节", "01-28", "02-04", []string{"01-26", "02-08"}},
			{"清明节", "04-04", "04-06", nil},
			{"劳动节", "05-01", "05-05", []string{"04-27"}},
			{"端午节", "05-31", "06-02", nil},
			{"国庆节、中秋节", "10-01", "10-08", []string{"09-28", "10-11"}},
		},
		daysOff: 1 + 6 + 1 + 3 + 1 + 6, makeUp: 5,
	},
	{
		// https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm
		year: 2026, notice: "国办发明电〔2025〕7号",
		holidays: []holiday{
			{"元旦", "01-01", "01-03", []string{"01-04"}},
			{"春节", "02-15", "02-23", []string{"02-14", "02-28"}},
			{"清明节", "04-04", "04-06", nil},
			{"劳动节", "05-01", "05-05", []string{"05-09"}},
			{"端午节", "06-19", "06-21", nil},
			{"中秋节", "09-25", "09-27", nil},
			{"国庆节", "10-01", "10-07", []string{"09-20", "10-10"}},
		},
		daysOff: 2 + 6 + 1 + 3 + 1 + 1 + 5, makeUp: 6,
	},
}

// mustDate reads a date.
func mustDate(t *testing.T, text string) reports.Date {
	t.Helper()
	date, err := reports.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return date
}

// legal returns the shipped calendar.
func legal(t *testing.T) *Calendar {
	t.Helper()
	c, err := New("cn")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// announced returns for each date that a notice names its holiday and whether
// it is a workday.
func announced(t *testing.T, year int, holidays []holiday) map[reports.Date]Day {
	t.Helper()
	days := map[reports.Date]Day{}
	for _, h := range holidays {
		first := mustDate(t, fmt.Sprintf("%d-%s", year, h.from))
		for date := first; date <= mustDate(t, fmt.Sprintf("%d-%s", year, h.to)); date++ {
			days[date] = Day{date, false, h.name}
		}
		for _, text := range h.makeUp {
			date := mustDate(t, fmt.Sprintf("%d-%s", year, text))
			days[date] = Day{date, true, h.name}
		}
	}
	return days
}

// TestLegalCalendar holds every day of every shipped year against the notice.
func TestLegalCalendar(t *testing.T) {
	c := legal(t)
	for _, n := range notices {
		t.Run(fmt.Sprint(n.year), func(t *testing.T) {
			named := announced(t, n.year, n.holidays)
			var differing []Day
			daysOff, makeUp := 0, 0
			for d := time.Date(n.year, time.January, 1, 0, 0, 0, 0, time.UTC); d.Year() == n.year; d = d.AddDate(0, 0, 1) {
				weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
				want := !weekend
				day, special := named[reports.DateOf(d)]
				if special {
					want = day.Workday
				}
				if want == weekend {
					differing = append(differing, day)
				}
				got, known := c.Workday(reports.DateOf(d))
				if got != want || !known {
					t.Errorf("Workday(%s) = %t, %t, want %t, true", d.Format(time.DateOnly), got, known, want)
				}
				switch {
				case !got && !weekend:
					daysOff++
				case got && weekend:
					makeUp++
				}
			}
			if diff := cmp.Diff(differing, c.Year(n.year)); diff != "" {
				t.Errorf("days that differ (-notice +calendar):\n%s", diff)
			}
			if daysOff != n.daysOff || makeUp != n.makeUp {
				t.Errorf("%d days off, %d make-up days, want %d, %d", daysOff, makeUp, n.daysOff, n.makeUp)
			}
		})
	}
}

// TestShippedTable sees that the table says where each year comes from, and
// that no row of it is lost on the way into the calendar.
func TestShippedTable(t *testing.T) {
	var shipped table
	if err := json.Unmarshal(cnTable, &shipped); err != nil {
		t.Fatal(err)
	}
	if len(shipped.Years) != len(notices) {
		t.Errorf("%d years in the table, %d notices in the test", len(shipped.Years), len(notices))
	}
	c := legal(t)
	for _, n := range notices {
		year := shipped.Years[fmt.Sprint(n.year)]
		if !strings.HasPrefix(year.Notice, n.notice+", ") {
			t.Errorf("%d cites %q, want %s", n.year, year.Notice, n.notice)
		}
		if diff := cmp.Diff(year.Days, c.Year(n.year)); diff != "" {
			t.Errorf("%d: rows are lost or out of order (-table +calendar):\n%s", n.year, diff)
		}
	}
}

func TestUnknownYears(t *testing.T) {
	c := legal(t)
	for date, workday := range map[string]bool{
		"2023-12-31": false, "2023-10-02": true, "2027-01-01": true, "2027-10-02": false, "1969-12-31": true,
	} {
		if got, known := c.Workday(mustDate(t, date)); got != workday || known {
			t.Errorf("Workday(%s) = %t, %t, want %t, false", date, got, known, workday)
		}
	}
	for year, want := range map[int]bool{2023: false, 2024: true, 2025: true, 2026: true, 2027: false} {
		if got := c.Known(year); got != want {
			t.Errorf("Known(%d) = %t", year, got)
		}
	}
	if got := c.Year(2027); got == nil || len(got) != 0 {
		t.Errorf("Year(2027) = %#v, want an empty list", got)
	}
}

func TestWeekdays(t *testing.T) {
	c, err := New("weekdays")
	if err != nil {
		t.Fatal(err)
	}
	for date, workday := range map[string]bool{
		"2026-10-01": true, "2026-10-10": false, "2026-10-11": false, "2026-10-12": true, "1999-01-01": true, "2099-01-01": true,
	} {
		if got, known := c.Workday(mustDate(t, date)); got != workday || !known {
			t.Errorf("Workday(%s) = %t, %t, want %t, true", date, got, known, workday)
		}
	}
	if got := c.Year(2026); len(got) != 0 {
		t.Errorf("Year(2026) = %v, want none", got)
	}
}

func TestUnknownName(t *testing.T) {
	if _, err := New("moon"); err == nil || !strings.Contains(err.Error(), `"moon"`) {
		t.Errorf("New(moon): %v", err)
	}
}

func TestReadTableRefuses(t *testing.T) {
	for name, data := range map[string]string{
		"no JSON": `{`, "a year in words": `{"years": {"next": {"days": []}}}`,
		"a date in words": `{"years": {"2026": {"days": [{"date": "May"}]}}}`,
	} {
		if _, err := readTable([]byte(data)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

// TestCorrections sees that an admin's list replaces its year, and nothing else.
func TestCorrections(t *testing.T) {
	shipped := legal(t)
	before := shipped.Year(2026)
	day := func(text string, workday bool, name string) Day { return Day{mustDate(t, text), workday, name} }
	corrected := shipped.With(2026,
		day("2026-12-31", false, "公司年会"),
		day("2026-10-10", true, "国庆节"),
		day("2026-10-01", false, "国庆节"),
		day("2026-10-01", false, "国庆"),      // the later of two counts
		day("2026-10-12", true, "an error"), // a Monday is a workday anyway
		day("2025-10-09", false, "国庆节"),     // of another year
		day("2026-09-30", false, "中秋节"),
		day("2026-09-30", true, ""), // taken back
	)
	want := []Day{
		day("2026-10-01", false, "国庆"), day("2026-10-10", true, "国庆节"), day("2026-12-31", false, "公司年会"),
	}
	if diff := cmp.Diff(want, corrected.Year(2026)); diff != "" {
		t.Errorf("corrected year (-want +got):\n%s", diff)
	}
	for date, workday := range map[string]bool{
		"2026-12-31": false, "2026-10-10": true, "2026-10-02": true, "2026-02-14": false,
		"2025-10-09": true, "2025-10-08": false,
	} {
		if got, known := corrected.Workday(mustDate(t, date)); got != workday || !known {
			t.Errorf("Workday(%s) = %t, %t, want %t, true", date, got, known, workday)
		}
	}
	if diff := cmp.Diff(before, shipped.Year(2026)); diff != "" {
		t.Errorf("the shipped calendar changed:\n%s", diff)
	}
}

func TestCorrectionsOfUnknownYear(t *testing.T) {
	c := legal(t).With(2027)
	if !c.Known(2027) || legal(t).Known(2027) {
		t.Error("a corrected year is not known, or became known in the shipped calendar")
	}
	weekdays, err := New("weekdays")
	if err != nil {
		t.Fatal(err)
	}
	date := mustDate(t, "2027-02-08")
	if workday, known := weekdays.With(2027, Day{date, false, "春节"}).Workday(date); workday || !known {
		t.Errorf("Workday = %t, %t, want false, true", workday, known)
	}
	if _, known := weekdays.With(2027).Workday(mustDate(t, "2030-01-01")); !known {
		t.Error("a year of the usual week is unknown after a correction of another")
	}
}

func TestDayJSON(t *testing.T) {
	data, err := json.Marshal(legal(t).Year(2026)[len(legal(t).Year(2026))-6])
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"date":"2026-10-01","workday":false,"name":"国庆节"}`; string(data) != want {
		t.Errorf("%s, want %s", data, want)
	}
}

func BenchmarkWorkday(b *testing.B) {
	c, err := New("cn")
	if err != nil {
		b.Fatal(err)
	}
	date := reports.NewDate(2026, time.October, 10)
	for b.Loop() {
		c.Workday(date)
	}
}
