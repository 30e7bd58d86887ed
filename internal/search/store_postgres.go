package search

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/db"
)

// A tsvector holds neither long texts' positions (16,383) nor often repeated ones
// (256 of a word), and GIN keeps none at all. So the tokens stand without places,
// and a word of three and more characters, which pairs alone do not prove, is
// checked on the text of the documents they lead to.
//
// Tokens of the whole text begin with w, those of the part with p, terms of sight
// with a dot. GIN gives no order: to find the newest of many, the months are terms
// as well, and the last few are asked first.

const months = 4

// monthOf is the term of a month, in UTC: it only has to be cut alike everywhere.
func monthOf(t time.Time) string { return "m" + t.UTC().Format("200601") }

func (d Doc) lexemes() []string {
	part, rest := tokensOf(texts(d.Part)), tokensOf(texts(d.Rest))
	var all []string
	for _, t := range part {
		all = append(all, "w"+t, "p"+t)
	}
	for _, t := range rest {
		all = append(all, "w"+t)
	}
	for _, t := range d.Sight {
		all = append(all, "."+t)
	}
	all = append(all, "."+monthOf(db.Instant(d.At)))
	slices.Sort(all)
	return slices.Compact(all)
}

func putPostgres(ctx context.Context, tx *db.Tx, docs []Doc) error {
	for chunk := range slices.Chunk(docs, 50) {
		var args []any
		var rows []string
		for _, d := range chunk {
			args = append(args, d.County, d.ID, d.At, d.mark(), strings.Join(texts(d.Part), "\n"), strings.Join(texts(d.Rest), "\n"),
				strings.Join(d.lexemes(), " "))
			n := len(args) - 6
			rows = append(rows, fmt.Sprintf("($%d, $%d, $%d, $%d, $%d, $%d, array_to_tsvector(string_to_array($%d, ' ')))", n, n+1, n+2, n+3, n+4, n+5, n+6))
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO search_doc (county, matter, registered_at, mark, part, rest, words) VALUES `+strings.Join(rows, ", ")+`
			ON CONFLICT (county, matter) DO UPDATE SET registered_at = excluded.registered_at, mark = excluded.mark,
				part = excluded.part, rest = excluded.rest, words = excluded.words`, args...)
		if err != nil {
			return fmt.Errorf("write the text index: %w", err)
		}
	}
	return nil
}

// pagePostgres asks the last months first: of a word that everybody uses they have
// enough, and to ask them for a rare one costs nothing.
func pagePostgres(ctx context.Context, r db.Q, q Query, most int) ([]pageRow, error) {
	before := int64(math.MaxInt64)
	if q.To > 0 {
		before = q.To
	}
	if q.Past != nil {
		before = min(before, q.Past.Rank+1)
	}
	var newest int64
	if _, err := db.Get(ctx, r, &newest, `SELECT coalesce(max(registered_at), 0) FROM search_doc WHERE county = $1 AND registered_at < $2`,
		q.County, before); err != nil {
		return nil, err
	}
	first := db.Instant(newest).UTC()
	first = first.AddDate(0, 0, 1-first.Day()) // of a month: there is one in each month before
	var terms []string
	for i := range months {
		terms = append(terms, monthOf(first.AddDate(0, -i, 0)))
	}
	recent := q
	recent.All = append(slices.Clone(q.All), terms)
	if rows, err := queryPostgres(ctx, r, recent, most); err != nil || len(rows) > 0 && rows[0].Total >= int64(most) {
		return rows, err
	}
	return queryPostgres(ctx, r, q, most)
}

func queryPostgres(ctx context.Context, r db.Q, q Query, most int) (rows []pageRow, err error) {
	args := []any{q.County, q.tsquery()}
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	cond := ""
	if q.From > 0 {
		cond += ` AND f.registered_at >= ` + arg(q.From)
	}
	if q.To > 0 {
		cond += ` AND f.registered_at < ` + arg(q.To)
	}
	if q.Past != nil {
		cond += ` AND (f.registered_at, f.matter) < (` + arg(q.Past.Rank) + `, ` + arg(q.Past.ID) + `)`
	}
	// The query stands in a subquery, so that the planner does not guess from it:
	// for a common word it would read the whole table. The plus keeps it from the
	// order of the other index, which would mean to read every text on the way. Texts
	// are read behind the order, as many as are wanted.
	query := `WITH p AS MATERIALIZED (SELECT h.registered_at, h.matter FROM (
			SELECT f.registered_at, f.matter, f.part, f.rest, f.words FROM search_doc f
			WHERE f.county = $1 AND f.words @@ (SELECT CAST(CAST($2 AS TEXT) AS TSQUERY))` + cond + `
			ORDER BY f.registered_at + 0 DESC, f.matter DESC OFFSET 0) h WHERE ` + q.proof("h", arg)
	query += ` LIMIT ` + arg(most) + `)
		SELECT registered_at AS rank, matter, (SELECT count(*) FROM p) AS total FROM p ORDER BY registered_at DESC, matter DESC LIMIT ` + arg(q.Limit)
	err = db.Select(ctx, r, &rows, query, args...)
	return rows, err
}

func amongPostgres(q Query, first int) (string, []any) {
	args := []any{q.County, q.tsquery()}
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", first+len(args)-1)
	}
	return fmt.Sprintf(`SELECT f.matter FROM search_doc f WHERE f.county = $%d AND f.words @@ (SELECT CAST(CAST($%d AS TEXT) AS TSQUERY)) AND `,
		first, first+1) + q.proof("f", arg), args
}

// proof checks the long words on the texts.
func (q Query) proof(table string, arg func(any) string) string {
	cond := []string{`1 = 1`}
	for _, w := range q.long() {
		like := arg(`%` + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(w) + `%`)
		one := table + `.part LIKE ` + like + ` OR ` + table + `.rest LIKE ` + like
		if q.Help != "" { // where the sight is of the part only, the rest proves nothing
			one += ` AND ` + table + `.words @@ (SELECT CAST(CAST(` + arg(lexeme("."+q.See)) + ` AS TEXT) AS TSQUERY))`
		}
		cond = append(cond, `(`+one+`)`)
	}
	return strings.Join(cond, ` AND `)
}

// tsquery writes the query in PostgreSQL's language.
func (q Query) tsquery() string {
	var either []string
	if q.See != "" {
		either = append(either, "("+lexeme("."+q.See)+" & "+q.lexemesOf("w")+")")
	}
	if q.Help != "" {
		either = append(either, "("+lexeme("."+q.Help)+" & "+q.lexemesOf("p")+")")
	}
	expr := "(" + strings.Join(either, " | ") + ")"
	for _, terms := range q.All {
		expr += " & " + anyOf(terms)
	}
	if len(q.Not) > 0 {
		expr += " & !" + anyOf(q.Not)
	}
	return expr
}

func anyOf(terms []string) string {
	var all []string
	for _, t := range terms {
		all = append(all, lexeme("."+t))
	}
	return "(" + strings.Join(all, " | ") + ")"
}

func (q Query) lexemesOf(class string) string {
	var all []string
	for _, w := range q.Words {
		tokens := pairs(w)
		if len(tokens) == 0 {
			tokens = singles(w)
		}
		var one []string
		for _, t := range tokens {
			one = append(one, lexeme(class+t))
		}
		all = append(all, "("+strings.Join(one, " & ")+")")
	}
	op := " & "
	if q.Any {
		op = " | "
	}
	return "(" + strings.Join(all, op) + ")"
}

// lexeme quotes what has letters, digits and one dot only.
func lexeme(t string) string { return "'" + t + "'" }
