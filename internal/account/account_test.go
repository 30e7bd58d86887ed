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
	w := &world{account.NewService(account.Deps{DB: d, Rules: rules, Keys: keys.Of}), d, clock}
	w.exec(t, `INSERT INTO org (county, code, name, short_name, level, kind, parent, path) VALUES
		($1, $2, '元谋县', '元谋县', 'county', 'area', '', '/'),
		($1, $3, '元马镇调解工作中心', '元马镇', 'township', 'townshipCentre', $2, '/'),
		($1, $4, '马街社区调解工作室', '马街', 'village', 'villageRoom', $3, '/')`, county, root, town, village)
	return w
}

func (w *world) exec(t *testing.T, query string, args ...any) {
	t.Helper()
	must(t, w.d.Write(t.Context(), county, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	}))
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
		w.exec(t, `UPDATE org SET closed_on = '2026-11-03' WHERE county = $1 AND code = $2`, county, village)
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

// PostgreSQL takes no NUL in a text, SQLite does: on neither is it a failure.
func TestWhatNoEngineReads(t *testing.T) {
	w := setUp(t)
	w.person(t, "zhang")
	for name, try := range map[string]func() error{
		"a login name": func() error { _, err := w.Login(t.Context(), "1.2.3.4", "zh\x00ang", "demo"); return err },
		"a body": func() error {
			in, err := w.Login(t.Context(), "1.2.3.4", "zhang", "demo")
			must(t, err)
			_, err = w.ActFor(t.Context(), in.Caller, "5323\x00")
			return err
		},
	} {
		if e := errs.As(try()); e.Kind == errs.Internal {
			t.Errorf("%s: %v", name, e)
		}
	}
}
