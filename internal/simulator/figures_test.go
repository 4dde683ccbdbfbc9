package simulator

import (
	"testing"
	"time"
)

// mean is the mean number of meetings of the days that a condition picks.
func mean(s *Server, from, to string, pick func(time.Time) bool) float64 {
	first, _ := time.Parse(time.DateOnly, from)
	last, _ := time.Parse(time.DateOnly, to)
	sum, days := int64(0), 0
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		if figures, has := s.Day(day.Format(time.DateOnly)); has && pick(day) {
			sum += figures.Meetings
			days++
		}
	}
	return float64(sum) / float64(max(days, 1))
}

func TestInventedFiguresAreShapedLikeAnOrganisation(t *testing.T) {
	s := New(Options{Now: func() time.Time { return noon }})
	defer s.Stop()
	workday := func(day time.Time) bool { return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday }
	weekend := func(day time.Time) bool { return !workday(day) }
	work, rest := mean(s, "2026-11-02", "2026-11-22", workday), mean(s, "2026-11-02", "2026-11-22", weekend)
	if rest > work/10 || work < 50 {
		t.Errorf("%.1f meetings on workdays, %.1f on weekends", work, rest)
	}
	holiday := mean(s, "2026-10-01", "2026-10-07", workday)
	if holiday > work/10 {
		t.Errorf("%.1f meetings in the National Day week, %.1f on workdays", holiday, work)
	}
	// A quarter more each year.
	before := mean(s, "2025-11-03", "2025-11-23", workday)
	if growth := work / before; growth < 1.15 || growth > 1.35 {
		t.Errorf("%.1f meetings on workdays a year before, %.1f now: growth %.2f", before, work, growth)
	}
	holes := 0
	for day := noon.AddDate(-1, 0, 0); day.Before(noon); day = day.AddDate(0, 0, 1) {
		if _, has := s.Day(day.Format(time.DateOnly)); !has && workday(day) {
			holes++
		}
	}
	if holes < 1 || holes > 15 {
		t.Errorf("%d workdays without a row in a year", holes)
	}
	figures, _ := s.Day("2026-11-24")
	if length := figures.Seconds / figures.Meetings; length < 1500 || length >= 2200 || figures.Participants < 4*figures.Meetings {
		t.Errorf("a day %+v", figures)
	}
}

func TestTodayFillsUp(t *testing.T) {
	s := New(Options{Now: func() time.Time { return noon }})
	defer s.Stop()
	s.Clock().Speed(0)
	atNoon, _ := s.Day("2026-11-25")
	s.Clock().Advance(6 * time.Hour)
	atSix, _ := s.Day("2026-11-25")
	s.Clock().Advance(24 * time.Hour)
	whole, _ := s.Day("2026-11-25")
	if atNoon.Meetings >= atSix.Meetings || atSix.Meetings >= whole.Meetings {
		t.Errorf("%d at noon, %d at six, %d in all", atNoon.Meetings, atSix.Meetings, whole.Meetings)
	}
	if _, has := s.Day("2026-11-27"); has {
		t.Error("a day that has not begun has a row")
	}
}

func TestFiguresFollowTheSeed(t *testing.T) {
	figures := func(seed uint64) (all [30]DayFigures) {
		s := New(Options{Seed: seed, Now: func() time.Time { return noon }})
		defer s.Stop()
		for i := range all {
			all[i], _ = s.Day(noon.AddDate(0, 0, -i-1).Format(time.DateOnly))
		}
		return all
	}
	first := figures(1)
	if again := figures(1); again != first {
		t.Error("the same seed gives other figures")
	}
	if other := figures(2); other == first {
		t.Error("another seed gives the same figures")
	}
}
