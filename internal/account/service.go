package account

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Deps is what the service stands on. Secure marks the session cookie as for
// HTTPS only.
type Deps struct {
	DB     *db.DB
	Rules  func(county string) *rulebook.Book
	Keys   audit.Keys
	Secure bool
}

// Service keeps people, logins and sessions of all counties.
type Service struct {
	Deps
	mu     sync.Mutex
	seen   map[string]time.Time // token hash → last request, written at most once a minute
	tries  limiter              // failed logins by address
	ghosts limiter              // failed logins of names that do not exist
}

// NewService makes the service.
func NewService(d Deps) *Service {
	return &Service{Deps: d, seen: map[string]time.Time{}}
}

// rules is the rulebook in force now.
func (s *Service) rules(county string) *rulebook.Rulebook {
	return s.Rules(county).At(workday.Date(s.DB.Now()))
}

// write runs fn in a transaction, audits what it did or that it was refused.
func (s *Service) write(ctx context.Context, by Caller, county string, row audit.Row, fn func(ctx context.Context, tx *db.Tx) error) error {
	key, err := s.Keys(county)
	if err != nil {
		return errs.Wrap("open the county's key", err)
	}
	row.Person, row.Org = by.Person, by.Org
	err = s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, key, row)
	})
	return s.refused(ctx, county, row, err)
}

// refused audits a refusal and hands it on; nil and failures pass as they are.
func (s *Service) refused(ctx context.Context, county string, row audit.Row, err error) error {
	if err == nil {
		return nil
	}
	e := errs.As(err)
	if e.Kind == errs.Internal || e.Kind == errs.Unavailable {
		return e
	}
	key, kerr := s.Keys(county)
	if kerr == nil {
		kerr = audit.Refused(ctx, s.DB, key, county, e.Code, row)
	}
	if kerr != nil {
		slog.ErrorContext(ctx, "audit a refusal", "verb", row.Verb, "err", kerr)
	}
	return e
}

// mayManage refuses anybody but the system administrator (and the system itself).
func mayManage(by Caller) error {
	if by.Person != "" && by.Admin != System {
		return errs.New(errs.Forbidden, "notSystemAdmin", "账号由系统管理员维护，您不能修改。")
	}
	return nil
}

// ServeIn is a body a person is to serve in.
type ServeIn struct {
	Org   string
	Role  string // Mediator or Head
	Since string // date, "" for today
}

// NewPerson is a person to be added. ID may be given by whoever fills or imports.
type NewPerson struct {
	ID         string
	Name       string
	Phone      string // plain; stored sealed
	ExternalID string
	Serves     []ServeIn
}

// AddPerson adds a person and gives the id.
func (s *Service) AddPerson(ctx context.Context, by Caller, county string, p NewPerson) (id string, err error) {
	if p.ID == "" {
		p.ID = s.DB.NewID()
	}
	return p.ID, s.AddPeople(ctx, by, county, []NewPerson{p})
}

// AddPeople adds many people with the bodies they serve in, all or none.
func (s *Service) AddPeople(ctx context.Context, by Caller, county string, all []NewPerson) error {
	key, err := s.Keys(county)
	if err != nil {
		return errs.Wrap("open the county's key", err)
	}
	people := make([]Person, len(all))
	var serves []service
	today := workday.Date(s.DB.Now())
	for i, p := range all {
		if p.Name, err = cleanName(p.Name); err != nil {
			return err
		}
		people[i] = Person{County: county, ID: p.ID, Name: p.Name, Phone: key.Seal(p.Phone), ExternalID: p.ExternalID}
		for _, sv := range p.Serves {
			if err := checkRole(sv.Role); err != nil {
				return err
			}
			if sv.Since == "" {
				sv.Since = today
			}
			serves = append(serves, service{County: county, Person: p.ID, Org: sv.Org, Role: sv.Role, Since: sv.Since})
		}
	}
	row := audit.Row{Verb: "addPerson", Subject: "person"}
	if len(all) == 1 {
		row.SubjectID = all[0].ID
	}
	return s.write(ctx, by, county, row, func(ctx context.Context, tx *db.Tx) error {
		if err := mayManage(by); err != nil {
			return err
		}
		if err := db.Insert(ctx, tx, "person", people...); err != nil {
			return err
		}
		return db.Insert(ctx, tx, "service", serves...)
	})
}

func checkRole(role string) error {
	if role != Mediator && role != Head {
		return errs.InvalidField("role", "角色只能是调解员或负责人。")
	}
	return nil
}

// Serve lets a person serve in an open body from today; again after an end, too.
func (s *Service) Serve(ctx context.Context, by Caller, county, person, org, role string) error {
	if err := checkRole(role); err != nil {
		return err
	}
	return s.write(ctx, by, county, audit.Row{Verb: "serve", Subject: "person", SubjectID: person, Fields: []string{"org", "role"}},
		func(ctx context.Context, tx *db.Tx) error {
			if err := mayManage(by); err != nil {
				return err
			}
			a, _, err := accountOf(ctx, tx, county, person)
			if err != nil {
				return err
			}
			if a.Admin != "" {
				return errs.New(errs.Conflict, "adminServes", "系统、安全、审计三类管理员不能在机构任职，请另用一个人。")
			}
			if _, found, err := personOf(ctx, tx, county, person); err != nil || !found {
				return orNotFound(err, "没有这个人，请先登记。")
			}
			if err := openBody(ctx, tx, county, org, tx.Now); err != nil {
				return err
			}
			return db.Upsert(ctx, tx, "service", []string{"county", "person", "org", "role"},
				service{County: county, Person: person, Org: org, Role: role, Since: workday.Date(tx.Now)})
		})
}

func openBody(ctx context.Context, q db.Q, county, code string, now time.Time) error {
	b, found, err := bodyOf(ctx, q, county, code)
	switch {
	case err != nil || !found:
		return orNotFound(err, "没有这个机构，请核对代码。")
	case b.Kind == areaKind:
		return errs.New(errs.Conflict, "notABody", "县不是一个机构，没有人在里面任职。")
	case !b.open(workday.Date(now)):
		return errs.New(errs.Conflict, "closedBody", "这个机构已经撤销或还没有成立。")
	}
	return nil
}

func orNotFound(err error, msg string) error {
	if err != nil {
		return err
	}
	return errs.New(errs.NotFound, "notFound", msg)
}

// EndService ends a person's role in a body at once.
func (s *Service) EndService(ctx context.Context, by Caller, county, person, org, role string) error {
	return s.write(ctx, by, county, audit.Row{Verb: "endService", Subject: "person", SubjectID: person, Fields: []string{"org", "role"}},
		func(ctx context.Context, tx *db.Tx) error {
			if err := mayManage(by); err != nil {
				return err
			}
			ok, err := endService(ctx, tx, person, org, role, workday.Date(tx.Now))
			if err == nil && !ok {
				err = errs.New(errs.NotFound, "notFound", "这个人没有在这个机构担任这个角色。")
			}
			return err
		})
}
