package account

import (
	"context"
	"time"

	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/workday"
)

// shownSessions bounds a list of sessions; the last used come first.
const shownSessions = 500

// SessionItem is a session as shown: never its token, and its id is no key to it.
type SessionItem struct {
	ID        string    `json:"id"`
	Person    *Named    `json:"person,omitempty"`
	Login     string    `json:"login,omitempty"`
	Admin     string    `json:"admin,omitempty"`
	Body      *Coded    `json:"body"`
	Current   bool      `json:"current" doc:"就是现在这一个"`
	Bearer    bool      `json:"bearer" doc:"发给程序用的令牌，不是浏览器"`
	CreatedAt time.Time `json:"createdAt"`
	SeenAt    time.Time `json:"seenAt"`
}

// Named is a person by id and name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func sessionID(tokenHash string) string { return gm.SM3([]byte(tokenHash))[:24] }

func (r sessionRow) item(c Caller) SessionItem {
	it := SessionItem{ID: sessionID(r.TokenHash), Current: r.TokenHash == c.Session, Bearer: r.Bearer == 1,
		CreatedAt: db.Instant(r.CreatedAt).In(workday.Zone), SeenAt: db.Instant(r.SeenAt).In(workday.Zone)}
	if r.Org != "" {
		it.Body = &Coded{r.Org, r.OrgName}
	}
	return it
}

// OwnSessions are the caller's sessions that still hold.
func (s *Service) OwnSessions(ctx context.Context, c Caller) ([]SessionItem, error) {
	rows, err := s.liveSessions(ctx, c.County, c.Person)
	out := []SessionItem{}
	for _, r := range rows {
		out = append(out, r.item(c))
	}
	return out, err
}

// Sessions are all sessions of the county that still hold, for the security
// administrator.
func (s *Service) Sessions(ctx context.Context, c Caller) ([]SessionItem, error) {
	if err := maySecure(c); err != nil {
		return nil, s.refused(ctx, c.County, audit.Row{Person: c.Person, Org: c.Org, Verb: "readSessions", Subject: "account"}, err)
	}
	rows, err := s.liveSessions(ctx, c.County, "")
	out := []SessionItem{}
	for _, r := range rows {
		it := r.item(c)
		it.Person, it.Login, it.Admin = &Named{r.Person, r.Name}, r.Login, r.Admin
		out = append(out, it)
	}
	return out, err
}

func maySecure(c Caller) error {
	if c.Person != "" && c.Admin != Security {
		return errs.New(errs.Forbidden, "notSecurityAdmin", "谁在登录由安全管理员看管，您不能看，也不能结束。")
	}
	return nil
}

func (s *Service) liveSessions(ctx context.Context, county, person string) (live []sessionRow, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		rows, err := sessionsOf(ctx, q, county, person, shownSessions)
		for _, r := range rows {
			v := sessionView{TokenHash: r.TokenHash, Bearer: r.Bearer, CreatedAt: r.CreatedAt, SeenAt: r.SeenAt, Admin: r.Admin}
			if !s.over(v, county, s.DB.Now()) {
				live = append(live, r)
			}
		}
		return err
	})
	return live, errs.Wrap("list sessions", err)
}

// EndOwnSession ends one of the caller's sessions; the present one is ended by
// logging out.
func (s *Service) EndOwnSession(ctx context.Context, c Caller, id string) error {
	rows, err := s.liveSessions(ctx, c.County, c.Person)
	if err != nil {
		return err
	}
	row := audit.Row{Verb: "endSession", Subject: "account", SubjectID: c.Person}
	return s.write(ctx, c, c.County, row, func(ctx context.Context, tx *db.Tx) error {
		for _, r := range rows {
			switch {
			case sessionID(r.TokenHash) != id:
			case r.TokenHash == c.Session:
				return errs.New(errs.Conflict, "ownSession", "这就是您现在用的登录，要结束请点退出。")
			default:
				return dropSession(ctx, tx, r.TokenHash)
			}
		}
		return errs.New(errs.NotFound, "notFound", "这个登录已经结束了。")
	})
}

// EndSessions ends every session and token of a person; the security
// administrator's answer to a lost phone or a borrowed password.
func (s *Service) EndSessions(ctx context.Context, by Caller, person string) error {
	a, err := s.ofPerson(ctx, by.County, person)
	if err != nil {
		return err
	}
	row := audit.Row{Verb: "endSessions", Subject: "account", SubjectID: a.Person}
	return s.write(ctx, by, by.County, row, func(ctx context.Context, tx *db.Tx) error {
		if err := maySecure(by); err != nil {
			return err
		}
		return dropOthers(ctx, tx, a.Person, by.Session)
	})
}
