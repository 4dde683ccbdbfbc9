package storetest

import "syscall"

// endWithParent makes a process end with this one, however this one ends.
func endWithParent(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGQUIT }
