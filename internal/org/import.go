package org

import (
	"context"
	"strings"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/rulebook"
	"tiaojietai/internal/workday"
)

// Bodies that come in by a batch, and their undoing.

// Import adds one body of a batch by the rules of Add. A code whose batch was
// undone is taken up again: a code is never given to two bodies.
func (s *Service) Import(ctx context.Context, by account.Caller, county string, n New) error {
	row := audit.Row{Verb: "importOrg", SubjectID: n.Code}
	return s.write(ctx, by, county, row, func(ctx context.Context, tx *db.Tx, t *Tree, r *rulebook.Rulebook) ([]string, error) {
		o, err := place(t, r, n)
		if err == nil {
			err = distinct(t, &o, workday.Date(tx.Now), n.NumberWord != "")
		}
		if err != nil {
			return nil, err
		}
		if _, err := dropVoid(ctx, tx, o.Code); err != nil {
			return nil, err
		}
		if err := db.Upsert(ctx, tx, "org", []string{"county", "code"}, o); err != nil {
			return nil, err
		}
		return nil, replaceAliases(ctx, tx, o.Code, n.Aliases)
	})
}

// Listed gives all bodies a filter of the list finds, in code order: for a table.
func (s *Service) Listed(ctx context.Context, county, under, level, kind, q string, closed bool) ([]Item, error) {
	v, err := s.view(ctx, county)
	if err != nil {
		return nil, err
	}
	in := listInput{Under: under, Q: q, Closed: closed, Level: words(level), Kind: words(kind)}
	items := []Item{}
	for _, o := range filter(v.tree, in, v.today) {
		if o.IsBody() {
			items = append(items, v.item(o))
		}
	}
	return items, nil
}

func words(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// ActedOn counts those of the codes that something hangs on since: someone serves
// there, it has another body below it, it was changed, or a matter concerned it.
func (s *Service) ActedOn(ctx context.Context, q db.Q, county string, codes []string) (n int, err error) {
	for part := range parts(codes) {
		more, err := actedOn(ctx, q, county, codes, part)
		if err != nil {
			return 0, err
		}
		n += more
	}
	return n, nil
}

// VoidTx marks bodies of a batch as void: code and row stay, they are in no tree,
// list or count. Refused where something hangs on one of them.
func (s *Service) VoidTx(ctx context.Context, tx *db.Tx, codes []string) (done int, err error) {
	n, err := s.ActedOn(ctx, tx, tx.County, codes)
	if err == nil && n > 0 {
		err = errs.Newf(errs.Conflict, "notUndoable", "这一批里有 %d 个机构已经有人任职、有了下级或承办过事项，没有撤销。", n)
	}
	if err != nil {
		return 0, err
	}
	defer s.forget(tx.County)
	for part := range parts(codes) {
		n, err := voidOrgs(ctx, tx, part)
		if err != nil {
			return 0, err
		}
		done += n
	}
	return done, nil
}

// parts cuts a list into what fits one statement.
func parts(codes []string) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		for len(codes) > 0 {
			n := min(len(codes), 400)
			if !yield(codes[:n]) {
				return
			}
			codes = codes[n:]
		}
	}
}

// known is a set of words for a statement, as ",a,b,".
func known(codes []string) string { return "," + strings.Join(codes, ",") + "," }
