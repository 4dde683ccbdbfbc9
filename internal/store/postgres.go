package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"

	"huibao/internal/jobs"
)

// connections is how many a process opens at most, unless the URL says
// pool_max_conns. Each transaction holds one for a few milliseconds and never
// asks for a second, so workers can be more; two processes fit into the 97 that
// PostgreSQL offers unless it is told otherwise.
const connections = 40

// fewest is one for the name, one that migrates, one that makes others wait
// for it, one to spare, and one that reads.
const fewest = 5

// openPostgres opens two pools on the server and asks for one connection. A
// quarter of the connections only read, so that what reads inside a transaction
// never waits for one that waits for it.
func openPostgres(ctx context.Context, options Options) (*DB, error) {
	config, err := pgxpool.ParseConfig(options.URL)
	if err != nil { // its text repeats the URL
		return nil, errors.New("the database URL is not of the form postgres://USER:PASSWORD@HOST/DATABASE; " +
			"write / @ : and % in the password as %2F %40 %3A and %25")
	}
	if !strings.Contains(options.URL, "pool_max_conns") {
		config.MaxConns = connections
	}
	all := max(config.MaxConns, fewest)
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "huibao"
	}
	reading := config.Copy()
	reading.MaxConns = all / 4
	config.MaxConns = all - reading.MaxConns
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("the database cannot be opened: %w", plain(err))
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("the database %s on %s cannot be opened: %w", config.ConnConfig.Database, config.ConnConfig.Host, plain(err))
	}
	readers, err := pgxpool.NewWithConfig(ctx, reading)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("the database cannot be opened: %w", plain(err))
	}
	return &DB{
		options: options, engine: jobs.Database{SQL: stdlib.OpenDBFromPool(pool), Pool: pool},
		reader: stdlib.OpenDBFromPool(readers), close: func() { readers.Close(); pool.Close() },
	}, nil
}

// plain is the cause of an error of the driver, without what it tells of the
// connection around it.
func plain(err error) error {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return fmt.Errorf("%s (%s)", refused.Message, refused.Code)
	}
	if unreachable, ok := errors.AsType[*net.OpError](err); ok {
		return unreachable
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err
}
