package templates

import (
	"strconv"
	"testing"
	"time"
)

// BenchmarkReportCard makes the card of a report with its buttons, all rungs, as it
// is sent. bytes/card is what the full card weighs in the request.
func BenchmarkReportCard(b *testing.B) {
	for _, days := range []int{7, 365, 3660} {
		report := running(strconv.Itoa(days)+"d", days)
		options := shown(View{Period: report.Period.Text})
		options.Locale, options.WeekStart = Chinese, time.Monday
		b.Run(strconv.Itoa(days)+"days", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Report(report, options).Contents()
			}
			card := Report(report, options).Card
			b.ReportMetric(float64(sentBytes([]byte(card.JSON()))), "bytes/card")
		})
	}
}

// BenchmarkEveryLanguage makes the full card alone, with its translations:
// against the card in one language, what they cost.
func BenchmarkEveryLanguage(b *testing.B) {
	for _, days := range []int{7, 3660} {
		w := newReportWriter(running(strconv.Itoa(days)+"d", days), ReportOptions{Locale: Chinese, WeekStart: time.Monday})
		b.Run(strconv.Itoa(days)+"days/one", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fits([]byte(w.card().JSON()))
			}
		})
		b.Run(strconv.Itoa(days)+"days/all", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w.inEveryLanguage()
			}
		})
	}
}
