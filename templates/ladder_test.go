package templates

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// everyLadder is each ladder of the golden files, by name.
func everyLadder() map[string]Ladder {
	all := map[string]Ladder{}
	for _, locale := range Locales() {
		for name, ladder := range others(locale) {
			all[name+"."+string(locale)] = ladder
		}
		for _, s := range samples() {
			options := s.options
			options.Locale, options.WeekStart = locale, time.Monday
			all[s.name+"."+string(locale)] = Report(s.report, options)
		}
	}
	return all
}

// sendable fails unless a ladder has three rungs that the platform takes.
func sendable(t *testing.T, name string, ladder Ladder) {
	t.Helper()
	for rung, card := range map[string]Card{"card": ladder.Card, "plain": ladder.Plain} {
		if err := Validate([]byte(card.JSON())); err != nil {
			t.Errorf("%s: %s: %v", name, rung, err)
		}
	}
	contents := ladder.Contents()
	if len(contents) != 3 {
		t.Fatalf("%s: %d rungs, want 3", name, len(contents))
	}
	for i, content := range contents {
		if want := [...]string{"interactive", "interactive", "text"}[i]; content.MsgType != want {
			t.Errorf("%s: rung %d is %s, want %s", name, i, content.MsgType, want)
		}
		if !json.Valid([]byte(content.Body)) {
			t.Errorf("%s: rung %d is no JSON", name, i)
		}
		if bytes, most := requestBytes(t, content), map[string]int{"interactive": 30_000, "text": 150_000}[content.MsgType]; bytes > most {
			t.Errorf("%s: rung %d makes a request of %d bytes, at most %d are taken", name, i, bytes, most)
		}
	}
	if contents[0].Body == contents[1].Body {
		t.Errorf("%s: the plain card is the card again", name)
	}
}

// requestBytes is the size of the request that sends a content, with names as
// long as they come. Source: im-v1/message/create.
func requestBytes(t *testing.T, content Content) int {
	t.Helper()
	body, err := json.Marshal(map[string]string{
		"receive_id": strings.Repeat("o", 64), "msg_type": content.MsgType, "content": content.Body, "uuid": strings.Repeat("u", 50),
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(body)
}

// mostTagged is how many things with a tag a card should have of the 200 it may:
// the platform does not say what it counts.
const mostTagged = 150

func TestEveryLadderCanBeSent(t *testing.T) {
	for name, ladder := range everyLadder() {
		sendable(t, name, ladder)
		if tagged := strings.Count(ladder.Card.JSON(), `"tag":`); tagged > mostTagged {
			t.Errorf("%s: %d things have a tag", name, tagged)
		}
	}
}

// A card our validator refuses would be refused by the platform too: the next
// rung is sent at once.
func TestContentsLeavesOutWhatCannotBeSent(t *testing.T) {
	ladder := Working(English)
	ladder.Card.Schema = "1.0"
	contents := ladder.Contents()
	if len(contents) != 2 || contents[0].Body != ladder.Plain.JSON() || contents[1].MsgType != "text" {
		t.Errorf("got %d rungs beginning with %.80s", len(contents), contents[0].Body)
	}
	ladder.Plain = Card{}
	if contents = ladder.Contents(); len(contents) != 1 || contents[0].MsgType != "text" {
		t.Errorf("got %d rungs, want the text alone", len(contents))
	}
}

func TestTextRungIsItsText(t *testing.T) {
	ladder := Ladder{Text: "a \"b\"\nc <d>"}
	contents := ladder.Contents()
	var body struct {
		Text string `json:"text"`
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(contents[len(contents)-1].Body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil || body.Text != ladder.Text {
		t.Errorf("got %q, %v", body.Text, err)
	}
}
