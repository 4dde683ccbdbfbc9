package jobs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// engine is River's client, on either database.
type engine interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	insert(ctx context.Context, tx *Tx, params []river.InsertManyParams) error
}

// newEngine builds River's client for the database.
func newEngine(database Database, config *river.Config, wakes *waker) (engine, error) {
	if database.Pool == nil {
		client, err := river.NewClient[*sql.Tx](&driver[*sql.Tx]{riversqlite.New(database.SQL), wakes}, config)
		return clientOn[*sql.Tx]{client, func(tx *Tx, use func(*sql.Tx) error) error { return use(tx.Tx) }}, err
	}
	client, err := river.NewClient[pgx.Tx](&driver[pgx.Tx]{riverpgxv5.New(database.Pool), wakes}, config)
	return clientOn[pgx.Tx]{client, onConnection}, err
}

// clientOn is River's client on one database, whose transactions are of type T.
type clientOn[T any] struct {
	*river.Client[T]
	within func(tx *Tx, use func(T) error) error
}

// insert writes work down in the transaction.
func (c clientOn[T]) insert(ctx context.Context, tx *Tx, params []river.InsertManyParams) error {
	return c.within(tx, func(t T) error {
		_, err := c.InsertManyFastTx(ctx, t, params)
		return err
	})
}

// onConnection hands River the PostgreSQL connection that the transaction runs
// on.
func onConnection(tx *Tx, use func(pgx.Tx) error) error {
	return tx.conn.Raw(func(raw any) error {
		c, ok := raw.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T, not one of pgx", raw)
		}
		return use(borrowed{c.Conn()})
	})
}

// errBorrowed is what River gets when it tries to end a transaction.
var errBorrowed = errors.New("the transaction belongs to the caller")

// connection is embedded under a name that leaves Conn to the method.
type connection = pgx.Conn

// borrowed is a connection inside a transaction of database/sql, as a pgx.Tx
// that can do everything but begin and end one.
type borrowed struct{ *connection }

func (borrowed) Begin(context.Context) (pgx.Tx, error) { return nil, errBorrowed }
func (borrowed) Commit(context.Context) error          { return errBorrowed }
func (borrowed) Rollback(context.Context) error        { return errBorrowed }
func (borrowed) LargeObjects() pgx.LargeObjects        { return pgx.LargeObjects{} }
func (b borrowed) Conn() *pgx.Conn                     { return b.connection }

// driver is River's for one database, with news of work passed inside the
// process: what a process wrote down it begins within milliseconds, and other
// processes find by polling. River's own ways cost more than they bring: on
// SQLite a row for each insert and a query every 50 ms, on PostgreSQL a lock
// that all commits share and a connection that no pooler may take.
type driver[T any] struct {
	riverdriver.Driver[T]
	wakes *waker
}

// GetListener returns the process's own.
func (d *driver[T]) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return d.wakes
}

// SupportsListener is true: there is one.
func (d *driver[T]) SupportsListener() bool { return true }

// SupportsListenNotify is false: nothing is written for listeners.
func (d *driver[T]) SupportsListenNotify() bool { return false }
