package simulator

import (
	"maps"
	"slices"
)

// The events of a chat, with the scopes of which one is needed to get them.
// Source: group/chat-member/event, group/chat/events.
var chatEvents = map[string][]string{
	"im.chat.member.bot.added_v1":    {"im:chat", "im:chat.members:bot_access", "im:chat:readonly"},
	"im.chat.member.bot.deleted_v1":  {"im:chat", "im:chat.members:bot_access", "im:chat:readonly"},
	"im.chat.member.user.added_v1":   {"im:chat", "im:chat:readonly"},
	"im.chat.member.user.deleted_v1": {"im:chat", "im:chat:readonly"},
	"im.chat.disbanded_v1":           {"im:chat", "im:chat:read", "im:chat:readonly"},
	"im.chat.updated_v1":             {"im:chat", "im:chat:read", "im:chat:readonly"},
}

// ChatEvent tells the app of something that happened to a chat. It does nothing
// for a chat that is not known, or when the app lacks the scope.
func (s *Server) ChatEvent(eventType, chatID string, more map[string]any) {
	s.mu.Lock()
	chat, known := s.chats[chatID]
	tenant := s.tenantOf(chatID)
	if !known || !tenant.may(chatEvents[eventType]) {
		s.mu.Unlock()
		return
	}
	body := map[string]any{
		"chat_id": chatID, "operator_id": personIDs(tenant.ID(AdminID)), "external": chat.External, "operator_tenant_key": tenant.key,
	}
	if eventType != "im.chat.updated_v1" {
		body["name"] = chat.Name
		body["i18n_names"] = map[string]string{"zh_cn": chat.Name, "en_us": chat.Name, "ja_jp": chat.Name}
	}
	maps.Copy(body, more)
	event := Event{EventID: s.newID("ev_"), Type: eventType, Body: body, TenantKey: tenant.key}
	s.mu.Unlock()
	s.Emit(event)
}

// RemoveBot takes the bot out of a chat and says so.
func (s *Server) RemoveBot(chatID string) {
	s.ChangeChat(chatID, func(c *Chat) { c.BotIn = false })
	s.ChatEvent("im.chat.member.bot.deleted_v1", chatID, nil)
}

// AddBot puts the bot into a chat, or back into it, and says so.
func (s *Server) AddBot(chatID string) {
	s.ChangeChat(chatID, func(c *Chat) { c.BotIn = true })
	s.ChatEvent("im.chat.member.bot.added_v1", chatID, nil)
}

// Dissolve ends a chat and says so.
func (s *Server) Dissolve(chatID string) {
	s.ChangeChat(chatID, func(c *Chat) { c.Dissolved, c.Kept = true, false })
	s.ChatEvent("im.chat.disbanded_v1", chatID, nil)
}

// DissolveQuietly ends a chat and keeps its history. The platform sends no event
// then: the app finds out by chat_status or 232009.
func (s *Server) DissolveQuietly(chatID string) {
	s.ChangeChat(chatID, func(c *Chat) { c.Dissolved, c.Kept = true, true })
}

// UpdateChat changes a chat's settings and says so, with what was before and
// after.
func (s *Server) UpdateChat(chatID string, change func(*Chat)) {
	var before, after map[string]any
	inside := false
	s.ChangeChat(chatID, func(c *Chat) {
		before = c.settings()
		change(c)
		after, inside = c.settings(), c.BotIn
	})
	if inside {
		s.ChatEvent("im.chat.updated_v1", chatID, map[string]any{"before_change": before, "after_change": after})
	}
}

// settings are a chat's as the event of their change carries them. Source:
// group/chat/events/updated.
func (c *Chat) settings() map[string]any {
	fields := map[string]any{
		"avatar": "", "name": c.Name, "description": "", "i18n_names": map[string]string{"zh_cn": c.Name, "en_us": c.Name, "ja_jp": c.Name},
		"moderation_permission": c.moderation(), "group_message_type": "chat",
	}
	if c.OwnerID != "" {
		fields["owner_id"] = personIDs(c.OwnerID)
	}
	return fields
}

// Rename gives a chat another name and says so.
func (s *Server) Rename(chatID, name string) {
	s.UpdateChat(chatID, func(c *Chat) { c.Name = name })
}

// Mute lets only the owner and managers of a chat speak, or everybody again, and
// says so.
func (s *Server) Mute(chatID string, on bool) {
	s.UpdateChat(chatID, func(c *Chat) { c.Muted = on })
}

// AddUsers puts people into a chat and says so.
func (s *Server) AddUsers(chatID string, openIDs ...string) {
	s.ChangeChat(chatID, func(c *Chat) { c.Members = append(slices.Clone(c.Members), openIDs...) })
	s.ChatEvent("im.chat.member.user.added_v1", chatID, map[string]any{"users": s.eventUsers(chatID, openIDs)})
}

// RemoveUsers takes people out of a chat and says so.
func (s *Server) RemoveUsers(chatID string, openIDs ...string) {
	s.ChangeChat(chatID, func(c *Chat) {
		c.Members = slices.DeleteFunc(slices.Clone(c.Members), func(id string) bool { return slices.Contains(openIDs, id) })
	})
	s.ChatEvent("im.chat.member.user.deleted_v1", chatID, map[string]any{"users": s.eventUsers(chatID, openIDs)})
}

// eventUsers are people as the events of membership carry them.
func (s *Server) eventUsers(chatID string, openIDs []string) []any {
	s.mu.Lock()
	defer s.mu.Unlock()
	tenant := s.tenantOf(chatID)
	users := make([]any, 0, len(openIDs))
	for _, id := range openIDs {
		person := tenant.person(id)
		users = append(users, map[string]any{"name": person.Name, "tenant_key": person.TenantKey, "user_id": personIDs(id)})
	}
	return users
}
