package e2e

import (
	"slices"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// BenchmarkPress is the way from a pressed button to its card's new content, with
// what it needs in the archive: the answer to the signed callback, over HTTP.
func BenchmarkPress(b *testing.B) {
	w := measured(b, nil)
	w.start()
	question := w.ask(simulator.PrivateID, simulator.MemberID, "/report 90d vs=lastyear")
	card, err := w.platform.WaitReply(w.soon(), question.MessageID)
	if err != nil {
		b.Fatal(err)
	}
	periods := []string{"7d", "30d", "last week", "90d"}
	choose := func(i int) {
		w.replaced(simulator.Click{
			MessageID: card.MessageID, OpenID: simulator.MemberID, Element: "choose_period", Option: periods[i%len(periods)],
		})
	}
	for i := range periods { // what the comparisons need is fetched
		choose(i)
	}
	calls := w.platform.Calls("report_get_daily")
	var taken []time.Duration
	for b.Loop() {
		begun := time.Now()
		choose(len(taken))
		taken = append(taken, time.Since(begun))
	}
	b.ReportMetric(float64(w.platform.Calls("report_get_daily")-calls), "get_daily")
	slices.Sort(taken)
	report(b, "", taken)
}
