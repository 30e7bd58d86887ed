package matter

import (
	"context"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/workday"
)

// Imported is a row of a ledger that was kept before, as it is to be entered. It
// goes through the same checks, numbering, timeline and reach as a registration;
// from then on the table is its law (docs/adr/0024).
type Imported struct {
	NewMatter
	Batch      string    // marks the matter for good
	Holder     string    // who has it: the importing body or one below it
	Status     string    // Registered, Accepted, Handling, Resolved or Ended
	How        string    // of what is resolved: a code of resolveBy, "" where the ledger does not say
	Remedy     string    // of what is ended: the remedy the ledger names, "" for none
	AcceptedAt time.Time // zero: the day it was found
	ClosedAt   time.Time // resolved or ended; zero: the ledger does not say
	Word       string    // its category in the ledger's own word, where that is none of ours
	Note       string    // what else the ledger says, for the timeline
}

// Importer enters the rows of one batch for one caller.
type Importer struct {
	s *Service
	w world
	c account.Caller
}

// Importer refuses a caller who may not register.
func (s *Service) Importer(ctx context.Context, c account.Caller) (*Importer, error) {
	w, err := s.world(ctx, c.County)
	if err != nil {
		return nil, err
	}
	if kind, _ := w.rb.Kind(c.OrgKind); c.Org == "" || len(c.Roles) == 0 || !kind.Registers {
		return nil, forbidden("notRegistrar", "本单位不登记事项，不能导入台账；请由村（社区）、乡镇、县级部门或综治中心导入。")
	}
	return &Importer{s, w, c}, nil
}

// Check tells whether a row could be entered now, and writes nothing.
func (im *Importer) Check(in Imported) error {
	now := im.s.DB.Now()
	st := im.step(now, func() string { return "" }, in)
	return st.doImport(in)
}

func (im *Importer) step(now time.Time, newID func() string, in Imported) *step {
	m := Matter{County: im.c.County, ID: newID(), Imported: in.Batch, CategoryWord: in.Word}
	return &step{s: &State{M: m}, c: im.c, now: now, rb: im.w.rb, cal: im.w.cal, orgs: im.w.tree, newID: newID,
		seal: &sealer{im.w.key}, quiet: true}
}

// Tx enters a row in a transaction of the caller's, with its number, its first
// timeline row and its reach. Nobody is told of the single row. The batch is
// audited as a whole by whoever imports it.
func (im *Importer) Tx(ctx context.Context, tx *db.Tx, in Imported) (id string, err error) {
	st := im.step(tx.Now, tx.NewID, in)
	if err := st.doImport(in); err != nil {
		return "", err
	}
	return st.s.M.ID, im.s.insert(ctx, tx, st, "import", "")
}

// doImport fills a new state as doRegister does and moves it to where the ledger
// left it.
func (st *step) doImport(in Imported) error {
	m := &st.s.M
	m.Kind, m.Risk = Dispute, "normal"
	if in.Kind != nil {
		m.Kind = *in.Kind
	}
	f := st.filler()
	if err := st.petitionType(in.NewMatter, f); err != nil {
		return err
	}
	m.Source = "import"
	m.Registrant, m.RegisteredBy, m.Holder = st.c.Org, st.c.Person, in.Holder
	if !st.orgs.IsUnder(in.Holder, st.c.Org) || st.closed(in.Holder) {
		f.add("holder", "不是本单位或本单位下面的机构，或者已经撤销。")
	}
	m.FoundAt = db.Micros(st.now)
	if m.Kind == Petition && in.Category != nil && st.wholeBranch(*in.Category) {
		m.Category, in.Category = *in.Category, nil
	}
	f.fill(st.s, in.NewMatter)
	f.complete(st.s)
	st.importedDates(in, f)
	if err := f.err(); err != nil {
		return err
	}
	st.registered()
	st.note = in.Note
	if err := st.stand(in); err != nil {
		return err
	}
	st.text = "由台账导入（批次 " + in.Batch + "），当时是“" + st.rb.StatusName(m.Kind, in.Status) + "”；编号按导入年度取，办理期限从导入起算"
	return nil
}

// wholeBranch tells whether a word is a branch of the classification of petitions:
// old ledgers seldom go down to its leaves.
func (st *step) wholeBranch(path string) bool {
	return slices.ContainsFunc(st.rb.PetitionCategories, func(leaf string) bool { return strings.HasPrefix(leaf, path+"/") })
}

func (st *step) importedDates(in Imported, f *filler) {
	found := workday.Date(db.Instant(st.s.M.FoundAt))
	for _, d := range []struct {
		field, what string
		at          time.Time
	}{{"acceptedAt", "受理日期", in.AcceptedAt}, {"closedAt", "化解（终止）日期", in.ClosedAt}} {
		switch {
		case d.at.IsZero():
		case d.at.After(st.now):
			f.add(d.field, "%s不能在将来。", d.what)
		case workday.Date(d.at) < found:
			f.add(d.field, "%s早于发现日期。", d.what)
		}
	}
}

// stand moves what was just registered to the status of the ledger. Past dates are
// kept; clocks of what is open begin now, since nobody could keep them here before.
func (st *step) stand(in Imported) error {
	m := &st.s.M
	if in.Status == Registered {
		return nil
	}
	if m.Kind == Petition {
		return errs.InvalidField("status", "信访事项的受理、答复要一步一步办，只能按“登记”导入。")
	}
	if k, _ := st.rb.Kind(st.kindOf(m.Holder)); !k.HoldsMatters {
		return errs.InvalidField("holder", st.name(m.Holder)+"不是调解组织，不能持有正在调解的纠纷。")
	}
	m.AcceptedAt, m.AcceptedOrg = m.FoundAt, m.Holder
	if !in.AcceptedAt.IsZero() {
		m.AcceptedAt = db.Micros(in.AcceptedAt)
	}
	m.Status = in.Status
	st.stop("acceptance")
	closed := in.ClosedAt
	if closed.IsZero() {
		closed = st.now
	}
	switch in.Status {
	case Accepted, Handling:
		st.start("holder", m.Holder)
	case Resolved:
		m.ResolvedAt, m.ResolvedBy, m.ResolvedHow = db.Micros(closed), st.c.Person, in.How
		for i := range st.s.Demands {
			st.s.Demands[i].Outcome = orWord(in.How, "agreement")
		}
		st.stop()
		st.visits(orWord(in.How, "agreement"))
	case Ended:
		notice := ""
		if in.Remedy != "" {
			notice = "原台账记载，已告知：" + st.remedies([]string{in.Remedy})
		}
		st.endIn(Ended, notice)
		m.EndedAt = db.Micros(closed)
	default:
		return errs.InvalidField("status", "不能按这个办理情况导入。")
	}
	return nil
}

// visits plans the follow-ups of what was resolved before, counted from now. The
// thirty days for judicial confirmation are not started: when the agreement took
// effect is not known here.
func (st *step) visits(how string) {
	st.scheduleFollowUps(how)
	st.s.Deadlines = slices.DeleteFunc(st.s.Deadlines, func(d Deadline) bool { return d.Clock == "confirmApply" })
}

func (st *step) kindOf(code string) string {
	o, _ := st.orgs.Get(code)
	return o.Kind
}

func orWord(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// ActedOn counts those of a batch's matters with which something has been done
// since: any step of a person, or a file added. What the clock did is not counted.
func (s *Service) ActedOn(ctx context.Context, q db.Q, county, batch string) (int, error) {
	return actedOn(ctx, q, county, batch)
}

// PhoneLike tells whether a text is a telephone number as a register takes it.
func PhoneLike(v string) bool { return phoneLike(v) }

// VoidTx marks matters of a batch as void: they keep id, number and timeline and
// count nowhere. One that is void already is passed over; done tells how many were not.
func (im *Importer) VoidTx(ctx context.Context, tx *db.Tx, batch, reason string, limit int) (done int, err error) {
	ids, err := standingOfBatch(ctx, tx, im.c.County, batch, limit)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		state, err := load(ctx, tx, im.c.County, id)
		if err != nil {
			return 0, err
		}
		st := im.w.step(tx, im.c, state)
		st.quiet = true
		before := state.clone()
		state.M.Void, state.M.SurfacedTo = true, ""
		st.stop()
		st.text, st.note = "整批撤销导入（批次 "+batch+"），本件作废，不再计入任何数字", reason
		if err := im.s.put(ctx, tx, st, "void", before); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// evidence enters what an imported matter came without: what shows that it was
// resolved, or which other ways the parties were told of.
func (f *filler) evidence(s *State, n NewMatter) {
	if n.Evidence == nil {
		return
	}
	m := &s.M
	switch {
	case m.Imported == "" || m.Status != Resolved && m.Status != Ended:
		f.add("evidence", "只有台账导入的、已化解或已终止的事项，才在这里补录凭据。")
	case m.Status == Resolved:
		f.text("evidence", "化解的凭据", maxText, n.Evidence, &m.ResolveNote)
	default:
		f.text("evidence", "告知其他途径的记录", maxText, n.Evidence, &m.NoticeNote)
	}
}
