package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// steer makes a call of the control API and demands a status.
func (w *world) steer(method, path string, body any, status int) reply {
	w.t.Helper()
	got, err := w.try(method, w.control+path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	if got.status != status {
		w.t.Fatalf("%s %s: status %d, want %d: %s", method, path, got.status, status, got.text)
	}
	return got
}

// list is a list that the control API answers.
func (r reply) list(t *testing.T) (items []object) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.text), &items); err != nil || items == nil {
		t.Fatalf("no list: %.200s", r.text)
	}
	return items
}

func TestControlOfPeople(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	asked := w.steer("POST", "/messages", object{"chat_id": GroupID, "sender": MemberID, "text": "/report", "mention_bot": true}, 200).body
	question := asked["message_id"].(string)
	_, _, content := w.next(r).event()
	if content["message"].(object)["message_id"] != question {
		t.Errorf("event %v, want message %s", content, question)
	}
	answer := w.fine("reply", w.reply(question, "answer", "")).messageID()
	if got := w.steer("GET", "/wait?reply_to="+question, nil, 200).body["message_id"]; got != answer {
		t.Errorf("waited for %v, want %s", got, answer)
	}
	w.steer("GET", "/wait?reply_to=om_none&seconds=0.01", nil, http.StatusGatewayTimeout)
	w.steer("POST", "/messages/"+question+"/edit", object{"text": "@huibao /help"}, 200)
	_, _, content = w.next(r).event()
	if got := content["message"].(object)["content"]; got != `{"text":"@_user_1 /help"}` {
		t.Errorf("edited %v", got)
	}
	w.steer("POST", "/messages/"+question+"/repeat", nil, 200)
	w.next(r)
	w.steer("POST", "/messages/"+question+"/recall", nil, 200)
	w.steer("POST", "/messages/om_none/recall", nil, 404)
	w.steer("POST", "/messages/"+question+"/forget", nil, 404)
	messages := w.steer("GET", "/messages?chat_id="+GroupID, nil, 200).list(t)
	if len(messages) != 2 || messages[0]["deleted"] != true || messages[1]["message_id"] != answer {
		t.Errorf("messages %v", messages)
	}
	if none := w.steer("GET", "/messages?chat_id=oc_none", nil, 200).list(t); len(none) != 0 {
		t.Errorf("messages of no chat %v", none)
	}
	if got := w.steer("GET", "/counts", nil, 200).body["messages"].(object)[GroupID]; got != 1.0 {
		t.Errorf("count %v, want 1", got)
	}
	card := w.fine("card", w.sendCard(GroupID, cardOf(`{"tag":"button","element_id":"go","text":`+okText+`,`+okGo+`}`))).messageID()
	r.answer = func(delivered) (int, string) { return 200, `{"toast":{"content":"hi"}}` }
	clicked := w.steer("POST", "/clicks", object{"message_id": card, "open_id": MemberID, "element": "go"}, 200).body
	if clicked["code"] != 0.0 || clicked["toast"].(object)["content"] != "hi" || clicked["card"] != nil {
		t.Errorf("click %v", clicked)
	}
	w.steer("POST", "/clicks", object{"message_id": card, "element": "stop"}, 422)
	w.steer("POST", "/people", object{"open_id": "ou_new", "name": "New", "blocked": true}, 200)
	w.refusedWith("somebody who blocked the bot",
		w.post("/open-apis/im/v1/messages?receive_id_type=open_id", textTo("ou_new", "hello", "")), 230053)
}

func TestControlOfChats(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	for what, kind := range map[string]string{
		"remove": "im.chat.member.bot.deleted_v1", "add": "im.chat.member.bot.added_v1", "dissolve": "im.chat.disbanded_v1",
	} {
		w.ChangeChat(GroupID, func(c *Chat) { c.BotIn, c.Dissolved = true, false })
		w.steer("POST", "/chats/oc_group/"+what, nil, 200)
		if _, got, _ := w.next(r).event(); got != kind {
			t.Errorf("%s: event %s, want %s", what, got, kind)
		}
	}
	w.ChangeChat(GroupID, func(c *Chat) { c.BotIn, c.Dissolved = true, false })
	for _, step := range []struct {
		what string
		body object
	}{
		{"rename", object{"name": "B"}}, {"mute", nil}, {"unmute", nil},
		{"add_users", object{"open_ids": []string{GuestID}}}, {"remove_users", object{"open_ids": []string{AdminID}}},
	} {
		w.steer("POST", "/chats/oc_group/"+step.what, step.body, 200)
		w.next(r)
	}
	w.steer("POST", "/chats/oc_group/dissolve_quietly", nil, 200)
	want := Chat{
		ChatID: GroupID, Name: "B", Mode: "group", TenantKey: "tenant_simulated", OwnerID: AdminID,
		Members: []string{MemberID, "ou_hostile", GuestID}, BotIn: true, Dissolved: true, Kept: true, BotTenantKey: "tenant_simulated",
	}
	if diff := cmp.Diff(want, w.Chats()[0]); diff != "" {
		t.Error(diff)
	}
	w.steer("POST", "/chats/oc_group/sell", nil, 404)
	w.steer("POST", "/chats/oc_none/add", nil, 404)
	w.steer("POST", "/chats", object{"chat_id": "oc_new", "name": "New", "bot_in": true, "owner_id": MemberID}, 200)
	w.fine("in the new chat", w.say("oc_new", "hello", ""))
	w.steer("PATCH", "/chats/oc_new", object{"muted": true}, 200)
	w.refusedWith("muted", w.say("oc_new", "hello", ""), 230018)
	w.steer("PATCH", "/chats/oc_none", object{}, 404)
	w.steer("PATCH", "/chats/oc_new", object{"muted": "yes"}, 400)
	w.steer("POST", "/chats", object{}, 400)
	if err := w.WaitDelivered(w.soon()); err != nil {
		t.Fatal(err)
	}
	before := len(r.got)
	w.steer("POST", "/chats", object{"count": 1000, "prefix": "oc_many_", "announce": true}, 200)
	w.steer("GET", "/wait?delivered=1&seconds=60", nil, 200)
	if got := len(r.got) - before; got != 1000 {
		t.Errorf("%d events of 1,000 chats to which the bot was added", got)
	}
	if got := w.steer("GET", "/chats", nil, 200).list(t); len(got) != 1006 {
		t.Errorf("%d chats, want 1006", len(got))
	}
}

func TestControlOfThePlatform(t *testing.T) {
	w := newWorld(t, Options{})
	w.steer("POST", "/clock", object{"advance_seconds": 60}, 200)
	if got := w.Clock().Now(); !got.Equal(noon.Add(time.Minute)) {
		t.Errorf("clock %v", got)
	}
	if got := w.steer("GET", "/clock", nil, 200).text; strings.TrimSpace(got) != `"2026-11-25T12:01:00+08:00"` {
		t.Errorf("clock %s", got)
	}
	w.steer("POST", "/faults", object{"endpoint": "bot_info", "status": 500, "code": 2200, "times": 1}, 200)
	if got := w.get("/open-apis/bot/v3/info"); got.status != 500 {
		t.Errorf("with a fault: status %d", got.status)
	}
	w.steer("POST", "/faults", object{"endpoint": "bot_info", "status": 500}, 200)
	w.steer("DELETE", "/faults", nil, 200)
	w.fine("without", w.get("/open-apis/bot/v3/info"))
	w.steer("POST", "/scopes", object{"scope": "tenant:tenant:readonly", "missing": true}, 200)
	w.refusedWith("without a scope", w.get("/open-apis/tenant/v2/tenant/query"), 99991672)
	w.steer("PATCH", "/app", object{"quota_used": true}, 200)
	w.refusedWith("quota used", w.get("/open-apis/bot/v3/info"), 99991403)
	w.steer("PATCH", "/app", object{"quota_used": false}, 200)
	if got := w.steer("PATCH", "/limits", object{"chat_per_second": 1}, 200).body; got["per_second"] != 50.0 || w.Limits().ChatPerSecond != 1 {
		t.Errorf("limits %v, want the others as they were", got)
	}
	w.steer("GET", "/limits", nil, 200)
	w.steer("GET", "/app", nil, 200)
	w.steer("GET", "/reports", nil, 200)
	_, link := w.begun()
	w.steer("PATCH", "/registration", object{"lark": true}, 200)
	w.steer("POST", "/scan", object{"url": link, "open_id": AdminID}, 200)
	w.steer("POST", "/scan", object{"url": link, "open_id": AdminID}, 422)
	w.steer("POST", "/unkind", object{"on": true}, 200)
	if !w.Options().Unkind {
		t.Error("still kind")
	}
	w.steer("POST", "/unkind", object{"on": false}, 200)
	w.steer("POST", "/tokens/revoke", nil, 200)
	w.refusedWith("revoked", w.get("/open-apis/bot/v3/info"), 99991663)
	w.steer("POST", "/clock", object{"speed": 2, "advance_seconds": 0}, 200)
	w.steer("POST", "/clock", object{"frozen": true}, 200)
	w.steer("POST", "/clock", "soon", 400)
	if got := len(w.steer("GET", "/requests?endpoint=bot_info", nil, 200).list(t)); got != 4 {
		t.Errorf("%d requests, want 4", got)
	}
	w.steer("DELETE", "/requests", nil, 200)
	if got := w.steer("GET", "/requests", nil, 200).list(t); len(got) != 0 {
		t.Errorf("requests after forgetting them: %v", got)
	}
}

func TestControlOfReportsAndEvents(t *testing.T) {
	w := newWorld(t, Options{})
	day := spanOf("2026-11-23", "2026-11-23")
	w.steer("POST", "/days", object{"date": "2026-11-23", "row": object{"meeting_count": 7, "meeting_duration": 8, "participant_count": 9}}, 200)
	if got := w.daily(day).rows()[0].(object)["meeting_count"]; got != "7" {
		t.Errorf("meetings %v", got)
	}
	w.steer("POST", "/days", object{"date": "2026-11-23", "unit": 1, "row": object{"meeting_count": 3}}, 200)
	if got := w.daily(day + "&unit=1").rows()[0].(object)["meeting_count"]; got != "3" {
		t.Errorf("meetings of unit 1 %v", got)
	}
	w.steer("POST", "/days", object{"date": "2026-11-23", "garbled": object{"date": nil}}, 200)
	if got := w.daily(day).rows()[0].(object); len(got) != 1 {
		t.Errorf("garbled %v", got)
	}
	w.steer("POST", "/days", object{"date": "2026-11-22", "row": nil}, 200)
	if got := w.daily(spanOf("2026-11-22", "2026-11-22")).rows(); len(got) != 0 {
		t.Errorf("dropped %v", got)
	}
	w.steer("POST", "/days", object{"date": "yesterday"}, 400)
	w.steer("PATCH", "/reports", object{"lacks": "data"}, 200)
	if got := w.daily(day).data; got != nil {
		t.Errorf("without data %v", got)
	}
	w.steer("PATCH", "/reports", object{"lacks": ""}, 200)
	w.steer("POST", "/top_users", []TopUser{{ID: "ou_a", Name: "A", Type: 1, Meetings: 1}}, 200)
	if got := w.top("limit=10&order_by=1").users(); len(got) != 1 {
		t.Errorf("top users %v", got)
	}
	r := w.newReceiver()
	w.steer("POST", "/deliver_to", object{"event_url": r.url}, 200)
	w.steer("POST", "/events", object{"event_id": "ev_own", "event_type": "own", "event": object{"a": 1}}, 200)
	if id, kind, content := w.next(r).event(); id != "ev_own" || kind != "own" || content["a"] != 1.0 {
		t.Errorf("event %s %s %v", id, kind, content)
	}
	w.steer("POST", "/events/ev_own/redeliver", nil, 200)
	w.next(r)
	w.steer("POST", "/events/ev_none/redeliver", nil, 404)
	w.steer("GET", "/wait?delivered=1&seconds=60", nil, 200)
	if got := w.steer("GET", "/attempts?event_id=ev_own", nil, 200).list(t); len(got) != 2 || got[1]["acknowledged"] != true {
		t.Errorf("attempts %v", got)
	}
	w.steer("POST", "/verify", object{}, http.StatusBadGateway)
	key := w.fine("upload", w.upload("/open-apis/im/v1/files", "file", map[string]string{"file_type": "stream", "file_name": "a.csv"}, strings.NewReader("a,b"))).data["file_key"].(string)
	if got := w.steer("GET", "/files/"+key, nil, 200); got.text != "a,b" {
		t.Errorf("file %q", got.text)
	}
	w.steer("GET", "/files/none", nil, 404)
}

func TestControlRefusesOtherOrigins(t *testing.T) {
	w := newWorld(t, Options{})
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, w.control+"/tokens/revoke", strings.NewReader("{}"))
	request.Header.Set("Origin", "https://evil.example")
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	response, err := w.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body)
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("status %d, want 403", response.StatusCode)
	}
	w.fine("nothing was revoked", w.get("/open-apis/bot/v3/info"))
}

func TestControlOfTenants(t *testing.T) {
	w := newWorld(t, Options{AppType: StoreApp, TenantKey: "a"})
	r := w.newReceiver()
	event := func() object { return w.next(r).body["event"].(object) }
	w.steer("POST", "/tenants", object{"name": "nobody"}, 400)
	made := w.steer("POST", "/tenants", object{"tenant_key": "b", "name": "Blue Ltd", "chats": 2, "install": true}, 200).body
	if made["bot_open_id"] != "ou_bot_cli_simulated_b" || event()["type"] != "app_open" {
		t.Errorf("made %v", made)
	}
	if got := w.steer("GET", "/tenants", nil, 200).list(t); len(got) != 2 || got[0]["tenant_key"] != "a" || got[1]["name"] != "Blue Ltd" {
		t.Errorf("tenants %v", got)
	}
	b, _ := w.Tenant("b")
	w.steer("POST", "/people?tenant_key=b", object{"open_id": "ou_new"}, 200)
	w.steer("POST", "/chats?tenant_key=b", object{"chat_id": "oc_new", "bot_in": true}, 200)
	chats := w.Chats()
	if ids := []string{chats[len(chats)-3].ChatID, chats[len(chats)-2].ChatID}; ids[0] != "oc_group_b_00001" || ids[1] != "oc_group_b_00002" {
		t.Errorf("chats %v", ids)
	}
	if got := chats[len(chats)-1]; got.ChatID != "oc_new" || got.TenantKey != "b" || b.person("ou_new").TenantKey != "b" {
		t.Errorf("the new chat %+v", got)
	}
	w.steer("POST", "/days?tenant_key=b", object{"date": "2026-11-24", "row": object{"meeting_count": 7}}, 200)
	w.steer("PATCH", "/reports?tenant_key=b", object{"minutes": true}, 200)
	w.steer("PATCH", "/app?tenant_key=b", object{"bot_off": true}, 200)
	w.steer("POST", "/scopes?tenant_key=b", object{"scope": "im:chat:readonly", "missing": true}, 200)
	if figures, _ := b.Day("2026-11-24"); figures.Meetings != 7 || !b.ReportStyle().Minutes || !b.App().BotOff || b.granted["im:chat:readonly"] {
		t.Error("what was told of b is not so")
	}
	if figures, _ := w.Day("2026-11-24"); figures.Meetings == 7 || w.ReportStyle().Minutes || w.App().BotOff || !w.granted["im:chat:readonly"] {
		t.Error("what was told of b is so of a")
	}
	for what, want := range map[string]string{"start": "start_by_tenant", "stop": "stop_by_platform"} {
		w.steer("POST", "/tenants/b/"+what, object{"by_platform": true}, 200)
		if got := event(); got["status"] != want || got["tenant_key"] != "b" {
			t.Errorf("%s: %v", what, got)
		}
	}
	for what, want := range map[string]string{"install": "app_open", "uninstall": "app_uninstalled"} {
		w.steer("POST", "/tenants/b/"+what, nil, 200)
		if got := event(); got["type"] != want {
			t.Errorf("%s: %v", what, got)
		}
	}
	w.steer("POST", "/tickets", nil, 200)
	ticket := event()["app_ticket"]
	w.steer("POST", "/tickets", object{"expire": true}, 200)
	w.deniedWith("an ended ticket", w.post(appTokenPath, w.proof(object{"app_ticket": ticket})), 10012)
	w.steer("POST", "/tenants/b/sell", nil, 404)
	w.steer("POST", "/tenants/c/install", nil, 404)
	w.steer("GET", "/app?tenant_key=c", nil, 404)
}
