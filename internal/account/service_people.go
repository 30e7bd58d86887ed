package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/rulebook"
)

func (s *Service) sight(c Caller) (sight, error) {
	joint, _ := s.rules(c.County).Office(rulebook.OfficeJoint)
	return sightOf(c, joint.Code)
}

// People gives one page of the people a caller sees, by name, and how many there are.
func (s *Service) People(ctx context.Context, c Caller, f PeopleFilter) (items []PersonItem, next *string, total int64, err error) {
	see, err := s.sight(c)
	if err == nil {
		err = f.check(see)
	}
	if err != nil {
		return nil, nil, 0, err
	}
	items = []PersonItem{}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		rows, n, err := peoplePage(ctx, q, c.County, see, f, db.Micros(s.DB.Now()))
		if err != nil {
			return err
		}
		total = n
		if len(rows) > f.Limit {
			rows = rows[:f.Limit]
			after := encodeAfter(rows[f.Limit-1])
			next = &after
		}
		items, err = s.items(ctx, q, c.County, see, rows, false)
		return err
	})
	return items, next, total, errs.Wrap("list people", err)
}

func (f PeopleFilter) check(see sight) error {
	states := []string{"", stateNoLogin, stateLocked, stateDisabled, stateNever, stateAdmin, stateIdle}
	switch {
	case !slices.Contains(states, f.State):
		return errs.InvalidField("state", "没有这种账号状态。")
	case f.State != "" && !see.logins:
		return errs.New(errs.Forbidden, "noLogins", "账号的情况只有管理员能看。")
	case f.Role != "" && f.Role != Mediator && f.Role != Head:
		return errs.InvalidField("role", "角色只能是调解员或负责人。")
	}
	_, _, err := decodeAfter(f.Cursor)
	return errors.Join(readable(f.Q, f.Org, f.Under, f.Cursor), err)
}

// readable refuses what no engine takes as text.
func readable(texts ...string) error {
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return errs.InvalidField("q", "查询的文字读不出来，请重新输入。")
		}
	}
	return nil
}

// items shows rows with the services in sight.
func (s *Service) items(ctx context.Context, q db.Q, county string, see sight, rows []personRow, ended bool) ([]PersonItem, error) {
	key, err := s.Keys(county)
	if err != nil {
		return nil, err
	}
	out, at, ids := make([]PersonItem, len(rows)), map[string]int{}, make([]string, len(rows))
	for i, r := range rows {
		if out[i], err = r.item(key, see, s.DB.Now()); err != nil {
			return nil, err
		}
		at[r.ID], ids[i] = i, r.ID
	}
	services, err := servicesOf(ctx, q, county, see, ids, ended)
	for _, v := range services {
		i := at[v.Person]
		out[i].Services = append(out[i].Services, v.item())
	}
	return out, err
}

// Person gives one person with all services, ended ones too, and on how many open
// matters each body has appointed them.
func (s *Service) Person(ctx context.Context, c Caller, id string) (out PersonItem, err error) {
	see, err := s.sight(c)
	if err = errors.Join(err, readable(id)); err != nil {
		return out, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		row, found, err := personSeen(ctx, q, c.County, see, id)
		if err != nil || !found {
			return orNotFound(err, "没有这个人，或者不在您能看的范围。")
		}
		items, err := s.items(ctx, q, c.County, see, []personRow{row}, true)
		if err != nil {
			return err
		}
		out = items[0]
		appointed, err := appointedBy(ctx, q, c.County, id)
		for i, v := range out.Services {
			if v.Until == "" {
				out.Services[i].Appointed = appointed[v.Org.Code]
			}
		}
		return err
	})
	return out, errs.Wrap("read a person", err)
}

// Added is somebody to be added through a page: at once with the bodies they serve in.
type Added struct {
	Name       string    `json:"name" maxLength:"40"`
	Phone      string    `json:"phone,omitempty" maxLength:"30"`
	ExternalID string    `json:"externalId,omitempty" maxLength:"60"`
	Services   []AddedIn `json:"services,omitempty" maxItems:"10"`
}

// AddedIn is a body to serve in, as Mediator or Head.
type AddedIn struct {
	Org  string `json:"org" maxLength:"18" pattern:"^[0-9]+$"`
	Role string `json:"role" maxLength:"20"`
}

// Admit adds somebody as AddPerson does, after looking whether the bodies are open.
func (s *Service) Admit(ctx context.Context, by Caller, n Added) (id string, err error) {
	if err := mayManage(by); err != nil {
		return "", s.refused(ctx, by.County, audit.Row{Person: by.Person, Org: by.Org, Verb: "addPerson", Subject: "person"}, err)
	}
	if n.Phone, err = cleanPhone(n.Phone); err != nil {
		return "", err
	}
	if err := readable(n.ExternalID); err != nil {
		return "", err
	}
	p := NewPerson{Name: n.Name, Phone: n.Phone, ExternalID: strings.TrimSpace(n.ExternalID)}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		for _, v := range n.Services {
			if err := openBody(ctx, q, by.County, v.Org, s.DB.Now()); err != nil {
				return err
			}
			p.Serves = append(p.Serves, ServeIn{Org: v.Org, Role: v.Role})
		}
		return nil
	})
	if err != nil {
		return "", errs.Wrap("look at the bodies", err)
	}
	return s.AddPerson(ctx, by, by.County, p)
}

// PersonChange is what may change of a person; nil leaves a field as it is.
type PersonChange struct {
	Name       *string `json:"name,omitempty" maxLength:"40"`
	Phone      *string `json:"phone,omitempty" maxLength:"30"`
	ExternalID *string `json:"externalId,omitempty" maxLength:"60"`
}

// ChangePerson changes somebody's name, phone or external number.
func (s *Service) ChangePerson(ctx context.Context, by Caller, id string, ch PersonChange) error {
	return s.changePerson(ctx, by, id, ch, mayManage)
}

// ChangeOwnPhone changes the caller's own telephone.
func (s *Service) ChangeOwnPhone(ctx context.Context, c Caller, phone string) error {
	return s.changePerson(ctx, c, c.Person, PersonChange{Phone: &phone}, func(Caller) error { return nil })
}

func (s *Service) changePerson(ctx context.Context, by Caller, id string, ch PersonChange, may func(Caller) error) error {
	key, err := s.Keys(by.County)
	if err != nil {
		return errs.Wrap("open the county's key", err)
	}
	row := audit.Row{Verb: "changePerson", Subject: "person", SubjectID: id, Fields: ch.fields()}
	return s.write(ctx, by, by.County, row, func(ctx context.Context, tx *db.Tx) error {
		if err := may(by); err != nil {
			return err
		}
		p, found, err := personOf(ctx, tx, tx.County, id)
		if err != nil || !found {
			return orNotFound(err, "没有这个人，请刷新后再看。")
		}
		if ch.Name != nil {
			if p.Name, err = cleanName(*ch.Name); err != nil {
				return err
			}
		}
		if ch.Phone != nil {
			phone, err := cleanPhone(*ch.Phone)
			if err != nil {
				return err
			}
			p.Phone = key.Seal(phone)
		}
		if ch.ExternalID != nil {
			if err := readable(*ch.ExternalID); err != nil {
				return err
			}
			p.ExternalID = strings.TrimSpace(*ch.ExternalID)
		}
		_, err = changePerson(ctx, tx, p)
		return err
	})
}

func (ch PersonChange) fields() (names []string) {
	for _, f := range []struct {
		name string
		sent *string
	}{{"name", ch.Name}, {"phone", ch.Phone}, {"externalId", ch.ExternalID}} {
		if f.sent != nil {
			names = append(names, f.name)
		}
	}
	return names
}

// ownAccount gives the caller's login, and the telephone masked.
func (s *Service) ownAccount(ctx context.Context, q db.Q, c Caller) (login, phone string, err error) {
	p, found, err := personSeen(ctx, q, c.County, sight{}, c.Person)
	if err != nil || !found {
		return "", "", err
	}
	key, err := s.Keys(c.County)
	if err != nil {
		return "", "", err
	}
	phone, err = key.Open(p.Phone)
	return p.Login, gm.MaskPhone(phone), err
}

// Leave ends a role in a body as EndService does. Where it was the last one there
// and the body has appointed them on open matters, the warning says on how many:
// nobody is kept in office for that, but somebody else must be appointed.
func (s *Service) Leave(ctx context.Context, by Caller, id, org, role string) (p PersonItem, warning *string, err error) {
	if err := s.EndService(ctx, by, by.County, id, org, role); err != nil {
		return p, nil, err
	}
	p, err = s.Person(ctx, by, id)
	for _, v := range p.Services {
		if v.Org.Code == org && v.Until == "" {
			return p, nil, err // still there in another role
		}
	}
	var appointed map[string]int64
	if err == nil {
		err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
			appointed, err = appointedBy(ctx, q, by.County, id)
			return err
		})
	}
	if n := appointed[org]; n > 0 {
		text := fmt.Sprintf("%s在这个机构还有 %d 件没办结的事项由他调解，请负责人另行指定调解员。", p.Name, n)
		warning = &text
	}
	return p, warning, errs.Wrap("count appointments", err)
}
