package account

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

type peopleInput struct {
	Org    string `query:"org" maxLength:"18" doc:"在这个机构任职的"`
	Under  string `query:"under" maxLength:"18" doc:"机构代码：在它和它以下任职的"`
	Role   string `query:"role" doc:"mediator, head"`
	Q      string `query:"q" maxLength:"60" doc:"姓名中的字；管理员还可以用登录名"`
	State  string `query:"state" doc:"账号情况，只有管理员能用：noLogin, locked, disabled, neverUsed, admin, notServing"`
	Limit  int    `query:"limit" default:"20" minimum:"1" maximum:"100"`
	Cursor string `query:"cursor" maxLength:"400"`
}

type peopleOutput struct {
	Body struct {
		Items      []PersonItem `json:"items" nullable:"false"`
		NextCursor *string      `json:"nextCursor"`
		Total      int64        `json:"total"`
	}
}

// PersonInput is a person in the path; exported, since huma skips embedded fields that are not.
type PersonInput struct {
	ID string `path:"id" maxLength:"64" pattern:"^[0-9A-Za-z-]+$"`
}

type personOutput struct{ Body PersonItem }

type addedInput struct{ Body Added }

type personChangeInput struct {
	PersonInput
	Body PersonChange
}

type serviceInput struct {
	PersonInput
	Body AddedIn
}

type endedOutput struct {
	Body struct {
		Person  PersonItem `json:"person"`
		Warning *string    `json:"warning" doc:"他手上还有指定给他的事项时的一句提醒"`
	}
}

type newLoginInput struct {
	PersonInput
	Body struct {
		Login string `json:"login" maxLength:"40"`
	}
}

type passwordOutput struct {
	Body struct {
		Login    string `json:"login"`
		Password string `json:"password" doc:"只显示这一次，第一次登录要换"`
	}
}

type lockInput struct {
	PersonInput
	Body struct {
		Locked bool `json:"locked"`
	}
}

type sessionsOutput struct {
	Body struct {
		Items []SessionItem `json:"items" nullable:"false"`
	}
}

func (s *Service) peopleRoutes(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"人员"}}
	}
	add := op("addPerson", http.MethodPost, "/people", "登记一个人（系统管理员）")
	add.DefaultStatus = http.StatusCreated
	huma.Register(api, op("listPeople", http.MethodGet, "/people", "人员名录"), s.getPeople)
	huma.Register(api, add, s.postPerson)
	huma.Register(api, op("getPerson", http.MethodGet, "/people/{id}", "一个人，连同以前的任职"), s.getPerson)
	huma.Register(api, op("changePerson", http.MethodPatch, "/people/{id}", "改姓名、电话、外部编号（系统管理员）"), s.patchPerson)
	huma.Register(api, op("serve", http.MethodPost, "/people/{id}/services", "到一个机构任职（系统管理员）"), s.postService)
	huma.Register(api, op("endService", http.MethodPost, "/people/{id}/services/end", "结束一项任职（系统管理员）"), s.postEndService)
	huma.Register(api, op("giveLogin", http.MethodPost, "/people/{id}/login", "给登录名（系统管理员）"), s.postLogin)
	huma.Register(api, op("resetPassword", http.MethodPost, "/people/{id}/resetPassword", "重置密码（系统管理员）"), s.postReset)
	huma.Register(api, op("lockLogin", http.MethodPost, "/people/{id}/lock", "停用（系统、安全管理员）或恢复（系统管理员）"), s.postLock)
	huma.Register(api, op("endSessions", http.MethodPost, "/people/{id}/endSessions", "结束一个人的全部登录（安全管理员）"), s.postEndSessions)
	huma.Register(api, op("listSessions", http.MethodGet, "/sessions", "现在谁在登录（安全管理员）"), s.getSessions)
}

func (s *Service) getPeople(ctx context.Context, in *peopleInput) (*peopleOutput, error) {
	c, _ := CallerFrom(ctx)
	out := &peopleOutput{}
	var err error
	out.Body.Items, out.Body.NextCursor, out.Body.Total, err = s.People(ctx, c, PeopleFilter{Org: in.Org, Under: in.Under, Role: in.Role,
		Q: strings.TrimSpace(in.Q), State: in.State, Cursor: in.Cursor, Limit: in.Limit})
	return out, err
}

// person answers with a person as the caller sees them.
func (s *Service) person(ctx context.Context, id string, err error) (*personOutput, error) {
	if err != nil {
		return nil, err
	}
	c, _ := CallerFrom(ctx)
	p, err := s.Person(ctx, c, id)
	return &personOutput{p}, err
}

func (s *Service) getPerson(ctx context.Context, in *PersonInput) (*personOutput, error) {
	return s.person(ctx, in.ID, nil)
}

func (s *Service) postPerson(ctx context.Context, in *addedInput) (*personOutput, error) {
	c, _ := CallerFrom(ctx)
	id, err := s.Admit(ctx, c, in.Body)
	return s.person(ctx, id, err)
}

func (s *Service) patchPerson(ctx context.Context, in *personChangeInput) (*personOutput, error) {
	c, _ := CallerFrom(ctx)
	return s.person(ctx, in.ID, s.ChangePerson(ctx, c, in.ID, in.Body))
}

func (s *Service) postService(ctx context.Context, in *serviceInput) (*personOutput, error) {
	c, _ := CallerFrom(ctx)
	return s.person(ctx, in.ID, s.Serve(ctx, c, c.County, in.ID, in.Body.Org, in.Body.Role))
}

func (s *Service) postEndService(ctx context.Context, in *serviceInput) (*endedOutput, error) {
	c, _ := CallerFrom(ctx)
	p, warning, err := s.Leave(ctx, c, in.ID, in.Body.Org, in.Body.Role)
	out := &endedOutput{}
	out.Body.Person, out.Body.Warning = p, warning
	return out, err
}

func (s *Service) postLogin(ctx context.Context, in *newLoginInput) (*passwordOutput, error) {
	c, _ := CallerFrom(ctx)
	out := &passwordOutput{}
	var err error
	out.Body.Login = strings.ToLower(strings.TrimSpace(in.Body.Login))
	out.Body.Password, err = s.AddLogin(ctx, c, c.County, NewLogin{Person: in.ID, Login: in.Body.Login})
	return out, err
}

func (s *Service) postReset(ctx context.Context, in *PersonInput) (*passwordOutput, error) {
	c, _ := CallerFrom(ctx)
	out := &passwordOutput{}
	var err error
	out.Body.Login, out.Body.Password, err = s.ResetPerson(ctx, c, in.ID)
	return out, err
}

func (s *Service) postLock(ctx context.Context, in *lockInput) (*personOutput, error) {
	c, _ := CallerFrom(ctx)
	return s.person(ctx, in.ID, s.LockPerson(ctx, c, in.ID, in.Body.Locked))
}

func (s *Service) postEndSessions(ctx context.Context, in *PersonInput) (*personOutput, error) {
	c, _ := CallerFrom(ctx)
	return s.person(ctx, in.ID, s.EndSessions(ctx, c, in.ID))
}

func (s *Service) getSessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	c, _ := CallerFrom(ctx)
	out := &sessionsOutput{}
	var err error
	out.Body.Items, err = s.Sessions(ctx, c)
	return out, err
}
