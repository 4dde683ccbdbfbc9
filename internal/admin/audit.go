package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"huibao/bot"
	"huibao/internal/audit"
	"huibao/internal/fault"
	"huibao/internal/settings"
	"huibao/scheduler"
)

// entryBody is one change as it is answered.
type entryBody struct {
	ID        string          `json:"id"`
	At        *string         `json:"at"`
	Actor     string          `json:"actor"`
	Action    string          `json:"action"`
	Object    string          `json:"object"`
	Before    json.RawMessage `json:"before"` // null for a creation
	After     json.RawMessage `json:"after"`  // null for a deletion
	CanRevert bool            `json:"can_revert"`
}

// showEntry writes an entry.
func showEntry(e audit.Entry) entryBody {
	body := entryBody{
		ID: strconv.FormatInt(e.ID, 10), At: shown(e.At, time.UTC), Actor: e.Actor, Action: e.Action, Object: e.Object,
		Before: e.Before, After: e.After, CanRevert: canRevert(e),
	}
	return body
}

// canRevert reports whether a change can be undone here: one of a schedule, a
// chat, the settings or the calendar.
func canRevert(e audit.Entry) bool {
	kind, _, _ := strings.Cut(e.Object, "/")
	return slices.Contains([]string{"schedule", "chat", "settings", "calendar"}, kind) && (e.Before != nil || e.After != nil) &&
		e.Action != "schedule.run"
}

// listAudit answers GET /audit, the newest first.
func (a *API) listAudit(c echo.Context) error {
	p, wrongPage := readPage(c)
	filter, wrongFilter := readAuditFilter(c)
	if err := allWrong(wrongPage, wrongFilter); err != nil {
		return err
	}
	filter.Limit = p.limit + 1
	if p.after != "" {
		below, err := strconv.ParseInt(p.after, 10, 64)
		if err != nil {
			return badQuery("cursor", "fault.admin.cursor")
		}
		filter.Below = below
	}
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	found, err := a.Log.ListAudit(c.Request().Context(), tenantKey, filter)
	if err != nil {
		return err
	}
	return answerList(c, p, found, func(e audit.Entry) string { return strconv.FormatInt(e.ID, 10) }, showEntry)
}

// readAuditFilter reads which entries are asked for.
func readAuditFilter(c echo.Context) (audit.Filter, error) {
	var filter audit.Filter
	var wrong []error
	for _, parameter := range []struct {
		name string
		into *string
	}{{"q", &filter.Text}, {"actor", &filter.Actor}, {"object", &filter.Object}, {"action", &filter.Action}} {
		text, err := readText(c, parameter.name)
		*parameter.into, wrong = text, append(wrong, err)
	}
	return filter, allWrong(wrong...)
}

// revertAudit answers POST /audit/{id}/revert.
func (a *API) revertAudit(c echo.Context) error {
	ctx := c.Request().Context()
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "fault.audit.not_found", nil)
	}
	entry, ok, err := a.Log.FindAudit(ctx, tenantKey, id)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.NotFound, "fault.audit.not_found", nil)
	}
	if !canRevert(entry) {
		return fault.New(fault.Conflict, "fault.audit.no_revert", nil)
	}
	undo, err := a.revert(ctx, c, entry)
	if err != nil {
		return err
	}
	if undo.ID == 0 {
		return noContent(c)
	}
	return c.JSON(http.StatusOK, showEntry(*undo))
}

// revert undoes a change, unless what it left was changed since. It returns the entry
// of the undo, whose ID is 0 where there was nothing to change.
func (a *API) revert(ctx context.Context, c echo.Context, entry audit.Entry) (undo *audit.Entry, err error) {
	kind, name, _ := strings.Cut(entry.Object, "/")
	undo = a.entry(c, entry.TenantKey, kind+".revert", entry.Object)
	switch kind {
	case "schedule":
		err = a.revertSchedule(ctx, undo, entry)
	case "chat":
		err = a.revertChat(ctx, undo, name, entry)
	case "settings":
		err = a.revertSettings(ctx, undo, entry)
	default:
		err = a.revertYear(ctx, undo, entry)
	}
	return undo, err
}

// revertSchedule undoes a change of a schedule.
func (a *API) revertSchedule(ctx context.Context, undo *audit.Entry, entry audit.Entry) error {
	before, after, err := states[scheduler.Schedule](entry)
	if err != nil {
		return err
	}
	return a.Scheduler.Restore(ctx, undo, before, after)
}

// revertSettings undoes a change of the settings.
func (a *API) revertSettings(ctx context.Context, undo *audit.Entry, entry audit.Entry) error {
	before, after, err := states[settings.Settings](entry)
	if err != nil || before == nil || after == nil {
		return fault.Wrap(err, fault.Conflict, "fault.audit.no_revert", nil)
	}
	_, err = a.Settings.Change(ctx, entry.TenantKey, undo, func(s *settings.Settings) error { return swap(s, *before, *after) })
	if err != nil {
		return err
	}
	return a.Scheduler.Replan(ctx, entry.TenantKey)
}

// revertChat undoes what an admin chose of a chat. What the platform says of
// it stays.
func (a *API) revertChat(ctx context.Context, undo *audit.Entry, chatID string, entry audit.Entry) error {
	before, after, err := states[bot.Chat](entry)
	if err != nil || after == nil {
		return fault.Wrap(err, fault.Conflict, "fault.audit.no_revert", nil)
	}
	if before == nil { // it was chosen of a chat never seen
		before = &bot.Chat{Access: bot.AccessPending}
	}
	_, err = a.Chats.ChangeChat(ctx, entry.TenantKey, chatID, undo, func(chat *bot.Chat) error {
		if chat.Choice() != after.Choice() {
			return fault.New(fault.Conflict, "fault.audit.changed", nil)
		}
		chat.Choose(before.Choice())
		return nil
	})
	return err
}

// revertYear undoes a change of a year of the calendar.
func (a *API) revertYear(ctx context.Context, undo *audit.Entry, entry audit.Entry) error {
	before, after, err := states[settings.Year](entry)
	if err != nil || before == nil || after == nil {
		return fault.Wrap(err, fault.Conflict, "fault.audit.no_revert", nil)
	}
	_, err = a.Settings.ChangeYear(ctx, entry.TenantKey, after.Year, undo, func(y *settings.Year) error { return swap(y, *before, *after) })
	if err != nil {
		return err
	}
	return a.Scheduler.Replan(ctx, entry.TenantKey)
}

// states reads what an entry says of the thing before and after; nil for a
// thing that was not there.
func states[T any](entry audit.Entry) (before, after *T, err error) {
	for _, state := range []struct {
		raw  json.RawMessage
		into **T
	}{{entry.Before, &before}, {entry.After, &after}} {
		if state.raw == nil {
			continue
		}
		*state.into = new(T)
		if err := json.Unmarshal(state.raw, *state.into); err != nil {
			return nil, nil, fmt.Errorf("read audit entry %d: %w", entry.ID, err)
		}
	}
	return before, after, nil
}

// swap puts the state before in the place of the one after, or says that it was
// changed since.
func swap[T any](now *T, before, after T) error {
	a, errA := json.Marshal(*now)
	b, errB := json.Marshal(after)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		return fault.New(fault.Conflict, "fault.audit.changed", nil)
	}
	*now = before
	return nil
}
