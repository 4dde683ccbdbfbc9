package templates

import (
	"math"

	"huibao/internal/fault"
	"huibao/reports"
)

// weekdayChart is the bars of the mean meetings of each day of the week. One
// without covered days has its place on the axis and no bar.
func (w reportWriter) weekdayChart() chartElement {
	means := reports.Weekdays(w.report, w.WeekStart)
	labels := make([]string, 0, len(means))
	values := make([]meanBar, 0, len(means))
	for _, mean := range means {
		label := weekdayName(w.Locale, mean.Weekday)
		labels = append(labels, label)
		if mean.CoveredDays > 0 {
			values = append(values, meanBar{label, tenth(mean.MeetingCount)})
		}
	}
	return chartElement{Tag: "chart", ElementID: "chart", Height: chartHeight, ChartSpec: map[string]any{
		"type":   "bar",
		"title":  map[string]any{"text": Text(w.Locale, "chart.title_weekday", nil), "textStyle": map[string]any{"fontSize": 14}},
		"data":   map[string]any{"values": values},
		"xField": "x", "yField": "y",
		"barMaxWidth": widestBar, "barMinHeight": zeroBar,
		"color": []string{barColour},
		"axes": []any{
			map[string]any{"orient": "bottom", "type": "band", "domain": labels},
			map[string]any{"orient": "left", "type": "linear", "min": 0},
		},
	}}
}

// meanBar is a bar whose height is a mean.
type meanBar struct {
	X string  `json:"x"`
	Y float64 `json:"y"`
}

// tenth rounds to one decimal, as means are shown.
func tenth(value float64) float64 { return math.Round(value*10) / 10 }

// weekdayRows is the table of the means, in the columns of the usual rows.
func (w reportWriter) weekdayRows() tableElement {
	table := w.rowsTable()
	table.Columns[1] = w.numberColumn("meeting_count", 1)
	table.Columns[3] = w.numberColumn("participant_count", 1)
	for _, mean := range reports.Weekdays(w.report, w.WeekStart) {
		row := tableRow{Date: plural(w.Locale, "report.weekday_row", int64(mean.CoveredDays), fault.Args{"weekday": weekdayName(w.Locale, mean.Weekday)})}
		if mean.CoveredDays > 0 {
			row.rowFigures = &rowFigures{
				tenth(mean.MeetingCount), hours(int64(math.Round(mean.MeetingDurationSeconds))), tenth(mean.ParticipantCount),
			}
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}
