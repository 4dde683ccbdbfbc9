//go:build !race

package e2e

// raced tells that the tests run without the race detector.
const raced = false
