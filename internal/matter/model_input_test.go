package matter

import (
	"context"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// What the people of the model-based test write.

var (
	quarrels = []string{"水沟改道", "宅基地滴水", "田埂被挖", "羊吃了庄稼", "工钱没结清", "<script>alert(1)</script>", "𠮷家的老井", strings.Repeat("长", 60)}
	families = []string{"李国华", "普文才", "𠮷田有", "杨大妈", "张三", "鲁老四"}
)

func (mo *model) text(word string) string {
	mo.distinct++
	return word + itoa(mo.distinct)
}

func (mo *model) code(set string) string { return pick(mo.r, mo.rb.Set(set)).Code }

// newMatter makes a valid new matter for a caller; spot: it is settled on the spot.
func (mo *model) newMatter(c account.Caller) (n m, spot bool) {
	parties := []m{}
	for i := range 2 + mo.r.IntN(2)/2*mo.r.IntN(2) {
		p := m{"name": families[(mo.r.IntN(3)*2+i)%len(families)]}
		if mo.chance(40) {
			p["phone"] = "1000878" + itoa(1000+mo.r.IntN(9000))
			p["address"] = "马街三组"
		}
		parties = append(parties, p)
	}
	n = m{"title": pick(mo.r, quarrels), "category": mo.code("category"), "place": m{"text": "村东头"}, "parties": parties}
	if mo.chance(60) {
		demands := []m{}
		for range 1 + mo.r.IntN(3) {
			demands = append(demands, m{"text": mo.text("诉求")})
		}
		n["demands"] = demands
	}
	if mo.chance(30) {
		n["amountFen"], n["headcount"] = mo.r.Int64N(2000000), mo.r.Int64N(9)
	}
	if mo.chance(15) {
		n["concerns"] = []string{mo.code("concern")}
	}
	if mo.chance(10) {
		n["externalIds"] = []m{{"system": "司法行政", "number": mo.text("YN")}}
	}
	kind, _ := mo.rb.Kind(c.OrgKind)
	switch {
	case mo.chance(20):
		for i := range parties {
			parties[i]["consent"] = true
		}
		n["badge"], n["result"] = mo.chance(80), m{"outcome": pick(mo.r, []string{"agreed", "agreed", "failed", "adjourned"}), "note": mo.text("当场说定")}
		if !c.Is("mediator") {
			n["mediator"] = c.Org + "ann"
		}
		return n, true
	case kind.Office == rulebook.OfficeCourt && mo.chance(70):
		n["to"], n["mode"], n["source"] = mo.anyBody(func(o org.Org, k rulebook.BodyKind) bool { return k.HoldsMatters }), mo.code("courtMode"), "court"
	case mo.chance(15):
		n["kind"], n["petitionType"], n["channel"], n["category"] = Petition, mo.code("petitionType"), mo.code("channel"), mo.petitionCategory()
	case mo.chance(30):
		if below := mo.tree.Children(c.Org); len(below) > 0 && mo.tree.SealsFor(c.Org, below[0].Code) {
			n["onBehalfOf"] = pick(mo.r, below).Code
		}
	}
	if mo.chance(8) && n["to"] == nil {
		n["draft"] = true
		delete(n, "category")
	}
	return n, false
}

// petitionCategory is one of the rulebook's classification, or free text.
func (mo *model) petitionCategory() string {
	if len(mo.rb.PetitionCategories) > 0 {
		return pick(mo.r, mo.rb.PetitionCategories)
	}
	return "农业农村"
}

func (mo *model) anyBody(ok func(org.Org, rulebook.BodyKind) bool) string {
	var fit []string
	for _, code := range mo.bodies {
		o, _ := mo.tree.Get(code)
		if k, _ := mo.rb.Kind(o.Kind); ok(o, k) {
			fit = append(fit, code)
		}
	}
	if len(fit) == 0 {
		return ""
	}
	return pick(mo.r, fit)
}

// weights make sequences get somewhere: what leads on comes more often than what
// ends a matter or only adds to it.
var weights = map[string]int{"sign": 30, "accept": 30, "appoint": 20, "consent": 40, "attempt": 40, "resolve": 20, "followUp": 60, "clear": 40,
	"escalate": 20, "transfer": 8, "confirmLists": 12, "confirmDecline": 20, "sendBack": 20, "reopen": 6, "referralOutcome": 30, "helpDone": 20,
	"complete": 40, "undo": 10, "end": 6, "resume": 10, "return": 8, "forward": 20, "split": 5, "merge": 5, "refer": 6, "classify": 6, "superviseReply": 5}

func (mo *model) pickAction(s *State, offered []ActionView) ActionView {
	var list []ActionView
	for _, a := range offered {
		w := weights[a.Action]
		switch {
		case a.Action == "consent" && s.allConsent(), a.Action == "appoint" && s.anyAppointed():
			w = 2
		case w == 0:
			w = 2
		}
		for range w {
			list = append(list, a)
		}
	}
	return pick(mo.r, list)
}

// input fills the fields of an action. sure: nothing in it can be refused.
func (mo *model) input(s *State, v View, c account.Caller, action string, fields []Field) (in m, sure bool) {
	in, sure = m{}, true
	for _, f := range fields {
		if f.When != nil {
			by, _ := in[f.When.Field].(string)
			if !slices.Contains(f.When.In, by) {
				continue
			}
		}
		if !f.Required && mo.chance(50) && f.Name != "to" && f.Name != "demands" {
			continue
		}
		val, ok := mo.value(s, v, c, action, f)
		sure = sure && ok
		if val != nil {
			in[f.Name] = val
		}
	}
	switch {
	case action == "consent" && mo.chance(85):
		in["given"] = true
	case action == "resolve" && !s.agreed():
		sure = sure && in["by"] != "agreement" && in["by"] != "oral"
	case action == "referralOutcome" && (s.openReferral() == nil || s.openReferral().Target != c.Org):
		in["attachment"] = mo.attachment(s)
	case action == "escalate":
		mo.rungUp(s, in)
	case action == "split" && s.M.MergedInto == "":
		sure = sure && len(in["demands"].([]string)) > 0
	}
	return in, sure
}

// rungUp names where to escalate: mostly the next level, sometimes past it.
func (mo *model) rungUp(s *State, in m) {
	delete(in, "to")
	delete(in, "skipReason")
	from, _ := mo.tree.Get(s.M.Holder)
	next, _ := mo.rb.NextLevelUp(from.Level)
	top := mo.rb.Levels[len(mo.rb.Levels)-1].Code
	skip := mo.chance(20)
	if next == top || skip {
		in["to"] = mo.anyBody(func(o org.Org, k rulebook.BodyKind) bool { return k.HoldsMatters && o.Level == top })
	}
	if next != top && skip {
		in["skipReason"] = mo.code("reason.skip")
	}
}

// value makes one field's value; sure=false where it may be refused.
func (mo *model) value(s *State, v View, c account.Caller, action string, f Field) (val any, sure bool) {
	switch f.Type {
	case "choice":
		one := pick(mo.r, f.Options).Code
		if f.Multiple {
			return []string{one}, true
		}
		return one, true
	case "text", "longText":
		return mo.text("说明"), true
	case "bool":
		return mo.chance(80), true
	case "tick":
		return true, true
	case "integer":
		return 1 + mo.r.IntN(10), true
	case "date":
		return workday.AddDays(workday.Date(mo.late(s)), 1+mo.r.IntN(20)), true
	case "instant":
		if action == "followUp" { // not before what it follows
			return mo.late(s).In(workday.Zone).Format(time.RFC3339), true
		}
		return mo.now.Now().Add(-time.Duration(mo.r.IntN(48)) * time.Hour).In(workday.Zone).Format(time.RFC3339), true
	case "paper":
		return m{"body": "元谋县人民法院", "number": mo.text("云民初"), "date": "2026-01-04"}, true
	case "matterFields":
		return mo.fields(s, action), true
	case "attachment":
		return mo.attachment(s), true
	case "matter":
		return mo.other(s)
	case "org", "orgs":
		return mo.org(s, action, f)
	case "party":
		return mo.party(s, action), true
	case "demand":
		if len(s.Demands) == 0 { // a draft's
			return nil, false
		}
		return pick(mo.r, s.Demands).ID, true
	case "persons":
		return mo.persons(f, c)
	}
	return mo.many(s, action, f), true
}

// party is for consent mostly one who has not been asked yet.
func (mo *model) party(s *State, action string) string {
	for _, p := range s.Parties {
		if action == "consent" && p.Consent == "" && mo.chance(90) {
			return p.ID
		}
	}
	return pick(mo.r, s.Parties).ID
}

// late is the time the step will have, where the clock was set back.
func (mo *model) late(s *State) time.Time {
	if last := db.Instant(s.M.UpdatedAt); mo.now.Now().Before(last) {
		return last
	}
	return mo.now.Now()
}

func (mo *model) persons(f Field, c account.Caller) (any, bool) {
	if len(f.Options) == 0 {
		return []string{c.Person}, false
	}
	list := []string{pick(mo.r, f.Options).Code}
	if c.Is("head") && mo.chance(30) {
		list = append(list, pick(mo.r, f.Options).Code)
	}
	return list, true
}

func (mo *model) org(s *State, action string, f Field) (any, bool) {
	holder, _ := mo.tree.Get(s.M.Holder)
	code := mo.anyBody(func(o org.Org, k rulebook.BodyKind) bool {
		switch {
		case o.Code == holder.Code:
			return false
		case action == "transfer":
			return k.HoldsMatters && mo.rb.Rank(o.Level) <= mo.rb.Rank(holder.Level)
		case action == "forward":
			return k.HoldsPetitions
		}
		return k.Office != rulebook.OfficeCourt // a court is no helper
	})
	if f.Type == "orgs" {
		return []string{code}, code != ""
	}
	return code, code != ""
}

// many picks some parties or demands.
func (mo *model) many(s *State, action string, f Field) []string {
	out := []string{}
	for i, p := range s.Parties {
		if f.Type == "parties" && (action == "refer" || i == 0 || mo.chance(50)) {
			out = append(out, p.ID)
		}
	}
	for i, d := range s.Demands {
		if f.Type == "demands" && i < len(s.Demands)-1 && (action != "confirmLists" || mo.chance(30)) {
			out = append(out, d.ID)
		}
	}
	return out
}

// other is another matter to merge into.
func (mo *model) other(s *State) (any, bool) {
	for _, id := range mo.ids {
		o := mo.snaps[id].st
		if id != s.M.ID && o.open() && o.M.Holder == s.M.Holder && o.M.Kind == s.M.Kind && o.M.PendingTo == "" {
			return id, true
		}
	}
	return pick(mo.r, mo.ids), false
}

func (mo *model) fields(s *State, action string) m {
	n := m{"description": mo.text("经过")}
	if action == "complete" {
		n["category"], n["place"] = mo.code("category"), m{"text": "村西头"}
		if s.M.Kind == Petition {
			n["category"] = mo.petitionCategory()
		}
		return n
	}
	switch mo.r.IntN(5) {
	case 0:
		n["parties"] = []m{{"role": "respondent", "name": mo.text("新来的")}}
	case 1:
		n["parties"] = []m{{"id": s.Parties[0].ID, "phone": "1000878" + itoa(1000+mo.r.IntN(9000))}}
	case 2:
		n["demands"] = []m{{"text": mo.text("又一项")}}
	case 3:
		n["amountFen"] = mo.r.Int64N(2000000)
	}
	return n
}

// attachment adds a file to a matter and gives its id.
func (mo *model) attachment(s *State) string {
	mo.counts["attachment"]++
	return addFile(mo.fixture, mo.ctx, s.M.ID)
}

// addFile enters an attachment's row; the file itself is attachment's own affair.
func addFile(f *fixture, ctx context.Context, matter string) (id string) {
	type row struct {
		County string `db:"county"`
		ID     string `db:"id"`
		Matter string `db:"matter"`
		Hash   string `db:"hash"`
		Name   string `db:"name"`
		Type   string `db:"type"`
		Size   int64  `db:"size"`
		At     int64  `db:"at"`
		Person string `db:"person"`
		Org    string `db:"org"`
	}
	check(f.t, f.s.DB.Write(ctx, county, func(ctx context.Context, tx *db.Tx) error {
		id = tx.NewID()
		return db.Insert(ctx, tx, "attachment", row{county, id, matter, strings.Repeat("0", 64), "签字.jpg", "image/jpeg", 1, db.Micros(tx.Now), vill1 + "ann", vill1})
	}))
	return id
}
