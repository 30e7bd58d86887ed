package matter

import (
	"context"
	"slices"
	"strings"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/org"
	"tiaojietai/internal/search"
)

// Classes of the terms that stand beside a matter's words in the text index.
const (
	termSees     = 'o' // a body that sees the matter whole
	termHelps    = 'h' // a body that was asked to help
	termKind     = 'k'
	termCategory = 'c'
	termHolder   = 'e'
	termUnder    = 'u' // every area and body above the holder, and itself
	termStands   = 'g' // the status, the open ones as one: not every step writes the index
	termLike     = 'n' // may be shown as a similar one
)

const standsOpen = "open"

// standsAs is what termStands says of a status.
func standsAs(status string) string {
	if slices.Contains(openStatuses, status) {
		return standsOpen
	}
	return status
}

// show writes who sees a matter, and what it is found by: whenever either may have
// changed, and in the transaction that changed it.
func (s *Service) show(ctx context.Context, tx *db.Tx, st *step, before []Reach) error {
	now := st.s.reach(st.orgs, st.rb)
	if err := syncReach(ctx, tx, before, now); err != nil {
		return err
	}
	tree := st.orgs
	if tx.Later("search", st.s.M.ID, func(ctx context.Context, tx *db.Tx, ids []string) error { return s.indexAll(ctx, tx, tree, ids) }) {
		return nil // many steps of one matter, or many matters: each document once
	}
	return search.Put(ctx, tx, s.DB.Engine, searchDoc(st.s, now, tree))
}

// indexAll makes documents of matters as they are stored; an id that is of none
// is passed over.
func (s *Service) indexAll(ctx context.Context, tx *db.Tx, tree *org.Tree, ids []string) error {
	for some := range slices.Chunk(ids, 50) {
		states, reach, err := loadForIndex(ctx, tx, tx.County, some)
		if err != nil {
			return err
		}
		var docs []search.Doc
		for _, id := range some {
			if st := states[id]; st != nil {
				docs = append(docs, searchDoc(st, reach[id], tree))
			}
		}
		if err := search.Put(ctx, tx, s.DB.Engine, docs...); err != nil {
			return err
		}
	}
	return nil
}

// searchDoc is a matter as it is searched. Telephone, identity number and address
// are never in it, nor is any word of an accusation.
func searchDoc(s *State, reach []Reach, tree *org.Tree) search.Doc {
	m := s.M
	d := search.Doc{County: m.County, ID: m.ID, At: m.RegisteredAt}
	if m.PetitionType == "accusation" {
		return d
	}
	d.Part = []string{m.Number, m.Title, m.Place}
	for _, x := range s.Demands {
		d.Part = append(d.Part, x.Text)
	}
	d.Rest = []string{m.Description, m.Project}
	for _, p := range s.Parties {
		d.Rest = append(d.Rest, p.Name)
	}
	for _, e := range s.External {
		d.Rest = append(d.Rest, e.Number)
	}
	slices.Sort(d.Part) // in whatever order they were read, the document is the same
	slices.Sort(d.Rest)
	add := func(class byte, value string) { d.Sight = append(d.Sight, search.Term(class, m.County, value)) }
	for _, r := range reach {
		if r.Mode == ModeHelp {
			add(termHelps, r.Org)
		} else {
			add(termSees, r.Org)
		}
	}
	add(termKind, m.Kind)
	add(termCategory, m.Category)
	add(termHolder, m.Holder)
	add(termStands, standsAs(m.listStatus()))
	holder, _ := tree.Get(m.Holder)
	for code := range strings.SplitSeq(strings.Trim(holder.Path, "/"), "/") {
		add(termUnder, code)
	}
	if m.comparable() {
		add(termLike, "")
	}
	return d
}

// query asks the text index for what a filter asks, as far as the index knows it.
func (f Filter) query(c account.Caller, words []string) search.Query {
	term := func(class byte, value string) string { return search.Term(class, c.County, value) }
	q := search.Query{County: c.County, Words: words, See: term(termSees, c.Org), Help: term(termHelps, c.Org)}
	oneOf := func(class byte, values []string) {
		var terms []string
		for _, v := range values {
			if t := term(class, v); !slices.Contains(terms, t) {
				terms = append(terms, t)
			}
		}
		if len(terms) > 0 {
			q.All = append(q.All, terms)
		}
	}
	oneOf(termKind, f.Kind)
	oneOf(termCategory, f.Category)
	oneOf(termHolder, f.Holder)
	var stands []string
	for _, status := range f.Status {
		stands = append(stands, standsAs(status))
	}
	oneOf(termStands, stands)
	if f.Under != "" {
		q.All = append(q.All, []string{term(termUnder, f.Under)})
	}
	if len(f.Status) == 0 {
		q.Not = []string{term(termStands, Void)}
	}
	return q
}

// mostCounted is how far the hits of a search are counted.
const mostCounted = 1000

// found is a page of a list while it is made.
type found struct {
	rows  []reachRow
	total int64
	more  bool   // there are more than total
	next  string // cursor
}

// search answers a list with words in it. Where the index knows all that is asked,
// it gives the page by itself, in its own order; else the reach is asked, among
// what the index gives.
func (s *Service) search(ctx context.Context, q db.Q, c account.Caller, f Filter, words []string) (p found, err error) {
	query := f.query(c, words)
	if !f.indexed() {
		p.rows, p.total, err = foundAmong(ctx, q, s.DB.Engine, c, f, query, s.DB.Now())
		if len(p.rows) == f.Limit {
			p.next = encodeCursor(f.sortValue(p.rows[f.Limit-1]), p.rows[f.Limit-1].Matter)
		}
	} else {
		p, err = s.byIndex(ctx, q, c, f, query)
	}
	if p.more = p.total > mostCounted; p.more {
		p.total = mostCounted
	}
	return p, err
}

// byIndex is a page of hits, newest first.
func (s *Service) byIndex(ctx context.Context, q db.Q, c account.Caller, f Filter, query search.Query) (p found, err error) {
	query.From, query.To = f.registered()
	query.Limit = f.Limit
	hits, total, err := search.Page(ctx, q, s.DB.Engine, query, mostCounted+1)
	if err != nil {
		return p, err
	}
	p.total = total
	if rank, id, _ := decodeCursor(f.Cursor); id != "" {
		query.Past = &search.Hit{Rank: rank, ID: id}
		if hits, err = search.Find(ctx, q, s.DB.Engine, query); err != nil {
			return p, err
		}
	}
	if len(hits) == f.Limit {
		p.next = encodeCursor(hits[f.Limit-1].Rank, hits[f.Limit-1].ID)
	}
	p.rows, err = reachOfHits(ctx, q, c, hits)
	return p, err
}

// indexed tells whether the text index knows everything that is asked.
func (f Filter) indexed() bool {
	more := &where{}
	f.Narrow.reach(more)
	f.Narrow.join(more)
	return len(more.cond) == 0 && f.Sort == "-registeredAt" && len(f.Status) == 0 && len(f.List) == 0 && len(f.Stands) == 0 && !f.Overdue && f.Todo == "" &&
		f.AcceptedFrom == "" && f.AcceptedTo == "" && f.AcceptedUnder == ""
}

// HitView is a text of a matter in which words were found: a little around them,
// the words marked.
type HitView struct {
	Field string        `json:"field" enum:"number,title,place,demand,description,party,project,externalId"`
	Label string        `json:"label"`
	Parts []search.Part `json:"parts"`
}

// mostHits is how many texts of a matter are shown with hits.
const mostHits = 6

// hits says where words stand in a matter, as far as the mode of sight goes. The
// same sentence is often its title, a demand and the description: it is shown once.
func (s *State) hits(mode string, words []string) []HitView {
	out := []HitView{}
	shown := map[string]bool{}
	look := func(field, label, text string) {
		if shown[text] {
			return
		}
		shown[text] = true
		if parts := search.Mark(text, words); parts != nil && len(out) < mostHits {
			out = append(out, HitView{field, label, parts})
		}
	}
	look("number", "编号", s.M.Number)
	look("title", "什么事", s.M.Title)
	look("place", "在哪里", s.M.Place)
	for _, d := range s.Demands {
		look("demand", "诉求", d.Text)
	}
	if mode == ModeHelp {
		return out
	}
	for _, p := range s.Parties {
		look("party", "当事人", p.Name)
	}
	look("description", "经过", s.M.Description)
	look("project", "重点项目", s.M.Project)
	for _, e := range s.External {
		look("externalId", "外部编号", e.Number)
	}
	return out
}

// buildAtOnce is how many matters one run of the job indexes.
const buildAtOnce = 1000

// BuildIndex makes the documents that a county's text index lacks, of matters
// written before there was one or under other rules, some at a time: it goes on
// where it stopped until it returns whole.
func (s *Service) BuildIndex(ctx context.Context, county string) (whole bool, err error) {
	after, _ := s.indexed.Load(county)
	if after == true {
		return true, nil
	}
	w, err := s.world(ctx, county)
	if err != nil {
		return false, err
	}
	from, _ := after.(string)
	for done := 0; done < buildAtOnce; {
		var ids []string
		err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
			if whole, err = search.Built(ctx, q, county); err != nil || whole {
				return err
			}
			ids, err = matterIDs(ctx, q, county, from, 50)
			return err
		})
		if whole {
			s.indexed.Store(county, true)
		}
		if err != nil || whole {
			return whole, err
		}
		err = s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
			if len(ids) == 0 {
				return search.SetBuilt(ctx, tx, county)
			}
			return s.indexAll(ctx, tx, w.tree, ids)
		})
		if err != nil || len(ids) == 0 {
			return err == nil, err
		}
		from, done = ids[len(ids)-1], done+len(ids)
		s.indexed.Store(county, from)
	}
	return false, nil
}
