package feishu

import (
	"context"
	"strings"

	larkcore "github.com/larksuite/oapi-sdk-go/v3/core"
	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"

	"huibao/templates"
)

// patchEndpoint names the call that replaces a card in errors and metrics.
const patchEndpoint = "message_patch"

// Send posts a new message to a chat, or to a person where the id is an
// open_id, and returns its message_id. It makes one call, since each takes a
// slot of the send limits. The error is an *outbox.Failure.
// Source: im-v1/message/create.
func (c *Client) Send(ctx context.Context, tenantKey, receiveID string, content templates.Content, uuid string) (string, error) {
	var id *string
	err := c.once(ctx, tenantKey, "message_create", func(ctx context.Context, token larkcore.RequestOptionFunc) error {
		reply, err := c.im.Message.Create(ctx, larkim.NewCreateMessageReqBuilder().ReceiveIdType(idType(receiveID)).
			Body(larkim.NewCreateMessageReqBodyBuilder().ReceiveId(receiveID).MsgType(content.MsgType).
				Content(content.Body).Uuid(uuid).Build()).Build(), token)
		if err == nil && reply.Data != nil {
			id = reply.Data.MessageId
		}
		return posted(id, err)
	})
	return sent(id, err)
}

// idType is what kind of receiver an id names.
func idType(receiveID string) string {
	if strings.HasPrefix(receiveID, "ou_") {
		return "open_id"
	}
	return "chat_id"
}

// Reply answers a message and returns the answer's message_id. In a thread it
// stays in the thread. It makes one call, as Send does. The error is an
// *outbox.Failure. Source: im-v1/message/reply.
func (c *Client) Reply(ctx context.Context, tenantKey, messageID string, content templates.Content, uuid string) (string, error) {
	var id *string
	err := c.once(ctx, tenantKey, "message_reply", func(ctx context.Context, token larkcore.RequestOptionFunc) error {
		reply, err := c.im.Message.Reply(ctx, larkim.NewReplyMessageReqBuilder().MessageId(messageID).
			Body(larkim.NewReplyMessageReqBodyBuilder().MsgType(content.MsgType).Content(content.Body).Uuid(uuid).Build()).Build(), token)
		if err == nil && reply.Data != nil {
			id = reply.Data.MessageId
		}
		return posted(id, err)
	})
	return sent(id, err)
}

// posted is the error of a post. A success without a message_id is none that
// can be relied on: it may have been posted. The reply of a refusal has none
// either, and then its code is what counts.
func posted(id *string, err error) error {
	if err == nil && text(id) == "" {
		return unread("it holds no message_id")
	}
	return err
}

// sent is how a post ended.
func sent(id *string, err error) (string, error) {
	if err != nil {
		return "", sorted(err)
	}
	return *id, nil
}

// Update replaces the card of a message. The error is an *outbox.Failure.
// Source: im-v1/message-card/patch.
func (c *Client) Update(ctx context.Context, tenantKey, messageID string, content templates.Content) error {
	return sorted(c.call(ctx, tenantKey, patchEndpoint, func(ctx context.Context, token larkcore.RequestOptionFunc) error {
		_, err := c.im.Message.Patch(ctx, larkim.NewPatchMessageReqBuilder().MessageId(messageID).
			Body(larkim.NewPatchMessageReqBodyBuilder().Content(content.Body).Build()).Build(), token)
		return err
	}))
}

// AddReaction puts an emoji on a message. Source: im-v1/message-reaction.
func (c *Client) AddReaction(ctx context.Context, tenantKey, messageID, emoji string) error {
	return c.call(ctx, tenantKey, "reaction_create", func(ctx context.Context, token larkcore.RequestOptionFunc) error {
		_, err := c.im.MessageReaction.Create(ctx, larkim.NewCreateMessageReactionReqBuilder().MessageId(messageID).
			Body(larkim.NewCreateMessageReactionReqBodyBuilder().
				ReactionType(larkim.NewEmojiBuilder().EmojiType(emoji).Build()).Build()).Build(), token)
		return err
	})
}
