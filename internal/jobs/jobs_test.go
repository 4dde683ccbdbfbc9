package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"
	"go.uber.org/goleak"

	"huibao/internal/jobs"
	"huibao/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// task is the work of most tests.
type task struct {
	Name string `json:"name"`
}

func (task) Kind() string { return "task" }

// errand is work of another kind.
type errand struct {
	Name string `json:"name"`
}

func (errand) Kind() string { return "errand" }

// errTry is a failure that may pass.
var errTry = errors.New("try again")

// onBoth runs a test on each database.
func onBoth(t *testing.T, test func(t *testing.T, database jobs.Database)) {
	for name, fresh := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) { test(t, storetest.OpenOnly(t, fresh(t)).Engine()) })
	}
}

// newClient returns a client that polls often, so that what is put off comes
// soon.
func newClient(t *testing.T, database jobs.Database, id string) *jobs.Client {
	t.Helper()
	client, err := jobs.New(jobs.Options{Database: database, Log: storetest.Silent(), ID: id, Poll: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// start starts a client that the test's end stops.
func start(t *testing.T, client *jobs.Client) {
	t.Helper()
	if err := client.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, client) })
}

// stop stops a client, which may have been stopped before.
func stop(t *testing.T, client *jobs.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := client.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// insert writes work down.
func insert(t *testing.T, client *jobs.Client, work ...jobs.Args) {
	t.Helper()
	for _, args := range work {
		if err := client.Insert(t.Context(), args); err != nil {
			t.Fatal(err)
		}
	}
}

// quick are options for work that fails at once and is tried again at once.
func quick(queue string, attempts int) jobs.KindOptions {
	return jobs.KindOptions{
		Queue: queue, MaxWorkers: 2, Timeout: time.Minute, MaxAttempts: attempts,
		RetryFunc: func(int) time.Duration { return time.Millisecond },
	}
}

// state reads how a job ended, once the client is stopped.
func state(t *testing.T, database jobs.Database, id int64) string {
	t.Helper()
	var state string
	if err := database.SQL.QueryRowContext(t.Context(), `SELECT state FROM river_job WHERE id = $1`, id).Scan(&state); err != nil {
		t.Fatal(err)
	}
	return state
}

func TestWorkIsWrittenInTheCallersTransaction(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		client := newClient(t, database, "a")
		done := make(chan string, 10)
		jobs.Register(client, quick("tasks", 1), func(_ context.Context, job jobs.Job[task]) error {
			done <- job.Args.Name
			return nil
		})
		start(t, client)
		for _, name := range []string{"kept", "undone", "kept too"} {
			err := database.Write(t.Context(), jobs.Durable, func(tx *jobs.Tx) error {
				if err := client.InsertTx(t.Context(), tx, task{name}, task{name + " as well"}); err != nil {
					return err
				}
				if name == "undone" {
					return errTry
				}
				return nil
			})
			if name == "undone" != errors.Is(err, errTry) {
				t.Fatal(err)
			}
		}
		got := map[string]bool{}
		for range 4 {
			got[<-done] = true
		}
		want := map[string]bool{"kept": true, "kept as well": true, "kept too": true, "kept too as well": true}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// Without polling, only the news of a commit can begin work.
func TestACommitBeginsWork(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		client, err := jobs.New(jobs.Options{Database: database, Log: storetest.Silent(), ID: "a", Poll: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan string)
		for _, queue := range []string{"tasks", "errands"} {
			if queue == "tasks" {
				jobs.Register(client, quick(queue, 1), func(_ context.Context, job jobs.Job[task]) error { done <- job.Args.Name; return nil })
				continue
			}
			jobs.Register(client, quick(queue, 1), func(_ context.Context, job jobs.Job[errand]) error { done <- job.Args.Name; return nil })
		}
		start(t, client)
		for i := range 5 {
			insert(t, client, task{fmt.Sprint("task ", i)})
			<-done
			insert(t, client, errand{fmt.Sprint("errand ", i)})
			<-done
		}
	})
}

func TestSnoozingUsesNoAttempt(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		client := newClient(t, database, "a")
		attempts, times := make(chan int, 10), 0
		jobs.Register(client, quick("tasks", 1), func(_ context.Context, job jobs.Job[task]) error {
			attempts <- job.Attempt
			if times++; times < 3 {
				return jobs.Snooze(time.Millisecond)
			}
			close(attempts)
			return nil
		})
		insert(t, client, task{"sleepy"})
		start(t, client)
		var got []int
		for attempt := range attempts {
			got = append(got, attempt)
		}
		if diff := cmp.Diff([]int{1, 1, 1}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWorkThatFailsIsTriedAgainAsItsKindSays(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		client := newClient(t, database, "a")
		var mu sync.Mutex
		asked := map[string][]int{}
		done := make(chan int64, 2)
		options := func(kind string, attempts int) jobs.KindOptions {
			options := quick(kind, attempts)
			options.RetryFunc = func(attempt int) time.Duration {
				mu.Lock()
				defer mu.Unlock()
				asked[kind] = append(asked[kind], attempt)
				return time.Millisecond
			}
			return options
		}
		work := func(id int64, attempt, most int) error {
			if attempt == most {
				done <- id
			}
			return errTry
		}
		jobs.Register(client, options("task", 4), func(_ context.Context, job jobs.Job[task]) error { return work(job.ID, job.Attempt, 4) })
		jobs.Register(client, options("errand", 2), func(_ context.Context, job jobs.Job[errand]) error { return work(job.ID, job.Attempt, 2) })
		insert(t, client, task{"a"}, errand{"b"})
		start(t, client)
		ids := []int64{<-done, <-done}
		stop(t, client)
		for _, id := range ids {
			if got := state(t, database, id); got != "discarded" {
				t.Errorf("job %d is %s after its last attempt", id, got)
			}
		}
		if diff := cmp.Diff(map[string][]int{"task": {1, 2, 3}, "errand": {1}}, firsts(asked)); diff != "" {
			t.Error(diff)
		}
	})
}

// firsts leaves out that the pause after the last attempt may be asked for too.
func firsts(asked map[string][]int) map[string][]int {
	for kind, most := range map[string]int{"task": 3, "errand": 1} {
		asked[kind] = asked[kind][:min(most, len(asked[kind]))]
	}
	return asked
}

func TestWorkThatCannotSucceedEnds(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		client := newClient(t, database, "a")
		begun := make(chan int64, 10)
		jobs.Register(client, quick("tasks", 5), func(_ context.Context, job jobs.Job[task]) error {
			begun <- job.ID
			return jobs.Cancel(errTry)
		})
		insert(t, client, task{"hopeless"})
		start(t, client)
		id := <-begun
		stop(t, client)
		if got := state(t, database, id); got != "cancelled" || len(begun) > 0 {
			t.Errorf("the job is %s and was begun %d times more", got, len(begun))
		}
	})
}

func TestAPanicIsAFailure(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		log, lines := logtest.NewNullLogger()
		client, err := jobs.New(jobs.Options{Database: database, Log: logrus.NewEntry(log), ID: "a", Poll: 10 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		jobs.Register(client, quick("tasks", 2), func(_ context.Context, job jobs.Job[task]) error {
			if job.Attempt == 1 {
				panic("a defect")
			}
			close(done)
			return nil
		})
		insert(t, client, task{"broken"})
		start(t, client)
		<-done
		stop(t, client)
		for _, line := range lines.AllEntries() {
			if line.Level == logrus.ErrorLevel && strings.Contains(line.Message, "a defect") {
				if stack, _ := line.Data["stack"].(string); !strings.Contains(stack, "jobs_test.go") {
					t.Errorf("the stack is %q", stack)
				}
				return
			}
		}
		t.Error("the panic is not in the log")
	})
}

func TestAFullQueueLeavesOthersAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		client := newClient(t, database, "a")
		release, done := make(chan struct{}), make(chan struct{})
		jobs.Register(client, quick("digests", 1), func(context.Context, jobs.Job[errand]) error { <-release; return nil })
		jobs.Register(client, quick("answers", 1), func(context.Context, jobs.Job[task]) error { close(done); return nil })
		for range 10 {
			insert(t, client, errand{"long"})
		}
		insert(t, client, task{"short"})
		start(t, client)
		<-done
		close(release)
	})
}

func TestStopWaitsForWhatRuns(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		leaks := goleak.IgnoreCurrent()
		client := newClient(t, database, "a")
		begun, release := make(chan int64, 1), make(chan struct{})
		jobs.Register(client, quick("tasks", 1), func(context.Context, jobs.Job[task]) error { <-release; return nil })
		jobs.Register(client, quick("errands", 1), func(_ context.Context, job jobs.Job[errand]) error {
			begun <- job.ID
			<-release
			return nil
		})
		if err := client.Check(t.Context()); err == nil {
			t.Error("a client that was not started says it works")
		}
		if err := client.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := client.Check(t.Context()); err != nil {
			t.Error(err)
		}
		insert(t, client, errand{"long"})
		id := <-begun
		stopped := make(chan struct{})
		go func() {
			stop(t, client)
			close(stopped)
		}()
		close(release)
		<-stopped
		if got := state(t, database, id); got != "completed" {
			t.Errorf("the job is %s after the stop", got)
		}
		if err := client.Check(t.Context()); err == nil {
			t.Error("a client that was stopped says it works")
		}
		insert(t, client, task{"for the next process"})
		giveUp := time.Now().Add(time.Minute) // closing a connection may take its time
		err := goleak.Find(leaks)
		for err != nil && time.Now().Before(giveUp) {
			err = goleak.Find(leaks)
		}
		if err != nil {
			t.Error(err)
		}
	})
}

func TestStopEndsWhatTakesTooLong(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		client := newClient(t, database, "a")
		begun, ended := make(chan int64, 1), make(chan struct{})
		jobs.Register(client, quick("tasks", 3), func(ctx context.Context, job jobs.Job[task]) error {
			begun <- job.ID
			<-ctx.Done()
			close(ended)
			return ctx.Err()
		})
		if err := client.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		insert(t, client, task{"endless"})
		id := <-begun
		ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second) // six for the job to end by itself
		defer cancel()
		if err := client.Stop(ctx); err != nil {
			t.Error(err)
		}
		<-ended
		if got := state(t, database, id); got != "available" && got != "retryable" {
			t.Errorf("the job is %s: it would never be done", got)
		}
	})
}

func TestReclaim(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		client := newClient(t, database, "a")
		done := make(chan string, 10)
		jobs.Register(client, quick("tasks", 1), func(_ context.Context, job jobs.Job[task]) error {
			done <- job.Args.Name
			return nil
		})
		insert(t, client, task{"mine"}, task{"also mine"})
		running, mine := `UPDATE river_job SET state = 'running', attempt = 1, attempted_by = `, 2
		if database.Pool != nil { // another replica is at work
			insert(t, client, task{"another's"})
			running += `CASE WHEN args->>'name' = 'another''s' THEN ARRAY['a', 'b'] ELSE ARRAY['b', 'a'] END`
		} else {
			running += `jsonb('["b", "a"]')`
		}
		if _, err := database.SQL.ExecContext(t.Context(), running); err != nil {
			t.Fatal(err)
		}
		reclaimed, err := client.Reclaim(t.Context())
		if err != nil || reclaimed != mine {
			t.Fatalf("reclaimed %d, want %d, error %v", reclaimed, mine, err)
		}
		start(t, client)
		got := map[string]bool{<-done: true, <-done: true}
		if diff := cmp.Diff(map[string]bool{"mine": true, "also mine": true}, got); diff != "" {
			t.Error(diff)
		}
		stop(t, client)
		if len(done) > 0 {
			t.Errorf("%s was done as well", <-done)
		}
	})
}

// olderTask is what an earlier release wrote down.
type olderTask struct {
	Name string `json:"name"`
	Gone int    `json:"gone"`
}

func (olderTask) Kind() string { return "task" }

func TestWorkOfAnEarlierReleaseStaysReadable(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		earlier := newClient(t, database, "a")
		jobs.Register(earlier, quick("tasks", 1), func(context.Context, jobs.Job[olderTask]) error { return nil })
		insert(t, earlier, olderTask{"from before", 7})
		client := newClient(t, database, "a")
		done := make(chan jobs.Job[task], 1)
		jobs.Register(client, quick("tasks", 1), func(_ context.Context, job jobs.Job[task]) error { done <- job; return nil })
		start(t, client)
		if job := <-done; job.Args.Name != "from before" || job.CreatedAt.IsZero() || job.MaxAttempts != 1 {
			t.Errorf("got %+v", job)
		}
	})
}

func TestAKindNobodyKnowsIsNotWrittenDown(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		client := newClient(t, database, "a")
		jobs.Register(client, quick("tasks", 1), func(context.Context, jobs.Job[task]) error { return nil })
		if err := client.Insert(t.Context(), errand{"lost"}); err == nil || !strings.Contains(err.Error(), `"errand" is not registered`) {
			t.Errorf("error %v", err)
		}
	})
}

// Two processes share a database: each job is done once, whoever wrote it
// down, and what was undone is not done at all.
func TestManyTransactionsOfTwoProcesses(t *testing.T) {
	onBoth(t, func(t *testing.T, database jobs.Database) {
		const transactions, writers = 100, 8
		var mu sync.Mutex
		done, all := map[string]int{}, make(chan struct{})
		clients := []*jobs.Client{newClient(t, database, "a"), newClient(t, database, "b")}
		for _, client := range clients {
			jobs.Register(client, quick("tasks", 1), func(_ context.Context, job jobs.Job[task]) error {
				mu.Lock()
				defer mu.Unlock()
				if done[job.Args.Name]++; len(done) == transactions*9/10 {
					close(all)
				}
				return nil
			})
			start(t, client)
		}
		var group sync.WaitGroup
		for writer := range writers {
			group.Go(func() {
				for i := writer; i < transactions; i += writers {
					err := database.Write(t.Context(), jobs.Loose, func(tx *jobs.Tx) error {
						if err := clients[i%2].InsertTx(t.Context(), tx, task{fmt.Sprint(i)}); err != nil {
							return err
						}
						if i%10 == 9 {
							return errTry
						}
						return nil
					})
					if err != nil && !errors.Is(err, errTry) {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		<-all
		for _, client := range clients {
			stop(t, client)
		}
		for name, times := range done {
			if times != 1 || strings.HasSuffix(name, "9") {
				t.Errorf("task %s was done %d times", name, times)
			}
		}
	})
}
