package templates

import "encoding/json"

// Ladder says the same thing in three ways, the best first.
type Ladder struct {
	Card  Card
	Plain Card // without columns, chart and table
	Text  string
	// File is a file that says it: the card then only tells of it, where
	// something had to be said before. nil for none.
	File *Content
}

// Contents are the ways in order, ready to be sent. A card that our validator
// refuses is left out rather than sent to be refused; the text always stays.
func (l Ladder) Contents() []Content {
	var contents []Content
	for _, card := range []Card{l.Card, l.Plain} {
		body := card.JSON()
		if Validate([]byte(body)) == nil {
			contents = append(contents, Content{MsgType: "interactive", Body: body})
		}
	}
	text, _ := json.Marshal(map[string]string{"text": l.Text}) //nolint:errchkjson // a map of texts always marshals
	return append(contents, Content{MsgType: "text", Body: string(text)})
}
