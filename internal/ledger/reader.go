package ledger

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"tiaojietai/internal/errs"
	"tiaojietai/internal/org"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/sheet"
	"tiaojietai/internal/workday"
)

// reader reads the cells of a row by field and gathers what is wrong.
type reader struct {
	s      *Service
	b      batch
	table  sheet.Table
	cols   map[string]int
	rb     *rulebook.Rulebook
	bodies *bodies
}

// rowOf is one row being read.
type rowOf struct {
	*reader
	row     sheet.Row
	reasons []sheet.Reason
}

func (r *reader) on(row sheet.Row) *rowOf { return &rowOf{reader: r, row: row} }

// column of a field, -1 where none is mapped.
func (r *reader) column(field string) int {
	if i, ok := r.cols[field]; ok {
		return i
	}
	return -1
}

func (r *rowOf) cell(field string) sheet.Cell {
	if i := r.column(field); i >= 0 {
		return r.row.Cell(i)
	}
	return sheet.Cell{}
}

func (r *rowOf) text(field string) string { return strings.TrimSpace(r.cell(field).Text) }

func (r *rowOf) bad(field, text string) {
	r.reasons = append(r.reasons, sheet.Reason{Column: r.column(field), Text: text})
}

// need is text that must be there.
func (r *rowOf) need(field, what string) string {
	v := r.text(field)
	if v == "" {
		if r.cell(field).Formula {
			r.bad(field, what+"是公式，表里没有存下结果，请改成数值。")
		} else {
			r.bad(field, "没有写"+what+"。")
		}
	}
	return v
}

// day reads a date; zero for a blank cell.
func (r *rowOf) day(field string) time.Time {
	day, clock, err := sheet.ParseDateTime(r.cell(field), int(r.b.Year))
	if err != nil {
		r.bad(field, errs.As(err).Msg)
		return time.Time{}
	}
	if day == "" {
		return time.Time{}
	}
	at := workday.Midnight(day)
	if t, err := time.Parse(time.TimeOnly, clock); err == nil {
		at = at.Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second)
	}
	return at
}

// phoneParts parts several numbers in one cell.
var phoneParts = regexp.MustCompile(`[、,，;；/\s]+`)

var listParts = regexp.MustCompile(`[、，,;；/]+|\s{1,}`)

// several parts a cell into names.
func several(text string) []string {
	var out []string
	for _, p := range listParts.Split(text, -1) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// bodies finds bodies by what people call them.
type bodies struct {
	tree  *org.Tree
	top   string               // the importing body; "": the whole county
	exact map[string][]org.Org // by code, name, short name, alias
	loose map[string][]org.Org // by the name without 社区, 村, 调解工作室 …
}

func newBodies(tree *org.Tree, b batch) *bodies {
	x := &bodies{tree: tree, top: b.Org, exact: map[string][]org.Org{}, loose: map[string][]org.Org{}}
	for _, o := range tree.All() {
		if o.IsBody() {
			x.add(o, tree.AliasesOf(o.Code))
		}
	}
	return x
}

func (x *bodies) add(o org.Org, aliases []string) {
	put := func(m map[string][]org.Org, key string) {
		if list := m[key]; key != "" && (len(list) == 0 || list[len(list)-1].Code != o.Code) {
			m[key] = append(list, o)
		}
	}
	put(x.exact, o.Code)
	for _, n := range append([]string{o.Name, o.ShortName}, aliases...) {
		put(x.exact, plain(n))
		put(x.loose, bare(n))
	}
}

var endings = []string{"人民调解委员会", "矛盾纠纷及信访问题调解工作中心", "矛盾纠纷调解工作站", "调解工作中心", "人民调解工作室", "调解工作室", "调解室",
	"社区居民委员会", "居民委员会", "村民委员会", "社区居委会", "居委会", "村委会", "社区", "村"}

// bare is a name without what says which kind of body it is.
func bare(name string) string {
	name = plain(name)
	for again := true; again; {
		again = false
		for _, e := range endings {
			if rest, ok := strings.CutSuffix(name, e); ok && len([]rune(rest)) > 1 {
				name, again = rest, true
			}
		}
	}
	return name
}

// find finds one body of the importing body's scope, or says why not.
func (x *bodies) find(word string) (o org.Org, why string) {
	for _, list := range [][]org.Org{x.exact[plain(word)], x.loose[bare(word)]} {
		var in []org.Org
		for _, o := range list {
			if (x.top == "" || x.tree.IsUnder(o.Code, x.top)) && o.ClosedOn == "" {
				in = append(in, o)
			}
		}
		switch {
		case len(in) == 1:
			return in[0], ""
		case len(in) > 1:
			return o, "有几个叫“" + word + "”的，请写全称或代码。"
		case len(list) > 0:
			return o, "“" + word + "”不是本单位下面的机构，或者已经撤销。"
		}
	}
	return o, "没有找到“" + word + "”，请核对村（社区）名称，或请系统管理员给它加一个别名。"
}

// byField gives each wrong field of a refusal its column; names says which field
// is in a column of another name.
func (r *reader) byField(e *errs.Error, names map[string]string) []sheet.Reason {
	var out []sheet.Reason
	for _, f := range e.Fields {
		field := f.Field
		if other, ok := names[field]; ok {
			field = other
		}
		out = append(out, sheet.Reason{Column: r.column(field), Text: f.Message})
	}
	if len(out) == 0 {
		out = append(out, sheet.Reason{Column: -1, Text: e.Msg})
	}
	return out
}

func quote(label, text string) string {
	if text == "" {
		return ""
	}
	return label + "“" + text + "”；"
}

func atoi64(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}
