package simulator

import (
	"encoding/json"
	"time"
)

// The platform's limits on what is sent. Source: im-v1/message/create.
const (
	uuidWindow  = time.Hour
	uuidLongest = 50 // characters
	textLimit   = 150 << 10
	cardLimit   = 30 << 10 // of cards and rich texts
)

// sendRequest is the body of a create or reply call.
type sendRequest struct {
	ReceiveID     string `json:"receive_id"`
	MsgType       string `json:"msg_type"`
	Content       string `json:"content"`
	UUID          string `json:"uuid"`
	ReplyInThread bool   `json:"reply_in_thread"`
}

// createMessage answers POST messages.
func (s *Server) createMessage(c *call) answer {
	var request sendRequest
	if !c.decode(&request) {
		return refuse(9499, "Bad Request")
	}
	if refusal := c.tenant.checkContent(request, len(c.body)); refusal != nil {
		return *refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	chat, refusal := c.tenant.receiver(c.URL.Query().Get("receive_id_type"), request.ReceiveID)
	if refusal != nil {
		return *refusal
	}
	message := &Message{}
	if chat.Mode == "topic" { // every message begins a thread
		message.ThreadID = s.newID("omt_")
	}
	return s.post(c, request, chat, message)
}

// receiver finds the chat that a message is for. The lock is held.
func (t *Tenant) receiver(idType, id string) (*Chat, *answer) {
	switch idType {
	case "chat_id":
		if chat, known := t.server.chats[id]; known && chat.BotTenantKey == t.key {
			return chat, nil
		}
		return nil, refused(230034, "The receive_id is invalid.")
	case "union_id":
		for _, person := range t.server.people {
			if unionID(person.OpenID) == id {
				return t.receiver("open_id", person.OpenID)
			}
		}
		return nil, refused(99992363, "these ids not existed: [%s]", id)
	case "open_id":
		if _, known := t.server.personAt[id]; !known {
			return nil, refused(99992351, "these open ids not existed: [%s]", id)
		}
		return t.privateChat(id), nil
	}
	return nil, refused(230001, "Your request contains an invalid request parameter, ext=invalid receive_id_type")
}

// replyMessage answers POST messages/:id/reply. Source: im-v1/message/reply.
func (s *Server) replyMessage(c *call) answer {
	var request sendRequest
	if !c.decode(&request) {
		return refuse(9499, "Bad Request")
	}
	if refusal := c.tenant.checkContent(request, len(c.body)); refusal != nil {
		return *refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	parent, known := c.tenant.message(c.PathValue("message_id"))
	if !known {
		return unknownMessage(c.PathValue("message_id"))
	}
	chat := s.chats[parent.ChatID]
	switch {
	case parent.Deleted:
		return refuse(230011, "The message is recalled.")
	case chat == nil:
		return refuse(230050, "The message is invisible to the operator.")
	case request.ReplyInThread && parent.ThreadID == "" && chat.NoThreads:
		return refuse(230071, "The group to which the message belongs does not support reply in thread.")
	}
	return s.post(c, request, chat, s.answering(parent, request.ReplyInThread))
}

// answering begins a message that replies to another. In a thread root and
// parent are the thread's first message. The lock is held.
func (s *Server) answering(parent *Message, inThread bool) *Message {
	message := &Message{ReplyTo: parent.MessageID, ParentID: parent.MessageID, RootID: parent.RootID, ThreadID: parent.ThreadID}
	setDefault(&message.RootID, parent.MessageID)
	if inThread && parent.ThreadID == "" {
		parent.ThreadID = s.newID("omt_")
		message.ThreadID = parent.ThreadID
	}
	if message.ThreadID != "" {
		message.ParentID = message.RootID
	}
	return message
}

// post completes a message and keeps it, or returns the one its uuid stands
// for. The lock is held.
func (s *Server) post(c *call, request sendRequest, chat *Chat, message *Message) answer {
	tenant := c.tenant
	if refusal := tenant.refusal(chat); refusal != nil {
		return *refusal
	}
	if earlier := tenant.uuids.find(request.UUID, c.now); earlier != nil {
		return ok(s.describe(earlier))
	}
	if refusal := tenant.checkFile(request); refusal != nil {
		return *refusal
	}
	if refusal := often(s.meter("chat "+chat.ChatID), c.now, s.chatShare(chat)); refusal != nil {
		return *refusal
	}
	message.tenant, message.MessageID, message.ChatID, message.MsgType = tenant, s.newID("om_"), chat.ChatID, request.MsgType
	message.Content, message.UUID, message.File = json.RawMessage(request.Content), request.UUID, tenant.fileInfo(request)
	message.Sender = Sender{ID: s.options.AppID, Type: "app", Name: s.options.BotName}
	message.CreateTime, message.UpdateTime = c.now.UnixMilli(), c.now.UnixMilli()
	tenant.uuids.add(message, c.now)
	s.add(message)
	return ok(s.describe(message))
}

// chatShare is how many messages a second a chat takes of this app: the limit
// is shared by all bots of a group.
func (s *Server) chatShare(chat *Chat) int {
	if s.limits.ChatPerSecond == 0 {
		return 0
	}
	return max(s.limits.ChatPerSecond-chat.OtherBots, 1)
}

// refusal is why a chat takes no messages, nil when it does. The lock is held.
func (t *Tenant) refusal(chat *Chat) *answer {
	switch {
	case t.app.BotOff:
		return refused(230006, "Bot ability is not activated.")
	case chat.Dissolved:
		return refused(232009, "Your request specifies a chat which has already been dissolved.")
	case chat.Mode == "p2p":
		return t.personRefusal(chat)
	case !chat.BotIn:
		return refused(230002, "The bot can not be outside the group.")
	case chat.External && t.app.NoExternalSharing:
		return refused(230027, "Lack of necessary permissions, ext=external sharing is off")
	case chat.Muted:
		return refused(230018, "These operations are NOT allowed at current group settings.")
	case chat.Refuses != 0:
		return refused(chat.Refuses, "simulated refusal")
	}
	return nil
}

// personRefusal is why a private chat takes no messages. The lock is held.
func (t *Tenant) personRefusal(chat *Chat) *answer {
	for _, id := range chat.Members {
		switch person := t.person(id); {
		case person.TenantKey != t.key:
			return refused(230038, "Cross tenant p2p chat operate forbid.")
		case person.Unavailable:
			return refused(230013, "Bot has NO availability to this user.")
		case person.Blocked:
			return refused(230053, "The user has stopped the bot from sending messages.")
		}
	}
	if chat.Refuses != 0 {
		return refused(chat.Refuses, "simulated refusal")
	}
	return nil
}

// fieldInvalid is the gateway's answer to a field that breaks its rule.
func fieldInvalid(field, value, rule string) answer {
	a := refuse(99992402, "field validation failed")
	body := a.body.(envelope) //nolint:forcetypeassert // made by refuse
	body.Error.FieldViolations = []badField{{field, value, rule}}
	return a
}

// unknownMessage is the gateway's answer to a message_id that is none.
func unknownMessage(id string) answer {
	return refuse(99992354, "these ids not existed: [%s]", id)
}
