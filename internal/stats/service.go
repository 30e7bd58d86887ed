package stats

import (
	"context"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Deps is what the sums are read from.
type Deps struct {
	DB    *db.DB
	Orgs  *org.Service
	Rules func(county string) *rulebook.Book
}

// Service reads sums.
type Service struct{ Deps }

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{d} }

// Summary counts a cohort. Empty from and to mean this year up to today; empty
// under the whole county. Sums carry no name, so every body may read them all;
// the administrators, who see no matter, may not.
func (s *Service) Summary(ctx context.Context, c account.Caller, under, from, to, kind string) (out Summary, err error) {
	if c.Org == "" {
		return out, errs.New(errs.Forbidden, "noBody", "请先选择代表哪个单位办事，再看统计。")
	}
	tree, err := s.Orgs.Tree(ctx, c.County)
	if err != nil {
		return out, err
	}
	today := workday.Date(s.DB.Now())
	rb := s.Rules(c.County).At(today)
	w := query{county: c.County, root: tree.Root(), under: or(under, tree.Root()), from: or(from, today[:5]+"01-01"), to: or(to, today),
		kind: or(kind, matter.Dispute), kinds: rb.CountedKinds()}
	if err := w.check(tree); err != nil {
		return out, err
	}
	out = Summary{Under: w.under, From: w.from, To: w.to, Kind: w.kind}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		rows, err := cohort(ctx, q, w)
		if err != nil {
			return err
		}
		out.count(rows, rb)
		if out.Registered, err = registered(ctx, q, w); err != nil {
			return err
		}
		out.Bodies, out.Mediators, err = bodies(ctx, q, w)
		return err
	})
	return out, err
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (w query) check(tree *org.Tree) error {
	if _, ok := tree.Get(w.under); !ok {
		return errs.InvalidField("under", "没有这个机构，请核对代码。")
	}
	for _, d := range []struct{ name, value string }{{"from", w.from}, {"to", w.to}} {
		if _, ok := workday.ParseDate(d.value); !ok {
			return errs.InvalidField(d.name, "日期应写成 2026-11-02 这样。")
		}
	}
	if w.from > w.to {
		return errs.InvalidField("to", "结束日期不能早于开始日期。")
	}
	if w.kind != matter.Dispute && w.kind != matter.Petition {
		return errs.InvalidField("kind", "请选择纠纷或信访事项；两类分开统计，从不相加。")
	}
	return nil
}

// count sums the rows of a cohort, level by level.
func (out *Summary) count(rows []levelRow, rb *rulebook.Rulebook) {
	levels := map[string]*Level{}
	for _, l := range rb.Levels {
		out.ByLevel = append(out.ByLevel, Level{Level: l.Code, Name: l.Name})
	}
	for i := range out.ByLevel {
		levels[out.ByLevel[i].Level] = &out.ByLevel[i]
	}
	var visited, performed int64
	for _, r := range rows {
		out.Accepted += r.N
		out.Reopened += r.Reopened
		out.ComeBack += r.ComeBack
		out.ToCourt += r.ToCourt
		switch r.Status {
		case matter.Resolved:
			out.Resolved += r.N
			visited += r.Visited
			performed += r.Performed
			levels[r.Level].Resolved += r.N
		case matter.Ended:
			out.Ended += r.N
			levels[r.Level].Ended += r.N
		case matter.Registered, matter.Accepted, matter.Handling, matter.Referred:
			out.Open += r.N
		}
	}
	out.SuccessRate = NewRate(out.Resolved, out.Accepted)
	out.FollowedUp = NewRate(visited, out.Resolved)
	out.Performed = NewRate(performed, visited)
}
