package org

import (
	"context"
	"strconv"
	"strings"

	"tiaojietai/internal/db"
)

// marks are $from, $from+1 … for a list, with its values put to the arguments.
func marks(args *[]any, values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		*args = append(*args, v)
		out[i] = "$" + strconv.Itoa(len(*args))
	}
	return strings.Join(out, ", ")
}

// actedOn counts bodies of part that something hangs on; all is the whole batch,
// whose members may stand below each other.
func actedOn(ctx context.Context, q db.Q, county string, all, part []string) (n int, err error) {
	args := []any{county, known(all)}
	_, err = db.Get(ctx, q, &n, `SELECT count(*) FROM org o WHERE o.county = $1 AND o.void = 0 AND o.code IN (`+marks(&args, part)+`)
		AND (o.version > 1
			OR EXISTS (SELECT 1 FROM service v WHERE v.county = o.county AND v.org = o.code AND v.until <> v.since)
			OR EXISTS (SELECT 1 FROM org c WHERE c.county = o.county AND c.parent = o.code AND c.void = 0 AND $2 NOT LIKE '%,' || c.code || ',%')
			OR EXISTS (SELECT 1 FROM matter_reach r WHERE r.county = o.county AND r.org = o.code AND r.mode <> 'county'))`, args...)
	return n, err
}

// voidOrgs also closes them before they ever opened, so that no count by date has them.
func voidOrgs(ctx context.Context, tx *db.Tx, codes []string) (int, error) {
	args := []any{tx.County}
	res, err := tx.ExecContext(ctx, `UPDATE org SET void = 1, opened_on = '', closed_on = '0001-01-01', version = version + 1
		WHERE county = $1 AND void = 0 AND code IN (`+marks(&args, codes)+`)`, args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// dropVoid makes a void body's code free to be taken up again.
func dropVoid(ctx context.Context, tx *db.Tx, code string) (bool, error) {
	return tx.ExecOne(ctx, `UPDATE org SET void = 0 WHERE county = $1 AND code = $2 AND void = 1`, tx.County, code)
}
