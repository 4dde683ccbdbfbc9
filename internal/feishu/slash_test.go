package feishu

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"huibao/internal/fault"
)

// words is a command that says the text in English.
func words(name, text string) SlashCommand {
	return SlashCommand{Name: name, Description: text, Descriptions: map[string]string{"en_us": text, "ja_jp": name}}
}

// Commands are created, described and deleted, and the list says so.
func TestSlashCommands(t *testing.T) {
	_, c := newSimulated(t, nil)
	list := func() []SlashCommand {
		t.Helper()
		commands, err := c.ListSlashCommands(t.Context(), "tenant")
		if err != nil {
			t.Fatal(err)
		}
		return commands
	}
	want := func(commands ...SlashCommand) {
		t.Helper()
		if diff := cmp.Diff(commands, list(), cmpopts.IgnoreFields(SlashCommand{}, "ID"), cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
	want()
	for _, command := range []SlashCommand{words("help", "Help"), words("report", "Meetings")} {
		if err := c.CreateSlashCommand(t.Context(), "tenant", command); err != nil {
			t.Fatal(err)
		}
	}
	want(words("report", "Meetings"), words("help", "Help")) // the newest first
	if err := c.CreateSlashCommand(t.Context(), "tenant", words("help", "Again")); !SlashTaken(err) {
		t.Errorf("a name that is there: %v", err)
	}
	changed := words("report", "How we meet")
	changed.ID = list()[0].ID
	if err := c.DescribeSlashCommand(t.Context(), "tenant", changed); err != nil {
		t.Error(err)
	}
	want(words("report", "How we meet"), words("help", "Help"))
	if err := c.DeleteSlashCommand(t.Context(), "tenant", changed.ID); err != nil {
		t.Error(err)
	}
	want(words("help", "Help"))
	if err := c.DeleteSlashCommand(t.Context(), "tenant", changed.ID); err == nil || SlashTaken(err) {
		t.Errorf("deleted twice: %v", err)
	}
}

func TestSlashCommandsThatAreTheSame(t *testing.T) {
	known := words("help", "Help")
	known.ID = "cmd_1"
	for name, other := range map[string]SlashCommand{
		"name": words("helper", "Help"), "description": {Name: "help", Description: "help", Descriptions: known.Descriptions},
		"languages": {Name: "help", Description: "Help", Descriptions: map[string]string{"en_us": "Help"}},
	} {
		if known.Same(other) {
			t.Errorf("another %s is the same", name)
		}
	}
	if !known.Same(words("help", "Help")) {
		t.Error("only the ID differs")
	}
}

// A list that cannot be read is none without commands.
func TestSlashCommandsUntold(t *testing.T) {
	for _, body := range []string{`{"code":0}`, `{"code":0,"data":null}`, `{"code":0,"data":[]}`, `{"code":0,"data":{"items":{}}}`} {
		p := newPlatform(t, always(http.StatusOK, body))
		if commands, err := newTestClient(t, p.URL, nil).ListSlashCommands(t.Context(), "tenant"); err == nil {
			t.Errorf("%s is %v", body, commands)
		}
	}
}

// A missing permission is named, even where the platform does not.
func TestSlashScopes(t *testing.T) {
	for _, code := range []int{99991672, 99991640} {
		p := newPlatform(t, always(http.StatusBadRequest, refusal(strconv.Itoa(code))))
		c := newTestClient(t, p.URL, nil)
		_, read := c.ListSlashCommands(t.Context(), "tenant")
		for suffix, err := range map[string]error{
			"read": read, "write": c.CreateSlashCommand(t.Context(), "tenant", words("help", "Help")),
		} {
			f := fault.As(err)
			if f == nil || f.Kind != fault.Permission || !strings.HasSuffix(f.Args["scope"], "app_slash_command:"+suffix) {
				t.Errorf("%d, %s: %v", code, suffix, err)
			}
		}
	}
}
