package ledger

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/job"
)

// undoRowsAtOnce bounds one transaction of an undo.
const undoRowsAtOnce = 40

// undoable tells whether a batch can be taken back: something is in, and nothing
// has been done with any of it.
func (s *Service) undoable(ctx context.Context, q db.Q, b batch) (UndoView, error) {
	switch {
	case b.State == Undone:
		return UndoView{false, "已经撤销了。"}, nil
	case b.busy():
		return UndoView{false, "正在办，办完或停下以后才能撤销。"}, nil
	case b.Entered == 0:
		return UndoView{false, "还没有导入任何一行。"}, nil
	}
	n, err := s.actedOn(ctx, q, b)
	if err != nil {
		return UndoView{}, err
	}
	if n > 0 {
		what := map[string]string{Orgs: "个机构已经有人任职、有了下级或承办过事项", People: "个人已经有了登录名或办过事", Matters: "件已经有人接着办理"}[b.Kind]
		return UndoView{false, "这一批里有 " + strconv.Itoa(n) + " " + what + "，不能整批撤销。"}, nil
	}
	return UndoView{true, ""}, nil
}

func (s *Service) actedOn(ctx context.Context, q db.Q, b batch) (int, error) {
	if b.Kind == Matters {
		return s.Matters.ActedOn(ctx, q, b.County, b.Batch)
	}
	ids, err := subjectsOf(ctx, q, b)
	if err != nil {
		return 0, err
	}
	if b.Kind == Orgs {
		return s.Orgs.ActedOn(ctx, q, b.County, ids)
	}
	return s.People.ActedOn(ctx, q, b.County, ids)
}

// Undo starts taking a whole batch back.
func (s *Service) Undo(ctx context.Context, c account.Caller, id, reason string) (Import, error) {
	reason = strings.Join(strings.Fields(reason), " ")
	if n := len([]rune(reason)); n == 0 || n > 200 {
		err := errs.InvalidField("reason", "请写明为什么撤销，200 个字以内。")
		return Import{}, s.refused(ctx, c, audit.Row{Verb: "importUndo", SubjectID: id}, err)
	}
	return s.change(ctx, c, id, "importUndo", func(ctx context.Context, tx *db.Tx, b *batch) error {
		u, err := s.undoable(ctx, tx, *b)
		if err != nil {
			return err
		}
		if !u.Possible {
			return errs.New(errs.Conflict, "notUndoable", u.Why)
		}
		b.State, b.Note, b.Done, b.Total, b.Error = Undoing, reason, 0, b.Entered, ""
		b.Person, b.PersonName, b.Roles = c.Person, c.Name, strings.Join(c.Roles, ",")
		b.Attempt++
		return job.Enqueue(ctx, tx, JobKind, b.jobKey(), tx.Now, b.ID)
	})
}

// undoRows voids what stands of the batch, some rows a transaction.
func (s *Service) undoRows(ctx context.Context, j job.Job, b batch) error {
	for {
		if err := j.Progress(ctx, strconv.FormatInt(b.Done, 10)); err != nil {
			if errors.Is(err, job.ErrCancelled) {
				return errStopped
			}
			return err
		}
		n, err := s.undoSome(ctx, &b)
		if err != nil || n == 0 {
			return err
		}
	}
}

// undoSome voids up to so many rows and notes it; with none left the batch is
// undone. A row somebody was quicker with stays, and is told of.
func (s *Service) undoSome(ctx context.Context, b *batch) (n int, err error) {
	key, err := s.Keys(b.County)
	if err != nil {
		return 0, err
	}
	im, err := s.undoer(ctx, *b)
	if err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, b.County, func(ctx context.Context, tx *db.Tx) error {
		before, _, err := importOf(ctx, tx, b.County, b.ID)
		if err != nil || before.State != Undoing {
			return orStopped(err)
		}
		if n, err = im(ctx, tx, undoRowsAtOnce); err != nil {
			return err
		}
		after := before
		after.Done += int64(n)
		after.Version++
		if n == 0 {
			after.State = Undone
			if left := after.Total - after.Done; left > 0 {
				after.State, after.Error = Done, "有 "+strconv.FormatInt(left, 10)+" 行在撤销时已经有人接着办理，没有作废；其余都作废了。"
			}
		}
		ok, err := db.Change(ctx, tx, "ledger_import", keyImport, "version", before, after)
		if err == nil && !ok {
			err = errs.New(errs.Unavailable, "busy", "这次导入刚有了变化。")
		}
		if err == nil && n == 0 {
			err = audit.Record(ctx, tx, key, audit.Row{Person: b.Person, Org: b.Org, Verb: "importUndone", Subject: "import", SubjectID: b.ID})
		}
		*b = after
		return err
	})
	return n, err
}

func orStopped(err error) error {
	if err != nil {
		return err
	}
	return errStopped
}

// undoer voids rows of the batch's kind: bodies and people all at once, since they
// stand on each other.
func (s *Service) undoer(ctx context.Context, b batch) (func(ctx context.Context, tx *db.Tx, limit int) (int, error), error) {
	if b.Kind == Matters {
		im, err := s.Matters.Importer(ctx, b.caller())
		return func(ctx context.Context, tx *db.Tx, limit int) (int, error) {
			return im.VoidTx(ctx, tx, b.Batch, b.Note, limit)
		}, err
	}
	void := s.People.VoidTx
	if b.Kind == Orgs {
		void = s.Orgs.VoidTx
	}
	return func(ctx context.Context, tx *db.Tx, _ int) (int, error) {
		ids, err := subjectsOf(ctx, tx, b)
		if err != nil {
			return 0, err
		}
		return void(ctx, tx, ids)
	}, nil
}
