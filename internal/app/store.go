package app

import (
	"context"
	"fmt"

	"tiaojietai/internal/db"
)

type holiday struct {
	County string `db:"county"`
	Date   string `db:"date"`
	Kind   string `db:"kind"`
	Name   string `db:"name"`
}

func holidaysOf(ctx context.Context, q db.Q, county string) (rows []holiday, err error) {
	err = db.Select(ctx, q, &rows, `SELECT county, date, kind, name FROM holiday WHERE county = $1 ORDER BY date`, county)
	return rows, err
}

func dropHolidays(ctx context.Context, tx *db.Tx, year int) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM holiday WHERE county = $1 AND date >= $2 AND date <= $3`, tx.County,
		fmt.Sprintf("%d-01-01", year), fmt.Sprintf("%d-12-31", year))
	return err
}

// lastWrite is the time of a county's newest audit row, 0 for none: every verb
// leaves one, and their ids sort by time.
func lastWrite(ctx context.Context, q db.Q, county string) (at int64, err error) {
	_, err = db.Get(ctx, q, &at, `SELECT at FROM audit_row WHERE county = $1 ORDER BY id DESC LIMIT 1`, county)
	return at, err
}

func setCountyNote(ctx context.Context, tx *db.Tx, note string) error {
	_, err := tx.ExecContext(ctx, `UPDATE county SET note = $2 WHERE county = $1`, tx.County, note)
	return err
}

// countCounties is the least that shows the database answers.
func countCounties(ctx context.Context, q db.Q) (n int, err error) {
	_, err = db.Get(ctx, q, &n, `SELECT count(*) FROM county`)
	return n, err
}

// sweepOperations forgets operation ids too old to be sent again: a telephone
// that was off the network for so long gets a refusal by version instead.
func sweepOperations(ctx context.Context, tx *db.Tx, before int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM operation WHERE county = $1 AND at < $2`, tx.County, before)
	return err
}
