package account

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/web"
	"tiaojietai/internal/workday"
)

// CookieName is the session cookie: `<county>.<random>`.
const CookieName = "tjt"

// Coded is a code with its name.
type Coded struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Me is who is signed in and for whom they act.
type Me struct {
	Person struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"person"`
	Login              string    `json:"login"`
	Phone              string    `json:"phone" doc:"中间几位遮住"`
	Body               *MeBody   `json:"body"`
	Bodies             []MyBody  `json:"bodies" nullable:"false"`
	Roles              []string  `json:"roles" nullable:"false" doc:"在当前机构的角色：mediator、head"`
	Admin              string    `json:"admin" doc:"空，或 system、security、auditor"`
	MustChangePassword bool      `json:"mustChangePassword"`
	County             Coded     `json:"county"`
	Demo               bool      `json:"demo"`
	Now                time.Time `json:"now"`
}

// MeBody is the acting body.
type MeBody struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Level string `json:"level"`
	Kind  string `json:"kind"`
}

// MyBody is a body the person may act for.
type MyBody struct {
	Code  string   `json:"code"`
	Name  string   `json:"name"`
	Roles []string `json:"roles" nullable:"false"`
}

type meOutput struct{ Body Me }

type signedInOutput struct {
	Cookie http.Cookie `header:"Set-Cookie"`
	Body   Me
}

type loginInput struct {
	Body struct {
		Username string `json:"username" maxLength:"100"`
		Password string `json:"password" maxLength:"512"`
		OTP      string `json:"otp,omitempty" maxLength:"12" doc:"第二因素；本版尚未启用"`
	}
}

type bodyInput struct {
	Body struct {
		Code string `json:"code" maxLength:"18"`
	}
}

type passwordInput struct {
	Body struct {
		Old string `json:"old" maxLength:"512"`
		New string `json:"new" maxLength:"512"`
	}
}

type goneOutput struct {
	Cookie http.Cookie `header:"Set-Cookie"`
}

// Routes mounts the calls of this slice.
func (s *Service) Routes(api huma.API) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"账号"}}
	}
	in := op("signIn", http.MethodPost, "/session", "登录")
	in.Security = []map[string][]string{{}}
	huma.Register(api, in, s.postSession)
	huma.Register(api, op("signOut", http.MethodDelete, "/session", "退出"), s.deleteSession)
	huma.Register(api, op("actFor", http.MethodPut, "/session/body", "换一个机构身份"), s.putBody)
	huma.Register(api, op("me", http.MethodGet, "/me", "我是谁"), s.getMe)
	pw := op("changePassword", http.MethodPut, "/me/password", "改密码")
	huma.Register(api, pw, s.putPassword)
	s.ownRoutes(api)
	s.peopleRoutes(api)
	s.auditRoutes(api)
}

func (s *Service) postSession(ctx context.Context, in *loginInput) (*signedInOutput, error) {
	in2, err := s.Login(ctx, web.MetaFrom(ctx).Addr, in.Body.Username, in.Body.Password)
	if err != nil {
		return nil, err
	}
	web.MetaFrom(ctx).Person = in2.Caller.Person
	me, err := s.me(ctx, in2.Caller)
	return &signedInOutput{Cookie: s.cookie(in2.Token, 0), Body: me}, err
}

// cookie is a session cookie: no lifetime of its own, the server ends it.
func (s *Service) cookie(token string, maxAge int) http.Cookie {
	return http.Cookie{Name: CookieName, Value: token, Path: "/", HttpOnly: true, Secure: s.Secure,
		SameSite: http.SameSiteLaxMode, MaxAge: maxAge}
}

func (s *Service) deleteSession(ctx context.Context, _ *struct{}) (*goneOutput, error) {
	c, _ := CallerFrom(ctx)
	return &goneOutput{s.cookie("", -1)}, s.Logout(ctx, c)
}

func (s *Service) putBody(ctx context.Context, in *bodyInput) (*meOutput, error) {
	c, _ := CallerFrom(ctx)
	c, err := s.ActFor(ctx, c, in.Body.Code)
	if err != nil {
		return nil, err
	}
	me, err := s.me(ctx, c)
	return &meOutput{me}, err
}

func (s *Service) getMe(ctx context.Context, _ *struct{}) (*meOutput, error) {
	c, _ := CallerFrom(ctx)
	me, err := s.me(ctx, c)
	return &meOutput{me}, err
}

func (s *Service) putPassword(ctx context.Context, in *passwordInput) (*meOutput, error) {
	c, _ := CallerFrom(ctx)
	if err := s.ChangePassword(ctx, c, in.Body.Old, in.Body.New); err != nil {
		return nil, err
	}
	c.MustChange = false
	me, err := s.me(ctx, c)
	return &meOutput{me}, err
}

// me gathers what the page shows of the caller.
func (s *Service) me(ctx context.Context, c Caller) (Me, error) {
	now := s.DB.Now()
	m := Me{Bodies: []MyBody{}, Roles: slices.Clone(c.Roles), Admin: c.Admin, MustChangePassword: c.MustChange, Now: now.In(workday.Zone)}
	if m.Roles == nil {
		m.Roles = []string{}
	}
	m.Person.ID, m.Person.Name = c.Person, c.Name
	err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		county, _, err := countyOf(ctx, q, c.County)
		if err != nil {
			return err
		}
		m.County, m.Demo = Coded{county.County, county.Name}, county.Demo == 1
		if m.Login, m.Phone, err = s.ownAccount(ctx, q, c); err != nil {
			return err
		}
		bodies, err := bodiesOf(ctx, q, c.County, c.Person)
		for _, b := range bodies {
			if !b.open(workday.Date(now)) {
				continue
			}
			m.Bodies = append(m.Bodies, MyBody{b.Code, b.Name, b.Roles})
			if b.Code == c.Org {
				m.Body = &MeBody{b.Code, b.Name, b.Level, b.Kind}
			}
		}
		return err
	})
	return m, errs.Wrap("read who is signed in", err)
}

// open are the calls that need no session; of those with one, whileChanging still
// work when the password must be changed first.
var (
	openCalls     = []string{"POST /session", "GET /demo"}
	whileChanging = []string{"GET /me", "PUT /me/password", "DELETE /session", "PUT /session/body"}
)

// Guard lets a request in: it says who asks, or refuses. For web.Options.
func (s *Service) Guard(r *http.Request) (context.Context, string, error) {
	call := r.Method + " " + strings.TrimPrefix(r.URL.Path, web.Prefix)
	if slices.Contains(openCalls, call) {
		return r.Context(), "", nil
	}
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		token = ""
		if k, err := r.Cookie(CookieName); err == nil {
			token = k.Value
		}
	}
	c, err := s.Authenticate(r.Context(), token, bearer)
	if err != nil {
		return nil, "", err
	}
	if c.MustChange && !slices.Contains(whileChanging, call) {
		return nil, "", errs.New(errs.Forbidden, "mustChangePassword", "请先改密码，再办别的事。")
	}
	return WithCaller(r.Context(), c), c.Person, nil
}
