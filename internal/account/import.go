package account

import (
	"context"

	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
)

// People that came in by a batch, and their undoing.

// ActedOn counts those of the people who have a login since, or have done anything
// with a matter.
func (s *Service) ActedOn(ctx context.Context, q db.Q, county string, people []string) (n int, err error) {
	for len(people) > 0 {
		part := people[:min(len(people), 400)]
		more, err := peopleActed(ctx, q, county, part)
		if err != nil {
			return 0, err
		}
		n, people = n+more, people[len(part):]
	}
	return n, nil
}

// VoidTx marks people of a batch as void: the rows stay, they serve nowhere and
// never did. Refused where one has a login or has done anything.
func (s *Service) VoidTx(ctx context.Context, tx *db.Tx, people []string) (done int, err error) {
	n, err := s.ActedOn(ctx, tx, tx.County, people)
	if err == nil && n > 0 {
		err = errs.Newf(errs.Conflict, "notUndoable", "这一批里有 %d 个人已经有了登录名或办过事，没有撤销。", n)
	}
	for err == nil && len(people) > 0 {
		part := people[:min(len(people), 400)]
		n, err = voidPeople(ctx, tx, part)
		done, people = done+n, people[len(part):]
	}
	return done, err
}
