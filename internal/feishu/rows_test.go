package feishu

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/reports"
)

// officialDaily is the example of the platform's page on get_daily. Its totals
// are not the sums of its rows.
const officialDaily = `{"code":0,"msg":"success","data":{"meeting_report":{"total_meeting_count":"100","total_meeting_duration":"300000","total_participant_count":"20000",
 "daily_report":[{"date":"1609113600","meeting_count":"100","meeting_duration":"147680","participant_count":"2000"}]}}}`

// date is YYYY-MM-DD.
func date(text string) reports.Date {
	read, err := reports.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return read
}

// shanghai is the zone most tenants live in.
var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func TestParseDailyOfficialExample(t *testing.T) {
	got, err := parseDaily([]byte(officialDaily), ever, shanghai)
	if err != nil {
		t.Fatal(err)
	}
	want := []reports.Row{{Date: date("2020-12-28"), Figures: reports.Figures{MeetingCount: 100, MeetingDurationSeconds: 147680, ParticipantCount: 2000}}}
	if diff := cmp.Diff(want, got.rows); diff != "" {
		t.Error(diff)
	}
	if !got.differs {
		t.Error("the totals are not the sums, but that was not seen")
	}
}

// dailyOf is a reply with the rows given.
func dailyOf(rows string) string {
	return `{"code":0,"data":{"meeting_report":{"daily_report":[` + rows + `]}}}`
}

// rowOf is a row of the date, with figures that are all right.
func rowOf(date string) string {
	return fmt.Sprintf(`{"date":%s,"meeting_count":"1","meeting_duration":"2","participant_count":"3"}`, date)
}

func TestParseDailyDates(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		date string // unix seconds
		zone *time.Location
		want string
	}{
		"midnight UTC":                             {"1609113600", shanghai, "2020-12-28"},
		"midnight UTC, west of it":                 {"1609113600", newYork, "2020-12-28"},
		"midnight in Shanghai":                     {"1609084800", shanghai, "2020-12-28"},
		"a second before it":                       {"1609084799", shanghai, "2020-12-27"},
		"noon in Shanghai":                         {"1609128000", shanghai, "2020-12-28"},
		"midnight in New York, winter":             {"1609131600", newYork, "2020-12-28"},
		"midnight in New York, on the change back": {"1793505600", newYork, "2026-11-01"},
		"midnight in New York, the day after":      {"1793595600", newYork, "2026-11-02"},
		"the first day there is":                   {"0", shanghai, "1970-01-01"},
		"the last day there is":                    {"253402214400", shanghai, "9999-12-31"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := parseDaily([]byte(dailyOf(rowOf(`"`+c.date+`"`))), ever, c.zone)
			if err != nil || len(got.rows) != 1 || got.rows[0].Date != date(c.want) {
				t.Errorf("got %+v, %v; want %s", got.rows, err, c.want)
			}
		})
	}
}

// ever are all days there are.
var ever = reports.Range{From: math.MinInt32, To: math.MaxInt32}

// What is wrong with a row of a day that was not asked for does not matter.
func TestParseDailyDropsOtherDays(t *testing.T) {
	asked := reports.Range{From: date("2020-12-28"), To: date("2020-12-29")}
	good, other := rowOf(`"1609113600"`), rowOf(`"1600000000"`)
	for name, row := range map[string]string{
		"null": strings.Replace(other, `"1"`, `null`, 1), "a number": strings.Replace(other, `"2"`, `2`, 1), "twice": other + "," + other,
	} {
		got, err := parseDaily([]byte(dailyOf(good+","+row)), asked, shanghai)
		if err != nil || len(got.rows) == 0 || got.rows[0].Date != asked.From {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	for name, row := range map[string]string{"no date": `{"meeting_count":"1"}`, "asked for": strings.Replace(rowOf(`"1609200000"`), `"1"`, `null`, 1)} {
		if got, err := parseDaily([]byte(dailyOf(good+","+row)), asked, shanghai); err == nil {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

// A row that cannot be read is an error that holds it, never a zero.
func TestParseDailyBadRows(t *testing.T) {
	good := rowOf(`"1609113600"`)
	with := func(old, other string) string { return strings.Replace(good, old, other, 1) }
	cases := map[string]string{
		"null":                        `null`,
		"a number":                    `7`,
		"empty":                       `{}`,
		"no date":                     with(`"date"`, `"day"`),
		"a date that is null":         with(`"1609113600"`, `null`),
		"a date that is a number":     with(`"1609113600"`, `1609113600`),
		"a date in words":             with(`1609113600`, `2020-12-28`),
		"a date in milliseconds":      with(`1609113600`, `1609113600000`),
		"an empty date":               with(`1609113600`, ``),
		"a negative date":             with(`1609113600`, `-86400`),
		"a date after all":            with(`1609113600`, `253402300800`),
		"no meetings":                 with(`"meeting_count":"1",`, ``),
		"meetings that are a number":  with(`"1",`, `1,`),
		"meetings that are null":      with(`"1",`, `null,`),
		"empty meetings":              with(`"1",`, `"",`),
		"a fraction":                  with(`"1",`, `"1.5",`),
		"a sign":                      with(`"1",`, `"+1",`),
		"less than none":              with(`"1",`, `"-1",`),
		"a space":                     with(`"1",`, `" 1",`),
		"grouped":                     with(`"1",`, `"1,000",`),
		"hexadecimal":                 with(`"1",`, `"0x1",`),
		"full-width digits":           with(`"1",`, `"１",`),
		"more than there can be":      with(`"2"`, `"1000000000000001"`),
		"more than a number holds":    with(`"2"`, `"99999999999999999999"`),
		"no participants":             with(`,"participant_count":"3"`, ``),
		"a name in capitals":          with(`"meeting_count"`, `"Meeting_Count"`),
		"a figure twice":              with(`"meeting_count":"1"`, `"meeting_count":"1","meeting_count":"0"`),
		"the date again":              good + "," + good,
		"the date again, in the zone": good + "," + rowOf(`"1609084800"`),
	}
	for name, rows := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := parseDaily([]byte(dailyOf(rowOf(`"1600000000"`)+","+rows)), ever, shanghai)
			if err == nil || got.rows != nil {
				t.Fatalf("got %+v", got)
			}
			last := rows[strings.LastIndex(rows, "{")+1:]
			if !strings.Contains(err.Error(), last) {
				t.Errorf("the error does not hold the row: %v", err)
			}
		})
	}
}

func TestParseDailyReplies(t *testing.T) {
	cases := map[string]struct {
		body string
		rows int // -1 for an error
	}{
		"no rows":             {dailyOf(""), 0},
		"no list of rows":     {`{"code":0,"data":{"meeting_report":{}}}`, 0},
		"rows are null":       {`{"code":0,"data":{"meeting_report":{"daily_report":null}}}`, 0},
		"no report":           {`{"code":0,"data":{}}`, 0},
		"the report is null":  {`{"code":0,"data":{"meeting_report":null}}`, 0},
		"two rows":            {dailyOf(rowOf(`"1609113600"`) + "," + rowOf(`"1609200000"`)), 2},
		"rows are an object":  {`{"code":0,"data":{"meeting_report":{"daily_report":{}}}}`, -1},
		"the report is text":  {`{"code":0,"data":{"meeting_report":"x"}}`, -1},
		"no data":             {`{"code":0,"msg":"success"}`, -1},
		"the data are null":   {`{"code":0,"data":null}`, -1},
		"two lists of rows":   {`{"code":0,"data":{"meeting_report":{"daily_report":[null],"daily_report":[]}}}`, -1},
		"rows in capitals":    {`{"code":0,"data":{"meeting_report":{"Daily_Report":[null]}}}`, 0},
		"something behind":    {dailyOf("") + "x", -1},
		"cut in the middle":   {dailyOf(rowOf(`"1609113600"`))[:80], -1},
		"nothing":             {"", -1},
		"no UTF-8":            {strings.Replace(dailyOf(rowOf(`"1609113600"`)), `"1"`, "\"\xff\"", 1), -1},
		"nested without end":  {strings.Repeat("[", 100_000), -1},
		"unknown members too": {strings.Replace(dailyOf(rowOf(`"1609113600"`)), `"date"`, `"more":[1],"date"`, 1), 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := parseDaily([]byte(c.body), ever, shanghai)
			if (err != nil) != (c.rows < 0) || err == nil && len(got.rows) != c.rows {
				t.Errorf("got %+v, %v; want %d rows", got.rows, err, c.rows)
			}
		})
	}
}

func TestParseDailyTotals(t *testing.T) {
	row := `"daily_report":[` + rowOf(`"1609113600"`) + `]`
	for totals, differs := range map[string]bool{
		`"total_meeting_count":"1","total_meeting_duration":"2","total_participant_count":"3",`: false,
		``:                                false,
		`"total_meeting_count":null,`:     false,
		`"total_meeting_count":"2",`:      true,
		`"total_meeting_duration":"",`:    true,
		`"total_participant_count":3,`:    true,
		`"total_participant_count":"03",`: true,
	} {
		got, err := parseDaily([]byte(`{"code":0,"data":{"meeting_report":{`+totals+row+`}}}`), ever, shanghai)
		if err != nil || got.differs != differs || len(got.rows) != 1 {
			t.Errorf("%s: %+v, %v", totals, got, err)
		}
	}
}
