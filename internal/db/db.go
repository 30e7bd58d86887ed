// Package db is the only place that knows which engine runs. SQL is written
// once, with $1; db opens SQLite or PostgreSQL, migrates it, and gives one way
// to read (Read) and one way to write (Write). It knows no business word.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the SQLite driver "sqlite"
)

// Engine names the database behind a DB.
type Engine string

// The two engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options says what to open. DSN "postgres://…" opens PostgreSQL; otherwise the
// SQLite file Path. Clock and NewID default to the system's.
type Options struct {
	DSN   string
	Path  string
	Clock func() time.Time
	NewID func(now time.Time) string
}

// DB is an open database.
type DB struct {
	Engine  Engine
	write   *sql.DB
	read    *sql.DB
	clock   func() time.Time
	newID   func(time.Time) string
	writer  turns // SQLite only, as readers
	readers turns
	writes  atomic.Int64
	queue   chan struct{} // PostgreSQL: who may ask for a connection, in order; nil on SQLite
}

// Open opens the database; it does not migrate.
func Open(ctx context.Context, o Options) (*DB, error) {
	d := &DB{clock: o.Clock, newID: o.NewID}
	if d.clock == nil {
		d.clock = time.Now
	}
	if d.newID == nil {
		d.newID = func(time.Time) string { return uuid.Must(uuid.NewV7()).String() }
	}
	var err error
	if strings.HasPrefix(o.DSN, "postgres://") || strings.HasPrefix(o.DSN, "postgresql://") {
		err = d.openPostgres(o.DSN)
	} else {
		err = d.openSQLite(o.Path)
	}
	if err == nil {
		err = d.write.PingContext(ctx)
	}
	if err != nil {
		_ = d.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	return d, nil
}

// session is what every PostgreSQL session is told unless the DSN says otherwise:
// a page read out of order costs little more than one in order, as it does on a
// solid-state disk and in memory. With the default, made for turning disks, a count
// over a quarter of matter_reach reads the whole table instead of the index.
// Nothing is compiled (jit): no statement runs so long that it would be worth the
// tens of milliseconds that compiling takes, and an estimate of the text index is
// often high enough to set it off.
var session = map[string]string{"random_page_cost": "1.1", "jit": "off"}

func (d *DB) openPostgres(dsn string) (err error) {
	d.Engine = Postgres
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	for name, value := range session {
		if _, given := cfg.RuntimeParams[name]; !given {
			cfg.RuntimeParams[name] = value
		}
	}
	n := 8 * runtime.NumCPU()
	d.write = stdlib.OpenDB(*cfg)
	d.write.SetMaxOpenConns(n)
	d.write.SetMaxIdleConns(n)
	d.queue = make(chan struct{}, n)
	d.read = d.write
	return nil
}

// openSQLite opens one writer, whose transactions begin immediate, and readers
// as many as cores. Pragmas stand in the DSN so that every connection has them.
func (d *DB) openSQLite(path string) (err error) {
	d.Engine = SQLite
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	dsn := func(extra ...string) string {
		q := url.Values{"_pragma": append([]string{"busy_timeout(10000)", "journal_mode(WAL)",
			"synchronous(FULL)", "foreign_keys(1)", "cache_size(-65536)", "temp_store(MEMORY)"}, extra...)}
		return "file:" + (&url.URL{Path: abs}).EscapedPath() + "?" + q.Encode()
	}
	if d.write, err = sql.Open("sqlite", dsn()+"&_txlock=immediate"); err != nil {
		return err
	}
	d.writer = newTurns(d.write, 1)
	if d.read, err = sql.Open("sqlite", dsn("query_only(1)")); err != nil {
		return err
	}
	n := max(2, runtime.NumCPU())
	d.read.SetMaxOpenConns(n)
	d.read.SetMaxIdleConns(n)
	d.readers = newTurns(d.read, n)
	return nil
}

// Close closes the pools.
func (d *DB) Close() error {
	var errsOf []error
	for _, t := range []turns{d.writer, d.readers} {
		errsOf = append(errsOf, t.close())
	}
	if d.write != nil {
		errsOf = append(errsOf, d.write.Close())
	}
	if d.read != nil && d.read != d.write {
		errsOf = append(errsOf, d.read.Close())
	}
	return errors.Join(errsOf...)
}

// Now is the injected clock, in microseconds as stored.
func (d *DB) Now() time.Time { return d.clock().Truncate(time.Microsecond) }

// NewID gives a UUIDv7 for the present.
func (d *DB) NewID() string { return d.newID(d.Now()) }

// SQL gives the raw write pool, for migrations, tests and plans; never in a slice.
func (d *DB) SQL() *sql.DB { return d.write }

// Q is what a store needs to read: a transaction, read or write.
type Q interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Micros is how an instant is stored; the zero time is 0.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Instant reads what Micros stored.
func Instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us)
}

// Bool is stored as SMALLINT, 0 or 1, on both engines.
type Bool bool

// Value implements driver.Valuer.
func (b Bool) Value() (driver.Value, error) {
	if b {
		return int64(1), nil
	}
	return int64(0), nil
}

// Scan implements sql.Scanner.
func (b *Bool) Scan(src any) error {
	n, ok := src.(int64)
	if !ok {
		return fmt.Errorf("db: %T is no truth value", src)
	}
	*b = n != 0
	return nil
}
