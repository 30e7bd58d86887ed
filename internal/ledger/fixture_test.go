package ledger

import (
	"context"
	"encoding/csv"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/job"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/sheet"
	"tiaojietai/internal/stats"
	"tiaojietai/internal/testkit"
	"tiaojietai/internal/workday"
)

const (
	county   = "532328"
	root     = "532328000000"
	township = "532328101000"
	petition = "532328000000028"
	joint    = "532328000000032"
)

// fixture is a county with the townships and villages of the real one, two people
// in each, and the services that importing stands on.
type fixture struct {
	t       *testing.T
	s       *Service
	now     *testkit.Clock
	jobs    *job.Runner
	matters *matter.Service
	people  *account.Service
	orgs    *org.Service
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func each(t *testing.T, fn func(t *testing.T, f *fixture)) {
	t.Helper()
	testkit.EachAt(t, "2026-11-02 09:00", func(t *testing.T, d *db.DB, now *testkit.Clock) { fn(t, newFixture(t, d, now)) })
}

func newFixture(t *testing.T, d *db.DB, now *testkit.Clock) *fixture {
	t.Helper()
	ctx := context.Background()
	book, err := rulebook.NewBook(rulebook.Default())
	check(t, err)
	master, err := gm.OpenMaster(t.TempDir())
	check(t, err)
	keys := account.NewKeys(d, master)
	check(t, account.CreateCounty(ctx, d, keys, county, "元谋县", true))
	rules := func(string) *rulebook.Book { return book }
	f := &fixture{t: t, now: now}
	f.orgs = org.NewService(org.Deps{DB: d, Rules: rules, Keys: keys.Of})
	f.people = account.NewService(account.Deps{DB: d, Rules: rules, Keys: keys.Of})
	f.matters = matter.New(matter.Deps{DB: d, Orgs: f.orgs, Rules: rules, Keys: keys.Of, Calendar: func(string) *workday.Calendar { return workday.Embedded() }})
	figures := stats.NewService(stats.Deps{DB: d, Orgs: f.orgs, Rules: rules})
	f.s = New(Deps{DB: d, Dir: t.TempDir(), Orgs: f.orgs, People: f.people, Matters: f.matters, Stats: figures, Rules: rules, Keys: keys.Of, Limits: sheet.DefaultLimits})
	f.jobs = job.NewRunner(d, func(context.Context) ([]string, error) { return []string{county}, nil }, slog.New(slog.DiscardHandler))
	f.jobs.HandleLong(JobKind, f.s.Do)
	f.fill()
	return f
}

func (f *fixture) fill() {
	all := []org.New{{Code: root, Name: "元谋县", Kind: org.KindArea},
		{Code: petition, Name: "县信访局", Kind: "petitionRoom", Parent: root}, {Code: joint, Name: "联席会议办公室", Kind: "jointOffice", Parent: root}}
	file, err := os.Open("../app/data/yuanmou-divisions.csv")
	check(f.t, err)
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	check(f.t, err)
	for _, r := range rows[2:] {
		switch {
		case r[3] == root:
			all = append(all, org.New{Code: r[0], Name: r[1], Kind: "townshipCentre", Parent: root})
		case strings.HasPrefix(r[0], "532328101") || strings.HasPrefix(r[0], "532328103"):
			all = append(all, org.New{Code: r[0], Name: r[1], Kind: "villageRoom", Parent: r[3]})
		}
	}
	check(f.t, f.orgs.AddAll(f.t.Context(), account.Caller{}, county, all))
	var people []account.NewPerson
	for _, o := range all[1:] {
		for _, who := range []string{"ann", "lee"} {
			p := account.NewPerson{ID: o.Code + who, Name: o.Name + who, Serves: []account.ServeIn{{Org: o.Code, Role: account.Mediator}}}
			if who == "lee" {
				p.Serves = append(p.Serves, account.ServeIn{Org: o.Code, Role: account.Head})
			}
			people = append(people, p)
		}
	}
	check(f.t, f.people.AddPeople(f.t.Context(), account.Caller{}, county, people))
}

// as is a person of a body: ann mediates, lee is the head.
func (f *fixture) as(body, who string) account.Caller {
	tree, err := f.orgs.Tree(f.t.Context(), county)
	check(f.t, err)
	o, ok := tree.Get(body)
	if !ok {
		f.t.Fatalf("no body %s", body)
	}
	c := account.Caller{County: county, Person: body + who, Name: o.Name + who, Org: body, OrgLevel: o.Level, OrgKind: o.Kind, Roles: []string{account.Mediator}}
	if who == "lee" {
		c.Roles = []string{account.Head, account.Mediator}
	}
	return c
}

func (f *fixture) admin() account.Caller {
	return account.Caller{County: county, Person: "admin", Name: "系统管理员", Admin: account.System}
}

// start sends a file.
func (f *fixture) start(c account.Caller, kind, path string) (Import, error) {
	f.t.Helper()
	file, err := os.Open(path)
	check(f.t, err)
	defer func() { _ = file.Close() }()
	return f.s.Start(f.t.Context(), c, kind, filepath.Base(path), file, db.Operation{})
}

func (f *fixture) started(c account.Caller, kind, path string) Import {
	f.t.Helper()
	v, err := f.start(c, kind, path)
	check(f.t, err)
	return v
}

// file writes a table as a file.
func (f *fixture) file(name, text string) string {
	path := filepath.Join(f.t.TempDir(), name)
	check(f.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

type step func(context.Context, account.Caller, string) (Import, error)

// done does a step and its job.
func (f *fixture) done(c account.Caller, id string, do step) Import {
	f.t.Helper()
	_, err := do(f.t.Context(), c, id)
	check(f.t, err)
	return f.waited(c, id)
}

func (f *fixture) waited(c account.Caller, id string) Import {
	f.t.Helper()
	key, err := f.s.Key(f.t.Context(), c, id)
	check(f.t, err)
	check(f.t, f.jobs.Finish(f.t.Context(), county, JobKind, key))
	v, err := f.s.Get(f.t.Context(), c, id)
	check(f.t, err)
	return v
}

func (f *fixture) undone(c account.Caller, id string) Import {
	f.t.Helper()
	return f.done(c, id, func(ctx context.Context, c account.Caller, id string) (Import, error) {
		return f.s.Undo(ctx, c, id, "传错了文件")
	})
}

func refused(t testing.TB, err error, kind errs.Kind, code string) {
	t.Helper()
	e := errs.As(err)
	if err == nil || e.Kind != kind || e.Code != code {
		t.Fatalf("got %v, want %s/%s", err, kind, code)
	}
}

// list gives all matters a body sees.
func (f *fixture) list(c account.Caller, filter matter.Filter) []matter.RowView {
	f.t.Helper()
	filter.Limit = 100
	p, err := f.matters.List(f.t.Context(), c, filter)
	check(f.t, err)
	return p.Items
}

func (f *fixture) view(c account.Caller, id string) matter.View {
	f.t.Helper()
	v, err := f.matters.View(f.t.Context(), c, id)
	check(f.t, err)
	return v
}

// titled finds the one matter whose description begins so.
func (f *fixture) titled(c account.Caller, holder, status string) matter.View {
	f.t.Helper()
	rows := f.list(c, matter.Filter{Holder: []string{holder}, Status: []string{status}})
	if len(rows) == 0 {
		f.t.Fatalf("nothing %s at %s", status, holder)
	}
	slices.SortFunc(rows, func(a, b matter.RowView) int { return strings.Compare(a.Number, b.Number) })
	return f.view(c, rows[0].ID)
}
