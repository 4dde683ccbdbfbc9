package scheduler

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/fault"
)

func TestParseCronRefuses(t *testing.T) {
	for expression, key := range map[string]string{
		"":                      "fault.schedule.cron_fields",
		"0 9 * *":               "fault.schedule.cron_fields",
		"0 0 9 * * 1":           "fault.schedule.cron_fields",
		"@weekly":               "fault.schedule.cron_fields",
		"@every 1h":             "fault.schedule.cron_fields",
		"TZ=UTC 0 9 * * 1":      "fault.schedule.cron_fields",
		"CRON_TZ=UTC 0 9 * * 1": "fault.schedule.cron_fields",
		"TZ=0 9 * * 1":          "fault.schedule.cron_fields",
		"60 9 * * 1":            "fault.schedule.cron",
		"0 24 * * 1":            "fault.schedule.cron",
		"0 9 * * 8":             "fault.schedule.cron",
		"0 9 * * -1":            "fault.schedule.cron",
		"0 9 * * 7-3":           "fault.schedule.cron",
		"0 9 * * x":             "fault.schedule.cron",
		"1,2,,3 9 * * 1":        "fault.schedule.cron",
		"+5 9 * * 1":            "fault.schedule.cron",
		"0 9 * * *-x":           "fault.schedule.cron",
		"?-5 9 * * 1":           "fault.schedule.cron",
		"0 9 31L * 1":           "fault.schedule.cron_last_day",
		"0 9 30L * 1-5":         "fault.schedule.cron_last_day",
		"0 9 28L * *":           "fault.schedule.cron",
		"0 9 32L * *":           "fault.schedule.cron",
		"0 9 L * *":             "fault.schedule.cron",
		"0 9 1,31L * *":         "fault.schedule.cron",
		"0 9 29L-31L * *":       "fault.schedule.cron",
		"0 9 30 2 *":            "fault.schedule.cron_never",
		"0 9 31 4,6,9,11 *":     "fault.schedule.cron_never",
	} {
		_, err := ParseCron(expression)
		f := fault.As(err)
		if f == nil || f.Kind != fault.Invalid || f.Key != key {
			t.Errorf("%q: %v, want %s", expression, err, key)
		}
	}
}

func TestCronNext(t *testing.T) {
	for _, test := range []struct{ expression, after, want string }{
		{"0 9 * * 1", "2026-11-25T00:00:00+08:00", "2026-11-30T09:00:00+08:00"},
		{"0 9 * * 7", "2026-11-25T00:00:00+08:00", "2026-11-29T09:00:00+08:00"},
		{"0 9 * * 0", "2026-11-25T00:00:00+08:00", "2026-11-29T09:00:00+08:00"},
		{"0 9 * * 5-7", "2026-11-29T10:00:00+08:00", "2026-12-04T09:00:00+08:00"},
		{"0 9 * * 1-7/3", "2026-11-25T00:00:00+08:00", "2026-11-26T09:00:00+08:00"}, // 1, 4 and 7
		{"0 9 * * mon", "2026-11-25T00:00:00+08:00", "2026-11-30T09:00:00+08:00"},
		{"0 9 29 2 *", "2026-11-25T00:00:00+08:00", "2028-02-29T09:00:00+08:00"},
		{"0 9 1 * *", "2026-12-01T09:00:00+08:00", "2027-01-01T09:00:00+08:00"},
	} {
		checkNext(t, test.expression, "Asia/Shanghai", test.after, test.want)
	}
}

// 29L, 30L and 31L are that day, or the last of a shorter month.
func TestLastDayNext(t *testing.T) {
	for _, test := range []struct{ expression, after, want string }{
		{"0 9 31L * *", "2026-01-31T09:00:00+08:00", "2026-02-28T09:00:00+08:00"},
		{"0 9 31L * *", "2026-02-28T09:00:00+08:00", "2026-03-31T09:00:00+08:00"},
		{"0 9 31L * *", "2026-03-31T09:00:00+08:00", "2026-04-30T09:00:00+08:00"},
		{"0 9 31L * *", "2028-02-01T00:00:00+08:00", "2028-02-29T09:00:00+08:00"}, // a leap year
		{"0 9 30L * *", "2026-01-30T09:00:00+08:00", "2026-02-28T09:00:00+08:00"},
		{"0 9 30L * *", "2028-01-30T09:00:00+08:00", "2028-02-29T09:00:00+08:00"},
		{"0 9 30L * *", "2026-02-28T09:00:00+08:00", "2026-03-30T09:00:00+08:00"},
		{"0 9 29L * *", "2026-01-29T09:00:00+08:00", "2026-02-28T09:00:00+08:00"},
		{"0 9 29L * *", "2028-01-29T09:00:00+08:00", "2028-02-29T09:00:00+08:00"},
		{"0 9 29L * *", "2028-02-29T09:00:00+08:00", "2028-03-29T09:00:00+08:00"},
		{"0 9 31L 2 *", "2026-02-28T09:00:00+08:00", "2027-02-28T09:00:00+08:00"},
		{"0 9 31L 2,jun *", "2026-02-28T09:00:00+08:00", "2026-06-30T09:00:00+08:00"},
		{"0,30 9 30L * *", "2026-02-28T09:00:00+08:00", "2026-02-28T09:30:00+08:00"},
		{"0 9 31L * *", "2026-12-31T09:00:00+08:00", "2027-01-31T09:00:00+08:00"},
	} {
		checkNext(t, test.expression, "Asia/Shanghai", test.after, test.want)
	}
	// In New York the clock is changed on none of these days, but its offset is
	// another after than before. In Amman the 31st of March 2017 began at 01:00.
	checkNext(t, "30 2 31L * *", "America/New_York", "2026-02-28T02:30:00-05:00", "2026-03-31T02:30:00-04:00")
	checkNext(t, "0 0 31L * *", "Asia/Amman", "2017-03-01T00:00:00+02:00", "2017-03-31T01:00:00+03:00")
}

// A day that is clamped comes exactly once in every month, in every zone.
func TestLastDayComesOnceAMonth(t *testing.T) {
	for _, zoneName := range []string{"Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Kiritimati"} {
		zone, err := time.LoadLocation(zoneName)
		if err != nil {
			t.Fatal(err)
		}
		for day := range lastDays {
			for _, clock := range []string{"0 0", "30 2", "59 23"} {
				cron, err := ParseCron(clock + " " + day + " * *")
				if err != nil {
					t.Fatal(err)
				}
				at := time.Date(2023, time.January, 1, 0, 0, 0, 0, zone).Add(-time.Second)
				for month := range 12 * 12 { // three leap years
					at = cron.Next(at, zone)
					if want := time.Date(2023, time.January+time.Month(month), 1, 0, 0, 0, 0, zone).Format("2006-01"); at.Format("2006-01") != want {
						t.Fatalf("%s %s in %s: run %d is on %s, want one in %s", clock, day, zoneName, month, at, want)
					}
				}
			}
		}
	}
}

// checkNext holds the next run after an instant against the one worked out by
// hand.
func checkNext(t *testing.T, expression, zoneName, after, want string) {
	t.Helper()
	cron, err := ParseCron(expression)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		t.Fatal(err)
	}
	from, err := time.Parse(time.RFC3339, after)
	if err != nil {
		t.Fatal(err)
	}
	if got := cron.Next(from, zone).In(zone).Format(time.RFC3339); got != want {
		t.Errorf("%s in %s after %s: %s, want %s", expression, zoneName, after, got, want)
	}
}

// In New York the clock goes from 02:00 to 03:00 on 8 March 2026 and from
// 02:00 back to 01:00 on 1 November 2026.
func TestCronAtClockChanges(t *testing.T) {
	checkNext(t, "30 2 * * *", "America/New_York", "2026-03-08T00:00:00-05:00", "2026-03-08T03:00:00-04:00")
	checkNext(t, "30 2 * * *", "America/New_York", "2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00")
	checkNext(t, "30 1 * * *", "America/New_York", "2026-11-01T00:00:00-04:00", "2026-11-01T01:30:00-04:00")
	checkNext(t, "30 1 * * *", "America/New_York", "2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00")
	checkNext(t, "0 9 * * *", "America/New_York", "2026-11-01T00:00:00-04:00", "2026-11-01T09:00:00-05:00")
	// In Lord Howe the clock moves by half an hour.
	checkNext(t, "15 2 * * *", "Australia/Lord_Howe", "2026-10-04T00:00:00+10:30", "2026-10-04T02:30:00+11:00")
	// In Beirut the gap is at midnight.
	checkNext(t, "0 0 * * *", "Asia/Beirut", "2026-03-28T12:00:00+02:00", "2026-03-29T01:00:00+03:00")
}

func FuzzParseCron(f *testing.F) {
	for _, seed := range []string{"0 9 * * 1", "*/5 0-23/2 1,15 jan-jun 0-7/2", "TZ=0 9 * * *", "@every 1s", "0 9 30 2 *", "* * * * ?", "0 9 * * 7#2", "* * 31L 2 *"} {
		f.Add(seed)
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, expression string) {
		cron, err := ParseCron(expression)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatalf("%q: %v is no fault of kind Invalid", expression, err)
			}
			return
		}
		at := now
		for range 5 {
			next := cron.Next(at, zone)
			if !next.After(at) {
				t.Fatalf("%q: next run %s is not after %s", expression, next, at)
			}
			at = next
		}
	})
}

func TestClaimCountsMissedRuns(t *testing.T) {
	zone := time.FixedZone("", 8*3600)
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, zone) }
	s := &Scheduler{Options: Options{Settings: choose(t, "weekdays"), CatchUp: 12 * time.Hour, Now: time.Now}}
	type delivery struct {
		For    time.Time
		Status Status
		Reason string
	}
	for _, test := range []struct {
		name     string
		due, now time.Time
		next     time.Time
		want     []delivery
	}{
		{"on time", at(2, 9), at(2, 9), at(3, 9), []delivery{{at(2, 9), Pending, ""}}},
		{"a little late", at(2, 9), at(2, 21).Add(-time.Second), at(3, 9), []delivery{{at(2, 9), Pending, ""}}},
		{"12 h late is not less", at(2, 9), at(2, 21), at(3, 9), []delivery{
			{at(2, 9), Skipped, "missed while huibao was not running: 1 run"},
		}},
		{"three days, the newest in time", at(2, 9), at(4, 10), at(5, 9), []delivery{
			{at(3, 9), Skipped, "missed while huibao was not running: 2 runs"}, {at(4, 9), Pending, ""},
		}},
		{"three days, the newest too late", at(2, 9), at(4, 22), at(5, 9), []delivery{
			{at(4, 9), Skipped, "missed while huibao was not running: 3 runs"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			claim, err := s.claim(Schedule{Cron: "0 9 * * *", On: EveryDay, Timezone: "Asia/Shanghai", Enabled: true, NextRunAt: test.due}, test.now)
			if err != nil {
				t.Fatal(err)
			}
			if !claim.NextRunAt.Equal(test.next) {
				t.Errorf("next run %s, want %s", claim.NextRunAt, test.next)
			}
			var got []delivery
			for _, d := range claim.Deliveries {
				got = append(got, delivery{d.ScheduledFor, d.Status, d.Reason})
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// However little is caught up, a run that is taken up as soon as can be was not missed.
func TestWhatIsOnTimeWasNotMissed(t *testing.T) {
	s := &Scheduler{Options: Options{Settings: choose(t, "weekdays"), Now: time.Now}}
	due := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	for late, want := range map[time.Duration]Status{0: Pending, 29 * time.Second: Pending, 30 * time.Second: Skipped} {
		claim, err := s.claim(Schedule{Cron: "0 9 * * *", On: EveryDay, Timezone: "UTC", Enabled: true, NextRunAt: due}, due.Add(late))
		if err != nil || len(claim.Deliveries) != 1 || claim.Deliveries[0].Status != want {
			t.Errorf("%s late: %+v, %v; want one %s", late, claim.Deliveries, err, want)
		}
	}
}

// A run whose day is a run no more, since the calendar changed, is none; one that
// moved comes on its day.
func TestClaimLooksAtTheCalendar(t *testing.T) {
	zone := time.FixedZone("", 8*3600)
	s := &Scheduler{Options: Options{Settings: choose(t, "cn"), CatchUp: 12 * time.Hour, Now: time.Now}}
	holiday := time.Date(2026, 10, 1, 9, 0, 0, 0, zone)
	for _, test := range []struct {
		on   On
		cron string
		next time.Time
	}{
		{Workdays, "0 9 * * *", time.Date(2026, 10, 8, 9, 0, 0, 0, zone)},
		{FirstWorkdayOfMonth, "0 9 1 * *", time.Date(2026, 10, 8, 9, 0, 0, 0, zone)},
	} {
		claim, err := s.claim(Schedule{Cron: test.cron, On: test.on, Timezone: "Asia/Shanghai", Enabled: true, NextRunAt: holiday}, holiday)
		if err != nil || len(claim.Deliveries) != 0 || !claim.NextRunAt.Equal(test.next) {
			t.Errorf("%s: %+v, %v, want nothing and %s", test.on, claim, err, test.next)
		}
		claim, err = s.claim(Schedule{Cron: test.cron, On: test.on, Timezone: "Asia/Shanghai", Enabled: true, NextRunAt: test.next}, test.next)
		if err != nil || len(claim.Deliveries) != 1 || !claim.Deliveries[0].ScheduledFor.Equal(test.next) {
			t.Errorf("%s: %+v, %v, want the run of %s", test.on, claim, err, test.next)
		}
	}
}
