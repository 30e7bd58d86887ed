package matter

import (
	"context"
	"testing"
	"time"

	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/testkit"
)

// Sentences of the table that are easily lost: who clears what is simple, whom a
// late receipt is brought to, what becomes of a closed body's matters.

// simple brings a dispute of a body to where it can be cleared simply.
func (f *fixture) simple(body string) View {
	f.t.Helper()
	v := f.do(f.tried(body, "agreed"), f.as(body, "ann"), "resolve", m{"by": "oral", "note": "当面说好"})
	for range v.FollowUps {
		v = f.do(v, f.as(body, "ben"), "followUp", m{"at": f.today(0), "performed": true, "satisfied": true})
	}
	return v
}

func TestASimpleMatterIsClearedAtHomeOrByTheVillageForItsGroups(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.do(f.simple(group1), f.as(vill1, "ann"), "clear", nil)
		v := f.simple(vill1)
		f.refused(v, f.as(town1, "ann"), "clear", nil, errs.Forbidden, "notHead")
		if f.todoHas(f.as(town1, "ann"), "toClear", v.ID) || !f.todoHas(f.as(town1, "lee"), "toClear", v.ID) {
			f.t.Fatal("to-do of the township")
		}
		f.do(v, f.as(town1, "lee"), "clear", nil)
		f.do(f.simple(vill1), f.as(vill1, "lee"), "clear", nil)
	})
}

func TestTalkedOverOnTheSpotAndSettledLaterIsNotSimple(t *testing.T) {
	onEngines(t, func(f *fixture) {
		n := quarrel("一")
		for _, p := range n["parties"].([]m) {
			p["consent"] = true
		}
		n["badge"], n["result"] = true, m{"outcome": "adjourned", "note": "改日再谈"}
		v, err := f.s.OnTheSpot(context.Background(), f.as(vill1, "ann"), raw(n), db.Operation{})
		check(f.t, err)
		v = f.do(v, f.as(vill1, "ann"), "attempt", attempt(f, "agreed"))
		v = f.do(v, f.as(vill1, "ann"), "resolve", m{"by": "agreement", "note": "签了协议"})
		for range v.FollowUps {
			v = f.do(v, f.as(vill1, "ben"), "followUp", m{"at": f.today(0), "performed": true, "satisfied": true})
		}
		f.refused(v, f.as(vill1, "lee"), "clear", nil, errs.Forbidden, "notAbove")
	})
}

func TestAFollowUpComesAfterTheSettlement(t *testing.T) {
	onEngines(t, func(f *fixture) {
		v := f.do(f.tried(vill1, "agreed"), f.as(vill1, "ann"), "resolve", m{"by": "oral", "note": "当面说好"})
		f.wrongField(v, f.as(vill1, "ben"), "followUp", m{"at": f.today(-24), "performed": true, "satisfied": true}, "at")
		f.do(v, f.as(vill1, "ben"), "followUp", m{"at": "2026-11-02", "performed": true, "satisfied": true})
	})
}

func TestALateReceiptIsBroughtAboveTheReceiver(t *testing.T) {
	onEngines(t, func(f *fixture) {
		v := f.do(f.tried(group1, "failed"), f.as(group1, "ann"), "escalate", m{"reason": "noAgreement"})
		f.now.Advance(3 * 24 * time.Hour)
		f.tick(1)
		if !f.todoHas(f.as(town1, "ann"), "overdue", v.ID) {
			f.t.Fatal("the township does not hear that its village has not signed")
		}
		v = f.do(f.at(v, f.as(vill1, "ann")), f.as(vill1, "ann"), "sign", nil)
		if f.todoHas(f.as(town1, "ann"), "overdue", v.ID) {
			f.t.Fatal("still to be urged")
		}
	})
}

func TestWhatAClosedBodyStillHolds(t *testing.T) {
	onEngines(t, func(f *fixture) {
		v := f.do(f.simple(group1), f.as(vill1, "ann"), "clear", nil)
		f.close(group1)
		lead := f.as(vill1, "lee")
		v = f.do(v, lead, "reopen", m{"reason": "notPerformed"})
		f.refused(v, f.as(vill1, "ann"), "transfer", m{"to": group2, "reason": "place"}, errs.Forbidden, "handOverLimit")
		f.wrongField(v, lead, "transfer", m{"to": town1, "reason": "place"}, "to")
		v = f.do(v, lead, "transfer", m{"to": vill1, "reason": "closer"})
		if v = f.do(v, f.as(vill1, "ann"), "sign", nil); v.Holder.Code != vill1 {
			f.t.Fatalf("%+v", v.Holder)
		}
	})
}

func TestWhatIsNotForThisKindIsRefused(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(vill1, "ann")
		consented := quarrel("一")
		consented["parties"] = []m{{"name": "李国华", "consent": true}, {"name": "普文才"}}
		for code, n := range map[string]m{"accusation": with(quarrel("一"), m{"accused": m{"names": []string{"某某"}}}), "invalid": consented} {
			f.nothingRegistered(func() error { return f.tryRegister(ann, n) }, errs.Invalid, code)
		}
		f.nothingRegistered(func() error { return f.tryRegister(ann, with(quarrel("一"), m{"petitionType": "claim"})) }, errs.Invalid, "invalid")
		f.nothingRegistered(func() error { return f.tryRegister(f.as(town1, "ann"), with(quarrel("一"), m{"onBehalfOf": vill1})) }, errs.Invalid, "invalid")
		v := f.register(ann, quarrel("一"))
		_, err := f.s.Act(context.Background(), ann, v.ID, "accept", 0, nil, db.Operation{})
		f.wantErr(err, errs.Invalid, "invalid")
	})
}

func TestTheSameNamesWithOtherIdentityNumbersAreNoReturn(t *testing.T) {
	onEngines(t, func(f *fixture) {
		f.do(f.simple(vill1), f.as(vill1, "lee"), "clear", nil)
		if v := f.register(f.as(vill1, "ann"), quarrel("又吵了")); !v.ComeBack {
			f.t.Fatal("not linked")
		}
		n := quarrel("又吵了")
		n["parties"].([]m)[0]["idNumber"] = "532328197001010018"
		if v := f.register(f.as(vill1, "ann"), n); v.ComeBack {
			f.t.Fatal("another person of that name")
		}
	})
}

func TestAMovedLastDaySettlesOnAWorkingDay(t *testing.T) {
	onEngines(t, func(f *fixture) {
		v := f.tried(group1, "adjourned")
		f.due(v, "holder", "2026-11-12")
		v = f.do(v, f.as(group1, "ann"), "extend", m{"days": 2, "reason": "nearly", "agreed": true})
		f.due(v, "holder", "2026-11-13") // Saturday: early for a body
		v = f.do(v, f.as(group1, "ann"), "extend", m{"days": 1, "reason": "nearly", "agreed": true})
		f.due(v, "holder", "2026-11-16") // early would give nothing
	})
}

func TestAnOperationSentAgainIsAuditedAsSuch(t *testing.T) {
	testkit.EachAt(t, "2026-11-02 09:00", func(t *testing.T, d *db.DB, now *testkit.Clock) {
		f := newFixture(t, d, now, rulebook.Default())
		ann := f.as(vill1, "ann")
		for range 2 {
			_, err := f.s.Register(t.Context(), ann, raw(quarrel("一")), db.Operation{Person: ann.Person, Key: "k", Request: "r"})
			check(t, err)
		}
		var outcomes []string
		check(t, d.Read(t.Context(), func(ctx context.Context, q db.Q) error {
			return db.Select(ctx, q, &outcomes, `SELECT outcome FROM audit_row WHERE county = $1 AND verb = 'register' ORDER BY id`, county)
		}))
		if len(outcomes) != 2 || outcomes[0] != audit.OK || outcomes[1] != audit.Repeated {
			t.Fatalf("%v", outcomes)
		}
	})
}

func TestOneMatterThatFailsDoesNotStopTheClockOfTheOthers(t *testing.T) {
	onEngines(t, func(f *fixture) {
		first, second := f.register(f.as(vill1, "ann"), quarrel("一")), f.register(f.as(vill1, "ann"), quarrel("二"))
		e := f.last(first.ID)
		e.Seq++ // a torn timeline: its next row is there already
		check(t, f.s.DB.Write(t.Context(), county, func(ctx context.Context, tx *db.Tx) error {
			return addEntry(ctx, tx, e)
		}))
		f.now.Advance(10 * 24 * time.Hour)
		if moved, err := f.s.Tick(t.Context(), county); moved != 1 || err == nil {
			f.t.Fatalf("moved %d, %v", moved, err)
		}
		if e := f.last(second.ID); e.Action != "surface" {
			f.t.Fatal(e.Action)
		}
	})
}
