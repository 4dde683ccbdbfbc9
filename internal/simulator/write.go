package simulator

import "strings"

// TextOptions vary a message that somebody writes.
type TextOptions struct {
	MentionBot bool   // put the mention in front
	Post       bool   // as rich text
	ThreadID   string // in a thread
	ReplyTo    string // the message_id it answers
	Recalled   bool   // it arrives with empty content
}

// SendText has somebody write a message and sends its event. A "@" with the
// bot's name anywhere in it becomes a mention.
func (s *Server) SendText(chatID, openID, words string, options TextOptions) Message {
	s.mu.Lock()
	message := s.write(chatID, openID, words, options)
	copied, event := message.copied(), s.received(message)
	heard := s.hears(message)
	s.mu.Unlock()
	if heard {
		s.Emit(event)
	}
	return copied
}

// write makes a message of a person. The lock is held.
func (s *Server) write(chatID, openID, words string, options TextOptions) *Message {
	now := s.clock.Now().UnixMilli()
	tenant := s.tenantOf(chatID)
	message := &Message{
		tenant: tenant, MessageID: s.newID("om_"), ChatID: chatID, ThreadID: options.ThreadID, Deleted: options.Recalled,
		Sender: Sender{ID: openID, Type: "user", Name: tenant.person(openID).Name}, CreateTime: now, UpdateTime: now,
	}
	if parent, known := s.messages[options.ReplyTo]; known {
		answering := s.answering(parent, false)
		message.ParentID, message.RootID, message.ThreadID = answering.ParentID, answering.RootID, answering.ThreadID
		message.ReplyTo = answering.ReplyTo
	}
	if options.MentionBot {
		words = "@" + s.options.BotName + " " + words
	}
	message.MsgType = "text"
	if options.Post {
		message.MsgType = "post"
	}
	s.word(message, words)
	s.add(message)
	return message
}

// word puts words into a message, with mentions of the bot as keys. The lock is
// held.
func (s *Server) word(message *Message, words string) {
	mention := Mention{Key: "@_user_1", Name: s.options.BotName, OpenID: message.tenant.botID}
	keyed := strings.ReplaceAll(words, "@"+s.options.BotName, mention.Key)
	message.Mentions = nil
	if keyed != words {
		message.Mentions = []Mention{mention}
	}
	var content any = map[string]string{"text": keyed}
	if message.MsgType == "post" {
		content = map[string]any{"title": "", "content": postContent(keyed, mention.Key)}
	}
	message.Content = marshal(content)
}

// postContent writes a text as rich text, a line for each of its own.
func postContent(keyed, key string) [][]map[string]string {
	var lines [][]map[string]string
	for text := range strings.Lines(keyed) {
		line := []map[string]string{}
		for i, part := range strings.Split(strings.TrimSuffix(text, "\n"), key) {
			if i > 0 {
				line = append(line, map[string]string{"tag": "at", "user_id": key})
			}
			if part != "" {
				line = append(line, map[string]string{"tag": "text", "text": part})
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// hears reports whether the app's scopes let it get a message, and whether the
// bot is there at all. The lock is held.
func (s *Server) hears(message *Message) bool {
	chat, known := s.chats[message.ChatID]
	switch {
	case !known:
		return true // what a test makes up is delivered
	case chat.Mode == "p2p":
		return message.tenant.may([]string{"im:message.p2p_msg:readonly"})
	case !chat.BotIn || chat.Dissolved:
		return false
	case len(message.Mentions) > 0:
		return message.tenant.may([]string{"im:message.group_at_msg:readonly", "im:message.group_msg"})
	}
	return message.tenant.may([]string{"im:message.group_msg"})
}

// received is the event of a message. The lock is held.
func (s *Server) received(m *Message) Event {
	return Event{EventID: s.newID("ev_"), Type: messageReceived, TenantKey: m.tenant.key, Body: s.messageBody(m)}
}

// messageBody is the content of a message's event. Source:
// im-v1/message/events/receive.
func (s *Server) messageBody(m *Message) map[string]any {
	person := m.tenant.person(m.Sender.ID)
	mode := "group"
	if chat, known := s.chats[m.ChatID]; known && chat.Mode == "p2p" {
		mode = "p2p"
	}
	message := map[string]any{
		"message_id": m.MessageID, "create_time": text(m.CreateTime), "update_time": text(m.UpdateTime), "chat_id": m.ChatID,
		"chat_type": mode, "message_type": m.MsgType, "content": string(m.Content),
	}
	if m.Deleted {
		message["content"] = ""
	}
	for name, id := range map[string]string{"root_id": m.RootID, "parent_id": m.ParentID, "thread_id": m.ThreadID} {
		if id != "" {
			message[name] = id
		}
	}
	if m.tenant.granted["im:user_agent:read"] {
		message["user_agent"] = "Mozilla/5.0 Lark/7.30.0 LarkLocale/zh_CN"
	}
	if len(m.Mentions) > 0 {
		mentions := make([]any, 0, len(m.Mentions))
		for _, mention := range m.Mentions {
			mentions = append(mentions, map[string]any{
				"key": mention.Key, "name": mention.Name, "tenant_key": m.tenant.key, "mentioned_type": "bot", "id": personIDs(mention.OpenID),
			})
		}
		message["mentions"] = mentions
	}
	sender := map[string]any{"sender_id": personIDs(person.OpenID), "sender_type": "user", "tenant_key": person.TenantKey}
	return map[string]any{"sender": sender, "message": message}
}

// RepeatMessage sends a message's event again under a new event id, as the
// platform may, edited or not; false when there is no such message.
func (s *Server) RepeatMessage(messageID string) bool {
	return s.again(messageID, func(*Message) {})
}

// EditText has somebody edit a message; its event comes again under a new event
// id, with the same message id.
func (s *Server) EditText(messageID, words string) bool {
	return s.again(messageID, func(m *Message) {
		s.word(m, words)
		s.replace(m, m.Content, s.clock.Now())
	})
}

// again changes a message and sends its event under a new id.
func (s *Server) again(messageID string, change func(*Message)) bool {
	s.mu.Lock()
	message, known := s.messages[messageID]
	if !known {
		s.mu.Unlock()
		return false
	}
	change(message)
	event := s.received(message)
	s.mu.Unlock()
	s.Emit(event)
	return true
}
