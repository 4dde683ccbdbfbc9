package simulator

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Chat is a group or a private chat.
type Chat struct {
	ChatID    string   `json:"chat_id"`
	Name      string   `json:"name"`
	Mode      string   `json:"chat_mode"` // group, topic or p2p
	External  bool     `json:"external"`
	TenantKey string   `json:"tenant_key"`
	OwnerID   string   `json:"owner_id"` // open_id, "" for a bot
	Managers  []string `json:"managers"` // open_ids
	Members   []string `json:"members"`  // open_ids
	BotIn     bool     `json:"bot_in"`
	Dissolved bool     `json:"dissolved"`
	Kept      bool     `json:"kept"`       // with Dissolved: its history is kept
	Muted     bool     `json:"muted"`      // only owner and managers may speak: 230018
	NoThreads bool     `json:"no_threads"` // replies in a thread get 230071
	Refuses   int      `json:"refuses"`    // a code that every message gets, such as 230035; 0 for none
	OtherBots int      `json:"other_bots"` // messages a second that other bots use up of the chat's limit

	// BotTenantKey is the tenant whose bot is meant, by default that which adds the
	// chat: an external chat may belong to another.
	BotTenantKey string `json:"bot_tenant_key"`
}

// ChangeChat changes a chat; it tells nobody.
func (s *Server) ChangeChat(chatID string, change func(*Chat)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if chat, known := s.chats[chatID]; known {
		change(chat)
		s.stream("chats", nil)
	}
}

// Chats are all chats, in the order they were made.
func (s *Server) Chats() []Chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	chats := make([]Chat, 0, len(s.chatOrder))
	for _, id := range s.chatOrder {
		chat := *s.chats[id]
		chat.Members, chat.Managers = slices.Clone(chat.Members), slices.Clone(chat.Managers)
		chats = append(chats, chat)
	}
	return chats
}

// status is the chat_status of the platform.
func (c *Chat) status() string {
	switch {
	case c.Dissolved && c.Kept:
		return "dissolved_save"
	case c.Dissolved:
		return "dissolved"
	}
	return "normal"
}

// moderation is the moderation_permission of the platform.
func (c *Chat) moderation() string {
	if c.Muted {
		return "only_owner"
	}
	return "all_members"
}

// outline is what the platform tells of a chat to those outside.
func (c *Chat) outline() map[string]any {
	bots := "0"
	if c.BotIn {
		bots = "1"
	}
	fields := map[string]any{"avatar": "", "user_count": strconv.Itoa(len(c.Members)), "bot_count": bots, "chat_status": c.status()}
	if c.Name != "" {
		fields["name"] = c.Name
	}
	return fields
}

// listed is a chat in a list. owner turns an open_id into the kind asked for.
func (c *Chat) listed(idType string, owner func(string) string) map[string]any {
	fields := map[string]any{
		"chat_id": c.ChatID, "avatar": "", "description": "", "external": c.External, "tenant_key": c.TenantKey, "chat_status": c.status(),
	}
	if c.Name != "" {
		fields["name"] = c.Name
	}
	if c.OwnerID != "" {
		fields["owner_id"], fields["owner_id_type"] = owner(c.OwnerID), idType
	}
	return fields
}

// described is all that the platform tells of a chat to its members. Private
// chats have no owner and no settings. Source: group/chat/get-chat.
func (c *Chat) described(idType string, owner func(string) string) map[string]any {
	fields := c.outline()
	fields["description"], fields["chat_mode"] = "", c.Mode
	fields["external"], fields["tenant_key"] = c.External, c.TenantKey
	if c.Mode == "p2p" {
		return fields
	}
	if c.OwnerID != "" {
		fields["owner_id"], fields["owner_id_type"] = owner(c.OwnerID), idType
	}
	managers := []string{}
	for _, id := range c.Managers {
		managers = append(managers, owner(id))
	}
	fields["user_manager_id_list"], fields["bot_manager_id_list"] = managers, []string{}
	fields["i18n_names"] = map[string]string{"zh_cn": c.Name, "en_us": c.Name, "ja_jp": c.Name}
	fields["chat_type"], fields["moderation_permission"] = "private", c.moderation()
	if c.Mode == "group" {
		fields["group_message_type"] = "chat"
	}
	if !c.External {
		fields["chat_tag"] = "inner"
	}
	return fields
}

// ownerIDs reads user_id_type and returns what turns an open_id into that kind.
func (c *call) ownerIDs() (idType string, of func(string) string, known bool) {
	idType = c.URL.Query().Get("user_id_type")
	switch idType {
	case "", "open_id":
		return "open_id", func(id string) string { return id }, true
	case "union_id":
		return "union_id", unionID, true
	}
	return "", nil, false
}

// reachable is why the app may not look at a chat, nil when it may. The lock is
// held.
func (t *Tenant) reachable(chatID string) (*Chat, *answer) {
	chat, known := t.server.chats[chatID]
	switch {
	case t.app.BotOff:
		return nil, refused(232025, "Bot ability is not activated.")
	case !known:
		return nil, refused(232006, "Your request specifies a chat_id which is invalid.")
	case chat.BotTenantKey != t.key:
		return nil, refused(232010, "Operator and chat can NOT be in different tenants.")
	case chat.External && t.app.NoExternalSharing:
		return nil, refused(232033, "The operator or invited bots does NOT have the authority to manage external chats without the scope.")
	case !chat.External && chat.TenantKey != t.key:
		return nil, refused(232010, "Operator and chat can NOT be in different tenants.")
	}
	return chat, nil
}

// getChat answers GET chats/:chat_id.
func (s *Server) getChat(c *call) answer {
	idType, owner, known := c.ownerIDs()
	if !known {
		return fieldInvalid("user_id_type", c.URL.Query().Get("user_id_type"), "options: [open_id,union_id]")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, refusal := c.tenant.reachable(c.PathValue("chat_id"))
	switch {
	case refusal != nil:
		return *refusal
	case !chat.BotIn:
		return ok(chat.outline())
	}
	return ok(chat.described(idType, owner))
}

// isInChat answers GET chats/:chat_id/members/is_in_chat.
func (s *Server) isInChat(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, refusal := c.tenant.reachable(c.PathValue("chat_id"))
	if refusal != nil {
		return *refusal
	}
	return ok(map[string]any{"is_in_chat": chat.BotIn && !chat.Dissolved})
}

// pageMark begins a page_token.
const pageMark = "page-"

// chatSorts are the orders of a list of chats.
var chatSorts = []string{"", "ByCreateTimeAsc", "ByActiveTimeDesc"}

// listChats answers GET chats: the groups the bot is in, in pages. Source:
// group/chat/list.
func (s *Server) listChats(c *call) answer {
	query := c.URL.Query()
	size, sizeErr := strconv.Atoi(query.Get("page_size"))
	if query.Get("page_size") == "" {
		size, sizeErr = 20, nil
	}
	from, fromErr := 0, error(nil)
	if token := query.Get("page_token"); token != "" {
		from, fromErr = strconv.Atoi(strings.TrimPrefix(token, pageMark))
	}
	idType, owner, known := c.ownerIDs()
	sort := query.Get("sort_type")
	if sizeErr != nil || size < 1 || size > 100 || fromErr != nil || from < 0 || from > 1<<20 || !known || !slices.Contains(chatSorts, sort) {
		return refuse(232001, "Your request contains an invalid request parameter.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.tenant.app.BotOff {
		return refuse(232025, "Bot ability is not activated.")
	}
	chats := c.tenant.ownGroups(sort)
	items := []any{}
	for _, chat := range chats[min(from, len(chats)):min(from+size, len(chats))] {
		items = append(items, chat.listed(idType, owner))
	}
	page := map[string]any{"items": items, "has_more": from+size < len(chats)}
	if from+size < len(chats) {
		page["page_token"] = pageMark + strconv.Itoa(from+size)
	}
	return ok(page)
}

// ownGroups are the groups the bot is in. The lock is held.
func (t *Tenant) ownGroups(sort string) []*Chat {
	s := t.server
	var chats []*Chat
	for _, id := range s.chatOrder {
		if chat := s.chats[id]; chat.BotTenantKey == t.key && chat.BotIn && chat.Mode != "p2p" && (!chat.Dissolved || chat.Kept) {
			chats = append(chats, chat)
		}
	}
	if sort == "ByActiveTimeDesc" {
		slices.SortStableFunc(chats, func(a, b *Chat) int { return cmp.Compare(s.active(b.ChatID), s.active(a.ChatID)) })
	}
	return chats
}

// active is when a chat had its latest message, in milliseconds.
func (s *Server) active(chatID string) int64 {
	if messages := s.byChat[chatID]; len(messages) > 0 {
		return messages[len(messages)-1].CreateTime
	}
	return 0
}
