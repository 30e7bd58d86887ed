package account_test

import (
	"testing"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/testkit"
)

// The matrix of people: every verb × who asks × whose person, on both engines.
// What is refused changes nothing.

const (
	village2 = "532328101002"
	joint    = "532328000000099"
)

type people struct {
	*account.Service
	t   *testing.T
	d   *db.DB
	ids map[string]string // by body
}

func newPeople(t *testing.T, d *db.DB) *people {
	t.Helper()
	master, err := gm.OpenMaster(t.TempDir())
	must(t, err)
	keys := account.NewKeys(d, master)
	book, err := rulebook.NewBook(rulebook.Default())
	must(t, err)
	must(t, account.CreateCounty(t.Context(), d, keys, county, "元谋县", false))
	must(t, account.CreateCounty(t.Context(), d, keys, "530999", "邻县", false))
	p := &people{account.NewService(account.Deps{DB: d, Rules: func(string) *rulebook.Book { return book }, Keys: keys.Of}), t, d, map[string]string{}}
	w := &world{Service: p.Service, d: d}
	w.exec(t, `INSERT INTO org (county, code, name, short_name, level, kind, parent, path) VALUES
		($1, $2, '县', '县', 'county', 'area', '', '/'||$2||'/'), ($1, $3, '镇', '镇', 'township', 'townshipCentre', $2, '/'||$2||'/'||$3||'/'),
		($1, $4, '村', '村', 'village', 'villageRoom', $3, '/'||$2||'/'||$3||'/'||$4||'/'), ($1, $5, '邻村', '邻村', 'village', 'villageRoom', $3, '/'||$2||'/'||$3||'/'||$5||'/'),
		($1, $6, '联席办', '联席办', 'county', 'jointOffice', $2, '/'||$2||'/'||$6||'/')`, county, root, town, village, village2, joint)
	for _, body := range []string{town, village, village2, joint} {
		id, err := p.AddPerson(t.Context(), system, county, account.NewPerson{Name: "人" + body, Phone: "13887800001", Serves: []account.ServeIn{{Org: body, Role: account.Mediator}}})
		must(t, err)
		_, err = p.AddLogin(t.Context(), system, county, account.NewLogin{Person: id, Login: "p" + body, Password: "demo", Exempt: true})
		must(t, err)
		p.ids[body] = id
	}
	return p
}

func TestPeopleMatrix(t *testing.T) {
	testkit.EachAt(t, "2026-11-02 09:00", func(t *testing.T, d *db.DB, _ *testkit.Clock) {
		p := newPeople(t, d)
		as := func(org, kind string, roles ...string) account.Caller {
			return account.Caller{County: county, Person: "asker", Org: org, OrgKind: kind, Roles: roles}
		}
		admin := func(kind string) account.Caller { return account.Caller{County: county, Person: kind, Admin: kind} }
		foreign := as(town, "townshipCentre", account.Head)
		foreign.County = "530999"
		all := []string{town, village, village2, joint}
		for name, c := range map[string]struct {
			by   account.Caller
			sees []string
		}{
			"a township's head":       {as(town, "townshipCentre", account.Head), []string{town, village, village2}},
			"a village's head":        {as(village, "villageRoom", account.Head), []string{village}},
			"a village's mediator":    {as(village, "villageRoom", account.Mediator), []string{village}},
			"the joint office":        {as(joint, "jointOffice", account.Mediator), all},
			"no role":                 {as(village, "villageRoom"), nil},
			"another county":          {foreign, nil},
			"the system admin":        {admin(account.System), all},
			"the security admin":      {admin(account.Security), all},
			"the auditor":             {admin(account.Auditor), all},
			"nobody's body, no admin": {as("", ""), nil},
		} {
			t.Run(name, func(t *testing.T) { p.verbs(t, c.by, c.sees) })
		}
	})
}

// verbs tries everything as one caller.
func (p *people) verbs(t *testing.T, by account.Caller, sees []string) {
	ctx := t.Context()
	items, _, total, err := p.People(ctx, by, account.PeopleFilter{Limit: 100})
	if int(total) != len(sees) || len(items) != len(sees) || (err != nil) != (sees == nil && by.County == county) {
		t.Fatalf("sees %d of %d: %v", total, len(sees), err)
	}
	for _, it := range items {
		if (it.Login != nil) != (by.Admin != "") || it.Phone != "138****0001" {
			t.Fatalf("%+v", it)
		}
	}
	_, _, _, err = p.People(ctx, by, account.PeopleFilter{Limit: 10, State: "locked"})
	if (err == nil) != (by.Admin != "") {
		t.Fatalf("logins by state: %v", err)
	}
	rows := func() (n int) {
		for _, table := range []string{"person", "service", "account", "session"} {
			n += testkit.Count(t, p.d, table)
		}
		return n
	}
	for body, id := range p.ids {
		seen := false
		for _, s := range sees {
			seen = seen || s == body
		}
		if _, err := p.Person(ctx, by, id); (err == nil) != seen {
			t.Fatalf("person of %s: %v", body, err)
		}
		name := "新名"
		before := rows()
		for verb, step := range map[string]func() error{
			"change": func() error { return p.ChangePerson(ctx, by, id, account.PersonChange{Name: &name}) },
			"serve":  func() error { return p.Serve(ctx, by, by.County, id, body, account.Head) },
			"end":    func() error { _, _, err := p.Leave(ctx, by, id, body, account.Mediator); return err },
			"reset":  func() error { _, _, err := p.ResetPerson(ctx, by, id); return err },
			"open":   func() error { return p.LockPerson(ctx, by, id, false) },
			"add":    func() error { _, err := p.Admit(ctx, by, account.Added{Name: "生人"}); return err },
			"login": func() error {
				_, err := p.AddLogin(ctx, by, by.County, account.NewLogin{Person: id, Login: "zz"})
				return err
			},
		} {
			err := step()
			if by.Admin != account.System && (err == nil || errs.As(err).Kind == errs.Internal) {
				t.Fatalf("%s of %s: %v", verb, body, err)
			}
			if by.Admin == account.System && verb != "login" && err != nil && !errs.Is(err, "notFound") {
				t.Fatalf("%s of %s: %v", verb, body, err)
			}
		}
		if by.Admin != account.System && rows() != before {
			t.Fatalf("refused and %d rows written", rows()-before)
		}
		if by.Admin == account.System { // as it was, for the next
			must(t, p.Serve(ctx, system, county, id, body, account.Mediator))
		}
		for verb, c := range map[string]struct {
			err error
			may bool
		}{
			"close":       {p.LockPerson(ctx, by, id, true), by.Admin == account.System || by.Admin == account.Security},
			"endSessions": {p.EndSessions(ctx, by, id), by.Admin == account.Security},
		} {
			if (c.err == nil) != c.may {
				t.Fatalf("%s: %v", verb, c.err)
			}
		}
	}
	if _, err := p.Sessions(ctx, by); (err == nil) != (by.Admin == account.Security) {
		t.Fatalf("sessions: %v", err)
	}
	p.forgetAdded(t)
}

// forgetAdded takes away who the system administrator added, for the next caller.
func (p *people) forgetAdded(t *testing.T) {
	w := &world{Service: p.Service, d: p.d}
	w.exec(t, `DELETE FROM person WHERE county = $1 AND name = '生人'`, county)
}

func TestNobodyTouchesAnAdministratorsLogin(t *testing.T) {
	testkit.EachAt(t, "2026-11-02 09:00", func(t *testing.T, d *db.DB, _ *testkit.Clock) {
		p := newPeople(t, d)
		id, err := p.AddPerson(t.Context(), system, county, account.NewPerson{Name: "审计"})
		must(t, err)
		_, err = p.AddLogin(t.Context(), system, county, account.NewLogin{Person: id, Login: "auditor", Admin: account.Auditor})
		must(t, err)
		by := account.Caller{County: county, Person: "sys", Admin: account.System}
		_, _, err = p.ResetPerson(t.Context(), by, id)
		if !errs.Is(err, "adminLogin") {
			t.Fatal(err)
		}
		if err := p.LockPerson(t.Context(), by, id, true); !errs.Is(err, "adminLogin") {
			t.Fatal(err)
		}
	})
}
