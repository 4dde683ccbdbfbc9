package admin_test

import (
	"net/http"
	"slices"
	"testing"

	"huibao/reports"
)

func TestBackfills(t *testing.T) {
	o := newOffice(t)
	if got := o.get("/archive/backfills").want(http.StatusOK); got.at("items") != "[]" || got.at("next_cursor") != "null" {
		t.Errorf("none: %s", got.raw)
	}
	asked := o.send(http.MethodPost, "/archive/backfill", map[string]any{"from": "2026-09-01", "to": "2026-09-02", "unit": "jp"}).want(http.StatusAccepted)
	if asked.at("id") != "b-1" || asked.at("from") != "2026-09-01" || asked.at("to") != "2026-09-02" || asked.at("unit") != "jp" {
		t.Errorf("asked: %s", asked.raw)
	}
	o.send(http.MethodPost, "/archive/backfill", map[string]any{"from": "2026-01-01", "to": "2026-01-02"}).want(http.StatusAccepted)
	failed := &o.backfills[1]
	failed.Status, failed.FinishedAt = reports.BackfillFailed, now
	failed.Reason = "The platform only answers for the last 90 days. Choose dates within them."

	first := o.get("/archive/backfills?limit=1").want(http.StatusOK)
	if first.at("items", "0", "id") != "b-2" || first.at("items", "0", "status") != "failed" || first.at("items", "0", "unit") != "null" ||
		first.at("items", "0", "reason_text") != failed.Reason || first.at("items", "0", "finished_at") != "2026-09-23T02:00:00Z" {
		t.Errorf("the newest: %s", first.raw)
	}
	second := o.get("/archive/backfills?limit=1&cursor=" + first.at("next_cursor")).want(http.StatusOK)
	if second.at("items", "0", "id") != "b-1" || second.at("items", "0", "status") != "pending" || second.at("items", "0", "created_by") != "alice" ||
		second.at("items", "0", "days_done") != "0" || second.at("items", "0", "days_total") != "2" ||
		second.at("items", "0", "finished_at") != "null" || second.at("next_cursor") != "null" {
		t.Errorf("the one before: %s", second.raw)
	}
	told := o.send(http.MethodGet, "/archive/backfills", nil, "Accept-Language", "zh-CN").want(http.StatusOK)
	if told.at("items", "0", "reason") != failed.Reason || told.at("items", "0", "reason_text") != "平台只提供最近 90 天的数据，请选择其中的日期。" ||
		told.header.Get("Content-Language") != "zh-CN" || !slices.Contains(told.header.Values("Vary"), "Accept-Language") {
		t.Errorf("in Chinese: %s", told.raw)
	}
}
