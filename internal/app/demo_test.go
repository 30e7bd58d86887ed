package app

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/config"
	"tiaojietai/internal/db"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/testkit"
)

var demoNow = time.Date(2026, 11, 2, 9, 0, 0, 0, testkit.Shanghai)

// demoTime is the clock of the filled template and its copies.
var demoTime = &Clock{}

// demoDir holds the master key that the template's secrets are sealed with.
var demoDir, _ = os.MkdirTemp("", "tjt-demo")

var demoTemplate = testkit.Template{Clock: demoTime.Now, Fill: func(ctx context.Context, d *db.DB) error {
	a, err := onDB(d)
	if err != nil {
		return err
	}
	demoTime.Stand(demoNow)
	if err := a.createCounty(ctx, true); err != nil {
		return err
	}
	return FillDemo(ctx, a, func(string, int, int) {})
}}

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(demoDir)
	os.Exit(code)
}

func onDB(d *db.DB) (*App, error) {
	master, err := gm.OpenMaster(demoDir)
	if err != nil {
		return nil, err
	}
	book, err := rulebook.NewBook(rulebook.Default())
	if err != nil {
		return nil, err
	}
	a := build(&config.Config{Data: demoDir}, Options{Version: "test"}, d, book, master)
	a.Clock = demoTime
	return a, nil
}

// demoApp is the filled county on the engine under test, its own copy.
func demoApp(t *testing.T) *App {
	t.Helper()
	d := demoTemplate.Open(t)
	a, err := onDB(d)
	if err != nil {
		t.Fatal(err)
	}
	demoTime.Stand(demoNow)
	return a
}

// signedIn is the caller behind a login of the demonstration.
func signedIn(t *testing.T, a *App, login string) account.Caller {
	t.Helper()
	in, err := a.Accounts.Login(t.Context(), "127.0.0.1", login, DemoPassword)
	if err != nil {
		t.Fatalf("login %s: %v", login, err)
	}
	c, err := a.Accounts.Authenticate(t.Context(), in.Token, false)
	if err != nil {
		t.Fatalf("login %s: %v", login, err)
	}
	return c
}

func TestTheDemonstrationCounty(t *testing.T) {
	a := demoApp(t)
	joint := signedIn(t, a, "joint")
	t.Run("2021: 2141 accepted, 2132 resolved, 9 ended, 99.58; 795 bodies, 3602 mediators", func(t *testing.T) {
		s, err := a.Stats.Summary(t.Context(), joint, "", "2021-01-01", "2021-12-31", "")
		if err != nil {
			t.Fatal(err)
		}
		if s.Accepted != 2141 || s.Resolved != 2132 || s.Ended != 9 || s.SuccessRate.Percent == nil || *s.SuccessRate.Percent != "99.58" ||
			s.Bodies != 795 || s.Mediators != 3602 {
			t.Fatalf("%+v", s)
		}
	})
	t.Run("at least ten in every status a dispute can have, on every list, at every level", func(t *testing.T) {
		for _, status := range []string{"registered", "accepted", "handling", "referred", "resolved", "ended", "declined", "withdrawn", "cleared"} {
			atLeast(t, a, joint, "status "+status, matter.Filter{Status: []string{status}, From: "2026-01-01", Kind: []string{"dispute"}}, 10)
		}
		for _, list := range []string{"justified", "explain", "relief", "byLaw"} {
			atLeast(t, a, joint, "list "+list, matter.Filter{List: []string{list}}, 2)
		}
		atLeast(t, a, joint, "petitions", matter.Filter{Kind: []string{"petition"}}, 20)
		everyLevel(t, a, joint)
	})
	t.Run("every login signs in, the administrators see no matter", func(t *testing.T) {
		for _, l := range DemoLogins {
			c := signedIn(t, a, l.Login)
			p, err := a.Matters.List(t.Context(), c, matter.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			if isAdmin := c.Admin != ""; isAdmin && p.Total != 0 {
				t.Fatalf("%s sees %d matters", l.Login, p.Total)
			}
		}
	})
	t.Run("the people who work there have something to do", func(t *testing.T) {
		for _, login := range []string{"group", "village", "village-lead", "town", "town-lead", "dept", "joint", "justice"} {
			todo, err := a.Matters.Todo(t.Context(), signedIn(t, a, login))
			if err != nil {
				t.Fatal(err)
			}
			n := int64(0)
			for _, g := range todo.Groups {
				n += g.Total
			}
			if n == 0 {
				t.Errorf("%s has an empty page", login)
			}
		}
	})
	t.Run("every chain verifies, no forbidden word stands anywhere", func(t *testing.T) {
		rep, err := a.Verify(t.Context())
		if err != nil || rep.Broken != nil || rep.Chains != 2441 {
			t.Fatalf("%+v %v %v", rep, rep.Broken, err)
		}
		noForbiddenWord(t, a)
	})
}

func atLeast(t *testing.T, a *App, c account.Caller, what string, f matter.Filter, n int64) {
	t.Helper()
	p, err := a.Matters.List(t.Context(), c, f)
	if err != nil || p.Total < n {
		t.Errorf("%s: %d, want at least %d (%v)", what, p.Total, n, err)
	}
}

func everyLevel(t *testing.T, a *App, c account.Caller) {
	t.Helper()
	seen := map[string]int{}
	for cursor := ""; ; {
		p, err := a.Matters.List(t.Context(), c, matter.Filter{From: "2026-01-01", Limit: 100, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range p.Items {
			seen[it.Holder.Level]++
		}
		if p.NextCursor == nil {
			break
		}
		cursor = *p.NextCursor
	}
	for _, level := range []string{"group", "village", "township", "county"} {
		if seen[level] < 10 {
			t.Errorf("level %s: %d", level, seen[level])
		}
	}
}

func noForbiddenWord(t *testing.T, a *App) {
	t.Helper()
	words := strings.Fields("稳控 截访 劝返 拦访 缠访 闹访 非访 重点人员 黑名单 息诉罢访")
	for table, columns := range map[string][]string{"matter": {"title", "description", "place", "resolve_note", "notice_note"},
		"timeline": {"text", "note"}, "matter_demand": {"text"}, "org": {"name"}} {
		for _, column := range columns {
			for _, w := range words {
				var n int
				q := "SELECT count(*) FROM " + table + " WHERE " + column + " LIKE $1"
				if err := a.DB.SQL().QueryRowContext(t.Context(), q, "%"+w+"%").Scan(&n); err != nil || n > 0 {
					t.Errorf("%s.%s: %d rows with %s (%v)", table, column, n, w, err)
				}
			}
		}
	}
}

// The same seed and now give the same county. Filling twice more is a long run:
// make soak.
func TestFillingTwiceGivesTheSameCounty(t *testing.T) {
	if testkit.Soak(0) == 0 {
		t.Skip("long: make soak")
	}
	var prints []string
	for range 2 {
		a, err := OpenDemo(t.Context(), &config.Config{Data: t.TempDir()}, Options{}, demoNow, func(string, int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := a.DB.SQL().QueryContext(t.Context(), `SELECT id, number, title, status, registered_at, chain FROM matter ORDER BY id`)
		if err != nil {
			t.Fatal(err)
		}
		var all [][]any
		for rows.Next() {
			r := make([]any, 6)
			if err := rows.Scan(&r[0], &r[1], &r[2], &r[3], &r[4], &r[5]); err != nil {
				t.Fatal(err)
			}
			all = append(all, r)
		}
		raw, _ := json.Marshal(all)
		prints = append(prints, gm.SM3(raw))
		_ = a.Close()
	}
	if !slices.Equal(prints[:1], prints[1:]) {
		t.Fatal("two fillings differ")
	}
}
