package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

func TestChangePassword(t *testing.T) {
	w := setUp(t)
	id, err := w.AddPerson(t.Context(), system, county, account.NewPerson{Name: "王五", Serves: []account.ServeIn{{Org: town, Role: account.Head}}})
	must(t, err)
	first, err := w.AddLogin(t.Context(), system, county, account.NewLogin{Person: id, Login: "wang"})
	must(t, err)
	in := w.login(t, "wang", first)
	change := func(old, fresh string) error { return w.ChangePassword(t.Context(), in.Caller, old, fresh) }
	t.Run("a first login must change it", func(t *testing.T) {
		if !in.Caller.MustChange {
			t.Error("need not")
		}
	})
	t.Run("the rules refuse, and say what is wrong", func(t *testing.T) {
		for fresh, word := range map[string]string{"Ab1-": "8", "abcdefgh1": "3", "Xx1-wang-22": "登录名", strings.Repeat("Aa1-", 40): "太长"} {
			err := change(first, fresh)
			if e := errs.As(err); e.Kind != errs.Invalid || !strings.Contains(e.Msg, word) || e.Fields[0].Field != "new" {
				t.Errorf("%s: %v", fresh, err)
			}
		}
		if err := change("wrong", "Good-pass-1"); errs.As(err).Fields[0].Field != "old" {
			t.Error(err)
		}
	})
	t.Run("a good one is taken, other sessions end, this one stays", func(t *testing.T) {
		other := w.login(t, "wang", first)
		must(t, change(first, "Good-pass-1"))
		_, err := w.Authenticate(t.Context(), other.Token, false)
		w.refusedWith(t, err, "notSignedIn")
		c, err := w.Authenticate(t.Context(), in.Token, false)
		if err != nil || c.MustChange {
			t.Errorf("%+v %v", c, err)
		}
	})
	t.Run("one of the last five is not taken again", func(t *testing.T) {
		must(t, change("Good-pass-1", "Good-pass-2"))
		for _, old := range []string{"Good-pass-1", "Good-pass-2"} {
			if err := change("Good-pass-2", old); !strings.Contains(errs.As(err).Msg, "用过") {
				t.Errorf("%s: %v", old, err)
			}
		}
	})
	t.Run("after ninety days it must be changed again", func(t *testing.T) {
		w.clock.Advance(91 * 24 * time.Hour)
		if in := w.login(t, "wang", "Good-pass-2"); !in.Caller.MustChange {
			t.Error("need not")
		}
	})
	t.Run("five wrong old ones lock the login", func(t *testing.T) {
		for range 5 {
			_ = change("wrong", "Good-pass-3")
		}
		w.refusedWith(t, change("Good-pass-2", "Good-pass-3"), "locked")
	})
	t.Run("an exempt login takes any and never expires", func(t *testing.T) {
		w.person(t, "demo-login", both()...)
		in := w.login(t, "demo-login", "demo")
		must(t, w.ChangePassword(t.Context(), in.Caller, "demo", "x"))
		must(t, w.ChangePassword(t.Context(), in.Caller, "x", "demo"))
		w.clock.Advance(400 * 24 * time.Hour)
		if in := w.login(t, "demo-login", "demo"); in.Caller.MustChange {
			t.Error("must change")
		}
	})
}

func TestAdministrators(t *testing.T) {
	w := setUp(t)
	zhang := w.person(t, "zhang", both()...)
	add := func(login, admin string) (string, error) {
		id, err := w.AddPerson(t.Context(), system, county, account.NewPerson{Name: "管理员"})
		must(t, err)
		_, err = w.AddLogin(t.Context(), system, county, account.NewLogin{Person: id, Login: login, Admin: admin, Password: "demo", Exempt: true})
		return id, err
	}
	t.Run("three kinds, acting for no body", func(t *testing.T) {
		for _, kind := range []string{account.System, account.Security, account.Auditor} {
			_, err := add(kind, kind)
			must(t, err)
			if c := w.login(t, kind, "demo").Caller; c.Admin != kind || c.Org != "" || len(c.Roles) != 0 {
				t.Errorf("%+v", c)
			}
		}
		_, err := add("boss", "all")
		if errs.As(err).Kind != errs.Invalid {
			t.Error(err)
		}
	})
	t.Run("an administrator never serves", func(t *testing.T) {
		c := w.login(t, "security", "demo").Caller
		err := w.Serve(t.Context(), system, county, c.Person, town, account.Mediator)
		w.refusedWith(t, err, "adminServes")
		if out := w.outcomes(t, "serve"); len(out) != 1 || out[0] != "refused:adminServes" {
			t.Error(out)
		}
	})
	t.Run("who serves is no administrator, and has one login", func(t *testing.T) {
		_, err := w.AddLogin(t.Context(), system, county, account.NewLogin{Person: zhang, Login: "zhang2", Admin: account.Auditor})
		w.refusedWith(t, err, "adminServes")
		_, err = w.AddLogin(t.Context(), system, county, account.NewLogin{Person: zhang, Login: "zhang2"})
		w.refusedWith(t, err, "hasLogin")
		_, err = add("zhang", "")
		if e := errs.As(err); e.Kind != errs.Invalid || e.Fields[0].Field != "login" {
			t.Error(err)
		}
	})
	t.Run("only the system administrator manages accounts", func(t *testing.T) {
		for _, login := range []string{"security", "auditor", "zhang"} {
			c := w.login(t, login, "demo").Caller
			_, err := w.Reset(t.Context(), c, "zhang")
			w.refusedWith(t, err, "notSystemAdmin")
			w.refusedWith(t, w.Serve(t.Context(), c, county, zhang, village, account.Head), "notSystemAdmin")
			_, err = w.AddPerson(t.Context(), c, county, account.NewPerson{Name: "某人"})
			w.refusedWith(t, err, "notSystemAdmin")
		}
		w.login(t, "zhang", "demo")
		_, err := w.Reset(t.Context(), w.login(t, "system", "demo").Caller, "zhang")
		must(t, err)
	})
}

func TestServing(t *testing.T) {
	w := setUp(t)
	zhang := w.person(t, "zhang", both()...)
	read := func() (all []account.Servant, counts map[string]account.Count) {
		must(t, w.d.Read(t.Context(), func(ctx context.Context, q db.Q) (err error) {
			if all, err = account.Serving(ctx, q, county, town); err != nil {
				return err
			}
			counts, err = account.HeadsAndMediators(ctx, q, county)
			return err
		}))
		return all, counts
	}
	t.Run("one row a person, with every role", func(t *testing.T) {
		all, counts := read()
		if len(all) != 1 || all[0].ID != zhang || len(all[0].Roles) != 2 {
			t.Errorf("%+v", all)
		}
		if counts[town] != (account.Count{Heads: 1, Mediators: 1}) || counts[village] != (account.Count{Mediators: 1}) {
			t.Errorf("%+v", counts)
		}
	})
	t.Run("an ended service is gone, and may begin again", func(t *testing.T) {
		must(t, w.EndService(t.Context(), system, county, zhang, town, account.Head))
		if all, _ := read(); len(all[0].Roles) != 1 {
			t.Errorf("%+v", all)
		}
		w.refusedWith(t, w.EndService(t.Context(), system, county, zhang, town, account.Head), "notFound")
		must(t, w.Serve(t.Context(), system, county, zhang, town, account.Head))
		if all, _ := read(); len(all[0].Roles) != 2 {
			t.Errorf("%+v", all)
		}
	})
	t.Run("nobody serves in the root area, in an unknown body or in another role", func(t *testing.T) {
		w.refusedWith(t, w.Serve(t.Context(), system, county, zhang, root, account.Head), "notABody")
		w.refusedWith(t, w.Serve(t.Context(), system, county, zhang, "999999", account.Head), "notFound")
		w.refusedWith(t, w.Serve(t.Context(), system, county, zhang, town, "boss"), "invalid")
		w.refusedWith(t, w.Serve(t.Context(), system, county, "nobody", town, account.Head), "notFound")
	})
	t.Run("the telephone is stored sealed", func(t *testing.T) {
		var phone string
		must(t, w.d.Read(t.Context(), func(ctx context.Context, q db.Q) error {
			_, err := db.Get(ctx, q, &phone, `SELECT phone FROM person WHERE id = $1`, zhang)
			return err
		}))
		if phone == "" || strings.Contains(phone, "13887800001") {
			t.Error(phone)
		}
	})
}

func TestResetAndLock(t *testing.T) {
	w := setUp(t)
	w.person(t, "zhang", both()...)
	t.Run("a reset ends sessions and unlocks, and must be changed", func(t *testing.T) {
		in := w.login(t, "zhang", "demo")
		for range 5 {
			_, _ = w.Login(t.Context(), "10.0.0.8", "zhang", "wrong")
		}
		fresh, err := w.Reset(t.Context(), system, "zhang")
		must(t, err)
		_, err = w.Authenticate(t.Context(), in.Token, false)
		w.refusedWith(t, err, "notSignedIn")
		if !w.login(t, "zhang", fresh).Caller.MustChange {
			t.Error("need not be changed")
		}
	})
	t.Run("a locked login ends sessions and tokens at once, and is opened again", func(t *testing.T) {
		fresh, err := w.Reset(t.Context(), system, "zhang")
		must(t, err)
		token, err := w.IssueToken(t.Context(), system, "zhang", village)
		must(t, err)
		must(t, w.Lock(t.Context(), system, "zhang", true))
		_, err = w.Authenticate(t.Context(), token, true)
		w.refusedWith(t, err, "notSignedIn")
		_, err = w.Login(t.Context(), "10.0.0.9", "zhang", fresh)
		w.refusedWith(t, err, "disabled")
		must(t, w.Lock(t.Context(), system, "zhang", false))
		w.login(t, "zhang", fresh)
	})
	t.Run("an unknown login is named", func(t *testing.T) {
		_, err := w.Reset(t.Context(), system, "nobody")
		w.refusedWith(t, err, "notFound")
	})
}

func TestTokens(t *testing.T) {
	w := setUp(t)
	w.person(t, "zhang", both()...)
	token, err := w.IssueToken(t.Context(), system, "zhang", village)
	must(t, err)
	t.Run("acts for the body it was issued for, without idling out", func(t *testing.T) {
		w.clock.Advance(20 * 24 * time.Hour)
		c, err := w.Authenticate(t.Context(), token, true)
		if err != nil || c.Org != village {
			t.Errorf("%+v %v", c, err)
		}
	})
	t.Run("is no cookie, and a cookie is no token", func(t *testing.T) {
		_, err := w.Authenticate(t.Context(), token, false)
		w.refusedWith(t, err, "notSignedIn")
		_, err = w.Authenticate(t.Context(), w.login(t, "zhang", "demo").Token, true)
		w.refusedWith(t, err, "notSignedIn")
	})
	t.Run("lives as long as a password may", func(t *testing.T) {
		w.clock.Advance(71 * 24 * time.Hour)
		_, err := w.Authenticate(t.Context(), token, true)
		w.refusedWith(t, err, "sessionExpired")
	})
	t.Run("only for a body the person serves in", func(t *testing.T) {
		_, err := w.IssueToken(t.Context(), system, "zhang", root)
		w.refusedWith(t, err, "notYourBody")
	})
}
