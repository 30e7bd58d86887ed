package ledger

import (
	"context"
	"strconv"
	"strings"

	"tiaojietai/internal/db"
)

// All SQL of imports.

var (
	keyImport  = []string{"county", "id"}
	keyMapping = []string{"county", "org", "kind", "headers"}
)

// mapRow is a mapping kept for the next file with the same headers.
type mapRow struct {
	County  string `db:"county"`
	Org     string `db:"org"`
	Kind    string `db:"kind"`
	Headers string `db:"headers"`
	Mapping string `db:"mapping"`
	At      int64  `db:"at"`
}

func importOf(ctx context.Context, q db.Q, county, id string) (b batch, found bool, err error) {
	found, err = db.Get(ctx, q, &b, `SELECT `+db.Columns[batch]()+` FROM ledger_import WHERE county = $1 AND id = $2`, county, id)
	return b, found, err
}

func importByBatch(ctx context.Context, q db.Q, county, number string) (b batch, found bool, err error) {
	found, err = db.Get(ctx, q, &b, `SELECT `+db.Columns[batch]()+` FROM ledger_import WHERE county = $1 AND batch = $2`, county, number)
	return b, found, err
}

// importsOf are those of a body, the newest first, after a place in the list; of
// the system administrator ("") those of bodies and people.
func importsOf(ctx context.Context, q db.Q, county, org string, at int64, id string, limit int) (list []batch, total int64, err error) {
	if _, err = db.Get(ctx, q, &total, `SELECT count(*) FROM ledger_import WHERE county = $1 AND org = $2`, county, org); err != nil {
		return nil, 0, err
	}
	err = db.Select(ctx, q, &list, `SELECT `+db.Columns[batch]()+` FROM ledger_import WHERE county = $1 AND org = $2
		AND ($4 = '' OR at < $3 OR at = $3 AND id < $4) ORDER BY at DESC, id DESC LIMIT $5`, county, org, at, id, limit)
	return list, total, err
}

func nextBatch(ctx context.Context, tx *db.Tx, year int) (n int, err error) {
	_, err = db.Get(ctx, tx, &n, `INSERT INTO number_series (county, series, org, year, last) VALUES ($1, 'import', '', $2, 1)
		ON CONFLICT (county, series, org, year) DO UPDATE SET last = number_series.last + 1 RETURNING last`, tx.County, year)
	return n, err
}

// sameFile is an earlier batch of the same file that stands.
func sameFile(ctx context.Context, q db.Q, b batch) (number string, err error) {
	_, err = db.Get(ctx, q, &number, `SELECT batch FROM ledger_import WHERE county = $1 AND org = $2 AND hash = $3 AND kind = $4
		AND id <> $5 AND entered > 0 AND state <> 'undone' ORDER BY at LIMIT 1`, b.County, b.Org, b.Hash, b.Kind, b.ID)
	return number, err
}

func mappingOf(ctx context.Context, q db.Q, county, org, kind, headers string) (m mapRow, found bool, err error) {
	found, err = db.Get(ctx, q, &m, `SELECT `+db.Columns[mapRow]()+` FROM ledger_mapping
		WHERE county = $1 AND org = $2 AND kind = $3 AND headers = $4`, county, org, kind, headers)
	return m, found, err
}

func refusalsOf(ctx context.Context, q db.Q, b batch, limit int) (list []refusal, err error) {
	err = db.Select(ctx, q, &list, `SELECT `+db.Columns[refusal]()+` FROM ledger_rejected
		WHERE county = $1 AND import_id = $2 ORDER BY row_no, no LIMIT $3`, b.County, b.ID, limit)
	return list, err
}

func dropRefusals(ctx context.Context, tx *db.Tx, b batch) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM ledger_rejected WHERE county = $1 AND import_id = $2`, b.County, b.ID)
	return err
}

// earlier is a row that went in before and is equal.
type earlier struct {
	Hash  string `db:"hash"`
	Batch string `db:"batch"`
	Row   int64  `db:"row_no"`
}

// earlierRows finds rows of batches that stand by their hashes.
func earlierRows(ctx context.Context, q db.Q, county string, hashes []string) (map[string]earlier, error) {
	out := map[string]earlier{}
	if len(hashes) == 0 {
		return out, nil
	}
	args, marks := []any{county}, make([]string, len(hashes))
	for i, h := range hashes {
		args = append(args, h)
		marks[i] = "$" + strconv.Itoa(i+2)
	}
	var rows []earlier
	err := db.Select(ctx, q, &rows, `SELECT e.hash, i.batch, e.row_no FROM ledger_entry e
		JOIN ledger_import i ON i.county = e.county AND i.id = e.import_id
		WHERE e.county = $1 AND i.state <> 'undone' AND e.hash IN (`+strings.Join(marks, ", ")+`)`, args...)
	for _, r := range rows {
		out[r.Hash] = r
	}
	return out, err
}

func subjectsOf(ctx context.Context, q db.Q, b batch) (ids []string, err error) {
	err = db.Select(ctx, q, &ids, `SELECT subject FROM ledger_entry WHERE county = $1 AND import_id = $2 ORDER BY row_no DESC`, b.County, b.ID)
	return ids, err
}

// serving tells who serves where now, by body and name.
func serving(ctx context.Context, q db.Q, county string) (map[string]bool, error) {
	var rows []struct {
		Org  string `db:"org"`
		Name string `db:"name"`
	}
	err := db.Select(ctx, q, &rows, `SELECT v.org, p.name FROM service v JOIN person p ON p.county = v.county AND p.id = v.person
		WHERE v.county = $1 AND v.until = ''`, county)
	out := make(map[string]bool, len(rows))
	for _, r := range rows {
		out[r.Org+"\x00"+r.Name] = true
	}
	return out, err
}
