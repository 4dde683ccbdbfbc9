package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"huibao/internal/app"
	"huibao/internal/config"
)

// serve is `huibao serve`.
func (t *terminal) serve() *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "Run the service", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, log, err := t.load(cmd, config.NeedServe)
			if err != nil {
				return err
			}
			err = app.RunServe(cmd.Context(), cfg, log)
			toldToStop := cmd.Context().Err() != nil && errors.Is(err, context.Canceled) // before it had begun
			if err != nil && !toldToStop {
				return err
			}
			return nil
		},
	}
}

// report is `huibao report`.
func (t *terminal) report() *cobra.Command {
	var request app.ReportRequest
	cmd := &cobra.Command{
		Use: "report [PERIOD]", Short: "Print a report, the same as in chat",
		Example: "  huibao report 7d\n  huibao report last week --vs lastyear\n  huibao report 2026-Q4 --format xlsx > q4.xlsx",
		RunE: func(cmd *cobra.Command, args []string) error {
			if request.Format == "xlsx" && isTerminal(t.stdout) {
				return usageError{errors.New("--format xlsx is no text for a terminal; send it to a file: huibao report --format xlsx > report.xlsx")}
			}
			cfg, log, err := t.loadQuiet(cmd, config.NeedPlatform)
			if err != nil {
				return err
			}
			request.Period, request.Width = strings.Join(args, " "), width(t.stdout)
			return app.Report(cmd.Context(), cfg, log, request, t.stdout)
		},
	}
	cmd.Flags().StringVar(&request.Unit, "unit", "", "cn, us, sg or jp, for organisations with several")
	cmd.Flags().StringVar(&request.Compare, "vs", "previous", "previous, lastyear or none")
	cmd.Flags().StringVar(&request.Format, "format", "table", "table, json, csv, xlsx or card")
	return cmd
}

// backfill is `huibao backfill`.
func (t *terminal) backfill() *cobra.Command {
	var from, to, unit string
	cmd := &cobra.Command{
		Use: "backfill", Short: "Fill the archive from the platform", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, log, err := t.loadQuiet(cmd, config.NeedPlatform)
			if err != nil {
				return err
			}
			days, err := app.Backfill(cmd.Context(), cfg, log, app.BackfillRequest{From: from, To: to, Unit: unit}, t.progress())
			if err == nil {
				t.sayf("the archive holds %s to %s\n", days.From, days.To)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "first day, YYYY-MM-DD (default 90 days ago)")
	cmd.Flags().StringVar(&to, "to", "", "last day, YYYY-MM-DD (default yesterday)")
	cmd.Flags().StringVar(&unit, "unit", "", "cn, us, sg or jp, for organisations with several")
	return cmd
}

// progress shows how far a backfill has come: a bar in a terminal, lines
// elsewhere.
func (t *terminal) progress() func(done, total int) {
	if !isTerminal(t.stderr) {
		return func(done, total int) { t.tellf("%d of %d days\n", done, total) }
	}
	var bar *progressbar.ProgressBar
	return func(done, total int) {
		if bar == nil {
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(t.stderr), progressbar.OptionSetDescription("days"),
				progressbar.OptionShowCount(), progressbar.OptionOnCompletion(func() { t.tellf("\n") }))
		}
		_ = bar.Set(done) // only a picture
	}
}

// backup is `huibao backup`.
func (t *terminal) backup() *cobra.Command {
	return &cobra.Command{
		Use: "backup FILE", Short: "Copy the database while the service runs", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, log, err := t.loadQuiet(cmd, config.NeedDatabase)
			if err != nil {
				return err
			}
			if err := app.Backup(cmd.Context(), cfg, log, args[0]); err != nil {
				return err
			}
			t.sayf("the database is copied to %s\n", args[0])
			return nil
		},
	}
}

// migrate is `huibao migrate`.
func (t *terminal) migrate() *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "Bring the database up to date (serve does so too)", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, log, err := t.loadQuiet(cmd, config.NeedDatabase)
			if err != nil {
				return err
			}
			applied, err := app.Migrate(cmd.Context(), cfg, log)
			if err == nil {
				t.sayf("the database is up to date, %d steps were taken\n", applied)
			}
			return err
		},
	}
}

// loadQuiet is load for commands whose output is read: the log tells only what
// went wrong, unless it was asked for more.
func (t *terminal) loadQuiet(cmd *cobra.Command, need config.Need) (config.Config, *logrus.Entry, error) {
	cfg, log, err := t.load(cmd, need)
	if err == nil && cfg.LogLevel == logrus.InfoLevel {
		log.Logger.SetLevel(logrus.WarnLevel)
	}
	return cfg, log, err
}

// isTerminal reports whether what is written is seen by a person at once.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// width is how many columns a terminal has; elsewhere there is room.
func width(w io.Writer) int {
	if file, ok := w.(*os.File); ok {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil {
			return columns
		}
	}
	return 120
}
