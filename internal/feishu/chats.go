package feishu

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"

	"huibao/bot"
)

// dissolved is the beginning of the statuses of a chat that is no more:
// "dissolved", and "dissolved_save" where the history is kept.
const dissolved = "dissolved"

// FindChat looks a chat up. Source: group/chat/get-chat. The error is a fault.
func (c *Client) FindChat(ctx context.Context, tenantKey, chatID string) (bot.ChatInfo, error) {
	var info bot.ChatInfo
	err := c.call(ctx, tenantKey, "chat_get", func(ctx context.Context, token larkcore.RequestOptionFunc) error {
		reply, err := c.im.Chat.Get(ctx, larkim.NewGetChatReqBuilder().ChatId(chatID).Build(), token)
		if err != nil {
			return err
		}
		if reply.Data == nil || reply.Data.External == nil { // nobody may take it for one of the own people
			return unread("it does not say whether the chat is external")
		}
		d := reply.Data
		info = bot.ChatInfo{
			TenantKey: text(d.TenantKey), Name: text(d.Name), ChatMode: text(d.ChatMode), OwnerID: text(d.OwnerId),
			ManagerIDs: append([]string{}, d.UserManagerIdList...), // not nil: told, even when there are none
			External:   *d.External, Dissolved: isDissolved(text(d.ChatStatus)), MemberCount: count(d.UserCount),
		}
		return nil
	})
	return info, faulty(err)
}

// Chat is one chat of the platform's list.
type Chat struct {
	ChatID string
	bot.ChatInfo
}

// mostPages bounds a list: 100 chats a page are more than a bot is ever in.
const mostPages = 1000

// ListChats returns the groups the bot is in. Source: group/chat/list. The
// error is a fault.
func (c *Client) ListChats(ctx context.Context, tenantKey string) ([]Chat, error) {
	var chats []Chat
	page := ""
	for range mostPages {
		list, err := c.listChats(ctx, tenantKey, page)
		if err != nil {
			return nil, faulty(err)
		}
		for _, item := range list.Items {
			if item == nil || text(item.ChatId) == "" {
				continue
			}
			chats = append(chats, Chat{ChatID: *item.ChatId, ChatInfo: bot.ChatInfo{
				TenantKey: text(item.TenantKey), Name: text(item.Name), ChatMode: "group", OwnerID: text(item.OwnerId),
				External: item.External == nil || *item.External, Dissolved: isDissolved(text(item.ChatStatus)),
			}})
		}
		page = text(list.PageToken)
		if list.HasMore == nil || !*list.HasMore {
			return chats, nil
		}
		if page == "" {
			break
		}
	}
	return nil, faulty(&Error{Endpoint: "chat_list", Err: unread("the list of chats has no end")})
}

// listChats returns one page of the list.
func (c *Client) listChats(ctx context.Context, tenantKey, page string) (*larkim.ListChatRespData, error) {
	var list *larkim.ListChatRespData
	err := c.call(ctx, tenantKey, "chat_list", func(ctx context.Context, token larkcore.RequestOptionFunc) error {
		builder := larkim.NewListChatReqBuilder().PageSize(100)
		if page != "" {
			builder.PageToken(page)
		}
		reply, err := c.im.Chat.List(ctx, builder.Build(), token)
		if err != nil {
			return err
		}
		if list = reply.Data; list == nil {
			return unread("it holds no list of chats")
		}
		return nil
	})
	return list, err
}

// BotInfo returns the bot's own open_id in a tenant and its name. Source:
// bot-v3/info. The error is a fault.
func (c *Client) BotInfo(ctx context.Context, tenantKey string) (openID, name string, err error) {
	var reply struct {
		Bot struct {
			OpenID  string `json:"open_id"`
			AppName string `json:"app_name"`
		} `json:"bot"`
	}
	err = c.get(ctx, tenantKey, "bot_info", "/open-apis/bot/v3/info", nil, func(body []byte) error {
		if json.Unmarshal(body, &reply) != nil || reply.Bot.OpenID == "" {
			return unread("it holds no open_id of the bot")
		}
		return nil
	})
	return reply.Bot.OpenID, reply.Bot.AppName, faulty(err)
}

// Tenant returns the key and name of the tenant on whose behalf it is asked: for
// a custom app the one it belongs to, whose key need not be known. Source:
// tenant-v2/query. The error is a fault.
func (c *Client) Tenant(ctx context.Context, onBehalf string) (tenantKey, name string, err error) {
	var reply struct {
		Data struct {
			Tenant struct {
				TenantKey string `json:"tenant_key"`
				Name      string `json:"name"`
			} `json:"tenant"`
		} `json:"data"`
	}
	err = c.get(ctx, onBehalf, "tenant_query", "/open-apis/tenant/v2/tenant/query", nil, func(body []byte) error {
		if json.Unmarshal(body, &reply) != nil || reply.Data.Tenant.TenantKey == "" {
			return unread("it holds no tenant_key")
		}
		return nil
	})
	return reply.Data.Tenant.TenantKey, reply.Data.Tenant.Name, faulty(err)
}

// get is bare for what is only read.
func (c *Client) get(ctx context.Context, tenantKey, endpoint, path string, query larkcore.QueryParams, read func(body []byte) error) error {
	return c.bare(ctx, tenantKey, endpoint, larkcore.ApiReq{HttpMethod: http.MethodGet, ApiPath: path, QueryParams: query}, read)
}

// bare makes a call for which the services in use have no method, or none that
// reads the reply as strictly as it must be read. The error is an *Error.
func (c *Client) bare(ctx context.Context, tenantKey, endpoint string, request larkcore.ApiReq, read func(body []byte) error) error {
	request.SupportedAccessTokenTypes = []larkcore.AccessTokenType{larkcore.AccessTokenTypeTenant}
	return c.call(ctx, tenantKey, endpoint, func(ctx context.Context, token larkcore.RequestOptionFunc) error {
		reply, err := larkcore.Request(ctx, &request, c.config, token)
		if err != nil {
			return err
		}
		return read(reply.RawBody)
	})
}

// isDissolved reads a chat_status.
func isDissolved(status string) bool { return strings.HasPrefix(status, dissolved) }

// count is a number that the platform sends as text, nil when it was not sent or
// is none.
func count(field *string) *int {
	n, err := strconv.Atoi(text(field))
	if err != nil || n < 0 {
		return nil
	}
	return &n
}

// text is a field of the platform, "" when it was not sent.
func text(field *string) string {
	if field == nil {
		return ""
	}
	return *field
}
