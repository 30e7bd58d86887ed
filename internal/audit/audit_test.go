package audit_test

import (
	"context"
	"testing"
	"time"

	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/testkit"
)

const county = "532328"

type world struct {
	*db.DB
	key   *gm.DataKey
	clock *testkit.Clock
}

func setUp(t *testing.T) *world {
	t.Helper()
	clock := testkit.At("2026-11-02 09:00")
	d := testkit.Open(t, clock)
	master, err := gm.OpenMaster(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := master.NewDataKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := master.Unwrap(wrapped)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{d, key, clock}
	w.exec(t, `INSERT INTO county (county, name, data_key) VALUES ($1, '元谋县', $2)`, county, wrapped)
	return w
}

// record writes n rows, one a second.
func (w *world) record(t *testing.T, n int) {
	t.Helper()
	for range n {
		w.clock.Advance(time.Second)
		err := w.Write(t.Context(), county, func(ctx context.Context, tx *db.Tx) error {
			return audit.Record(ctx, tx, w.key, audit.Row{Person: "p", Org: "o", Verb: "accept", Subject: "matter", SubjectID: "m", Fields: []string{"status"}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) seal(t *testing.T) int {
	t.Helper()
	n, err := audit.Seal(t.Context(), w.DB, county)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (w *world) verify(t *testing.T, chains ...audit.Chain) audit.Report {
	t.Helper()
	r, err := audit.Verify(t.Context(), w.DB, func(string) (*gm.DataKey, error) { return w.key, nil }, chains...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w *world) exec(t *testing.T, query string, args ...any) {
	t.Helper()
	if _, err := w.SQL().ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

func (w *world) ids(t *testing.T) (ids []string) {
	t.Helper()
	err := w.Read(t.Context(), func(ctx context.Context, q db.Q) error {
		return db.Select(ctx, q, &ids, `SELECT id FROM audit_row WHERE county = $1 ORDER BY id`, county)
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestSeal(t *testing.T) {
	w := setUp(t)
	t.Run("nothing to seal makes no block", func(t *testing.T) {
		if n := w.seal(t); n != 0 || testkit.Count(t, w.DB, "audit_block") != 0 {
			t.Errorf("sealed %d", n)
		}
	})
	t.Run("every row is in exactly one block", func(t *testing.T) {
		w.record(t, 60)
		if n := w.seal(t); n != 60 {
			t.Errorf("sealed %d of 60", n)
		}
		w.record(t, 3)
		if n := w.seal(t); n != 3 {
			t.Errorf("sealed %d of 3", n)
		}
		r := w.verify(t)
		if r.Broken != nil || r.Rows != 63 || r.Blocks != 2 || r.Unsealed != 0 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("rows younger than the last block are checked too", func(t *testing.T) {
		w.record(t, 2)
		if r := w.verify(t); r.Broken != nil || r.Unsealed != 2 || r.Rows != 65 {
			t.Errorf("%+v", r)
		}
	})
}

func TestVerifyNamesTheFirstBroken(t *testing.T) {
	ids := func(w *world, t *testing.T) (string, string) { all := w.ids(t); return all[1], all[7] }
	cases := []struct {
		name string
		harm func(t *testing.T, w *world) string // returns what is to be named
		what string
	}{
		{"a changed word", func(t *testing.T, w *world) string {
			a, b := ids(w, t)
			w.exec(t, `UPDATE audit_row SET verb = 'decline' WHERE id IN ($1, $2)`, a, b)
			return a
		}, "row"},
		{"a changed time of a row not yet sealed", func(t *testing.T, w *world) string {
			w.record(t, 1)
			all := w.ids(t)
			w.exec(t, `UPDATE audit_row SET at = at + 1 WHERE id = $1`, all[len(all)-1])
			return all[len(all)-1]
		}, "row"},
		{"a dropped row", func(t *testing.T, w *world) string {
			a, _ := ids(w, t)
			w.exec(t, `DELETE FROM audit_row WHERE id = $1`, a)
			return "1"
		}, "block"},
		{"two rows swapped between blocks", func(t *testing.T, w *world) string {
			a, b := ids(w, t)
			w.exec(t, `UPDATE audit_row SET block = 3 - block WHERE id IN ($1, $2)`, a, b)
			return "1"
		}, "block"},
		{"a row put under another's id", func(t *testing.T, w *world) string {
			a, _ := ids(w, t)
			w.exec(t, `DELETE FROM audit_row WHERE id = $1`, w.ids(t)[0])
			w.exec(t, `UPDATE audit_row SET id = $1 WHERE id = $2`, "1"+a[1:], a)
			return "1" + a[1:]
		}, "row"},
		{"a block dropped with its rows", func(t *testing.T, w *world) string {
			w.exec(t, `DELETE FROM audit_row WHERE block = 1`)
			w.exec(t, `DELETE FROM audit_block WHERE seq = 1`)
			return "2"
		}, "block"},
		{"the last block dropped, its rows left", func(t *testing.T, w *world) string {
			w.exec(t, `DELETE FROM audit_block WHERE seq = 2`)
			return w.ids(t)[5]
		}, "row"},
		{"a block's count and root made to fit", func(t *testing.T, w *world) string {
			a, _ := ids(w, t)
			w.exec(t, `DELETE FROM audit_row WHERE id = $1`, a)
			w.exec(t, `UPDATE audit_block SET count = 4, root = 'x' WHERE seq = 1`)
			return "1"
		}, "block"},
		{"a block hung on another", func(t *testing.T, w *world) string {
			w.exec(t, `UPDATE audit_block SET prev = 'x' WHERE seq = 2`)
			return "2"
		}, "block"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := setUp(t)
			w.record(t, 5)
			w.seal(t)
			w.record(t, 5)
			w.seal(t)
			if r := w.verify(t); r.Broken != nil {
				t.Fatalf("broken before: %v", r.Broken)
			}
			want := c.harm(t, w)
			r := w.verify(t)
			if r.Broken == nil || r.Broken.What != c.what || r.Broken.ID != want {
				t.Errorf("want %s %s, got %+v", c.what, want, r.Broken)
			}
		})
	}
}

func TestVerifyChains(t *testing.T) {
	w := setUp(t)
	bad := audit.Chain(func(_ context.Context, _ db.Q, county string, _ *gm.DataKey) (int, *audit.Broken, error) {
		return 7, &audit.Broken{County: county, What: "timeline", ID: "m", Why: "接不上"}, nil
	})
	if r := w.verify(t, bad); r.Broken == nil || r.Broken.What != "timeline" || r.Chains != 7 {
		t.Errorf("%+v", r)
	}
}

func TestRefused(t *testing.T) {
	w := setUp(t)
	t.Run("a refusal stands although what was refused was rolled back", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		err := w.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
			if err := audit.Record(ctx, tx, w.key, audit.Row{Verb: "accept"}); err != nil {
				return err
			}
			return errs.New(errs.Forbidden, "notHolder", "不行")
		})
		cancel() // who hangs up is refused all the same
		if err := audit.Refused(ctx, w.DB, w.key, county, errs.As(err).Code, audit.Row{Person: "p", Verb: "accept"}); err != nil {
			t.Fatal(err)
		}
		if n := testkit.Count(t, w.DB, "audit_row"); n != 1 {
			t.Errorf("%d rows", n)
		}
		var outcome string
		err = w.Read(t.Context(), func(ctx context.Context, q db.Q) error {
			_, err := db.Get(ctx, q, &outcome, `SELECT outcome FROM audit_row`)
			return err
		})
		if err != nil || outcome != "refused:notHolder" {
			t.Errorf("%q %v", outcome, err)
		}
	})
	t.Run("it verifies", func(t *testing.T) {
		w.seal(t)
		if r := w.verify(t); r.Broken != nil {
			t.Errorf("%v", r.Broken)
		}
	})
}
