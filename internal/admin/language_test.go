package admin_test

import (
	"net/http"
	"slices"
	"testing"
)

// Words come in the language asked for; what holds none does not depend on it.
func TestLanguages(t *testing.T) {
	o := newOffice(t)
	daily := func() map[string]any { return with(weekly(), map[string]any{"cron": "0 9 * * *"}) }
	id := o.send(http.MethodPost, "/schedules", daily()).want(http.StatusCreated).at("id")
	for accepted, want := range map[string]struct{ tag, when, wrong string }{
		"":                  {"en-US", "Every workday at 09:00", "A whole number from 1 to 200."},
		"fr, ja;q=0.1":      {"ja-JP", "毎営業日 09:00", "1 から 200 までの整数を指定してください。"},
		"zh-TW,zh;q=0.9":    {"zh-CN", "每个工作日 09:00", "应为 1 到 200 的整数。"},
		"<script>, \xff en": {"en-US", "Every workday at 09:00", "A whole number from 1 to 200."},
	} {
		in := func(method, path string, body any) answer {
			t.Helper()
			got := o.send(method, path, body, "Accept-Language", accepted)
			if got.header.Get("Content-Language") != want.tag || !slices.Contains(got.header.Values("Vary"), "Accept-Language") {
				t.Errorf("%q %s: headers %v", accepted, path, got.header)
			}
			return got
		}
		runs := in(http.MethodGet, "/schedules/"+id+"/runs", nil).want(http.StatusOK)
		preview := in(http.MethodPost, "/schedules/preview-runs", daily()).want(http.StatusOK)
		if runs.at("when") != want.when || preview.at("when") != want.when {
			t.Errorf("%q: %s and %s", accepted, runs.at("when"), preview.at("when"))
		}
		bad := in(http.MethodGet, "/audit?limit=0", nil).want(http.StatusBadRequest)
		if got := bad.at("errors", "0", "message"); got != want.wrong || bad.at("title") != "Bad Request" {
			t.Errorf("%q: %s", accepted, bad.raw)
		}
	}
	if got := o.send(http.MethodGet, "/settings", nil, "Accept-Language", "ja").want(http.StatusOK); slices.Contains(got.header.Values("Vary"), "Accept-Language") {
		t.Errorf("settings depend on the language: %v", got.header)
	}
}
