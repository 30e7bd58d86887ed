package notice

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tiaojietai/internal/account"
	"tiaojietai/internal/gm"
)

type listInput struct {
	Unread bool   `query:"unread" doc:"只要没读的"`
	Limit  int    `query:"limit" default:"20"`
	Cursor string `query:"cursor"`
}

type listOutput struct{ Body Page }

type readInput struct {
	Body struct {
		IDs []string `json:"ids,omitempty"`
		All bool     `json:"all,omitempty"`
	}
}

type readOutput struct {
	Body struct {
		Unread int64 `json:"unread"`
	}
}

type summaryInput struct {
	Match string `header:"If-None-Match"`
}

type summaryOutput struct {
	Status int
	ETag   string `header:"ETag"`
	Body   *Summary
}

// Routes mounts the calls of this slice.
func (s *Service) Routes(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"通知"}}
	}
	huma.Register(api, op("listNotices", http.MethodGet, "/notices", "我的通知"), s.getList)
	huma.Register(api, op("readNotices", http.MethodPost, "/notices/read", "标为已读"), s.postRead)
	huma.Register(api, op("noticeSummary", http.MethodGet, "/notices/summary", "没读的通知有几条，哪些要马上看"), s.getSummary)
}

func (s *Service) getList(ctx context.Context, in *listInput) (*listOutput, error) {
	c, _ := account.CallerFrom(ctx)
	p, err := s.List(ctx, c, in.Unread, in.Limit, in.Cursor)
	if err != nil {
		return nil, err
	}
	return &listOutput{p}, nil
}

func (s *Service) postRead(ctx context.Context, in *readInput) (*readOutput, error) {
	c, _ := account.CallerFrom(ctx)
	left, err := s.Read(ctx, c, in.Body.IDs, in.Body.All)
	if err != nil {
		return nil, err
	}
	out := &readOutput{}
	out.Body.Unread = left
	return out, nil
}

// getSummary answers 304 while nothing of it has changed, titles included.
func (s *Service) getSummary(ctx context.Context, in *summaryInput) (*summaryOutput, error) {
	c, _ := account.CallerFrom(ctx)
	v, err := s.Summary(ctx, c)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	tag := `"` + gm.SM3(raw)[:16] + `"`
	if in.Match == tag {
		return &summaryOutput{Status: http.StatusNotModified, ETag: tag}, nil
	}
	return &summaryOutput{Status: http.StatusOK, ETag: tag, Body: &v}, nil
}
