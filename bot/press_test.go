package bot

import (
	"strings"
	"testing"
	"time"

	"huibao/internal/fault"
	"huibao/internal/outbox"
	"huibao/reports"
	"huibao/scheduler"
	"huibao/templates"
)

// press is a pressed button of a card in a chat.
func press(id string, who Person, chatID string, value map[string]string) Event {
	return Event{
		EventID: id, Type: EventPress, TenantKey: own, ReceivedAt: time.Now(),
		Press: &Press{MessageID: "om_card", ChatID: chatID, Operator: who, Value: value},
	}
}

func TestResumeByButton(t *testing.T) {
	resume := map[string]string{"action": templates.ActionResume, "schedule_id": "s1"}
	cases := map[string]struct {
		event   Event
		resumed bool
		says    string
	}{
		"an admin, from anywhere":    {press("ev_1", admin, "oc_private", resume), true, "Resumed"},
		"the owner, in the group":    {press("ev_2", member, "oc_group", resume), true, "Resumed"},
		"the owner, from elsewhere":  {press("ev_3", member, "oc_other", resume), false, "Only the group"},
		"somebody else in the group": {press("ev_4", Person{"ou_other", own}, "oc_group", resume), false, "Only the group"},
		"an admin of another tenant": {press("ev_5", Person{admin.OpenID, other}, "oc_group", resume), false, "Only the group"},
		"a schedule that is gone": {press("ev_6", admin, "oc_group", map[string]string{
			"action": templates.ActionResume, "schedule_id": "s9",
		}), false, "no such schedule"},
		"an action nobody knows": {press("ev_7", admin, "oc_group", map[string]string{"action": "delete"}), false, "no longer known"},
		"all of the chat":        {press("ev_8", member, "oc_group", map[string]string{"action": templates.ActionResumeChat}), true, "1 digest"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			s.infos["oc_group"] = ChatInfo{TenantKey: own, Name: "Team", ChatMode: "group", OwnerID: member.OpenID}
			s.chats[own+"/oc_group"] = Chat{TenantKey: own, ChatID: "oc_group", State: ChatActive, OwnerID: member.OpenID}
			s.schedules["s1"] = scheduler.Schedule{
				ID: "s1", TenantKey: own, ChatID: "oc_group", Name: "Weekly", Timezone: "UTC", DisabledReason: "the bot was removed from the chat",
			}
			s.handle(c.event)
			s.handle(c.event) // a repeat after a crash says nothing twice
			if s.schedules["s1"].Enabled != c.resumed {
				t.Errorf("resumed: %t", s.schedules["s1"].Enabled)
			}
			if got := s.only(); !strings.Contains(got.says, c.says) || got.to != "om_card" {
				t.Errorf("to %s: %s", got.to, got.says)
			}
		})
	}
}

// Where the platform does not take the file, the answer to the button says so.
func TestExportedFileIsRefused(t *testing.T) {
	s := newScene(t)
	refusals := 1
	s.send = func(string) error {
		if refusals--; refusals >= 0 {
			return &outbox.Failure{Outcome: outbox.OutcomeContent, Code: 230055, Err: fault.New(fault.Internal, "fault.platform.refused", nil)}
		}
		return nil
	}
	s.handle(press("ev_1", member, "oc_group", map[string]string{"action": templates.ActionExport, "period": "yesterday"}))
	if len(s.uploads) != 1 {
		t.Errorf("uploaded: %q", s.uploads)
	}
	s.only().mustSay(t, words("fault.export.refused"))
}

// FuzzPressValue holds that whatever a button claims to carry, what is made of it is
// refused as input or comes to a card that can be sent.
func FuzzPressValue(f *testing.F) {
	for _, seed := range []string{
		"period=7d\ntoday=2026-11-10\nvs=previous\nposted=1794272400", "sets=within\nperiod=365d\nabove=x\nby=weekday",
		"sets=unit\nunit=cn\ndigest=yes", "today=9999-99-99\nposted=-9223372036854775808\nperiod=..", "vs=<at id=all></at>\nunit=eu",
		"rhythm=weekly\ndays=mon,thu\ntime=09:00 +0800\ntimezone=Asia/Shanghai\nperiod=last week\nlocale=zh_cn",
		"rhythm=monthly\nmonth_day=-1\ntime=::\ntimezone=../..\nlocale=xx\nperiod=\u202e</font>", "sets=lang", "sets=tz",
	} {
		f.Add(seed, "none")
		f.Add(seed, "2026-10")
	}
	_, r := parser(f)
	f.Fuzz(func(t *testing.T, parts, option string) {
		value := map[string]string{}
		for line := range strings.Lines(parts) {
			name, part, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			value[name] = part
		}
		view := templates.ReadView(value, option, r.today)
		query, err := r.readView(view)
		mustBeInvalid(t, err)
		switch {
		case err != nil:
			mustBeACard(t, templates.RefusedView(r.locale, fault.As(err), "ref", view))
		case query.Period.To > r.today || query.Period.Days() > reports.LongestPeriod:
			t.Fatalf("a report of %v", query.Period.Range)
		default:
			mustBeACard(t, r.reportCard(emptyReport(query), view))
		}

		wanted := templates.ReadWanted(value)
		draft, err := r.draft(wanted)
		mustBeInvalid(t, err)
		mustBeACard(t, templates.SubscriptionForm(r.locale, wanted, fault.As(err)))
		if err == nil {
			if draft.Name == "" || draft.ChatID != r.chatID {
				t.Errorf("a draft of %+v", draft)
			}
			seen := templates.Subscription{Cron: draft.Cron, On: draft.On, Zone: r.zone, Period: draft.Period}
			mustBeACard(t, templates.SubscriptionPreview(r.locale, wanted, seen, nil))
		}
		var chat Chat
		mustBeInvalid(t, set(&chat, value["sets"], option))
	})
}

// mustBeInvalid fails on an error that does not blame what was sent.
func mustBeInvalid(t *testing.T, err error) {
	t.Helper()
	if err != nil && fault.As(err).Kind != fault.Invalid {
		t.Fatalf("%v is not blamed on the button", err)
	}
}

// mustBeACard fails when not even the plainer card can be sent.
func mustBeACard(t *testing.T, ladder templates.Ladder) {
	t.Helper()
	if first := ladder.Contents()[0]; first.MsgType != "interactive" {
		t.Fatalf("only a text can be sent: %.200s", first.Body)
	}
}

func TestUnpauseIsForAdmins(t *testing.T) {
	unpause := map[string]string{"action": templates.ActionUnpause}
	s := newScene(t)
	s.handle(press("ev_1", member, "oc_group", unpause))
	if s.unpaused != 0 {
		t.Error("a member ended the pause")
	}
	s.handle(press("ev_2", admin, "oc_group", unpause))
	if s.unpaused != 1 {
		t.Error("an admin did not end the pause")
	}
}

// A button is no way around blocking and limits, and a panic is answered.
func TestButtonsAreLimited(t *testing.T) {
	resume := map[string]string{"action": templates.ActionResume, "schedule_id": "s9"}
	s := newScene(t)
	s.chats[own+"/oc_group"] = Chat{State: ChatActive, Access: AccessBlocked}
	s.handle(press("ev_1", member, "oc_group", resume))
	if response, done := s.bot.Respond(t.Context(), press("ev_1", member, "oc_group", resume)); response != (Response{}) || !done {
		t.Errorf("a blocked chat gets %+v", response)
	}
	s.limits["oc_other"] = time.Minute
	response, done := s.bot.Respond(t.Context(), press("ev_2", member, "oc_other", resume))
	if response.Toast == nil || response.Toast.Type != "error" || !strings.Contains(response.Toast.Content, "60") || !done {
		t.Errorf("too many presses get %+v, done: %t", response.Toast, done)
	}
	if len(s.posts) != 0 {
		t.Errorf("answered %v", s.posts)
	}
	s.bot.Schedules = nil
	s.handle(press("ev_3", admin, "oc_private", resume))
	s.only().mustSay(t, fault.Ref("ev_3"))
}
