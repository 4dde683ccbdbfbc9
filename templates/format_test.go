package templates

import (
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"huibao/reports"
)

func TestOneDecimal(t *testing.T) {
	for _, test := range []struct {
		value float64
		want  string
	}{
		{0, "0.0"}, {1, "1.0"}, {20, "20.0"}, {0.04, "0.0"}, {0.05, "0.1"}, {0.25, "0.3"}, {0.35, "0.4"}, {2.45, "2.5"}, {8.25, "8.3"},
		{88.25, "88.3"}, {1.15, "1.2"}, {99.95, "100.0"}, {999.949, "999.9"}, {999.95, "1,000.0"}, {1234.56, "1,234.6"},
		{2_007.25, "2,007.3"}, {1.0 / 3, "0.3"}, {2.0 / 3, "0.7"}, {-0.25, "-0.3"}, {1e15, "1,000,000,000,000,000.0"},
	} {
		if got := oneDecimal(test.value); got != test.want {
			t.Errorf("oneDecimal(%v) = %q, want %q", test.value, got, test.want)
		}
	}
}

// Every mean of whole numbers is rounded as the exact fraction is, halves away
// from zero.
func TestOneDecimalRoundsAsFractionsDo(t *testing.T) {
	for per := int64(1); per <= 40; per++ {
		for sum := int64(0); sum <= 3000; sum++ {
			tenths := new(big.Int).Quo(big.NewInt(20*sum+per), big.NewInt(2*per)) // floor of sum/per*10 + 1/2
			want := new(big.Rat).SetFrac(tenths, big.NewInt(10)).FloatString(1)
			if got := strings.ReplaceAll(oneDecimal(float64(sum)/float64(per)), ",", ""); got != want {
				t.Fatalf("%d/%d is written %q, want %q", sum, per, got, want)
			}
		}
	}
}

func TestDuration(t *testing.T) {
	for _, test := range []struct {
		seconds          int64
		english, chinese string
	}{
		{0, "0 min", "0 分钟"}, {1, "1 second", "1 秒"}, {59, "59 seconds", "59 秒"}, {60, "1 min", "1 分钟"}, {89, "1 min", "1 分钟"},
		{90, "2 min", "2 分钟"}, {3_569, "59 min", "59 分钟"}, {3_570, "1 h", "1 小时"}, {3_600, "1 h", "1 小时"},
		{3_660, "1 h 1 min", "1 小时 1 分"}, {1_033_760, "287 h 9 min", "287 小时 9 分"}, {3_720_000, "1,033 h 20 min", "1,033 小时 20 分"},
		{math.MaxInt64, "2,562,047,788,015,215 h 30 min", "2,562,047,788,015,215 小时 30 分"},
	} {
		if got := duration(English, test.seconds); got != test.english {
			t.Errorf("%d s in English: %q, want %q", test.seconds, got, test.english)
		}
		if got := duration(Chinese, test.seconds); got != test.chinese {
			t.Errorf("%d s in Chinese: %q, want %q", test.seconds, got, test.chinese)
		}
	}
}

func TestHours(t *testing.T) {
	for seconds, want := range map[int64]float64{0: 0, 17: 0, 18: 0.01, 36: 0.01, 1800: 0.5, 147_680: 41.02, 1_033_760: 287.16} {
		if got := hours(seconds); got != want {
			t.Errorf("hours(%d) = %v, want %v", seconds, got, want)
		}
	}
}

// days is a range of November 2026.
func november(from, to int) reports.Range {
	return reports.Range{From: reports.NewDate(2026, time.November, from), To: reports.NewDate(2026, time.November, to)}
}

func TestDateRanges(t *testing.T) {
	var odd []reports.Range // 1, 3, 5, … 23 November
	for i := range 12 {
		odd = append(odd, november(2*i+1, 2*i+1))
	}
	ten := "2026-11-01, 2026-11-03, 2026-11-05, 2026-11-07, 2026-11-09, 2026-11-11, 2026-11-13, 2026-11-15, 2026-11-17, 2026-11-19"
	for _, test := range []struct {
		ranges           []reports.Range
		english, chinese string
	}{
		{nil, "", ""},
		{odd[:1], "2026-11-01", "2026-11-01"},
		{[]reports.Range{november(3, 3), november(5, 6)}, "2026-11-03, 2026-11-05 to 2026-11-06", "2026-11-03、2026-11-05 至 2026-11-06"},
		{odd[:10], ten, strings.ReplaceAll(ten, ", ", "、")},
		{odd[:11], ten + " and 1 more day", strings.ReplaceAll(ten, ", ", "、") + "，另有 1 天"},
		{append(odd[:11:11], november(25, 27)), ten + " and 4 more days", strings.ReplaceAll(ten, ", ", "、") + "，另有 4 天"},
	} {
		if got := dateRanges(English, test.ranges, 10); got != test.english {
			t.Errorf("English: %q, want %q", got, test.english)
		}
		if got := dateRanges(Chinese, test.ranges, 10); got != test.chinese {
			t.Errorf("Chinese: %q, want %q", got, test.chinese)
		}
	}
}

func TestPeriodName(t *testing.T) {
	for _, test := range []struct {
		text             string
		days             reports.Range
		step             reports.Step
		english, chinese string
	}{
		{"7d", november(3, 9), reports.StepDays, "last 7 days", "最近 7 天"},
		{"1d", november(9, 9), reports.StepDays, "last day", "最近 1 天"},
		{"3660d", november(9, 9), reports.StepDays, "last 3,660 days", "最近 3,660 天"},
		{"4w", november(9, 9), reports.StepDays, "last 4 weeks", "最近 4 周"},
		{"1w", november(3, 9), reports.StepDays, "last 7 days", "最近 1 周"},
		{"3m", november(9, 9), reports.StepDays, "last 3 months", "最近 3 个月"},
		{"today", november(10, 10), reports.StepDays, "today", "今天"},
		{"last week", november(2, 8), reports.StepWeek, "last week", "上周"},
		{"this quarter", november(1, 9), reports.StepQuarter, "this quarter", "本季度"},
		{"2026-11", november(1, 30), reports.StepMonth, "2026-11", "2026-11"},
		{"2026-W45", november(2, 8), reports.StepWeek, "2026-W45", "2026-W45"},
		{"2026", november(2, 8), reports.StepYear, "2026", "2026"},
		{"2026-11-03", november(3, 3), reports.StepDays, "2026-11-03 Tue", "2026-11-03 周二"},
		{"2026-11-01..2026-11-07", november(1, 7), reports.StepDays, "2026-11-01 to 2026-11-07", "2026-11-01 至 2026-11-07"},
		{"", november(1, 7), reports.StepWeek, "2026-11-01 to 2026-11-07", "2026-11-01 至 2026-11-07"},
	} {
		period := reports.Period{Range: test.days, Full: test.days, Step: test.step, Text: test.text}
		if got := periodName(English, period); got != test.english {
			t.Errorf("%q in English: %q, want %q", test.text, got, test.english)
		}
		if got := periodName(Chinese, period); got != test.chinese {
			t.Errorf("%q in Chinese: %q, want %q", test.text, got, test.chinese)
		}
	}
}

func TestInstantIsShownInTheZone(t *testing.T) {
	at := time.Date(2026, time.November, 9, 17, 30, 59, 0, time.UTC)
	if got, want := instant(at, shanghai), "2026-11-10 01:30"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
