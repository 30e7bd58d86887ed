package ledger

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tiaojietai/internal/account"
	"tiaojietai/internal/matter"
)

// exportMatters takes the list's filters.
type exportMattersInput struct {
	Format        string   `query:"format" default:"xlsx" doc:"xlsx 或 csv"`
	Layout        string   `query:"layout" doc:"空：事项列表；ledger：台账的样式"`
	Kind          []string `query:"kind"`
	Status        []string `query:"status"`
	List          []string `query:"list"`
	Category      []string `query:"category"`
	Holder        []string `query:"holder"`
	Under         string   `query:"under"`
	Overdue       bool     `query:"overdue"`
	Q             string   `query:"q" maxLength:"100"`
	From          string   `query:"from"`
	To            string   `query:"to"`
	Stands        []string `query:"stands"`
	AcceptedFrom  string   `query:"acceptedFrom"`
	AcceptedTo    string   `query:"acceptedTo"`
	AcceptedUnder string   `query:"acceptedUnder"`
	Todo          string   `query:"todo"`
	Sort          string   `query:"sort" default:"-registeredAt"`
	matter.NarrowInput
}

type exportOrgsInput struct {
	Format string `query:"format" default:"xlsx"`
	Under  string `query:"under"`
	Level  string `query:"level"`
	Kind   string `query:"kind"`
	Q      string `query:"q" maxLength:"60"`
	Closed bool   `query:"closed"`
}

type exportPeopleInput struct {
	Format string `query:"format" default:"xlsx"`
	Under  string `query:"under"`
	Org    string `query:"org"`
	Role   string `query:"role"`
	Q      string `query:"q" maxLength:"60"`
}

type exportStatsInput struct {
	Format string `query:"format" default:"xlsx"`
	Under  string `query:"under"`
	From   string `query:"from"`
	To     string `query:"to"`
	Kind   string `query:"kind"`
}

func (s *Service) exportRoutes(api huma.API) {
	op := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: "/exports/" + path, Summary: summary, Tags: []string{"台账"}}
	}
	huma.Register(api, op("exportMatters", "matters", "导出事项列表，筛选同列表"), func(ctx context.Context, in *exportMattersInput) (*huma.StreamResponse, error) {
		what := "matters"
		if in.Layout == "ledger" {
			what = "ledger"
		}
		return s.file(ctx, Export{What: what, Format: in.Format, Matters: matter.Filter{Kind: in.Kind, Status: in.Status, List: in.List,
			Category: in.Category, Holder: in.Holder, Under: in.Under, Overdue: in.Overdue, Q: strings.TrimSpace(in.Q), From: in.From, To: in.To,
			Stands: in.Stands, AcceptedFrom: in.AcceptedFrom, AcceptedTo: in.AcceptedTo, AcceptedUnder: in.AcceptedUnder, Todo: in.Todo, Sort: in.Sort,
			Narrow: matter.Narrow(in.NarrowInput)}})
	})
	huma.Register(api, op("exportOrgs", "orgs", "导出机构名录"), func(ctx context.Context, in *exportOrgsInput) (*huma.StreamResponse, error) {
		return s.file(ctx, Export{What: Orgs, Format: in.Format, Under: in.Under, Level: in.Level, Kind: in.Kind, Q: in.Q, Closed: in.Closed})
	})
	huma.Register(api, op("exportPeople", "people", "导出人员"), func(ctx context.Context, in *exportPeopleInput) (*huma.StreamResponse, error) {
		return s.file(ctx, Export{What: People, Format: in.Format, Under: in.Under, Org: in.Org, Role: in.Role, Q: in.Q})
	})
	huma.Register(api, op("exportStatistics", "statistics", "导出统计"), func(ctx context.Context, in *exportStatsInput) (*huma.StreamResponse, error) {
		return s.file(ctx, Export{What: Statistics, Format: in.Format, Under: in.Under, From: in.From, To: in.To, Kind: in.Kind})
	})
}

func (s *Service) file(ctx context.Context, e Export) (*huma.StreamResponse, error) {
	c, _ := account.CallerFrom(ctx)
	name, write, err := s.Export(ctx, c, e)
	if err != nil {
		return nil, err
	}
	return download(name, write), nil
}
