package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"huibao/bot"
	"huibao/internal/audit"
)

// named returns a change that sets a chat's name.
func named(name string) func(*bot.Chat) error {
	return func(chat *bot.Chat) error {
		chat.Name = name
		return nil
	}
}

// errChange is what a change fails with.
var errChange = errors.New("not this time")

func testChats(t *testing.T, s suite) {
	t.Run("a chat never seen is external and undecided", func(t *testing.T) {
		db := s.open(t)
		_, found, err := db.FindChat(t.Context(), tenant, "oc_1")
		ok(t, err)
		want(t, "found", found, false)
		changed := try(db.ChangeChat(t.Context(), tenant, "oc_1", nil, named("Board"))).must(t)
		want(t, "chat", changed, bot.Chat{
			TenantKey: tenant, ChatID: "oc_1", Name: "Board", External: true, State: bot.ChatActive, Access: bot.AccessPending,
		}, cmpopts.IgnoreFields(bot.Chat{}, "CreatedAt", "UpdatedAt"))
	})

	t.Run("a chat comes back as it was returned", func(t *testing.T) {
		db := s.open(t)
		changed := try(db.ChangeChat(t.Context(), tenant, "oc_1", nil, func(chat *bot.Chat) error {
			chat.Name, chat.ChatMode, chat.OwnerID, chat.PersonID, chat.External = "董事会 '\"", "group", "ou_1", "ou_2", false //nolint:gosmopolitan // names are in any language
			chat.State, chat.Access, chat.Locale, chat.Timezone = bot.ChatDissolved, bot.AccessBlocked, "en_us", "Asia/Tokyo"
			chat.Unit, chat.LookedUpAt, chat.AccessAskedAt = "cn", at(1234567*time.Nanosecond), at(7654321*time.Nanosecond)
			chat.ManagerIDs = []string{"ou_3", "ou_4"}
			return nil
		})).must(t)
		found, _, err := db.FindChat(t.Context(), tenant, "oc_1")
		ok(t, err)
		want(t, "chat", found, changed)
		want(t, "looked up, in whole milliseconds", found.LookedUpAt, at(time.Millisecond))
		want(t, "asked about, in whole milliseconds", found.AccessAskedAt, at(7*time.Millisecond))
	})

	t.Run("a change sees what is there and keeps when it was made", func(t *testing.T) {
		db := s.open(t)
		first := try(db.ChangeChat(t.Context(), tenant, "oc_1", nil, named("Board"))).must(t)
		second := try(db.ChangeChat(t.Context(), tenant, "oc_1", nil, func(chat *bot.Chat) error {
			chat.Name += " of directors"
			return nil
		})).must(t)
		want(t, "name", second.Name, "Board of directors")
		want(t, "created", second.CreatedAt, first.CreatedAt)
	})

	t.Run("an error of the change leaves nothing", func(t *testing.T) {
		db := s.open(t)
		_, err := db.ChangeChat(t.Context(), tenant, "oc_1", &audit.Entry{TenantKey: tenant, Action: "chat.update"},
			func(*bot.Chat) error { return errChange })
		want(t, "error", err, errChange, cmpopts.EquateErrors())
		want(t, "chats", db.count(t, "chats"), 0)
		want(t, "entries", db.count(t, "audit"), 0)
	})

	t.Run("an entry tells the state before and after", func(t *testing.T) {
		db := s.open(t)
		for _, name := range []string{"Board", "Council"} {
			try(db.ChangeChat(t.Context(), tenant, "oc_1", &audit.Entry{TenantKey: tenant, Action: "chat.update"}, named(name))).must(t)
		}
		entries := try(db.ListAudit(t.Context(), tenant, audit.Filter{Limit: 10})).must(t)
		want(t, "entries", len(entries), 2)
		want(t, "names", [][2]string{namesOf(t, entries[1]), namesOf(t, entries[0])}, [][2]string{{"(none)", "Board"}, {"Board", "Council"}})
	})

	t.Run("lists are in order of chat_id, after a cursor", func(t *testing.T) {
		db := s.open(t)
		for _, id := range []string{"oc_3", "oc_1", "oc_2", "oc_4"} {
			try(db.ChangeChat(t.Context(), tenant, id, nil, named(id))).must(t)
		}
		try(db.ChangeChat(t.Context(), other, "oc_25", nil, named("theirs"))).must(t)
		got := try(db.ListChats(t.Context(), tenant, bot.ChatFilter{After: "oc_1", Limit: 2})).must(t)
		want(t, "ids", []string{got[0].ChatID, got[1].ChatID}, []string{"oc_2", "oc_3"})
		want(t, "all", len(try(db.ListChats(t.Context(), tenant, bot.ChatFilter{Limit: 100})).must(t)), 4)
	})

	testChatLists(t, s)

	t.Run("tenants are apart", func(t *testing.T) {
		db := s.open(t)
		try(db.ChangeChat(t.Context(), tenant, "oc_1", nil, named("ours"))).must(t)
		try(db.ChangeChat(t.Context(), other, "oc_1", nil, named("theirs"))).must(t)
		ours, _, err := db.FindChat(t.Context(), tenant, "oc_1")
		ok(t, err)
		want(t, "name", ours.Name, "ours")
	})

	t.Run("no change at the same time is lost", func(t *testing.T) {
		db := s.open(t)
		together(t, db, db.again(t), 16, func(ctx context.Context, h handle, _ int) error {
			_, err := h.ChangeChat(ctx, tenant, "oc_1", nil, func(chat *bot.Chat) error {
				chat.Name += "x"
				return nil
			})
			return err
		})
		chat, _, err := db.FindChat(t.Context(), tenant, "oc_1")
		ok(t, err)
		want(t, "name", chat.Name, "xxxxxxxxxxxxxxxx")
	})
}

func testChatLists(t *testing.T, s suite) {
	db := s.open(t)
	for _, chat := range []bot.Chat{
		{ChatID: "oc_1", Name: "Sales 50%", OwnerID: "ou_alice", Access: bot.AccessAllowed},
		{ChatID: "oc_2", Name: "sales_x", External: true, Access: bot.AccessPending, AccessAskedAt: noon},
		{ChatID: "oc_3", Name: "Board", External: true, Access: bot.AccessPending},
		{ChatID: "oc_4", PersonID: "ou_bob", Access: bot.AccessBlocked, AccessAskedAt: noon},
	} {
		try(db.ChangeChat(t.Context(), tenant, chat.ChatID, nil, func(there *bot.Chat) error {
			chat.TenantKey, chat.State, chat.CreatedAt = tenant, bot.ChatActive, there.CreatedAt
			*there = chat
			return nil
		})).must(t)
	}
	try(db.ChangeChat(t.Context(), other, "oc_1", nil, named("Sales"))).must(t)
	db.create(t, weekly("s-1"), weekly("s-2"))
	for _, c := range []struct {
		name   string
		filter bot.ChatFilter
		wanted []string
	}{
		{"one", bot.ChatFilter{ChatID: "oc_2"}, []string{"oc_2"}},
		{"found by name, whatever the case", bot.ChatFilter{Query: "SALES"}, []string{"oc_1", "oc_2"}},
		{"found by owner", bot.ChatFilter{Query: "ou_Alice"}, []string{"oc_1"}},
		{"found by person", bot.ChatFilter{Query: "ou_bob"}, []string{"oc_4"}},
		{"a percent sign is one", bot.ChatFilter{Query: "%"}, []string{"oc_1"}},
		{"an underscore is one", bot.ChatFilter{Query: "s_x"}, []string{"oc_2"}},
		{"allowed", bot.ChatFilter{Access: bot.AccessAllowed}, []string{"oc_1"}},
		{"blocked", bot.ChatFilter{Access: bot.AccessBlocked}, []string{"oc_4"}},
		{"waiting: asked about and not decided", bot.ChatFilter{Waiting: true}, []string{"oc_2"}},
		{"external", bot.ChatFilter{External: new(true)}, []string{"oc_2", "oc_3"}},
		{"internal", bot.ChatFilter{External: new(false)}, []string{"oc_1", "oc_4"}},
		{"everything at once", bot.ChatFilter{Query: "sales", Waiting: true, External: new(true), After: "oc_1"}, []string{"oc_2"}},
	} {
		t.Run("chats: "+c.name, func(t *testing.T) {
			c.filter.Limit = 10
			got := []string{}
			for _, chat := range try(db.ListChats(t.Context(), tenant, c.filter)).must(t) {
				got = append(got, chat.ChatID)
			}
			want(t, "chats", got, c.wanted)
		})
	}
	t.Run("a listed chat is the one there is, with the number of its schedules", func(t *testing.T) {
		all := try(db.ListChats(t.Context(), tenant, bot.ChatFilter{Limit: 10})).must(t)
		found, _, err := db.FindChat(t.Context(), tenant, "oc_2")
		ok(t, err)
		want(t, "chat", all[1].Chat, found)
		want(t, "schedules", []int{all[0].Schedules, all[1].Schedules}, []int{2, 0})
	})
}

// namesOf reads the names before and after a change of a chat.
func namesOf(t *testing.T, entry audit.Entry) (names [2]string) {
	t.Helper()
	for i, state := range []json.RawMessage{entry.Before, entry.After} {
		chat := bot.Chat{Name: "(none)"}
		if state != nil {
			ok(t, json.Unmarshal(state, &chat))
		}
		names[i] = chat.Name
	}
	return names
}
