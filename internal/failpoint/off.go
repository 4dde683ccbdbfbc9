//go:build !failpoint

// Package failpoint lets a test kill the program between two steps, to prove
// that nothing is lost and nothing is done twice. In a normal build Hit does
// nothing and costs nothing; built with the tag "failpoint", the process kills
// itself at the point that HUIBAO_FAILPOINT names.
package failpoint

// Hit marks a point between two steps.
func Hit(string) {}
