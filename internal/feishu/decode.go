package feishu

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	larkim "github.com/larksuite/oapi-sdk-go/v3/service/im/v1"

	"huibao/bot"
)

// decode reads the body of the event types the bot acts on; of others nothing.
func decode(event *bot.Event, body json.RawMessage) error {
	switch event.Type {
	case bot.EventMessage:
		return decodeMessage(event, body)
	case bot.EventBotAdded, bot.EventBotRemoved, bot.EventDisbanded, bot.EventUpdated:
		return decodeChat(event, body)
	case bot.EventPress:
		return decodePress(event, body)
	}
	return nil
}

// pressData is the body of a card callback, as far as it matters here.
// Source: cardkit-v1/card-callback-communication.md.
type pressData struct {
	Operator struct {
		OpenID    string `json:"open_id"`
		TenantKey string `json:"tenant_key"`
	} `json:"operator"`
	Action struct {
		Value     json.RawMessage `json:"value"`
		Option    string          `json:"option"`
		FormValue json.RawMessage `json:"form_value"`
	} `json:"action"`
	Context struct {
		MessageID string `json:"open_message_id"`
		ChatID    string `json:"open_chat_id"`
	} `json:"context"`
}

// decodePress reads a pressed button, a choice or a form that was sent.
func decodePress(event *bot.Event, body json.RawMessage) error {
	var data pressData
	if err := json.Unmarshal(body, &data); err != nil {
		return err
	}
	if data.Operator.OpenID == "" || data.Context.MessageID == "" || data.Context.ChatID == "" {
		return nil // a card that is in no message
	}
	if event.TenantKey == "" {
		return errors.New("no tenant_key")
	}
	event.Press = &bot.Press{
		MessageID: data.Context.MessageID, ChatID: data.Context.ChatID, Option: data.Action.Option,
		Operator: bot.Person{OpenID: data.Operator.OpenID, TenantKey: data.Operator.TenantKey},
		Value:    texts(data.Action.FormValue, data.Action.Value),
	}
	return nil
}

// texts are the texts of objects by name, the later objects' first. Of several
// choices it is the list with commas; what else they hold is none of ours.
func texts(objects ...json.RawMessage) map[string]string {
	found := map[string]string{}
	for _, object := range objects {
		var value map[string]any
		if json.Unmarshal(object, &value) != nil {
			continue
		}
		for key, item := range value {
			switch item := item.(type) {
			case string:
				found[key] = item
			case []any:
				found[key] = joined(item)
			}
		}
	}
	return found
}

// joined is a list of texts with commas between them.
func joined(items []any) string {
	var list []string
	for _, item := range items {
		if text, isText := item.(string); isText {
			list = append(list, text)
		}
	}
	return strings.Join(list, ",")
}

// decodeMessage reads a message. Source: im-v1/message/events/receive.
func decodeMessage(event *bot.Event, body json.RawMessage) error {
	var data larkim.P2MessageReceiveV1Data
	if err := json.Unmarshal(body, &data); err != nil {
		return err
	}
	m, s := data.Message, data.Sender
	if m == nil || s == nil || text(m.MessageId) == "" || text(m.ChatId) == "" || event.TenantKey == "" {
		return errors.New("no message_id, chat_id, sender or tenant_key")
	}
	message := &bot.Message{
		MessageID: *m.MessageId, ChatID: *m.ChatId, ChatType: text(m.ChatType), ThreadID: text(m.ThreadId),
		MessageType: text(m.MessageType), SenderType: text(s.SenderType), UserAgent: text(m.UserAgent),
		Sender: bot.Person{TenantKey: text(s.TenantKey)}, Mentions: readMentions(m.Mentions),
	}
	if s.SenderId != nil {
		message.Sender.OpenID = text(s.SenderId.OpenId)
	}
	if message.SenderType == "user" && message.Sender.OpenID == "" {
		return errors.New("no open_id of the person")
	}
	message.CreatedAt = moment(text(m.CreateTime), event.ReceivedAt, event.ReceivedAt)
	message.UpdatedAt = moment(text(m.UpdateTime), event.ReceivedAt, message.CreatedAt)
	message.Text = content(message.MessageType, []byte(text(m.Content)), message.Mentions)
	message.Recalled = text(m.Content) == "" // Source: im-v1/faq
	event.Message = message
	return nil
}

// readMentions reads who is mentioned.
func readMentions(given []*larkim.MentionEvent) []bot.Mention {
	var mentions []bot.Mention
	for _, mention := range given {
		if mention == nil {
			continue
		}
		read := bot.Mention{Key: text(mention.Key), Name: text(mention.Name), Type: text(mention.MentionedType)}
		if mention.Id != nil {
			read.OpenID = text(mention.Id.OpenId)
		}
		mentions = append(mentions, read)
	}
	return mentions
}

// decodeChat reads what happened to a chat. Source: group/chat-member/event,
// group/chat/events.
func decodeChat(event *bot.Event, body json.RawMessage) error {
	var data larkim.P2ChatUpdatedV1Data
	var named struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal(body, &data); err != nil {
		return err
	}
	if err := json.Unmarshal(body, &named); err != nil {
		return err
	}
	if text(data.ChatId) == "" || event.TenantKey == "" {
		return errors.New("no chat_id or tenant_key")
	}
	// A chat of which it is not said counts as external, here as everywhere.
	change := &bot.ChatChange{ChatID: *data.ChatId, Name: named.Name, External: data.External == nil || *data.External}
	if data.AfterChange != nil {
		change.Name = text(data.AfterChange.Name)
	}
	if data.OperatorId != nil {
		change.OperatorID = text(data.OperatorId.OpenId)
	}
	event.Chat = change
	return nil
}

// moment reads an instant in milliseconds or, with more digits, microseconds:
// the platform's pages show both. What is no instant, or lies after the request
// by more than clocks differ, is the given one.
func moment(text string, received, otherwise time.Time) time.Time {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number <= 0 {
		return otherwise
	}
	at := time.Unix(number, 0)
	switch {
	case len(text) >= 16:
		at = time.UnixMicro(number)
	case len(text) >= 13:
		at = time.UnixMilli(number)
	}
	if at.Sub(received) > oldestRequest {
		return otherwise
	}
	return at
}

// content is the text of a message, with mentions as their keys. Messages of
// other types, and recalled ones, have none.
func content(messageType string, raw []byte, mentions []bot.Mention) string {
	switch messageType {
	case "text":
		var message struct {
			Text string `json:"text"`
		}
		if json.Unmarshal(raw, &message) != nil {
			return ""
		}
		return message.Text
	case "post":
		return postText(raw, mentions)
	}
	return ""
}
