//nolint:gosmopolitan // the answers are in the chat's language
package e2e

import (
	"encoding/json"
	"html"
	"slices"
	"strings"

	"huibao/internal/simulator"
)

// ask has somebody write to the bot: with a mention, except in a private chat.
func (w *world) ask(chatID, openID, words string) simulator.Message {
	return w.platform.SendText(chatID, openID, words, simulator.TextOptions{MentionBot: chatID != simulator.PrivateID})
}

// answer waits for the bot's final answer to a message: not the card that says
// that it takes a while.
func (w *world) answer(to simulator.Message) simulator.Message {
	w.Helper()
	var found simulator.Message
	w.await("the answer to "+to.MessageID, func() bool {
		for _, message := range w.platform.FromBot(to.ChatID) {
			if message.ParentID == to.MessageID && !working(message) {
				found = message
				return true
			}
		}
		return false
	})
	return found
}

// answered asks and waits for the answer.
func (w *world) answered(chatID, openID, words string) simulator.Message {
	w.Helper()
	return w.answer(w.ask(chatID, openID, words))
}

// acquaint has somebody ask for help, so that huibao has met the tenant, and
// returns the question.
func (w *world) acquaint() simulator.Message {
	w.Helper()
	question := w.ask(simulator.PrivateID, simulator.MemberID, "/help")
	w.answer(question)
	return question
}

// held waits until the platform withholds an answer because of a fault.
func (w *world) held(fault *simulator.Fault) {
	w.Helper()
	if err := w.platform.WaitHeld(w.soon(), fault); err != nil {
		w.Fatalf("no answer of %s is withheld\n%s", fault.Endpoint, w.service().journal.tail())
	}
}

// workingTitles are the titles of the card that says that it takes a while.
var workingTitles = []string{"正在处理", "Working on it"}

// working reports whether a message only says that the answer takes a while.
func working(message simulator.Message) bool {
	return message.MsgType == "interactive" && slices.Contains(workingTitles, cardOf(message).title())
}

// answersTo are the bot's messages that reply to a message.
func (w *world) answersTo(messageID string) []simulator.Message {
	return slices.DeleteFunc(w.platform.FromBot(""), func(m simulator.Message) bool { return m.ParentID != messageID })
}

// answeredOnce checks that a message got one answer, and all attempts the same
// uuid.
func (w *world) answeredOnce(messageID string) {
	w.Helper()
	if answers := w.answersTo(messageID); len(answers) != 1 {
		w.Errorf("%s got %d answers, want 1\n%s", messageID, len(answers), w.service().journal.tail())
	}
	if uuids := w.uuids("message_reply", messageID); len(uuids) != 1 {
		w.Errorf("the attempts to answer %s had the uuids %v, want one", messageID, uuids)
	}
}

// uuids are the different uuids of the calls of an endpoint that name something.
func (w *world) uuids(endpoint, about string) []string {
	var uuids []string
	for _, request := range w.platform.Requests(endpoint) {
		var body struct {
			UUID string `json:"uuid"`
		}
		if !strings.Contains(request.Path+request.Body, about) || json.Unmarshal([]byte(request.Body), &body) != nil {
			continue
		}
		if !slices.Contains(uuids, body.UUID) {
			uuids = append(uuids, body.UUID)
		}
	}
	return uuids
}

// card is a card as it is read by a script.
type card map[string]any

// cardOf is the card of a message, an empty one when it holds none.
func cardOf(message simulator.Message) card {
	var c card
	_ = json.Unmarshal(message.Content, &c) // a text reads as a card without anything in it
	return c
}

// title is the card's title.
func (c card) title() string {
	header, _ := c["header"].(map[string]any)
	title, _ := header["title"].(map[string]any)
	content, _ := title["content"].(string)
	return content
}

// element returns the element with the id, nil for none.
func (c card) element(id string) map[string]any {
	var found map[string]any
	walk(map[string]any(c), func(object map[string]any) {
		if object["element_id"] == id {
			found = object
		}
	})
	return found
}

// says is everything that an element shows, "" for one that is not there.
func (c card) says(id string) string { return contents(c.element(id)) }

// rows are the rows of the table.
func (c card) rows() []map[string]any {
	list, _ := c.element("rows")["rows"].([]any)
	rows := make([]map[string]any, 0, len(list))
	for _, item := range list {
		row, _ := item.(map[string]any)
		rows = append(rows, row)
	}
	return rows
}

// columns are the names of the table's columns.
func (c card) columns() []string {
	list, _ := c.element("rows")["columns"].([]any)
	names := make([]string, 0, len(list))
	for _, item := range list {
		column, _ := item.(map[string]any)
		name, _ := column["name"].(string)
		names = append(names, name)
	}
	return names
}

// contents is every text in an object.
func contents(object map[string]any) string {
	var texts []string
	walk(object, func(inner map[string]any) {
		if content, ok := inner["content"].(string); ok {
			texts = append(texts, content)
		}
	})
	return html.UnescapeString(strings.Join(texts, "\n"))
}

// walk visits an object and every object inside it, in an order of its own.
func walk(value any, visit func(map[string]any)) {
	switch value := value.(type) {
	case map[string]any:
		if value == nil {
			return
		}
		visit(value)
		for _, inner := range value {
			walk(inner, visit)
		}
	case []any:
		for _, inner := range value {
			walk(inner, visit)
		}
	}
}

// text is everything a message says.
func text(message simulator.Message) string {
	if message.MsgType == "interactive" {
		return contents(cardOf(message))
	}
	var plain struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(message.Content, &plain) // what is no text says nothing
	return plain.Text
}
