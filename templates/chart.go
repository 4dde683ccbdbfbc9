package templates

import "huibao/reports"

// The bars' colours read on light and on dark cards. Provisional bars let the
// card shine through, since they may still grow.
const (
	barColour         = "#3370ff"
	provisionalColour = "rgba(51,112,255,0.45)"
	chartHeight       = "240px" // good on a desktop's 600 px and on a phone, where a ratio is not
	widestBar         = 48      // px: a single day is no wall
	zeroBar           = 2       // px: a day on which nobody met shows, unlike a missing one
	weekdaysUpTo      = 8       // days whose weekdays find room beneath the bars
)

// chart is the bars of meetings at the period's step. A step with no covered
// day is not among the values but has its place on the axis: a gap. The spec is
// pure JSON for VChart 1.10.1 and later. Source: cardkit chart component.
func (w reportWriter) chart() chartElement {
	final, provisional := Text(w.Locale, "measure.meeting_count", nil), Text(w.Locale, "chart.provisional", nil)
	// In the bar of a month a provisional day hardly shows, and ten years of bars
	// leave no room to say of each what it is.
	apart := reports.StepOf(w.report.Period) != reports.StepMonth
	mixed := false
	labels := make([]string, 0, len(w.buckets))
	values := make([]bar, 0, len(w.buckets))
	for _, bucket := range w.buckets {
		label := w.axisLabel(bucket)
		labels = append(labels, label)
		if bucket.Figures == nil {
			continue
		}
		series := ""
		switch {
		case apart && bucket.Provisional:
			series, mixed = provisional, true
		case apart:
			series = final
		}
		values = append(values, bar{label, bucket.Figures.MeetingCount, series})
	}
	dates := map[string]any{"orient": "bottom", "type": "band", "label": map[string]any{"autoHide": true}}
	if len(values) < len(labels) {
		dates["domain"] = labels
	}
	spec := map[string]any{
		"type":   "bar",
		"title":  map[string]any{"text": Text(w.Locale, "chart.title_"+string(reports.StepOf(w.report.Period)), nil), "textStyle": map[string]any{"fontSize": 14}},
		"data":   map[string]any{"values": values},
		"xField": "x", "yField": "y",
		"barMaxWidth": widestBar, "barMinHeight": zeroBar,
		"color": []string{barColour},
		"axes":  []any{dates, counts},
	}
	if apart {
		spec["seriesField"], spec["stack"] = "s", true // stacked, a bar of either series fills its place
		spec["color"] = map[string]any{
			"type": "ordinal", "domain": []string{final, provisional}, "range": []string{barColour, provisionalColour},
		}
		spec["legends"] = map[string]any{"visible": mixed, "orient": "bottom"}
	}
	return chartElement{Tag: "chart", ElementID: "chart", Height: chartHeight, ChartSpec: spec}
}

// counts is the axis of meetings: whole numbers from zero.
var counts = map[string]any{
	"orient": "left", "type": "linear", "min": 0,
	"tick":  map[string]any{"noDecimals": true},
	"label": map[string]any{"formatter": "{label:,}"},
}

// axisLabel is a bar's date as short as it stays clear.
func (w reportWriter) axisLabel(bucket reports.Bucket) string {
	text := bucket.From.String()
	switch {
	case bucket.Step == reports.StepMonth:
		return text[:len("2006-01")]
	case bucket.Step == reports.StepDays && len(w.buckets) <= weekdaysUpTo:
		return withWeekday(w.Locale, text[len("2006-"):], bucket.From.Weekday())
	}
	return text[len("2006-"):]
}
