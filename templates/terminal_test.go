package templates

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/reports"
)

// Columns stand below each other in cells, of which a Chinese character takes
// two, and the bars are as long as the figures.
func TestTerminalRows(t *testing.T) {
	report := build("", day(today.AddDays(-4), 1, 360, 2), day(today.AddDays(-3), 1_000, 3_600_000, 20_000),
		reports.Day{Date: today.AddDays(-2)}, day(today.AddDays(-1), 500, 1_799, 0))
	report.Days[3].Final = false
	for locale, want := range map[Locale][]string{
		English: {
			"Date        Meetings    Hours  Participants",
			"2026-11-06         1      0.1             2",
			"2026-11-07     1,000  1,000.0        20,000  ██████████",
			"2026-11-08         —        —             —",
			"2026-11-09       500      0.5             0  ░░░░░",
		},
		Chinese: {
			"日期        会议数  时长（小时）  参会人次",
			"2026-11-06       1           0.1         2",
			"2026-11-07   1,000       1,000.0    20,000  ███████████",
			"2026-11-08       —             —         —",
			"2026-11-09     500           0.5         0  ░░░░░░",
		},
		Japanese: {
			"日付        会議数   時間数  参加者数（延べ）",
			"2026-11-06       1      0.1                 2",
			"2026-11-07   1,000  1,000.0            20,000  ████████",
			"2026-11-08       —        —                 —",
			"2026-11-09     500      0.5                 0  ░░░░",
		},
	} {
		w := newReportWriter(report, ReportOptions{Locale: locale})
		if diff := cmp.Diff(strings.Join(want, "\n"), w.terminalRows(55)); diff != "" {
			t.Errorf("%s:\n%s", locale, diff)
		}
	}
}

// No line of a table is wider than the terminal, and without room for bars
// there are none.
func TestTerminalFitsItsWidth(t *testing.T) {
	for _, width := range []int{0, 40, 52, 53, 54, 80, 1_000} {
		w := newReportWriter(week(), ReportOptions{Locale: English})
		for line := range strings.Lines(w.terminalRows(width)) {
			line = strings.TrimSuffix(line, "\n")
			if bars := strings.Count(line, "█"); width < 52 && bars > 0 || bars > widestBars {
				t.Errorf("width %d: %d cells of bar", width, bars)
			}
			if took := cells.StringWidth(line); width >= 52 && took > width {
				t.Errorf("width %d: a line takes %d cells", width, took)
			}
		}
	}
}

// Nothing in the terminal's table can move the cursor.
func TestTerminalHoldsNoControlCharacters(t *testing.T) {
	for _, s := range samples() {
		for _, r := range Terminal(s.report, Chinese, time.Monday, 80) {
			if r < ' ' && r != '\n' || r == '\x7f' {
				t.Errorf("%s: %q", s.name, r)
			}
		}
	}
}
