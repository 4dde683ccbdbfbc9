package admin

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"huibao/internal/fault"
)

// chatWithMembers is a chat with what the platform says of it now.
type chatWithMembers struct {
	chatBody
	MemberCount *int `json:"member_count"` // people, not bots; null when it cannot be told
}

// membersWithin bounds the look-up: the rest of the chat is known without it.
const membersWithin = 3 * time.Second

// getChat answers GET /chats/{chat_id}.
func (a *API) getChat(c echo.Context) error {
	ctx := c.Request().Context()
	tenantKey, err := a.tenant(c)
	if err != nil {
		return err
	}
	chat, known, err := a.findListed(ctx, tenantKey, c.Param("chat_id"))
	if err != nil {
		return err
	}
	if !known {
		return fault.New(fault.NotFound, "fault.admin.chat_not_found", nil)
	}
	body := chatWithMembers{chatBody: showChat(chat)}
	ctx, cancel := context.WithTimeout(ctx, membersWithin)
	defer cancel()
	if info, err := a.Platform.FindChat(ctx, tenantKey, chat.ChatID); err == nil {
		body.MemberCount = info.MemberCount
	}
	return c.JSON(http.StatusOK, body)
}
