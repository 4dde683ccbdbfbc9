package reports

import (
	"context"
	"time"

	"huibao/internal/fault"
)

// BackfillStatus says how far a backfill has come, in the words of the admin API.
type BackfillStatus string

// The statuses of a backfill.
const (
	BackfillPending BackfillStatus = "pending" // not begun, or to be tried again for Reason
	BackfillRunning BackfillStatus = "running"
	BackfillDone    BackfillStatus = "done"
	BackfillFailed  BackfillStatus = "failed" // given up for Reason
)

// Backfill is a filling of the archive that somebody asked for, and how far it
// has come.
type Backfill struct {
	ID        string
	TenantKey string
	Unit      Unit
	Days      Range // asked for
	Status    BackfillStatus
	// Next is the first day that is not fetched yet: from there it goes on after
	// it was stopped.
	Next     Date
	DaysDone int // fetched and kept
	// DaysTotal is how many of the days the platform answers for; until it was
	// begun, how many are asked for.
	DaysTotal  int
	Reason     string // why it waits or failed, in English
	CreatedBy  string // as in the audit log
	CreatedAt  time.Time
	FinishedAt time.Time // zero until it is done or failed
}

// Ended reports whether nothing more will be done.
func (b Backfill) Ended() bool { return b.Status == BackfillDone || b.Status == BackfillFailed }

// backfillStep is how many days a backfill asks for at once: few enough that its
// progress can be seen.
const backfillStep = 30

// Backfill asks the platform for every day of the range that it still answers
// for, even for final ones. It tells progress which of all these days are done,
// first none, and ends with its error. It returns the range asked for; the error
// is a fault of kind Invalid when that is empty.
func (s *Service) Backfill(ctx context.Context, tenantKey string, unit Unit, days Range, progress func(done, all Range) error) (Range, error) {
	days = days.within(s.rules(tenantKey).askable(s.Now()))
	if days.From > days.To {
		return Range{}, fault.New(fault.Invalid, "fault.source.out_of_reach", nil)
	}
	if err := progress(Range{days.From, days.From - 1}, days); err != nil {
		return days, err
	}
	for from := days.From; from <= days.To; from += backfillStep {
		step := Range{from, min(days.To, from+backfillStep-1)}
		if err := s.fetch(ctx, tenantUnit{tenantKey, unit}, step); err != nil {
			return days, err
		}
		if err := progress(Range{days.From, step.To}, days); err != nil {
			return days, err
		}
	}
	return days, nil
}
