package e2e

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"huibao/internal/simulator"
)

// released is the program as it is given away.
var released = sync.OnceValues(func() (string, error) {
	return build("huibao", "0", "-trimpath", "-ldflags", "-s -w")
})

// measured is a world for measuring: the program as it is given away, with no
// limit that stands in the way.
func measured(b *testing.B, environment map[string]string) *world {
	b.Helper()
	return measuredOn(b, false, environment)
}

// measuredOn is measured on either database.
func measuredOn(b *testing.B, postgres bool, environment map[string]string) *world {
	b.Helper()
	more := busy(map[string]string{
		"HUIBAO_LOG_LEVEL": "info", "HUIBAO_SEND_PER_SECOND": "100000", "HUIBAO_SEND_PER_MINUTE": "10000000",
	})
	maps.Copy(more, environment)
	w := newWorld(b, options{program: released, fresh: true, postgres: postgres, environment: more})
	w.platform.SetLimits(simulator.Limits{})
	return w
}

// eachRun is how long a load lasts.
const eachRun = 10 * time.Second

// BenchmarkAcknowledge is how soon a signed, encrypted event is acknowledged,
// which means that it is on the disk: 500 a second for 10 s, and as many as 32
// senders can. Commands are answered meanwhile, renamed groups are remembered,
// and talk is forgotten. Beside it, in the same run, the official SDK's
// dispatcher, which keeps nothing.
func BenchmarkAcknowledge(b *testing.B) {
	steady := int(eachRun.Seconds()) * 500
	for name, shots := range map[string]func(w *world) []shot{
		"talk":      func(w *world) []shot { return w.talk("talk", steady+100_000) },
		"commands":  func(w *world) []shot { return w.commands(steady + 20_000) },
		"renamings": func(w *world) []shot { return w.renamings(steady + 50_000) },
	} {
		b.Run(name, func(b *testing.B) {
			w := measured(b, nil)
			w.start()
			w.acquaint()
			g := aim(b, w.service().url)
			g.measure(b, steady, shots(w))
		})
	}
	b.Run("sdk", func(b *testing.B) {
		w := measured(b, nil)
		dispatcher := launch(b, sdkProgram(b), w.folder, w.environment)
		b.Cleanup(func() { dispatcher.kill() })
		dispatcher.awaitReady()
		g := aim(b, dispatcher.url)
		g.measure(b, steady, w.talk("talk", steady+100_000))
	})
}

// measure sends some of the shots steadily and the others as fast as it can.
func (g *gun) measure(b *testing.B, steady int, shots []shot) {
	b.Helper()
	report(b, "", g.steadily(shots[:steady], 500))
	b.ReportMetric(float64(g.refused.Load()), "refused")
	b.ReportMetric(g.flatOut(shots[steady:], 32, eachRun), "events/s")
	b.ReportMetric(0, "ns/op")
}

// sdkProgram builds the receiver made of the official SDK.
func sdkProgram(b *testing.B) string {
	b.Helper()
	file := filepath.Join(built, "sdk.test")
	command := exec.Command("go", "test", "-c", "-tags", "bench", "-o", file, "huibao/internal/e2e/sdk")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		b.Fatalf("build the SDK's receiver: %v\n%s", err, output)
	}
	return file
}

// answerIn is how long it takes from writing a command until the answer is in
// the chat.
func (w *world) answerIn(chatID, words string) time.Duration {
	w.Helper()
	begun := time.Now()
	question := w.ask(chatID, simulator.MemberID, words)
	if _, err := w.platform.WaitReply(w.soon(), question.MessageID); err != nil {
		w.Fatal(err)
	}
	return time.Since(begun)
}

// BenchmarkAnswer is the way from an event to its card, with what it needs in
// the archive: one command at a time, and 20 a second.
func BenchmarkAnswer(b *testing.B) {
	for _, c := range []struct{ name, words string }{{"report", "/report 7d"}, {"help", "/help"}} {
		b.Run(c.name, func(b *testing.B) {
			w := measured(b, nil)
			chats := w.platform.AddChats(200, "oc_group_")
			w.start()
			w.answerIn(simulator.PrivateID, c.words)
			calls := w.platform.Calls("report_get_daily")
			var taken []time.Duration
			for b.Loop() {
				taken = append(taken, w.answerIn(chats[len(taken)%len(chats)], c.words))
			}
			b.ReportMetric(float64(w.platform.Calls("report_get_daily")-calls), "get_daily")
			slices.Sort(taken)
			report(b, "", taken)
		})
	}
}

// BenchmarkCold is the first report of a new installation, and the calls of the
// platform it takes.
func BenchmarkCold(b *testing.B) {
	var taken []time.Duration
	for b.Loop() {
		w := measured(b, nil)
		w.start()
		taken = append(taken, w.answerIn(simulator.GroupID, "/report 7d"))
		w.settle()
		w.service().stop()
		for _, endpoint := range []string{"token", "report_get_daily", "message_reply"} {
			b.ReportMetric(float64(w.platform.Calls(endpoint)), endpoint)
		}
	}
	slices.Sort(taken)
	report(b, "", taken)
	b.ReportMetric(0, "ns/op")
}

// aged fills the archive with 400 days and the memory with 1,000 chats.
func (w *world) aged() {
	w.Helper()
	w.platform.AddChats(1000, "oc_group_")
	w.start()
	w.answerIn(simulator.GroupID, "/report 7d")
	w.service().await("the chats to be known", func() bool { return w.count(`SELECT count(*) FROM chats`) >= 1000 })
	w.service().stop()
	w.archive(400)
}

// archive writes the figures of so many days into the archive of a stopped
// service.
func (w *world) archive(days int) {
	w.Helper()
	w.change(`INSERT OR IGNORE INTO daily_reports (tenant_key, unit, date, has_row, meeting_count, meeting_duration_seconds, participant_count, fetched_at)
		WITH RECURSIVE ago(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM ago WHERE n < $1)
		SELECT known.tenant_key, '', date('now', '-' || n || ' days'), TRUE, 100 + n % 37, (100 + n % 37) * 1800, (100 + n % 37) * 5, known.fetched_at
		FROM ago, (SELECT tenant_key, max(fetched_at) AS fetched_at FROM daily_reports) AS known`, days)
}

// BenchmarkStart is the time from the start of the process until it is ready,
// with an archive of 400 days and 1,000 chats.
func BenchmarkStart(b *testing.B) {
	w := measured(b, nil)
	w.aged()
	var taken []time.Duration
	for b.Loop() {
		begun := time.Now()
		w.start()
		taken = append(taken, time.Since(begun))
		b.StopTimer()
		w.service().stop()
		b.StartTimer()
	}
	slices.Sort(taken)
	report(b, "", taken)
}

// memory is what a process has in memory, in MB.
func (s *service) memory(key string) float64 {
	s.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.command.Process.Pid))
	if err != nil {
		s.Fatal(err)
	}
	_, line, _ := strings.Cut(string(status), key+":")
	var kilobytes float64
	if _, err := fmt.Sscan(line, &kilobytes); err != nil {
		s.Fatal(err)
	}
	return kilobytes / 1024
}

// BenchmarkMemory is what the service has in memory after its start, and after
// 1,000 commands.
func BenchmarkMemory(b *testing.B) {
	w := measured(b, nil)
	w.aged()
	serving := w.start()
	w.answerIn(simulator.GroupID, "/report 7d")
	b.ReportMetric(serving.memory("VmRSS"), "start-MB")
	g := aim(b, serving.url)
	for _, s := range w.commands(1000) {
		g.send(s)
	}
	w.settle()
	b.ReportMetric(serving.memory("VmRSS"), "after-MB")
	b.ReportMetric(serving.memory("VmHWM"), "peak-MB")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkIdle is the processor time that a service takes which has nothing to
// do.
func BenchmarkIdle(b *testing.B) {
	w := measured(b, nil)
	w.aged()
	serving := w.start()
	w.answerIn(simulator.GroupID, "/report 7d")
	w.settle()
	before := serving.busy()
	<-time.After(eachRun)
	b.ReportMetric((serving.busy()-before).Seconds()/eachRun.Seconds()*100, "%core")
	b.ReportMetric(0, "ns/op")
}

// busy is the processor time a process has taken.
func (s *service) busy() time.Duration {
	s.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.command.Process.Pid))
	if err != nil {
		s.Fatal(err)
	}
	fields := strings.Fields(string(stat))
	var user, system int64
	if _, err := fmt.Sscan(fields[13]+" "+fields[14], &user, &system); err != nil {
		s.Fatal(err)
	}
	return time.Duration(user+system) * time.Second / 100 // the kernel counts hundredths
}

// BenchmarkBinary is the size of the program.
func BenchmarkBinary(b *testing.B) {
	file, err := released()
	if err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/1e6, "MB")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkYears is a report over the longest period there is, 3,660 days, from
// the archive: the way from event to card, beside that of 7 days.
func BenchmarkYears(b *testing.B) {
	w := measured(b, nil)
	w.aged()
	w.archive(3660)
	chats := w.platform.AddChats(200, "oc_years_")
	w.start()
	for _, words := range []string{"/report 3660d", "/report 7d"} {
		b.Run(strings.TrimPrefix(words, "/report "), func(b *testing.B) {
			var taken []time.Duration
			for b.Loop() {
				taken = append(taken, w.answerIn(chats[len(taken)%len(chats)], words))
			}
			slices.Sort(taken)
			report(b, "", taken)
		})
	}
}
