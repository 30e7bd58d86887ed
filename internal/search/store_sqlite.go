package search

import (
	"context"
	"fmt"
	"strings"

	"tiaojietai/internal/db"
)

// A rowid is the second of registration and a number within it, so that FTS5 gives
// the newest first and stops when enough are found. More than perSecond of one
// second (an import) run on into the next.
const (
	secondBits = 12
	perSecond  = 1 << secondBits
)

func rankOf(at int64) int64 { return max(1, at/1e6<<secondBits) }

type liteRow struct {
	ID   int64  `db:"id"`
	Mark string `db:"mark"`
}

func putSQLite(ctx context.Context, tx *db.Tx, d Doc) error {
	var old liteRow
	found, err := db.Get(ctx, tx, &old, `SELECT id, mark FROM search_doc WHERE county = $1 AND matter = $2`, d.County, d.ID)
	if err != nil {
		return err
	}
	id := old.ID
	if found {
		if _, err := tx.ExecContext(ctx, `DELETE FROM search_index WHERE rowid = $1`, id); err != nil {
			return fmt.Errorf("take out of the text index: %w", err)
		}
	}
	if first := rankOf(d.At); !found || id < first || id >= first+perSecond {
		if id, err = freeID(ctx, tx, first); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO search_doc (id, county, matter, mark) VALUES ($1, $2, $3, $4)
		ON CONFLICT (county, matter) DO UPDATE SET id = excluded.id, mark = excluded.mark`, id, d.County, d.ID, d.mark())
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO search_index (rowid, part, rest, sight) VALUES ($1, $2, $3, $4)`, id,
		strings.Join(tokensOf(texts(d.Part)), " "), strings.Join(tokensOf(texts(d.Rest)), " "), strings.Join(d.Sight, " "))
	return err
}

// freeID is the next free id of a second, or of the next that has one.
func freeID(ctx context.Context, tx *db.Tx, first int64) (int64, error) {
	for ; ; first += perSecond {
		var last int64
		_, err := db.Get(ctx, tx, &last, `SELECT coalesce(max(id), $1 - 1) FROM search_doc WHERE id >= $1 AND id < $1 + $2`, first, perSecond)
		if err != nil || last+1 < first+perSecond {
			return last + 1, err
		}
	}
}

func pageSQLite(ctx context.Context, r db.Q, q Query, most int) (rows []pageRow, err error) {
	args := []any{q.match()}
	cond := ""
	bound := func(op string, rank int64) {
		args = append(args, rank)
		cond += fmt.Sprintf(" AND rowid %s $%d", op, len(args))
	}
	if q.From > 0 {
		bound(">=", rankOf(q.From))
	}
	if q.To > 0 {
		bound("<", rankOf(q.To))
	}
	if q.Past != nil {
		bound("<", q.Past.Rank)
	}
	args = append(args, most, q.Limit)
	// The cross join: documents are looked up for hits, never the other way round.
	err = db.Select(ctx, r, &rows, fmt.Sprintf(`WITH h AS MATERIALIZED (SELECT rowid AS id FROM search_index WHERE search_index MATCH $1%s
			ORDER BY rowid DESC LIMIT $%d)
		SELECT f.id AS rank, f.matter, (SELECT count(*) FROM h) AS total
		FROM (SELECT id FROM h ORDER BY id DESC LIMIT $%d) x CROSS JOIN search_doc f ON f.id = x.id ORDER BY x.id DESC`,
		cond, len(args)-1, len(args)), args...)
	return rows, err
}

func amongSQLite(q Query, first int) (string, []any) {
	return fmt.Sprintf(`SELECT f.matter FROM search_doc f WHERE f.id IN (SELECT rowid FROM search_index WHERE search_index MATCH $%d)`, first),
		[]any{q.match()}
}

// match writes the query in FTS5's language.
func (q Query) match() string {
	var either []string
	if q.See != "" {
		either = append(either, "(sight : "+q.See+" AND "+q.wordsIn("{part rest}")+")")
	}
	if q.Help != "" {
		either = append(either, "(sight : "+q.Help+" AND "+q.wordsIn("part")+")")
	}
	expr := "(" + strings.Join(either, " OR ") + ")"
	for _, terms := range q.All {
		expr += " AND sight : (" + strings.Join(terms, " OR ") + ")"
	}
	if len(q.Not) > 0 {
		expr = "(" + expr + ") NOT sight : (" + strings.Join(q.Not, " OR ") + ")"
	}
	return expr
}

func (q Query) wordsIn(columns string) string {
	var all []string
	for _, w := range q.Words {
		tokens := pairs(w)
		if len(tokens) == 0 {
			tokens = singles(w)
		}
		all = append(all, `"`+strings.Join(tokens, " ")+`"`)
	}
	op := " AND "
	if q.Any {
		op = " OR "
	}
	return columns + " : (" + strings.Join(all, op) + ")"
}
