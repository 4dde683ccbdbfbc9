package e2e

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"
)

// patience is how long anything may take before the test gives up. Nothing
// waits for so long unless it is broken.
const patience = 2 * time.Minute

// service is one run of `huibao serve`.
type service struct {
	testing.TB
	command *exec.Cmd
	journal *journal
	ended   chan struct{} // closed when the process has ended
	url     string        // once it is ready
}

// launch starts the program with the environment and nothing else in it.
func launch(t testing.TB, program, folder string, environment map[string]string, arguments ...string) *service {
	t.Helper()
	s := &service{TB: t, journal: newJournal(), ended: make(chan struct{})}
	s.command = exec.Command(program, arguments...)
	s.command.Dir = folder
	s.command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "GORACE=halt_on_error=0"}
	for name, value := range environment {
		s.command.Env = append(s.command.Env, name+"="+value)
	}
	slices.Sort(s.command.Env)
	s.command.Stdout, s.command.Stderr = s.journal, s.journal
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = s.command.Wait() // how it ended is in the process's state
		close(s.ended)
	}()
	return s
}

// awaitReady waits until the service says that it is ready, and means it.
func (s *service) awaitReady() {
	s.Helper()
	s.await("the service to be ready", func() bool {
		line, ready := s.journal.find("huibao is ready")
		if !ready {
			return false
		}
		s.url = "http://" + line["addr"].(string)
		response, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// await waits until the condition holds, looking when the process writes
// something and every few milliseconds. A process that ends first fails the
// test.
func (s *service) await(what string, condition func() bool) {
	s.Helper()
	if !s.awaitEither(what, condition) && !condition() {
		s.Fatalf("huibao ended while waiting for %s: %v\n%s", what, s.command.ProcessState, s.journal.tail())
	}
}

// awaitEither waits until the condition holds or the process has ended; false
// for the latter.
func (s *service) awaitEither(what string, condition func() bool) bool {
	s.Helper()
	giveUp := time.NewTimer(patience)
	defer giveUp.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		changed := s.journal.more()
		if condition() {
			return true
		}
		select {
		case <-changed:
		case <-look.C:
		case <-s.ended:
			return false
		case <-giveUp.C:
			s.Fatalf("gave up waiting for %s\n%s", what, s.journal.tail())
		}
	}
}

// exit waits for the process to end and returns its exit code, -1 when a signal
// ended it.
func (s *service) exit() int {
	s.Helper()
	select {
	case <-s.ended:
		return s.command.ProcessState.ExitCode()
	case <-time.After(patience):
		_ = s.command.Process.Kill() // it has failed already
		s.Fatalf("huibao does not end\n%s", s.journal.tail())
		return 0
	}
}

// terminate asks the process to end.
func (s *service) terminate() {
	s.Helper()
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.Fatal(err)
	}
}

// stop ends the process as a supervisor does, which it must do with exit 0.
func (s *service) stop() {
	s.Helper()
	s.terminate()
	if code := s.exit(); code != 0 {
		s.Errorf("after SIGTERM huibao ended with %v, want exit 0\n%s", s.command.ProcessState, s.journal.tail())
	}
}

// kill ends the process without warning.
func (s *service) kill() {
	s.Helper()
	_ = s.command.Process.Kill() // it may have killed itself
	s.awaitKilled()
}

// awaitKilled waits until the process was killed, by itself or by us.
func (s *service) awaitKilled() {
	s.Helper()
	s.exit()
	status, ok := s.command.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() || status.Signal() != syscall.SIGKILL {
		s.Fatalf("huibao ended with %v, want to be killed\n%s", s.command.ProcessState, s.journal.tail())
	}
}
