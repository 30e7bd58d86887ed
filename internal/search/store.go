package search

import (
	"context"
	"fmt"
	"strings"

	"tiaojietai/internal/db"
)

// The SQL that both engines share; store_sqlite.go and store_postgres.go have the
// rest.

type markRow struct {
	Matter string `db:"matter"`
	Mark   string `db:"mark"`
}

// marksOf reads the marks of documents of one county.
func marksOf(ctx context.Context, q db.Q, docs []Doc) (map[string]string, error) {
	args, marks := []any{docs[0].County}, []string{}
	for _, d := range docs {
		args = append(args, d.ID)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	var rows []markRow
	err := db.Select(ctx, q, &rows, `SELECT matter, mark FROM search_doc WHERE county = $1 AND matter IN (`+strings.Join(marks, ", ")+`)`, args...)
	there := map[string]string{}
	for _, r := range rows {
		there[r.Matter] = r.Mark
	}
	return there, err
}

func built(ctx context.Context, q db.Q, county string) (bool, error) {
	var rules int
	_, err := db.Get(ctx, q, &rules, `SELECT rules FROM search_built WHERE county = $1`, county)
	return rules == Rules, err
}

func setBuilt(ctx context.Context, tx *db.Tx, county string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO search_built (county, rules) VALUES ($1, $2)
		ON CONFLICT (county) DO UPDATE SET rules = excluded.rules`, county, Rules)
	return err
}
