//nolint:gosmopolitan // commands have Chinese names
package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/simulator"
)

// The people of the team's chat, besides the bot's admin, who is in it too.
const (
	teamID    = "oc_team"
	ownerID   = "ou_owner"
	managerID = "ou_manager"
)

// team is a group that has an owner, a manager and a member, none of whom is one
// of the bot's admins.
func (w *world) team() {
	w.platform.AddChat(simulator.Chat{
		ChatID: teamID, Name: "Team", Mode: "group", OwnerID: ownerID, Managers: []string{managerID},
		Members: []string{ownerID, managerID, simulator.MemberID, simulator.AdminID}, BotIn: true,
	})
}

// schedules are those of a chat, by their numbers, as the admin API lists them.
func (w *world) schedules(chatID string) map[int]object {
	w.Helper()
	items, _ := w.must(http.StatusOK, http.MethodGet, "/schedules?limit=200", nil)["items"].([]any)
	found := map[int]object{}
	for _, item := range items {
		if schedule, _ := item.(object); schedule["chat_id"] == chatID {
			number, _ := schedule["number"].(float64)
			found[int(number)] = schedule
		}
	}
	return found
}

// told asks in the team's chat and checks what the answer says.
func (w *world) told(openID, words string, wanted ...string) card {
	w.Helper()
	c := cardOf(w.answered(teamID, openID, words))
	w.mustSay(c, "", wanted...)
	return c
}

// parts are some parts of a schedule.
func parts(schedule object, names ...string) object {
	some := object{}
	for _, name := range names {
		some[name] = schedule[name]
	}
	return some
}

// carried is the value of the card's button that asks for an action.
func carried(c card, action string) object {
	var found object
	walk(map[string]any(c), func(element map[string]any) {
		if value, _ := element["value"].(map[string]any); value["action"] == action {
			found = value
		}
	})
	return found
}

// lastDays are the next last days of months, at ten.
func (w *world) lastDays(count int) []string {
	now := time.Now().In(w.zone)
	var days []string
	for month := 1; len(days) < count; month++ {
		if at := time.Date(now.Year(), now.Month()+time.Month(month), 0, 10, 0, 0, 0, w.zone); at.After(now) {
			days = append(days, at.Format("2006-01-02 15:04"))
		}
	}
	return days
}

// Subscriptions are made in both languages and by the form, by those who decide
// about the chat, and are seen by the admins as any schedule is.
func TestSubscribe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(nil)})
	w.team()
	w.start()
	const refused = "owner, its managers and the bot's admins"
	w.told(simulator.MemberID, "/subscribe daily", refused)
	w.told(simulator.MemberID, "/subscribe", refused)
	w.told(ownerID, "/subscribe weekly mon,thu 09:30 last week", "#1", "Mon", "Thu", "09:30")
	w.told(managerID, "/订阅 每月 31 10:00 上月", append(w.lastDays(5), "#2")...)
	w.told(simulator.AdminID, "/订阅 每个工作日 8点半", "#3", "08:30")
	w.told(ownerID, "/subscribe hourly", "daily", "weekly")
	w.told(ownerID, "/subscribe monthly 32 09:00", "32")
	w.told(ownerID, "/subscribe weekly mon,moonday 09:00", "mon,moonday")
	w.told(ownerID, "/subscribe daily 25:00", "25:00")
	w.told(ownerID, "/subscribe daily 09:00 tomorow", "tomorow")

	form := w.answered(teamID, ownerID, "/subscribe")
	click := func(element string, filled object) card {
		t.Helper()
		return w.replaced(simulator.Click{MessageID: form.MessageID, OpenID: ownerID, Element: element, Form: filled})
	}
	w.mustSay(click("Show the next runs", object{"timezone": "Mars/Olympus"}), "", "Mars/Olympus")
	w.mustSay(click("Show the next runs", object{
		"rhythm": "weekly", "days": []any{"tue", "fri"}, "time": "07:15", "timezone": "Europe/Berlin", "period": "7d", "locale": "ja_jp",
	}), "", "07:15", "Europe/Berlin")
	if change := click("Change", nil); change.element("") == nil && !strings.Contains(contents(change), "How often") {
		t.Errorf("there is no form to change: %s", contents(change))
	}
	w.mustSay(click("Show the next runs", nil), "", "07:15", "Europe/Berlin") // as it was filled in
	if made := len(w.schedules(teamID)); made != 3 {
		t.Errorf("%d subscriptions before the last one is confirmed, want 3", made)
	}
	result := w.pressed(simulator.Click{MessageID: form.MessageID, OpenID: simulator.MemberID, Element: "Subscribe"})
	if result.Toast == nil || result.Toast.Type != "error" {
		t.Errorf("a member's confirmation got %s", result.Body)
	}
	confirm := rawPress{
		messageID: form.MessageID, chatID: teamID, openID: ownerID, value: carried(cardOf(w.message(form.MessageID)), "subscribe_confirm"),
	}
	w.shout(confirm)
	w.shout(confirm) // a double click: another event, the same subscription
	w.settle()
	w.mustSay(cardOf(w.message(form.MessageID)), "", "Subscribed", "#4")

	got := map[int]object{}
	for number, schedule := range w.schedules(teamID) {
		got[number] = parts(schedule, "cron", "on", "timezone", "locale", "enabled", "created_by")
		id, _ := schedule["id"].(string)
		want := []string{schedule["created_by"].(string) + " schedule.create"}
		if diff := cmp.Diff(want, w.audited("schedule/"+id)); diff != "" {
			t.Errorf("the audit log of #%d (-want +got):\n%s", number, diff)
		}
	}
	want := func(cron, on, zone, locale, by string) object {
		return object{"cron": cron, "on": on, "timezone": zone, "locale": locale, "enabled": true, "created_by": "chat:" + by}
	}
	if diff := cmp.Diff(map[int]object{
		1: want("30 9 * * 1,4", "every_day", w.zone.String(), "en_us", ownerID),
		2: want("0 10 31L * *", "every_day", w.zone.String(), "en_us", managerID),
		3: want("30 8 * * *", "workdays", w.zone.String(), "en_us", simulator.AdminID),
		4: want("15 7 * * 2,5", "every_day", "Europe/Berlin", "ja_jp", ownerID),
	}, got); diff != "" {
		t.Errorf("the schedules (-want +got):\n%s", diff)
	}

	w.answered(simulator.PrivateID, simulator.MemberID, "subscribe daily 09:00") // numbers are the chat's own
	own := w.answered(simulator.PrivateID, simulator.MemberID, "pause 1")
	if private := w.schedules(simulator.PrivateID); len(private) != 1 || private[1]["enabled"] != false {
		t.Errorf("in the private chat there is %v: %s", private, text(own))
	}
}

// Who may do what with the subscriptions there are, by text and by press, and
// what /status tells of them.
func TestSubscriptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(nil)})
	w.team()
	w.twoWeeks()
	w.start()
	w.told(ownerID, "/subscribe weekly mon 09:00 7d", "#1")
	w.told(managerID, "/subscribe daily 10:00", "#2")
	before := w.acknowledged()
	w.platform.UpdateChat(teamID, func(c *simulator.Chat) { c.Managers = nil }) // who made #2 decides about nothing else now
	w.arrived(before + 1)
	w.settle()
	const refused = "owner, its managers and the bot's admins"
	tomorrow := w.day(-1)
	id, _ := w.schedules(teamID)[1]["id"].(string)
	is := func(number int, want object) {
		t.Helper()
		schedule := w.schedules(teamID)[number]
		for name, value := range want {
			if schedule[name] != value {
				t.Errorf("#%d: %s is %v, want %v", number, name, schedule[name], value)
			}
		}
	}
	w.told(simulator.MemberID, "/pause 1", refused)
	w.told(managerID, "/pause 1", refused)
	is(1, object{"enabled": true, "paused_until": nil})
	w.told(ownerID, "/pause 1 until "+tomorrow, "#1", tomorrow)
	is(1, object{"enabled": true, "paused_until": tomorrow})
	w.told(simulator.MemberID, "/订阅列表", "#1", "#2", tomorrow)
	w.told(ownerID, "/pause 1 until "+w.day(1), "over already")
	w.told(simulator.MemberID, "/resume 1", refused)
	w.told(simulator.AdminID, "/恢复 1", "#1 runs again")
	is(1, object{"enabled": true, "paused_until": nil})
	w.told(simulator.MemberID, "/run 1", refused)
	w.told(managerID, "/run 2", refused) // a maker may pause and end it, no more
	w.told(managerID, "/暂停 2", "#2 is paused")
	is(2, object{"enabled": false})

	list := w.answered(teamID, ownerID, "/subscriptions")
	press := func(openID, element string, place int) simulator.ClickResult {
		t.Helper()
		result := w.pressed(simulator.Click{MessageID: list.MessageID, OpenID: openID, Element: element, Place: place})
		w.settle()
		return result
	}
	if result := press(simulator.MemberID, "Post once now", 1); result.Toast == nil || result.Toast.Type != "error" {
		t.Errorf("a member's press got %s", result.Body)
	}
	press(ownerID, "Post once now", 1)
	w.mustSay(cardOf(w.message(list.MessageID)), "", "#1 is being posted")
	if all := w.deliveries(id); len(all) != 1 || all[0]["status"] != "sent" {
		t.Errorf("the deliveries are %v, want one that was sent", all)
	}
	if result := press(managerID, "Resume", 0); result.Toast == nil || result.Toast.Type != "error" {
		t.Errorf("a maker's press got %s", result.Body)
	}
	press(ownerID, "Resume", 0)
	is(2, object{"enabled": true})
	w.told(simulator.MemberID, "/status", "#1", "posted", "Next", "id='"+ownerID+"'", "id='"+managerID+"'")

	w.platform.SetFault(simulator.Fault{Endpoint: "message_create", Status: http.StatusBadRequest, Code: 230018, Times: 1})
	w.told(ownerID, "/立即发送 1", "#1 is being posted")
	w.settle()
	reason, _ := w.deliveries(id)[0]["reason"].(string)
	w.told(simulator.MemberID, "/状态", "failed", reason)

	w.told(simulator.MemberID, "/unsubscribe 2", refused)
	w.told(managerID, "/退订 2", "#2 has ended")
	w.told(ownerID, "/unsubscribe 2", "no subscription 2")
	w.told(ownerID, "/subscribe daily 11:00", "#3") // numbers do not come again
	if numbers := w.schedules(teamID); len(numbers) != 2 || numbers[1] == nil || numbers[3] == nil {
		t.Errorf("there are %v, want #1 and #3", numbers)
	}
	press(simulator.AdminID, "Unsubscribe", 1)
	if numbers := w.schedules(teamID); len(numbers) != 1 || numbers[3] == nil {
		t.Errorf("there are %v, want #3", numbers)
	}
	changes := w.audited("schedule/" + id)
	owner, admin := "chat:"+ownerID, "chat:"+simulator.AdminID
	if diff := cmp.Diff([]string{
		owner + " schedule.create", owner + " schedule.update", admin + " schedule.update", owner + " schedule.run", owner + " schedule.run",
		admin + " schedule.delete",
	}, changes); diff != "" {
		t.Errorf("the audit log of #1 (-want +got):\n%s", diff)
	}
}

// What a chat chooses counts from the next card on, and a member of a group
// chooses nothing.
func TestChatSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(nil)})
	w.team()
	w.twoWeeks()
	for ago := 0; ago <= 16; ago++ {
		w.platform.SetUnitDay(2, w.day(ago), &simulator.DayFigures{Meetings: 4, Seconds: 7200, Participants: 8})
	}
	w.start()
	w.told(simulator.MemberID, "/settings lang=ja tz=America/New_York", "owner, its managers and the bot's admins")
	w.told(simulator.MemberID, "/report 7d", "Meeting report", w.zone.String())
	w.told(ownerID, "/settings lang=ja tz=America/New_York unit=sg", "日本語", "America/New_York")
	report := w.told(simulator.MemberID, "/report 7d", "会議レポート", "America/New_York")
	w.mustSay(report, "meeting_count", "28", "not 500")
	w.told(ownerID, "/settings tz=Mars/Olympus", "mars/olympus")

	shown := w.answered(teamID, simulator.MemberID, "/设置")
	if cardOf(shown).element("set_lang") != nil {
		t.Error("a member is offered to change the language")
	}
	shown = w.answered(teamID, ownerID, "/settings")
	choose := func(openID string) simulator.ClickResult {
		t.Helper()
		result := w.pressed(simulator.Click{MessageID: shown.MessageID, OpenID: openID, Element: "set_lang", Option: "zh_cn"})
		w.settle()
		return result
	}
	if result := choose(simulator.MemberID); result.Toast == nil || result.Toast.Type != "error" {
		t.Errorf("a member's choice got %s", result.Body)
	}
	w.told(simulator.MemberID, "/report 7d", "会議レポート")
	choose(ownerID)
	w.mustSay(cardOf(w.message(shown.MessageID)), "", "语言")
	w.told(simulator.MemberID, "/report 7d", "会议报告")
	w.told(ownerID, "/settings lang=default tz=default unit=default", "English")
	w.mustSay(w.told(simulator.MemberID, "/report 7d", "Meeting report", w.zone.String()), "meeting_count", "500")
	if diff := cmp.Diff(slices.Repeat([]string{"chat:" + ownerID + " chat.update"}, 3), w.audited("chat/"+teamID)); diff != "" {
		t.Errorf("the audit log (-want +got):\n%s", diff)
	}
}
