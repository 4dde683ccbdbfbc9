package reports

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Date is a calendar date without a zone, counted in days since 1970-01-01.
// The zero value is that day; dates compare with == and <.
type Date int32

// DateLayout is how dates are written everywhere: YYYY-MM-DD.
const DateLayout = time.DateOnly

// NewDate returns the date of the year, month and day; a day past the month's
// end runs over into the next month, as in time.Date.
func NewDate(year int, month time.Month, day int) Date {
	seconds := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
	return Date(seconds / 86400) // exact: midnight UTC is a multiple of 86,400
}

// DateOf returns the date that t shows on a calendar in t's own location.
func DateOf(t time.Time) Date {
	return NewDate(t.Date())
}

// ParseDate reads YYYY-MM-DD and nothing else.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(DateLayout, text)
	if err != nil {
		return 0, fmt.Errorf("date %q is not YYYY-MM-DD", text)
	}
	return DateOf(t), nil
}

// AddDays returns the date n days later, or earlier for a negative n.
func (d Date) AddDays(n int) Date { return d + Date(n) }

// utc is 00:00:00 of the date in UTC.
func (d Date) utc() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Split returns the date's year, month and day.
func (d Date) Split() (year int, month time.Month, day int) { return d.utc().Date() }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// UsualWorkday reports whether the date is a workday in the usual week, which is
// Monday to Friday.
func (d Date) UsualWorkday() bool {
	weekday := d.Weekday()
	return weekday != time.Saturday && weekday != time.Sunday
}

// In returns 00:00:00 of the date in the location. Where a clock change makes
// midnight come twice it is the first; where one removes it, it is the first
// instant after the gap.
func (d Date) In(location *time.Location) time.Time {
	midnight := d.utc()
	_, before := midnight.Add(-24 * time.Hour).In(location).Zone()
	_, after := midnight.Add(24 * time.Hour).In(location).Zone()
	if before == after {
		return midnight.Add(-time.Duration(before) * time.Second).In(location)
	}
	// The clocks about a change differ by its offsets; the larger one shows
	// midnight earlier.
	first := midnight.Add(-time.Duration(max(before, after)) * time.Second).In(location)
	second := midnight.Add(-time.Duration(min(before, after)) * time.Second).In(location)
	for _, start := range []time.Time{first, second} {
		if DateOf(start) == d && start.Hour() == 0 && start.Minute() == 0 {
			return start
		}
	}
	_, gapEnd := first.ZoneBounds()
	return gapEnd
}

// String writes the date as YYYY-MM-DD.
func (d Date) String() string { return d.utc().Format(DateLayout) }

// MarshalText writes the date as YYYY-MM-DD for JSON and YAML.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}

// Range is a run of dates, both ends included.
type Range struct {
	From, To Date
}

// Days returns how many dates the range holds.
func (r Range) Days() int { return int(r.To-r.From) + 1 }

// holds reports whether the date lies in the range.
func (r Range) holds(date Date) bool { return r.From <= date && date <= r.To }

// within is what of the range lies in the other too; it holds no date where
// they do not meet.
func (r Range) within(other Range) Range {
	return Range{max(r.From, other.From), min(r.To, other.To)}
}

// union returns the ranges as few as hold the same dates, in order.
func union(ranges ...Range) []Range {
	slices.SortFunc(ranges, func(a, b Range) int { return cmp.Compare(a.From, b.From) })
	var merged []Range
	for _, r := range ranges {
		if last := len(merged) - 1; last >= 0 && r.From <= merged[last].To+1 {
			merged[last].To = max(merged[last].To, r.To)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}
