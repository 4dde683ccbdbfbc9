// Package calendar tells workdays from days off: the usual week, and the legal
// calendar of mainland China with its holidays and make-up workdays, as a table
// that ships with the program and that admins may correct year by year. It
// promises to say when a year has no table. Who corrected what, and where that
// is kept, is others' business.
package calendar

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"huibao/reports"
)

//go:embed cn.json
var cnTable []byte

// Day is a date that differs from the usual week: a day off from Monday to
// Friday, or a workday at the weekend. The shape is the admin API's.
type Day struct {
	Date    reports.Date `json:"date"`
	Workday bool         `json:"workday"`
	// Name is the holiday's, such as 国庆节; a make-up workday bears the name of
	// the holiday it makes up for.
	Name string `json:"name"`
}

// table is the shipped data, by year.
type table struct {
	Years map[string]struct {
		Notice string `json:"notice"` // where the year's days were announced
		Days   []Day  `json:"days"`
	} `json:"years"`
}

// year holds the days of one year that differ from the usual week.
type year map[reports.Date]Day

// Calendar tells workdays from days off. It never changes once made and is safe
// for concurrent use.
type Calendar struct {
	years map[int]year
	usual bool // the usual week is all there is to know of a year without days
}

// New returns the calendar "cn" or "weekdays".
func New(name string) (*Calendar, error) {
	switch name {
	case "weekdays":
		return &Calendar{usual: true}, nil
	case "cn":
		return readTable(cnTable)
	}
	return nil, fmt.Errorf("calendar %q is neither cn nor weekdays", name)
}

// readTable reads the shipped data.
func readTable(data []byte) (*Calendar, error) {
	var shipped table
	if err := json.Unmarshal(data, &shipped); err != nil {
		return nil, fmt.Errorf("read the calendar table: %w", err)
	}
	c := &Calendar{}
	for name, announced := range shipped.Years {
		number, err := strconv.Atoi(name)
		if err != nil {
			return nil, fmt.Errorf("read the calendar table: year %q: %w", name, err)
		}
		c = c.With(number, announced.Days...)
	}
	return c, nil
}

// With returns the calendar with the days of one year replaced, as an admin
// corrects them; the year is known from then on. Days of other years and days
// as in the usual week are left out; of two of the same date the later counts.
func (c *Calendar) With(number int, days ...Day) *Calendar {
	differing := year{}
	for _, day := range days {
		delete(differing, day.Date)
		if yearOf(day.Date) == number && day.Workday != day.Date.UsualWorkday() {
			differing[day.Date] = day
		}
	}
	years := maps.Clone(c.years)
	if years == nil {
		years = map[int]year{}
	}
	years[number] = differing
	return &Calendar{years: years, usual: c.usual}
}

// Known reports whether the calendar knows the year; of others it only tells
// the usual week.
func (c *Calendar) Known(number int) bool {
	return c.usual || c.Listed(number)
}

// Listed reports whether the calendar has a list for the year, be it empty.
func (c *Calendar) Listed(number int) bool {
	_, listed := c.years[number]
	return listed
}

// Year returns the days of the year that differ from the usual week, in order;
// none for a year that is not known.
func (c *Calendar) Year(number int) []Day {
	days := slices.AppendSeq([]Day{}, maps.Values(c.years[number])) // never nil: it is a JSON list
	slices.SortFunc(days, func(a, b Day) int { return cmp.Compare(a.Date, b.Date) })
	return days
}

// Workday says whether a date is a workday. known is false when that is only
// the usual week, for want of a table for the year.
func (c *Calendar) Workday(date reports.Date) (workday, known bool) {
	number := yearOf(date)
	if day, differs := c.years[number][date]; differs {
		return day.Workday, true
	}
	return date.UsualWorkday(), c.Known(number)
}

// yearOf is the year of a date.
func yearOf(date reports.Date) int {
	number, _, _ := date.Split()
	return number
}
