package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/config"
	"huibao/scheduler"
)

// ScheduleRequest is a schedule as `huibao schedule add` asks for it; empty
// fields take the tenant's defaults.
type ScheduleRequest = scheduler.Draft

// actorCLI is who the audit log names for the commands of the shell.
const actorCLI = "cli"

// withSchedules runs a command of the shell on the tenant's schedules, beside a
// service that may be running. What it writes down, the service does.
func withSchedules(ctx context.Context, cfg config.Config, log *logrus.Entry, run func(s *scheduler.Scheduler, tenantKey string) error) (err error) {
	c, err := newCore(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.db.Close()) }()
	a := &App{core: c}
	if err := a.join("cli"); err != nil {
		return err
	}
	key, err := c.tenants.Discover(ctx, cfg.TenantKey)
	if err != nil {
		return err
	}
	return run(a.scheduler, key)
}

// ListSchedules writes a line for each schedule.
func ListSchedules(ctx context.Context, cfg config.Config, log *logrus.Entry, w io.Writer) error {
	return withSchedules(ctx, cfg, log, func(s *scheduler.Scheduler, tenantKey string) error {
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		_, err := fmt.Fprintln(table, "ID\tNAME\tCHAT\tCRON\tON\tNEXT RUN")
		if err != nil {
			return err
		}
		err = s.Each(ctx, tenantKey, func(schedule scheduler.Schedule) error {
			_, err := fmt.Fprintf(table, "%s\t%q\t%s\t%s\t%s\t%s\n",
				schedule.ID, schedule.Name, schedule.ChatID, schedule.Cron, schedule.On, nextRun(schedule))
			return err
		})
		return errors.Join(err, table.Flush())
	})
}

// nextRun says when a schedule runs next, or why it does not.
func nextRun(schedule scheduler.Schedule) string {
	switch {
	case !schedule.Enabled && schedule.DisabledReason != "":
		return "off: " + schedule.DisabledReason
	case !schedule.Enabled:
		return "off"
	case schedule.NextRunAt.IsZero():
		return "never"
	}
	zone, err := time.LoadLocation(schedule.Timezone)
	if err != nil {
		zone = time.UTC
	}
	return schedule.NextRunAt.In(zone).Format(time.RFC3339)
}

// AddSchedule makes a schedule, with the checks of the admin API, and writes its
// ID and its next run. The error is a fault that names every wrong field.
func AddSchedule(ctx context.Context, cfg config.Config, log *logrus.Entry, request ScheduleRequest, w io.Writer) error {
	return withSchedules(ctx, cfg, log, func(s *scheduler.Scheduler, tenantKey string) error {
		request.Enabled = true
		schedule, err := s.Create(ctx, tenantKey, actorCLI, request)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s\nnext run %s\n", schedule.ID, nextRun(schedule))
		return err
	})
}

// RemoveSchedule forgets a schedule.
func RemoveSchedule(ctx context.Context, cfg config.Config, log *logrus.Entry, id string) error {
	return withSchedules(ctx, cfg, log, func(s *scheduler.Scheduler, tenantKey string) error {
		return s.Delete(ctx, tenantKey, actorCLI, id)
	})
}

// RunSchedule has a schedule posted now, beside its times, and writes the
// delivery's ID. The service posts it.
func RunSchedule(ctx context.Context, cfg config.Config, log *logrus.Entry, id string, w io.Writer) error {
	return withSchedules(ctx, cfg, log, func(s *scheduler.Scheduler, tenantKey string) error {
		delivery, err := s.RunNow(ctx, tenantKey, actorCLI, id, "")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s\nposted as soon as huibao serve runs\n", delivery.ID)
		return err
	})
}
