//go:build !linux

package storetest

import "syscall"

// endWithParent can do nothing here: a server outlives a test binary that is
// killed.
func endWithParent(*syscall.SysProcAttr) {}
