package reports

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"huibao/internal/fault"
)

// flightLimit bounds one shared call with its waits for the platform.
const flightLimit = 5 * time.Minute

// tenantUnit names whose figures are asked for.
type tenantUnit struct {
	tenantKey string
	unit      Unit
}

// lane is where the calls for one tenant's unit follow each other.
type lane struct {
	running *flight // nil between flights
	landed  int     // how many flights there were
}

// flight is one call of the platform that all who ask meanwhile share.
type flight struct {
	days  Range
	done  chan struct{} // closed when what follows is set and the archive is written
	asked Range         // the part of days that was asked for in the end
	err   error
}

// serves reports whether the flight's outcome answers those who want the days.
// A refusal of the range answers only those who want just that range.
func (f *flight) serves(days Range) bool {
	if errors.Is(f.err, ErrRange) {
		return f.days == days
	}
	return f.days.From <= days.From && days.To <= f.days.To
}

// fill sees to it that the archive knows of every day of the ranges that can
// be asked for. It returns what the archive knows of these and of the others,
// which are only read, and the ranges fetched meanwhile. An asker whose days
// lie inside a running flight shares it; another waits, looks again, and asks
// for what is still lacking.
func (s *Service) fill(ctx context.Context, key tenantUnit, r rules, wanted []Range, others ...Range) (known map[Date]ArchivedDay, fetched []Range, err error) {
	spans := union(append(others, wanted...)...)
	for {
		landed := s.landed(key)
		if known, err = s.known(ctx, key, spans); err != nil {
			return nil, nil, err
		}
		days, lacking := r.lacking(wanted, known, s.Now())
		if !lacking {
			return known, fetched, nil
		}
		f, ok := s.board(ctx, key, days, landed)
		if !ok {
			continue
		}
		if err := f.wait(ctx); err != nil {
			return nil, nil, err
		}
		if f.err == nil {
			fetched = append(fetched, f.asked)
		}
		if f.serves(days) {
			if f.err != nil {
				return nil, nil, f.err
			}
			known, err = s.known(ctx, key, spans)
			return known, fetched, err
		}
	}
}

// fetch asks for the days whatever the archive knows, after any flight that is
// under way.
func (s *Service) fetch(ctx context.Context, key tenantUnit, days Range) error {
	for {
		s.mu.Lock()
		f := s.lane(key).running
		mine := f == nil
		if mine {
			f = s.start(ctx, key, days)
		}
		s.mu.Unlock()
		if err := f.wait(ctx); err != nil {
			return err
		}
		if mine {
			return f.err
		}
	}
}

// landed is how many flights of the tenant's unit there were.
func (s *Service) landed(key tenantUnit) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lane(key).landed
}

// board joins the running flight or starts one for the days. It does neither
// when one landed since so many had: that one may have brought the days.
func (s *Service) board(ctx context.Context, key tenantUnit, days Range, landed int) (*flight, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lane := s.lane(key)
	switch {
	case lane.running != nil:
		return lane.running, true
	case lane.landed != landed:
		return nil, false
	}
	return s.start(ctx, key, days), true
}

// lane is the tenant's unit's. The caller holds the lock.
func (s *Service) lane(key tenantUnit) *lane {
	if s.lanes[key] == nil {
		s.lanes[key] = &lane{}
	}
	return s.lanes[key]
}

// start starts a flight. The caller holds the lock and has seen that none is
// running.
func (s *Service) start(ctx context.Context, key tenantUnit, days Range) *flight {
	f := &flight{days: days, done: make(chan struct{})}
	lane := s.lane(key)
	lane.running = f
	// Others may join, so the flight outlives the asker that started it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flightLimit)
	go func() {
		defer cancel()
		f.asked, f.err = s.fly(ctx, key, days)
		s.mu.Lock()
		lane.running = nil
		lane.landed++
		s.mu.Unlock()
		close(f.done)
	}()
	return f
}

// wait ends with the flight or with ctx. When ctx ends first the flight goes
// on, and asking again a moment later joins it.
func (f *flight) wait(ctx context.Context) error {
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		slow := fault.Wrap(ctx.Err(), fault.Temporary, "fault.source.slow", nil)
		slow.Wait = 2 * time.Second
		return slow
	}
}

// fly makes the call, writes the archive, and returns the days it asked for in
// the end: a range that the platform refuses is tried once more without its
// oldest day. Where that is the only day and the oldest that can be asked for,
// there is nothing to be had of it.
func (s *Service) fly(ctx context.Context, key tenantUnit, days Range) (asked Range, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("fetch daily figures: panic: %v\n%s", value, debug.Stack())
		}
	}()
	r := s.rules(key.tenantKey)
	begun := s.Now() // what is known is known as of the question, not the answer
	rows, err := s.Source.Daily(ctx, key.tenantKey, key.unit, days, r.zone)
	if errors.Is(err, ErrRange) {
		oldest := days.From
		days.From++
		if days.Days() == 0 && oldest == r.askable(begun).From {
			return days, nil
		}
		if days.Days() > 0 {
			begun = s.Now()
			rows, err = s.Source.Daily(ctx, key.tenantKey, key.unit, days, r.zone)
		}
	}
	if err != nil {
		return days, fmt.Errorf("fetch daily figures of %s to %s: %w", days.From, days.To, err)
	}
	if err := s.Archive.SaveDays(ctx, key.tenantKey, key.unit, s.answered(r, days, rows, begun)); err != nil {
		return days, fmt.Errorf("archive daily figures: %w", err)
	}
	return days, nil
}

// answered is what a fetch tells of each day asked for. Rows of other days are
// dropped. A day that left the platform's reach while the answer came, and has
// no row, is not known to have been empty.
func (s *Service) answered(r rules, days Range, rows []Row, begun time.Time) []ArchivedDay {
	byDate := make(map[Date]Row, len(rows))
	for _, row := range rows {
		if !days.holds(row.Date) {
			s.Log.WithField("date", row.Date.String()).Debug("dropped a row of a day not asked for")
			continue
		}
		byDate[row.Date] = row
	}
	oldest := r.askable(s.Now()).From
	answered := make([]ArchivedDay, 0, days.Days())
	for date := days.From; date <= days.To; date++ {
		row, ok := byDate[date]
		if ok || date >= oldest {
			answered = append(answered, ArchivedDay{Date: date, HasRow: ok, Figures: row.Figures, FetchedAt: begun})
		}
	}
	return answered
}
