// Command steps makes two steps with a point between them.
package main

import (
	"os"

	"huibao/internal/failpoint"
)

func main() {
	os.Stdout.WriteString("first ")
	failpoint.Hit("between")
	os.Stdout.WriteString("second")
}
