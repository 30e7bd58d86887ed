package matter

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// NewMatter is what a client sends to register a matter (api.md). Pointers are
// fields that may be absent; the same type carries an amendment.
type NewMatter struct {
	ID           *string        `json:"id,omitempty" doc:"UUIDv7，可由客户端给"`
	Draft        *bool          `json:"draft,omitempty" doc:"先存草稿：有标题或附件就行，三天内补全；什么也没有的，到时作废"`
	Kind         *string        `json:"kind,omitempty" enum:"dispute,petition"`
	Title        *string        `json:"title,omitempty"`
	Description  *string        `json:"description,omitempty"`
	Category     *string        `json:"category,omitempty"`
	Source       *string        `json:"source,omitempty"`
	FoundAt      *time.Time     `json:"foundAt,omitempty"`
	Place        *Place         `json:"place,omitempty"`
	Concerns     *[]string      `json:"concerns,omitempty"`
	Headcount    *int64         `json:"headcount,omitempty"`
	AmountFen    *int64         `json:"amountFen,omitempty"`
	Project      *string        `json:"project,omitempty"`
	OnBehalfOf   *string        `json:"onBehalfOf,omitempty" doc:"村（社区）替哪个组登记"`
	Demands      *[]NewDemand   `json:"demands,omitempty"`
	Parties      *[]NewParty    `json:"parties,omitempty"`
	Risk         *NewRisk       `json:"risk,omitempty"`
	ExternalIDs  *[]NewExternal `json:"externalIds,omitempty"`
	PetitionType *string        `json:"petitionType,omitempty"`
	Channel      *string        `json:"channel,omitempty"`
	Accused      *Accused       `json:"accused,omitempty"`
	To           *string        `json:"to,omitempty" doc:"法院委派、委托给哪个单位"`
	Mode         *string        `json:"mode,omitempty" doc:"preFiling 委派，postFiling 委托"`
	Evidence     *string        `json:"evidence,omitempty" doc:"只用于更正台账导入的事项：补录化解的凭据，或告知其他途径的记录"`
}

// Place is where it happened.
type Place struct {
	Text string `json:"text"`
}

// NewDemand is a demand as sent; ID names an existing one to change.
type NewDemand struct {
	ID   string `json:"id,omitempty"`
	Text string `json:"text"`
}

// NewParty is a party as sent; in an amendment ID names an existing one and
// absent fields stay.
type NewParty struct {
	ID       string  `json:"id,omitempty"`
	Role     *string `json:"role,omitempty"`
	Name     *string `json:"name,omitempty"`
	Phone    *string `json:"phone,omitempty"`
	IDNumber *string `json:"idNumber,omitempty"`
	Address  *string `json:"address,omitempty"`
	Consent  *bool   `json:"consent,omitempty" doc:"只用于当场调：双方自愿、已告知权利义务"`
}

// NewRisk is the risk of the dispute, never of a person: with reason, for at
// most the rulebook's days.
type NewRisk struct {
	Level string `json:"level"`
	Why   string `json:"why"`
	Until string `json:"until"`
}

// NewExternal is the number in a state system.
type NewExternal struct {
	System string `json:"system"`
	Number string `json:"number"`
}

// Accused of an accusation; refused here until its compartment exists.
type Accused struct {
	Orgs  []string `json:"orgs,omitempty"`
	Names []string `json:"names,omitempty"`
}

// strict decodes JSON and refuses unknown fields.
func strict(raw json.RawMessage, dst any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(dst)
}

// decodeNew reads a new matter; errors name the field, never the value.
func decodeNew(raw json.RawMessage) (NewMatter, error) {
	var n NewMatter
	if err := strict(raw, &n); err != nil {
		return decodeError(n, err)
	}
	if n.Parties != nil {
		for i, p := range *n.Parties {
			if p.Consent != nil { // not to be taken for recorded
				return n, errs.InvalidField("parties["+itoa(i)+"].consent", "是否同意调解，请在受理以后用“记录是否同意调解”。")
			}
		}
	}
	return n, nil
}

// decodeError turns a JSON error into a refusal that names the field only.
func decodeError(n NewMatter, err error) (NewMatter, error) {
	var wrongType *json.UnmarshalTypeError
	var wrongTime *time.ParseError
	switch {
	case errors.As(err, &wrongType):
		return n, errs.InvalidField(wrongType.Field, "这一项的写法不对。")
	case errors.As(err, &wrongTime):
		return n, errs.InvalidField("foundAt", "时间写法不对，应像 2026-11-02T09:00:00+08:00。")
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return n, errs.InvalidField(strings.Trim(name, `"`), "不认识的字段。")
	}
	return n, errs.New(errs.Malformed, "malformed", "提交的内容读不出来，请刷新页面后再试。")
}

// How much one matter takes: each part is shown on one screen and written in one
// transaction.
const (
	maxDemands = 50
	maxParties = 100
)

// filler copies what was sent into a state, checking each field.
type filler struct {
	*wrong
	rb   *rulebook.Rulebook
	orgs *org.Tree
	now  time.Time
	seal *sealer
	id   func() string
	log  func(field, label, old, new string) // amendments note each change
}

// noTitle is shown where a draft has none: it may be begun with a photo alone.
const noTitle = "（未写标题）"

func (m Matter) shownTitle() string {
	if m.Title == "" {
		return noTitle
	}
	return m.Title
}

// emptyDraft is a draft that says nothing: no word was written and no file came.
func (st *step) emptyDraft() bool {
	m := st.s.M
	return m.Status == Draft && m.Title+m.Description+m.Place+m.Project == "" && len(st.s.Parties)+len(st.s.Demands)+len(st.s.External)+len(st.files) == 0
}

// sealer encrypts sensitive fields with the county's data key.
type sealer struct{ key *gm.DataKey }

func (f *filler) note(field, label, old, new string) {
	if f.log != nil && old != new {
		f.log(field, label, old, new)
	}
}

func (f *filler) text(field, label string, limit int, sent *string, dst *string) {
	if sent == nil {
		return
	}
	s, msg := cleanText(*sent, label, limit)
	if msg != "" {
		f.add(field, "%s", msg)
		return
	}
	f.note(field, label, *dst, s)
	*dst = s
}

func (f *filler) code(field, label, set string, sent *string, dst *string) {
	if sent == nil {
		return
	}
	if !f.rb.Has(set, *sent) {
		f.add(field, "“%s”里没有这个选项，请重新选择。", label)
		return
	}
	f.note(field, label, f.rb.Name(set, *dst), f.rb.Name(set, *sent))
	*dst = *sent
}

func (f *filler) number(field, label string, sent *int64, dst *int64) {
	if sent == nil {
		return
	}
	if *sent < 0 || *sent > 1e15 {
		f.add(field, "“%s”应是不小于 0 的整数。", label)
		return
	}
	f.note(field, label, itoa(int(*dst)), itoa(int(*sent)))
	*dst = *sent
}

// fill copies the plain fields that register and amend share.
func (f *filler) fill(s *State, n NewMatter) {
	m := &s.M
	if n.Title != nil && *n.Title == noTitle { // a form sent back as it was shown
		n.Title = nil
	}
	f.text("title", "什么事", 60, n.Title, &m.Title)
	f.text("description", "经过", maxText, n.Description, &m.Description)
	if n.Place != nil {
		f.text("place", "在哪里", maxLine, &n.Place.Text, &m.Place)
	}
	if m.Kind == Petition {
		f.petitionCategory(n, m)
		f.code("channel", "渠道", "channel", n.Channel, &m.Channel)
	} else {
		f.code("category", "类别", "category", n.Category, &m.Category)
	}
	f.code("source", "来源", "source", n.Source, &m.Source)
	f.number("headcount", "涉及人数", n.Headcount, &m.Headcount)
	f.number("amountFen", "金额", n.AmountFen, &m.AmountFen)
	f.text("project", "重点项目", maxLine, n.Project, &m.Project)
	f.concerns(n, m)
	f.found(n, m)
	f.risk(n, m)
	f.external(s, n)
	f.demands(s, n)
	f.parties(s, n)
	f.evidence(s, n)
}

// petitionCategory is a path of the rulebook's classification, free text where it
// has none.
func (f *filler) petitionCategory(n NewMatter, m *Matter) {
	if len(f.rb.PetitionCategories) > 0 {
		f.code("category", "类别", "petitionCategory", n.Category, &m.Category)
		return
	}
	f.text("category", "类别", maxLine, n.Category, &m.Category)
}

func (f *filler) concerns(n NewMatter, m *Matter) {
	if n.Concerns == nil {
		return
	}
	list := slices.Compact(slices.Sorted(slices.Values(*n.Concerns)))
	for _, c := range list {
		if !f.rb.Has("concern", c) {
			f.add("concerns", "“需要留意”里没有这个选项，请重新选择。")
			return
		}
	}
	f.note("concerns", "需要留意", m.Concerns, strings.Join(list, ","))
	m.Concerns = strings.Join(list, ",")
}

func (f *filler) found(n NewMatter, m *Matter) {
	if n.FoundAt == nil {
		return
	}
	if n.FoundAt.After(f.now) {
		f.add("foundAt", "发现时间不能在将来。")
		return
	}
	f.note("foundAt", "发现时间", workday.Date(db.Instant(m.FoundAt)), workday.Date(*n.FoundAt))
	m.FoundAt = db.Micros(*n.FoundAt)
}

func (f *filler) risk(n NewMatter, m *Matter) {
	if n.Risk == nil {
		return
	}
	r := *n.Risk
	if !f.rb.Has("riskLevel", r.Level) {
		f.add("risk", "“激化可能”里没有这个选项，请重新选择。")
		return
	}
	if r.Level == "normal" {
		f.note("risk", "激化可能", f.rb.Name("riskLevel", m.Risk), f.rb.Name("riskLevel", r.Level))
		m.Risk, m.RiskWhy, m.RiskUntil = r.Level, "", ""
		return
	}
	why, msg := cleanText(r.Why, "理由", maxLine)
	until, ok := workday.ParseDate(r.Until)
	limit := workday.AddDays(workday.Date(f.now), f.rb.RiskMaxDays)
	if why == "" || msg != "" || !ok || until < workday.Date(f.now) || until > limit {
		f.add("risk", "激化可能要写明理由和到哪天为止，最多 %d 天，到时再看要不要延续。", f.rb.RiskMaxDays)
		return
	}
	f.note("risk", "激化可能", f.rb.Name("riskLevel", m.Risk), f.rb.Name("riskLevel", r.Level)+"："+why+"，到 "+until)
	m.Risk, m.RiskWhy, m.RiskUntil = r.Level, why, until
}

func (f *filler) external(s *State, n NewMatter) {
	if n.ExternalIDs == nil {
		return
	}
	for _, e := range *n.ExternalIDs {
		system, bad1 := cleanText(e.System, "系统", maxLine)
		number, bad2 := cleanText(e.Number, "编号", maxLine)
		if system == "" || number == "" || bad1+bad2 != "" {
			f.add("externalIds", "外部编号要写明系统和编号。")
			return
		}
		row := ExternalID{County: s.M.County, Subject: "matter", SubjectID: s.M.ID, System: system, Number: number}
		old := ""
		s.External = slices.DeleteFunc(s.External, func(x ExternalID) bool {
			if x.System == system {
				old = x.Number
			}
			return x.System == system
		})
		s.External = append(s.External, row)
		f.note("externalIds", system+"编号", old, number)
	}
}

func (f *filler) demands(s *State, n NewMatter) {
	if n.Demands == nil {
		return
	}
	for _, d := range *n.Demands {
		text, msg := cleanText(d.Text, "诉求", 500)
		if msg != "" || text == "" {
			f.add("demands", "每项诉求都要写明内容，最多 500 个字。")
			return
		}
		had := s.demand(d.ID)
		id := f.id()
		if had == nil && d.ID != "" {
			if id = d.ID; f.log != nil || !isUUID(id) {
				f.add("demands", "这件事里没有这项诉求，请刷新页面。")
				return
			}
		}
		if had != nil {
			f.note("demands", "诉求", had.Text, text)
			had.Text = text
			continue
		}
		if len(s.Demands) == maxDemands {
			f.add("demands", "一件事最多 %d 项诉求，请合并着写。", maxDemands)
			return
		}
		f.note("demands", "诉求", "", text)
		s.Demands = append(s.Demands, Demand{County: s.M.County, Matter: s.M.ID, ID: id, No: int64(len(s.Demands) + 1), Text: text})
	}
}

func (f *filler) parties(s *State, n NewMatter) {
	if n.Parties == nil {
		return
	}
	for i, p := range *n.Parties {
		field := "parties[" + itoa(i) + "]"
		had := s.party(p.ID)
		id := f.id()
		if had == nil && p.ID != "" {
			if id = p.ID; f.log != nil || !isUUID(id) {
				f.add(field+".id", "这件事里没有这位当事人，请刷新页面。")
				return
			}
		}
		if had == nil && len(s.Parties) == maxParties {
			f.add("parties", "一件事最多登记 %d 名当事人，人多的请写代表，人数写在“涉及人数”。", maxParties)
			return
		}
		if had == nil {
			s.Parties = append(s.Parties, Party{County: s.M.County, Matter: s.M.ID, ID: id, No: int64(len(s.Parties) + 1), Role: f.defaultRole(s, i)})
			had = &s.Parties[len(s.Parties)-1]
		}
		f.code(field+".role", "身份", "partyRole", p.Role, &had.Role)
		f.text(field+".name", "姓名", 60, p.Name, &had.Name)
		if had.Name == "" {
			f.add(field+".name", "请填写当事人姓名。")
		}
		f.private(field, p, had)
	}
}

func (f *filler) defaultRole(s *State, i int) string {
	switch {
	case s.M.Kind == Petition:
		return "petitioner"
	case i == 0:
		return "applicant"
	}
	return "respondent"
}

// private seals telephone, identity number and address, each with a masked copy
// and, where it is searched for, a blind index.
func (f *filler) private(field string, p NewParty, had *Party) {
	if v, ok := f.plain(field+".phone", "电话", 30, p.Phone); ok {
		if v != "" && !phoneLike(v) {
			f.add(field+".phone", "电话应是 11 位手机号，或带区号的 7 至 8 位座机号。")
			return
		}
		f.masked(field+".phone", had.Name+"的电话", had.Phone, v, had.PhoneMasked, gm.MaskPhone(v))
		had.Phone, had.PhoneMasked, had.PhoneBlind = f.seal.key.Seal(v), gm.MaskPhone(v), f.seal.key.Blind(gm.ForPhone, v)
	}
	if v, ok := f.plain(field+".idNumber", "身份证号", 30, p.IDNumber); ok {
		f.masked(field+".idNumber", had.Name+"的身份证号", had.IDNumber, v, had.IDMasked, gm.MaskID(v))
		had.IDNumber, had.IDMasked, had.IDBlind = f.seal.key.Seal(v), gm.MaskID(v), f.seal.key.Blind(gm.ForID, v)
	}
	if v, ok := f.plain(field+".address", "住址", maxLine, p.Address); ok {
		f.masked(field+".address", had.Name+"的住址", had.Address, v, had.AddressMasked, gm.MaskAddress(v))
		had.Address, had.AddressMasked = f.seal.key.Seal(v), gm.MaskAddress(v)
	}
}

// masked notes the change of a sealed value: old and new are shown masked, where
// they may look alike and still differ.
func (f *filler) masked(field, label, sealed, plain, old, new string) {
	if was, err := f.seal.key.Open(sealed); f.log != nil && (err != nil || was != plain) {
		f.log(field, label, old, new)
	}
}

func (f *filler) plain(field, label string, limit int, sent *string) (string, bool) {
	if sent == nil {
		return "", false
	}
	v, msg := cleanText(*sent, label, limit)
	if msg != "" {
		f.add(field, "%s", msg)
		return "", false
	}
	return v, true
}

// phoneLike: 11 digits, or an area code (0 and two or three digits) with 7 to 8
// digits; nothing stricter.
func phoneLike(v string) bool {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune("-－—– （）()", r) {
			return -1
		}
		return r
	}, v)
	if strings.Trim(digits, "0123456789") != "" {
		return false
	}
	return len(digits) == 11 || (len(digits) == 10 || len(digits) == 12) && digits[0] == '0'
}

// complete checks what every registered matter must have.
func (f *filler) complete(s *State) {
	m := &s.M
	for _, c := range []struct{ field, label, value string }{
		{"title", "什么事", m.Title}, {"category", "类别", m.Category}, {"place.text", "在哪里", m.Place}} {
		if c.value == "" && !f.has(strings.TrimSuffix(c.field, ".text")) {
			f.add(c.field, "请填写“%s”。", c.label)
		}
	}
	if len(s.Parties) == 0 && !f.has("parties") {
		f.add("parties", "请至少填写一名当事人的姓名。")
	}
	if len(s.Demands) == 0 && m.Title != "" {
		s.Demands = append(s.Demands, Demand{County: m.County, Matter: m.ID, ID: f.id(), No: 1, Text: m.Title})
	}
}
