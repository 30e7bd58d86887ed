package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/rulebook"
)

// perAddress is how many failed logins one address has in perAddressTime before
// it must wait. Successes do not count: a township's office has one address.
const (
	perAddress     = 30
	perAddressTime = time.Minute
)

// SignedIn is the outcome of a login: the token for the cookie, shown this once.
type SignedIn struct {
	Token  string
	Caller Caller
}

// Login checks name and password and opens a session acting for the first body
// by code. Refusals: badLogin (401, the same for an unknown name and a wrong
// password, after the same time), locked and tooManyTries (429), disabled (403).
func (s *Service) Login(ctx context.Context, addr, name, password string) (SignedIn, error) {
	now := s.DB.Now()
	if wait := s.tries.wait("a"+addr, perAddress, perAddressTime, now); wait > 0 {
		return SignedIn{}, &errs.Error{Kind: errs.TooMany, Code: "tooManyTries", After: wait,
			Msg: fmt.Sprintf("这个地址输错太多次了，请 %d 秒后再试。", wait)}
	}
	name = strings.ToLower(strings.TrimSpace(name))
	a, p, found, err := s.find(ctx, name)
	if err != nil {
		return SignedIn{}, errs.Wrap("find a login", err)
	}
	if !found {
		return SignedIn{}, s.ghost(ctx, addr, name, password, now)
	}
	row := audit.Row{Person: p.ID, Verb: "login", Subject: "account", SubjectID: p.ID}
	if wait := secondsUntil(a.LockedUntil, now); wait > 0 {
		return SignedIn{}, s.refused(ctx, a.County, row, locked(s.rules(a.County).Lockout, wait))
	}
	ok, err := samePassword(ctx, password, a.Password)
	if err != nil {
		return SignedIn{}, errs.Wrap("check a password", err)
	}
	if !ok {
		s.tries.fail("a"+addr, perAddressTime, now)
		return SignedIn{}, s.refused(ctx, a.County, row, s.failed(ctx, a))
	}
	if a.DisabledAt > 0 {
		return SignedIn{}, s.refused(ctx, a.County, row, errs.New(errs.Forbidden, "disabled", "这个账号已停用，请找系统管理员。"))
	}
	return s.enter(ctx, a, p, row)
}

func (s *Service) find(ctx context.Context, name string) (a account, p Person, found bool, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		l, ok, err := loginOf(ctx, q, name)
		if err != nil || !ok {
			return err
		}
		if a, ok, err = accountOf(ctx, q, l.HomeCounty, l.Person); err != nil || !ok {
			return err
		}
		p, found, err = personOf(ctx, q, l.HomeCounty, l.Person)
		return err
	})
	return a, p, found, err
}

// ghost answers for a name nobody has as for one that exists: same time, same
// words, same lock. It writes nothing: names tried at random must not fill the
// disk.
func (s *Service) ghost(ctx context.Context, addr, name, password string, now time.Time) error {
	lock := rulebook.Default().Lockout
	if all, err := Counties(ctx, s.DB); err == nil && len(all) > 0 {
		lock = s.rules(all[0].County).Lockout
	}
	length := time.Duration(lock.Minutes) * time.Minute
	if wait := s.ghosts.wait(name, lock.Tries, length, now); wait > 0 {
		return locked(lock, wait)
	}
	if _, err := samePassword(ctx, password, ""); err != nil {
		return errs.Wrap("check a password", err)
	}
	s.tries.fail("a"+addr, perAddressTime, now)
	s.ghosts.fail(name, length, now)
	return badLogin(lock)
}

func badLogin(lock rulebook.Lockout) error {
	return errs.Newf(errs.Unauthorized, "badLogin", "登录名或密码不对。连续输错 %d 次，账号会锁定 %d 分钟。", lock.Tries, lock.Minutes)
}

func locked(lock rulebook.Lockout, wait int) error {
	return &errs.Error{Kind: errs.TooMany, Code: "locked", After: wait,
		Msg: fmt.Sprintf("连续输错 %d 次，账号已锁定，请 %d 分钟后再试，或找系统管理员重置密码。", lock.Tries, (wait+59)/60)}
}

// secondsUntil is how long a lock still holds, rounded up; 0 for none.
func secondsUntil(until int64, now time.Time) int {
	left := db.Instant(until).Sub(now)
	if until == 0 || left <= 0 {
		return 0
	}
	return int((left + time.Second - 1) / time.Second)
}

// failed counts a wrong password and locks the login at the rulebook's limit.
func (s *Service) failed(ctx context.Context, a account) error {
	lock := s.rules(a.County).Lockout
	err := s.DB.Write(ctx, a.County, func(ctx context.Context, tx *db.Tx) error {
		return countFailure(ctx, tx, a.Person, int64(lock.Tries), db.Micros(tx.Now.Add(time.Duration(lock.Minutes)*time.Minute)))
	})
	if err != nil {
		return errs.Wrap("count a wrong password", err)
	}
	return badLogin(lock)
}

// enter opens the session. The lock is looked at again inside: of many tries at
// once the right one must not slip in after the lock.
func (s *Service) enter(ctx context.Context, a account, p Person, row audit.Row) (SignedIn, error) {
	token := a.County + "." + gm.Token()
	c := Caller{County: a.County, Person: p.ID, Name: p.Name, Admin: a.Admin, Session: gm.SM3([]byte(token))}
	r := s.rules(a.County)
	err := s.write(ctx, Caller{Person: p.ID}, a.County, row, func(ctx context.Context, tx *db.Tx) error {
		now, ok, err := accountOf(ctx, tx, a.County, a.Person)
		switch {
		case err != nil || !ok:
			return orNotFound(err, "这个账号刚被删除。")
		case secondsUntil(now.LockedUntil, tx.Now) > 0:
			return locked(r.Lockout, secondsUntil(now.LockedUntil, tx.Now))
		case now.Password != a.Password:
			return badLogin(r.Lockout)
		}
		bodies, err := bodiesOf(ctx, tx, a.County, p.ID)
		if err != nil {
			return err
		}
		c = c.actingFirst(bodies, tx.Now)
		c.MustChange = a.MustChange == 1 || a.expired(r.Password, tx.Now)
		if err := errors.Join(clearFailures(ctx, tx, p.ID), seenNow(ctx, tx, p.ID, db.Micros(tx.Now))); err != nil {
			return err
		}
		if err := dropOldest(ctx, tx, p.ID, maxSessions-1); err != nil {
			return err
		}
		return db.Insert(ctx, tx, "session", session{County: a.County, TokenHash: c.Session, Person: p.ID, Org: c.Org,
			CreatedAt: db.Micros(tx.Now), SeenAt: db.Micros(tx.Now)})
	})
	return SignedIn{token, c}, err
}
