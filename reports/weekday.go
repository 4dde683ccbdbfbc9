package reports

import "time"

// WeekdayMean is what a day of the week amounts to in a report, on the mean of
// its covered days.
type WeekdayMean struct {
	Weekday                time.Weekday
	CoveredDays            int
	MeetingCount           float64 // meaningful only with covered days, as what follows
	MeetingDurationSeconds float64
	ParticipantCount       float64
}

// Weekdays is the report's pattern: the mean of each day of the week, beginning
// with the first. A day of the week without covered days has none.
func Weekdays(report *Report, first time.Weekday) []WeekdayMean {
	totals, days := [7]Figures{}, [7]int{}
	for _, day := range report.Days {
		if day.Covered {
			at := int(day.Date.Weekday()-first+7) % 7
			totals[at] = totals[at].Add(day.Figures)
			days[at]++
		}
	}
	means := make([]WeekdayMean, 7)
	for at := range means {
		mean := WeekdayMean{Weekday: (first + time.Weekday(at)) % 7, CoveredDays: days[at]}
		if n := float64(days[at]); n > 0 {
			mean.MeetingCount = float64(totals[at].MeetingCount) / n
			mean.MeetingDurationSeconds = float64(totals[at].MeetingDurationSeconds) / n
			mean.ParticipantCount = float64(totals[at].ParticipantCount) / n
		}
		means[at] = mean
	}
	return means
}
