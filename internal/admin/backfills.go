package admin

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"huibao/internal/fault"
	"huibao/reports"
	"huibao/templates"
)

// askedBody is a backfill as it was asked for.
type askedBody struct {
	ID   string  `json:"id"`
	Unit *string `json:"unit"`
	rangeBody
}

// showAsked writes what was asked for.
func showAsked(b reports.Backfill) askedBody {
	return askedBody{ID: b.ID, Unit: optional(b.Unit), rangeBody: rangeBody(b.Days)}
}

// backfillBody is a backfill with how far it has come.
type backfillBody struct {
	askedBody
	Status     reports.BackfillStatus `json:"status"`
	DaysDone   int                    `json:"days_done"`
	DaysTotal  int                    `json:"days_total"`
	Reason     string                 `json:"reason"`
	ReasonText string                 `json:"reason_text"` // in the reader's language
	CreatedBy  string                 `json:"created_by"`
	CreatedAt  *string                `json:"created_at"`
	FinishedAt *string                `json:"finished_at"`
}

// listBackfills answers GET /archive/backfills, the newest first.
func (a *API) listBackfills(c echo.Context) error {
	p, err := readPage(c)
	if err != nil {
		return err
	}
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	found, err := a.Archive.ListBackfills(c.Request().Context(), tenantKey, p.after, p.limit+1)
	if err != nil {
		return err
	}
	language := locale(c)
	return answerList(c, p, found, func(b reports.Backfill) string { return b.ID }, func(b reports.Backfill) backfillBody {
		return backfillBody{
			askedBody: showAsked(b), Status: b.Status, DaysDone: b.DaysDone, DaysTotal: b.DaysTotal, Reason: b.Reason,
			ReasonText: templates.ReasonText(language, b.Reason), CreatedBy: b.CreatedBy,
			CreatedAt: shown(b.CreatedAt, time.UTC), FinishedAt: shown(b.FinishedAt, time.UTC),
		}
	})
}

// backfillRequest says which days to fetch; what is left out is the last 90.
type backfillRequest struct {
	From *string `json:"from"`
	To   *string `json:"to"`
	Unit *string `json:"unit"`
}

// backfill answers POST /archive/backfill: the work is written down.
func (a *API) backfill(c echo.Context) error {
	request := backfillRequest{}
	var misread error
	if c.Request().ContentLength != 0 {
		misread = readBody(c, &request)
	}
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	chosen := a.Settings.Of(tenantKey)
	today := reports.DateOf(a.Now().In(chosen.Zone()))
	days, unit, err := request.read(today, chosen.Unit)
	if err := allWrong(misread, err); err != nil {
		return err
	}
	entry := a.entry(c, tenantKey, "archive.backfill", fmt.Sprintf("archive/%s..%s", days.From, days.To))
	asked, err := a.Archive.EnqueueBackfill(c.Request().Context(), tenantKey, unit, days, entry)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, showAsked(asked))
}

// read names every wrong field.
func (r backfillRequest) read(today reports.Date, unit reports.Unit) (reports.Range, reports.Unit, error) {
	days := reports.Range{From: today.AddDays(-90), To: today.AddDays(-1)}
	var wrong []fault.Field
	for _, end := range []struct {
		name string
		text *string
		date *reports.Date
	}{{"from", r.From, &days.From}, {"to", r.To, &days.To}} {
		if end.text == nil {
			continue
		}
		date, err := reports.ParseDate(*end.text)
		switch {
		case err != nil:
			wrong = append(wrong, fault.Field{Name: end.name, Key: "fault.period.date", Args: fault.Args{"part": *end.text}})
		case date > today:
			wrong = append(wrong, fault.Field{Name: end.name, Key: "fault.period.future", Args: fault.Args{"part": *end.text}})
		}
		*end.date = date
	}
	if r.Unit != nil {
		var err error
		if unit, err = reports.ParseUnit(*r.Unit); err != nil {
			wrong = append(wrong, fault.Field{Name: "unit", Key: "fault.command.unit", Args: fault.Args{"part": *r.Unit}})
		}
	}
	backwards := slices.IndexFunc(wrong, func(f fault.Field) bool { return f.Name == "from" || f.Name == "to" }) < 0 && days.From > days.To
	if backwards {
		wrong = append(wrong, fault.Field{Name: "to", Key: "fault.backfill.backwards", Args: fault.Args{"from": days.From.String(), "to": days.To.String()}})
	}
	if len(wrong) > 0 {
		return days, unit, &fault.Error{Kind: fault.Invalid, Key: "fault.admin.invalid", Fields: wrong}
	}
	return days, unit, nil
}
