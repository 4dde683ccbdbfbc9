package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/simulator"
)

// posted checks that a schedule came to one digest, and that its delivery
// names it.
func (w *world) posted(scheduleID string) {
	w.Helper()
	delivery := w.delivered(scheduleID)
	w.settle()
	digests := w.digests()
	if len(digests) != 1 {
		w.Fatalf("%d digests were posted, want 1\n%s", len(digests), w.service().journal.tail())
	}
	if delivery["status"] != "sent" || delivery["message_id"] != digests[0].MessageID {
		w.Errorf("the delivery is %v, the digest %s", delivery, digests[0].MessageID)
	}
	if all := w.deliveries(scheduleID); len(all) != 1 {
		w.Errorf("there are %d deliveries, want 1: %v", len(all), all)
	}
	if uuids := w.uuids("message_create", simulator.GroupID); len(uuids) != 1 || uuids[0] == "" {
		w.Errorf("the attempts had the uuids %q, want one", uuids)
	}
}

func TestRunNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.twoWeeks()
	w.start()
	w.acquaint()
	id := w.schedule(object{"title": "Weekly numbers", "note": "For everybody"})
	first := w.must(http.StatusAccepted, http.MethodPost, "/schedules/"+id+"/run", nil, "Idempotency-Key", "k-1")
	again := w.must(http.StatusAccepted, http.MethodPost, "/schedules/"+id+"/run", nil, "Idempotency-Key", "k-1")
	if first["id"] != again["id"] {
		t.Errorf("the same key made the deliveries %v and %v", first["id"], again["id"])
	}
	w.posted(id)
	digest := cardOf(w.digests()[0])
	for _, words := range []string{"Weekly numbers", "For everybody", "500"} {
		if all := contents(digest); !strings.Contains(all, words) {
			t.Errorf("the digest does not say %q: %s", words, all)
		}
	}
	last, _ := w.must(http.StatusOK, http.MethodGet, "/schedules/"+id, nil)["last_delivery"].(object)
	if last["status"] != "sent" {
		t.Errorf("the schedule's last delivery is %v", last)
	}
}

// overdue moves a schedule's next run, while the service is stopped.
func (w *world) overdue(scheduleID string, by time.Duration) {
	w.Helper()
	w.change(`UPDATE schedules SET next_run_at = $1 WHERE id = $2`, time.Now().Add(-by).UnixMilli(), scheduleID)
}

// late returns a schedule whose run came due so long ago, while nothing ran.
func (w *world) late(by time.Duration) (scheduleID string) {
	w.Helper()
	w.start()
	w.acquaint()
	scheduleID = w.schedule(nil)
	w.service().stop()
	w.overdue(scheduleID, by)
	return scheduleID
}

// A run that came due while nothing ran is posted at the start, once, unless it
// is too late.
func TestCatchUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		late   time.Duration
		status string
	}{
		"a minute late": {time.Minute, "sent"},
		"11 hours late": {11 * time.Hour, "sent"},
		"13 hours late": {13 * time.Hour, "skipped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{})
			id := w.late(c.late)
			w.start()
			if delivery := w.delivered(id); delivery["status"] != c.status {
				t.Errorf("the delivery is %v, want %s", delivery, c.status)
			}
			if c.status == "sent" {
				w.posted(id)
			}
			w.service().stop()
			w.start()
			w.acquaint()
			w.settle()
			if all := w.deliveries(id); len(all) != 1 {
				t.Errorf("after another start there are %d deliveries: %v", len(all), all)
			}
		})
	}
}

// Who has a failed run posted again gets it, also when its schedule was disabled
// meanwhile.
func TestRetryOfADisabledSchedule(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	id := w.late(time.Minute)
	w.platform.SetFault(simulator.Fault{Endpoint: "message_create", Code: 230018, Status: http.StatusBadRequest})
	w.start()
	w.service().await("the run to fail", func() bool {
		found := w.deliveries(id)
		return len(found) == 1 && found[0]["status"] == "failed"
	})
	w.platform.ClearFaults()
	w.must(http.StatusOK, http.MethodPatch, "/schedules/"+id, object{"enabled": false})
	w.must(http.StatusAccepted, http.MethodPost, "/deliveries/"+w.deliveries(id)[0]["id"].(string)+"/retry", nil)
	w.service().await("the run to be posted", func() bool { return w.deliveries(id)[0]["status"] == "sent" })
}

// Of the runs missed the newest is posted, and the others are one skipped
// delivery that counts them.
func TestMissedRunsAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	w.acquaint()
	newest := time.Now().UTC().Add(-30 * time.Minute).Truncate(time.Minute) // far from the one before and after
	id := w.schedule(object{"cron": fmt.Sprintf("%d * * * *", newest.Minute()), "timezone": "UTC"})
	w.service().stop()
	w.change(`UPDATE schedules SET next_run_at = $1 WHERE id = $2`, newest.Add(-30*time.Hour).UnixMilli(), id)
	w.start()
	w.delivered(id)
	w.settle()
	all := w.deliveries(id)
	if len(all) != 2 || all[0]["status"] != "sent" || all[1]["status"] != "skipped" || !strings.Contains(all[1]["reason"].(string), "30") {
		t.Errorf("the deliveries are %v, want one sent and one skipped for 30 runs", all)
	}
	if at := all[0]["scheduled_for"]; at != newest.Format(time.RFC3339) {
		t.Errorf("the one posted was due at %v, want %s", at, newest.Format(time.RFC3339))
	}
	if digests := w.digests(); len(digests) != 1 {
		t.Errorf("%d digests, want 1", len(digests))
	}
}

// A digest that is to be skipped when it is empty is skipped where nobody met, and
// where nothing is known at all, which is said; not where a part is missing.
func TestSkipIfEmpty(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_FINAL_AFTER": "240h"}}) // a week is provisional
	weekend := func(ago int) bool {
		weekday := time.Now().In(w.zone).AddDate(0, 0, -ago).Weekday()
		return weekday == time.Saturday || weekday == time.Sunday
	}
	missing := 2 // days ago, a workday
	for weekend(missing) {
		missing++
	}
	w.platform.DropDay(w.day(missing))
	for _, ago := range []int{missing - 1, missing + 1} {
		w.platform.SetDay(w.day(ago), simulator.DayFigures{})
	}
	w.start()
	w.acquaint()
	for period, want := range map[string][2]string{
		w.day(missing + 1): {"skipped", "there was no meeting to report"},
		w.day(missing):     {"skipped", "no figures are known of the days to report"},
		w.day(missing+1) + ".." + w.day(missing-1): {"sent", ""},
	} {
		id := w.schedule(object{"period": period, "skip_if_empty": true})
		w.must(http.StatusAccepted, http.MethodPost, "/schedules/"+id+"/run", nil)
		if got := w.delivered(id); got["status"] != want[0] || got["reason"] != want[1] {
			t.Errorf("%s: %v: %v, want %q", period, got["status"], got["reason"], want)
		}
	}
}

// Digests that wait for the send limits go out in the order in which they were
// due, whatever the order in which they were made.
func TestOrderOfDueTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_SEND_PER_SECOND": "6"}}) // two digests a second
	chats := w.platform.AddChats(8, "oc_ordered_")
	w.start()
	w.acquaint()
	ids := make([]string, len(chats))
	for i, chat := range chats {
		ids[i] = w.schedule(object{"chat_id": chat})
	}
	w.service().stop()
	for i, id := range ids {
		w.overdue(id, time.Hour+time.Duration(i)*time.Minute)
	}
	slices.Reverse(chats) // the last made was due first
	w.start()
	var posted []string
	w.await("the digests", func() bool {
		posted = nil
		for _, message := range w.platform.FromBot("") {
			if message.ParentID == "" {
				posted = append(posted, message.ChatID)
			}
		}
		return len(posted) == len(chats)
	})
	if diff := cmp.Diff(chats, posted); diff != "" {
		t.Errorf("the order of the chats (-want +got):\n%s", diff)
	}
}

// What cannot be posted says why.
func TestDigestIsNotPosted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		chatID string
		happen func(*world)
		status string
	}{
		"external":  {simulator.ExternalID, func(*world) {}, "skipped"},
		"dissolved": {simulator.GroupID, func(w *world) { w.platform.Dissolve(simulator.GroupID) }, "skipped"},
		"removed":   {simulator.GroupID, func(w *world) { w.platform.RemoveBot(simulator.GroupID) }, "skipped"},
		"muted": {simulator.GroupID, func(w *world) {
			w.platform.ChangeChat(simulator.GroupID, func(c *simulator.Chat) { c.Muted = true })
		}, "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, options{})
			w.start()
			w.acquaint()
			id := w.schedule(object{"chat_id": c.chatID})
			before := w.acknowledged()
			c.happen(w)
			if name == "dissolved" || name == "removed" {
				w.arrived(before + 1)
				w.settle()
			}
			w.must(http.StatusAccepted, http.MethodPost, "/schedules/"+id+"/run", nil)
			if delivery := w.delivered(id); delivery["status"] != c.status || delivery["reason"] == "" {
				t.Errorf("the delivery is %v, want %s with a reason", delivery, c.status)
			}
			w.settle()
			if posted := w.digests(); len(posted) > 0 {
				t.Errorf("a digest was posted: %s", text(posted[0]))
			}
		})
	}
}
