package matter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/testkit"
)

// The scope matrix: every verb × every body and role, on matters in the standings
// that reach is made of, against a table of who sees what. List, count, to-do,
// search and check must agree.

// standing is a matter and how each body sees it; every body not named sees nothing.
type standing struct {
	name string
	make func(f *fixture) View
	sees map[string]string
}

// offices see the whole county, read-only; the joint office stands above the
// townships and the bodies of the county besides.
func seen(more map[string]string) map[string]string {
	all := map[string]string{joint: ModeCounty, just: ModeCounty, petRm: ModeCounty}
	for b, mode := range more {
		all[b] = mode
	}
	return all
}

func standings() []standing {
	escalated := func(f *fixture) View {
		return f.do(f.tried(group1, "failed"), f.as(group1, "ann"), "escalate", m{"reason": "noAgreement"})
	}
	toDept := func(f *fixture) View {
		return f.do(f.tried(town1, "failed"), f.as(town1, "ann"), "escalate", m{"reason": "needsDepartment", "to": dept1})
	}
	refer := func(f *fixture) View {
		return f.do(f.tried(town1, "failed"), f.as(town1, "ann"), "refer", m{"to": "justice", "mode": "legalAid"})
	}
	atCourt := func(f *fixture) View {
		v := f.settled(vill1, "agreement")
		return f.do(v, f.as(vill1, "ann"), "refer", m{"to": "court", "mode": "confirm", "applicants": []string{v.Parties[0].ID, v.Parties[1].ID}})
	}
	return []standing{
		{"a draft", func(f *fixture) View { return f.register(f.as(group1, "ann"), m{"draft": true, "title": "草稿"}) },
			map[string]string{group1: ModeHold}},
		{"held by a group", func(f *fixture) View { return f.register(f.as(group1, "ann"), quarrel("一")) },
			seen(map[string]string{group1: ModeHold, vill1: ModeAbove, town1: ModeAbove})},
		{"held by a village", func(f *fixture) View { return f.register(f.as(vill1, "ann"), quarrel("一")) },
			seen(map[string]string{vill1: ModeHold, town1: ModeAbove})},
		{"registered for a group", func(f *fixture) View {
			return f.register(f.as(vill1, "ann"), with(quarrel("一"), m{"onBehalfOf": group1}))
		}, seen(map[string]string{group1: ModeHold, vill1: ModeAbove, town1: ModeAbove})},
		{"held by a township", func(f *fixture) View { return f.register(f.as(town1, "ann"), quarrel("一")) },
			seen(map[string]string{town1: ModeHold, joint: ModeAbove})},
		{"held by a department", func(f *fixture) View { return f.register(f.as(dept1, "ann"), quarrel("一")) },
			seen(map[string]string{dept1: ModeHold, joint: ModeAbove})},
		{"sent up, not signed for", escalated, seen(map[string]string{group1: ModeHold, vill1: ModePending, town1: ModeAbove})},
		{"signed for above", func(f *fixture) View { return f.do(escalated(f), f.as(vill1, "ann"), "sign", nil) },
			seen(map[string]string{group1: ModeRead, vill1: ModeHold, town1: ModeAbove})},
		{"waiting for a department", toDept, seen(map[string]string{town1: ModeHold, dept1: ModePending, joint: ModeAbove})},
		{"returned by it", func(f *fixture) View { return f.do(toDept(f), f.as(dept1, "ann"), "return", m{"reason": "notOurs"}) },
			seen(map[string]string{town1: ModeHold, joint: ModeAbove})},
		{"signed for by it", func(f *fixture) View { return f.do(toDept(f), f.as(dept1, "ann"), "sign", nil) },
			seen(map[string]string{town1: ModeRead, dept1: ModeHold, joint: ModeAbove})},
		{"helped", func(f *fixture) View {
			return f.do(f.tried(vill1, "failed"), f.as(vill1, "ann"), "requestHelp", m{"bodies": []string{dept2, disc}, "task": "量", "due": "2026-11-06"})
		}, seen(map[string]string{vill1: ModeHold, town1: ModeAbove, dept2: ModeHelp, disc: ModeHelp})},
		{"out at the justice bureau", refer, seen(map[string]string{town1: ModeHold, just: ModeRefer, joint: ModeAbove})},
		{"answered by it", func(f *fixture) View {
			return f.do(refer(f), f.as(just, "ann"), "referralOutcome", m{"outcome": "guided"})
		}, seen(map[string]string{town1: ModeHold, just: ModeRead, joint: ModeAbove})},
		{"out at court", atCourt, seen(map[string]string{vill1: ModeHold, town1: ModeAbove, court: ModeRefer})},
		{"back from court", func(f *fixture) View {
			return f.do(atCourt(f), f.as(court, "ann"), "referralOutcome", m{"outcome": "confirmed"})
		}, seen(map[string]string{vill1: ModeHold, town1: ModeAbove, court: ModeRead})},
		{"written down for a citizen and forwarded", func(f *fixture) View {
			v := f.do(f.register(f.as(vill3, "ann"), petition("一")), f.as(vill3, "ann"), "forward", m{"to": gov1})
			return f.do(v, f.as(gov1, "ann"), "sign", nil)
		}, seen(map[string]string{vill3: ModeRead, gov1: ModeHold, joint: ModeAbove})},
		{"merged", func(f *fixture) View {
			into := f.register(f.as(vill2, "ann"), quarrel("主"))
			return f.do(f.register(f.as(vill2, "ann"), quarrel("并")), f.as(vill2, "ann"), "merge", m{"into": into.ID})
		}, seen(map[string]string{vill2: ModeHold, town1: ModeAbove})},
	}
}

func TestScopeMatrix(t *testing.T) {
	for _, s := range standings() {
		t.Run(s.name, func(t *testing.T) {
			onEngines(t, func(f *fixture) {
				v := s.make(f)
				for _, o := range f.tree.All() {
					if !o.IsBody() {
						continue
					}
					for _, roles := range [][]string{{"head"}, {"mediator"}, nil} {
						if s.sees[o.Code] == "" && len(roles) == 0 || s.sees[o.Code] == "" && roles[0] != "head" {
							continue // who sees nothing with the stronger role sees nothing
						}
						c := f.as(o.Code, "ben")
						c.Roles = roles
						f.verbs(v, c, s.sees[o.Code])
					}
				}
				for _, c := range f.strangers() {
					f.verbs(v, c, "")
				}
			})
		})
	}
}

// strangers see nothing at all: the three administrators, people without an
// acting body, and anybody of another county.
func (f *fixture) strangers() []account.Caller {
	out := []account.Caller{{County: county, Person: "nobody", Name: "无单位", Roles: []string{"head", "mediator"}}}
	for _, admin := range []string{"system", "security", "auditor"} {
		out = append(out, account.Caller{County: county, Person: admin, Name: admin, Admin: admin})
	}
	return out
}

// verbs tries every verb as a caller, on a matter it sees in a mode ("" for not).
func (f *fixture) verbs(v View, c account.Caller, mode string) {
	f.t.Helper()
	ctx, found := context.Background(), mode != ""
	whole := found && mode != ModeHelp
	verb := func(name string, err error, may bool, kind errs.Kind) {
		if (err == nil) != may || err != nil && errs.As(err).Kind != kind {
			f.t.Fatalf("%s by %s %v, seeing it as %q: %v", name, c.Name, c.Roles, mode, err)
		}
	}
	got, err := f.s.View(ctx, c, v.ID)
	verb("view", err, found, errs.NotFound)
	if got.Mode != mode || len(c.Roles) == 0 && len(got.Actions) > 0 {
		f.t.Fatalf("%s sees it as %q with %v, want %q", c.Name, got.Mode, got.Actions, mode)
	}
	_, err = f.s.Timeline(ctx, c, v.ID)
	verb("timeline", err, found, errs.NotFound)
	_, err = f.s.Slip(ctx, c, v.ID)
	if mode == ModeHelp {
		verb("slip", err, false, errs.Forbidden)
	} else {
		verb("slip", err, found, errs.NotFound)
	}
	party := "none"
	if len(v.Parties) > 0 {
		party = v.Parties[0].ID
		_, err = f.s.Reveal(ctx, c, v.ID, party, "contact")
		verb("reveal", err, whole, errs.NotFound)
	}
	check(f.t, f.s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		if m, ok := f.s.Reaches(ctx, q, c, v.ID); ok != whole || ok && m != mode {
			f.t.Fatalf("attachments: %s reaches it as %q, %v", c.Name, m, ok)
		}
		return nil
	}))
	f.acts(v, c, got.Actions, found)
	if c.County == county && (c.Org == "" || c.Is("head")) {
		f.lists(v, c, found)
	}
}

// acts: nothing that is not offered is done, and nobody unseeing learns that the
// matter is there. In one transaction that is rolled back, for speed.
func (f *fixture) acts(v View, c account.Caller, offers []ActionView, found bool) {
	f.t.Helper()
	err := f.s.DB.Batch(context.Background(), func(ctx context.Context) error {
		for i := range Table {
			action := Table[i].Action
			if (!found || len(c.Roles) == 0) && i%6 != 0 { // refused before the row is looked at: some will do
				continue
			}
			if slices.ContainsFunc(offers, func(a ActionView) bool { return a.Action == action }) {
				continue
			}
			_, err := f.s.Act(ctx, c, v.ID, action, v.Version, json.RawMessage(`{}`), db.Operation{})
			if err == nil {
				return fmt.Errorf("%s was not offered and done", action)
			}
			if k := errs.As(err).Kind; (k == errs.NotFound) == found {
				return fmt.Errorf("%s: %w", action, err)
			}
		}
		return errRollback
	})
	if !errors.Is(err, errRollback) {
		f.t.Fatalf("by %s: %v", c.Name, err)
	}
}

// lists: list, count, search, changes and to-do have the matter exactly where the
// check has it.
func (f *fixture) lists(v View, c account.Caller, found bool) {
	f.t.Helper()
	has := func(p Page) bool {
		return slices.ContainsFunc(p.Items, func(r RowView) bool { return r.ID == v.ID })
	}
	all := f.list(c)
	if has(all) != found || all.Total != int64(len(all.Items)) {
		f.t.Fatalf("list of %s: %d of %d", c.Name, len(all.Items), all.Total)
	}
	for name, fill := range map[string]func(*Filter){
		"search": func(x *Filter) { x.Q = v.Title }, "holder": func(x *Filter) { x.Holder = []string{v.Holder.Code} },
		"kind": func(x *Filter) { x.Kind = []string{v.Kind} }, "due": func(x *Filter) { x.Sort = "due" },
		"under": func(x *Filter) { x.Under = v.Holder.Code },
	} {
		if p := f.list(c, fill); has(p) != found || p.Total != int64(len(p.Items)) {
			f.t.Fatalf("%s by %s: %v, want %v", name, c.Name, has(p), found)
		}
	}
	moved, err := f.s.Changes(context.Background(), c, time.Time{})
	check(f.t, err)
	if slices.ContainsFunc(moved.Items, func(x ChangeView) bool { return x.ID == v.ID }) != found {
		f.t.Fatalf("changes of %s", c.Name)
	}
	todo, err := f.s.Todo(context.Background(), c)
	check(f.t, err)
	doable := map[string]string{"toSign": "sign", "toClear": "clear"}
	for _, g := range todo.Groups {
		for _, r := range g.Items {
			if r.ID != v.ID {
				continue
			}
			if !found {
				f.t.Fatalf("%s has a to-do on what it does not see", c.Name)
			}
			got := f.at(v, c)
			if a := doable[g.Key]; a != "" && len(c.Roles) > 0 && !offered(got, a) {
				f.t.Fatalf("%s is to %s and is not offered it", c.Name, a)
			}
			if g.Key == "toConfirm" && len(c.Roles) > 0 && !offered(got, "confirmLists") && !offered(got, "confirmDecline") {
				f.t.Fatalf("%s is to confirm and is not offered it", c.Name)
			}
		}
	}
}

// A matter of another county is not there, whatever the body is called.
func TestAnotherCountySeesNothing(t *testing.T) {
	onEngines(t, func(f *fixture) {
		v := f.register(f.as(group1, "ann"), quarrel("一"))
		check(f.t, account.CreateCounty(context.Background(), f.s.DB, f.keys, "530999", "邻县", true))
		for _, body := range []string{group1, joint, dept1} {
			c := f.as(body, "lee")
			c.County = "530999"
			f.verbs(v, c, "")
		}
	})
}

// Merging reaches into another matter: only one in sight, of one's own.
func TestMergeIntoIsScoped(t *testing.T) {
	onEngines(t, func(f *fixture) {
		mine := f.register(f.as(vill1, "ann"), quarrel("我的"))
		for body, msg := range map[string]string{vill2: "没有找到", group1: "本单位持有"} {
			other := f.register(f.as(body, "ann"), quarrel("别人的"))
			_, err := f.try(mine, f.as(vill1, "ann"), "merge", m{"into": other.ID})
			if e := f.wantErr(err, errs.Invalid, "invalid"); !strings.Contains(e.Msg, msg) {
				f.t.Fatal(e.Msg)
			}
		}
	})
}

func TestReveal(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ctx, ann := context.Background(), f.as(group1, "ann")
		v := f.register(ann, quarrel("一"))
		id := v.Parties[0].ID
		f.run("views are masked, everywhere", func(f *fixture) {
			all, err := json.Marshal(f.at(v, ann))
			check(f.t, err)
			if s := string(all); strings.Contains(s, "10008780001") || strings.Contains(s, "532328196501010019") {
				f.t.Fatal("in clear")
			}
		})
		f.run("the holder of an open matter sees the contact, logged", func(f *fixture) {
			rows := testkit.Count(f.t, f.s.DB, "audit_row")
			got, err := f.s.Reveal(ctx, ann, v.ID, id, "")
			check(f.t, err)
			if got.Phone != "10008780001" || got.IDNumber != "532328196501010019" || testkit.Count(f.t, f.s.DB, "audit_row") != rows+1 {
				f.t.Fatalf("%+v", got)
			}
			if seq := len(f.rows(v.ID)); seq != 1 {
				f.t.Fatalf("%d timeline rows", seq)
			}
		})
		f.run("elsewhere a listed reason is asked and logged", func(f *fixture) {
			for _, c := range []account.Caller{f.as(vill1, "ann"), f.as(just, "ann")} {
				for _, reason := range []string{"", "curious"} {
					_, err := f.s.Reveal(ctx, c, v.ID, id, reason)
					f.wantErr(err, errs.Invalid, "invalid")
				}
				_, err := f.s.Reveal(ctx, c, v.ID, id, "inspection")
				check(f.t, err)
			}
			_, err := f.s.Reveal(ctx, ann, v.ID, "noSuch", "contact")
			f.wantErr(err, errs.Invalid, "invalid")
		})
		f.run("of a closed one the holder too", func(f *fixture) {
			w := f.settled(group1, "oral")
			_, err := f.s.Reveal(ctx, ann, w.ID, w.Parties[0].ID, "")
			f.wantErr(err, errs.Invalid, "invalid")
			_, err = f.s.Reveal(ctx, ann, w.ID, w.Parties[0].ID, "followUp")
			check(f.t, err)
		})
	})
}

func TestBulkConfirmation(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ctx, ann, ben := context.Background(), f.as(vill1, "ann"), f.as(vill1, "ben")
		var items []BulkItem
		var views []View
		for range 3 {
			v := f.do(f.register(ann, quarrel("一")), ann, "accept", nil)
			v = f.do(v, ann, "classify", m{"demand": v.Demands[0].ID, "list": "justified", "reason": "entitled"})
			views, items = append(views, v), append(items, BulkItem{v.ID, v.Version})
		}
		items[1].Version--
		foreign := f.register(f.as(vill2, "ann"), quarrel("别家"))
		items = append(items, BulkItem{foreign.ID, 1})
		op := db.Operation{Person: ben.Person, Key: "bulk", Request: "r"}
		for range 2 { // the same operation again: the same answer
			got, err := f.s.ConfirmLists(ctx, ben, items, true, []string{views[2].Demands[0].ID}, "半月研判", op)
			check(f.t, err)
			if len(got.Done) != 2 || len(got.Refused) != 2 || got.Refused[0].Code != "stale" || got.Refused[1].Code != "notFound" || got.Refused[0].Detail == "" {
				f.t.Fatalf("%+v", got)
			}
		}
		if v := f.at(views[0], ann); v.Demands[0].List != "justified" || f.last(v.ID).Note != "半月研判" {
			f.t.Fatalf("%+v", v.Demands)
		}
		if v := f.at(views[2], ann); v.Demands[0].List != "" || v.Demands[0].ListProposed != "" {
			f.t.Fatalf("excepted: %+v", v.Demands)
		}
		got, err := f.s.ConfirmLists(ctx, ann, []BulkItem{{views[1].ID, views[1].Version}}, true, nil, "", db.Operation{})
		check(f.t, err)
		if len(got.Refused) != 1 || got.Refused[0].Code != "ownProposal" {
			f.t.Fatalf("%+v", got)
		}
		if p := f.list(ann, func(x *Filter) { x.List = []string{"justified"} }); p.Total != 1 {
			f.t.Fatalf("%d on the list", p.Total)
		}
	})
}
