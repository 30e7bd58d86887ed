package matter

import (
	"slices"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Change is one field of an amendment, old and new value as they may be shown.
type Change struct {
	Field string `json:"field"`
	Label string `json:"label"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// step is one action on one matter, in memory: what a rule may read and change.
type step struct {
	s        *State
	c        account.Caller
	rb       *rulebook.Rulebook
	cal      *workday.Calendar
	orgs     *org.Tree
	staff    []account.Servant // of the holder
	files    []string          // attachments of the matter
	in       Input
	newID    func() string
	seal     *sealer
	other    *State // the matter merged into
	made     *State // the matter a split makes
	madeText string
	mediator string   // chosen in one save on the spot
	undo     *undoRow // the newest step, if it may be undone
	finders  []finder // of a closed matter: who found it or sent it up
	text     string   // the timeline's sentence
	note     string
	quiet    bool  // written for a batch: nobody is told of the single row
	keep     bool  // not to be undone after all
	reverses int64 // the timeline row an undo reverses
	changes  []Change
	now      time.Time
}

// clock gives the time of the step.
func (st *step) clock() time.Time { return st.now }

func (st *step) isHolder() bool { return st.c.Org == st.s.M.Holder }

// isAbove tells whether the caller's body is the one above: the parent, or the
// joint office for township and county bodies.
func (st *step) isAbove(of string) bool { return st.c.Org == st.orgs.Above(of) }

// isAnyAbove also counts bodies further up.
func (st *step) isAnyAbove(of string) bool {
	return st.isAbove(of) || st.c.Org != of && st.orgs.IsUnder(of, st.c.Org) ||
		slices.Contains(st.orgs.Ancestors(of), st.c.Org) || st.office() == rulebook.OfficeJoint
}

func (st *step) office() string {
	k, _ := st.rb.Kind(st.c.OrgKind)
	return k.Office
}

func (st *step) isHead() bool { return st.c.Is("head") }

// another tells whether somebody besides these persons serves in the holder.
func (st *step) another(not ...string) bool {
	return slices.ContainsFunc(st.staff, func(p account.Servant) bool { return !slices.Contains(not, p.ID) })
}

func (st *step) name(org string) string {
	if o, ok := st.orgs.Get(org); ok {
		return o.Name
	}
	return org
}

func (st *step) short(org string) string {
	if o, ok := st.orgs.Get(org); ok && o.ShortName != "" {
		return o.ShortName
	}
	return st.name(org)
}

func (st *step) reason(set string) string { return st.rb.Name("reason."+set, st.in.Text("reason")) }

// remedies turns remedy codes into the sentences that are told to the parties.
func (st *step) remedies(list []string) string {
	text := ""
	for i, r := range list {
		if i > 0 {
			text += "；"
		}
		text += st.rb.Name("remedy", r)
	}
	return text
}

// has implements known for the inputs of an action.
func (st *step) has(f Field, code string) bool {
	switch f.Type {
	case "choice":
		if f.Set != "" {
			return st.rb.Has(f.Set, code)
		}
		return slices.ContainsFunc(f.Options, func(o Option) bool { return o.Code == code && (o.Name != "" || st.rb.Has("referralOutcome", code)) })
	case "org", "orgs":
		return st.orgs.OpenOn(code, workday.Date(st.now))
	case "party", "parties":
		return st.s.party(code) != nil
	case "demand", "demands":
		return st.s.demand(code) != nil
	case "persons":
		return slices.ContainsFunc(st.staff, func(p account.Servant) bool { return p.ID == code })
	case "attachment":
		return slices.Contains(st.files, code)
	}
	return false
}

// needs are 409 refusals: what the table asks for is not there yet.
func need(code, msg string) *errs.Error { return errs.New(errs.Conflict, code, msg) }

func stale() error {
	return errs.New(errs.Conflict, "stale", "这件事已经有了变化，您看到的是旧页面。刚才填写的内容还在，请看看新的情况再办。")
}

func orStale(err error) error {
	if err != nil {
		return err
	}
	return stale()
}

func forbidden(code, msg string) *errs.Error { return errs.New(errs.Forbidden, code, msg) }

// end closes a matter in a status with the remedies named.
func (st *step) endIn(status, notice string) {
	st.s.M.Status = status
	st.s.M.NoticeNote = notice
	st.s.M.ResolvedBy = st.c.Person
	if status == Ended {
		st.s.M.EndedAt = db.Micros(st.now)
	}
	st.stop()
	st.dropHelps()
}

// dropHelps closes what other bodies were asked for and no longer need to do.
func (st *step) dropHelps() {
	for i := range st.s.Helps {
		if h := &st.s.Helps[i]; h.DoneAt == 0 {
			h.DoneAt, h.Result = db.Micros(st.now), "事项已了结，不再需要协助"
		}
	}
}
