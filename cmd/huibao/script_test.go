package main

import (
	"context"
	"io/fs"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"huibao/internal/simulator"
)

// linkShown is the link of a registration.
var linkShown = regexp.MustCompile(`http://\S+/page/launcher\S+`)

// platformOf is the script's platform.
func platformOf(ts *testscript.TestScript) *simulator.Server {
	return ts.Value(platformKey{}).(*simulator.Server)
}

// scan has somebody open the link that a setup under way has written to a file,
// and confirm or refuse: scan FILE OPEN_ID [refuse]
func scan(ts *testscript.TestScript, _ bool, args []string) {
	platform := platformOf(ts)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	link := "" // it is written before the first poll
	ts.Check(platform.Wait(ctx, func() bool {
		content, _ := os.ReadFile(ts.MkAbs(args[0]))
		link = linkShown.FindString(string(content))
		return link != ""
	}))
	_, err := platform.ScanQR(simulator.Scan{URL: link, OpenID: args[1], Refuse: len(args) > 2})
	ts.Check(err)
}

// lark makes whoever scans be of Lark.
func lark(ts *testscript.TestScript, _ bool, _ []string) {
	platformOf(ts).SetRegistrationStyle(simulator.RegistrationStyle{Interval: 1, Lark: true})
}

// switchApp stops the app in its tenant, or lets it run again: app stopped|running
func switchApp(ts *testscript.TestScript, _ bool, args []string) {
	platformOf(ts).ChangeApp(func(a *simulator.App) { a.Stopped = args[0] == "stopped" })
}

// moveClock moves the platform's clock: clock DURATION
func moveClock(ts *testscript.TestScript, _ bool, args []string) {
	by, err := time.ParseDuration(args[0])
	ts.Check(err)
	platformOf(ts).Clock().Advance(by)
}

// mode holds who may do what with a file against what is wanted: mode FILE 600
func mode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	want, err := strconv.ParseUint(args[1], 8, 32)
	ts.Check(err)
	if info.Mode().Perm() != fs.FileMode(want) {
		ts.Fatalf("%s has the mode %o, want %s", args[0], info.Mode().Perm(), args[1])
	}
}
