//go:build failpoint

// Package failpoint kills the program between two steps; see off.go.
package failpoint

import (
	"os"
	"syscall"
)

// Hit kills the process without warning, as a power cut would, when
// HUIBAO_FAILPOINT names the point.
func Hit(name string) {
	if os.Getenv("HUIBAO_FAILPOINT") == name {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal takes a moment; nothing more may happen
	}
}
