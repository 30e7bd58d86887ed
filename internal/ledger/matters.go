package ledger

import (
	"context"
	"regexp"
	"strings"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/matter"
	"tiaojietai/internal/sheet"
)

// matterTaker enters rows of a ledger as matters.
type matterTaker struct {
	reader
	im *matter.Importer
}

// importedRow is a row read, with which party came from which column.
type importedRow struct {
	in      matter.Imported
	parties []string // applicant or respondent, as in.Parties
}

func (t *matterTaker) check(row sheet.Row) (any, []sheet.Reason) {
	r := t.on(row)
	v := &importedRow{in: matter.Imported{Batch: t.b.Batch, Holder: t.b.Org, Status: matter.Registered}}
	kind := t.b.MatterKind
	v.in.Kind = &kind
	t.where(r, v)
	t.when(r, v)
	t.what(r, v)
	t.who(r, v)
	if kind == matter.Dispute {
		t.stands(r, v)
	} else {
		t.petition(r, v)
	}
	v.in.Note = t.note(r)
	if len(r.reasons) > 0 {
		return nil, r.reasons
	}
	if err := t.im.Check(v.in); err != nil {
		e := errs.As(err)
		if e.Kind == errs.Internal || e.Kind == errs.Unavailable {
			return nil, []sheet.Reason{{Column: -1, Text: e.Msg}}
		}
		return nil, t.reasons(e, v)
	}
	return v, nil
}

// where finds the body that has it, and the place.
func (t *matterTaker) where(r *rowOf, v *importedRow) {
	word, place := r.text("village"), r.text("place")
	if word != "" {
		o, why := t.bodies.find(word)
		if why != "" {
			r.bad("village", why)
			return
		}
		v.in.Holder = o.Code
	}
	switch {
	case place != "" && word != "" && !strings.Contains(place, word):
		place = word + place
	case place == "" && word != "":
		place = word
	case place == "":
		place = "（原台账没有写）"
	}
	v.in.Place = &matter.Place{Text: place}
}

func (t *matterTaker) when(r *rowOf, v *importedRow) {
	before := len(r.reasons)
	at := r.day("foundAt")
	if at.IsZero() && len(r.reasons) == before {
		r.bad("foundAt", "没有写日期。")
	}
	v.in.FoundAt = &at
}

// titleLength is where a title taken from the text is cut, in characters.
const titleLength = 30

func (t *matterTaker) what(r *rowOf, v *importedRow) {
	title, text := r.text("title"), r.text("summary")
	if title == "" && text == "" {
		r.bad(orField(r, "summary", "title"), "没有写简要情况。")
	}
	if text == "" {
		text = title
	}
	if title == "" {
		title = cut(text, titleLength)
	} else if c := cut(title, 60); c != title {
		title, text = c, title+"\n"+text
	}
	v.in.Title, v.in.Description = &title, &text
	t.category(r, v)
	if n, ok, err := sheet.ParseCount(r.text("headcount")); err != nil {
		r.bad("headcount", errs.As(err).Msg)
	} else if ok {
		n := int64(n)
		v.in.Headcount = &n
	}
	unit := sheet.Yuan
	if i := r.column("amount"); i >= 0 && i < len(t.table.Columns) {
		unit = sheet.UnitIn(t.table.Columns[i].Name)
	}
	if fen, ok, err := sheet.ParseAmountFen(r.text("amount"), unit); err != nil {
		r.bad("amount", errs.As(err).Msg)
	} else if ok {
		v.in.AmountFen = &fen
	}
	if number := r.text("externalNumber"); number != "" {
		v.in.ExternalIDs = &[]matter.NewExternal{{System: "原台账", Number: number}}
	}
}

// orField is the first of the fields that has a column.
func orField(r *rowOf, fields ...string) string {
	for _, f := range fields {
		if r.column(f) >= 0 {
			return f
		}
	}
	return fields[0]
}

var stops = regexp.MustCompile(`[，。；！？,;!?\n]`)

// cut shortens a text at the last stop before n characters, or with an ellipsis.
func cut(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	r := []rune(text)
	if len(r) <= n {
		return strings.TrimRight(text, "。；，")
	}
	head := string(r[:n])
	if all := stops.FindAllStringIndex(head, -1); len(all) > 0 && all[len(all)-1][0] >= len(head)/3 {
		return head[:all[len(all)-1][0]]
	}
	return string(r[:n-1]) + "…"
}

func (t *matterTaker) category(r *rowOf, v *importedRow) {
	word := r.need("category", "类别")
	if word == "" {
		return
	}
	code := ""
	if t.b.MatterKind == matter.Petition {
		if code = t.petitionCategory(word); code == "" {
			r.bad("category", "信访内容分类里没有这一类，请写一级、二级或三级分类的名称。")
		}
	} else {
		keep := false
		if code, keep = categoryOf(t.rb, word); keep {
			v.in.Word = cut(word, 40)
		}
	}
	v.in.Category = &code
}

// petitionCategory finds a path or a branch of the classification, or the one leaf
// of that name. Where a county has no classification any word will do.
func (t *matterTaker) petitionCategory(word string) string {
	paths := t.rb.PetitionCategories
	if len(paths) == 0 {
		return word
	}
	word = strings.NewReplacer("›", "/", " ", "", "—", "/", "->", "/").Replace(word)
	found := ""
	for _, p := range paths {
		if p == word || strings.HasPrefix(p, word+"/") {
			return word
		}
		if strings.HasSuffix(p, "/"+word) {
			if found != "" {
				return ""
			}
			found = p
		}
	}
	return found
}

var andOthers = regexp.MustCompile(`^(.+?)等\s*([0-9]+|[一二三四五六七八九十]+)?\s*(人|户|名|家)?$`)

func (t *matterTaker) who(r *rowOf, v *importedRow) {
	parties := []matter.NewParty{}
	r.need("applicant", "申请人")
	for _, side := range []string{"applicant", "respondent"} {
		names := several(andOthers.ReplaceAllString(r.text(side), "$1"))
		phones := phoneParts.Split(r.text(side+"Phone"), -1)
		for i, name := range names {
			p := matter.NewParty{Name: &name}
			if t.b.MatterKind == matter.Dispute {
				role := side
				p.Role = &role
			}
			if i < len(phones) && phones[i] != "" {
				p.Phone = &phones[i]
			}
			if i == 0 {
				p.IDNumber, p.Address = r.orNil(side+"Id"), r.orNil(side+"Address")
			}
			parties = append(parties, p)
			v.parties = append(v.parties, side)
		}
	}
	v.in.Parties = &parties
}

func (r *rowOf) orNil(field string) *string {
	if v := r.text(field); v != "" {
		return &v
	}
	return nil
}

// stands reads where a dispute stands, and who has it then.
func (t *matterTaker) stands(r *rowOf, v *importedRow) {
	if word := r.text("status"); word != "" {
		rule, ok := statusOf(word)
		if !ok {
			r.bad("status", "认不出这种化解情况，请写成已化解、正在调解、上报镇级、移交法院这样。")
			return
		}
		v.in.Status, v.in.How, v.in.Remedy = rule.Status, rule.How, rule.Remedy
		if rule.Up {
			t.up(r, v)
		}
	}
	if how := r.text("how"); how != "" && v.in.Status == matter.Resolved {
		switch {
		case strings.Contains(how, "口头"):
			v.in.How = "oral"
		case strings.Contains(how, "书面"), strings.Contains(how, "协议"):
			v.in.How = "agreement"
		default:
			r.bad("how", "认不出这种协议形式，请写口头或书面。")
		}
	}
	v.in.AcceptedAt, v.in.ClosedAt = r.day("acceptedAt"), r.day("closedAt")
	if code := codeOf(t.rb, "source", words.Sources, r.text("source")); code != "" && r.text("source") != "" {
		v.in.Source = &code
	}
}

// up gives a matter to the township the ledger says it was sent up to. The
// importing township has it itself already where no village is named.
func (t *matterTaker) up(r *rowOf, v *importedRow) {
	if v.in.Holder == t.b.Org && v.in.Holder == t.bodies.tree.Up(v.in.Holder, "township") {
		return
	}
	above := t.bodies.tree.Above(v.in.Holder)
	if !t.bodies.tree.IsUnder(above, t.b.Org) {
		r.bad("status", "已经上报的由上一级导入，请从本单位的台账里去掉这一行。")
		return
	}
	v.in.Holder = above
}

func (t *matterTaker) petition(r *rowOf, v *importedRow) {
	if word := r.text("petitionType"); word != "" {
		code := codeOf(t.rb, "petitionType", words.PetitionTypes, word)
		switch code {
		case "":
			r.bad("petitionType", "认不出这种信访目的，请写申诉求决或建议意见。")
		case "accusation":
			r.bad("petitionType", "检举控告要单独保密办理，不在这里导入。")
		}
		v.in.PetitionType = &code
	}
	if word := r.text("channel"); word != "" {
		if code := codeOf(t.rb, "channel", words.Channels, word); code != "" {
			v.in.Channel = &code
		} else {
			r.bad("channel", "认不出这种信访形式，请写走访、书信、网络或电话。")
		}
	}
}

// note keeps what the ledger says in its own words.
func (t *matterTaker) note(r *rowOf) string {
	text := quote("序号", r.text("serial")) + quote("化解情况", r.text("status")) + quote("类别", r.text("category")) + quote("涉及金额", r.text("amount")) + quote("涉及人数", r.text("headcount")) +
		quote("调解员", r.text("mediator")) + quote("备注", r.text("remark"))
	for _, side := range []struct{ field, label string }{{"applicant", "申请人"}, {"respondent", "被申请人"}} {
		if andOthers.MatchString(r.text(side.field)) {
			text += quote(side.label, r.text(side.field))
		}
	}
	return cut("原台账："+strings.TrimSuffix(text, "；"), 500)
}

// enter writes the row in a savepoint of its chunk.
func (t *matterTaker) enter(ctx context.Context, v any) (id string, err error) {
	err = t.s.DB.Write(ctx, t.b.County, func(ctx context.Context, tx *db.Tx) (err error) {
		id, err = t.im.Tx(ctx, tx, v.(*importedRow).in)
		return err
	})
	return id, err
}

// matterColumns are the fields of a refused matter by their columns.
var matterColumns = map[string]string{"place": "place", "place.text": "place", "description": "summary", "demands": "title", "amountFen": "amount",
	"externalIds": "externalNumber", "holder": "village", "kind": "petitionType", "parties": "applicant"}

func (t *matterTaker) reasonsOf(e *errs.Error) []sheet.Reason { return t.byField(e, matterColumns) }

var partyField = regexp.MustCompile(`^parties\[([0-9]+)\]\.(\w+)$`)

var partyColumns = map[string]string{"name": "", "phone": "Phone", "idNumber": "Id", "address": "Address"}

// reasons also tells which party is meant.
func (t *matterTaker) reasons(e *errs.Error, v *importedRow) []sheet.Reason {
	for i, f := range e.Fields {
		if m := partyField.FindStringSubmatch(f.Field); m != nil && int(atoi64(m[1])) < len(v.parties) {
			e.Fields[i].Field = v.parties[atoi64(m[1])] + partyColumns[m[2]]
		}
	}
	return t.reasonsOf(e)
}
