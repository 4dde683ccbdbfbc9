package e2e

import (
	"net/http"
	"strings"
	"testing"

	"huibao/internal/simulator"
)

// paused has a digest wait because a permission was taken away, and the admin
// told. Then the permission is given back.
func (w *world) paused() (scheduleID string, notice simulator.Message) {
	w.Helper()
	const scope = "vc:report:readonly"
	w.acquaint()
	id := w.schedule(nil)
	w.platform.WithholdScope(scope, true)
	w.must(http.StatusAccepted, http.MethodPost, "/schedules/"+id+"/run", nil)
	w.await("the admin to be told", func() bool {
		for _, message := range w.platform.FromBot("") {
			if message.ParentID == "" && button(message, "unpause") != "" {
				notice = message
				return true
			}
		}
		return false
	})
	if said := text(notice); !strings.Contains(said, scope) {
		w.Errorf("the admin is not told of %s: %s", scope, said)
	}
	w.service().await("the delivery to say why it waits", func() bool {
		delivery := w.deliveries(id)[0]
		reason, _ := delivery["reason"].(string)
		return delivery["status"] == "pending" && strings.Contains(reason, scope)
	})
	w.platform.WithholdScope(scope, false)
	return id, notice
}

// button is what stands on the button of a card that asks for an action, "" for
// none.
func button(message simulator.Message, action string) string {
	var found string
	walk(map[string]any(cardOf(message)), func(element map[string]any) {
		list, _ := element["behaviors"].([]any)
		for _, item := range list {
			behavior, _ := item.(map[string]any)
			value, _ := behavior["value"].(map[string]any)
			if value["action"] == action {
				words, _ := element["text"].(map[string]any)
				found, _ = words["content"].(string)
			}
		}
	})
	return found
}

// click has the admin press the button of a card. The callback is one that the
// platform does not repeat: a service that dies has it brought again by us.
func (w *world) click(message simulator.Message, action string) {
	w.Helper()
	if _, err := w.platform.Click(simulator.Click{MessageID: message.MessageID, OpenID: simulator.AdminID, Element: button(message, action)}); err != nil {
		w.Fatal(err)
	}
}

// hurry has the service begin at once what it meant to do later, as if the time
// had passed while it was stopped.
func (w *world) hurry() {
	w.Helper()
	w.service().stop()
	if _, err := w.database.Exec(`UPDATE river_job SET state = 'available', scheduled_at = created_at WHERE state = 'scheduled'`); err != nil {
		w.Fatal(err)
	}
	w.start()
}

// A missing permission has the digests wait and the admins told once; when it
// is there again, a button goes on at once.
func TestPause(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_FEISHU_ADMINS": simulator.AdminID, "HUIBAO_FRESH_FOR": "0s"}})
	w.start()
	id, notice := w.paused()
	w.click(notice, "unpause")
	w.await("the answer to the button", func() bool { return len(w.answersTo(notice.MessageID)) == 1 })
	w.hurry()
	w.posted(id)
	told := 0
	for _, message := range w.platform.FromBot(notice.ChatID) {
		if message.ParentID == "" && button(message, "unpause") != "" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the admin was told %d times, want once", told)
	}
}

// A chat that is dissolved disables its schedules, and says why.
func TestDissolvedChatDisablesSchedules(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_FEISHU_ADMINS": simulator.AdminID}})
	w.start()
	w.acquaint()
	id := w.schedule(nil)
	w.platform.Dissolve(simulator.GroupID)
	w.service().await("the schedule to be disabled", func() bool {
		schedule := w.must(http.StatusOK, http.MethodGet, "/schedules/"+id, nil)
		return schedule["enabled"] == false && schedule["disabled_reason"] != ""
	})
}

// A bot that was removed and is added back offers to go on, and does so once
// the owner says so.
func TestAddedBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_FEISHU_ADMINS": simulator.AdminID}})
	w.start()
	w.acquaint()
	id := w.schedule(nil)
	enabled := func(want bool) func() bool {
		return func() bool { return w.must(http.StatusOK, http.MethodGet, "/schedules/"+id, nil)["enabled"] == want }
	}
	w.platform.RemoveBot(simulator.GroupID)
	w.service().await("the schedule to be disabled", enabled(false))
	w.platform.AddBot(simulator.GroupID)
	var offer simulator.Message
	w.await("the offer to resume", func() bool {
		for _, message := range w.platform.FromBot(simulator.GroupID) {
			if button(message, "resume_chat") != "" {
				offer = message
				return true
			}
		}
		return false
	})
	w.click(offer, "resume_chat")
	w.service().await("the schedule to be enabled", enabled(true))
	w.settle()
	w.answeredOnce(offer.MessageID)
}
