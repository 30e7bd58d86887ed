package matter

import (
	"slices"
	"strings"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
)

// Rules that write a matter down and correct it: register, complete, amend,
// merge, split, unlink.

func (st *step) filler() *filler {
	return &filler{wrong: &wrong{}, rb: st.rb, orgs: st.orgs, now: st.now, seal: st.seal, id: st.newID}
}

// doRegister fills a new state. The acting body registers; the group it acts for,
// or itself, holds.
func (st *step) doRegister(n NewMatter) error {
	m := &st.s.M
	m.Kind, m.Source, m.Risk = Dispute, "application", "normal"
	if n.Kind != nil {
		m.Kind = *n.Kind
	}
	if m.Kind != Dispute && m.Kind != Petition {
		return errs.InvalidField("kind", "请选择是纠纷还是信访事项。")
	}
	f := st.filler()
	if err := st.petitionType(n, f); err != nil {
		return err
	}
	m.Registrant, m.RegisteredBy, m.Holder = st.c.Org, st.c.Person, st.c.Org
	st.behalf(n, f)
	m.FoundAt = db.Micros(st.now)
	f.fill(st.s, n)
	draft := n.Draft != nil && *n.Draft
	if !draft {
		f.complete(st.s)
	}
	if err := f.err(); err != nil {
		return err
	}
	if draft {
		m.Status = Draft
		st.start("draft", m.Holder)
		st.text = "存为草稿"
		return nil
	}
	st.registered()
	return st.entrusted(n)
}

// registered starts what begins at registration.
func (st *step) registered() {
	m := &st.s.M
	m.Status, m.RegisteredAt = Registered, db.Micros(st.now)
	m.Route = ""
	m.addRoute(m.Holder)
	if m.Kind == Petition {
		st.start("petitionForward", m.Holder)
		if k, _ := st.rb.Kind(st.c.OrgKind); !k.HoldsPetitions {
			st.start("handOn", m.Holder)
		}
	} else {
		st.start("acceptance", m.Holder)
		st.start("matter", m.Holder)
	}
	st.text = "登记" + map[string]string{Dispute: "纠纷", Petition: "信访事项"}[m.Kind]
	if m.Holder != m.Registrant {
		st.text = st.short(m.Registrant) + "代" + st.short(m.Holder) + st.text
	}
}

// petitionType: accusations are refused with the right door named, until their
// restricted compartment exists.
func (st *step) petitionType(n NewMatter, f *filler) error {
	m := &st.s.M
	if m.Kind == Petition {
		m.PetitionType, m.Channel, m.Source = "claim", "visit", "petitionOffice"
		f.code("petitionType", "信访事项类别", "petitionType", n.PetitionType, &m.PetitionType)
	} else if n.Accused == nil && (given(n.PetitionType) || given(n.Channel)) {
		f.add("kind", "信访事项类别和渠道只用于信访事项，请先选择登记的是信访事项。")
	}
	if m.PetitionType == "accusation" || n.Accused != nil {
		door := "纪委监委"
		if code, err := st.officeBody(rulebook.OfficeDiscipline); err == nil {
			door = st.name(code)
		}
		return errs.New(errs.Invalid, "accusation", "检举控告要单独保密办理，这里不登记。请告诉来访人直接向"+door+"提出；本页填写的内容没有保存到系统里。")
	}
	return nil
}

func (st *step) behalf(n NewMatter, f *filler) {
	if n.OnBehalfOf == nil || *n.OnBehalfOf == "" || *n.OnBehalfOf == st.c.Org {
		return
	}
	child, ok := st.orgs.Get(*n.OnBehalfOf)
	if !ok || child.Parent != st.c.Org || !st.orgs.SealsFor(st.c.Org, child.Code) || st.closed(child.Code) {
		f.add("onBehalfOf", "只能替本村（社区）所属的组登记。")
		return
	}
	st.s.M.Holder = child.Code
}

// entrusted sends a court's own referral (委派, 委托) on to a body that signs.
func (st *step) entrusted(n NewMatter) error {
	if n.To == nil && n.Mode == nil {
		return nil
	}
	if st.office() != rulebook.OfficeCourt {
		return errs.InvalidField("to", "只有法院能在登记时委派、委托；其他单位请登记后移交或上报。")
	}
	if n.To == nil || n.Mode == nil || !st.rb.Has("courtMode", *n.Mode) {
		return errs.InvalidField("mode", "请写明委派还是委托，以及交给哪个调解组织。")
	}
	to, _ := st.orgs.Get(*n.To)
	if k, _ := st.rb.Kind(to.Kind); !k.HoldsMatters || st.closed(*n.To) {
		return errs.InvalidField("to", "请选择有调解组织的单位。")
	}
	st.s.M.CourtMode = *n.Mode
	st.send("transfer", to.Code)
	st.text += "，" + st.rb.Name("courtMode", *n.Mode) + "给" + to.Name
	return nil
}

func (st *step) decodeFields() (NewMatter, error) {
	n, err := decodeNew(st.in.Raw("fields"))
	if err != nil {
		e := errs.As(err)
		e.Kind = errs.Invalid
		return n, e
	}
	if n.ID != nil || n.Draft != nil || n.Kind != nil || n.OnBehalfOf != nil || n.To != nil || n.Mode != nil || n.PetitionType != nil || n.Accused != nil {
		return n, errs.InvalidField("fields", "编号、种类、登记单位不能更改。")
	}
	return n, nil
}

func doComplete(st *step) error {
	n, err := st.decodeFields()
	if err != nil {
		return err
	}
	f := st.filler()
	f.fill(st.s, n)
	f.complete(st.s)
	if err := f.err(); err != nil {
		return err
	}
	st.stop("draft")
	st.registered()
	return nil
}

func doAmend(st *step) error {
	n, err := st.decodeFields()
	if err != nil {
		return err
	}
	f := st.filler()
	var labels []string
	f.log = func(field, label, old, new string) {
		st.changes = append(st.changes, Change{field, label, old, new})
		if !slices.Contains(labels, label) {
			labels = append(labels, label)
		}
	}
	f.fill(st.s, n)
	if st.s.M.Title == "" || st.s.M.Place == "" || st.s.M.Category == "" {
		f.add("fields", "必填的内容不能改成空的。")
	}
	if err := f.err(); err != nil {
		return err
	}
	if len(st.changes) == 0 {
		return errs.InvalidField("fields", "没有改动，不用保存。")
	}
	st.text = "更正" + strings.Join(labels, "、") + "：" + st.reason("amend")
	return nil
}

func readyUnlink(st *step) error {
	if st.s.M.Repeats == "" {
		return need("notLinked", "没有回潮关联。")
	}
	return nil
}

func doUnlink(st *step) error {
	st.changes = append(st.changes, Change{"repeats", "回潮关联", st.s.M.RepeatNote, ""})
	st.s.M.Repeats, st.s.M.RepeatNote = "", st.reason("unlink")
	st.text = "解除回潮关联：" + st.reason("unlink")
	return nil
}

// doMerge joins this matter to another open one of the same holder; it keeps its
// number and shows the other's state.
func doMerge(st *step) error {
	o := st.other
	switch {
	case o == nil || o.M.Holder != st.s.M.Holder || o.M.Kind != st.s.M.Kind:
		return errs.InvalidField("into", "只能并入本单位持有的另一件同类事项。")
	case o.M.ID == st.s.M.ID:
		return errs.InvalidField("into", "不能并入自己。")
	case !o.open() || o.M.PendingTo != "":
		return errs.InvalidField("into", "那一件已经了结、并案或正在等待签收，请另选。")
	}
	st.s.M.MergedInto = o.M.ID
	st.stop()
	st.dropHelps()
	st.text = "并入" + o.M.Number // not its title: who sees this matter may not see that one
	return nil
}

func readySplit(st *step) error {
	if st.s.M.MergedInto != "" {
		return nil
	}
	if len(st.s.Demands) < 2 {
		return need("oneDemand", "只有一项诉求，不用分案。")
	}
	return readyRunning(st)
}

// doSplit parts a merged matter again, or makes a new matter of some demands and
// parties; both numbers stay and are shown.
func doSplit(st *step) error {
	if st.s.M.MergedInto != "" {
		return st.part()
	}
	demands, parties := st.in.Codes("demands"), st.in.Codes("parties")
	if len(demands) == 0 || len(demands) == len(st.s.Demands) {
		return errs.InvalidField("demands", "请选择要分出的诉求，原来的事项至少留一项。")
	}
	n := st.s.clone()
	id := st.newID()
	old := st.s.M
	n.M.ID, n.M.Number, n.M.Seq, n.M.Chain, n.M.Version = id, "", 0, "", 0
	n.M.RegisteredAt = db.Micros(st.now)
	n.M.Registrant, n.M.RegisteredBy = st.c.Org, st.c.Person
	n.M.Route = st.s.M.Holder
	n.Demands = slices.DeleteFunc(n.Demands, func(d Demand) bool { return !slices.Contains(demands, d.ID) })
	st.s.Demands = slices.DeleteFunc(st.s.Demands, func(d Demand) bool { return slices.Contains(demands, d.ID) })
	if len(parties) > 0 {
		n.Parties = slices.DeleteFunc(n.Parties, func(p Party) bool { return !slices.Contains(parties, p.ID) })
	}
	n.M.Title = n.Demands[0].Text
	if r := []rune(n.M.Title); len(r) > 60 {
		n.M.Title = string(r[:60])
	}
	n.FollowUps, n.Helps, n.Referrals, n.Supervisions, n.Advices, n.External, n.Opinions = nil, nil, nil, nil, nil, nil, nil
	n.Attempts = nil // it is to be tried by itself
	if n.M.AcceptedAt > 0 {
		n.M.AcceptedAt, n.M.AcceptedOrg = db.Micros(st.now), st.s.M.Holder
	}
	n.Deadlines = slices.DeleteFunc(n.Deadlines, func(d Deadline) bool { return d.State == stopped || d.Ref != "" })
	n.rekey(id, st.newID)
	st.made = n
	st.text = "分案：分出“" + n.M.Title + "”"
	st.madeText = "由" + old.Number + "分出"
	return nil
}

// rekey gives every part of a copied state the new matter's id and ids of its own.
func (s *State) rekey(id string, newID func() string) {
	for i := range s.Demands {
		s.Demands[i].Matter, s.Demands[i].ID, s.Demands[i].No = id, newID(), int64(i+1)
	}
	for i := range s.Parties {
		s.Parties[i].Matter, s.Parties[i].ID, s.Parties[i].No = id, newID(), int64(i+1)
	}
	for i := range s.Appointments {
		s.Appointments[i].Matter, s.Appointments[i].ID = id, newID()
	}
	for i := range s.Attempts {
		s.Attempts[i].Matter, s.Attempts[i].ID = id, newID()
	}
	for i := range s.Deadlines {
		s.Deadlines[i].Matter, s.Deadlines[i].ID = id, newID()
	}
}

// part ends a merger: the clocks begin anew where the matter stands.
func (st *step) part() error {
	m := &st.s.M
	m.MergedInto = ""
	if m.Kind == Petition {
		st.start("petitionForward", m.Holder)
	} else {
		st.start("matter", m.Holder)
	}
	switch m.Status {
	case Registered:
		if m.Kind == Dispute {
			st.start("acceptance", m.Holder)
		}
	case Referred:
		m.Status = Handling
		st.start("holder", m.Holder)
	default:
		st.start("holder", m.Holder)
	}
	st.text = "解除并案，单独办理"
	return nil
}

func given(s *string) bool { return s != nil && *s != "" }
