package matter

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/search"
)

// Every everyday statement is answered from an index that leads to what is asked:
// none reads a table, or the whole county, to find a few rows. The statements are
// caught as the store sends them.

// recorder is a db.Q that notes what passes.
type recorder struct {
	q    db.Q
	name string
	got  []planned
}

type planned struct {
	name, query string
	args        []any
}

func (r *recorder) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.got = append(r.got, planned{r.name, query, args})
	return r.q.QueryContext(ctx, query, args...)
}

// place is where to ask: a body with the sight of the whole county, one of its
// villages, a body with others below it, and some matters.
type place struct {
	db                          *db.DB
	county, wide, village, town string
	ids                         []string
	now                         time.Time
}

// everyday sends every everyday statement through the recorder.
func everyday(ctx context.Context, q db.Q, p place) ([]planned, error) {
	r := &recorder{q: q}
	run := func(name string, fn func() error) func() error {
		return func() error { r.name = name; return fn() }
	}
	s := &Service{Deps: Deps{DB: p.db}}
	list := func(name string, body string, f Filter) func() error {
		f.Limit, f.Sort = 20, cmp.Or(f.Sort, "-registeredAt")
		return run(name, func() error {
			c := account.Caller{County: p.county, Org: body, Person: "p"}
			if f.Q == "" {
				if _, err := countMatters(ctx, r, c, f, p.now); err != nil {
					return err
				}
			}
			_, err := s.find(ctx, r, c, f, search.Words(f.Q))
			return err
		})
	}
	id := p.ids[0]
	us := db.Micros(p.now)
	steps := []func() error{
		list("list, the county's newest", p.wide, Filter{}),
		list("list, next page", p.wide, Filter{Cursor: encodeCursor(us, id)}),
		list("list, a village's newest", p.village, Filter{}),
		list("list, by status", p.wide, Filter{Status: []string{Handling}}),
		list("list, by due", p.wide, Filter{Sort: "due"}),
		list("list, overdue", p.wide, Filter{Sort: "due", Overdue: true}),
		list("list, under a township", p.wide, Filter{Under: p.town}),
		list("list, of a holder", p.wide, Filter{Holder: []string{p.village}}),
		list("list, registered between", p.wide, Filter{From: "2026-01-01", To: "2026-01-31"}),
		list("list, by category", p.village, Filter{Category: []string{"neighbourhood"}}),
		list("list, on a list", p.village, Filter{List: []string{"relief"}}),
		list("search, a word of two characters", p.wide, Filter{Q: "水沟"}),
		list("search, one character", p.village, Filter{Q: "沟"}),
		list("search, a longer word", p.wide, Filter{Q: "水沟走向"}),
		list("search, next page", p.wide, Filter{Q: "水沟", Cursor: encodeCursor(us, id)}),
		list("search, a name beside filters", p.wide, Filter{Q: "李国", Under: p.town, Category: []string{"neighbourhood"}}),
		list("search, by status", p.wide, Filter{Q: "水沟", Status: []string{Handling}}),
		list("search, by due", p.village, Filter{Q: "水沟", Sort: "due"}),
		run("search, where the words stand", func() error {
			return loadFound(ctx, r, p.county, map[string]*State{id: {}})
		}),
		run("similar: the words of the newest", func() error { _, err := newestTexts(ctx, r, p.county, similarSample); return err }),
		run("similar: candidates", func() error {
			_, err := search.Find(ctx, r, p.db.Engine, search.Query{County: p.county, Words: []string{"水沟", "槐树"}, Any: true,
				Help: search.Term(termLike, p.county, ""), All: [][]string{{search.Term(termKind, p.county, Dispute)}}, Limit: similarLooked})
			return err
		}),
		run("similar: what they say", func() error { _, err := loadSaid(ctx, r, p.county, p.ids); return err }),
		run("same telephone", func() error {
			_, err := sameContact(ctx, r, account.Caller{County: p.county, Org: p.village}, id, "phone", "none", contactsShown)
			return err
		}),
		run("list, the lines shown", func() error { _, err := loadRows(ctx, r, p.county, p.ids); return err }),
	}
	for _, body := range []string{p.wide, p.village} {
		c := account.Caller{County: p.county, Org: body, Person: "p", Roles: []string{"head"}}
		for _, g := range groupsOf(p.now, c) {
			steps = append(steps, run("to-do, "+g.key, func() error { _, _, err := todoMatters(ctx, r, c, g, 20); return err }))
		}
	}
	steps = append(steps,
		run("may I see it", func() error { _, _, err := modeOf(ctx, r, p.county, p.wide, id); return err }),
		run("a matter", func() error { _, err := load(ctx, r, p.county, id); return err }),
		run("a matter, links", func() error { _, err := linksOf(ctx, r, Matter{County: p.county, ID: id}); return err }),
		run("a matter, attachments", func() error { _, err := filesShown(ctx, r, Matter{County: p.county, ID: id}); return err }),
		run("a matter, undo", func() error { _, err := undoOf(ctx, r, p.county, id, us); return err }),
		run("timeline", func() error { _, err := timelineOf(ctx, r, p.county, id); return err }),
		run("reach of a matter", func() error { _, err := reachOf(ctx, r, p.county, id); return err }),
		run("what has changed", func() error { _, err := changedSince(ctx, r, p.county, p.village, us, 100); return err }),
		run("register: does it come back", func() error {
			_, err := comesBackFrom(ctx, r, Matter{County: p.county, ID: id}, Party{Name: "李国1"}, Party{Name: "普文1"}, us)
			return err
		}),
		run("job: overdue", func() error { _, err := dueMatters(ctx, r, p.county, us, 100); return err }),
		run("job: all matters, a page", func() error { _, err := allMatters(ctx, r, p.county, id, 100); return err }),
	)
	for _, s := range steps {
		if err := s(); err != nil {
			return nil, fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return r.got, nil
}

// explain gives the plan of a statement, one step a line. On PostgreSQL, scale
// runs it and shows what it read; else it is forbidden to scan, so that it shows
// whether an index could serve at all.
func explain(ctx context.Context, q db.Q, e db.Engine, scale bool, p planned) (lines []string, err error) {
	how := "EXPLAIN QUERY PLAN "
	if e == db.Postgres {
		how = "EXPLAIN (COSTS OFF) "
		if scale {
			how = "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, SUMMARY OFF, TIMING OFF) "
		}
	}
	rows, err := q.QueryContext(ctx, how+p.query, p.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var line string
		var a, b, c int
		if e == db.Postgres {
			err = rows.Scan(&line)
		} else {
			err = rows.Scan(&a, &b, &c, &line)
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}

var (
	// SQLite: "SCAN r" reads all of r; a search by the county alone does, too. Of the
	// text index the M tells that words lead.
	liteMatch  = regexp.MustCompile(`^SCAN search_index VIRTUAL TABLE INDEX \d+:.*M`)
	liteScan   = regexp.MustCompile(`^SCAN (\w+)`)
	liteCounty = regexp.MustCompile(`^SEARCH (\w+) USING .*\(county=\?\)`)
	pgScan     = regexp.MustCompile(`Seq Scan on (\w+)`)
)

// small are the aliases that may be read whole: the bodies of a county, a
// subquery, values.
var small = []string{"o", "d", "h", "x", "CONSTANT", "org"}

// fullScan says which line of a plan reads a whole table, or the whole county, ""
// for none; few tells of a table that it is small enough for that.
func fullScan(lines []string, few func(table string) bool) string {
	for _, l := range lines {
		if liteMatch.MatchString(strings.TrimSpace(l)) {
			continue
		}
		for _, re := range []*regexp.Regexp{liteScan, liteCounty, pgScan} {
			if hit := re.FindStringSubmatch(strings.TrimSpace(l)); hit != nil && !slices.Contains(small, hit[1]) && !few(hit[1]) {
				return l
			}
		}
	}
	return ""
}

// wasteful says which step read much to keep little, "" for none.
func wasteful(lines []string) string {
	for _, l := range lines {
		var n int
		if _, found, ok := strings.Cut(l, "Rows Removed by Filter: "); ok {
			if _, err := fmt.Sscan(found, &n); err == nil && n >= 1000 {
				return l
			}
		}
	}
	return ""
}

func TestEveryEverydayStatementUsesAnIndex(t *testing.T) {
	onEngines(t, func(f *fixture) {
		var ids []string
		for i := range 30 {
			ids = append(ids, f.register(f.as([]string{group1, vill1, vill3}[i%3], "ann"), quarrel(fmt.Sprintf("水沟%d", i))).ID)
		}
		check(f.t, f.s.DB.Write(context.Background(), county, func(ctx context.Context, tx *db.Tx) error {
			if f.s.DB.Engine == db.Postgres {
				if _, err := tx.ExecContext(ctx, `SET LOCAL enable_seqscan = off`); err != nil {
					return err
				}
			}
			all, err := everyday(ctx, tx, place{f.s.DB, county, joint, vill1, town1, ids, f.now.Now()})
			if err != nil {
				return err
			}
			for _, p := range all {
				lines, err := explain(ctx, tx, f.s.DB.Engine, false, p)
				if err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
				if bad := fullScan(lines, func(string) bool { return false }); bad != "" {
					f.t.Errorf("%s: %s\n%s\n%s", p.name, bad, p.query, strings.Join(lines, "\n"))
				}
			}
			return nil
		}))
	})
}

// TestPlansAtScale writes docs/plans.md from filled databases (make plans):
// TIAOJIETAI_PLANS names them, an engine and where it lies on each line.
func TestPlansAtScale(t *testing.T) {
	out := os.Getenv("TIAOJIETAI_PLANS_OUT")
	if out == "" {
		t.Skip("make plans")
	}
	page := &planPage{plans: map[string]map[string][]string{}}
	for line := range strings.Lines(os.Getenv("TIAOJIETAI_PLANS")) {
		engine, where, _ := strings.Cut(strings.TrimSpace(line), " ")
		o := db.Options{Path: where}
		if engine == "PostgreSQL" {
			o = db.Options{DSN: where}
		}
		d, err := db.Open(t.Context(), o)
		check(t, err)
		check(t, d.Read(t.Context(), func(ctx context.Context, q db.Q) error { return page.add(ctx, t, q, d, engine) }))
		check(t, d.Close())
	}
	check(t, os.WriteFile(out, []byte(page.text()), 0o644))
}

// planPage is docs/plans.md in the making.
type planPage struct {
	matters int
	shown   []planned
	plans   map[string]map[string][]string // statement → engine → lines
}

func (p *planPage) add(ctx context.Context, t *testing.T, q db.Q, d *db.DB, name string) error {
	at, n, err := somewhere(ctx, d, q)
	if err != nil {
		return err
	}
	p.matters = n
	all, err := everyday(ctx, q, at)
	if err != nil {
		return err
	}
	few := func(table string) bool { // what holds next to nothing is read whole by any engine
		var n int
		_, err := db.Get(ctx, q, &n, `SELECT count(*) FROM `+table)
		return err == nil && n < 1000
	}
	for _, s := range all {
		lines, err := explain(ctx, q, d.Engine, true, s)
		if err != nil {
			return err
		}
		if bad := cmp.Or(fullScan(lines, few), wasteful(lines)); bad != "" {
			t.Errorf("%s on %s: %s\n%s", s.name, name, bad, strings.Join(lines, "\n"))
		}
		if p.plans[s.query] == nil {
			p.plans[s.query] = map[string][]string{}
			p.shown = append(p.shown, s)
		}
		if p.plans[s.query][name] == nil {
			p.plans[s.query][name] = lines
		}
	}
	return nil
}

// somewhere picks bodies and matters in a filled database.
func somewhere(ctx context.Context, d *db.DB, q db.Q) (p place, matters int, err error) {
	p.db, p.now = d, time.Now()
	for _, get := range []struct {
		dst   any
		query string
	}{
		{&p.county, `SELECT county FROM county ORDER BY county LIMIT 1`},
		{&matters, `SELECT count(*) FROM matter`},
		{&p.wide, `SELECT code FROM org WHERE kind = 'jointOffice' ORDER BY code LIMIT 1`},
		{&p.village, `SELECT code FROM org WHERE level = 'village' ORDER BY code LIMIT 1`},
		{&p.town, `SELECT code FROM org WHERE level = 'township' ORDER BY code LIMIT 1`},
	} {
		if _, err := db.Get(ctx, q, get.dst, get.query); err != nil {
			return p, 0, err
		}
	}
	err = db.Select(ctx, q, &p.ids, `SELECT matter FROM matter_reach WHERE org = $1 ORDER BY registered_at DESC LIMIT 20`, p.village)
	return p, matters, err
}

var (
	spaces  = regexp.MustCompile(`\s+`)
	columns = regexp.MustCompile(`SELECT ((?:\w+, ){6})[\w, ]+ FROM`)
	uuids   = regexp.MustCompile(`\{([0-9a-f-]{36}),[0-9a-f,-]+\}`)
	casts   = regexp.MustCompile(`::(text|bigint|text\[\])`)
	inList  = regexp.MustCompile(`\((\$\d+), (?:\$\d+, ){3,}(\$\d+)\)`)
)

// tidy is a statement on one line, long lists cut short.
func tidy(query string) string {
	query = spaces.ReplaceAllString(strings.TrimSpace(query), " ")
	query = columns.ReplaceAllString(query, "SELECT $1… FROM")
	return inList.ReplaceAllString(query, "($1, … $2)")
}

func (p *planPage) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Plans

How both engines answer the everyday statements in a county of %d matters. Written by `+"`make plans`"+`; the statements are caught from the
store as it sends them (internal/matter/plan_test.go). A test fails when one of them reads a whole table, or a whole county, to find a few rows.

SQLite keeps no statistics here: its plans are those of any size. PostgreSQL is asked after VACUUM ANALYZE: the rows
and pages (Buffers, 8 KiB) are those it read. The count of a list is the one thing that grows with the county: it walks the body's part of one
index and reads no matter. Tables with fewer than a thousand rows may be read whole. Parts of a matter are read by the same statement
from each of their tables; one is shown. A search counts to a thousand; what it reads is the text index (docs/adr/0022-search.md).
`, p.matters)
	last, parts := "", 0
	for _, s := range p.shown {
		if s.name == "a matter" {
			if parts++; parts > 2 && !strings.Contains(s.query, "matter_deadline") {
				continue
			}
		}
		if s.name != last {
			fmt.Fprintf(&b, "\n## %s%s\n", strings.ToUpper(s.name[:1]), s.name[1:])
			last = s.name
		}
		fmt.Fprintf(&b, "\n```sql\n%s\n```\n\n```text\n", tidy(s.query))
		for _, e := range []string{"SQLite", "PostgreSQL"} {
			if lines := p.plans[s.query][e]; len(lines) > 0 {
				fmt.Fprintf(&b, "%s\n  %s\n", e, strings.Join(keep(lines), "\n  "))
			}
		}
		b.WriteString("```\n")
	}
	return b.String()
}

// keep drops what PostgreSQL says about planning, and the buffers of inner steps:
// the first line of them has the sum.
func keep(lines []string) (out []string) {
	planning, buffers := false, false
	for _, l := range lines {
		planning = planning && strings.HasPrefix(l, " ") || strings.HasPrefix(l, "Planning:")
		inner := buffers && strings.Contains(l, "Buffers:")
		buffers = buffers || strings.Contains(l, "Buffers:")
		if !planning && !inner {
			l = uuids.ReplaceAllString(l, "{$1,…}")
			out = append(out, casts.ReplaceAllString(strings.ReplaceAll(l, " loops=1)", ")"), ""))
		}
	}
	return out
}

func TestAVoidMatterIsInNoListAndNoTotal(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(vill1, "ann")
		f.register(ann, quarrel("水沟一"))
		gone := f.register(ann, quarrel("水沟二"))
		check(f.t, f.s.DB.Write(context.Background(), county, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE matter_reach SET status = $1 WHERE county = $2 AND matter = $3`, Void, county, gone.ID)
			return err
		}))
		for _, c := range []struct {
			filter Filter
			total  int64
		}{{Filter{}, 1}, {Filter{Under: town1}, 1}, {Filter{Category: []string{"neighbourhood"}}, 1}, {Filter{Status: []string{Void}}, 1}, {Filter{Holder: []string{vill2}}, 0}} {
			p, err := f.s.List(context.Background(), f.as(joint, "ann"), c.filter)
			check(f.t, err)
			if p.Total != c.total || len(p.Items) != int(c.total) {
				f.t.Errorf("%+v: total %d, %d lines", c.filter, p.Total, len(p.Items))
			}
		}
	})
}
