package org

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/web"
	"tiaojietai/internal/workday"
)

// fresh is how long a tree is taken as it is, by the wall clock: so long may two
// processes on one database disagree.
const fresh = 5 * time.Second

// Deps is what the service stands on.
type Deps struct {
	DB    *db.DB
	Rules func(county string) *rulebook.Book
	Keys  audit.Keys
}

// Service keeps the bodies of all counties.
type Service struct {
	Deps
	mu    sync.Mutex
	trees map[string]kept
	gen   map[string]int // counts own writes, so that an older read is not kept over them
}

type kept struct {
	tree *Tree
	at   time.Time
}

// NewService makes the service.
func NewService(d Deps) *Service {
	return &Service{Deps: d, trees: map[string]kept{}, gen: map[string]int{}}
}

// Tree gives a county's bodies, at most five seconds old, own writes included.
// Inside a transaction it gives what is kept; where nothing is kept there, use
// TreeIn.
func (s *Service) Tree(ctx context.Context, county string) (*Tree, error) {
	s.mu.Lock()
	k, gen := s.trees[county], s.gen[county]
	s.mu.Unlock()
	if k.tree != nil && time.Since(k.at) < fresh {
		return k.tree, nil
	}
	var t *Tree
	err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		t, err = s.TreeIn(ctx, q, county)
		return err
	})
	if errors.Is(err, db.ErrNested) && k.tree != nil {
		return k.tree, nil
	}
	if err != nil {
		return nil, errs.Wrap("read the bodies", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gen[county] == gen {
		s.trees[county] = kept{t, time.Now()}
	}
	return t, nil
}

// TreeIn reads a county's bodies as the transaction sees them.
func (s *Service) TreeIn(ctx context.Context, q db.Q, county string) (*Tree, error) {
	orgs, err := allOf(ctx, q, county)
	if err != nil {
		return nil, err
	}
	aliases, err := aliasesOf(ctx, q, county)
	if err != nil {
		return nil, err
	}
	return NewTree(county, s.jointKind(county), orgs, aliases), nil
}

func (s *Service) jointKind(county string) string {
	versions := s.Rules(county).Versions()
	k, _ := versions[len(versions)-1].Office(rulebook.OfficeJoint)
	return k.Code
}

func (s *Service) forget(county string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.trees, county)
	s.gen[county]++
}

// mayWrite refuses anybody but the system administrator (and the system itself).
func mayWrite(by account.Caller) error {
	if by.Person != "" && by.Admin != account.System {
		return errs.New(errs.Forbidden, "notSystemAdmin", "机构由系统管理员维护，您不能修改。")
	}
	return nil
}

// write runs fn with the tree and rulebook as the transaction sees them, audits
// what it did or that it was refused, and forgets the kept tree.
func (s *Service) write(ctx context.Context, by account.Caller, county string, row audit.Row,
	fn func(ctx context.Context, tx *db.Tx, t *Tree, r *rulebook.Rulebook) ([]string, error)) error {
	key, err := s.Keys(county)
	if err != nil {
		return errs.Wrap("open the county's key", err)
	}
	row.Person, row.Org, row.Subject = by.Person, by.Org, "org"
	op := web.OperationOf(ctx, by.Person)
	err = mayWrite(by)
	if err == nil {
		err = s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
			return db.Once(ctx, tx, op, &struct{}{}, func() error {
				t, err := s.TreeIn(ctx, tx, county)
				if err != nil {
					return err
				}
				done := row
				if done.Fields, err = fn(ctx, tx, t, s.Rules(county).At(workday.Date(tx.Now))); err != nil {
					return err
				}
				return audit.Record(ctx, tx, key, done)
			})
		})
	}
	s.forget(county)
	if err == nil {
		return nil
	}
	e := errs.As(err)
	if e.Kind != errs.Internal && e.Kind != errs.Unavailable {
		if err := audit.Refused(ctx, s.DB, key, county, e.Code, row); err != nil {
			return errs.Wrap("audit a refusal", err)
		}
	}
	return e
}

// Add adds one body; the error names what is wrong with which field.
func (s *Service) Add(ctx context.Context, by account.Caller, county string, n New) error {
	return s.AddAll(ctx, by, county, []New{n})
}

// AddAll adds many bodies in one transaction, parents before children; all or
// none.
func (s *Service) AddAll(ctx context.Context, by account.Caller, county string, all []New) error {
	row := audit.Row{Verb: "addOrg"}
	if len(all) == 1 {
		row.SubjectID = all[0].Code
	}
	return s.write(ctx, by, county, row, func(ctx context.Context, tx *db.Tx, t *Tree, r *rulebook.Rulebook) ([]string, error) {
		var orgs []Org
		var aliases []alias
		for _, n := range all {
			o, err := place(t, r, n)
			if err == nil {
				err = distinct(t, &o, workday.Date(tx.Now), n.NumberWord != "")
			}
			if err != nil {
				return nil, err
			}
			orgs = append(orgs, o)
			t.add(o)
			for _, a := range unique(n.Aliases) {
				aliases = append(aliases, alias{county, a, o.Code})
			}
		}
		if err := db.Insert(ctx, tx, "org", orgs...); err != nil {
			return nil, err
		}
		return nil, db.Insert(ctx, tx, "org_alias", aliases...)
	})
}

// Close closes a body from a day on. Refused while bodies below it are open, or
// matters are held by it or wait for it.
func (s *Service) Close(ctx context.Context, by account.Caller, county, code, on string) error {
	return s.Change(ctx, by, county, code, Change{ClosedOn: &on})
}

func (s *Service) mayClose(ctx context.Context, tx *db.Tx, t *Tree, o Org, on string) error {
	switch {
	case !o.IsBody():
		return errs.New(errs.Conflict, "rootStays", "县这一级不能撤销。")
	case o.ClosedOn != "":
		return errs.New(errs.Conflict, "closedBody", "这个机构已经撤销，撤销日期不能再改。")
	case on == "":
		return nil
	}
	below := 0
	for _, c := range t.Under(o.Code) {
		if c.Code != o.Code && c.IsBody() && c.OpenOn(on) {
			below++
		}
	}
	if below > 0 {
		return errs.Newf(errs.Conflict, "openChildren", "它下面还有 %d 个机构没有撤销，请先撤销下级或改由别的机构管理。", below)
	}
	n, err := openMatters(ctx, tx, tx.County, o.Code)
	if err != nil {
		return err
	}
	if n > 0 {
		return errs.Newf(errs.Conflict, "openMatters", "它手上还有 %d 件事项没有销号或等它签收，请先办结或转出去，再撤销。", n)
	}
	return nil
}

// Aliases gives a body's other names in place of those it has.
func (s *Service) Aliases(ctx context.Context, by account.Caller, county, code string, names []string) error {
	return s.Change(ctx, by, county, code, Change{Aliases: &names})
}

func checked(o Org) error {
	var bad []errs.Field
	checkWords(o, func(field, msg string, _ ...any) { bad = append(bad, errs.Field{Field: field, Message: msg}) })
	if len(bad) > 0 {
		return &errs.Error{Kind: errs.Invalid, Code: "invalid", Msg: bad[0].Message, Fields: bad}
	}
	return nil
}

func stale() error {
	return errs.New(errs.Conflict, "stale", "这个机构刚被别人改过，请刷新后再改。")
}

func notFound() error {
	return errs.New(errs.NotFound, "notFound", "没有这个机构，请核对代码。")
}

func unique(names []string) []string {
	set := map[string]bool{}
	for _, n := range names {
		if n = strings.TrimSpace(n); n != "" {
			set[n] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}
