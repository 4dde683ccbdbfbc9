package simulator

import (
	"slices"
	"strings"
	"testing"
)

// bID is the id of somebody or some chat of the cast in the tenant b.
func bID(of string) string { return of + "_b" }

func TestTenantsHaveChatsAndPeopleOfTheirOwn(t *testing.T) {
	s := newShop(t)
	listed := func() (ids []string) {
		for _, item := range s.fine("chats", s.get("/open-apis/im/v1/chats")).data["items"].([]any) {
			ids = append(ids, item.(object)["chat_id"].(string))
		}
		return ids
	}
	s.as(s.a)
	if got := listed(); !slices.Equal(got, []string{GroupID, ExternalID}) {
		t.Errorf("chats of a: %v", got)
	}
	s.refusedWith("b's group", s.get("/open-apis/im/v1/chats/oc_group_b"), 232010)
	s.refusedWith("whether the bot is in b's group", s.get("/open-apis/im/v1/chats/oc_group_b/members/is_in_chat"), 232010)
	s.refusedWith("b's external group", s.get("/open-apis/im/v1/chats/oc_external_b"), 232010)
	s.refusedWith("a message to b's group", s.say(bID(GroupID), "hello", ""), 230034)
	s.refusedWith("a message to b's member's chat", s.say(bID(PrivateID), "hello", ""), 230034)
	s.refusedWith("a message to b's member", s.post("/open-apis/im/v1/messages?receive_id_type=open_id", textTo(bID(MemberID), "hello", "")), 230038)
	s.refusedWith("a message to b's member by union_id", s.post("/open-apis/im/v1/messages?receive_id_type=union_id", textTo(unionID(bID(MemberID)), "hello", "")), 230038)
	s.as(s.b)
	if got := listed(); !slices.Equal(got, []string{bID(GroupID), bID(ExternalID)}) {
		t.Errorf("chats of b: %v", got)
	}
	if group := s.fine("b's group", s.get("/open-apis/im/v1/chats/oc_group_b")).data; group["tenant_key"] != "b" || group["owner_id"] != bID(AdminID) {
		t.Errorf("b's group %v", group)
	}
	s.refusedWith("a's group", s.get("/open-apis/im/v1/chats/oc_group"), 232010)
	sent := s.fine("a message to b's member", s.post("/open-apis/im/v1/messages?receive_id_type=open_id", textTo(bID(MemberID), "hello", ""))).data
	if sent["chat_id"] != bID(PrivateID) {
		t.Errorf("the message is in %v", sent["chat_id"])
	}
	if ids := s.b.AddChats(3, "oc_more_"); len(listed()) != 5 || ids[2] != "oc_more_00003" {
		t.Errorf("with three more b has %v", listed())
	}
}

func TestTenantsHaveMessagesOfTheirOwn(t *testing.T) {
	s := newShop(t)
	s.a.WithholdScope("im:message:readonly", false)
	s.b.WithholdScope("im:message:readonly", false)
	question := s.SendText(bID(GroupID), bID(MemberID), "/report", TextOptions{MentionBot: true})
	s.next(s.r)
	s.as(s.b)
	card := s.fine("card", s.sendCard(bID(GroupID), cardOf(okButton))).messageID()
	clicked, err := s.Click(Click{MessageID: card, OpenID: bID(MemberID), Element: "x"})
	if err != nil {
		t.Fatal(err)
	}
	header := s.next(s.r).body
	if header["header"].(object)["tenant_key"] != "b" || header["event"].(object)["operator"].(object)["tenant_key"] != "b" {
		t.Errorf("click %v", header)
	}
	s.as(s.a)
	message := "/open-apis/im/v1/messages/" + card
	s.refusedWith("read", s.get(message), 99992354)
	s.refusedWith("patch", s.call("PATCH", message, object{"content": cardOf(okButton)}), 99992354)
	s.refusedWith("recall", s.call("DELETE", message, nil), 99992354)
	s.refusedWith("reply", s.post("/open-apis/im/v1/messages/"+question.MessageID+"/reply", textTo("", "hello", "")), 99992354)
	s.refusedWith("react", s.post("/open-apis/im/v1/messages/"+question.MessageID+"/reactions", object{"reaction_type": object{"emoji_type": "OK"}}), 231003)
	update := object{"token": clicked.Token, "card": object{"schema": "2.0", "body": object{"elements": []any{}}}}
	s.refusedWith("update after a click", s.post("/open-apis/interactive/v1/card/update", update), 300020)

	first := s.fine("a's uuid", s.say(GroupID, "hello", "u1")).messageID()
	s.as(s.b)
	if second := s.fine("the same in b", s.say(bID(GroupID), "hello", "u1")).messageID(); second == first {
		t.Error("a uuid of one tenant stands for a message of another")
	}
	if read := s.fine("read", s.get(message)).data["items"].([]any)[0].(object)["sender"].(object); read["tenant_key"] != "b" {
		t.Errorf("the card is of %v", read)
	}
}

func TestTenantsHaveFilesOfTheirOwn(t *testing.T) {
	s := newShop(t)
	s.as(s.b)
	key := s.fine("upload", s.upload("/open-apis/im/v1/files", "file", map[string]string{"file_type": "xls", "file_name": "b.xlsx"}, strings.NewReader("PK"))).data["file_key"].(string)
	send := func(chat string) reply {
		return s.post("/open-apis/im/v1/messages?receive_id_type=chat_id",
			object{"receive_id": chat, "msg_type": "file", "content": string(marshal(object{"file_key": key}))})
	}
	s.fine("b's file in b", send(bID(GroupID)))
	s.as(s.a)
	s.refusedWith("b's file in a", send(GroupID), 230017)
}

func TestTenantsHaveFiguresOfTheirOwn(t *testing.T) {
	s := newShop(t)
	const path = "/open-apis/vc/v1/reports/get_daily?start_time=1795449600&end_time=1795535999" // 24 November at +08:00
	count := func() any {
		rows := s.fine("report", s.get(path)).data["meeting_report"].(object)["daily_report"].([]any)
		return rows[0].(object)["meeting_count"]
	}
	s.as(s.a)
	invented := count()
	s.as(s.b)
	if count() == invented {
		t.Errorf("both tenants have %v meetings", invented)
	}
	s.a.SetDay("2026-11-24", DayFigures{1, 60, 2})
	s.b.SetDay("2026-11-24", DayFigures{7, 60, 2})
	if got := count(); got != "7" {
		t.Errorf("b has %v meetings, want 7", got)
	}
	s.as(s.a)
	if got := count(); got != "1" {
		t.Errorf("a has %v meetings, want 1", got)
	}
	const top = "/open-apis/vc/v1/reports/get_top_user?start_time=1795449600&end_time=1795535999&limit=100&order_by=1"
	if got := s.fine("top users", s.get(top)).text; strings.Contains(got, bID(MemberID)) || !strings.Contains(got, MemberID) {
		t.Errorf("the ranking of a: %s", got)
	}
}

func TestTenantsHaveLimitsScopesAndCommandsOfTheirOwn(t *testing.T) {
	s := newShop(t)
	s.SetLimits(Limits{PerSecond: 2})
	s.as(s.a)
	for range 2 {
		s.fine("within the limit", s.say(GroupID, "hello", ""))
	}
	if got := s.say(GroupID, "hello", ""); got.code != 99991400 {
		t.Errorf("beyond the limit: %v", got.body)
	}
	s.as(s.b)
	s.fine("b is within its own", s.say(bID(GroupID), "hello", ""))

	s.b.WithholdScope("vc:report:readonly", true)
	const path = "/open-apis/vc/v1/reports/get_daily?start_time=1795449600&end_time=1795535999"
	s.refusedWith("b without the scope", s.get(path), 99991672)
	const slash = "/open-apis/application/v7/app_slash_commands"
	s.fine("b's command", s.post(slash, object{"command": "report", "description": object{"default_value": "Report"}}))
	s.as(s.a)
	s.fine("a with the scope", s.get(path))
	if items := s.fine("a's commands", s.get(slash)).data["items"].([]any); len(items) != 0 {
		t.Errorf("a has the commands %v", items)
	}
}

func TestEventsCarryTheirTenant(t *testing.T) {
	s := newShop(t)
	bots := map[string]string{}
	for _, test := range []struct{ key, chat, sender string }{{"a", GroupID, MemberID}, {"b", bID(GroupID), bID(MemberID)}, {"b", bID(ExternalID), bID(GuestID)}} {
		s.SendText(test.chat, test.sender, "hello", TextOptions{MentionBot: true})
		d := s.next(s.r)
		_, _, content := d.event()
		mention := content["message"].(object)["mentions"].([]any)[0].(object)
		if d.body["header"].(object)["tenant_key"] != test.key || mention["tenant_key"] != test.key {
			t.Errorf("in %s: %v", test.chat, d.body)
		}
		bots[test.key] = mention["id"].(object)["open_id"].(string)
		if sender := content["sender"].(object); (sender["tenant_key"] != test.key) != strings.HasPrefix(test.sender, GuestID) {
			t.Errorf("the sender %s is %v", test.sender, sender)
		}
	}
	if bots["a"] != s.a.BotID() || bots["b"] != s.b.BotID() || bots["a"] == bots["b"] {
		t.Errorf("bots %v", bots)
	}
	s.as(s.b)
	if bot := s.get("/open-apis/bot/v3/info").body["bot"].(object); bot["open_id"] != s.b.BotID() {
		t.Errorf("b's bot is %v", bot)
	}
	s.RemoveBot(bID(GroupID))
	d := s.next(s.r)
	if _, _, content := d.event(); d.body["header"].(object)["tenant_key"] != "b" || content["operator_tenant_key"] != "b" {
		t.Errorf("removed: %v", d.body)
	}
}

func TestCallsAreRecordedWithTheirTenant(t *testing.T) {
	s := newShop(t)
	s.as(s.b)
	s.say(bID(GroupID), "hello", "")
	if calls := s.Requests("message_create"); len(calls) != 1 || calls[0].TenantKey != "b" {
		t.Errorf("calls %+v", calls)
	}
	for _, endpoint := range []string{"app_ticket", "app_token", "token"} {
		if calls := s.Requests(endpoint); len(calls) != 1 || calls[0].Body != "" {
			t.Errorf("%s: %+v, want one without its secrets", endpoint, calls)
		}
	}
}
