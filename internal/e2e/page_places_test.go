package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// hostile is a name as somebody may choose it who means harm: markup, text that
// turns right to left, and a great length.
var hostile = `<script>alert(1)</script><img src=x onerror=alert(2)>` + "\u202e\u2067txt.gpj" + strings.Repeat("长", 60)

// places are the addresses of the page, with the ids of what fill made.
func places(scheduleID, deliveryID string) []string {
	return []string{
		"/admin", "/admin/schedules", "/admin/schedules/new", "/admin/schedules/" + scheduleID, "/admin/deliveries", "/admin/deliveries/" + deliveryID,
		"/admin/chats", "/admin/chats/" + url.PathEscape(simulator.GroupID), "/admin/reports?period=4w&compare=previous", "/admin/calendar/2026", "/admin/settings",
		"/admin/audit", "/admin/nowhere/at/all",
	}
}

// furnish makes an organisation in which somebody chose hostile names: a schedule
// with a delivery that was sent and one that failed, and chats that wait.
func (w *world) furnish() (scheduleID, deliveryID string) {
	w.Helper()
	for _, chatID := range []string{simulator.GroupID, simulator.ExternalID} {
		w.platform.ChangeChat(chatID, func(chat *simulator.Chat) { chat.Name = hostile + strings.Repeat("w", 10_000) })
		w.platform.SendText(chatID, simulator.MemberID, "/help", simulator.TextOptions{MentionBot: true})
	}
	w.await("the chats to be known", func() bool {
		items, _ := w.must(http.StatusOK, http.MethodGet, "/chats", nil)["items"].([]any)
		return len(items) >= 2
	})
	w.must(http.StatusOK, http.MethodPatch, "/chats/"+simulator.GroupID, object{"access": "allowed"})
	scheduleID = w.schedule(object{"name": hostile, "title": hostile, "note": hostile, "on": "workdays"})
	w.schedule(object{"name": "Paused", "enabled": false})
	deliveryID, _ = w.must(http.StatusAccepted, http.MethodPost, "/schedules/"+scheduleID+"/run", nil)["id"].(string)
	w.await("the delivery to be sent", func() bool {
		return w.must(http.StatusOK, http.MethodGet, "/deliveries/"+deliveryID, nil)["status"] == "sent"
	})
	return scheduleID, deliveryID
}

// TestPagePlaces looks at every place as people may see it: nothing that somebody
// wrote does anything, nothing sticks out, and axe-core finds nothing.
func TestPagePlaces(t *testing.T) {
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_ACCESS": "approval", "HUIBAO_FEISHU_ADMINS": simulator.AdminID, "HUIBAO_CALENDAR": "cn"}})
	w.start()
	scheduleID, deliveryID := w.furnish()
	for name, look := range looks {
		p := w.openPage(t, look)
		p.Expect("status of 404") // the chat's look-up of a place that is not there
		for _, place := range places(scheduleID, deliveryID) {
			p.place(place)
			p.Wait(`!document.querySelector('[aria-busy=true]')`)
			if p.language != "en-US" { // there fine has axe-core look
				p.WantAccessible(axe, name)
			}
			p.fine(name + strings.NewReplacer("/", "-", "?", "-").Replace(place))
			pagetest.Is(p.Tab, `document.querySelectorAll('main script, main img[src=x]').length`, 0)
		}
	}
}

// TestPageEmpty looks at every list of an organisation in which nothing has
// happened: each says what to do.
func TestPageEmpty(t *testing.T) {
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_ACCESS": "approval"}})
	w.start()
	p := w.openPage(t, pagetest.At("ja-JP", "light", 390, 844))
	for _, place := range []string{"/admin", "/admin/schedules", "/admin/deliveries", "/admin/chats?q=nothing", "/admin/audit"} {
		p.place(place)
		p.Wait(`document.querySelector('main .empty, main .steps')`)
		p.fine("empty " + strings.NewReplacer("/", "-", "?", "-").Replace(place))
	}
}
