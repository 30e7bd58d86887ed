package db_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"tiaojietai/internal/db"
	"tiaojietai/internal/testkit"
)

func TestABatchDoesLeftWorkOnceAtItsEnd(t *testing.T) {
	testkit.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		var done []string
		leave := func(ctx context.Context, id string, fail error) error {
			return d.Write(ctx, "532328", func(ctx context.Context, tx *db.Tx) error {
				if !tx.Later("index", id, func(ctx context.Context, tx *db.Tx, ids []string) error {
					done = append(done, ids...)
					_, err := tx.ExecContext(ctx, `INSERT INTO county (county, name, data_key) VALUES ($1, '元谋县', '')`, tx.County)
					return err
				}) {
					done = append(done, "at once "+id)
				}
				return fail
			})
		}
		if err := leave(ctx, "a", nil); err != nil || !slices.Equal(done, []string{"at once a"}) {
			t.Fatalf("%v, %v", done, err)
		}
		done = nil
		refused := errors.New("refused")
		err := d.Batch(ctx, func(ctx context.Context) error {
			for _, id := range []string{"a", "b", "a"} {
				if err := leave(ctx, id, nil); err != nil {
					return err
				}
			}
			_ = leave(ctx, "c", refused)
			if len(done) > 0 {
				t.Errorf("done before the end: %v", done)
			}
			return nil
		})
		if err != nil || !slices.Equal(done, []string{"a", "b", "c"}) || testkit.Count(t, d, "county") != 1 {
			t.Fatalf("%v, %v", done, err)
		}
		done = nil
		err = d.Batch(ctx, func(ctx context.Context) error { return errors.Join(leave(ctx, "a", nil), refused) })
		if !errors.Is(err, refused) || len(done) > 0 {
			t.Fatalf("a batch that failed: %v, %v", done, err)
		}
	})
}
