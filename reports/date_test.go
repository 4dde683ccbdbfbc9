package reports

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata" // the zones below, wherever the tests run

	"github.com/google/go-cmp/cmp"
)

// TestDateIn has the first instants of days as the zones' own laws have them.
func TestDateIn(t *testing.T) {
	for _, test := range []struct{ name, zone, date, want string }{
		{"ahead of UTC", "Asia/Shanghai", "2026-11-10", "2026-11-09T16:00:00Z"},
		{"behind UTC", "America/New_York", "2026-11-10", "2026-11-10T05:00:00Z"},
		{"UTC", "UTC", "1969-12-31", "1969-12-31T00:00:00Z"},
		{"the clock goes forward at two", "America/New_York", "2026-03-08", "2026-03-08T05:00:00Z"},
		{"the day after", "America/New_York", "2026-03-09", "2026-03-09T04:00:00Z"},
		{"the clock goes back at two", "America/New_York", "2026-11-01", "2026-11-01T04:00:00Z"},
		{"the day after that", "America/New_York", "2026-11-02", "2026-11-02T05:00:00Z"},
		{"midnight is left out, behind UTC", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
		{"midnight is left out, ahead of UTC", "Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"},
		{"half past eleven is followed by half past midnight", "America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"},
		{"midnight comes twice, ahead of UTC", "Asia/Gaza", "2021-10-29", "2021-10-28T21:00:00Z"},
		{"midnight comes twice, at UTC", "Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z"},
		{"midnight comes twice, behind UTC", "America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},
		{"before the date that never was", "Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"},
		{"the date that never was", "Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},
		{"after the date that never was", "Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := date(test.date).In(zone(test.zone)).UTC().Format(time.RFC3339); got != test.want {
				t.Errorf("%s in %s begins at %s, want %s", test.date, test.zone, got, test.want)
			}
		})
	}
}

// zone loads a zone of a test.
func zone(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return location
}

// instant reads an instant of a test.
func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDateOf(t *testing.T) {
	late := instant("2026-11-09T16:30:00Z")
	for name, want := range map[string]string{"UTC": "2026-11-09", "Asia/Shanghai": "2026-11-10", "Pacific/Honolulu": "2026-11-09"} {
		if got := DateOf(late.In(zone(name))); got != date(want) {
			t.Errorf("in %s: %s, want %s", name, got, want)
		}
	}
}

func TestDateCounts(t *testing.T) {
	for text, days := range map[string]Date{
		"1970-01-01": 0, "1969-12-31": -1, "2000-03-01": 11017, "2026-11-10": 20767, "1900-01-01": -25567,
	} {
		if got := date(text); got != days {
			t.Errorf("%s is day %d, want %d", text, got, days)
		}
		if got := days.String(); got != text {
			t.Errorf("day %d is %s, want %s", days, got, text)
		}
	}
	if got := NewDate(2026, time.February, 29); got != date("2026-03-01") {
		t.Errorf("29 February 2026 is %s", got)
	}
	if got := date("2026-11-10").Weekday(); got != time.Tuesday {
		t.Errorf("2026-11-10 is a %s", got)
	}
	for day, workday := range map[string]bool{"2026-11-06": true, "2026-11-07": false, "2026-11-08": false, "2026-11-09": true} {
		if date(day).UsualWorkday() != workday {
			t.Errorf("%s is a workday of the usual week: %t", day, !workday)
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, text := range []string{"", "2026-11-1", "2026-02-30", "2026-11-10 ", "2026-11-10T00:00:00Z", "20261110", "１-1-1"} {
		if got, err := ParseDate(text); err == nil {
			t.Errorf("ParseDate(%q) = %s", text, got)
		}
	}
}

func TestDateJSON(t *testing.T) {
	var days map[string]Date
	if err := json.Unmarshal([]byte(`{"day": "2026-11-10"}`), &days); err != nil || days["day"] != date("2026-11-10") {
		t.Errorf("%v, %v", days, err)
	}
	data, err := json.Marshal(days)
	if err != nil || string(data) != `{"day":"2026-11-10"}` {
		t.Errorf("%s, %v", data, err)
	}
	if err := json.Unmarshal([]byte(`{"day": "today"}`), &days); err == nil {
		t.Errorf("%v", days)
	}
}

func TestRanges(t *testing.T) {
	week := span("2026-11-02..2026-11-08")
	if week.Days() != 7 || !week.holds(week.From) || !week.holds(week.To) || week.holds(week.From-1) || week.holds(week.To+1) {
		t.Errorf("%v", week)
	}
	if got := week.within(span("2026-11-08..2026-11-20")); got != span("2026-11-08") {
		t.Errorf("within: %v", got)
	}
	if got := week.within(span("2026-11-09..2026-11-20")); got.Days() > 0 {
		t.Errorf("ranges that do not meet share %v", got)
	}
}

func TestUnion(t *testing.T) {
	for _, test := range []struct {
		name       string
		in, ranges []Range
	}{
		{"none", nil, nil},
		{"one after the other", []Range{span("2026-11-08..2026-11-09"), span("2026-11-01..2026-11-07")}, []Range{span("2026-11-01..2026-11-09")}},
		{"a day between", []Range{span("2026-11-01..2026-11-06"), span("2026-11-08")}, []Range{span("2026-11-01..2026-11-06"), span("2026-11-08")}},
		{"one inside another", []Range{span("2026-11-01..2026-11-30"), span("2026-11-08"), span("2026-12-01")}, []Range{span("2026-11-01..2026-12-01")}},
	} {
		if diff := cmp.Diff(test.ranges, union(test.in...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestUnits(t *testing.T) {
	for text, number := range map[string]int{"cn": 0, "us": 1, "sg": 2, "jp": 3} {
		unit, err := ParseUnit(text)
		if got, given := unit.Number(); err != nil || !given || got != number {
			t.Errorf("%s: %d, %t, %v", text, got, given, err)
		}
	}
	unit, err := ParseUnit("")
	if _, given := unit.Number(); err != nil || unit != UnitNone || given {
		t.Errorf("no unit: %q, %t, %v", unit, given, err)
	}
	for _, text := range []string{"CN", "0", "eu", " cn"} {
		if unit, err := ParseUnit(text); err == nil {
			t.Errorf("ParseUnit(%q) = %q", text, unit)
		}
	}
}
