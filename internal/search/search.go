package search

import (
	"context"
	"slices"
	"strings"

	"tiaojietai/internal/db"
	"tiaojietai/internal/gm"
)

// Rules numbers the way documents are made; a county whose index was built by
// others is built anew.
const Rules = 1

// Doc is a matter as it is searched. Never put in: telephone, identity number,
// address, anything of an accusation.
type Doc struct {
	County, ID string
	At         int64    // registered at, microseconds UTC; 0 for a draft
	Part       []string // texts that a helper sees too
	Rest       []string // texts that the others see besides
	Sight      []string // terms: who sees it, what it is filtered by
}

// texts are normalised and kept apart by line breaks, which no word has in it.
func texts(list []string) []string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = Normal(t)
	}
	return out
}

// mark is the same only for the same document.
func (d Doc) mark() string {
	return gm.SM3([]byte(strings.Join(slices.Concat([]string{d.ID, db.Instant(d.At).UTC().String(), "\x00part"}, d.Part,
		[]string{"\x00rest"}, d.Rest, []string{"\x00sight"}, d.Sight), "\x00")))[:24]
}

// Query asks for documents. Words are Words() of what was typed: all of them must
// be there, or with Any one.
type Query struct {
	County   string
	Words    []string
	Any      bool
	See      string     // term: documents with it are searched whole; "" for none
	Help     string     // term: of documents with it the part is searched; "" for none
	All      [][]string // of each list of terms one must be there
	Not      []string   // none of these terms
	From, To int64      // registered at, microseconds UTC, To exclusive; 0 for no bound
	Past     *Hit       // only what comes after this hit
	Limit    int
}

// Hit is a document found. Rank is its place, the newest has the highest.
type Hit struct {
	Rank int64
	ID   string
}

// Put brings the index of documents up to date, in the transaction that changes
// them; those that are as they were cost one statement.
func Put(ctx context.Context, tx *db.Tx, e db.Engine, docs ...Doc) error {
	if len(docs) == 0 {
		return nil
	}
	there, err := marksOf(ctx, tx, docs)
	if err != nil {
		return err
	}
	docs = slices.DeleteFunc(slices.Clone(docs), func(d Doc) bool { return there[d.ID] == d.mark() })
	if e == db.Postgres {
		return putPostgres(ctx, tx, docs)
	}
	for _, d := range docs {
		if err := putSQLite(ctx, tx, d); err != nil {
			return err
		}
	}
	return nil
}

// Fresh tells whether the index has a document as it is.
func Fresh(ctx context.Context, q db.Q, d Doc) (bool, error) {
	there, err := marksOf(ctx, q, []Doc{d})
	return there[d.ID] == d.mark(), err
}

// Find gives hits, newest first, at most q.Limit.
func Find(ctx context.Context, r db.Q, e db.Engine, q Query) ([]Hit, error) {
	hits, _, err := Page(ctx, r, e, q, q.Limit)
	return hits, err
}

// Page gives hits, newest first, at most q.Limit, and how many there are, counted
// as far as most. The count reads no document: a thousand are counted for a page
// of twenty.
func Page(ctx context.Context, r db.Q, e db.Engine, q Query, most int) (hits []Hit, total int64, err error) {
	var rows []pageRow
	if most = max(most, q.Limit); e == db.Postgres {
		rows, err = pagePostgres(ctx, r, q, most)
	} else {
		rows, err = pageSQLite(ctx, r, q, most)
	}
	for _, row := range rows {
		hits, total = append(hits, Hit{row.Rank, row.ID}), row.Total
	}
	return hits, total, err
}

// pageRow is a hit, and how many there are of them.
type pageRow struct {
	Rank  int64  `db:"rank"`
	ID    string `db:"matter"`
	Total int64  `db:"total"`
}

// Among gives a subquery of the ids found, for a statement that asks for more than
// the index knows. Its arguments are numbered from first on; q's bounds in time,
// Past and Limit are not in it.
func Among(e db.Engine, q Query, first int) (query string, args []any) {
	if e == db.Postgres {
		return amongPostgres(q, first)
	}
	return amongSQLite(q, first)
}

// Built tells whether the county's index is whole. Until then a search finds less
// than there is.
func Built(ctx context.Context, q db.Q, county string) (bool, error) { return built(ctx, q, county) }

// SetBuilt writes down that every matter of the county has its document.
func SetBuilt(ctx context.Context, tx *db.Tx, county string) error { return setBuilt(ctx, tx, county) }

// long are the words that pairs alone do not prove on PostgreSQL.
func (q Query) long() (out []string) {
	for _, w := range q.Words {
		if len([]rune(w)) > 2 && !q.Any {
			out = append(out, w)
		}
	}
	return out
}
