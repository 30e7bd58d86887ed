package org

import (
	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
)

// prints tells whether a body numbers what it registers by its own word: every
// body but those that act under another's seal.
func (o Org) prints() bool { return o.IsBody() && o.SealBody == "" }

// word is what stands in front of a body's numbers.
func (o Org) word() string {
	if o.NumberWord != "" {
		return o.NumberWord
	}
	return o.ShortName
}

// sameWord is another body that prints, or printed this year, the numbers o would
// print: the year stands in them, so one closed in an earlier year is no hindrance.
func (t *Tree) sameWord(o Org, today string) (Org, bool) {
	for _, x := range t.all {
		if x.Code != o.Code && x.prints() && x.word() == o.word() && (x.ClosedOn == "" || x.ClosedOn > today[:4]) {
			return x, true
		}
	}
	return Org{}, false
}

// distinct refuses a word that another body prints; a new body that named none
// gets its parent's short name in front.
func distinct(t *Tree, o *Org, today string, named bool) error {
	if !o.prints() {
		return nil
	}
	other, same := t.sameWord(*o, today)
	if same && !named {
		parent, _ := t.Get(o.Parent)
		o.NumberWord = parent.ShortName + o.ShortName
		other, same = t.sameWord(*o, today)
	}
	if same {
		return errs.InvalidField("numberWord", "编号用字“"+o.word()+"”已经由"+other.Name+"在用，两家的编号会一模一样，请换一个。")
	}
	return nil
}

// resealed is the body under whose seal o acts once it stands at its parent in t:
// who followed the body above still does, a seal named by hand stays.
func resealed(was, t *Tree, r *rulebook.Rulebook, o Org) string {
	kind, _ := r.Kind(o.Kind)
	old, _ := was.Get(o.Code)
	if kind.SealUnder == rulebook.SealOfParent && o.SealBody == was.sealAbove(r, old.Parent) {
		return t.sealAbove(r, o.Parent)
	}
	return o.SealBody
}
