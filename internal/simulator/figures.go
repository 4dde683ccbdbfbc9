package simulator

import (
	"math"
	"slices"
	"strconv"
	"time"
)

// DayFigures are one day's.
type DayFigures struct {
	Meetings     int64 `json:"meeting_count"`
	Seconds      int64 `json:"meeting_duration"`
	Participants int64 `json:"participant_count"`
}

// anyUnit stands for figures that were set for every unit.
const anyUnit = -1

// unitDay is a date in a unit.
type unitDay struct {
	unit int
	date string
}

// reportBook is what the platform has to report.
type reportBook struct {
	style   ReportStyle
	set     map[unitDay]*DayFigures   // in place of invented ones; nil: no row
	garbled map[string]map[string]any // rows sent as they are, by date
	top     []TopUser                 // in place of invented ones
}

// newReportBook is a book with nothing set.
func newReportBook() reportBook {
	return reportBook{set: map[unitDay]*DayFigures{}, garbled: map[string]map[string]any{}}
}

// ReportStyle is how the platform writes its reports where the documentation
// leaves it open, and what may be wrong with them.
type ReportStyle struct {
	LocalDates bool   `json:"local_dates"`  // date is midnight in the tenant's zone instead of in UTC
	OldIsEmpty bool   `json:"old_is_empty"` // days beyond the last 90 have no rows, instead of 121003 for all
	NoZeros    bool   `json:"no_zeros"`     // a day without meetings has no row
	Disordered bool   `json:"disordered"`   // the rows come in no order
	Wider      bool   `json:"wider"`        // rows of the day before and the day after come too
	Lacks      string `json:"lacks"`        // what every answer lacks: "rows", "report" or "data"
	Minutes    bool   `json:"minutes"`      // durations of get_top_user are in minutes
	Units      []int  `json:"units"`        // those of the tenant, others get 121003; null for all, [] for none
}

// SetReportStyle chooses how reports are written from now on.
func (t *Tenant) SetReportStyle(style ReportStyle) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reports.style = style
}

// ReportStyle is how reports are written now.
func (t *Tenant) ReportStyle() ReportStyle {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reports.style
}

// LocalDates makes rows carry midnight of the tenant's zone instead of UTC.
func (t *Tenant) LocalDates(on bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reports.style.LocalDates = on
}

// SetDay gives a date its figures, the same in every unit.
func (t *Tenant) SetDay(date string, figures DayFigures) { t.SetUnitDay(anyUnit, date, &figures) }

// DropDay leaves a date without a row.
func (t *Tenant) DropDay(date string) { t.SetUnitDay(anyUnit, date, nil) }

// SetUnitDay gives a date its figures in one unit, nil for no row.
func (t *Tenant) SetUnitDay(unit int, date string, figures *DayFigures) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reports.set[unitDay{unit, date}] = figures
}

// GarbleDay has a date's row sent as given, whatever is wrong with it; nil sends
// it as it should be.
func (t *Tenant) GarbleDay(date string, row map[string]any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if row == nil {
		delete(t.reports.garbled, date)
		return
	}
	t.reports.garbled[date] = row
}

// Day returns what the platform has of a date as of now, without a unit; false
// for no row.
func (t *Tenant) Day(date string) (DayFigures, bool) { return t.DayOf(anyUnit, date) }

// DayOf is Day for a unit.
func (t *Tenant) DayOf(unit int, date string) (DayFigures, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.day(unit, date, t.server.clock.Now())
}

// holidays of mainland China that the invented figures know.
var holidays = func() map[string]bool {
	found := map[string]bool{}
	for _, days := range [][2]string{
		{"2025-01-28", "2025-02-04"}, {"2025-10-01", "2025-10-08"}, {"2026-02-15", "2026-02-23"}, {"2026-10-01", "2026-10-07"},
		{"2027-02-05", "2027-02-11"}, {"2027-10-01", "2027-10-07"},
	} {
		day, _ := time.Parse(time.DateOnly, days[0])
		last, _ := time.Parse(time.DateOnly, days[1])
		for ; !day.After(last); day = day.AddDate(0, 0, 1) {
			found[day.Format(time.DateOnly)] = true
		}
	}
	return found
}()

// unitShares are the hundredths of the meetings that each unit has.
var unitShares = []int64{60, 20, 15, 5}

// day is what is known of a date. The lock is held.
func (t *Tenant) day(unit int, date string, now time.Time) (DayFigures, bool) {
	figures, has := t.known(unit, date, now)
	return figures, has && (figures.Meetings > 0 || !t.reports.style.NoZeros)
}

// known is what was set for a date or else is invented. The lock is held.
func (t *Tenant) known(unit int, date string, now time.Time) (DayFigures, bool) {
	for _, key := range []unitDay{{unit, date}, {anyUnit, date}} {
		if set, known := t.reports.set[key]; known {
			if set == nil {
				return DayFigures{}, false
			}
			return *set, true
		}
	}
	figures, has := t.invented(date, now)
	if unit != anyUnit {
		share := unitShares[unit]
		figures = DayFigures{figures.Meetings * share / 100, figures.Seconds * share / 100, figures.Participants * share / 100}
	}
	return figures, has
}

// invented days are shaped like an organisation's: quiet weekends and holidays,
// slow growth, a day of the week's own habit, and now and then no row at all.
func (t *Tenant) invented(date string, now time.Time) (DayFigures, bool) {
	day, err := time.ParseInLocation(time.DateOnly, date, t.server.options.Zone)
	if err != nil || now.Before(day) {
		return DayFigures{}, false
	}
	noise := hash(t.seed, date)
	if noise%53 == 7 && now.Sub(day) > 10*24*time.Hour { // a hole in the platform's own books
		return DayFigures{}, false
	}
	habit := []float64{0.03, 1.0, 1.15, 1.1, 1.05, 0.8, 0.06}[day.Weekday()]
	if holidays[date] {
		habit = 0.02
	}
	years := day.Sub(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)).Hours() / 8766
	meetings := 120 * habit * math.Pow(1.25, years) * (0.9 + float64(noise%200)/1000)
	if since := now.Sub(day).Hours(); since < 24 { // today fills up during working hours
		meetings *= min(max((since-8)/11, 0), 1)
	}
	count := int64(math.Round(meetings))
	if count == 0 {
		return DayFigures{}, noise%3 != 0
	}
	return DayFigures{
		Meetings: count, Seconds: count * (1500 + int64(noise%700)), Participants: count * (4 + int64(noise%3)),
	}, true
}

// text writes a number as a string.
func text(n int64) string { return strconv.FormatInt(n, 10) }

// hasUnit reports whether the tenant has a unit. The lock is held.
func (t *Tenant) hasUnit(unit int) bool {
	units := t.reports.style.Units
	return unit >= 0 && unit < len(unitShares) && (units == nil || slices.Contains(units, unit))
}
