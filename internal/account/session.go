package account

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"slices"
	"time"

	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/workday"
)

// areaKind is the kind of the county's root, where nobody serves.
const areaKind = "area"

// Body is a body a person serves in.
type Body struct {
	Code  string
	Name  string
	Level string
	Kind  string
	Roles []string

	opened, closed string
}

func (b Body) open(date string) bool { return b.opened <= date && (b.closed == "" || date < b.closed) }

// actingFirst makes the caller act for the first open body by code.
func (c Caller) actingFirst(bodies []Body, now time.Time) Caller {
	for _, b := range bodies {
		if b.open(workday.Date(now)) {
			return c.acting(b)
		}
	}
	return c
}

func (c Caller) acting(b Body) Caller {
	c.Org, c.OrgLevel, c.OrgKind, c.Roles = b.Code, b.Level, b.Kind, b.Roles
	return c
}

var tokenForm = regexp.MustCompile(`^([0-9]{6})\.[A-Za-z0-9_-]{20,64}$`)

func notSignedIn() error {
	return errs.New(errs.Unauthorized, "notSignedIn", "请先登录。")
}

func sessionOver() error {
	return errs.New(errs.Unauthorized, "sessionExpired", "太久没有操作，登录已过期，请重新登录。填写的内容还在。")
}

// Authenticate says who holds a token; bearer tells a token of the header from
// one of the cookie, neither passes as the other. A body that has closed, or
// where the person no longer serves, is no longer acted for: Org is then "".
func (s *Service) Authenticate(ctx context.Context, token string, bearer bool) (Caller, error) {
	m := tokenForm.FindStringSubmatch(token)
	if m == nil {
		return Caller{}, notSignedIn()
	}
	county, hash := m[1], gm.SM3([]byte(token))
	now := s.DB.Now()
	var v sessionView
	var found bool
	var bodies []Body
	err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		if v, found, err = sessionOf(ctx, q, county, hash); err != nil || !found || v.Org == "" {
			return err
		}
		bodies, err = bodiesOf(ctx, q, county, v.Person)
		return err
	})
	if err != nil {
		return Caller{}, errs.Wrap("read a session", err)
	}
	if !found || v.DisabledAt > 0 || (v.Bearer == 1) != bearer {
		return Caller{}, notSignedIn()
	}
	if s.over(v, county, now) {
		s.end(ctx, county, hash)
		return Caller{}, sessionOver()
	}
	s.see(ctx, v, county, now)
	c := Caller{County: county, Person: v.Person, Name: v.Name, Admin: v.Admin, Session: hash}
	c.MustChange = !bearer && (v.MustChange == 1 || v.account().expired(s.rules(county).Password, now))
	if i := slices.IndexFunc(bodies, func(b Body) bool { return b.Code == v.Org && b.open(workday.Date(now)) }); i >= 0 {
		c = c.acting(bodies[i])
	}
	return c, nil
}

// over tells whether a session has idled too long, or an issued token has
// outlived what a password may live.
func (s *Service) over(v sessionView, county string, now time.Time) bool {
	r := s.rules(county)
	if v.Bearer == 1 {
		days := r.Password.ExpireDays
		return days > 0 && now.After(db.Instant(v.CreatedAt).AddDate(0, 0, days))
	}
	idle := time.Duration(r.Session.IdleMinutes) * time.Minute
	if v.Admin != "" {
		idle = time.Duration(r.Session.AdminIdleMinutes) * time.Minute
	}
	return now.Sub(s.lastSeen(v)) > idle
}

func (s *Service) lastSeen(v sessionView) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored := db.Instant(v.SeenAt)
	if kept := s.seen[v.TokenHash]; kept.After(stored) {
		return kept
	}
	return stored
}

// see notes the request in memory and writes it at most once a minute. A failure
// to write must not fail the request: with a full disk one can still read.
func (s *Service) see(ctx context.Context, v sessionView, county string, now time.Time) {
	s.mu.Lock()
	if now.After(s.seen[v.TokenHash]) {
		s.seen[v.TokenHash] = now
	}
	s.mu.Unlock()
	if now.Sub(db.Instant(v.SeenAt)) < time.Minute {
		return
	}
	err := s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(touch(ctx, tx, v.TokenHash, db.Micros(now)), seenNow(ctx, tx, v.Person, db.Micros(now)))
	})
	if err != nil {
		slog.WarnContext(ctx, "note that a session is used", "err", err)
	}
}

func (s *Service) end(ctx context.Context, county, hash string) {
	s.mu.Lock()
	delete(s.seen, hash)
	s.mu.Unlock()
	err := s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error { return dropSession(ctx, tx, hash) })
	if err != nil {
		slog.WarnContext(ctx, "end a session", "err", err)
	}
}

// Logout ends the caller's session.
func (s *Service) Logout(ctx context.Context, c Caller) error {
	s.mu.Lock()
	delete(s.seen, c.Session)
	s.mu.Unlock()
	return s.write(ctx, c, c.County, audit.Row{Verb: "logout", Subject: "account", SubjectID: c.Person}, func(ctx context.Context, tx *db.Tx) error {
		return dropSession(ctx, tx, c.Session)
	})
}

// ActFor makes the session act for another body the person serves in.
func (s *Service) ActFor(ctx context.Context, c Caller, code string) (Caller, error) {
	err := s.write(ctx, c, c.County, audit.Row{Verb: "actFor", Subject: "org", SubjectID: code}, func(ctx context.Context, tx *db.Tx) error {
		bodies, err := bodiesOf(ctx, tx, c.County, c.Person)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(bodies, func(b Body) bool { return b.Code == code })
		switch {
		case i < 0:
			return errs.New(errs.Forbidden, "notYourBody", "您没有在这个机构任职，不能以它的身份办事。")
		case !bodies[i].open(workday.Date(tx.Now)):
			return errs.New(errs.Forbidden, "closedBody", "这个机构已经撤销或还没有成立，不能以它的身份办事。")
		}
		c = c.acting(bodies[i])
		ok, err := setBody(ctx, tx, c.Session, code)
		if err == nil && !ok {
			err = sessionOver()
		}
		return err
	})
	return c, err
}

// Sweep deletes a county's sessions that have been over for a day.
func (s *Service) Sweep(ctx context.Context, county string) error {
	now := s.DB.Now()
	s.mu.Lock()
	for h, at := range s.seen {
		if now.Sub(at) > 24*time.Hour {
			delete(s.seen, h)
		}
	}
	s.mu.Unlock()
	r := s.rules(county)
	bearer := int64(0)
	if r.Password.ExpireDays > 0 {
		bearer = db.Micros(now.AddDate(0, 0, -r.Password.ExpireDays))
	}
	return s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		return sweep(ctx, tx, db.Micros(now.Add(-24*time.Hour)), bearer)
	})
}

// ChangePassword changes the caller's own password and ends the other sessions.
// Logins exempt from the rules (demonstration) may take any.
func (s *Service) ChangePassword(ctx context.Context, c Caller, old, fresh string) error {
	row := audit.Row{Person: c.Person, Org: c.Org, Verb: "changePassword", Subject: "account", SubjectID: c.Person, Fields: []string{"password"}}
	var a account
	err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		var found bool
		var err error
		if a, found, err = accountOf(ctx, q, c.County, c.Person); err == nil && !found {
			err = notSignedIn()
		}
		return err
	})
	if err != nil {
		return errs.Wrap("read an account", err)
	}
	hash, err := s.newHash(ctx, a, old, fresh)
	if err != nil {
		return s.refused(ctx, c.County, row, err)
	}
	rules := s.rules(c.County).Password
	return s.write(ctx, c, c.County, row, func(ctx context.Context, tx *db.Tx) error {
		ok, err := setPassword(ctx, tx, a, hash, a.remember(rules.History), 0)
		if err == nil && !ok {
			err = errs.New(errs.Conflict, "stale", "密码刚在别处改过，请用新密码重新登录。")
		}
		if err != nil {
			return err
		}
		return dropOthers(ctx, tx, c.Person, c.Session)
	})
}

// newHash checks the old password and the rules, and hashes the new one.
func (s *Service) newHash(ctx context.Context, a account, old, fresh string) (string, error) {
	rules := s.rules(a.County)
	if wait := secondsUntil(a.LockedUntil, s.DB.Now()); wait > 0 {
		return "", locked(rules.Lockout, wait)
	}
	ok, err := samePassword(ctx, old, a.Password)
	if err != nil {
		return "", errs.Wrap("check a password", err)
	}
	if !ok {
		if err := s.failed(ctx, a); errs.As(err).Kind == errs.Internal {
			return "", err
		}
		return "", errs.InvalidField("old", "原密码不对。")
	}
	if a.Exempt == 0 {
		if err := checkPassword(rules.Password, fresh, a.Login); err != nil {
			return "", err
		}
	}
	if fresh == "" {
		return "", errs.InvalidField("new", "请填写新密码。")
	}
	used := append([]string{a.Password}, a.past()...)
	if a.Exempt == 1 {
		used = nil
	}
	for _, h := range used[:min(len(used), rules.Password.History+1)] {
		if same, err := samePassword(ctx, fresh, h); err != nil {
			return "", errs.Wrap("check a password", err)
		} else if same {
			return "", errs.InvalidField("new", "这个密码用过，请换一个。")
		}
	}
	hash, err := hashPassword(ctx, fresh)
	return hash, errs.Wrap("hash a password", err)
}
