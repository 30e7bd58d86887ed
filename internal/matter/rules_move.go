package matter

import (
	"slices"
	"strings"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
)

// Rules that move a matter: the ladder, transfers, help, referrals.

func (st *step) send(how, to string) {
	m := &st.s.M
	m.Pending, m.PendingTo, m.PendingBy, m.PendingSince = how, to, st.c.Person, db.Micros(st.now)
	st.start("receipt", to)
}

func (st *step) unsend() {
	m := &st.s.M
	m.Pending, m.PendingTo, m.PendingBy, m.PendingSince = "", "", "", 0
	st.stop("receipt")
}

// readyRunning: nothing is out that must come back first.
func readyRunning(st *step) error {
	if st.s.openReferral() != nil {
		return need("referred", "这件事已移送，等结果回来再办。")
	}
	return nil
}

func readyEscalate(st *step) error {
	if _, ok := st.rb.NextLevelUp(st.c.OrgLevel); !ok {
		return need("topLevel", "已经在县级，不再上报；可以移送司法局，或由当事人选择其他途径。")
	}
	if !st.s.attemptedBy(st.s.M.Holder) {
		return need("noAttempt", "本单位还没有调解过，请先记录一次调解再上报。")
	}
	return nil
}

func doEscalate(st *step) error {
	from, _ := st.orgs.Get(st.s.M.Holder)
	to, skips, err := st.rung(from)
	if err != nil {
		return err
	}
	if skips && st.in.Text("skipReason") == "" {
		return errs.InvalidField("skipReason", "越过了"+st.rb.Name("level", st.nextLevel(from))+"，请选择越级的理由。")
	}
	st.send("escalate", to.Code)
	st.text = "上报" + to.Name + "：" + st.reason("escalate")
	if skips {
		st.text += "（提级：" + st.rb.Name("reason.skip", st.in.Text("skipReason")) + "）"
	}
	return nil
}

func (st *step) nextLevel(from org.Org) string {
	next, _ := st.rb.NextLevelUp(from.Level)
	return next
}

// rung finds the body a matter is sent up to: the parent by default; below the
// top level only bodies above; at the top level a department named in `to`.
func (st *step) rung(from org.Org) (to org.Org, skips bool, err error) {
	next := st.nextLevel(from)
	code := st.in.Text("to")
	top := st.rb.Levels[len(st.rb.Levels)-1].Code
	if code == "" {
		if next == top {
			return to, false, errs.InvalidField("to", "请写明报给哪个县级部门。")
		}
		code = st.orgs.Up(from.Code, next)
	}
	to, _ = st.orgs.Get(code)
	kind, _ := st.rb.Kind(to.Kind)
	up := st.rb.Rank(to.Level) - st.rb.Rank(from.Level)
	switch {
	case !kind.HoldsMatters:
		return to, false, errs.InvalidField("to", "请选择有调解组织的单位。")
	case up < 1:
		return to, false, errs.InvalidField("to", "上报只能报给更高一级；平级请用移交。")
	case to.Level != top && st.orgs.Up(from.Code, to.Level) != to.Code:
		return to, false, errs.InvalidField("to", "只能报给本单位所属的"+st.rb.Name("level", to.Level)+"。")
	case st.closed(to.Code):
		return to, false, errs.InvalidField("to", to.Name+"已经撤销，请另选单位。")
	}
	return to, up > 1, nil
}

func (st *step) closed(code string) bool { return !st.has(Field{Type: "org"}, code) }

func doSign(st *step) error {
	m := &st.s.M
	how := m.Pending
	st.unsend()
	was := m.Holder
	if how == "transfer" && !st.holdsOffice(was, rulebook.OfficeCourt) { // a court's own referral is no hand-over
		m.HandOvers++
	}
	m.Holder = st.c.Org
	m.addRoute(m.Holder)
	m.Proposed, m.ProposedBy, m.ProposedNote = "", "", ""
	st.endAppointments()
	st.s.each(func(d *Deadline) { d.Org = m.Holder }, "acceptance", "matter", "petitionForward", "supervision")
	switch {
	case m.Kind == Petition:
		st.stop("handOn")
	case m.Status != Registered:
		st.restartHolder()
	}
	st.text = "签收" + st.short(was) + "送来的事项"
	return nil
}

func (st *step) holdsOffice(body, office string) bool {
	o, _ := st.orgs.Get(body)
	k, _ := st.rb.Kind(o.Kind)
	return k.Office == office
}

func doReturn(st *step) error {
	sender := st.short(st.s.M.Holder)
	st.unsend()
	st.text = "退回" + sender + "：" + st.reason("return")
	return nil
}

func doRecall(st *step) error {
	to := st.short(st.s.M.PendingTo)
	st.unsend()
	st.text = "从" + to + "收回：" + st.reason("recall")
	return nil
}

func doTransfer(st *step) error {
	from, _ := st.orgs.Get(st.s.M.Holder)
	to, _ := st.orgs.Get(st.in.Text("to"))
	kind, _ := st.rb.Kind(to.Kind)
	top := from.Level
	if st.closed(from.Code) { // the body above may take it in itself
		top = st.c.OrgLevel
	}
	switch {
	case to.Code == from.Code:
		return errs.InvalidField("to", "这件事就在这个单位，请另选单位。")
	case !kind.HoldsMatters:
		return errs.InvalidField("to", "请选择有调解组织的单位。")
	case st.rb.Rank(to.Level) > st.rb.Rank(top):
		return errs.InvalidField("to", "移交只能平级或向下；向上请用上报。")
	}
	st.send("transfer", to.Code)
	st.text = "移交" + to.Name + "：" + st.reason("transfer")
	return nil
}

func doForward(st *step) error {
	to, _ := st.orgs.Get(st.in.Text("to"))
	kind, _ := st.rb.Kind(to.Kind)
	switch {
	case to.Code == st.s.M.Holder:
		return errs.InvalidField("to", "这件事就在这个单位，请另选单位。")
	case !kind.HoldsPetitions:
		return errs.InvalidField("to", "请选择有权处理信访事项的机关、单位；调解组织不答复信访事项。")
	}
	st.send("forward", to.Code)
	st.text = "转送" + to.Name
	return nil
}

func doRequestHelp(st *step) error {
	due := st.in.Time("due")
	if !due.After(st.now) {
		return errs.InvalidField("due", "最晚的一天应在今天以后。")
	}
	var names []string
	for _, b := range st.in.Codes("bodies") {
		if b == st.s.M.Holder {
			return errs.InvalidField("bodies", "协助单位不能是本单位。")
		}
		o, _ := st.orgs.Get(b)
		if k, _ := st.rb.Kind(o.Kind); k.Office == rulebook.OfficeCourt {
			return errs.InvalidField("bodies", "不能请法院协助；达成协议的可以共同申请司法确认，要起诉的引导起诉。")
		}
		h := Help{County: st.s.M.County, Matter: st.s.M.ID, ID: st.newID(), Org: b, Task: st.in.Text("task"),
			AskedAt: db.Micros(st.now), DueAt: db.Micros(due)}
		st.s.Helps = append(st.s.Helps, h)
		st.startAt("help", b, h.ID, due)
		names = append(names, st.name(b))
	}
	st.text = "请" + strings.Join(names, "、") + "协助：" + st.in.Text("task")
	return nil
}

func doHelpDone(st *step) error {
	h := st.openHelp()
	h.DoneAt, h.Result = db.Micros(st.now), st.in.Text("result")
	st.stopRef(h.ID)
	st.text = "协助完成：" + h.Result
	return nil
}

func (st *step) officeBody(office string) (string, error) {
	if k, ok := st.rb.Office(office); ok {
		for _, o := range st.orgs.OfKind(k.Code) {
			if !st.closed(o.Code) {
				return o.Code, nil
			}
		}
	}
	return "", need("noSuchBody", "县里还没有设这个单位，请联系联席会议办公室。")
}

func (st *step) addReferral(target, mode string) {
	st.s.Referrals = append(st.s.Referrals, Referral{County: st.s.M.County, Matter: st.s.M.ID, ID: st.newID(),
		Org: st.s.M.Holder, Target: target, Mode: mode, At: db.Micros(st.now), Note: st.in.Text("note")})
}

func doReferJustice(st *step) error {
	target, err := st.officeBody(rulebook.OfficeJustice)
	if err != nil {
		return err
	}
	st.addReferral(target, st.in.Text("mode"))
	st.s.M.Status = Referred
	st.resumeClocks("holder", "matter") // a pause that was ordered ends: its last day must not wake the holder's clock while it is out
	st.pauseClocks("referred", st.now.AddDate(1, 0, 0), "holder")
	st.s.each(func(d *Deadline) { d.PauseUntil = 0 }, "holder")
	st.start("referral", target)
	st.text = "移送" + st.name(target) + "：" + st.rb.Name("referralMode", st.in.Text("mode"))
	return nil
}

func readyConfirm(st *step) error {
	m := &st.s.M
	if m.AtCourt {
		return need("atCourt", "已经送法院确认，等结果回来。")
	}
	if m.ResolvedHow != "agreement" && m.ResolvedHow != "oral" {
		return need("noAgreement", "没有调解协议，不能申请司法确认。")
	}
	if slices.ContainsFunc(st.s.Referrals, func(r Referral) bool { return r.Outcome == "confirmed" && r.At >= m.ResolvedAt }) {
		return need("confirmed", "法院已经裁定这份协议有效，不用再申请。")
	}
	if due := st.dueOf("confirmApply"); due == 0 || db.Micros(st.now) > due {
		return need("confirmTooLate", "调解协议生效已过三十日，不能再共同申请司法确认；当事人仍可以起诉。")
	}
	return nil
}

// dueOf is the due time of the newest clock of a code, stopped or not; 0 for none.
func (st *step) dueOf(clock string) int64 {
	var due int64
	for _, d := range st.s.Deadlines {
		if d.Clock == clock {
			due = d.DueAt
		}
	}
	return due
}

func doReferCourt(st *step) error {
	applicants := st.in.Codes("applicants")
	for _, p := range st.s.Parties {
		if (p.Role == "applicant" || p.Role == "respondent") && !slices.Contains(applicants, p.ID) {
			return need("notJoint", "司法确认要各方当事人共同申请，还缺"+p.Name+"。")
		}
	}
	target, err := st.officeBody(rulebook.OfficeCourt)
	if err != nil {
		return err
	}
	st.addReferral(target, "confirm")
	st.s.M.AtCourt = true
	st.stop("confirmApply")
	st.start("confirm", target)
	st.text = "各方当事人共同向" + st.name(target) + "申请司法确认"
	return nil
}

func doGuideToCourt(st *step) error {
	p := st.s.party(st.in.Text("party"))
	st.text = p.Name + "本人表示要起诉，已说明怎样起诉并给了材料"
	return nil
}

func readyAtCourt(st *step) error {
	if !st.s.M.AtCourt {
		return need("notAtCourt", "这件事没有送法院确认。")
	}
	return nil
}

func doReferralOutcome(st *step) error {
	ref := st.s.openReferral()
	if ref.Target != st.c.Org && st.in.Text("attachment") == "" {
		return errs.InvalidField("attachment", "持有单位代为反馈，要附上结果文书。")
	}
	ref.Outcome, ref.DoneAt = st.in.Text("outcome"), db.Micros(st.now)
	if n := st.in.Text("note"); n != "" {
		ref.Note = n
	}
	if st.s.M.AtCourt {
		st.s.M.AtCourt = false
		st.stop("confirm")
	} else {
		st.s.M.Status = Handling
		st.stop("referral")
		st.resumeClocks("holder")
	}
	st.text = st.name(ref.Target) + "反馈：" + st.rb.Name("referralOutcome", ref.Outcome)
	return nil
}
