package matter

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

func TestTransfer(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, lee := f.as(group1, "ann"), f.as(group1, "lee")
		to := func(code string) m { return m{"to": code, "reason": "competence"} }
		f.run("is the head's, sideways or down, without an attempt, counted when signed for", func(f *fixture) {
			v := f.register(ann, quarrel("一"))
			f.refused(v, ann, "transfer", to(group2), errs.Forbidden, "notHead")
			for _, bad := range []string{vill1, dept1, group1, court, root, "999999", ""} {
				f.refused(v, lee, "transfer", to(bad), errs.Invalid, "invalid")
			}
			v = f.do(v, lee, "transfer", to(group2))
			if v.HandOvers != 0 || v.Pending == nil || v.Pending.Action != "transfer" {
				f.t.Fatalf("%+v", v.RowView)
			}
			f.due(v, "receipt", "2026-11-04")
			f.due(v, "acceptance", "2026-11-05")
			if v = f.do(v, f.as(group2, "ann"), "sign", nil); v.HandOvers != 1 || v.Status != Registered || v.Holder.Code != group2 {
				f.t.Fatalf("%+v", v.RowView)
			}
			if d := f.clock(v, "acceptance"); d.Org.Code != group2 {
				f.t.Fatalf("acceptance is the duty of %s", d.Org.Name)
			}
		})
		f.run("a return or a recall is none", func(f *fixture) {
			v := f.do(f.register(ann, quarrel("一")), lee, "transfer", to(group2))
			v = f.do(v, f.as(group2, "ben"), "return", m{"reason": "notOurs", "note": "不在我组"})
			if e := f.last(v.ID); v.HandOvers != 0 || v.Holder.Code != group1 || e.Note != "不在我组" {
				f.t.Fatalf("%+v", v.RowView)
			}
			f.still(f.at(v, ann), "receipt")
			v = f.do(f.at(v, lee), lee, "transfer", to(group2))
			f.refused(v, f.as(vill1, "lee"), "recall", m{"reason": "mistake"}, errs.Forbidden, "notHolder")
			if v = f.do(v, ann, "recall", m{"reason": "mistake"}); v.Pending != nil {
				f.t.Fatal("still pending")
			}
		})
		f.run("the third is ordered by a head above, who names the holder", func(f *fixture) {
			v := f.register(ann, quarrel("一"))
			for _, next := range []string{group2, group1} {
				v = f.do(v, f.as(v.Holder.Code, "lee"), "transfer", to(next))
				v = f.do(v, f.as(next, "ann"), "sign", nil)
			}
			f.refused(v, lee, "transfer", to(group2), errs.Forbidden, "handOverLimit")
			f.refused(v, f.as(vill1, "ann"), "transfer", to(group2), errs.Forbidden, "handOverLimit")
			v = f.do(v, f.as(vill1, "lee"), "transfer", to(group2))
			f.refused(v, ann, "recall", m{"reason": "mistake"}, errs.Forbidden, "notAbove")
			v = f.do(v, f.as(vill1, "ann"), "recall", m{"reason": "mistake"})
			v = f.do(v, f.as(vill1, "lee"), "transfer", to(group2))
			if v = f.do(v, f.as(group2, "ann"), "sign", nil); v.HandOvers != 3 {
				f.t.Fatalf("%d hand-overs", v.HandOvers)
			}
		})
		f.run("steps of the ladder never count", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), ann, "escalate", m{"reason": "noAgreement"})
			if v = f.do(v, f.as(vill1, "ann"), "sign", nil); v.HandOvers != 0 {
				f.t.Fatalf("%d hand-overs", v.HandOvers)
			}
			f.due(v, "holder", "2026-11-17")
			f.due(v, "matter", "2026-12-02")
		})
	})
}

func TestEscalate(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		f.run("past a level only with a reason", func(f *fixture) {
			v := f.tried(group1, "failed")
			f.wrongField(v, ann, "escalate", m{"reason": "beyondUs", "to": dept1}, "skipReason")
			f.wrongField(v, ann, "escalate", m{"reason": "beyondUs", "to": dept1, "skipReason": "noSuch"}, "skipReason")
			f.wrongField(v, ann, "escalate", m{"to": vill1}, "reason")
			for _, bad := range []string{vill2, town2, gov1, court, just, group2} {
				f.wrongField(v, ann, "escalate", m{"reason": "beyondUs", "to": bad, "skipReason": "urgent"}, "to")
			}
			v = f.do(v, ann, "escalate", m{"reason": "beyondUs", "to": dept1, "skipReason": "keyProject"})
			if text := f.last(v.ID).Text; !strings.Contains(text, "提级") || v.Pending.Body.Code != dept1 {
				f.t.Fatal(text)
			}
			v = f.do(v, f.as(dept1, "ann"), "sign", nil)
			f.refused(v, f.as(dept1, "ann"), "escalate", m{"reason": "beyondUs"}, errs.Conflict, "topLevel")
			f.due(v, "holder", "2026-12-02")
		})
		f.run("needs an attempt of this holder, not of the one before", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), ann, "escalate", m{"reason": "noAgreement"})
			v = f.do(v, f.as(vill1, "ann"), "sign", nil)
			f.refused(v, f.as(vill1, "ann"), "escalate", m{"reason": "noAgreement"}, errs.Conflict, "noAttempt")
		})
	})
}

func TestHelp(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, helper := f.as(group1, "ann"), f.as(dept2, "ann")
		ask := m{"bodies": []string{dept2}, "task": "量一量水沟", "due": "2026-11-06"}
		f.run("the helper sees what the task needs and does that alone", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), ann, "requestHelp", ask)
			seen := f.at(v, helper)
			if seen.Mode != ModeHelp || len(seen.Parties)+len(seen.Attempts)+len(seen.Attachments) != 0 || seen.Description != "" ||
				len(seen.Helps) != 1 || seen.Place.Text == "" || len(seen.Actions) != 1 || seen.Actions[0].Action != "helpDone" {
				f.t.Fatalf("%+v", seen)
			}
			f.due(seen, "help", "2026-11-06")
			if seen.Next == nil || seen.Next.Clock != "help" {
				f.t.Fatalf("%+v", seen.Next)
			}
			if rows, err := f.s.Timeline(context.Background(), helper, v.ID); err != nil || len(rows) != 0 {
				f.t.Fatalf("%+v %v", rows, err)
			}
			_, err := f.s.Reveal(context.Background(), helper, v.ID, v.Parties[0].ID, "contact")
			f.wantErr(err, errs.NotFound, "notFound")
			_, err = f.s.Slip(context.Background(), helper, v.ID)
			f.wantErr(err, errs.Forbidden, "helper")
			f.refused(v, helper, "resolve", m{"by": "relief", "note": "x", "paper": paper}, errs.Forbidden, "notHolder")
			nobody := helper
			nobody.Roles = nil
			if got := f.at(v, nobody); len(got.Actions) != 0 {
				f.t.Fatal("offered to a person without a role")
			}
			v = f.do(v, helper, "helpDone", m{"result": "沟宽一尺二"})
			f.still(f.at(v, ann), "help")
			if v = f.at(v, ann); len(v.Helps) != 1 || v.Helps[0].Result == nil || *v.Helps[0].Result != "沟宽一尺二" {
				f.t.Fatalf("%+v", v.Helps)
			}
			f.refused(v, helper, "helpDone", m{"result": "x"}, errs.Forbidden, "notHelper")
		})
		f.run("goes on while the matter is sent on, and ends with it", func(f *fixture) {
			v := f.do(f.tried(group1, "agreed"), ann, "requestHelp", ask)
			v = f.do(v, ann, "escalate", m{"reason": "noAgreement"})
			if !f.todoHas(helper, "mine", v.ID) {
				f.t.Fatal("the helper's to-do is gone while the matter waits")
			}
			v = f.do(v, f.as(vill1, "ann"), "return", m{"reason": "canSettle"})
			v = f.do(v, ann, "resolve", m{"by": "oral", "note": "谈成"})
			if h := v.Helps[0]; h.DoneAt == nil {
				f.t.Fatalf("%+v", h)
			}
			f.refused(v, helper, "helpDone", m{"result": "x"}, errs.Conflict, "stale")
		})
		f.run("is not asked of oneself, the court or a body that does not exist, nor for yesterday", func(f *fixture) {
			v := f.register(ann, quarrel("一"))
			for _, bodies := range [][]string{{group1}, {court}, {root}, {"999"}, {}} {
				f.wrongField(v, ann, "requestHelp", m{"bodies": bodies, "task": "量", "due": "2026-11-06"}, "bodies")
			}
			f.wrongField(v, ann, "requestHelp", m{"bodies": []string{dept2}, "task": "量", "due": "2026-11-01"}, "due")
			f.wrongField(v, ann, "requestHelp", m{"bodies": []string{dept2}, "task": " ", "due": "2026-11-06"}, "task")
		})
	})
}

// todoHas tells whether a group of the caller's to-do has the matter.
func (f *fixture) todoHas(c account.Caller, key, id string) bool {
	f.t.Helper()
	todo, err := f.s.Todo(context.Background(), c)
	check(f.t, err)
	for _, g := range todo.Groups {
		if g.Key == key {
			return slices.ContainsFunc(g.Items, func(r RowView) bool { return r.ID == id })
		}
	}
	f.t.Fatalf("no group %s", key)
	return false
}

func TestReferJustice(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, j := f.as(group1, "ann"), f.as(just, "ann")
		f.run("the holder's clock pauses, the bureau answers, the sender stays holder", func(f *fixture) {
			v := f.tried(group1, "failed")
			f.wrongField(v, ann, "refer", m{"to": "court", "mode": "legalAid"}, "to")
			f.wrongField(v, ann, "refer", m{"to": "justice"}, "mode")
			v = f.is(f.do(v, ann, "refer", m{"to": "justice", "mode": "legalAid", "note": "老人没钱请律师"}), Referred)
			if d := f.clock(v, "holder"); d.State != paused || v.Holder.Code != group1 {
				f.t.Fatalf("%+v", d)
			}
			f.due(v, "referral", "2026-11-17")
			f.refused(v, ann, "attempt", attempt(f, "failed"), errs.Conflict, "stale")
			f.refused(v, f.as(vill1, "lee"), "referralOutcome", m{"outcome": "guided"}, errs.Forbidden, "notReferred")
			f.wrongField(v, ann, "referralOutcome", m{"outcome": "guided"}, "attachment")
			f.wrongField(v, j, "referralOutcome", m{"outcome": "confirmed"}, "outcome")
			f.now.Advance(50 * time.Hour)
			v = f.is(f.do(v, j, "referralOutcome", m{"outcome": "aidGiven", "note": "已指派"}), Handling)
			f.due(v, "holder", "2026-11-13") // three days begun end on a Sunday: early for a body
			f.still(v, "referral")
			if v = f.at(v, j); v.Mode != ModeRead {
				f.t.Fatalf("answered, and sees it as %s", v.Mode)
			}
			f.now.Advance(-50 * time.Hour)
		})
		f.run("the holder hands in the answer with its paper", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), ann, "refer", m{"to": "justice", "mode": "expertOpinion"})
			file := addFile(f, context.Background(), v.ID)
			f.is(f.do(v, ann, "referralOutcome", m{"outcome": "opinionGiven", "attachment": file}), Handling)
		})
		f.run("ends a pause that was ordered", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), f.as(group1, "lee"), "pause", m{"reason": "survey", "until": "2026-11-04"})
			v = f.do(v, ann, "refer", m{"to": "justice", "mode": "legalAid"})
			f.now.Advance(3 * 24 * time.Hour)
			f.tick(0)
			if d := f.clock(f.at(v, ann), "holder"); d.State != paused {
				f.t.Fatalf("%+v", d)
			}
			f.now.Advance(-3 * 24 * time.Hour)
		})
		f.run("a party may withdraw while it is out", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), ann, "refer", m{"to": "justice", "mode": "adminRoute"})
			v = f.is(f.do(v, ann, "withdraw", m{"reason": "noLonger", "attachment": addFile(f, context.Background(), v.ID)}), Withdrawn)
			f.still(v)
			if r := v.Referrals[0]; r.Outcome == nil || *r.Outcome != "withdrawn" {
				f.t.Fatalf("%+v", r)
			}
		})
	})
}

func TestReferCourt(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, c := f.as(group1, "ann"), f.as(court, "ann")
		joint := func(v View) m {
			return m{"to": "court", "mode": "confirm", "applicants": []string{v.Parties[0].ID, v.Parties[1].ID}}
		}
		f.run("is too late after thirty days", func(f *fixture) {
			v := f.settled(group1, "agreement")
			f.due(v, "confirmApply", "2026-12-02")
			f.now.Advance(31 * 24 * time.Hour)
			f.refused(v, ann, "refer", joint(v), errs.Conflict, "confirmTooLate")
			f.now.Advance(-31 * 24 * time.Hour)
			f.do(v, ann, "refer", joint(v))
		})
		f.run("needs an agreement", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), ann, "resolve", m{"by": "relief", "note": "救助到户", "paper": paper})
			f.refused(v, ann, "refer", joint(v), errs.Conflict, "noAgreement")
		})
		f.run("is not asked twice, blocks clearance, and leaves the court a reader", func(f *fixture) {
			v := f.followed(group1, "agreement")
			v = f.do(v, ann, "refer", joint(v))
			f.due(v, "confirm", "2026-12-02")
			f.refused(v, ann, "refer", joint(v), errs.Conflict, "atCourt")
			f.refused(v, f.as(vill1, "lee"), "clear", nil, errs.Conflict, "atCourt")
			f.refused(v, ann, "reopen", m{"reason": "notPerformed"}, errs.Conflict, "atCourt")
			f.refused(v, f.as(just, "ann"), "referralOutcome", m{"outcome": "confirmed"}, errs.Forbidden, "notReferred")
			v = f.is(f.do(v, c, "referralOutcome", m{"outcome": "confirmed"}), Resolved)
			if got := f.at(v, c); got.Mode != ModeRead || len(got.Actions) > 1 {
				f.t.Fatalf("%s %+v", got.Mode, got.Actions)
			}
			f.refused(v, ann, "refer", joint(v), errs.Conflict, "confirmed")
			f.is(f.do(v, f.as(vill1, "lee"), "clear", nil), Cleared)
		})
		f.run("a refused or withdrawn application may be made again in time", func(f *fixture) {
			v := f.settled(group1, "oral")
			v = f.do(v, ann, "refer", joint(v))
			v = f.do(v, c, "referralOutcome", m{"outcome": "refused", "note": "材料不全"})
			f.do(f.at(v, ann), ann, "refer", joint(v))
		})
	})
}

func TestGuideToCourt(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		v := f.tried(group1, "failed")
		f.wrongField(v, ann, "guideToCourt", m{}, "party")
		v = f.is(f.do(v, ann, "guideToCourt", m{"party": v.Parties[0].ID}), Handling)
		if text := f.last(v.ID).Text; !strings.Contains(text, v.Parties[0].Name) {
			f.t.Fatal(text)
		}
		_, err := f.s.View(context.Background(), f.as(court, "ann"), v.ID)
		f.wantErr(err, errs.NotFound, "notFound") // papers, not the file
		v = f.do(v, ann, "end", m{"reason": "otherRoute", "remedies": []string{"lawsuit"}})
		f.is(f.do(v, ann, "guideToCourt", m{"party": v.Parties[1].ID}), Ended)
	})
}

// The court's own referral goes to a body that signs; the court stays a reader.
func TestCourtEntrusts(t *testing.T) {
	onEngines(t, func(f *fixture) {
		c := f.as(court, "ann")
		n := quarrel("诉前委派的借款")
		n["source"], n["mode"] = "court", "preFiling"
		for _, to := range []any{nil, court, gov1, "999"} {
			n["to"] = to
			_, err := f.s.Register(context.Background(), c, raw(n), db.Operation{})
			f.wantErr(err, errs.Invalid, "invalid")
		}
		n["to"] = town1
		v := f.register(c, n)
		if v.Source != "court" || v.Pending == nil || v.Pending.Body.Code != town1 || v.Holder.Code != court {
			t.Fatalf("%+v", v)
		}
		_, err := f.s.Register(context.Background(), f.as(dept1, "lee"), raw(n), db.Operation{})
		f.wantErr(err, errs.Invalid, "invalid")
		v = f.do(v, f.as(town1, "ann"), "sign", nil)
		if v = f.at(v, c); v.Mode != ModeRead || v.Holder.Code != town1 {
			t.Fatalf("%+v", v.RowView)
		}
		f.is(f.do(v, f.as(town1, "ann"), "accept", nil), Accepted)
		n["id"] = nil
		v = f.register(c, n)
		v = f.do(v, f.as(town1, "ann"), "return", m{"reason": "notOurs"})
		f.refused(v, c, "accept", nil, errs.Conflict, "notMediationBody")
	})
}
