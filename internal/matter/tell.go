package matter

import (
	"context"
	"slices"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/notice"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Who hears of a step: a pure function of the state before, the state after and
// the action. docs/adr/0023.

// tell writes the notices of a step, beside it. Of a batch nobody hears row by row.
func (st *step) tell(ctx context.Context, tx *db.Tx, action string, before *State) error {
	if st.quiet {
		return nil
	}
	t := &telling{before: before, after: st.s, action: action, c: st.c, now: st.now, reverses: st.reverses, orgs: st.orgs, rb: st.rb, staff: st.staff}
	if before.M.Holder != st.s.M.Holder && len(st.s.proposals()) > 0 { // the only thing that asks who else there is
		var err error
		if t.staff, err = account.Serving(ctx, tx, st.s.M.County, st.s.M.Holder); err != nil {
			return err
		}
	}
	e := t.tell()
	if slices.ContainsFunc(e.Words, func(w notice.Word) bool { return w.Org == toFinders }) {
		finders, err := findersOf(ctx, tx, st.s.M)
		if err != nil {
			return err
		}
		e.Words = t.named(e.Words, finders)
	}
	return notice.Record(ctx, tx, e)
}

// telling is one step as it is told.
type telling struct {
	before, after *State
	action        string
	c             account.Caller
	now           time.Time
	reverses      int64
	staff         []account.Servant // of the holder
	orgs          *org.Tree
	rb            *rulebook.Rulebook
	modes         map[string]string // which body sees the matter after the step

	out notice.Event
}

// named puts the finders that still see the matter for toFinders.
func (t *telling) named(words []notice.Word, finders []finder) (out []notice.Word) {
	for _, w := range words {
		if w.Org != toFinders {
			out = append(out, w)
			continue
		}
		for _, f := range finders {
			if t.modes[f.Org] != "" && f.Person != "" {
				w.Org, w.Persons = f.Org, []string{f.Person}
				out = append(out, w)
			}
		}
	}
	return out
}

// toFinders stands for the body of a word that is for whoever found the matter or
// sent it up, as persons.
const toFinders = "*"

// asks is one thing that waits for a body.
type ask struct {
	cause, org, ref string
	since           int64
	not             string // a person who may not do it
}

// tell makes the event of a step. Words for finders still have toFinders as body.
func (t *telling) tell() notice.Event {
	m := &t.after.M
	t.out = notice.Event{Matter: m.ID, Seq: m.Seq, At: t.now, Actor: t.c.Person, By: t.c.Org, Undone: t.reverses}
	if m.Status == Draft {
		return t.out
	}
	if t.before.M.Status == Draft {
		t.before = &State{} // nobody but its body has seen the draft
	}
	t.modes = t.after.standing().modes(t.orgs, t.rb)
	if t.reverses == 0 {
		t.tellUrgent()
	}
	t.tellAsked()
	if t.reverses == 0 {
		t.tellHolder()
		t.tellAnswers()
		t.tellFinders()
	}
	return t.out
}

// word adds what a body, or some persons of it, are told if it sees the matter
// after the step.
func (t *telling) word(cause, org, about string, urgent bool, persons ...string) {
	t.add(notice.Word{Cause: cause, Org: org, About: about, Urgent: urgent, Persons: persons})
}

func (t *telling) add(w notice.Word) {
	if w.Org == toFinders || t.modes[w.Org] != "" {
		t.out.Words = append(t.out.Words, w)
	}
}

// asked lists what waits for whom, as todo does; an undo tells it anew.
func (t *telling) asked(s *State) (out []ask) {
	m := &s.M
	if m.MergedInto != "" || bool(m.Void) {
		return nil
	}
	if m.PendingTo != "" {
		out = append(out, ask{cause: notice.ToSign, org: m.PendingTo, since: m.PendingSince})
	} else if m.Proposed != "" {
		out = append(out, ask{cause: notice.DeclineProposed, org: t.orgs.Above(m.Holder), not: m.ProposedBy})
	}
	if len(s.proposals()) > 0 && m.PendingTo == "" {
		a := ask{cause: notice.ListsProposed, org: m.Holder, not: s.onlyProposer()}
		if !slices.ContainsFunc(t.staff, func(p account.Servant) bool { return p.ID != a.not }) {
			a.org = t.orgs.Above(m.Holder)
		}
		out = append(out, a)
	}
	for _, r := range s.Referrals {
		if r.DoneAt == 0 {
			out = append(out, ask{cause: notice.ReferralAsked, org: r.Target, ref: r.ID, since: r.At})
		}
	}
	for _, h := range s.Helps {
		if h.DoneAt == 0 {
			out = append(out, ask{cause: notice.HelpAsked, org: h.Org, ref: h.ID, since: h.AskedAt})
		}
	}
	for _, v := range s.Supervisions {
		if v.RepliedAt == 0 && s.open() {
			out = append(out, ask{cause: notice.Supervised, org: m.Holder, ref: v.ID, since: v.At})
		}
	}
	return out
}

// tellAsked tells a body what it is asked, and takes back what it is asked no more.
func (t *telling) tellAsked() {
	was, is := t.asked(t.before), t.asked(t.after)
	same := func(a ask) func(ask) bool {
		return func(b ask) bool { return a.cause == b.cause && a.org == b.org && a.ref == b.ref && a.since == b.since }
	}
	for _, a := range is {
		if !slices.ContainsFunc(was, same(a)) {
			urgent := a.cause == notice.Supervised || a.cause == notice.ToSign && t.urgent(t.after)
			t.add(notice.Word{Cause: a.cause, Org: a.org, About: t.asker(a), Urgent: urgent, Not: a.not})
		}
	}
	for _, a := range was {
		still := slices.ContainsFunc(is, func(b ask) bool { return a.cause == b.cause && a.org == b.org })
		if !still && t.reverses == 0 {
			t.out.Over = append(t.out.Over, notice.Over{Cause: a.cause, Org: a.org, Since: a.since, Silent: a.org == t.c.Org || a.since == 0})
		}
	}
}

// asker is the body a request comes from.
func (t *telling) asker(a ask) string {
	if a.cause == notice.Supervised {
		for _, v := range t.after.Supervisions {
			if v.ID == a.ref {
				return v.Org
			}
		}
	}
	return t.after.M.Holder
}

// urgent tells whether the risk of the dispute is urgent now; it lapses by itself.
func (t *telling) urgent(s *State) bool {
	return s.M.Risk == "urgent" && (s.M.RiskUntil == "" || s.M.RiskUntil >= workday.Date(t.now))
}

// tellUrgent is what interrupts.
func (t *telling) tellUrgent() {
	b, m := &t.before.M, &t.after.M
	switch t.action {
	case "return":
		t.word(notice.Returned, m.Holder, t.c.Org, true)
		if up := t.orgs.Above(m.Holder); b.PendingBy != "" && up != m.Holder { // sent by a head above
			t.word(notice.Returned, up, t.c.Org, true, b.PendingBy)
		}
	case "sendBack":
		t.word(notice.SentBack, m.Holder, t.c.Org, true)
	case "opinion":
		if last := t.after.Opinions[len(t.after.Opinions)-1]; !bool(last.Solved) {
			t.word(notice.NotSolved, m.Holder, t.c.Org, true)
			t.word(notice.NotSolved, t.orgs.Above(m.Holder), t.c.Org, true)
		}
	}
	if t.after.open() && t.urgent(t.after) && !t.urgent(t.before) {
		t.word(notice.RiskUrgent, m.Holder, "", true)
		t.word(notice.RiskUrgent, t.orgs.Above(m.Holder), "", true)
	}
}

// tellHolder is what the body that has it hears, where others did it, and whom the
// clock brings up to.
func (t *telling) tellHolder() {
	b, m := &t.before.M, &t.after.M
	mine := t.c.Org == m.Holder
	switch {
	case t.action == "surface":
		t.word(notice.Overdue, m.SurfacedTo, m.Holder, false)
	case t.action == "recall" && !mine:
		t.word(notice.Recalled, m.Holder, t.c.Org, false)
	case t.action == "confirmDecline" && m.Status == b.Status:
		t.word(notice.DeclineRefused, m.Holder, t.c.Org, false)
	case t.action == "advise":
		t.word(notice.Advised, m.Holder, t.c.Org, false)
	case b.ID == "" && !mine:
		t.word(notice.HeldFor, m.Holder, m.Registrant, false)
	}
	for _, a := range t.after.Appointments {
		if a.Ended == 0 && !t.before.appointed(a.Person) {
			t.word(notice.Appointed, a.Org, a.Org, false, a.Person)
		}
	}
	if cause := t.outcome(); cause != "" && !mine && t.action != "sendBack" {
		t.word(cause, m.Holder, t.c.Org, false)
	}
}

// tellAnswers is what whoever asked hears.
func (t *telling) tellAnswers() {
	m := &t.after.M
	switch t.action {
	case "helpDone":
		t.word(notice.HelpDone, m.Holder, t.c.Org, false)
	case "superviseReply":
		if v := t.before.openSupervision(); v != nil {
			t.word(notice.SuperviseReplied, v.Org, m.Holder, false)
		}
	case "referralOutcome":
		ref := t.before.openReferral()
		t.word(notice.ReferralAnswered, m.Holder, ref.Target, false)
		if t.c.Org != ref.Target {
			t.word(notice.ReferralAnswered, ref.Target, ref.Target, false)
		}
	}
}

// tellFinders: whoever found or sent up a matter hears of every change of holder
// and the outcome.
func (t *telling) tellFinders() {
	b, m := &t.before.M, &t.after.M
	switch {
	case b.ID == "":
		return
	case m.Holder != b.Holder:
		t.word(notice.Signed, toFinders, m.Holder, false)
	case m.MergedInto != b.MergedInto:
		t.word(map[bool]string{true: notice.Parted, false: notice.Merged}[m.MergedInto == ""], toFinders, "", false)
	case bool(b.AtCourt) && t.action == "referralOutcome":
		t.word(notice.ReferralAnswered, toFinders, t.before.openReferral().Target, false)
	}
	if cause := t.outcome(); cause != "" {
		t.word(cause, toFinders, t.c.Org, false)
	}
}

var outcomes = map[string]string{Resolved: notice.Resolved, Concluded: notice.Concluded, Ended: notice.Ended,
	Declined: notice.Declined, Withdrawn: notice.Withdrawn, Cleared: notice.Cleared}

// outcome is what a change of status means to whoever waits for it, "" for nothing.
func (t *telling) outcome() string {
	b, m := &t.before.M, &t.after.M
	switch {
	case m.Status == b.Status || b.ID == "" || t.reverses > 0:
		return ""
	case t.action == "sendBack":
		return notice.SentBack
	case t.action == "reopen":
		return notice.Reopened
	}
	return outcomes[m.Status]
}
