package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"huibao/internal/app"
)

// version is `huibao version`.
func (t *terminal) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print version, commit, Go and dependency versions", Args: exactly(0),
		RunE: func(*cobra.Command, []string) error {
			info, ok := debug.ReadBuildInfo()
			if !ok {
				info = &debug.BuildInfo{}
			}
			t.sayf("huibao %s\ncommit %s\n%s %s/%s\n", app.Version, commit(info), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			for _, module := range info.Deps {
				t.sayf("%s %s\n", module.Path, module.Version)
			}
			return nil
		},
	}
}

// commit is what the binary was built from.
func commit(info *debug.BuildInfo) string {
	commit, changed := "unknown", ""
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			commit = setting.Value
		case setting.Key == "vcs.modified" && setting.Value == "true":
			changed = " and changes"
		}
	}
	return commit + changed
}
