package scheduler

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"huibao/internal/fault"
)

// Cron is a time of day and the days it names, as wall-clock time.
type Cron struct{ spec cron.Schedule }

var cronParser = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// ParseCron reads exactly five fields: minute, hour, day of month, month and
// day of week, of which both 0 and 7 are Sunday. The day of month may be 29L,
// 30L or 31L, that day or the last of a shorter month; the day of week is * then.
// Macros and time zones are refused, and so is an expression that never comes.
// The error is a fault of kind Invalid.
func ParseCron(expression string) (parsed Cron, err error) {
	fields := strings.Fields(expression)
	if len(fields) != 5 || strings.HasPrefix(fields[0], "@") || strings.Contains(expression, "TZ=") {
		return Cron{}, wrongCron("fault.schedule.cron_fields", expression, nil)
	}
	if slices.ContainsFunc(fields, oddField) {
		return Cron{}, wrongCron("fault.schedule.cron", expression, nil)
	}
	defer func() { // the library panics on some texts
		if value := recover(); value != nil {
			parsed, err = Cron{}, wrongCron("fault.schedule.cron", expression, fmt.Errorf("panic: %v", value))
		}
	}()
	if fields[4], err = foldSunday(fields[4]); err != nil {
		return Cron{}, wrongCron("fault.schedule.cron", expression, err)
	}
	last, ofMonth := lastDays[fields[2]]
	if ofMonth {
		if fields[4] != "*" {
			return Cron{}, wrongCron("fault.schedule.cron_last_day", expression, nil)
		}
		fields[2] = "28-31"
	}
	spec, err := cronParser.Parse(strings.Join(fields, " "))
	if err != nil {
		return Cron{}, wrongCron("fault.schedule.cron", expression, err)
	}
	if ofMonth {
		spec = lastDay{spec, last}
	}
	if spec.Next(time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Cron{}, wrongCron("fault.schedule.cron_never", expression, nil)
	}
	return Cron{spec}, nil
}

// lastDays are the days of the month that not every month has, as they are
// written when a shorter month's last day is to stand in for them.
var lastDays = map[string]int{"29L": 29, "30L": 30, "31L": 31}

// lastDay names one day of each month: the day, or the last one of a month that
// is shorter.
type lastDay struct {
	days cron.Schedule // of all days that may be it
	day  int
}

// Next is the first time after the one given.
func (l lastDay) Next(after time.Time) time.Time {
	for {
		next := l.days.Next(after)
		if next.IsZero() {
			return next
		}
		year, month, day := next.Date()
		length := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
		if day == min(l.day, length) {
			return next
		}
		after = time.Date(year, month, day+1, 0, 0, -1, 0, next.Location())
	}
}

// oddField reports what the library reads though no cron does: a list with a
// gap, a number with a sign, all that ends somewhere.
func oddField(field string) bool {
	return strings.Contains(field, "+") || strings.Contains(field, "*-") || strings.Contains(field, "?-") || slices.Contains(strings.Split(field, ","), "")
}

// wrongCron is the error of an expression.
func wrongCron(key, expression string, err error) error {
	return fault.Wrap(err, fault.Invalid, key, fault.Args{"part": expression})
}

// foldSunday writes the day-of-week field so that the library, which knows
// only 0, understands 7 as Sunday: parts that reach 7 are spelt out.
func foldSunday(field string) (string, error) {
	parts := strings.Split(field, ",")
	for i, part := range parts {
		span, stepText, stepped := strings.Cut(part, "/")
		from, to, ranged := strings.Cut(span, "-")
		if from != "7" && to != "7" {
			continue
		}
		first, err := strconv.Atoi(from)
		last, step := first, 1
		if err == nil && ranged {
			last, err = strconv.Atoi(to)
		}
		if err == nil && stepped {
			step, err = strconv.Atoi(stepText)
		}
		if err != nil || first < 0 || last > 7 || first > last || step < 1 {
			return "", fmt.Errorf("day of week %q", part)
		}
		var days []string
		for day := first; day <= last; day += step {
			days = append(days, strconv.Itoa(day%7))
		}
		parts[i] = strings.Join(days, ",")
	}
	return strings.Join(parts, ","), nil
}

// Next is the first run after the instant, in the zone; zero when there is
// none. A local time that a clock change removes runs at the first instant
// after the gap, and one that occurs twice runs the first time only.
func (c Cron) Next(after time.Time, zone *time.Location) time.Time {
	local := after.In(zone)
	year, month, day := local.Date()
	wall := time.Date(year, month, day, local.Hour(), local.Minute(), local.Second(), 0, time.UTC)
	for {
		if wall = c.spec.Next(wall); wall.IsZero() {
			return time.Time{}
		}
		if run := firstInstant(wall, zone); run.After(after) {
			return run
		}
	}
}

// firstInstant is when a wall-clock time, written as if in UTC, first comes in
// the zone.
func firstInstant(wall time.Time, zone *time.Location) time.Time {
	var first time.Time
	_, before := wall.Add(-24 * time.Hour).In(zone).Zone()
	_, behind := wall.Add(24 * time.Hour).In(zone).Zone()
	for _, offset := range []int{before, behind} {
		candidate := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		same := candidate.Format(time.DateTime) == wall.Format(time.DateTime)
		if same && (first.IsZero() || candidate.Before(first)) {
			first = candidate
		}
	}
	if !first.IsZero() {
		return first
	}
	// The clock skips this time. Read with the offset from before, it lies
	// after the change, and the change is where its zone begins.
	skipped := wall.Add(-time.Duration(before) * time.Second).In(zone)
	change, _ := skipped.ZoneBounds()
	return change
}
