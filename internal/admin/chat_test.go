package admin_test

import (
	"net/http"
	"testing"

	"huibao/bot"
)

func TestChatWithMembers(t *testing.T) {
	o := newOffice(t)
	o.get("/chats/oc_new").want(http.StatusNotFound) // the platform knows it, huibao does not
	o.send(http.MethodPatch, "/chats/oc_new", map[string]any{"access": "allowed"}).want(http.StatusOK)
	if got := o.get("/chats/oc_new").want(http.StatusOK); got.at("member_count") != "12" || got.at("access") != "allowed" || got.at("name") != "New <b>team</b>" {
		t.Errorf("%s", got.raw)
	}
	_, err := o.db.ChangeChat(t.Context(), tenantKey, "oc_left", nil, func(chat *bot.Chat) error {
		chat.Name = "Left"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := o.get("/chats/oc_left").want(http.StatusOK); got.at("member_count") != "null" || got.at("name") != "Left" {
		t.Errorf("one that the platform tells nothing of: %s", got.raw)
	}
}
