package simulator

import (
	"encoding/json"
	"slices"
	"time"
)

// Message is one message in a chat.
type Message struct {
	MessageID  string          `json:"message_id"`
	ChatID     string          `json:"chat_id"`
	RootID     string          `json:"root_id"`
	ParentID   string          `json:"parent_id"`
	ReplyTo    string          `json:"reply_to"` // what was replied to: in a thread the parent is its first message
	ThreadID   string          `json:"thread_id"`
	Sender     Sender          `json:"sender"`
	MsgType    string          `json:"msg_type"`
	Content    json.RawMessage `json:"content"` // the parsed content object
	Mentions   []Mention       `json:"mentions"`
	CreateTime int64           `json:"create_time"` // milliseconds
	UpdateTime int64           `json:"update_time"`
	Updated    bool            `json:"updated"`
	Deleted    bool            `json:"deleted"`
	Reactions  []ReactionCount `json:"reactions"`
	UUID       string          `json:"uuid"`
	Updates    int             `json:"updates"`        // how often its card was replaced
	File       *FileInfo       `json:"file,omitempty"` // of a message of type file

	changes meter
	number  int     // counts up over all chats
	tenant  *Tenant // whose bot wrote it, or can read it
}

// FileInfo is what the client shows of a file.
type FileInfo struct {
	Name string `json:"name"`
	Size int    `json:"size"` // bytes
}

// Sender is who wrote a message.
type Sender struct {
	ID   string `json:"id"`
	Type string `json:"type"` // user or app
	Name string `json:"name"`
}

// Mention is an @ in a message.
type Mention struct {
	Key    string `json:"key"`
	Name   string `json:"name"`
	OpenID string `json:"open_id"`
}

// ReactionCount is how often an emoji stands under a message.
type ReactionCount struct {
	EmojiType string `json:"emoji_type"`
	Count     int    `json:"count"`
}

// copied is a message for others to keep. The lock is held.
func (m *Message) copied() Message {
	copied := *m
	copied.Reactions, copied.Mentions = slices.Clone(m.Reactions), slices.Clone(m.Mentions)
	copied.changes = meter{}
	return copied
}

// own reports whether the app wrote a message.
func (m *Message) own() bool { return m.Sender.Type == "app" }

// Messages are a chat's messages, the oldest first; "" for every chat.
func (s *Server) Messages(chatID string) []Message {
	return s.pick(chatID, func(*Message) bool { return true })
}

// FromBot are the messages the app posted to a chat, "" for every chat.
func (s *Server) FromBot(chatID string) []Message {
	return s.pick(chatID, (*Message).own)
}

// pick copies messages of a chat, or of all, the oldest first.
func (s *Server) pick(chatID string, wanted func(*Message) bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Message
	add := func(messages []*Message) {
		for _, message := range messages {
			if wanted(message) {
				found = append(found, message.copied())
			}
		}
	}
	if chatID != "" {
		add(s.byChat[chatID])
		return found
	}
	for _, messages := range s.byChat {
		add(messages)
	}
	slices.SortFunc(found, func(a, b Message) int { return a.number - b.number })
	return found
}

// CountFromBot is how many messages the app posted to each chat. It copies none
// of them.
func (s *Server) CountFromBot() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := make(map[string]int, len(s.byChat))
	for chatID, messages := range s.byChat {
		for _, message := range messages {
			if message.own() {
				counts[chatID]++
			}
		}
	}
	return counts
}

// add keeps a message and tells who listens. The lock is held.
func (s *Server) add(message *Message) {
	s.nextMessage++
	message.number = s.nextMessage
	s.messages[message.MessageID] = message
	s.byChat[message.ChatID] = append(s.byChat[message.ChatID], message)
	if message.own() && message.ReplyTo != "" {
		s.replies[message.ReplyTo] = append(s.replies[message.ReplyTo], message)
	}
	s.forget(message.ChatID)
	s.show("message", message)
}

// forget drops a chat's oldest messages when there are more than are kept, a
// quarter at once. The lock is held.
func (s *Server) forget(chatID string) {
	keep := s.options.KeepMessages
	if keep == 0 || len(s.byChat[chatID]) <= keep {
		return
	}
	gone := max(keep/4, 1)
	for _, message := range s.byChat[chatID][:gone] {
		delete(s.messages, message.MessageID)
		delete(s.replies, message.MessageID)
		delete(s.reactions, message.MessageID)
	}
	s.byChat[chatID] = slices.Delete(s.byChat[chatID], 0, gone)
}

// show tells the chat page and everybody who waits of a message. The lock is
// held.
func (s *Server) show(kind string, message *Message) {
	s.stream(kind, message)
	s.notify()
}

// replace gives a message another content. The lock is held.
func (s *Server) replace(message *Message, content json.RawMessage, now time.Time) {
	message.Content, message.Updated, message.UpdateTime = content, true, now.UnixMilli()
	s.show("update", message)
}

// describe writes a message as the platform does. A recalled one has no
// content. Source: im-v1/message/create, get.
func (s *Server) describe(m *Message) map[string]any {
	idType, tenantKey := "app_id", m.tenant.key
	if !m.own() {
		idType, tenantKey = "open_id", m.tenant.person(m.Sender.ID).TenantKey
	}
	fields := map[string]any{
		"message_id": m.MessageID, "msg_type": m.MsgType, "create_time": text(m.CreateTime), "update_time": text(m.UpdateTime),
		"deleted": m.Deleted, "updated": m.Updated, "chat_id": m.ChatID, "body": map[string]any{"content": string(m.Content)},
		"sender": map[string]any{"id": m.Sender.ID, "id_type": idType, "sender_type": m.Sender.Type, "tenant_key": tenantKey},
	}
	if m.Deleted {
		fields["body"] = map[string]any{}
	}
	for name, id := range map[string]string{"root_id": m.RootID, "parent_id": m.ParentID, "thread_id": m.ThreadID} {
		if id != "" {
			fields[name] = id
		}
	}
	if len(m.Mentions) > 0 {
		mentions := make([]any, 0, len(m.Mentions))
		for _, mention := range m.Mentions {
			mentions = append(mentions, map[string]string{
				"key": mention.Key, "id": mention.OpenID, "id_type": "open_id", "name": mention.Name, "tenant_key": m.tenant.key,
			})
		}
		fields["mentions"] = mentions
	}
	return fields
}
