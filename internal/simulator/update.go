package simulator

import (
	"encoding/json"
	"time"
)

// patchWindow is how long a card can be replaced and clicked. Source:
// im-v1/message-card/patch, card-json-v2-breaking-changes.
const patchWindow = 14 * 24 * time.Hour

// patchMessage answers PATCH messages/:id: cards of the app only.
func (s *Server) patchMessage(c *call) answer {
	var request struct {
		Content string `json:"content"`
	}
	var card map[string]any
	if !c.decode(&request) || json.Unmarshal([]byte(request.Content), &card) != nil || card == nil {
		return refuse(230001, "Your request contains an invalid request parameter, ext=content is not a card")
	}
	if len(c.body) > cardLimit {
		return refuse(230025, "The length of the message content reaches its limit.")
	}
	if refusal := c.tenant.checkCard(card); refusal != nil {
		return *refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	message, refusal := c.tenant.changeable(c.PathValue("message_id"), c.now)
	if refusal != nil {
		return *refusal
	}
	if !shared(card) || !isShared(message.Content) {
		return refuse(230001, "Your request contains an invalid request parameter, ext=config.update_multi must be true before and after")
	}
	if refusal := often(&message.changes, c.now, s.limits.MessagePerSecond); refusal != nil {
		return *refusal
	}
	message.Updates++
	s.replace(message, json.RawMessage(request.Content), c.now)
	return ok(map[string]any{})
}

// changeable finds a card of the app that can be replaced. The lock is held.
func (t *Tenant) changeable(id string, now time.Time) (*Message, *answer) {
	message, known := t.message(id)
	if !known {
		a := unknownMessage(id)
		return nil, &a
	}
	chat := t.server.chats[message.ChatID]
	switch {
	case t.app.BotOff:
		return nil, refused(230006, "Bot ability is not activated.")
	case !message.own() || message.MsgType != "interactive":
		return nil, refused(230001, "Your request contains an invalid request parameter, ext=not a card of this app")
	case message.Deleted:
		return nil, refused(230011, "The message is recalled.")
	case now.Sub(time.UnixMilli(message.CreateTime)) > patchWindow:
		return nil, refused(230031, "Message can only be modified within 14 days after sending.")
	case chat != nil && chat.Dissolved:
		return nil, refused(232009, "Your request specifies a chat which has already been dissolved.")
	}
	return message, nil
}

// shared reports whether a card says that all see its updates.
func shared(card map[string]any) bool {
	config, _ := card["config"].(map[string]any)
	return config["update_multi"] == true
}

// isShared is shared for a card that was sent.
func isShared(content json.RawMessage) bool {
	var card map[string]any
	return json.Unmarshal(content, &card) == nil && shared(card)
}

// getMessage answers GET messages/:id.
func (s *Server) getMessage(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	message, known := c.tenant.message(c.PathValue("message_id"))
	if !known {
		return unknownMessage(c.PathValue("message_id"))
	}
	if chat := s.chats[message.ChatID]; chat != nil && !chat.BotIn {
		return refuse(230002, "The bot can not be outside the group.")
	}
	return ok(map[string]any{"items": []any{s.describe(message)}})
}

// deleteMessage answers DELETE messages/:id: the app's own only.
func (s *Server) deleteMessage(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	message, known := c.tenant.message(c.PathValue("message_id"))
	if !known {
		return unknownMessage(c.PathValue("message_id"))
	}
	switch chat := s.chats[message.ChatID]; {
	case c.tenant.app.BotOff:
		return refuse(230006, "Bot ability is not activated.")
	case !message.own():
		return refuse(230026, "No permission to recall this message.")
	case message.Deleted:
		return refuse(230110, "Action unavailable as the message has been deleted.")
	case chat != nil && chat.Dissolved:
		return refuse(232009, "Your request specifies a chat which has already been dissolved.")
	case chat != nil && !chat.BotIn:
		return refuse(230002, "The bot can not be outside the group.")
	}
	s.recall(message)
	return ok(map[string]any{})
}

// Recall has whoever wrote a message take it back.
func (s *Server) Recall(messageID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	message, known := s.messages[messageID]
	if known {
		s.recall(message)
	}
	return known
}

// recall takes a message back. The lock is held.
func (s *Server) recall(message *Message) {
	message.Deleted = true
	s.show("update", message)
}
