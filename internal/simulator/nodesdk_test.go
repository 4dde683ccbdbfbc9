package simulator

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// nodeSDK installs the official Node.js SDK into a folder of its own, from the
// lock file, and returns the folder.
func nodeSDK(t *testing.T) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Fatal("npm is missing: this test needs Node.js 20 or later with npm; deploy/test-tools.sh installs them")
	}
	folder := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", ".npmrc", "main.mjs"} {
		data, err := os.ReadFile(filepath.Join("testdata", "nodesdk", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	install := exec.CommandContext(t.Context(), npm, "ci", "--prefer-offline")
	install.Dir = folder
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	return folder
}

// node is a running script that tells what happens, a line of JSON each time.
type node struct {
	t     *testing.T
	lines *bufio.Scanner
}

// startNode runs the script; it ends with the test.
func startNode(t *testing.T, folder string, environment ...string) *node {
	t.Helper()
	command := exec.CommandContext(t.Context(), "node", "main.mjs")
	command.Dir, command.Stderr = folder, os.Stderr
	command.Env = append(os.Environ(), environment...)
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		input.Close()
		command.Wait()
	})
	return &node{t: t, lines: bufio.NewScanner(output)}
}

// told is what the script tells next, which must be of a step.
func (n *node) told(step string) any {
	n.t.Helper()
	var line struct {
		Step string `json:"step"`
		Got  any    `json:"got"`
	}
	if !n.lines.Scan() {
		n.t.Fatalf("the script ended before %s: %v", step, n.lines.Err())
	}
	if err := json.Unmarshal(n.lines.Bytes(), &line); err != nil || line.Step != step {
		n.t.Fatalf("the script tells %.500s, want the step %s", n.lines.Text(), step)
	}
	return line.Got
}

// data is what a call of the script was answered, which must be a success.
func (n *node) data(step string) object {
	n.t.Helper()
	got, _ := n.told(step).(object)
	if got["code"] != 0.0 {
		n.t.Errorf("%s: %v", step, got)
	}
	data, _ := got["data"].(object)
	return data
}

func TestOfficialNodeClient(t *testing.T) {
	w := newWorld(t, Options{AppID: "cli_nodesdk"})
	question := w.SendText(GroupID, MemberID, "/report", TextOptions{MentionBot: true})
	w.SetDay("2026-11-24", DayFigures{100, 147680, 2000})
	o := w.Options()
	n := startNode(t, nodeSDK(t),
		"PLATFORM="+w.url, "APP_ID="+o.AppID, "APP_SECRET="+o.AppSecret, "ENCRYPT_KEY="+o.EncryptKey, "VERIFICATION_TOKEN="+o.VerificationToken,
		"GROUP="+GroupID, "QUESTION="+question.MessageID, fmt.Sprint("DAY=", time.Date(2026, 11, 24, 0, 0, 0, 0, shanghai).Unix()))

	card := n.data("create")["message_id"].(string)
	if got := n.data("reply"); got["parent_id"] != question.MessageID {
		t.Errorf("reply %v", got)
	}
	n.data("patch")
	if got := w.FromBot(GroupID)[0]; got.MessageID != card || got.Updates != 1 || got.UUID != "node-1" {
		t.Errorf("card %+v", got)
	}
	if got := n.data("reaction"); got["reaction_type"].(object)["emoji_type"] != "Get" {
		t.Errorf("reaction %v", got)
	}
	if file, _ := w.Uploaded(n.data("file")["file_key"].(string)); file.Name != "rows.csv" || string(file.Content) != "a,b" {
		t.Errorf("file %+v", file)
	}
	if got := n.data("chat"); got["external"] != false || got["owner_id"] != AdminID || got["chat_mode"] != "group" {
		t.Errorf("chat %v", got)
	}
	if got := n.data("chats"); got["has_more"] != true || got["page_token"] == nil || len(got["items"].([]any)) != 1 {
		t.Errorf("chats %v", got)
	}
	want := []any{object{"date": "1795478400", "meeting_count": "100", "meeting_duration": "147680", "participant_count": "2000"}}
	if diff := cmp.Diff(want, n.data("report")["meeting_report"].(object)["daily_report"]); diff != "" {
		t.Error(diff)
	}
	if got := n.told("unknown").(object)["code"]; got != 232006.0 {
		t.Errorf("no such chat: %v, want 232006", got)
	}
	w.nodeEvents(n, card)
}

// nodeEvents has events and a click go to the script.
func (w *world) nodeEvents(n *node, card string) {
	w.t.Helper()
	w.DeliverTo(n.told("listening").(string))
	for _, inClear := range []bool{false, true} {
		if err := w.VerifyURL(inClear); err != nil {
			w.t.Errorf("URL verification, in clear %v: %v", inClear, err)
		}
	}
	w.SendText(GroupID, MemberID, "hello", TextOptions{MentionBot: true})
	want := object{"content": `{"text":"@_user_1 hello"}`, "mentioned": w.BotID(), "sender": MemberID}
	if diff := cmp.Diff(want, n.told("message")); diff != "" {
		w.t.Error(diff)
	}
	w.Rename(GroupID, "Renamed")
	if got := n.told("renamed"); got != "Renamed" {
		w.t.Errorf("renamed %v", got)
	}
	w.Clock().Advance(15 * time.Second) // for the question, which was asked before there was anybody to tell
	n.told("message")
	if err := w.WaitDelivered(w.soon()); err != nil {
		w.t.Fatal(err)
	}
	result, err := w.Click(Click{MessageID: card, OpenID: MemberID, Element: "go"})
	if err != nil || result.Code != 0 || result.Toast.Content != "done" {
		w.t.Errorf("click %+v, %v", result, err)
	}
	if diff := cmp.Diff(any(object{"value": object{"do": "go"}, "operator": MemberID}), n.told("click")); diff != "" {
		w.t.Error(diff)
	}
}
