package export

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/reports"
)

// date reads a date of a test.
func date(t testing.TB, text string) reports.Date {
	t.Helper()
	d, err := reports.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// week is a report with a final day, a day that is provisional and zero, two
// missing days, one never asked for and one that was, and a live day.
func week(t testing.TB) *reports.Report {
	t.Helper()
	first := date(t, "2026-11-03")
	shanghai := time.FixedZone("Asia/Shanghai", 8*3600)
	return &reports.Report{
		Unit: reports.UnitCN, Zone: shanghai, AsOf: time.Date(2026, 11, 8, 1, 2, 3, 0, time.UTC),
		Summary: reports.Summary{
			Period:  reports.Period{Range: reports.Range{From: first, To: first + 4}},
			Totals:  &reports.Figures{MeetingCount: 1100, MeetingDurationSeconds: 151281, ParticipantCount: 2007},
			Missing: []reports.Range{{From: first + 2, To: first + 3}},
		},
		Days: []reports.Day{
			{Date: first, Covered: true, Final: true, Source: "archive", Figures: reports.Figures{MeetingCount: 1000, MeetingDurationSeconds: 147680, ParticipantCount: 2000}},
			{Date: first + 1, Covered: true, Source: "archive"},
			{Date: first + 2},
			{Date: first + 3, Source: "live", Figures: reports.Figures{MeetingCount: 9}},
			{Date: first + 4, Covered: true, Source: "live", Figures: reports.Figures{MeetingCount: 100, MeetingDurationSeconds: 3601, ParticipantCount: 7}},
		},
	}
}

func TestCSV(t *testing.T) {
	var out bytes.Buffer
	if err := CSV(&out, week(t)); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffdate,meeting_count,meeting_duration_seconds,participant_count,status,source\r\n" +
		"2026-11-03,1000,147680,2000,final,archive\r\n" +
		"2026-11-04,0,0,0,provisional,archive\r\n" +
		"2026-11-05,,,,missing,\r\n" +
		"2026-11-06,,,,missing,live\r\n" +
		"2026-11-07,100,3601,7,provisional,live\r\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestJSON(t *testing.T) {
	var out bytes.Buffer
	if err := JSON(&out, week(t)); err != nil {
		t.Fatal(err)
	}
	want := `{
  "from": "2026-11-03",
  "to": "2026-11-07",
  "timezone": "Asia/Shanghai",
  "unit": "cn",
  "as_of": "2026-11-08T09:02:03+08:00",
  "totals": {
    "meeting_count": 1100,
    "meeting_duration_seconds": 151281,
    "participant_count": 2007
  },
  "days": [
    {
      "date": "2026-11-03",
      "meeting_count": 1000,
      "meeting_duration_seconds": 147680,
      "participant_count": 2000,
      "source": "archive",
      "final": true
    },
    {
      "date": "2026-11-04",
      "meeting_count": 0,
      "meeting_duration_seconds": 0,
      "participant_count": 0,
      "source": "archive",
      "final": false
    },
    {
      "date": "2026-11-07",
      "meeting_count": 100,
      "meeting_duration_seconds": 3601,
      "participant_count": 7,
      "source": "live",
      "final": false
    }
  ],
  "missing": [
    "2026-11-05",
    "2026-11-06"
  ]
}
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// What is not known is null, and lists are never null.
func TestJSONOfNothing(t *testing.T) {
	report := week(t)
	report.Unit, report.AsOf, report.Totals, report.Days = "", time.Time{}, nil, report.Days[2:3]
	report.Period.From, report.Period.To = report.Days[0].Date, report.Days[0].Date
	var out bytes.Buffer
	if err := JSON(&out, report); err != nil {
		t.Fatal(err)
	}
	compact := strings.Join(strings.Fields(out.String()), "")
	want := `{"from":"2026-11-05","to":"2026-11-05","timezone":"Asia/Shanghai","unit":null,"as_of":null,"totals":null,"days":[],"missing":["2026-11-05"]}`
	if compact != want {
		t.Errorf("%s, want %s", compact, want)
	}
}

func TestCell(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "final": "final", "2026-11-03": "2026-11-03", "a=b": "a=b", "'=1": "'=1", "数据": "数据", //nolint:gosmopolitan // words of a person
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\u0020=1": "'\u0020=1", "\t=1": "'\t=1", "\r=1": "'\r=1", "\n-": "'\n-",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x", "\u3000=1": "'\u3000=1", "\x00=1": "'\x00=1",
	} {
		if got := Cell(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// FuzzCell: no text begins a formula, nothing else is lost, and it survives the
// way through a file.
func FuzzCell(f *testing.F) {
	for _, seed := range []string{"=cmd|' /C calc'!A0", "＝1", "\t@x", "-1", "plain", "\"quoted\",\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cell := Cell(text)
		if cell != text && cell != "'"+text {
			t.Fatalf("%q becomes %q", text, cell)
		}
		if again := Cell(cell); again != cell {
			t.Fatalf("%q becomes %q and then %q", text, cell, again)
		}
		trimmed := strings.TrimLeft(cell, " \t\r\n\x00\u3000")
		if trimmed != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(trimmed)[0]) {
			t.Fatalf("%q can begin a formula", cell)
		}
		var out bytes.Buffer
		writer := csv.NewWriter(&out)
		if err := writer.WriteAll([][]string{{"x", cell}}); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&out).ReadAll()
		if want := strings.ReplaceAll(cell, "\r\n", "\n"); err != nil || len(lines) != 1 || lines[0][1] != want {
			t.Fatalf("%q comes back as %q, %v", cell, lines, err)
		}
	})
}
