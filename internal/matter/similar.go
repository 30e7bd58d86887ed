package matter

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/search"
)

// Similar matters show how others like it were settled. They are alike by what is
// said (title, place, demands), where, and of what category; never by person: words
// of a party's name are left out. What touches a matter with a concern set is shown
// neither beside another nor has others beside it. What the caller does not see is
// shown without anything it could be known by.

// Similar are matters like one, the most alike first.
type Similar struct {
	Items []SimilarItem `json:"items"`
}

// SimilarItem is a matter like another, why, and how it ended.
type SimilarItem struct {
	Matter      SimilarMatter `json:"matter"`
	InScope     bool          `json:"inScope"`
	How         string        `json:"how" doc:"怎样结束的"`
	ClosedMonth string        `json:"closedMonth" doc:"如 2026-03，还在办理的为空"`
	Why         []string      `json:"why"`
	Words       []string      `json:"words" doc:"两件事都有的说法；范围以外的不列"`
}

// SimilarMatter is the matter: out of scope only category, level and month.
type SimilarMatter struct {
	ID           string `json:"id,omitempty"`
	Number       string `json:"number,omitempty"`
	Title        string `json:"title,omitempty"`
	Status       string `json:"status,omitempty"`
	StatusName   string `json:"statusName,omitempty"`
	CategoryName string `json:"categoryName"`
	Place        string `json:"place,omitempty"`
	Holder       *Ref   `json:"holder,omitempty"`
	Level        string `json:"level,omitempty"`
	Month        string `json:"month,omitempty"`
}

const (
	similarShown  = 5
	similarLooked = 120  // candidates that are looked at
	similarWords  = 16   // rare words that lead to them
	similarSample = 1000 // newest matters that tell which words are rare
	similarLeast  = 0.3  // alike to this much, or not shown; 1 is all words and the same place and category
	sampleFor     = time.Hour
)

// comparable matters may be like others: counted ones without a concern.
func (m *Matter) comparable() bool {
	return m.Concerns == "" && !slices.Contains([]string{Draft, Merged, Void}, m.listStatus())
}

// Similar finds matters like one in sight.
func (s *Service) Similar(ctx context.Context, c account.Caller, id string) (out Similar, err error) {
	out.Items = []SimilarItem{}
	w, err := s.world(ctx, c.County)
	if err != nil {
		return out, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		if _, found, err := modeOf(ctx, q, c.County, c.Org, id); err != nil || !found {
			return orNotFound(err)
		}
		st, err := load(ctx, q, c.County, id)
		if err != nil || st.M.Concerns != "" {
			return err
		}
		rare, err := s.rareWords(ctx, q, c.County)
		if err != nil {
			return err
		}
		mine := wordsOf(st, rare)
		if len(mine.weight) == 0 {
			return nil
		}
		all, err := s.candidates(ctx, q, w, st, mine, rare)
		if err != nil {
			return err
		}
		out.Items, err = s.shownSimilar(ctx, q, w, c, st, mine, all)
		return err
	})
	return out, err
}

// sample tells how often pairs of characters stand in the newest matters.
type sample struct {
	at     time.Time
	writes int64 // of the database when it was taken
	n      int
	in     map[string]int // pair → matters
}

// weight is high for what few matters say, 0 for what most do.
func (s *sample) weight(pair string) float64 {
	return max(0, math.Log(float64(s.n+1)/(float64(s.in[pair])+0.5))-math.Ln2)
}

// fits tells whether the sample still speaks for the county: a full one for an hour;
// a smaller one until there are writes, and through a few of them for a minute.
func (s *sample) fits(now time.Time, writes int64) bool {
	age, more := now.Sub(s.at).Abs(), writes-s.writes
	return age < sampleFor && (s.n >= similarSample || more == 0 || age < time.Minute && more <= int64(s.n/10))
}

// rareWords gives the sample, taken anew where it no longer fits: by one, while
// the others wait for it. It is as much work as twenty answers.
func (s *Service) rareWords(ctx context.Context, q db.Q, county string) (*sample, error) {
	now, writes := s.DB.Now(), s.DB.Writes()
	s.sampling.Lock()
	defer s.sampling.Unlock()
	if old := s.samples[county]; old != nil && old.fits(now, writes) {
		return old, nil
	}
	texts, err := newestTexts(ctx, q, county, similarSample)
	if err != nil {
		return nil, err
	}
	fresh := &sample{at: now, writes: writes, n: len(texts), in: map[string]int{}}
	for _, t := range texts {
		for p := range pairsOf(t...) {
			fresh.in[p]++
		}
	}
	if s.samples == nil {
		s.samples = map[string]*sample{}
	}
	s.samples[county] = fresh
	return fresh, nil
}

// tooPlain are characters that bind words and say nothing by themselves.
const tooPlain = "的了和与及在是把被我你他她它们这那个一不没有也就都要到说请因为所以之其于对从向给让又再还可能会着过吗呢吧啊"

// pairsOf are the pairs of neighbours in texts that may say something.
func pairsOf(texts ...string) map[string]bool {
	out := map[string]bool{}
	for _, t := range texts {
		runes := []rune(search.Normal(t))
		for i := 1; i < len(runes); i++ {
			if saying(runes[i-1]) && saying(runes[i]) {
				out[string(runes[i-1:i+1])] = true
			}
		}
	}
	return out
}

func saying(r rune) bool {
	return unicode.IsLetter(r) && !strings.ContainsRune(tooPlain, r)
}

// words are what a matter says, each pair with its weight.
type words struct {
	weight map[string]float64
	sum    float64
}

// wordsOf leaves out whatever is of a party's name: persons are not compared.
func wordsOf(s *State, rare *sample) words {
	w := words{weight: map[string]float64{}}
	names := map[string]bool{}
	for _, p := range s.Parties {
		for pair := range pairsOf(p.Name) {
			names[pair] = true
		}
	}
	for pair := range pairsOf(said(s)...) {
		if weight := rare.weight(pair); weight > 0 && !names[pair] {
			w.weight[pair] = weight
			w.sum += weight
		}
	}
	return w
}

// said are the texts that are compared.
func said(s *State) []string {
	texts := []string{s.M.Title, s.M.Place}
	for _, d := range s.Demands {
		texts = append(texts, d.Text)
	}
	return texts
}

// leading are the rarest words, that the index is asked for: few enough that not
// half the county has one of them.
func (w words) leading(rare *sample) (out []string) {
	all := make([]string, 0, len(w.weight))
	for pair := range w.weight {
		all = append(all, pair)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(w.weight[b], w.weight[a]), strings.Compare(a, b)) })
	share := 0.0
	for _, pair := range all {
		if share += float64(rare.in[pair]) / float64(max(1, rare.n)); len(out) >= similarWords || len(out) >= 4 && share > 0.5 {
			break
		}
		out = append(out, pair)
	}
	return out
}

// candidates are matters of the same kind that share a rare word, the newest; and
// those of the same category around the same village or township.
func (s *Service) candidates(ctx context.Context, q db.Q, w world, st *State, mine words, rare *sample) (map[string]*State, error) {
	m := st.M
	term := func(class byte, value string) []string { return []string{search.Term(class, m.County, value)} }
	query := search.Query{County: m.County, Words: mine.leading(rare), Any: true, Help: term(termLike, "")[0],
		All: [][]string{term(termKind, m.Kind)}, Limit: similarLooked}
	hits, err := search.Find(ctx, q, s.DB.Engine, query)
	if err != nil {
		return nil, err
	}
	near := cmp.Or(w.tree.Up(m.Holder, "township"), m.Holder)
	query.All = append(query.All, term(termCategory, m.Category), term(termUnder, near))
	more, err := search.Find(ctx, q, s.DB.Engine, query)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, h := range append(hits, more...) {
		if h.ID != m.ID && !slices.Contains(ids, h.ID) {
			ids = append(ids, h.ID)
		}
	}
	return loadSaid(ctx, q, m.County, ids)
}

// likeness is how alike another matter is, and what the two share.
type likeness struct {
	st       *State
	score    float64
	shared   map[string]bool
	place    bool // word for word
	village  string
	township string
}

func (w world) likeness(a, b *State, mine words) likeness {
	l := likeness{st: b, shared: map[string]bool{}}
	sum := 0.0
	for pair := range pairsOf(said(b)...) {
		if weight := mine.weight[pair]; weight > 0 {
			l.shared[pair] = true
			sum += weight
		}
	}
	l.score = 0.7 * sum / mine.sum
	if a.M.Category == b.M.Category {
		l.score += 0.15
	}
	if v := w.tree.Up(a.M.Holder, "village"); v != "" && v == w.tree.Up(b.M.Holder, "village") {
		l.village = v
	}
	if t := w.tree.Up(a.M.Holder, "township"); t != "" && t == w.tree.Up(b.M.Holder, "township") {
		l.township = t
	}
	switch l.place = a.M.Place != "" && search.Normal(a.M.Place) == search.Normal(b.M.Place); {
	case l.place && l.township != "", l.village != "":
		l.score += 0.15
	case l.township != "":
		l.score += 0.08
	}
	return l
}

// shownSimilar are the most alike: of those out of scope the ended ones only.
func (s *Service) shownSimilar(ctx context.Context, q db.Q, w world, c account.Caller, st *State, mine words, all map[string]*State) ([]SimilarItem, error) {
	var best []likeness
	for _, other := range all {
		l := w.likeness(st, other, mine)
		if other.M.comparable() && len(l.shared) >= 2 && l.score >= similarLeast {
			best = append(best, l)
		}
	}
	slices.SortFunc(best, func(a, b likeness) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(b.st.M.ID, a.st.M.ID))
	})
	hits := make([]search.Hit, len(best))
	for i, l := range best {
		hits[i].ID = l.st.M.ID
	}
	rows, err := reachOfHits(ctx, q, c, hits)
	if err != nil {
		return nil, err
	}
	out := []SimilarItem{}
	for _, l := range best {
		seen := slices.ContainsFunc(rows, func(r reachRow) bool { return r.Matter == l.st.M.ID })
		if item := w.similarItem(st, l, seen); (seen || item.ClosedMonth != "") && len(out) < similarShown {
			out = append(out, item)
		}
	}
	return out, nil
}

func (w world) similarItem(st *State, l likeness, seen bool) SimilarItem {
	m := l.st.M
	item := SimilarItem{InScope: seen, Why: []string{}, Words: []string{}}
	item.How, item.ClosedMonth = w.howEnded(m)
	if m.Category == st.M.Category {
		item.Why = append(item.Why, "都是“"+w.categoryName(m)+"”一类。")
	}
	item.Matter.CategoryName = w.categoryName(m)
	if !seen {
		level := ""
		if o, ok := w.tree.Get(m.Holder); ok {
			l, _ := w.rb.Level(o.Level)
			level = l.Name
		}
		item.Matter.Level, item.Matter.Month = level, item.ClosedMonth
		item.Why = append(item.Why, fmt.Sprintf("有 %d 处说法相同。", len(l.shared)))
		return item
	}
	item.Words = sharedWords(st, l.shared)
	item.Why = append(item.Why, "都说到“"+strings.Join(item.Words, "”“")+"”。")
	switch {
	case l.place && l.township != "":
		item.Why = append(item.Why, "在同一个地方："+m.Place+"。")
	case l.village != "":
		item.Why = append(item.Why, "都在"+w.tree.Name(l.village)+"。")
	case l.township != "":
		item.Why = append(item.Why, "都在"+w.tree.Name(l.township)+"。")
	}
	holder := w.body(m.Holder)
	item.Matter = SimilarMatter{ID: m.ID, Number: m.Number, Title: m.Title, Status: m.Status, StatusName: w.statusName(m),
		CategoryName: w.categoryName(m), Place: m.Place, Holder: &holder}
	return item
}

// howEnded says how a matter was settled, and in which month; "" for one that goes on.
func (w world) howEnded(m Matter) (how, month string) {
	if slices.Contains(openStatuses, m.Status) {
		return "还在办理", ""
	}
	at := cmp.Or(m.ResolvedAt, m.EndedAt, m.ClearedAt)
	switch {
	case m.ResolvedHow != "":
		how = w.rb.Name("resolveBy", m.ResolvedHow)
	default:
		how = w.rb.StatusName(m.Kind, cmp.Or(m.ClearedFrom, m.Status))
	}
	if at == 0 {
		return how, ""
	}
	return how, shown(at).Format("2006-01")
}

// sharedWords puts shared pairs that overlap together, as they stand in the matter
// itself; the longest first.
func sharedWords(st *State, shared map[string]bool) []string {
	out := []string{}
	for _, t := range said(st) {
		runes := []rune(search.Normal(t))
		for i := 0; i < len(runes); i++ {
			end := i
			for end+1 < len(runes) && shared[string(runes[end:end+2])] {
				end++
			}
			if word := string(runes[i : end+1]); end > i && !slices.ContainsFunc(out, func(x string) bool { return strings.Contains(x, word) }) {
				out = append(out, word)
			}
			i = end
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return out[:min(len(out), 4)]
}
