package scheduler

import (
	"time"

	"huibao/reports"
	"huibao/templates"
)

// On filters the days named by a schedule's cron expression.
type On string

// The filters. FirstWorkdayOfWeek and FirstWorkdayOfMonth take only hour and
// minute from the expression.
const (
	EveryDay            On = "every_day"
	Workdays            On = "workdays"
	FirstWorkdayOfWeek  On = "first_workday_of_week"
	FirstWorkdayOfMonth On = "first_workday_of_month"
)

// Schedule is when, where and what to post. Its JSON form is what the audit
// log keeps.
type Schedule struct {
	ID             string           `json:"id"`
	TenantKey      string           `json:"tenant_key"`
	Name           string           `json:"name"`
	ChatID         string           `json:"chat_id"`
	Number         int              `json:"number"` // by which its chat calls it: 1, 2, 3 …
	Cron           string           `json:"cron"`   // five fields, wall-clock time in Timezone
	On             On               `json:"on"`
	Timezone       string           `json:"timezone"` // IANA name
	Period         string           `json:"period"`   // PERIOD as typed, read anew for each run
	Compare        reports.Compare  `json:"compare"`
	Unit           reports.Unit     `json:"unit"`
	Locale         templates.Locale `json:"locale"`
	Title          string           `json:"title"`
	Note           string           `json:"note"`
	SkipIfEmpty    bool             `json:"skip_if_empty"`
	Enabled        bool             `json:"enabled"`
	PausedUntil    *reports.Date    `json:"paused_until"` // inclusive
	DisabledReason string           `json:"disabled_reason"`
	NextRunAt      time.Time        `json:"next_run_at,omitzero"` // zero when it will not run
	CreatedAt      time.Time        `json:"created_at"`
	UpdatedAt      time.Time        `json:"updated_at"`
	CreatedBy      string           `json:"created_by"`
}

// zone is the schedule's time zone, which was checked when it was chosen.
func (s Schedule) zone() *time.Location {
	zone, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// State is whether a schedule runs.
type State string

// A person pauses a schedule, for good or until the end of a date; failures
// disable it.
const (
	StateActive   State = "active"
	StatePaused   State = "paused"
	StateDisabled State = "disabled"
)

// State is the schedule's state at the instant.
func (s Schedule) State(now time.Time) State {
	switch {
	case !s.Enabled && s.DisabledReason != "":
		return StateDisabled
	case !s.Enabled, s.PausedUntil != nil && *s.PausedUntil >= s.today(now):
		return StatePaused
	}
	return StateActive
}

// Status is how far a delivery has come.
type Status string

// A delivery begins pending and ends in one of the others.
const (
	Pending Status = "pending"
	Sent    Status = "sent"
	Skipped Status = "skipped"
	Failed  Status = "failed"
	Unknown Status = "unknown" // an attempt was made and nobody knows whether it arrived
)

// Delivery is one due run of a schedule.
type Delivery struct {
	ID           string    `json:"id"`
	TenantKey    string    `json:"tenant_key"`
	ScheduleID   string    `json:"schedule_id"`
	ChatID       string    `json:"chat_id"`
	ScheduledFor time.Time `json:"scheduled_for"`
	Manual       bool      `json:"manual"` // started by hand, beside the schedule
	Status       Status    `json:"status"`
	Attempts     int       `json:"attempts"`
	MessageID    string    `json:"message_id"`
	Reason       string    `json:"reason"` // why it waits, was skipped, failed or is unknown, in English
	// Refused is set when the chat or the platform definitely refused it:
	// three of these in a row disable the schedule.
	Refused    bool      `json:"refused"`
	Round      int       `json:"round"` // how often an admin had it tried again; each round is a message of its own
	CreatedAt  time.Time `json:"created_at"`
	DueAt      time.Time `json:"due_at"`               // from when the 12 hours count: its creation, or its last retry
	FinishedAt time.Time `json:"finished_at,omitzero"` // zero while pending
}
