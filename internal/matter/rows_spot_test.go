package matter

import (
	"context"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/testkit"
)

// nothingRegistered runs a verb that must be refused without a trace but audit.
func (f *fixture) nothingRegistered(do func() error, kind errs.Kind, code string) *errs.Error {
	f.t.Helper()
	tables := tablesOf(f.t, f.s.DB)
	before := map[string]int{}
	for _, t := range tables {
		before[t] = testkit.Count(f.t, f.s.DB, t)
	}
	e := f.wantErr(do(), kind, code)
	before["audit_row"]++
	for _, t := range tables {
		if n := testkit.Count(f.t, f.s.DB, t); n != before[t] {
			f.t.Fatalf("%s left %d rows in %s, want %d", code, n, t, before[t])
		}
	}
	return e
}

func spot(title string) m {
	n := quarrel(title)
	n["badge"], n["result"] = true, m{"outcome": "agreed", "note": "当场讲好，各退半步。"}
	for _, p := range n["parties"].([]m) {
		p["consent"] = true
	}
	return n
}

func (f *fixture) spot(c account.Caller, n m) (View, error) {
	return f.s.OnTheSpot(context.Background(), c, raw(n), db.Operation{})
}

func TestOnTheSpot(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, lee := f.as(group1, "ann"), f.as(group1, "lee")
		f.run("is the same as by single steps", func(f *fixture) {
			v, err := f.spot(ann, spot("当场调"))
			check(f.t, err)
			w := f.consented(f.register(ann, quarrel("一步一步")), group1)
			w = f.do(w, ann, "attempt", attempt(f, "agreed"))
			w = f.do(w, ann, "resolve", m{"by": "oral", "note": "当场讲好，各退半步。"})
			a, b := f.rows(v.ID), f.rows(w.ID)
			for i := range b {
				if a[i].Action != b[i].Action || a[i].From != b[i].From || a[i].To != b[i].To || a[i].Holder != b[i].Holder || a[i].Person != b[i].Person || a[i].Text != b[i].Text {
					f.t.Fatalf("row %d\n%+v\n%+v", i+1, a[i], b[i])
				}
			}
			if len(a) != len(b) || f.is(v, Resolved).ResolvedHow != "oral" || !v.OnTheSpot || len(v.FollowUps) != 2 {
				f.t.Fatalf("%+v", v)
			}
			f.wantTimeline(v.ID, "register accept appoint consent consent attempt resolve")
			slip, err := f.s.Slip(context.Background(), ann, v.ID)
			check(f.t, err)
			if slip.Mediator != ann.Name || slip.Sealed.Code != vill1 || slip.Matter.Number != v.Number {
				f.t.Fatalf("%+v", slip)
			}
		})
		f.run("not agreed, it goes on", func(f *fixture) {
			n := spot("没谈拢")
			n["result"], n["badge"] = m{"outcome": "adjourned", "note": "明天再说"}, false
			v, err := f.spot(ann, n)
			check(f.t, err)
			f.is(v, Handling)
			f.due(v, "holder", "2026-11-12")
		})
		f.run("a head chooses the mediator; a mediator is it themself", func(f *fixture) {
			n := spot("组长登记")
			n["mediator"] = group1 + "ben"
			v, err := f.spot(lee, n)
			check(f.t, err)
			if v.Attempts[0].By.ID != group1+"ben" || len(v.Appointed) != 1 || v.Appointed[0].ID != group1+"ben" {
				f.t.Fatalf("%+v", v.Attempts)
			}
			f.nothingRegistered(func() error { _, err := f.spot(ann, n); return err }, errs.Forbidden, "notHead")
			n["mediator"] = vill1 + "ann"
			f.nothingRegistered(func() error { _, err := f.spot(lee, n); return err }, errs.Invalid, "invalid")
		})
		f.run("refused as a whole, whatever is wrong", func(f *fixture) {
			for name, change := range map[string]func(n m){
				"no badge":         func(n m) { delete(n, "badge") },
				"no result":        func(n m) { delete(n, "result") },
				"unknown result":   func(n m) { n["result"] = m{"outcome": "won", "note": "x"} },
				"no words":         func(n m) { n["result"] = m{"outcome": "agreed"} },
				"ruling, no paper": func(n m) { n["result"] = m{"outcome": "agreed", "by": "ruling", "note": "x"} },
				"one party":        func(n m) { n["parties"] = n["parties"].([]m)[:1] },
				"no consent":       func(n m) { n["parties"].([]m)[1]["consent"] = false },
				"a petition":       func(n m) { n["kind"] = Petition },
				"a draft":          func(n m) { n["draft"] = true },
				"no title":         func(n m) { delete(n, "title") },
				"unknown field":    func(n m) { n["ghost"] = 1 },
			} {
				n := spot("坏的")
				change(n)
				t.Log(name)
				f.nothingRegistered(func() error { _, err := f.spot(ann, n); return err }, errs.Invalid, "invalid")
			}
			f.nothingRegistered(func() error { _, err := f.spot(f.as(just, "ann"), spot("x")); return err }, errs.Forbidden, "notRegistrar")
		})
		f.run("each step of it is undone by itself", func(f *fixture) {
			v, err := f.spot(ann, spot("点错了"))
			check(f.t, err)
			f.is(f.do(v, ann, "undo", nil), Handling)
		})
		f.run("is cleared at home after the visits", func(f *fixture) {
			v, err := f.spot(ann, spot("销号的"))
			check(f.t, err)
			f.now.Advance(24 * time.Hour)
			for range v.FollowUps {
				v = f.do(v, f.as(group1, "ben"), "followUp", m{"at": f.today(0), "performed": true, "satisfied": true})
			}
			f.is(f.do(v, f.as(group1, "ben"), "clear", nil), Cleared)
		})
	})
}
