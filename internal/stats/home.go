package stats

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

const (
	homeWeeks = 8  // the present one and those before
	homeDays  = 14 // today and those after
)

// Home is what a body sees of its work at a glance. Every number is the total of
// the list its filters give to the same caller (GET /matters).
type Home struct {
	Figures    []Figure       `json:"figures" nullable:"false"`
	Weeks      []Week         `json:"weeks" nullable:"false" doc:"最近八周"`
	Categories []CategoryOpen `json:"categories" nullable:"false" doc:"未结的按类别，多的在前"`
	Levels     []LevelDone    `json:"levels" nullable:"false" doc:"最近八周化解的纠纷，在哪一级化解"`
	Due        []DueDay       `json:"due" nullable:"false" doc:"今天起十四天，每天到期的"`
	Now        time.Time      `json:"now"`
}

// Filters are the query of the list behind a number.
type Filters map[string]string

// Figure is one number.
type Figure struct {
	Key     string  `json:"key"`
	Name    string  `json:"name"`
	Value   int64   `json:"value"`
	Filters Filters `json:"filters"`
}

// Week is Monday to Sunday.
type Week struct {
	From          string  `json:"from"`
	To            string  `json:"to"`
	Registered    int64   `json:"registered"`
	Closed        int64   `json:"closed" doc:"化解或终止的"`
	Filters       Filters `json:"filters" doc:"登记的"`
	ClosedFilters Filters `json:"closedFilters" doc:"化解或终止的"`
}

// CategoryOpen is how many of a category are open.
type CategoryOpen struct {
	Code    string  `json:"code"`
	Name    string  `json:"name"`
	Open    int64   `json:"open"`
	Filters Filters `json:"filters"`
}

// LevelDone is how many were resolved at a level.
type LevelDone struct {
	Code     string  `json:"code"`
	Name     string  `json:"name"`
	Resolved int64   `json:"resolved"`
	Filters  Filters `json:"filters"`
}

// DueDay is how many fall due on a day.
type DueDay struct {
	Date    string  `json:"date"`
	Count   int64   `json:"count"`
	Filters Filters `json:"filters"`
}

// home is one gathering of figures, all from one read.
type home struct {
	q     db.Q
	c     account.Caller
	under string
	now   time.Time
	today string
	rb    *rulebook.Rulebook
	tree  *org.Tree
}

// Home counts what the caller's body sees, or only what under and those below hold.
func (s *Service) Home(ctx context.Context, c account.Caller, under string) (out Home, err error) {
	if c.Org == "" {
		return out, errs.New(errs.Forbidden, "noBody", "请先选择代表哪个单位办事，再看概况。")
	}
	tree, err := s.Orgs.Tree(ctx, c.County)
	if err != nil {
		return out, err
	}
	if _, ok := tree.Get(under); under != "" && !ok {
		return out, errs.InvalidField("under", "没有这个机构，请核对代码。")
	}
	now := s.DB.Now()
	h := home{c: c, under: under, now: now, today: workday.Date(now), rb: s.Rules(c.County).At(workday.Date(now)), tree: tree}
	out.Now = now.In(workday.Zone)
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		h.q = q
		for _, part := range []func(context.Context, *Home) error{h.standing, h.todos, h.movement, h.categories, h.levels, h.due} {
			if err := part(ctx, &out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, errs.Wrap("count the home page", err)
}

var openStatuses = []string{matter.Registered, matter.Accepted, matter.Handling, matter.Referred}

// with is the query of a list, with the body that was asked for.
func (h home) with(pairs ...string) Filters {
	f := Filters{}
	for i := 0; i < len(pairs); i += 2 {
		f[pairs[i]] = pairs[i+1]
	}
	if h.under != "" {
		f["under"] = h.under
	}
	return f
}

// standing is what is open, and what is resolved and not yet cleared.
func (h home) standing(ctx context.Context, out *Home) error {
	standing := append(slices.Clone(openStatuses), matter.Resolved) // named, so that the index passes over the cleared, nearly all
	n, err := matter.Tally(ctx, h.q, h.c, matter.Filter{Under: h.under, Status: standing}, matter.TallyStatus, h.now)
	if err != nil {
		return err
	}
	var open int64
	for _, s := range openStatuses {
		open += n[s]
	}
	late, err := matter.Counted(ctx, h.q, h.c, matter.Filter{Under: h.under, Overdue: true}, h.now)
	out.Figures = append(out.Figures,
		Figure{"open", "未结", open, h.with("status", strings.Join(openStatuses, ","))},
		Figure{"overdue", "已超期", late, h.with("overdue", "true")},
		Figure{"resolved", "化解未销号", n[matter.Resolved], h.with("status", matter.Resolved)})
	return err
}

// todos are groups of the to-do page. They are this body's own, so that there are
// none when another body is asked for.
func (h home) todos(ctx context.Context, out *Home) error {
	if h.under != "" {
		return nil
	}
	for _, g := range []struct{ key, name string }{{"toSign", "待签收"}, {"toClear", "待销号"}} {
		n, err := matter.Counted(ctx, h.q, h.c, matter.Filter{Todo: g.key}, h.now)
		if err != nil {
			return err
		}
		out.Figures = append(out.Figures, Figure{g.key, g.name, n, h.with("todo", g.key)})
	}
	return nil
}

// movement is what came and what was closed, by week and in this month.
func (h home) movement(ctx context.Context, out *Home) error {
	first := h.firstMonday()
	month := h.today[:8] + "01"
	start := min(first, month)
	came, err := matter.TallyDays(ctx, h.q, h.c, matter.Filter{Under: h.under, From: start}, matter.TallyRegistered, start, h.now)
	if err != nil {
		return err
	}
	gone, err := matter.TallyDays(ctx, h.q, h.c, matter.Filter{Under: h.under, Narrow: matter.Narrow{ClosedFrom: start}}, matter.TallyClosed, start, h.now)
	if err != nil {
		return err
	}
	sum := func(days map[int64]int64, from, to string) (n int64) {
		for d := workday.DaysBetween(start, from); d <= workday.DaysBetween(start, to); d++ {
			n += days[int64(d)]
		}
		return n
	}
	for from := first; from <= h.today; from = workday.AddDays(from, 7) {
		to := workday.AddDays(from, 6)
		out.Weeks = append(out.Weeks, Week{from, to, sum(came, from, to), sum(gone, from, to), h.with("from", from, "to", to), h.with("closedFrom", from, "closedTo", to)})
	}
	out.Figures = append(out.Figures,
		Figure{"registeredMonth", "本月登记", sum(came, month, h.today), h.with("from", month, "to", h.today)},
		Figure{"closedMonth", "本月化解或终止", sum(gone, month, h.today), h.with("closedFrom", month, "closedTo", h.today)})
	return nil
}

func (h home) categories(ctx context.Context, out *Home) error {
	n, err := matter.Tally(ctx, h.q, h.c, matter.Filter{Under: h.under, Status: openStatuses}, matter.TallyCategory, h.now)
	out.Categories = []CategoryOpen{}
	for code, open := range n {
		if code != "" {
			out.Categories = append(out.Categories, CategoryOpen{code, h.rb.Name("category", code), open,
				h.with("status", strings.Join(openStatuses, ","), "category", code)})
		}
	}
	slices.SortFunc(out.Categories, func(a, b CategoryOpen) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(a.Code, b.Code))
	})
	return err
}

// levels is where the disputes of these weeks were resolved.
func (h home) levels(ctx context.Context, out *Home) error {
	first := h.firstMonday()
	n, err := matter.Tally(ctx, h.q, h.c, matter.Filter{Under: h.under, Kind: []string{matter.Dispute}, Stands: []string{matter.Resolved},
		Narrow: matter.Narrow{ClosedFrom: first, ClosedTo: h.today}}, matter.TallyHolder, h.now)
	by := map[string]int64{}
	for code, k := range n {
		o, _ := h.tree.Get(code)
		by[o.Level] += k
	}
	for _, l := range h.rb.Levels {
		out.Levels = append(out.Levels, LevelDone{l.Code, l.Name, by[l.Code], h.with("kind", matter.Dispute, "stands", matter.Resolved,
			"level", l.Code, "closedFrom", first, "closedTo", h.today)})
	}
	return err
}

// firstMonday begins the weeks shown.
func (h home) firstMonday() string {
	return workday.AddDays(workday.WeekOf(h.today).From, -7*(homeWeeks-1))
}

func (h home) due(ctx context.Context, out *Home) error {
	last := workday.AddDays(h.today, homeDays-1)
	n, err := matter.TallyDays(ctx, h.q, h.c, matter.Filter{Under: h.under, Narrow: matter.Narrow{DueFrom: h.today, DueTo: last}}, matter.TallyDue, h.today, h.now)
	for d := range homeDays {
		day := workday.AddDays(h.today, d)
		out.Due = append(out.Due, DueDay{day, n[int64(d)], h.with("dueFrom", day, "dueTo", day)})
	}
	return err
}
