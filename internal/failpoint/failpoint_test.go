package failpoint_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

func TestAPointKillsOnlyABuildForTests(t *testing.T) {
	for _, c := range []struct {
		tags, point, said string
		killed            bool
	}{
		{"failpoint", "between", "first ", true},
		{"failpoint", "elsewhere", "first second", false},
		{"failpoint", "", "first second", false},
		{"", "between", "first second", false},
	} {
		program := filepath.Join(t.TempDir(), "steps")
		if output, err := exec.Command("go", "build", "-tags", c.tags, "-o", program, "./testdata/steps").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		command := exec.Command(program)
		command.Env = append(os.Environ(), "HUIBAO_FAILPOINT="+c.point)
		said, err := command.Output()
		exit, _ := errors.AsType[*exec.ExitError](err)
		killed := exit != nil && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL
		if string(said) != c.said || killed != c.killed || !killed && err != nil {
			t.Errorf("tags %q, point %q: said %q, error %v", c.tags, c.point, said, err)
		}
	}
}
