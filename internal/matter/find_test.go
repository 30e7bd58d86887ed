package matter

import (
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/search"
	"tiaojietai/internal/testkit"
)

// The text index gives exactly what LIKE '%…%' gives over the same normalised
// texts, within scope. likeDocs writes these texts beside the register.
func (f *fixture) likeDocs() {
	f.t.Helper()
	ctx := context.Background()
	exec := func(query string, args ...any) {
		_, err := f.s.DB.SQL().ExecContext(ctx, query, args...)
		check(f.t, err)
	}
	exec(`DROP TABLE IF EXISTS like_doc`)
	exec(`CREATE TABLE like_doc (matter TEXT NOT NULL PRIMARY KEY, part TEXT NOT NULL, rest TEXT NOT NULL)`)
	var ids []string
	check(f.t, f.s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		return db.Select(ctx, q, &ids, `SELECT id FROM matter`)
	}))
	for _, id := range ids {
		var st *State
		check(f.t, f.s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) { st, err = load(ctx, q, county, id); return err }))
		part, rest := []string{st.M.Number, st.M.Title, st.M.Place}, []string{st.M.Description, st.M.Project}
		for _, d := range st.Demands {
			part = append(part, d.Text)
		}
		for _, p := range st.Parties {
			rest = append(rest, p.Name)
		}
		for _, e := range st.External {
			rest = append(rest, e.Number)
		}
		for i := range part {
			part[i] = search.Normal(part[i])
		}
		for i := range rest {
			rest[i] = search.Normal(rest[i])
		}
		exec(`INSERT INTO like_doc (matter, part, rest) VALUES ($1, $2, $3)`, id, strings.Join(part, "\n"), strings.Join(rest, "\n"))
	}
}

// like is what LIKE finds for a body, newest first.
func (f *fixture) like(c account.Caller, query string) (ids []string) {
	f.t.Helper()
	sql, args := `SELECT r.matter FROM matter_reach r JOIN like_doc l ON l.matter = r.matter WHERE r.county = $1 AND r.org = $2 AND r.status <> 'void'`,
		[]any{c.County, c.Org}
	for word := range strings.FieldsSeq(search.Normal(query)) {
		args = append(args, `%`+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word)+`%`)
		sql += fmt.Sprintf(` AND (l.part LIKE $%[1]d ESCAPE '\' OR r.mode <> 'help' AND l.rest LIKE $%[1]d ESCAPE '\')`, len(args))
	}
	check(f.t, f.s.DB.Read(context.Background(), func(ctx context.Context, q db.Q) error {
		return db.Select(ctx, q, &ids, sql+` ORDER BY r.registered_at DESC`, args...)
	}))
	return ids
}

// found pages through a search.
func (f *fixture) found(c account.Caller, query string, fill ...func(*Filter)) (ids []string, total int64) {
	f.t.Helper()
	q := Filter{Q: query, Limit: 100}
	for _, fn := range fill {
		fn(&q)
	}
	for {
		p, err := f.s.List(context.Background(), c, q)
		if err != nil {
			f.t.Fatalf("%q by %s: %v", query, c.Name, err)
		}
		if p.TotalIsMinimum {
			f.t.Fatalf("%q by %s: the total is said to be no more than a minimum", query, c.Name)
		}
		for _, r := range p.Items {
			if ids, total = append(ids, r.ID), p.Total; len(r.Hits) == 0 {
				f.t.Fatalf("%q by %s: %s does not show where", query, c.Name, r.Number)
			}
		}
		if p.NextCursor == nil {
			return ids, total
		}
		q.Cursor = *p.NextCursor
	}
}

// agree compares index and LIKE; it returns how many hits there were in all.
func (f *fixture) agree(words []string, callers ...account.Caller) (hits int) {
	f.t.Helper()
	for i, w := range words {
		for _, c := range callers {
			want := f.like(c, w)
			for _, sort := range []string{"-registeredAt", "due"}[:1+(i%4)/3] { // by the index alone, some among reach
				got, total := f.found(c, w, func(x *Filter) { x.Sort = sort })
				if a, b := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want)); !slices.Equal(a, b) || total != int64(len(want)) {
					f.t.Fatalf("%q by %s, %s: %d found of %d, LIKE finds %d", w, c.Name, sort, len(got), total, len(want))
				}
			}
			hits += len(want)
		}
	}
	return hits
}

// drawn are random words of one to four characters out of texts; some span what a
// normalised text has no longer.
func drawn(seed uint64, n int, texts []string) (words []string) {
	r := rand.New(rand.NewPCG(seed, 7))
	for len(words) < n {
		t := []rune(texts[r.IntN(len(texts))])
		if size := 1 + r.IntN(4); len(t) > size {
			from := r.IntN(len(t) - size)
			if w := string(t[from : from+size]); len(search.Words(w)) > 0 {
				words = append(words, w)
			}
		}
	}
	return words
}

// odd are words that trip up tokenizers, engines and LIKE.
var odd = []string{"%", "_", "'", `"`, `\`, "'水", `"水沟`, "50%", "a_b", "𠮷", "𠮷田", "ＫＴＶ", "ktv", "K", "3号", "〔2026〕", "2026", "0", "〇", "龘龘龘",
	"水沟 李国", "李国 水沟", "水沟　　改道", "AND", "OR", "NOT", "sight", "*", "水*", "(水)", "（水）", "水-沟", "-", ":", "^", "NEAR", "o532328z532328101001",
	strings.Repeat("水", 60), "é", "e", "\u200b水", "水\n沟", "&", "|", "!", "<->"}

var phrases = []string{"水沟改道", "界址不清", "50%的工钱没有付", "KTV夜里太吵", "ＫＴＶ噪音", "𠮷田家的果树", "欠款3号到期", "a_b道路", "彩礼退还", "老\n水\t沟", "他说'不行'", `她说"可以"`,
	"鸡粪、臭水", "e\u0301tude咖啡", "2026年的补偿款", "路(村道)被占", "李国华家的李子树", "水沟水沟水沟", "沟水倒灌", "A1路灯", "\u200b零宽\u200b字", "林地|草场", "AND OR NOT"}

// fill registers matters of random phrases in several bodies and moves them on.
func (f *fixture) fillRandom(seed uint64, n int) (views []View, texts []string) {
	r := rand.New(rand.NewPCG(seed, 3))
	some := func(n int) string {
		var all []string
		for range n {
			all = append(all, phrases[r.IntN(len(phrases))])
		}
		return strings.Join(all, []string{"，", " ", "\n", ""}[r.IntN(4)])
	}
	names := []string{"李国华", "普文才", "𠮷田有", "欧阳 修", "John Ｓmith", "李国"}
	for i := range n {
		body := []string{group1, group2, vill1, vill2, vill3, town1}[r.IntN(6)]
		in := m{"title": some(1), "description": some(1 + r.IntN(3)), "category": []string{"neighbourhood", "land"}[r.IntN(2)], "place": m{"text": some(1)},
			"demands": []m{{"text": some(1)}, {"text": some(2)}}, "project": []string{"", "高速路2标"}[r.IntN(2)],
			"externalIds": []m{{"system": "12345", "number": fmt.Sprintf("GD-%d/%d", i, r.IntN(1000))}},
			"parties":     []m{{"name": names[r.IntN(len(names))], "phone": "10008780001"}, {"name": names[r.IntN(len(names))]}}}
		f.now.Advance(time.Duration(r.IntN(3)) * time.Hour)
		v := f.register(f.as(body, "ann"), in)
		views = append(views, v)
		texts = append(texts, v.Title, in["description"].(string), v.Place.Text, v.Demands[1].Text, v.Number, v.Parties[0].Name)
	}
	return views, texts
}

// stir does random steps: what changes words, and what changes who sees them.
func (f *fixture) stir(seed uint64, views []View) {
	r := rand.New(rand.NewPCG(seed, 5))
	for i, v := range views {
		ann := f.as(v.Holder.Code, "ann")
		switch r.IntN(6) {
		case 0: // and back again
			v = f.do(v, ann, "amend", m{"fields": m{"title": "改成了" + phrases[r.IntN(len(phrases))]}, "reason": "wrongName"})
			if r.IntN(2) == 0 {
				f.do(v, ann, "undo", nil)
			}
		case 1:
			if up := f.tree.Above(v.Holder.Code); up != joint {
				v = f.consented(v, v.Holder.Code)
				v = f.do(v, ann, "attempt", attempt(f, "failed"))
				v = f.do(v, ann, "escalate", m{"reason": "noAgreement"})
				if r.IntN(2) == 0 {
					f.do(v, f.as(up, "ann"), "sign", nil)
				}
			}
		case 2:
			for _, other := range views[i+1:] {
				if other.Holder.Code == v.Holder.Code {
					f.do(v, ann, "merge", m{"into": other.ID})
					break
				}
			}
			views[i] = v
			return
		case 3:
			v = f.consented(v, v.Holder.Code)
			v = f.do(v, ann, "attempt", attempt(f, "failed"))
			f.do(v, ann, "requestHelp", m{"bodies": []string{dept2}, "task": "量一量", "due": "2026-12-31"})
		}
	}
}

func (f *fixture) build() {
	f.t.Helper()
	for {
		whole, err := f.s.BuildIndex(context.Background(), county)
		check(f.t, err)
		if whole {
			return
		}
	}
}

func (f *fixture) searchers() []account.Caller {
	return []account.Caller{f.as(joint, "ann"), f.as(town1, "ann"), f.as(vill1, "ann"), f.as(group2, "ann"), f.as(dept2, "ann")}
}

func TestSearchFindsWhatLikeFinds(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.build()
		views, texts := f.fillRandom(1, testkit.Soak(40))
		words := append(drawn(1, testkit.Soak(100), texts), odd...)
		f.likeDocs()
		if hits := f.agree(words, f.searchers()...); hits < 500 {
			f.t.Fatalf("only %d hits: the words are badly drawn", hits)
		}
		f.stir(2, views)
		f.likeDocs()
		f.agree(words[60:], f.searchers()...)
		_, err := f.s.DB.SQL().ExecContext(context.Background(), `VACUUM`)
		check(f.t, err)
		f.agree(words[:60], f.searchers()...)
		f.register(f.as(vill1, "ann"), quarrel("收缩以后登记的水沟"))
		f.likeDocs()
		f.agree(words[:40], f.searchers()...)
	})
}

func TestSearchBesideFilters(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.build()
		f.fillRandom(3, 40)
		c := f.as(joint, "ann")
		all := f.list(c)
		f.likeDocs()
		for name, fill := range map[string]func(*Filter){
			"category": func(x *Filter) { x.Category = []string{"land"} }, "holder": func(x *Filter) { x.Holder = []string{vill1, group1} },
			"under": func(x *Filter) { x.Under = town1 }, "root": func(x *Filter) { x.Under = root }, "kind": func(x *Filter) { x.Kind = []string{Dispute} },
			"other kind": func(x *Filter) { x.Kind = []string{Petition} }, "status": func(x *Filter) { x.Status = []string{Registered} },
			"another status": func(x *Filter) { x.Status = []string{Accepted} }, "from": func(x *Filter) { x.From = "2026-11-03" },
			"to": func(x *Filter) { x.To = "2026-11-03" }, "both": func(x *Filter) { x.From, x.To = "2026-11-03", "2026-11-04" },
			"overdue": func(x *Filter) { x.Overdue = true }, "to-do": func(x *Filter) { x.Todo = "mine" },
		} {
			allowed := f.list(c, fill)
			for _, w := range []string{"水", "沟改道"} {
				var want []string
				for _, id := range f.like(c, w) {
					if slices.ContainsFunc(allowed.Items, func(r RowView) bool { return r.ID == id }) {
						want = append(want, id)
					}
				}
				got, total := f.found(c, w, fill)
				if total != int64(len(want)) || !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
					f.t.Errorf("%s, %q: %d found of %d, want %d", name, w, len(got), total, len(want))
				}
			}
		}
		if all.Total != 40 {
			f.t.Fatalf("%d in all", all.Total)
		}
	})
}

func TestSearchIsNewestFirst(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.build()
		f.fillRandom(4, 50)
		c := f.as(joint, "ann")
		order := map[string]int64{}
		for _, r := range f.list(c).Items {
			order[r.ID] = r.RegisteredAt.Unix()
		}
		got, _ := f.found(c, "水", func(x *Filter) { x.Limit = 7 })
		for i := 1; i < len(got); i++ {
			if order[got[i]] > order[got[i-1]] {
				f.t.Fatalf("hit %d is newer than the one before it", i)
			}
		}
		if len(got) < 20 {
			f.t.Fatalf("%d hits", len(got))
		}
	})
}

func TestSearchCountsToAThousand(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.build()
		c := f.as(vill1, "ann")
		check(f.t, f.s.DB.Batch(context.Background(), func(ctx context.Context) error {
			for i := range mostCounted + 5 {
				if i == mostCounted { // the last few many months later
					f.now.Advance(200 * 24 * time.Hour)
				}
				one := with(quarrel(fmt.Sprintf("第%d户的水沟", i)), m{"parties": []m{{"name": fmt.Sprintf("户主%d", i)}}})
				if _, err := f.s.Register(ctx, c, raw(one), db.Operation{}); err != nil {
					return err
				}
			}
			return nil
		}))
		for _, sort := range []string{"-registeredAt", "due"} {
			for query, want := range map[string]struct {
				total int64
				least bool
			}{"水沟": {mostCounted, true}, "的水沟": {mostCounted, true}, "第9户": {1, false}, "1001": {1, false}, "沟 水": {mostCounted, true}} {
				p, err := f.s.List(context.Background(), c, Filter{Q: query, Sort: sort})
				check(f.t, err)
				if p.Total != want.total || p.TotalIsMinimum != want.least || int64(len(p.Items)) != min(20, want.total) {
					f.t.Errorf("%s %s: %d, %v, %d lines", query, sort, p.Total, p.TotalIsMinimum, len(p.Items))
				}
			}
		}
		seen := map[string]bool{}
		q := Filter{Q: "水沟", Limit: 100}
		for {
			p, err := f.s.List(context.Background(), c, q)
			check(f.t, err)
			for _, r := range p.Items {
				seen[r.ID] = true
			}
			if p.NextCursor == nil {
				break
			}
			q.Cursor = *p.NextCursor
		}
		if len(seen) != mostCounted+5 {
			f.t.Fatalf("%d on the pages", len(seen))
		}
	})
}

func TestAnIndexThatIsNotThereIsBuilt(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.fillRandom(6, 60)
		ctx, c := context.Background(), f.as(joint, "ann")
		f.likeDocs()
		empty := []string{`DELETE FROM search_doc`}
		if f.s.DB.Engine == db.SQLite {
			empty = append(empty, `DELETE FROM search_index`)
		}
		for _, query := range empty {
			_, err := f.s.DB.SQL().ExecContext(ctx, query)
			check(f.t, err)
		}
		p, err := f.s.List(ctx, c, Filter{Q: "水"})
		check(f.t, err)
		if p.Total != 0 || !p.TotalIsMinimum {
			f.t.Fatalf("an index that is not whole says %d, %v", p.Total, p.TotalIsMinimum)
		}
		f.build()
		f.agree([]string{"水", "水沟", "沟改道", "李国华"}, f.searchers()...)
		if n, err := f.s.RebuildReach(ctx, county); err != nil || n != 0 {
			f.t.Fatalf("%d of them were not as a step writes them (%v)", n, err)
		}
	})
}

// What the index never has in it: contacts, and another's words.
func TestContactsAreNotFound(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.build()
		ann := f.as(vill1, "ann")
		n := quarrel("水沟改道")
		n["parties"] = []m{{"name": "李国华", "phone": "10008780001", "idNumber": "532328196501010019", "address": "马街三组七号"}}
		f.register(ann, n)
		for _, w := range []string{"10008780001", "8780001", "532328196501010019", "19650101", "三组", "七号"} {
			if p := f.list(ann, func(x *Filter) { x.Q = w }); p.Total != 0 {
				f.t.Errorf("found by %s", w)
			}
		}
	})
}

// TestDataSearch is over real messages (make data): they go in as petitions, and
// random words of theirs find what LIKE finds.
func TestDataSearch(t *testing.T) {
	dir := os.Getenv("TIAOJIETAI_DATA")
	if dir == "" {
		t.Skip("make data DATA=DIR")
	}
	file, err := os.Open(filepath.Join(dir, "public-messages.csv"))
	check(t, err)
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	check(t, err)
	onEngines(t, func(f *fixture) {
		f.build()
		var texts []string
		for i, row := range rows[1:] {
			body := []string{petRm, town1, town2, vill1}[i%4]
			title := []rune(strings.TrimSpace(row[2]))
			in := petition(string(title[:min(60, len(title))]))
			desc := []rune(strings.TrimSpace(row[4]))
			in["description"] = string(desc[:min(4000, len(desc))])
			in["parties"] = []m{{"name": row[1]}}
			if body == vill1 {
				in = with(in, m{"kind": Dispute, "petitionType": nil, "channel": nil, "category": "other"})
			}
			f.register(f.as(body, "ann"), in)
			texts = append(texts, string(title), in["description"].(string), row[1])
		}
		f.likeDocs()
		words := append(drawn(uint64(time.Now().UnixNano()), 250, texts), odd...)
		callers := []account.Caller{f.as(joint, "ann"), f.as(town1, "ann"), f.as(vill1, "ann")}
		hits := f.agree(words, callers...)
		_, err := f.s.DB.SQL().ExecContext(context.Background(), `VACUUM`)
		check(f.t, err)
		if again := f.agree(words, callers...); again != hits || hits < 1000 {
			f.t.Fatalf("%d hits, %d after VACUUM", hits, again)
		}
		t.Logf("%d messages, %d words, %d hits", len(rows)-1, len(words), hits)
	})
}

// One sentence is often the title, a demand and the description at once: it is
// shown where it comes first, another one besides.
func TestASentenceIsShownOnceAmongTheHits(t *testing.T) {
	s := &State{M: Matter{Title: "水沟改道", Place: "水沟边", Description: "水沟改道"},
		Demands: []Demand{{Text: "水沟改道"}, {Text: "恢复水沟"}, {Text: "恢复水沟"}}}
	var got []string
	for _, h := range s.hits(ModeHold, []string{"水沟"}) {
		got = append(got, h.Field)
	}
	if want := []string{"title", "place", "demand"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
