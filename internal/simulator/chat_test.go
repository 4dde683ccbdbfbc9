package simulator

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChatAsItsMembersSeeIt(t *testing.T) {
	w := newWorld(t, Options{})
	w.ChangeChat(GroupID, func(c *Chat) { c.Managers = []string{MemberID} })
	want := object{
		"avatar": "", "name": groupName, "description": "", "owner_id": AdminID, "owner_id_type": "open_id",
		"user_manager_id_list": []any{MemberID}, "bot_manager_id_list": []any{}, "chat_mode": "group", "chat_type": "private",
		"group_message_type": "chat", "chat_tag": "inner", "moderation_permission": "all_members", "external": false,
		"tenant_key": "tenant_simulated", "user_count": "3", "bot_count": "1", "chat_status": "normal",
		"i18n_names": object{"zh_cn": groupName, "en_us": groupName, "ja_jp": groupName},
	}
	if diff := cmp.Diff(want, w.fine("group", w.get("/open-apis/im/v1/chats/oc_group")).data); diff != "" {
		t.Error(diff)
	}
	byUnion := w.fine("by union_id", w.get("/open-apis/im/v1/chats/oc_group?user_id_type=union_id")).data
	if byUnion["owner_id"] != "on_ou_admin" || byUnion["owner_id_type"] != "union_id" {
		t.Errorf("owner %v %v", byUnion["owner_id"], byUnion["owner_id_type"])
	}
	if got := w.get("/open-apis/im/v1/chats/oc_group?user_id_type=user_id"); got.code != 99992402 {
		t.Errorf("by user_id: %v, want 99992402", got.body)
	}
	private := object{
		"avatar": "", "description": "", "chat_mode": "p2p", "external": false, "tenant_key": "tenant_simulated",
		"user_count": "1", "bot_count": "1", "chat_status": "normal",
	}
	if diff := cmp.Diff(private, w.fine("private", w.get("/open-apis/im/v1/chats/oc_private")).data); diff != "" {
		t.Error(diff)
	}
	if external := w.fine("external", w.get("/open-apis/im/v1/chats/oc_external")).data; external["external"] != true {
		t.Errorf("external chat %v", external)
	}
}

func TestChatFromOutside(t *testing.T) {
	w := newWorld(t, Options{})
	w.ChangeChat(GroupID, func(c *Chat) { c.BotIn = false })
	want := object{"avatar": "", "name": groupName, "user_count": "3", "bot_count": "0", "chat_status": "normal"}
	if diff := cmp.Diff(want, w.fine("from outside", w.get("/open-apis/im/v1/chats/oc_group")).data); diff != "" {
		t.Error(diff)
	}
	w.refusedWith("no such chat", w.get("/open-apis/im/v1/chats/oc_none"), 232006)
	w.AddChat(Chat{ChatID: "oc_foreign", Mode: "group", TenantKey: "tenant_other"})
	w.refusedWith("internal chat of another tenant", w.get("/open-apis/im/v1/chats/oc_foreign"), 232010)
	for id, in := range map[string]bool{GroupID: false, ExternalID: true} {
		if got := w.fine(id, w.get("/open-apis/im/v1/chats/"+id+"/members/is_in_chat")).data["is_in_chat"]; got != in {
			t.Errorf("%s: is_in_chat %v, want %v", id, got, in)
		}
	}
}

func TestChatStatus(t *testing.T) {
	w := newWorld(t, Options{})
	w.Dissolve(GroupID)
	w.DissolveQuietly(ExternalID)
	for id, want := range map[string]string{GroupID: "dissolved", ExternalID: "dissolved_save", PrivateID: "normal"} {
		if got := w.fine(id, w.get("/open-apis/im/v1/chats/"+id)).data["chat_status"]; got != want {
			t.Errorf("%s: %v, want %s", id, got, want)
		}
	}
}

// listed are the ids of a list of chats, page by page.
func (w *world) listed(query string) []string {
	w.t.Helper()
	var ids []string
	for token := ""; ; {
		page := w.fine("list", w.get("/open-apis/im/v1/chats?"+query+"&page_token="+token)).data
		for _, item := range page["items"].([]any) {
			ids = append(ids, item.(object)["chat_id"].(string))
		}
		if page["has_more"] != true {
			if page["page_token"] != nil {
				w.t.Errorf("the last page has a page_token: %v", page)
			}
			return ids
		}
		token = page["page_token"].(string)
	}
}

func TestListOfChats(t *testing.T) {
	w := newWorld(t, Options{})
	many := w.AddChats(105, "oc_many_")
	w.ChangeChat(many[0], func(c *Chat) { c.BotIn = false })
	w.ChangeChat(many[1], func(c *Chat) { c.Dissolved = true })
	w.DissolveQuietly(many[2])
	want := append([]string{GroupID, ExternalID}, many[2:]...)
	for _, query := range []string{"", "page_size=1", "page_size=100", "page_size=7&sort_type=ByCreateTimeAsc"} {
		w.SetLimits(Limits{})
		if diff := cmp.Diff(want, w.listed(query)); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	w.SendText(many[50], MemberID, "the latest", TextOptions{})
	if got := w.listed("sort_type=ByActiveTimeDesc"); got[0] != many[50] || len(got) != len(want) {
		t.Errorf("%d chats, the most active is %s, want %s", len(got), got[0], many[50])
	}
	first := w.get("/open-apis/im/v1/chats").data["items"].([]any)
	if len(first) != 20 {
		t.Errorf("%d chats on a page, want 20", len(first))
	}
	wantItem := object{
		"chat_id": GroupID, "avatar": "", "name": groupName, "description": "", "owner_id": AdminID, "owner_id_type": "open_id",
		"external": false, "tenant_key": "tenant_simulated", "chat_status": "normal",
	}
	if diff := cmp.Diff(wantItem, first[0]); diff != "" {
		t.Error(diff)
	}
	for _, query := range []string{"page_size=101", "page_size=0", "page_size=x", "page_token=x", "page_token=page-9223372036854775807", "page_token=page--1", "sort_type=ByName", "user_id_type=user_id"} {
		w.refusedWith(query, w.get("/open-apis/im/v1/chats?"+query), 232001)
	}
}

func TestAThousandChats(t *testing.T) {
	w := newWorld(t, Options{Limits: &Limits{}})
	for i, id := range w.AddChats(1000, "oc_many_") {
		if want := fmt.Sprintf("oc_many_%05d", i+1); id != want {
			t.Fatalf("chat %d is %s, want %s", i, id, want)
		}
		if i%100 == 0 {
			w.fine("send", w.say(id, "hello", ""))
		}
	}
	counts := w.CountFromBot()
	if len(counts) != 10 || counts["oc_many_00101"] != 1 {
		t.Errorf("counts %v, want one message in each of ten chats", counts)
	}
}
