package org

import (
	"fmt"
	"regexp"
	"strings"

	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
)

// KindArea is the kind of the county's root, which is no body.
const KindArea = "area"

// Org is one body (or the root area) as stored.
type Org struct {
	County         string `db:"county"`
	Code           string `db:"code"`            // digits, never changes
	Name           string `db:"name"`            // full name
	ShortName      string `db:"short_name"`      // as lists show it
	NumberWord     string `db:"number_word"`     // word of its number series, for a sealed body: 马街
	Level          string `db:"level"`           // rulebook level
	Kind           string `db:"kind"`            // rulebook kind, or KindArea
	Parent         string `db:"parent"`          // code above, "" for the root
	Path           string `db:"path"`            // "/root/…/code/"
	SealBody       string `db:"seal_body"`       // under whose seal it acts, "" for its own or none
	Population     int64  `db:"population"`      // residents, 0 for unknown
	PopulationNote string `db:"population_note"` // source and year, or that it is invented
	StatCode       string `db:"stat_code"`       // 统计用区划代码
	CivilCode      string `db:"civil_code"`      // 民政行政区划代码
	OpenedOn       string `db:"opened_on"`       // first day, "" for always
	ClosedOn       string `db:"closed_on"`       // first day on which it is no more, "" for open
	Version        int64  `db:"version"`
}

// IsBody tells a body from the root area.
func (o Org) IsBody() bool { return o.Kind != KindArea }

// OpenOn tells whether it exists on a date (YYYY-MM-DD, Asia/Shanghai).
func (o Org) OpenOn(date string) bool {
	return o.OpenedOn <= date && (o.ClosedOn == "" || date < o.ClosedOn)
}

// New is a body to be added. Empty ShortName is the name; empty SealBody follows
// the rulebook (its own seal, or that of the nearest sealed body above).
type New struct {
	Code           string   `json:"code" doc:"代码，只用数字"`
	Name           string   `json:"name"`
	ShortName      string   `json:"shortName,omitempty"`
	NumberWord     string   `json:"numberWord,omitempty" doc:"编号用字，如“马街”"`
	Kind           string   `json:"kind"`
	Parent         string   `json:"parent"`
	SealBody       string   `json:"sealBody,omitempty"`
	Population     int64    `json:"population,omitempty"`
	PopulationNote string   `json:"populationNote,omitempty"`
	StatCode       string   `json:"statCode,omitempty"`
	CivilCode      string   `json:"civilCode,omitempty"`
	OpenedOn       string   `json:"openedOn,omitempty"`
	ClosedOn       string   `json:"closedOn,omitempty"`
	Aliases        []string `json:"aliases,omitempty"`
}

var (
	digits   = regexp.MustCompile(`^[0-9]{6,18}$`)
	dateForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

// place checks a new body against the tree and the rulebook and fills in what
// follows from them: level, path, seal. The error names the fields.
func place(t *Tree, r *rulebook.Rulebook, n New) (Org, error) {
	n.Name, n.ShortName = strings.TrimSpace(n.Name), strings.TrimSpace(n.ShortName)
	if n.ShortName == "" {
		n.ShortName = n.Name
	}
	if n.NumberWord == "" {
		n.NumberWord = n.ShortName
	}
	o := Org{County: t.county, Code: n.Code, Name: n.Name, ShortName: n.ShortName, NumberWord: n.NumberWord,
		Kind: n.Kind, Parent: n.Parent, SealBody: n.SealBody, Population: n.Population,
		PopulationNote: n.PopulationNote, StatCode: n.StatCode, CivilCode: n.CivilCode,
		OpenedOn: n.OpenedOn, ClosedOn: n.ClosedOn, Version: 1}
	var bad []errs.Field
	refuse := func(field, format string, args ...any) {
		bad = append(bad, errs.Field{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	kind, known := r.Kind(n.Kind)
	o.Level = kind.Level
	switch {
	case n.Kind == KindArea && n.Parent == "":
		o.Level = r.Levels[len(r.Levels)-1].Code
		if t.root != "" {
			refuse("kind", "已经有县这一级了，不能再加一个。")
		}
	case !known:
		refuse("kind", "规则册里没有这种机构类型。")
	}
	parent, ok := t.Get(n.Parent)
	switch {
	case n.Parent == "" && n.Kind == KindArea:
	case !ok:
		refuse("parent", "上级机构代码不存在，请先建上级。")
	case known && r.Rank(kind.Level) > r.Rank(parent.Level):
		refuse("parent", "上级机构的层级比它还低，请核对。")
	}
	if !digits.MatchString(n.Code) {
		refuse("code", "机构代码只能是 6 到 18 位数字。")
	} else if _, dup := t.Get(n.Code); dup {
		refuse("code", "这个机构代码已经用了。")
	}
	checkWords(o, refuse)
	o.Path = parent.Path + o.Code + "/"
	if parent.Path == "" {
		o.Path = "/" + o.Code + "/"
	}
	if o.SealBody == "" && kind.SealUnder == rulebook.SealOfParent {
		o.SealBody = t.sealAbove(r, n.Parent)
	}
	if o.SealBody != "" {
		if s, ok := t.Get(o.SealBody); !ok || !holdsSeal(r, s.Kind) {
			refuse("sealBody", "盖章单位必须是有印章的调解委员会。")
		}
	}
	if len(bad) > 0 {
		return Org{}, &errs.Error{Kind: errs.Invalid, Code: "invalid", Msg: bad[0].Message, Fields: bad}
	}
	return o, nil
}

// checkWords checks what a change may also touch.
func checkWords(o Org, refuse func(field, format string, args ...any)) {
	if o.Name == "" {
		refuse("name", "请填写机构名称。")
	} else if len([]rune(o.Name)) > 60 {
		refuse("name", "机构名称太长，请在 60 个字以内。")
	}
	if len([]rune(o.ShortName)) > 30 {
		refuse("shortName", "简称太长，请在 30 个字以内。")
	}
	for _, w := range []struct{ field, v string }{{"name", o.Name}, {"shortName", o.ShortName}, {"numberWord", o.NumberWord}, {"populationNote", o.PopulationNote}} {
		if strings.ContainsRune(w.v, 0) || len([]rune(w.v)) > 200 {
			refuse(w.field, "这一栏读不出来或太长，请重新填写。")
		}
	}
	if o.Population < 0 {
		refuse("population", "人口数不能是负数。")
	}
	for _, c := range []struct{ field, v string }{{"statCode", o.StatCode}, {"civilCode", o.CivilCode}} {
		if c.v != "" && !digits.MatchString(c.v) {
			refuse(c.field, "代码只能是 6 到 18 位数字。")
		}
	}
	for _, d := range []struct{ field, v string }{{"openedOn", o.OpenedOn}, {"closedOn", o.ClosedOn}} {
		if d.v != "" && !dateForm.MatchString(d.v) {
			refuse(d.field, "日期请写成 2026-11-02 这样。")
		}
	}
	if o.ClosedOn != "" && o.ClosedOn < o.OpenedOn {
		refuse("closedOn", "撤销日期早于成立日期。")
	}
}

func holdsSeal(r *rulebook.Rulebook, kind string) bool {
	k, ok := r.Kind(kind)
	return ok && k.SealHolder
}
