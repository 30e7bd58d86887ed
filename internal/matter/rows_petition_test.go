package matter

import (
	"context"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

func petition(title string) m {
	n := quarrel(title)
	n["kind"], n["petitionType"], n["channel"], n["category"] = Petition, "claim", "visit", "农村农业/水利水电/引水调水"
	n["parties"] = []m{{"name": "李国华", "phone": "10008780001"}}
	return n
}

func TestPetition(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		f.run("is registered with the petitioner, a number and the clock of forwarding", func(f *fixture) {
			v := f.register(f.as(petRm, "ann"), petition("补偿款没有发到"))
			if v.Kind != Petition || v.Parties[0].Role != "petitioner" || v.Number == "" || v.Category != "农村农业/水利水电/引水调水" {
				f.t.Fatalf("%+v", v)
			}
			f.due(v, "petitionForward", "2026-11-17")
			f.still(v, "handOn", "acceptance", "matter")
			for _, action := range []string{"accept", "decline", "transfer", "escalate", "clear", "resolve"} {
				f.refused(v, f.as(petRm, "lee"), action, nil, errs.Conflict, "stale")
			}
			f.refused(v, f.as(petRm, "ann"), "classify", m{"demand": v.Demands[0].ID, "list": "explain", "reason": "noBasis"}, errs.Conflict, "stale")
		})
		f.run("a group writes it down and hands it on the same working day", func(f *fixture) {
			v := f.register(ann, petition("路没有修"))
			f.due(v, "handOn", "2026-11-02")
			for _, to := range []string{vill1, town1, group1, court, "999"} {
				f.wrongField(v, ann, "forward", m{"to": to}, "to")
			}
			v = f.do(v, ann, "forward", m{"to": gov1, "note": "本人来访"})
			f.due(v, "receipt", "2026-11-04")
			gov := f.as(gov1, "ann")
			v = f.do(v, gov, "return", m{"reason": "notOurs"})
			v = f.do(f.at(v, ann), ann, "forward", m{"to": gov1})
			v = f.do(v, ann, "recall", m{"reason": "mistake"})
			v = f.do(v, ann, "forward", m{"to": dept1})
			v = f.do(v, f.as(dept1, "ann"), "sign", nil)
			f.still(v, "handOn", "receipt")
			if v.HandOvers != 0 || v.Holder.Code != dept1 || v.Status != Registered {
				f.t.Fatalf("%+v", v.RowView)
			}
			if got := f.at(v, ann); got.Mode != ModeRead {
				f.t.Fatalf("who wrote it down sees it as %s", got.Mode)
			}
		})
		f.run("an accusation is refused with the right door named, and nothing kept", func(f *fixture) {
			for _, n := range []m{petition("村干部"), petition("村干部")} {
				n["petitionType"] = "accusation"
				n["accused"] = m{"names": []string{"某某"}}
				e := f.nothingRegistered(func() error { _, err := f.s.Register(context.Background(), ann, raw(n), db.Operation{}); return err }, errs.Invalid, "accusation")
				if !strings.Contains(e.Msg, "纪委监委") || strings.Contains(e.Msg, "某某") {
					f.t.Fatal(e.Msg)
				}
			}
		})
		f.run("a petitioner withdraws by signed paper, and it is never cleared", func(f *fixture) {
			v := f.register(f.as(petRm, "ann"), petition("二"))
			v = f.is(f.do(v, f.as(petRm, "ann"), "withdraw", m{"reason": "laterOn", "attachment": addFile(f, context.Background(), v.ID)}), Withdrawn)
			f.refused(v, f.as(joint, "lee"), "clear", nil, errs.Conflict, "stale")
		})
		f.run("is amended, unlinked from no dispute, and brought up when late", func(f *fixture) {
			v := f.register(f.as(petRm, "ann"), petition("三"))
			v = f.do(v, f.as(petRm, "ann"), "amend", m{"fields": m{"channel": "letter"}, "reason": "typo"})
			if v.Channel != "letter" {
				f.t.Fatal(v.Channel)
			}
			f.now.Advance(20 * 24 * time.Hour)
			if _, err := f.s.Tick(context.Background(), county); err != nil {
				f.t.Fatal(err)
			}
			if !f.todoHas(f.as(joint, "ann"), "overdue", v.ID) {
				f.t.Fatal("not brought up")
			}
		})
	})
}

// Under a rulebook with lists that come only after a reply, a petition's demand
// is not put on them before it.
func TestListsOfAPetitionComeAfterTheReply(t *testing.T) {
	onEngines(t, func(f *fixture) {
		v := f.register(f.as(petRm, "ann"), petition("四"))
		st := &step{s: f.state(v.ID), c: f.as(petRm, "ann"), rb: f.rb, in: Input{"demand": v.Demands[0].ID, "list": "byLaw", "reason": "legalRoute"}}
		f.wantErr(doClassify(st), errs.Conflict, "noReply")
		st.in["list"] = "justified"
		check(f.t, doClassify(st))
	})
}
