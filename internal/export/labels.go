package export

import "huibao/reports"

// Labels are the words of a spreadsheet in its reader's language.
type Labels struct {
	Days, About                                                        string // the names of the sheets
	Date, Meetings, Hours, Seconds, Participants, Status, Source       string // over the columns
	Final, Provisional, Missing, Archive, Live                         string // in the columns
	Chart                                                              string // over the chart
	Period, Timezone, Unit, AsOf, MeetingTotal, HourTotal, SecondTotal string // in front of what the report covers
	ParticipantTotal, MissingDays, Scope                               string
	UnitName, NeverFetched, NoMissingDays, Unknown, Whole              string // what is covered, in words
}

// NewLabels takes the words from the catalogue that text reads, by keys that
// begin with "export.", and the name of the unit.
func NewLabels(text func(key string) string, unit reports.Unit) Labels {
	name := string(unit)
	if unit == reports.UnitNone {
		name = "none"
	}
	return Labels{
		Days: text("export.days"), About: text("export.about"),
		Date: text("export.date"), Meetings: text("export.meetings"), Hours: text("export.hours"), Seconds: text("export.seconds"),
		Participants: text("export.participants"), Status: text("export.status"), Source: text("export.source"),
		Final: text("export.final"), Provisional: text("export.provisional"), Missing: text("export.missing"),
		Archive: text("export.archive"), Live: text("export.live"), Chart: text("export.chart"),
		Period: text("export.period"), Timezone: text("export.timezone"), Unit: text("export.unit"), AsOf: text("export.as_of"),
		MeetingTotal: text("export.total_meetings"), HourTotal: text("export.total_hours"), SecondTotal: text("export.total_seconds"),
		ParticipantTotal: text("export.total_participants"), MissingDays: text("export.missing_days"), Scope: text("export.scope"),
		UnitName: text("unit." + name), NeverFetched: text("export.never_fetched"), NoMissingDays: text("export.no_missing_days"),
		Unknown: text("export.unknown"), Whole: text("export.whole"),
	}
}
