package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"
)

const (
	// mostNames is how many services may run on one host.
	mostNames = 100
	// holdEvery is how often a name is looked after. The server forgets it
	// when it is restarted.
	holdEvery = 10 * time.Second
)

// name is the name of a service among those that share a PostgreSQL database.
// It is a lock, held by a transaction that does nothing else, so that it also
// works behind a pooler that hands out connections by the transaction; it holds
// up no clean-up of the server's. It ends with the process, however that ends.
type name struct {
	db   *DB
	text string
	conn *sql.Conn
	tx   *sql.Tx
}

// lockName takes the first free name of the host: its own for the first
// service, host-2 for a second.
func (db *DB) lockName(ctx context.Context, host string) (text string, unlock func() error, err error) {
	for i := 1; i <= mostNames; i++ {
		n := &name{db: db, text: host}
		if i > 1 {
			n.text += "-" + strconv.Itoa(i)
		}
		free, err := n.take(ctx)
		if err != nil {
			return "", nil, err
		}
		if free {
			db.options.Log.WithField("name", n.text).Info("this process takes up work under its name")
			return n.text, n.holding(ctx), nil
		}
	}
	return "", nil, fmt.Errorf("%d services run on the host %s already", mostNames, host)
}

// take takes the name if it is free.
func (n *name) take(ctx context.Context) (free bool, err error) {
	defer func() {
		if !free {
			n.release()
		}
	}()
	if n.conn, err = n.db.engine.SQL.Conn(ctx); err != nil {
		return false, fmt.Errorf("take the name %s: %w", n.text, plain(err))
	}
	// The transaction outlives ctx: it ends when the name is released.
	if n.tx, err = n.conn.BeginTx(context.WithoutCancel(ctx), nil); err != nil {
		return false, fmt.Errorf("take the name %s: %w", n.text, plain(err))
	}
	if _, err = n.tx.ExecContext(ctx, `SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
		return false, fmt.Errorf("take the name %s: %w", n.text, err)
	}
	// By this name Services counts.
	if _, err = n.tx.ExecContext(ctx, `SET LOCAL application_name = 'huibao serve'`); err != nil {
		return false, fmt.Errorf("take the name %s: %w", n.text, err)
	}
	err = n.tx.QueryRowContext(ctx, `SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))`, "serve\x1f"+n.text).Scan(&free)
	if err != nil {
		return false, fmt.Errorf("take the name %s: %w", n.text, err)
	}
	return free, nil
}

// release gives the name back. Where the connection is lost, the name is too.
func (n *name) release() {
	if n.tx != nil {
		_ = n.tx.Rollback()
	}
	if n.conn != nil {
		_ = n.conn.Close()
	}
	n.tx, n.conn = nil, nil
}

// holding looks after the name until unlock is called.
func (n *name) holding(ctx context.Context) (unlock func() error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticks := time.NewTicker(holdEvery)
		defer ticks.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticks.C:
				if err := n.hold(ctx); err != nil && ctx.Err() == nil {
					n.db.options.Log.WithError(err).WithField("name", n.text).Error("the name of this process is lost")
				}
			}
		}
	}()
	return func() error {
		cancel()
		<-ended
		n.release()
		return nil
	}
}

// hold takes the name again if the server has forgotten it.
func (n *name) hold(ctx context.Context) error {
	if n.tx != nil {
		_, err := n.tx.ExecContext(ctx, `SELECT 1`)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		n.release()
	}
	free, err := n.take(ctx)
	if err == nil && !free {
		err = fmt.Errorf("another process has taken the name %s meanwhile: restart this one", n.text)
	}
	return err
}
