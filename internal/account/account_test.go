package account_test

import (
	"context"
	"strings"
	"sync"
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

const county = "532328"

// Bodies of the little county the tests live in.
const (
	root    = "532328000000"
	town    = "532328101000"
	village = "532328101001"
)

type world struct {
	*account.Service
	d     *db.DB
	orgs  *org.Service
	clock *testkit.Clock
}

var system = account.Caller{}

// setUp makes a county with a township and a village, and 张三 (zhang), mediator
// and head in both.
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
	w := &world{account.NewService(account.Deps{DB: d, Rules: rules, Keys: keys.Of}), d,
		org.NewService(org.Deps{DB: d, Rules: rules, Keys: keys.Of}), clock}
	must(t, w.orgs.AddAll(t.Context(), system, county, []org.New{
		{Code: root, Name: "元谋县", Kind: org.KindArea},
		{Code: town, Name: "元马镇调解工作中心", ShortName: "元马镇", Kind: "townshipCentre", Parent: root},
		{Code: village, Name: "马街社区调解工作室", ShortName: "马街", Kind: "villageRoom", Parent: town},
	}))
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// person adds somebody with a login whose password is "demo".
func (w *world) person(t *testing.T, login string, serves ...account.ServeIn) string {
	t.Helper()
	id, err := w.AddPerson(t.Context(), system, county, account.NewPerson{Name: "张三", Phone: "13887800001", Serves: serves})
	must(t, err)
	_, err = w.AddLogin(t.Context(), system, county, account.NewLogin{Person: id, Login: login, Password: "demo", Exempt: true})
	must(t, err)
	return id
}

func both() []account.ServeIn {
	return []account.ServeIn{{Org: village, Role: account.Mediator}, {Org: town, Role: account.Mediator}, {Org: town, Role: account.Head}}
}

func (w *world) login(t *testing.T, name, password string) account.SignedIn {
	t.Helper()
	in, err := w.Login(t.Context(), "10.0.0.1", name, password)
	must(t, err)
	return in
}

// refusedWith checks the code of a refusal and that a last audit row says so.
func (w *world) refusedWith(t *testing.T, err error, code string) {
	t.Helper()
	if !errs.Is(err, code) {
		t.Fatalf("want %s, got %v", code, err)
	}
}

func (w *world) outcomes(t *testing.T, verb string) (all []string) {
	t.Helper()
	must(t, w.d.Read(t.Context(), func(ctx context.Context, q db.Q) error {
		return db.Select(ctx, q, &all, `SELECT outcome FROM audit_row WHERE county = $1 AND verb = $2 ORDER BY id`, county, verb)
	}))
	return all
}

func TestLogin(t *testing.T) {
	w := setUp(t)
	w.person(t, "zhang", both()...)
	t.Run("acts for the first body by code, with the roles held there", func(t *testing.T) {
		in := w.login(t, " Zhang ", "demo")
		c := in.Caller
		if c.Org != town || c.OrgLevel != "township" || c.OrgKind != "townshipCentre" || !c.Is(account.Head) || !c.Is(account.Mediator) || c.MustChange {
			t.Errorf("%+v", c)
		}
		if !strings.HasPrefix(in.Token, county+".") {
			t.Error("the token does not name the county")
		}
		got, err := w.Authenticate(t.Context(), in.Token, false)
		if err != nil || got.Person != c.Person || got.Org != town || !got.Is(account.Head) {
			t.Errorf("%+v %v", got, err)
		}
	})
	t.Run("the token itself is not in the database", func(t *testing.T) {
		in := w.login(t, "zhang", "demo")
		var n int
		must(t, w.d.Read(t.Context(), func(ctx context.Context, q db.Q) error {
			_, err := db.Get(ctx, q, &n, `SELECT count(*) FROM session WHERE token_hash = $1`, in.Token)
			return err
		}))
		if n != 0 {
			t.Error("it is")
		}
	})
	t.Run("an unknown name and a wrong password get the same answer", func(t *testing.T) {
		_, wrong := w.Login(t.Context(), "10.0.0.2", "zhang", "x")
		_, unknown := w.Login(t.Context(), "10.0.0.2", "nobody", "x")
		w.refusedWith(t, wrong, "badLogin")
		w.refusedWith(t, unknown, "badLogin")
		if errs.As(wrong).Msg != errs.As(unknown).Msg {
			t.Error("the words differ")
		}
	})
	t.Run("a forged or altered token is nobody", func(t *testing.T) {
		in := w.login(t, "zhang", "demo")
		for _, token := range []string{"", "x", county + ".", in.Token + "x", "530000" + in.Token[6:], in.Token[:len(in.Token)-1] + "!"} {
			_, err := w.Authenticate(t.Context(), token, false)
			w.refusedWith(t, err, "notSignedIn")
		}
	})
	t.Run("a sixth session ends the oldest", func(t *testing.T) {
		first := w.login(t, "zhang", "demo")
		for range 5 {
			w.clock.Advance(time.Second)
			w.login(t, "zhang", "demo")
		}
		_, err := w.Authenticate(t.Context(), first.Token, false)
		w.refusedWith(t, err, "notSignedIn")
	})
	t.Run("login and its refusal are audited", func(t *testing.T) {
		all := w.outcomes(t, "login")
		if all[0] != "ok" || !strings.Contains(strings.Join(all, " "), "refused:badLogin") {
			t.Error(all)
		}
	})
}

func TestLockout(t *testing.T) {
	w := setUp(t)
	w.person(t, "zhang", both()...)
	for _, name := range []string{"zhang", "nobody"} {
		t.Run("five wrong tries lock "+name+" for ten minutes", func(t *testing.T) {
			for range 5 {
				_, err := w.Login(t.Context(), "10.0.0.3", name, "wrong")
				w.refusedWith(t, err, "badLogin")
			}
			_, err := w.Login(t.Context(), "10.0.0.4", name, "demo")
			w.refusedWith(t, err, "locked")
			if after := errs.As(err).After; after < 590 || after > 600 {
				t.Errorf("Retry-After %d", after)
			}
		})
	}
	t.Run("after ten minutes the right password lets in", func(t *testing.T) {
		w.clock.Advance(10*time.Minute + time.Second)
		w.login(t, "zhang", "demo")
	})
	t.Run("a success forgets earlier failures", func(t *testing.T) {
		for range 3 {
			for range 4 {
				_, err := w.Login(t.Context(), "10.0.0.5", "zhang", "wrong")
				w.refusedWith(t, err, "badLogin")
			}
			w.login(t, "zhang", "demo")
		}
	})
	t.Run("many tries at once do not slip past the lock", func(t *testing.T) {
		w.clock.Advance(time.Hour)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { _, _ = w.Login(context.Background(), "10.0.0.6", "zhang", "wrong") })
		}
		wg.Wait()
		_, err := w.Login(t.Context(), "10.0.0.7", "zhang", "demo")
		w.refusedWith(t, err, "locked")
	})
	t.Run("an address with thirty failures waits, whatever the name", func(t *testing.T) {
		w.clock.Advance(time.Hour)
		var err error
		for i := range 31 {
			_, err = w.Login(t.Context(), "10.9.9.9", "guess"+string(rune('a'+i%26)), "x")
		}
		w.refusedWith(t, err, "tooManyTries")
		if errs.As(err).After == 0 {
			t.Error("no Retry-After")
		}
		_, err = w.Login(t.Context(), "10.9.9.8", "zhang", "demo")
		must(t, err)
	})
}

func TestSessionExpiry(t *testing.T) {
	w := setUp(t)
	w.person(t, "zhang", both()...)
	id, err := w.AddPerson(t.Context(), system, county, account.NewPerson{Name: "管理员"})
	must(t, err)
	_, err = w.AddLogin(t.Context(), system, county, account.NewLogin{Person: id, Login: "admin", Password: "demo", Exempt: true, Admin: account.System})
	must(t, err)
	t.Run("a mediator's session ends after thirty idle minutes, not before", func(t *testing.T) {
		in := w.login(t, "zhang", "demo")
		for range 4 {
			w.clock.Advance(29 * time.Minute)
			_, err := w.Authenticate(t.Context(), in.Token, false)
			must(t, err)
		}
		w.clock.Advance(31 * time.Minute)
		_, err := w.Authenticate(t.Context(), in.Token, false)
		w.refusedWith(t, err, "sessionExpired")
		_, err = w.Authenticate(t.Context(), in.Token, false)
		w.refusedWith(t, err, "notSignedIn")
	})
	t.Run("an administrator's after fifteen", func(t *testing.T) {
		in := w.login(t, "admin", "demo")
		w.clock.Advance(16 * time.Minute)
		_, err := w.Authenticate(t.Context(), in.Token, false)
		w.refusedWith(t, err, "sessionExpired")
	})
	t.Run("requests within a minute write nothing", func(t *testing.T) {
		in := w.login(t, "zhang", "demo")
		seen := func() (at int64) {
			must(t, w.d.Read(t.Context(), func(ctx context.Context, q db.Q) error {
				_, err := db.Get(ctx, q, &at, `SELECT seen_at FROM session WHERE token_hash = $1`, in.Caller.Session)
				return err
			}))
			return at
		}
		before := seen()
		w.clock.Advance(50 * time.Second)
		_, err := w.Authenticate(t.Context(), in.Token, false)
		must(t, err)
		if seen() != before {
			t.Error("written within a minute")
		}
		w.clock.Advance(50 * time.Second)
		_, err = w.Authenticate(t.Context(), in.Token, false)
		must(t, err)
		if seen() == before {
			t.Error("not written after a minute")
		}
	})
	t.Run("a clock set back does not end a session", func(t *testing.T) {
		in := w.login(t, "zhang", "demo")
		w.clock.Advance(-2 * time.Hour)
		_, err := w.Authenticate(t.Context(), in.Token, false)
		must(t, err)
		w.clock.Advance(2 * time.Hour)
	})
	t.Run("logging out ends it, and the sweep removes what is long over", func(t *testing.T) {
		in := w.login(t, "zhang", "demo")
		must(t, w.Logout(t.Context(), in.Caller))
		_, err := w.Authenticate(t.Context(), in.Token, false)
		w.refusedWith(t, err, "notSignedIn")
		w.clock.Advance(48 * time.Hour)
		must(t, w.Sweep(t.Context(), county))
		if n := testkit.Count(t, w.d, "session"); n != 0 {
			t.Errorf("%d sessions left", n)
		}
	})
}

func TestActFor(t *testing.T) {
	w := setUp(t)
	w.person(t, "zhang", both()...)
	in := w.login(t, "zhang", "demo")
	t.Run("another body of one's own, with the roles held there", func(t *testing.T) {
		c, err := w.ActFor(t.Context(), in.Caller, village)
		if err != nil || c.Org != village || c.Is(account.Head) || !c.Is(account.Mediator) {
			t.Fatalf("%+v %v", c, err)
		}
		got, err := w.Authenticate(t.Context(), in.Token, false)
		if err != nil || got.Org != village {
			t.Errorf("the session still acts for %s (%v)", got.Org, err)
		}
	})
	t.Run("not for a body one does not serve in", func(t *testing.T) {
		w.person(t, "li", account.ServeIn{Org: village, Role: account.Mediator})
		_, err := w.ActFor(t.Context(), w.login(t, "li", "demo").Caller, town)
		w.refusedWith(t, err, "notYourBody")
	})
	t.Run("not for a closed body, and a session that did stops doing so", func(t *testing.T) {
		must(t, w.orgs.Close(t.Context(), system, county, village, "2026-11-03"))
		w.clock.Advance(24 * time.Hour)
		in := w.login(t, "li", "demo")
		if in.Caller.Org != "" {
			t.Errorf("acts for %s", in.Caller.Org)
		}
		_, err := w.ActFor(t.Context(), in.Caller, village)
		w.refusedWith(t, err, "closedBody")
	})
	t.Run("a person whose service ended acts no more, in the same session", func(t *testing.T) {
		in := w.login(t, "zhang", "demo")
		must(t, w.EndService(t.Context(), system, county, in.Caller.Person, town, account.Head))
		c, err := w.Authenticate(t.Context(), in.Token, false)
		if err != nil || c.Is(account.Head) || !c.Is(account.Mediator) {
			t.Errorf("%+v %v", c, err)
		}
		must(t, w.EndService(t.Context(), system, county, in.Caller.Person, town, account.Mediator))
		if c, err = w.Authenticate(t.Context(), in.Token, false); err != nil || c.Org != "" || len(c.Roles) != 0 {
			t.Errorf("%+v %v", c, err)
		}
	})
}

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
