package setup

import (
	"strings"
	"testing"
	"unicode/utf8"

	"rsc.io/qr"
)

// What is drawn is the code, module by module, with one light module around it.
func TestQRIsTheCode(t *testing.T) {
	const text = "https://open.feishu.cn/page/launcher?user_code=ABCD-EFGH"
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSuffix(QR(text, 80, false), "\n"), "\n")
	for y := range code.Size + 2 {
		columns := []rune(rows[y/2])
		if len(columns) != code.Size+2 {
			t.Fatalf("row %d has %d columns", y, len(columns))
		}
		for x, drawn := range columns {
			light := drawn == '█' || drawn == '▀' && y%2 == 0 || drawn == '▄' && y%2 == 1
			if light == code.Black(x-1, y-1) {
				t.Fatalf("the module at %d, %d is light: %t", x-1, y-1, light)
			}
		}
	}
}

// The link that huibao asks with fits into 80 columns; where it does not fit,
// nothing is drawn.
func TestQRFits(t *testing.T) {
	address, err := link("https://open.larksuite.com/page/launcher?user_code=ABCD-EFGH&and=something")
	if err != nil {
		t.Fatal(err)
	}
	drawn := QR(address, 80, false)
	row, _, _ := strings.Cut(drawn, "\n")
	if columns := utf8.RuneCountInString(row); columns == 0 || columns > 80 {
		t.Errorf("%d columns for a link of %d bytes", columns, len(address))
	}
	if QR(address, utf8.RuneCountInString(row)-1, false) != "" || QR(strings.Repeat("x", 5000), 1000, false) != "" {
		t.Error("a code that does not fit is drawn")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(QR(address, 80, true), "\n"), "\n") {
		if !strings.HasPrefix(line, "\x1b[") || !strings.HasSuffix(line, "\x1b[0m") {
			t.Fatalf("a line in colours is %q", line)
		}
	}
}
