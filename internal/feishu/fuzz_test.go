package feishu

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"huibao/bot"
	"huibao/internal/fault"
	"huibao/reports"
)

// Whatever a stranger sends: no panic, and no event without a signature. A body
// that only the platform can have made may give an event, or a refusal.
func FuzzReceive(f *testing.F) {
	f.Add([]byte(textEvent()), "1794301200", "nonce", "", true)
	f.Add(wrapped(textEvent()), "1794301200", "nonce", "abc", false)
	f.Add([]byte(challengeBody), "", "", "", false)
	f.Add(wrapped("} no {"), "", "", "", false)
	f.Fuzz(func(t *testing.T, body []byte, timestamp, nonce, signature string, inside bool) {
		header := http.Header{
			"X-Lark-Request-Timestamp": {timestamp}, "X-Lark-Request-Nonce": {nonce}, "X-Lark-Signature": {signature},
		}
		if header.Get("X-Lark-Signature") == headerOf(timestamp, nonce, body).Get("X-Lark-Signature") {
			return // signed after all
		}
		receiver := newTestReceiver(testKey)
		event, challenge, err := receiver.Receive(header, body)
		if event != nil || err == nil && challenge == "" {
			t.Errorf("an unsigned body gave %v, %q", event, challenge)
		}
		if challenge == "" && fault.KindOf(err) != fault.Signature && !strings.Contains(string(body), testToken) {
			t.Errorf("an unsigned body was not refused as one: %v", err)
		}
		proven := body
		if inside {
			proven = wrapped(string(body))
		}
		event, _, err = receiver.Receive(signedHeader(proven, testNow), proven)
		if event == nil {
			return
		}
		if err != nil || event.EventID == "" || event.Type == "" || event.Message != nil && event.Chat != nil {
			t.Errorf("an event that is none: %+v, %v", event, err)
		}
		if _, err := json.Marshal(event); err != nil {
			t.Errorf("an event that cannot be stored: %v", err)
		}
	})
}

// Whatever a card callback holds: no panic, and a press that is read is whole, and
// the same once it was stored.
func FuzzPress(f *testing.F) {
	f.Add([]byte(`{"operator":{"open_id":"ou_1","tenant_key":"t"},"action":{"value":{"action":"view","n":1}},"context":{"open_message_id":"om_1","open_chat_id":"oc_1"}}`))
	f.Add([]byte(`{"operator":{"open_id":"ou_1"},"action":{"option":"7d","form_value":{"days":["mon",2],"k":null},"value":{"k":"v"}},"context":{"open_message_id":"om_1","open_chat_id":"oc_1"}}`))
	f.Add([]byte(`{"operator":{"open_id":"ou_1"},"action":{"value":"{\"action\":\"view\"}","form_value":[]},"context":{"open_message_id":"om_1","open_chat_id":"oc_1"}}`))
	f.Add([]byte(`{"operator":null,"action":null,"context":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		event := bot.Event{EventID: "ev_1", Type: bot.EventPress, TenantKey: "tenant"}
		if err := decodePress(&event, body); err != nil || event.Press == nil {
			if event.Press != nil {
				t.Errorf("an error came with a press: %v", err)
			}
			return
		}
		if p := event.Press; p.MessageID == "" || p.ChatID == "" || p.Operator.OpenID == "" || p.Value == nil {
			t.Errorf("a press that is none: %+v", p)
		}
		stored, err := json.Marshal(event)
		if err != nil {
			t.Fatalf("a press that cannot be stored: %v", err)
		}
		var again bot.Event
		if err := json.Unmarshal(stored, &again); err != nil || !reflect.DeepEqual(again.Press, event.Press) {
			t.Errorf("stored %+v, read %+v, %v", event.Press, again.Press, err)
		}
	})
}

// Where no name comes twice, the members are those the standard library sees.
func FuzzObject(f *testing.F) {
	f.Add([]byte(` { "a" : 1 , "b":[{"c":"]"}],"d":"\\"","e":null,"\u0066":{} } `))
	f.Add([]byte(`{"a":1,"a":2}`))
	f.Add([]byte(`{"a":-1.5e3}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := object(raw)
		var want map[string]json.RawMessage
		if json.Unmarshal(raw, &want) != nil || want == nil {
			if err == nil {
				t.Errorf("%q is no object", raw)
			}
			return
		}
		if err != nil {
			return // not UTF-8, or a name comes twice: looked at elsewhere
		}
		if len(got) != len(want) {
			t.Errorf("%d members, want %d", len(got), len(want))
		}
		for name, value := range want {
			if string(got[name]) != string(value) {
				t.Errorf("%q is %q, want %q", name, got[name], value)
			}
		}
	})
}

// Whatever the platform's reply holds: no panic, and every row of it that is
// read is one that was there, or the whole reply is refused.
func FuzzDailyRows(f *testing.F) {
	f.Add([]byte(officialDaily))
	f.Add([]byte(`{"code":0,"data":{"meeting_report":{"daily_report":[null]}}}`))
	f.Add([]byte(`{"code":0,"data":{"meeting_report":{"daily_report":[{"date":"0","meeting_count":1}]}}}`))
	f.Add([]byte(`{"code":0,"data":{"meeting_report":null}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		read, err := parseDaily(body, ever, time.FixedZone("CST", 8*3600))
		if err != nil {
			if read.rows != nil {
				t.Errorf("an error came with rows: %v", err)
			}
			return
		}
		if given := listOfRows(body); len(given) != len(read.rows) {
			t.Errorf("%d rows were given, %d read", len(given), len(read.rows))
		}
		seen := map[reports.Date]bool{}
		for _, row := range read.rows {
			figures := row.Figures
			if seen[row.Date] || figures.MeetingCount < 0 || figures.MeetingDurationSeconds < 0 || figures.ParticipantCount < 0 {
				t.Errorf("a row that cannot be: %+v", row)
			}
			seen[row.Date] = true
		}
	})
}

// listOfRows finds the rows another way.
func listOfRows(body []byte) []any {
	var value any
	if json.Unmarshal(body, &value) != nil {
		return nil
	}
	for _, name := range []string{"data", "meeting_report", "daily_report"} {
		members, _ := value.(map[string]any)
		value = members[name]
	}
	rows, _ := value.([]any)
	return rows
}
