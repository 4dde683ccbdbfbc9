package app

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"

	"huibao/bot"
	"huibao/internal/feishu"
	"huibao/internal/simulator"
	"huibao/templates"
)

// platformOf returns a simulated platform and a client of it.
func platformOf(t *testing.T) (*simulator.Server, *feishu.Client) {
	t.Helper()
	s := simulator.New(simulator.Options{AppID: "cli_1", AppSecret: "secret"})
	server := httptest.NewServer(s.Platform())
	transport := &http.Transport{}
	t.Cleanup(server.Close)
	t.Cleanup(s.Stop)
	t.Cleanup(transport.CloseIdleConnections)
	logger, _ := logtest.NewNullLogger()
	client, err := feishu.NewClient(feishu.ClientOptions{
		BaseURL: server.URL, AppID: "cli_1", AppSecret: "secret", ReportRate: 1, Registry: prometheus.NewRegistry(),
		Log: logrus.NewEntry(logger), Over: transport, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, client
}

// panelOf returns a panel of the commands that hurries, and its log.
func panelOf(client *feishu.Client, commands ...feishu.SlashCommand) (*slashPanel, *logtest.Hook) {
	logger, lines := logtest.NewNullLogger()
	return &slashPanel{platform: client, log: logrus.NewEntry(logger), wanted: commands, first: time.Millisecond}, lines
}

// saying is a command that says the text.
func saying(name, text string) feishu.SlashCommand {
	return feishu.SlashCommand{Name: name, Description: text, Descriptions: map[string]string{"en_us": text}}
}

// kept keeps the panel once.
func kept(t *testing.T, p *slashPanel) {
	t.Helper()
	if err := p.run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// wantPanel compares the panel with what is wanted, from the top down.
func wantPanel(t *testing.T, client *feishu.Client, want ...feishu.SlashCommand) {
	t.Helper()
	got, err := client.ListSlashCommands(t.Context(), "tenant")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(feishu.SlashCommand{}, "ID")); diff != "" {
		t.Error(diff)
	}
}

// warnings are the lines of the log that warn.
func warnings(lines *logtest.Hook) []string {
	var found []string
	for _, line := range lines.AllEntries() {
		if line.Level <= logrus.WarnLevel {
			found = append(found, fmt.Sprintf("%s %v", line.Message, line.Data))
		}
	}
	return found
}

// changes counts the calls that change the panel.
func changes(s *simulator.Server) int {
	return s.Calls("slash_create") + s.Calls("slash_update") + s.Calls("slash_delete")
}

// The panel shows the table of commands in its order and in every language, and
// a second start changes nothing.
func TestPanelShowsTheTable(t *testing.T) {
	s, client := platformOf(t)
	logger, _ := logtest.NewNullLogger()
	p := newSlashPanel(client, "tenant", templates.Chinese, logrus.NewEntry(logger))
	p.apart = 0
	kept(t, p)
	commands, err := client.ListSlashCommands(t.Context(), "tenant")
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(commands))
	for _, command := range commands {
		names = append(names, command.Name)
		if len(command.Descriptions) != 3 || command.Description != command.Descriptions["zh_cn"] || command.Descriptions["en_us"] == command.Descriptions["ja_jp"] {
			t.Errorf("%s says %q and %q", command.Name, command.Description, command.Descriptions)
		}
	}
	table := make([]string, 0, len(names))
	for _, command := range bot.Table() {
		table = append(table, command.Name)
	}
	if !slices.Contains(names, "report") || !slices.Equal(names, table) {
		t.Errorf("the panel lists %q, want %q", names, table)
	}
	before := changes(s)
	kept(t, newSlashPanel(client, "tenant", templates.Chinese, logrus.NewEntry(logger)))
	if after := changes(s); before != len(table) || after != before {
		t.Errorf("%d calls at the first start, %d at the second; want %d and none", before, after-before, len(table))
	}
}

// What differs is corrected, what is retired deleted, and what others made left
// alone.
func TestPanelIsCorrected(t *testing.T) {
	s, client := platformOf(t)
	for _, command := range []feishu.SlashCommand{
		saying("digest", "retired"), saying("theirs", "of somebody else"), saying("help", "Help"), saying("report", "old"),
	} {
		if err := client.CreateSlashCommand(t.Context(), "tenant", command); err != nil {
			t.Fatal(err)
		}
	}
	made := changes(s)
	p, lines := panelOf(client, saying("top", "new"), saying("report", "Meetings"), saying("help", "Help"))
	p.retired = []string{"digest", "never there"}
	kept(t, p)
	wantPanel(t, client, saying("top", "new"), saying("report", "Meetings"), saying("help", "Help"), saying("theirs", "of somebody else"))
	if calls := changes(s) - made; calls != 3 {
		t.Errorf("%d changes, want one created, one corrected and one deleted", calls)
	}
	kept(t, p)
	if calls := changes(s) - made; calls != 3 || len(warnings(lines)) != 0 {
		t.Errorf("%d changes after the second time, warnings %q", calls, warnings(lines))
	}
}

// A missing permission is one line that names it, until it is granted.
func TestPanelWithoutPermission(t *testing.T) {
	for _, scope := range []string{"application:app_slash_command:read", "application:app_slash_command:write"} {
		s, client := platformOf(t)
		s.WithholdScope(scope, true)
		p, lines := panelOf(client, saying("report", "Meetings"))
		kept(t, p)
		kept(t, p)
		if got := warnings(lines); len(got) != 1 || !strings.Contains(got[0], slashScopes) {
			t.Errorf("without %s: %q", scope, got)
		}
		s.WithholdScope(scope, false)
		kept(t, p)
		wantPanel(t, client, saying("report", "Meetings"))
		if got := warnings(lines); len(got) != 1 {
			t.Errorf("with %s again: %q", scope, got)
		}
	}
}

// A platform that is unwell is asked again.
func TestPanelWaitsForThePlatform(t *testing.T) {
	s, client := platformOf(t)
	s.SetFault(simulator.Fault{Endpoint: "slash_list", Times: 2, Status: http.StatusBadGateway, HTML: true})
	s.SetFault(simulator.Fault{Endpoint: "slash_create", Times: 1, Cut: true}) // it was created all the same
	p, lines := panelOf(client, saying("report", "Meetings"), saying("help", "Help"))
	kept(t, p)
	wantPanel(t, client, saying("report", "Meetings"), saying("help", "Help"))
	if got := warnings(lines); len(got) != 0 {
		t.Errorf("warnings %q", got)
	}
}

// The end of the service ends the waiting, without a word.
func TestPanelEndsWithTheService(t *testing.T) {
	s, client := platformOf(t)
	s.SetFault(simulator.Fault{Endpoint: "slash_list", Status: http.StatusServiceUnavailable})
	p, lines := panelOf(client, saying("report", "Meetings"))
	p.first = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- p.run(ctx) }()
	if err := s.Wait(t.Context(), func() bool { return s.Calls("slash_list") > 0 }); err != nil {
		t.Fatal(err)
	}
	kept(t, p) // it is being kept already
	cancel()
	if err := <-ended; err == nil || len(warnings(lines)) != 0 {
		t.Errorf("it ended with %v, warnings %q", err, warnings(lines))
	}
}

// Two processes that find the panel empty at the same time end with one panel,
// that of whoever is second.
func TestPanelOfTwoProcesses(t *testing.T) {
	s, client := platformOf(t)
	held := s.SetFault(simulator.Fault{Endpoint: "slash_list", Times: 1, Hold: true})
	second, lines := panelOf(client, saying("report", "newer"), saying("help", "Help"))
	ended := make(chan error)
	go func() { ended <- second.run(t.Context()) }()
	if err := s.WaitHeld(t.Context(), held); err != nil {
		t.Fatal(err)
	}
	first, _ := panelOf(client, saying("report", "older"), saying("help", "Help"))
	kept(t, first)
	s.Release(held)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	wantPanel(t, client, saying("report", "newer"), saying("help", "Help"))
	if got := warnings(lines); len(got) != 0 || s.Calls("slash_update") != 1 {
		t.Errorf("%d corrections, warnings %q", s.Calls("slash_update"), got)
	}
}

// In a panel that is full nothing of others is touched, and one line says so.
func TestPanelThatIsFull(t *testing.T) {
	s, client := platformOf(t)
	for i := range 100 {
		if err := client.CreateSlashCommand(t.Context(), "tenant", saying(fmt.Sprint("theirs_", i), "x")); err != nil {
			t.Fatal(err)
		}
	}
	made := changes(s)
	p, lines := panelOf(client, saying("report", "Meetings"))
	kept(t, p)
	if got := warnings(lines); len(got) != 1 || changes(s)-made != 1 {
		t.Errorf("%d calls, warnings %q", changes(s)-made, got)
	}
}
