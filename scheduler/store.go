package scheduler

import (
	"context"
	"time"

	"huibao/internal/audit"
)

// DeliveryJob is the durable job of posting a delivery.
type DeliveryJob struct {
	TenantKey  string `json:"tenant_key"`
	DeliveryID string `json:"delivery_id"`
}

// Kind names the job for the job engine.
func (DeliveryJob) Kind() string { return "delivery" }

// NoticeJob is the durable job of telling one of the bot's admins of trouble
// with a digest. ID names the trouble, so that it is told once.
type NoticeJob struct {
	ID         string    `json:"id"`
	TenantKey  string    `json:"tenant_key"`
	OpenID     string    `json:"open_id"` // the admin
	Trouble    Trouble   `json:"trouble"`
	ScheduleID string    `json:"schedule_id"` // "" when it is about all of the tenant's digests
	ChatID     string    `json:"chat_id"`
	Reason     string    `json:"reason"`
	At         time.Time `json:"at"` // when the run was due, or the trouble began
}

// Kind names the job for the job engine.
func (NoticeJob) Kind() string { return "notice" }

// Claim is the outcome of one due schedule: where next_run_at moves to, and
// the deliveries this makes. Deliveries that are Pending get a job each.
type Claim struct {
	Schedule   Schedule  // as read; its NextRunAt is compared
	NextRunAt  time.Time // zero: it will not run again
	Deliveries []Delivery
}

// ListedSchedule is a schedule in a list, with the name of its chat.
type ListedSchedule struct {
	Schedule

	ChatName string // "" for an unnamed chat, and for one never seen
}

// Sort is what a list of schedules is in order of, and then of ID.
type Sort string

// The orders. Letters are compared whatever their case.
const (
	SortID      Sort = "" // of creation
	SortName    Sort = "name"
	SortChat    Sort = "chat" // by its name, those of no name first
	SortNextRun Sort = "next_run_at"
	SortCreated Sort = "created_at"
	SortUpdated Sort = "updated_at"
)

// Place is a place in a list: just after the item that has the ID, and by whose
// text or instant the list is sorted. What is changed or deleted meanwhile does
// not move the place.
type Place struct {
	ID   string
	Text string
	At   time.Time
}

// Place is the place after the schedule in a list of the order.
func (s ListedSchedule) Place(sort Sort) Place {
	place := Place{ID: s.ID}
	switch sort {
	case SortName:
		place.Text = s.Name
	case SortChat:
		place.Text = s.ChatName + " " + s.ChatID
	case SortNextRun:
		place.At = s.NextRunAt
	case SortCreated:
		place.At = s.CreatedAt
	case SortUpdated:
		place.At = s.UpdatedAt
	case SortID:
	}
	return place
}

// ScheduleFilter narrows and sorts a list of schedules; zero fields do not.
type ScheduleFilter struct {
	ChatID string
	// Query is text to be found in name, title, note, the chat's name, chat_id,
	// created_by or ID, whatever the case of ASCII letters.
	Query string
	State State     // at Now
	Now   time.Time // needed with State
	Sort  Sort
	// Descending turns the order round. Schedules that will not run are the last
	// in order of their next run either way.
	Descending bool
	After      Place // where the part before ended
	Limit      int
}

// ListedDelivery is a delivery in a list, with the names of what it is of.
type ListedDelivery struct {
	Delivery

	ChatName     string  // "" for an unnamed chat, and for one never seen
	ScheduleName *string // nil when the schedule is gone
}

// Place is the place after the delivery in a list.
func (d ListedDelivery) Place() Place { return Place{ID: d.ID, At: d.ScheduledFor} }

// DeliveryFilter narrows a list of deliveries; zero fields do not.
type DeliveryFilter struct {
	ScheduleID, ChatID string
	Status             Status
	From, To           time.Time // of ScheduledFor, To excluded
	After              Place     // where the part before ended
	Limit              int
}

// Digest is what a delivery posts, kept so that it can be shown again.
type Digest struct {
	Card    string // the card's JSON
	Figures string // the report's JSON, in the shape of GET /reports/daily
}

// Pause is why none of a tenant's digests can be posted now.
type Pause struct {
	Reason string
	Since  time.Time
}

// Store keeps schedules and deliveries. Every method is one transaction; keys
// include the tenant. Find methods return ok false for what is not there. A
// Change applies change to what is there now and writes it with its audit
// entry; an error of change undoes everything and is returned.
type Store interface {
	// CreateSchedule gives the schedule a number in its chat and returns it
	// with that. One that had a number in the chat before keeps it unless
	// another has it now; a new one gets the next that was never given.
	CreateSchedule(ctx context.Context, schedule Schedule, entry *audit.Entry) (Schedule, error)
	FindSchedule(ctx context.Context, tenantKey, id string) (schedule Schedule, ok bool, err error)
	FindScheduleByNumber(ctx context.Context, tenantKey, chatID string, number int) (schedule Schedule, ok bool, err error)
	ListSchedules(ctx context.Context, tenantKey string, filter ScheduleFilter) ([]ListedSchedule, error)
	// ChangeSchedule also writes the notices' jobs. A schedule that moves to
	// another chat gets a number there as a created one does.
	ChangeSchedule(ctx context.Context, tenantKey, id string, entry *audit.Entry, notices []NoticeJob, change func(*Schedule) error) (schedule Schedule, ok bool, err error)
	DeleteSchedule(ctx context.Context, tenantKey, id string, entry *audit.Entry, check func(Schedule) error) (ok bool, err error)

	// DueSchedules returns enabled schedules of all tenants with NextRunAt not
	// after now, the longest due first.
	DueSchedules(ctx context.Context, now time.Time, limit int) ([]Schedule, error)
	// ClaimRuns moves each claim's NextRunAt by compare-and-set and writes its
	// deliveries and their jobs, all in one transaction. won tells of each
	// whether this process was first; otherwise nothing of it is written. A
	// delivery is unique by (schedule, scheduled_for) among those not started
	// by hand.
	ClaimRuns(ctx context.Context, claims []Claim) (won []bool, err error)

	// CreateDelivery writes a delivery started by hand and its job. With an
	// idempotency key seen before for the schedule it writes nothing and
	// returns the delivery of that time.
	CreateDelivery(ctx context.Context, delivery Delivery, idempotencyKey string, entry *audit.Entry) (Delivery, error)
	FindDelivery(ctx context.Context, tenantKey, id string) (delivery Delivery, ok bool, err error)
	// SaveDelivery writes status, attempts, message id, reason and end, and
	// the notices' jobs.
	SaveDelivery(ctx context.Context, delivery Delivery, notices []NoticeJob) error
	// ReopenDelivery applies the change and writes a new job for the delivery.
	ReopenDelivery(ctx context.Context, tenantKey, id string, entry *audit.Entry, change func(*Delivery) error) (delivery Delivery, ok bool, err error)
	// ListDeliveries returns the newest first.
	ListDeliveries(ctx context.Context, tenantKey string, filter DeliveryFilter) ([]ListedDelivery, error)
	// CountDeliveries counts what the filter lets through by status, whatever its
	// Status, After and Limit.
	CountDeliveries(ctx context.Context, tenantKey string, filter DeliveryFilter) (map[Status]int, error)
	// LastDeliveries returns each schedule's newest delivery.
	LastDeliveries(ctx context.Context, tenantKey string, scheduleIDs []string) (map[string]Delivery, error)

	// KeepDigest remembers what a delivery posts; FindDigest returns it.
	KeepDigest(ctx context.Context, tenantKey, deliveryID string, digest Digest) error
	FindDigest(ctx context.Context, tenantKey, deliveryID string) (digest Digest, ok bool, err error)

	// BeginPause notes that the tenant's digests cannot be posted, and writes
	// the notices' jobs if that is news.
	BeginPause(ctx context.Context, tenantKey string, pause Pause, notices []NoticeJob) (news bool, err error)
	// EndPause notes that they can.
	EndPause(ctx context.Context, tenantKey string) error
	// FindPause returns the tenant's pause; ok is false when there is none.
	FindPause(ctx context.Context, tenantKey string) (pause Pause, ok bool, err error)
	// TakeProbe lets one caller in each interval try whether a paused tenant's
	// digests can be posted again; to the others it says how long to wait. A
	// tenant that is not paused lets everybody through.
	TakeProbe(ctx context.Context, tenantKey string, now time.Time, every time.Duration) (wait time.Duration, pause Pause, err error)
}
