package bot

import (
	"archive/zip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // wherever the tests run
)

// The names that need more than capital letters, and those that are all capitals.
var trickyZones = []string{
	"Africa/Dar_es_Salaam", "Africa/Porto-Novo", "America/Argentina/ComodRivadavia", "America/Port-au-Prince", "America/Port_of_Spain",
	"America/North_Dakota/New_Salem", "America/Knox_IN", "Antarctica/DumontDUrville", "Antarctica/McMurdo", "Asia/Ust-Nera", "Australia/ACT",
	"Australia/LHI", "Australia/NSW", "Europe/Isle_of_Man", "Etc/GMT+8", "Etc/GMT-14", "Etc/GMT0", "Etc/UCT", "Etc/UTC", "Asia/Ho_Chi_Minh",
	"GB", "GB-Eire", "GMT+0", "NZ-CHAT", "PRC", "ROC", "ROK", "UTC", "W-SU", "US/East-Indiana", "EST5EDT", "America/Indiana/Tell_City",
	"Asia/Shanghai",
}

func TestZoneNames(t *testing.T) {
	for _, name := range trickyZones {
		for _, typed := range []string{strings.ToLower(name), name, strings.ToUpper(name)} {
			if got, ok := zoneName(typed); !ok || got != name {
				t.Errorf("%s is found as %q, %t", typed, got, ok)
			}
		}
	}
	for _, typed := range []string{"", "local", "Local", "mars/base", "asia", "asia/", "/asia/shanghai", "../../etc/passwd", "asia/shanghai\x00", "utc+8"} {
		if got, ok := zoneName(typed); ok {
			t.Errorf("%q is found as %q", typed, got)
		}
	}
}

// Every name of the database that comes with Go is found in small letters, and
// means that zone.
func TestEveryZoneIsFound(t *testing.T) {
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, file := range archive.File {
		if strings.HasSuffix(file.Name, "/") {
			continue
		}
		got, ok := zoneName(strings.ToLower(file.Name))
		if !ok || got != file.Name {
			t.Errorf("%s is found as %q, %t", file.Name, got, ok)
		}
		if _, err := time.LoadLocation(got); err != nil {
			t.Error(err)
		}
	}
}
