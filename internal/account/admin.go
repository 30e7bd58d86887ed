package account

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/workday"
)

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,39}$`)

// NewLogin is a login for a person who is there. Password "" makes a random one.
type NewLogin struct {
	Person   string
	Login    string
	Password string
	Admin    string // "", System, Security or Auditor
	Exempt   bool   // demonstration only: no rules, no change at first login
}

// AddLogin gives a person a login and returns the password, to be shown once.
// Unless exempt, it must be changed at the first login.
func (s *Service) AddLogin(ctx context.Context, by Caller, county string, n NewLogin) (password string, err error) {
	n.Login = strings.ToLower(strings.TrimSpace(n.Login))
	if !loginForm.MatchString(n.Login) {
		return "", errs.InvalidField("login", "登录名用 2 到 40 个小写字母、数字、点、横线，以字母或数字开头。")
	}
	if !slices.Contains([]string{"", System, Security, Auditor}, n.Admin) {
		return "", errs.InvalidField("admin", "管理员只有 system、security、auditor 三类。")
	}
	if n.Password == "" {
		n.Password = randomPassword()
	} else if !n.Exempt {
		if err := checkPassword(s.rules(county).Password, n.Password, n.Login); err != nil {
			return "", err
		}
	}
	hash, err := hashPassword(ctx, n.Password)
	if err != nil {
		return "", errs.Wrap("hash a password", err)
	}
	row := audit.Row{Verb: "addLogin", Subject: "account", SubjectID: n.Person, Fields: []string{"login", "admin"}}
	return n.Password, s.write(ctx, by, county, row, func(ctx context.Context, tx *db.Tx) error {
		if err := mayManage(by); err != nil {
			return err
		}
		return addLogin(ctx, tx, n, hash)
	})
}

func addLogin(ctx context.Context, tx *db.Tx, n NewLogin, hash string) error {
	if _, found, err := personOf(ctx, tx, tx.County, n.Person); err != nil || !found {
		return orNotFound(err, "没有这个人，请先登记。")
	}
	if n.Admin != "" {
		serves, err := servesAnywhere(ctx, tx, tx.County, n.Person)
		if err != nil {
			return err
		}
		if serves {
			return errs.New(errs.Conflict, "adminServes", "在机构任职的人不能当系统、安全、审计管理员，请另用一个人。")
		}
	}
	if _, taken, err := loginOf(ctx, tx, n.Login); err != nil || taken {
		if err == nil {
			err = errs.InvalidField("login", "这个登录名已经有人用了，请换一个。")
		}
		return err
	}
	if _, has, err := accountOf(ctx, tx, tx.County, n.Person); err != nil || has {
		if err == nil {
			err = errs.New(errs.Conflict, "hasLogin", "这个人已经有登录名了，一个人只用一个。")
		}
		return err
	}
	a := account{County: tx.County, Person: n.Person, Login: n.Login, Password: hash, Admin: n.Admin, MustChange: 1, ChangedAt: db.Micros(tx.Now)}
	if n.Exempt {
		a.MustChange, a.Exempt = 0, 1
	}
	if err := db.Insert(ctx, tx, "account", a); err != nil {
		return err
	}
	return db.Insert(ctx, tx, "login", login{Name: n.Login, HomeCounty: tx.County, Person: n.Person})
}

// named finds an account by its login name.
func (s *Service) named(ctx context.Context, name string) (account, error) {
	a, _, found, err := s.find(ctx, strings.ToLower(strings.TrimSpace(name)))
	if err == nil && !found {
		err = errs.Newf(errs.NotFound, "notFound", "没有叫 %s 的登录名。", name)
	}
	return a, err
}

// ofPerson finds the login of a person of a county.
func (s *Service) ofPerson(ctx context.Context, county, person string) (a account, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		var found bool
		if a, found, err = accountOf(ctx, q, county, person); err != nil || !found {
			return orNotFound(err, "这个人还没有登录名。")
		}
		return nil
	})
	return a, errs.Wrap("find a login", err)
}

// notAdmins: an administrator's login is looked after on the server alone. Else
// the system administrator could reset the auditor's password and become both.
func notAdmins(by Caller, a account) error {
	if by.Person != "" && a.Admin != "" {
		return errs.New(errs.Forbidden, "adminLogin", "管理员的账号只能在服务器上用 tiaojietai user 维护，这样三个管理员才互相看得住。")
	}
	return nil
}

// Reset gives a login a random password, to be shown once and changed at the
// next login, unlocks it and ends its sessions and tokens.
func (s *Service) Reset(ctx context.Context, by Caller, name string) (password string, err error) {
	a, err := s.named(ctx, name)
	if err != nil {
		return "", errs.Wrap("find a login", err)
	}
	return s.reset(ctx, by, a)
}

// ResetPerson is Reset for the login of a person of the caller's county.
func (s *Service) ResetPerson(ctx context.Context, by Caller, person string) (login, password string, err error) {
	a, err := s.ofPerson(ctx, by.County, person)
	if err != nil {
		return "", "", err
	}
	password, err = s.reset(ctx, by, a)
	return a.Login, password, err
}

func (s *Service) reset(ctx context.Context, by Caller, a account) (password string, err error) {
	password = randomPassword()
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return "", errs.Wrap("hash a password", err)
	}
	row := audit.Row{Verb: "resetPassword", Subject: "account", SubjectID: a.Person, Fields: []string{"password"}}
	return password, s.write(ctx, by, a.County, row, func(ctx context.Context, tx *db.Tx) error {
		if err := errors.Join(mayManage(by), notAdmins(by, a)); err != nil {
			return err
		}
		ok, err := setPassword(ctx, tx, a, hash, a.remember(s.rules(a.County).Password.History), 1)
		if err == nil && !ok {
			err = errs.New(errs.Conflict, "stale", "密码刚在别处改过，请再试一次。")
		}
		if err != nil {
			return err
		}
		return dropOthers(ctx, tx, a.Person, "")
	})
}

// Lock closes a login (locked) until it is opened again, and ends its sessions.
func (s *Service) Lock(ctx context.Context, by Caller, name string, locked bool) error {
	a, err := s.named(ctx, name)
	if err != nil {
		return errs.Wrap("find a login", err)
	}
	return s.lock(ctx, by, a, locked)
}

// LockPerson is Lock for the login of a person of the caller's county.
func (s *Service) LockPerson(ctx context.Context, by Caller, person string, locked bool) error {
	a, err := s.ofPerson(ctx, by.County, person)
	if err != nil {
		return err
	}
	return s.lock(ctx, by, a, locked)
}

// mayLock: the security administrator may close a login at once; to open it again
// is the system administrator's, so that two look at it.
func mayLock(by Caller, locked bool) error {
	if by.Admin == Security && locked {
		return nil
	}
	if by.Admin == Security {
		return errs.New(errs.Forbidden, "notSystemAdmin", "停用以后由系统管理员查明了再恢复，您不能恢复。")
	}
	return mayManage(by)
}

func (s *Service) lock(ctx context.Context, by Caller, a account, locked bool) error {
	verb := "unlockLogin"
	if locked {
		verb = "lockLogin"
	}
	return s.write(ctx, by, a.County, audit.Row{Verb: verb, Subject: "account", SubjectID: a.Person}, func(ctx context.Context, tx *db.Tx) error {
		if err := errors.Join(mayLock(by, locked), notAdmins(by, a)); err != nil {
			return err
		}
		at := int64(0)
		if locked {
			at = db.Micros(tx.Now)
			if err := dropOthers(ctx, tx, a.Person, ""); err != nil {
				return err
			}
		}
		return setDisabled(ctx, tx, a.Person, at)
	})
}

// IssueToken makes a bearer token for a login, acting for a body it serves in
// ("" for the first). It is shown once and lives as long as a password may.
func (s *Service) IssueToken(ctx context.Context, by Caller, name, org string) (token string, err error) {
	a, err := s.named(ctx, name)
	if err != nil {
		return "", errs.Wrap("find a login", err)
	}
	token = a.County + "." + gm.Token()
	row := audit.Row{Verb: "issueToken", Subject: "account", SubjectID: a.Person}
	return token, s.write(ctx, by, a.County, row, func(ctx context.Context, tx *db.Tx) error {
		if err := mayManage(by); err != nil {
			return err
		}
		bodies, err := bodiesOf(ctx, tx, a.County, a.Person)
		if err != nil {
			return err
		}
		c := Caller{}.actingFirst(bodies, tx.Now)
		if org != "" {
			i := slices.IndexFunc(bodies, func(b Body) bool { return b.Code == org && b.open(workday.Date(tx.Now)) })
			if i < 0 {
				return errs.New(errs.Forbidden, "notYourBody", "这个人没有在这个机构任职，或机构已撤销。")
			}
			c.Org = org
		}
		return db.Insert(ctx, tx, "session", session{County: a.County, TokenHash: gm.SM3([]byte(token)), Person: a.Person, Org: c.Org,
			Bearer: 1, CreatedAt: db.Micros(tx.Now), SeenAt: db.Micros(tx.Now)})
	})
}

// List lists a county's accounts by login.
func (s *Service) List(ctx context.Context, county string) (all []Listed, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		all, err = listed(ctx, q, county)
		return err
	})
	return all, errs.Wrap("list accounts", err)
}
