// Package jobs is durable work on River: kinds of work with their queue,
// time limit and retries, written in the caller's transaction and done at
// least once. What a job does inside the database it can do exactly once; what
// it does outside needs a stable name of its own.
//
// It knows nothing of the platform and no table of ours.
package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/sirupsen/logrus"
)

const (
	// fetchCooldown is the pause between two looks for work. It also delays
	// news of work, so it is short.
	fetchCooldown = 2 * time.Millisecond
	// poll is how often work is looked for of which there is no news: that of
	// other processes, and that which was put off.
	poll = 200 * time.Millisecond
	// rescueAfter must be well inside the hour for which the platform drops
	// repeats; River's own hour is not.
	rescueAfter = 60 * time.Second
	// keepDone is longer than ids of events must be remembered.
	keepDone = 72 * time.Hour
	// softStop is how long running work may go on after a stop before its
	// contexts are cancelled.
	softStop = 20 * time.Second
)

// Args is what a kind of work is about. It is stored as JSON; Kind names it.
type Args interface{ Kind() string }

// Options are what New needs.
type Options struct {
	Database Database
	Log      *logrus.Entry
	// ID names this process among those that share the database. After a
	// restart it must be the same, for Reclaim, and no two may run with it at
	// the same time.
	ID string
	// Poll is how often work of other processes is looked for, 200 ms when 0.
	Poll time.Duration
}

// KindOptions say how one kind of work is done.
type KindOptions struct {
	Queue       string
	MaxWorkers  int // of the queue, over all its kinds
	Timeout     time.Duration
	MaxAttempts int
	// RetryFunc is the pause after the given attempt failed; nil leaves it to
	// the engine.
	RetryFunc func(attempt int) time.Duration
}

// Job is one piece of work being done.
type Job[A Args] struct {
	ID          int64
	Args        A
	Attempt     int // from 1
	MaxAttempts int
	CreatedAt   time.Time
}

// Client writes work down and has it done. It is safe for concurrent use once
// every kind is registered.
type Client struct {
	options Options
	workers *river.Workers
	queues  map[string]river.QueueConfig
	kinds   map[string]KindOptions
	wakes   *waker
	running atomic.Bool
	engine  func() (engine, error)
}

// New returns a client that knows no kind of work yet.
func New(options Options) (*Client, error) {
	if options.Database.SQL == nil {
		return nil, errors.New("jobs: no database")
	}
	c := &Client{
		options: options, workers: river.NewWorkers(), wakes: newWaker(),
		queues: map[string]river.QueueConfig{}, kinds: map[string]KindOptions{},
	}
	c.options.Poll = cmp.Or(options.Poll, poll)
	c.engine = sync.OnceValues(c.open)
	return c, nil
}

// open builds River's client from what was registered.
func (c *Client) open() (engine, error) {
	config := &river.Config{
		ID: c.options.ID, Logger: slog.New(handler{c.options.Log}),
		FetchCooldown: fetchCooldown, FetchPollInterval: c.options.Poll,
		JobTimeout: 30 * time.Second, RescueStuckJobsAfter: rescueAfter,
		CompletedJobRetentionPeriod: keepDone, CancelledJobRetentionPeriod: keepDone,
		ErrorHandler:        failures{c.options.Log},
		ReindexerIndexNames: []string{}, // its nightly REINDEX locks the whole of SQLite
	}
	if len(c.queues) > 0 {
		config.Queues, config.Workers = c.queues, c.workers
	}
	e, err := newEngine(c.options.Database, config, c.wakes)
	if err != nil {
		return nil, fmt.Errorf("build the job engine: %w", err)
	}
	return e, nil
}

// Register adds a kind of work. It must come before the first Insert and Start.
// work returns nil when it is done, Snooze to be called again without it
// counting as a failure, Cancel when trying again is of no use, and any other
// error to be retried.
func Register[A Args](c *Client, options KindOptions, work func(ctx context.Context, job Job[A]) error) {
	var args A
	c.kinds[args.Kind()] = options
	if queue := c.queues[options.Queue]; options.MaxWorkers > queue.MaxWorkers {
		c.queues[options.Queue] = river.QueueConfig{MaxWorkers: options.MaxWorkers}
	}
	river.AddWorker(c.workers, &worker[A]{options: options, work: work})
}

// InsertTx writes work down in the caller's transaction. Once that is
// committed, workers of this process begin at once, those of others within the
// polling interval.
func (c *Client) InsertTx(ctx context.Context, tx *Tx, args ...Args) error {
	if len(args) == 0 {
		return nil
	}
	e, err := c.engine()
	if err != nil {
		return err
	}
	params := make([]river.InsertManyParams, 0, len(args))
	for _, a := range args {
		kind, known := c.kinds[a.Kind()]
		if !known {
			return fmt.Errorf("write down work: the kind %q is not registered", a.Kind())
		}
		params = append(params, river.InsertManyParams{Args: a, InsertOpts: &river.InsertOpts{Queue: kind.Queue, MaxAttempts: kind.MaxAttempts}})
		tx.wakes = append(tx.wakes, func() { c.wakes.wake(kind.Queue) })
	}
	if err := e.insert(ctx, tx, params); err != nil {
		return fmt.Errorf("write down work: %w", err)
	}
	return nil
}

// Insert writes one piece of work down on its own.
func (c *Client) Insert(ctx context.Context, args Args) error {
	return c.options.Database.Write(ctx, Durable, func(tx *Tx) error { return c.InsertTx(ctx, tx, args) })
}

// Start begins to do work. It returns at once.
func (c *Client) Start(ctx context.Context) error {
	e, err := c.engine()
	if err != nil {
		return err
	}
	if err := e.Start(ctx); err != nil {
		return err
	}
	c.running.Store(true)
	return nil
}

// Stop takes up no more work and waits for what is running. Work that goes on
// for longer than three quarters of what ctx leaves, or a limit of its own,
// has its context cancelled. After a nil error nothing runs any more.
func (c *Client) Stop(ctx context.Context) error {
	if !c.running.Swap(false) {
		return nil
	}
	e, err := c.engine()
	if err != nil {
		return err
	}
	patience := softStop
	if deadline, bounded := ctx.Deadline(); bounded {
		patience = min(patience, time.Until(deadline)*3/4)
	}
	soft, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := e.Stop(soft); err == nil {
		return nil
	}
	return e.StopAndCancel(ctx)
}

// Check reports whether work is being done.
func (c *Client) Check(context.Context) error {
	if !c.running.Load() {
		return errors.New("no work is being taken up")
	}
	return nil
}

// Snooze asks for the work to be done again after a while.
func Snooze(after time.Duration) error { return river.JobSnooze(max(after, time.Millisecond)) }

// Cancel ends work that can never succeed.
func Cancel(err error) error { return river.JobCancel(err) }

// Reclaim makes the work that this process was killed in available again and
// ends its leadership, so that nothing waits for the rescuer. It must come
// before Start. On SQLite there is no other process; on PostgreSQL it is what
// an earlier process with the same ID was doing.
func (c *Client) Reclaim(ctx context.Context) (int, error) {
	work, leader, args := `UPDATE river_job SET state = 'available' WHERE state = 'running'`, `DELETE FROM river_leader`, []any(nil)
	if c.options.Database.Pool != nil {
		work += ` AND attempted_by[array_upper(attempted_by, 1)] = $1`
		leader += ` WHERE leader_id = $1`
		args = []any{c.options.ID}
	}
	var count int64
	err := c.options.Database.Write(ctx, Durable, func(tx *Tx) error {
		if _, err := tx.ExecContext(ctx, leader, args...); err != nil {
			return err
		}
		result, err := tx.ExecContext(ctx, work, args...)
		if err != nil {
			return err
		}
		count, err = result.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("take up work that was not finished: %w", err)
	}
	return int(count), nil
}
