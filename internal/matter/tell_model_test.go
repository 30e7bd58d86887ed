package matter

import (
	"context"
	"slices"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/notice"
)

// What holds of notices after every step of the random sequences.

// waitingCauses ask something of a body: unread only while it is asked.
var waitingCauses = []string{notice.ToSign, notice.DeclineProposed, notice.ListsProposed, notice.ReferralAsked, notice.HelpAsked, notice.Supervised}

func (mo *model) checkNotices(before, after *snap, c account.Caller, action string) {
	var rows []notice.Notice
	mo.read(func(ctx context.Context, q db.Q) error {
		return db.Select(ctx, q, &rows, `SELECT `+db.Columns[notice.Notice]()+` FROM notice WHERE county = $1 AND matter = $2 ORDER BY at, id`, county, after.st.M.ID)
	})
	reaches := func(s *snap, org string) bool {
		return slices.ContainsFunc(s.reach, func(r Reach) bool { return r.Org == org })
	}
	told := map[string]string{}
	for _, n := range rows {
		if n.ReadAt == 0 && slices.Contains(waitingCauses, n.Cause) && !mo.asked(after.st, n) {
			mo.fail("%s of %s is still told, and nothing of the kind waits", n.Cause, n.Org)
		}
		if n.Seq != after.st.M.Seq {
			continue
		}
		switch back := n.Cause == notice.CalledOff || n.Cause == notice.Undone; {
		case n.Person == c.Person:
			mo.fail("%s was told of their own %s", c.Name, action)
		case told[n.Person] != "":
			mo.fail("%s was told twice of one step: %s, %s", n.Person, told[n.Person], n.Cause)
		case n.Person != "pat" && (len(n.Person) != len(n.Org)+3 || n.Person[:len(n.Org)] != n.Org):
			mo.fail("%s was told for %s, in which they do not serve", n.Person, n.Org)
		case !reaches(after, n.Org) && !(back && reaches(before, n.Org)):
			mo.fail("%s was told %s of a matter that %s does not see", n.Person, n.Cause, n.Org)
		}
		told[n.Person] = n.Cause
	}
	mo.checkFindersTold(before, after, c, action, told)
	if action != "undo" && mo.chance(20) && len(rows) > 0 { // somebody reads
		who := pick(mo.r, rows).Person
		if _, err := mo.inbox().Read(mo.ctx, account.Caller{County: county, Person: who}, nil, true); err != nil {
			mo.fail("read: %v", err)
		}
	}
}

// asked tells from the state, not from the events, whether this still waits.
func (mo *model) asked(s *State, n notice.Notice) bool {
	m := &s.M
	above := mo.tree.Above(m.Holder)
	switch n.Cause {
	case notice.ToSign:
		return m.PendingTo == n.Org
	case notice.DeclineProposed:
		return m.Proposed != "" && m.PendingTo == "" && n.Org == above && n.Person != m.ProposedBy
	case notice.ListsProposed:
		return len(s.proposals()) > 0 && (n.Org == m.Holder || n.Org == above)
	case notice.ReferralAsked:
		return s.openReferral() != nil && s.openReferral().Target == n.Org
	case notice.HelpAsked:
		return slices.ContainsFunc(s.Helps, func(h Help) bool { return h.Org == n.Org && h.DoneAt == 0 })
	}
	return s.openSupervision() != nil && s.open() && n.Org == m.Holder
}

// checkFindersTold: each change of holder and each outcome reaches whoever found
// the matter or sent it up, if they serve there and their body sees it.
func (mo *model) checkFindersTold(before, after *snap, c account.Caller, action string, told map[string]string) {
	b, a := before.st, after.st
	closed := slices.Contains(opined, a.M.Status) && a.M.Status != b.M.Status
	if action == "undo" || b.M.Status == Draft || a.M.Holder == b.M.Holder && !closed {
		return
	}
	var hands []handRow
	for _, e := range after.rows {
		hands = append(hands, handRow{e.Seq, e.Person, e.Org, e.Action, e.Reverses})
	}
	for _, f := range findersIn(a.M, hands) {
		if seen := slices.ContainsFunc(after.reach, func(r Reach) bool { return r.Org == f.Org }); f.Person != c.Person && seen && told[f.Person] == "" {
			mo.fail("%s, who found it or sent it up, was told nothing of %s", f.Person, action)
		}
	}
}
