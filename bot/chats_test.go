package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/fault"
	"huibao/templates"
)

// The platform's word on a group is asked for and believed for ten minutes.
func TestLookUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		ask := func(chatID, id string) string {
			m := inGroup(chatID, "/report")
			m.MessageID = id
			s.handle(event(m))
			return s.posts[len(s.posts)-1].kind()
		}
		for i, wait := range []time.Duration{0, 9 * time.Minute, time.Minute} {
			<-time.After(wait)
			if kind := ask("oc_group", "om_"+string(rune('a'+i))); kind != "report" {
				t.Errorf("a %s", kind)
			}
		}
		if s.lookUps != 2 {
			t.Errorf("%d look-ups, want 2: at the beginning and after ten minutes", s.lookUps)
		}
		chat := s.chats[own+"/oc_group"]
		if chat.Name != "Team" || chat.ChatMode != "group" || chat.External || !chat.LookedUpAt.Equal(time.Now()) {
			t.Errorf("remembered: %+v", chat)
		}
		delete(s.infos, "oc_group") // within the ten minutes nobody notices
		if kind := ask("oc_group", "om_x"); kind != "report" {
			t.Errorf("a %s", kind)
		}
		<-time.After(lookUpEvery)
		if kind := ask("oc_group", "om_y"); kind != "access" {
			t.Errorf("a chat that cannot be looked up gets a %s", kind)
		}
		if s.chats[own+"/oc_group"].External {
			t.Error("a failed look-up was remembered as the platform's word")
		}
	})
}

// A private chat needs no look-up.
func TestPrivateChatIsNotLookedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.handle(event(message("/report")))
		chat := s.chats[own+"/oc_private"]
		if s.lookUps != 0 || chat.ChatMode != "p2p" || chat.PersonID != member.OpenID || chat.External {
			t.Errorf("%d look-ups, remembered %+v", s.lookUps, chat)
		}
	})
}

// Who decides about a group is asked for when it matters, whatever is believed of
// the group otherwise.
func TestManagersAreThoseOfNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		for i, managers := range [][]string{{}, {member.OpenID}, {}} {
			s.infos["oc_group"] = ChatInfo{TenantKey: own, Name: "Team", ChatMode: "group", ManagerIDs: managers}
			m := inGroup("oc_group", "/settings unit=sg")
			m.MessageID = "om_" + strconv.Itoa(i)
			s.handle(event(m))
			refused := strings.Contains(s.posts[i].says, words("fault.subscribe.forbidden"))
			if refused != (len(managers) == 0) {
				t.Errorf("with the managers %q: refused: %t", managers, refused)
			}
			<-time.After(decideWithin + time.Second)
		}
	})
}

// What the platform's list told of a group lets nobody be refused: it has no managers.
func TestManagersAreNotThoseOfTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.infos["oc_group"] = ChatInfo{TenantKey: own, Name: "Team", ChatMode: "group", ManagerIDs: []string{member.OpenID}}
		if err := s.bot.NoteChat(t.Context(), own, "oc_group", ChatInfo{TenantKey: own, Name: "Team", ChatMode: "group"}); err != nil {
			t.Fatal(err)
		}
		s.handle(event(inGroup("oc_group", "/settings unit=sg")))
		if says := s.only().says; strings.Contains(says, words("fault.subscribe.forbidden")) || s.lookUps != 1 {
			t.Errorf("after %d look-ups the manager is told %s", s.lookUps, says)
		}
	})
}

// A look-up that the platform puts off is made when it says, for whoever writes or
// presses, and nobody is taken for a stranger meanwhile.
func TestLookUpIsWaitedFor(t *testing.T) {
	for name, first := range map[string]Event{
		"writes":  event(inGroup("oc_group", "/report")),
		"presses": press("ev_1", member, "oc_group", map[string]string{"action": templates.ActionList}),
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t)
			limited := fault.New(fault.Temporary, "fault.platform.limited", nil)
			limited.Wait = 40 * time.Second
			s.failures = []error{limited, limited}
			begun := time.Now()
			first.ReceivedAt = begun
			s.handle(first)
			if took := time.Since(begun); s.lookUps != 3 || took < 80*time.Second || took > 90*time.Second || s.only().kind() == "access" {
				t.Errorf("who %s: after %s and %d look-ups a %s", name, took, s.lookUps, s.only().kind())
			}
		})
	}
}

// Whose a private chat is, is known from whoever first writes or presses there, also
// when a digest or a preview went there before and the platform was asked about
// the chat.
func TestPersonOfAPrivateChat(t *testing.T) {
	for name, first := range map[string]Event{
		"writes":  event(message("/settings")),
		"presses": press("ev_1", member, "oc_private", map[string]string{"action": templates.ActionSubscribe}),
	} {
		for _, posted := range []bool{true, false} {
			s := newScene(t)
			s.infos["oc_private"] = ChatInfo{TenantKey: own, ChatMode: private}
			if posted {
				if reason, _, err := s.bot.MayPost(t.Context(), own, "oc_private"); reason != "" || err != nil {
					t.Fatalf("a digest may not go there: %s, %v", reason, err)
				}
			}
			s.handle(first)
			if chat := s.chats[own+"/oc_private"]; chat.PersonID != member.OpenID || chat.ChatMode != private || chat.External {
				t.Errorf("%s, after a digest: %t: remembered %+v", name, posted, chat)
			}
			if said := s.only().says; strings.Contains(said, words("fault.subscribe.forbidden")) {
				t.Errorf("%s, after a digest: %t: refused: %s", name, posted, said)
			}
		}
	}
}

// What the platform says decides over what was known, and a permission given to
// an internal chat does not last when it turns external.
func TestNote(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	cases := map[string]struct {
		before   Chat
		info     ChatInfo
		external bool
		access   Access
		state    ChatState
	}{
		"stays internal":        {Chat{Access: AccessAllowed}, ChatInfo{TenantKey: own}, false, AccessAllowed, ""},
		"turns external":        {Chat{Access: AccessAllowed}, ChatInfo{TenantKey: own, External: true}, true, AccessPending, ""},
		"of another tenant":     {Chat{Access: AccessAllowed}, ChatInfo{TenantKey: other}, true, AccessPending, ""},
		"tenant not told":       {Chat{Access: AccessAllowed}, ChatInfo{}, false, AccessAllowed, ""},
		"external all the time": {Chat{External: true, Access: AccessAllowed}, ChatInfo{External: true}, true, AccessAllowed, ""},
		"turns internal":        {Chat{External: true, Access: AccessAllowed}, ChatInfo{TenantKey: own}, false, AccessAllowed, ""},
		"blocked stays blocked": {Chat{Access: AccessBlocked}, ChatInfo{External: true}, true, AccessBlocked, ""},
		"dissolved":             {Chat{State: ChatActive}, ChatInfo{Dissolved: true}, false, "", ChatDissolved},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			chat := c.before
			chat.Note(c.info, own, now)
			if chat.External != c.external || chat.Access != c.access || chat.State != c.state || !chat.LookedUpAt.Equal(now) {
				t.Errorf("%+v", chat)
			}
		})
	}
}

// A list of chats does not tell managers; it leaves those who are known.
func TestNoteManagers(t *testing.T) {
	var chat Chat
	for _, step := range []struct{ told, want []string }{
		{[]string{"ou_1"}, []string{"ou_1"}},
		{nil, []string{"ou_1"}},
		{[]string{"ou_2", "ou_3"}, []string{"ou_2", "ou_3"}},
		{[]string{}, []string{}},
	} {
		chat.Note(ChatInfo{ManagerIDs: step.told}, own, time.Unix(1_700_000_000, 0))
		if diff := cmp.Diff(step.want, chat.ManagerIDs); diff != "" {
			t.Errorf("told %q: %s", step.told, diff)
		}
	}
}

// What happens to a chat is remembered, and the next command looks it up.
func TestChatEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		count := 0
		happens := func(kind string, change ChatChange) Chat {
			change.ChatID = "oc_group"
			count++
			s.handle(Event{EventID: "ev_" + strconv.Itoa(count), Type: kind, TenantKey: own, ReceivedAt: time.Now(), Chat: &change})
			return s.chats[own+"/oc_group"]
		}
		if chat := happens(EventBotAdded, ChatChange{Name: "Team"}); chat.State != ChatActive || chat.External || chat.Name != "Team" {
			t.Errorf("added: %+v", chat)
		}
		if !strings.Contains(s.only().says, "/report 7d") {
			t.Errorf("the chat is greeted with %s", s.only().says)
		}
		s.posts = nil
		s.handle(event(inGroup("oc_group", "/report")))
		if s.only().kind() != "report" || s.lookUps != 1 {
			t.Errorf("a %s after %d look-ups", s.only().kind(), s.lookUps)
		}
		if chat := happens(EventUpdated, ChatChange{Name: "Team A"}); chat.Name != "Team A" || !chat.LookedUpAt.IsZero() {
			t.Errorf("updated: %+v", chat)
		}
		if chat := happens(EventUpdated, ChatChange{}); chat.Name != "Team A" || chat.State != ChatActive {
			t.Errorf("updated without a name: %+v", chat)
		}
		if chat := happens(EventBotRemoved, ChatChange{}); chat.State != ChatRemoved {
			t.Errorf("removed: %+v", chat)
		}
		// Outsiders came in while the bot was away: what was allowed no longer is.
		allowed := s.chats[own+"/oc_group"]
		allowed.Access = AccessAllowed
		s.chats[own+"/oc_group"] = allowed
		if chat := happens(EventBotAdded, ChatChange{External: true}); chat.Access != AccessPending || !chat.External || chat.State != ChatActive {
			t.Errorf("added back with guests: %+v", chat)
		}
		// The event of the adding comes once more, after the bot was removed again.
		happens(EventBotRemoved, ChatChange{})
		count -= 2
		if chat := happens(EventBotAdded, ChatChange{External: true}); chat.State != ChatRemoved {
			t.Errorf("an event handled before changed the chat again: %+v", chat)
		}
		count += 2
		if chat := happens(EventDisbanded, ChatChange{}); chat.State != ChatDissolved {
			t.Errorf("dissolved: %+v", chat)
		}
		want := []string{"oc_group the bot was removed from the chat", "oc_group the bot was removed from the chat", "oc_group the chat was dissolved"}
		if diff := cmp.Diff(want, s.gone); diff != "" {
			t.Errorf("the schedules of chats that are gone: %s", diff)
		}
	})
}

// temporary is a platform that cannot be reached for now.
type temporary struct{ platform }

func (temporary) FindChat(context.Context, string, string) (ChatInfo, error) {
	return ChatInfo{}, fault.New(fault.Temporary, "fault.platform.unwell", nil)
}

func TestMayPost(t *testing.T) {
	cases := map[string]struct {
		chat    Chat
		chatID  string
		allowed bool
		lookUps int
	}{
		"never seen":                    {Chat{}, "oc_group", true, 1},
		"never seen, external":          {Chat{}, "oc_mixed", false, 1},
		"never seen, unknown":           {Chat{}, "oc_hidden", false, 1},
		"unknown, allowed":              {Chat{State: ChatActive, External: true, Access: AccessAllowed}, "oc_hidden", true, 1},
		"pending":                       {Chat{State: ChatActive, Access: AccessPending}, "oc_group", true, 1},
		"external, allowed":             {Chat{State: ChatActive, External: true, Access: AccessAllowed}, "oc_mixed", true, 1},
		"turned external since allowed": {Chat{State: ChatActive, Access: AccessAllowed}, "oc_mixed", false, 1},
		"blocked":                       {Chat{State: ChatActive, Access: AccessBlocked}, "oc_group", false, 1},
		"looked up just now":            {Chat{State: ChatActive, LookedUpAt: time.Unix(946684800, 0)}, "oc_group", true, 0},
		"removed":                       {Chat{State: ChatRemoved}, "oc_group", false, 0},
		"dissolved":                     {Chat{State: ChatDissolved}, "oc_group", false, 0},
		"dissolved, as it turns out":    {Chat{State: ChatActive}, "oc_over", false, 1},
		"private":                       {Chat{State: ChatActive, ChatMode: "p2p"}, "oc_private", true, 0},
		"private, of a visitor":         {Chat{State: ChatActive, ChatMode: "p2p", External: true}, "oc_private", false, 0},
		"the clock was set back":        {Chat{State: ChatActive, LookedUpAt: time.Unix(946684800+3600, 0)}, "oc_group", true, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // the bubble's clock begins at 946684800
				s := newScene(t)
				s.infos["oc_over"] = ChatInfo{TenantKey: own, ChatMode: "group", Dissolved: true}
				if c.chat.State != "" {
					s.chats[own+"/"+c.chatID] = c.chat
				}
				reason, gone, err := s.bot.MayPost(t.Context(), own, c.chatID)
				wantGone := c.chat.State == ChatRemoved || c.chat.State == ChatDissolved || c.chatID == "oc_over"
				if err != nil || (reason == "") != c.allowed || s.lookUps != c.lookUps || gone != wantGone {
					t.Errorf("reason %q, %v after %d look-ups", reason, err, s.lookUps)
				}
			})
		})
	}
	t.Run("cannot be reached", func(t *testing.T) {
		s := newScene(t, func(o *Options) { o.Platform = temporary{} })
		if _, _, err := s.bot.MayPost(t.Context(), own, "oc_group"); fault.KindOf(err) != fault.Temporary {
			t.Errorf("%v", err)
		}
	})
}

// The platform's list of chats is taken over.
func TestNoteChat(t *testing.T) {
	s := newScene(t)
	s.chats[own+"/oc_group"] = Chat{State: ChatRemoved}
	if err := s.bot.NoteChat(t.Context(), own, "oc_group", ChatInfo{TenantKey: own, Name: "Team"}); err != nil {
		t.Fatal(err)
	}
	if chat := s.chats[own+"/oc_group"]; chat.State != ChatActive || chat.Name != "Team" || chat.External {
		t.Errorf("remembered: %+v", chat)
	}
	s.bot.Chats = failingChats{}
	if err := s.bot.NoteChat(t.Context(), own, "oc_group", ChatInfo{}); !errors.Is(err, errStore) {
		t.Errorf("%v", err)
	}
}
