package reports

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The findings are looked at on Tuesday, 10 November 2026, at noon in Shanghai;
// the archive was filled ten minutes before. Days up to Saturday, 7 November,
// are final, and Sunday and Monday provisional.
const (
	noon   = "2026-11-10T04:00:00Z"
	filled = "2026-11-10T03:50:00Z"
)

// none stands for a day that is not in the archive.
const none = -1

// days are the meetings of single dates that differ from the others.
type days map[string]int64

// findingsBench has an archive of 20 weeks in which every day from Monday to
// Friday has 100 meetings and no other day any, but for the dates that differ.
// A day of 1,000 meetings in spring keeps the others from being records.
func findingsBench(calendar Calendar, differ ...days) *bench {
	b := newBench(calendar).at(noon)
	meetings := map[Date]int64{date("2026-03-02"): 1000}
	for d := date("2026-06-23"); d <= date("2026-11-10"); d++ {
		meetings[d] = 0
		if d.UsualWorkday() {
			meetings[d] = 100
		}
	}
	for _, days := range differ {
		for text, n := range days {
			meetings[date(text)] = n
		}
	}
	for d, n := range meetings {
		if n != none {
			b.archive.keep(d, n, instant(filled))
		}
	}
	return b
}

// every sets the dates of a weekday in the weeks before one.
func every(weekday string, weeks int, meetings int64) days {
	set := days{}
	for d := date(weekday) - 7; len(set) < weeks; d -= 7 {
		set[d.String()] = meetings
	}
	return set
}

// checkFindings holds the findings of a period against what is wanted, and sees
// that none was looked for on the platform.
func checkFindings(t *testing.T, b *bench, period string, compare Compare, want ...Finding) {
	t.Helper()
	if diff := cmp.Diff(want, b.report(t, period, compare).Findings); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if calls := b.platform.asked(); len(calls) > 0 {
		t.Errorf("the platform was asked for %v", calls)
	}
}

func TestDayFindings(t *testing.T) {
	finding := func(kind FindingKind, day string, value, base float64, percent int) []Finding {
		return []Finding{{kind, date(day), value, base, percent}}
	}
	holiday := func(text string) week { return week{differs: map[Date]bool{date(text): false}} }
	for _, test := range []struct {
		name     string
		calendar week
		differ   []days
		want     []Finding
	}{
		{"an ordinary week", week{}, nil, nil},
		{"30 % above", week{}, []days{{"2026-11-04": 130}}, finding(DayHigh, "2026-11-04", 130, 100, 30)},
		{"29 % above", week{}, []days{{"2026-11-04": 129}}, nil},
		{"30 % below", week{}, []days{{"2026-11-04": 70}}, finding(DayLow, "2026-11-04", 70, 100, -30)},
		{"29 % below", week{}, []days{{"2026-11-04": 71}}, nil},
		{"nobody met", week{}, []days{{"2026-11-04": 0}}, finding(DayLow, "2026-11-04", 0, 100, -100)},
		{"ten meetings above", week{}, []days{every("2026-11-04", 8, 20), {"2026-11-04": 30}}, finding(DayHigh, "2026-11-04", 30, 20, 50)},
		{"nine meetings above", week{}, []days{every("2026-11-04", 8, 20), {"2026-11-04": 29}}, nil},
		{"nine and seven eighths", week{}, []days{every("2026-11-04", 8, 20), {"2026-11-04": 30, "2026-10-28": 21}}, nil},
		{"a percentage is rounded", week{}, []days{every("2026-11-04", 8, 40), {"2026-11-04": 61}}, finding(DayHigh, "2026-11-04", 61, 40, 53)}, // 52.5
		{"a mean of zero", week{}, []days{{"2026-11-07": 50}}, nil},
		{"an eighth week is missing, a ninth is there", week{}, []days{{"2026-10-28": none, "2026-11-04": 130}},
			finding(DayHigh, "2026-11-04", 130, 100, 30)},
		{"the ninth week counts", week{}, []days{{"2026-10-28": none, "2026-09-02": 108, "2026-11-04": 130}}, nil}, // mean 101
		{"the tenth does not", week{}, []days{{"2026-10-28": none, "2026-08-26": 108, "2026-11-04": 130}},
			finding(DayHigh, "2026-11-04", 130, 100, 30)},
		{"a holiday among the eight is left out", holiday("2026-10-07"), []days{{"2026-10-07": 4, "2026-11-04": 129}}, nil},
		{"without a table it counts", week{}, []days{{"2026-10-07": 4, "2026-11-04": 129}}, // mean 88
			finding(DayHigh, "2026-11-04", 129, 88, 47)}, // 46.6
		{"a holiday is no low day", holiday("2026-11-04"), []days{{"2026-11-04": 0}}, nil},
		{"a make-up workday is no high Saturday", week{differs: map[Date]bool{date("2026-11-07"): true}},
			[]days{every("2026-11-07", 16, 20), {"2026-11-07": 100}}, nil},
		{"a provisional day may be high", week{}, []days{{"2026-11-09": 130}}, finding(DayHigh, "2026-11-09", 130, 100, 30)},
		{"a provisional day is never low", week{}, []days{{"2026-11-09": 0}}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkFindings(t, findingsBench(test.calendar, test.differ...), "7d", CompareNone, test.want...)
		})
	}
}

// TestWeekdayLooksBack: of 16 weeks eight must be covered. The Wednesday looked
// at is beyond the platform's reach, so that a gap stays one.
func TestWeekdayLooksBack(t *testing.T) {
	wednesday := date("2026-07-29")
	high := []Finding{{DayHigh, wednesday, 500, 100, 400}}
	for _, test := range []struct {
		name  string
		weeks []int // before it that are covered
		want  []Finding
	}{
		{"the last eight", []int{1, 2, 3, 4, 5, 6, 7, 8}, high},
		{"seven", []int{1, 2, 3, 4, 5, 6, 7}, nil},
		{"an eighth 16 weeks before", []int{1, 2, 3, 4, 5, 6, 7, 16}, high},
		{"an eighth 17 weeks before", []int{1, 2, 3, 4, 5, 6, 7, 17}, nil},
		{"every other", []int{2, 4, 6, 8, 10, 12, 14, 16}, high},
		{"the first eight of 16", []int{9, 10, 11, 12, 13, 14, 15, 16}, high},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(week{}).at(noon)
			b.archive.keep(wednesday, 500, instant(filled))
			for _, weeks := range test.weeks {
				b.archive.keep(wednesday.AddDays(-7*weeks), 100, instant(filled))
			}
			checkFindings(t, b, "2026-07-29", CompareNone, test.want...)
		})
	}
}

func TestTodayIsNoFinding(t *testing.T) {
	b := findingsBench(week{}, days{"2026-11-10": 5000, "2026-11-09": 130})
	b.archive.keep(date("2026-11-10"), 5000, instant("2026-11-10T03:59:30Z"))
	checkFindings(t, b, "today", CompareNone)
	checkFindings(t, b, "2026-11-09..2026-11-10", CompareNone, Finding{DayHigh, date("2026-11-09"), 130, 100, 30})
}

// TestTodayIsTheTenants: on the 11th in a chat in Tokyo "yesterday" is the 10th,
// which still runs in Shanghai for a second.
func TestTodayIsTheTenants(t *testing.T) {
	b := findingsBench(week{}).at("2026-11-10T15:59:59Z")
	for d := date("2026-09-01"); d <= date("2026-11-10"); d++ {
		meetings := int64(100)
		if d == date("2026-11-10") {
			meetings = 500
		}
		b.archive.keep(d, meetings, instant("2026-11-10T15:59:58Z"))
	}
	period, err := ParsePeriod("yesterday", date("2026-11-11"), 1)
	if err != nil {
		t.Fatal(err)
	}
	report, err := b.Report(context.Background(), Query{TenantKey: "tenant", Period: period, Zone: zone("Asia/Tokyo")})
	if err != nil || len(report.Findings) > 0 {
		t.Errorf("%v, %v", report, err)
	}
}

func TestPeriodFindings(t *testing.T) {
	weekOf := func(meetings int64) days { // of 2 to 8 November
		return days{"2026-11-02": meetings, "2026-11-03": meetings, "2026-11-04": meetings, "2026-11-05": meetings, "2026-11-06": meetings}
	}
	holidays := week{differs: map[Date]bool{date("2026-11-05"): false, date("2026-11-06"): false}}
	for _, test := range []struct {
		name     string
		calendar week
		differ   []days
		period   string
		compare  Compare
		want     []Finding
	}{
		{"20 % up", week{}, []days{weekOf(120)}, "last week", ComparePrevious, []Finding{{PeriodUp, date("2026-11-02"), 600, 500, 20}}},
		{"19.8 % up is shown as 20 %, and is not", week{}, []days{weekOf(120), {"2026-11-02": 119}}, "last week", ComparePrevious, nil},
		{"20 % down", week{}, []days{weekOf(80)}, "last week", ComparePrevious, []Finding{{PeriodDown, date("2026-11-02"), 400, 500, -20}}},
		{"19.8 % down", week{}, []days{weekOf(80), {"2026-11-02": 81}}, "last week", ComparePrevious, nil},
		{"against last year", week{}, []days{weekOf(120)}, "last week", CompareLastYear, nil},
		{"against nothing", week{}, []days{weekOf(120)}, "last week", CompareNone, nil},
		{"from zero", week{}, []days{{"2026-10-31": 0, "2026-11-07": 9}}, "2026-11-07", ComparePrevious, nil},
		{"a Saturday up against a Friday", week{}, []days{{"2026-11-07": 150}, every("2026-11-07", 16, 150)}, "2026-11-07", ComparePrevious, nil},
		{"a Monday up against a Sunday", week{}, []days{{"2026-11-08": 20}, every("2026-11-08", 16, 20)}, "yesterday", ComparePrevious, nil},
		{"a Sunday up against a Saturday", week{}, []days{{"2026-11-07": 20, "2026-11-08": 24}, every("2026-11-07", 16, 20), every("2026-11-08", 16, 24)},
			"2026-11-08", ComparePrevious, []Finding{{PeriodUp, date("2026-11-08"), 24, 20, 20}}},
		{"fewer workdays alone are no change", holidays, []days{{"2026-11-05": 0, "2026-11-06": 0}}, "last week", ComparePrevious, nil},
		{"a mean a workday", holidays, []days{weekOf(125), {"2026-11-05": 0, "2026-11-06": 0}}, "last week", ComparePrevious,
			[]Finding{{PeriodUp, date("2026-11-02"), 125, 100, 25}}},
		{"what yesterday can still make up for", week{}, // 7d: 4 × 80 + 80 of 500; a Monday as usual makes it 420
			[]days{weekOf(80), {"2026-11-02": 100, "2026-11-09": 80}}, "7d", ComparePrevious, nil},
		{"what yesterday can't make up for", week{}, // 4 × 74 + 80 of 500; at most 396
			[]days{weekOf(74), {"2026-11-02": 100, "2026-11-09": 80}}, "7d", ComparePrevious,
			[]Finding{{PeriodDown, date("2026-11-03"), 376, 500, -25}}}, // -24.8
		{"a provisional Sunday makes up for nothing", week{}, []days{weekOf(80), {"2026-11-08": 0}}, "2026-11-02..2026-11-08", ComparePrevious,
			[]Finding{{PeriodDown, date("2026-11-02"), 400, 500, -20}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := findingsBench(test.calendar, test.differ...)
			checkFindings(t, b, test.period, test.compare, test.want...)
		})
	}
}

// TestPeriodWithToday: however low its other days are, a period that holds today
// is not called low; the same without today is.
func TestPeriodWithToday(t *testing.T) {
	b := findingsBench(week{}, days{"2026-11-04": 0, "2026-11-05": 0, "2026-11-06": 0})
	b.archive.keep(date("2026-11-10"), 100, instant("2026-11-10T03:59:30Z"))
	for period, want := range map[string]FindingKind{"2026-11-04..2026-11-09": PeriodDown, "2026-11-04..2026-11-10": DayLow} {
		report := b.report(t, period, ComparePrevious)
		if got := report.Findings[1].Kind; got != want {
			t.Errorf("%s: %s, want %s", period, got, want)
		}
	}
}

// TestPeriodThatRuns: a period that holds today is not called low, however
// little it has; a high one only grows.
func TestPeriodThatRuns(t *testing.T) {
	for _, test := range []struct {
		today int64
		want  []Finding
	}{
		{0, nil},
		{300, []Finding{{PeriodUp, date("2026-11-09"), 400, 200, 100}}},
	} {
		b := findingsBench(week{}, days{"2026-11-07": 100, "2026-11-08": 100}, every("2026-11-07", 16, 100), every("2026-11-08", 16, 100))
		b.archive.keep(date("2026-11-10"), test.today, instant("2026-11-10T03:59:30Z"))
		period := Period{Range: span("2026-11-09..2026-11-10"), Step: StepDays, Full: span("2026-11-09..2026-11-10")}
		query := Query{TenantKey: "tenant", Period: period, Compare: ComparePrevious, Zone: b.ZoneFunc("")}
		calendar := week{differs: map[Date]bool{date("2026-11-07"): true, date("2026-11-08"): true}}
		b.CalendarFunc = func(string) Calendar { return calendar }
		report, err := b.Report(context.Background(), query)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, report.Findings); diff != "" {
			t.Errorf("today %d (-want +got):\n%s", test.today, diff)
		}
	}
}

// TestPeriodWithGaps is of a week in July, beyond the platform's reach, so that
// a gap stays one. The week before has 500 meetings on seven days, 71.4 a day.
func TestPeriodWithGaps(t *testing.T) {
	gap := days{"2026-07-07": none, "2026-07-08": none, "2026-07-09": none, "2026-07-10": none}
	for name, test := range map[string]struct {
		differ []days
		want   []Finding
	}{
		// 33.3 a day, but 100 a workday as ever.
		"missing workdays are no decline": {[]days{gap}, nil},
		// 27.7 a day, and 83 a workday.
		"a small decline": {[]days{gap, {"2026-07-06": 83}}, nil},
		// 26.3 a day, and 79 a workday: 63 % down as compared, 21 % a workday.
		"a decline": {[]days{gap, {"2026-07-06": 79}}, []Finding{{PeriodDown, date("2026-07-06"), 79.0 / 3, 500.0 / 7, -63}}},
		// 500 on two days is 250 a day, and 100 a workday.
		"missing days off are no rise": {
			[]days{{"2026-07-11": none, "2026-07-12": none}, {"2026-07-04": 0, "2026-07-05": 0}}, nil,
		},
		"a rise": {
			[]days{{"2026-07-06": 130, "2026-07-07": 130, "2026-07-08": 130, "2026-07-09": 130, "2026-07-10": 130, "2026-07-11": none}},
			[]Finding{{PeriodUp, date("2026-07-06"), 650.0 / 6, 500.0 / 7, 52}},
		},
		"only a weekend is known": {[]days{gap, {"2026-07-06": none, "2026-07-11": 200}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := findingsBench(week{}, test.differ...)
			checkFindings(t, b, "2026-07-06..2026-07-12", ComparePrevious, test.want...)
			if !b.report(t, "2026-07-06..2026-07-12", ComparePrevious).ByMean {
				t.Error("means of covered days are not compared")
			}
		})
	}
}

// recordBench has 49 meetings on each of so many days before 3 November, and on
// the days of 7d but for 3 November, which has 50.
func recordBench(before int, differ days) *bench {
	b := newBench(week{}).at(noon)
	for d := date("2026-11-02"); before > 0; d, before = d-1, before-1 {
		b.archive.keep(d, 49, instant(filled))
	}
	for d := date("2026-11-03"); d <= date("2026-11-09"); d++ {
		b.archive.keep(d, 49, instant(filled))
	}
	b.archive.keep(date("2026-11-03"), 50, instant(filled).Add(1))
	for text, meetings := range differ {
		b.archive.keep(date(text), meetings, instant(filled).Add(2))
	}
	return b
}

func TestRecord(t *testing.T) {
	record := []Finding{{Record, date("2026-11-03"), 50, 49, 2}}
	for _, test := range []struct {
		name   string
		before int
		differ days
		want   []Finding
	}{
		{"over 90 days", 90, nil, record},
		{"over 89 days", 89, nil, nil},
		{"equalled in the quarter before", 112, days{"2026-07-14": 50}, nil},
		{"equalled years before", 112, days{"2019-01-01": 50}, nil},
		{"equalled 3,660 days before", 112, days{"2016-10-26": 50}, nil},
		{"equalled 3,661 days before", 112, days{"2016-10-25": 50}, record},
		{"the earlier record lies years before", 112, days{"2016-10-26": 49}, record},
		{"equalled later in the period", 90, days{"2026-11-05": 50}, record},
		{"on a provisional day", 90, days{"2026-11-09": 63}, []Finding{{Record, date("2026-11-09"), 63, 50, 26}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkFindings(t, recordBench(test.before, test.differ), "7d", CompareNone, test.want...)
		})
	}
	t.Run("no meeting before", func(t *testing.T) {
		b := newBench(week{}).at(noon)
		for d := date("2026-06-01"); d <= date("2026-11-09"); d++ {
			b.archive.keep(d, 0, instant(filled))
		}
		b.archive.keep(date("2026-11-09"), 3, instant(filled).Add(1))
		checkFindings(t, b, "7d", CompareNone)
	})
}

// TestRecordReads: the archive is read back only as long as the day may still be
// a record, and never beyond 3,660 days.
func TestRecordReads(t *testing.T) {
	b := recordBench(112, days{"2026-10-01": 50})
	b.report(t, "7d", CompareNone)
	if diff := cmp.Diff([]Range{span("2026-07-14..2026-11-09")}, b.archive.reads); diff != "" {
		t.Errorf("a day equalled in the weeks before (-want +got):\n%s", diff)
	}
	b = recordBench(112, days{"2025-10-01": 50})
	b.report(t, "7d", CompareNone)
	if diff := cmp.Diff([]Range{span("2026-07-14..2026-11-09"), span("2025-07-13..2026-07-13")}, b.archive.reads); diff != "" {
		t.Errorf("a day equalled the year before (-want +got):\n%s", diff)
	}
	b = recordBench(112, nil)
	b.report(t, "7d", CompareNone)
	if oldest := b.archive.reads[len(b.archive.reads)-1].From; oldest != date("2016-10-26") {
		t.Errorf("the archive was read back to %s", oldest)
	}
	b = recordBench(112, nil)
	b.report(t, "7d", CompareNone) // so that nothing must be fetched
	b.archive.reads = nil
	wrong := errors.New("the disk is gone")
	b.Archive = failing{b.archive, date("2024-01-01"), wrong}
	if report, err := b.Report(context.Background(), b.query("7d", CompareNone)); !errors.Is(err, wrong) || report != nil {
		t.Errorf("a read that fails: %v, %v", report, err)
	}
}

// failing is an archive that cannot be read on a date.
type failing struct {
	*memory
	date Date
	err  error
}

func (f failing) Days(ctx context.Context, tenantKey string, unit Unit, days Range) ([]ArchivedDay, error) {
	if days.holds(f.date) {
		return nil, f.err
	}
	return f.memory.Days(ctx, tenantKey, unit, days)
}

// TestAtMostThree has the order in which findings are picked.
func TestAtMostThree(t *testing.T) {
	quiet := days{"2026-03-02": 5}
	b := findingsBench(week{}, quiet, days{"2026-11-02": 135, "2026-11-03": 130, "2026-11-04": 200, "2026-11-05": 60, "2026-11-06": 160})
	record := Finding{Record, date("2026-11-04"), 200, 135, 48} // 48.1 above the Monday
	furthest := Finding{DayHigh, date("2026-11-04"), 200, 100, 100}
	second := Finding{DayHigh, date("2026-11-06"), 160, 100, 60}
	third := Finding{DayLow, date("2026-11-05"), 60, 100, -40}
	period := Finding{PeriodUp, date("2026-11-02"), 685, 500, 37}
	checkFindings(t, b, "last week", ComparePrevious, record, furthest, period)
	checkFindings(t, b, "last week", CompareNone, record, furthest, second)
	b.archive.keep(date("2025-12-31"), 200, instant(filled))
	checkFindings(t, b, "last week", ComparePrevious, furthest, period, second)
	checkFindings(t, b, "last week", CompareNone, furthest, second, third)

	equals := findingsBench(week{}, days{"2026-11-03": 140, "2026-11-04": 60, "2026-11-05": 140})
	checkFindings(t, equals, "last week", CompareNone,
		Finding{DayHigh, date("2026-11-03"), 140, 100, 40}, Finding{DayLow, date("2026-11-04"), 60, 100, -40},
		Finding{DayHigh, date("2026-11-05"), 140, 100, 40})
}

// TestFindingsAskNothing: days of the weeks before that the archive lacks are
// not fetched, though the platform has them.
func TestFindingsAskNothing(t *testing.T) {
	b := newBench(week{}).at(noon)
	for d := date("2026-11-03"); d <= date("2026-11-09"); d++ {
		b.archive.keep(d, 100, instant(filled))
	}
	checkFindings(t, b, "7d", CompareNone)
}
