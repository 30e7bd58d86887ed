package matter

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/workday"
)

// Rules after the work: follow-up, clearance, coming back, oversight, undo.

func itoa(n int) string { return strconv.Itoa(n) }

func lastDay(due time.Time) string { return workday.LastDay(due) }

// paperRef is a paper that somebody else issued: body, number, date.
type paperRef struct {
	Body   string `json:"body"`
	Number string `json:"number"`
	Date   string `json:"date"`
}

func readPaper(st *step) (string, error) {
	raw := st.in.Raw("paper")
	if raw == nil {
		return "", nil
	}
	var p paperRef
	if err := strict(raw, &p); err != nil {
		return "", errs.InvalidField("paper", "文书要写明出具单位、文号和日期。")
	}
	_, dated := workday.ParseDate(p.Date)
	body, bad1 := cleanText(p.Body, "出具单位", maxLine)
	number, bad2 := cleanText(p.Number, "文号", maxLine)
	if body == "" || number == "" || !dated || bad1+bad2 != "" {
		return "", errs.InvalidField("paper", "文书要写明出具单位、文号和日期。")
	}
	return body + " " + number + " " + p.Date, nil
}

func readyFollowUp(st *step) error {
	if st.s.nextFollowUp() == nil {
		return need("noFollowUp", "回访都做完了。")
	}
	return nil
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func doFollowUp(st *step) error {
	at := st.in.Time("at")
	if at.After(st.now) {
		return errs.InvalidField("at", "回访时间不能在将来。")
	}
	if workday.Date(at) < workday.Date(db.Instant(st.s.M.ResolvedAt)) {
		return errs.InvalidField("at", "回访是化解以后的事，回访时间不能早于化解那天。")
	}
	f := st.s.nextFollowUp()
	f.DoneAt, f.HeldAt, f.Person = db.Micros(st.now), db.Micros(at), st.c.Person
	f.Performed, f.Satisfied, f.Note = yesNo(st.in.Bool("performed")), yesNo(st.in.Bool("satisfied")), st.in.Text("note")
	st.stopRef(f.ID)
	st.text = "第 " + itoa(int(f.No)) + " 次回访：" + map[bool]string{true: "已兑现", false: "未兑现"}[st.in.Bool("performed")] +
		"，当事人" + map[bool]string{true: "满意", false: "不满意"}[st.in.Bool("satisfied")]
	return nil
}

// clearable says what still stands between the matter and clearance, whoever asks.
func (s *State) clearable() error { return s.clearableWith(false) }

// clearableWith counts a file that was added to an imported matter as the evidence
// that its ledger did not bring.
func (s *State) clearableWith(file bool) error {
	m := &s.M
	switch {
	case !slices.Contains(closing, m.Status) || m.MergedInto != "" || bool(m.Void) || m.Kind != Dispute:
		return need("notClosed", "这件事还没有了结，不能销号。")
	case bool(m.AtCourt):
		return need("atCourt", "正在法院司法确认，结果出来以后再销号。")
	case m.Status == Resolved && s.nextFollowUp() != nil:
		return need("followUpOpen", "回访还没有做完，请先记录回访。")
	case m.Status == Resolved && m.ResolveNote == "" && m.Paper == "" && !(file && m.Imported != ""):
		return need("noEvidence", "没有协议、口头登记或落实的凭据，不能销号。")
	case m.Status != Resolved && m.NoticeNote == "":
		return need("noNotice", "没有告知当事人其他途径的记录，不能销号。")
	case len(s.proposals()) > 0:
		return need("listsUnconfirmed", "清单归类还没有复核，不能销号。")
	}
	return nil
}

func readyClear(st *step) error { return st.s.clearableWith(len(st.files) > 0) }

func doClear(st *step) error {
	m := &st.s.M
	m.ClearedSimply = db.Bool(m.Holder == st.c.Org || st.s.simple(st.rb))
	m.ClearedFrom, m.Status = m.Status, Cleared
	m.ClearedAt, m.ClearedBy, m.ClearedOrg = db.Micros(st.now), st.c.Person, st.c.Org
	st.stop()
	st.start("watch", m.Holder)
	st.text = "清单销号"
	return nil
}

func doSendBack(st *step) error {
	m := &st.s.M
	m.Status, m.ClearedFrom = m.ClearedFrom, ""
	m.ClearedAt, m.ClearedBy, m.ClearedOrg, m.ClearedSimply = 0, "", "", false
	st.stop("watch")
	st.text = "退回重办：" + st.reason("sendBack")
	return nil
}

func readyReopen(st *step) error {
	if st.s.M.AtCourt {
		return need("atCourt", "正在法院司法确认，结果出来以后再重办。")
	}
	return nil
}

func doReopen(st *step) error {
	m := &st.s.M
	party := st.s.party(st.in.Text("party"))
	st.stop()
	m.Status, m.ClearedFrom = Handling, ""
	m.Reopened++
	m.ReopenedAt = db.Micros(st.now)
	m.ResolvedAt, m.ResolvedBy, m.ResolvedHow, m.ResolveNote, m.Paper = 0, "", "", "", ""
	m.EndedAt, m.NoticeNote = 0, ""
	m.ClearedAt, m.ClearedBy, m.ClearedOrg, m.ClearedSimply = 0, "", "", false
	if m.AcceptedAt == 0 {
		m.AcceptedAt, m.AcceptedOrg = m.ReopenedAt, m.Holder
	}
	for i := range st.s.Demands {
		st.s.Demands[i].Outcome = ""
	}
	for i := range st.s.Parties {
		if st.s.Parties[i].Consent == "refused" {
			st.s.Parties[i].Consent, st.s.Parties[i].ConsentAt, st.s.Parties[i].ConsentBy = "", 0, ""
		}
	}
	st.s.FollowUps = slices.DeleteFunc(st.s.FollowUps, func(f FollowUp) bool { return f.DoneAt == 0 })
	st.start("matter", m.Holder)
	st.start("holder", m.Holder)
	st.text = "重新办理：" + st.reason("reopen")
	if party != nil {
		st.text += "（" + party.Name + "要求）"
		st.keep = true
	}
	return nil
}

func doWithdraw(st *step) error {
	m := &st.s.M
	m.Proposed, m.ProposedBy, m.ProposedNote = "", "", ""
	if m.Status == Referred {
		if ref := st.s.openReferral(); ref != nil {
			ref.DoneAt, ref.Outcome = db.Micros(st.now), "withdrawn"
		}
	}
	st.endIn(Withdrawn, "当事人本人撤回："+st.reason("withdraw")+"；以后可以随时再提出")
	st.text = "当事人本人撤回：" + st.reason("withdraw")
	return nil
}

func doSupervise(st *step) error {
	due := st.in.Time("due")
	if !due.After(st.now) {
		return errs.InvalidField("due", "回复的最后一天应在今天以后。")
	}
	v := Supervision{County: st.s.M.County, Matter: st.s.M.ID, ID: st.newID(), Org: st.c.Org, Note: st.in.Text("note"),
		At: db.Micros(st.now), DueAt: db.Micros(due)}
	st.s.Supervisions = append(st.s.Supervisions, v)
	st.startAt("supervision", st.s.M.Holder, v.ID, due)
	st.text = "督办：请在 " + lastDay(due) + " 前回复"
	return nil
}

func (s *State) openSupervision() *Supervision {
	for i := range s.Supervisions {
		if s.Supervisions[i].RepliedAt == 0 {
			return &s.Supervisions[i]
		}
	}
	return nil
}

func readySuperviseReply(st *step) error {
	if st.s.openSupervision() == nil {
		return need("noSupervision", "没有等待回复的督办。")
	}
	return nil
}

func doSuperviseReply(st *step) error {
	v := st.s.openSupervision()
	v.Reply, v.RepliedAt = st.in.Text("note"), db.Micros(st.now)
	st.stopRef(v.ID)
	st.text = "回复督办"
	return nil
}

func doAdvise(st *step) error {
	st.s.Advices = append(st.s.Advices, Advice{County: st.s.M.County, Matter: st.s.M.ID, ID: st.newID(), Org: st.c.Org,
		Person: st.c.Person, Expert: st.in.Text("expert"), Opinion: st.in.Text("opinion"), At: db.Micros(st.now)})
	st.text = "专家意见（" + st.in.Text("expert") + "）"
	return nil
}

// doSurface brings an overdue clock to the body above the holder.
func doSurface(st *step) error {
	names := ""
	st.s.each(func(d *Deadline) {
		if d.State == running && d.DueAt <= db.Micros(st.now) && d.SurfacedAt == 0 && d.duty() {
			d.SurfacedAt = db.Micros(st.now)
			if names != "" {
				names += "、"
			}
			names += st.rb.Name("clock", d.Clock)
		}
	})
	if names == "" {
		return errNothing
	}
	if st.emptyDraft() {
		st.s.M.Void = true
		st.stop()
		st.text = "草稿里什么也没有写，也没有附件，到期作废"
		return nil
	}
	st.s.M.SurfacedTo = st.urges()
	st.text = names + "时限已过，提请" + st.name(st.s.M.SurfacedTo) + "督促"
	return nil
}

// urges is the body an overdue clock is brought to: the one above the holder, or,
// while a hand-over lies unsigned for too long, the one above the receiver, where
// it sees the matter.
func (st *step) urges() string {
	late := false
	st.s.each(func(d *Deadline) { late = late || d.DueAt <= db.Micros(st.now) }, "receipt")
	if up := st.orgs.Above(st.s.M.PendingTo); late && st.s.standing().modes(st.orgs, st.rb)[up] != "" {
		return up
	}
	return st.orgs.Above(st.s.M.Holder)
}

// doUndo puts back the state before the newest step; the timeline keeps both.
func doUndo(st *step) error {
	var before State
	if err := json.Unmarshal([]byte(st.undo.State), &before); err != nil {
		return errs.Wrap("read undo state", err)
	}
	before.M.Seq, before.M.Chain, before.M.Version = st.s.M.Seq, st.s.M.Chain, st.s.M.Version
	*st.s = before
	st.reverses = st.undo.Seq
	st.text = "撤销上一步"
	return nil
}
