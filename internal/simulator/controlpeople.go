package simulator

import (
	"encoding/json"
	"net/http"
)

// writing is the body of POST /messages.
type writing struct {
	ChatID     string `json:"chat_id"`
	Sender     string `json:"sender"`
	Text       string `json:"text"`
	MentionBot bool   `json:"mention_bot"`
	Post       bool   `json:"post"`
	ThreadID   string `json:"thread_id"`
	ReplyTo    string `json:"reply_to"`
}

// controlPeople are the routes for what people do.
func (s *Server) controlPeople() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"POST /messages": control(func(_ *http.Request, w writing) (any, *failure) {
			return s.SendText(w.ChatID, w.Sender, w.Text, TextOptions{
				MentionBot: w.MentionBot, Post: w.Post, ThreadID: w.ThreadID, ReplyTo: w.ReplyTo,
			}), nil
		}),
		"POST /messages/{message_id}/{what}": control(s.controlMessage),
		"POST /clicks": control(func(_ *http.Request, click Click) (any, *failure) {
			result, err := s.Click(click)
			if err != nil {
				return nil, &failure{http.StatusUnprocessableEntity, err.Error()}
			}
			return result, nil
		}),
		"GET /chats":                   show(func(*http.Request) any { return listOf(s.Chats()) }),
		"POST /chats":                  s.inTenant(func(t *Tenant) http.HandlerFunc { return control(t.controlNewChat) }),
		"PATCH /chats/{chat_id}":       control(s.controlChangeChat),
		"POST /chats/{chat_id}/{what}": control(s.controlChat),
		"POST /people": s.inTenant(func(t *Tenant) http.HandlerFunc {
			return control(func(_ *http.Request, person Person) (any, *failure) {
				t.AddPerson(person)
				return person, nil
			})
		}),
	}
}

// controlMessage has something happen to a message.
func (s *Server) controlMessage(r *http.Request, body struct {
	Text string `json:"text"`
},
) (any, *failure) {
	happen := map[string]func(string) bool{
		"repeat": s.RepeatMessage, "recall": s.Recall,
		"edit": func(id string) bool { return s.EditText(id, body.Text) },
	}[r.PathValue("what")]
	if happen == nil || !happen(r.PathValue("message_id")) {
		return nil, notFound("no such message, or nothing that can happen to it")
	}
	return nil, nil //nolint:nilnil // done, with nothing to tell
}

// controlNewChat adds a chat, or many groups.
func (t *Tenant) controlNewChat(_ *http.Request, body struct {
	Chat

	Count    int    `json:"count"`
	Prefix   string `json:"prefix"`
	Announce bool   `json:"announce"` // that the bot was added
},
) (any, *failure) {
	setDefault(&body.Prefix, "oc_group_")
	ids := []string{body.ChatID}
	switch {
	case body.Count > 0:
		ids = t.AddChats(body.Count, body.Prefix)
	case body.ChatID != "":
		setDefault(&body.Mode, "group")
		t.AddChat(body.Chat)
	default:
		return nil, &failure{http.StatusBadRequest, "chat_id or count is missing"}
	}
	if body.Announce {
		for _, id := range ids {
			t.server.AddBot(id)
		}
	}
	return ids, nil
}

// controlChangeChat changes a chat without an event.
func (s *Server) controlChangeChat(r *http.Request, body json.RawMessage) (any, *failure) {
	var changed *Chat
	var err error
	s.ChangeChat(r.PathValue("chat_id"), func(chat *Chat) {
		draft := *chat
		if err = json.Unmarshal(body, &draft); err == nil {
			*chat = draft
			changed = &draft
		}
	})
	switch {
	case err != nil:
		return nil, &failure{http.StatusBadRequest, err.Error()}
	case changed == nil:
		return nil, notFound("no such chat")
	}
	return changed, nil
}

// controlChat has something happen to a chat.
func (s *Server) controlChat(r *http.Request, body struct {
	Name    string   `json:"name"`
	OpenIDs []string `json:"open_ids"`
},
) (any, *failure) {
	happen := map[string]func(string){
		"add": s.AddBot, "remove": s.RemoveBot, "dissolve": s.Dissolve, "dissolve_quietly": s.DissolveQuietly,
		"mute":         func(id string) { s.Mute(id, true) },
		"unmute":       func(id string) { s.Mute(id, false) },
		"rename":       func(id string) { s.Rename(id, body.Name) },
		"add_users":    func(id string) { s.AddUsers(id, body.OpenIDs...) },
		"remove_users": func(id string) { s.RemoveUsers(id, body.OpenIDs...) },
	}[r.PathValue("what")]
	s.mu.Lock()
	_, known := s.chats[r.PathValue("chat_id")]
	s.mu.Unlock()
	if happen == nil || !known {
		return nil, notFound("no such chat, or nothing that can happen to it")
	}
	happen(r.PathValue("chat_id"))
	return nil, nil //nolint:nilnil // done, with nothing to tell
}
