package scheduler

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/robfig/cron/v3"
	"github.com/sirupsen/logrus"

	"huibao/internal/calendar"
	"huibao/internal/failpoint"
	"huibao/internal/outbox"
	"huibao/internal/settings"
	"huibao/reports"
)

// Reporter makes reports.
type Reporter interface {
	Report(ctx context.Context, query reports.Query) (*reports.Report, error)
}

// Poster posts digests exactly once; see the outbox for what each promises.
type Poster interface {
	Post(ctx context.Context, message outbox.Message) (outbox.Result, error)
	Resume(ctx context.Context, tenantKey, id string) (outbox.Progress, outbox.Result, error)
}

// Gate says whether a chat may get a digest.
type Gate interface {
	// MayPost returns why the chat gets nothing, "" when it may be posted to;
	// gone is set when that will not change by itself: the bot was removed or
	// the chat dissolved. The error is a fault; a Temporary one may pass.
	MayPost(ctx context.Context, tenantKey, chatID string) (reason string, gone bool, err error)
}

// Settings are what tenants chose.
type Settings interface {
	Of(tenantKey string) settings.Settings
	Calendar(tenantKey string) *calendar.Calendar
}

// Options are what New needs.
type Options struct {
	Store    Store
	Reports  Reporter
	Poster   Poster
	Gate     Gate
	Settings Settings
	CatchUp  time.Duration // how late the newest missed run is still posted
	Registry prometheus.Registerer
	Now      func() time.Time
	Log      *logrus.Entry
}

// Scheduler claims due runs and posts their digests. It is safe for concurrent
// use, and any number of them may share a store.
type Scheduler struct {
	Options
	cron  *cron.Cron
	ended *prometheus.CounterVec
	ticks chan struct{} // holds one token: a look at a time
}

// New returns a scheduler that is not started.
func New(options Options) (*Scheduler, error) {
	s := &Scheduler{
		Options: options, cron: cron.New(cron.WithLocation(time.UTC)), ticks: make(chan struct{}, 1),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "huibao_deliveries_total", Help: "Deliveries by how they ended.",
		}, []string{"status"}),
	}
	return s, options.Registry.Register(s.ended)
}

// Start looks for due schedules at once, for those missed while nothing ran,
// and then at the turn of every minute.
func (s *Scheduler) Start(ctx context.Context) error {
	tick := func() {
		if _, err := s.Tick(ctx); err != nil {
			s.Log.WithError(err).Error("look for due schedules")
		}
	}
	if _, err := s.cron.AddFunc("* * * * *", tick); err != nil {
		return err
	}
	s.cron.Start()
	go tick()
	return nil
}

// Stop ends the looking and waits for the look that is under way, within ctx.
func (s *Scheduler) Stop(ctx context.Context) error {
	ended := s.cron.Stop()
	select {
	case <-ended.Done():
	case <-ctx.Done():
		return ctx.Err()
	}
	select { // the first look is none of cron's
	case s.ticks <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// dueAtOnce is how many due schedules are read and claimed at a time.
const dueAtOnce = 500

// Tick claims every schedule that is due and returns how many runs this
// process won. While one look is under way another returns at once.
func (s *Scheduler) Tick(ctx context.Context) (claimed int, err error) {
	select {
	case s.ticks <- struct{}{}:
		defer func() { <-s.ticks }()
	default:
		return 0, nil
	}
	for {
		now := s.Now()
		due, err := s.Store.DueSchedules(ctx, now, dueAtOnce)
		if err != nil {
			return claimed, fmt.Errorf("find due schedules: %w", err)
		}
		won, err := s.Store.ClaimRuns(ctx, s.claims(due, now))
		if err != nil {
			return claimed, fmt.Errorf("claim due runs: %w", err)
		}
		failpoint.Hit("run_claimed")
		for _, first := range won {
			if first {
				claimed++
			}
		}
		if len(due) < dueAtOnce {
			return claimed, nil
		}
	}
}

// claims are the claims of due schedules. One that cannot be planned any more
// is put off rather than left to stand before the others for ever.
func (s *Scheduler) claims(due []Schedule, now time.Time) []Claim {
	claims := make([]Claim, 0, len(due))
	for _, schedule := range due {
		claim, err := s.claim(schedule, now)
		if err != nil {
			s.Log.WithError(err).WithField("schedule_id", schedule.ID).Error("the schedule cannot be planned and is put off")
			claim = Claim{Schedule: schedule, NextRunAt: now.Add(time.Hour)}
		}
		claims = append(claims, claim)
	}
	return claims
}

// claim is what a due schedule comes to at the instant: the newest run that is
// due is posted unless it is too late, and all other missed runs become one
// skipped delivery that counts them. Days that are no runs any more come to nothing.
func (s *Scheduler) claim(schedule Schedule, now time.Time) (Claim, error) {
	plan, err := s.plan(schedule)
	if err != nil {
		return Claim{}, fmt.Errorf("schedule %s: %w", schedule.ID, err)
	}
	claim := Claim{Schedule: schedule}
	var newest, before time.Time // the newest run that is due, and the one before it
	due, run := 0, schedule.NextRunAt
	if schedule.On != EveryDay { // the calendar may have changed since, and move it
		run = plan.NextRun(run.Add(-time.Second))
	}
	for ; !run.IsZero() && !run.After(now); run = plan.NextRun(run) {
		before, newest = newest, run
		due++
	}
	claim.NextRunAt = run
	if due == 0 {
		return claim, nil
	}
	late, missed := now.Sub(newest) >= max(s.CatchUp, onTime), due-1
	if late {
		before = newest
		missed++
	}
	if missed > 0 {
		claim.Deliveries = append(claim.Deliveries, skippedRuns(schedule, before, missed, now))
	}
	if !late {
		claim.Deliveries = append(claim.Deliveries, newDelivery(schedule, newest, now))
	}
	return claim, nil
}

// onTime is how soon after it was due a run is taken up that nothing delayed: it was
// not missed, however little is caught up.
const onTime = 30 * time.Second

// skippedRuns is the one delivery that stands for runs missed.
func skippedRuns(schedule Schedule, newest time.Time, missed int, now time.Time) Delivery {
	delivery := newDelivery(schedule, newest, now)
	delivery.Status, delivery.FinishedAt = Skipped, now
	delivery.Reason = "missed while huibao was not running: " + strconv.Itoa(missed) + " runs"
	if missed == 1 {
		delivery.Reason = "missed while huibao was not running: 1 run"
	}
	return delivery
}

// newDelivery is a pending delivery of a schedule. Its ID is made in order of
// time.
func newDelivery(schedule Schedule, scheduledFor, now time.Time) Delivery {
	return Delivery{
		ID: newID(), TenantKey: schedule.TenantKey, ScheduleID: schedule.ID, ChatID: schedule.ChatID,
		ScheduledFor: scheduledFor, Status: Pending, CreatedAt: now, DueAt: scheduledFor,
	}
}

// newID is a UUID that sorts by when it was made.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// idOf is such a UUID made from a key and an instant: the same for the same.
func idOf(key string, at time.Time) string {
	id := uuid.NewSHA1(uuid.Nil, []byte("schedule:"+key))
	millis := uint64(max(0, at.UnixMilli()))
	for i := range 6 { // the time is what the first six bytes of version 7 hold
		id[i] = byte(millis >> (40 - 8*i))
	}
	id[6] = id[6]&0x0f | 0x70
	return id.String()
}
