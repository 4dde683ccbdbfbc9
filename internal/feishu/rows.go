package feishu

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"huibao/reports"
)

const (
	// mostFigure is more than any figure of a day can be; what is above it was
	// garbled, and sums of it would overflow.
	mostFigure = 1e15
	// secondsOfDay divides the dates that stand for a date in UTC.
	secondsOfDay = 86400
	// lastDate is the last second that has a date of four digits.
	lastDate = 253402300799
	// shownRow is how much of a bad row stands in the log.
	shownRow = 300
)

// daily is what a reply of get_daily holds.
type daily struct {
	rows    []reports.Row
	differs bool // the totals are there and are not the sum of the rows
}

// parseDaily reads a reply strictly: a row that cannot be read is an error with
// the row in it, never a zero and never left out, unless its date is none of the
// days that were asked for: such a row is of no matter. The SDK's own type would take
// the last of two members alike, and drop the reply's content with its error.
func parseDaily(body []byte, days reports.Range, zone *time.Location) (daily, error) {
	report, err := meetingReport(body)
	if err != nil {
		return daily{}, err
	}
	var raw []json.RawMessage
	if list, given := report["daily_report"]; given && json.Unmarshal(list, &raw) != nil {
		return daily{}, errors.New("daily_report is no list")
	}
	read := daily{rows: make([]reports.Row, 0, len(raw))}
	seen := map[reports.Date]bool{}
	var sum reports.Figures
	for i, text := range raw {
		row, err := readRow(text, zone)
		if err == nil && seen[row.Date] {
			err = fmt.Errorf("the date %s comes twice", row.Date)
		}
		if err != nil && row.Date != 0 && (row.Date < days.From || row.Date > days.To) {
			continue
		}
		if err != nil {
			return daily{}, fmt.Errorf("row %d, %s: %w", i, oneLine(string(text), shownRow), err)
		}
		seen[row.Date] = true
		sum = sum.Add(row.Figures)
		read.rows = append(read.rows, row)
	}
	read.differs = differs(report["total_meeting_count"], sum.MeetingCount) ||
		differs(report["total_meeting_duration"], sum.MeetingDurationSeconds) ||
		differs(report["total_participant_count"], sum.ParticipantCount)
	return read, nil
}

// meetingReport finds the report in a reply. One without a report says that
// there is no row; one without data says nothing.
func meetingReport(body []byte) (map[string]json.RawMessage, error) {
	reply, err := object(body)
	if err != nil {
		return nil, fmt.Errorf("the reply: %w", err)
	}
	data, err := members(reply["data"])
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	if absent(data["meeting_report"]) {
		return nil, nil
	}
	report, err := members(data["meeting_report"])
	if err != nil {
		return nil, fmt.Errorf("meeting_report: %w", err)
	}
	return report, nil
}

// readRow reads one row; beside an error it has the date where that was read. A date
// that is a multiple of 86,400 names that date in UTC, any other the date in the
// zone.
func readRow(raw json.RawMessage, zone *time.Location) (reports.Row, error) {
	found, err := members(raw)
	if err != nil {
		return reports.Row{}, err
	}
	seconds, err := readNumber(found, "date", lastDate)
	if err != nil {
		return reports.Row{}, err
	}
	if seconds%secondsOfDay == 0 {
		zone = time.UTC
	}
	row := reports.Row{Date: reports.DateOf(time.Unix(seconds, 0).In(zone))}
	for _, figure := range []struct {
		name string
		into *int64
	}{
		{"meeting_count", &row.Figures.MeetingCount},
		{"meeting_duration", &row.Figures.MeetingDurationSeconds},
		{"participant_count", &row.Figures.ParticipantCount},
	} {
		if *figure.into, err = readNumber(found, figure.name, mostFigure); err != nil {
			return row, err
		}
	}
	return row, nil
}

// readNumber reads a member that is a text of digits and nothing else.
func readNumber(members map[string]json.RawMessage, name string, most int64) (int64, error) {
	text, err := textOf(members[name])
	if err != nil {
		return 0, fmt.Errorf("%s is missing or no text", name)
	}
	for _, r := range text {
		if r < '0' || r > '9' {
			return 0, fmt.Errorf("%s is no whole number", name)
		}
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number > most {
		return 0, fmt.Errorf("%s is no number that it can be", name)
	}
	return number, nil
}

// differs reports whether a total is there and is not the sum.
func differs(total json.RawMessage, sum int64) bool {
	return !absent(total) && string(total) != strconv.Quote(strconv.FormatInt(sum, 10))
}
