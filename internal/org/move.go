package org

import (
	"slices"
	"strings"

	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
)

// JobReach is the kind of job that puts right who sees what a moved body and those
// below it hold; its argument is the body's code. Whoever wires the program
// handles it, since matters stand above bodies.
const JobReach = "reachOfMoved"

// move puts a body, with all below it, under another parent and gives every one
// that changes by it, itself first. The code stays: it is a name, not a place.
func move(t *Tree, r *rulebook.Rulebook, o Org, parent, today string) ([]Org, error) {
	to, ok := t.Get(parent)
	kind, _ := r.Kind(o.Kind)
	refuse := func(msg string) ([]Org, error) { return nil, errs.InvalidField("parent", msg) }
	switch {
	case !o.IsBody():
		return refuse("县这一级没有上级。")
	case !ok:
		return refuse("上级机构代码不存在，请先建上级。")
	case t.IsUnder(parent, o.Code):
		return refuse("不能把机构移到它自己或它的下级下面。")
	case to.IsBody() && !to.OpenOn(today):
		return refuse("新的上级已经撤销或还没有成立。")
	case r.Rank(kind.Level) > r.Rank(to.Level):
		return refuse("上级机构的层级比它还低，请核对。")
	}
	old := o.Path
	var changed []Org
	all := slices.Clone(t.all)
	for i, x := range all {
		if x.Code == o.Code {
			x = o
			x.Parent = parent
		}
		if rest, under := strings.CutPrefix(x.Path, old); under {
			x.Path = to.Path + o.Code + "/" + rest
			all[i] = x
			changed = append(changed, x)
		}
	}
	after := NewTree(t.county, "", all, nil)
	for i := range changed {
		changed[i].SealBody = resealed(t, after, r, changed[i])
	}
	slices.SortStableFunc(changed, func(a, b Org) int { return len(a.Path) - len(b.Path) })
	return changed, nil
}
