package admin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"huibao/internal/fault"
	"huibao/scheduler"
	"huibao/templates"
)

// scheduleRequest is a schedule as it is sent. A null is the default, as in a
// schedule that leaves the field out. Fields that only huibao sets are taken and
// ignored, so that what was read can be sent back.
type scheduleRequest struct {
	Name        *string `json:"name"`
	ChatID      *string `json:"chat_id"`
	Cron        *string `json:"cron"`
	On          *string `json:"on"`
	Timezone    *string `json:"timezone"`
	Period      *string `json:"period"`
	Compare     *string `json:"compare"`
	Unit        *string `json:"unit"`
	Locale      *string `json:"locale"`
	Title       *string `json:"title"`
	Note        *string `json:"note"`
	SkipIfEmpty bool    `json:"skip_if_empty"`
	Enabled     *bool   `json:"enabled"` // true when left out
	PausedUntil *string `json:"paused_until"`

	ID             any `json:"id"`
	TenantKey      any `json:"tenant_key"`
	ChatName       any `json:"chat_name"`
	When           any `json:"when"`
	State          any `json:"state"`
	Number         any `json:"number"`
	DisabledReason any `json:"disabled_reason"`
	DisabledText   any `json:"disabled_reason_text"`
	NextRunAt      any `json:"next_run_at"`
	LastDelivery   any `json:"last_delivery"`
	CreatedAt      any `json:"created_at"`
	UpdatedAt      any `json:"updated_at"`
	CreatedBy      any `json:"created_by"`
}

// requestOf is a draft as it could be sent: what a PATCH leaves out stays.
func requestOf(d scheduler.Draft) scheduleRequest {
	return scheduleRequest{
		Name: &d.Name, ChatID: &d.ChatID, Cron: &d.Cron, On: &d.On, Timezone: &d.Timezone, Period: &d.Period, Compare: &d.Compare,
		Unit: &d.Unit, Locale: &d.Locale, Title: &d.Title, Note: &d.Note, SkipIfEmpty: d.SkipIfEmpty,
		Enabled: &d.Enabled, PausedUntil: &d.PausedUntil,
	}
}

// draft is what was sent as the scheduler takes it.
func (r scheduleRequest) draft() scheduler.Draft {
	return scheduler.Draft{
		Name: value(r.Name), ChatID: value(r.ChatID), Cron: value(r.Cron), On: value(r.On), Timezone: value(r.Timezone),
		Period: value(r.Period), Compare: value(r.Compare), Unit: value(r.Unit), Locale: value(r.Locale), Title: value(r.Title),
		Note:        value(r.Note),
		SkipIfEmpty: r.SkipIfEmpty, Enabled: r.Enabled == nil || *r.Enabled, PausedUntil: value(r.PausedUntil),
	}
}

// value is a text that may be null.
func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// scheduleBody is a schedule as it is answered.
type scheduleBody struct {
	ID             string        `json:"id"`
	TenantKey      string        `json:"tenant_key"`
	Name           string        `json:"name"`
	ChatID         string        `json:"chat_id"`
	ChatName       string        `json:"chat_name"`
	Number         int           `json:"number"`
	When           string        `json:"when"` // in the reader's language
	State          string        `json:"state"`
	Cron           string        `json:"cron"`
	On             string        `json:"on"`
	Timezone       string        `json:"timezone"`
	Period         string        `json:"period"`
	Compare        string        `json:"compare"`
	Unit           *string       `json:"unit"`
	Locale         string        `json:"locale"`
	Title          string        `json:"title"`
	Note           string        `json:"note"`
	SkipIfEmpty    bool          `json:"skip_if_empty"`
	Enabled        bool          `json:"enabled"`
	PausedUntil    *string       `json:"paused_until"`
	DisabledReason string        `json:"disabled_reason"`      // in English
	DisabledText   string        `json:"disabled_reason_text"` // in the reader's language
	NextRunAt      *string       `json:"next_run_at"`
	LastDelivery   *lastDelivery `json:"last_delivery"`
	CreatedAt      *string       `json:"created_at"`
	UpdatedAt      *string       `json:"updated_at"`
	CreatedBy      string        `json:"created_by"`
}

// lastDelivery is how a schedule's newest run went.
type lastDelivery struct {
	ID           string  `json:"id"`
	Status       string  `json:"status"`
	ScheduledFor *string `json:"scheduled_for"`
	Reason       string  `json:"reason"` // in English
}

// showSchedule writes a schedule with its newest delivery: instants in its own
// zone, words in the language.
func (a *API) showSchedule(s scheduler.ListedSchedule, last map[string]scheduler.Delivery, locale templates.Locale) scheduleBody {
	zone, err := time.LoadLocation(s.Timezone)
	if err != nil {
		zone = time.UTC
	}
	body := scheduleBody{
		ID: s.ID, TenantKey: s.TenantKey, Name: s.Name, ChatID: s.ChatID, ChatName: s.ChatName, Number: s.Number,
		When: templates.When(locale, s.Cron, string(s.On)), State: string(s.State(a.Now())), Cron: s.Cron, On: string(s.On),
		Timezone: s.Timezone, Period: s.Period, Compare: string(s.Compare), Unit: optional(s.Unit), Locale: string(s.Locale), Title: s.Title, Note: s.Note,
		SkipIfEmpty: s.SkipIfEmpty, Enabled: s.Enabled, DisabledReason: s.DisabledReason,
		DisabledText: templates.ReasonText(locale, s.DisabledReason), NextRunAt: shown(s.NextRunAt, zone),
		CreatedAt: shown(s.CreatedAt, zone), UpdatedAt: shown(s.UpdatedAt, zone), CreatedBy: s.CreatedBy,
	}
	if s.PausedUntil != nil {
		body.PausedUntil = optional(s.PausedUntil.String())
	}
	if d, ok := last[s.ID]; ok {
		body.LastDelivery = &lastDelivery{ID: d.ID, Status: string(d.Status), ScheduledFor: shown(d.ScheduledFor, zone), Reason: d.Reason}
	}
	return body
}

// drafted is a request that holds a schedule.
type drafted interface{ draft() scheduler.Draft }

// readDraft reads a request that holds a schedule. The error names every wrong
// field, whether its type is wrong or its value.
func (a *API) readDraft(c echo.Context, tenantKey string, into drafted) error {
	body, err := readAll(c)
	if err != nil {
		return err
	}
	return a.decodeDraft(body, tenantKey, into)
}

// decodeDraft is readDraft of a body.
func (a *API) decodeDraft(body []byte, tenantKey string, into drafted) error {
	err := decodeBody(body, into)
	if err == nil {
		return nil
	}
	return allWrong(err, a.Scheduler.Check(tenantKey, into.draft()))
}

// What a list of schedules can be in order of and narrowed to.
var (
	scheduleSorts = []scheduler.Sort{
		scheduler.SortName, scheduler.SortChat, scheduler.SortNextRun, scheduler.SortCreated, scheduler.SortUpdated,
	}
	scheduleStates = []scheduler.State{scheduler.StateActive, scheduler.StatePaused, scheduler.StateDisabled}
)

// readScheduleFilter reads which schedules are asked for, in which order, and
// where the part before ended.
func (a *API) readScheduleFilter(c echo.Context, p page) (scheduler.ScheduleFilter, error) {
	query, wrongQuery := readText(c, "q")
	chatID, wrongChat := readText(c, "chat_id")
	filter := scheduler.ScheduleFilter{
		ChatID: chatID, Query: query, State: scheduler.State(c.QueryParam("state")), Now: a.Now(), Limit: p.limit + 1,
	}
	var wrongState, wrongSort, wrongCursor error
	if filter.State != "" && !slices.Contains(scheduleStates, filter.State) {
		wrongState = badQuery("state", "fault.admin.state")
	}
	if sort := c.QueryParam("sort"); sort != "" {
		name, descending := strings.CutPrefix(sort, "-")
		filter.Sort, filter.Descending = scheduler.Sort(name), descending
		if !slices.Contains(scheduleSorts, filter.Sort) {
			wrongSort = badQuery("sort", "fault.admin.sort")
		}
	}
	filter.After, wrongCursor = p.place(c.QueryParam("sort"))
	return filter, allWrong(wrongQuery, wrongChat, wrongState, wrongSort, wrongCursor)
}

// listSchedules answers GET /schedules.
func (a *API) listSchedules(c echo.Context) error {
	p, wrongPage := readPage(c)
	filter, wrongFilter := a.readScheduleFilter(c, p)
	if err := allWrong(wrongPage, wrongFilter); err != nil {
		return err
	}
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	found, err := a.Store.ListSchedules(ctx, tenantKey, filter)
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(found))
	for _, s := range found {
		ids = append(ids, s.ID)
	}
	last, err := a.Store.LastDeliveries(ctx, tenantKey, ids)
	if err != nil {
		return err
	}
	words := locale(c)
	return answerList(c, p, found, func(s scheduler.ListedSchedule) string { return placed(s.Place(filter.Sort), c.QueryParam("sort")) },
		func(s scheduler.ListedSchedule) scheduleBody { return a.showSchedule(s, last, words) })
}

// createSchedule answers POST /schedules.
func (a *API) createSchedule(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	var request scheduleRequest
	if err := a.readDraft(c, tenantKey, &request); err != nil {
		return err
	}
	schedule, err := a.Scheduler.Create(c.Request().Context(), tenantKey, actor(c), request.draft())
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, location(c, schedule.ID))
	return a.answerSchedule(c, http.StatusCreated, schedule)
}

// getSchedule answers GET /schedules/{id}.
func (a *API) getSchedule(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	schedule, ok, err := a.Store.FindSchedule(c.Request().Context(), tenantKey, c.Param("id"))
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.NotFound, "fault.schedule.not_found", nil)
	}
	return a.answerSchedule(c, http.StatusOK, schedule)
}

// answerSchedule answers with a schedule, its chat's name and its newest delivery.
func (a *API) answerSchedule(c echo.Context, status int, schedule scheduler.Schedule) error {
	ctx := c.Request().Context()
	chat, _, err := a.Chats.FindChat(ctx, schedule.TenantKey, schedule.ChatID)
	if err != nil {
		return err
	}
	last, err := a.Store.LastDeliveries(ctx, schedule.TenantKey, []string{schedule.ID})
	if err != nil {
		return err
	}
	return c.JSON(status, a.showSchedule(scheduler.ListedSchedule{Schedule: schedule, ChatName: chat.Name}, last, locale(c)))
}

// patchSchedule answers PATCH /schedules/{id}: what is left out stays.
func (a *API) patchSchedule(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	body, err := readAll(c)
	if err != nil {
		return err
	}
	schedule, err := a.Scheduler.Update(c.Request().Context(), tenantKey, actor(c), c.Param("id"), func(draft *scheduler.Draft) error {
		request := requestOf(*draft)
		if err := a.decodeDraft(body, tenantKey, &request); err != nil {
			return err
		}
		*draft = request.draft()
		return nil
	})
	if err != nil {
		return err
	}
	return a.answerSchedule(c, http.StatusOK, schedule)
}

// deleteSchedule answers DELETE /schedules/{id}.
func (a *API) deleteSchedule(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	if err := a.Scheduler.Delete(c.Request().Context(), tenantKey, actor(c), c.Param("id")); err != nil {
		return err
	}
	return noContent(c)
}

// runSchedule answers POST /schedules/{id}/run.
func (a *API) runSchedule(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	key := c.Request().Header.Get("Idempotency-Key")
	if !lookedFor(key) {
		return fault.New(fault.Unreadable, "fault.admin.idempotency_key", fault.Args{"most": strconv.Itoa(longestText)})
	}
	delivery, err := a.Scheduler.RunNow(c.Request().Context(), tenantKey, actor(c), c.Param("id"), key)
	if err != nil {
		return err
	}
	return a.acceptDelivery(c, delivery)
}
