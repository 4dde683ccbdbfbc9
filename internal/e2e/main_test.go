// Package e2e proves from outside what huibao promises: that an event which got
// 200 is acted on exactly once and a digest is posted exactly once, whatever
// happens to the process. The tests build the real program, run it as a process
// against the simulated platform, and kill it between every two steps. They
// know its environment, routes, exit codes and output, and as little as they
// can of what is inside.
package e2e

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"huibao/internal/page/pagetest"
	"huibao/internal/store/storetest"
)

// built is the folder of the programs that were built for this run.
var built string

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run runs everything on programs that are thrown away afterwards.
func run(m *testing.M) int {
	var err error
	if built, err = os.MkdirTemp("", "huibao-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(built)
	flag.Parse()
	if flag.Lookup("test.parallel").Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) { // nobody chose
		_ = flag.Set("test.parallel", "4") // most of a test is waiting
	}
	code := storetest.Main(m)
	pagetest.Close()
	http.DefaultClient.CloseIdleConnections()
	if err := leaks(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// leaks names the goroutines that do not end. Connections may take their time on
// a busy machine.
func leaks() error {
	giveUp := time.Now().Add(patience)
	err := goleak.Find()
	for err != nil && time.Now().Before(giveUp) {
		err = goleak.Find()
	}
	return err
}

// underTest is the program the tests run: it can be told where to kill itself,
// and looks for races if the tests do.
var underTest = sync.OnceValues(func() (string, error) {
	if raced {
		// As the Makefile says, SQLite's pointers are not worth half of the time.
		return build("huibao-test", "1", "-race", "-gcflags=modernc.org/...=-d=checkptr=0", "-tags", "failpoint")
	}
	return build("huibao-test", "0", "-tags", "failpoint")
})

// migrated is the content of a database that is empty and up to date.
var migrated = sync.OnceValues(func() ([]byte, error) {
	program, err := underTest()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(built, "migrated.db")
	command := exec.Command(program, "migrate")
	command.Dir, command.Env = built, []string{"HUIBAO_DATABASE_URL=sqlite:" + file}
	if output, err := command.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("huibao migrate: %w\n%s", err, output)
	}
	return os.ReadFile(file)
})

// version is what the programs under test are told they were built from.
const version = "v0.0.0-under-test"

// build builds the program.
func build(name, cgo string, flags ...string) (string, error) {
	file := filepath.Join(built, name)
	command := exec.Command("go", append(append([]string{"build", "-ldflags", "-X huibao/internal/app.Version=" + version}, flags...), "-o", file, "huibao/cmd/huibao")...)
	command.Env = append(os.Environ(), "CGO_ENABLED="+cgo)
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build huibao: %w\n%s", err, output)
	}
	return file, nil
}
