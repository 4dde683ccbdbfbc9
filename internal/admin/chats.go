package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"huibao/bot"
	"huibao/internal/audit"
	"huibao/internal/fault"
	"huibao/reports"
	"huibao/templates"
)

// chatBody is a chat as it is answered.
type chatBody struct {
	TenantKey string  `json:"tenant_key"`
	ChatID    string  `json:"chat_id"`
	Name      string  `json:"name"`
	ChatMode  string  `json:"chat_mode"`
	OwnerID   string  `json:"owner_id"`
	PersonID  string  `json:"person_id"`
	External  bool    `json:"external"`
	State     string  `json:"state"`
	Access    string  `json:"access"`
	Locale    *string `json:"locale"`   // null: the default
	Timezone  *string `json:"timezone"` // null: the default
	Unit      *string `json:"unit"`     // null: the default
	// ScheduleCount is how many schedules post to it.
	ScheduleCount int     `json:"schedule_count"`
	RequestedAt   *string `json:"requested_at"` // when the bot's admins were last asked for access; null: never
	CreatedAt     *string `json:"created_at"`
	UpdatedAt     *string `json:"updated_at"`
}

// showChat writes a chat.
func showChat(c bot.ListedChat) chatBody {
	return chatBody{
		TenantKey: c.TenantKey, ChatID: c.ChatID, Name: c.Name, ChatMode: c.ChatMode, OwnerID: c.OwnerID, PersonID: c.PersonID,
		External: c.External, State: string(c.State), Access: string(c.Access), Locale: optional(c.Locale),
		Timezone: optional(c.Timezone), Unit: optional(c.Unit), ScheduleCount: c.Schedules, RequestedAt: shown(c.AccessAskedAt, time.UTC),
		CreatedAt: shown(c.CreatedAt, time.UTC), UpdatedAt: shown(c.UpdatedAt, time.UTC),
	}
}

// waiting is what chats are narrowed to whose access somebody asked for and nobody
// decided about.
const waiting = "waiting"

// readChatFilter reads which chats are asked for.
func readChatFilter(c echo.Context, p page) (bot.ChatFilter, error) {
	query, wrongQuery := readText(c, "q")
	filter := bot.ChatFilter{Query: query, After: p.after, Limit: p.limit + 1}
	var wrongAccess, wrongExternal error
	switch access := c.QueryParam("access"); access {
	case "":
	case waiting:
		filter.Waiting = true
	case string(bot.AccessAllowed), string(bot.AccessBlocked):
		filter.Access = bot.Access(access)
	default:
		wrongAccess = badQuery("access", "fault.admin.chat_access")
	}
	if text := c.QueryParam("external"); text != "" {
		external := text == "true"
		filter.External = &external
		if !external && text != "false" {
			wrongExternal = badQuery("external", "fault.admin.yes_or_no")
		}
	}
	return filter, allWrong(wrongQuery, wrongAccess, wrongExternal)
}

// listChats answers GET /chats.
func (a *API) listChats(c echo.Context) error {
	p, wrongPage := readPage(c)
	filter, wrongFilter := readChatFilter(c, p)
	if err := allWrong(wrongPage, wrongFilter); err != nil {
		return err
	}
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	found, err := a.Chats.ListChats(c.Request().Context(), tenantKey, filter)
	if err != nil {
		return err
	}
	return answerList(c, p, found, func(chat bot.ListedChat) string { return chat.ChatID }, showChat)
}

// findListed returns a chat as it is in the list; ok is false for one never seen.
func (a *API) findListed(ctx context.Context, tenantKey, chatID string) (chat bot.ListedChat, ok bool, err error) {
	found, err := a.Chats.ListChats(ctx, tenantKey, bot.ChatFilter{ChatID: chatID, Limit: 1})
	if err != nil || len(found) == 0 {
		return bot.ListedChat{}, false, err
	}
	return found[0], true, nil
}

// chatPatch is what can be changed of a chat; what is left out stays, and null
// or an empty text goes back to the default.
type chatPatch struct {
	Access   *string  `json:"access"`
	Locale   nullable `json:"locale"`
	Timezone nullable `json:"timezone"`
	Unit     nullable `json:"unit"`
}

// nullable tells a field that was left out from one that is null.
type nullable struct {
	given bool
	text  string
}

// UnmarshalJSON reads a text or null.
func (n *nullable) UnmarshalJSON(raw []byte) error {
	n.given = true
	if !present(raw) {
		return nil
	}
	return jsonText(raw, &n.text)
}

// patchChat answers PATCH /chats/{chat_id}.
func (a *API) patchChat(c echo.Context) error {
	ctx := c.Request().Context()
	var patch chatPatch
	misread := readBody(c, &patch)
	if err := allWrong(misread, patch.check()); err != nil {
		return err
	}
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	chatID := c.Param("chat_id")
	seen, err := a.seeChat(ctx, tenantKey, chatID)
	if err != nil {
		return err
	}
	entry := &audit.Entry{TenantKey: tenantKey, At: a.Now(), Actor: actor(c), Action: "chat.update", Object: "chat/" + chatID}
	changed, err := a.Chats.ChangeChat(ctx, tenantKey, chatID, entry, func(chat *bot.Chat) error {
		seen(chat)
		patch.apply(chat)
		return nil
	})
	if err != nil {
		return err
	}
	listed, _, err := a.findListed(ctx, tenantKey, chatID)
	if err != nil {
		return err
	}
	listed.Chat = changed
	return c.JSON(http.StatusOK, showChat(listed))
}

// seeChat makes sure that the chat exists. For one that huibao has not seen yet
// the platform is asked; the function returned takes over what it says.
func (a *API) seeChat(ctx context.Context, tenantKey, chatID string) (func(*bot.Chat), error) {
	_, known, err := a.Chats.FindChat(ctx, tenantKey, chatID)
	if err != nil || known {
		return func(*bot.Chat) {}, err
	}
	info, err := a.Platform.FindChat(ctx, tenantKey, chatID)
	if err != nil {
		if fault.KindOf(err) == fault.Temporary {
			return nil, err
		}
		return nil, fault.Wrap(err, fault.NotFound, "fault.admin.chat_not_found", nil)
	}
	return func(chat *bot.Chat) { chat.Note(info, tenantKey, a.Now()) }, nil
}

// check names every wrong field.
func (p chatPatch) check() error {
	var wrong []fault.Field
	if p.Access != nil && *p.Access != string(bot.AccessAllowed) && *p.Access != string(bot.AccessBlocked) {
		wrong = append(wrong, fault.Field{Name: "access", Key: "fault.admin.access"})
	}
	if _, err := templates.ParseLocale(p.Locale.text); p.Locale.text != "" && err != nil {
		wrong = append(wrong, fault.Field{Name: "locale", Key: "fault.schedule.locale", Args: fault.Args{"part": p.Locale.text}})
	}
	if _, err := time.LoadLocation(p.Timezone.text); err != nil || p.Timezone.text == "Local" {
		wrong = append(wrong, fault.Field{Name: "timezone", Key: "fault.schedule.timezone", Args: fault.Args{"part": p.Timezone.text}})
	}
	if _, err := reports.ParseUnit(p.Unit.text); err != nil {
		wrong = append(wrong, fault.Field{Name: "unit", Key: "fault.command.unit", Args: fault.Args{"part": p.Unit.text}})
	}
	if len(wrong) > 0 {
		return &fault.Error{Kind: fault.Invalid, Key: "fault.admin.invalid", Fields: wrong}
	}
	return nil
}

// apply changes what was given.
func (p chatPatch) apply(chat *bot.Chat) {
	if p.Access != nil {
		chat.Access = bot.Access(*p.Access)
	}
	if p.Locale.given {
		chat.Locale = p.Locale.text
	}
	if p.Timezone.given {
		chat.Timezone = p.Timezone.text
	}
	if p.Unit.given {
		chat.Unit = reports.Unit(p.Unit.text)
	}
}
