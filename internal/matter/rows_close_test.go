package matter

import (
	"context"
	"testing"
	"time"

	"tiaojietai/internal/errs"
)

func TestFollowUpAndClear(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, ben, lee := f.as(group1, "ann"), f.as(group1, "ben"), f.as(group1, "lee")
		visit := func(at string) m { return m{"at": at, "performed": true, "satisfied": false, "note": "水通了"} }
		f.run("a visit is made by another than who resolved it, not in the future, early or not", func(f *fixture) {
			v := f.settled(group1, "oral")
			f.refused(v, ann, "followUp", visit(f.today(0)), errs.Forbidden, "ownResolution")
			f.wrongField(v, ben, "followUp", visit(f.today(1)), "at")
			f.wrongField(v, ben, "followUp", m{"at": f.today(0), "performed": true}, "satisfied")
			v = f.do(v, ben, "followUp", visit(f.today(0)))
			if u := v.FollowUps[0]; u.DoneAt == nil || !*u.Performed || *u.Satisfied || v.FollowUps[1].DoneAt != nil {
				f.t.Fatalf("%+v", v.FollowUps)
			}
			f.due(v, "followUp", "2027-01-29")
			f.refused(v, ben, "clear", nil, errs.Conflict, "followUpOpen")
			v = f.do(v, lee, "followUp", visit(f.today(0)))
			f.refused(v, lee, "followUp", visit(f.today(0)), errs.Conflict, "noFollowUp")
		})
		f.run("a simple matter is cleared at home by another person", func(f *fixture) {
			v := f.followed(group1, "oral")
			f.refused(v, ann, "clear", nil, errs.Forbidden, "ownClearance")
			f.refused(v, f.as(town1, "lee"), "clear", nil, errs.Forbidden, "notAbove")
			v = f.is(f.do(v, ben, "clear", nil), Cleared)
			f.still(v, "followUp", "confirmApply")
			f.due(v, "watch", "2027-05-03") // 180 days end on Saturday 1 May: late for a citizen
			if d := f.clock(v, "watch"); !d.Provisional {
				f.t.Fatal("the holidays of 2027 are not known yet")
			}
		})
		f.run("or by the village for its groups, a mediator too", func(f *fixture) {
			f.is(f.do(f.followed(group1, "oral"), f.as(vill1, "ben"), "clear", nil), Cleared)
		})
		for why, change := range map[string]m{
			"somebody was hurt":  {"concerns": []string{"violence"}},
			"the risk is raised": {"risk": m{"level": "elevated", "why": "还在吵", "until": "2026-11-20"}},
			"the amount is high": {"amountFen": 1000001},
		} {
			f.run("is not simple when "+why, func(f *fixture) {
				v := f.do(f.followed(group1, "oral"), ann, "amend", m{"fields": change, "reason": "moreDetail"})
				f.refused(v, ben, "clear", nil, errs.Forbidden, "notAbove")
				f.refused(v, f.as(vill1, "ben"), "clear", nil, errs.Forbidden, "notHead")
				f.is(f.do(v, f.as(vill1, "lee"), "clear", nil), Cleared)
			})
		}
		f.run("is not simple once it was reopened, nor with a written agreement", func(f *fixture) {
			v := f.do(f.followed(group1, "oral"), ann, "reopen", m{"reason": "again"})
			v = f.do(v, ann, "attempt", attempt(f, "agreed"))
			v = f.do(v, ann, "resolve", m{"by": "oral", "note": "又谈成了"})
			for v.FollowUps[len(v.FollowUps)-1].DoneAt == nil {
				v = f.do(v, ben, "followUp", visit(f.today(0)))
			}
			f.refused(v, ben, "clear", nil, errs.Forbidden, "notAbove")
			f.refused(f.followed(group1, "agreement"), ben, "clear", nil, errs.Forbidden, "notAbove")
		})
		f.run("waits for proposed lists to be confirmed", func(f *fixture) {
			v := f.followed(group1, "oral")
			v = f.do(v, ann, "classify", m{"demand": v.Demands[0].ID, "list": "justified", "reason": "entitled"})
			f.refused(v, ben, "clear", nil, errs.Conflict, "listsUnconfirmed")
			v = f.do(v, ben, "confirmLists", m{"agree": true})
			f.is(f.do(v, ben, "clear", nil), Cleared)
		})
	})
}

func TestSendBackAndReopen(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, ben, vill := f.as(group1, "ann"), f.as(group1, "ben"), f.as(vill1, "ann")
		f.run("a simple clearance is sent back by the body above that which cleared", func(f *fixture) {
			v := f.do(f.followed(group1, "oral"), ben, "clear", nil)
			f.refused(v, ben, "sendBack", m{"reason": "noEvidence"}, errs.Forbidden, "notAbove")
			f.wrongField(v, vill, "sendBack", m{}, "reason")
			v = f.is(f.do(v, vill, "sendBack", m{"reason": "noEvidence", "note": "没看到登记表"}), Resolved)
			f.still(v, "watch")
			if v.ClearedAt != nil {
				f.t.Fatal("has a date of clearance")
			}
		})
		f.run("cleared by the village, it is the township that sends it back", func(f *fixture) {
			v := f.do(f.followed(group1, "oral"), vill, "clear", nil)
			f.refused(v, f.as(vill1, "lee"), "sendBack", m{"reason": "noEvidence"}, errs.Forbidden, "notAbove")
			f.is(f.do(v, f.as(town1, "ann"), "sendBack", m{"reason": "noEvidence"}), Resolved)
		})
		f.run("the joint office does not judge its own doing by the same person", func(f *fixture) {
			v := f.followed(town1, "oral")
			f.refused(v, f.as(joint, "ann"), "clear", nil, errs.Forbidden, "notHead") // only a village stands in for its groups
			v = f.do(v, f.as(joint, "lee"), "clear", nil)
			f.refused(v, f.as(joint, "lee"), "sendBack", m{"reason": "noEvidence"}, errs.Forbidden, "ownClearance")
			f.is(f.do(v, f.as(joint, "ben"), "sendBack", m{"reason": "noEvidence"}), Resolved)
		})
		f.run("a full clearance is not sent back", func(f *fixture) {
			v := f.do(f.followed(group1, "agreement"), f.as(vill1, "lee"), "clear", nil)
			f.refused(v, f.as(town1, "lee"), "sendBack", m{"reason": "noEvidence"}, errs.Forbidden, "notSimple")
		})
		f.run("reopening starts the clocks anew, by the holder, the body above, or a party's wish", func(f *fixture) {
			v := f.do(f.followed(group1, "oral"), ben, "clear", nil)
			f.refused(v, f.as(town1, "lee"), "reopen", m{"reason": "again"}, errs.Forbidden, "notHolder")
			f.wrongField(v, ann, "reopen", m{"reason": "again", "party": "noSuch"}, "party")
			f.now.Advance(24 * time.Hour)
			v = f.is(f.do(v, vill, "reopen", m{"reason": "again"}), Handling)
			f.due(v, "holder", "2026-11-13")
			f.due(v, "matter", "2026-12-03")
			f.still(v, "watch", "followUp", "confirmApply")
			if v.ResolvedAt != nil || v.ClearedAt != nil || v.Demands[0].Outcome != "" {
				f.t.Fatalf("%+v", v)
			}
			f.is(f.do(v, vill, "undo", nil), Cleared)
			f.now.Advance(-24 * time.Hour)
		})
		f.run("not from handling or withdrawn", func(f *fixture) {
			v := f.tried(group1, "failed")
			f.refused(v, ann, "reopen", m{"reason": "again"}, errs.Conflict, "stale")
			v = f.do(v, ann, "withdraw", m{"reason": "noLonger", "attachment": addFile(f, context.Background(), v.ID)})
			f.refused(v, ann, "reopen", m{"reason": "again"}, errs.Conflict, "stale")
		})
	})
}

func TestWithdraw(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		f.run("is the party's own act on signed paper", func(f *fixture) {
			v, other := f.tried(group1, "failed"), f.register(ann, quarrel("别件"))
			f.wrongField(v, ann, "withdraw", m{"reason": "settledSelf"}, "attachment")
			f.wrongField(v, ann, "withdraw", m{"reason": "settledSelf", "attachment": addFile(f, context.Background(), other.ID)}, "attachment")
			v = f.is(f.do(v, ann, "withdraw", m{"reason": "settledSelf", "attachment": addFile(f, context.Background(), v.ID)}), Withdrawn)
			f.still(v)
			f.refused(v, f.as(group1, "ben"), "clear", nil, errs.Forbidden, "notAbove")
			f.refused(v, also(f.as(vill1, "lee"), ann.Person), "clear", nil, errs.Forbidden, "ownClearance")
			f.is(f.do(v, f.as(vill1, "lee"), "clear", nil), Cleared)
		})
	})
}

func TestOversight(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		f.run("any body above supervises, the holder replies", func(f *fixture) {
			v := f.register(ann, quarrel("一"))
			ask := m{"note": "抓紧", "due": "2026-11-06"}
			f.refused(v, f.as(just, "ann"), "supervise", ask, errs.Forbidden, "notAbove")
			f.refused(v, ann, "supervise", ask, errs.Forbidden, "notAbove")
			f.wrongField(v, f.as(town1, "ann"), "supervise", m{"note": "抓紧", "due": "2026-10-30"}, "due")
			f.refused(v, ann, "superviseReply", m{"note": "好"}, errs.Conflict, "noSupervision")
			v = f.do(v, f.as(town1, "ann"), "supervise", ask)
			v = f.do(v, f.as(joint, "ann"), "supervise", ask)
			f.due(v, "supervision", "2026-11-06")
			v = f.do(v, f.as(group1, "lee"), "transfer", m{"to": group2, "reason": "competence"})
			v = f.do(v, f.as(group2, "ann"), "sign", nil)
			if d := f.clock(v, "supervision"); d.Org.Code != group2 {
				f.t.Fatalf("the reply is the duty of %s", d.Org.Name)
			}
			v = f.do(v, f.as(group2, "ann"), "superviseReply", m{"note": "明天就办"})
			v = f.do(v, f.as(group2, "ann"), "superviseReply", m{"note": "也回联席办"})
			f.still(v, "supervision")
			if len(v.Supervisions) != 2 || v.Supervisions[1].Reply == nil {
				f.t.Fatalf("%+v", v.Supervisions)
			}
		})
		f.run("the bureau's experts advise, also while it waits for a signature", func(f *fixture) {
			v := f.do(f.tried(group1, "failed"), ann, "escalate", m{"reason": "noAgreement"})
			by := m{"expert": "赵律师", "opinion": "相邻关系，先查地界"}
			f.refused(v, f.as(town1, "lee"), "advise", by, errs.Forbidden, "notExpert")
			v = f.do(v, f.as(just, "ann"), "advise", by)
			if v = f.at(v, ann); len(v.Advices) != 1 || v.Advices[0].Expert != "赵律师" || v.Pending == nil {
				f.t.Fatalf("%+v", v.Advices)
			}
		})
		f.run("no list is confirmed by who proposed it, each of two confirms the other's", func(f *fixture) {
			n := quarrel("一")
			n["demands"] = []m{{"text": "恢复水沟"}, {"text": "赔偿青苗"}}
			v := f.do(f.register(ann, n), ann, "accept", nil)
			v = f.do(v, ann, "classify", m{"demand": v.Demands[0].ID, "list": "justified", "reason": "entitled"})
			v = f.do(v, f.as(group1, "ben"), "classify", m{"demand": v.Demands[1].ID, "list": "relief", "reason": "hardship"})
			if !f.todoHas(ann, "toConfirm", v.ID) || !f.todoHas(ann, "mine", v.ID) {
				f.t.Fatal("each has the other's to confirm, and the work goes on")
			}
			v = f.do(v, ann, "confirmLists", m{"agree": true})
			if v.Demands[0].List != "" || v.Demands[1].List != "relief" {
				f.t.Fatalf("%+v", v.Demands)
			}
			if f.todoHas(ann, "toConfirm", v.ID) || !f.todoHas(f.as(group1, "ben"), "toConfirm", v.ID) {
				f.t.Fatal("only the other has to confirm")
			}
			v = f.do(v, f.as(vill1, "ann"), "confirmLists", m{"agree": true, "except": []string{v.Demands[0].ID}})
			if v.Demands[0].List != "" || v.Demands[0].ListProposed != "" {
				f.t.Fatalf("%+v", v.Demands)
			}
		})
	})
}

func TestComeBack(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, dept := f.as(group1, "ann"), f.as(dept1, "ann")
		between := func(a, b string) m {
			n := quarrel(a + "和" + b)
			n["parties"] = []m{{"role": "applicant", "name": a}, {"role": "respondent", "name": b}}
			return n
		}
		cleared := func(f *fixture, n m) View {
			v := f.consented(f.register(ann, n), group1)
			v = f.do(f.do(v, ann, "attempt", attempt(f, "agreed")), ann, "resolve", m{"by": "oral", "note": "和好"})
			for range v.FollowUps {
				v = f.do(v, f.as(group1, "ben"), "followUp", m{"at": f.today(0), "performed": true, "satisfied": true})
			}
			return f.do(v, f.as(group1, "lee"), "clear", nil)
		}
		f.run("the same two parties within the watch period are linked, either way round", func(f *fixture) {
			old := cleared(f, between("鲁老四", "杨大妈"))
			v := f.register(ann, between("杨大妈", "鲁老四"))
			if !v.ComeBack || len(v.Links) != 1 || v.Links[0].Number != old.Number {
				f.t.Fatalf("%+v", v.Links)
			}
			if f.register(ann, between("杨大妈", "别人")).ComeBack {
				f.t.Fatal("another quarrel of one of them is none")
			}
			f.wrongField(v, ann, "unlink", m{}, "reason")
			v = f.do(v, ann, "unlink", m{"reason": "otherQuarrel"})
			if v.ComeBack || len(v.Links) != 0 {
				f.t.Fatalf("%+v", v.Links)
			}
			f.refused(v, ann, "unlink", m{"reason": "otherQuarrel"}, errs.Conflict, "notLinked")
		})
		f.run("a body that cannot see the old one learns that there is one, not which", func(f *fixture) {
			cleared(f, between("普大爹", "普二爹"))
			v := f.register(dept, between("普大爹", "普二爹"))
			if !v.ComeBack || len(v.Links) != 1 || v.Links[0].Number != "" || v.Links[0].Matter != "" || v.Links[0].Title != "（另一单位的事项）" {
				f.t.Fatalf("%+v", v.Links)
			}
		})
		f.run("a draft is linked when it is completed", func(f *fixture) {
			cleared(f, between("起三", "起四"))
			n := between("起三", "起四")
			n["draft"] = true
			v := f.register(ann, n)
			if v.ComeBack {
				f.t.Fatal("a draft is not counted yet")
			}
			if v = f.do(v, ann, "complete", m{"fields": m{}}); !v.ComeBack {
				f.t.Fatal("not linked")
			}
		})
		f.run("after the watch period it is new", func(f *fixture) {
			cleared(f, between("段五", "段六"))
			f.now.Advance(181 * 24 * time.Hour)
			if f.register(ann, between("段五", "段六")).ComeBack {
				f.t.Fatal("linked")
			}
		})
	})
}

func TestDraft(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		v := f.register(ann, m{"draft": true, "title": "电话里说的一件"})
		if v.Number != "" || !v.Draft || v.Status != Draft {
			f.t.Fatalf("%+v", v.RowView)
		}
		f.due(v, "draft", "2026-11-05")
		if _, err := f.s.View(context.Background(), f.as(vill1, "lee"), v.ID); !errs.Is(err, "notFound") {
			f.t.Fatalf("a draft is its body's own: %v", err)
		}
		f.refused(v, ann, "accept", nil, errs.Conflict, "stale")
		f.wrongField(v, ann, "complete", m{"fields": m{"category": "land"}}, "parties")
		f.wrongField(v, ann, "complete", m{"fields": m{"category": "land"}}, "place.text")
		next := f.register(ann, quarrel("先登记的"))
		v = f.do(v, ann, "complete", m{"fields": m{"category": "land", "place": m{"text": "村口"}, "parties": []m{{"name": "段家"}}}})
		if v.Number != "马街调登〔2026〕000002号" || next.Number != "马街调登〔2026〕000001号" || len(v.Demands) != 1 {
			f.t.Fatalf("%s, the one before %s", v.Number, next.Number)
		}
		f.still(v, "draft")
		f.due(v, "acceptance", "2026-11-05")
		f.at(v, f.as(vill1, "lee"))
		late := f.register(ann, m{"draft": true, "title": "忘了的一件"})
		f.now.Advance(5 * 24 * time.Hour)
		f.tick(3) // the draft and the two not accepted in time
		if !f.todoHas(ann, "overdue", late.ID) {
			f.t.Fatal("a forgotten draft is no to-do")
		}
	})
}

func TestADraftMayBeAPhotoAlone(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		photo, nothing := f.register(ann, m{"draft": true}), f.register(ann, m{"draft": true, "title": " "})
		addFile(f, context.Background(), photo.ID)
		if photo.Title != "（未写标题）" || photo.Number != "" || len(photo.Demands) != 0 {
			f.t.Fatalf("%+v", photo.RowView)
		}
		f.run("it is completed as any other, and then with a title", func(f *fixture) {
			rest := m{"category": "land", "place": m{"text": "村口"}, "parties": []m{{"name": "段家"}}}
			f.wrongField(photo, ann, "complete", m{"fields": rest}, "title")
			rest["title"] = "（未写标题）" // the form as it was shown
			f.wrongField(photo, ann, "complete", m{"fields": rest}, "title")
		})
		f.now.Advance(4 * 24 * time.Hour)
		f.tick(2)
		f.run("forgotten, it is a to-do", func(f *fixture) {
			if !f.todoHas(ann, "overdue", photo.ID) {
				f.t.Fatal("it is none")
			}
		})
		f.run("one that says nothing is void by then, and counts nowhere", func(f *fixture) {
			v, err := f.s.View(context.Background(), ann, nothing.ID)
			check(f.t, err)
			if !v.Void || len(v.Actions) != 0 || f.todoHas(ann, "overdue", nothing.ID) {
				f.t.Fatalf("%+v", v.RowView)
			}
			f.tick(0)
		})
		f.run("with a title it gets its number", func(f *fixture) {
			now, err := f.s.View(context.Background(), ann, photo.ID)
			check(f.t, err)
			v := f.do(now, ann, "complete", m{"fields": m{"title": "晒场", "category": "land", "place": m{"text": "村口"}, "parties": []m{{"name": "段家"}}}})
			if v.Number == "" || v.Title != "晒场" || len(v.Attachments) != 1 {
				f.t.Fatalf("%+v", v.RowView)
			}
		})
	})
}
