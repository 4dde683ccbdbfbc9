package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huibao/internal/store"
)

// Run runs every promise of the store against databases that fresh makes: it
// returns the URL of an empty one.
func Run(t *testing.T, fresh func(t testing.TB) string) {
	for name, promises := range map[string]func(*testing.T, suite){
		"archive":    testArchive,
		"audit":      testAudit,
		"backfills":  testBackfills,
		"chats":      testChats,
		"clean":      testClean,
		"commands":   testCommands,
		"deliveries": testDeliveries,
		"digests":    testDigests,
		"inbox":      testInbox,
		"lasting":    testLasting,
		"outbox":     testOutbox,
		"presses":    testPresses,
		"health":     testHealth,
		"schedules":  testSchedules,
		"sessions":   testSessions,
		"settings":   testSettings,
		"slots":      testSlots,
		"store app":  testStoreApp,
		"tenants":    testTenants,
		"usage":      testUsage,
	} {
		t.Run(name, func(t *testing.T) { promises(t, suite{fresh}) })
	}
}

// suite makes the databases of the tests.
type suite struct{ fresh func(testing.TB) string }

// handle is an open database that knows how to open it again.
type handle struct {
	*store.DB
	url string
}

// open opens a fresh database.
func (s suite) open(t *testing.T) handle {
	t.Helper()
	url := s.fresh(t)
	return handle{Open(t, url), url}
}

// again opens the database once more, as another process would.
func (h handle) again(t *testing.T) handle {
	t.Helper()
	return handle{Open(t, h.url), h.url}
}

// count counts the rows of a table.
func (h handle) count(t *testing.T, table string) int {
	t.Helper()
	var count int
	if err := h.Engine().SQL.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&count); err != nil {
		t.Fatal(err)
	}
	return count
}

// jobs counts the work written down.
func (h handle) jobs(t *testing.T) int {
	t.Helper()
	return h.count(t, "river_job")
}

// tenant is the one that most tests are about, other one that must not see it.
const (
	tenant = "tenant-1"
	other  = "tenant-2"
)

// noon is when most tests are: a Tuesday.
var noon = time.Date(2026, time.November, 10, 4, 0, 0, 0, time.UTC)

// at is an instant after noon.
func at(after time.Duration) time.Time { return noon.Add(after) }

// want fails the test unless got is what was wanted.
func want(t *testing.T, what string, got, wanted any, options ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(wanted, got, options...); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// tried is what a call returned.
type tried[T any] struct {
	value T
	err   error
}

// try takes what a call returned.
func try[T any](value T, err error) tried[T] { return tried[T]{value, err} }

// must gives the value, or fails the test.
func (r tried[T]) must(t *testing.T) T {
	t.Helper()
	if r.err != nil {
		t.Fatal(r.err)
	}
	return r.value
}

// ok fails the test when there is an error.
func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// together runs n calls at the same time, half of them on each handle, and
// returns when all have ended. It reports their errors.
func together(t *testing.T, first, second handle, n int, call func(ctx context.Context, h handle, i int) error) {
	t.Helper()
	var group sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		h := first
		if i%2 == 1 {
			h = second
		}
		group.Go(func() {
			<-begin
			if err := call(t.Context(), h, i); err != nil {
				t.Errorf("call %d: %v", i, err)
			}
		})
	}
	close(begin)
	group.Wait()
}
