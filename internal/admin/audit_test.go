package admin_test

import (
	"cmp"
	"net/http"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// newest is the newest entry of the audit log.
func (o *office) newest() answer {
	o.t.Helper()
	return o.get("/audit?limit=1").want(http.StatusOK)
}

// revert undoes the newest change and wants the status.
func (o *office) revert(id string, status int) {
	o.t.Helper()
	o.send(http.MethodPost, "/audit/"+id+"/revert", nil).want(status)
}

func TestAuditSaysWhoChangedWhat(t *testing.T) {
	o := newOffice(t)
	o.send(http.MethodPost, "/schedules", weekly(), "Authorization", "Bearer bob-token-22").want(http.StatusCreated)
	entry := o.newest()
	if entry.at("items", "0", "actor") != "bob" || entry.at("items", "0", "action") != "schedule.create" ||
		entry.at("items", "0", "before") != "null" || entry.at("items", "0", "after", "cron") != "0 9 * * 1" {
		t.Errorf("entry: %s", entry.raw)
	}
}

// A list is narrowed by every filter, and its cursors go on within it.
func TestAuditIsNarrowed(t *testing.T) {
	o := newOffice(t)
	id := o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated).at("id")
	o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"title": "x"}, "Authorization", "Bearer bob-token-22").want(http.StatusOK)
	o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"title": "y"}).want(http.StatusOK)
	o.send(http.MethodPatch, "/chats/oc_new", map[string]any{"access": "allowed"}).want(http.StatusOK)
	for query, want := range map[string][]string{
		"":                             {"chat.update", "schedule.update", "schedule.update", "schedule.create"},
		"?actor=bob":                   {"schedule.update"},
		"?object=schedule/" + id:       {"schedule.update", "schedule.update", "schedule.create"},
		"?action=schedule.":            {"schedule.update", "schedule.update", "schedule.create"},
		"?action=schedule.u&actor=bob": {"schedule.update"},
		"?q=OC_NEW":                    {"chat.update"},
		"?q=%25":                       {},
		"?actor=%27%20OR%201%3D1--":    {},
	} {
		actions := []string{}
		cursor := ""
		for {
			part := o.get("/audit" + cmp.Or(query, "?") + "&limit=1" + cursor).want(http.StatusOK)
			if got := part.at("items", "0"); got != "(none)" {
				actions = append(actions, part.at("items", "0", "action"))
			}
			if part.at("next_cursor") == "null" {
				break
			}
			cursor = "&cursor=" + part.at("next_cursor")
		}
		if diff := gocmp.Diff(want, actions); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	bad := o.get("/audit?q=%00&actor=%ff&object=" + strings.Repeat("x", 201) + "&limit=0").want(http.StatusBadRequest)
	if diff := gocmp.Diff([]string{"limit", "q", "actor", "object"}, bad.wrong()); diff != "" {
		t.Error(diff)
	}
}

func TestRevertOfSchedules(t *testing.T) {
	o := newOffice(t)
	id := o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated).at("id")
	created := o.newest().at("items", "0", "id")
	o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"cron": "30 8 * * 2"}).want(http.StatusOK)
	updated := o.newest().at("items", "0", "id")
	o.revert(created, http.StatusConflict) // it was changed since
	o.revert(updated, http.StatusOK)
	back := o.get("/schedules/" + id)
	if back.at("cron") != "0 9 * * 1" || back.at("next_run_at") != "2026-09-28T09:00:00+08:00" {
		t.Errorf("undone: %s", back.raw)
	}
	o.revert(updated, http.StatusConflict) // a second time
	o.send(http.MethodDelete, "/schedules/"+id, nil).want(http.StatusNoContent)
	deleted := o.newest().at("items", "0", "id")
	o.revert(deleted, http.StatusOK)
	o.get("/schedules/" + id).want(http.StatusOK)
	o.revert(deleted, http.StatusConflict)
	o.revert(created, http.StatusOK)
	o.get("/schedules/" + id).want(http.StatusNotFound)
	o.revert("9999", http.StatusNotFound)
	o.revert("x", http.StatusNotFound)
}

// A schedule that comes back to its chat has its number there again.
func TestRevertKeepsNumbers(t *testing.T) {
	o := newOffice(t)
	o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated)
	id := o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated).at("id")
	number := func(want string) {
		t.Helper()
		if got := o.get("/schedules/" + id).want(http.StatusOK).at("number"); got != want {
			t.Errorf("number %s, want %s", got, want)
		}
	}
	number("2")
	o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"chat_id": "oc_other", "number": 7}).want(http.StatusOK)
	number("1")
	o.revert(o.newest().at("items", "0", "id"), http.StatusOK)
	number("2")
	o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"title": "x"}).want(http.StatusOK)
	o.revert(o.newest().at("items", "0", "id"), http.StatusOK)
	number("2")
	o.send(http.MethodDelete, "/schedules/"+id, nil).want(http.StatusNoContent)
	o.revert(o.newest().at("items", "0", "id"), http.StatusOK)
	number("2")
}

func TestRevertOfTheRest(t *testing.T) {
	o := newOffice(t)
	o.send(http.MethodPatch, "/chats/oc_new", map[string]any{"access": "allowed"}).want(http.StatusOK)
	o.send(http.MethodPatch, "/chats/oc_new", map[string]any{"access": "blocked"}).want(http.StatusOK)
	o.revert(o.newest().at("items", "0", "id"), http.StatusOK)
	if got := o.get("/chats").at("items", "0", "access"); got != "allowed" {
		t.Errorf("the chat is %s", got)
	}
	o.revert(o.get("/audit").at("items", "2", "id"), http.StatusOK) // the first choice of a chat never seen
	if got := o.get("/chats").at("items", "0", "access"); got != "pending" {
		t.Errorf("the chat is %s", got)
	}
	o.send(http.MethodPut, "/settings", map[string]any{"locale": "zh_cn"}).want(http.StatusOK)
	first := o.newest().at("items", "0", "id")
	o.send(http.MethodPut, "/settings", map[string]any{"access": "open"}).want(http.StatusOK)
	o.revert(first, http.StatusConflict)
	o.revert(o.newest().at("items", "0", "id"), http.StatusOK)
	o.revert(first, http.StatusOK)
	if got := o.get("/settings"); got.at("locale") != "en_us" || got.at("access") != "approval" {
		t.Errorf("settings: %s", got.raw)
	}
	o.send(http.MethodPut, "/calendar/2026", map[string]any{"days": []any{}}).want(http.StatusOK)
	o.revert(o.newest().at("items", "0", "id"), http.StatusOK)
	if got := o.get("/calendar/2026"); got.at("days") == "[]" {
		t.Error("the shipped table is gone")
	}
}

// The admins before a change are those that there were, and a refused change is none.
func TestRevertOfAdmins(t *testing.T) {
	o := newOffice(t)
	admins := func(list ...string) map[string]any { return map[string]any{"admins": list} }
	o.send(http.MethodPut, "/settings", admins("ou_a", "ou_b")).want(http.StatusOK)
	o.send(http.MethodPut, "/settings", with(admins("ou_x"), map[string]any{"locale": "xx"})).want(http.StatusUnprocessableEntity)
	if got := o.get("/settings").at("admins"); got != `["ou_a","ou_b"]` {
		t.Errorf("after a refused change the admins are %s", got)
	}
	o.send(http.MethodPut, "/settings", admins("ou_c")).want(http.StatusOK)
	entry := o.newest()
	if got := entry.at("items", "0", "before", "admins"); got != `["ou_a","ou_b"]` {
		t.Errorf("the log says %s before", got)
	}
	o.revert(entry.at("items", "0", "id"), http.StatusOK)
	if got := o.get("/settings").at("admins"); got != `["ou_a","ou_b"]` {
		t.Errorf("after the undo the admins are %s", got)
	}
}

// Undoing the first list of a year leaves the tenant without one, and undoing that
// brings it back.
func TestRevertOfAYear(t *testing.T) {
	o := newOffice(t)
	day := map[string]any{"date": "2031-01-01", "workday": false, "name": "New Year"}
	o.send(http.MethodPut, "/calendar/2031", map[string]any{"days": []any{day}}).want(http.StatusOK)
	for _, known := range []string{"false", "true", "false"} {
		o.revert(o.newest().at("items", "0", "id"), http.StatusOK)
		if got := o.get("/calendar/2031"); got.at("known") != known {
			t.Errorf("2031: %s, want known %s", got.raw, known)
		}
	}
}

// The answer is the entry of the undo itself.
func TestRevertAnswersItsEntry(t *testing.T) {
	o := newOffice(t)
	id := o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated).at("id")
	made := o.newest().at("items", "0", "id")
	answer := o.send(http.MethodPost, "/audit/"+made+"/revert", nil).want(http.StatusOK)
	if answer.at("object") != "schedule/"+id || answer.at("action") != "schedule.revert" || answer.at("id") != o.newest().at("items", "0", "id") {
		t.Errorf("the answer is %s", answer.raw)
	}
}
