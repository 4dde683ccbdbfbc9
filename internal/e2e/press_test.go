package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/simulator"
)

// conversed is the environment of a world in which people talk a lot with the
// bot, in English.
func conversed(more map[string]string) map[string]string {
	environment := busy(map[string]string{"HUIBAO_LOCALE": "en_us", "HUIBAO_FEISHU_ADMINS": simulator.AdminID})
	maps.Copy(environment, more)
	return environment
}

// pressed has somebody act on a card, which the client must show no error for.
func (w *world) pressed(click simulator.Click) simulator.ClickResult {
	w.Helper()
	result, err := w.platform.Click(click)
	if err != nil || result.Code != 0 {
		w.Fatalf("%s: code %d, %v: %s\n%s", click.Element, result.Code, err, result.Body, w.service().journal.tail())
	}
	return result
}

// replaced has somebody act on a card, and returns what came in its place: with
// the answer, or soon after one that says so, which a busy machine may need.
func (w *world) replaced(click simulator.Click) card {
	w.Helper()
	updates := w.message(click.MessageID).Updates + 1
	result := w.pressed(click)
	now := simulator.Message{MsgType: "interactive", Content: result.Card}
	later := result.Card == nil
	switch {
	case later && (result.Toast == nil || result.Toast.Type != "info"):
		w.Fatalf("%s %s: the card stays as it is: %s", click.Element, click.Option, result.Body)
	case !later && working(now):
		later = true
		updates++
	}
	if later {
		var err error
		if now, err = w.platform.WaitUpdate(w.soon(), click.MessageID, updates); err != nil {
			w.Fatalf("%s %s: the card is not changed: %v\n%s", click.Element, click.Option, err, w.service().journal.tail())
		}
		w.patched++
	}
	if got := w.message(click.MessageID).Updates; got != updates {
		w.Errorf("%s %s: the card was replaced %d times, want %d", click.Element, click.Option, got, updates)
	}
	return cardOf(now)
}

// rawPress is a press that no client would send: of a card, in a chat, by
// somebody, with any value.
type rawPress struct {
	messageID, chatID, openID, tenantKey string // tenantKey "" for the own
	value                                object
	option                               string
}

// reaction is the answer to a press.
type reaction struct {
	Toast *simulator.Toast `json:"toast"`
	Card  *struct {
		Data json.RawMessage `json:"data"`
	} `json:"card"`
}

// shout brings a press to huibao and returns its request, which is kept by the
// gateway, and what it came to.
func (w *world) shout(p rawPress) (delivery, reaction) {
	w.Helper()
	tenant := p.tenantKey
	if tenant == "" {
		tenant = w.platform.Options().TenantKey
	}
	action := object{"tag": "button", "value": p.value}
	if p.option != "" {
		action["tag"], action["option"] = "select_static", p.option
	}
	body, header := w.platform.Envelope(simulator.Event{
		EventID: fmt.Sprintf("ev_raw_%d", len(w.gateway.seen())), Type: "card.action.trigger",
		Body: object{
			"operator": object{"tenant_key": tenant, "open_id": p.openID}, "token": "c-raw", "host": "im_message", "action": action,
			"context": object{"open_message_id": p.messageID, "open_chat_id": p.chatID},
		},
	})
	return w.sendPress("/webhook/event", header, body)
}

// sendPress makes the request of a press.
func (w *world) sendPress(path string, header http.Header, body []byte) (delivery, reaction) {
	w.Helper()
	d := w.gateway.pass(path, header, body)
	var r reaction
	if err := json.Unmarshal([]byte(d.answer), &r); err != nil || d.status != http.StatusOK {
		w.Fatalf("a press got %d %s: %v\n%s", d.status, d.answer, err, w.service().journal.tail())
	}
	return d, r
}

// message is a message of the bot as it is now.
func (w *world) message(id string) simulator.Message {
	w.Helper()
	for _, message := range w.platform.FromBot("") {
		if message.MessageID == id {
			return message
		}
	}
	w.Fatalf("there is no message %s", id)
	return simulator.Message{}
}

// quarter gives the days before the last two weeks 10 meetings each, of half an
// hour, with 50 participants.
func (w *world) quarter() {
	w.twoWeeks()
	for ago := 15; ago <= 100; ago++ {
		w.platform.SetDay(w.day(ago), simulator.DayFigures{Meetings: 10, Seconds: 18_000, Participants: 50})
	}
}

// mustSay checks that an element of a card says some words, and not others,
// which begin with "not ".
func (w *world) mustSay(c card, element string, words ...string) {
	w.Helper()
	said := c.says(element)
	if element == "" {
		said = contents(c)
	}
	for _, word := range words {
		unwanted, isUnwanted := strings.CutPrefix(word, "not ")
		if isUnwanted && strings.Contains(said, unwanted) || !isUnwanted && !strings.Contains(said, word) {
			w.Errorf("%q says %q, want %q", element, said, words)
		}
	}
}

// Buttons and selects change a report card in its place, whichever replica gets
// the press, and after a restart.
func TestLiveCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{postgres: true, environment: conversed(nil)})
	w.quarter()
	for ago := 1; ago <= 14; ago++ {
		w.platform.SetUnitDay(2, w.day(ago), &simulator.DayFigures{Meetings: 4, Seconds: 7200, Participants: 8})
	}
	pair := w.replicas()
	shown := w.answered(simulator.GroupID, simulator.MemberID, "/report 14d")
	w.mustSay(cardOf(shown), "meeting_count", "900")
	press := func(element, option string) card {
		t.Helper()
		c := w.replaced(simulator.Click{MessageID: shown.MessageID, OpenID: simulator.MemberID, Element: element, Option: option})
		if diff := cmp.Diff(c, cardOf(w.message(shown.MessageID))); diff != "" {
			t.Errorf("%s: the card is another than the one answered (-answer +card):\n%s", element, diff)
		}
		return c
	}

	means := map[string]float64{} // of two weeks, by hand
	for i, mean := range []float64{60, 70, 80, 100, 95, 22.5, 22.5} {
		date, _ := time.Parse(time.DateOnly, w.day(7-i))
		means[date.Format("Mon")+" (mean of 2 days)"] = mean
	}
	got := map[string]float64{}
	for _, row := range press("By weekday", "").rows() {
		got[row["date"].(string)], _ = row["meeting_count"].(float64)
	}
	if diff := cmp.Diff(means, got); diff != "" {
		t.Errorf("the means of the weekdays (-want +got):\n%s", diff)
	}
	if rows := press("By date", "").rows(); len(rows) != 14 || rows[13]["meeting_count"] != 15.0 {
		t.Errorf("the rows are %v", rows)
	}
	w.mustSay(press("choose_period", "7d"), "meeting_count", "500", "25%", "400")
	w.mustSay(press("choose_vs", "none"), "meeting_count", "500", "not 25%")
	w.mustSay(press("A year ago", ""), "", "500", "No figures are known for")
	w.mustSay(press("choose_vs", "previous"), "meeting_count", "500", "25%")
	w.mustSay(press("choose_unit", "sg"), "meeting_count", "28", "not 500")
	w.mustSay(press("choose_unit", "none"), "meeting_count", "500")
	w.mustSay(press("choose_period", "yesterday"), "meeting_count", "15")

	pair[0].stop()
	pair[1].stop()
	w.start()
	long := press("choose_period", "90d") // the day 90 days ago began too long ago
	w.mustSay(long, "meeting_count", "1,650")
	w.mustSay(long, "missing_days", w.day(90))
	from, to, newest := newestPart(t, long)
	meetings := int64(0)
	for ago := 1; ago <= 89; ago++ {
		if day := w.day(ago); from <= day && day <= to {
			figures, _ := w.platform.Day(day)
			meetings += figures.Meetings
		}
	}
	within := press("choose_within", newest)
	w.mustSay(within, "meeting_count", strconv.FormatInt(meetings, 10))
	w.mustSay(within, "", from, to)
	w.mustSay(press("Back", ""), "meeting_count", "1,650")
	w.settle()
	if calls := w.platform.Calls("message_patch"); calls != w.patched+shown.Updates {
		t.Errorf("%d cards were changed later, want the %d that were announced", calls, w.patched+shown.Updates)
	}
}

// newestPart is the newest part of the period that can be looked into: its
// days, and the option.
func newestPart(t *testing.T, c card) (from, to, option string) {
	t.Helper()
	options, _ := c.element("choose_within")["options"].([]any)
	if len(options) == 0 {
		t.Fatal("no part of the period can be looked into")
	}
	first, _ := options[0].(object)
	option, _ = first["value"].(string)
	from, to, isRange := strings.Cut(option, "..")
	if !isRange {
		t.Fatalf("%q is no run of days", option)
	}
	return from, to, option
}

// What a button of ours never asks for, and whoever may not press it, change
// nothing and get nothing.
func TestPressesThatGetNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(nil)})
	w.twoWeeks()
	w.platform.AddChats(1, "oc_blocked_")
	w.start()
	shown := w.answered(simulator.GroupID, simulator.MemberID, "/report 7d")
	w.answered("oc_blocked_00001", simulator.MemberID, "/help")
	w.must(http.StatusOK, http.MethodPatch, "/chats/oc_blocked_00001", object{"access": "blocked"})
	subscribed := w.answered(simulator.GroupID, simulator.AdminID, "/subscribe daily 09:00")
	view := func(part, value string) object { return object{"action": "view", "period": "7d", part: value} }
	messages := len(w.platform.FromBot(""))
	for name, c := range map[string]struct {
		press rawPress
		says  string // in the toast; "" for no answer at all
	}{
		"no action":         {rawPress{value: object{}}, "no longer known"},
		"an unknown action": {rawPress{value: object{"action": "delete_all"}}, "no longer known"},
		"no text":           {rawPress{value: object{"action": object{"a": 1}}}, "no longer known"},
		"a period":          {rawPress{value: view("period", "<b>soon</b>")}, "soon"},
		"a future period":   {rawPress{value: view("period", "2999")}, "2999"},
		"a chosen period":   {rawPress{value: view("sets", "period"), option: "9999d"}, "9999d"},
		"a unit":            {rawPress{value: view("unit", "mars")}, "mars"},
		"a comparison":      {rawPress{value: view("vs", "us")}, "us"},
		"no number":         {rawPress{openID: simulator.AdminID, value: object{"action": "subscription_pause", "number": "1 OR 1"}}, "number"},
		"no such number":    {rawPress{openID: simulator.AdminID, value: object{"action": "subscription_pause", "number": "7"}}, "7"},
		"a member":          {rawPress{value: object{"action": "subscription_end", "number": "1"}}, "owner"},
		"a member's form": {rawPress{value: object{
			"action": "subscribe_confirm", "rhythm": "daily", "time": "09:00",
		}}, "owner"},
		"a member's setting": {rawPress{value: object{"action": "settings", "sets": "lang"}, option: "ja_jp"}, "owner"},
		"a member's word":    {rawPress{value: object{"action": "access_allow", "chat_id": simulator.ExternalID}}, "admins"},
		"a foreigner":        {rawPress{openID: simulator.GuestID, tenantKey: "tenant_guest", value: view("period", "7d")}, "not enabled"},
		"an admin's id elsewhere": {rawPress{
			openID: simulator.AdminID, tenantKey: "tenant_guest", value: object{"action": "access_allow", "chat_id": simulator.ExternalID},
		}, "admins"},
		"an external chat": {rawPress{chatID: simulator.ExternalID, value: view("period", "7d")}, "not enabled"},
		"a blocked chat":   {rawPress{chatID: "oc_blocked_00001", value: view("period", "7d")}, ""},
	} {
		p := c.press
		p.messageID = shown.MessageID
		if p.chatID == "" {
			p.chatID = simulator.GroupID
		}
		if p.openID == "" {
			p.openID = simulator.MemberID
		}
		d, got := w.shout(p)
		switch {
		case got.Card != nil:
			t.Errorf("%s: the card is replaced: %s", name, d.answer)
		case c.says == "" && got.Toast != nil:
			t.Errorf("%s: answered %s", name, d.answer)
		case c.says != "" && (got.Toast == nil || got.Toast.Type != "error" || !strings.Contains(got.Toast.Content, c.says)):
			t.Errorf("%s: answered %s, want %q", name, d.answer, c.says)
		}
	}
	w.settle()
	if now := len(w.platform.FromBot("")); now != messages {
		t.Errorf("%d messages came of it", now-messages)
	}
	if now := w.message(shown.MessageID); now.Updates != shown.Updates {
		t.Errorf("the card was replaced %d times: %s", now.Updates-shown.Updates, text(now))
	}
	if list, _ := w.must(http.StatusOK, http.MethodGet, "/schedules", nil)["items"].([]any); len(list) != 1 || list[0].(object)["enabled"] != true {
		t.Errorf("after %s there are %v", text(subscribed), list)
	}
}

// On a digest, which many read, and on a card that is too old to be replaced,
// the answer is a reply. A callback that comes twice changes nothing.
func TestPressIsAnsweredByReply(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(nil)})
	w.twoWeeks()
	w.start()
	old := w.answered(simulator.GroupID, simulator.MemberID, "/report yesterday")
	id := w.schedule(object{"locale": "en_us"})
	w.must(http.StatusAccepted, http.MethodPost, "/schedules/"+id+"/run", nil)
	w.posted(id)
	digest := w.digests()[0]

	before := len(w.gateway.seen())
	result := w.pressed(simulator.Click{MessageID: digest.MessageID, OpenID: simulator.MemberID, Element: "choose_period", Option: "yesterday"})
	if result.Card != nil || result.Toast == nil || result.Toast.Type != "info" {
		t.Errorf("a digest answers %s", result.Body)
	}
	reply := w.answer(digest)
	w.mustSay(cardOf(reply), "meeting_count", "15")
	twice := w.gateway.seen()[before]
	if d, _ := w.sendPress(twice.path, twice.header, twice.body); strings.TrimSpace(d.answer) != "{}" {
		t.Errorf("the callback that came twice got %s", d.answer)
	}
	w.mustSay(w.replaced(simulator.Click{
		MessageID: reply.MessageID, OpenID: simulator.MemberID, Element: "choose_period", Option: "7d",
	}), "meeting_count", "500") // the reply is a card like any other

	d, got := w.shout(rawPress{
		messageID: old.MessageID, chatID: simulator.GroupID, openID: simulator.MemberID,
		value: object{"action": "view", "period": "7d", "posted": fmt.Sprint(time.Now().AddDate(0, 0, -15).Unix())},
	})
	if got.Card != nil || got.Toast == nil || !strings.Contains(got.Toast.Content, "14 days") {
		t.Errorf("an old card answers %s", d.answer)
	}
	fresh := w.answer(old)
	w.mustSay(cardOf(fresh), "meeting_count", "500")
	w.mustSay(w.replaced(simulator.Click{
		MessageID: fresh.MessageID, OpenID: simulator.MemberID, Element: "choose_period", Option: "yesterday",
	}), "meeting_count", "15")
	w.settle()
	for _, message := range []simulator.Message{digest, old} {
		if now := w.message(message.MessageID); now.Updates != message.Updates || string(now.Content) != string(message.Content) {
			t.Errorf("the card pressed was changed: %s", text(now))
		}
		w.answeredOnce(message.MessageID)
	}
}

// A press that takes long is answered in time, says so, and changes the card
// when it can.
func TestSlowPress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(map[string]string{"HUIBAO_FRESH_FOR": "0s"})})
	w.quarter()
	w.start()
	w.filled()
	shown := w.answered(simulator.GroupID, simulator.MemberID, "/report 7d")
	updates := shown.Updates
	for name, fault := range map[string]simulator.Fault{
		"slow": {Hold: true}, "refused for frequency": {Status: http.StatusTooManyRequests, Reset: 3, Times: 1},
	} {
		fault.Endpoint = "report_get_daily"
		w.platform.SetFault(fault)
		result := w.pressed(simulator.Click{MessageID: shown.MessageID, OpenID: simulator.MemberID, Element: "choose_period", Option: "yesterday"})
		if !working(simulator.Message{MsgType: "interactive", Content: result.Card}) || result.Toast == nil {
			t.Errorf("%s: answered %s", name, result.Body)
		}
		w.platform.ClearFaults()
		updates += 2
		changed, err := w.platform.WaitUpdate(w.soon(), shown.MessageID, updates)
		if err != nil {
			t.Fatalf("%s: the card is not changed: %v\n%s", name, err, w.service().journal.tail())
		}
		w.mustSay(cardOf(changed), "meeting_count", "15")
	}
	w.platform.SetFault(simulator.Fault{Endpoint: "report_get_daily", Status: http.StatusBadRequest, Code: 121002})
	result := w.pressed(simulator.Click{MessageID: shown.MessageID, OpenID: simulator.MemberID, Element: "choose_period", Option: "7d"})
	if result.Card != nil || result.Toast == nil || result.Toast.Type != "error" {
		t.Errorf("a refusal by the platform is answered %s", result.Body)
	}
	w.settle()
	if now := w.message(shown.MessageID); now.Updates != updates {
		t.Errorf("the card was changed %d times, want %d", now.Updates, updates)
	}
}

// Of two presses that ask for a view the newer wins, however long the older one
// takes. One that leaves the card alone does not stand in the way of an older
// one.
func TestNewerPressWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(nil)})
	w.quarter()
	w.platform.SetUnitDay(3, w.day(1), &simulator.DayFigures{Meetings: 4321, Seconds: 7200, Participants: 8642})
	w.start()
	w.filled()
	shown := w.answered(simulator.GroupID, simulator.MemberID, "/report 7d")
	slowly := func(unit, query string) <-chan simulator.ClickResult { // chooses a unit of which the figures do not come
		hold := w.platform.SetFault(simulator.Fault{Endpoint: "report_get_daily", Match: query, Hold: true})
		answered := make(chan simulator.ClickResult, 1)
		go func() {
			result, _ := w.platform.Click(simulator.Click{MessageID: shown.MessageID, OpenID: simulator.MemberID, Element: "choose_unit", Option: unit})
			answered <- result
		}()
		w.held(hold)
		return answered
	}
	slow := slowly("sg", "unit=2")
	w.mustSay(w.replaced(simulator.Click{
		MessageID: shown.MessageID, OpenID: simulator.MemberID, Element: "choose_period", Option: "yesterday",
	}), "meeting_count", "15")
	if result := <-slow; result.Card != nil && !working(simulator.Message{MsgType: "interactive", Content: result.Card}) {
		t.Errorf("the older press replaces the card of the newer one: %s", result.Body)
	}
	w.platform.ClearFaults()
	w.settle()
	w.mustSay(cardOf(w.message(shown.MessageID)), "meeting_count", "15")

	slow = slowly("jp", "unit=3")
	w.pressed(simulator.Click{MessageID: shown.MessageID, OpenID: simulator.MemberID, Element: "Export"})
	w.fileOf(w.answer(shown))
	if result := <-slow; result.Card == nil {
		t.Errorf("the press is not said to be worked on: code %d: %s", result.Code, result.Body)
	}
	w.platform.ClearFaults()
	w.settle()
	w.mustSay(cardOf(w.message(shown.MessageID)), "meeting_count", "4,321")
}
