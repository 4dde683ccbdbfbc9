package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clickable is a card with one of everything.
const clickable = `{"schema":"2.0","config":{"update_multi":true},"body":{"elements":[
	{"tag":"button","element_id":"go","text":{"tag":"plain_text","content":"Go"},"behaviors":[{"type":"callback","value":{"do":"go"}}]},
	{"tag":"column_set","columns":[{"tag":"column","elements":[
		{"tag":"button","text":{"tag":"plain_text","content":"Same"},"behaviors":[{"type":"callback","value":{"do":1}}]},
		{"tag":"button","text":{"tag":"plain_text","content":"Same"},"behaviors":[{"type":"callback","value":{"do":2}}]}]}]},
	{"tag":"button","text":{"tag":"plain_text","content":"Off"},"disabled":true,"behaviors":[{"type":"callback","value":{}}]},
	{"tag":"button","text":{"tag":"plain_text","content":"Link"},"behaviors":[{"type":"open_url","default_url":"https://a.b"}]},
	{"tag":"select_static","name":"period","options":[{"text":{"tag":"plain_text","content":"A week"},"value":"7d"}],"behaviors":[{"type":"callback","value":{"do":"period"}}]},
	{"tag":"date_picker","name":"day"},
	{"tag":"input","name":"words","max_length":5},
	{"tag":"checker","name":"sure","text":{"tag":"plain_text","content":"Sure"}},
	{"tag":"form","name":"f","elements":[
		{"tag":"input","name":"title","required":true},
		{"tag":"input","name":"note","default_value":"none"},
		{"tag":"select_static","name":"unit","initial_option":"China","options":[{"text":{"tag":"plain_text","content":"China"},"value":"cn"},{"text":{"tag":"plain_text","content":"Japan"},"value":"jp"}]},
		{"tag":"multi_select_static","name":"days","options":[{"text":{"tag":"plain_text","content":"Mon"},"value":"mon"},{"text":{"tag":"plain_text","content":"Thu"},"value":"thu"}]},
		{"tag":"date_picker","name":"from"},
		{"tag":"picker_time","name":"at","initial_time":"09:00"},
		{"tag":"button","name":"save","text":{"tag":"plain_text","content":"Save"},"form_action_type":"submit","behaviors":[{"type":"callback","value":{"do":"save"}}]},
		{"tag":"button","name":"clear","text":{"tag":"plain_text","content":"Clear"},"form_action_type":"reset"}]}]}}`

// clickWorld is a world with a card to click on.
func clickWorld(t *testing.T, patience time.Duration) (w *world, r *receiver, messageID string) {
	t.Helper()
	w = newWorld(t, Options{Zone: shanghai, Patience: patience})
	r = w.newReceiver()
	return w, r, w.fine("send", w.sendCard(GroupID, clickable)).messageID()
}

func TestClickOnAButton(t *testing.T) {
	w, r, messageID := clickWorld(t, 0)
	result, err := w.Click(Click{MessageID: messageID, OpenID: MemberID, Element: "go"})
	if err != nil {
		t.Fatal(err)
	}
	d := w.next(r)
	if d.header.Get("X-Lark-Signature") != signature(d, "simulated-encrypt-key") {
		t.Error("the callback is not signed")
	}
	want := object{
		"schema": "2.0",
		"header": object{
			"event_id": d.body["header"].(object)["event_id"], "token": "simulated-verification-token",
			"create_time": fmt.Sprint(noon.UnixMicro()), "event_type": "card.action.trigger", "tenant_key": "tenant_simulated", "app_id": "cli_simulated",
		},
		"event": object{
			"operator": object{"tenant_key": "tenant_simulated", "open_id": MemberID, "union_id": "on_ou_member"},
			"token":    result.Token, "host": "im_message", "action": object{"tag": "button", "value": object{"do": "go"}},
			"context": object{"open_message_id": messageID, "open_chat_id": GroupID},
		},
	}
	if diff := cmp.Diff(want, d.body); diff != "" {
		t.Error(diff)
	}
	if result.Code != 0 || result.Status != 200 || result.Toast != nil || result.Card != nil || !strings.HasPrefix(result.Token, "c-") {
		t.Errorf("result %+v", result)
	}
}

func TestActions(t *testing.T) {
	w, r, messageID := clickWorld(t, 0)
	for name, test := range map[string]struct {
		click Click
		want  object
	}{
		"by its text":            {Click{Element: "Go"}, object{"tag": "button", "value": object{"do": "go"}}},
		"the second of the same": {Click{Element: "Same", Place: 2}, object{"tag": "button", "value": object{"do": 2.0}}},
		"an option": {
			Click{Element: "period", Option: "7d"},
			object{"tag": "select_static", "name": "period", "value": object{"do": "period"}, "option": "7d"},
		},
		"a date": {
			Click{Element: "day", Option: "2026-11-24"},
			object{"tag": "date_picker", "name": "day", "timezone": "Asia/Shanghai", "option": "2026-11-24 +0800"},
		},
		"words":   {Click{Element: "words", Input: "hello"}, object{"tag": "input", "name": "words", "input_value": "hello"}},
		"a check": {Click{Element: "sure", Checked: true}, object{"tag": "checker", "name": "sure", "checked": true}},
		"a form": {
			Click{Element: "save", Form: map[string]any{"title": "Weekly", "unit": "jp", "days": []any{"mon", "thu"}, "from": "2026-11-24"}},
			object{"tag": "button", "name": "save", "value": object{"do": "save"}, "form_value": object{
				"title": "Weekly", "note": "none", "unit": "jp", "days": []any{"mon", "thu"}, "from": "2026-11-24 +0800", "at": "09:00 +0800",
			}},
		},
		"a form as it is": {
			Click{Element: "Save", Form: map[string]any{"title": "x"}},
			object{"tag": "button", "name": "save", "value": object{"do": "save"}, "form_value": object{
				"title": "x", "note": "none", "unit": "cn", "days": []any{}, "from": "", "at": "09:00 +0800",
			}},
		},
	} {
		test.click.MessageID, test.click.OpenID = messageID, MemberID
		if _, err := w.Click(test.click); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, _, content := w.next(r).event()
		if diff := cmp.Diff(test.want, content["action"]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestWhatCannotBeClicked(t *testing.T) {
	w, r, messageID := clickWorld(t, 0)
	words := w.fine("text", w.say(GroupID, "hello", "")).messageID()
	for name, click := range map[string]Click{
		"no such card":             {MessageID: "om_none", Element: "go"},
		"a text":                   {MessageID: words, Element: "go"},
		"no such component":        {Element: "nothing"},
		"no component":             {},
		"two of the same":          {Element: "Same"},
		"a third of two":           {Element: "Same", Place: 3},
		"disabled":                 {Element: "Off"},
		"only a link":              {Element: "Link"},
		"an unknown option":        {Element: "period", Option: "8d"},
		"no date":                  {Element: "day", Option: "yesterday"},
		"too many words":           {Element: "words", Input: "hello!"},
		"a required field":         {Element: "save"},
		"an unknown field":         {Element: "save", Form: map[string]any{"title": "x", "other": "y"}},
		"an unknown value":         {Element: "save", Form: map[string]any{"title": "x", "unit": "xx"}},
		"one unknown value":        {Element: "save", Form: map[string]any{"title": "x", "days": []any{"mon", "tue"}}},
		"a value of no kind":       {Element: "save", Form: map[string]any{"title": 1.5}},
		"what clears a form":       {Element: "clear"},
		"a field without its form": {Element: "title", Input: "x"},
	} {
		if click.MessageID == "" {
			click.MessageID = messageID
		}
		if result, err := w.Click(click); err == nil {
			t.Errorf("%s: %+v, want an error", name, result)
		}
	}
	w.Clock().Advance(14*24*time.Hour + time.Millisecond)
	if _, err := w.Click(Click{MessageID: messageID, Element: "go"}); err == nil {
		t.Error("after 14 days: no error")
	}
	w.Recall(messageID)
	if _, err := w.Click(Click{MessageID: messageID, Element: "go"}); err == nil {
		t.Error("recalled: no error")
	}
	if len(r.got) != 0 {
		t.Errorf("%d callbacks were sent", len(r.got))
	}
}

func TestAnswersToAClick(t *testing.T) {
	w, r, messageID := clickWorld(t, 0)
	good := fmt.Sprintf(`{"card":{"type":"raw","data":%s}}`, newCard)
	quoted := marshal(newCard)
	for name, test := range map[string]struct {
		status  int
		body    string
		code    int
		toast   string
		replace bool
	}{
		"nothing":             {200, `{}`, 0, "", false},
		"a toast":             {200, `{"toast":{"type":"success","content":"done","i18n":{"zh_cn":"x"}}}`, 0, "done", false},
		"a card":              {200, good, 0, "", true},
		"both":                {200, `{"toast":{"content":"x"},` + good[1:], 0, "x", true},
		"status 500":          {500, `{}`, 200671, "", false},
		"a redirect":          {302, `{}`, 200671, "", false},
		"null":                {200, `null`, 200672, "", false},
		"empty":               {200, ``, 200672, "", false},
		"no JSON":             {200, `ok`, 200672, "", false},
		"an unknown field":    {200, `{"message":"x"}`, 200672, "", false},
		"an unknown toast":    {200, `{"toast":{"type":"notice","content":"x"}}`, 200672, "", false},
		"an empty toast":      {200, `{"toast":{"type":"info"}}`, 200672, "", false},
		"an unknown language": {200, `{"toast":{"content":"x","i18n":{"zh":"x"}}}`, 200672, "", false},
		"a card as a text":    {200, fmt.Sprintf(`{"card":{"type":"raw","data":%s}}`, quoted), 200672, "", false},
		"a card of no type":   {200, fmt.Sprintf(`{"card":{"data":%s}}`, newCard), 200672, "", false},
		"a bad card":          {200, `{"card":{"type":"raw","data":{"schema":"2.0","body":{"elements":[{"tag":"note"}]}}}}`, 200673, "", false},
		"a card of 1.0":       {200, `{"card":{"type":"raw","data":{"elements":[]}}}`, 200830, "", false},
	} {
		r.answer = func(delivered) (int, string) { return test.status, test.body }
		before := w.FromBot(GroupID)[0]
		result, err := w.Click(Click{MessageID: messageID, OpenID: MemberID, Element: "go"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if result.Code != test.code || result.Status != test.status {
			t.Errorf("%s: %+v, want code %d", name, result, test.code)
		}
		if (result.Toast != nil) != (test.toast != "") || result.Toast != nil && result.Toast.Content != test.toast {
			t.Errorf("%s: toast %+v, want %q", name, result.Toast, test.toast)
		}
		after := w.FromBot(GroupID)[0]
		if replaced := after.Updates > before.Updates; replaced != test.replace || replaced && string(after.Content) != newCard {
			t.Errorf("%s: replaced %v: %s", name, replaced, after.Content)
		}
		w.message(messageID).Content = json.RawMessage(clickable)
		w.next(r)
	}
}

// message is a message as the platform holds it.
func (w *world) message(id string) *Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.messages[id]
}

func TestCallbacksThatDoNotArrive(t *testing.T) {
	w, r, messageID := clickWorld(t, time.Nanosecond)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for name, test := range map[string]struct {
		url  string
		code int
	}{
		"no address":  {"", 200340},
		"no listener": {gone.URL, 200342},
		"no host":     {"http://nobody.invalid/", 200343},
	} {
		w.DeliverTo(test.url)
		if got, err := w.Click(Click{MessageID: messageID, OpenID: MemberID, Element: "go"}); err != nil || got.Code != test.code || got.Status != 0 {
			t.Errorf("%s: %+v, %v; want code %d", name, got, err, test.code)
		}
	}
	let := make(chan struct{})
	defer close(let)
	r.answer = func(delivered) (int, string) { <-let; return 200, `{}` }
	w.DeliverCallbacksTo(r.url)
	begun := time.Now()
	got, err := w.Click(Click{MessageID: messageID, OpenID: MemberID, Element: "go"})
	if took := time.Since(begun); err != nil || got.Code != 200341 || took < 3*time.Second {
		t.Errorf("slow: %+v, %v after %v; want code 200341 after 3 s", got, err, took)
	}
	w.Clock().Advance(24 * time.Hour)
	if len(w.Attempts("")) != 0 {
		t.Error("a callback was sent again")
	}
}

func TestDelayedUpdate(t *testing.T) {
	w, r, messageID := clickWorld(t, 0)
	update := func(token, card string) reply {
		return w.post("/open-apis/interactive/v1/card/update", object{"token": token, "card": json.RawMessage(card)})
	}
	early := 0
	r.answer = func(d delivered) (int, string) {
		_, _, content := d.event()
		early = update(content["token"].(string), newCard).code
		return 200, `{}`
	}
	click := func() string {
		result, err := w.Click(Click{MessageID: messageID, OpenID: MemberID, Element: "go"})
		if err != nil {
			t.Fatal(err)
		}
		return result.Token
	}
	token := click()
	if early != 300020 {
		t.Errorf("before the callback was answered: code %d, want 300020", early)
	}
	w.fine("first use", update(token, newCard))
	if got := w.FromBot(GroupID)[0]; string(got.Content) != newCard {
		t.Errorf("card %s", got.Content)
	}
	w.refusedWith("bad card", update(token, cardOf(`{"tag":"note"}`)), 11311)
	w.Clock().Advance(30*time.Minute - time.Millisecond)
	w.fine("second use", update(token, oldCard))
	w.refusedWith("third use", update(token, newCard), 300040)
	w.message(messageID).Content = json.RawMessage(clickable)
	late := click()
	w.Clock().Advance(30 * time.Minute)
	w.refusedWith("after 30 minutes", update(late, newCard), 300030)
	w.refusedWith("a made-up token", update("c-x", newCard), 300020)
	recalled := click()
	w.Recall(messageID)
	w.refusedWith("recalled", update(recalled, newCard), 200000)
	w.refusedWith("no JSON", w.post("/open-apis/interactive/v1/card/update", "x"), 100030)
	w.refusedWith("more than 30 KB", update(recalled, cardOf(`{"tag":"markdown","content":"`+strings.Repeat("a", 30<<10)+`"}`)), 100000)
}

func TestAForwardedCard(t *testing.T) {
	w, r, messageID := clickWorld(t, 0)
	if _, err := w.Click(Click{MessageID: messageID, OpenID: GuestID, Element: "go", ChatID: ExternalID}); err != nil {
		t.Fatal(err)
	}
	_, _, content := w.next(r).event()
	if content["context"].(object)["open_chat_id"] != ExternalID || content["operator"].(object)["tenant_key"] != "tenant_guest" {
		t.Errorf("callback %v", content)
	}
}
