package scheduler

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/calendar"
	"huibao/internal/settings"
	"huibao/reports"
)

// chosen is a tenant's settings with the shipped calendar.
type chosen struct {
	settings settings.Settings
	calendar *calendar.Calendar
}

func (c chosen) Of(string) settings.Settings        { return c.settings }
func (c chosen) Calendar(string) *calendar.Calendar { return c.calendar }

func choose(t *testing.T, calendarName string) chosen {
	t.Helper()
	days, err := calendar.New(calendarName)
	if err != nil {
		t.Fatal(err)
	}
	return chosen{settings.Settings{
		Locale: "zh_cn", Timezone: "Asia/Shanghai", WeekStart: "monday", Access: "approval", Calendar: calendarName, TopUsers: "off",
	}, days}
}

// listed writes runs as "2026-10-08 09:00 moved", those without a run in
// brackets.
func listed(runs []Run, zone *time.Location) []string {
	var lines []string
	for _, run := range runs {
		line := run.At.In(zone).Format("2006-01-02 15:04") + " " + string(run.Reason)
		if !run.Runs {
			line = "(" + line + ")"
		}
		if !run.CalendarKnown {
			line += " unknown"
		}
		lines = append(lines, line)
	}
	return lines
}

// The National Day of 2026 is 1 to 7 October, with 20 September and 10 October
// worked. Source: the State Council's notice for 2026.
func TestRunsAcrossNationalDay(t *testing.T) {
	for _, test := range []struct {
		name, cron string
		on         On
		from       string
		want       string
	}{
		{"weekly on workdays", "0 9 * * 1", Workdays, "2026-09-21", `
			2026-09-21 09:00 scheduled
			2026-09-28 09:00 scheduled
			(2026-10-05 09:00 holiday)
			2026-10-12 09:00 scheduled`},
		{"daily on workdays", "30 8 * * *", Workdays, "2026-09-30", `
			2026-09-30 08:30 scheduled
			(2026-10-01 08:30 holiday)
			(2026-10-02 08:30 holiday)
			(2026-10-03 08:30 not_a_workday)
			(2026-10-04 08:30 not_a_workday)
			(2026-10-05 08:30 holiday)
			(2026-10-06 08:30 holiday)
			(2026-10-07 08:30 holiday)
			2026-10-08 08:30 scheduled
			2026-10-09 08:30 scheduled
			2026-10-10 08:30 make_up_day
			(2026-10-11 08:30 not_a_workday)
			2026-10-12 08:30 scheduled`},
		{"the end of a month on workdays", "0 9 31L * *", Workdays, "2026-09-01", `
			2026-09-30 09:00 scheduled
			(2026-10-31 09:00 not_a_workday)
			2026-11-30 09:00 scheduled`},
		{"first workday of the week", "0 9 * * 3", FirstWorkdayOfWeek, "2026-09-21", `
			2026-09-21 09:00 scheduled
			2026-09-28 09:00 scheduled
			2026-10-08 09:00 moved
			2026-10-12 09:00 scheduled`},
		{"first workday of the month", "15 7 20 2 *", FirstWorkdayOfMonth, "2026-09-01", `
			2026-09-01 07:15 scheduled
			2026-10-08 07:15 moved
			2026-11-02 07:15 scheduled
			2026-12-01 07:15 scheduled
			2027-01-01 07:15 scheduled unknown`},
		{"every day asks no calendar", "0 9 * * 1", EveryDay, "2026-10-01", `
			2026-10-05 09:00 scheduled
			2026-10-12 09:00 scheduled`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &Scheduler{Options: Options{Settings: choose(t, "cn"), Now: time.Now}}
			plan, err := s.plan(Schedule{Cron: test.cron, On: test.on, Timezone: "Asia/Shanghai", Enabled: true})
			if err != nil {
				t.Fatal(err)
			}
			zone, _ := time.LoadLocation("Asia/Shanghai")
			from, err := time.ParseInLocation(time.DateOnly, test.from, zone)
			if err != nil {
				t.Fatal(err)
			}
			want := lines(test.want)
			if diff := cmp.Diff(want, listed(plan.Runs(from, len(want)), zone)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// lines splits a text into its lines without the space around them.
func lines(text string) []string {
	var trimmed []string
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		trimmed = append(trimmed, strings.TrimSpace(line))
	}
	return trimmed
}

func TestRunsOfAWeekThatBeginsOnSunday(t *testing.T) {
	c := choose(t, "cn")
	c.settings.WeekStart = "sunday"
	s := &Scheduler{Options: Options{Settings: c, Now: time.Now}}
	plan, err := s.plan(Schedule{Cron: "0 9 * * *", On: FirstWorkdayOfWeek, Timezone: "Asia/Shanghai", Enabled: true})
	if err != nil {
		t.Fatal(err)
	}
	zone, _ := time.LoadLocation("Asia/Shanghai")
	// 20 September 2026 is a Sunday that is worked, and begins its week.
	got := listed(plan.Runs(time.Date(2026, 9, 13, 0, 0, 0, 0, zone), 3), zone)
	want := []string{"2026-09-14 09:00 scheduled", "2026-09-20 09:00 make_up_day", "2026-09-28 09:00 scheduled"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPauseIsInclusive(t *testing.T) {
	until := reports.NewDate(2026, time.November, 9)
	s := &Scheduler{Options: Options{Settings: choose(t, "weekdays"), Now: time.Now}}
	schedule := Schedule{Cron: "0 9 * * 1", On: EveryDay, Timezone: "Asia/Shanghai", Enabled: true, PausedUntil: &until}
	plan, err := s.plan(schedule)
	if err != nil {
		t.Fatal(err)
	}
	zone := schedule.zone()
	from := time.Date(2026, 11, 2, 0, 0, 0, 0, zone)
	want := []string{"(2026-11-02 09:00 paused)", "(2026-11-09 09:00 paused)", "2026-11-16 09:00 scheduled"}
	if diff := cmp.Diff(want, listed(plan.Runs(from, 3), zone)); diff != "" {
		t.Error(diff)
	}
	if got := plan.NextRun(from); !got.Equal(time.Date(2026, 11, 16, 9, 0, 0, 0, zone)) {
		t.Errorf("next run at %s", got)
	}
}

func TestNextRunSkipsDaysOff(t *testing.T) {
	s := &Scheduler{Options: Options{Settings: choose(t, "cn"), Now: time.Now}}
	for _, test := range []struct {
		cron string
		on   On
		from string
		want string
	}{
		{"0 9 * * 1", Workdays, "2026-10-01T00:00:00+08:00", "2026-10-12T09:00:00+08:00"},
		{"*/5 * * * *", Workdays, "2026-09-30T23:56:00+08:00", "2026-10-08T00:00:00+08:00"},
		{"0 9 * * 6", Workdays, "2026-09-30T00:00:00+08:00", "2026-10-10T09:00:00+08:00"},
		{"0 9 * * 1", FirstWorkdayOfWeek, "2026-10-05T10:00:00+08:00", "2026-10-08T09:00:00+08:00"},
		{"0 9 * * 1", FirstWorkdayOfWeek, "2026-10-08T09:00:00+08:00", "2026-10-12T09:00:00+08:00"},
	} {
		plan, err := s.plan(Schedule{Cron: test.cron, On: test.on, Timezone: "Asia/Shanghai", Enabled: true})
		if err != nil {
			t.Fatal(err)
		}
		from, err := time.Parse(time.RFC3339, test.from)
		if err != nil {
			t.Fatal(err)
		}
		zone := time.FixedZone("", 8*3600)
		if got := plan.NextRun(from).In(zone).Format(time.RFC3339); got != test.want {
			t.Errorf("%s %s from %s: next run %s, want %s", test.cron, test.on, test.from, got, test.want)
		}
	}
}
