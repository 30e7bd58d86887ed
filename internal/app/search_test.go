package app

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/search"
)

// Random words out of the demonstration's texts find what LIKE finds over the same
// normalised texts, for several bodies.
func TestSearchOfTheDemonstrationFindsWhatLikeFinds(t *testing.T) {
	a := demoApp(t)
	ctx := t.Context()
	for whole := false; !whole; {
		var err error
		if whole, err = a.Matters.BuildIndex(ctx, a.County()); err != nil {
			t.Fatal(err)
		}
	}
	texts := likeDocs(t, a)
	callers := []account.Caller{}
	for _, login := range []string{"joint", "town", "village", "group"} {
		callers = append(callers, signedIn(t, a, login))
	}
	r := rand.New(rand.NewPCG(22, 1))
	hits, words := 0, 0
	for words < 220 {
		text := []rune(texts[r.IntN(len(texts))])
		size := 1 + r.IntN(4)
		if len(text) <= size {
			continue
		}
		from := r.IntN(len(text) - size)
		word := string(text[from : from+size])
		if len(search.Words(word)) == 0 {
			continue
		}
		words++
		c := callers[words%len(callers)]
		want := like(t, a, c, word)
		got := searched(t, a, c, word)
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("%q by %s: %d found, LIKE finds %d", word, c.Name, len(got), len(want))
		}
		hits += len(want)
	}
	if hits < words {
		t.Errorf("%d words have %d hits: badly drawn", words, hits)
	}
}

// searched pages through a search and gives the ids in order.
func searched(t *testing.T, a *App, c account.Caller, word string) (ids []string) {
	t.Helper()
	for f := (matter.Filter{Q: word, Limit: 100}); ; {
		p, err := a.Matters.List(t.Context(), c, f)
		if err != nil {
			t.Fatalf("%q: %v", word, err)
		}
		for _, r := range p.Items {
			ids = append(ids, r.ID)
		}
		if p.NextCursor == nil {
			slices.Sort(ids)
			return ids
		}
		f.Cursor = *p.NextCursor
	}
}

// likeDocs writes the normalised texts beside the register, and returns them.
func likeDocs(t *testing.T, a *App) (texts []string) {
	t.Helper()
	type row struct {
		ID   string `db:"id"`
		Text string `db:"text"`
	}
	var rows []row
	err := a.DB.Read(t.Context(), func(ctx context.Context, q db.Q) error {
		for _, query := range []string{
			`SELECT id, number || chr(1) || title || chr(1) || place || chr(1) || description || chr(1) || project AS text FROM matter`,
			`SELECT matter AS id, text FROM matter_demand`, `SELECT matter AS id, name AS text FROM matter_party`,
			`SELECT subject_id AS id, number AS text FROM external_id WHERE subject = 'matter'`,
		} {
			var some []row
			if a.DB.Engine == db.SQLite {
				query = strings.ReplaceAll(query, "chr(", "char(")
			}
			if err := db.Select(ctx, q, &some, query); err != nil {
				return err
			}
			rows = append(rows, some...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	exec := func(query string, args ...any) {
		if _, err := a.DB.SQL().ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(`CREATE TABLE like_doc (matter TEXT NOT NULL, text TEXT NOT NULL)`)
	for _, r := range rows {
		for text := range strings.SplitSeq(r.Text, "\x01") {
			texts = append(texts, text)
			exec(`INSERT INTO like_doc (matter, text) VALUES ($1, $2)`, r.ID, search.Normal(text))
		}
	}
	return texts
}

func like(t *testing.T, a *App, c account.Caller, query string) (ids []string) {
	t.Helper()
	sql, args := `SELECT r.matter FROM matter_reach r WHERE r.county = $1 AND r.org = $2 AND r.status <> 'void' AND r.mode <> 'help'`, []any{c.County, c.Org}
	for _, word := range search.Words(query) {
		args = append(args, `%`+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word)+`%`)
		sql += fmt.Sprintf(` AND r.matter IN (SELECT l.matter FROM like_doc l WHERE l.text LIKE $%d ESCAPE '\')`, len(args))
	}
	if err := a.DB.Read(t.Context(), func(ctx context.Context, q db.Q) error { return db.Select(ctx, q, &ids, sql, args...) }); err != nil {
		t.Fatal(err)
	}
	return ids
}
