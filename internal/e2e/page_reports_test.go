package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/page/pagetest"
	"huibao/internal/simulator"
)

// explored is an organisation whose figures can be summed up in the head: on
// the n-th of the last month there were n meetings of half an hour with two
// participants, on each day since 5 and on each day before 8. Of the last
// workday of the last month the platform tells nothing.
type explored struct {
	*adminPage
	first time.Time // of the last month
	n     int       // days of the last month
	gone  int       // the n-th of which nothing is told
}

// figuresOf are those of so many meetings.
func figuresOf(meetings int) simulator.DayFigures {
	return simulator.DayFigures{Meetings: int64(meetings), Seconds: int64(meetings) * 1800, Participants: int64(meetings) * 2}
}

// lastMonth is the first day of the month before this one, how many days it has,
// and the last of them that is a workday.
func (w *world) lastMonth() (first time.Time, n, workday int) {
	now := time.Now().In(w.zone)
	last := time.Date(now.Year(), now.Month(), 0, 12, 0, 0, 0, w.zone)
	n = last.Day()
	for last.Weekday() == time.Saturday || last.Weekday() == time.Sunday {
		last = last.AddDate(0, 0, -1)
	}
	return last.AddDate(0, 0, 1-last.Day()), n, last.Day()
}

// furnishReports has the platform tell the figures of 100 days.
func (w *world) furnishReports() {
	first, n, gone := w.lastMonth()
	for ago := 1; ago <= 100; ago++ {
		meetings := 8
		if at, date := time.Now().In(w.zone).AddDate(0, 0, -ago), w.day(ago); date >= first.AddDate(0, 0, n).Format(time.DateOnly) {
			meetings = 5
		} else if date >= first.Format(time.DateOnly) {
			meetings = at.Day()
		}
		w.platform.SetDay(w.day(ago), figuresOf(meetings))
	}
	w.platform.DropDay(first.AddDate(0, 0, gone-1).Format(time.DateOnly))
}

// TestPageReports explores a month of which a day is missing, and fills it.
func TestPageReports(t *testing.T) {
	late := func() options { // no day is final, so that one without figures is missing
		return options{environment: conversed(map[string]string{"HUIBAO_FINAL_AFTER": "2400h"}), prepare: (*world).furnishReports}
	}
	inEveryLook(t, late, func(t *testing.T, p *adminPage) {
		e := &explored{adminPage: p}
		e.first, e.n, e.gone = p.world.lastMonth()
		e.month()
		e.measures()
		e.files()
		e.fourWeeks()
		e.mistakes()
		e.backfill()
	})
}

// report is what the API answers about a period.
func (e *explored) report(period string) object {
	e.T.Helper()
	return e.world.must(http.StatusOK, http.MethodGet, "/reports/daily?compare=previous&period="+url.QueryEscape(period), nil)
}

// shown chooses a common period and waits until the page shows it.
func (e *explored) shown(preset string) {
	e.T.Helper()
	e.press(e.words("report.preset." + preset))
	e.Wait(fmt.Sprintf(`document.querySelector('.asking [aria-pressed=true]')?.textContent === %q && !document.querySelector('main .loading, main [aria-busy=true]')`, e.words("report.preset."+preset)))
}

// month looks at the last month: its figures, what they are compared with, and
// the missing day.
func (e *explored) month() {
	e.T.Helper()
	e.place("/admin/reports")
	e.shown("last_month")
	meetings := e.n*(e.n+1)/2 - e.gone // 1 + 2 + … + n, without the missing day
	e.wantFigures(meetings)
	report := e.report("last month")
	totals, comparison := report["totals"].(object), report["comparison"].(object)
	if totals["meeting_count"] != float64(meetings) || totals["meeting_duration_seconds"] != float64(meetings*1800) || totals["participant_count"] != float64(meetings*2) {
		e.T.Errorf("the API has the totals %v, want %d meetings", totals, meetings)
	}
	if diff := cmp.Diff([]any{e.date(e.gone)}, report["missing"]); diff != "" {
		e.T.Errorf("the API's missing days (-want +got):\n%s", diff)
	}
	changed := int(100*(float64(meetings)/float64(e.n-1)-8)/8 + 0.5) // percent; a day of the month before had 8 meetings
	if changes, _ := comparison["changes"].(object)["meeting_count"].(object); changes["percent"] != float64(changed) || changes["base"] != 8.0 {
		e.T.Errorf("the API compares with %v, want +%d%% from 8 a day", changes, changed)
	}
	if compared := e.Texts(".figure-box .more-about"); !strings.HasPrefix(compared[0], fmt.Sprintf("+%d%%", changed)) || !strings.Contains(compared[0], "8.0") {
		e.T.Errorf("the page compares with %q, want +%d%% from 8.0", compared[0], changed)
	}
	e.wantTable(report)
	e.wantCoverage(report)
	e.says(".notice", e.words("report.missing.notice", "days", e.days(1), "all", e.days(e.n)))
	e.says(".day-group[data-state=missing] h3", e.words("report.missing_title.asked", "days", e.days(1)))
	e.fine("last month")
}

// date is the n-th of the last month.
func (e *explored) date(n int) string { return e.first.AddDate(0, 0, n-1).Format(time.DateOnly) }

// days is a number of days in words.
func (e *explored) days(number int) string {
	form := "other"
	if number == 1 {
		form = "one"
	}
	return e.words("report.days."+form, "n", strconv.Itoa(number))
}

// wantFigures checks the boxes of a report with so many meetings of half an hour
// with two participants.
func (e *explored) wantFigures(meetings int) {
	e.T.Helper()
	hours := e.words("format.hours", "n", fmt.Sprintf("%.1f", float64(meetings)/2))
	e.says(".figure-box .value", strconv.Itoa(meetings))
	if diff := cmp.Diff([]string{strconv.Itoa(meetings), hours, strconv.Itoa(meetings * 2)}, e.Texts(".figure-box .value")); diff != "" {
		e.T.Errorf("the figures (-want +got):\n%s", diff)
	}
}

// wantTable checks the table of days, part by part, against the API.
func (e *explored) wantTable(report object) {
	e.T.Helper()
	table := fmt.Sprintf("[aria-label=%q] tbody", e.words("report.rows.label"))
	var got []string
	for {
		rows := pagetest.Eval[[]string](e.Tab, fmt.Sprintf(`[...document.querySelectorAll(%q)].map((row) => row.querySelector('time').dateTime + ' ' + [...row.querySelectorAll('td.figure')].map((one) => one.textContent).join(' '))`, table+" tr"))
		got = append(got, rows...)
		on := fmt.Sprintf(`[...document.querySelectorAll('nav.more button')].find((one) => one.textContent === %q)`, e.words("report.rows.on"))
		if !pagetest.Eval[bool](e.Tab, "Boolean("+on+") && "+on+".ariaDisabled !== 'true'") {
			break
		}
		pagetest.Eval[bool](e.Tab, on+".click(), true")
	}
	slices.Reverse(got) // the newest comes first
	want := make([]string, e.n)
	for i := range want {
		want[i] = e.date(i+1) + " – – –"
	}
	for _, item := range report["days"].([]any) {
		day := item.(object)
		at, _ := time.Parse(time.DateOnly, day["date"].(string))
		hours := e.words("format.hours", "n", fmt.Sprintf("%.1f", day["meeting_duration_seconds"].(float64)/3600))
		want[at.Day()-1] = fmt.Sprintf("%s %v %s %v", day["date"], day["meeting_count"], hours, day["participant_count"])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		e.T.Errorf("the table of days (-want +got):\n%s", diff)
	}
}

// wantCoverage checks what the strip of days says in words.
func (e *explored) wantCoverage(report object) {
	e.T.Helper()
	missing := len(report["missing"].([]any))
	parts := []string{e.words("report.day.provisional") + ": " + strconv.Itoa(e.n-missing)}
	if missing > 0 {
		parts = append(parts, e.words("report.day.missing")+": "+strconv.Itoa(missing))
	}
	said := pagetest.Eval[string](e.Tab, `document.querySelector('.coverage-wall').ariaLabel`)
	if want := strings.Join(parts, ", "); !strings.HasSuffix(said, want) {
		e.T.Errorf("the strip of days says %q, want %q at its end", said, want)
	}
	marked := pagetest.Eval[[]string](e.Tab, `[...document.querySelectorAll('.coverage-wall [data-state=missing]')].map((one) => one.textContent)`)
	if len(marked) != missing || missing == 1 && marked[0] != strconv.Itoa(e.gone) {
		e.T.Errorf("the strip marks %q as missing, want %v", marked, report["missing"])
	}
}

// drawn waits until the chart is drawn, and returns its summary.
func (e *explored) drawn(measure string) string {
	e.T.Helper()
	e.Wait(`document.querySelector('.report .chart')?.dataset.drawn === 'true' && Number(document.querySelector('.report .chart').dataset.marks) > 1`)
	summary := pagetest.Eval[string](e.Tab, `document.querySelector('.report .chart [role=img]').ariaLabel`)
	if title := e.words("report.chart.day", "measure", measure); !strings.HasPrefix(summary, title) {
		e.T.Errorf("the chart is %q, want %q", summary, title)
	}
	return summary
}

// measures has the chart show another measure.
func (e *explored) measures() {
	e.T.Helper()
	meetings := e.drawn(e.words("report.measure.meeting_count"))
	e.press(e.words("report.measure.meeting_duration_seconds"))
	e.Wait(`location.search.includes('measure=meeting_duration_seconds') && document.querySelector('[data-measure=meeting_duration_seconds]')?.getAttribute('aria-pressed') === 'true'`)
	if hours := e.drawn(e.words("report.chart.hours")); hours == meetings {
		e.T.Errorf("the chart of hours says what the one of meetings said: %q", hours)
	}
	e.Keep("hours")
}

// download is what a link to a file brings.
type download struct {
	Status      int
	Type, Begin string
}

// files fetches the files as a click on their links does, with the cookie.
func (e *explored) files() {
	e.T.Helper()
	fetch := func(format string) download {
		return pagetest.Eval[download](e.Tab, fmt.Sprintf(`fetch(document.querySelector('a[download][href*="format=%s"]').href).then(async (answer) =>
			({Status: answer.status, Type: answer.headers.get('Content-Type'), Begin: (await answer.text()).slice(0, 200)}))`, format))
	}
	csv := fetch("csv")
	lines := strings.Split(strings.TrimPrefix(csv.Begin, "\ufeff"), "\r\n")
	if csv.Status != http.StatusOK || !strings.HasPrefix(csv.Type, "text/csv") || lines[0] != "date,meeting_count,meeting_duration_seconds,participant_count,status,source" ||
		!strings.HasPrefix(lines[1], e.date(1)+",1,1800,2,provisional,") {
		e.T.Errorf("the CSV file is %+v", csv)
	}
	xlsx := fetch("xlsx")
	if xlsx.Status != http.StatusOK || xlsx.Type != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" || !strings.HasPrefix(xlsx.Begin, "PK") {
		e.T.Errorf("the workbook is %+v", xlsx)
	}
}

// fourWeeks looks at the four weeks that ended yesterday.
func (e *explored) fourWeeks() {
	e.T.Helper()
	e.shown("w4")
	meetings := 0
	for ago := 1; ago <= 28; ago++ {
		date := e.world.day(ago)
		if date == e.date(e.gone) {
			continue
		}
		figures, _ := e.world.platform.Day(date)
		meetings += int(figures.Meetings)
	}
	e.wantFigures(meetings)
	if totals := e.report("4w")["totals"].(object); totals["meeting_count"] != float64(meetings) {
		e.T.Errorf("the API has the totals %v, want %d meetings", totals, meetings)
	}
}

// mistakes asks for what is no period: the report before stays.
func (e *explored) mistakes() {
	e.T.Helper()
	before := e.Texts(".report-head h2")
	e.fill("period", "next nonsense")
	e.Expect("status of 400", "status of 422") // the browser mentions the refusal
	e.press(e.words("report.ask.show"))
	_, refusal := e.world.admin(http.MethodGet, "/reports/daily?period=next+nonsense", nil, "Accept-Language", e.language)
	if said := e.problem("period"); said != fieldMessage(refusal, "period") {
		e.T.Errorf("beside the period stands %q, want what the API says: %v", said, refusal)
	}
	if diff := cmp.Diff(before, e.Texts(".report-head h2")); diff != "" {
		e.T.Errorf("the report before (-want +got):\n%s", diff)
	}
	e.fine("no period")
}

// backfill fetches all in reach once the platform tells of the missing day; the
// first 30 days and the next wait to be let through.
func (e *explored) backfill() {
	e.T.Helper()
	w := e.world
	e.shown("last_month")
	e.says(".notice", e.words("report.missing.notice", "days", e.days(1), "all", e.days(e.n)))
	w.platform.SetDay(e.date(e.gone), figuresOf(e.gone))
	hold := simulator.Fault{Endpoint: "report_get_daily", Hold: true} // also the repeat of a call that was held for too long
	first := w.platform.SetFault(hold)
	e.press(e.words("report.backfill.open"))
	e.Wait(`document.querySelector('dialog[open] [value=reach]')`)
	e.fine("backfill asked")
	e.Click("dialog[open] [value=reach]")
	e.confirm(e.words("report.backfill.start"))
	w.held(first)
	e.says(".backfill-progress", e.words("report.backfills.progress", "done", "0", "total", "89"))
	second := w.platform.SetFault(hold)
	w.platform.Release(first)
	w.held(second)
	e.says(".backfill-progress", e.words("report.backfills.progress", "done", "30", "total", "89"))
	e.says(".tag", e.words("state.running"))
	e.fine("backfill going on")
	w.platform.Release(second)
	e.says("td", e.words("report.backfills.done", "days", e.days(89)))
	e.wantFigures(e.n * (e.n + 1) / 2)
	e.Wait(`!document.querySelector('.backfill-progress') && !document.querySelector('.day-group[data-state=missing]')`)
	report := e.report("last month")
	e.wantTable(report)
	e.wantCoverage(report)
	items, _ := w.must(http.StatusOK, http.MethodGet, "/archive/backfills", nil)["items"].([]any)
	if len(items) != 1 || items[0].(object)["status"] != "done" || items[0].(object)["days_done"] != 89.0 || items[0].(object)["created_by"] != "admin" {
		e.T.Errorf("the backfills are %v, want one of 89 days", items)
	}
	e.Keep("backfill done")
}
