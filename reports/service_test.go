package reports

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/fault"
)

// TestReport is the report of last week against the week before, by hand: the
// platform has 10 meetings on every workday and leaves the weekends out.
func TestReport(t *testing.T) {
	b := newBench(week{unknown: []int{2026}}).at("2026-11-09T01:00:00Z") // Monday, 09:00
	b.platform.answer = func(_ context.Context, days Range) ([]Row, error) {
		var answer []Row
		for _, row := range rows(days) {
			if row.Date.UsualWorkday() {
				answer = append(answer, Row{row.Date, figures(10)})
			}
		}
		return answer, nil
	}
	report := b.report(t, "last week", ComparePrevious)
	b.wantCalls(t, "2026-10-26..2026-11-08")
	ten := figures(10)
	day := func(text string, meetings int64, final bool) Day {
		return Day{
			Date: date(text), Covered: true, Final: final, Figures: figures(meetings),
			Source: SourceLive, FetchedAt: instant("2026-11-09T01:00:00Z"),
		}
	}
	days := []Day{
		day("2026-11-02", 10, true), day("2026-11-03", 10, true), day("2026-11-04", 10, true), day("2026-11-05", 10, true),
		day("2026-11-06", 10, true), day("2026-11-07", 0, false), day("2026-11-08", 0, false),
	}
	baseDays := []Day{
		day("2026-10-26", 10, true), day("2026-10-27", 10, true), day("2026-10-28", 10, true), day("2026-10-29", 10, true),
		day("2026-10-30", 10, true), day("2026-10-31", 0, true), day("2026-11-01", 0, true),
	}
	fifty := figures(50)
	summary := func(text, ask string, busiest Day, provisional []Range) Summary {
		return Summary{
			Period: Period{span(text), StepWeek, span(text), ask}, CoveredDays: 7, Totals: &fifty, Provisional: provisional,
			BusiestDay: &busiest, CoveredWorkdays: 5, WorkdayFigures: &fifty,
		}
	}
	base := summary("2026-10-26..2026-11-01", "2026-10-26..2026-11-01", baseDays[0], nil)
	want := &Report{
		TenantKey: "tenant", Zone: zone("Asia/Shanghai"), Compare: ComparePrevious,
		Summary: summary("2026-11-02..2026-11-08", "last week", days[0], []Range{span("2026-11-07..2026-11-08")}),
		Days:    days, Base: &base, BaseDays: baseDays, UnknownYears: []int{2026}, AsOf: instant("2026-11-09T01:00:00Z"),
		Changes: map[Measure]Change{
			MeetingCount: whole(50, 50, 0), MeetingDuration: whole(30000, 30000, 0), ParticipantCount: whole(150, 150, 0),
			MeanDuration: whole(600, 600, 0), MeanParticipants: whole(3, 3, 0), MeanPerWorkday: whole(10, 10, 0),
			BusiestDay: whole(float64(ten.MeetingCount), 10, 0),
		},
	}
	if diff := cmp.Diff(want, report, cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestReportOfNothing: what the archive lacks and the platform no longer tells
// is missing, and there is nothing to compare.
func TestReportOfNothing(t *testing.T) {
	b := newBench(week{unknown: []int{2019}}).at(noon)
	report := b.report(t, "2019", CompareLastYear)
	b.wantCalls(t)
	if report.Totals != nil || report.CoveredDays != 0 || len(report.Changes) != 0 || report.ByMean || !report.AsOf.IsZero() ||
		report.UnknownYears != nil || len(report.Findings) != 0 {
		t.Errorf("%+v", report)
	}
	if diff := cmp.Diff([]Range{span("2019-01-01..2019-12-31")}, report.Missing); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Range{span("2018-01-01..2018-12-31")}, report.Base.Missing); diff != "" {
		t.Errorf("missing before (-want +got):\n%s", diff)
	}
}

// TestBaseBeyondReach: the base is partly older than the platform tells; only
// what can be had is asked for, and means are compared.
func TestBaseBeyondReach(t *testing.T) {
	b := newBench(week{}).at(noon)
	report := b.report(t, "last quarter", ComparePrevious) // July to September
	b.wantCalls(t, "2026-08-13..2026-09-30")
	if report.CoveredDays != 19+30 || report.Base.CoveredDays != 0 || report.ByMean {
		t.Errorf("%d and %d days, by mean %t", report.CoveredDays, report.Base.CoveredDays, report.ByMean)
	}
	b.archive.keep(date("2026-06-30"), 2, instant("2026-07-10T00:00:00Z"))
	report = b.report(t, "last quarter", ComparePrevious)
	if diff := cmp.Diff(whole(1, 2, -50), report.Changes[MeetingCount]); diff != "" || !report.ByMean {
		t.Errorf("by mean %t (-want +got):\n%s", report.ByMean, diff)
	}
}

// TestChatAheadOfTenant: a chat in Auckland is in the 11th when Shanghai is in
// the 10th. Its today has not begun for the tenant: it is missing, and not
// asked for. Its yesterday is the tenant's today.
func TestChatAheadOfTenant(t *testing.T) {
	b := newBench(week{}).at("2026-11-10T12:00:00Z")
	today := DateOf(b.Now().In(zone("Pacific/Auckland")))
	for text, want := range map[string]struct {
		calls   []string
		covered bool
	}{
		"today":     {nil, false},
		"yesterday": {[]string{"2026-11-10"}, true},
	} {
		b.platform.calls = nil
		period, err := ParsePeriod(text, today, time.Monday)
		if err != nil {
			t.Fatal(err)
		}
		report, err := b.Report(t.Context(), Query{TenantKey: "tenant", Period: period, Compare: CompareNone, Zone: zone("Pacific/Auckland")})
		if err != nil {
			t.Fatal(err)
		}
		b.wantCalls(t, want.calls...)
		if day := report.Days[0]; len(report.Days) != 1 || day.Covered != want.covered || day.Final {
			t.Errorf("%s: %+v", text, report.Days)
		}
	}
}

// TestCalendarIsTheTenants: two tenants' admins disagree about a Tuesday.
func TestCalendarIsTheTenants(t *testing.T) {
	b := newBench(nil).at(noon)
	b.CalendarFunc = func(tenantKey string) Calendar {
		return week{differs: map[Date]bool{date("2026-11-03"): tenantKey != "off"}}
	}
	for tenantKey, want := range map[string]int{"on": 1, "off": 0} {
		query := b.query("2026-11-03", CompareNone)
		query.TenantKey = tenantKey
		report, err := b.Report(t.Context(), query)
		if err != nil || report.CoveredWorkdays != want {
			t.Errorf("%s: %+v, %v", tenantKey, report, err)
		}
	}
}

func TestRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bubbleBench(noon)
		for _, step := range []struct {
			after time.Duration
			calls []string // so far
		}{
			{0, []string{"2026-08-13..2026-11-09"}},
			{time.Minute, []string{"2026-08-13..2026-11-09"}},
			{15 * time.Minute, []string{"2026-08-13..2026-11-09", "2026-11-08..2026-11-09"}},
		} {
			<-time.After(step.after)
			if err := b.Refresh(t.Context(), "tenant", UnitNone); err != nil {
				t.Fatal(err)
			}
			b.wantCalls(t, step.calls...)
		}
		wrong := errors.New("the line is dead")
		b.platform.answer = func(context.Context, Range) ([]Row, error) { return nil, wrong }
		<-time.After(24 * time.Hour)
		if err := b.Refresh(t.Context(), "tenant", UnitNone); !errors.Is(err, wrong) {
			t.Errorf("%v", err)
		}
	})
}

// TestBackfill asks for all days within reach by 30, final ones too.
func TestBackfill(t *testing.T) {
	for _, test := range []struct {
		name, days, want string
		calls            []string
		progress         [][2]int
	}{
		{
			"all there is", "0001-01-01..9999-12-31", "2026-08-13..2026-11-10",
			[]string{"2026-08-13..2026-09-11", "2026-09-12..2026-10-11", "2026-10-12..2026-11-10"},
			[][2]int{{0, 90}, {30, 90}, {60, 90}, {90, 90}},
		},
		{
			"31 days", "2026-10-10..2026-11-09", "2026-10-10..2026-11-09",
			[]string{"2026-10-10..2026-11-08", "2026-11-09"}, [][2]int{{0, 31}, {30, 31}, {31, 31}},
		},
		{"a final day", "2026-10-10", "2026-10-10", []string{"2026-10-10"}, [][2]int{{0, 1}, {1, 1}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(week{}).at(noon)
			b.archive.keep(date("2026-10-10"), 7, instant("2026-11-01T00:00:00Z"))
			var progress [][2]int
			got, err := b.Backfill(t.Context(), "tenant", UnitNone, span(test.days), func(done, all Range) error {
				if done.From != span(test.want).From || all != span(test.want) {
					t.Errorf("%s of %s", done.text(), all.text())
				}
				progress = append(progress, [2]int{done.Days(), all.Days()})
				return nil
			})
			if err != nil || got != span(test.want) {
				t.Errorf("%s, %v", got.text(), err)
			}
			b.wantCalls(t, test.calls...)
			if diff := cmp.Diff(test.progress, progress); diff != "" {
				t.Errorf("progress (-want +got):\n%s", diff)
			}
			if day := b.archive.days[tenantUnit{"tenant", UnitNone}][date("2026-10-10")]; day.Figures != figures(1) {
				t.Errorf("the day was not corrected: %+v", day)
			}
		})
	}
}

func TestBackfillRefuses(t *testing.T) {
	b := newBench(week{}).at(noon)
	never := func(Range, Range) error { return errors.New("progress") }
	for name, days := range map[string]Range{
		"too old": span("2026-01-01..2026-08-12"), "not begun": span("2026-11-11..2026-11-12"), "backwards": span("2026-11-05..2026-11-01"),
	} {
		if _, err := b.Backfill(t.Context(), "tenant", UnitNone, days, never); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.wantCalls(t)
	wrong := errors.New("the line is dead")
	b.platform.answer = func(context.Context, Range) ([]Row, error) { return nil, wrong }
	if _, err := b.Backfill(t.Context(), "tenant", UnitNone, span("2026-09-01..2026-11-09"), unseen); !errors.Is(err, wrong) {
		t.Errorf("%v", err)
	}
	b.wantCalls(t, "2026-09-01..2026-09-30")
}

// unseen is progress that nobody looks at.
func unseen(Range, Range) error { return nil }

// TestBackfillStopsWhereItCannotTell: what is not written down is asked for
// again, so nothing is asked for after that.
func TestBackfillStopsWhereItCannotTell(t *testing.T) {
	b, full := newBench(week{}).at(noon), errors.New("the disk is full")
	_, err := b.Backfill(t.Context(), "tenant", UnitNone, span("2026-09-01..2026-11-09"), func(done, _ Range) error {
		if done.Days() == 30 {
			return full
		}
		return nil
	})
	if !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	b.wantCalls(t, "2026-09-01..2026-09-30")
}

// TestBackfillTakesTurns: a backfill waits for a running flight and then asks
// for its days all the same; a report in the meantime joins it.
func TestBackfillTakesTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := bubbleBench(noon), &askers{}
		next := make(chan struct{})
		b.platform.answer = func(_ context.Context, days Range) ([]Row, error) {
			<-next
			return rows(days), nil
		}
		a.ask(t.Context(), b, "first", "yesterday")
		a.Go(func() {
			if _, err := b.Backfill(t.Context(), "tenant", UnitNone, span("2026-11-01..2026-11-09"), unseen); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		b.wantCalls(t, "2026-11-09")
		next <- struct{}{}
		synctest.Wait()
		b.wantCalls(t, "2026-11-09", "2026-11-01..2026-11-09")
		a.ask(t.Context(), b, "second", "7d")
		next <- struct{}{}
		a.Wait()
		b.wantCalls(t, "2026-11-09", "2026-11-01..2026-11-09")
		if a.errs["first"] != nil || a.errs["second"] != nil {
			t.Error(a.errs)
		}
	})
}

func TestBackfillIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bubbleBench(noon)
		open := b.gate()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := b.Backfill(ctx, "tenant", UnitNone, span("2026-09-01..2026-11-09"), unseen)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		open()
		synctest.Wait()
		b.wantCalls(t, "2026-09-01..2026-09-30")
	})
}

// longArchive is one in which every day of 20 years is final.
func longArchive(b *testing.B) *bench {
	b.Helper()
	long := newBench(week{}).at(noon)
	for d := date("2026-11-10") - 2*LongestPeriod - 200; d <= date("2026-11-10"); d++ {
		long.archive.keep(d, int64(d)%97, instant("2026-11-10T03:59:59Z"))
	}
	return long
}

// BenchmarkReport3660Days is the longest report there is, with the longest one
// before it to compare with, from an archive in memory.
func BenchmarkReport3660Days(b *testing.B) {
	long := longArchive(b)
	query := long.query("3660d", ComparePrevious)
	for b.Loop() {
		report, err := long.Report(b.Context(), query)
		if err != nil || len(report.Days) != LongestPeriod || report.CoveredDays != LongestPeriod {
			b.Fatal(err)
		}
	}
}

// BenchmarkReport7Days is the usual report, likewise.
func BenchmarkReport7Days(b *testing.B) {
	long := longArchive(b)
	query := long.query("7d", ComparePrevious)
	for b.Loop() {
		if _, err := long.Report(b.Context(), query); err != nil {
			b.Fatal(err)
		}
	}
}
