package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"huibao/internal/fault"
	"huibao/scheduler"
	"huibao/templates"
)

// deliveryBody is a delivery as it is answered.
type deliveryBody struct {
	ID           string  `json:"id"`
	ScheduleID   string  `json:"schedule_id"`
	ScheduleName *string `json:"schedule_name"` // null when the schedule is gone
	ChatID       string  `json:"chat_id"`
	ChatName     string  `json:"chat_name"`
	ScheduledFor *string `json:"scheduled_for"`
	Manual       bool    `json:"manual"`
	Status       string  `json:"status"`
	Attempts     int     `json:"attempts"`
	MessageID    string  `json:"message_id"`
	Reason       string  `json:"reason"`      // in English
	ReasonText   string  `json:"reason_text"` // in the reader's language
	CreatedAt    *string `json:"created_at"`
	FinishedAt   *string `json:"finished_at"`
}

// showDelivery writes a delivery, its reason also in the language.
func showDelivery(d scheduler.ListedDelivery, locale templates.Locale) deliveryBody {
	return deliveryBody{
		ID: d.ID, ScheduleID: d.ScheduleID, ScheduleName: d.ScheduleName, ChatID: d.ChatID, ChatName: d.ChatName,
		ScheduledFor: shown(d.ScheduledFor, time.UTC), Manual: d.Manual, Status: string(d.Status), Attempts: d.Attempts, MessageID: d.MessageID,
		Reason: d.Reason, ReasonText: templates.ReasonText(locale, d.Reason),
		CreatedAt: shown(d.CreatedAt, time.UTC), FinishedAt: shown(d.FinishedAt, time.UTC),
	}
}

// named is a delivery with the names of its chat and schedule.
func (a *API) named(ctx context.Context, d scheduler.Delivery) (scheduler.ListedDelivery, error) {
	chat, _, err := a.Chats.FindChat(ctx, d.TenantKey, d.ChatID)
	if err != nil {
		return scheduler.ListedDelivery{}, err
	}
	listed := scheduler.ListedDelivery{Delivery: d, ChatName: chat.Name}
	schedule, ok, err := a.Store.FindSchedule(ctx, d.TenantKey, d.ScheduleID)
	if ok {
		listed.ScheduleName = &schedule.Name
	}
	return listed, err
}

// acceptDelivery answers that a delivery will be made.
func (a *API) acceptDelivery(c echo.Context, d scheduler.Delivery) error {
	named, err := a.named(c.Request().Context(), d)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, showDelivery(named, locale(c)))
}

// deliveryStatuses are what a list can be narrowed to.
var deliveryStatuses = []scheduler.Status{
	scheduler.Pending, scheduler.Sent, scheduler.Skipped, scheduler.Failed, scheduler.Unknown,
}

// readDeliveryFilter reads what a list of deliveries and their number can both be
// narrowed to. Dates are those of the zone.
func readDeliveryFilter(c echo.Context, zone *time.Location) (scheduler.DeliveryFilter, error) {
	scheduleID, wrongSchedule := readText(c, "schedule_id")
	chatID, wrongChat := readText(c, "chat_id")
	from, wrongFrom := readInstant(c, "from", zone)
	to, wrongTo := readInstant(c, "to", zone)
	filter := scheduler.DeliveryFilter{ScheduleID: scheduleID, ChatID: chatID, From: from, To: to}
	return filter, allWrong(wrongSchedule, wrongChat, wrongFrom, wrongTo)
}

// listDeliveries answers GET /deliveries.
func (a *API) listDeliveries(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	p, wrongPage := readPage(c)
	filter, wrongFilter := readDeliveryFilter(c, a.Settings.Of(tenantKey).Zone())
	filter.Status, filter.Limit = scheduler.Status(c.QueryParam("status")), p.limit+1
	var wrongCursor, wrongStatus error
	filter.After, wrongCursor = p.place("")
	if filter.Status != "" && !slices.Contains(deliveryStatuses, filter.Status) {
		wrongStatus = badQuery("status", "fault.admin.status")
	}
	if err := allWrong(wrongPage, wrongCursor, wrongStatus, wrongFilter); err != nil {
		return err
	}
	found, err := a.Store.ListDeliveries(c.Request().Context(), tenantKey, filter)
	if err != nil {
		return err
	}
	words := locale(c)
	return answerList(c, p, found, func(d scheduler.ListedDelivery) string { return placed(d.Place(), "") },
		func(d scheduler.ListedDelivery) deliveryBody { return showDelivery(d, words) })
}

// countedWindow is how far back deliveries are counted when nobody says.
const countedWindow = 24 * time.Hour

// deliveryCounts is how many deliveries there are of each status.
type deliveryCounts struct {
	From    *string `json:"from"`
	To      *string `json:"to"` // null: no end
	Pending int     `json:"pending"`
	Sent    int     `json:"sent"`
	Skipped int     `json:"skipped"`
	Failed  int     `json:"failed"`
	Unknown int     `json:"unknown"`
	Total   int     `json:"total"`
}

// countDeliveries answers GET /deliveries/counts.
func (a *API) countDeliveries(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	filter, err := readDeliveryFilter(c, a.Settings.Of(tenantKey).Zone())
	if err != nil {
		return err
	}
	if filter.From.IsZero() {
		end := a.Now()
		if !filter.To.IsZero() {
			end = filter.To
		}
		filter.From = end.Add(-countedWindow)
	}
	counts, err := a.Store.CountDeliveries(c.Request().Context(), tenantKey, filter)
	if err != nil {
		return err
	}
	body := deliveryCounts{
		From: shown(filter.From, time.UTC), To: shown(filter.To, time.UTC), Pending: counts[scheduler.Pending], Sent: counts[scheduler.Sent],
		Skipped: counts[scheduler.Skipped], Failed: counts[scheduler.Failed], Unknown: counts[scheduler.Unknown],
	}
	body.Total = body.Pending + body.Sent + body.Skipped + body.Failed + body.Unknown
	return c.JSON(http.StatusOK, body)
}

// deliveryWithDigest is a delivery with what it posted, or was about to.
type deliveryWithDigest struct {
	deliveryBody
	Card    json.RawMessage `json:"card"`    // null when it came to none
	Figures json.RawMessage `json:"figures"` // in the shape of GET /reports/daily
}

// getDelivery answers GET /deliveries/{id}.
func (a *API) getDelivery(c echo.Context) error {
	ctx := c.Request().Context()
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	delivery, ok, err := a.Store.FindDelivery(ctx, tenantKey, c.Param("id"))
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.NotFound, "fault.delivery.not_found", nil)
	}
	named, err := a.named(ctx, delivery)
	if err != nil {
		return err
	}
	body := deliveryWithDigest{deliveryBody: showDelivery(named, locale(c))}
	digest, kept, err := a.Store.FindDigest(ctx, tenantKey, delivery.ID)
	if err != nil {
		return err
	}
	if kept {
		body.Card, body.Figures = json.RawMessage(digest.Card), json.RawMessage(digest.Figures)
	}
	return c.JSON(http.StatusOK, body)
}

// retryDelivery answers POST /deliveries/{id}/retry.
func (a *API) retryDelivery(c echo.Context) error {
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	delivery, err := a.Scheduler.Retry(c.Request().Context(), tenantKey, actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return a.acceptDelivery(c, delivery)
}
