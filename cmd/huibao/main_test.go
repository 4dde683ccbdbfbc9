package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"

	"huibao/internal/config"
	"huibao/internal/simulator"
)

// TestMain makes the test binary the program itself when a script runs it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"huibao": main})
}

// TestScripts runs the transcripts, each against a platform of its own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"), RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: setUp,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "await": await, "terminate": terminate, "refuse-scope": refuseScope, "sheet": sheet, "lines": lines, "keep": keep,
			"scan": scan, "lark": lark, "app": switchApp, "clock": moveClock, "mode": mode,
		},
	})
}

// platformKey is where a script keeps its platform.
type platformKey struct{}

// setUp starts a platform, and tells the script of it and of some days on it. A
// week that ended ten days ago is final, with 100 meetings a day of 147,680 s
// and 2,000 participants; the day before it has no row.
func setUp(env *testscript.Env) error {
	platform := simulator.New(simulator.Options{})
	platform.SetRegistrationStyle(simulator.RegistrationStyle{Interval: 1})
	server := httptest.NewServer(platform.Platform())
	env.Defer(func() {
		server.Close()
		platform.Stop()
	})
	env.Values[platformKey{}] = platform
	options := platform.Options()
	today := time.Now().In(options.Zone)
	day := func(ago int) string { return today.AddDate(0, 0, -ago).Format(time.DateOnly) }
	for ago := 10; ago <= 16; ago++ {
		platform.SetDay(day(ago), simulator.DayFigures{Meetings: 100, Seconds: 147680, Participants: 2000})
	}
	platform.DropDay(day(17))
	env.Vars = append(env.Vars,
		"HUIBAO_FEISHU_BASE_URL="+server.URL, "HUIBAO_FEISHU_ACCOUNTS_URL="+server.URL, "HUIBAO_FEISHU_APP_ID="+options.AppID, "HUIBAO_FEISHU_APP_SECRET="+options.AppSecret,
		"HUIBAO_REPORT_RATE=1000", "HUIBAO_LOCALE=en_us", "HUIBAO_CALENDAR=weekdays", "ENCRYPT_KEY="+options.EncryptKey, "VERIFICATION_TOKEN="+options.VerificationToken,
		"FROM="+day(16), "TO="+day(10), "BEFORE="+day(17), "YESTERDAY="+day(1), "FUTURE="+day(-3), "ASKED_SINCE="+day(89),
	)
	return nil
}

// exits runs a command and holds its exit code against the one wanted:
// exits CODE COMMAND ARGS...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGS...")
	}
	code := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		code = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if code != args[0] {
		ts.Fatalf("%s exits with %s, want %s", strings.Join(args[1:], " "), code, args[0])
	}
}

// await waits until the platform has answered so many calls: await COUNT ENDPOINT
func await(ts *testscript.TestScript, _ bool, args []string) {
	platform := ts.Value(platformKey{}).(*simulator.Server)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	count, err := strconv.Atoi(args[0])
	ts.Check(err)
	ts.Check(platform.Wait(ctx, func() bool { return platform.Calls(args[1]) >= count }))
}

// terminate tells what runs in the background to stop, as a service manager does.
func terminate(ts *testscript.TestScript, _ bool, _ []string) {
	for _, command := range ts.BackgroundCmds() {
		ts.Check(command.Process.Signal(syscall.SIGTERM))
	}
}

// refuseScope takes a permission away: refuse-scope NAME
func refuseScope(ts *testscript.TestScript, _ bool, args []string) {
	ts.Value(platformKey{}).(*simulator.Server).WithholdScope(args[0], true)
}

// sheet prints a sheet of a workbook as it is shown, cells between bars:
// sheet FILE NAME
func sheet(ts *testscript.TestScript, _ bool, args []string) {
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	defer book.Close()
	rows, err := book.GetRows(args[1])
	ts.Check(err)
	for _, row := range rows {
		fmt.Fprintln(ts.Stdout(), strings.Join(row, " | "))
	}
}

// lines holds the number of lines of a file, or of stdout or stderr, against
// the one wanted: lines FILE COUNT
func lines(ts *testscript.TestScript, _ bool, args []string) {
	content := ts.ReadFile(args[0])
	if got := fmt.Sprint(strings.Count(content, "\n")); got != args[1] {
		ts.Fatalf("%s has %s lines, want %s:\n%s", args[0], got, args[1], content)
	}
}

// keep remembers a part of what was printed as a variable: keep NAME PATTERN
func keep(ts *testscript.TestScript, _ bool, args []string) {
	match := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if match == nil {
		ts.Fatalf("nothing printed fits %s", args[1])
	}
	ts.Setenv(args[0], match[1])
}

// Every option of the configuration is a flag, and help tells each.
func TestFlags(t *testing.T) {
	var out strings.Builder
	if code := run(t.Context(), []string{"--help"}, &out, os.Stderr, os.LookupEnv); code != exitDone {
		t.Fatalf("exit code %d", code)
	}
	for _, option := range config.Options {
		flags := []string{"--" + strings.ReplaceAll(option.Name, "_", "-") + " "}
		if option.Secret {
			flags = append(flags, strings.TrimSpace(flags[0])+"-file ")
		}
		for _, flag := range flags {
			if !strings.Contains(out.String(), flag) {
				t.Errorf("help does not tell %s", flag)
			}
		}
	}
}

// A command that is stopped says so and fails, except the service.
func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	folder := t.TempDir()
	settings := map[string]string{
		"HUIBAO_FEISHU_APP_ID": "cli_stopped", "HUIBAO_FEISHU_APP_SECRET": "s", "HUIBAO_FEISHU_BASE_URL": "http://127.0.0.1:9",
		"HUIBAO_FEISHU_VERIFICATION_TOKEN": "t", "HUIBAO_FEISHU_ENCRYPT_KEY": "k", "HUIBAO_HTTP_ADDR": "127.0.0.1:0",
		"HUIBAO_DATABASE_URL": "sqlite:" + filepath.Join(folder, "huibao.db"), "HUIBAO_CONFIG": os.DevNull,
	}
	environ := func(name string) (string, bool) { value, given := settings[name]; return value, given }
	for command, want := range map[string]int{"serve": exitDone, "report": exitFailed, "migrate": exitFailed} {
		var stdout, stderr strings.Builder
		if code := run(ctx, []string{command}, &stdout, &stderr, environ); code != want {
			t.Errorf("%s exits with %d, want %d: %s", command, code, want, stderr.String())
		}
		told := strings.HasPrefix(stderr.String(), "huibao: stopped before it was done: ")
		if told != (want == exitFailed) {
			t.Errorf("%s says %q", command, stderr.String())
		}
	}
}

// The names of flags are no others than those of options.
func TestOptionNames(t *testing.T) {
	names := optionNames()
	if slices.Sort(names); len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("a name is there twice: %v", names)
	}
}

// The commit is told as the toolchain stamped it.
func TestCommit(t *testing.T) {
	stamp := func(pairs ...string) *debug.BuildInfo {
		info := &debug.BuildInfo{}
		for i := 0; i < len(pairs); i += 2 {
			info.Settings = append(info.Settings, debug.BuildSetting{Key: pairs[i], Value: pairs[i+1]})
		}
		return info
	}
	for want, info := range map[string]*debug.BuildInfo{
		"unknown":             stamp(),
		"4097b70":             stamp("vcs.modified", "false", "vcs.revision", "4097b70"),
		"4097b70 and changes": stamp("vcs.modified", "true", "vcs.revision", "4097b70"),
	} {
		if got := commit(info); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
