package org

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Item is a body as the API shows it.
type Item struct {
	Code           string   `json:"code"`
	Name           string   `json:"name"`
	ShortName      string   `json:"shortName"`
	Level          string   `json:"level"`
	LevelName      string   `json:"levelName"`
	Kind           string   `json:"kind"`
	KindName       string   `json:"kindName"`
	Parent         *string  `json:"parent"`
	SealBody       *string  `json:"sealBody"`
	NumberWord     string   `json:"numberWord"`
	Population     *int64   `json:"population"`
	PopulationNote string   `json:"populationNote"`
	StatCode       string   `json:"statCode"`
	CivilCode      string   `json:"civilCode"`
	OpenedOn       *string  `json:"openedOn"`
	ClosedOn       *string  `json:"closedOn"`
	Aliases        []string `json:"aliases" nullable:"false"`
	Heads          int      `json:"heads"`
	Mediators      int      `json:"mediators"`
	Children       int      `json:"children" doc:"直接下级中还开着的"`
	Version        int64    `json:"version"`
}

type itemOutput struct{ Body Item }

type listInput struct {
	Under  string   `query:"under" doc:"机构代码：它和它以下的全部"`
	Parent string   `query:"parent" doc:"机构代码：只要它的直接下级"`
	Level  []string `query:"level" doc:"group, village, township, county"`
	Kind   []string `query:"kind"`
	Q      string   `query:"q" maxLength:"60" doc:"名称、简称、别名中的字，或代码开头"`
	Closed bool     `query:"closed" doc:"也要已撤销的"`
	Limit  int      `query:"limit" default:"20" minimum:"1" maximum:"100"`
	Cursor string   `query:"cursor"`
}

type listOutput struct {
	Body struct {
		Items      []Item  `json:"items" nullable:"false"`
		NextCursor *string `json:"nextCursor"`
		Total      int     `json:"total"`
	}
}

// Routes mounts the calls of this slice.
func (s *Service) Routes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "listOrgs", Method: http.MethodGet, Path: "/orgs", Summary: "机构名录", Tags: []string{"机构"}}, s.list)
	huma.Register(api, huma.Operation{OperationID: "getOrg", Method: http.MethodGet, Path: "/orgs/{code}", Summary: "一个机构", Tags: []string{"机构"}}, s.get)
	huma.Register(api, huma.Operation{OperationID: "addOrg", Method: http.MethodPost, Path: "/orgs", Summary: "新建机构（系统管理员）", DefaultStatus: http.StatusCreated, Tags: []string{"机构"}}, s.post)
	huma.Register(api, huma.Operation{OperationID: "changeOrg", Method: http.MethodPatch, Path: "/orgs/{code}", Summary: "修改或撤销机构（系统管理员）", Tags: []string{"机构"}}, s.patch)
}

func (s *Service) list(ctx context.Context, in *listInput) (*listOutput, error) {
	c, _ := account.CallerFrom(ctx)
	v, err := s.view(ctx, c.County)
	if err != nil {
		return nil, err
	}
	hits := filter(v.tree, *in, v.today)
	out := &listOutput{}
	out.Body.Total = len(hits)
	out.Body.Items = []Item{}
	for _, o := range hits {
		if o.Code <= in.Cursor {
			continue
		}
		if len(out.Body.Items) == in.Limit {
			last := out.Body.Items[in.Limit-1].Code
			out.Body.NextCursor = &last
			break
		}
		out.Body.Items = append(out.Body.Items, v.item(o))
	}
	return out, nil
}

// filter gives what matches, in code order.
func filter(t *Tree, in listInput, today string) []Org {
	from := t.All()
	switch {
	case in.Parent != "":
		from = t.Children(in.Parent)
	case in.Under != "":
		from = t.Under(in.Under)
	}
	q := strings.TrimSpace(in.Q)
	var hits []Org
	for _, o := range from {
		keep := o.IsBody() || in.Parent == "" && in.Under == "" && q == "" && len(in.Kind) == 0
		keep = keep && (in.Closed || o.OpenOn(today))
		keep = keep && (len(in.Level) == 0 || slices.Contains(in.Level, o.Level)) && (len(in.Kind) == 0 || slices.Contains(in.Kind, o.Kind))
		if keep && (q == "" || matches(t, o, q)) {
			hits = append(hits, o)
		}
	}
	return hits
}

func matches(t *Tree, o Org, q string) bool {
	if strings.HasPrefix(o.Code, q) || strings.Contains(o.Name, q) || strings.Contains(o.ShortName, q) {
		return true
	}
	return slices.ContainsFunc(t.AliasesOf(o.Code), func(a string) bool { return strings.Contains(a, q) })
}

type CodeInput struct {
	Code string `path:"code" maxLength:"18"`
}

func (s *Service) get(ctx context.Context, in *CodeInput) (*itemOutput, error) {
	c, _ := account.CallerFrom(ctx)
	return s.one(ctx, c.County, in.Code)
}

func (s *Service) one(ctx context.Context, county, code string) (*itemOutput, error) {
	v, err := s.view(ctx, county)
	if err != nil {
		return nil, err
	}
	o, ok := v.tree.Get(code)
	if !ok {
		return nil, notFound()
	}
	return &itemOutput{v.item(o)}, nil
}

type addInput struct{ Body New }

func (s *Service) post(ctx context.Context, in *addInput) (*itemOutput, error) {
	c, _ := account.CallerFrom(ctx)
	if err := s.Add(ctx, c, c.County, in.Body); err != nil {
		return nil, err
	}
	return s.one(ctx, c.County, in.Body.Code)
}

type changeInput struct {
	Code string `path:"code" maxLength:"18"`
	Body Change
}

func (s *Service) patch(ctx context.Context, in *changeInput) (*itemOutput, error) {
	c, _ := account.CallerFrom(ctx)
	if err := s.Change(ctx, c, c.County, in.Code, in.Body); err != nil {
		return nil, err
	}
	return s.one(ctx, c.County, in.Code)
}

// view is what an Item is made from.
type view struct {
	tree   *Tree
	book   *rulebook.Rulebook
	counts map[string]account.Count
	today  string
}

func (s *Service) view(ctx context.Context, county string) (view, error) {
	t, err := s.Tree(ctx, county)
	if err != nil {
		return view{}, err
	}
	v := view{tree: t, today: workday.Date(s.DB.Now())}
	v.book = s.Rules(county).At(v.today)
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		v.counts, err = account.HeadsAndMediators(ctx, q, county)
		return err
	})
	return v, errs.Wrap("count who serves", err)
}

func (v view) item(o Org) Item {
	it := Item{Code: o.Code, Name: o.Name, ShortName: o.ShortName, Level: o.Level, LevelName: v.book.Name("level", o.Level),
		Kind: o.Kind, KindName: v.book.Name("kind", o.Kind), Parent: some(o.Parent), SealBody: some(o.SealBody),
		NumberWord: o.NumberWord, PopulationNote: o.PopulationNote, StatCode: o.StatCode, CivilCode: o.CivilCode,
		OpenedOn: some(o.OpenedOn), ClosedOn: some(o.ClosedOn), Aliases: v.tree.AliasesOf(o.Code),
		Heads: v.counts[o.Code].Heads, Mediators: v.counts[o.Code].Mediators, Version: o.Version}
	if !o.IsBody() {
		it.KindName = "辖区"
	}
	if o.Population > 0 {
		it.Population = &o.Population
	}
	for _, c := range v.tree.Children(o.Code) {
		if c.OpenOn(v.today) {
			it.Children++
		}
	}
	return it
}

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
