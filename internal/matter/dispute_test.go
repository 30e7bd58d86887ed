package matter

import (
	"context"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

// The main job (issue 1): a dispute climbs the ladder, is resolved, confirmed by
// the court, followed up and cleared; each wrong step is refused.
func TestADisputeClimbsTheLadder(t *testing.T) {
	onEngines(t, func(f *fixture) {
		g, v1, d1 := f.as(group1, "ann"), f.as(vill1, "ann"), f.as(dept1, "ann")
		v := f.register(g, quarrel("水沟改道引起的邻里纠纷"))
		if v.Number != "马街调登〔2026〕000001号" || v.Status != Registered || v.Holder.Code != group1 {
			t.Fatalf("%+v", v.RowView)
		}
		f.refused(v, g, "attempt", attempt(f, "failed"), errs.Conflict, "stale")
		f.refused(v, f.as(vill1, "lee"), "accept", nil, errs.Forbidden, "notHolder")
		f.refused(v, f.as(group2, "lee"), "accept", nil, errs.NotFound, "notFound")
		f.refused(v, f.as(dept1, "lee"), "accept", nil, errs.NotFound, "notFound")
		v = f.do(v, g, "accept", nil)
		f.refused(v, g, "attempt", attempt(f, "failed"), errs.Forbidden, "notAppointed")
		v = f.do(v, g, "appoint", m{"mediators": []string{g.Person}})
		f.refused(v, g, "attempt", attempt(f, "failed"), errs.Conflict, "noConsent")
		v = f.do(v, g, "consent", m{"party": v.Parties[0].ID, "given": true})
		f.refused(v, g, "attempt", attempt(f, "failed"), errs.Conflict, "noConsent")
		v = f.do(v, g, "consent", m{"party": v.Parties[1].ID, "given": true, "notice": true})
		f.refused(v, g, "escalate", m{"reason": "noAgreement"}, errs.Conflict, "noAttempt")
		f.refused(v, g, "attempt", m{"heldAt": f.today(0), "outcome": "failed", "badge": true, "note": "x"}, errs.Invalid, "invalid")
		f.refused(v, g, "attempt", m{"heldAt": f.today(5), "outcome": "failed", "notice": true, "badge": true, "note": "x"}, errs.Invalid, "invalid")
		v = f.do(v, g, "attempt", attempt(f, "failed"))
		f.refused(v, g, "escalate", m{"reason": "noAgreement", "to": town1}, errs.Invalid, "invalid")
		f.refused(v, g, "escalate", m{"reason": "noAgreement", "to": town2, "skipReason": "urgent"}, errs.Invalid, "invalid")
		f.refused(v, g, "resolve", m{"by": "agreement", "note": "x"}, errs.Conflict, "noAgreement")
		old := v
		v = f.do(v, g, "escalate", m{"reason": "noAgreement"})
		if v.Pending == nil || v.Pending.Body.Code != vill1 || v.Holder.Code != group1 {
			t.Fatalf("pending %+v", v.Pending)
		}
		f.refused(old, g, "escalate", m{"reason": "noAgreement"}, errs.Conflict, "stale")
		f.refused(v, g, "attempt", attempt(f, "failed"), errs.Conflict, "pending")
		f.refused(v, g, "sign", nil, errs.Forbidden, "notReceiver")
		v = f.do(v, v1, "return", m{"reason": "incomplete", "note": "缺丈量记录"})
		if v.Pending != nil || v.Holder.Code != group1 || v.HandOvers != 0 {
			t.Fatalf("after return: %+v", v.RowView)
		}
		v = f.do(v, g, "escalate", m{"reason": "beyondUs"})
		for _, next := range []struct {
			c    string
			then m
		}{{vill1, m{"reason": "noAgreement"}}, {town1, m{"reason": "needsDepartment", "to": dept1}}} {
			c := f.as(next.c, "ann")
			v = f.do(v, c, "sign", nil)
			if v.Holder.Code != next.c {
				t.Fatalf("holder %v", v.Holder)
			}
			v = f.do(v, c, "appoint", m{"mediators": []string{c.Person}})
			v = f.do(v, c, "attempt", attempt(f, "failed"))
			if next.c == town1 {
				f.refused(v, c, "escalate", m{"reason": "needsDepartment"}, errs.Invalid, "invalid")
			}
			v = f.do(v, c, "escalate", next.then)
		}
		v = f.do(v, d1, "sign", nil)
		f.refused(v, d1, "escalate", m{"reason": "noAgreement"}, errs.Conflict, "topLevel")
		v = f.do(v, d1, "appoint", m{"mediators": []string{d1.Person}})
		v = f.do(v, d1, "attempt", attempt(f, "agreed"))
		v = f.do(v, d1, "classify", m{"demand": v.Demands[0].ID, "list": "justified", "reason": "entitled"})
		f.refused(v, d1, "confirmLists", m{"agree": true}, errs.Forbidden, "ownProposal")
		v = f.do(v, d1, "resolve", m{"by": "agreement", "note": "双方同意恢复原水沟，费用各半，十一月底前完工。"})
		f.refused(v, f.as(joint, "lee"), "clear", nil, errs.Conflict, "followUpOpen")
		f.refused(v, d1, "refer", m{"to": "court", "mode": "confirm", "applicants": []string{v.Parties[0].ID}}, errs.Conflict, "notJoint")
		v = f.do(v, d1, "refer", m{"to": "court", "mode": "confirm", "applicants": []string{v.Parties[0].ID, v.Parties[1].ID}})
		if v.Status != Resolved || v.Holder.Code != dept1 {
			t.Fatalf("out at court: %+v", v.RowView)
		}
		seen, err := f.s.View(context.Background(), f.as(court, "ann"), v.ID)
		if err != nil || seen.Mode != ModeRefer {
			t.Fatalf("court sees %v %v", seen.Mode, err)
		}
		v = f.do(v, f.as(dept1, "ben"), "confirmLists", m{"agree": true})
		v = f.do(v, f.as(court, "ann"), "referralOutcome", m{"outcome": "confirmed", "note": "裁定调解协议有效"})
		f.refused(v, f.as(court, "ann"), "followUp", m{"at": f.today(0), "performed": true, "satisfied": true}, errs.Forbidden, "notHolder")
		f.refused(v, d1, "followUp", m{"at": f.today(0), "performed": true, "satisfied": true}, errs.Forbidden, "ownResolution")
		f.now.Advance(48 * time.Hour)
		for range v.FollowUps {
			v = f.do(v, f.as(dept1, "ben"), "followUp", m{"at": f.today(-1), "performed": true, "satisfied": true})
		}
		f.refused(v, f.as(dept1, "ben"), "clear", nil, errs.Forbidden, "notAbove")
		f.refused(v, f.as(joint, "ann"), "clear", nil, errs.Forbidden, "notHead")
		v = f.do(v, f.as(joint, "lee"), "clear", m{"note": "协议和裁定齐全"})
		if v.Status != Cleared || v.ClearedAt == nil {
			t.Fatalf("%+v", v.RowView)
		}
		v, err = f.s.View(context.Background(), d1, v.ID)
		check(t, err)
		v = f.do(v, d1, "reopen", m{"reason": "notPerformed", "party": v.Parties[0].ID})
		if v.Status != Handling || v.Holder.Code != dept1 {
			t.Fatalf("reopened: %+v", v.RowView)
		}
		f.refused(v, d1, "undo", nil, errs.Forbidden, "notYours")
		f.wantTimeline(v.ID, "register accept appoint consent consent attempt escalate return escalate sign appoint attempt escalate sign appoint attempt escalate sign appoint attempt classify resolve refer confirmLists referralOutcome followUp followUp clear reopen")
	})
}

func (f *fixture) wantTimeline(id, want string) {
	f.t.Helper()
	var got []string
	check(f.t, f.s.DB.Read(context.Background(), func(ctx context.Context, q db.Q) error {
		rows, err := timelineOf(ctx, q, county, id)
		if err != nil {
			return err
		}
		for _, e := range rows {
			got = append(got, e.Action)
		}
		st, err := load(ctx, q, county, id)
		if err != nil {
			return err
		}
		if why := verifyChain(rows, st.M.Seq, st.M.Chain); why != "" {
			f.t.Fatal(why)
		}
		return nil
	}))
	if s := strings.Join(got, " "); s != want {
		f.t.Fatalf("timeline\n got %s\nwant %s", s, want)
	}
}
