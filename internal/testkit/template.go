package testkit

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tiaojietai/internal/db"
)

// Template is a database made once per test binary and engine, and copied for
// each test: migrating, or filling the demonstration county, is paid once. The
// zero Template is migrated and empty.
type Template struct {
	// Fill writes what every copy is to hold; nil for nothing.
	Fill func(ctx context.Context, d *db.DB) error
	// Clock is the clock while filling; nil for the system's.
	Clock func() time.Time

	lite, pg made
}

// made is the outcome of making a template on one engine.
type made struct {
	once sync.Once
	file []byte // SQLite: the whole file
	name string // PostgreSQL: the template database
	err  error
}

// serial numbers the databases of this test binary.
var serial atomic.Int64

// Open gives a copy of the template on the engine under test (the first, where
// several are named). It is closed and removed at the end of the test.
func (tp *Template) Open(t testing.TB, clock ...*Clock) *db.DB {
	t.Helper()
	var now func() time.Time
	if len(clock) > 0 {
		now = clock[0].Now
	}
	return tp.open(t, engines(t)[0], now)
}

func (tp *Template) open(t testing.TB, e db.Engine, now func() time.Time) *db.DB {
	t.Helper()
	var o db.Options
	if e == db.Postgres {
		o.DSN = tp.copyPostgres(t)
	} else {
		o.Path = tp.copySQLite(t)
	}
	o.Clock = now
	d, err := db.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open the test's database: %v", err)
	}
	t.Cleanup(func() { _ = d.Close() }) // before the copy is removed
	return d
}

func (tp *Template) copySQLite(t testing.TB) string {
	t.Helper()
	m := &tp.lite
	m.once.Do(func() { m.file, m.err = tp.makeSQLite() })
	if m.err != nil {
		t.Fatalf("make the SQLite template: %v", m.err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, m.file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// makeSQLite returns the file's bytes: kept in memory, nothing is left to clean
// up when the test binary ends.
func (tp *Template) makeSQLite() ([]byte, error) {
	dir, err := os.MkdirTemp("", "tjt-template")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "template.db")
	if err := migrate(context.Background(), db.Options{Path: path, Clock: tp.Clock}, tp.Fill); err != nil {
		return nil, err
	}
	if st, err := os.Stat(path + "-wal"); err == nil && st.Size() > 0 {
		return nil, fmt.Errorf("%s-wal was not folded in when the database was closed", path)
	}
	return os.ReadFile(path)
}

func (tp *Template) copyPostgres(t testing.TB) string {
	t.Helper()
	base := os.Getenv("TIAOJIETAI_TEST_PG")
	if base == "" {
		t.Fatal("TIAOJIETAI_TEST_PG is not set: use make postgres, or scripts/pg.sh run go test …")
	}
	m := &tp.pg
	m.once.Do(func() { m.name, m.err = tp.makePostgres(base) })
	if m.err != nil {
		t.Fatalf("make the PostgreSQL template: %v", m.err)
	}
	name := databaseName()
	if err := admin(base, "CREATE DATABASE "+name+" TEMPLATE "+m.name+" STRATEGY file_copy"); err != nil {
		t.Fatalf("copy the template: %v", err)
	}
	t.Cleanup(func() {
		if err := admin(base, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Logf("drop %s: %v", name, err)
		}
	})
	return withDatabase(base, name)
}

func (tp *Template) makePostgres(base string) (string, error) {
	name := databaseName()
	if err := admin(base, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return name, migrate(context.Background(), db.Options{DSN: withDatabase(base, name), Clock: tp.Clock}, tp.Fill)
}

// databaseName is unlike that of any other test binary on the same cluster.
func databaseName() string {
	return fmt.Sprintf("tjt_%d_%d_%d", os.Getpid(), time.Now().UnixNano(), serial.Add(1))
}

// admin runs one statement in the database of the DSN itself.
func admin(dsn, statement string) error {
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	_, err = pool.ExecContext(context.Background(), statement)
	return err
}

func withDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn
	}
	u.Path = "/" + name
	return u.String()
}
