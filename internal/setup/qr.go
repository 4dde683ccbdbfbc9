package setup

import (
	"strings"

	"rsc.io/qr"
)

// quiet is the empty border around a QR code, in modules. Readers want four, and
// take one; more would not leave room for the code in 80 columns.
const quiet = 1

// QR draws a link as a QR code, two modules above each other in a character and
// one in a column. With colours it is dark on light whatever the terminal's own;
// without, it fits light text on a dark ground. It is "" where the code has more
// columns than there are.
func QR(text string, columns int, colours bool) string {
	code, err := qr.Encode(text, qr.L)
	if err != nil || code.Size+2*quiet > columns {
		return ""
	}
	var drawn strings.Builder
	for y := -quiet; y < code.Size+quiet; y += 2 {
		if colours {
			drawn.WriteString("\x1b[38;5;231;48;5;16m") // white on black, of the colours that themes leave alone
		}
		for x := -quiet; x < code.Size+quiet; x++ {
			drawn.WriteString(half(light(code, x, y), light(code, x, y+1)))
		}
		if colours {
			drawn.WriteString("\x1b[0m")
		}
		drawn.WriteByte('\n')
	}
	return drawn.String()
}

// light reports whether a module is light. What lies beyond the border is not.
func light(code *qr.Code, x, y int) bool {
	return y < code.Size+quiet && !code.Black(x, y)
}

// half is the character for two modules above each other.
func half(upper, lower bool) string {
	switch {
	case upper && lower:
		return "█"
	case upper:
		return "▀"
	case lower:
		return "▄"
	}
	return " "
}
