package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSettings(t *testing.T) {
	o := newOffice(t)
	want := `{"access":"approval","admins":[],"calendar":"cn","locale":"en_us","timezone":"Asia/Shanghai","top_users":"off","unit":null,"week_start":"monday"}`
	if got := o.get("/settings").want(http.StatusOK).at(); got != want {
		t.Errorf("defaults: %s", got)
	}
	changed := o.send(http.MethodPut, "/settings", map[string]any{"unit": "jp", "admins": []string{"ou_a"}, "access": "open"}).want(http.StatusOK)
	if changed.at("unit") != "jp" || changed.at("access") != "open" || changed.at("timezone") != "Asia/Shanghai" {
		t.Errorf("changed: %s", changed.raw)
	}
	if got := o.get("/settings").at("admins"); got != `["ou_a"]` {
		t.Errorf("admins %s", got)
	}
	bad := o.send(http.MethodPut, "/settings", map[string]any{
		"locale": "x", "timezone": "", "week_start": "friday", "unit": "eu", "access": "all", "calendar": "us", "top_users": "yes", "admins": []string{"oc_1"},
	}).want(http.StatusUnprocessableEntity)
	all := []string{"locale", "timezone", "unit", "week_start", "access", "calendar", "top_users", "admins"}
	if diff := cmp.Diff(all, bad.wrong()); diff != "" {
		t.Error(diff)
	}
}

// A corrected holiday moves the runs that hang on it.
func TestCalendar(t *testing.T) {
	o := newOffice(t)
	year := o.get("/calendar/2026").want(http.StatusOK)
	if !strings.Contains(string(year.raw), `{"date":"2026-10-01","workday":false,"name":"国庆节"}`) || year.at("known") != "true" {
		t.Errorf("shipped: %.300s", year.raw)
	}
	if o.get("/calendar/2031").want(http.StatusOK).at("known") != "false" {
		t.Error("2031 is known")
	}
	id := o.send(http.MethodPost, "/schedules", with(weekly(), map[string]any{"cron": "0 9 28 9 *"})).at("id")
	put := map[string]any{"year": 2026, "days": []any{map[string]any{"date": "2026-09-28", "workday": false, "name": "Founders' day"}}}
	o.send(http.MethodPut, "/calendar/2026", put).want(http.StatusOK)
	if got := o.get("/schedules/" + id).at("next_run_at"); got != "2027-09-28T09:00:00+08:00" {
		t.Errorf("next run %s", got)
	}
	corrected := o.get("/calendar/2026").want(http.StatusOK)
	if corrected.at("days", "1") != "(none)" || corrected.at("shipped") != year.at("days") || corrected.at("shipped_known") != "true" {
		t.Errorf("corrected: %.300s", corrected.raw)
	}
	o.send(http.MethodPut, "/calendar/2026", year.body()).want(http.StatusOK)
	if got := o.get("/schedules/" + id).at("next_run_at"); got != "2026-09-28T09:00:00+08:00" {
		t.Errorf("next run %s", got)
	}
	off := func(date string) map[string]any { return map[string]any{"date": date, "workday": false} }
	bad := o.send(http.MethodPut, "/calendar/2026", map[string]any{"year": 2025, "days": []any{
		off("2026-13-01"), off("2025-10-01"), off("2026-10-01"), off("2026-10-01"), map[string]any{"date": "2026-10-02"},
	}}).want(http.StatusUnprocessableEntity)
	if diff := cmp.Diff([]string{"year", "days[0].date", "days[1].date", "days[3].date", "days[4].workday"}, bad.wrong()); diff != "" {
		t.Error(diff)
	}
	o.send(http.MethodPut, "/calendar/2026", map[string]any{}).want(http.StatusUnprocessableEntity)
	o.get("/calendar/next").want(http.StatusNotFound)
}

// What ships is told apart from what an admin made of it.
func TestShippedCalendar(t *testing.T) {
	o := newOffice(t)
	o.send(http.MethodPut, "/calendar/2031", map[string]any{"days": []any{map[string]any{"date": "2031-01-01", "workday": false}}}).want(http.StatusOK)
	if got := o.get("/calendar/2031").want(http.StatusOK); got.at("known") != "true" || got.at("shipped_known") != "false" || got.at("shipped") != "[]" {
		t.Errorf("a year that did not ship: %s", got.raw)
	}
	o.send(http.MethodPut, "/settings", map[string]any{"calendar": "weekdays"}).want(http.StatusOK)
	if got := o.get("/calendar/2026").want(http.StatusOK); got.at("known") != "true" || got.at("shipped_known") != "false" || got.at("shipped") != "[]" {
		t.Errorf("weekdays: %s", got.raw)
	}
}

func TestChats(t *testing.T) {
	o := newOffice(t)
	allowed := o.send(http.MethodPatch, "/chats/oc_new", map[string]any{"access": "allowed", "locale": "zh_cn"}).want(http.StatusOK)
	if allowed.at("access") != "allowed" || allowed.at("name") != "New <b>team</b>" || allowed.at("external") != "false" {
		t.Errorf("allowed: %s", allowed.raw)
	}
	back := o.send(http.MethodPatch, "/chats/oc_new", map[string]any{"locale": nil}).want(http.StatusOK)
	if back.at("locale") != "null" || back.at("access") != "allowed" {
		t.Errorf("back to the default: %s", back.raw)
	}
	if got := o.get("/chats").want(http.StatusOK).at("items", "0", "chat_id"); got != "oc_new" {
		t.Errorf("listed %s", got)
	}
	o.send(http.MethodPatch, "/chats/oc_hidden", map[string]any{"access": "allowed"}).want(http.StatusNotFound)
	mistyped := o.send(http.MethodPatch, "/chats/oc_new", map[string]any{"access": 5, "locale": 6, "unit": "x"}).want(http.StatusUnprocessableEntity)
	if diff := cmp.Diff([]string{"access", "locale", "unit"}, mistyped.wrong()); diff != "" {
		t.Error(diff)
	}
	bad := o.send(http.MethodPatch, "/chats/oc_new", map[string]any{"access": "maybe", "timezone": "x", "unit": "x", "locale": "x"}).want(http.StatusUnprocessableEntity)
	if diff := cmp.Diff([]string{"access", "locale", "timezone", "unit"}, bad.wrong()); diff != "" {
		t.Error(diff)
	}
}

func TestReportsArchiveStatusUsage(t *testing.T) {
	o := newOffice(t)
	daily := o.get("/reports/daily?from=2026-09-14&to=2026-09-16&unit=cn").want(http.StatusOK)
	want := `{"as_of":null,"days":[],"from":"2026-09-14","missing":["2026-09-14","2026-09-15","2026-09-16"],"timezone":"Asia/Shanghai","to":"2026-09-16","totals":null,"unit":"cn"}`
	if daily.at() != want {
		t.Errorf("daily: %s", daily.raw)
	}
	csv := o.get("/reports/daily?period=yesterday&format=csv").want(http.StatusOK)
	if !strings.Contains(string(csv.raw), "2026-09-22") || !strings.Contains(csv.header.Get("Content-Disposition"), ".csv") {
		t.Errorf("csv: %s", csv.raw)
	}
	if xlsx := o.get("/reports/daily?format=xlsx").want(http.StatusOK); !strings.HasPrefix(string(xlsx.raw), "PK") {
		t.Error("no spreadsheet")
	}
	for query, wrong := range map[string][]string{
		"period=7d&from=2026-09-14&to=2026-09-16": {"period"}, "to=2026-09-16": {"from"}, "from=2026-09-14": {"to"},
		"from=x&to=y": {"from", "to"}, "from=2026-09-16&to=2026-09-14": {"from"},
	} {
		if diff := cmp.Diff(wrong, o.get("/reports/daily?"+query).want(http.StatusUnprocessableEntity).wrong()); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	bad := o.get("/reports/daily?period=tomorow&unit=eu&format=pdf").want(http.StatusUnprocessableEntity)
	if diff := cmp.Diff([]string{"format", "unit", "period"}, bad.wrong()); diff != "" {
		t.Error(diff)
	}
	if got := o.get("/archive").want(http.StatusOK).at("items", "1", "unit"); got != "cn" {
		t.Errorf("second unit %s", got)
	}
	o.send(http.MethodPost, "/archive/backfill", map[string]any{"from": "2026-09-01", "to": "2026-09-02"}).want(http.StatusAccepted)
	o.send(http.MethodPost, "/archive/backfill", nil).want(http.StatusAccepted)
	o.send(http.MethodPost, "/archive/backfill", map[string]any{"from": "2026-09-02", "to": "2026-09-01"}).want(http.StatusUnprocessableEntity)
	if len(o.backfills) != 2 || o.backfills[0].Days.From.String() != "2026-09-01" || o.backfills[1].Days.To.String() != "2026-09-22" {
		t.Errorf("backfilled %v", o.backfills)
	}
	o.get("/status").want(http.StatusOK)
	// 22 days and 10 hours of 30 days are over: 220 × 720 / 538 is 294.4.
	usage := o.get("/usage").want(http.StatusOK)
	if usage.at("items", "1", "forecast") != "294" || usage.at("total", "calls") != "264" || usage.at("month") != "2026-09" {
		t.Errorf("usage: %s", usage.raw)
	}
}
