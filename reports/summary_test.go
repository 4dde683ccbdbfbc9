package reports

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// covered is a final day of a test.
func covered(text string, meetings int64) Day {
	return Day{Date: date(text), Covered: true, Final: true, Figures: figures(meetings), FetchedAt: instant("2026-11-20T00:00:00Z")}
}

// provisional is one that is not final.
func provisional(text string, meetings int64) Day {
	day := covered(text, meetings)
	day.Final = false
	return day
}

// missing is a day of which nothing is known.
func missing(text string) Day { return Day{Date: date(text)} }

// TestSummarise sums up a week by hand: Tuesday 3 to Monday 9 November 2026,
// where Sunday is a make-up workday and Monday a holiday.
func TestSummarise(t *testing.T) {
	days := []Day{
		covered("2026-11-03", 10), missing("2026-11-04"), missing("2026-11-05"), covered("2026-11-06", 30),
		provisional("2026-11-07", 0), provisional("2026-11-08", 30), missing("2026-11-09"),
	}
	calendar := week{differs: map[Date]bool{date("2026-11-08"): true, date("2026-11-09"): false}}
	period := Period{Range: span("2026-11-03..2026-11-09"), Step: StepDays}
	want := Summary{
		Period: period, CoveredDays: 4,
		Totals:          &Figures{MeetingCount: 70, MeetingDurationSeconds: 42000, ParticipantCount: 210},
		Missing:         []Range{span("2026-11-04..2026-11-05"), span("2026-11-09")},
		Provisional:     []Range{span("2026-11-07..2026-11-08")},
		BusiestDay:      &days[3], // the earlier of two with 30
		CoveredWorkdays: 3,        // Tuesday, Friday and the make-up Sunday
		WorkdayFigures:  &Figures{MeetingCount: 70, MeetingDurationSeconds: 42000, ParticipantCount: 210},
	}
	got := summarise(period, days, calendar)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if mean, ok := got.MeanMeetingsPerWorkday(); !ok || mean != 70.0/3 {
		t.Errorf("mean meetings a workday: %v, %t", mean, ok)
	}
	if mean, ok := got.MeanMeetingDurationSeconds(); !ok || mean != 600 {
		t.Errorf("mean duration: %v, %t", mean, ok)
	}
	if mean, ok := got.MeanParticipants(); !ok || mean != 3 {
		t.Errorf("mean participants: %v, %t", mean, ok)
	}
}

// TestSummariseNothing has the weeks that nothing honest can be said of.
func TestSummariseNothing(t *testing.T) {
	for _, test := range []struct {
		name string
		days []Day
		want Summary
	}{
		{"no day is covered", []Day{missing("2026-11-03"), missing("2026-11-04")}, Summary{Missing: []Range{span("2026-11-03..2026-11-04")}}},
		{"nobody met", []Day{covered("2026-11-03", 0)}, Summary{
			CoveredDays: 1, Totals: &Figures{}, CoveredWorkdays: 1, WorkdayFigures: &Figures{},
		}},
		{"a weekend", []Day{covered("2026-11-07", 0)}, Summary{CoveredDays: 1, Totals: &Figures{}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := summarise(Period{}, test.days, week{})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if mean, ok := got.MeanMeetingDurationSeconds(); ok {
				t.Errorf("mean duration %v", mean)
			}
			if mean, ok := got.MeanParticipants(); ok {
				t.Errorf("mean participants %v", mean)
			}
			if mean, ok := got.MeanMeetingsPerWorkday(); ok != (test.want.CoveredWorkdays > 0) || mean != 0 {
				t.Errorf("mean meetings a workday %v, %t", mean, ok)
			}
		})
	}
}

func TestPercent(t *testing.T) {
	for _, test := range []struct {
		now, per, base, basePer int64
		want                    int
	}{
		{3, 1, 2, 1, 50},
		{1, 1, 3, 1, -67}, // -66.7
		{4, 1, 3, 1, 33},  // 33.3
		{5, 1, 5, 1, 0},
		{201, 1, 200, 1, 1},  // 0.5
		{199, 1, 200, 1, -1}, // -0.5
		{205, 1, 200, 1, 3},  // 2.5
		{195, 1, 200, 1, -3}, // -2.5
		{203, 1, 200, 1, 2},  // 1.5
		{197, 1, 200, 1, -2}, // -1.5
		{2009, 1, 2000, 1, 0},
		{1991, 1, 2000, 1, 0}, // -0.45
		{0, 1, 7, 1, -100},
		{10, 3, 20, 7, 17},                                    // 70/60
		{1, 3, 1, 4, 33},                                      // 4/3
		{1e15, 1, 1, 1, 99999999999999900},                    // the most a day can have
		{1000000000000001, 1, 1000000000000000, 1, 0},         // what floats would lose
		{2000000000000010, 2, 2000000000000000 / 2, 1, 0},     // an equal but for 5e-15
		{1005000000000000, 1, 1000000000000000, 1, 1},         // exactly 0.5
		{1004999999999999999, 1, 1000000000000000000, 1, 0},   // just below
		{-995000000000000000, -1, 1000000000000000000, 1, -1}, // exactly -0.5
	} {
		got := percent(big.NewRat(test.now, test.per), big.NewRat(test.base, test.basePer))
		if got == nil || *got != test.want {
			t.Errorf("from %d/%d to %d/%d: %v, want %d", test.base, test.basePer, test.now, test.per, got, test.want)
		}
	}
	for _, now := range []int64{0, 7} {
		if got := percent(big.NewRat(now, 1), new(big.Rat)); got != nil {
			t.Errorf("from zero to %d: %d %%", now, *got)
		}
	}
}

// compared is the report of days held against those of a base.
func compared(calendar Calendar, days, base []Day) *Report {
	summary := summarise(Period{}, base, calendar)
	r := &Report{Compare: ComparePrevious, Summary: summarise(Period{}, days, calendar), Days: days, Base: &summary}
	r.compare()
	return r
}

// whole is a change with a percentage.
func whole(now, base float64, percent int) Change { return Change{now, base, &percent} }

// TestCompareTotals: Tuesday and Wednesday against Monday and Tuesday before.
func TestCompareTotals(t *testing.T) {
	r := compared(week{},
		[]Day{covered("2026-11-03", 30), {Date: date("2026-11-04"), Covered: true, Figures: Figures{20, 6000, 90}}},
		[]Day{covered("2026-10-26", 25), covered("2026-10-27", 15)})
	want := map[Measure]Change{
		MeetingCount:     whole(50, 40, 25),
		MeetingDuration:  whole(24000, 24000, 0),
		ParticipantCount: whole(180, 120, 50),
		MeanDuration:     whole(480, 600, -20),
		MeanParticipants: whole(3.6, 3, 20),
		MeanPerWorkday:   whole(25, 20, 25),
		BusiestDay:       whole(30, 25, 20),
	}
	if diff := cmp.Diff(want, r.Changes); diff != "" || r.ByMean || r.ByWorkday {
		t.Errorf("by mean %t, by workday %t (-want +got):\n%s", r.ByMean, r.ByWorkday, diff)
	}
}

// TestCompareByMean: a missing day on either side makes it means of covered
// days, even where the workdays differ.
func TestCompareByMean(t *testing.T) {
	full := []Day{covered("2026-11-02", 30), covered("2026-11-03", 10), covered("2026-11-07", 2)}
	gap := []Day{covered("2026-10-26", 20), missing("2026-10-27"), covered("2026-10-31", 4)}
	for name, test := range map[string]struct {
		days, base []Day
		want       Change
	}{
		"in the base":   {full, gap, whole(14, 12, 17)},  // 42 of 3 days, 24 of 2
		"in the period": {gap, full, whole(12, 14, -14)}, // -14.3
	} {
		t.Run(name, func(t *testing.T) {
			r := compared(week{}, test.days, test.base)
			if diff := cmp.Diff(test.want, r.Changes[MeetingCount]); diff != "" || !r.ByMean || r.ByWorkday {
				t.Errorf("by mean %t, by workday %t (-want +got):\n%s", r.ByMean, r.ByWorkday, diff)
			}
			if got := r.Changes[MeetingDuration].Now; got != 600*test.want.Now {
				t.Errorf("duration a day: %v", got)
			}
			if got := r.Changes[ParticipantCount].Now; got != 3*test.want.Now {
				t.Errorf("participants a day: %v", got)
			}
			if got := r.Changes[BusiestDay].Percent; got == nil {
				t.Error("the busiest days are not compared")
			}
		})
	}
}

// TestCompareByWorkday: the week of a holiday against a whole one.
func TestCompareByWorkday(t *testing.T) {
	calendar := week{differs: map[Date]bool{date("2026-11-03"): false}}
	r := compared(calendar,
		[]Day{covered("2026-11-02", 30), covered("2026-11-03", 3), covered("2026-11-07", 6)},
		[]Day{covered("2026-10-26", 20), covered("2026-10-27", 20), covered("2026-10-31", 2)})
	if !r.ByWorkday || r.ByMean {
		t.Fatalf("by mean %t, by workday %t", r.ByMean, r.ByWorkday)
	}
	want := map[Measure]Change{ // one workday against two; days off do not count
		MeetingCount:     whole(30, 20, 50),
		MeetingDuration:  whole(18000, 12000, 50),
		ParticipantCount: whole(90, 60, 50),
		MeanDuration:     whole(600, 600, 0),
		MeanParticipants: whole(3, 3, 0),
		MeanPerWorkday:   whole(30, 20, 50),
		BusiestDay:       whole(30, 20, 50),
	}
	if diff := cmp.Diff(want, r.Changes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestCompareWithoutWorkdays: a Sunday against a Saturday, and a Monday against
// a Sunday, of which there is no mean a workday.
func TestCompareWithoutWorkdays(t *testing.T) {
	for _, test := range []struct {
		name       string
		days, base []Day
	}{
		{"neither has one", []Day{covered("2026-11-08", 4)}, []Day{covered("2026-11-07", 2)}},
		{"only the period", []Day{covered("2026-11-09", 4)}, []Day{covered("2026-11-08", 2)}},
		{"only the base", []Day{covered("2026-11-07", 4)}, []Day{covered("2026-11-06", 2)}},
	} {
		r := compared(week{}, test.days, test.base)
		if diff := cmp.Diff(whole(4, 2, 100), r.Changes[MeetingCount]); diff != "" || r.ByWorkday || r.ByMean {
			t.Errorf("%s: by mean %t, by workday %t (-want +got):\n%s", test.name, r.ByMean, r.ByWorkday, diff)
		}
		if change, ok := r.Changes[MeanPerWorkday]; ok {
			t.Errorf("%s: a workday %v", test.name, change)
		}
	}
}

// TestCompareFromNothing: what cannot be compared has no entry, and what comes
// from zero no percentage.
func TestCompareFromNothing(t *testing.T) {
	r := compared(week{}, []Day{covered("2026-11-03", 4)}, []Day{covered("2026-11-02", 0)})
	want := map[Measure]Change{
		MeetingCount: {Now: 4}, MeetingDuration: {Now: 2400}, ParticipantCount: {Now: 12}, MeanPerWorkday: {Now: 4},
	}
	if diff := cmp.Diff(want, r.Changes); diff != "" {
		t.Errorf("from zero (-want +got):\n%s", diff)
	}
	for name, r := range map[string]*Report{
		"no figures before": compared(week{}, []Day{covered("2026-11-03", 4)}, []Day{missing("2026-11-02")}),
		"no figures now":    compared(week{}, []Day{missing("2026-11-03")}, []Day{covered("2026-11-02", 4)}),
	} {
		if len(r.Changes) != 0 || r.ByMean || r.ByWorkday {
			t.Errorf("%s: %v, by mean %t, by workday %t", name, r.Changes, r.ByMean, r.ByWorkday)
		}
	}
}

func TestAsOf(t *testing.T) {
	day := func(final, covered bool, fetched string) Day {
		d := Day{Covered: covered, Final: final}
		if fetched != "" {
			d.FetchedAt = instant(fetched)
		}
		return d
	}
	const one, two, three = "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z"
	for _, test := range []struct {
		name string
		days []Day
		want string
	}{
		{"never", []Day{day(false, false, "")}, ""},
		{"all final: the newest", []Day{day(true, true, one), day(true, true, two)}, two},
		{"the oldest that may change", []Day{day(true, true, one), day(false, true, three), day(false, true, two)}, two},
		{"a missing day says nothing", []Day{day(false, false, one), day(false, true, two)}, two},
		{"unless all are missing", []Day{day(false, false, one), day(false, false, two)}, two},
	} {
		got := asOf(test.days)
		if test.want == "" && !got.IsZero() || test.want != "" && !got.Equal(instant(test.want)) {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestUnknownYears(t *testing.T) {
	calendar := week{unknown: []int{2022, 2023, 2027}}
	years := unknownYears(calendar, nil, []Day{covered("2024-12-31", 1), covered("2027-01-01", 1), covered("2027-01-02", 1)})
	years = unknownYears(calendar, years, []Day{missing("2022-12-31"), covered("2023-01-01", 1), covered("2026-01-01", 1)})
	if diff := cmp.Diff([]int{2023, 2027}, years); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
