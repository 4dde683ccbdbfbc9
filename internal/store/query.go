package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"huibao/internal/jobs"
)

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// scanner is a row.
type scanner interface{ Scan(into ...any) error }

// wider is a row whose last columns are read into more.
type wider struct {
	scanner

	more []any
}

// Scan reads the row.
func (w wider) Scan(into ...any) error { return w.scanner.Scan(append(into, w.more...)...) }

// list reads all rows of a query.
func list[T any](ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err below tells what matters
	var all []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, rows.Err()
}

// scanText reads a row of one text.
func scanText(row scanner) (text string, err error) {
	err = row.Scan(&text)
	return text, err
}

// find reads one row; ok is false when there is none.
func find[T any](row *sql.Row, scan func(scanner) (T, error)) (item T, ok bool, err error) {
	item, err = scan(row)
	if errors.Is(err, sql.ErrNoRows) {
		return item, false, nil
	}
	return item, err == nil, err
}

// narrowing collects the conditions of a query with their arguments.
type narrowing struct {
	conditions []string
	args       []any
}

// narrowed begins with the one that every list has.
func narrowed(condition string, value any) *narrowing {
	n := &narrowing{}
	n.and(condition, value)
	return n
}

// and adds a condition, in which ? stands for the value.
func (n *narrowing) and(condition string, value any) {
	n.conditions = append(n.conditions, strings.ReplaceAll(condition, "?", n.arg(value)))
}

// arg takes an argument and returns what stands for it.
func (n *narrowing) arg(value any) string {
	n.args = append(n.args, value)
	return "$" + strconv.Itoa(len(n.args))
}

// where is what follows the word WHERE.
func (n *narrowing) where() string { return strings.Join(n.conditions, " AND ") }

// likeEscapes make the characters that LIKE reads as wildcards plain ones.
var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// holding adds the condition that one of the columns, none of which may be NULL,
// holds the text, whatever the case of its letters: of ASCII letters on SQLite.
// The columns are looked through as one text, which takes half the time.
func (n *narrowing) holding(text string, columns ...string) {
	n.and(`lower(`+strings.Join(columns, " || '\n' || ")+`) LIKE lower(?) ESCAPE '\'`, "%"+likeEscapes.Replace(text)+"%")
}

// change runs a statement and returns how many rows it changed.
func change(ctx context.Context, tx *jobs.Tx, statement string, args ...any) (int, error) {
	result, err := tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	count, err := result.RowsAffected()
	return int(count), err
}

// stored is an instant as it comes back.
func stored(t time.Time) time.Time { return instant(millis(t)) }

// millis is an instant as it is stored.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// instant is a stored instant, in UTC.
func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
