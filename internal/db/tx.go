package db

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tiaojietai/internal/errs"
)

// Tx is one write transaction of one county. Now is its one time.
type Tx struct {
	County string
	Now    time.Time
	d      *DB
	batch  *batch // nil but in a Batch
	runner
}

// runner runs statements inside an open transaction.
type runner interface {
	Q
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

type ctxKey struct{}

// inTx is what a context inside a transaction carries. batch is set in a shared
// transaction, whose Writes become savepoints.
type inTx struct {
	run   runner
	batch *batch
}

// batch is what the Writes of a Batch leave for its end.
type batch struct{ later []*later }

// later is one thing to be done for some ids of a county.
type later struct {
	county string
	what   string
	ids    []string
	seen   map[string]bool
	do     func(ctx context.Context, tx *Tx, ids []string) error
}

// Later leaves work for the end of a Batch, once for each id however often it is
// asked for, and tells so; outside a Batch it does nothing and returns false. What
// was rolled back to a savepoint may be among the ids.
func (t *Tx) Later(what, id string, do func(ctx context.Context, tx *Tx, ids []string) error) bool {
	if t.batch == nil {
		return false
	}
	for _, l := range t.batch.later {
		if l.county == t.County && l.what == what {
			if !l.seen[id] {
				l.seen[id], l.ids = true, append(l.ids, id)
			}
			return true
		}
	}
	t.batch.later = append(t.batch.later, &later{t.County, what, []string{id}, map[string]bool{id: true}, do})
	return true
}

// ErrNested is returned when a transaction is opened inside another: on SQLite
// it would wait for itself for ever.
var ErrNested = errors.New("db: a second transaction inside a transaction")

// attempts bounds the repeats after serialization failures.
const attempts = 10

// Write is the only way to write: it runs fn in one transaction of one county
// and repeats it whole when the engine asks for it. fn must use the context and
// tx it is given, may run more than once, and calls nothing outside.
func (d *DB) Write(ctx context.Context, county string, fn func(ctx context.Context, tx *Tx) error) error {
	if in, ok := ctx.Value(ctxKey{}).(inTx); ok {
		if in.batch == nil {
			return ErrNested
		}
		return d.savepoint(ctx, in, county, fn)
	}
	var err error
	for i := range attempts {
		if err = d.writeOnce(ctx, county, fn); err == nil || !retryable(err) {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(1+rand.IntN(5<<min(i, 5))) * time.Millisecond):
		}
	}
	return translate(err)
}

func (d *DB) writeOnce(ctx context.Context, county string, fn func(context.Context, *Tx) error) error {
	return d.transact(ctx, func(run runner) error {
		inner := context.WithValue(ctx, ctxKey{}, inTx{run: run})
		return fn(inner, &Tx{County: county, Now: d.Now(), d: d, runner: run})
	})
}

// transact opens the engine's write transaction around fn.
func (d *DB) transact(ctx context.Context, fn func(runner) error) error {
	defer d.writes.Add(1)
	if d.writer != nil {
		return d.writer.transact(ctx, "BEGIN IMMEDIATE", "COMMIT", fn)
	}
	if err := d.enqueue(ctx); err != nil {
		return err
	}
	defer d.dequeue()
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// enqueue waits for a turn, first come, first served: database/sql gives a free
// connection to any of those who wait, so that under load some wait very long.
func (d *DB) enqueue(ctx context.Context) error {
	select {
	case d.queue <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *DB) dequeue() { <-d.queue }

// Writes counts the write transactions of this process that have ended: as long as
// it stands, nothing of them has changed what is read.
func (d *DB) Writes() int64 { return d.writes.Load() }

// Inside tells whether ctx is that of a transaction.
func Inside(ctx context.Context) bool { return ctx.Value(ctxKey{}) != nil }

// savepoint runs fn inside a shared transaction: what it wrote is undone alone
// when it fails.
func (d *DB) savepoint(ctx context.Context, in inTx, county string, fn func(context.Context, *Tx) error) error {
	run := in.run
	if _, err := run.ExecContext(ctx, "SAVEPOINT w"); err != nil {
		return err
	}
	inner := context.WithValue(ctx, ctxKey{}, inTx{run: run})
	err := fn(inner, &Tx{County: county, Now: d.Now(), d: d, batch: in.batch, runner: run})
	if err != nil {
		_, back := run.ExecContext(ctx, "ROLLBACK TO SAVEPOINT w")
		return errors.Join(translate(err), back)
	}
	_, err = run.ExecContext(ctx, "RELEASE SAVEPOINT w")
	return translate(err)
}

// Batch runs fn with a context in which every Write is a savepoint of one shared
// transaction: for filling and importing, from one goroutine.
func (d *DB) Batch(ctx context.Context, fn func(ctx context.Context) error) error {
	if ctx.Value(ctxKey{}) != nil {
		return ErrNested
	}
	return translate(d.transact(ctx, func(run runner) error {
		b := &batch{}
		if err := fn(context.WithValue(ctx, ctxKey{}, inTx{run: run, batch: b})); err != nil {
			return err
		}
		inner := context.WithValue(ctx, ctxKey{}, inTx{run: run})
		for _, l := range b.later {
			if err := l.do(inner, &Tx{County: l.county, Now: d.Now(), d: d, runner: run}, l.ids); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Read runs fn on one consistent state of the database.
func (d *DB) Read(ctx context.Context, fn func(ctx context.Context, q Q) error) error {
	if in, ok := ctx.Value(ctxKey{}).(inTx); ok {
		if in.batch == nil {
			return ErrNested
		}
		return fn(ctx, in.run)
	}
	inner := context.WithValue(ctx, ctxKey{}, inTx{})
	if d.readers != nil {
		return translate(d.readers.transact(ctx, "BEGIN", "COMMIT", func(q runner) error { return fn(inner, q) }))
	}
	if err := d.enqueue(ctx); err != nil {
		return err
	}
	defer d.dequeue()
	tx, err := d.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return translate(err)
	}
	defer func() { _ = tx.Rollback() }()
	return translate(fn(inner, tx))
}

// NewID gives a UUIDv7 for the transaction's time.
func (t *Tx) NewID() string { return t.d.newID(t.Now) }

// ExecOne runs a guarded statement that must touch exactly one row.
// It returns false when it touched none: somebody else was first.
func (t *Tx) ExecOne(ctx context.Context, query string, args ...any) (bool, error) {
	res, err := t.ExecContext(ctx, query, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// IsUnique tells whether err is a violated unique or primary key.
func IsUnique(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	return false
}

func retryable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_BUSY
}

// translate gives a full disk and a lost database their own sentences.
func translate(err error) error {
	if err == nil {
		return nil
	}
	var known *errs.Error
	if errors.As(err, &known) && known.Kind != errs.Internal {
		return err
	}
	var lite *sqlite.Error
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "22021" { // a NUL or broken UTF-8, which SQLite takes
		return &errs.Error{Kind: errs.Malformed, Code: "unreadable", Err: err, Msg: "提交的内容里有读不出来的字符，请重新输入。"}
	}
	full := errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_FULL ||
		errors.As(err, &pg) && strings.HasPrefix(pg.Code, "53")
	if full {
		return &errs.Error{Kind: errs.Unavailable, Code: "diskFull", Err: err,
			Msg: "服务器的磁盘满了，刚才的操作没有保存。请保留页面上的内容，通知管理员清理后再试。"}
	}
	if retryable(err) || errors.As(err, new(*pgconn.ConnectError)) {
		return &errs.Error{Kind: errs.Unavailable, Code: "busy", Err: err,
			Msg: "系统正忙，刚才的操作没有保存，请过一会儿再试。"}
	}
	return err
}
