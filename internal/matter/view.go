package matter

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/workday"
)

// How a matter is shown: codes with their Chinese names, instants in +08:00,
// telephone, identity number and address always masked.

func shown(us int64) time.Time { return db.Instant(us).In(workday.Zone) }

func shownOrNil(us int64) *time.Time {
	if us == 0 {
		return nil
	}
	t := shown(us)
	return &t
}

func textOrNil(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func boolOrNil(s string) *bool {
	if s == "" {
		return nil
	}
	b := s == "yes"
	return &b
}

func (w world) body(code string) Ref {
	o, ok := w.tree.Get(code)
	if !ok {
		return Ref{Code: code, Name: code}
	}
	return Ref{Code: o.Code, Name: o.Name, Level: o.Level, Kind: o.Kind}
}

// View reads one matter as the caller may see it.
func (s *Service) View(ctx context.Context, c account.Caller, id string) (v View, err error) {
	w, err := s.world(ctx, c.County)
	if err != nil {
		return v, err
	}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		if _, found, err := modeOf(ctx, q, c.County, c.Org, id); err != nil || !found {
			return orNotFound(err)
		}
		state, err := load(ctx, q, c.County, id)
		if err != nil {
			return err
		}
		v, err = s.view(ctx, q, w, c, state, s.DB.Now())
		return err
	})
	return v, err
}

// view shows a state to a caller, inside a transaction.
func (s *Service) view(ctx context.Context, q db.Q, w world, c account.Caller, state *State, now time.Time) (v View, err error) {
	v = emptyView()
	st := &step{s: state, c: c, now: now, rb: w.rb, cal: w.cal, orgs: w.tree}
	mode := state.standing().modes(w.tree, w.rb)[c.Org]
	v.RowView = w.rowView(state, c.Org, mode, now)
	if mode == ModeHelp {
		return w.helperView(v, state, c, now), nil
	}
	if err := s.equip(ctx, q, st); err != nil {
		return v, err
	}
	w.fillView(&v, state, now)
	if v.Attachments, err = filesShown(ctx, q, state.M); err != nil {
		return v, err
	}
	links, err := linksOf(ctx, q, state.M)
	if err != nil {
		return v, err
	}
	for _, l := range links {
		if _, seen, err := modeOf(ctx, q, c.County, c.Org, l.ID); err != nil {
			return v, err
		} else if !seen {
			l.ID, l.Number, l.Title = "", "", "（另一单位的事项）"
		}
		v.Links = append(v.Links, LinkView{l.ID, l.Number, l.Title, l.Why, state.M.RepeatNote})
	}
	if state.M.MergedInto != "" {
		if err := s.showOther(ctx, q, w, &v.RowView); err != nil {
			return v, err
		}
	}
	v.Actions = st.offers(w)
	if u := st.undo; slices.ContainsFunc(v.Actions, func(a ActionView) bool { return a.Action == "undo" }) {
		v.Undo = &UndoView{u.Seq, shown(u.At).Add(time.Duration(w.rb.UndoMinutes) * time.Minute)}
	}
	return v, nil
}

// emptyView has empty lists where there would be null.
func emptyView() View {
	return View{Concerns: []string{}, Demands: []DemandView{}, Parties: []PartyView{}, Appointed: []Ref{}, Attempts: []AttemptView{},
		FollowUps: []FollowUpView{}, Helps: []HelpView{}, Referrals: []ReferralView{}, Supervisions: []SupervisionView{},
		Advices: []AdviceView{}, Opinions: []OpinionView{}, ExternalIDs: []NewExternal{}, Attachments: []FileView{}, Links: []LinkView{},
		Deadlines: []DeadlineView{}, Route: []Ref{}, Actions: []ActionView{}}
}

// showOther: a merged matter shows the state of the one it is merged into, which
// may be merged itself.
func (s *Service) showOther(ctx context.Context, q db.Q, w world, v *RowView) error {
	other := shownStatus{MergedInto: *v.MergedInto}
	for other.MergedInto != "" {
		var err error
		if other, err = shownStatusOf(ctx, q, w.tree.County(), other.MergedInto); err != nil {
			return err
		}
	}
	v.Status, v.StatusName = other.Status, w.rb.StatusName(v.Kind, other.Status)
	return nil
}

func (w world) rowView(s *State, org, mode string, now time.Time) RowView {
	m := s.M
	r := RowView{ID: m.ID, Number: m.Number, Kind: m.Kind, Title: m.shownTitle(), Category: m.Category,
		CategoryName: w.categoryName(m), Status: m.Status, StatusName: w.statusName(m),
		Holder: w.body(m.Holder), RegisteredAt: shownOrNil(m.RegisteredAt), UpdatedAt: shown(m.UpdatedAt), HandOvers: m.HandOvers,
		MergedInto: textOrNil(m.MergedInto), Void: bool(m.Void), Draft: m.Status == Draft, ComeBack: m.Repeats != "",
		Mode: mode, Version: m.Version, Pending: w.pending(s), Lists: []string{}}
	for _, d := range s.Demands {
		if d.List != "" && mode != ModeHelp && !slices.Contains(r.Lists, d.List) {
			r.Lists = append(r.Lists, d.List)
		}
	}
	if d := s.nextFor(org, mode); d != nil && m.MergedInto == "" {
		r.Next = w.nextView(*d, now)
	}
	return r
}

func (w world) nextView(d Deadline, now time.Time) *NextView {
	return &NextView{d.Clock, w.rb.Name("clock", d.Clock), shown(d.DueAt), d.shownState(now), bool(d.Provisional)}
}

func (w world) categoryName(m Matter) string {
	if m.Kind == Petition {
		return w.rb.Name("petitionCategory", m.Category)
	}
	return w.rb.Name("category", m.Category)
}

func (w world) statusName(m Matter) string {
	if m.Status == Draft {
		return "草稿"
	}
	return w.rb.StatusName(m.Kind, m.Status)
}

func (d Deadline) shownState(now time.Time) string {
	if d.State == running && db.Micros(now) >= d.DueAt {
		return "overdue"
	}
	return d.State
}

func (w world) pending(s *State) *PendingView {
	m := s.M
	if m.PendingTo != "" {
		return &PendingView{m.Pending, w.actionName(m.Pending), w.body(m.PendingTo), shown(m.PendingSince)}
	}
	if m.Proposed != "" {
		return &PendingView{"confirmDecline", "不予受理待复核", w.body(w.tree.Above(m.Holder)), shown(m.UpdatedAt)}
	}
	return nil
}

// besideTable are the steps that are no rows of the table.
var besideTable = map[string]string{"register": "登记", "import": "台账导入", "void": "整批撤销导入"}

func (w world) actionName(action string) string {
	if name, ok := besideTable[action]; ok {
		return name
	}
	for _, r := range Table {
		if r.Action == action {
			return r.Name
		}
	}
	return action
}

// fillView copies the parts into their views.
func (w world) fillView(v *View, s *State, now time.Time) {
	m := s.M
	v.Description, v.Source, v.SourceName = m.Description, m.Source, w.rb.Name("source", m.Source)
	v.PetitionType, v.Channel, v.Place = m.PetitionType, m.Channel, Place{m.Place}
	v.Headcount, v.AmountFen, v.Project = m.Headcount, m.AmountFen, textOrNil(m.Project)
	v.Concerns = append([]string{}, codes(m.Concerns)...)
	v.Registrant, v.Risk = w.body(m.Registrant), w.risk(m, now)
	v.ResolvedHow, v.ResolveNote, v.Paper, v.NoticeNote, v.OnTheSpot = m.ResolvedHow, m.ResolveNote, m.Paper, m.NoticeNote, bool(m.OnTheSpot)
	v.Imported, v.CategoryWord = m.Imported, m.CategoryWord
	v.FoundAt, v.AcceptedAt, v.ResolvedAt = shownOrNil(m.FoundAt), shownOrNil(m.AcceptedAt), shownOrNil(m.ResolvedAt)
	v.EndedAt, v.ClearedAt = shownOrNil(m.EndedAt), shownOrNil(m.ClearedAt)
	for _, code := range codes(m.Route) {
		v.Route = append(v.Route, w.body(code))
	}
	for _, d := range s.Demands {
		v.Demands = append(v.Demands, DemandView{d.ID, d.Text, d.List, w.listName(d.List), d.ListProposed, w.listName(d.ListProposed), d.Outcome})
	}
	for _, p := range s.Parties {
		v.Parties = append(v.Parties, w.party(p))
	}
	for _, a := range s.Appointments {
		if a.Ended == 0 {
			v.Appointed = append(v.Appointed, Ref{ID: a.Person, Name: a.Name})
		}
	}
	for _, d := range s.Deadlines {
		v.Deadlines = append(v.Deadlines, w.deadline(d, now))
	}
	for _, e := range s.External {
		v.ExternalIDs = append(v.ExternalIDs, NewExternal{e.System, e.Number})
	}
	w.fillWork(v, s)
}

func (w world) listName(code string) string {
	if code == "" {
		return ""
	}
	return w.rb.Name("list", code)
}

func (w world) fillWork(v *View, s *State) {
	for _, a := range s.Attempts {
		v.Attempts = append(v.Attempts, AttemptView{a.ID, shown(a.HeldAt), a.Outcome, w.rb.Name("outcome", a.Outcome), a.Note,
			Ref{ID: a.Person, Name: a.Name}, w.body(a.Org), bool(a.Badge)})
	}
	for _, f := range s.FollowUps {
		v.FollowUps = append(v.FollowUps, FollowUpView{f.No, shown(f.DueAt), shownOrNil(f.DoneAt), boolOrNil(f.Performed), boolOrNil(f.Satisfied), f.Note})
	}
	for _, h := range s.Helps {
		v.Helps = append(v.Helps, w.help(h))
	}
	for _, r := range s.Referrals {
		v.Referrals = append(v.Referrals, ReferralView{r.ID, w.body(r.Target), r.Mode, w.rb.Name("referralMode", r.Mode), shown(r.At),
			textOrNil(r.Outcome), w.rb.Name("referralOutcome", r.Outcome), shownOrNil(r.DoneAt), r.Note})
	}
	for _, x := range s.Supervisions {
		v.Supervisions = append(v.Supervisions, SupervisionView{x.ID, w.body(x.Org), x.Note, shown(x.DueAt), textOrNil(x.Reply)})
	}
	for _, a := range s.Advices {
		v.Advices = append(v.Advices, AdviceView{shown(a.At), a.Expert, a.Opinion, w.body(a.Org)})
	}
	for _, o := range s.Opinions {
		v.Opinions = append(v.Opinions, w.opinion(o))
	}
}

func (w world) help(h Help) HelpView {
	return HelpView{h.ID, w.body(h.Org), h.Task, shown(h.DueAt), textOrNil(h.Result), shownOrNil(h.DoneAt)}
}

// helperView shows a helper what the task needs and nothing else.
func (w world) helperView(v View, s *State, c account.Caller, now time.Time) View {
	org := c.Org
	v.Place, v.Risk = Place{s.M.Place}, w.risk(s.M, now)
	v.Registrant = w.body(s.M.Registrant)
	for _, d := range s.Demands {
		v.Demands = append(v.Demands, DemandView{ID: d.ID, Text: d.Text})
	}
	for _, h := range s.Helps {
		if h.Org == org {
			v.Helps = append(v.Helps, w.help(h))
			if h.DoneAt == 0 && len(c.Roles) > 0 && !w.rb.Off("helpDone") {
				v.Actions = []ActionView{w.offer(findOnly("helpDone"), true)}
			}
		}
	}
	s.each(func(d *Deadline) {
		if d.Clock == "help" && d.Org == org {
			v.Deadlines = append(v.Deadlines, w.deadline(*d, now))
		}
	})
	return v
}

func findOnly(action string) *Row {
	for i := range Table {
		if Table[i].Action == action {
			return &Table[i]
		}
	}
	return nil
}

func (w world) party(p Party) PartyView {
	v := PartyView{ID: p.ID, Role: p.Role, RoleName: w.rb.Name("partyRole", p.Role), Name: p.Name,
		Phone: p.PhoneMasked, IDNumber: p.IDMasked, Address: p.AddressMasked}
	if p.Consent != "" {
		v.Consent = &ConsentView{p.Consent == "given", shown(p.ConsentAt)}
	}
	return v
}

// risk lapses by itself after its last day.
func (w world) risk(m Matter, now time.Time) RiskView {
	level, why, until := m.Risk, m.RiskWhy, m.RiskUntil
	if until != "" && until < workday.Date(now) {
		level, why, until = "normal", "", ""
	}
	return RiskView{level, w.rb.Name("riskLevel", level), why, textOrNil(until)}
}

func (w world) deadline(d Deadline, now time.Time) DeadlineView {
	reason := textOrNil(d.PauseReason)
	if reason != nil {
		name := w.rb.Name("reason.pause", *reason)
		if *reason == "referred" {
			name = "已移送，等结果"
		}
		reason = &name
	}
	return DeadlineView{d.Clock, w.rb.Name("clock", d.Clock), w.body(d.Org), shown(d.StartedAt), shown(d.DueAt), d.Unit, d.Days,
		d.Basis, bool(d.Verified), d.shownState(now), shownOrNil(d.PausedAt), reason, bool(d.Provisional)}
}

// decodeChanges reads the amendments of a timeline row.
func decodeChanges(e Entry) []Change {
	out := []Change{}
	if e.Changes != "" {
		_ = json.Unmarshal([]byte(e.Changes), &out) // written by entry
	}
	return out
}
