package matter

import (
	"context"

	"tiaojietai/internal/db"
)

// touched: a person did a step after the import, or added a file.
const touched = `(EXISTS (SELECT 1 FROM timeline t WHERE t.county = m.county AND t.matter = m.id AND t.seq > 1 AND t.person <> '')
	OR EXISTS (SELECT 1 FROM attachment a WHERE a.county = m.county AND a.matter = m.id))`

// standingOfBatch are the matters of a batch that are not void yet and that nobody
// has touched.
func standingOfBatch(ctx context.Context, q db.Q, county, batch string, limit int) (ids []string, err error) {
	err = db.Select(ctx, q, &ids, `SELECT m.id FROM matter m WHERE m.county = $1 AND m.imported = $2 AND m.imported <> '' AND m.void = 0
		AND NOT `+touched+` ORDER BY m.id LIMIT $3`, county, batch, limit)
	return ids, err
}

func actedOn(ctx context.Context, q db.Q, county, batch string) (n int, err error) {
	_, err = db.Get(ctx, q, &n, `SELECT count(*) FROM matter m WHERE m.county = $1 AND m.imported = $2 AND m.imported <> '' AND m.void = 0
		AND `+touched, county, batch)
	return n, err
}
