package matter

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/job"
	"tiaojietai/internal/notice"
)

// The morning of each person: one notice, or none.

func (f *fixture) digest() int {
	f.t.Helper()
	n, err := f.inbox().Digest(context.Background(), county, f.now.Now(), f.s.Waiting)
	check(f.t, err)
	return n
}

// mornings are the digests a person has.
func (f *fixture) mornings(person string) (out []notice.View) {
	f.t.Helper()
	p, err := f.inbox().List(context.Background(), account.Caller{County: county, Person: person}, false, 100, "")
	check(f.t, err)
	for _, n := range p.Items {
		if n.Cause == notice.Digest {
			out = append(out, n)
		}
	}
	return out
}

// aCounty has something of every kind waiting somewhere.
func (f *fixture) aCounty() {
	ann := f.as(vill1, "ann")
	f.register(ann, quarrel("受理到期的"))
	f.do(f.tried(group1, "failed"), f.as(group1, "ann"), "escalate", m{"reason": "noAgreement"})
	v := f.do(f.register(ann, quarrel("要复核的")), ann, "accept", nil)
	f.do(v, ann, "classify", m{"demand": v.Demands[0].ID, "list": "justified", "reason": f.rb.Reasons["classify"][0].Code})
	f.do(f.register(f.as(vill2, "ben"), quarrel("不受理的")), f.as(vill2, "ben"), "decline", m{"reason": f.rb.Reasons["decline"][0].Code, "remedy": f.rb.Remedies[0].Code})
	f.followed(group2, "oral")
	f.followed(vill2, "agreement")
	f.now.Advance(24 * time.Hour)
	f.register(f.as(vill3, "ann"), quarrel("还早的"))
}

func TestDigestCountsWhatTheToDoPageShows(t *testing.T) {
	onEngines(t, func(f *fixture) {
		pat := account.NewPerson{ID: "pat", Name: "兼职", Serves: []account.ServeIn{{Org: vill1, Role: "mediator"}, {Org: town1, Role: "head"}}}
		people := account.NewService(account.Deps{DB: f.s.DB, Rules: f.s.Rules, Keys: f.s.Keys})
		check(t, people.AddPeople(context.Background(), account.Caller{}, county, []account.NewPerson{pat}))
		maySignIn(t, f.s.DB, []account.NewPerson{pat})
		f.aCounty()
		for _, date := range []string{"2026-11-04 08:00", "2026-11-05 08:00", "2026-11-06 08:00"} { // before, on and after last days
			at, err := time.ParseInLocation("2006-01-02 15:04", date, time.FixedZone("", 8*3600))
			check(t, err)
			f.now.Set(at)
			_, err = f.s.Tick(context.Background(), county)
			check(t, err)
			f.digest()
			keys := map[string]bool{}
			for _, o := range f.tree.All() {
				for _, who := range []string{"ann", "ben", "lee"} {
					if o.IsBody() {
						f.sameAsTodo(f.as(o.Code, who), o.Code+who, 1, keys)
					}
				}
			}
			head := f.as(town1, "ann")
			head.Person, head.Roles = "pat", []string{"head"}
			village := f.as(vill1, "ann")
			village.Person = "pat"
			f.sameAsTodo(head, "pat", 2, keys)
			f.sameAsTodo(village, "pat", 2, keys)
			if len(keys) < 4 {
				t.Errorf("%s: only %v waits anywhere", date, keys)
			}
		}
	})
}

// sameAsTodo compares a person's newest morning with the to-do page of one of
// their bodies.
func (f *fixture) sameAsTodo(c account.Caller, person string, bodies int, keys map[string]bool) {
	f.t.Helper()
	todo, err := f.s.Todo(context.Background(), c)
	check(f.t, err)
	want := map[string]int64{}
	for _, g := range todo.Groups {
		if g.Total > 0 && g.Key != "mine" {
			want[g.Key] = g.Total
			keys[g.Key] = true
		}
	}
	got, due := map[string]int64{}, false
	if all := f.mornings(person); len(all) > 0 && all[0].At.Equal(f.now.Now()) {
		if len(all[0].Digest.Bodies) > bodies {
			f.t.Fatalf("%s: %+v", person, all[0].Digest)
		}
		for _, b := range all[0].Digest.Bodies {
			for _, g := range b.Groups {
				due = due || g.Key == notice.DueToday
				if b.Org.Code == c.Org {
					got[g.Key] = g.Count
				}
			}
		}
		if all[0].Urgent != due {
			f.t.Errorf("%s: urgent %v, due today %v", person, all[0].Urgent, due)
		}
	}
	if len(got) != len(want) {
		f.t.Fatalf("%s of %s: digest %v, to-do %v", person, c.Org, got, want)
	}
	for key, n := range want {
		if got[key] != n {
			f.t.Fatalf("%s of %s: digest %v, to-do %v", person, c.Org, got, want)
		}
	}
}

func TestDigestOnceAMorning(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.register(f.as(vill1, "ann"), quarrel("一"))
		v := f.do(f.register(f.as(vill2, "ann"), quarrel("二")), f.as(vill2, "lee"), "transfer", m{"to": vill3, "reason": "competence"})
		f.do(f.at(v, f.as(vill3, "ann")), f.as(vill3, "ann"), "sign", nil) // vill2ann hears: news
		ctx := context.Background()
		check(t, f.s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE account SET disabled_at = 1 WHERE county = $1 AND person = $2`, county, vill1+"ben")
			return err
		}))
		f.now.Set(time.Date(2026, 11, 5, 8, 0, 0, 0, time.FixedZone("", 8*3600))) // the acceptance is due today
		if n := f.digest(); n != 7 {
			t.Errorf("%d mornings, want ann and lee of 马街, ann and lee of 环城, and the three of 牛街 who took it on", n)
		}
		if n := f.digest(); n != 0 {
			t.Errorf("%d more at the second run", n)
		}
		for person, want := range map[string]string{vill1 + "ann": "今天到期 1 件。", vill1 + "lee": "今天到期 1 件。", vill1 + "ben": "",
			vill2 + "ann": "新消息 1 条。", vill2 + "lee": "新消息 1 条。", vill3 + "ann": "今天到期 1 件。", town1 + "ann": "", joint + "lee": ""} {
			got := ""
			if all := f.mornings(person); len(all) > 0 {
				got = all[0].Text
			}
			if got != want {
				t.Errorf("%s: %q, want %q", person, got, want)
			}
		}
		f.reads(f.as(vill1, "lee"))
		f.now.Advance(24 * time.Hour)
		f.digest()
		if a, l := f.mornings(vill1+"ann"), f.mornings(vill1+"lee"); len(a) != 1 || !strings.HasPrefix(a[0].Text, "已超期 1 件") || a[0].Urgent || len(l) != 2 {
			t.Errorf("the next day: %+v, %+v", a, l)
		}
	})
}

// Starting after a weekend gives Monday's, not three.
func TestDigestAfterAGap(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.register(f.as(vill1, "ann"), quarrel("一"))
		in := f.inbox()
		r := job.NewRunner(f.s.DB, func(context.Context) ([]string, error) { return []string{county}, nil }, slog.New(slog.DiscardHandler))
		var ran []string
		r.Periodic("digest", in.Mornings(county), func(ctx context.Context, j job.Job) error {
			n, err := in.Digest(ctx, j.County, j.Due, f.s.Waiting)
			ran = append(ran, j.Due.In(time.FixedZone("", 8*3600)).Format("01-02 15:04")+map[bool]string{true: " written"}[n > 0])
			return err
		})
		for _, hours := range []int{0, 24, 72, 1, 22} { // Monday 9:00, Tuesday 9:00, Friday 9:00, 10:00, Saturday 8:00
			f.now.Advance(time.Duration(hours) * time.Hour)
			check(t, r.Tick(context.Background(), county))
		}
		want := []string{"11-03 08:00", "11-04 08:00", "11-05 08:00", "11-06 08:00 written", "11-07 08:00 written"}
		if !slices.Equal(ran, want) {
			t.Errorf("ran %v, want %v", ran, want)
		}
		if all := f.mornings(vill1 + "ann"); len(all) != 1 {
			t.Errorf("%d mornings", len(all))
		}
	})
}

// What was read long ago goes, and in the end whatever nobody reads.
func TestOldNoticesAreSwept(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.do(f.tried(group1, "failed"), f.as(group1, "ann"), "escalate", m{"reason": "noAgreement"})
		f.reads(f.as(vill1, "ann"))
		left := func(days int) int64 {
			f.now.Advance(time.Duration(days) * 24 * time.Hour)
			check(t, f.inbox().Sweep(context.Background(), county))
			n, err := f.inbox().List(context.Background(), f.as(vill1, "ann"), false, 20, "")
			check(t, err)
			m, err := f.inbox().List(context.Background(), f.as(vill1, "ben"), false, 20, "")
			check(t, err)
			return n.Total*10 + m.Total
		}
		keep := f.rb.Notices
		if got := []int64{left(keep.KeepReadDays), left(1), left(keep.KeepDays - keep.KeepReadDays - 1), left(1)}; !slices.Equal(got, []int64{11, 1, 1, 0}) {
			t.Error(got)
		}
	})
}
