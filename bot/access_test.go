package bot

import (
	"testing"
	"testing/synctest"

	"huibao/internal/fault"
)

// Each rule with one who may and one who may not. Access of the chat, whether
// it is external, who asks, and whether the tenant is open.
func TestWhoIsServed(t *testing.T) {
	const report, access, nothing = "report", "access", ""
	cases := map[string]struct {
		open   bool
		chat   string // oc_group of the own tenant, oc_mixed with guests, oc_hidden unknown to the platform, oc_private
		access Access // what an admin decided, "" for a chat never seen
		person Person
		gets   string
	}{
		"approval: a member before the click":           {false, "oc_group", "", member, access},
		"approval: a member after the click":            {false, "oc_group", AccessAllowed, member, report},
		"approval: a member, not decided":               {false, "oc_group", AccessPending, member, access},
		"approval: an admin before the click":           {false, "oc_group", "", admin, report},
		"approval: a member in private":                 {false, "oc_private", "", member, access},
		"approval: a member in private, allowed":        {false, "oc_private", AccessAllowed, member, report},
		"approval: an admin in private":                 {false, "oc_private", "", admin, report},
		"open: a member":                                {true, "oc_group", "", member, report},
		"open: a member in private":                     {true, "oc_private", "", member, report},
		"open: a member, blocked":                       {true, "oc_group", AccessBlocked, member, nothing},
		"blocked: an admin":                             {true, "oc_group", AccessBlocked, admin, nothing},
		"blocked: in private":                           {true, "oc_private", AccessBlocked, member, nothing},
		"external, open: a member":                      {true, "oc_mixed", "", member, access},
		"external: an admin":                            {false, "oc_mixed", "", admin, access},
		"external, allowed: a member":                   {false, "oc_mixed", AccessAllowed, member, report},
		"external, allowed: a visitor":                  {false, "oc_mixed", AccessAllowed, visitor, report},
		"external, blocked: a visitor":                  {false, "oc_mixed", AccessBlocked, visitor, nothing},
		"a visitor in an internal chat":                 {true, "oc_group", "", visitor, access},
		"a visitor in private":                          {true, "oc_private", "", visitor, access},
		"a visitor in private, allowed":                 {true, "oc_private", AccessAllowed, visitor, report},
		"somebody of no known tenant":                   {true, "oc_group", "", Person{OpenID: "ou_x"}, access},
		"an admin's id from another tenant":             {true, "oc_group", "", Person{OpenID: admin.OpenID, TenantKey: other}, access},
		"open, cannot be looked up: a member":           {true, "oc_hidden", "", member, access},
		"cannot be looked up: an admin":                 {false, "oc_hidden", "", admin, access},
		"cannot be looked up, allowed: a member":        {false, "oc_hidden", AccessAllowed, member, report},
		"no admin has an empty id: somebody without it": {false, "oc_group", "", Person{TenantKey: own}, access},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t, accessOpen(c.open))
				m := inGroup(c.chat, "/report")
				if c.chat == "oc_private" {
					m = message("/report")
				}
				if c.access != "" {
					s.chats[own+"/"+c.chat] = Chat{
						TenantKey: own, ChatID: c.chat, State: ChatActive, Access: c.access, External: c.chat == "oc_mixed" || c.chat == "oc_hidden",
					}
				}
				s.handle(event(by(c.person, m)))
				if c.gets == nothing {
					if len(s.posts)+len(s.counted) != 0 {
						t.Errorf("it was acted on: %v", s.posts)
					}
					return
				}
				if got := s.only().kind(); got != c.gets {
					t.Errorf("gets %s, want %s", got, c.gets)
				}
				if c.gets != report && len(s.queries)+len(s.reactions) != 0 {
					t.Errorf("%d reports were made, %d reactions", len(s.queries), len(s.reactions))
				}
			})
		})
	}
}

// Whom to ask: the admins are named, in an external chat as in any other, and
// the reason fits.
func TestWhomToAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, accessOpen(false))
		s.handle(event(inGroup("oc_group", "/report")))
		s.only().mustSay(t, "ou_admin", "oc_group", words("access.group"))
	})
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.handle(event(inGroup("oc_mixed", "hello")))
		s.only().mustSay(t, "ou_admin", "oc_mixed", words("access.external"))
	})
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		m := inGroup("oc_hidden", "/report")
		s.handle(event(m))
		s.only().mustSay(t, words("access.unseen"), fault.Ref(m.MessageID))
	})
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.handle(event(by(visitor, inGroup("oc_group", "/report"))))
		s.only().mustSay(t, words("access.external"))
	})
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, accessOpen(false), func(o *Options) { o.Settings.(*chosen).Admins = nil })
		s.handle(event(message("/report")))
		s.only().mustSay(t, words("access.private"), words("access.no_admins"))
	})
}

// In a group that is not served only a mention is answered.
func TestNoMentionNoCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		m := inGroup("oc_mixed", "/report")
		m.Text, m.Mentions = "/report", nil
		s.handle(event(m))
		if len(s.posts) != 0 {
			t.Errorf("answered %v", s.posts)
		}
	})
}
