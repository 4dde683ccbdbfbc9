package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// started runs the command until the test ends and returns what it prints.
func started(t *testing.T, args ...string) (lines *bufio.Scanner, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"--addr=127.0.0.1:0", "--control-addr=localhost:0", "--page-addr=127.0.0.1:0"}, args...), write, io.Discard)
		write.Close()
	}()
	t.Cleanup(cancel)
	return bufio.NewScanner(read), func() int {
		cancel()
		return <-code
	}
}

// fetch gets an address.
func fetch(t *testing.T, address string) (status int, body string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	read, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(read)
}

func TestPrintsWhatAScriptNeeds(t *testing.T) {
	lines, stop := started(t, "--app-id=cli_x", "--event-url=http://127.0.0.1:1/e", "--chats=1000", "--clock-speed=0", "--seed=7")
	got := map[string]string{}
	for len(got) < 11 && lines.Scan() {
		name, value, found := strings.Cut(lines.Text(), "=")
		if !found {
			t.Errorf("line %q", lines.Text())
		}
		got[name] = value
	}
	if got["HUIBAO_FEISHU_APP_ID"] != "cli_x" || got["SIMULATOR_EVENT_URL"] != "http://127.0.0.1:1/e" || got["SIMULATOR_BOT_OPEN_ID"] == "" {
		t.Errorf("printed %v", got)
	}
	if status, _ := fetch(t, got["HUIBAO_FEISHU_BASE_URL"]+"/open-apis/nothing"); status == http.StatusOK {
		t.Errorf("platform: status %d", status)
	}
	if status, page := fetch(t, got["SIMULATOR_PAGE_URL"]+"/"); status != http.StatusOK || !strings.Contains(page, "<html") {
		t.Errorf("page: status %d", status)
	}
	var chats []map[string]any
	_, body := fetch(t, got["SIMULATOR_CONTROL_URL"]+"/chats")
	if err := json.Unmarshal([]byte(body), &chats); err != nil || len(chats) != 1005 || chats[1004]["chat_id"] != "oc_group_01000" {
		t.Errorf("%d chats, %v", len(chats), err)
	}
	_, first := fetch(t, got["SIMULATOR_CONTROL_URL"]+"/clock")
	if _, second := fetch(t, got["SIMULATOR_CONTROL_URL"]+"/clock"); second != first {
		t.Errorf("a clock of speed 0 goes from %s to %s", first, second)
	}
	if code := stop(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

func TestTenantsOfAStoreApp(t *testing.T) {
	lines, stop := started(t, "--print-json", "--app-type=isv", "--tenants=200")
	lines.Scan()
	var got map[string]string
	if err := json.Unmarshal(lines.Bytes(), &got); err != nil || got["app_type"] != "isv" {
		t.Fatalf("%v: %s", err, lines.Text())
	}
	var tenants []map[string]any
	_, body := fetch(t, got["control"]+"/tenants")
	if err := json.Unmarshal([]byte(body), &tenants); err != nil || len(tenants) != 201 {
		t.Fatalf("%d tenants, %v", len(tenants), err)
	}
	if last := tenants[200]; last["tenant_key"] != "tenant_00200" || last["app"].(map[string]any)["not_installed"] != false {
		t.Errorf("the last tenant is %v", last)
	}
	if code := stop(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

func TestPrintsJSON(t *testing.T) {
	lines, stop := started(t, "--print-json", "--unkind", "--unsigned", "--no-limits")
	lines.Scan()
	var got map[string]string
	if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
		t.Fatalf("%v: %s", err, lines.Text())
	}
	for _, key := range []string{"platform", "control", "page", "app_id", "app_secret", "verification_token", "tenant_key", "bot_open_id", "event_url"} {
		if got[key] == "" {
			t.Errorf("no %s in %v", key, got)
		}
	}
	if got["encrypt_key"] != "" {
		t.Errorf("an Encrypt Key although nothing is signed: %v", got)
	}
	if _, limits := fetch(t, got["control"]+"/limits"); !strings.Contains(limits, `"per_second":0`) {
		t.Errorf("limits %s", limits)
	}
	if code := stop(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

func TestLongConnection(t *testing.T) {
	lines, stop := started(t, "--print-json", "--long-connection")
	lines.Scan()
	var got map[string]string
	if err := json.Unmarshal(lines.Bytes(), &got); err != nil || got["events"] != "websocket" {
		t.Errorf("%v: %s", err, lines.Text())
	}
	if _, count := fetch(t, got["control"]+"/connections"); !strings.Contains(count, `"count":0`) {
		t.Errorf("connections %s", count)
	}
	if code := stop(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

// As Lark it says so to huibao.
func TestRunsAsLark(t *testing.T) {
	lines, stop := started(t, "--print-json", "--lark")
	lines.Scan()
	var got map[string]string
	if err := json.Unmarshal(lines.Bytes(), &got); err != nil || got["brand"] != "lark" {
		t.Errorf("brand %q, %v", got["brand"], err)
	}
	if code := stop(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

func TestWrongUsage(t *testing.T) {
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--addr=0.0.0.0:0"}, 2, "no loopback address"},
		{[]string{"--addr=:0"}, 2, "no loopback address"},
		{[]string{"--page-addr=192.0.2.1:0"}, 2, "no loopback address"},
		{[]string{"--control-addr=example.com:80"}, 2, "no loopback address"},
		{[]string{"--addr=127.0.0.1"}, 2, "missing port"},
		{[]string{"--clock-speed=-1"}, 2, "negative"},
		{[]string{"--clock-speed=fast"}, 2, "--help"},
		{[]string{"--app-type=shop"}, 2, "custom or isv"},
		{[]string{"--app-type=isv", "--long-connection"}, 2, "no long connection"},
		{[]string{"--tenants=2"}, 2, "--app-type isv"},
		{[]string{"--colour"}, 2, "--help"},
		{[]string{"now"}, 2, `"now"`},
		{[]string{"--addr=127.0.0.1:99999"}, 1, "99999"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		var stdout, stderr bytes.Buffer
		args := append([]string{"--addr=127.0.0.1:0", "--control-addr=127.0.0.1:0", "--page-addr=127.0.0.1:0"}, test.args...)
		code := run(ctx, args, &stdout, &stderr)
		cancel()
		if code != test.code || !strings.Contains(stderr.String(), test.says) || strings.Count(stderr.String(), "\n") != 1 || stdout.Len() > 0 {
			t.Errorf("%v: exit code %d, %q; want %d and one line with %q", test.args, code, stderr.String(), test.code, test.says)
		}
	}
}

func TestHelp(t *testing.T) {
	var stdout bytes.Buffer
	if code := run(t.Context(), []string{"--help"}, &stdout, io.Discard); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, flag := range []string{"--clock-speed", "--seed", "--unkind", "--chats", "--app-type", "--tenants", "--print-json", "--event-url", "--no-limits"} {
		if !strings.Contains(stdout.String(), flag) {
			t.Errorf("the help does not explain %s", flag)
		}
	}
}
