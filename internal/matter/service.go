package matter

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Deps is what the register stands on.
type Deps struct {
	DB       *db.DB
	Orgs     *org.Service
	Rules    func(county string) *rulebook.Book
	Calendar func(county string) *workday.Calendar
	Keys     func(county string) (*gm.DataKey, error)
}

// Service is the register of matters: one method a verb.
type Service struct {
	Deps
	counts   counts
	indexed  sync.Map // county → the matter up to which BuildIndex has come, true when through
	sampling sync.Mutex
	samples  map[string]*sample // by county, under sampling
}

// New makes the register.
func New(d Deps) *Service { return &Service{Deps: d} }

// world is what every verb needs besides the matter, read before its transaction.
type world struct {
	rb   *rulebook.Rulebook
	cal  *workday.Calendar
	tree *org.Tree
	key  *gm.DataKey
}

func (s *Service) world(ctx context.Context, county string) (world, error) {
	tree, err := s.Orgs.Tree(ctx, county)
	if err != nil {
		return world{}, err
	}
	key, err := s.Keys(county)
	if err != nil {
		return world{}, err
	}
	return world{rb: s.Rules(county).At(workday.Date(s.DB.Now())), cal: s.Calendar(county), tree: tree, key: key}, nil
}

func (w world) step(tx *db.Tx, c account.Caller, st *State) *step {
	now := tx.Now
	if last := db.Instant(st.M.UpdatedAt); now.Before(last) {
		now = last // the clock was set back: the timeline still only moves on
	}
	return &step{s: st, c: c, now: now, rb: w.rb, cal: w.cal, orgs: w.tree, newID: tx.NewID, seal: &sealer{w.key}}
}

// errNothing means that a system step found nothing to do.
var errNothing = errors.New("matter: nothing to do")

// Register writes a new matter down, or a draft. The answer is the matter as the
// caller sees it.
func (s *Service) Register(ctx context.Context, c account.Caller, raw json.RawMessage, op db.Operation) (View, error) {
	w, err := s.world(ctx, c.County)
	if err != nil {
		return View{}, err
	}
	var view View
	row := audit.Row{Verb: "register", Subject: "matter"}
	err = s.write(ctx, c, &row, func(ctx context.Context, tx *db.Tx) error {
		row.Outcome = audit.Repeated
		return db.Once(ctx, tx, op, &view, func() error {
			row.Outcome = audit.OK
			st, err := s.register(ctx, tx, w, c, raw)
			if err != nil {
				return err
			}
			row.SubjectID = st.s.M.ID
			view, err = s.view(ctx, tx, w, c, st.s, st.now)
			return err
		})
	})
	return view, err
}

// write runs a verb in one transaction with its audit row; a refusal is audited
// after the rollback.
func (s *Service) write(ctx context.Context, c account.Caller, row *audit.Row, fn func(ctx context.Context, tx *db.Tx) error) error {
	key, err := s.Keys(c.County)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, c.County, func(ctx context.Context, tx *db.Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		row.Person, row.Org = c.Person, c.Org
		return audit.Record(ctx, tx, key, *row)
	})
	if err == nil || errors.Is(err, errNothing) {
		return err
	}
	e := errs.As(err)
	if e.Kind != errs.Internal && e.Kind != errs.Unavailable {
		row.Person, row.Org = c.Person, c.Org
		if !isUUID(row.SubjectID) {
			row.SubjectID = ""
		}
		if auditErr := audit.Refused(ctx, s.DB, key, c.County, e.Code, *row); auditErr != nil {
			return errs.Wrap("audit a refusal", auditErr)
		}
	}
	return err
}

// register is one new matter inside a transaction.
func (s *Service) register(ctx context.Context, tx *db.Tx, w world, c account.Caller, raw json.RawMessage) (*step, error) {
	n, err := decodeNew(raw)
	if err != nil {
		return nil, err
	}
	return s.registerNew(ctx, tx, w, c, n, false)
}

func (s *Service) registerNew(ctx context.Context, tx *db.Tx, w world, c account.Caller, n NewMatter, onTheSpot bool) (*step, error) {
	kind, _ := w.rb.Kind(c.OrgKind)
	if c.Org == "" || len(c.Roles) == 0 || !kind.Registers {
		return nil, forbidden("notRegistrar", "本单位不登记事项；请到村（社区）、乡镇或综治中心登记。")
	}
	id, err := matterID(n, tx)
	if err != nil {
		return nil, err
	}
	st := w.step(tx, c, &State{M: Matter{County: c.County, ID: id, OnTheSpot: db.Bool(onTheSpot)}})
	if err := st.doRegister(n); err != nil {
		return nil, err
	}
	if err := s.linkBack(ctx, tx, st); err != nil {
		return nil, err
	}
	return st, s.insert(ctx, tx, st, "register", "")
}

func matterID(n NewMatter, tx *db.Tx) (string, error) {
	if n.ID == nil {
		return tx.NewID(), nil
	}
	if !isUUID(*n.ID) {
		return "", errs.InvalidField("id", "编号应是 UUID。")
	}
	return *n.ID, nil
}

// insert numbers and stores a new state with its first timeline row and reach.
func (s *Service) insert(ctx context.Context, tx *db.Tx, st *step, action, from string) error {
	m := &st.s.M
	if err := s.number(ctx, tx, st); err != nil {
		return err
	}
	m.UpdatedAt = db.Micros(st.now)
	e := st.entry(action, from)
	if err := insertState(ctx, tx, st.s); err != nil {
		return err
	}
	if err := addEntry(ctx, tx, e); err != nil {
		return err
	}
	if err := s.show(ctx, tx, st, nil); err != nil {
		return err
	}
	return st.tell(ctx, tx, action, &State{})
}

// number draws the registration number once a matter is registered: of the
// sealed body under which the registering body acts, without gaps in a year.
func (s *Service) number(ctx context.Context, tx *db.Tx, st *step) error {
	m := &st.s.M
	if m.Number != "" || m.Status == Draft {
		return nil
	}
	sealed := st.orgs.Sealed(m.Registrant)
	year := st.now.In(workday.Zone).Year()
	n, err := nextNumber(ctx, tx, "register", sealed.Code, year)
	if err != nil {
		return err
	}
	word := sealed.NumberWord
	if word == "" {
		word = sealed.ShortName
	}
	m.Number = st.rb.RegisterNumber(word, year, n)
	return nil
}

// linkBack marks a new dispute between two parties of one cleared within the
// watch period as come back (回潮).
func (s *Service) linkBack(ctx context.Context, tx *db.Tx, st *step) error {
	m := &st.s.M
	if m.Kind != Dispute || m.Status == Draft {
		return nil
	}
	since := db.Micros(st.now.AddDate(0, 0, -st.rb.RepeatWatch))
	for _, a := range st.s.Parties {
		for _, b := range st.s.Parties {
			if a.Role == "applicant" && b.Role == "respondent" && m.Repeats == "" {
				found, err := comesBackFrom(ctx, tx, *m, a, b, since)
				if err != nil {
					return err
				}
				m.Repeats = found
			}
		}
	}
	if m.Repeats != "" {
		m.RepeatNote = "双方与一件近期销号的纠纷相同"
		st.text += "（与近期销号的一件双方相同，已关联为回潮）"
	}
	return nil
}

// Act does one action of the transition table. version is the one the caller
// saw; a stale one is refused with the present state.
func (s *Service) Act(ctx context.Context, c account.Caller, id, action string, version int64, input json.RawMessage, op db.Operation) (View, error) {
	w, err := s.world(ctx, c.County)
	if err != nil {
		return View{}, err
	}
	var view View
	row := audit.Row{Verb: "unknown", Subject: "matter", SubjectID: id}
	if findOnly(action) != nil { // what was sent is not written as it came
		row.Verb = action
	}
	err = s.write(ctx, c, &row, func(ctx context.Context, tx *db.Tx) error {
		row.Outcome = audit.Repeated
		return db.Once(ctx, tx, op, &view, func() error { // before scope too: a step may take the matter out of sight
			row.Outcome = audit.OK
			if _, found, err := modeOf(ctx, tx, c.County, c.Org, id); err != nil || !found {
				return orNotFound(err)
			}
			st, err := s.act(ctx, tx, w, c, id, action, version, input)
			if err != nil {
				return err
			}
			row.Fields = changedFields(st)
			view, err = s.view(ctx, tx, w, c, st.s, st.now)
			return err
		})
	})
	var e *errs.Error
	if errors.As(err, &e) && e.Code == "stale" && e.Current == nil {
		if now, readErr := s.View(ctx, c, id); readErr == nil {
			e.Current = now
		}
	}
	return view, err
}

func changedFields(st *step) []string {
	var names []string
	for _, c := range st.changes {
		names = append(names, c.Field)
	}
	return names
}

// act is one step inside a transaction.
func (s *Service) act(ctx context.Context, tx *db.Tx, w world, c account.Caller, id, action string, version int64, input json.RawMessage) (*step, error) {
	st, err := s.prepare(ctx, tx, w, c, id)
	if err != nil {
		return nil, err
	}
	row, known := findRow(action, st.s.M.Kind, st.s.M.Status)
	if !known {
		return nil, errs.InvalidField("action", "没有这种操作。")
	}
	if version < 1 {
		return nil, errs.InvalidField("version", "请写明看到的是哪一版。")
	}
	if st.s.M.Version != version {
		return nil, stale()
	}
	if row == nil {
		return nil, errs.Newf(errs.Conflict, "stale", "这件事现在是“%s”，不能做这一步。请看看新的情况再办。", w.statusName(st.s.M))
	}
	if w.rb.Off(action) {
		return nil, forbidden("switchedOff", "本县的规则册没有开通这一步。")
	}
	return st, s.perform(ctx, tx, st, row, input)
}

// perform checks a step, lets its rule change the state, and writes the difference.
func (s *Service) perform(ctx context.Context, tx *db.Tx, st *step, row *Row, input json.RawMessage) error {
	before := st.s.clone()
	if err := s.check(ctx, tx, st, row, input); err != nil {
		return err
	}
	if err := row.do(st); err != nil {
		return err
	}
	if before.M.Status == Draft {
		if err := s.linkBack(ctx, tx, st); err != nil {
			return err
		}
	}
	return s.save(ctx, tx, st, row, before)
}

// prepare loads a matter and what its rules read.
func (s *Service) prepare(ctx context.Context, tx *db.Tx, w world, c account.Caller, id string) (*step, error) {
	state, err := load(ctx, tx, c.County, id)
	if err != nil {
		return nil, err
	}
	st := w.step(tx, c, state)
	return st, s.equip(ctx, tx, st)
}

// equip reads the holder's staff, the attachments and the undo row.
func (s *Service) equip(ctx context.Context, q db.Q, st *step) (err error) {
	m := st.s.M
	if st.staff, err = account.Serving(ctx, q, m.County, m.Holder); err != nil {
		return err
	}
	if st.files, err = filesOf(ctx, q, m.County, m.ID); err != nil {
		return err
	}
	if slices.Contains(opined, m.Status) {
		if st.finders, err = findersOf(ctx, q, m); err != nil {
			return err
		}
	}
	st.undo, err = undoOf(ctx, q, m.County, m.ID, db.Micros(st.now.Add(-time.Duration(st.rb.UndoMinutes)*time.Minute)))
	return err
}

// check runs the gates in order: who (403), pending (409), input (422), needs (409).
func (s *Service) check(ctx context.Context, tx *db.Tx, st *step, row *Row, input json.RawMessage) error {
	if len(st.c.Roles) == 0 {
		return forbidden("noRole", "您在本单位没有办理事项的职务。")
	}
	if row.may != nil {
		if err := row.may(st); err != nil {
			return err
		}
	}
	if err := st.gate(row); err != nil {
		return err
	}
	in, err := parse(input, row.Fields, st)
	if err != nil {
		return err
	}
	st.in = in
	st.note = in.Text("note")
	if row.ready != nil {
		if err := row.ready(st); err != nil {
			return err
		}
	}
	if into := string(in.Raw("into")); into != "" {
		return s.findOther(ctx, tx, st, in.Raw("into"))
	}
	return nil
}

// gate: until a hand-over is signed for, the sender can only recall it; a merged
// matter can only be parted.
func (st *step) gate(row *Row) error {
	m := st.s.M
	switch {
	case bool(m.Void):
		return need("void", "这件事已经作废，不能再办。")
	case m.MergedInto != "" && row.Action != "split":
		return need("merged", "这件事已经并案，请在并入的那一件上办理，或者先分案。")
	case row.OnPending != nil && !slices.Contains(row.OnPending, m.Pending):
		return stale()
	case row.OnPending == nil && m.Pending != "" && !row.AnyPending:
		return need("pending", "这件事已经送"+st.name(m.PendingTo)+"，等待签收；签收之前只能收回。")
	}
	return nil
}

func (s *Service) findOther(ctx context.Context, tx *db.Tx, st *step, raw json.RawMessage) error {
	var id string
	if json.Unmarshal(raw, &id) != nil || !isUUID(id) {
		return errs.InvalidField("into", "请选择并入哪一件。")
	}
	if _, found, err := modeOf(ctx, tx, st.c.County, st.c.Org, id); err != nil || !found {
		if err != nil {
			return err
		}
		return errs.InvalidField("into", "没有找到那一件事。")
	}
	other, err := load(ctx, tx, st.c.County, id)
	st.other = other
	return err
}

// save writes a step: the state under its guard, one timeline row, the reach, and
// what an undo would need.
func (s *Service) save(ctx context.Context, tx *db.Tx, st *step, row *Row, before *State) error {
	if err := s.number(ctx, tx, st); err != nil {
		return err
	}
	if st.other != nil {
		if err := s.saveOther(ctx, tx, st, row); err != nil {
			return err
		}
	}
	if err := s.put(ctx, tx, st, row.Action, before); err != nil {
		return err
	}
	if st.made != nil {
		if err := s.insertMade(ctx, tx, st); err != nil {
			return err
		}
	}
	return s.rememberUndo(ctx, tx, st, row, before)
}

// put writes a state under its guard, with its timeline row and its reach.
func (s *Service) put(ctx context.Context, tx *db.Tx, st *step, action string, before *State) error {
	st.settle()
	m := &st.s.M
	m.UpdatedAt = db.Micros(st.now)
	e := st.entry(action, before.M.listStatus())
	if ok, err := updateState(ctx, tx, before, st.s); err != nil || !ok {
		return orStale(err)
	}
	if err := addEntry(ctx, tx, e); err != nil {
		return err
	}
	reach, err := reachOf(ctx, tx, m.County, m.ID)
	if err != nil {
		return err
	}
	if err := s.show(ctx, tx, st, reach); err != nil {
		return err
	}
	return st.tell(ctx, tx, action, before)
}

// saveOther tells the matter merged into, on its own timeline. Its guard also
// keeps two from being merged into each other at once.
func (s *Service) saveOther(ctx context.Context, tx *db.Tx, st *step, row *Row) error {
	other := *st
	other.s, other.note, other.changes = st.other, "", nil
	other.text = st.s.M.Number + "并入本件"
	return errors.Join(s.put(ctx, tx, &other, row.Action, st.other.clone()), dropUndo(ctx, tx, st.other.M.County, st.other.M.ID))
}

// settle drops the mark that an overdue clock was brought up once nothing is, and
// lets it follow the matter: the body above who is late now is to urge.
func (st *step) settle() {
	up := false
	st.s.each(func(d *Deadline) { up = up || d.State == running && d.SurfacedAt > 0 })
	if !up {
		st.s.M.SurfacedTo = ""
	} else if st.s.M.SurfacedTo != "" {
		st.s.M.SurfacedTo = st.urges()
	}
}

func (s *Service) insertMade(ctx context.Context, tx *db.Tx, st *step) error {
	made := *st
	made.s, made.made, made.text, made.changes, made.reverses = st.made, nil, st.madeText, nil, 0
	return s.insert(ctx, tx, &made, "register", "")
}

func (s *Service) rememberUndo(ctx context.Context, tx *db.Tx, st *step, row *Row, before *State) error {
	m := st.s.M
	if row.final || row.system || st.keep {
		return dropUndo(ctx, tx, m.County, m.ID)
	}
	raw, err := encodeState(before)
	if err != nil {
		return err
	}
	return keepUndo(ctx, tx, undoRow{County: m.County, Matter: m.ID, Seq: m.Seq, Person: st.c.Person, Org: st.c.Org, At: db.Micros(st.now), State: raw})
}
