package ledger

import (
	"context"
	"strings"

	"tiaojietai/internal/errs"
	"tiaojietai/internal/org"
	"tiaojietai/internal/sheet"
	"tiaojietai/internal/workday"
)

// orgTaker enters bodies.
type orgTaker struct{ reader }

func (t *orgTaker) check(row sheet.Row) (any, []sheet.Reason) {
	r := t.on(row)
	n := org.New{Code: r.need("code", "机构代码"), Name: r.need("name", "机构名称"), ShortName: r.text("shortName"), NumberWord: r.text("numberWord"),
		Aliases: several(r.text("aliases"))}
	if word := r.need("orgKind", "机构类型"); word != "" {
		if n.Kind = t.kindOf(word); n.Kind == "" {
			r.bad("orgKind", "规则册里没有这种机构类型。")
		}
	}
	n.Parent = t.codeOf(r, "parent", r.need("parent", "上级机构"))
	n.SealBody = t.codeOf(r, "sealBody", r.text("sealBody"))
	if day := r.day("openedOn"); !day.IsZero() {
		n.OpenedOn = workday.Date(day)
	}
	if count, ok, err := sheet.ParseCount(r.text("population")); err != nil {
		r.bad("population", errs.As(err).Msg)
	} else if ok {
		n.Population, n.PopulationNote = int64(count), "随机构表导入（"+t.b.FileName+"）"
	}
	if n.Code != "" && len(t.bodies.exact[n.Code]) > 0 {
		r.bad("code", "这个机构代码已经用了。")
	}
	if len(r.reasons) > 0 {
		return nil, r.reasons
	}
	// A later row may name this one as its parent.
	t.bodies.add(org.Org{Code: n.Code, Name: n.Name, ShortName: n.ShortName, Kind: n.Kind}, n.Aliases)
	return n, nil
}

func (t *orgTaker) kindOf(word string) string {
	best := ""
	for _, k := range t.rb.Kinds {
		if k.Code == word || plain(k.Name) == plain(word) {
			return k.Code
		}
		if len([]rune(word)) > 2 && strings.HasSuffix(plain(word), plain(k.Name)) {
			best = k.Code
		}
	}
	return best
}

func (t *orgTaker) codeOf(r *rowOf, field, word string) string {
	if word == "" {
		return ""
	}
	if root := t.bodies.tree.Root(); word == root {
		return root
	} else if o, _ := t.bodies.tree.Get(root); plain(word) == plain(o.Name) {
		return root
	}
	o, why := t.bodies.find(word)
	if why != "" {
		r.bad(field, why)
	}
	return o.Code
}

func (t *orgTaker) enter(ctx context.Context, v any) (string, error) {
	n := v.(org.New)
	return n.Code, t.s.Orgs.Import(ctx, t.b.caller(), t.b.County, n)
}

// orgColumns are the fields of a refused body by their columns.
var orgColumns = map[string]string{"kind": "orgKind"}

func (t *orgTaker) reasonsOf(e *errs.Error) []sheet.Reason { return t.byField(e, orgColumns) }
