//nolint:gosmopolitan // commands have Chinese names
package bot

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/reports"
	"huibao/templates"
)

// What a message gets, in a group and in private.
func TestAnswers(t *testing.T) {
	silent := func(change func(*Message)) Message {
		m := inGroup("oc_group", "/report 7d")
		change(&m)
		return m
	}
	cases := map[string]struct {
		message Message
		kind    string // "" for no answer
	}{
		"command in private":          {message("/report 7d"), "report"},
		"no slash in private":         {message("report 7d"), "report"},
		"Chinese in private":          {message("报告上周"), "report"},
		"talk in private":             {message("good morning"), "help"},
		"help in private":             {message("/help"), "help"},
		"wrong command in private":    {message("/reprot"), "refusal"},
		"wrong argument in private":   {message("/report 7d vs=all"), "refusal"},
		"command in a group":          {inGroup("oc_group", "/report 7d"), "report"},
		"talk in a group":             {inGroup("oc_group", "good morning"), "help"},
		"only the mention in a group": {inGroup("oc_group", ""), "help"},
		"command without a mention":   {silent(func(m *Message) { m.Text, m.Mentions = "/report 7d", nil }), ""},
		"talk without a mention":      {silent(func(m *Message) { m.Text, m.Mentions = "good morning", nil }), ""},
		"another is mentioned":        {silent(func(m *Message) { m.Mentions[0].OpenID = "ou_member" }), ""},
		"everybody is mentioned":      {silent(func(m *Message) { m.Text, m.Mentions = "@_all /report", []Mention{{Key: "@_all"}} }), ""},
		"a bot asks":                  {silent(func(m *Message) { m.SenderType = "bot" }), ""},
		"an app asks":                 {silent(func(m *Message) { m.SenderType = "app" }), ""},
		"a bot asks in private":       {func() Message { m := message("/report"); m.SenderType = "bot"; return m }(), ""},
		"recalled":                    {silent(func(m *Message) { m.Text = "" }), ""},
		"recalled in private":         {message(" "), ""},
		"a recalled image":            {func() Message { m := message(""); m.MessageType, m.Recalled = "image", true; return m }(), ""},
		"an image in private":         {func() Message { m := message(""); m.MessageType = "image"; return m }(), "help"},
		"a sticker in private":        {func() Message { m := message(""); m.MessageType = "sticker"; return m }(), "help"},
		"a file in a group":           {silent(func(m *Message) { m.MessageType, m.Text, m.Mentions = "file", "", nil }), ""},
		"in a thread":                 {silent(func(m *Message) { m.ThreadID = "omt_1" }), "report"},
		"edited before it arrived":    {silent(func(m *Message) { m.UpdatedAt = m.UpdatedAt.Add(time.Minute) }), "report"},
		"rich text":                   {silent(func(m *Message) { m.MessageType, m.Text = "post", "Title\n @_user_1 /report" }), "help"},
		"rich text without a title":   {silent(func(m *Message) { m.MessageType, m.Text = "post", " @_user_1 /report 7d\n" }), "report"},
		"topic group":                 {silent(func(m *Message) { m.ChatType = "topic_group" }), "report"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				s.handle(event(c.message))
				if c.kind == "" {
					if len(s.posts)+len(s.counted)+len(s.reactions) > 0 {
						t.Errorf("it was acted on: %v", s.posts)
					}
					return
				}
				answer := s.only()
				if answer.kind() != c.kind || answer.verb != "reply" || answer.to != "om_1" {
					t.Errorf("a %s by %s to %s, want a reply with %s", answer.kind(), answer.verb, answer.to, c.kind)
				}
				if len(s.counted) != 1 {
					t.Errorf("counted %d times", len(s.counted))
				}
				taken := c.kind != "refusal"
				if got := strings.Join(s.reactions, ","); (got == "om_1 Get") != taken {
					t.Errorf("reactions %q", got)
				}
			})
		})
	}
}

// The chat's choices count, else the tenant's; "today" is the day on which the
// command was stored, in the chat's zone.
func TestChoicesOfTheChat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		m := inGroup("oc_group", "/report yesterday")
		e := event(m)
		e.ReceivedAt = time.Date(2000, 1, 5, 22, 30, 0, 0, time.UTC)
		s.handle(e)
		tokyo := m
		tokyo.MessageID, tokyo.ChatID = "om_2", "oc_tokyo"
		s.infos["oc_tokyo"] = s.infos["oc_group"]
		s.chats[own+"/oc_tokyo"] = Chat{State: ChatActive, Locale: "zh_cn", Timezone: "Asia/Tokyo", Unit: reports.UnitJP}
		e.Message = &tokyo
		s.handle(e)
		odd := m
		odd.MessageID, odd.ChatID = "om_3", "oc_odd"
		s.infos["oc_odd"] = s.infos["oc_group"]
		s.chats[own+"/oc_odd"] = Chat{State: ChatActive, Locale: "tlh", Timezone: "Mars/Olympus"}
		e.Message = &odd
		s.handle(e)
		want := []struct{ zone, day, unit string }{{"UTC", "2000-01-04", ""}, {"Asia/Tokyo", "2000-01-05", "jp"}, {"UTC", "2000-01-04", ""}}
		for i, query := range s.queries {
			w := want[i]
			if query.Zone.String() != w.zone || query.Period.From.String() != w.day || string(query.Unit) != w.unit || query.TenantKey != own {
				t.Errorf("query %d is about %s, %s, unit %q of %s; want %v", i, query.Period.From, query.Zone, query.Unit, query.TenantKey, w)
			}
		}
		chinese, _, _ := strings.Cut(templates.Text(templates.Chinese, "report.title", nil), "{")
		if len(s.posts) != 3 || !strings.Contains(s.posts[1].says, chinese) || s.posts[2].kind() != "report" {
			t.Errorf("answers: %v", s.posts)
		}
	})
}

// The time to live of an answer counts from when the command was stored: the
// sender's clock does not matter.
func TestTimeToLive(t *testing.T) {
	cases := map[string]struct {
		created, received time.Duration // ago
		posts             int
	}{
		"clock of the sender is late":    {13 * time.Hour, 0, 1},
		"clock of the sender is early":   {-13 * time.Hour, 0, 1},
		"stored eleven hours ago":        {11 * time.Hour, 11 * time.Hour, 1},
		"stored too long ago":            {0, 13 * time.Hour, 0},
		"stored too long ago, as stated": {13 * time.Hour, 13 * time.Hour, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				e := event(message("/report"))
				e.Message.CreatedAt, e.ReceivedAt = time.Now().Add(-c.created), time.Now().Add(-c.received)
				s.handle(e)
				if len(s.posts) != c.posts {
					t.Errorf("%d answers, want %d", len(s.posts), c.posts)
				}
				if dropped := strings.Contains(s.log.String(), "answer dropped"); dropped != (c.posts == 0) {
					t.Errorf("the log says dropped: %t", dropped)
				}
			})
		})
	}
}

// An event that is handled again, after a crash say, is answered once; so is
// its message under another event id.
func TestAnsweredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		e := event(message("/report"))
		s.handle(e)
		s.handle(e)
		e.EventID = "ev_other"
		s.handle(e)
		s.only()
		if len(s.queries) != 1 || len(s.counted) != 1 || len(s.reactions) != 1 {
			t.Errorf("asked %d times, counted %d times, %d reactions", len(s.queries), len(s.counted), len(s.reactions))
		}
	})
}

// An answer that waits for the platform and is given up in a later run is told
// of in the log.
func TestDroppedLaterIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t)
		s.send = func(string) error {
			return &outbox.Failure{Outcome: outbox.OutcomeLater, Wait: 5 * time.Hour, Err: errors.New("busy")}
		}
		s.handle(event(message("/report")))
		if len(s.posts) != 0 || strings.Count(s.log.String(), "answer dropped") != 1 {
			t.Errorf("%d posts; the log:\n%s", len(s.posts), s.log)
		}
	})
}

// Over the limit a command gets no report but when to try again.
func TestLimits(t *testing.T) {
	for name, key := range map[string]string{"person": member.OpenID, "chat": "oc_private"} {
		for _, text := range []string{"/report", "/reprot", "good morning"} {
			t.Run(name+" "+text, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newScene(t)
					s.limits[key] = 12300 * time.Millisecond
					s.handle(event(message(text)))
					s.only().mustSay(t, "13")
					if s.only().kind() != "refusal" || len(s.queries) != 0 || len(s.reactions) != 0 {
						t.Errorf("answered with a %s, %d queries, %d reactions", s.only().kind(), len(s.queries), len(s.reactions))
					}
				})
			})
		}
	}
	t.Run("somebody else", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t)
			s.limits["ou_somebody"], s.limits["oc_elsewhere"] = time.Minute, time.Minute
			s.handle(event(message("/report")))
			if s.only().kind() != "report" {
				t.Errorf("answered with a %s", s.only().kind())
			}
		})
	})
}

// Who goes on over the limit is told so only now and then.
func TestFlood(t *testing.T) {
	for _, key := range []string{"limited:" + member.OpenID, "limited:oc_private"} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t)
			s.limits[member.OpenID] = time.Minute
			first := message("/report")
			s.handle(event(first))
			s.limits[key] = time.Minute
			first.MessageID = "om_2"
			s.handle(event(first))
			if s.only().to != "om_1" || len(s.queries) != 0 {
				t.Errorf("answered %v, %d queries", s.posts, len(s.queries))
			}
		})
	}
}

// A chat that is not served is told whom to ask, but not without end.
func TestAskingIsLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, accessOpen(false))
		for i := range 5 {
			m := message("/report")
			m.MessageID = "om_" + string(rune('a'+i))
			if i == 3 {
				s.limits["oc_private"] = time.Minute
			}
			s.handle(event(m))
		}
		if len(s.posts) != 4 || len(s.counted) != 5 || s.posts[0].to != admin.OpenID {
			t.Fatalf("told %d times of %d commands counted, first %s", len(s.posts), len(s.counted), s.posts[0].to)
		}
		for _, p := range s.posts[1:] { // the first asks the admin, once
			if p.kind() != "access" {
				t.Errorf("told %s", p.says)
			}
			p.mustSay(t, "oc_private")
		}
	})
}

// Every kind of failure gets an answer with a reference that the log has too,
// and nothing of the inside.
func TestFailures(t *testing.T) {
	cases := map[string]struct {
		err  error
		says string
	}{
		"a defect":          {errors.New("sql: a secret"), ""},
		"a missing scope":   {fault.New(fault.Permission, "fault.platform.scope", fault.Args{"scope": "vc:report:readonly"}), "vc:report:readonly"},
		"unwell":            {fault.New(fault.Temporary, "fault.platform.unwell", nil), ""},
		"an edition":        {fault.New(fault.Unsupported, "fault.platform.unsupported", nil), ""},
		"a date too far":    {fault.New(fault.Invalid, "fault.platform.range", nil), "90"},
		"a wrapped problem": {errors.Join(errors.New("fetch"), fault.New(fault.Permission, "fault.platform.stopped", nil)), ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				s.report = func(context.Context, reports.Query) (*reports.Report, error) { return nil, c.err }
				s.handle(event(message("/report")))
				answer := s.only()
				answer.mustSay(t, fault.Ref("om_1"), c.says)
				if answer.kind() != "refusal" || strings.Contains(answer.says, "sql") {
					t.Errorf("a %s: %s", answer.kind(), answer.says)
				}
				if log := s.log.String(); !strings.Contains(log, fault.Ref("om_1")) || !strings.Contains(log, "command ") {
					t.Errorf("the log does not tell: %s", log)
				}
			})
		})
	}
}
