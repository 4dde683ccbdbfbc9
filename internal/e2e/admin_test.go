package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"testing"

	"huibao/internal/simulator"
)

// object is a JSON object.
type object = map[string]any

// admin calls the admin API and returns what came back.
func (w *world) admin(method, path string, body any, header ...string) (int, object) {
	w.Helper()
	status, answer := w.try(method, path, body, header...)
	if status == 0 {
		w.Fatalf("%s %s: no answer\n%s", method, path, w.service().journal.tail())
	}
	return status, answer
}

// try is admin for a service that may die before it has answered: then the
// status is 0.
func (w *world) try(method, path string, body any, header ...string) (int, object) {
	w.Helper()
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			w.Fatal(err)
		}
	}
	request, err := http.NewRequest(method, w.service().url+"/admin/api/v1"+path, bytes.NewReader(content))
	if err != nil {
		w.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+adminToken)
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, nil
	}
	w.answers = append(w.answers, string(answer))
	var parsed object
	_ = json.Unmarshal(answer, &parsed) // an empty answer is no object
	return response.StatusCode, parsed
}

// must is admin for what has to succeed.
func (w *world) must(status int, method, path string, body any, header ...string) object {
	w.Helper()
	got, answer := w.admin(method, path, body, header...)
	if got != status {
		w.Fatalf("%s %s: status %d, want %d: %v", method, path, got, status, answer)
	}
	return answer
}

// schedule makes a schedule for the group that is due once a year, and returns
// its id.
func (w *world) schedule(change object) string {
	w.Helper()
	draft := object{"name": "e2e", "chat_id": simulator.GroupID, "cron": "0 9 1 1 *", "on": "every_day", "period": "7d"}
	maps.Copy(draft, change)
	id, _ := w.must(http.StatusCreated, http.MethodPost, "/schedules", draft)["id"].(string)
	if id == "" {
		w.Fatal("the schedule has no id")
	}
	return id
}

// deliveries are a schedule's deliveries, the newest first.
func (w *world) deliveries(scheduleID string) []object {
	w.Helper()
	items, _ := w.must(http.StatusOK, http.MethodGet, "/deliveries?schedule_id="+scheduleID, nil)["items"].([]any)
	found := make([]object, 0, len(items))
	for _, item := range items {
		delivery, _ := item.(object)
		found = append(found, delivery)
	}
	return found
}

// delivered waits until a schedule's newest delivery has ended and returns it.
func (w *world) delivered(scheduleID string) object {
	w.Helper()
	var last object
	w.service().await("the delivery to end", func() bool {
		all := w.deliveries(scheduleID)
		if len(all) == 0 || all[0]["status"] == "pending" {
			return false
		}
		last = all[0]
		return true
	})
	return last
}

// digests are the bot's messages in the group that answer nobody.
func (w *world) digests() []simulator.Message {
	var found []simulator.Message
	for _, message := range w.platform.FromBot(simulator.GroupID) {
		if message.ParentID == "" {
			found = append(found, message)
		}
	}
	return found
}

func TestAdminNeedsItsToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	for _, header := range []string{"", "Bearer", "Bearer wrong-token", adminToken} {
		if status, _ := w.admin(http.MethodGet, "/chats", nil, "Authorization", header); status != http.StatusUnauthorized {
			t.Errorf("Authorization %q: status %d, want 401", header, status)
		}
	}
	w.must(http.StatusOK, http.MethodGet, "/chats", nil)
}
