package admin_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huibao/bot"
	"huibao/scheduler"
)

// query is a path with a query.
func query(path string, pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return path + "?" + values.Encode()
}

// all reads a list in parts of one and returns the field of each item.
func (o *office) all(path, field string) []string {
	o.t.Helper()
	found := []string{}
	for cursor := ""; cursor != "null"; {
		part := o.get(path + "&limit=1&cursor=" + cursor).want(http.StatusOK)
		if item := part.at("items", "0"); item != "(none)" {
			found = append(found, part.at("items", "0", field))
		}
		cursor = part.at("next_cursor")
	}
	return found
}

// remember has a chat known by a name.
func (o *office) remember(chatID, name string) {
	o.t.Helper()
	_, err := o.db.ChangeChat(o.t.Context(), tenantKey, chatID, nil, func(chat *bot.Chat) error {
		chat.Name, chat.External = name, false
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func TestSchedulesAreFoundAndSorted(t *testing.T) {
	o := newOffice(t)
	o.remember("oc_group", "Board")
	o.remember("oc_sales", "alpha team")
	for _, made := range []map[string]any{
		{"name": "Weekly digest"},
		{"name": "all hands", "chat_id": "oc_sales", "cron": "0 9 * * 2", "paused_until": "2026-09-23"},
		{"name": "Numbers 100%", "chat_id": "oc_unseen", "cron": "0 9 * * 3", "enabled": false},
	} {
		o.send(http.MethodPost, "/schedules", with(weekly(), made)).want(http.StatusCreated)
	}
	for name, c := range map[string]struct {
		path   string
		wanted []string
	}{
		"by name":     {query("/schedules", "sort", "name"), []string{"all hands", "Numbers 100%", "Weekly digest"}},
		"turned":      {query("/schedules", "sort", "-name"), []string{"Weekly digest", "Numbers 100%", "all hands"}},
		"by chat":     {query("/schedules", "sort", "chat"), []string{"Numbers 100%", "all hands", "Weekly digest"}},
		"by run":      {query("/schedules", "sort", "next_run_at"), []string{"Weekly digest", "all hands", "Numbers 100%"}},
		"latest run":  {query("/schedules", "sort", "-next_run_at"), []string{"all hands", "Weekly digest", "Numbers 100%"}},
		"by change":   {query("/schedules", "sort", "updated_at", "state", "active"), []string{"Weekly digest"}},
		"by creation": {query("/schedules", "sort", "created_at", "state", "paused"), []string{"all hands", "Numbers 100%"}},
		"disabled":    {query("/schedules", "state", "disabled"), []string{}},
		"found":       {query("/schedules", "q", "ALPHA"), []string{"all hands"}},
		"a wildcard":  {query("/schedules", "q", "%"), []string{"Numbers 100%"}},
		"by chat_id":  {query("/schedules", "chat_id", "oc_group", "q", "digest"), []string{"Weekly digest"}},
	} {
		if diff := cmp.Diff(c.wanted, o.all(c.path, "name")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	chinese := o.send(http.MethodGet, query("/schedules", "chat_id", "oc_sales"), nil, "Accept-Language", "zh").want(http.StatusOK)
	for key, want := range map[string]string{"chat_name": "alpha team", "state": "paused"} {
		if got := chinese.at("items", "0", key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	daily := o.send(http.MethodPost, "/schedules", with(weekly(), map[string]any{"cron": "0 9 * * 1", "on": "every_day"})).want(http.StatusCreated)
	if daily.at("when") != "Every Monday at 09:00" || daily.at("chat_name") != "Board" || daily.at("state") != "active" {
		t.Errorf("made: %s", daily.raw)
	}
	o.send(http.MethodPatch, "/schedules/"+daily.at("id"), daily.body()).want(http.StatusOK) // what was read can be sent back
}

// forged is a cursor of the list of schedules that holds a text.
func forged(text string) string {
	return base64.RawURLEncoding.EncodeToString([]byte("/admin/api/v1/schedules " + text))
}

// What cannot be looked for is refused before the database is asked, and every
// wrong part of a query is named.
func TestHostileQueries(t *testing.T) {
	o := newOffice(t)
	for range 2 {
		o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated)
	}
	byName := o.get("/schedules?sort=name&limit=1").at("next_cursor")
	for path, wrong := range map[string][]string{
		query("/schedules", "q", strings.Repeat("长", 201)):                                                  {"q"},
		query("/schedules", "q", strings.Repeat("%_\\", 10_000)):                                            {"q"},
		query("/schedules", "q", "a\x00b"):                                                                  {"q"},
		query("/schedules", "q", "\xff"):                                                                    {"q"},
		query("/schedules", "chat_id", "\x00"):                                                              {"chat_id"},
		query("/schedules", "state", "off", "sort", "cron", "q", "\x00", "limit", "x"):                      {"limit", "q", "state", "sort"},
		query("/schedules", "sort", "-"):                                                                    {"sort"},
		query("/schedules", "sort", "--name"):                                                               {"sort"},
		query("/schedules", "sort", "id; DROP TABLE schedules"):                                             {"sort"},
		query("/schedules", "sort", "-name", "cursor", byName):                                              {"cursor"},
		query("/schedules", "cursor", byName):                                                               {"cursor"},
		query("/schedules", "cursor", forged("s-1")):                                                        {"cursor"},
		query("/schedules", "cursor", forged("{}")):                                                         {"cursor"},
		query("/schedules", "cursor", forged(`{"id":"a\u0000"}`)):                                           {"cursor"},
		query("/schedules", "sort", "name", "cursor", forged(`{"id":"a","text":"\u0000","sort":"name"}`)):   {"cursor"},
		query("/schedules", "cursor", forged(`{"id":"a","at":"soon"}`)):                                     {"cursor"},
		query("/deliveries", "schedule_id", "\x00", "chat_id", strings.Repeat("x", 201)):                    {"schedule_id", "chat_id"},
		query("/deliveries/counts", "schedule_id", "\xff", "from", "soon", "to", "x"):                       {"schedule_id", "from", "to"},
		query("/chats", "q", "\x00", "access", "pending", "external", "yes"):                                {"q", "access", "external"},
		query("/chats", "cursor", base64.RawURLEncoding.EncodeToString([]byte("/admin/api/v1/chats \x00"))): {"cursor"},
	} {
		if diff := cmp.Diff(wrong, o.get(path).want(http.StatusBadRequest).wrong()); diff != "" {
			t.Errorf("%.100s: %s", path, diff)
		}
	}
	for _, text := range []string{strings.Repeat("长", 200), strings.Repeat(`%_\`, 66), `'; DROP TABLE schedules; --`, "\n\t\u202e", `"`} {
		for _, path := range []string{"/schedules", "/chats"} {
			if items := o.get(query(path, "q", text)).want(http.StatusOK).at("items"); items != "[]" {
				t.Errorf("%s finds %q: %s", path, text, items)
			}
		}
	}
}

// ended has a delivery of the schedule started by hand and ended.
func (o *office) ended(scheduleID string, status scheduler.Status, reason string) string {
	o.t.Helper()
	id := o.send(http.MethodPost, "/schedules/"+scheduleID+"/run", nil).want(http.StatusAccepted).at("id")
	delivery, _, err := o.db.FindDelivery(o.t.Context(), tenantKey, id)
	if err != nil {
		o.t.Fatal(err)
	}
	delivery.Status, delivery.Reason, delivery.FinishedAt = status, reason, now
	if err := o.db.SaveDelivery(o.t.Context(), delivery, nil); err != nil {
		o.t.Fatal(err)
	}
	return id
}

func TestDeliveriesHaveNamesAndWords(t *testing.T) {
	o := newOffice(t)
	o.remember("oc_group", "Board")
	schedule := o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated).at("id")
	id := o.ended(schedule, scheduler.Skipped, "the chat is blocked")
	in := func(path string) answer {
		return o.send(http.MethodGet, path, nil, "Accept-Language", "zh").want(http.StatusOK)
	}
	for name, item := range map[string]func(key string) string{
		"listed": func(key string) string { return in("/deliveries").at("items", "0", key) },
		"one":    func(key string) string { return in("/deliveries/" + id).at(key) },
		"started": func(key string) string {
			return in(query("/deliveries", "schedule_id", schedule, "chat_id", "oc_group", "status", "skipped")).at("items", "0", key)
		},
	} {
		for key, want := range map[string]string{
			"id": id, "chat_name": "Board", "schedule_name": "Weekly digest", "manual": "true", "reason": "the chat is blocked", "reason_text": "会话已被禁用",
		} {
			if got := item(key); got != want {
				t.Errorf("%s: %s is %q, want %q", name, key, got, want)
			}
		}
	}
	last := o.get("/schedules").want(http.StatusOK)
	if last.at("items", "0", "last_delivery", "id") != id || last.at("items", "0", "last_delivery", "reason") != "the chat is blocked" {
		t.Errorf("the newest of the schedule: %s", last.raw)
	}
	retried := o.ended(schedule, scheduler.Failed, "")
	if got := o.send(http.MethodPost, "/deliveries/"+retried+"/retry", nil).want(http.StatusAccepted); got.at("chat_name") != "Board" {
		t.Errorf("retried: %s", got.raw)
	}
	o.send(http.MethodDelete, "/schedules/"+schedule, nil).want(http.StatusNoContent)
	if got := in("/deliveries/" + id); got.at("schedule_name") != "null" || got.at("chat_name") != "Board" {
		t.Errorf("its schedule is gone: %s", got.raw)
	}
}

func TestDeliveryCounts(t *testing.T) {
	o := newOffice(t)
	var schedules []string
	for _, chat := range []string{"oc_1", "oc_2"} {
		schedules = append(schedules, o.send(http.MethodPost, "/schedules", with(weekly(), map[string]any{"chat_id": chat})).at("id"))
	}
	for _, status := range []scheduler.Status{scheduler.Pending, scheduler.Sent, scheduler.Sent, scheduler.Failed, scheduler.Unknown} {
		o.ended(schedules[0], status, "")
	}
	o.ended(schedules[1], scheduler.Skipped, "")
	const since = `"from":"2026-09-22T02:00:00Z"` // a day before now
	for path, want := range map[string]string{
		"/deliveries/counts":                                      `{"failed":1,` + since + `,"pending":1,"sent":2,"skipped":1,"to":null,"total":6,"unknown":1}`,
		query("/deliveries/counts", "chat_id", "oc_2"):            `{"failed":0,` + since + `,"pending":0,"sent":0,"skipped":1,"to":null,"total":1,"unknown":0}`,
		query("/deliveries/counts", "schedule_id", schedules[0]):  `{"failed":1,` + since + `,"pending":1,"sent":2,"skipped":0,"to":null,"total":5,"unknown":1}`,
		query("/deliveries/counts", "to", "2026-09-23T02:00:00Z"): `{"failed":0,` + since + `,"pending":0,"sent":0,"skipped":0,"to":"2026-09-23T02:00:00Z","total":0,"unknown":0}`,
		query("/deliveries/counts", "to", "2026-09-23"):           `{"failed":1,"from":"2026-09-22T16:00:00Z","pending":1,"sent":2,"skipped":1,"to":"2026-09-23T16:00:00Z","total":6,"unknown":1}`, // Shanghai's day
		query("/deliveries/counts", "from", "2026-09-24"):         `{"failed":0,"from":"2026-09-23T16:00:00Z","pending":0,"sent":0,"skipped":0,"to":null,"total":0,"unknown":0}`,
	} {
		if got := o.get(path).want(http.StatusOK).at(); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestChatsAreFound(t *testing.T) {
	o := newOffice(t)
	for _, chat := range []bot.Chat{
		{ChatID: "oc_1", Name: "Sales", Access: bot.AccessAllowed},
		{ChatID: "oc_2", Name: "sales 50%", Access: bot.AccessPending, AccessAskedAt: now, External: true},
		{ChatID: "oc_3", Name: "Board", Access: bot.AccessBlocked, External: true},
		{ChatID: "oc_4", Name: "Guests", Access: bot.AccessPending, External: true},
	} {
		_, err := o.db.ChangeChat(t.Context(), tenantKey, chat.ChatID, nil, func(there *bot.Chat) error {
			chat.TenantKey, chat.State, chat.CreatedAt = there.TenantKey, there.State, there.CreatedAt
			*there = chat
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for path, wanted := range map[string][]string{
		query("/chats", "q", "SALES"):                        {"oc_1", "oc_2"},
		query("/chats", "q", "%"):                            {"oc_2"},
		query("/chats", "access", "waiting"):                 {"oc_2"},
		query("/chats", "access", "allowed"):                 {"oc_1"},
		query("/chats", "access", "blocked"):                 {"oc_3"},
		query("/chats", "external", "false"):                 {"oc_1"},
		query("/chats", "external", "true"):                  {"oc_2", "oc_3", "oc_4"},
		query("/chats", "external", "true", "q", "guest"):    {"oc_4"},
		query("/chats", "access", "waiting", "q", "nowhere"): {},
	} {
		if diff := cmp.Diff(wanted, o.all(path, "chat_id")); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	o.send(http.MethodPost, "/schedules", with(weekly(), map[string]any{"chat_id": "oc_2"})).want(http.StatusCreated)
	waiting := o.get(query("/chats", "access", "waiting")).want(http.StatusOK)
	if waiting.at("items", "0", "schedule_count") != "1" || waiting.at("items", "0", "requested_at") != "2026-09-23T02:00:00Z" {
		t.Errorf("waiting: %s", waiting.raw)
	}
	allowed := o.send(http.MethodPatch, "/chats/oc_2", map[string]any{"access": "allowed"}).want(http.StatusOK)
	if allowed.at("schedule_count") != "1" || allowed.at("access") != "allowed" {
		t.Errorf("allowed: %s", allowed.raw)
	}
}

func TestADisabledScheduleSaysWhyInWords(t *testing.T) {
	o := newOffice(t)
	id := o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated).at("id")
	_, _, err := o.db.ChangeSchedule(t.Context(), tenantKey, id, nil, nil, func(schedule *scheduler.Schedule) error {
		schedule.Enabled, schedule.DisabledReason = false, "the chat is blocked"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/schedules", "/schedules/" + id} {
		shown := o.send(http.MethodGet, path, nil, "Accept-Language", "zh").want(http.StatusOK)
		for _, want := range []string{`"disabled_reason":"the chat is blocked"`, `"disabled_reason_text":"会话已被禁用"`, `"state":"disabled"`} {
			if !strings.Contains(string(shown.raw), want) {
				t.Errorf("%s: %s, want %s", path, shown.raw, want)
			}
		}
	}
}

// TestIDsNoDatabaseHolds: nothing has such an id.
func TestIDsNoDatabaseHolds(t *testing.T) {
	o := newOffice(t)
	for _, path := range []string{"/schedules/%00", "/schedules/a%ffb/runs", "/deliveries/%00", "/chats/%c3%28", "/chats/%00"} {
		o.get(path).want(http.StatusNotFound)
	}
}
