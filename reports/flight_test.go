package reports

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/fault"
)

// bubbleBench is a service in a bubble whose clock starts at the instant.
func bubbleBench(start string) *bench {
	b := newBench(week{})
	began, first := time.Now(), instant(start)
	b.Now = func() time.Time { return first.Add(time.Since(began)) }
	return b
}

// gate makes the platform hold back its answers until it is opened, or the
// call is given up.
func (b *bench) gate() (open func()) {
	opened := make(chan struct{})
	b.platform.answer = func(ctx context.Context, days Range) ([]Row, error) {
		select {
		case <-opened:
			return rows(days), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return func() { close(opened) }
}

// askers are askers that run beside the test.
type askers struct {
	sync.WaitGroup
	mu      sync.Mutex
	reports map[string]*Report
	errs    map[string]error
}

// ask starts an asker and sees it to where it waits.
func (a *askers) ask(ctx context.Context, b *bench, name, period string) {
	a.Go(func() {
		report, err := b.Report(ctx, b.query(period, CompareNone))
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.reports == nil {
			a.reports, a.errs = map[string]*Report{}, map[string]error{}
		}
		a.reports[name], a.errs[name] = report, err
	})
	synctest.Wait()
}

// wantCalls holds the calls of the platform so far against what is wanted.
func (b *bench) wantCalls(t *testing.T, want ...string) {
	t.Helper()
	calls := b.platform.asked()
	got := make([]string, 0, len(calls))
	for _, call := range calls {
		got = append(got, call.text())
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Errorf("calls of the platform (-want +got):\n%s", diff)
	}
}

func TestOneCallForAllWhoAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := bubbleBench(noon), &askers{}
		open := b.gate()
		for i := range 10 {
			a.ask(t.Context(), b, fmt.Sprint(i), "7d")
		}
		b.wantCalls(t, "2026-11-03..2026-11-09")
		open()
		a.Wait()
		for name, err := range a.errs {
			if err != nil || a.reports[name].CoveredDays != 7 || a.reports[name].Days[0].Source != SourceLive {
				t.Errorf("asker %s: %+v, %v", name, a.reports[name], err)
			}
		}
		if report := b.report(t, "7d", CompareNone); report.Days[0].Source != SourceArchive {
			t.Errorf("asked again: %+v", report.Days[0])
		}
		b.wantCalls(t, "2026-11-03..2026-11-09")
	})
}

// TestAskersThatStartTogether has no order among the askers but their own.
func TestAskersThatStartTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bubbleBench(noon)
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { b.report(t, "7d", ComparePrevious) })
		}
		all.Wait()
		b.wantCalls(t, "2026-10-27..2026-11-09")
	})
}

func TestAskerJoinsWiderFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := bubbleBench(noon), &askers{}
		open := b.gate()
		a.ask(t.Context(), b, "wide", "30d")
		a.ask(t.Context(), b, "narrow", "2026-10-20..2026-10-21")
		open()
		a.Wait()
		b.wantCalls(t, "2026-10-11..2026-11-09")
		if r := a.reports["narrow"]; r == nil || r.CoveredDays != 2 {
			t.Errorf("%+v, %v", r, a.errs)
		}
	})
}

func TestWiderAskerFetchesOnlyTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := bubbleBench(noon), &askers{}
		open := b.gate()
		a.ask(t.Context(), b, "narrow", "7d")
		a.ask(t.Context(), b, "wide", "4w")
		b.wantCalls(t, "2026-11-03..2026-11-09")
		open()
		a.Wait()
		b.wantCalls(t, "2026-11-03..2026-11-09", "2026-10-13..2026-11-02")
		if r := a.reports["wide"]; r == nil || r.CoveredDays != 28 || r.Days[0].Source != SourceLive || r.Days[27].Source != SourceLive {
			t.Errorf("%+v, %v", r, a.errs)
		}
	})
}

// TestTenantsAndUnitsDoNotWaitForEachOther: a flight is of one tenant's unit.
func TestTenantsAndUnitsDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bubbleBench(noon)
		open := b.gate()
		var all sync.WaitGroup
		for _, key := range []tenantUnit{{"tenant", UnitNone}, {"tenant", UnitCN}, {"other", UnitNone}} {
			all.Go(func() {
				query := b.query("yesterday", CompareNone)
				query.TenantKey, query.Unit = key.tenantKey, key.unit
				if report, err := b.Report(t.Context(), query); err != nil || report.CoveredDays != 1 {
					t.Errorf("%v: %v, %v", key, report, err)
				}
			})
		}
		synctest.Wait()
		b.wantCalls(t, "2026-11-09", "2026-11-09", "2026-11-09")
		open()
		all.Wait()
	})
}

// TestStaleAskerLooksAgain: an asker that read the archive just before a flight
// wrote it, and comes to ask just after, finds the days there.
func TestStaleAskerLooksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := bubbleBench(noon), &askers{}
		read, goOn := make(chan struct{}), make(chan struct{})
		archive := b.archive
		b.Archive = slow{archive, read, goOn}
		a.ask(t.Context(), b, "stale", "7d")
		<-read
		b.Archive = archive
		b.report(t, "7d", CompareNone)
		close(goOn)
		a.Wait()
		b.wantCalls(t, "2026-11-03..2026-11-09")
		if err := a.errs["stale"]; err != nil || a.reports["stale"].CoveredDays != 7 {
			t.Errorf("%+v, %v", a.reports["stale"], err)
		}
	})
}

// slow is an archive whose first answer is old when it comes.
type slow struct {
	*memory
	read chan<- struct{}
	goOn <-chan struct{}
}

func (s slow) Days(ctx context.Context, tenantKey string, unit Unit, days Range) ([]ArchivedDay, error) {
	found, err := s.memory.Days(ctx, tenantKey, unit, days)
	select {
	case s.read <- struct{}{}:
		<-s.goOn
	case <-s.goOn:
	}
	return found, err
}

func TestErrorIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := bubbleBench(noon), &askers{}
		refused, opened := fault.New(fault.Permission, "fault.platform.scope", nil), make(chan struct{})
		b.platform.answer = func(context.Context, Range) ([]Row, error) {
			<-opened
			return nil, refused
		}
		a.ask(t.Context(), b, "first", "7d")
		a.ask(t.Context(), b, "second", "7d")
		a.ask(t.Context(), b, "narrow", "yesterday")
		close(opened)
		a.Wait()
		b.wantCalls(t, "2026-11-03..2026-11-09")
		for name, err := range a.errs {
			if !errors.Is(err, refused) || a.reports[name] != nil {
				t.Errorf("%s: %v, %v", name, a.reports[name], err)
			}
		}
		b.platform.answer = nil
		b.report(t, "7d", CompareNone)
		b.wantCalls(t, "2026-11-03..2026-11-09", "2026-11-03..2026-11-09")
	})
}

// TestErrorOfOtherDaysIsNotShared: an asker of more days than a failed flight
// had asks for them itself.
func TestErrorOfOtherDaysIsNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := bubbleBench(noon), &askers{}
		opened := make(chan struct{})
		b.platform.answer = func(_ context.Context, days Range) ([]Row, error) {
			if days.Days() == 7 {
				<-opened
				return nil, errors.New("the line is dead")
			}
			return rows(days), nil
		}
		a.ask(t.Context(), b, "narrow", "7d")
		a.ask(t.Context(), b, "wide", "4w")
		close(opened)
		a.Wait()
		b.wantCalls(t, "2026-11-03..2026-11-09", "2026-10-13..2026-11-09")
		if a.errs["narrow"] == nil || a.errs["wide"] != nil || a.reports["wide"].CoveredDays != 28 {
			t.Errorf("%v", a.errs)
		}
	})
}

// TestRefusedRangeIsNotShared: a refusal of the range says nothing of fewer days.
func TestRefusedRangeIsNotShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := bubbleBench(noon), &askers{}
		opened := make(chan struct{})
		b.platform.answer = func(_ context.Context, days Range) ([]Row, error) {
			if days.Days() > 7 {
				<-opened
				return nil, fmt.Errorf("code 121003: %w", ErrRange)
			}
			return rows(days), nil
		}
		a.ask(t.Context(), b, "wide", "30d")
		a.ask(t.Context(), b, "as wide", "30d")
		a.ask(t.Context(), b, "narrow", "7d")
		close(opened)
		a.Wait()
		b.wantCalls(t, "2026-10-11..2026-11-09", "2026-10-12..2026-11-09", "2026-11-03..2026-11-09")
		if !errors.Is(a.errs["wide"], ErrRange) || !errors.Is(a.errs["as wide"], ErrRange) || a.errs["narrow"] != nil {
			t.Errorf("%v", a.errs)
		}
	})
}

func TestPanicOfSourceIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := bubbleBench(noon), &askers{}
		opened := make(chan struct{})
		b.platform.answer = func(context.Context, Range) ([]Row, error) {
			<-opened
			panic("nobody expected this")
		}
		a.ask(t.Context(), b, "first", "7d")
		a.ask(t.Context(), b, "second", "7d")
		close(opened)
		a.Wait()
		for name, err := range a.errs {
			if err == nil || !strings.Contains(err.Error(), "nobody expected this") || !strings.Contains(err.Error(), "flight_test.go") ||
				fault.KindOf(err) != fault.Internal {
				t.Errorf("%s: %v", name, err)
			}
		}
		b.platform.answer = nil
		b.report(t, "7d", CompareNone)
	})
}

// TestRangeWithoutOldestDay: at noon on 10 November 13 August is the oldest day
// that can be asked for.
func TestRangeWithoutOldestDay(t *testing.T) {
	refuse := func(oldest Date) func(context.Context, Range) ([]Row, error) {
		return func(_ context.Context, days Range) ([]Row, error) {
			if days.From <= oldest {
				return nil, fmt.Errorf("code 121003: %w", ErrRange)
			}
			return rows(days), nil
		}
	}
	for _, test := range []struct {
		name, period, refused string // up to and with this day
		calls                 []string
		missing               []Range
		fails                 bool
	}{
		{"once", "2026-08-13..2026-08-20", "2026-08-13", []string{"2026-08-13..2026-08-20", "2026-08-14..2026-08-20"}, []Range{span("2026-08-13")}, false},
		{"twice", "2026-08-13..2026-08-20", "2026-08-14", []string{"2026-08-13..2026-08-20", "2026-08-14..2026-08-20"}, nil, true},
		{"the oldest day alone", "2026-08-13", "2026-08-13", []string{"2026-08-13"}, []Range{span("2026-08-13")}, false},
		{"another day alone", "2026-08-14", "2026-08-14", []string{"2026-08-14"}, nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(week{}).at(noon)
			b.platform.answer = refuse(date(test.refused))
			report, err := b.Report(t.Context(), b.query(test.period, CompareNone))
			b.wantCalls(t, test.calls...)
			if test.fails {
				if !errors.Is(err, ErrRange) {
					t.Errorf("%v, %v", report, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.missing, report.Missing); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("a day left out is not live", func(t *testing.T) {
		b := newBench(week{}).at(noon)
		b.archive.keep(date("2026-08-13"), 5, instant("2026-08-14T00:00:00Z"))
		b.platform.answer = refuse(date("2026-08-13"))
		report := b.report(t, "2026-08-13..2026-08-14", CompareNone)
		if report.Days[0].Source != SourceArchive || report.Days[1].Source != SourceLive || report.Totals.MeetingCount != 6 {
			t.Errorf("%+v, %+v", report.Days, report.Totals)
		}
	})
}

// TestDayThatLeavesReach: 12 August can be asked for up to midnight. An answer
// after it that leaves the day out does not say that nobody met.
func TestDayThatLeavesReach(t *testing.T) {
	for name, row := range map[string]bool{"with a row": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := bubbleBench("2026-11-09T15:59:59Z")
				b.platform.answer = func(_ context.Context, days Range) ([]Row, error) {
					<-time.After(2 * time.Second)
					if row {
						return rows(days), nil
					}
					return nil, nil
				}
				report := b.report(t, "2026-08-12..2026-08-13", CompareNone)
				b.wantCalls(t, "2026-08-12..2026-08-13")
				if report.Days[0].Covered != row || !report.Days[1].Covered || !report.Days[1].Final {
					t.Errorf("%+v", report.Days)
				}
			})
		})
	}
}

func TestRowsOutsideAreDropped(t *testing.T) {
	b := newBench(week{}).at(noon)
	b.platform.answer = func(_ context.Context, days Range) ([]Row, error) {
		return rows(Range{days.From - 2, days.To + 1}), nil
	}
	if report := b.report(t, "2026-11-03..2026-11-05", CompareNone); report.Totals.MeetingCount != 3 {
		t.Errorf("%+v", report.Totals)
	}
	var kept []string
	for _, day := range []string{"2026-11-01", "2026-11-02", "2026-11-03", "2026-11-05", "2026-11-06"} {
		if _, ok := b.archive.days[tenantUnit{"tenant", UnitNone}][date(day)]; ok {
			kept = append(kept, day)
		}
	}
	if diff := cmp.Diff([]string{"2026-11-03", "2026-11-05"}, kept); diff != "" {
		t.Errorf("archived (-want +got):\n%s", diff)
	}
}

// TestFreshAndFinalDaysAreNotAskedFor follows a day through its life.
func TestFreshAndFinalDaysAreNotAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bubbleBench(noon)
		ask := func(after time.Duration, period string) {
			t.Helper()
			<-time.After(after)
			b.platform.mu.Lock()
			b.platform.calls = nil
			b.platform.mu.Unlock()
			b.report(t, period, CompareNone)
		}
		ask(0, "7d")
		b.wantCalls(t, "2026-11-03..2026-11-09")
		ask(15*time.Minute-1, "7d")
		b.wantCalls(t)
		ask(1, "7d") // up to the 7th they were final at once
		b.wantCalls(t, "2026-11-08..2026-11-09")
		ask(time.Second, "today")
		b.wantCalls(t, "2026-11-10")
		ask(time.Minute-1, "today")
		b.wantCalls(t)
		ask(1, "today")
		b.wantCalls(t, "2026-11-10")
		ask(12*time.Hour, "2026-11-03..2026-11-09") // 00:16 on the 11th: the 8th has been over for 48 h
		b.wantCalls(t, "2026-11-08..2026-11-09")
		ask(15*time.Minute, "2026-11-03..2026-11-09")
		b.wantCalls(t, "2026-11-09")
		ask(24*time.Hour, "2026-11-03..2026-11-09")
		b.wantCalls(t, "2026-11-09")
		ask(24*time.Hour, "2026-11-03..2026-11-09")
		b.wantCalls(t)
	})
}

// TestPatienceEnds: an asker that stops waiting is told so; the flight goes on,
// and who asks again finds what it brought.
func TestPatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := bubbleBench(noon), &askers{}
		open := b.gate()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		a.ask(ctx, b, "impatient", "7d")
		a.Wait() // the bubble's clock goes on to where the asker gives up
		f := fault.As(a.errs["impatient"])
		if f == nil || f.Kind != fault.Temporary || f.Key != "fault.source.slow" || f.Wait != 2*time.Second || !errors.Is(f, context.DeadlineExceeded) {
			t.Errorf("%v", f)
		}
		a.ask(t.Context(), b, "again", "7d")
		open()
		a.Wait()
		if a.errs["again"] != nil {
			t.Error(a.errs["again"])
		}
		b.wantCalls(t, "2026-11-03..2026-11-09")
	})
}

// TestFlightEnds: a call that never answers is given up after 5 minutes.
func TestFlightEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, a := bubbleBench(noon), &askers{}
		b.platform.answer = func(ctx context.Context, _ Range) ([]Row, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		began := time.Now()
		a.ask(t.Context(), b, "first", "7d")
		a.ask(t.Context(), b, "second", "7d")
		a.Wait()
		for name, err := range a.errs {
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 5*time.Minute {
				t.Errorf("%s: %v after %s", name, err, time.Since(began))
			}
		}
	})
}

func TestArchiveErrors(t *testing.T) {
	wrong := errors.New("the disk is full")
	b := newBench(week{}).at(noon)
	b.archive.full = wrong
	if report, err := b.Report(t.Context(), b.query("7d", CompareNone)); !errors.Is(err, wrong) || report != nil {
		t.Errorf("writing: %v, %v", report, err)
	}
	b.archive.full, b.archive.err = nil, wrong
	if report, err := b.Report(t.Context(), b.query("7d", CompareNone)); !errors.Is(err, wrong) || report != nil {
		t.Errorf("reading: %v, %v", report, err)
	}
}
