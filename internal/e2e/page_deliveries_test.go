//nolint:gosmopolitan // what the page says is in the viewer's language
package e2e

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// The groups of the flow, by what becomes of what is posted to them.
const (
	mutedID  = "oc_flow_00001"
	silentID = "oc_flow_00002" // the platform posts, and the answer is lost
)

// reasons are why deliveries were not sent, by status and the language they are
// told in.
var reasons = map[string]map[string]string{
	"skipped": {"zh": "这是外部会话，尚未获管理员允许", "en": "the chat is external and no admin allowed it"},
	"failed":  {"zh": "会话的设置不允许机器人发言", "en": "The chat's settings do not let the bot speak"},
	"unknown": {"zh": "不确定是否已经发出，为避免重复不再重试", "en": "the outcome of an attempt is unknown and the platform no longer drops repeats"},
}

// deliveryFlow is somebody who looks at what became of deliveries. There is one of
// each outcome.
type deliveryFlow struct {
	*adminPage
	schedules map[string]string // ids by status
}

// TestPageDeliveries looks at a delivery of each outcome, has two of them posted
// again, and watches a run that is going on.
func TestPageDeliveries(t *testing.T) {
	t.Parallel()
	prepare := func(w *world) {
		w.twoWeeks()
		w.platform.AddChats(5, "oc_flow_")
		w.platform.ChangeChat(mutedID, func(chat *simulator.Chat) { chat.Muted = true })
		w.platform.SetFault(simulator.Fault{Endpoint: "message_create", Match: silentID, Cut: true})
	}
	inEveryLook(t, func() options { return options{prepare: prepare} }, func(t *testing.T, p *adminPage) {
		f := &deliveryFlow{adminPage: p, schedules: map[string]string{}}
		f.post()
		f.overview()
		f.narrow()
		f.cardAsSent()
		f.retryFailed()
		f.retryUnknown()
		f.watch()
	})
}

// post comes to a delivery of each outcome.
func (f *deliveryFlow) post() {
	f.T.Helper()
	w := f.world
	w.acquaint()
	for status, chatID := range map[string]string{"sent": simulator.GroupID, "skipped": simulator.ExternalID, "failed": mutedID, "unknown": silentID} {
		id := w.schedule(object{"name": "To be " + status, "chat_id": chatID, "title": "As it was"})
		f.schedules[status] = id
		w.must(http.StatusAccepted, http.MethodPost, "/schedules/"+id+"/run", nil)
		w.service().await("the delivery that is "+status, func() bool {
			if status == "unknown" {
				w.outlasted(silentID)
			}
			return w.deliveries(id)[0]["status"] == status
		})
	}
}

// outlasted has attempts to post to a chat, which may have arrived, be of an hour
// ago: the platform no longer drops their repeats.
func (w *world) outlasted(chatID string) {
	w.Helper()
	hourAgo := time.Now().Add(-time.Hour).UnixMilli()
	if _, err := w.database.Exec(`UPDATE outbox SET unknown_since = $1 WHERE chat_id = $2 AND unknown_since > $1`, hourAgo, chatID); err != nil {
		w.Fatal(err)
	}
}

// because is the reason of a status in the page's language.
func (f *deliveryFlow) because(status string) string { return reasons[status][f.language[:2]] }

// overview shows what needs somebody before anything else, and what to do.
func (f *deliveryFlow) overview() {
	f.T.Helper()
	f.place("/admin")
	f.Wait(`document.querySelectorAll('.troubles li').length === 2`)
	pagetest.Is(f.Tab, `[...document.querySelectorAll('main h2')].find((one) => one.checkVisibility()).textContent`, f.words("attention.title"))
	for _, status := range []string{"failed", "unknown"} {
		f.says(".troubles li", f.words("state."+status)+"To be "+status)
		f.says(".troubles li", f.because(status))
		f.says("main .about", f.words("attention.advice."+status))
	}
	for _, status := range []string{"sent", "skipped", "failed", "unknown"} {
		f.says(".tally li", "1 "+f.words("state."+status))
	}
	f.says(".findings li", map[string]string{"zh": "每人每分钟 20 条指令", "en": "20 commands a minute of a person"}[f.language[:2]])
	f.fine("overview")
}

// narrow filters the list by state, by chat and by time.
func (f *deliveryFlow) narrow() {
	f.T.Helper()
	f.place("/admin/deliveries")
	f.listed(4, "To be sent")
	f.fine("list")
	for _, status := range []string{"sent", "skipped", "failed", "unknown"} {
		f.choose("select[name=status]", status)
		f.listed(1, "To be "+status)
		f.says("tbody", f.because(status))
	}
	f.choose("select[name=status]", "")
	f.listed(4, "To be sent")
	f.press(f.words("deliveries.pick"))
	f.Wait(`document.activeElement === document.querySelector('dialog[open] input')`)
	f.paste(simulator.ExternalID)                                             // at once, so that it is searched for once
	f.Wait(`document.querySelectorAll('dialog[open] .found a').length === 2`) // the chat, and its schedule
	f.fine("choose a chat")
	f.Click(`dialog[open] section:last-child .found a`)
	f.listed(1, "To be skipped")
	f.says(".chip", "Partners 合作伙伴")
	f.choose("select[name=status]", "sent")
	f.says("main .empty", f.words("deliveries.none_found"))
	f.fine("nothing found")
	f.press(f.words("deliveries.show_all"))
	f.listed(4, "To be sent")
	f.choose("select[name=when]", "today")
	f.listed(4, "To be sent")
	f.Wait(`location.search === "?when=today"`)
}

// listed waits until the list holds so many deliveries, with one of a schedule.
func (f *deliveryFlow) listed(count int, schedule string) {
	f.T.Helper()
	f.Wait(fmt.Sprintf(`document.querySelectorAll('tbody tr').length === %d && !document.querySelector('main [aria-busy=true]')`, count))
	f.says("tbody", schedule)
}

// open opens the delivery of a schedule from the list.
func (f *deliveryFlow) open(status string) {
	f.T.Helper()
	f.place("/admin/deliveries?schedule_id=" + f.schedules[status])
	f.listed(1, "To be "+status)
	f.Click(`tbody a[href^="/admin/deliveries/"]`)
	f.Wait(`document.querySelector('.with-card')`)
}

// cardAsSent looks at the card that was sent, whatever became of its schedule, and
// at the one that was not.
func (f *deliveryFlow) cardAsSent() {
	f.T.Helper()
	f.world.must(http.StatusOK, http.MethodPatch, "/schedules/"+f.schedules["sent"], object{"title": "Another title"})
	f.open("sent")
	sent := cardOf(f.world.digests()[0])
	for element, figure := range map[string]string{"meeting_count": "500", "meeting_duration": "300", "participant_count": "1,500"} {
		f.world.mustSay(sent, element, figure)
		f.says(".card-place [data-element-id="+element+"]", figure)
		f.says(".facts", figure)
	}
	f.says(".card-place", "As it was")
	f.says(".facts", f.words("delivery.by_hand"))
	f.fine("sent")
	f.open("skipped")
	f.says(".notice", f.words("delivery.outcome.skipped"))
	f.says(".notice", f.because("skipped"))
	f.says(".notice", f.words("delivery.todo.skipped"))
	f.says("main", f.words("delivery.card_none"))
	f.fine("skipped")
}

// retryFailed has the failed delivery posted again once the bot may speak: the
// page tells by itself that it was sent.
func (f *deliveryFlow) retryFailed() {
	f.T.Helper()
	f.open("failed")
	f.says(".notice.danger", f.words("delivery.outcome.failed"))
	f.says(".notice.danger", f.because("failed"))
	f.fine("failed")
	f.world.platform.ChangeChat(mutedID, func(chat *simulator.Chat) { chat.Muted = false })
	f.mark()
	f.press(f.words("posting.retry"))
	f.says("dialog[open]", "Group 1")
	f.fine("retry")
	f.confirm(f.words("posting.retry"))
	f.Wait(`document.querySelector('main .calm')`)
	f.says(".facts", f.words("state.sent"))
	f.marked()
	f.fine("retried")
	if posted := f.world.platform.FromBot(mutedID); len(posted) != 1 {
		f.T.Errorf("%d messages in the group that was muted, want 1", len(posted))
	}
	if delivery := f.world.deliveries(f.schedules["failed"])[0]; delivery["status"] != "sent" || delivery["reason"] != "" {
		f.T.Errorf("the delivery that was tried again is %v", delivery)
	}
}

// retryUnknown has the unknown delivery posted again from the overview, which says
// what that may lead to.
func (f *deliveryFlow) retryUnknown() {
	f.T.Helper()
	f.world.platform.ClearFaults()
	f.place("/admin")
	f.Wait(`document.querySelectorAll('.troubles li').length === 1`)
	f.mark()
	f.press(f.words("posting.retry"))
	f.says("dialog[open]", f.words("posting.retry_unknown"))
	f.confirm(f.words("posting.retry"))
	f.says("main .calm", f.words("attention.none", "days", "7"))
	f.says(".tally li", "3 "+f.words("state.sent"))
	f.marked()
	if posted := f.world.platform.FromBot(silentID); len(posted) != 2 {
		f.T.Errorf("%d messages in the group whose answers were lost, want the one that arrived and the one of the retry", len(posted))
	}
}

// watch looks at the list while three runs wait for a slow platform, which answers
// one after the other.
func (f *deliveryFlow) watch() {
	f.T.Helper()
	w := f.world
	var held []*simulator.Fault
	for _, chatID := range []string{"oc_flow_00003", "oc_flow_00004", "oc_flow_00005"} {
		held = append(held, w.platform.SetFault(simulator.Fault{Endpoint: "message_create", Match: chatID, Hold: true}))
		id := w.schedule(object{"name": "Slow", "chat_id": chatID})
		w.must(http.StatusAccepted, http.MethodPost, "/schedules/"+id+"/run", nil)
	}
	f.place("/admin/deliveries?status=pending")
	f.listed(3, "Slow")
	f.place("/admin/deliveries")
	f.mark()
	f.come(0)
	w.held(held[1])
	w.platform.Release(held[1])
	f.come(1)
	f.fine("going on")
	w.platform.ClearFaults()
	f.come(3)
	f.says("main [role=status]", f.words("deliveries.ended", "what", f.words("deliveries.sent_of", "sent", "3", "total", "3")))
	f.marked()
}

// come waits until the page shows that so many of three were sent.
func (f *deliveryFlow) come(sent int) {
	f.T.Helper()
	f.says("main .progress", f.words("deliveries.sent_of", "sent", fmt.Sprint(sent), "total", "3"))
	f.Wait(fmt.Sprintf(`document.querySelector('main .progress progress')?.value === %d`, sent))
	f.Wait(fmt.Sprintf(`[...document.querySelectorAll('tbody tr')].filter((one) => one.textContent.includes('Slow') && one.textContent.includes(%q)).length === %d`, f.words("state.sent"), sent))
}

// mark leaves a mark that a reload takes away, which marked finds.
func (f *deliveryFlow) mark() {
	f.T.Helper()
	pagetest.Eval[bool](f.Tab, `(window.marked = true)`)
}

func (f *deliveryFlow) marked() {
	f.T.Helper()
	pagetest.Is(f.Tab, `window.marked === true`, true)
}
