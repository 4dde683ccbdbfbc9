package templates

import (
	"math"
	"strings"
	"time"

	"huibao/reports"
)

// shanghai is the zone of the samples; fixed, so that no time zone database is
// needed.
var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// today is the day on which the samples are made, a Tuesday.
var today = reports.NewDate(2026, time.November, 10)

// sample is a report built by hand, with how it is put.
type sample struct {
	name    string
	report  *reports.Report
	options ReportOptions
}

// samples are the reports of the golden files.
func samples() []sample {
	note := "The **plan** for next week:\n- <at id=all></at> be on time\n\u202egnilles\u202c [here](https://example.com)\n" + strings.Repeat("长note ", 2000)
	return []sample{
		{"no_data", noData(), ReportOptions{}},
		{"one_day", oneDay(), ReportOptions{}},
		{"today", todayAlone(), ReportOptions{}},
		{"week", week(), ReportOptions{}},
		{"days_30", running("30d", 30), ReportOptions{}},
		{"days_90", running("90d", 90), ReportOptions{}},
		{"days_365", running("365d", 365), ReportOptions{}},
		{"days_3660", running("3660d", 3660), ReportOptions{}},
		{"missing", missing(), ReportOptions{}},
		{"scattered", scattered(), ReportOptions{}},
		{"provisional", provisional(), ReportOptions{}},
		{"huge", figuresOf(math.MaxInt64/8, math.MaxInt64/8, math.MaxInt64/8), ReportOptions{}},
		{"zero", figuresOf(0, 0, 0), ReportOptions{}},
		{"little", figuresOf(1, 45, 2), ReportOptions{}},
		{"by_workday", byWorkday(), ReportOptions{}},
		{"digest", digest(), ReportOptions{Digest: true, Title: "研发周会 weekly", Note: "请各组负责人留意。\nPlease have a look before Monday."}},
		{"long_words", week(), ReportOptions{Digest: true, Title: strings.Repeat("标题<b>*x*", 25), Note: note}},
		{"view_1", running("1d", 1), shown(View{Period: "1d"})},
		{"view_7", week(), shown(View{Period: "7d"})},
		{"view_90", running("90d", 90), shown(View{Period: "90d"})},
		{"view_365", running("365d", 365), shown(View{Period: "365d"})},
		{"view_3660", running("3660d", 3660), shown(View{Period: "3660d"})},
		{"view_crowded", crowded(3660), shown(View{Period: "3660d", Unit: "cn"})},
		{"view_weekday", running("90d", 90), shown(View{Period: "90d", By: ByWeekday})},
		{"view_within", byWorkday(), shown(View{Period: "last month", Above: "365d"})},
		{"view_digest", digest(), ReportOptions{Digest: true, Title: "研发周会 weekly", View: &View{Period: "last week", Today: "2026-11-10", Digest: true}}},
	}
}

// shown are the options of a card that was asked for and has buttons.
func shown(view View) ReportOptions {
	view.Today, view.Posted = today.String(), time.Date(2026, 11, 10, 9, 0, 0, 0, shanghai).Unix()
	return ReportOptions{View: &view}
}

// dailyMeetings are the meetings of an ordinary week, Sunday first.
var dailyMeetings = [7]int64{5, 110, 124, 131, 118, 96, 8}

// ordinary is a final day of an ordinary week: 24 minutes and 20 people a
// meeting.
func ordinary(date reports.Date) reports.Day {
	meetings := dailyMeetings[date.Weekday()] + int64(date)%7
	return day(date, meetings, meetings*1440, meetings*20)
}

// day is a final day with its figures.
func day(date reports.Date, meetings, seconds, participants int64) reports.Day {
	return reports.Day{
		Date: date, Covered: true, Final: true, Source: reports.SourceArchive, FetchedAt: time.Date(2026, 11, 10, 9, 0, 0, 0, shanghai),
		Figures: reports.Figures{MeetingCount: meetings, MeetingDurationSeconds: seconds, ParticipantCount: participants},
	}
}

// build makes a report of days in order, without a comparison.
func build(text string, days ...reports.Day) *reports.Report {
	span := reports.Range{From: days[0].Date, To: days[len(days)-1].Date}
	report := &reports.Report{
		TenantKey: "tenant", Zone: shanghai, Compare: reports.ComparePrevious, Days: days,
		AsOf: time.Date(2026, 11, 10, 9, 0, 0, 0, shanghai),
	}
	report.Period = reports.Period{Range: span, Full: span, Step: reports.StepDays, Text: text}
	var totals, workdays reports.Figures
	for i, d := range days {
		single := reports.Range{From: d.Date, To: d.Date}
		if !d.Covered {
			report.Missing = joined(report.Missing, single)
			continue
		}
		if !d.Final {
			report.Provisional = joined(report.Provisional, single)
		}
		report.CoveredDays++
		totals = totals.Add(d.Figures)
		if weekday := d.Date.Weekday(); weekday != time.Saturday && weekday != time.Sunday {
			report.CoveredWorkdays++
			workdays = workdays.Add(d.Figures)
			report.WorkdayFigures = &workdays
		}
		if d.Figures.MeetingCount > 0 && (report.BusiestDay == nil || d.Figures.MeetingCount > report.BusiestDay.Figures.MeetingCount) {
			report.BusiestDay = &days[i]
		}
		report.Totals = &totals
	}
	return report
}

// joined adds a day to ranges of days.
func joined(ranges []reports.Range, next reports.Range) []reports.Range {
	if last := len(ranges) - 1; last >= 0 && ranges[last].To == next.From-1 {
		ranges[last].To = next.To
		return ranges
	}
	return append(ranges, next)
}

// against adds what a report is compared with: so many days just before.
func against(report *reports.Report, totals reports.Figures, changes map[reports.Measure]reports.Change) *reports.Report {
	days := report.Period.Days()
	span := reports.Range{From: report.Period.From.AddDays(-days), To: report.Period.From.AddDays(-1)}
	report.Base = &reports.Summary{
		Period: reports.Period{Range: span, Full: span, Step: reports.StepDays}, CoveredDays: days, Totals: &totals,
	}
	report.Changes = changes
	return report
}

// moved is a change with its whole percentage.
func moved(now, base float64, percent int) reports.Change {
	return reports.Change{Now: now, Base: base, Percent: &percent}
}

// running is a report of ordinary days up to yesterday.
func running(text string, n int) *reports.Report {
	days := make([]reports.Day, 0, n)
	for date := today.AddDays(-n); date < today; date++ {
		days = append(days, ordinary(date))
	}
	return build(text, days...)
}

// plainWeek is seven times the same day, as in the contract's example.
func plainWeek() []reports.Day {
	var days []reports.Day
	for date := today.AddDays(-7); date < today; date++ {
		days = append(days, day(date, 100, 147_680, 2_000))
	}
	return days
}

// week is the contract's example, better than the week before.
func week() *reports.Report {
	report := against(build("7d", plainWeek()...), reports.Figures{MeetingCount: 560, MeetingDurationSeconds: 1_033_760, ParticipantCount: 14_050},
		map[reports.Measure]reports.Change{
			reports.MeetingCount:     moved(700, 560, 25),
			reports.MeetingDuration:  moved(1_033_760, 1_033_760, 0),
			reports.ParticipantCount: moved(14_000, 14_050, 0),
			reports.MeanDuration:     moved(1476.8, 1846, -20),
			reports.MeanParticipants: moved(20, 25.0892857, -20),
			reports.MeanPerWorkday:   moved(100, 80, 25),
			reports.BusiestDay:       moved(100, 91, 10),
		})
	report.Findings = []reports.Finding{
		{Kind: reports.Record, Date: today.AddDays(-7), Value: 100, Base: 98, Percent: 2},
		{Kind: reports.DayHigh, Date: today.AddDays(-3), Value: 100, Base: 8.25, Percent: 1112},
		{Kind: reports.PeriodUp, Date: today.AddDays(-7), Value: 700, Base: 560, Percent: 25},
	}
	return report
}

// noData is a week nothing is known of.
func noData() *reports.Report {
	var days []reports.Day
	for date := today.AddDays(-7); date < today; date++ {
		days = append(days, reports.Day{Date: date})
	}
	report := build("7d", days...)
	report.AsOf = time.Time{}
	return against(report, reports.Figures{}, map[reports.Measure]reports.Change{})
}

// oneDay is a Monday after an empty Sunday.
func oneDay() *reports.Report {
	report := build("yesterday", day(today.AddDays(-1), 1, 3_600, 2))
	return against(report, reports.Figures{}, map[reports.Measure]reports.Change{
		reports.MeetingCount:     {Now: 1},
		reports.MeetingDuration:  {Now: 3_600},
		reports.ParticipantCount: {Now: 2},
	})
}

// todayAlone is a day that is not over.
func todayAlone() *reports.Report {
	d := day(today, 71, 71*1440, 71*20)
	d.Final, d.Source = false, reports.SourceLive
	report := build("today", d)
	report.Compare, report.Changes = reports.CompareNone, nil
	return report
}

// missing is a week that lacks three days, compared by mean.
func missing() *reports.Report {
	days := plainWeek()
	days[1], days[2], days[5] = reports.Day{Date: days[1].Date}, reports.Day{Date: days[2].Date}, reports.Day{Date: days[5].Date}
	report := against(build("7d", days...), reports.Figures{MeetingCount: 560, MeetingDurationSeconds: 1_033_760, ParticipantCount: 14_000},
		map[reports.Measure]reports.Change{
			reports.MeetingCount:     moved(100, 80, 25),
			reports.MeetingDuration:  moved(147_680, 147_680, 0),
			reports.ParticipantCount: moved(2_000, 2_007.25, 0),
		})
	report.ByMean = true
	report.Findings = []reports.Finding{{Kind: reports.PeriodUp, Date: report.Period.From, Value: 100, Base: 80, Percent: 25}}
	return report
}

// scattered lacks every fourth day, more runs than are named.
func scattered() *reports.Report {
	days := running("45d", 45).Days
	for i := 0; i < len(days); i += 4 {
		days[i] = reports.Day{Date: days[i].Date}
	}
	return build("45d", days...)
}

// provisional is a week whose last two days may still change.
func provisional() *reports.Report {
	days := plainWeek()
	days[5].Final, days[6].Final = false, false
	days[6].Figures = reports.Figures{MeetingCount: 40, MeetingDurationSeconds: 59_072, ParticipantCount: 800}
	report := build("7d", days...)
	report.Unit = reports.UnitCN
	report.Findings = []reports.Finding{{Kind: reports.DayLow, Date: today.AddDays(-1), Value: 40, Base: 100.25, Percent: -60}}
	return report
}

// figuresOf is a week of the same figures, unlike nothing before.
func figuresOf(meetings, seconds, participants int64) *reports.Report {
	var days []reports.Day
	for date := today.AddDays(-7); date < today; date++ {
		days = append(days, day(date, meetings, seconds, participants))
	}
	return against(build("7d", days...), reports.Figures{}, map[reports.Measure]reports.Change{
		reports.MeetingCount: {Now: float64(meetings)}, reports.MeetingDuration: {Now: float64(seconds)}, reports.ParticipantCount: {Now: float64(participants)},
	})
}

// byWorkday is October against September, which had more workdays.
func byWorkday() *reports.Report {
	var days []reports.Day
	for date := reports.NewDate(2026, time.October, 1); date < reports.NewDate(2026, time.November, 1); date++ {
		days = append(days, ordinary(date))
	}
	report := build("last month", days...)
	report.Period.Step = reports.StepMonth
	report = against(report, reports.Figures{MeetingCount: 2_640, MeetingDurationSeconds: 3_801_600, ParticipantCount: 52_800},
		map[reports.Measure]reports.Change{
			reports.MeetingCount:     moved(118.6, 120, -1),
			reports.MeetingDuration:  moved(170_784, 172_800, -1),
			reports.ParticipantCount: moved(2_372, 2_400, -1),
			reports.MeanPerWorkday:   moved(118.6, 120, -1),
		})
	september := reports.Range{From: reports.NewDate(2026, time.September, 1), To: reports.NewDate(2026, time.September, 30)}
	report.Base.Period = reports.Period{Range: september, Full: september, Step: reports.StepMonth}
	report.ByWorkday, report.Base.CoveredWorkdays = true, 21
	report.UnknownYears = []int{2026, 2027}
	report.Findings = []reports.Finding{{Kind: reports.PeriodDown, Date: days[0].Date, Value: 94, Base: 120, Percent: -22}}
	return report
}

// digest is last week against the same week a year before, of one unit.
func digest() *reports.Report {
	report := week()
	report.Unit, report.Compare = reports.UnitSG, reports.CompareLastYear
	report.Period.Step, report.Period.Text = reports.StepWeek, "last week"
	lastYear := reports.Range{From: reports.NewDate(2025, time.November, 4), To: reports.NewDate(2025, time.November, 10)}
	report.Base.Period = reports.Period{Range: lastYear, Full: lastYear, Step: reports.StepWeek}
	report.Findings = report.Findings[:2]
	return report
}
