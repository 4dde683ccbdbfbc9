package feishu

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// Each file holds an event as the platform sends it and what is to be made of
// it, written by hand.
func TestDecode(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "events", "*.txtar"))
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil || len(archive.Files) != 2 {
				t.Fatalf("the file cannot be read: %v", err)
			}
			body := wrapped(string(archive.Files[0].Data))
			event, _, err := newTestReceiver(testKey).Receive(signedHeader(body, testNow), body)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(event)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(readJSON(t, archive.Files[1].Data), utcTimes(readJSON(t, got))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// utcTimes writes the instants of an event in UTC, as the files have them.
func utcTimes(value any) any {
	members, _ := value.(map[string]any)
	for name, member := range members {
		text, _ := member.(string)
		if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
			member = at.UTC().Format(time.RFC3339Nano)
		}
		members[name] = utcTimes(member)
	}
	return value
}

// readJSON reads any JSON.
func readJSON(t *testing.T, raw []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// What makes a request no event: a field is missing that nothing can be done
// without.
func TestDecodeMissingFields(t *testing.T) {
	message := textEvent()
	chat := envelopeOf("ev_1", "im.chat.disbanded_v1", `{"chat_id":"oc_1","external":false}`)
	press := envelopeOf("ev_1", "card.action.trigger", `{"operator":{"open_id":"ou_1"},"action":{},"context":{"open_message_id":"om_1","open_chat_id":"oc_1"}}`)
	cases := map[string]struct{ event, old, new string }{
		"no message_id":          {message, `"message_id":"om_1",`, ""},
		"an empty message_id":    {message, `"om_1"`, `""`},
		"no chat_id":             {message, `"chat_id":"oc_1",`, ""},
		"no sender":              {message, `"sender":`, `"somebody":`},
		"no message":             {message, `"message":`, `"news":`},
		"a person without an id": {message, `{"open_id":"ou_1"}`, `{}`},
		"no tenant_key":          {message, `"tenant_key":"tenant","app_id"`, `"app_id"`},
		"a message that is text": {message, `"message":{`, `"message":"x","more":{`},
		"a content in clear":     {message, `"{\"text\":\"hi\"}"`, `{"text":"hi"}`},
		"a chat without an id":   {chat, `"chat_id"`, `"chat"`},
		"a chat of no tenant":    {chat, `"tenant_key":"tenant",`, ""},
		"external in words":      {chat, `false`, `"no"`},
		"a chat that is a list":  {chat, `{"chat_id":"oc_1","external":false}`, `[]`},
		"a press of no tenant":   {press, `"tenant_key":"tenant",`, ""},
		"a press that is a list": {press, `"operator":{"open_id":"ou_1"}`, `"operator":[]`},
		"a chat that is nothing": {chat, `{"chat_id":"oc_1","external":false}`, `null`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(c.event, c.old, c.new, 1)
			if changed == c.event {
				t.Fatal("the case changes nothing")
			}
			body := wrapped(changed)
			event, challenge, err := newTestReceiver(testKey).Receive(signedHeader(body, testNow), body)
			if got := verdictOf(t, event, challenge, err); got != got400 {
				t.Errorf("got %s, want %s", got, got400)
			}
		})
	}
}
