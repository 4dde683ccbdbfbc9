package admin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/scheduler"
)

func TestScheduleLifeCycle(t *testing.T) {
	o := newOffice(t)
	made := o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated)
	id := made.at("id")
	if made.header.Get("Location") != "/admin/api/v1/schedules/"+id {
		t.Errorf("Location %q", made.header.Get("Location"))
	}
	for key, want := range map[string]string{
		"tenant_key": tenantKey, "timezone": "Asia/Shanghai", "locale": "en_us", "compare": "previous", "unit": "null",
		"enabled": "true", "paused_until": "null", "created_by": "alice", "last_delivery": "null", "number": "1",
		"next_run_at": "2026-09-28T09:00:00+08:00",
	} {
		if got := made.at(key); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	changed := o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"paused_until": "2026-09-30", "unit": "sg", "title": "x"}).want(http.StatusOK)
	// 5 October is in the holiday, so the next Monday that is worked is the 12th.
	if changed.at("next_run_at") != "2026-10-12T09:00:00+08:00" || changed.at("name") != "Weekly digest" || changed.at("unit") != "sg" {
		t.Errorf("patched: %s", changed.raw)
	}
	back := o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"paused_until": nil, "unit": nil}).want(http.StatusOK)
	if back.at("paused_until") != "null" || back.at("unit") != "null" || back.at("next_run_at") != "2026-09-28T09:00:00+08:00" {
		t.Errorf("patched back: %s", back.raw)
	}
	off := o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"enabled": false}).want(http.StatusOK)
	if off.at("next_run_at") != "null" || off.at("enabled") != "false" {
		t.Errorf("switched off: %s", off.raw)
	}
	// What was read can be sent back.
	o.send(http.MethodPatch, "/schedules/"+id, o.get("/schedules/"+id).want(http.StatusOK).body()).want(http.StatusOK)
	o.send(http.MethodDelete, "/schedules/"+id, nil).want(http.StatusNoContent)
	o.get("/schedules/" + id).want(http.StatusNotFound)
	o.send(http.MethodDelete, "/schedules/"+id, nil).want(http.StatusNotFound)
	o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"name": "x"}).want(http.StatusNotFound)
}

func TestEveryWrongFieldIsNamed(t *testing.T) {
	o := newOffice(t)
	for name, c := range map[string]struct {
		body   any
		status int
		wrong  []string
	}{
		"all at once": {map[string]any{
			"cron": "@weekly", "on": "sometimes", "timezone": "Mars/Olympus", "period": "tomorow", "compare": "x", "unit": "eu",
			"locale": "tlh", "name": strings.Repeat("长", 201), "paused_until": "2026-02-30",
		}, 422, []string{"chat_id", "compare", "cron", "locale", "name", "on", "paused_until", "period", "timezone", "unit"}},
		"never comes":        {with(weekly(), map[string]any{"cron": "0 9 30 2 *"}), 422, []string{"cron"}},
		"never on a workday": {with(weekly(), map[string]any{"cron": "0 9 1 10 *"}), 201, nil}, // it is one in years without a table
		"an unknown field":   {with(weekly(), map[string]any{"colour": "red"}), 422, []string{"colour"}},
		"a wrong type":       {with(weekly(), map[string]any{"cron": 9}), 422, []string{"cron"}},
		"wrong types and values": {with(weekly(), map[string]any{"cron": 9, "name": false, "period": "tomorow", "colour": "red", "enabled": "yes"}),
			422, []string{"colour", "cron", "enabled", "name", "period"}},
		"a future period":          {with(weekly(), map[string]any{"period": "2027"}), 422, []string{"period"}},
		"no JSON":                  {"cron=0 9 * * 1", 400, nil},
		"no object":                {"[]", 400, nil},
		"null":                     {"null", 400, nil},
		"something behind":         {`{"chat_id":"oc_1","cron":"0 9 * * 1"} {}`, 400, nil},
		"nothing":                  {"", 400, nil},
		"more than can be read":    {`{"note":"` + strings.Repeat("x", 1<<20) + `"}`, 413, nil},
		"a name of 200 characters": {with(weekly(), map[string]any{"name": strings.Repeat("长", 200)}), 201, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := o.send(http.MethodPost, "/schedules", c.body)
			if got.status != c.status {
				t.Fatalf("status %d, want %d: %s", got.status, c.status, got.raw)
			}
			if c.wrong != nil {
				if diff := cmp.Diff(c.wrong, got.wrong()); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// The National Day of 2026: 1 to 7 October off, 10 October worked.
func TestRunsWithReasons(t *testing.T) {
	o := newOffice(t)
	want := `[{"at":"2026-09-28T09:00:00+08:00","calendar_known":true,"reason":"scheduled","runs":true},` +
		`{"at":"2026-10-05T09:00:00+08:00","calendar_known":true,"reason":"holiday","runs":false},` +
		`{"at":"2026-10-12T09:00:00+08:00","calendar_known":true,"reason":"scheduled","runs":true}]`
	id := o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated).at("id")
	if got := o.get("/schedules/" + id + "/runs?count=3").want(http.StatusOK).at("items"); got != want {
		t.Errorf("stored: %s", got)
	}
	if got := o.send(http.MethodPost, "/schedules/preview-runs?count=3&from=2026-09-28", weekly()).want(http.StatusOK).at("items"); got != want {
		t.Errorf("not stored: %s", got)
	}
	past := o.get("/schedules/" + id + "/runs?count=1&from=2025-10-01").want(http.StatusOK)
	if past.at("items", "0", "at") != "2025-10-06T09:00:00+08:00" || past.at("items", "0", "reason") != "holiday" {
		t.Errorf("in the past: %s", past.raw)
	}
	unknown := o.get("/schedules/" + id + "/runs?count=1&from=2031-01-01").want(http.StatusOK)
	if unknown.at("items", "0", "calendar_known") != "false" {
		t.Errorf("a year without a table: %s", unknown.raw)
	}
	o.get("/schedules/" + id + "/runs?count=0").want(http.StatusBadRequest)
	o.get("/schedules/" + id + "/runs?from=soon").want(http.StatusBadRequest)
	o.get("/schedules/none/runs").want(http.StatusNotFound)
	o.send(http.MethodPost, "/schedules/preview-runs", map[string]any{"cron": "x"}).want(http.StatusUnprocessableEntity)
}

func TestPreview(t *testing.T) {
	o := newOffice(t)
	card := o.send(http.MethodPost, "/preview", weekly()).want(http.StatusOK)
	if card.at("schema") != "2.0" || len(o.posted) != 0 {
		t.Errorf("%d posted, card %.100s", len(o.posted), card.raw)
	}
	o.send(http.MethodPost, "/preview", with(weekly(), map[string]any{"send_to": "ou_alice"})).want(http.StatusOK)
	if len(o.posted) != 1 || o.posted[0].ChatID != "ou_alice" || o.posted[0].Rungs[0].Body != string(card.raw) {
		t.Errorf("posted %+v", o.posted)
	}
	o.send(http.MethodPost, "/preview", with(weekly(), map[string]any{"send_to": "oc_group"})).want(http.StatusUnprocessableEntity)
	if page := o.get("/schedules"); page.at("items") != "[]" {
		t.Errorf("a preview was stored: %s", page.raw)
	}
}

func TestRunNowAndRetry(t *testing.T) {
	o := newOffice(t)
	id := o.send(http.MethodPost, "/schedules", weekly()).at("id")
	first := o.send(http.MethodPost, "/schedules/"+id+"/run", nil, "Idempotency-Key", "k1").want(http.StatusAccepted)
	again := o.send(http.MethodPost, "/schedules/"+id+"/run", nil, "Idempotency-Key", "k1").want(http.StatusAccepted)
	other := o.send(http.MethodPost, "/schedules/"+id+"/run", nil, "Idempotency-Key", "k2").want(http.StatusAccepted)
	if first.at("id") != again.at("id") || first.at("id") == other.at("id") || first.at("status") != "pending" {
		t.Errorf("%s, again %s, other %s", first.raw, again.raw, other.raw)
	}
	o.send(http.MethodPost, "/schedules/none/run", nil).want(http.StatusNotFound)
	delivery := first.at("id")
	o.send(http.MethodPost, "/deliveries/"+delivery+"/retry", nil).want(http.StatusConflict)
	o.send(http.MethodPost, "/deliveries/none/retry", nil).want(http.StatusNotFound)
	for _, status := range []scheduler.Status{scheduler.Failed, scheduler.Unknown} {
		stored, _, err := o.db.FindDelivery(t.Context(), tenantKey, delivery)
		if err != nil {
			t.Fatal(err)
		}
		stored.Status, stored.FinishedAt, stored.Reason = status, now, "because"
		if err := o.db.SaveDelivery(t.Context(), stored, nil); err != nil {
			t.Fatal(err)
		}
		retried := o.send(http.MethodPost, "/deliveries/"+delivery+"/retry", nil).want(http.StatusAccepted)
		if retried.at("status") != "pending" || retried.at("reason") != "" || retried.at("finished_at") != "null" {
			t.Errorf("retried: %s", retried.raw)
		}
	}
	digest := scheduler.Digest{Card: `{"schema":"2.0"}`, Figures: `{"from":"2026-09-14","to":"2026-09-20","timezone":"UTC","unit":null,"as_of":null,"totals":null,"days":[],"missing":[]}`}
	if err := o.db.KeepDigest(t.Context(), tenantKey, delivery, digest); err != nil {
		t.Fatal(err)
	}
	shown := o.get("/deliveries/" + delivery).want(http.StatusOK)
	if shown.at("card", "schema") != "2.0" || shown.at("figures", "from") != "2026-09-14" {
		t.Errorf("shown again: %s", shown.raw)
	}
	if o.get("/deliveries/"+other.at("id")).want(http.StatusOK).at("card") != "null" {
		t.Error("a card nobody made")
	}
	o.get("/deliveries/none").want(http.StatusNotFound)
}

func TestListsInParts(t *testing.T) {
	o := newOffice(t)
	var made []string
	for range 5 {
		made = append(made, o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated).at("id"))
	}
	var seen []string
	for path := "/schedules?limit=2"; path != ""; {
		part := o.get(path).want(http.StatusOK)
		for _, item := range part.body().(map[string]any)["items"].([]any) {
			seen = append(seen, item.(map[string]any)["id"].(string))
		}
		cursor := part.at("next_cursor")
		if path = ""; cursor != "null" {
			path = "/schedules?limit=2&cursor=" + cursor
		}
	}
	if diff := cmp.Diff(made, seen); diff != "" {
		t.Error(diff)
	}
	elsewhere := o.get("/schedules?limit=1").at("next_cursor")
	for _, path := range []string{
		"/schedules?cursor=garbage", "/schedules?cursor=" + elsewhere[:10], "/chats?cursor=" + elsewhere, "/deliveries?cursor=" + elsewhere,
	} {
		if diff := cmp.Diff([]string{"cursor"}, o.get(path).want(http.StatusBadRequest).wrong()); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	all := o.get("/deliveries?status=lost&from=x&to=y&limit=0&cursor=z").want(http.StatusBadRequest)
	if diff := cmp.Diff([]string{"limit", "cursor", "status", "from", "to"}, all.wrong()); diff != "" {
		t.Error(diff)
	}
	for _, path := range []string{"/schedules?limit=x", "/schedules?limit=0", "/schedules?cursor=%21", "/deliveries?from=x", "/audit?cursor=eA"} {
		if got := o.get(path); got.status != http.StatusBadRequest {
			t.Errorf("%s: status %d", path, got.status)
		}
	}
	o.get("/deliveries?status=lost").want(http.StatusBadRequest)
	o.get("/deliveries?status=sent&from=2026-01-01&to=" + now.Add(time.Hour).Format(time.DateOnly)).want(http.StatusOK)
}

// A null is what a schedule has that leaves the field out.
func TestPatchWithNull(t *testing.T) {
	o := newOffice(t)
	id := o.send(http.MethodPost, "/schedules", with(weekly(), map[string]any{"title": "Numbers", "on": "workdays"})).at("id")
	changed := o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"title": nil, "on": nil}).want(http.StatusOK)
	if changed.at("title") != "" || changed.at("on") != "every_day" {
		t.Errorf("title and filter are not the defaults: %s", changed.raw)
	}
	o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"cron": nil, "chat_id": nil}).want(http.StatusUnprocessableEntity)
}

// A change is dated.
func TestPatchIsDated(t *testing.T) {
	o := newOffice(t)
	made, _ := o.send(http.MethodPost, "/schedules", weekly()).body().(map[string]any)
	id, _ := made["id"].(string)
	changed, _ := o.send(http.MethodPatch, "/schedules/"+id, map[string]any{"name": "another"}).body().(map[string]any)
	if changed["name"] != "another" || changed["updated_at"] == nil {
		t.Errorf("the schedule is %v", changed)
	}
}

// Texts that no database of ours can hold are refused, each by its name.
func TestUnstorable(t *testing.T) {
	o := newOffice(t)
	bad := map[string]any{"name": "a\x00b", "title": "\x00", "note": "\x00", "chat_id": "oc_\x00"}
	refused := o.send(http.MethodPost, "/schedules", with(weekly(), bad)).want(http.StatusUnprocessableEntity)
	if diff := cmp.Diff([]string{"chat_id", "name", "note", "title"}, refused.wrong()); diff != "" {
		t.Error(diff)
	}
	id := o.send(http.MethodPost, "/schedules", weekly()).want(http.StatusCreated).at("id")
	for _, key := range []string{"\xff", strings.Repeat("k", 201)} {
		o.send(http.MethodPost, "/schedules/"+id+"/run", nil, "Idempotency-Key", key).want(http.StatusBadRequest)
	}
	o.get("/schedules?tenant_key=%00").want(http.StatusNotFound)
}
