package templates

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"huibao/reports"
)

// read is a card as those see it who get it.
func read(t *testing.T, card Card) object {
	t.Helper()
	var parsed object
	if err := json.Unmarshal([]byte(card.JSON()), &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}

// find is the component with the element_id, wherever it stands; nil when
// there is none.
func find(value any, id string) object {
	switch value := value.(type) {
	case object:
		if value["element_id"] == id {
			return value
		}
		for _, inner := range value {
			if found := find(inner, id); found != nil {
				return found
			}
		}
	case array:
		for _, inner := range value {
			if found := find(inner, id); found != nil {
				return found
			}
		}
	}
	return nil
}

// content is what the component with the element_id says.
func content(t *testing.T, card Card, id string) string {
	t.Helper()
	element := find(read(t, card), id)
	if text, ok := element["text"].(object); ok {
		element = text
	}
	said, _ := element["content"].(string)
	return said
}

// english and chinese put a report as a command answers with it.
func english(report *reports.Report) Ladder {
	return Report(report, ReportOptions{Locale: English, WeekStart: time.Monday})
}

func chinese(report *reports.Report) Ladder {
	return Report(report, ReportOptions{Locale: Chinese, WeekStart: time.Monday})
}

// What scripts may rely on: ids, columns and JSON numbers.
func TestCardCanBeReadByScripts(t *testing.T) {
	card := english(missing()).Card
	for _, id := range []string{"meeting_count", "meeting_duration", "participant_count", "missing_days", "findings", "chart", "rows"} {
		if find(read(t, card), id) == nil {
			t.Errorf("no element %s", id)
		}
	}
	for id, figure := range map[string]string{"meeting_count": "400", "meeting_duration": "164 h 5 min", "participant_count": "8,000"} {
		if said := content(t, card, id); !strings.Contains(said, "### "+figure+"\n") {
			t.Errorf("%s says %q, want the figure %s", id, said, figure)
		}
	}
	rows := find(read(t, card), "rows")
	names, types := make(array, 0, 4), make(array, 0, 4)
	for _, column := range rows["columns"].(array) {
		names, types = append(names, column.(object)["name"]), append(types, column.(object)["data_type"])
	}
	if diff := cmp.Diff(array{"date", "meeting_count", "meeting_duration_seconds", "participant_count"}, names); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(array{"text", "number", "number", "number"}, types); diff != "" {
		t.Error(diff)
	}
	if rows["page_size"] != 10.0 {
		t.Errorf("%v rows a page", rows["page_size"])
	}
	full := object{"meeting_count": 100.0, "meeting_duration_seconds": 41.02, "participant_count": 2000.0}
	with := func(date string) object {
		return object{"date": date, "meeting_count": full["meeting_count"], "meeting_duration_seconds": full["meeting_duration_seconds"], "participant_count": full["participant_count"]}
	}
	want := array{
		with("2026-11-03"), object{"date": "2026-11-04"}, object{"date": "2026-11-05"}, with("2026-11-06"),
		with("2026-11-07"), object{"date": "2026-11-08"}, with("2026-11-09"),
	}
	if diff := cmp.Diff(want, rows["rows"]); diff != "" {
		t.Errorf("a missing day has only its date:\n%s", diff)
	}
}

// Rows go by day up to 45 days, by week up to 200, and by month beyond.
func TestRowsGoAtTheChartsStep(t *testing.T) {
	for _, test := range []struct {
		days              int
		rows              int
		first, last, axis string
	}{
		{1, 1, "2026-11-09", "2026-11-09", "11-09 Mon"},
		{8, 8, "2026-11-02", "2026-11-09", "11-02 Mon"},
		{9, 9, "2026-11-01", "2026-11-09", "11-01"},
		{45, 45, "2026-09-26", "2026-11-09", "09-26"},
		{46, 8, "2026-09-25..2026-09-27", "2026-11-09..2026-11-09", "09-25"},
		{200, 30, "2026-04-24..2026-04-26", "2026-11-09..2026-11-09", "04-24"},
		{201, 8, "2026-04", "2026-11", "2026-04"},
		{3660, 121, "2016-11", "2026-11", "2016-11"},
	} {
		card := read(t, english(running("", test.days)).Card)
		rows := find(card, "rows")["rows"].(array)
		if len(rows) != test.rows {
			t.Errorf("%d days: %d rows, want %d", test.days, len(rows), test.rows)
			continue
		}
		first, last := rows[0].(object)["date"], rows[len(rows)-1].(object)["date"]
		if first != test.first || last != test.last {
			t.Errorf("%d days: rows from %v to %v, want %s to %s", test.days, first, last, test.first, test.last)
		}
		values := find(card, "chart")["chart_spec"].(object)["data"].(object)["values"].(array)
		if len(values) != test.rows || values[0].(object)["x"] != test.axis {
			t.Errorf("%d days: %d bars from %v, want %d from %s", test.days, len(values), values[0], test.rows, test.axis)
		}
	}
}

// The sums of weeks and months are those of their covered days.
func TestRowsAddUp(t *testing.T) {
	report := running("", 60)
	for i := range report.Days {
		report.Days[i].Figures = reports.Figures{MeetingCount: 1, MeetingDurationSeconds: 3600, ParticipantCount: 3}
		report.Days[i].Covered = i != 5 // Wednesday of the second week
	}
	rows := find(read(t, english(report).Card), "rows")["rows"].(array)
	want := array{ // 11 September is a Friday
		object{"date": "2026-09-11..2026-09-13", "meeting_count": 3.0, "meeting_duration_seconds": 3.0, "participant_count": 9.0},
		object{"date": "2026-09-14..2026-09-20", "meeting_count": 6.0, "meeting_duration_seconds": 6.0, "participant_count": 18.0},
		object{"date": "2026-09-21..2026-09-27", "meeting_count": 7.0, "meeting_duration_seconds": 7.0, "participant_count": 21.0},
	}
	if diff := cmp.Diff(want, rows[:3]); diff != "" {
		t.Error(diff)
	}
}

// A missing day has its place on the axis but no value; a provisional one is
// told apart.
func TestChart(t *testing.T) {
	spec := find(read(t, english(missing()).Card), "chart")["chart_spec"].(object)
	values := spec["data"].(object)["values"].(array)
	want := array{
		object{"x": "11-03 Tue", "y": 100.0, "s": "Meetings"}, object{"x": "11-06 Fri", "y": 100.0, "s": "Meetings"},
		object{"x": "11-07 Sat", "y": 100.0, "s": "Meetings"}, object{"x": "11-09 Mon", "y": 100.0, "s": "Meetings"},
	}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Error(diff)
	}
	domain := spec["axes"].(array)[0].(object)["domain"]
	if diff := cmp.Diff(array{"11-03 Tue", "11-04 Wed", "11-05 Thu", "11-06 Fri", "11-07 Sat", "11-08 Sun", "11-09 Mon"}, domain); diff != "" {
		t.Error(diff)
	}
	spec = find(read(t, chinese(provisional()).Card), "chart")["chart_spec"].(object)
	series := make(array, 0, 7)
	for _, value := range spec["data"].(object)["values"].(array) {
		series = append(series, value.(object)["s"])
	}
	if diff := cmp.Diff(array{"会议数", "会议数", "会议数", "会议数", "会议数", "暂定", "暂定"}, series); diff != "" {
		t.Error(diff)
	}
	if spec["legends"].(object)["visible"] != true {
		t.Error("the two colours are not explained")
	}
	if find(read(t, english(noData()).Card), "chart") != nil {
		t.Error("there is a chart of nothing")
	}
	spec = find(read(t, english(running("365d", 365)).Card), "chart")["chart_spec"].(object)
	if months := spec["data"].(object)["values"].(array); months[0].(object)["s"] != nil || spec["seriesField"] != nil || spec["legends"] != nil {
		t.Errorf("months are told apart: %v", months[0])
	}
}

// What must be said in words is said on every rung and in the terminal.
func TestEveryRungSaysIt(t *testing.T) {
	for _, test := range []struct {
		name   string
		report *reports.Report
		says   []string
	}{
		{"week", week(), []string{
			"Whole organisation", "2026-11-03 to 2026-11-09", "Asia/Shanghai", "unit: default", "as of 2026-11-10 09:00",
			"Participants is the sum of each day's count, not a number of different people.",
			"Compared with 2026-10-27 to 2026-11-02.", "25%", "Mean meetings per workday",
			"2026-11-03 Tue: 100 meetings, the most on any day so far (before: 98)",
			"2026-11-07 Sat: 100 meetings, 1,112% above the 8.3 of a usual Saturday",
			"25% more meetings than the period before (from 560 to 700)",
		}},
		{"missing", missing(), []string{
			"3 days are missing and not counted as zero: 2026-11-04 to 2026-11-05, 2026-11-08",
			"Days are missing, so changes compare means per day: 4 of 7 days here, 7 of 7 before.",
			"from 80.0 to 100.0 per day", "unchanged at 41 h 1 min per day", "from 2,007.3 to 2,000.0 per day", "(from 80.0 to 100.0 per day)",
		}},
		{"provisional", provisional(), []string{
			"2 days are provisional and may still change: 2026-11-08 to 2026-11-09", "Whole organisation (mainland China data)",
			"unit: mainland China", "as far as its data are kept in mainland China", "40 meetings, 60% below the 100.3 of a usual Monday",
		}},
		{"by_workday", byWorkday(), []string{
			"The periods differ in workdays (22 here, 21 before), so changes compare means per workday.",
			"from 120.0 to 118.6 per workday", "from 48 h to 47 h 26 min per workday", "(from 120.0 to 94.0 per workday)",
			"No holiday table for 2026, 2027: Monday to Friday count as workdays there.",
		}},
		{"no data", noData(), []string{"7 days are missing and not counted as zero: 2026-11-03 to 2026-11-09", "never fetched", unknown}},
		{"year", running("365d", 365), []string{"Only part of 2025-11, 2026-11 lies in the period."}},
	} {
		ladder := english(test.report)
		terminal := Terminal(test.report, English, time.Monday, 80)
		for rung, text := range map[string]string{"card": said(t, ladder.Card), "plain": said(t, ladder.Plain), "text": ladder.Text, "terminal": terminal} {
			for _, want := range test.says {
				if !strings.Contains(text, want) {
					t.Errorf("%s: the %s does not say %q", test.name, rung, want)
				}
			}
		}
	}
}

// said is all that a card says, without markup.
func said(t *testing.T, card Card) string {
	t.Helper()
	var texts []string
	var collect func(any)
	collect = func(value any) {
		switch value := value.(type) {
		case object:
			if text, ok := value["content"].(string); ok {
				texts = append(texts, markdownTags.ReplaceAllString(text, ""))
			}
			for _, inner := range value {
				collect(inner)
			}
		case array:
			for _, inner := range value {
				collect(inner)
			}
		}
	}
	collect(read(t, card))
	return strings.Join(texts, "\n")
}

// A year without a calendar table matters only where workdays are spoken of.
func TestUnknownYearsAreNamedWithAWorkdayMean(t *testing.T) {
	report := build("2026-11-07", ordinary(reports.NewDate(2026, time.November, 7))) // a Saturday
	report.UnknownYears = []int{2026}
	if text := english(report).Text; strings.Contains(text, "holiday table") {
		t.Errorf("no workday mean is shown, yet: %s", text)
	}
}

func TestChangesInWords(t *testing.T) {
	percent := func(n int) *int { return &n }
	for _, test := range []struct {
		change           reports.Change
		compare          reports.Compare
		english, chinese string
	}{
		{reports.Change{Now: 700, Base: 560, Percent: percent(25)}, reports.ComparePrevious, "▲ 25% from 560", "▲ 25%，上期 560"},
		{reports.Change{Now: 0, Base: 560, Percent: percent(-100)}, reports.ComparePrevious, "▼ 100% from 560", "▼ 100%，上期 560"},
		{reports.Change{Now: 700, Base: 560, Percent: percent(25)}, reports.CompareLastYear, "▲ 25% from 560", "▲ 25%，去年同期 560"},
		{reports.Change{Now: 123_456, Base: 10, Percent: percent(1_234_460)}, reports.ComparePrevious, "▲ 1,234,460% from 10", "▲ 1,234,460%，上期 10"},
		{reports.Change{Now: 1001, Base: 1000, Percent: percent(0)}, reports.ComparePrevious, "little changed from 1,000", "基本持平，上期 1,000"},
		{reports.Change{Now: 1000, Base: 1000, Percent: percent(0)}, reports.ComparePrevious, "unchanged", "持平"},
		{reports.Change{Now: 0, Base: 0}, reports.ComparePrevious, "unchanged", "持平"},
		{reports.Change{Now: 5, Base: 0}, reports.ComparePrevious, "▲ from 0", "▲，上期 0"},
	} {
		report := week()
		report.Compare, report.Changes[reports.MeetingCount] = test.compare, test.change
		for locale, want := range map[Locale]string{English: "Meetings: 700  " + test.english, Chinese: "会议数：700  " + test.chinese} {
			if text := Report(report, ReportOptions{Locale: locale}).Text; !strings.Contains(text, want+"\n") {
				t.Errorf("%s %+v: want %q in\n%s", locale, test.change, want, text)
			}
		}
	}
}

// A period of which nothing is known is no base.
func TestNothingKnownOfTheBase(t *testing.T) {
	report := build("7d", plainWeek()...)
	span := reports.Range{From: today.AddDays(-14), To: today.AddDays(-8)}
	report.Base = &reports.Summary{Period: reports.Period{Range: span, Full: span}, Missing: []reports.Range{span}}
	if got, want := content(t, english(report).Card, "comparison"), "<font color='grey'>No figures are known for 2026-10-27 to 2026-11-02, so nothing is compared.</font>"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A mean that moved by less than is shown does not repeat itself.
func TestChangeThatReadsTheSame(t *testing.T) {
	report := week()
	report.Changes[reports.MeanParticipants] = moved(20.01, 19.99, 0)
	if text, want := english(report).Text, "Mean participants of a meeting: 20.0  little changed\n"; !strings.Contains(text, want) {
		t.Errorf("want %q in\n%s", want, text)
	}
}

// Nothing is said of change where nothing is compared.
func TestWithoutComparison(t *testing.T) {
	text := english(todayAlone()).Text
	for _, word := range []string{"Compared", "▲", "unchanged", "Worth"} {
		if strings.Contains(text, word) {
			t.Errorf("%q in\n%s", word, text)
		}
	}
	if find(read(t, english(todayAlone()).Card), "findings") != nil {
		t.Error("there are findings of nothing")
	}
}

func TestTitles(t *testing.T) {
	single := build("2026-11-03", ordinary(reports.NewDate(2026, time.November, 3)))
	for _, test := range []struct {
		report          *reports.Report
		options         ReportOptions
		title, subtitle string
	}{
		{week(), ReportOptions{}, "Meeting report · last 7 days", "Whole organisation · 2026-11-03 to 2026-11-09"},
		{digest(), ReportOptions{Digest: true}, "Meeting digest · last week", "Whole organisation (Singapore data) · 2026-11-03 to 2026-11-09"},
		{digest(), ReportOptions{Title: "Board"}, "Board", "Whole organisation (Singapore data) · last week · 2026-11-03 to 2026-11-09"},
		{single, ReportOptions{}, "Meeting report · 2026-11-03 Tue", "Whole organisation"},
		{single, ReportOptions{Title: "\u202e \n"}, "Meeting report · 2026-11-03 Tue", "Whole organisation"},
		{single, ReportOptions{Title: "Board"}, "Board", "Whole organisation · 2026-11-03 Tue"},
		{week(), ReportOptions{Title: strings.Repeat("长", 200)}, strings.Repeat("长", 99) + "…", "Whole organisation · last 7 days · 2026-11-03 to 2026-11-09"},
	} {
		test.options.Locale = English
		header := read(t, Report(test.report, test.options).Card)["header"].(object)
		title, subtitle := header["title"].(object)["content"], header["subtitle"].(object)["content"]
		if title != test.title || subtitle != test.subtitle {
			t.Errorf("got %q, %q; want %q, %q", title, subtitle, test.title, test.subtitle)
		}
	}
}

// The chat list shows the figures, however long the title.
func TestSummary(t *testing.T) {
	for title, want := range map[string]string{
		"":                       "Meeting report · last 7 days: 700 meetings, 287 h 9 min",
		strings.Repeat("x", 200): strings.Repeat("x", 59) + "…: 700 meetings, 287 h 9 min",
	} {
		card := Report(week(), ReportOptions{Locale: English, Title: title}).Card
		if got := card.Config.Summary.Content; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Other people's words stay on their lines and are cut.
func TestNote(t *testing.T) {
	card := Report(week(), ReportOptions{Locale: English, Note: "\u202ea <b>\n\n" + strings.Repeat("x", 10_000)}).Card
	if got, want := content(t, card, "note"), "a <b>\n"+strings.Repeat("x", 993)+"…"; got != want {
		t.Errorf("got %q", got)
	}
	if find(read(t, Report(week(), ReportOptions{Locale: English, Note: " \n\u202e"}).Card), "note") != nil {
		t.Error("there is a note of nothing")
	}
}

func TestEnglishCardsHoldNoChinese(t *testing.T) {
	for _, s := range samples() {
		options := s.options
		options.Locale, options.Title, options.Note = English, "", ""
		ladder := Report(s.report, options)
		card := strings.Join(collected(untranslated(read(t, ladder.Card))), "\n")
		for _, text := range []string{card, ladder.Plain.JSON(), ladder.Text, Terminal(s.report, English, time.Monday, 80)} {
			if i := strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }); i >= 0 {
				t.Errorf("%s: %.40s", s.name, text[i:])
			}
		}
	}
}

// No period and no figures make a card too large: the longest texts, the
// largest figures, holes and provisional days.
func TestNoReportIsTooLarge(t *testing.T) {
	for _, days := range []int{1, 45, 46, 200, 201, 3660} {
		for _, locale := range Locales() {
			for _, filler := range []string{"<", "\"", "🀄"} {
				options := ReportOptions{Locale: locale, WeekStart: time.Sunday, Title: strings.Repeat(filler, 200), Note: strings.Repeat(filler, 10_000)}
				sendable(t, filler, Report(crowded(days), options))
				options.View = shown(View{Period: "3660d", Above: "3660d", Unit: "cn"}).View
				sendable(t, filler+" with buttons", Report(crowded(days), options))
			}
		}
	}
}

// Figures so absurd that a decade of them does not fit are still said on the
// rungs below.
func TestAbsurdFiguresGoToTheRungBelow(t *testing.T) {
	report := running("3660d", 3660)
	for i := range report.Days {
		report.Days[i].Figures = reports.Figures{MeetingCount: math.MaxInt64 / 4000, MeetingDurationSeconds: math.MaxInt64 / 4000, ParticipantCount: math.MaxInt64 / 4000}
	}
	contents := english(build("3660d", report.Days...)).Contents()
	if contents[0].MsgType != "interactive" {
		t.Error("not even the plain card is sent")
	}
	for _, content := range contents {
		if bytes := requestBytes(t, content); content.MsgType == "interactive" && bytes > 30_000 {
			t.Errorf("a card of %d bytes would be sent", bytes)
		}
	}
}

// crowded is a report with all there is to say, of figures larger than any
// organisation's: a million meetings a day.
func crowded(n int) *reports.Report {
	report := running("3660d", n)
	for i := range report.Days {
		day := &report.Days[i]
		day.Covered, day.Final = i%62 != 0, i%2 == 0
		day.Figures = reports.Figures{MeetingCount: 1_000_019, MeetingDurationSeconds: 1_440_000_019, ParticipantCount: 20_000_019}
	}
	report = build("3660d", report.Days...)
	report.Unit, report.UnknownYears = reports.UnitCN, []int{2020, 2021, 2022, 2023, 2024, 2025, 2026, 2027}
	report = against(report, reports.Figures{MeetingCount: math.MaxInt64, MeetingDurationSeconds: math.MaxInt64, ParticipantCount: math.MaxInt64}, map[reports.Measure]reports.Change{})
	for _, measure := range []reports.Measure{reports.MeetingCount, reports.MeetingDuration, reports.ParticipantCount, reports.MeanDuration, reports.MeanParticipants, reports.MeanPerWorkday, reports.BusiestDay} {
		report.Changes[measure] = moved(math.MaxInt64/2, math.MaxInt64/3, 50)
	}
	report.ByMean = true
	for _, kind := range []reports.FindingKind{reports.Record, reports.DayHigh, reports.PeriodUp} {
		report.Findings = append(report.Findings, reports.Finding{Kind: kind, Date: today, Value: math.MaxInt64 / 2, Base: math.MaxInt64 / 3, Percent: 50})
	}
	return report
}
