package simulator

import (
	"net/url"
	"strconv"
	"time"
)

// reportReach is how far back the reports go. Source: vc-v1/report/get_daily.
const reportReach = 90 * 24 * time.Hour

// span is what a report is asked for.
type span struct {
	from, to time.Time // in the tenant's zone
	unit     int       // anyUnit for none
}

// readSpan reads the parameters that both reports have. The lock is held.
func (t *Tenant) readSpan(query url.Values, now time.Time) (span, *answer) {
	start, startErr := strconv.ParseInt(query.Get("start_time"), 10, 64)
	end, endErr := strconv.ParseInt(query.Get("end_time"), 10, 64)
	if startErr != nil || endErr != nil || end < start {
		return span{}, refused(121003, "param error: start_time or end_time")
	}
	within := func(seconds int64) time.Time { // there is nothing earlier or later
		return time.Unix(min(max(seconds, 0), now.AddDate(0, 0, 2).Unix()), 0).In(t.server.options.Zone)
	}
	asked := span{within(start), within(end), anyUnit}
	if text := query.Get("unit"); text != "" {
		unit, err := strconv.Atoi(text)
		if err != nil || !t.hasUnit(unit) {
			return span{}, refused(121003, "param error: unit")
		}
		asked.unit = unit
	}
	oldest := now.Add(-reportReach)
	if asked.from.Before(oldest) {
		if !t.reports.style.OldIsEmpty {
			return span{}, refused(121003, "param error: only the last 90 days can be asked for")
		}
		asked.from = midnight(oldest.In(t.server.options.Zone))
		if asked.from.Before(oldest) { // no day is cut in two
			asked.from = asked.from.AddDate(0, 0, 1)
		}
	}
	return asked, nil
}

// midnight is the beginning of an instant's day.
func midnight(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
}

// getDaily answers GET reports/get_daily.
func (s *Server) getDaily(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked, refusal := c.tenant.readSpan(c.URL.Query(), c.now)
	if refusal != nil {
		return *refusal
	}
	style := c.tenant.reports.style
	if s.options.Unkind {
		style.Disordered, style.Wider = true, true
	}
	var total DayFigures
	rows := []any{}
	first, last := midnight(asked.from), asked.to
	if style.Wider {
		first, last = first.AddDate(0, 0, -1), last.AddDate(0, 0, 1)
	}
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		figures, has := c.tenant.day(asked.unit, day.Format(time.DateOnly), c.now)
		if !has {
			continue
		}
		total.Meetings += figures.Meetings
		total.Seconds += figures.Seconds
		total.Participants += figures.Participants
		rows = append(rows, c.tenant.row(day, figures))
	}
	if style.Disordered {
		disorder(rows)
	}
	return reported(style, total, rows)
}

// disorder puts the second half of a list before the first.
func disorder(rows []any) {
	half := append([]any{}, rows[len(rows)/2:]...)
	copy(rows, append(half, rows[:len(rows)/2]...))
}

// reported is the answer with a report, without what its style lacks.
func reported(style ReportStyle, total DayFigures, rows []any) answer {
	report := map[string]any{
		"total_meeting_count": text(total.Meetings), "total_meeting_duration": text(total.Seconds),
		"total_participant_count": text(total.Participants + 1), // the documentation's own totals are no sums either
		"daily_report":            rows,
	}
	switch style.Lacks {
	case "data":
		return ok(nil)
	case "report":
		return ok(map[string]any{})
	case "rows":
		delete(report, "daily_report")
	}
	return ok(map[string]any{"meeting_report": report})
}

// row writes a day as the platform does: everything is a string. The lock is
// held.
func (t *Tenant) row(day time.Time, figures DayFigures) map[string]any {
	if garbled, is := t.reports.garbled[day.Format(time.DateOnly)]; is {
		return garbled
	}
	date := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	if t.reports.style.LocalDates {
		date = day
	}
	return map[string]any{
		"date": text(date.Unix()), "meeting_count": text(figures.Meetings),
		"meeting_duration": text(figures.Seconds), "participant_count": text(figures.Participants),
	}
}
