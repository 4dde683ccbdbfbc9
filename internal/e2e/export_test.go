//nolint:gosmopolitan // commands have Chinese names
package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"huibao/internal/simulator"
)

// fileOf is the file that a message holds.
func (w *world) fileOf(message simulator.Message) simulator.File {
	w.Helper()
	var content struct {
		FileKey string `json:"file_key"`
	}
	_ = json.Unmarshal(message.Content, &content) // what is no file has no key
	file, uploaded := w.platform.Uploaded(content.FileKey)
	if message.MsgType != "file" || !uploaded {
		w.Fatalf("%s is no file: %s", message.MessageID, text(message))
	}
	return file
}

// The rows of a period come as a workbook that can be calculated with, or as
// lines for scripts, named by the period.
func TestExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{environment: conversed(nil)})
	w.quarter()
	w.start()
	file := w.fileOf(w.answered(simulator.GroupID, simulator.MemberID, "/export 90d xlsx"))
	if want := "huibao_" + w.day(90) + "_" + w.day(1) + ".xlsx"; file.Name != want || file.Type != "xls" {
		t.Errorf("the file is %q of type %q, want %q of type xls", file.Name, file.Type, want)
	}
	w.workbook(file.Content)

	file = w.fileOf(w.answered(simulator.GroupID, simulator.MemberID, "/导出 最近7天 csv"))
	if want := "huibao_" + w.day(7) + "_" + w.day(1) + ".csv"; file.Name != want {
		t.Errorf("the file is %q, want %q", file.Name, want)
	}
	lines := strings.Split(string(file.Content), "\r\n")
	if len(lines) != 9 || lines[0] != "\ufeffdate,meeting_count,meeting_duration_seconds,participant_count,status,source" || lines[8] != "" {
		t.Fatalf("the lines are %q", lines)
	}
	if want := w.day(7) + ",70,151200,210,final,"; !strings.HasPrefix(lines[1], want) {
		t.Errorf("the first day is %q, want %q", lines[1], want)
	}

	shown := w.answered(simulator.GroupID, simulator.MemberID, "/report yesterday")
	w.pressed(simulator.Click{MessageID: shown.MessageID, OpenID: simulator.MemberID, Element: "Export"})
	if file = w.fileOf(w.answer(shown)); file.Name != "huibao_"+w.day(1)+".xlsx" {
		t.Errorf("the button brings %q", file.Name)
	}

	for _, scope := range []string{"im:resource", "im:resource:upload"} {
		w.platform.WithholdScope(scope, true)
	}
	if said := text(w.answered(simulator.GroupID, simulator.MemberID, "/export 7d")); !strings.Contains(said, "im:resource") {
		t.Errorf("the missing permission is not named: %s", said)
	}
}

// workbook checks the file of the last 90 days, the first of which the platform
// no longer tells of.
func (w *world) workbook(content []byte) {
	w.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		w.Fatal(err)
	}
	defer book.Close()
	if diff := cmp.Diff([]string{"Days", "About"}, book.GetSheetList()); diff != "" {
		w.Fatalf("the sheets (-want +got):\n%s", diff)
	}
	if panes, err := book.GetPanes("Days"); err != nil || !panes.Freeze || panes.YSplit != 1 {
		w.Errorf("the head does not stay in sight: %+v, %v", panes, err)
	}
	raw := excelize.Options{RawCellValue: true}
	rows, err := book.GetRows("Days", raw)
	if err != nil || len(rows) != 91 {
		w.Fatalf("%d rows, want a head and 90: %v", len(rows), err)
	}
	if diff := cmp.Diff([]string{"15", "9", "32400", "45"}, rows[90][1:5]); diff != "" { // yesterday: 15 meetings of 36 minutes
		w.Errorf("the last day (-want +got):\n%s", diff)
	}
	if kind, err := book.GetCellType("Days", "B91"); err != nil || kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		w.Errorf("the meetings are no number: %v, %v", kind, err)
	}
	if len(rows[1]) > 1 && strings.Join(rows[1][1:5], "") != "" {
		w.Errorf("the missing day has figures: %q", rows[1])
	}
	about := map[string]string{}
	lines, err := book.GetRows("About", raw)
	if err != nil {
		w.Fatal(err)
	}
	for _, line := range lines {
		if len(line) > 1 {
			about[line[0]] = line[1]
		}
	}
	asOf := about["As of"]
	delete(about, "As of")
	if !strings.HasPrefix(asOf, w.day(0)+"T") {
		w.Errorf("the figures are as of %q", asOf)
	}
	if diff := cmp.Diff(map[string]string{
		"Period": w.day(90) + ".." + w.day(1), "Time zone": w.zone.String(), "Data region": "default",
		"Meetings in total": "1650", "Hours in total": "875", "Seconds in total": "3150000", "Participants, the sum of the days": "7250",
		"Scope": "The whole organisation", "Missing days, not counted as zero": w.day(90),
	}, about); diff != "" {
		w.Errorf("the second sheet (-want +got):\n%s", diff)
	}
	parts, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		w.Fatal(err)
	}
	if !slices.ContainsFunc(parts.File, func(f *zip.File) bool { return strings.HasPrefix(f.Name, "xl/charts/chart") }) {
		w.Error("there is no chart")
	}
}
