package job

import (
	"context"

	"tiaojietai/internal/db"
)

func exists(ctx context.Context, q db.Q, county, kind, key string) (bool, error) {
	var n int
	_, err := db.Get(ctx, q, &n, `SELECT count(*) FROM job WHERE county = $1 AND kind = $2 AND key = $3`, county, kind, key)
	return n > 0, err
}

func newestByKind(ctx context.Context, q db.Q, county string) (map[string]int64, error) {
	var rows []struct {
		Kind string `db:"kind"`
		Key  string `db:"key"`
	}
	// By key, which is the time itself: a failed job's due moves with its pauses.
	err := db.Select(ctx, q, &rows, `SELECT kind, max(key) AS key FROM job WHERE county = $1 GROUP BY kind`, county)
	m := make(map[string]int64, len(rows))
	for _, r := range rows {
		if t, ok := periodOf(r.Key); ok {
			m[r.Kind] = db.Micros(t)
		}
	}
	return m, err
}

func dueJobs(ctx context.Context, q db.Q, county string, now int64, limit int) (rows []row, err error) {
	err = db.Select(ctx, q, &rows, `SELECT `+db.Columns[row]()+` FROM job
		WHERE county = $1 AND state = 'waiting' AND due <= $2 AND lease_until <= $2 ORDER BY due, id LIMIT $3`, county, now, limit)
	return rows, err
}

func jobOf(ctx context.Context, q db.Q, county, kind, key string) (j row, found bool, err error) {
	found, err = db.Get(ctx, q, &j, `SELECT `+db.Columns[row]()+` FROM job WHERE county = $1 AND kind = $2 AND key = $3`, county, kind, key)
	return j, found, err
}

// takeLease also takes a lease that ends later than any lease could: the clock
// was set back under its holder. Where two insert the first row at once, the
// later fails with a unique violation.
func takeLease(ctx context.Context, tx *db.Tx, name, me string, now, until int64) (bool, error) {
	ok, err := tx.ExecOne(ctx, `UPDATE lease SET holder = $3, until = $4
		WHERE county = $1 AND name = $2 AND (holder = $3 OR until < $5 OR until > $4)`, tx.County, name, me, until, now)
	if err != nil || ok {
		return ok, err
	}
	var n int
	if _, err := db.Get(ctx, tx, &n, `SELECT count(*) FROM lease WHERE county = $1 AND name = $2`, tx.County, name); err != nil || n > 0 {
		return false, err
	}
	return true, db.Insert(ctx, tx, "lease", leaseRow{tx.County, name, me, until})
}

type leaseRow struct {
	County string `db:"county"`
	Name   string `db:"name"`
	Holder string `db:"holder"`
	Until  int64  `db:"until"`
}

func dropLease(ctx context.Context, tx *db.Tx, name, me string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM lease WHERE county = $1 AND name = $2 AND holder = $3`, tx.County, name, me)
	return err
}

func claim(ctx context.Context, tx *db.Tx, id, me string, now, until int64) (bool, error) {
	return tx.ExecOne(ctx, `UPDATE job SET lease_by = $3, lease_until = $4, attempts = attempts + 1
		WHERE county = $1 AND id = $2 AND state = 'waiting' AND lease_until <= $5`, tx.County, id, me, until, now)
}

// finish leaves a job alone that was cancelled, or taken over, meanwhile.
func finish(ctx context.Context, tx *db.Tx, id, me, state string, due int64, msg string) error {
	_, err := tx.ExecContext(ctx, `UPDATE job SET state = $4, due = $5, error = $6, lease_by = '', lease_until = 0
		WHERE county = $1 AND id = $2 AND lease_by = $3 AND state = 'waiting'`, tx.County, id, me, state, due, msg)
	return err
}

func progress(ctx context.Context, tx *db.Tx, id, text string, until int64) (bool, error) {
	return tx.ExecOne(ctx, `UPDATE job SET progress = $3, lease_until = $4 WHERE county = $1 AND id = $2 AND state = 'waiting'`, tx.County, id, text, until)
}

func cancel(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `UPDATE job SET state = 'cancelled' WHERE county = $1 AND id = $2 AND state = 'waiting'`, tx.County, id)
	return err
}

func sweep(ctx context.Context, tx *db.Tx, before int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM job WHERE county = $1 AND state IN ('done', 'cancelled') AND due < $2
		AND key < (SELECT max(j.key) FROM job j WHERE j.county = job.county AND j.kind = job.kind)`, tx.County, before)
	return err
}
