package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"huibao/internal/app"
	"huibao/internal/config"
)

// schedule is `huibao schedule`.
func (t *terminal) schedule() *cobra.Command {
	cmd := &cobra.Command{
		Use: "schedule", Short: "Schedules of digests: list, add, remove, run",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("there is no command %q; see %s --help", args[0], cmd.CommandPath())}
			}
			return cmd.Help()
		},
		Args: cobra.ArbitraryArgs,
	}
	cmd.AddCommand(t.scheduleList(), t.scheduleAdd(), t.scheduleRemove(), t.scheduleRun())
	return cmd
}

// scheduleList is `huibao schedule list`.
func (t *terminal) scheduleList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the schedules", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, log, err := t.loadQuiet(cmd, config.NeedPlatform)
			if err != nil {
				return err
			}
			return app.ListSchedules(cmd.Context(), cfg, log, t.stdout)
		},
	}
}

// scheduleAdd is `huibao schedule add`.
func (t *terminal) scheduleAdd() *cobra.Command {
	var request app.ScheduleRequest
	cmd := &cobra.Command{
		Use: "add --chat CHAT_ID --cron EXPRESSION", Short: "Make a schedule", Args: exactly(0),
		Example: "  huibao schedule add --chat oc_… --cron '0 9 * * 1' --period 'last week' --name 'Weekly digest'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, log, err := t.loadQuiet(cmd, config.NeedPlatform)
			if err != nil {
				return err
			}
			return app.AddSchedule(cmd.Context(), cfg, log, request, t.stdout)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&request.ChatID, "chat", "", "the chat that gets the digest, oc_…")
	flags.StringVar(&request.Cron, "cron", "", "five fields: minute, hour, date, month, weekday")
	flags.StringVar(&request.On, "on", "every_day", "every_day, workdays, first_workday_of_week or first_workday_of_month")
	flags.StringVar(&request.Period, "period", "last week", "what the digest covers, a PERIOD as in chat")
	flags.StringVar(&request.Compare, "vs", "previous", "previous, lastyear or none")
	flags.StringVar(&request.Unit, "unit", "", "cn, us, sg or jp, for organisations with several")
	flags.StringVar(&request.Timezone, "zone", "", "time zone of the schedule (default the organisation's)")
	flags.StringVar(&request.Locale, "language", "", "zh_cn, en_us or ja_jp (default the organisation's)")
	flags.StringVar(&request.Name, "name", "", "what admins call it")
	flags.StringVar(&request.Title, "title", "", "the card's title (default the period's)")
	flags.StringVar(&request.Note, "note", "", "a text above the figures")
	flags.StringVar(&request.PausedUntil, "paused-until", "", "no run up to this date, YYYY-MM-DD")
	flags.BoolVar(&request.SkipIfEmpty, "skip-if-empty", false, "post nothing when nobody met")
	return cmd
}

// scheduleRemove is `huibao schedule remove`.
func (t *terminal) scheduleRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove ID", Short: "Forget a schedule; what it posted stays listed", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, log, err := t.loadQuiet(cmd, config.NeedPlatform)
			if err != nil {
				return err
			}
			if err := app.RemoveSchedule(cmd.Context(), cfg, log, args[0]); err != nil {
				return err
			}
			t.sayf("schedule %s is removed\n", args[0])
			return nil
		},
	}
}

// scheduleRun is `huibao schedule run`.
func (t *terminal) scheduleRun() *cobra.Command {
	return &cobra.Command{
		Use: "run ID", Short: "Post a schedule's digest now, beside its times", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, log, err := t.loadQuiet(cmd, config.NeedPlatform)
			if err != nil {
				return err
			}
			return app.RunSchedule(cmd.Context(), cfg, log, args[0], t.stdout)
		},
	}
}
