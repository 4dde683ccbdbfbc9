package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"huibao/internal/config"
	"huibao/internal/export"
	"huibao/internal/fault"
	"huibao/internal/settings"
	"huibao/reports"
	"huibao/templates"
)

// ReportRequest is what `huibao report` asks.
type ReportRequest struct {
	Period  string // PERIOD, "7d" when empty
	Unit    string // cn, us, sg, jp or "", for the tenant's
	Compare string // previous, lastyear or none
	Format  string // table, json, csv, xlsx or card
	Width   int    // columns of the terminal
}

// Report writes the report in the format asked for. A fault of kind Invalid
// says which argument is wrong.
func Report(ctx context.Context, cfg config.Config, log *logrus.Entry, request ReportRequest, w io.Writer) (err error) {
	write, err := formatFunc(request)
	if err != nil {
		return err
	}
	if _, err = readQuery(defaults(cfg), request); err != nil { // before anything is opened or asked
		return err
	}
	c, err := newCore(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.db.Close()) }()
	tenantKey, err := c.tenants.Discover(ctx, cfg.TenantKey)
	if err != nil {
		return err
	}
	chosen := c.settings.Of(tenantKey)
	query, err := readQuery(chosen, request)
	if err != nil {
		return err
	}
	query.TenantKey = tenantKey
	report, err := c.reports.Report(ctx, query)
	if err != nil {
		return err
	}
	return write(w, report, chosen)
}

// readQuery reads what a report is asked about, as a chat command does; the
// tenant is still to be found.
func readQuery(chosen settings.Settings, request ReportRequest) (reports.Query, error) {
	text := request.Period
	if text == "" {
		text = "7d"
	}
	period, err := reports.ParsePeriod(text, reports.DateOf(time.Now().In(chosen.Zone())), chosen.FirstWeekday())
	if err != nil {
		return reports.Query{}, err
	}
	unit, err := readUnit(request.Unit, chosen)
	if err != nil {
		return reports.Query{}, err
	}
	compare := reports.Compare(request.Compare)
	if !slices.Contains([]reports.Compare{reports.ComparePrevious, reports.CompareLastYear, reports.CompareNone}, compare) {
		return reports.Query{}, fault.New(fault.Invalid, "fault.command.vs", fault.Args{"part": request.Compare})
	}
	return reports.Query{Unit: unit, Period: period, Compare: compare, Zone: chosen.Zone()}, nil
}

// writeFunc writes a report as its tenant chose.
type writeFunc func(w io.Writer, report *reports.Report, chosen settings.Settings) error

// formatFunc returns what writes a report in the format.
func formatFunc(request ReportRequest) (writeFunc, error) {
	switch request.Format {
	case "table", "":
		return func(w io.Writer, report *reports.Report, chosen settings.Settings) error {
			_, err := io.WriteString(w, templates.Terminal(report, chosen.Locale, chosen.FirstWeekday(), request.Width))
			return err
		}, nil
	case "json":
		return func(w io.Writer, report *reports.Report, _ settings.Settings) error { return export.JSON(w, report) }, nil
	case "csv":
		return func(w io.Writer, report *reports.Report, _ settings.Settings) error { return export.CSV(w, report) }, nil
	case "xlsx":
		return func(w io.Writer, report *reports.Report, chosen settings.Settings) error {
			text := func(key string) string { return templates.Text(chosen.Locale, key, nil) }
			return export.XLSX(w, report, export.NewLabels(text, report.Unit))
		}, nil
	case "card":
		return func(w io.Writer, report *reports.Report, chosen settings.Settings) error {
			ladder := templates.Report(report, templates.ReportOptions{Locale: chosen.Locale, WeekStart: chosen.FirstWeekday()})
			_, err := fmt.Fprintln(w, ladder.Contents()[0].Body)
			return err
		}, nil
	}
	return nil, fault.New(fault.Invalid, "fault.command.format", fault.Args{"part": request.Format})
}

// BackfillRequest is what `huibao backfill` asks.
type BackfillRequest struct {
	From, To string // YYYY-MM-DD; empty: the last 90 days
	Unit     string // cn, us, sg, jp or "", for the tenant's
}

// Backfill asks the platform for every day of the range, even for final ones,
// and returns the range it could ask for.
func Backfill(ctx context.Context, cfg config.Config, log *logrus.Entry, request BackfillRequest, progress func(done, total int)) (days reports.Range, err error) {
	if days, _, err = request.read(defaults(cfg)); err != nil {
		return days, err
	}
	c, err := newCore(ctx, cfg, log)
	if err != nil {
		return days, err
	}
	defer func() { err = errors.Join(err, c.db.Close()) }()
	key, err := c.tenants.Discover(ctx, cfg.TenantKey)
	if err != nil {
		return days, err
	}
	days, unit, err := request.read(c.settings.Of(key))
	if err != nil {
		return days, err
	}
	return c.reports.Backfill(ctx, key, unit, days, func(done, all reports.Range) error {
		progress(done.Days(), all.Days())
		return nil
	})
}

// read reads the days and the unit.
func (r BackfillRequest) read(chosen settings.Settings) (days reports.Range, unit reports.Unit, err error) {
	if days, err = readDays(r.From, r.To, reports.DateOf(time.Now().In(chosen.Zone()))); err == nil {
		unit, err = readUnit(r.Unit, chosen)
	}
	return days, unit, err
}

// readUnit reads --unit; without it the unit is the tenant's.
func readUnit(text string, chosen settings.Settings) (reports.Unit, error) {
	if text == "" {
		return chosen.Unit, nil
	}
	unit, err := reports.ParseUnit(text)
	if err != nil {
		return unit, fault.Wrap(err, fault.Invalid, "fault.command.unit", fault.Args{"part": text})
	}
	return unit, nil
}

// readDays reads the ends of a backfill.
func readDays(from, to string, today reports.Date) (reports.Range, error) {
	days := reports.Range{From: today.AddDays(-90), To: today.AddDays(-1)}
	for _, end := range []struct {
		name, text string
		date       *reports.Date
	}{{"from", from, &days.From}, {"to", to, &days.To}} {
		if end.text == "" {
			continue
		}
		date, err := reports.ParseDate(end.text)
		if err != nil {
			return days, fault.Wrap(err, fault.Invalid, "fault.backfill.date", fault.Args{"name": end.name, "part": end.text})
		}
		*end.date = date
	}
	if days.From > days.To {
		return days, fault.New(fault.Invalid, "fault.backfill.backwards", fault.Args{"from": days.From.String(), "to": days.To.String()})
	}
	return days, nil
}

// Backup writes a consistent copy of the database to a new file while a
// service may be running on it.
func Backup(ctx context.Context, cfg config.Config, log *logrus.Entry, file string) (err error) {
	if path, isSQLite := strings.CutPrefix(cfg.DatabaseURL.Reveal(), "sqlite:"); isSQLite {
		if _, err := os.Stat(path); err != nil { // to open it would make it
			return fmt.Errorf("there is no database to copy: %w (database_url says where it is)", err)
		}
	}
	db, err := openStore(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Backup(ctx, file)
}

// Migrate brings the database up to date and returns how many steps it took.
func Migrate(ctx context.Context, cfg config.Config, log *logrus.Entry) (applied int, err error) {
	db, err := openStore(ctx, cfg, log)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Migrate(ctx)
}

// Sentence is what a person in the terminal is told of an error, in one line.
// An error that is no fault speaks for itself.
func Sentence(err error) string { return sentenceIn(templates.English, err) }

// sentenceIn is Sentence in a language.
func sentenceIn(locale templates.Locale, err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err.Error()
	}
	sentence := templates.FaultText(locale, f)
	if suggestion := f.Args["suggestion"]; suggestion != "" {
		sentence += " " + templates.Text(locale, "refusal.suggestion", fault.Args{"suggestion": suggestion})
	}
	return sentence
}

// WrongInput reports whether an error is about what was typed.
func WrongInput(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && (f.Kind == fault.Invalid || f.Kind == fault.Unreadable) && !errors.Is(err, reports.ErrRange)
}
