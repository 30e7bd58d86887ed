package matter

import (
	"slices"

	"tiaojietai/internal/db"
)

// 问题是否真的解决: whoever found a matter or sent it up says once, when it is
// closed, whether it is really solved (mechanism.md, part three). It changes no
// status by itself; a "no" is told to the holder and the body above.

// opined are the statuses of which it can be said.
var opined = []string{Resolved, Ended, Declined, Withdrawn, Cleared, Concluded}

// finder is somebody who found a matter or sent it up, and for which body.
type finder struct{ Person, Org string }

// handRow is a timeline row of a hand-over.
type handRow struct {
	Seq      int64  `db:"seq"`
	Person   string `db:"person"`
	Org      string `db:"org"`
	Action   string `db:"action"`
	Reverses int64  `db:"reverses"`
}

// findersIn are who registered the matter and whoever sent it to a body that
// signed for it. What was returned, recalled or undone was not sent.
func findersIn(m Matter, rows []handRow) []finder {
	out := []finder{{m.RegisteredBy, m.Registrant}}
	var undone []int64
	for _, r := range rows {
		if r.Reverses > 0 {
			undone = append(undone, r.Reverses)
		}
	}
	var sent *finder
	for _, r := range rows {
		switch {
		case slices.Contains(undone, r.Seq):
		case r.Action == "escalate" || r.Action == "transfer" || r.Action == "forward":
			sent = &finder{r.Person, r.Org}
		case r.Action == "return" || r.Action == "recall":
			sent = nil
		case r.Action == "sign" && sent != nil:
			if !slices.Contains(out, *sent) {
				out = append(out, *sent)
			}
			sent = nil
		}
	}
	return out
}

// mayOpine: the person, from whichever body they act for that sees the matter
// whole, and once since it was last handled anew.
func mayOpine(st *step) error {
	found := slices.ContainsFunc(st.finders, func(f finder) bool { return f.Person == st.c.Person })
	if !found || st.s.standing().modes(st.orgs, st.rb)[st.c.Org] == ModeHelp {
		return forbidden("notFinder", "是否真的解决，由发现或者送出这件事的人来说。")
	}
	if st.s.opinionBy(st.c.Person) {
		return forbidden("alreadySaid", "您已经说过了，不用再说。")
	}
	return nil
}

func (s *State) opinionBy(person string) bool {
	return slices.ContainsFunc(s.Opinions, func(o Opinion) bool { return o.Person == person && o.At >= s.M.ReopenedAt })
}

func doOpine(st *step) error {
	o := Opinion{County: st.s.M.County, Matter: st.s.M.ID, ID: st.newID(), Person: st.c.Person, Name: st.c.Name, Org: st.c.Org,
		Solved: db.Bool(st.in.Bool("solved")), Note: st.note, At: db.Micros(st.now)}
	st.s.Opinions = append(st.s.Opinions, o)
	st.text = "认为问题没有真的解决"
	if o.Solved {
		st.text = "认为问题真的解决了"
	}
	return nil
}

func (w world) opinion(o Opinion) OpinionView {
	return OpinionView{Ref{ID: o.Person, Name: o.Name}, w.body(o.Org), bool(o.Solved), o.Note, shown(o.At)}
}
