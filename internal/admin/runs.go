package admin

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"huibao/internal/fault"
	"huibao/internal/settings"
	"huibao/scheduler"
	"huibao/templates"
)

// usualRuns is how many runs are listed when nobody says.
const usualRuns = 10

// runBody is a time a schedule names.
type runBody struct {
	At     string `json:"at"`
	Runs   bool   `json:"runs"`
	Reason string `json:"reason"`
	// CalendarKnown is false when there is no table of holidays for the year,
	// so that the usual week decided.
	CalendarKnown bool `json:"calendar_known"`
}

// answerRuns answers with runs in the schedule's zone, and with its times in
// words.
func answerRuns(c echo.Context, runs []scheduler.Run, schedule scheduler.Schedule) error {
	zone, err := time.LoadLocation(schedule.Timezone)
	if err != nil {
		zone = time.UTC
	}
	body := struct {
		Items []runBody `json:"items"`
		When  string    `json:"when"`
	}{Items: make([]runBody, 0, len(runs)), When: templates.When(locale(c), schedule.Cron, string(schedule.On))}
	for _, run := range runs {
		body.Items = append(body.Items, runBody{
			At: run.At.In(zone).Format(time.RFC3339), Runs: run.Runs, Reason: string(run.Reason), CalendarKnown: run.CalendarKnown,
		})
	}
	return c.JSON(http.StatusOK, body)
}

// readSpan reads from and count: from when, by the tenant's zone, and how many runs.
func (a *API) readSpan(c echo.Context, tenantKey string) (from time.Time, count int, err error) {
	from, wrongFrom := readInstant(c, "from", a.Settings.Of(tenantKey).Zone())
	if from.IsZero() {
		from = a.Now()
	}
	count = usualRuns
	var wrongCount error
	if text := c.QueryParam("count"); text != "" {
		if count, err = strconv.Atoi(text); err != nil || count < 1 || count > mostLimit {
			wrongCount = badQuery("count", "fault.admin.limit")
		}
	}
	return from, count, allWrong(wrongFrom, wrongCount)
}

// listRuns answers GET /schedules/{id}/runs.
func (a *API) listRuns(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	from, count, err := a.readSpan(c, tenantKey)
	if err != nil {
		return err
	}
	runs, schedule, err := a.Scheduler.Runs(c.Request().Context(), tenantKey, c.Param("id"), from, count)
	if err != nil {
		return err
	}
	return answerRuns(c, runs, schedule)
}

// previewRuns answers POST /schedules/preview-runs, for a schedule that is not
// stored.
func (a *API) previewRuns(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	from, count, err := a.readSpan(c, tenantKey)
	if err != nil {
		return err
	}
	var request scheduleRequest
	if err := a.readDraft(c, tenantKey, &request); err != nil {
		return err
	}
	runs, schedule, err := a.Scheduler.PreviewRuns(tenantKey, request.draft(), from, count)
	if err != nil {
		return err
	}
	return answerRuns(c, runs, schedule)
}

// previewRequest is a schedule, and perhaps somebody to send its card to.
type previewRequest struct {
	scheduleRequest
	SendTo string `json:"send_to"` // open_id
}

// preview answers POST /preview with the card that the schedule would post.
func (a *API) preview(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	var request previewRequest
	err = a.readDraft(c, tenantKey, &request)
	if request.SendTo != "" && !settings.OpenID(request.SendTo) {
		wrong := wrongField("send_to", "fault.settings.admin", fault.Args{"part": request.SendTo})
		err = allWrong(err, wrong, a.Scheduler.Check(tenantKey, request.draft()))
	}
	if err != nil {
		return err
	}
	card, err := a.Scheduler.Preview(c.Request().Context(), tenantKey, request.draft(), request.SendTo)
	if err != nil {
		return err
	}
	return c.JSONBlob(http.StatusOK, []byte(card.JSON()))
}
