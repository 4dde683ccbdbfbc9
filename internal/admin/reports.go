package admin

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"huibao/internal/export"
	"huibao/internal/fault"
	"huibao/reports"
	"huibao/templates"
)

// getDailyReport answers GET /reports/daily.
func (a *API) getDailyReport(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	query, format, err := a.readReport(c, tenantKey)
	if err != nil {
		return err
	}
	report, err := a.Reports.Report(c.Request().Context(), query)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	name := fmt.Sprintf("attachment; filename=\"meetings_%s_%s.%s\"", query.Period.From, query.Period.To, format)
	switch format {
	case "csv":
		err = export.CSV(&file, report)
		c.Response().Header().Set(echo.HeaderContentDisposition, name)
	case "xlsx":
		locale := a.Settings.Of(tenantKey).Locale
		words := func(key string) string { return templates.Text(locale, key, nil) }
		err = export.XLSX(&file, report, export.NewLabels(words, query.Unit))
		c.Response().Header().Set(echo.HeaderContentDisposition, name)
	default:
		write := export.JSON
		if c.QueryParams().Has("compare") {
			write = export.JSONCompared
		}
		err = write(&file, report)
	}
	if err != nil {
		return fmt.Errorf("write the report as %s: %w", format, err)
	}
	return c.Blob(http.StatusOK, formats[format], file.Bytes())
}

// formats are the media types of a report's formats.
var formats = map[string]string{
	"json": echo.MIMEApplicationJSON,
	"csv":  "text/csv; charset=utf-8",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// comparisons are what a report can be compared with.
var comparisons = []reports.Compare{reports.ComparePrevious, reports.CompareLastYear, reports.CompareNone}

// readReport reads what a report is asked about. Every wrong parameter is
// named.
func (a *API) readReport(c echo.Context, tenantKey string) (reports.Query, string, error) {
	chosen := a.Settings.Of(tenantKey)
	var wrong []fault.Field
	check := func(name string, err error) {
		if err != nil {
			f := fault.As(err)
			wrong = append(wrong, fault.Field{Name: name, Key: f.Key, Args: f.Args})
		}
	}
	format := c.QueryParam("format")
	if format == "" {
		format = "json"
	}
	if formats[format] == "" {
		wrong = append(wrong, fault.Field{Name: "format", Key: "fault.admin.format"})
	}
	unit := chosen.Unit
	if text := c.QueryParam("unit"); text != "" {
		var err error
		if unit, err = reports.ParseUnit(text); err != nil {
			wrong = append(wrong, fault.Field{Name: "unit", Key: "fault.command.unit", Args: fault.Args{"part": text}})
		}
	}
	compare := cmp.Or(reports.Compare(c.QueryParam("compare")), reports.CompareNone)
	if !slices.Contains(comparisons, compare) {
		wrong = append(wrong, fault.Field{Name: "compare", Key: "fault.settings.word", Args: fault.Args{
			"part": string(compare), "words": "previous, lastyear, none",
		}})
	}
	if format != "json" {
		compare = reports.CompareNone // a file holds the days of the period alone
	}
	today := reports.DateOf(a.Now().In(chosen.Zone()))
	name, text, odd := readDays(c)
	wrong = append(wrong, odd...)
	var period reports.Period
	if len(odd) == 0 {
		var err error
		period, err = reports.ParsePeriod(text, today, chosen.FirstWeekday())
		check(name, err)
	}
	if len(wrong) > 0 {
		return reports.Query{}, "", &fault.Error{Kind: fault.Invalid, Key: "fault.admin.invalid", Fields: wrong}
	}
	return reports.Query{TenantKey: tenantKey, Unit: unit, Period: period, Compare: compare, Zone: chosen.Zone()}, format, nil
}

// readDays reads which days are asked for: by period, or from one to another.
// It returns them as a period with the name of the parameter that says so.
func readDays(c echo.Context) (name, text string, wrong []fault.Field) {
	period, from, to := c.QueryParam("period"), c.QueryParam("from"), c.QueryParam("to")
	if from == "" && to == "" {
		return "period", cmp.Or(period, "7d"), nil
	}
	if period != "" {
		wrong = append(wrong, fault.Field{Name: "period", Key: "fault.admin.period_or_days"})
	}
	for _, end := range []struct{ name, text string }{{"from", from}, {"to", to}} {
		if end.text == "" {
			wrong = append(wrong, fault.Field{Name: end.name, Key: "fault.admin.both_days"})
		} else if _, err := reports.ParseDate(end.text); err != nil {
			wrong = append(wrong, fault.Field{Name: end.name, Key: "fault.period.date", Args: fault.Args{"part": end.text}})
		}
	}
	return "from", from + ".." + to, wrong
}

// coverageBody is what the archive holds of a unit.
type coverageBody struct {
	Unit            *string      `json:"unit"`
	From            reports.Date `json:"from"`
	To              reports.Date `json:"to"`
	FinalDays       int          `json:"final_days"`
	ProvisionalDays int          `json:"provisional_days"`
	Missing         []rangeBody  `json:"missing"`
	FetchedAt       *string      `json:"fetched_at"`
}

// rangeBody is a run of dates, both ends included.
type rangeBody struct {
	From reports.Date `json:"from"`
	To   reports.Date `json:"to"`
}

// getArchive answers GET /archive: what is held of each unit.
func (a *API) getArchive(c echo.Context) error {
	ctx := c.Request().Context()
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	units, err := a.Archive.ArchivedUnits(ctx, tenantKey)
	if err != nil {
		return err
	}
	body := listOf[coverageBody]{Items: []coverageBody{}}
	for _, unit := range units {
		held, err := a.Reports.Coverage(ctx, tenantKey, unit)
		if err != nil {
			return err
		}
		item := coverageBody{
			Unit: optional(unit), From: held.From, To: held.To, FinalDays: held.FinalDays, ProvisionalDays: held.ProvisionalDays,
			Missing: []rangeBody{}, FetchedAt: shown(held.FetchedAt, a.Settings.Of(tenantKey).Zone()),
		}
		for _, days := range held.Missing {
			item.Missing = append(item.Missing, rangeBody(days))
		}
		body.Items = append(body.Items, item)
	}
	return c.JSON(http.StatusOK, body)
}
