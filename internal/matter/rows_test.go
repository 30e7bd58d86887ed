package matter

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/workday"
)

// Helpers of the tests that go through the table row by row (rows_*_test.go).

// run is a subtest with the fixture's helpers failing that subtest.
func (f *fixture) run(name string, fn func(f *fixture)) {
	f.t.(*testing.T).Run(name, func(t *testing.T) {
		sub := *f
		sub.t = t
		fn(&sub)
	})
}

// at is the matter as a caller sees it now.
func (f *fixture) at(v View, c account.Caller) View {
	f.t.Helper()
	out, err := f.s.View(context.Background(), c, v.ID)
	check(f.t, err)
	return out
}

func (f *fixture) state(id string) (st *State) {
	f.t.Helper()
	check(f.t, f.s.DB.Read(context.Background(), func(ctx context.Context, q db.Q) (err error) {
		st, err = load(ctx, q, county, id)
		return err
	}))
	return st
}

// rows are a matter's timeline rows.
func (f *fixture) rows(id string) (rows []Entry) {
	f.t.Helper()
	check(f.t, f.s.DB.Read(context.Background(), func(ctx context.Context, q db.Q) (err error) {
		rows, err = timelineOf(ctx, q, county, id)
		return err
	}))
	return rows
}

func (f *fixture) last(id string) Entry {
	f.t.Helper()
	rows := f.rows(id)
	return rows[len(rows)-1]
}

// wantErr wants a refusal of a kind and code.
func (f *fixture) wantErr(err error, kind errs.Kind, code string) *errs.Error {
	f.t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != kind || e.Code != code {
		f.t.Fatalf("got %v, want %s/%s", err, kind, code)
	}
	return e
}

// wrongField wants a 422 that names the field.
func (f *fixture) wrongField(v View, c account.Caller, action string, input any, field string) {
	f.t.Helper()
	_, err := f.try(v, c, action, input)
	e := f.wantErr(err, errs.Invalid, "invalid")
	if !slices.ContainsFunc(e.Fields, func(x errs.Field) bool { return x.Field == field }) {
		f.t.Fatalf("%s: names %v, want %s", action, e.Fields, field)
	}
}

// clock is the newest clock of a code that has not stopped.
func (f *fixture) clock(v View, code string) DeadlineView {
	f.t.Helper()
	for _, d := range slices.Backward(v.Deadlines) {
		if d.Clock == code && d.State != stopped {
			return d
		}
	}
	f.t.Fatalf("no clock %s: %+v", code, v.Deadlines)
	return DeadlineView{}
}

// due is the last day of the newest running clock of a code.
func (f *fixture) due(v View, code, want string) {
	f.t.Helper()
	if got := workday.LastDay(f.clock(v, code).DueAt); got != want {
		f.t.Fatalf("%s ends on %s, want %s", code, got, want)
	}
}

// still tells that no clock of the codes goes on; none named: no clock at all.
func (f *fixture) still(v View, codes ...string) {
	f.t.Helper()
	for _, d := range v.Deadlines {
		if d.State != stopped && (len(codes) == 0 || slices.Contains(codes, d.Clock)) {
			f.t.Fatalf("%s goes on", d.Clock)
		}
	}
}

func (f *fixture) is(v View, status string) View {
	f.t.Helper()
	if v.Status != status {
		f.t.Fatalf("%s, want %s", v.Status, status)
	}
	return v
}

func offered(v View, action string) bool {
	return slices.ContainsFunc(v.Actions, func(a ActionView) bool { return a.Action == action })
}

// tried is a matter of a body with everybody's consent and one attempt by ann.
func (f *fixture) tried(body, outcome string) View {
	f.t.Helper()
	v := f.consented(f.register(f.as(body, "ann"), quarrel("水沟改道")), body)
	return f.do(v, f.as(body, "ann"), "attempt", attempt(f, outcome))
}

// settled is one that ann resolved.
func (f *fixture) settled(body, by string) View {
	f.t.Helper()
	return f.do(f.tried(body, "agreed"), f.as(body, "ann"), "resolve", m{"by": by, "note": "各让一步，水沟走中间。"})
}

// followed is one whose visits are all made, by ben.
func (f *fixture) followed(body, by string) View {
	f.t.Helper()
	v := f.settled(body, by)
	for range v.FollowUps {
		v = f.do(v, f.as(body, "ben"), "followUp", m{"at": f.today(0), "performed": true, "satisfied": true})
	}
	return v
}

// paper is the input of a relief or ruling.
var paper = m{"body": "元谋县人民法院", "number": "（2026）云2328民初7号", "date": "2026-10-20"}

// also is a caller who is one person in another body: nobody judges their own.
func also(c account.Caller, person string) account.Caller {
	c.Person = person
	return c
}

func TestDecline(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, lee := f.as(group1, "ann"), f.as(vill1, "lee")
		propose := m{"reason": "criminal", "remedy": "police"}
		declined := func(f *fixture) View {
			return f.do(f.register(ann, quarrel("有人被打")), ann, "decline", propose)
		}
		f.run("is proposed by the holder and waits for the body above, the acceptance clock running", func(f *fixture) {
			v := declined(f)
			if f.is(v, Registered).Pending == nil || v.Pending.Action != "confirmDecline" || v.Pending.Body.Code != vill1 {
				f.t.Fatalf("pending %+v", v.Pending)
			}
			f.due(v, "acceptance", "2026-11-05")
			f.refused(v, ann, "decline", propose, errs.Conflict, "proposed")
			f.refused(v, f.as(town1, "lee"), "confirmDecline", m{"agree": true}, errs.Forbidden, "notAbove")
			f.refused(v, ann, "confirmDecline", m{"agree": true}, errs.Forbidden, "notAbove")
			f.refused(v, also(lee, ann.Person), "confirmDecline", m{"agree": true}, errs.Forbidden, "ownProposal")
			f.wrongField(v, lee, "confirmDecline", m{}, "agree")
		})
		f.run("asks for a coded reason and a remedy", func(f *fixture) {
			v := f.register(ann, quarrel("一"))
			f.wrongField(v, ann, "decline", m{"reason": "criminal"}, "remedy")
			f.wrongField(v, ann, "decline", m{"reason": "noSuch", "remedy": "police"}, "reason")
		})
		f.run("falls when the body above disagrees", func(f *fixture) {
			v := f.do(declined(f), lee, "confirmDecline", m{"agree": false, "note": "先调"})
			if f.is(v, Registered).Pending != nil {
				f.t.Fatal("still proposed")
			}
			f.refused(v, lee, "confirmDecline", m{"agree": true}, errs.Conflict, "noProposal")
			f.is(f.do(v, ann, "accept", nil), Accepted)
		})
		f.run("falls when the holder accepts after all", func(f *fixture) {
			if v := f.do(declined(f), ann, "accept", nil); v.Pending != nil {
				f.t.Fatal("still proposed")
			}
		})
		f.run("stops every clock and is cleared by another than who proposed it", func(f *fixture) {
			v := f.is(f.do(declined(f), lee, "confirmDecline", m{"agree": true}), Declined)
			f.still(v)
			if v.NoticeNote == "" {
				f.t.Fatal("no notice of other ways")
			}
			f.refused(v, also(lee, ann.Person), "clear", nil, errs.Forbidden, "ownClearance")
			f.is(f.do(v, lee, "clear", nil), Cleared)
		})
	})
}

func TestAmend(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		amend := func(fields m) m { return m{"fields": fields, "reason": "typo"} }
		f.run("keeps old and new value on the timeline, sensitive ones masked", func(f *fixture) {
			v := f.register(ann, quarrel("水沟改到"))
			v = f.do(v, ann, "amend", amend(m{"title": "水沟改道", "parties": []m{{"id": v.Parties[0].ID, "phone": "10008780002"}}}))
			changes := decodeChanges(f.last(v.ID))
			if len(changes) != 2 || changes[0] != (Change{"title", "什么事", "水沟改到", "水沟改道"}) {
				f.t.Fatalf("%+v", changes)
			}
			if c := changes[1]; strings.Contains(c.Old+c.New, "10008780001") || strings.Contains(c.Old+c.New, "10008780002") || c.New == "" {
				f.t.Fatalf("%+v", c)
			}
		})
		f.run("notes a change that its mask does not show", func(f *fixture) {
			v := f.register(ann, quarrel("一"))
			v = f.do(v, ann, "amend", amend(m{"parties": []m{{"id": v.Parties[0].ID, "phone": "10009990001"}}}))
			got, err := f.s.Reveal(context.Background(), ann, v.ID, v.Parties[0].ID, "")
			if check(f.t, err); got.Phone != "10009990001" {
				f.t.Fatal(got.Phone)
			}
			f.refused(v, ann, "amend", amend(m{"parties": []m{{"id": v.Parties[0].ID, "phone": "10009990001"}}}), errs.Invalid, "invalid")
		})
		f.run("a new party has to consent before the next attempt", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), ann, "amend", amend(m{"parties": []m{{"role": "respondent", "name": "杨大妈"}}}))
			if len(v.Parties) != 3 || v.Parties[2].Consent != nil {
				f.t.Fatalf("%+v", v.Parties)
			}
			f.refused(v, ann, "attempt", attempt(f, "failed"), errs.Conflict, "noConsent")
		})
		f.run("refuses what cannot be amended", func(f *fixture) {
			v := f.register(ann, quarrel("一"))
			for _, bad := range []m{{"title": ""}, {"title": "一"}, {"place": m{"text": " "}}, {"kind": "petition"}, {"id": v.ID},
				{"category": "noSuch"}, {"amountFen": -1}, {"parties": []m{{"id": "noSuch", "name": "谁"}}}, {"demands": []m{{"id": "noSuch", "text": "什么"}}},
				{"ghost": 1}, {"foundAt": "明天"}, {"risk": m{"level": "urgent", "why": "扬言", "until": "2027-11-02"}}, {}} {
				f.refused(v, ann, "amend", amend(bad), errs.Invalid, "invalid")
			}
			f.refused(v, f.as(vill1, "lee"), "amend", amend(m{"title": "二"}), errs.Forbidden, "notHolder")
		})
		f.run("risk is of the dispute, with a reason and a last day, and lapses", func(f *fixture) {
			v := f.do(f.register(ann, quarrel("一")), ann, "amend", amend(m{"risk": m{"level": "urgent", "why": "有人扬言", "until": "2026-11-05"}}))
			if v.Risk.Level != "urgent" {
				f.t.Fatalf("%+v", v.Risk)
			}
			f.now.Advance(4 * 24 * time.Hour)
			defer f.now.Advance(-4 * 24 * time.Hour)
			if v = f.at(v, ann); v.Risk.Level != "normal" {
				f.t.Fatalf("%+v", v.Risk)
			}
		})
		f.run("is not for what is cleared", func(f *fixture) {
			v := f.do(f.followed(group1, "oral"), f.as(group1, "lee"), "clear", nil)
			f.refused(v, ann, "amend", amend(m{"title": "二"}), errs.Conflict, "stale")
		})
	})
}

func TestMergeAndSplit(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		two := func(title string) m {
			n := quarrel(title)
			n["demands"] = []m{{"text": "恢复水沟"}, {"text": "赔偿青苗"}}
			return n
		}
		f.run("the merged one keeps its number, shows the other's state and knows only split", func(f *fixture) {
			a, b := f.register(ann, quarrel("一")), f.do(f.register(ann, quarrel("二")), ann, "accept", nil)
			v := f.do(a, ann, "merge", m{"into": b.ID})
			if v.Number != a.Number || v.MergedInto == nil || *v.MergedInto != b.ID || v.Status != Accepted || len(v.Actions) != 1 || v.Actions[0].Action != "split" {
				f.t.Fatalf("%+v", v)
			}
			f.still(v)
			f.refused(v, ann, "accept", nil, errs.Conflict, "merged")
			if got := f.at(b, ann); len(got.Links) != 1 || got.Links[0].Number != a.Number {
				f.t.Fatalf("links %+v", got.Links)
			}
			f.do(f.at(b, ann), ann, "appoint", m{"mediators": []string{ann.Person}})
			f.refused(v, ann, "undo", nil, errs.Forbidden, "notYours")
			parted := f.is(f.do(v, ann, "split", nil), Registered)
			if parted.MergedInto != nil || parted.Number != a.Number {
				f.t.Fatalf("%+v", parted)
			}
			f.due(parted, "acceptance", "2026-11-05")
		})
		f.run("shows the state at the end of a chain of mergers", func(f *fixture) {
			a, b, c := f.register(ann, quarrel("一")), f.register(ann, quarrel("二")), f.do(f.register(ann, quarrel("三")), ann, "accept", nil)
			f.do(a, ann, "merge", m{"into": b.ID})
			f.do(f.at(b, ann), ann, "merge", m{"into": c.ID})
			f.is(f.at(a, ann), Accepted)
		})
		f.run("is refused into itself, another's, a closed one, or while it is out", func(f *fixture) {
			a, b := f.register(ann, quarrel("一")), f.settled(group1, "oral")
			other := f.register(f.as(group2, "ann"), quarrel("别家"))
			for _, into := range []string{a.ID, b.ID, other.ID, "x", ""} {
				f.refused(a, ann, "merge", m{"into": into}, errs.Invalid, "invalid")
			}
			out := f.do(f.tried(group1, "failed"), ann, "refer", m{"to": "justice", "mode": "legalAid"})
			f.refused(out, ann, "merge", m{"into": a.ID}, errs.Conflict, "referred")
		})
		f.run("split makes a new matter with a number and the clocks of the old", func(f *fixture) {
			v := f.do(f.register(ann, two("水沟和青苗")), ann, "accept", nil)
			f.now.Advance(72 * time.Hour)
			defer f.now.Advance(-72 * time.Hour)
			was := f.list(ann).Total
			v = f.do(v, ann, "split", m{"demands": []string{v.Demands[1].ID}, "parties": []string{v.Parties[0].ID}})
			if len(v.Demands) != 1 || v.Demands[0].Text != "恢复水沟" || len(v.Parties) != 2 {
				f.t.Fatalf("%+v", v)
			}
			page := f.list(ann)
			made, err := f.s.View(context.Background(), ann, page.Items[0].ID)
			check(f.t, err)
			if page.Total != was+1 || made.Title != "赔偿青苗" || made.Number == v.Number || made.Number == "" || len(made.Parties) != 1 || made.Status != Accepted {
				f.t.Fatalf("%+v", made)
			}
			f.due(made, "holder", "2026-11-12")
			f.refused(v, ann, "split", m{"demands": []string{v.Demands[0].ID}}, errs.Conflict, "oneDemand")
		})
		f.run("split leaves at least one demand", func(f *fixture) {
			v := f.register(ann, two("一"))
			f.refused(v, ann, "split", m{"demands": []string{v.Demands[0].ID, v.Demands[1].ID}}, errs.Invalid, "invalid")
			f.refused(v, ann, "split", m{}, errs.Invalid, "invalid")
		})
	})
}

func (f *fixture) list(c account.Caller, fill ...func(*Filter)) Page {
	f.t.Helper()
	q := Filter{Limit: 100}
	for _, fn := range fill {
		fn(&q)
	}
	p, err := f.s.List(context.Background(), c, q)
	check(f.t, err)
	return p
}
