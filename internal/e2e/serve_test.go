package e2e

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"huibao/internal/simulator"
)

// One service runs on a SQLite file; another is refused in words.
func TestSecondServe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	first := w.start()
	second := w.run(nil, "serve")
	if code := second.exit(); code != 1 {
		t.Errorf("the second service ended with %d, want 1", code)
	}
	if said := second.journal.text(); strings.Count(said, "\n") > 0 || !strings.Contains(said, w.file()) {
		t.Errorf("the second service said %q, want a line that names the file", said)
	}
	w.runs = []*service{second, first}
	w.acquaint()
}

// A copy of the database can be made while the service works, and is whole.
func TestBackup(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	serving := w.start()
	w.filled()
	w.answered(simulator.GroupID, simulator.MemberID, "/report 7d")
	id := w.schedule(nil)
	file := filepath.Join(w.folder, "copy.db")
	question := w.ask(simulator.GroupID, simulator.MemberID, "/help")
	backup := w.run(nil, "backup", file)
	if code := backup.exit(); code != 0 {
		t.Fatalf("backup ended with %d: %s", code, backup.journal.tail())
	}
	w.runs = []*service{backup, serving}
	w.answer(question)
	copied := w.openFile(file)
	var check string
	if err := copied.QueryRow(`PRAGMA integrity_check`).Scan(&check); err != nil || check != "ok" {
		t.Errorf("the copy's check says %q, %v", check, err)
	}
	var days, schedules int
	if err := copied.QueryRow(`SELECT (SELECT count(*) FROM daily_reports), (SELECT count(*) FROM schedules WHERE id = $1)`, id).Scan(&days, &schedules); err != nil {
		t.Fatal(err)
	}
	if want := w.count(`SELECT count(*) FROM daily_reports`); days != want || days == 0 || schedules != 1 {
		t.Errorf("the copy has %d days and %d schedules, want %d and 1", days, schedules, want)
	}
	again := w.run(nil, "backup", file)
	if code := again.exit(); code != 1 || !strings.Contains(again.journal.text(), file) {
		t.Errorf("a copy over a file that is there ended with %d: %s", code, again.journal.tail())
	}
	w.runs = []*service{backup, again, serving}
}

// The command line and the API tell what the program was built from.
func TestVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	told := w.run(nil, "version")
	if code := told.exit(); code != 0 || !strings.HasPrefix(told.journal.text(), "huibao "+version+"\n") {
		t.Errorf("huibao version ended with %d: %s", code, told.journal.tail())
	}
	w.start()
	if got := w.must(http.StatusOK, http.MethodGet, "/status", nil)["version"]; got != version {
		t.Errorf("the status has version %v, want %s", got, version)
	}
}

// The command line reports as the admin chose, beside the service.
func TestShellHeedsTheSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	serving := w.start()
	w.acquaint()
	w.must(http.StatusOK, http.MethodPut, "/settings", object{"timezone": "America/New_York", "unit": "sg"})
	told := w.run(nil, "report", "7d", "--format", "json")
	if code := told.exit(); code != 0 {
		t.Errorf("huibao report ended with %d", code)
	}
	for _, line := range []string{`"timezone": "America/New_York"`, `"unit": "sg"`} {
		if !strings.Contains(told.journal.text(), line) {
			t.Errorf("the report has not %s: %s", line, told.journal.tail())
		}
	}
	w.runs = []*service{told, serving}
}

// SIGTERM takes no new work and lets the answer in flight finish.
func TestDrain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	w.start()
	w.acquaint()
	hold := w.platform.SetFault(simulator.Fault{Endpoint: "message_reply", Hold: true})
	question := w.ask(simulator.GroupID, simulator.MemberID, "/help")
	w.held(hold)
	serving := w.service()
	serving.terminate()
	serving.await("the service to take nothing more", func() bool {
		response, err := http.Get(serving.url + "/healthz")
		if err == nil {
			response.Body.Close()
		}
		return err != nil
	})
	select {
	case <-serving.ended:
		t.Fatalf("the service ended with an answer in flight\n%s", serving.journal.tail())
	default:
	}
	w.platform.ClearFaults()
	serving.stop()
	if answers := w.answersTo(question.MessageID); len(answers) != 1 {
		t.Errorf("%d answers, want 1", len(answers))
	}
	if calls := w.platform.Requests("message_reply"); len(calls) != 2 {
		t.Errorf("%d calls to reply, want 2", len(calls))
	}
	if left := w.count(`SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded')`); left != 0 {
		t.Errorf("%d pieces of work are left", left)
	}
}

// Work that does not end within the time allowed is not lost.
func TestDrainRunsOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: map[string]string{"HUIBAO_DRAIN": "1s"}})
	w.start()
	w.acquaint()
	hold := w.platform.SetFault(simulator.Fault{Endpoint: "message_reply", Hold: true})
	question := w.ask(simulator.GroupID, simulator.MemberID, "/help")
	w.held(hold)
	w.service().terminate()
	w.service().exit()
	w.platform.ClearFaults()
	delete(w.environment, "HUIBAO_DRAIN")
	w.start()
	w.answer(question)
	w.settle()
	w.answeredOnce(question.MessageID)
}

// What is wrong with the configuration is one line and exit 2, and shows no
// secret.
func TestWrongConfiguration(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{})
	for name, value := range map[string]string{
		"HUIBAO_FEISHU_ENCRYPT_KEY": "", "HUIBAO_TIMEZONE": "Mars/Olympus", "HUIBAO_ADMIN_TOKENS": "alice", "HUIBAO_FINAL_AFTER": "soon",
		"HUIBAO_FEISHU_APP_SECRET": "",
	} {
		refused := w.run(map[string]string{name: value}, "serve")
		if code := refused.exit(); code != 2 {
			t.Errorf("%s=%q ended with %d, want 2", name, value, code)
		}
		if said := refused.journal.text(); strings.Count(said, "\n") > 0 || !strings.Contains(strings.ToLower(said), strings.ToLower(strings.TrimPrefix(name, "HUIBAO_"))) {
			t.Errorf("%s=%q: %q, want a line that names it", name, value, said)
		}
	}
}
