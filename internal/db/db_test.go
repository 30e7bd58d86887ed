package db

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

type series struct {
	County string `db:"county"`
	Series string `db:"series"`
	Org    string `db:"org"`
	Year   int64  `db:"year"`
	Last   int64  `db:"last"`
}

var seriesKey = []string{"county", "series", "org", "year"}

func openSQLite(t *testing.T) *DB {
	t.Helper()
	d, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "a b.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func lastOf(t *testing.T, d *DB, org string) int64 {
	t.Helper()
	var n int64
	err := d.Read(t.Context(), func(ctx context.Context, q Q) error {
		_, err := Get(ctx, q, &n, `SELECT last FROM number_series WHERE county = $1 AND org = $2`, "c", org)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWrite(t *testing.T) {
	d := openSQLite(t)
	row := func(org string, n int64) series { return series{"c", "m", org, 2026, n} }
	t.Run("what the closure wrote is there, what it failed to finish is not", func(t *testing.T) {
		stop := errors.New("stop")
		for _, want := range []error{nil, stop} {
			err := d.Write(t.Context(), "c", func(ctx context.Context, tx *Tx) error {
				n := int64(1)
				if want != nil {
					n = 2
				}
				if err := Upsert(ctx, tx, "number_series", seriesKey, row("a", n)); err != nil {
					return err
				}
				return want
			})
			if !errors.Is(err, want) {
				t.Fatalf("got %v, want %v", err, want)
			}
		}
		if n := lastOf(t, d, "a"); n != 1 {
			t.Fatalf("last = %d", n)
		}
	})
	t.Run("a second transaction inside a transaction is an error at once", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		err := d.Write(ctx, "c", func(ctx context.Context, _ *Tx) error {
			return d.Read(ctx, func(context.Context, Q) error { return nil })
		})
		if !errors.Is(err, ErrNested) {
			t.Fatalf("got %v", err)
		}
	})
	t.Run("in a batch a failed write alone is undone", func(t *testing.T) {
		stop := errors.New("stop")
		err := d.Batch(t.Context(), func(ctx context.Context) error {
			for i, org := range []string{"b1", "b2", "b3"} {
				err := d.Write(ctx, "c", func(ctx context.Context, tx *Tx) error {
					if err := Insert(ctx, tx, "number_series", row(org, 7)); err != nil {
						return err
					}
					if i == 1 {
						return stop
					}
					return nil
				})
				if err != nil && !errors.Is(err, stop) {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if a, b, c := lastOf(t, d, "b1"), lastOf(t, d, "b2"), lastOf(t, d, "b3"); a != 7 || b != 0 || c != 7 {
			t.Fatalf("%d %d %d", a, b, c)
		}
	})
	t.Run("a panic rolls back and frees the writer", func(t *testing.T) {
		func() {
			defer func() { _ = recover() }()
			_ = d.Write(t.Context(), "c", func(ctx context.Context, tx *Tx) error {
				_ = Insert(ctx, tx, "number_series", row("p", 1))
				panic("boom")
			})
		}()
		if n := lastOf(t, d, "p"); n != 0 {
			t.Fatalf("last = %d", n)
		}
		err := d.Write(t.Context(), "c", func(ctx context.Context, tx *Tx) error {
			return Insert(ctx, tx, "number_series", row("p", 2))
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	t.Run("sync inserts, updates and deletes only what differs", func(t *testing.T) {
		before := []series{row("s1", 1), row("s2", 1), row("s3", 1)}
		after := []series{row("s1", 1), row("s3", 9), row("s4", 4)}
		err := d.Write(t.Context(), "c", func(ctx context.Context, tx *Tx) error {
			if err := Sync(ctx, tx, "number_series", seriesKey, nil, before); err != nil {
				return err
			}
			return Sync(ctx, tx, "number_series", seriesKey, before, after)
		})
		if err != nil {
			t.Fatal(err)
		}
		for org, want := range map[string]int64{"s1": 1, "s2": 0, "s3": 9, "s4": 4} {
			if n := lastOf(t, d, org); n != want {
				t.Fatalf("%s: %d, want %d", org, n, want)
			}
		}
	})
	t.Run("a change under a guard is refused when somebody was first", func(t *testing.T) {
		for _, want := range []bool{true, false} {
			err := d.Write(t.Context(), "c", func(ctx context.Context, tx *Tx) error {
				if want {
					if err := Insert(ctx, tx, "number_series", row("g", 1)); err != nil {
						return err
					}
				}
				ok, err := Change(ctx, tx, "number_series", seriesKey, "last", row("g", 1), row("g", 2))
				if ok != want {
					t.Errorf("%v, want %v", ok, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if n := lastOf(t, d, "g"); n != 2 {
			t.Fatalf("last = %d", n)
		}
	})
	t.Run("statements beyond what is kept are dropped, not refused", func(t *testing.T) {
		for i := range mostKept + 10 {
			err := d.Read(t.Context(), func(ctx context.Context, q Q) error {
				var n int
				_, err := Get(ctx, q, &n, fmt.Sprintf("SELECT %d", i))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("a repeated key is recognised", func(t *testing.T) {
		err := d.Write(t.Context(), "c", func(ctx context.Context, tx *Tx) error {
			return Insert(ctx, tx, "number_series", row("u", 1), row("u", 1))
		})
		if !IsUnique(err) {
			t.Fatalf("got %v", err)
		}
	})
}
