package matter

import (
	"context"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/errs"
)

func TestUndo(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, ben := f.as(group1, "ann"), f.as(group1, "ben")
		f.run("puts back what was, clocks too, and the timeline keeps both rows", func(f *fixture) {
			v := f.register(ann, quarrel("一"))
			before := f.state(v.ID)
			v = f.do(v, ann, "accept", nil)
			if v.Undo == nil || v.Undo.Seq != 2 {
				f.t.Fatalf("undo %+v", v.Undo)
			}
			f.now.Advance(9 * time.Minute)
			v = f.is(f.do(v, ann, "undo", nil), Registered)
			after := f.state(v.ID)
			if len(after.Deadlines) != len(before.Deadlines) || after.Deadlines[0] != before.Deadlines[0] || after.M.AcceptedAt != 0 {
				f.t.Fatalf("%+v", after)
			}
			f.wantTimeline(v.ID, "register accept undo")
			shown, err := f.s.Timeline(context.Background(), ann, v.ID)
			if check(f.t, err); !shown[1].Reversed || shown[2].Reversed {
				f.t.Fatalf("%+v", shown)
			}
			f.refused(v, ann, "undo", nil, errs.Forbidden, "notYours")
		})
		f.run("not after ten minutes", func(f *fixture) {
			v := f.do(f.register(ann, quarrel("一")), ann, "accept", nil)
			f.now.Advance(10 * time.Minute)
			if v = f.at(v, ann); offered(v, "undo") || v.Undo != nil {
				f.t.Fatal("still offered")
			}
			f.refused(v, ann, "undo", nil, errs.Forbidden, "notYours")
		})
		f.run("not another's step, nor after somebody else acted", func(f *fixture) {
			v := f.do(f.register(ann, quarrel("一")), ann, "accept", nil)
			f.refused(v, ben, "undo", nil, errs.Forbidden, "notYours")
			v = f.do(v, ben, "appoint", m{"mediators": []string{ben.Person}})
			f.refused(v, ann, "undo", nil, errs.Forbidden, "notYours")
		})
		f.run("not a registration, nor a party's own act", func(f *fixture) {
			v := f.register(ann, quarrel("一"))
			f.refused(v, ann, "undo", nil, errs.Forbidden, "notYours")
			v = f.do(v, ann, "withdraw", m{"reason": "settledSelf", "attachment": addFile(f, context.Background(), v.ID)})
			f.refused(v, ann, "undo", nil, errs.Forbidden, "notYours")
			v = f.do(f.tried(group1, "failed"), ann, "guideToCourt", m{"party": f.partyOf(1)})
			f.refused(v, ann, "undo", nil, errs.Forbidden, "notYours")
		})
		f.run("what was sent is recalled, not undone", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), ann, "escalate", m{"reason": "noAgreement"})
			if offered(v, "undo") || v.Undo != nil {
				f.t.Fatal("offered")
			}
			f.refused(v, ann, "undo", nil, errs.Conflict, "pending")
		})
		f.run("of a signature gives the matter back to sign", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), ann, "escalate", m{"reason": "noAgreement"})
			vill := f.as(vill1, "ann")
			v = f.do(f.do(v, vill, "sign", nil), vill, "undo", nil)
			if v.Holder.Code != group1 || v.Pending == nil || v.Pending.Body.Code != vill1 || len(v.Route) != 1 {
				f.t.Fatalf("%+v", v.RowView)
			}
			f.do(v, vill, "return", m{"reason": "canSettle"})
		})
	})
}

// partyOf names the n-th party of the newest matter.
func (f *fixture) partyOf(n int) string {
	f.t.Helper()
	newest := f.list(f.as(joint, "ann")).Items[0]
	return f.state(newest.ID).Parties[n].ID
}

func TestAppoint(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, ben, lee := f.as(group1, "ann"), f.as(group1, "ben"), f.as(group1, "lee")
		accepted := func(f *fixture) View { return f.do(f.register(ann, quarrel("一")), ann, "accept", nil) }
		just := func(ids ...string) m { return m{"mediators": ids} }
		f.run("a mediator appoints themself where nobody is, and nobody else", func(f *fixture) {
			v := accepted(f)
			f.refused(v, ann, "appoint", just(ben.Person), errs.Forbidden, "notHead")
			f.refused(v, ann, "appoint", just(ann.Person, ben.Person), errs.Forbidden, "notHead")
			f.wrongField(v, ann, "appoint", just(vill1+"ann"), "mediators")
			f.wrongField(v, ann, "appoint", just(), "mediators")
			v = f.do(v, ann, "appoint", just(ann.Person))
			f.refused(v, ben, "appoint", just(ben.Person), errs.Forbidden, "notHead")
		})
		f.run("who is appointed does not put others out", func(f *fixture) {
			v := f.do(accepted(f), lee, "appoint", just(ann.Person, ben.Person))
			f.refused(v, ann, "appoint", just(ann.Person), errs.Forbidden, "notHead")
			if v = f.do(v, lee, "appoint", just(ben.Person)); len(v.Appointed) != 1 || v.Appointed[0].ID != ben.Person {
				f.t.Fatalf("%+v", v.Appointed)
			}
		})
		f.run("warns of a namesake among the parties", func(f *fixture) {
			n := quarrel("一")
			n["parties"] = []m{{"name": ann.Name}, {"name": "普文才"}}
			v := f.do(f.register(ann, n), ann, "accept", nil)
			v = f.do(v, ann, "appoint", just(ann.Person))
			if text := f.last(v.ID).Text; !strings.Contains(text, "利害关系") {
				f.t.Fatal(text)
			}
		})
		f.run("ends when the holder changes", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), ann, "escalate", m{"reason": "noAgreement"})
			if v = f.do(v, f.as(vill1, "lee"), "sign", nil); len(v.Appointed) != 0 {
				f.t.Fatalf("%+v", v.Appointed)
			}
			f.refused(v, f.as(vill1, "lee"), "attempt", attempt(f, "failed"), errs.Forbidden, "notAppointed")
		})
	})
}

func TestConsentAndEnd(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		f.run("a refusal ends the mediation with the remedies named", func(f *fixture) {
			v := f.do(f.register(ann, quarrel("一")), ann, "accept", nil)
			v = f.is(f.do(v, ann, "consent", m{"party": v.Parties[1].ID, "given": false}), Ended)
			f.still(v)
			if !strings.Contains(v.NoticeNote, "起诉") || v.EndedAt == nil || v.Parties[1].Consent.Given {
				f.t.Fatalf("%+v", v)
			}
			f.refused(v, also(f.as(vill1, "lee"), ann.Person), "clear", nil, errs.Forbidden, "ownClearance")
			v = f.is(f.do(v, ann, "reopen", m{"reason": "willing", "party": v.Parties[1].ID}), Handling)
			if v.Parties[1].Consent != nil {
				f.t.Fatal("is to be asked anew")
			}
			f.refused(v, ann, "end", m{"reason": "failed", "remedies": []string{"lawsuit"}}, errs.Conflict, "noAttempt")
		})
		f.run("a party may take their consent back", func(f *fixture) {
			v := f.tried(group1, "failed")
			f.is(f.do(v, ann, "consent", m{"party": v.Parties[0].ID, "given": false}), Ended)
		})
		f.run("asks that rights were told", func(f *fixture) {
			v := f.do(f.register(ann, quarrel("一")), ann, "accept", nil)
			f.wrongField(v, ann, "consent", m{"party": v.Parties[0].ID, "given": true, "notice": false}, "notice")
			f.wrongField(v, ann, "consent", m{"party": v.Parties[0].ID}, "given")
			f.wrongField(v, ann, "consent", m{"party": "noSuch", "given": true}, "party")
		})
		f.run("end needs an attempt, a reason and remedies", func(f *fixture) {
			v := f.consented(f.register(ann, quarrel("一")), group1)
			told := m{"reason": "failed", "remedies": []string{"lawsuit", "legalAid"}}
			f.refused(v, ann, "end", told, errs.Conflict, "noAttempt")
			v = f.do(v, ann, "attempt", attempt(f, "failed"))
			f.wrongField(v, ann, "end", m{"reason": "failed", "remedies": []string{}}, "remedies")
			v = f.is(f.do(v, ann, "end", told), Ended)
			f.still(v)
			f.refused(v, f.as(vill1, "ann"), "clear", nil, errs.Forbidden, "notHead")
			f.is(f.do(v, f.as(vill1, "lee"), "clear", nil), Cleared)
		})
	})
}

func TestResolve(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		f.run("relief and ruling name the paper", func(f *fixture) {
			v := f.tried(group1, "failed")
			f.wrongField(v, ann, "resolve", m{"by": "ruling", "note": "判了"}, "paper")
			for _, bad := range []m{{"body": "法院", "number": "7"}, {"body": "", "number": "7", "date": "2026-10-20"}, {"body": "法院", "number": "7", "date": "昨天"}, {"x": 1}} {
				f.wrongField(v, ann, "resolve", m{"by": "relief", "note": "救助到户", "paper": bad}, "paper")
			}
			f.refused(v, ann, "resolve", m{"by": "oral", "note": "谈成"}, errs.Conflict, "noAgreement")
			v = f.is(f.do(v, ann, "resolve", m{"by": "ruling", "note": "按判决履行", "paper": paper}), Resolved)
			if !strings.Contains(v.Paper, "民初7号") {
				f.t.Fatal(v.Paper)
			}
		})
		f.run("stops holder and matter and starts the visits", func(f *fixture) {
			v := f.settled(group1, "agreement")
			f.still(v, "holder", "matter", "acceptance")
			if len(v.FollowUps) != 2 {
				f.t.Fatalf("%+v", v.FollowUps)
			}
			f.due(v, "followUp", "2027-01-29") // 90 days end on Sunday 31 January: early for a body
			f.refused(v, ann, "attempt", attempt(f, "failed"), errs.Conflict, "stale")
		})
		f.run("an agreement from before a reopening does not count", func(f *fixture) {
			v := f.settled(group1, "agreement")
			f.now.Advance(time.Minute)
			v = f.do(v, ann, "reopen", m{"reason": "notPerformed"})
			f.refused(v, ann, "resolve", m{"by": "agreement", "note": "x"}, errs.Conflict, "noAgreement")
		})
	})
}

func TestExtendPauseResume(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, lee := f.as(group1, "ann"), f.as(group1, "lee")
		f.run("an extension moves both clocks with every party's consent", func(f *fixture) {
			v := f.do(f.register(ann, quarrel("一")), ann, "accept", nil)
			by := m{"days": 5, "reason": "nearly", "agreed": true}
			f.refused(v, ann, "extend", by, errs.Conflict, "noConsent")
			v = f.tried(group1, "adjourned")
			f.due(v, "holder", "2026-11-12")
			f.due(v, "matter", "2026-12-02")
			f.wrongField(v, ann, "extend", m{"days": 5, "reason": "nearly", "agreed": false}, "agreed")
			f.wrongField(v, ann, "extend", m{"days": 31, "reason": "nearly", "agreed": true}, "days")
			f.wrongField(v, ann, "extend", m{"days": 0, "reason": "nearly", "agreed": true}, "days")
			v = f.do(v, ann, "extend", by)
			f.due(v, "holder", "2026-11-17")
			f.due(v, "matter", "2026-12-07")
		})
		f.run("a pause is ordered by a head or the body above, for a listed reason and time", func(f *fixture) {
			v := f.tried(group1, "adjourned")
			by := m{"reason": "survey", "until": "2026-11-04"}
			f.refused(v, ann, "pause", by, errs.Forbidden, "notHead")
			f.wrongField(v, lee, "pause", m{"reason": "tired", "until": "2026-11-04"}, "reason")
			f.wrongField(v, lee, "pause", m{"reason": "survey", "until": "2026-11-01"}, "until")
			f.wrongField(v, lee, "pause", m{"reason": "survey", "until": "2027-11-01"}, "until")
			f.refused(v, ann, "resume", nil, errs.Conflict, "notPaused")
			v = f.do(v, f.as(vill1, "ann"), "pause", by)
			d := f.clock(v, "holder")
			if d.State != paused || d.PauseReason == nil || *d.PauseReason != "等勘界或测量" || v.Next != nil {
				f.t.Fatalf("%+v next %+v", d, v.Next)
			}
			f.refused(v, lee, "pause", by, errs.Conflict, "paused")
			f.now.Advance(26 * time.Hour)
			v = f.do(v, ann, "resume", nil)
			f.due(v, "holder", "2026-11-13") // two days begun end on a Saturday: early for a body
			f.due(v, "matter", "2026-12-04")
		})
		f.run("a pause ends by itself", func(f *fixture) {
			v := f.do(f.tried(group1, "adjourned"), lee, "pause", m{"reason": "survey", "until": "2026-11-05"})
			f.now.Advance(2 * time.Hour)
			f.tick(0)
			f.now.Advance(4 * 24 * time.Hour)
			f.tick(1)
			v = f.at(v, ann)
			if d := f.clock(v, "holder"); d.State != running {
				f.t.Fatalf("%+v", d)
			}
			if e := f.last(v.ID); e.Action != "resumeByClock" || e.Person != "" {
				f.t.Fatalf("%+v", e)
			}
			f.tick(0)
		})
	})
}

// tick lets the clock work and wants it to have moved n matters.
func (f *fixture) tick(n int) {
	f.t.Helper()
	moved, err := f.s.Tick(context.Background(), county)
	if check(f.t, err); moved != n {
		f.t.Fatalf("the clock moved %d matters, want %d", moved, n)
	}
}
