package page_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"huibao/internal/page"
	"huibao/internal/page/pagetest"
)

// plainTimes are times as the page says them plainly.
type plainTimes struct {
	Frequency string `json:"frequency"`
	Time      string `json:"time"`
	Weekdays  []int  `json:"weekdays"`
	Day       string `json:"day"`
}

// cronTimes are times as the admin API takes them.
type cronTimes struct {
	Cron string `json:"cron"`
	On   string `json:"on"`
}

// TestTimes reads cron texts as people say them, and writes them again.
func TestTimes(t *testing.T) {
	own := func(time string) plainTimes { return plainTimes{"own", time, []int{1}, "1"} }
	simply := func(frequency, time string) plainTimes { return plainTimes{frequency, time, []int{1}, "1"} }
	weekly := func(time string, days ...int) plainTimes { return plainTimes{"weekly", time, days, "1"} }
	monthly := func(time, day string) plainTimes { return plainTimes{"monthly", time, []int{1}, day} }
	cases := []struct {
		cron, on string
		plain    plainTimes
		again    string // the cron text written from it, "" for one of somebody's own
		on2      string // the on written with it
	}{
		{"30 9 * * *", "every_day", simply("every_day", "09:30"), "30 9 * * *", "every_day"},
		{"  05   09 * * * ", "workdays", simply("workdays", "09:05"), "5 9 * * *", "workdays"},
		{"0 0 * * *", "every_day", simply("every_day", "00:00"), "0 0 * * *", "every_day"},
		{"0 9 * * 1", "first_workday_of_week", simply("first_workday_of_week", "09:00"), "0 9 * * *", "first_workday_of_week"},
		{"15 23 5 3 *", "first_workday_of_month", simply("first_workday_of_month", "23:15"), "15 23 * * *", "first_workday_of_month"},
		{"0 9 * * 1", "every_day", weekly("09:00", 1), "0 9 * * 1", "every_day"},
		{"0 9 * * 0,4,1", "every_day", weekly("09:00", 1, 4, 0), "0 9 * * 1,4,0", "every_day"},
		{"0 9 * * 5-7", "every_day", weekly("09:00", 5, 6, 0), "0 9 * * 5,6,0", "every_day"},
		{"0 9 * * MON-wed,7", "every_day", weekly("09:00", 1, 2, 3, 0), "0 9 * * 1,2,3,0", "every_day"},
		{"0 18 28 * *", "every_day", monthly("18:00", "28"), "0 18 28 * *", "every_day"},
		{"0 18 31L * *", "every_day", monthly("18:00", "31L"), "0 18 31L * *", "every_day"},
		// A day that not every month has is no plain one, nor are two rules at once.
		{"0 18 31 * *", "every_day", own("18:00"), "", ""},
		{"0 9 1 * 1", "every_day", own("09:00"), "", ""},
		{"0 9 * * 1", "workdays", own("09:00"), "", ""},
		{"0 9 1 1 *", "every_day", own("09:00"), "", ""},
		{"0 9 * * 1-5/2", "every_day", own("09:00"), "", ""},
		{"0 9 * * 5-1", "every_day", own("09:00"), "", ""},
		{"0 9 * * 8", "every_day", own("09:00"), "", ""},
		{"0 9 * * 1,", "every_day", own("09:00"), "", ""},
		// Without one time of day there is one to begin with.
		{"*/5 9 * * *", "every_day", own("09:00"), "", ""},
		{"0 9,18 * * *", "workdays", own("09:00"), "", ""},
		{"60 9 * * *", "every_day", own("09:00"), "", ""},
		{"0 24 * * *", "every_day", own("09:00"), "", ""},
		{"0 9 * *", "every_day", own("09:00"), "", ""},
		{"", "first_workday_of_week", own("09:00"), "", ""},
		{"@daily", "every_day", own("09:00"), "", ""},
	}
	w := newWorld(t, page.Assets())
	w.open(wide)
	for _, c := range cases {
		read := timesOf[plainTimes](t, w, "plainOf(%s, %s)", c.cron, c.on)
		if got, want := fmt.Sprint(read), fmt.Sprint(c.plain); got != want {
			t.Errorf("%q on %s is %s, want %s", c.cron, c.on, got, want)
		}
		written := timesOf[*cronTimes](t, w, "cronOf(%s)", c.plain)
		switch {
		case written == nil && c.again != "", written != nil && *written != (cronTimes{c.again, c.on2}):
			t.Errorf("%v is written %v, want %s on %s", c.plain, written, c.again, c.on2)
		}
	}
}

// timesOf is what a call of times.js gives, with its arguments as JSON.
func timesOf[T any](t *testing.T, w *world, call string, arguments ...any) T {
	t.Helper()
	encoded := make([]any, 0, len(arguments))
	for _, argument := range arguments {
		text, err := json.Marshal(argument)
		if err != nil {
			t.Fatal(err)
		}
		encoded = append(encoded, string(text))
	}
	return pagetest.Eval[T](w.Tab, `import('/js/admin/pages/schedule/times.js').then(({plainOf, cronOf}) => `+fmt.Sprintf(call, encoded...)+`)`)
}
