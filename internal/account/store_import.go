package account

import (
	"context"
	"strconv"
	"strings"

	"tiaojietai/internal/db"
)

func listOf(args *[]any, values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		*args = append(*args, v)
		out[i] = "$" + strconv.Itoa(len(*args))
	}
	return strings.Join(out, ", ")
}

func peopleActed(ctx context.Context, q db.Q, county string, people []string) (n int, err error) {
	args := []any{county}
	_, err = db.Get(ctx, q, &n, `SELECT count(*) FROM person p WHERE p.county = $1 AND p.void = 0 AND p.id IN (`+listOf(&args, people)+`)
		AND (EXISTS (SELECT 1 FROM account a WHERE a.county = p.county AND a.person = p.id)
			OR EXISTS (SELECT 1 FROM matter_appointment m WHERE m.county = p.county AND m.person = p.id)
			OR EXISTS (SELECT 1 FROM matter_attempt m WHERE m.county = p.county AND m.person = p.id))`, args...)
	return n, err
}

// voidPeople ends every service on the day it began: no count of any day has it.
func voidPeople(ctx context.Context, tx *db.Tx, people []string) (int, error) {
	args := []any{tx.County}
	in := listOf(&args, people)
	if _, err := tx.ExecContext(ctx, `UPDATE service SET until = since WHERE county = $1 AND person IN (`+in+`)`, args...); err != nil {
		return 0, err
	}
	res, err := tx.ExecContext(ctx, `UPDATE person SET void = 1 WHERE county = $1 AND void = 0 AND id IN (`+in+`)`, args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}
