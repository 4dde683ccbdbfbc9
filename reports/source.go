package reports

import (
	"context"
	"errors"
	"time"
)

// Row is one day as the platform reported it.
type Row struct {
	Date    Date
	Figures Figures
}

// ErrRange is what a Source returns when the platform refuses the range of
// days itself (code 121003): the oldest day may lie out of its reach.
var ErrRange = errors.New("the platform refused the range of days")

// Source asks the platform for daily rows: one call of get_daily, from
// 00:00:00 of the first day to 23:59:59 of the last in the zone. It returns
// the rows as they came, in any order, perhaps with days not asked for; a day
// without a row is simply absent. Errors are faults; ErrRange is in the chain
// for code 121003.
type Source interface {
	Daily(ctx context.Context, tenantKey string, unit Unit, days Range, zone *time.Location) ([]Row, error)
}

// ArchivedDay is what the archive knows of a date: the answer of the newest
// fetch. Without a row the platform answered but left the day out.
type ArchivedDay struct {
	Date      Date
	HasRow    bool
	Figures   Figures   // zero when HasRow is false
	FetchedAt time.Time // when the platform was asked
}

// Archive keeps every day ever fetched, per tenant and unit. A corrected row
// keeps its earlier versions; a fetch that brings the same figures only moves
// FetchedAt. An older fetch never replaces a newer one. A fetch without a row
// does not erase a row once seen: the row stays and only FetchedAt moves.
type Archive interface {
	// Days returns what is known of the range, in order of date; dates never
	// fetched are absent.
	Days(ctx context.Context, tenantKey string, unit Unit, days Range) ([]ArchivedDay, error)
	// SaveDays writes the days of one fetch in one transaction.
	SaveDays(ctx context.Context, tenantKey string, unit Unit, days []ArchivedDay) error
}

// Calendar says which dates are workdays. Known is false when the answer is
// only the usual week, for want of a table for that year.
type Calendar interface {
	Workday(date Date) (workday, known bool)
}
