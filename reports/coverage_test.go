package reports

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shanghai are the default rules; 2026-11-09 is a Monday off, 2026-11-15 a
// Sunday of work.
func shanghai() rules {
	return rules{
		zone: zone("Asia/Shanghai"), finalAfter: 48 * time.Hour, reportedAfter: 6 * time.Hour, freshFor: 15 * time.Minute,
		calendar: week{differs: map[Date]bool{date("2026-11-09"): false, date("2026-11-15"): true}},
	}
}

// TestJudge goes through what a fetch makes of a day. A day in Shanghai ends at
// 16:00 UTC of its own date.
func TestJudge(t *testing.T) {
	for _, test := range []struct {
		name, date, fetched string
		row                 bool
		covered, final      bool
	}{
		{"a row while the day runs", "2026-11-06", "2026-11-06T08:00:00Z", true, true, false},
		{"a row a second before 48 h", "2026-11-06", "2026-11-08T15:59:59Z", true, true, false},
		{"a row at 48 h", "2026-11-06", "2026-11-08T16:00:00Z", true, true, true},
		{"no row on a workday at 6 h", "2026-11-06", "2026-11-06T22:00:00Z", false, false, false},
		{"no row on a workday a second before 48 h", "2026-11-06", "2026-11-08T15:59:59Z", false, false, false},
		{"no row on a workday at 48 h", "2026-11-06", "2026-11-08T16:00:00Z", false, true, true},
		{"no row on a Saturday while it runs", "2026-11-07", "2026-11-07T08:00:00Z", false, false, false},
		{"no row on a Saturday a second before 6 h", "2026-11-07", "2026-11-07T21:59:59Z", false, false, false},
		{"no row on a Saturday at 6 h", "2026-11-07", "2026-11-07T22:00:00Z", false, true, false},
		{"no row on a Saturday at 48 h", "2026-11-07", "2026-11-09T16:00:00Z", false, true, true},
		{"no row on a holiday at 6 h", "2026-11-09", "2026-11-09T22:00:00Z", false, true, false},
		{"no row on a make-up Sunday at 6 h", "2026-11-15", "2026-11-15T22:00:00Z", false, false, false},
		{"no row on a make-up Sunday at 48 h", "2026-11-15", "2026-11-17T16:00:00Z", false, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			known := ArchivedDay{Date: date(test.date), HasRow: test.row, FetchedAt: instant(test.fetched)}
			if test.row {
				known.Figures = figures(5)
			}
			want := Day{
				Date: known.Date, Covered: test.covered, Final: test.final, Figures: known.Figures,
				Source: SourceArchive, FetchedAt: known.FetchedAt,
			}
			if diff := cmp.Diff(want, shanghai().judge(known)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestFresh(t *testing.T) {
	for _, test := range []struct {
		name, date, fetched, now string
		fresh                    bool
	}{
		{"yesterday, 14:59 ago", "2026-11-09", "2026-11-10T02:00:01Z", "2026-11-10T02:15:00Z", true},
		{"yesterday, 15 min ago", "2026-11-09", "2026-11-10T02:00:00Z", "2026-11-10T02:15:00Z", false},
		{"today, 59 s ago", "2026-11-10", "2026-11-10T02:00:01Z", "2026-11-10T02:01:00Z", true},
		{"today, a minute ago", "2026-11-10", "2026-11-10T02:00:00Z", "2026-11-10T02:01:00Z", false},
		{"what was today 14 min ago", "2026-11-09", "2026-11-09T15:50:00Z", "2026-11-09T16:04:00Z", true},
		{"today in the tenant's zone alone", "2026-11-10", "2026-11-09T16:00:00Z", "2026-11-09T16:02:00Z", false},
		{"fetched by a clock ahead of ours", "2026-11-09", "2026-11-10T02:01:00Z", "2026-11-10T02:00:00Z", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := shanghai().fresh(date(test.date), instant(test.fetched), instant(test.now)); got != test.fresh {
				t.Errorf("fresh: %t", got)
			}
		})
	}
	t.Run("today, when freshness is shorter than a minute", func(t *testing.T) {
		r := shanghai()
		r.freshFor = 10 * time.Second
		if r.fresh(date("2026-11-10"), instant("2026-11-10T02:00:00Z"), instant("2026-11-10T02:00:10Z")) {
			t.Error("fresh after 10 s")
		}
	})
}

// TestAskable has the days that begin within the last 90 × 24 h.
func TestAskable(t *testing.T) {
	for _, test := range []struct{ name, zone, now, want string }{
		{"at noon", "Asia/Shanghai", "2026-11-10T04:00:00Z", "2026-08-13..2026-11-10"},
		{"at midnight the 90th day before is just within", "Asia/Shanghai", "2026-11-09T16:00:00Z", "2026-08-12..2026-11-10"},
		{"a second later it is not", "Asia/Shanghai", "2026-11-09T16:00:01Z", "2026-08-13..2026-11-10"},
		{"a second before midnight", "Asia/Shanghai", "2026-11-09T15:59:59Z", "2026-08-12..2026-11-09"},
		{"an hour was put in since", "America/New_York", "2026-11-10T05:00:00Z", "2026-08-13..2026-11-10"},
		{"an hour was left out since", "America/New_York", "2026-05-10T04:00:00Z", "2026-02-09..2026-05-10"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := shanghai()
			r.zone = zone(test.zone)
			if got := r.askable(instant(test.now)).text(); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

// TestLacking is on Tuesday, 10 November, at 10 in Shanghai.
func TestLacking(t *testing.T) {
	now := instant("2026-11-10T02:00:00Z")
	known := map[Date]ArchivedDay{}
	for _, day := range []struct{ date, fetched string }{
		{"2026-11-02", "2026-11-04T16:00:00Z"}, // final
		{"2026-11-03", "2026-11-05T15:59:59Z"}, // a second short of it
		{"2026-11-04", "2026-11-10T01:50:00Z"}, // final, and fresh
		{"2026-11-08", "2026-11-10T01:50:00Z"}, // fresh
		{"2026-11-09", "2026-11-10T01:40:00Z"}, // stale
		{"2026-11-10", "2026-11-10T01:59:30Z"}, // today, fresh
	} {
		known[date(day.date)] = ArchivedDay{Date: date(day.date), FetchedAt: instant(day.fetched)}
	}
	for _, test := range []struct {
		name   string
		wanted []string
		want   string // "" for nothing
	}{
		{"a final day", []string{"2026-11-02"}, ""},
		{"final and fresh days", []string{"2026-11-02", "2026-11-04", "2026-11-08", "2026-11-10"}, ""},
		{"a day not final", []string{"2026-11-03"}, "2026-11-03"},
		{"a stale day among fresh ones", []string{"2026-11-08..2026-11-10"}, "2026-11-09"},
		{"a final day lies between", []string{"2026-11-01..2026-11-03"}, "2026-11-01..2026-11-03"},
		{"a final day at the end is left off", []string{"2026-11-02..2026-11-04"}, "2026-11-03"},
		{"two ranges, one call", []string{"2026-11-05..2026-11-10", "2026-10-01..2026-10-03"}, "2026-10-01..2026-11-09"},
		{"beyond the reach", []string{"2026-08-01..2026-08-13"}, "2026-08-13"},
		{"all beyond the reach", []string{"2026-08-01..2026-08-12"}, ""},
		{"a day that has not begun", []string{"2026-11-11"}, ""},
		{"into the future", []string{"2026-11-09..2026-11-30"}, "2026-11-09"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var wanted []Range
			for _, text := range test.wanted {
				wanted = append(wanted, span(text))
			}
			got, lacking := shanghai().lacking(wanted, known, now)
			if lacking != (test.want != "") || lacking && got != span(test.want) {
				t.Errorf("%s, %t, want %q", got.text(), lacking, test.want)
			}
		})
	}
}
