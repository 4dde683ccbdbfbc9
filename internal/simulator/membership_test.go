package simulator

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChatEvents(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	names := func(name string) object { return object{"zh_cn": name, "en_us": name, "ja_jp": name} }
	operator := object{"open_id": AdminID, "union_id": "on_ou_admin"}
	about := func(more object) object {
		content := object{
			"chat_id": GroupID, "operator_id": operator, "external": false, "operator_tenant_key": "tenant_simulated",
			"name": groupName, "i18n_names": names(groupName),
		}
		maps.Copy(content, more)
		return content
	}
	settings := func(name, moderation string) object {
		return object{
			"avatar": "", "name": name, "description": "", "i18n_names": names(name), "moderation_permission": moderation,
			"group_message_type": "chat", "owner_id": operator,
		}
	}
	changed := func(before, after object) object {
		return object{
			"chat_id": GroupID, "operator_id": operator, "external": false, "operator_tenant_key": "tenant_simulated",
			"before_change": before, "after_change": after,
		}
	}
	users := object{"users": []any{object{
		"name": "Guest Müller", "tenant_key": "tenant_guest", "user_id": object{"open_id": GuestID, "union_id": "on_ou_guest"},
	}}}
	for _, step := range []struct {
		do   func()
		kind string
		want object
	}{
		{func() { w.RemoveBot(GroupID) }, "im.chat.member.bot.deleted_v1", about(nil)},
		{func() { w.AddBot(GroupID) }, "im.chat.member.bot.added_v1", about(nil)},
		{func() { w.AddUsers(GroupID, GuestID) }, "im.chat.member.user.added_v1", about(users)},
		{func() { w.RemoveUsers(GroupID, GuestID) }, "im.chat.member.user.deleted_v1", about(users)},
		{func() { w.Mute(GroupID, true) }, "im.chat.updated_v1", changed(settings(groupName, "all_members"), settings(groupName, "only_owner"))},
		{func() { w.Mute(GroupID, false) }, "im.chat.updated_v1", changed(settings(groupName, "only_owner"), settings(groupName, "all_members"))},
		{func() { w.Rename(GroupID, "B") }, "im.chat.updated_v1", changed(settings(groupName, "all_members"), settings("B", "all_members"))},
		{func() { w.Dissolve(GroupID) }, "im.chat.disbanded_v1", about(object{"name": "B", "i18n_names": names("B")})},
	} {
		step.do()
		_, kind, content := w.next(r).event()
		if diff := cmp.Diff(step.want, content); kind != step.kind || diff != "" {
			t.Errorf("%s, want %s: %s", kind, step.kind, diff)
		}
	}
	if got := w.Chats()[0].Members; len(got) != 3 {
		t.Errorf("members %v, want the three there were", got)
	}
}

func TestWhatTheAppIsNotTold(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	w.DissolveQuietly(GroupID)
	w.ChangeChat(ExternalID, func(c *Chat) { c.Name, c.BotIn = "quiet", false })
	w.Rename(ExternalID, "outside") // the bot is not in it
	w.ChatEvent("im.chat.member.bot.added_v1", "oc_none", nil)
	w.WithholdScope("im:chat:readonly", true)
	w.AddBot(ExternalID)
	w.WithholdScope("im:chat.members:bot_access", false)
	w.RemoveBot(ExternalID)
	if err := w.WaitDelivered(w.soon()); err != nil {
		t.Fatal(err)
	}
	if _, kind, _ := w.next(r).event(); kind != "im.chat.member.bot.deleted_v1" || len(r.got) != 0 {
		t.Errorf("told of %s and %d more, want only the one for which there is a scope", kind, len(r.got))
	}
}

func TestAddedBackBot(t *testing.T) {
	w := newWorld(t, Options{})
	r := w.newReceiver()
	w.RemoveBot(GroupID)
	w.refusedWith("removed", w.say(GroupID, "hello", ""), 230002)
	w.AddBot(GroupID)
	w.fine("added back", w.say(GroupID, "hello", ""))
	w.next(r)
	w.next(r)
}
