package matter

import (
	"slices"
	"time"

	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// offers are the actions this caller may do now: who, pending and the needs that
// do not depend on the input are checked by the very functions that guard them.
func (st *step) offers(w world) []ActionView {
	out := []ActionView{}
	if len(st.c.Roles) == 0 {
		return out
	}
	for i := range Table {
		r := &Table[i]
		if r.system || !slices.Contains(r.Kinds, st.s.M.Kind) || !slices.Contains(r.From, st.s.M.Status) || w.rb.Off(r.Action) {
			continue
		}
		if r.may(st) != nil || st.gate(r) != nil || r.ready != nil && r.ready(st) != nil {
			continue
		}
		a := w.offer(r, false)
		st.fillOptions(a.Fields)
		out = append(out, a)
	}
	rankActions(st, out)
	return out
}

// likely is the order in which steps usually come next.
var likely = []string{"sign", "confirmDecline", "referralOutcome", "confirmLists", "helpDone", "complete", "accept", "superviseReply", "appoint", "consent", "forward",
	"resolve", "attempt", "followUp", "clear", "recall", "escalate", "resume"}

func rankActions(st *step, list []ActionView) {
	rank := func(a ActionView) int {
		i := slices.Index(likely, a.Action)
		switch {
		case a.Action == "appoint" && st.s.anyAppointed(), a.Action == "consent" && st.s.allConsent(),
			a.Action == "resolve" && !st.s.agreed(), i < 0:
			return 100
		}
		return i
	}
	slices.SortStableFunc(list, func(a, b ActionView) int { return rank(a) - rank(b) })
	if len(list) > 0 && rank(list[0]) < 100 {
		list[0].Primary = true
	}
}

func (w world) offer(r *Row, primary bool) ActionView {
	return ActionView{Action: r.Action, Name: r.Name, Primary: primary, Hint: r.Hint, Fields: w.fields(r.Fields)}
}

// fields copies the fields with the rulebook's options in them.
func (w world) fields(fields []Field) []Field {
	out := make([]Field, len(fields))
	for i, f := range fields {
		out[i] = f
		if f.Set != "" {
			out[i].Options = options(w.rb.Set(f.Set))
		} else if f.Type == "choice" {
			out[i].Options = nil
			for _, o := range f.Options {
				if o.Name == "" && !w.rb.Has("referralOutcome", o.Code) {
					continue
				} else if o.Name == "" {
					o.Name = w.rb.Name("referralOutcome", o.Code)
				}
				out[i].Options = append(out[i].Options, o)
			}
		}
	}
	return out
}

func options(set []rulebook.Coded) []Option {
	out := make([]Option, len(set))
	for i, c := range set {
		out[i] = Option{c.Code, c.Name, c.Hint}
	}
	return out
}

// fillOptions offers the parties, demands, mediators and files of this matter.
func (st *step) fillOptions(fields []Field) {
	for i := range fields {
		f := &fields[i]
		switch f.Type {
		case "party", "parties":
			for _, p := range st.s.Parties {
				f.Options = append(f.Options, Option{Code: p.ID, Name: p.Name, Hint: st.rb.Name("partyRole", p.Role)})
			}
		case "demand", "demands":
			for _, d := range st.s.Demands {
				f.Options = append(f.Options, Option{Code: d.ID, Name: d.Text, Hint: st.rb.Name("list", d.ListProposed)})
			}
		case "persons":
			for _, p := range st.staff {
				if slices.Contains(p.Roles, "mediator") && (st.isHead() || p.ID == st.c.Person) {
					o := Option{Code: p.ID, Name: p.Name}
					if st.namesake(p.Name) {
						o.Hint = "与当事人同名，请先核实有无利害关系"
					}
					f.Options = append(f.Options, o)
				}
			}
			f.Default = []string{}
			if st.c.Is("mediator") {
				f.Default = []string{st.c.Person}
			}
		case "instant":
			f.Default = st.now.In(workday.Zone).Format(time.RFC3339)
		}
	}
}
