package export

import (
	"encoding/csv"
	"io"
	"strconv"

	"huibao/reports"
)

// byteOrderMark makes spreadsheets read the file as UTF-8.
const byteOrderMark = "\ufeff"

// CSV writes a line for each day of the period, in seconds and whole counts.
// The status is final, provisional or missing; a missing day has no figures. The
// form is that of RFC 4180.
func CSV(w io.Writer, report *reports.Report) error {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	lines := [][]string{{"date", "meeting_count", "meeting_duration_seconds", "participant_count", "status", "source"}}
	for _, day := range report.Days {
		line := []string{day.Date.String(), "", "", "", status(day), day.Source}
		if day.Covered {
			line[1] = strconv.FormatInt(day.Figures.MeetingCount, 10)
			line[2] = strconv.FormatInt(day.Figures.MeetingDurationSeconds, 10)
			line[3] = strconv.FormatInt(day.Figures.ParticipantCount, 10)
		}
		lines = append(lines, line)
	}
	for _, line := range lines {
		for i := range line {
			line[i] = Cell(line[i])
		}
	}
	return out.WriteAll(lines)
}
