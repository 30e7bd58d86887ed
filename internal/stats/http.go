package stats

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tiaojietai/internal/account"
)

type summaryInput struct {
	Under string `query:"under" doc:"机构代码：它和它以下的；不填是全县"`
	From  string `query:"from" doc:"首次受理日期从；不填是今年一月一日"`
	To    string `query:"to" doc:"到；不填是今天"`
	Kind  string `query:"kind" doc:"dispute（默认）或 petition，从不相加"`
}

type summaryOutput struct{ Body Summary }

// Routes mounts the calls of this slice.
func (s *Service) Routes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "getSummary", Method: http.MethodGet, Path: "/stats/summary", Summary: "统计摘要", Tags: []string{"统计"}}, s.getSummary)
	huma.Register(api, huma.Operation{OperationID: "getHome", Method: http.MethodGet, Path: "/stats/home", Summary: "概况：每个数都能点进它的名单", Tags: []string{"统计"}}, s.getHome)
}

type homeInput struct {
	Under string `query:"under" maxLength:"18" doc:"机构代码：只看它和它以下持有的"`
}

type homeOutput struct{ Body Home }

func (s *Service) getHome(ctx context.Context, in *homeInput) (*homeOutput, error) {
	c, _ := account.CallerFrom(ctx)
	out, err := s.Home(ctx, c, in.Under)
	return &homeOutput{out}, err
}

func (s *Service) getSummary(ctx context.Context, in *summaryInput) (*summaryOutput, error) {
	c, _ := account.CallerFrom(ctx)
	out, err := s.Summary(ctx, c, in.Under, in.From, in.To, in.Kind)
	if err != nil {
		return nil, err
	}
	return &summaryOutput{out}, nil
}
