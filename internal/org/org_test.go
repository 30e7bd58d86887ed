package org_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/testkit"
)

const (
	county  = "532328"
	root    = "532328000000"
	joint   = "532328000000001"
	dept    = "532328000000002"
	town    = "532328101000"
	gov     = "532328101000900"
	village = "532328101001"
	group   = "532328101001001"
)

var system = account.Caller{}

type world struct {
	*org.Service
	d     *db.DB
	keys  *account.Keys
	rules func(string) *rulebook.Book
	clock *testkit.Clock
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func setUp(t *testing.T) *world {
	t.Helper()
	clock := testkit.At("2026-11-02 09:00")
	d := testkit.Open(t, clock)
	master, err := gm.OpenMaster(t.TempDir())
	must(t, err)
	keys := account.NewKeys(d, master)
	must(t, account.CreateCounty(t.Context(), d, keys, county, "元谋县", false))
	book, err := rulebook.NewBook(rulebook.Default())
	must(t, err)
	rules := func(string) *rulebook.Book { return book }
	w := &world{org.NewService(org.Deps{DB: d, Rules: rules, Keys: keys.Of}), d, keys, rules, clock}
	must(t, w.AddAll(t.Context(), system, county, []org.New{
		{Code: root, Name: "元谋县", Kind: org.KindArea},
		{Code: joint, Name: "元谋县联席会议办公室", Kind: "jointOffice", Parent: root},
		{Code: dept, Name: "县自然资源局调解室", ShortName: "自然资源局", Kind: "departmentRoom", Parent: root, Aliases: []string{"国土局"}},
		{Code: town, Name: "元马镇调解工作中心", ShortName: "元马镇", Kind: "townshipCentre", Parent: root, Population: 48000, PopulationNote: "编的"},
		{Code: gov, Name: "元马镇人民政府", Kind: "townshipGovernment", Parent: town},
		{Code: village, Name: "马街社区调解工作室", ShortName: "马街", Kind: "villageRoom", Parent: town},
		{Code: group, Name: "马街社区第一小组调解工作站", ShortName: "马街一组", Kind: "groupStation", Parent: village},
	}))
	return w
}

func (w *world) tree(t *testing.T) *org.Tree {
	t.Helper()
	tree, err := w.Tree(t.Context(), county)
	must(t, err)
	return tree
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	if !errs.Is(err, code) {
		t.Fatalf("want %s, got %v", code, err)
	}
}

func TestTree(t *testing.T) {
	tree := setUp(t).tree(t)
	t.Run("ancestors are bodies, the nearest first; the root is none", func(t *testing.T) {
		if a := tree.Ancestors(group); !slices.Equal(a, []string{village, town}) {
			t.Error(a)
		}
		if a := tree.Ancestors(dept); len(a) != 0 {
			t.Error(a)
		}
	})
	t.Run("above is the parent body, for township and county bodies the joint office", func(t *testing.T) {
		for code, want := range map[string]string{group: village, village: town, town: joint, gov: joint, dept: joint, joint: joint, "1": ""} {
			if got := tree.Above(code); got != want {
				t.Errorf("above %s: %s, not %s", code, got, want)
			}
		}
	})
	t.Run("a station acts under its village's seal, others under their own", func(t *testing.T) {
		if s := tree.Sealed(group); s.Code != village || s.NumberWord != "马街" {
			t.Errorf("%+v", s)
		}
		if s := tree.Sealed(town); s.Code != town {
			t.Errorf("%+v", s)
		}
	})
	t.Run("everything is under the root, and a thing under itself", func(t *testing.T) {
		for _, o := range tree.All() {
			if !tree.IsUnder(o.Code, root) || !tree.IsUnder(o.Code, o.Code) {
				t.Error(o.Code)
			}
		}
		if !tree.IsUnder(group, town) || tree.IsUnder(town, group) || tree.IsUnder(dept, town) || tree.IsUnder("1", root) || tree.IsUnder(group, "") {
			t.Error("wrong")
		}
	})
	t.Run("the ancestor at a level", func(t *testing.T) {
		for _, c := range [][3]string{{group, "village", village}, {group, "township", town}, {town, "township", town}, {group, "county", ""}, {dept, "county", dept}} {
			if got := tree.Up(c[0], c[1]); got != c[2] {
				t.Errorf("%v: %s", c, got)
			}
		}
	})
	t.Run("found by name, short name and alias", func(t *testing.T) {
		for _, word := range []string{dept, "自然资源局", "国土局", "县自然资源局调解室"} {
			if o, ok := tree.Find(word); !ok || o.Code != dept {
				t.Error(word)
			}
		}
		if _, ok := tree.Find("没有的局"); ok {
			t.Error("found")
		}
	})
	t.Run("level and path follow from kind and parent", func(t *testing.T) {
		o, _ := tree.Get(group)
		if o.Level != "group" || o.Path != "/"+root+"/"+town+"/"+village+"/"+group+"/" {
			t.Errorf("%+v", o)
		}
	})
}

func TestTreeIsFresh(t *testing.T) {
	w := setUp(t)
	other := org.NewService(org.Deps{DB: w.d, Rules: w.rules, Keys: w.keys.Of}) // as another process
	_, err := other.Tree(t.Context(), county)
	must(t, err)
	name := "马街"
	t.Run("own writes show at once", func(t *testing.T) {
		w.tree(t)
		must(t, w.Change(t.Context(), system, county, village, org.Change{ShortName: &name}))
		name = "新马街"
		must(t, w.Change(t.Context(), system, county, village, org.Change{ShortName: &name}))
		if o, _ := w.tree(t).Get(village); o.ShortName != name {
			t.Error(o.ShortName)
		}
	})
	t.Run("another process's show within five seconds and a little", func(t *testing.T) {
		for deadline := time.Now().Add(7 * time.Second); ; time.Sleep(200 * time.Millisecond) {
			tree, err := other.Tree(t.Context(), county)
			must(t, err)
			if o, _ := tree.Get(village); o.ShortName == name {
				return
			}
			if time.Now().After(deadline) {
				t.Fatal("still the old one")
			}
		}
	})
	t.Run("inside a batch it shows what the batch wrote", func(t *testing.T) {
		undo := errors.New("undo")
		err := w.d.Batch(t.Context(), func(ctx context.Context) error {
			if err := w.Add(ctx, system, county, org.New{Code: "532328101002", Name: "某村", Kind: "villageRoom", Parent: town}); err != nil {
				return err
			}
			tree, err := w.Tree(ctx, county)
			if err != nil {
				return err
			}
			if _, ok := tree.Get("532328101002"); !ok {
				t.Error("not there")
			}
			return undo
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
	})
	t.Run("inside a transaction it gives what is kept", func(t *testing.T) {
		w.tree(t)
		must(t, w.d.Write(t.Context(), county, func(ctx context.Context, _ *db.Tx) error {
			_, err := w.Tree(ctx, county)
			return err
		}))
	})
}

func TestAdd(t *testing.T) {
	w := setUp(t)
	before := testkit.Count(t, w.d, "org")
	cases := []struct {
		name, field string
		n           org.New
	}{
		{"a code that is used", "code", org.New{Code: village, Name: "某村", Kind: "villageRoom", Parent: town}},
		{"a code of letters", "code", org.New{Code: "53232810100X", Name: "某村", Kind: "villageRoom", Parent: town}},
		{"no name", "name", org.New{Code: "532328101002", Name: " ", Kind: "villageRoom", Parent: town}},
		{"an unknown kind", "kind", org.New{Code: "532328101002", Name: "某村", Kind: "office", Parent: town}},
		{"an unknown parent", "parent", org.New{Code: "532328101002", Name: "某村", Kind: "villageRoom", Parent: "532328199000"}},
		{"a township under a village", "parent", org.New{Code: "532328102000", Name: "某镇", Kind: "townshipCentre", Parent: village}},
		{"a second root", "kind", org.New{Code: "532329000000", Name: "某县", Kind: org.KindArea}},
		{"a seal of one who holds none", "sealBody", org.New{Code: "532328101002", Name: "某村", Kind: "villageRoom", Parent: town, SealBody: gov}},
		{"a day that is none", "openedOn", org.New{Code: "532328101002", Name: "某村", Kind: "villageRoom", Parent: town, OpenedOn: "去年"}},
		{"closed before it opened", "closedOn", org.New{Code: "532328101002", Name: "某村", Kind: "villageRoom", Parent: town, OpenedOn: "2026-02-01", ClosedOn: "2026-01-01"}},
	}
	for _, c := range cases {
		t.Run(c.name+" is refused and named", func(t *testing.T) {
			err := w.AddAll(t.Context(), system, county, []org.New{
				{Code: "532328101009", Name: "好村", Kind: "villageRoom", Parent: town}, c.n})
			e := errs.As(err)
			if e.Kind != errs.Invalid || e.Fields[0].Field != c.field {
				t.Errorf("%v", err)
			}
			if n := testkit.Count(t, w.d, "org"); n != before {
				t.Errorf("%d bodies written", n-before)
			}
		})
	}
	t.Run("only the system administrator adds, and a refusal is audited", func(t *testing.T) {
		rows := testkit.Count(t, w.d, "audit_row")
		err := w.Add(t.Context(), account.Caller{County: county, Person: "p", Org: town, Roles: []string{account.Head}}, county,
			org.New{Code: "532328101002", Name: "某村", Kind: "villageRoom", Parent: town})
		refused(t, err, "notSystemAdmin")
		if testkit.Count(t, w.d, "org") != before || testkit.Count(t, w.d, "audit_row") != rows+1 {
			t.Error("written, or not audited")
		}
	})
}

func TestChange(t *testing.T) {
	w := setUp(t)
	o, _ := w.tree(t).Get(village)
	pop, name := int64(1200), "马街社区人民调解工作室"
	t.Run("writes what is given, with a new version", func(t *testing.T) {
		must(t, w.Change(t.Context(), system, county, village, org.Change{Version: o.Version, Population: &pop, Name: &name, Aliases: &[]string{"马街村", "马街村", " "}}))
		now, _ := w.tree(t).Get(village)
		if now.Population != pop || now.Name != name || now.Version != o.Version+1 || now.ShortName != "马街" {
			t.Errorf("%+v", now)
		}
		if a := w.tree(t).AliasesOf(village); !slices.Equal(a, []string{"马街村"}) {
			t.Error(a)
		}
	})
	t.Run("an older version is stale", func(t *testing.T) {
		refused(t, w.Change(t.Context(), system, county, village, org.Change{Version: o.Version, Population: &pop}), "stale")
	})
	t.Run("an unknown body is not found", func(t *testing.T) {
		refused(t, w.Change(t.Context(), system, county, "999999", org.Change{Population: &pop}), "notFound")
	})
	t.Run("the audit names the fields, never the values", func(t *testing.T) {
		var fields string
		must(t, w.d.Read(t.Context(), func(ctx context.Context, q db.Q) error {
			_, err := db.Get(ctx, q, &fields, `SELECT fields FROM audit_row WHERE verb = 'changeOrg' AND outcome = 'ok' ORDER BY id DESC LIMIT 1`)
			return err
		}))
		if fields != "name,population,aliases" {
			t.Error(fields)
		}
	})
}

func TestClose(t *testing.T) {
	w := setUp(t)
	closeIt := func(code, on string) error { return w.Close(t.Context(), system, county, code, on) }
	t.Run("not while bodies below are open", func(t *testing.T) {
		refused(t, closeIt(village, "2026-12-01"), "openChildren")
	})
	t.Run("not the county", func(t *testing.T) {
		refused(t, closeIt(root, "2026-12-01"), "rootStays")
	})
	t.Run("not while it holds a matter or one waits for it", func(t *testing.T) {
		for _, mode := range []string{"hold", "pending"} {
			w.reach(t, mode, "handling")
			refused(t, closeIt(group, "2026-12-01"), "openMatters")
			w.reach(t, mode, "cleared")
		}
		w.reach(t, "read", "handling")
	})
	t.Run("then it is open until the day before", func(t *testing.T) {
		w.reach(t, "hold", "cleared")
		must(t, closeIt(group, "2026-12-01"))
		tree := w.tree(t)
		if !tree.OpenOn(group, "2026-11-30") || tree.OpenOn(group, "2026-12-01") {
			t.Error("wrong day")
		}
		must(t, closeIt(village, "2026-12-01"))
	})
	t.Run("and its closing does not change again", func(t *testing.T) {
		refused(t, closeIt(group, "2027-01-01"), "closedBody")
		refused(t, closeIt(group, ""), "closedBody")
	})
}

// reach lets the group reach the one matter in a mode.
func (w *world) reach(t *testing.T, mode, status string) {
	t.Helper()
	must(t, w.d.Write(t.Context(), county, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM matter_reach`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM matter`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO matter (county, id, kind, status, title, registrant, holder, version)
			VALUES ($1, 'm', 'dispute', $2, '水沟', $3, $3, 1)`, county, status, group); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO matter_reach (county, org, matter, mode, kind, status, registered_at, next_due)
			VALUES ($1, $2, 'm', $3, 'dispute', $4, 0, 0)`, county, group, mode, status)
		return err
	}))
}
