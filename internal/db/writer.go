package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

// kept is a SQLite connection that keeps the compiled form of its statements:
// database/sql alone would compile each anew in each transaction, which costs
// more than running most of them. PostgreSQL's driver keeps them by itself.
type kept struct {
	pool  *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// mostKept bounds the statements of a connection: lists have one for every
// combination of filters. Past it all are dropped, and the everyday ones are soon
// back.
const mostKept = 400

// transact runs fn between begin and end; it rolls back where fn or end fails.
func (k *kept) transact(ctx context.Context, begin, end string, fn func(runner) error) (err error) {
	if k.conn == nil {
		if k.conn, err = k.pool.Conn(context.WithoutCancel(ctx)); err != nil {
			return err
		}
		k.stmts = map[string]*sql.Stmt{}
	}
	defer func() {
		if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || len(k.stmts) > mostKept {
			_ = k.drop()
		}
	}()
	if _, err = k.ExecContext(ctx, begin); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // also after a panic in fn
			_, back := k.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			if back != nil {
				_ = k.drop()
			}
		}
	}()
	if err = fn(k); err != nil {
		return err
	}
	if _, err = k.ExecContext(context.WithoutCancel(ctx), end); err != nil {
		return err
	}
	done = true
	return nil
}

func (k *kept) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := k.stmts[query]; ok {
		return s, nil
	}
	s, err := k.conn.PrepareContext(context.WithoutCancel(ctx), query)
	if err == nil {
		k.stmts[query] = s
	}
	return s, err
}

// ExecContext implements runner.
func (k *kept) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := k.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext implements Q.
func (k *kept) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := k.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (k *kept) drop() error {
	for _, s := range k.stmts {
		_ = s.Close()
	}
	k.stmts = nil
	if k.conn == nil {
		return nil
	}
	err := k.conn.Close()
	k.conn = nil
	return err
}

// turns hands out kept connections, each to one transaction at a time: one of
// them to write, as many as cores to read.
type turns chan *kept

func newTurns(pool *sql.DB, n int) turns {
	t := make(turns, n)
	for range n {
		t <- &kept{pool: pool}
	}
	return t
}

// transact waits for a connection (or the end of ctx).
func (t turns) transact(ctx context.Context, begin, end string, fn func(runner) error) error {
	select {
	case k := <-t:
		defer func() { t <- k }()
		return k.transact(ctx, begin, end, fn)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close waits for the transactions under way.
func (t turns) close() error {
	var all []error
	for range cap(t) {
		all = append(all, (<-t).drop())
	}
	return errors.Join(all...)
}
