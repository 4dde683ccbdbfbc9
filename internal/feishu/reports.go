package feishu

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	"golang.org/x/time/rate"

	"huibao/internal/fault"
	"huibao/reports"
)

const (
	// reportTries is how often a call that failed in passing is made in all.
	reportTries = 4
	// reportPatience bounds one question with all its waits, whoever asks: a
	// platform that refuses for its frequency again and again is not asked for
	// ever.
	reportPatience = 5 * time.Minute
)

// Daily asks get_daily for the rows of the days. The error is a fault;
// reports.ErrRange is in its chain when the platform refuses the range.
// Source: vc-v1/report/get_daily.
func (c *Client) Daily(ctx context.Context, tenantKey string, unit reports.Unit, days reports.Range, zone *time.Location) ([]reports.Row, error) {
	body, err := c.report(ctx, tenantKey, "report_get_daily", "/open-apis/vc/v1/reports/get_daily", reportQuery(unit, days, zone))
	if err != nil {
		return nil, err
	}
	return c.rows(body, days, zone)
}

// report asks a report endpoint and returns the reply as it came. It keeps to
// the tenant's rate, waits out a refusal for frequency as its header says, and
// repeats what fails in passing. The error is a fault; reports.ErrRange is in
// its chain when the platform refuses the range. Source: vc-v1/report.
func (c *Client) report(ctx context.Context, tenantKey, endpoint, path string, query larkcore.QueryParams) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, reportPatience)
	defer cancel()
	for attempt := 1; ; {
		if err := c.reportLimiter(tenantKey).Wait(ctx); err != nil {
			limited := fault.Wrap(err, fault.Temporary, "fault.platform.limited", nil)
			limited.Wait = time.Second
			return nil, limited
		}
		var reply []byte
		err := c.get(ctx, tenantKey, endpoint, path, query, func(body []byte) error {
			reply = body
			return nil
		})
		if err == nil {
			return reply, nil
		}
		e, ok := errors.AsType[*Error](err)
		if !ok {
			return nil, err
		}
		pause := time.Duration(1<<attempt)*time.Second/2 + jitter(500*time.Millisecond)
		switch {
		case e.Code == 121003:
			return nil, fault.Wrap(fmt.Errorf("%w: %w", reports.ErrRange, e), fault.Invalid, "fault.platform.range", nil)
		case e.limited():
			pause = e.pause() + jitter(200*time.Millisecond)
		case !e.temporary() || attempt == reportTries:
			return nil, e.fault()
		default:
			attempt++
		}
		if err := wait(ctx, pause); err != nil {
			return nil, e.fault()
		}
	}
}

// jitter keeps those who wait for the same from coming back at once.
func jitter(most time.Duration) time.Duration {
	return rand.N(most) //nolint:gosec // nobody gains by guessing it
}

// reportQuery asks for whole days of the zone, and for a unit where there is
// one.
func reportQuery(unit reports.Unit, days reports.Range, zone *time.Location) larkcore.QueryParams {
	query := larkcore.QueryParams{}
	query.Set("start_time", strconv.FormatInt(days.From.In(zone).Unix(), 10))
	query.Set("end_time", strconv.FormatInt(days.To.AddDays(1).In(zone).Unix()-1, 10))
	if number, given := unit.Number(); given {
		query.Set("unit", strconv.Itoa(number))
	}
	return query
}

// rows reads a reply and counts the one whose totals are not the sum.
func (c *Client) rows(body []byte, days reports.Range, zone *time.Location) ([]reports.Row, error) {
	daily, err := parseDaily(body, days, zone)
	if err != nil {
		return nil, fault.Wrap(fmt.Errorf("get_daily: %w", err), fault.Internal, "fault.platform.bad_row", nil)
	}
	if daily.differs {
		c.differs.Inc()
	}
	return daily.rows, nil
}

// reportLimiter is the tenant's own pace for the report endpoints, for which
// the platform publishes no figure.
func (c *Client) reportLimiter(tenantKey string) *rate.Limiter {
	c.mu.Lock()
	defer c.mu.Unlock()
	limiter, ok := c.reports[tenantKey]
	if !ok {
		limiter = rate.NewLimiter(rate.Limit(c.options.ReportRate), 1)
		c.reports[tenantKey] = limiter
	}
	return limiter
}

// wait sits out a pause, unless ctx ends first or would.
func wait(ctx context.Context, pause time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < pause {
		return context.DeadlineExceeded
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
