package export

import (
	"archive/zip"
	"bytes"
	"errors"
	"html"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"huibao/reports"
	"huibao/templates"
)

// english are the words in English.
func english(unit reports.Unit) Labels {
	return NewLabels(func(key string) string { return templates.Text(templates.English, key, nil) }, unit)
}

// made is a workbook, read back, and its parts as they stand in the file.
func made(t *testing.T, report *reports.Report, labels Labels) (*excelize.File, map[string]string) {
	t.Helper()
	var out bytes.Buffer
	if err := XLSX(&out, report, labels); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		parts[file.Name] = string(content)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return book, parts
}

// raw are the values of a sheet as they are stored.
func raw(t *testing.T, book *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestXLSX(t *testing.T) {
	book, parts := made(t, week(t), english(reports.UnitCN))
	if diff := cmp.Diff([]string{"Days", "About"}, book.GetSheetList()); diff != "" {
		t.Fatal(diff)
	}
	// 2026-11-03 is day 46329 of a spreadsheet. Hours are held against seconds below.
	days := [][]string{
		{"Date", "Meetings", "Hours", "Seconds", "Participants", "Status", "Source"},
		{"46329", "1000", "", "147680", "2000", "final", "archive"},
		{"46330", "0", "", "0", "0", "provisional", "archive"},
		{"46331", "", "", "", "", "missing"},
		{"46332", "", "", "", "", "missing", "live"},
		{"46333", "100", "", "3601", "7", "provisional", "live"},
	}
	stored := raw(t, book, "Days")
	for i, seconds := range map[int]float64{1: 147680, 2: 0, 5: 3601} {
		if hours, err := strconv.ParseFloat(stored[i][2], 64); err != nil || math.Abs(hours*3600-seconds) > 1e-6 {
			t.Errorf("%s hours of %.0f seconds, %v", stored[i][2], seconds, err)
		}
		stored[i][2] = ""
	}
	if diff := cmp.Diff(days, stored); diff != "" {
		t.Errorf("days (-want +got)\n%s", diff)
	}
	shown, err := book.GetRows("Days")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2026-11-03", "1,000", "41.02", "147,680", "2,000", "final", "archive"}, shown[1]); diff != "" {
		t.Errorf("as shown (-want +got)\n%s", diff)
	}
	about := [][]string{
		{"Period", "2026-11-03..2026-11-07"}, {"Time zone", "Asia/Shanghai"}, {"Data region", "mainland China"}, {"As of", "2026-11-08T09:02:03+08:00"},
		{"Meetings in total", "1,100"}, {"Hours in total", "42.02"}, {"Seconds in total", "151,281"}, {"Participants, the sum of the days", "2,007"},
		{"Scope", "The whole organisation"}, {"Missing days, not counted as zero", "2026-11-05..2026-11-06"},
	}
	got, err := book.GetRows("About")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(about, got); diff != "" {
		t.Errorf("about (-want +got)\n%s", diff)
	}
	panes, err := book.GetPanes("Days")
	if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.TopLeftCell != "A2" {
		t.Errorf("panes %+v, %v", panes, err)
	}
	chart := html.UnescapeString(parts["xl/charts/chart1.xml"])
	for _, want := range []string{"<barChart>", `<barDir val="col">`, `<varyColors val="0">`, "'Days'!$A$2:$A$6", "'Days'!$B$2:$B$6", "'Days'!$B$1", `<dispBlanksAs val="gap">`, "Meetings by day"} {
		if !strings.Contains(chart, want) {
			t.Errorf("the chart lacks %s:\n%.3000s", want, chart)
		}
	}
	if !strings.Contains(parts["xl/worksheets/sheet2.xml"], "<drawing") {
		t.Error("the chart is on no sheet")
	}
}

// What is not known is said so, in the sheet as anywhere.
func TestXLSXOfNothing(t *testing.T) {
	report := week(t)
	report.Unit, report.Totals, report.Days, report.Missing = "", nil, report.Days[2:3], nil
	report.AsOf = time.Time{}
	report.Period.From = report.Period.To
	book, _ := made(t, report, english(reports.UnitNone))
	got := map[string]string{}
	for _, row := range raw(t, book, "About") {
		got[row[0]] = row[1]
	}
	want := map[string]string{
		"Period": "2026-11-07", "Time zone": "Asia/Shanghai", "Data region": "default", "As of": "never fetched", "Scope": "The whole organisation",
		"Meetings in total": "unknown", "Hours in total": "unknown", "Seconds in total": "unknown", "Participants, the sum of the days": "unknown",
		"Missing days, not counted as zero": "none",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	empty := week(t)
	empty.Days = nil
	book, parts := made(t, empty, english(reports.UnitCN))
	if rows := raw(t, book, "Days"); len(rows) != 1 || parts["xl/charts/chart1.xml"] != "" {
		t.Errorf("%d rows, a chart of %d bytes", len(rows), len(parts["xl/charts/chart1.xml"]))
	}
}

// No text of a workbook is a formula, whatever the words are.
func TestXLSXHoldsNoFormula(t *testing.T) {
	labels := NewLabels(func(key string) string { return "=1+1 <" + key + ">" }, reports.UnitCN)
	labels.Days, labels.About = "It's", "=About"
	book, parts := made(t, week(t), labels)
	for _, sheet := range book.GetSheetList() {
		for i, row := range raw(t, book, sheet) {
			for j := range row {
				cell, err := excelize.CoordinatesToCellName(j+1, i+1)
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := book.GetCellFormula(sheet, cell); formula != "" || err != nil {
					t.Errorf("%s of %s holds the formula %q, %v", cell, sheet, formula, err)
				}
			}
		}
	}
	for name, content := range parts {
		if strings.HasPrefix(name, "xl/worksheets/") && strings.Contains(content, "<f>") {
			t.Errorf("%s holds a formula", name)
		}
	}
	if rows := raw(t, book, "It's"); rows[0][0] != "=1+1 <export.date>" {
		t.Errorf("a word became %q", rows[0][0])
	}
}

// Every word of the workbook is in every catalogue.
func TestLabels(t *testing.T) {
	for _, locale := range templates.Locales() {
		for _, unit := range []reports.Unit{reports.UnitNone, reports.UnitCN, reports.UnitUS, reports.UnitSG, reports.UnitJP} {
			NewLabels(func(key string) string {
				word := templates.Text(locale, key, nil)
				if word == key || locale != templates.English && word == templates.Text(templates.English, key, nil) {
					t.Errorf("%s has no word for %s", locale, key)
				}
				return word
			}, unit)
		}
	}
}

// A file that cannot be written, and a sheet that cannot be named, are errors.
func TestXLSXFails(t *testing.T) {
	if err := XLSX(broken{}, week(t), english(reports.UnitCN)); !errors.Is(err, errBroken) {
		t.Errorf("%v", err)
	}
	labels := english(reports.UnitCN)
	labels.About = "a/b"
	if err := XLSX(io.Discard, week(t), labels); err == nil {
		t.Error("a sheet was named a/b")
	}
	for name, write := range map[string]func(io.Writer, *reports.Report) error{"CSV": CSV, "JSON": JSON} {
		if err := write(broken{}, week(t)); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var errBroken = errors.New("broken pipe")

// broken takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

// decade is the longest period there is.
func decade(b *testing.B) *reports.Report {
	b.Helper()
	report := week(b)
	report.Days = nil
	first := date(b, "2016-11-01")
	for i := range 3660 {
		report.Days = append(report.Days, reports.Day{
			Date: first.AddDays(i), Covered: i%50 != 7, Final: i < 3650, Source: "archive",
			Figures: reports.Figures{MeetingCount: int64(100 + i%77), MeetingDurationSeconds: int64(147680 + i), ParticipantCount: int64(2000 + i)},
		})
	}
	report.Period.Range = reports.Range{From: first, To: first.AddDays(3659)}
	return report
}

// BenchmarkFormats writes the longest period, 3,660 days.
func BenchmarkFormats(b *testing.B) {
	report, labels := decade(b), english(reports.UnitCN)
	for name, write := range map[string]func(io.Writer, *reports.Report) error{
		"CSV": CSV, "JSON": JSON,
		"XLSX": func(w io.Writer, report *reports.Report) error { return XLSX(w, report, labels) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var size int
			for b.Loop() {
				var out bytes.Buffer
				if err := write(&out, report); err != nil {
					b.Fatal(err)
				}
				size = out.Len()
			}
			b.ReportMetric(float64(size), "file-B")
		})
	}
}
