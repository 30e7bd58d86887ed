package matter

import (
	"slices"
	"strings"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

// Rules of a matter at its holder: accepting, declining, consent, attempts.

func readyMediates(st *step) error {
	if k, _ := st.rb.Kind(st.c.OrgKind); !k.HoldsMatters {
		return need("notMediationBody", "本单位不是调解组织，请移交给调解组织受理。")
	}
	return nil
}

func doAccept(st *step) error {
	m := &st.s.M
	m.Status = Accepted
	if m.AcceptedAt == 0 {
		m.AcceptedAt, m.AcceptedOrg = db.Micros(st.now), m.Holder
	}
	m.Proposed, m.ProposedBy, m.ProposedNote = "", "", ""
	st.stop("acceptance")
	st.start("holder", m.Holder)
	st.text = "受理"
	return nil
}

func readyNoProposal(st *step) error {
	if st.s.M.Proposed != "" {
		return need("proposed", "已经提出不予受理，正在等上一级复核。")
	}
	return nil
}

func doDecline(st *step) error {
	m := &st.s.M
	m.Proposed, m.ProposedBy = "decline", st.c.Person
	m.ProposedNote = st.reason("decline") + "；告知：" + st.remedies([]string{st.in.Text("remedy")})
	st.text = "提出不予受理：" + m.ProposedNote
	return nil
}

func readyConfirmDecline(st *step) error {
	if st.s.M.Proposed != "decline" {
		return need("noProposal", "没有等待复核的不予受理。")
	}
	if st.s.M.ProposedBy == st.c.Person {
		return forbidden("ownProposal", "自己提出的不能自己复核，请另一位同志来做。")
	}
	return nil
}

func doConfirmDecline(st *step) error {
	m := &st.s.M
	why, by := m.ProposedNote, m.ProposedBy
	m.Proposed, m.ProposedBy, m.ProposedNote = "", "", ""
	if !st.in.Bool("agree") {
		st.text = "不同意不予受理，请继续办理"
		return nil
	}
	st.endIn(Declined, why)
	m.ResolvedBy = by
	st.text = "同意不予受理：" + why
	return nil
}

func doAppoint(st *step) error {
	ids := st.in.Codes("mediators")
	if !st.isHead() && (len(ids) != 1 || ids[0] != st.c.Person) {
		return forbidden("notHead", "调解员只能指定自己，指定别人请本单位负责人来做。")
	}
	var names, kin []string
	for _, p := range st.staff {
		if !slices.Contains(ids, p.ID) {
			continue
		}
		if !slices.Contains(p.Roles, "mediator") {
			return errs.InvalidField("mediators", p.Name+"不是调解员，请重新选择。")
		}
		names = append(names, p.Name)
		if st.namesake(p.Name) {
			kin = append(kin, p.Name)
		}
		if !st.s.appointed(p.ID) {
			st.s.Appointments = append(st.s.Appointments, Appointment{County: st.s.M.County, Matter: st.s.M.ID,
				ID: st.newID(), Org: st.s.M.Holder, Person: p.ID, Name: p.Name, At: db.Micros(st.now)})
		}
	}
	for i := range st.s.Appointments {
		if a := &st.s.Appointments[i]; a.Ended == 0 && !slices.Contains(ids, a.Person) {
			a.Ended = db.Micros(st.now)
		}
	}
	st.text = "指定调解员：" + strings.Join(names, "、")
	if len(kin) > 0 {
		st.text += "（注意：" + strings.Join(kin, "、") + "与当事人同名，请核实有无利害关系）"
	}
	return nil
}

// namesake tells whether a party has that name: perhaps the same person, perhaps kin.
func (st *step) namesake(name string) bool {
	return slices.ContainsFunc(st.s.Parties, func(x Party) bool { return x.Name == name })
}

func (st *step) endAppointments() {
	for i := range st.s.Appointments {
		if a := &st.s.Appointments[i]; a.Ended == 0 {
			a.Ended = db.Micros(st.now)
		}
	}
}

func doConsent(st *step) error {
	p := st.s.party(st.in.Text("party"))
	p.ConsentAt, p.ConsentBy = db.Micros(st.now), st.c.Person
	if st.in.Bool("given") {
		p.Consent = "given"
		st.text = p.Name + "已被告知权利义务，同意调解"
		return nil
	}
	p.Consent = "refused"
	told := st.remedies(slices.DeleteFunc([]string{"lawsuit", "administrative"}, func(r string) bool { return !st.rb.Has("remedy", r) }))
	st.endIn(Ended, p.Name+"不同意调解；"+told)
	st.text = p.Name + "不同意调解，调解终止；已告知：" + told
	return nil
}

func readyAllConsent(st *step) error {
	if !st.s.allConsent() {
		return need("noConsent", "还有当事人没有表示同意调解，请先告知权利义务并记录是否同意。")
	}
	return nil
}

func readyAttempt(st *step) error { return readyAllConsent(st) }

func doAttempt(st *step) error {
	held := st.in.Time("heldAt")
	if held.After(st.now) {
		return errs.InvalidField("heldAt", "调解时间不能在将来。")
	}
	st.s.M.Status = Handling
	id, name := st.mediates()
	st.s.Attempts = append(st.s.Attempts, Attempt{County: st.s.M.County, Matter: st.s.M.ID, ID: st.newID(), Org: st.s.M.Holder,
		Person: id, Name: name, HeldAt: db.Micros(held), Outcome: st.in.Text("outcome"),
		Note: st.in.Text("note"), Badge: db.Bool(st.in.Bool("badge")), At: db.Micros(st.now)})
	st.text = "调解一次：" + st.rb.Name("outcome", st.in.Text("outcome"))
	if !st.in.Bool("badge") {
		st.text += "（未佩戴徽章）"
	}
	return nil
}

func doResolve(st *step) error {
	m := &st.s.M
	by := st.in.Text("by")
	if (by == "agreement" || by == "oral") && !st.s.agreed() {
		return need("noAgreement", "还没有谈成的调解记录，请先记录一次谈成的调解。")
	}
	paper, err := readPaper(st)
	if err != nil {
		return err
	}
	m.Status, m.ResolvedAt, m.ResolvedBy, m.ResolvedHow = Resolved, db.Micros(st.now), st.c.Person, by
	m.ResolveNote, m.Paper = st.in.Text("note"), paper
	for i := range st.s.Demands {
		st.s.Demands[i].Outcome = by
	}
	st.stop()
	st.dropHelps()
	st.scheduleFollowUps(by)
	st.text = "化解：" + st.rb.Name("resolveBy", by)
	if paper != "" {
		st.text += "（" + paper + "）"
	}
	return nil
}

// scheduleFollowUps drops visits not made and plans those of the rulebook, each
// with its own clock.
func (st *step) scheduleFollowUps(by string) {
	s := st.s
	s.FollowUps = slices.DeleteFunc(s.FollowUps, func(f FollowUp) bool { return f.DoneAt == 0 })
	for _, days := range st.rb.FollowUps[by] {
		due, provisional := st.cal.Due(st.now, days, "day", "body")
		f := FollowUp{County: s.M.County, Matter: s.M.ID, ID: st.newID(), No: int64(len(s.FollowUps) + 1), DueAt: db.Micros(due)}
		s.FollowUps = append(s.FollowUps, f)
		c, _ := st.rb.Clock("followUp")
		d := st.addDeadline(c, s.M.Holder, days, due, provisional)
		d.Ref = f.ID
	}
	if by == "agreement" || by == "oral" {
		st.start("confirmApply", s.M.Holder)
	}
}

func readyEnd(st *step) error {
	if !st.s.attemptedBy("") {
		return need("noAttempt", "还没有调解过，也没有人表示不同意。请先记录调解，或记录当事人不同意。")
	}
	return nil
}

func doEnd(st *step) error {
	told := st.remedies(st.in.Codes("remedies"))
	st.endIn(Ended, st.reason("end")+"；"+told)
	st.text = "终止调解：" + st.reason("end") + "；已告知：" + told
	return nil
}

func doExtend(st *step) error {
	days := int(st.in.Int("days"))
	if days < 1 || days > st.rb.ExtendMaxDays {
		return errs.InvalidField("days", "一次最多延长 "+itoa(st.rb.ExtendMaxDays)+" 天，至少 1 天。")
	}
	st.s.each(func(d *Deadline) {
		st.move(d, days)
	}, "holder", "matter")
	st.text = "各方同意，延长 " + itoa(days) + " 天：" + st.reason("extend")
	return nil
}

func (st *step) pausedByOrder() bool {
	found := false
	st.s.each(func(d *Deadline) { found = found || d.State == paused && d.PauseUntil > 0 }, "holder", "matter")
	return found
}

func readyPause(st *step) error {
	if st.pausedByOrder() {
		return need("paused", "已经在暂停中。")
	}
	return nil
}

func doPause(st *step) error {
	until := st.in.Time("until")
	if limit := st.now.AddDate(0, 0, st.rb.PauseMaxDays+1); !until.After(st.now) || until.After(limit) {
		return errs.InvalidField("until", "暂停的最后一天应在今天以后，一次最多 "+itoa(st.rb.PauseMaxDays)+" 天。")
	}
	st.pauseClocks(st.in.Text("reason"), until, "holder", "matter")
	st.text = "暂停计时：" + st.reason("pause") + "，到 " + lastDay(until) + " 为止"
	return nil
}

func readyResume(st *step) error {
	if !st.pausedByOrder() {
		return need("notPaused", "没有在暂停。")
	}
	return nil
}

func doResume(st *step) error {
	st.resumeClocks("holder", "matter")
	st.text = "恢复计时"
	return nil
}

func doClassify(st *step) error {
	d := st.s.demand(st.in.Text("demand"))
	list := st.in.Text("list")
	if st.s.M.Kind == Petition && slices.Contains(st.rb.ListsAfterReply, list) {
		return need("noReply", "信访事项有了可以申请复查的书面答复，才能列入“"+st.rb.Name("list", list)+"”。")
	}
	d.ListProposed, d.ListReason, d.ProposedBy = list, st.in.Text("reason"), st.c.Person
	st.text = "建议把“" + d.Text + "”列入" + st.rb.Name("list", list) + "：" + st.reason("classify")
	return nil
}

func readyConfirmLists(st *step) error {
	props := st.s.proposals()
	if len(props) == 0 {
		return need("noProposal", "没有等待复核的清单归类。")
	}
	if !slices.ContainsFunc(props, func(d *Demand) bool { return d.ProposedBy != st.c.Person }) {
		return forbidden("ownProposal", "自己提出的归类不能自己复核，请另一位同志来做。")
	}
	return nil
}

func doConfirmLists(st *step) error {
	agree := !st.in.Has("agree") || st.in.Bool("agree")
	var yes, no []string
	for _, d := range st.s.proposals() {
		if d.ProposedBy == st.c.Person {
			continue
		}
		list := st.rb.Name("list", d.ListProposed)
		if agree && !slices.Contains(st.in.Codes("except"), d.ID) {
			d.List, d.ConfirmedBy = d.ListProposed, st.c.Person
			yes = append(yes, "“"+d.Text+"”列入"+list)
		} else {
			no = append(no, "“"+d.Text+"”不列入"+list)
		}
		d.ListProposed, d.ListReason, d.ProposedBy = "", "", ""
	}
	st.text = "复核清单：" + strings.Join(append(yes, no...), "；")
	return nil
}
