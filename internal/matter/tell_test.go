package matter

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/notice"
)

// Who hears of what. Of group1, vill1, town1 … ann, ben and lee may all sign in.

func (f *fixture) notices(id string) (rows []notice.Notice) {
	f.t.Helper()
	check(f.t, f.s.DB.Read(context.Background(), func(ctx context.Context, q db.Q) error {
		return db.Select(ctx, q, &rows, `SELECT `+db.Columns[notice.Notice]()+` FROM notice WHERE county = $1 AND matter = $2 ORDER BY person, seq`, county, id)
	}))
	return rows
}

func (f *fixture) called(n notice.Notice) string {
	o, _ := f.tree.Get(n.Org)
	mark := ""
	if n.Urgent {
		mark = "!"
	}
	return o.ShortName + strings.TrimPrefix(n.Person, n.Org) + " " + n.Cause + mark
}

// hears wants exactly these to have been told of the newest step, as
// "马街ann toSign!"; the mark stands for what interrupts.
func (f *fixture) hears(v View, want ...string) {
	f.t.Helper()
	seq, got := f.state(v.ID).M.Seq, []string{}
	for _, n := range f.notices(v.ID) {
		if n.Seq == seq {
			got = append(got, f.called(n))
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		f.t.Fatalf("told %v, want %v", got, want)
	}
}

// all are the three of a body with one cause.
func all(short, cause string) []string {
	return []string{short + "ann " + cause, short + "ben " + cause, short + "lee " + cause}
}

// unread are the notices of a cause that nobody has read.
func (f *fixture) unread(v View, cause string) (n int) {
	for _, x := range f.notices(v.ID) {
		if x.Cause == cause && x.ReadAt == 0 {
			n++
		}
	}
	return n
}

func (f *fixture) inbox() *notice.Service {
	return notice.NewService(notice.Deps{DB: f.s.DB, Orgs: f.s.Orgs, Rules: f.s.Rules})
}

// reads marks all of a person as read.
func (f *fixture) reads(c account.Caller) {
	f.t.Helper()
	_, err := f.inbox().Read(context.Background(), c, nil, true)
	check(f.t, err)
}

func TestTellOnTheLadder(t *testing.T) {
	onEngines(t, func(f *fixture) {
		up := m{"reason": "noAgreement"}
		ann := f.as(group1, "ann")
		v := f.register(ann, quarrel("一"))
		f.hears(v)
		v = f.do(f.consented(v, group1), ann, "attempt", attempt(f, "failed"))
		f.hears(v)
		v = f.do(v, ann, "escalate", up)
		f.hears(v, all("马街", "toSign")...)
		v = f.do(v, f.as(vill1, "lee"), "sign", nil)
		f.hears(v, "一组ann signed")
		if f.unread(v, notice.ToSign) != 0 {
			t.Fatal("still asked to sign what is signed for")
		}
		v = f.do(v, f.as(vill1, "lee"), "appoint", m{"mediators": []string{vill1 + "ben"}})
		f.hears(v, "马街ben appointed")
		ben := f.as(vill1, "ben")
		v = f.do(f.do(v, ben, "attempt", attempt(f, "failed")), ben, "escalate", up)
		f.hears(v, all("元马镇", "toSign")...)
		v = f.do(v, f.as(town1, "ann"), "return", m{"reason": "notOurs"})
		f.hears(v, "马街ann returned!", "马街ben returned!", "马街lee returned!")
		v = f.do(f.at(v, ben), ben, "escalate", up)
		f.reads(f.as(town1, "ann"))
		v = f.do(v, f.as(vill1, "ann"), "recall", m{"reason": "mistake"})
		f.hears(v, "元马镇ann calledOff") // the others had not read that it was sent
		v = f.do(v, ben, "escalate", up)
		v = f.do(v, f.as(town1, "lee"), "sign", nil)
		f.hears(v, "一组ann signed", "马街ben signed")
		v = f.do(v, f.as(town1, "lee"), "appoint", m{"mediators": []string{town1 + "lee"}})
		f.hears(v)
		v = f.do(f.do(v, f.as(town1, "lee"), "attempt", attempt(f, "agreed")), f.as(town1, "ann"), "resolve", m{"by": "agreement", "note": "沟改回原处"})
		f.hears(v, "一组ann resolved", "马街ben resolved")
		v = f.do(f.at(v, f.as(joint, "lee")), f.as(joint, "lee"), "reopen", m{"reason": "notPerformed"})
		f.hears(v, "一组ann reopened", "马街ben reopened", "元马镇ann reopened", "元马镇ben reopened", "元马镇lee reopened")
	})
}

// A step that is undone takes its notices back: the unread go, who has read one is
// told so; what waits again is asked again.
func TestTellUndo(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, lee := f.as(vill1, "ann"), f.as(vill1, "lee")
		v := f.do(f.tried(group1, "failed"), f.as(group1, "ben"), "escalate", m{"reason": "noAgreement"})
		v = f.do(v, lee, "sign", nil)
		f.hears(v, "一组ann signed", "一组ben signed")
		f.reads(f.as(group1, "ann"))
		v = f.do(v, lee, "undo", nil)
		f.hears(v, "一组ann undone", "马街ann toSign", "马街ben toSign")
		if f.unread(v, notice.Signed) != 0 {
			t.Fatal("ben still reads that it was signed for")
		}
		v = f.do(v, ann, "sign", nil)
		v = f.do(v, lee, "classify", m{"demand": v.Demands[0].ID, "list": "justified", "reason": f.rb.Reasons["classify"][0].Code})
		f.hears(v, "马街ann listsProposed", "马街ben listsProposed")
		f.reads(ann)
		v = f.do(v, lee, "undo", nil)
		f.hears(v, "马街ann undone")
	})
}

func TestTellProposals(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann, head := f.as(vill1, "ann"), f.as(town1, "lee")
		no := m{"reason": f.rb.Reasons["decline"][0].Code, "remedy": f.rb.Remedies[0].Code}
		f.run("a decline goes to the body above, its answer back", func(f *fixture) {
			v := f.do(f.register(ann, quarrel("一")), ann, "decline", no)
			f.hears(v, all("元马镇", "declineProposed")...)
			v = f.do(f.at(v, head), head, "confirmDecline", m{"agree": false})
			f.hears(v, all("马街", "declineRefused")...)
			if f.unread(v, notice.DeclineProposed) != 0 {
				f.t.Fatal("still asked to confirm")
			}
			v = f.do(f.at(v, ann), f.as(vill1, "ben"), "decline", no)
			v = f.do(f.at(v, head), head, "confirmDecline", m{"agree": true})
			f.hears(v, all("马街", "declined")...)
		})
		f.run("lists go to whoever may confirm them", func(f *fixture) {
			v := f.do(f.register(ann, quarrel("二")), ann, "accept", nil)
			v = f.do(v, ann, "classify", m{"demand": v.Demands[0].ID, "list": "relief", "reason": f.rb.Reasons["classify"][0].Code})
			f.hears(v, "马街ben listsProposed", "马街lee listsProposed")
			v = f.do(v, f.as(vill1, "ben"), "confirmLists", m{"agree": true})
			f.hears(v)
			if f.unread(v, notice.ListsProposed) != 0 {
				f.t.Fatal("still asked to confirm")
			}
			v = f.do(v, f.as(vill1, "ben"), "undo", nil)
			f.hears(v, "马街lee listsProposed") // never the one who proposed
		})
	})
}

func TestTellAsideAndAbove(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(vill1, "ann")
		due := f.now.Now().AddDate(0, 0, 5).Format(time.DateOnly)
		f.run("supervision interrupts, its reply goes back", func(f *fixture) {
			v := f.register(ann, quarrel("一"))
			v = f.do(f.at(v, f.as(joint, "ann")), f.as(joint, "ann"), "supervise", m{"note": "请抓紧", "due": due})
			f.hears(v, all("马街", "supervised!")...)
			v = f.do(f.at(v, ann), ann, "superviseReply", m{"note": "明天去"})
			f.hears(v, all("联席办", "superviseReplied")...)
			if f.unread(v, notice.Supervised) != 0 {
				f.t.Fatal("still asked to reply")
			}
			for range 2 { // twice, one answered, and then over: neither is asked any more
				f.now.Advance(time.Hour)
				v = f.do(f.at(v, f.as(joint, "ann")), f.as(joint, "ann"), "supervise", m{"note": "再催", "due": due})
			}
			v = f.do(f.at(v, ann), ann, "superviseReply", m{"note": "去了"})
			v = f.do(v, ann, "withdraw", m{"reason": "settledSelf", "attachment": addFile(f, context.Background(), v.ID)})
			if f.unread(v, notice.Supervised) != 0 {
				f.t.Fatal("still asked to reply to what is over")
			}
		})
		f.run("help asked, done, and called off when the matter is over", func(f *fixture) {
			v := f.register(ann, quarrel("二"))
			v = f.do(v, ann, "requestHelp", m{"bodies": []string{dept1, vill2}, "task": "看一看界桩", "due": due})
			f.hears(v, append(all("自然资源局", "helpAsked"), all("环城", "helpAsked")...)...)
			v = f.do(f.at(v, f.as(dept1, "ann")), f.as(dept1, "ann"), "helpDone", m{"result": "界桩在"})
			f.hears(v, all("马街", "helpDone")...)
			f.reads(f.as(vill2, "lee"))
			v = f.do(f.at(v, ann), f.as(vill1, "ben"), "withdraw", m{"reason": "settledSelf", "attachment": addFile(f, context.Background(), v.ID)})
			f.hears(v, "马街ann withdrawn", "环城lee calledOff")
			if f.unread(v, notice.HelpAsked) != 0 {
				f.t.Fatal("still asked to help")
			}
		})
		f.run("a referral, answered by whom it went to, or by the holder", func(f *fixture) {
			v := f.do(f.tried(vill1, "failed"), ann, "refer", m{"to": "justice", "mode": "legalAid"})
			f.hears(v, all("司法局", "referralAsked")...)
			v = f.do(f.at(v, f.as(just, "ben")), f.as(just, "ben"), "referralOutcome", m{"outcome": "aidGiven"})
			f.hears(v, all("马街", "referralAnswered")...)
			v = f.do(f.at(v, ann), ann, "refer", m{"to": "justice", "mode": "expertOpinion"})
			v = f.do(v, ann, "referralOutcome", m{"outcome": "opinionGiven", "attachment": addFile(f, context.Background(), v.ID)})
			f.hears(v, append(all("司法局", "referralAnswered"), "马街ben referralAnswered", "马街lee referralAnswered")...)
			v = f.do(f.at(v, f.as(just, "ann")), f.as(just, "ann"), "advise", m{"expert": "水利工程师", "opinion": "可以改回"})
			f.hears(v, all("马街", "advised")...)
		})
		f.run("the court's answer goes to the holder and to who found it", func(f *fixture) {
			v := f.do(f.tried(group1, "agreed"), f.as(group1, "ann"), "resolve", m{"by": "agreement", "note": "沟改回原处"})
			v = f.do(v, f.as(group1, "lee"), "refer", m{"to": "court", "mode": "confirm", "applicants": []string{v.Parties[0].ID, v.Parties[1].ID}})
			f.hears(v, all("法院", "referralAsked")...)
			v = f.do(f.at(v, f.as(court, "ann")), f.as(court, "ann"), "referralOutcome", m{"outcome": "confirmed"})
			f.hears(v, all("一组", "referralAnswered")...)
		})
		f.run("what is overdue goes to the body above", func(f *fixture) {
			v := f.register(ann, quarrel("三"))
			f.now.Advance(10 * 24 * time.Hour)
			_, err := f.s.Tick(context.Background(), county)
			check(f.t, err)
			f.hears(v, all("元马镇", "overdue")...)
		})
		f.run("urgent interrupts, once", func(f *fixture) {
			v := f.register(ann, quarrel("四"))
			amend := func(level string) m {
				return m{"reason": f.rb.Reasons["amend"][0].Code, "fields": m{"risk": m{"level": level, "why": "双方动了手", "until": f.now.Now().AddDate(0, 0, 3).Format(time.DateOnly)}}}
			}
			v = f.do(v, ann, "amend", amend("elevated"))
			f.hears(v)
			v = f.do(v, ann, "amend", amend("urgent"))
			f.hears(v, append(all("元马镇", "riskUrgent!"), "马街ben riskUrgent!", "马街lee riskUrgent!")...)
			v = f.do(v, f.as(vill1, "lee"), "transfer", m{"to": vill2, "reason": "competence"})
			f.hears(v, all("环城", "toSign!")...)
		})
		f.run("a village's group hears what was written down for it; a court's body that it is to sign", func(f *fixture) {
			f.hears(f.register(ann, with(quarrel("五"), m{"onBehalfOf": group1})), all("一组", "heldFor")...)
			f.hears(f.register(f.as(court, "ann"), with(quarrel("六"), m{"to": vill2, "mode": "preFiling", "source": "court"})), all("环城", "toSign")...)
		})
		f.run("a draft is told to nobody", func(f *fixture) {
			f.hears(f.register(ann, m{"title": "七", "draft": true, "onBehalfOf": group1}))
		})
	})
}

// What a head above sent on is returned to the holder and to that head.
func TestTellReturnOfAnOrderedTransfer(t *testing.T) {
	onEngines(t, func(f *fixture) {
		v := f.register(f.as(group1, "ann"), quarrel("一"))
		for _, next := range []string{group2, group1} {
			v = f.do(v, f.as(v.Holder.Code, "lee"), "transfer", m{"to": next, "reason": "competence"})
			v = f.do(v, f.as(next, "ann"), "sign", nil)
		}
		v = f.do(f.at(v, f.as(vill1, "lee")), f.as(vill1, "lee"), "transfer", m{"to": group2, "reason": "competence"})
		v = f.do(v, f.as(group2, "ben"), "return", m{"reason": "notOurs"})
		f.hears(v, append(all("一组", "returned!"), "马街lee returned!")...)
		v = f.do(f.at(v, f.as(vill1, "lee")), f.as(vill1, "lee"), "transfer", m{"to": group2, "reason": "competence"})
		v = f.do(f.at(v, f.as(vill1, "lee")), f.as(vill1, "lee"), "recall", m{"reason": "mistake"})
		f.hears(v, all("一组", "recalled")...)
	})
}

func TestOpinion(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ann := f.as(group1, "ann")
		v := f.do(f.tried(group1, "failed"), f.as(group1, "ben"), "escalate", m{"reason": "noAgreement"})
		v = f.do(v, f.as(vill1, "ann"), "return", m{"reason": "notOurs"}) // ben's first did not arrive
		v = f.do(f.at(v, f.as(group1, "lee")), f.as(group1, "lee"), "escalate", m{"reason": "noAgreement"})
		v = f.do(v, f.as(vill1, "ann"), "sign", nil)
		yes, no := m{"solved": true}, m{"solved": false, "note": "水还是不通"}
		if offered(f.at(v, ann), "opinion") {
			t.Fatal("offered before it is closed")
		}
		v = f.do(v, f.as(vill1, "lee"), "appoint", m{"mediators": []string{vill1 + "ann"}})
		v = f.do(f.do(v, f.as(vill1, "ann"), "attempt", attempt(f, "agreed")), f.as(vill1, "ben"), "resolve", m{"by": "oral", "note": "说好了"})
		f.hears(v, "一组ann resolved", "一组lee resolved")

		seen := f.at(v, ann)
		i := slices.IndexFunc(seen.Actions, func(a ActionView) bool { return a.Action == "opinion" })
		if i < 0 || seen.Mode != ModeRead || seen.Actions[i].Fields[0].Default != nil || seen.Actions[i].Primary {
			t.Fatalf("%s is offered %+v", seen.Mode, seen.Actions)
		}
		for _, c := range []account.Caller{f.as(group1, "ben"), f.as(vill1, "ben"), f.as(town1, "lee"), f.as(just, "ann")} {
			f.refused(v, c, "opinion", yes, errs.Forbidden, "notFinder")
		}
		f.refused(v, f.as(vill2, "ann"), "opinion", yes, errs.NotFound, "notFound")
		f.refused(v, ann, "opinion", m{}, errs.Invalid, "invalid")
		v = f.do(v, ann, "opinion", no)
		f.hears(v, append(all("马街", "notSolved!"), all("元马镇", "notSolved!")...)...)
		if v.Status != Resolved || len(v.Opinions) != 1 || v.Opinions[0].Solved || v.Opinions[0].Note != "水还是不通" || v.Opinions[0].Person.ID != ann.Person || v.Opinions[0].Org.Code != group1 {
			t.Fatalf("%s %+v", v.Status, v.Opinions)
		}
		if e := f.last(v.ID); e.Action != "opinion" || e.Note != "水还是不通" || e.Text == "" {
			t.Fatalf("%+v", e)
		}
		f.refused(v, ann, "opinion", yes, errs.Forbidden, "alreadySaid")
		v = f.do(v, f.as(group1, "lee"), "opinion", yes)
		f.hears(v)
		f.now.Advance(time.Hour)
		v = f.do(f.at(v, f.as(vill1, "ann")), f.as(vill1, "ann"), "reopen", m{"reason": "notPerformed"})
		v = f.do(f.do(v, f.as(vill1, "ann"), "attempt", attempt(f, "agreed")), f.as(vill1, "ben"), "resolve", m{"by": "oral", "note": "又说好了"})
		f.do(v, ann, "opinion", yes) // handled anew, said anew
	})
}

// A notice's row holds codes, and nothing of a person or of what they said.
func TestNoticesHoldNoNames(t *testing.T) {
	onEngines(t, func(f *fixture) {
		v := f.do(f.tried(group1, "failed"), f.as(group1, "ann"), "escalate", m{"reason": "noAgreement", "note": "对方骂人"})
		v = f.do(v, f.as(vill1, "ann"), "return", m{"reason": "notOurs", "note": "李国华不在"})
		f.do(f.at(v, f.as(joint, "ann")), f.as(joint, "ann"), "supervise", m{"note": "普文才来过三次", "due": f.now.Now().AddDate(0, 0, 5).Format(time.DateOnly)})
		rows := f.notices(v.ID)
		if len(rows) < 6 {
			t.Fatalf("only %d rows", len(rows))
		}
		for _, n := range rows {
			text := fmt.Sprintf("%+v", n)
			for _, secret := range []string{v.Title, v.Number, "李国华", "普文才", "1000878", "532328196501010019", "沟", "槐树", "骂人", "三次"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s holds %s", text, secret)
				}
			}
		}
	})
}

// Who has lost sight of a matter reads nothing of it in an old notice; nor does
// who no longer serves in the body they were told for.
func TestNoticesAreReadWithinReach(t *testing.T) {
	onEngines(t, func(f *fixture) {
		ctx := context.Background()
		in, ann := f.inbox(), f.as(vill1, "ann")
		read := func(c account.Caller) notice.Page {
			p, err := in.List(ctx, c, false, 20, "")
			check(t, err)
			return p
		}
		v := f.do(f.tried(group1, "failed"), f.as(group1, "ann"), "escalate", m{"reason": "noAgreement"})
		first := read(ann)
		if n := first.Items[0]; n.Matter == nil || n.Matter.Title != v.Title || n.Matter.Number != v.Number || n.Org.Code != vill1 || n.Text != "一组送来一件，请签收。" {
			t.Fatalf("%+v", n)
		}
		f.reads(ann)
		f.do(v, f.as(group1, "ann"), "recall", m{"reason": "mistake"}) // the village above sees it still
		if p := read(ann); p.Items[0].Cause != notice.CalledOff || p.Items[0].Matter == nil || p.Unread != 1 || p.Total != 2 {
			t.Fatalf("%+v", p)
		}
		out := f.as(vill2, "ann")
		v = f.do(f.register(ann, quarrel("不该看的标题")), f.as(vill1, "lee"), "transfer", m{"to": vill2, "reason": "competence"})
		f.reads(out)
		f.do(v, ann, "recall", m{"reason": "mistake"}) // and now the other village does not
		p := read(out)
		if len(p.Items) != 2 || strings.Contains(fmt.Sprintf("%+v", p), "不该看的标题") || p.Items[0].Matter != nil || p.Items[1].Matter != nil || p.Items[1].Text != "这件事已经不在您能查看的范围里。" {
			t.Fatalf("%+v", p.Items)
		}
		people := account.NewService(account.Deps{DB: f.s.DB, Rules: f.s.Rules, Keys: f.s.Keys})
		check(t, people.EndService(ctx, account.Caller{}, county, ann.Person, vill1, account.Mediator))
		for _, n := range read(ann).Items {
			if n.Matter != nil {
				t.Fatalf("serves no more and reads %+v", n.Matter)
			}
		}
		t.Run("another's notice is neither read nor marked", func(t *testing.T) {
			ben := f.as(vill1, "ben")
			left, err := in.Read(ctx, ben, []string{first.Items[0].ID}, false)
			check(t, err)
			for _, n := range read(ben).Items {
				if n.ID == first.Items[0].ID || left != read(ben).Unread {
					t.Fatalf("%+v", n)
				}
			}
		})
	})
}
