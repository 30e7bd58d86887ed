package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

// writer is SQLite's one writing connection. It keeps the compiled form of every
// statement: database/sql alone would compile each anew in each transaction.
type writer struct {
	pool  *sql.DB
	turn  chan struct{} // held while a transaction runs
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// transact waits for its turn (or the end of ctx) and runs fn between BEGIN
// IMMEDIATE and COMMIT.
func (w *writer) transact(ctx context.Context, fn func(runner) error) (err error) {
	select {
	case w.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-w.turn }()
	if w.conn == nil {
		if w.conn, err = w.pool.Conn(context.WithoutCancel(ctx)); err != nil {
			return err
		}
		w.stmts = map[string]*sql.Stmt{}
	}
	defer func() {
		if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
			_ = w.drop()
		}
	}()
	if _, err = w.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // also after a panic in fn
			_, back := w.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			if back != nil {
				_ = w.drop()
			}
		}
	}()
	if err = fn(w); err != nil {
		return err
	}
	if _, err = w.ExecContext(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		return err
	}
	done = true
	return nil
}

func (w *writer) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	s, err := w.conn.PrepareContext(context.WithoutCancel(ctx), query)
	if err == nil {
		w.stmts[query] = s
	}
	return s, err
}

// ExecContext implements runner.
func (w *writer) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := w.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext implements Q.
func (w *writer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := w.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (w *writer) drop() error {
	for _, s := range w.stmts {
		_ = s.Close()
	}
	w.stmts = nil
	if w.conn == nil {
		return nil
	}
	err := w.conn.Close()
	w.conn = nil
	return err
}

func (w *writer) close() error {
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	return w.drop()
}
