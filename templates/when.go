package templates

import (
	"fmt"
	"strconv"
	"strings"

	"huibao/internal/fault"
)

// When puts the times of a schedule into words: "every Monday and Thursday at
// 09:00". An expression that is none of the usual forms is shown as it is.
func When(locale Locale, cron, on string) string {
	minute, hour, days, ok := readCron(cron)
	if !ok {
		return Text(locale, "when.cron", fault.Args{"cron": plain(cron)})
	}
	args := fault.Args{"time": fmt.Sprintf("%02d:%02d", hour, minute)}
	switch {
	case on == "first_workday_of_week", on == "first_workday_of_month":
		return Text(locale, "when."+on, args)
	case days.month == "*" && days.week == "*":
		return Text(locale, "when."+on, args)
	case on != "every_day":
		return Text(locale, "when.cron", fault.Args{"cron": plain(cron)})
	case days.week != "*":
		names := weekdayNames(locale, days.week)
		if names == "" {
			break
		}
		args["days"] = names
		return Text(locale, "when.weekly", args)
	default:
		day, last := strings.CutSuffix(days.month, "L")
		if _, err := strconv.Atoi(day); err != nil {
			break
		}
		key := "when.monthly"
		if last {
			key = "when.monthly_last"
		}
		args["day"] = day
		return Text(locale, key, args)
	}
	return Text(locale, "when.cron", fault.Args{"cron": plain(cron)})
}

// cronDays are the fields of an expression that name days.
type cronDays struct{ month, week string }

// readCron reads an expression of one time of day in all months.
func readCron(cron string) (minute, hour int, days cronDays, ok bool) {
	fields := strings.Fields(cron)
	if len(fields) != 5 || fields[3] != "*" || fields[2] != "*" && fields[4] != "*" {
		return 0, 0, days, false
	}
	minute, minuteErr := strconv.Atoi(fields[0])
	hour, hourErr := strconv.Atoi(fields[1])
	return minute, hour, cronDays{fields[2], fields[4]}, minuteErr == nil && hourErr == nil
}

// weekdayKeys are the days of the week in the order of an expression, of which
// 7 is Sunday again.
var weekdayKeys = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// weekdayNames names the days of a list such as "1,4"; "" for what is no list of
// days.
func weekdayNames(locale Locale, list string) string {
	var names []string
	for day := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(day)
		if err != nil || n < 0 || n >= len(weekdayKeys) {
			return ""
		}
		names = append(names, Text(locale, "weekday.long_"+weekdayKeys[n], nil))
	}
	return strings.Join(names, Text(locale, "list.comma", nil))
}
