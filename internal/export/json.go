package export

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"huibao/reports"
)

// daily is the report's JSON, as the admin API answers it.
type daily struct {
	From     reports.Date `json:"from"`
	To       reports.Date `json:"to"`
	Timezone string       `json:"timezone"`
	Unit     *string      `json:"unit"`
	AsOf     *string      `json:"as_of"`
	Totals   *figures     `json:"totals"` // null over no covered day
	Days     []day        `json:"days"`   // the covered ones
	Missing  []string     `json:"missing"`
}

type figures struct {
	MeetingCount           int64 `json:"meeting_count"`
	MeetingDurationSeconds int64 `json:"meeting_duration_seconds"`
	ParticipantCount       int64 `json:"participant_count"`
}

type day struct {
	Date reports.Date `json:"date"`
	figures
	Source string `json:"source"`
	Final  bool   `json:"final"`
}

// compared is the report's JSON with what it is compared with.
type compared struct {
	daily
	Comparison *comparison `json:"comparison"` // null for a report that is compared with nothing
}

// comparison is the period that a report is compared with, and how the figures
// have changed since.
type comparison struct {
	From    reports.Date `json:"from"`
	To      reports.Date `json:"to"`
	Totals  *figures     `json:"totals"` // null over no covered day
	Days    []day        `json:"days"`   // the covered ones
	Missing []string     `json:"missing"`
	// By is "totals", or "means" where totals cannot be compared fairly, and then
	// MeanOf is what the means are of: "day" or "workday".
	By      string  `json:"by"`
	MeanOf  *string `json:"mean_of"`
	Changes changes `json:"changes"`
}

// changes are those of the figures that every day has.
type changes struct {
	MeetingCount           change `json:"meeting_count"`
	MeetingDurationSeconds change `json:"meeting_duration_seconds"`
	ParticipantCount       change `json:"participant_count"`
}

// change is how one of them moved; both are null where there is nothing to
// compare, and the percentage alone for a change from zero.
type change struct {
	Percent *int     `json:"percent"` // whole
	Base    *float64 `json:"base"`    // what it is compared with, as By says
}

// JSON writes the report as one object: what it covers, totals, the covered
// days and the dates that are missing.
func JSON(w io.Writer, report *reports.Report) error { return write(w, newDaily(report)) }

// JSONCompared is JSON with what the report is compared with, null for nothing.
func JSONCompared(w io.Writer, report *reports.Report) error {
	return write(w, compared{newDaily(report), newComparison(report)})
}

// newDaily says what the report says of its own period.
func newDaily(report *reports.Report) daily {
	body := daily{
		From: report.Period.From, To: report.Period.To, Timezone: report.Zone.String(), Totals: totals(report.Summary),
	}
	body.Days, body.Missing = split(report.Days)
	if report.Unit != reports.UnitNone {
		unit := string(report.Unit)
		body.Unit = &unit
	}
	if !report.AsOf.IsZero() {
		asOf := report.AsOf.In(report.Zone).Format(time.RFC3339)
		body.AsOf = &asOf
	}
	return body
}

// newComparison says what the report is compared with; nil for nothing.
func newComparison(report *reports.Report) *comparison {
	if report.Base == nil {
		return nil
	}
	body := &comparison{From: report.Base.Period.From, To: report.Base.Period.To, Totals: totals(*report.Base), By: "totals"}
	body.Days, body.Missing = split(report.BaseDays)
	of := ""
	switch {
	case report.ByMean:
		of = "day"
	case report.ByWorkday:
		of = "workday"
	}
	if of != "" {
		body.By, body.MeanOf = "means", &of
	}
	for measure, into := range map[reports.Measure]*change{
		reports.MeetingCount:     &body.Changes.MeetingCount,
		reports.MeetingDuration:  &body.Changes.MeetingDurationSeconds,
		reports.ParticipantCount: &body.Changes.ParticipantCount,
	} {
		if moved, known := report.Changes[measure]; known {
			*into = change{moved.Percent, &moved.Base}
		}
	}
	return body
}

// totals are those of a run of days, nil over no covered day.
func totals(summary reports.Summary) *figures {
	return (*figures)(summary.Totals)
}

// split tells the covered days from the dates that are missing.
func split(days []reports.Day) (covered []day, missing []string) {
	covered, missing = []day{}, []string{}
	for _, d := range days {
		if !d.Covered {
			missing = append(missing, d.Date.String())
			continue
		}
		covered = append(covered, day{Date: d.Date, figures: figures(d.Figures), Source: d.Source, Final: d.Final})
	}
	return covered, missing
}

// write writes a body for people and programs alike.
func write(w io.Writer, body any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(body); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
