package matter

import (
	"slices"
	"strings"

	"tiaojietai/internal/db"
)

// Kinds of matter.
const (
	Dispute  = "dispute"
	Petition = "petition"
)

// Statuses. Draft and Merged are not statuses of api.md: a draft is not yet
// counted, a merged matter shows the other's.
const (
	Draft      = "draft"
	Registered = "registered"
	Accepted   = "accepted"
	Handling   = "handling"
	Referred   = "referred"
	Resolved   = "resolved"
	Concluded  = "concluded"
	Ended      = "ended"
	Declined   = "declined"
	Withdrawn  = "withdrawn"
	Cleared    = "cleared"
	Merged     = "merged"
	Void       = "void"
)

var openStatuses = []string{Registered, Accepted, Handling, Referred}

// Row types. Instants are microseconds UTC (0: none), dates YYYY-MM-DD, money
// fen; sensitive fields are sealed text with a blind index and a masked copy.

// Matter is one row of the register.
type Matter struct {
	County        string  `db:"county"`
	ID            string  `db:"id"`
	Number        string  `db:"number"`
	Kind          string  `db:"kind"`
	Status        string  `db:"status"`
	Title         string  `db:"title"`
	Description   string  `db:"description"`
	Category      string  `db:"category"`
	Source        string  `db:"source"`
	PetitionType  string  `db:"petition_type"`
	Channel       string  `db:"channel"`
	Place         string  `db:"place"`
	Concerns      string  `db:"concerns"` // comma list
	Headcount     int64   `db:"headcount"`
	AmountFen     int64   `db:"amount_fen"`
	Project       string  `db:"project"`
	Registrant    string  `db:"registrant"`    // body that wrote it down
	RegisteredBy  string  `db:"registered_by"` // person
	Holder        string  `db:"holder"`
	Route         string  `db:"route"`       // comma list of holders, in order
	SurfacedTo    string  `db:"surfaced_to"` // body above that an overdue clock has been brought to
	Pending       string  `db:"pending"`     // escalate, transfer, forward
	PendingTo     string  `db:"pending_to"`
	PendingBy     string  `db:"pending_by"` // person
	PendingSince  int64   `db:"pending_since"`
	Proposed      string  `db:"proposed"` // "decline"
	ProposedBy    string  `db:"proposed_by"`
	ProposedNote  string  `db:"proposed_note"`
	Risk          string  `db:"risk"`
	RiskWhy       string  `db:"risk_why"`
	RiskUntil     string  `db:"risk_until"`
	FoundAt       int64   `db:"found_at"`
	RegisteredAt  int64   `db:"registered_at"`
	AcceptedAt    int64   `db:"accepted_at"`  // first acceptance
	AcceptedOrg   string  `db:"accepted_org"` // by whom
	ResolvedAt    int64   `db:"resolved_at"`
	ResolvedBy    string  `db:"resolved_by"` // who resolved, ended, proposed to decline or took the withdrawal down: clears none of it
	ResolvedHow   string  `db:"resolved_how"`
	ResolveNote   string  `db:"resolve_note"`
	Paper         string  `db:"paper"`
	EndedAt       int64   `db:"ended_at"`
	NoticeNote    string  `db:"notice_note"` // remedies named, as told
	ClearedAt     int64   `db:"cleared_at"`
	ClearedBy     string  `db:"cleared_by"`
	ClearedOrg    string  `db:"cleared_org"`
	ClearedFrom   string  `db:"cleared_from"` // status before clearance
	ClearedSimply db.Bool `db:"cleared_simply"`
	OnTheSpot     db.Bool `db:"on_the_spot"`
	Reopened      int64   `db:"reopened"`
	ReopenedAt    int64   `db:"reopened_at"`
	HandOvers     int64   `db:"hand_overs"`
	AtCourt       db.Bool `db:"at_court"`
	CourtMode     string  `db:"court_mode"`
	MergedInto    string  `db:"merged_into"`
	Repeats       string  `db:"repeats"` // the cleared matter this one comes back from
	RepeatNote    string  `db:"repeat_note"`
	Void          db.Bool `db:"void"`
	Imported      string  `db:"imported"`      // the batch it came in with, "" for none
	CategoryWord  string  `db:"category_word"` // what the ledger called it, where that is none of the categories
	Seq           int64   `db:"seq"`           // last timeline row
	Chain         string  `db:"chain"`         // its hash
	UpdatedAt     int64   `db:"updated_at"`
	Version       int64   `db:"version"`
}

// Demand 诉求 carries the list; the list labels the demand, never a person.
type Demand struct {
	County       string `db:"county"`
	Matter       string `db:"matter"`
	ID           string `db:"id"`
	No           int64  `db:"no"`
	Text         string `db:"text"`
	List         string `db:"list"`
	ListProposed string `db:"list_proposed"`
	ListReason   string `db:"list_reason"`
	ProposedBy   string `db:"proposed_by"`
	ConfirmedBy  string `db:"confirmed_by"`
	Outcome      string `db:"outcome"`
}

// Party 当事人. Consent is "", "given" or "refused".
type Party struct {
	County        string `db:"county"`
	Matter        string `db:"matter"`
	ID            string `db:"id"`
	No            int64  `db:"no"`
	Role          string `db:"role"`
	Name          string `db:"name"`
	Phone         string `db:"phone"`
	PhoneBlind    string `db:"phone_blind"`
	PhoneMasked   string `db:"phone_masked"`
	IDNumber      string `db:"id_number"`
	IDBlind       string `db:"id_blind"`
	IDMasked      string `db:"id_masked"`
	Address       string `db:"address"`
	AddressMasked string `db:"address_masked"`
	Consent       string `db:"consent"`
	ConsentAt     int64  `db:"consent_at"`
	ConsentBy     string `db:"consent_by"`
}

// Appointment of a mediator; it ends when the holder changes.
type Appointment struct {
	County string `db:"county"`
	Matter string `db:"matter"`
	ID     string `db:"id"`
	Org    string `db:"org"`
	Person string `db:"person"`
	Name   string `db:"name"`
	At     int64  `db:"at"`
	Ended  int64  `db:"ended"`
}

// Attempt 一次调解.
type Attempt struct {
	County  string  `db:"county"`
	Matter  string  `db:"matter"`
	ID      string  `db:"id"`
	Org     string  `db:"org"`
	Person  string  `db:"person"`
	Name    string  `db:"name"`
	HeldAt  int64   `db:"held_at"`
	Outcome string  `db:"outcome"`
	Note    string  `db:"note"`
	Badge   db.Bool `db:"badge"`
	At      int64   `db:"at"`
}

// FollowUp 回访: one visit of the schedule. Performed and Satisfied are "", "yes", "no".
type FollowUp struct {
	County    string `db:"county"`
	Matter    string `db:"matter"`
	ID        string `db:"id"`
	No        int64  `db:"no"`
	DueAt     int64  `db:"due_at"`
	DoneAt    int64  `db:"done_at"`
	HeldAt    int64  `db:"held_at"`
	Person    string `db:"person"`
	Performed string `db:"performed"`
	Satisfied string `db:"satisfied"`
	Note      string `db:"note"`
}

// Help 协助 asked of another body.
type Help struct {
	County  string `db:"county"`
	Matter  string `db:"matter"`
	ID      string `db:"id"`
	Org     string `db:"org"`
	Task    string `db:"task"`
	AskedAt int64  `db:"asked_at"`
	DueAt   int64  `db:"due_at"`
	DoneAt  int64  `db:"done_at"`
	Result  string `db:"result"`
}

// Referral to the justice bureau or the court. Target is the body's code.
type Referral struct {
	County  string `db:"county"`
	Matter  string `db:"matter"`
	ID      string `db:"id"`
	Org     string `db:"org"` // who referred
	Target  string `db:"target"`
	Mode    string `db:"mode"`
	At      int64  `db:"at"`
	Outcome string `db:"outcome"`
	DoneAt  int64  `db:"done_at"`
	Note    string `db:"note"`
}

// Supervision 督办 by a body above.
type Supervision struct {
	County    string `db:"county"`
	Matter    string `db:"matter"`
	ID        string `db:"id"`
	Org       string `db:"org"`
	Note      string `db:"note"`
	At        int64  `db:"at"`
	DueAt     int64  `db:"due_at"`
	Reply     string `db:"reply"`
	RepliedAt int64  `db:"replied_at"`
}

// Advice 专家意见 recorded on the matter.
type Advice struct {
	County  string `db:"county"`
	Matter  string `db:"matter"`
	ID      string `db:"id"`
	Org     string `db:"org"`
	Person  string `db:"person"`
	Expert  string `db:"expert"`
	Opinion string `db:"opinion"`
	At      int64  `db:"at"`
}

// Opinion 问题是否真的解决: what whoever found the matter or sent it up says of it
// once it is closed.
type Opinion struct {
	County string  `db:"county"`
	Matter string  `db:"matter"`
	ID     string  `db:"id"`
	Person string  `db:"person"`
	Name   string  `db:"name"`
	Org    string  `db:"org"`
	Solved db.Bool `db:"solved"`
	Note   string  `db:"note"`
	At     int64   `db:"at"`
}

// ExternalID is a number in one of the state's own systems.
type ExternalID struct {
	County    string `db:"county"`
	Subject   string `db:"subject"`
	SubjectID string `db:"subject_id"`
	System    string `db:"system"`
	Number    string `db:"number"`
}

// State is a matter with all that belongs to it: what a rule changes in memory
// and the store writes back. Timeline rows are only ever added and stand apart.
type State struct {
	M            Matter
	Demands      []Demand
	Parties      []Party
	Appointments []Appointment
	Attempts     []Attempt
	FollowUps    []FollowUp
	Helps        []Help
	Referrals    []Referral
	Supervisions []Supervision
	Advices      []Advice
	Opinions     []Opinion
	External     []ExternalID
	Deadlines    []Deadline
}

// clone copies a state so that the original stays what is stored.
func (s *State) clone() *State {
	c := *s
	c.Demands, c.Parties = slices.Clone(s.Demands), slices.Clone(s.Parties)
	c.Appointments, c.Attempts = slices.Clone(s.Appointments), slices.Clone(s.Attempts)
	c.FollowUps, c.Helps = slices.Clone(s.FollowUps), slices.Clone(s.Helps)
	c.Referrals, c.Supervisions = slices.Clone(s.Referrals), slices.Clone(s.Supervisions)
	c.Advices, c.External = slices.Clone(s.Advices), slices.Clone(s.External)
	c.Deadlines, c.Opinions = slices.Clone(s.Deadlines), slices.Clone(s.Opinions)
	return &c
}

// open: registered, accepted, handling, referred, and not merged or void.
func (s *State) open() bool {
	return slices.Contains(openStatuses, s.M.Status) && s.M.MergedInto == "" && !bool(s.M.Void)
}

// status as lists and counts see it: a merged, void or draft matter counts nowhere.
func (m *Matter) listStatus() string {
	switch {
	case bool(m.Void):
		return Void
	case m.MergedInto != "":
		return Merged
	}
	return m.Status
}

func (s *State) party(id string) *Party {
	for i := range s.Parties {
		if s.Parties[i].ID == id {
			return &s.Parties[i]
		}
	}
	return nil
}

func (s *State) demand(id string) *Demand {
	for i := range s.Demands {
		if s.Demands[i].ID == id {
			return &s.Demands[i]
		}
	}
	return nil
}

// appointed tells whether the person is an appointed mediator of the holder now.
func (s *State) appointed(person string) bool {
	return slices.ContainsFunc(s.Appointments, func(a Appointment) bool {
		return a.Person == person && a.Ended == 0 && a.Org == s.M.Holder
	})
}

func (s *State) anyAppointed() bool {
	return slices.ContainsFunc(s.Appointments, func(a Appointment) bool { return a.Ended == 0 })
}

// handlers are whoever was appointed, held an attempt, or resolved it.
func (s *State) handlers() []string {
	var out []string
	for _, a := range s.Appointments {
		out = append(out, a.Person)
	}
	for _, a := range s.Attempts {
		out = append(out, a.Person)
	}
	if s.M.ResolvedBy != "" {
		out = append(out, s.M.ResolvedBy)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// attemptedBy tells whether this body held an attempt since the last reopening.
func (s *State) attemptedBy(org string) bool {
	return slices.ContainsFunc(s.Attempts, func(a Attempt) bool {
		return a.At >= s.M.ReopenedAt && (org == "" || a.Org == org)
	})
}

// agreed tells whether an attempt since the last reopening came to agreement.
func (s *State) agreed() bool {
	return slices.ContainsFunc(s.Attempts, func(a Attempt) bool {
		return a.At >= s.M.ReopenedAt && a.Outcome == "agreed"
	})
}

// allConsent tells whether every party has consented to mediation.
func (s *State) allConsent() bool {
	return len(s.Parties) > 0 && !slices.ContainsFunc(s.Parties, func(p Party) bool { return p.Consent != "given" })
}

func (s *State) nextFollowUp() *FollowUp {
	for i := range s.FollowUps {
		if s.FollowUps[i].DoneAt == 0 {
			return &s.FollowUps[i]
		}
	}
	return nil
}

// openReferral is the one not answered yet, nil for none.
func (s *State) openReferral() *Referral {
	for i := range s.Referrals {
		if s.Referrals[i].DoneAt == 0 {
			return &s.Referrals[i]
		}
	}
	return nil
}

// proposals are the demands whose list waits for confirmation.
func (s *State) proposals() []*Demand {
	var out []*Demand
	for i := range s.Demands {
		if s.Demands[i].ListProposed != "" {
			out = append(out, &s.Demands[i])
		}
	}
	return out
}

func codes(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

func (m *Matter) addRoute(org string) {
	r := codes(m.Route)
	if len(r) == 0 || r[len(r)-1] != org {
		m.Route = strings.Join(append(r, org), ",")
	}
}
