package reports

import (
	"context"
	"fmt"
	"time"
)

// Coverage is what the archive holds of one unit, from its first day to
// yesterday.
type Coverage struct {
	Range
	FinalDays       int
	ProvisionalDays int
	Missing         []Range   // days with no known figures
	FetchedAt       time.Time // the newest fetch; zero when there was none
}

// Coverage says which days the archive can answer for. It asks nobody.
func (s *Service) Coverage(ctx context.Context, tenantKey string, unit Unit) (Coverage, error) {
	yesterday := DateOf(s.Now().In(s.ZoneFunc(tenantKey))).AddDays(-1)
	held := Coverage{Range: Range{yesterday, yesterday}}
	archived, err := s.Archive.Days(ctx, tenantKey, unit, Range{NewDate(oldestYear, time.January, 1), yesterday})
	if err != nil {
		return held, fmt.Errorf("read the archive: %w", err)
	}
	if len(archived) > 0 {
		held.From = archived[0].Date
	}
	known := make(map[Date]ArchivedDay, len(archived))
	for _, day := range archived {
		known[day.Date] = day
		if day.FetchedAt.After(held.FetchedAt) {
			held.FetchedAt = day.FetchedAt
		}
	}
	for _, day := range s.rules(tenantKey).days(held.Range, known, nil) {
		switch {
		case !day.Covered:
			held.Missing = extend(held.Missing, day.Date)
		case day.Final:
			held.FinalDays++
		default:
			held.ProvisionalDays++
		}
	}
	return held, nil
}
