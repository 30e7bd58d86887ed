package org

import (
	"slices"
	"sort"
	"strings"

	"tiaojietai/internal/rulebook"
)

// Tree is one county's bodies at one moment, read-only. Its answers are copies
// or shared slices that must not be changed.
type Tree struct {
	county   string
	root     string
	joint    string              // the 联席会议办公室
	byCode   map[string]int      // → all
	all      []Org               // in code order
	children map[string][]Org    // in code order
	aliases  map[string][]string // code → other names, sorted
}

// NewTree builds a tree; jointKind is the kind of body that fills the joint
// office. The service does it from the database, tests from a literal.
func NewTree(county, jointKind string, orgs []Org, aliases map[string][]string) *Tree {
	t := &Tree{county: county, byCode: make(map[string]int, len(orgs)), all: append([]Org(nil), orgs...),
		children: map[string][]Org{}, aliases: aliases}
	sort.Slice(t.all, func(i, j int) bool { return t.all[i].Code < t.all[j].Code })
	for i, o := range t.all {
		t.byCode[o.Code] = i
		if o.Parent == "" {
			t.root = o.Code
		} else {
			t.children[o.Parent] = append(t.children[o.Parent], o)
		}
		if o.Kind == jointKind && (t.joint == "" || o.ClosedOn == "") {
			t.joint = o.Code
		}
	}
	return t
}

// County is the six-digit county code the tree belongs to.
func (t *Tree) County() string { return t.county }

// Root is the code of the county area, "" in an empty tree.
func (t *Tree) Root() string { return t.root }

// Joint is the code of the 联席会议办公室, "" where there is none yet.
func (t *Tree) Joint() string { return t.joint }

// Get finds a body, or the root area, by its code.
func (t *Tree) Get(code string) (Org, bool) {
	if i, ok := t.byCode[code]; ok {
		return t.all[i], true
	}
	return Org{}, false
}

// Name is the body's short name, or the code itself where there is no such body.
func (t *Tree) Name(code string) string {
	if o, ok := t.Get(code); ok {
		return o.ShortName
	}
	return code
}

// All are all of them in code order, the root and closed bodies included.
func (t *Tree) All() []Org { return t.all }

// Ancestors are the bodies above, the nearest first; the root area is none.
func (t *Tree) Ancestors(code string) []string {
	var up []string
	for o, ok := t.Get(code); ok && o.Parent != ""; {
		if o, ok = t.Get(o.Parent); ok && o.IsBody() {
			up = append(up, o.Code)
		}
	}
	return up
}

// Children are the bodies directly below, in code order, closed ones included.
func (t *Tree) Children(code string) []Org { return t.children[code] }

// IsUnder tells whether code is top or below it; everything is under the root.
// An unknown code is under nothing.
func (t *Tree) IsUnder(code, top string) bool {
	o, ok := t.Get(code)
	return ok && top != "" && strings.Contains(o.Path, "/"+top+"/")
}

// Under are top itself and all below it, in code order.
func (t *Tree) Under(top string) []Org {
	var out []Org
	for _, o := range t.all {
		if strings.Contains(o.Path, "/"+top+"/") {
			out = append(out, o)
		}
	}
	return out
}

// Above is the body that stands above: the nearest of another level over it, and
// for every body with none (township and county bodies) the joint office. The
// joint office is its own: there another person answers. "" for an unknown code.
func (t *Tree) Above(code string) string {
	o, ok := t.Get(code)
	if !ok {
		return ""
	}
	for _, up := range t.Ancestors(code) {
		if a, _ := t.Get(up); a.Level != o.Level {
			return up
		}
	}
	return t.joint
}

// Sealed is the body under whose seal and number series code acts: its seal
// body, or itself.
func (t *Tree) Sealed(code string) Org {
	o, _ := t.Get(code)
	if s, ok := t.Get(o.SealBody); ok {
		return s
	}
	return o
}

// SealsFor tells whether code, another body, acts under the seal of sealed.
func (t *Tree) SealsFor(sealed, code string) bool {
	o, ok := t.Get(code)
	return ok && o.SealBody == sealed && code != sealed
}

// OfKind are the bodies of a kind in code order, closed ones included.
func (t *Tree) OfKind(kind string) []Org {
	var out []Org
	for _, o := range t.all {
		if o.Kind == kind {
			out = append(out, o)
		}
	}
	return out
}

// OpenOn tells whether the body exists on a date; false for the root area and
// for an unknown code.
func (t *Tree) OpenOn(code, date string) bool {
	o, ok := t.Get(code)
	return ok && o.IsBody() && o.OpenOn(date)
}

// Up is the body itself or the nearest one above it that is of the level, ""
// where there is none (the root area is no body).
func (t *Tree) Up(code, level string) string {
	o, ok := t.Get(code)
	if ok && o.IsBody() && o.Level == level {
		return code
	}
	for _, up := range t.Ancestors(code) {
		if a, _ := t.Get(up); a.Level == level {
			return up
		}
	}
	return ""
}

// Find finds a body by its code, full name, short name or alias; false when
// there is none, or several of that name.
func (t *Tree) Find(word string) (Org, bool) {
	if o, ok := t.Get(word); ok {
		return o, true
	}
	var hit []Org
	for _, o := range t.all {
		if o.Name == word || o.ShortName == word || slices.Contains(t.aliases[o.Code], word) {
			hit = append(hit, o)
		}
	}
	if len(hit) == 1 {
		return hit[0], true
	}
	return Org{}, false
}

// AliasesOf are the other names of a body, sorted; never nil.
func (t *Tree) AliasesOf(code string) []string {
	if a := t.aliases[code]; a != nil {
		return a
	}
	return []string{}
}

// sealAbove is the nearest body from code upward that holds a seal.
func (t *Tree) sealAbove(r *rulebook.Rulebook, code string) string {
	for _, c := range append([]string{code}, t.Ancestors(code)...) {
		if o, ok := t.Get(c); ok && holdsSeal(r, o.Kind) {
			return c
		}
	}
	return ""
}

// add puts in a body more, for checking the next one of many against it.
func (t *Tree) add(o Org) {
	t.byCode[o.Code] = len(t.all)
	t.all = append(t.all, o)
	if o.Parent == "" {
		t.root = o.Code
	}
}
