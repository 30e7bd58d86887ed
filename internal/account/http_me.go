package account

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

type ownInput struct {
	Body struct {
		Phone string `json:"phone" maxLength:"30"`
	}
}

// SessionInput is a session in the path.
type SessionInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *Service) ownRoutes(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"账号"}}
	}
	huma.Register(api, op("changeOwnPhone", http.MethodPatch, "/me", "改自己的电话"), s.patchMe)
	huma.Register(api, op("ownSessions", http.MethodGet, "/me/sessions", "自己在哪些地方登录着"), s.getOwnSessions)
	huma.Register(api, op("endOwnSession", http.MethodDelete, "/me/sessions/{id}", "结束自己的一个登录"), s.deleteOwnSession)
}

func (s *Service) patchMe(ctx context.Context, in *ownInput) (*meOutput, error) {
	c, _ := CallerFrom(ctx)
	if err := s.ChangeOwnPhone(ctx, c, in.Body.Phone); err != nil {
		return nil, err
	}
	me, err := s.me(ctx, c)
	return &meOutput{me}, err
}

func (s *Service) getOwnSessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	c, _ := CallerFrom(ctx)
	out := &sessionsOutput{}
	var err error
	out.Body.Items, err = s.OwnSessions(ctx, c)
	return out, err
}

func (s *Service) deleteOwnSession(ctx context.Context, in *SessionInput) (*struct{}, error) {
	c, _ := CallerFrom(ctx)
	return nil, s.EndOwnSession(ctx, c, in.ID)
}
