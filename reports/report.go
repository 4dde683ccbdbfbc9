package reports

import "time"

// Figures are what one day, or a run of days, amounts to. ParticipantCount is
// the sum of the meetings' counts, not of different people.
type Figures struct {
	MeetingCount           int64
	MeetingDurationSeconds int64
	ParticipantCount       int64
}

// Add returns the sum of two figures.
func (f Figures) Add(other Figures) Figures {
	return Figures{
		MeetingCount:           f.MeetingCount + other.MeetingCount,
		MeetingDurationSeconds: f.MeetingDurationSeconds + other.MeetingDurationSeconds,
		ParticipantCount:       f.ParticipantCount + other.ParticipantCount,
	}
}

// Where a day's figures came from for this report.
const (
	SourceArchive = "archive"
	SourceLive    = "live" // fetched for this request
)

// Day is one date of a report.
type Day struct {
	Date      Date
	Covered   bool      // false: a missing day, whose figures are unknown and never zero
	Final     bool      // fetched at least FinalAfter after its end
	Figures   Figures   // meaningful only when covered
	Source    string    // SourceArchive or SourceLive, "" for a missing day never asked for
	FetchedAt time.Time // when the platform was asked; zero when never
}

// Compare says what a report is compared with.
type Compare string

// The comparisons.
const (
	ComparePrevious Compare = "previous"
	CompareLastYear Compare = "lastyear"
	CompareNone     Compare = "none"
)

// Summary is a run of days boiled down. Pointers are nil where there is
// nothing honest to say.
type Summary struct {
	Period      Period
	CoveredDays int
	Totals      *Figures // nil over no covered day
	Missing     []Range  // days that are not covered
	Provisional []Range  // covered but not final
	// BusiestDay is the covered day with most meetings, the earlier of equals;
	// nil when no covered day has a meeting.
	BusiestDay *Day
	// CoveredWorkdays is how many of the covered days are workdays by the
	// tenant's calendar.
	CoveredWorkdays int
	WorkdayFigures  *Figures // of the covered workdays; nil when there is none
}

// MeanMeetingsPerWorkday is the meetings on covered workdays by the number of
// these; false when there is none.
func (s Summary) MeanMeetingsPerWorkday() (float64, bool) {
	if s.WorkdayFigures == nil {
		return 0, false
	}
	return float64(s.WorkdayFigures.MeetingCount) / float64(s.CoveredWorkdays), true
}

// MeanMeetingDurationSeconds is the mean length of a meeting; false when there
// was none.
func (s Summary) MeanMeetingDurationSeconds() (float64, bool) {
	if s.Totals == nil || s.Totals.MeetingCount == 0 {
		return 0, false
	}
	return float64(s.Totals.MeetingDurationSeconds) / float64(s.Totals.MeetingCount), true
}

// MeanParticipants is the mean number of participants of a meeting; false when
// there was none.
func (s Summary) MeanParticipants() (float64, bool) {
	if s.Totals == nil || s.Totals.MeetingCount == 0 {
		return 0, false
	}
	return float64(s.Totals.ParticipantCount) / float64(s.Totals.MeetingCount), true
}

// Measure names a figure of a report; the names are the contract's element ids.
type Measure string

// The measures that are compared.
const (
	MeetingCount     Measure = "meeting_count"
	MeetingDuration  Measure = "meeting_duration"
	ParticipantCount Measure = "participant_count"
	MeanDuration     Measure = "mean_meeting_duration"
	MeanParticipants Measure = "mean_participants"
	MeanPerWorkday   Measure = "mean_meetings_workday"
	BusiestDay       Measure = "busiest_day"
)

// Change is how a measure moved against the base period.
type Change struct {
	// Now and Base are the two values compared. Of counts these are totals, or
	// means a covered day when Report.ByMean, or a workday when ByWorkday.
	Now, Base float64
	// Percent is whole, halves away from zero; nil for a change from zero.
	Percent *int
}

// Report is everything a card, a table or a file says about one period.
type Report struct {
	TenantKey string
	Unit      Unit
	Zone      *time.Location // in which instants are shown
	Compare   Compare
	Summary
	Days []Day    // every date of the period in order, missing ones included
	Base *Summary // what it is compared with; nil for CompareNone
	// BaseDays is every date of the base in order; nil for CompareNone.
	BaseDays []Day
	// ByMean is set when a day of either period is missing: then the changes
	// of counts compare means of covered days, and the reader is told so.
	ByMean bool
	// ByWorkday is set when no day is missing but the two periods differ in
	// workdays: then the changes of counts compare means of workdays.
	ByWorkday bool
	// UnknownYears are the years of covered days, of the period or its base,
	// for which the calendar has no table, so that the usual week was used;
	// ascending.
	UnknownYears []int
	Findings     []Finding // at most three, the weightiest first
	// Changes has no entry for a measure that cannot be compared.
	Changes map[Measure]Change
	// AsOf is when the figures were fetched: the oldest fetch among the covered
	// days that are not final, or the newest fetch when there is none. Zero when
	// nothing was ever fetched.
	AsOf time.Time
}
