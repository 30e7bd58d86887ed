package audit

import (
	"context"
	"fmt"
	"strings"

	"tiaojietai/internal/db"
)

func unsealed(ctx context.Context, q db.Q, county string, limit int) (rows []stored, err error) {
	err = db.Select(ctx, q, &rows, `SELECT `+db.Columns[stored]()+` FROM audit_row
		WHERE county = $1 AND block = 0 ORDER BY id LIMIT $2`, county, limit)
	return rows, err
}

func rowsOf(ctx context.Context, q db.Q, county string, seq int64) (rows []stored, err error) {
	err = db.Select(ctx, q, &rows, `SELECT `+db.Columns[stored]()+` FROM audit_row
		WHERE county = $1 AND block = $2 ORDER BY id`, county, seq)
	return rows, err
}

func lastBlock(ctx context.Context, q db.Q, county string) (b block, found bool, err error) {
	found, err = db.Get(ctx, q, &b, `SELECT `+db.Columns[block]()+` FROM audit_block
		WHERE county = $1 ORDER BY seq DESC LIMIT 1`, county)
	return b, found, err
}

func blocksOf(ctx context.Context, q db.Q, county string) (blocks []block, err error) {
	err = db.Select(ctx, q, &blocks, `SELECT `+db.Columns[block]()+` FROM audit_block WHERE county = $1 ORDER BY seq`, county)
	return blocks, err
}

// beyond is a row whose block is not among the first last ones, "" for none.
func beyond(ctx context.Context, q db.Q, county string, last int64) (id string, err error) {
	_, err = db.Get(ctx, q, &id, `SELECT id FROM audit_row WHERE county = $1 AND (block > $2 OR block < 0) ORDER BY block, id LIMIT 1`, county, last)
	return id, err
}

// assign writes the block into exactly these rows: a row committed meanwhile with
// a smaller id belongs to a later block. The list of a statement is filled up by
// repeating its last id, so that there are two statements to keep compiled and
// not one for each number of rows.
func assign(ctx context.Context, tx *db.Tx, seq int64, ids []string) error {
	for len(ids) > 0 {
		width := 400
		if len(ids) <= 50 {
			width = 50
		}
		n := min(width, len(ids))
		args := []any{seq, tx.County}
		for i := range width {
			args = append(args, ids[min(i, n-1)])
		}
		res, err := tx.ExecContext(ctx, assignSQL[width], args...)
		if err != nil {
			return err
		}
		if got, err := res.RowsAffected(); err != nil || got != int64(n) {
			return fmt.Errorf("%d of %d audit rows were free (%v)", got, n, err)
		}
		ids = ids[n:]
	}
	return nil
}

var assignSQL = map[int]string{50: assignText(50), 400: assignText(400)}

func assignText(width int) string {
	list := make([]string, width)
	for i := range list {
		list[i] = fmt.Sprintf("$%d", i+3)
	}
	return `UPDATE audit_row SET block = $1 WHERE county = $2 AND block = 0 AND id IN (` + strings.Join(list, ",") + `)`
}

func countiesOf(ctx context.Context, q db.Q) (counties []string, err error) {
	err = db.Select(ctx, q, &counties, `SELECT county FROM county ORDER BY county`)
	return counties, err
}

// find reads one row more than a page has. It walks the index by time.
func find(ctx context.Context, q db.Q, county string, w Query, at int64, id string) (rows []Found, err error) {
	args := []any{county}
	where := `r.county = $1`
	and := func(cond string, v ...any) {
		for _, x := range v {
			args = append(args, x)
			cond = strings.Replace(cond, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where += ` AND ` + cond
	}
	for _, f := range []struct{ cond, value string }{{`r.subject = ?`, w.Subject}, {`r.subject_id = ?`, w.SubjectID},
		{`r.person = ?`, w.Person}, {`r.verb = ?`, w.Verb}} {
		if f.value != "" {
			and(f.cond, f.value)
		}
	}
	if w.Refused {
		and(`r.outcome LIKE 'refused:%'`)
	}
	if w.From > 0 {
		and(`r.at >= ?`, w.From)
	}
	if w.To > 0 {
		and(`r.at < ?`, w.To)
	}
	if id != "" {
		and(`(r.at < ? OR r.at = ? AND r.id < ?)`, at, at, id)
	}
	args = append(args, w.Limit+1)
	err = db.Select(ctx, q, &rows, fmt.Sprintf(`SELECT r.id, r.at, r.person, COALESCE(p.name, '') AS name, r.org, COALESCE(o.short_name, '') AS org_name,
			r.verb, r.subject, r.subject_id, r.outcome, r.fields, r.block
		FROM audit_row r LEFT JOIN person p ON p.county = r.county AND p.id = r.person
		LEFT JOIN org o ON o.county = r.county AND o.code = r.org
		WHERE %s ORDER BY r.at DESC, r.id DESC LIMIT $%d`, where, len(args)), args...)
	return rows, err
}
