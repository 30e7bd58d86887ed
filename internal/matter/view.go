package matter

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// How a matter is shown: codes with their Chinese names, instants in +08:00,
// telephone, identity number and address always masked.

// Ref is a body or a person by code or id and name.
type Ref struct {
	Code  string `json:"code,omitempty"`
	ID    string `json:"id,omitempty"`
	Name  string `json:"name"`
	Level string `json:"level,omitempty"`
	Kind  string `json:"kind,omitempty"`
}

// PendingView is a hand-over, proposal or referral that waits for somebody.
type PendingView struct {
	Action string    `json:"action"`
	Name   string    `json:"name"`
	Body   Ref       `json:"body"`
	Since  time.Time `json:"since"`
}

// NextView is the next clock that asks for something.
type NextView struct {
	Clock       string    `json:"clock"`
	Name        string    `json:"name"`
	DueAt       time.Time `json:"dueAt"`
	State       string    `json:"state" enum:"running,overdue,paused"`
	Provisional bool      `json:"provisional"`
}

// RowView is a matter as one line of a list.
type RowView struct {
	ID           string       `json:"id"`
	Number       string       `json:"number"`
	Kind         string       `json:"kind"`
	Title        string       `json:"title"`
	Category     string       `json:"category"`
	CategoryName string       `json:"categoryName"`
	Status       string       `json:"status"`
	StatusName   string       `json:"statusName"`
	Holder       Ref          `json:"holder"`
	RegisteredAt *time.Time   `json:"registeredAt"`
	UpdatedAt    time.Time    `json:"updatedAt"`
	HandOvers    int64        `json:"handOvers"`
	Pending      *PendingView `json:"pending"`
	Next         *NextView    `json:"next"`
	Lists        []string     `json:"lists"`
	MergedInto   *string      `json:"mergedInto"`
	Void         bool         `json:"void"`
	Draft        bool         `json:"draft"`
	ComeBack     bool         `json:"comeBack"`
	Mode         string       `json:"mode" doc:"本单位怎样看到这件事"`
	Version      int64        `json:"version"`
}

// View is a matter on one screen.
type View struct {
	RowView
	Description  string            `json:"description"`
	Source       string            `json:"source"`
	SourceName   string            `json:"sourceName"`
	PetitionType string            `json:"petitionType,omitempty"`
	Channel      string            `json:"channel,omitempty"`
	Place        Place             `json:"place"`
	Concerns     []string          `json:"concerns"`
	Headcount    int64             `json:"headcount"`
	AmountFen    int64             `json:"amountFen"`
	Project      *string           `json:"project"`
	Registrant   Ref               `json:"registrant"`
	Risk         RiskView          `json:"risk"`
	Demands      []DemandView      `json:"demands"`
	Parties      []PartyView       `json:"parties"`
	Appointed    []Ref             `json:"appointed"`
	Attempts     []AttemptView     `json:"attempts"`
	FollowUps    []FollowUpView    `json:"followUps"`
	Helps        []HelpView        `json:"helps"`
	Referrals    []ReferralView    `json:"referrals"`
	Supervisions []SupervisionView `json:"supervisions"`
	Advices      []AdviceView      `json:"advices"`
	ExternalIDs  []NewExternal     `json:"externalIds"`
	Attachments  []FileView        `json:"attachments"`
	Links        []LinkView        `json:"links"`
	Deadlines    []DeadlineView    `json:"deadlines"`
	Route        []Ref             `json:"route"`
	ResolvedHow  string            `json:"resolvedHow,omitempty"`
	ResolveNote  string            `json:"resolveNote,omitempty"`
	Paper        string            `json:"paper,omitempty"`
	NoticeNote   string            `json:"noticeNote,omitempty"`
	OnTheSpot    bool              `json:"onTheSpot"`
	FoundAt      *time.Time        `json:"foundAt"`
	AcceptedAt   *time.Time        `json:"acceptedAt"`
	ResolvedAt   *time.Time        `json:"resolvedAt"`
	EndedAt      *time.Time        `json:"endedAt"`
	ClearedAt    *time.Time        `json:"clearedAt"`
	Undo         *UndoView         `json:"undo"`
	Actions      []ActionView      `json:"actions"`
}

// RiskView is the risk of the dispute while it lasts.
type RiskView struct {
	Level string  `json:"level"`
	Name  string  `json:"name"`
	Why   string  `json:"why"`
	Until *string `json:"until"`
}

// DemandView is a demand with its list.
type DemandView struct {
	ID           string `json:"id"`
	Text         string `json:"text"`
	List         string `json:"list"`
	ListName     string `json:"listName"`
	ListProposed string `json:"listProposed"`
	ProposedName string `json:"listProposedName"`
	Outcome      string `json:"outcome"`
}

// ConsentView says that a party consented or refused.
type ConsentView struct {
	Given bool      `json:"given"`
	At    time.Time `json:"at"`
}

// PartyView is a party, masked.
type PartyView struct {
	ID       string       `json:"id"`
	Role     string       `json:"role"`
	RoleName string       `json:"roleName"`
	Name     string       `json:"name"`
	Phone    string       `json:"phone"`
	IDNumber string       `json:"idNumber"`
	Address  string       `json:"address"`
	Consent  *ConsentView `json:"consent"`
}

// AttemptView, FollowUpView, HelpView, ReferralView, SupervisionView, AdviceView,
// FileView, LinkView and UndoView are the parts of a matter by their names.
type AttemptView struct {
	ID          string    `json:"id"`
	HeldAt      time.Time `json:"heldAt"`
	Outcome     string    `json:"outcome"`
	OutcomeName string    `json:"outcomeName"`
	Note        string    `json:"note"`
	By          Ref       `json:"by"`
	Org         Ref       `json:"org"`
	Badge       bool      `json:"badge"`
}

type FollowUpView struct {
	No        int64      `json:"no"`
	DueAt     time.Time  `json:"dueAt"`
	DoneAt    *time.Time `json:"doneAt"`
	Performed *bool      `json:"performed"`
	Satisfied *bool      `json:"satisfied"`
	Note      string     `json:"note"`
}

type HelpView struct {
	ID     string     `json:"id"`
	Body   Ref        `json:"body"`
	Task   string     `json:"task"`
	DueAt  time.Time  `json:"dueAt"`
	Result *string    `json:"result"`
	DoneAt *time.Time `json:"doneAt"`
}

type ReferralView struct {
	ID          string     `json:"id"`
	To          Ref        `json:"to"`
	Mode        string     `json:"mode"`
	ModeName    string     `json:"modeName"`
	At          time.Time  `json:"at"`
	Outcome     *string    `json:"outcome"`
	OutcomeName string     `json:"outcomeName"`
	DoneAt      *time.Time `json:"doneAt"`
	Note        string     `json:"note"`
}

type SupervisionView struct {
	ID    string    `json:"id"`
	By    Ref       `json:"by"`
	Note  string    `json:"note"`
	DueAt time.Time `json:"dueAt"`
	Reply *string   `json:"reply"`
}

type AdviceView struct {
	At      time.Time `json:"at"`
	Expert  string    `json:"expert"`
	Opinion string    `json:"opinion"`
	Org     Ref       `json:"org"`
}

type FileView struct {
	ID   string    `json:"id"`
	Name string    `json:"name"`
	Type string    `json:"type"`
	Size int64     `json:"size"`
	At   time.Time `json:"at"`
	By   string    `json:"by"`
}

type LinkView struct {
	Matter string `json:"matter"`
	Number string `json:"number"`
	Title  string `json:"title"`
	Why    string `json:"why"`
	Note   string `json:"note"`
}

type UndoView struct {
	Seq   int64     `json:"seq"`
	Until time.Time `json:"until"`
}

// DeadlineView is one clock with its law.
type DeadlineView struct {
	Clock       string     `json:"clock"`
	Name        string     `json:"name"`
	Org         Ref        `json:"org"`
	StartedAt   time.Time  `json:"startedAt"`
	DueAt       time.Time  `json:"dueAt"`
	Unit        string     `json:"unit"`
	Days        int64      `json:"days"`
	Basis       string     `json:"basis"`
	Verified    bool       `json:"verified"`
	State       string     `json:"state" enum:"running,overdue,paused,stopped"`
	PausedAt    *time.Time `json:"pausedAt"`
	PauseReason *string    `json:"pauseReason"`
	Provisional bool       `json:"provisional"`
}

// ActionView is something the caller may do now, with the inputs it needs.
type ActionView struct {
	Action  string  `json:"action"`
	Name    string  `json:"name"`
	Primary bool    `json:"primary"`
	Hint    string  `json:"hint"`
	Fields  []Field `json:"fields"`
}

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
	v.RowView = w.rowView(state, mode, now)
	if mode == ModeHelp {
		return w.helperView(v, state, c.Org, now), nil
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
		v.Links = append(v.Links, LinkView{l.ID, l.Number, l.Title, l.Why, state.M.RepeatNote})
	}
	if state.M.MergedInto != "" {
		if err := s.showOther(ctx, q, w, &v); err != nil {
			return v, err
		}
	}
	v.Actions = st.offers(w)
	if u := st.undo; u != nil && u.Person == c.Person && u.Seq == state.M.Seq {
		v.Undo = &UndoView{u.Seq, shown(u.At).Add(time.Duration(w.rb.UndoMinutes) * time.Minute)}
	}
	return v, nil
}

// emptyView has empty lists where there would be null.
func emptyView() View {
	return View{Concerns: []string{}, Demands: []DemandView{}, Parties: []PartyView{}, Appointed: []Ref{}, Attempts: []AttemptView{},
		FollowUps: []FollowUpView{}, Helps: []HelpView{}, Referrals: []ReferralView{}, Supervisions: []SupervisionView{},
		Advices: []AdviceView{}, ExternalIDs: []NewExternal{}, Attachments: []FileView{}, Links: []LinkView{},
		Deadlines: []DeadlineView{}, Route: []Ref{}, Actions: []ActionView{}}
}

// showOther: a merged matter shows the state of the one it is merged into.
func (s *Service) showOther(ctx context.Context, q db.Q, w world, v *View) error {
	var status string
	if _, err := db.Get(ctx, q, &status, statusSQL, w.tree.County(), *v.MergedInto); err != nil {
		return err
	}
	v.Status, v.StatusName = status, w.rb.StatusName(v.Kind, status)
	return nil
}

func (w world) rowView(s *State, mode string, now time.Time) RowView {
	m := s.M
	r := RowView{ID: m.ID, Number: m.Number, Kind: m.Kind, Title: m.Title, Category: m.Category,
		CategoryName: w.rb.Name("category", m.Category), Status: m.Status, StatusName: w.statusName(m),
		Holder: w.body(m.Holder), RegisteredAt: shownOrNil(m.RegisteredAt), UpdatedAt: shown(m.UpdatedAt), HandOvers: m.HandOvers,
		MergedInto: textOrNil(m.MergedInto), Void: bool(m.Void), Draft: m.Status == Draft, ComeBack: m.Repeats != "",
		Mode: mode, Version: m.Version, Pending: w.pending(s), Lists: []string{}}
	for _, d := range s.Demands {
		if d.List != "" && !slices.Contains(r.Lists, d.List) {
			r.Lists = append(r.Lists, d.List)
		}
	}
	if d := s.nextDeadline(); d != nil && m.MergedInto == "" {
		r.Next = w.nextView(*d, now)
	}
	return r
}

func (w world) nextView(d Deadline, now time.Time) *NextView {
	return &NextView{d.Clock, w.rb.Name("clock", d.Clock), shown(d.DueAt), d.shownState(now), bool(d.Provisional)}
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

func (w world) actionName(action string) string {
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
}

func (w world) help(h Help) HelpView {
	return HelpView{h.ID, w.body(h.Org), h.Task, shown(h.DueAt), textOrNil(h.Result), shownOrNil(h.DoneAt)}
}

// helperView shows a helper what the task needs and nothing else.
func (w world) helperView(v View, s *State, org string, now time.Time) View {
	v.Place, v.Risk = Place{s.M.Place}, w.risk(s.M, now)
	v.Registrant = w.body(s.M.Registrant)
	v.Next = nil
	for _, d := range s.Demands {
		v.Demands = append(v.Demands, DemandView{ID: d.ID, Text: d.Text})
	}
	for _, h := range s.Helps {
		if h.Org == org {
			v.Helps = append(v.Helps, w.help(h))
			if h.DoneAt == 0 {
				v.Actions = []ActionView{w.offer(findOnly("helpDone"), true)}
			}
		}
	}
	s.each(func(d *Deadline) {
		if d.Clock == "help" && d.Org == org {
			v.Deadlines = append(v.Deadlines, w.deadline(*d, now))
			v.Next = w.nextView(*d, now)
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
	return ActionView{Action: r.Action, Name: r.Name, Primary: primary, Hint: r.Needs, Fields: w.fields(r.Fields)}
}

// fields copies the fields with the rulebook's options in them.
func (w world) fields(fields []Field) []Field {
	out := make([]Field, len(fields))
	for i, f := range fields {
		out[i] = f
		if f.Set != "" {
			out[i].Options = options(w.rb.Set(f.Set))
		} else if f.Type == "choice" {
			out[i].Options = slices.Clone(f.Options)
			for j := range out[i].Options {
				if o := &out[i].Options[j]; o.Name == "" {
					o.Name = w.rb.Name("referralOutcome", o.Code)
				}
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
					f.Options = append(f.Options, Option{Code: p.ID, Name: p.Name})
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

// ToSlip is the printable data of an oral agreement: form and slip.
type ToSlip struct {
	Matter    View      `json:"matter"`
	Mediator  string    `json:"mediator"`
	Org       Ref       `json:"org"`
	Sealed    Ref       `json:"sealed"`
	PrintedAt time.Time `json:"printedAt"`
}

// Slip gives what the oral-agreement form and the slip print.
func (s *Service) Slip(ctx context.Context, c account.Caller, id string) (ToSlip, error) {
	v, err := s.View(ctx, c, id)
	if err != nil {
		return ToSlip{}, err
	}
	if v.Mode == ModeHelp {
		return ToSlip{}, errs.New(errs.Forbidden, "helper", "协助单位不能打印这件事的登记表。")
	}
	w, err := s.world(ctx, c.County)
	if err != nil {
		return ToSlip{}, err
	}
	var names []string
	for _, a := range v.Attempts {
		if !slices.Contains(names, a.By.Name) {
			names = append(names, a.By.Name)
		}
	}
	return ToSlip{v, strings.Join(names, "、"), v.Holder, w.body(w.tree.Sealed(v.Holder.Code).Code), s.DB.Now().In(workday.Zone)}, nil
}

// decodeChanges reads the amendments of a timeline row.
func decodeChanges(e Entry) []Change {
	out := []Change{}
	if e.Changes != "" {
		_ = json.Unmarshal([]byte(e.Changes), &out) // written by entry
	}
	return out
}
