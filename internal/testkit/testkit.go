package testkit

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"

	"tiaojietai/internal/db"
)

// engines reads which engines the tests are to run on.
func engines(t testing.TB) []db.Engine {
	t.Helper()
	v := os.Getenv("TIAOJIETAI_TEST_ENGINE")
	if v == "" {
		return []db.Engine{db.SQLite}
	}
	var list []db.Engine
	for name := range strings.SplitSeq(v, ",") {
		switch e := db.Engine(strings.TrimSpace(name)); e {
		case db.SQLite, db.Postgres:
			list = append(list, e)
		default:
			t.Fatalf("TIAOJIETAI_TEST_ENGINE: %q is neither sqlite nor postgres", name)
		}
	}
	return list
}

// empty is the migrated database without a row.
var empty Template

// Open gives an empty, migrated database on the engine under test. It is closed
// and removed at the end of the test. A clock may be given; without one it runs
// on the system's.
func Open(t testing.TB, clock ...*Clock) *db.DB {
	t.Helper()
	return empty.Open(t, clock...)
}

// Each runs fn on an empty database of each engine under test, as subtests named
// by the engine.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	for _, e := range engines(t) {
		t.Run(string(e), func(t *testing.T) { fn(t, empty.open(t, e, nil)) })
	}
}

// Soak is the number of checks for a property test: short, unless make soak asks
// for many.
func Soak(short int) int {
	if n, err := strconv.Atoi(os.Getenv("TIAOJIETAI_SOAK")); err == nil && n > short {
		return n
	}
	return short
}

// Count returns the number of rows of a table, for "nothing was written".
func Count(t testing.TB, d *db.DB, table string) int {
	t.Helper()
	var n int
	if err := d.SQL().QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatalf("count %s: %v", table, err)
	}
	return n
}

func migrate(ctx context.Context, o db.Options, fill func(context.Context, *db.DB) error) error {
	d, err := db.Open(ctx, o)
	if err != nil {
		return err
	}
	err = d.Migrate(ctx)
	if err == nil && fill != nil {
		err = fill(ctx, d)
	}
	return errors.Join(err, d.Close()) // closing folds the write-ahead log in
}

// EachAt is Each with an injected clock standing at "2006-01-02 15:04".
func EachAt(t *testing.T, local string, fn func(t *testing.T, d *db.DB, now *Clock)) {
	t.Helper()
	for _, e := range engines(t) {
		t.Run(string(e), func(t *testing.T) {
			clock := At(local)
			fn(t, empty.open(t, e, clock.Now), clock)
		})
	}
}

// EachDSN is Each for a test whose processes open the database themselves: it
// gives the DSN of an empty, migrated PostgreSQL database, or "" on SQLite, where
// a data directory of the test's own is all it takes.
func EachDSN(t *testing.T, fn func(t *testing.T, dsn string)) {
	t.Helper()
	for _, e := range engines(t) {
		t.Run(string(e), func(t *testing.T) {
			dsn := ""
			if e == db.Postgres {
				dsn = empty.copyPostgres(t)
			}
			fn(t, dsn)
		})
	}
}
