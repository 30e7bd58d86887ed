package matter

import (
	"slices"
	"strings"

	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
)

// Modes of reach, strongest sight first.
const (
	ModeHold    = "hold"    // holds it
	ModePending = "pending" // is to sign for it
	ModeRefer   = "refer"   // it is out with this body
	ModeAbove   = "above"   // stands above the holder
	ModeRead    = "read"    // registered it, held it, or answered a referral on it
	ModeCounty  = "county"  // the county-wide sight of an office
	ModeHelp    = "help"    // was asked to help: sees what the task needs
)

var modeOrder = []string{ModeHold, ModePending, ModeRefer, ModeAbove, ModeRead, ModeCounty, ModeHelp}

// To-dos of a body on a matter, kept with its reach row.
const (
	todoSign    = "sign"
	todoConfirm = "confirm"
	todoLists   = "lists" // confirm lists, while the work goes on
	todoClear   = "clear"
	todoHead    = "clearHead" // only a head may clear it
	todoAnswer  = "answer"    // a referral
	todoHelp    = "help"
	todoAct     = "act"
	todoOverdue = "overdue" // brought up from below
)

// Reach is one body's sight of one matter, with what lists sort and filter by.
type Reach struct {
	County       string `db:"county"`
	Org          string `db:"org"`
	Matter       string `db:"matter"`
	Mode         string `db:"mode"`
	Kind         string `db:"kind"`
	Status       string `db:"status"`
	Holder       string `db:"holder"`
	RegisteredAt int64  `db:"registered_at"`
	NextDue      int64  `db:"next_due"`
	Todo         string `db:"todo"`
	TodoNot      string `db:"todo_not"` // persons who may not do it: comma list
}

// bodies is where a matter stands and has stood: what reach follows from.
// The timeline carries the same, so that reach can be recomputed from it.
type bodies struct {
	Registrant string
	Draft      bool
	Holder     string
	Held       []string // ever
	Pending    string
	Out        string   // referred to, not answered
	Answered   []string // referrals
	Helpers    []string // ever asked
}

// standing reads the bodies off a state.
func (s *State) standing() bodies {
	b := bodies{Registrant: s.M.Registrant, Draft: s.M.Status == Draft, Holder: s.M.Holder,
		Held: codes(s.M.Route), Pending: s.M.PendingTo}
	for _, r := range s.Referrals {
		if r.DoneAt == 0 {
			b.Out = r.Target
		} else {
			b.Answered = append(b.Answered, r.Target)
		}
	}
	for _, h := range s.Helps {
		b.Helpers = append(b.Helpers, h.Org)
	}
	return b
}

// modes is the one scope rule: which body sees the matter, and how.
func (b bodies) modes(tree *org.Tree, rb *rulebook.Rulebook) map[string]string {
	out := map[string]string{}
	see := func(org, mode string) {
		if had, ok := out[org]; org != "" && (!ok || slices.Index(modeOrder, mode) < slices.Index(modeOrder, had)) {
			out[org] = mode
		}
	}
	see(b.Holder, ModeHold)
	see(b.Registrant, ModeRead)
	if b.Draft {
		return out
	}
	see(b.Pending, ModePending)
	see(b.Out, ModeRefer)
	for _, a := range tree.Ancestors(b.Holder) {
		see(a, ModeAbove)
	}
	see(tree.Above(b.Holder), ModeAbove)
	for _, o := range slices.Concat(b.Held, b.Answered) {
		see(o, ModeRead)
	}
	for _, k := range rb.Kinds {
		if k.CountySight {
			for _, o := range tree.OfKind(k.Code) {
				see(o.Code, ModeCounty)
			}
		}
	}
	for _, o := range b.Helpers {
		see(o, ModeHelp)
	}
	return out
}

// reach makes the rows of a state, with each body's to-do.
func (s *State) reach(tree *org.Tree, rb *rulebook.Rulebook) []Reach {
	status := s.M.listStatus()
	var out []Reach
	for body, mode := range s.standing().modes(tree, rb) {
		r := Reach{County: s.M.County, Org: body, Matter: s.M.ID, Mode: mode, Kind: s.M.Kind,
			Status: status, Holder: s.M.Holder, RegisteredAt: s.M.RegisteredAt, NextDue: noDue}
		if status != Merged && status != Void {
			if d := s.nextFor(body, mode); d != nil {
				r.NextDue = d.DueAt
			}
			r.Todo, r.TodoNot = s.todo(body, tree, rb)
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b Reach) int { return strings.Compare(a.Org, b.Org) })
	return out
}

// todo says what this body is asked to do on the matter, and who of it may not.
func (s *State) todo(body string, tree *org.Tree, rb *rulebook.Rulebook) (todo, not string) {
	above := tree.Above(s.M.Holder) == body
	switch ref := s.openReferral(); {
	case s.M.PendingTo == body:
		return todoSign, ""
	case s.M.PendingTo != "" && s.M.Holder == body: // the sender waits
		return "", ""
	case s.M.Proposed != "" && s.M.PendingTo == "" && above:
		return todoConfirm, s.M.ProposedBy
	case ref != nil && ref.Target == body:
		return todoAnswer, ""
	case s.M.Holder == body && len(s.proposals()) > 0:
		return todoLists, s.onlyProposer()
	case s.clearable() == nil && above && !(s.simple(rb) && tree.SealsFor(body, s.M.Holder)):
		return todoHead, strings.Join(s.handlers(), ",")
	case s.clearable() == nil && (above || s.M.Holder == body && s.simple(rb)):
		return todoClear, strings.Join(s.handlers(), ",")
	case slices.ContainsFunc(s.Helps, func(h Help) bool { return h.Org == body && h.DoneAt == 0 }):
		return todoHelp, ""
	case s.M.Holder == body && (s.open() || s.M.Status == Draft || s.M.Status == Resolved && s.nextFollowUp() != nil):
		return todoAct, ""
	case s.M.SurfacedTo == body:
		return todoOverdue, ""
	}
	return "", ""
}

// onlyProposer is who made all the proposals, "" for several: then each can
// confirm another's.
func (s *State) onlyProposer() string {
	list := s.proposals()
	for _, d := range list {
		if d.ProposedBy != list[0].ProposedBy {
			return ""
		}
	}
	return list[0].ProposedBy
}

// nextFor is the next clock a body has to mind: of who is to sign, answers a
// referral or helps, its own; of all others, the matter's.
func (s *State) nextFor(body, mode string) *Deadline {
	switch mode {
	case ModePending:
		return s.nextDeadline(body, "receipt")
	case ModeRefer:
		return s.nextDeadline(body, "referral", "confirm")
	case ModeHelp:
		return s.nextDeadline(body, "help")
	}
	return s.nextDeadline("")
}

// simple matters: oral or on the spot, no injury, normal risk, amount under the
// rulebook's, never reopened (api.md, row clear).
func (s *State) simple(rb *rulebook.Rulebook) bool {
	c := rb.Clearance
	how := s.M.ResolvedHow
	if s.M.OnTheSpot {
		how = "oral"
	}
	hurt := slices.ContainsFunc(codes(s.M.Concerns), func(x string) bool { return slices.Contains(c.NeedsNoConcerns, x) })
	return s.M.Status == Resolved && slices.Contains(c.SimpleBy, how) && !hurt && s.M.Risk == c.NeedsRisk &&
		s.M.AmountFen <= c.SimpleMaxAmountFen && s.M.Reopened == 0
}
