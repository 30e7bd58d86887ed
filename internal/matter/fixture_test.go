package matter

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/testkit"
	"tiaojietai/internal/workday"
)

// The small county of the tests: two townships, with villages and groups below
// the first, two departments, and the offices. Bodies of every kind the rulebook
// has, three people in each: ann and ben mediators, lee head and mediator.
const (
	county = "532328"
	root   = "532328000000"
	group1 = "532328101001001"
	group2 = "532328101001002"
	vill1  = "532328101001"
	vill2  = "532328101002"
	town1  = "532328101000"
	town2  = "532328103000"
	vill3  = "532328103001"
	gov1   = "532328101900"
	dept1  = "532328000000002"
	dept2  = "532328000000003"
	petRm  = "532328000000001"
	court  = "532328000000030"
	just   = "532328000000031"
	joint  = "532328000000032"
	count  = "532328000000033"
	disc   = "532328000000034"
)

type fixture struct {
	t    testing.TB
	s    *Service
	rb   *rulebook.Rulebook
	tree *org.Tree
	now  *testkit.Clock
	keys *account.Keys
}

func newFixture(t testing.TB, d *db.DB, now *testkit.Clock, rb *rulebook.Rulebook) *fixture {
	t.Helper()
	ctx := context.Background()
	book, err := rulebook.NewBook(rb)
	check(t, err)
	master, err := gm.OpenMaster(t.TempDir())
	check(t, err)
	keys := account.NewKeys(d, master)
	check(t, account.CreateCounty(ctx, d, keys, county, "元谋县", true))
	rules := func(string) *rulebook.Book { return book }
	orgs := org.NewService(org.Deps{DB: d, Rules: rules, Keys: keys.Of})
	people := account.NewService(account.Deps{DB: d, Rules: rules, Keys: keys.Of})
	check(t, orgs.AddAll(ctx, account.Caller{County: county}, county, testBodies(rb)))
	tree, err := orgs.Tree(ctx, county)
	check(t, err)
	var all []account.NewPerson
	for _, o := range tree.All() {
		if !o.IsBody() {
			continue
		}
		for _, p := range []string{"ann", "ben", "lee"} {
			np := account.NewPerson{ID: o.Code + p, Name: o.ShortName + p, Serves: []account.ServeIn{{Org: o.Code, Role: "mediator", Since: "2020-01-01"}}}
			if p == "lee" {
				np.Serves = append(np.Serves, account.ServeIn{Org: o.Code, Role: "head", Since: "2020-01-01"})
			}
			all = append(all, np)
		}
	}
	check(t, people.AddPeople(ctx, account.Caller{County: county}, county, all))
	maySignIn(t, d, all)
	s := New(Deps{DB: d, Orgs: orgs, Rules: rules, Keys: keys.Of, Calendar: func(string) *workday.Calendar { return workday.Embedded() }})
	return &fixture{t: t, s: s, rb: rb, tree: tree, now: now, keys: keys}
}

// maySignIn gives people logins without a password: whoever has none is told nothing.
func maySignIn(t testing.TB, d *db.DB, people []account.NewPerson) {
	t.Helper()
	type row struct {
		County   string `db:"county"`
		Person   string `db:"person"`
		Login    string `db:"login"`
		Password string `db:"password"`
	}
	var rows []row
	for _, p := range people {
		rows = append(rows, row{county, p.ID, p.ID, ""})
	}
	check(t, d.Write(context.Background(), county, func(ctx context.Context, tx *db.Tx) error { return db.Insert(ctx, tx, "account", rows...) }))
}

func testBodies(rb *rulebook.Rulebook) []org.New {
	all := []org.New{{Code: root, Name: "元谋县", Kind: org.KindArea, OpenedOn: "2019-01-01"}}
	add := func(code, name, kind, parent string) {
		if _, ok := rb.Kind(kind); ok {
			all = append(all, org.New{Code: code, Name: name, ShortName: name, Kind: kind, Parent: parent, OpenedOn: "2019-01-01"})
		}
	}
	add(town1, "元马镇", "townshipCentre", root)
	add(town2, "黄瓜园镇", "townshipCentre", root)
	add(vill1, "马街", "villageRoom", town1)
	add(vill2, "环城", "villageRoom", town1)
	add(vill3, "牛街", "villageRoom", town2)
	add(group1, "一组", "groupStation", vill1)
	add(group2, "二组", "groupStation", vill1)
	add(gov1, "元马镇政府", "townshipGovernment", root)
	add(dept1, "自然资源局", "departmentRoom", root)
	add(dept2, "水务局", "departmentRoom", root)
	add(petRm, "信访局", "petitionRoom", root)
	add(court, "法院", "courtCentre", root)
	add(just, "司法局", "justiceBureau", root)
	add(joint, "联席办", "jointOffice", root)
	add(count, "综治中心", "counter", root)
	add(disc, "纪委监委", "discipline", root)
	// the same places under the rulebook of three levels
	add(town1, "清河街道", "streetCommittee", root)
	add(town2, "东街街道", "streetCommittee", root)
	add(vill1, "马街村", "villageCommittee", town1)
	add(vill2, "环城村", "villageCommittee", town1)
	add(vill3, "牛街村", "villageCommittee", town2)
	add(dept1, "劳动调委会", "sectorCommittee", root)
	add(dept2, "医疗调委会", "sectorCommittee", root)
	add(court, "人民法庭", "tribunal", root)
	add(just, "县司法局", "justice", root)
	add(joint, "县平安办", "leadingOffice", root)
	return all
}

func threeLevel(t testing.TB) *rulebook.Rulebook {
	t.Helper()
	raw, err := os.ReadFile("../rulebook/testdata/threelevel.yaml")
	check(t, err)
	rb, err := rulebook.Parse("threelevel.yaml", raw)
	check(t, err)
	return rb
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// as is a person of a body: ann, ben or lee.
func (f *fixture) as(body, who string) account.Caller {
	o, ok := f.tree.Get(body)
	if !ok {
		f.t.Fatalf("no body %s", body)
	}
	c := account.Caller{County: county, Person: body + who, Name: o.ShortName + who, Org: body, OrgLevel: o.Level, OrgKind: o.Kind, Roles: []string{"mediator"}}
	if who == "lee" {
		c.Roles = []string{"head", "mediator"}
	}
	return c
}

func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

type m = map[string]any

func quarrel(title string) m {
	return m{"title": title, "category": "neighbourhood", "place": m{"text": "村东老槐树旁"}, "amountFen": 120000,
		"demands": []m{{"text": "恢复原水沟走向"}},
		"parties": []m{{"role": "applicant", "name": "李国华", "phone": "10008780001", "idNumber": "532328196501010019"}, {"role": "respondent", "name": "普文才"}}}
}

func (f *fixture) register(c account.Caller, v any) View {
	f.t.Helper()
	out, err := f.s.Register(context.Background(), c, raw(v), db.Operation{})
	check(f.t, err)
	return out
}

// do acts with the version last seen and fails the test when refused.
func (f *fixture) do(v View, c account.Caller, action string, input any) View {
	f.t.Helper()
	out, err := f.try(v, c, action, input)
	if err != nil {
		f.t.Fatalf("%s by %s: %v", action, c.Name, err)
	}
	return out
}

func (f *fixture) try(v View, c account.Caller, action string, input any) (View, error) {
	if input == nil {
		input = m{}
	}
	return f.s.Act(context.Background(), c, v.ID, action, v.Version, raw(input), db.Operation{})
}

// refused acts and wants the refusal's code; nothing but an audit row is written.
func (f *fixture) refused(v View, c account.Caller, action string, input any, kind errs.Kind, code string) {
	f.t.Helper()
	tables := []string{"matter", "timeline", "matter_reach", "matter_attempt", "matter_deadline", "matter_undo", "number_series", "notice", "matter_opinion"}
	before := map[string]int{}
	for _, table := range tables {
		before[table] = testkit.Count(f.t, f.s.DB, table)
	}
	rows := testkit.Count(f.t, f.s.DB, "audit_row")
	_, err := f.try(v, c, action, input)
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Code != code {
		f.t.Fatalf("%s by %s: got %v, want %s/%s", action, c.Name, err, kind, code)
	}
	for _, table := range tables {
		if n := testkit.Count(f.t, f.s.DB, table); n != before[table] {
			f.t.Fatalf("%s: refused %s changed %s from %d to %d rows", code, action, table, before[table], n)
		}
	}
	if n := testkit.Count(f.t, f.s.DB, "audit_row"); n != rows+1 {
		f.t.Fatalf("refused %s left %d audit rows", action, n-rows)
	}
}

func (f *fixture) today(hours int) string {
	return f.now.Now().Add(time.Duration(hours) * time.Hour).In(workday.Zone).Format(time.RFC3339)
}

// consented brings a registered matter through acceptance, appointment of ann and
// everybody's consent.
func (f *fixture) consented(v View, body string) View {
	f.t.Helper()
	ann := f.as(body, "ann")
	v = f.do(v, ann, "accept", nil)
	v = f.do(v, ann, "appoint", m{"mediators": []string{ann.Person}})
	for _, p := range v.Parties {
		v = f.do(v, ann, "consent", m{"party": p.ID, "given": true})
	}
	return v
}

func attempt(f *fixture, outcome string) m {
	return m{"heldAt": f.today(0), "outcome": outcome, "notice": true, "badge": true, "note": "两家当面说了，量了水沟。"}
}

// world runs fn on each engine with a fresh fixture.
func onEngines(t *testing.T, fn func(f *fixture)) {
	t.Helper()
	testkit.EachAt(t, "2026-11-02 09:00", func(t *testing.T, d *db.DB, now *testkit.Clock) {
		fn(newFixture(t, d, now, rulebook.Default()))
	})
}
