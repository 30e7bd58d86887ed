package ledger

import (
	"context"
	"errors"
	"io"

	"tiaojietai/internal/account"
	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/sheet"
)

// Rejected gives the rows that did not go in as a workbook, each with its reasons:
// corrected, it can be imported again. The writer is called when all is ready.
func (s *Service) Rejected(ctx context.Context, c account.Caller, id string) (name string, write func(io.Writer) error, err error) {
	var b batch
	reasons := map[int][]sheet.Reason{}
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		if b, err = mine(ctx, q, c, id); err != nil {
			return err
		}
		list, err := refusalsOf(ctx, q, b, 1<<30)
		for _, r := range list {
			reasons[int(r.Row)] = append(reasons[int(r.Row)], sheet.Reason{Column: int(r.Column), Text: r.Reason})
		}
		return err
	})
	row := audit.Row{Verb: "importRejected", SubjectID: id}
	if err == nil && len(reasons) == 0 {
		err = errs.New(errs.NotFound, "noneRejected", "没有被退回的行。")
	}
	if err != nil {
		return "", nil, s.refused(ctx, c, row, err)
	}
	book, t, _, err := s.open(b)
	if err != nil {
		return "", nil, err
	}
	if err := s.write(ctx, c, row, func(context.Context, *db.Tx) error { return nil }); err != nil {
		return "", nil, errors.Join(err, book.Close())
	}
	return b.FileName, func(w io.Writer) error { return errors.Join(book.Rejected(w, t, reasons), book.Close()) }, nil
}

// Template gives an empty table with the headers that are understood.
func Template(w io.Writer, kind string) error {
	e := sheet.Export{Sheet: kindNames[kind]}
	for _, f := range fieldsOf(kind, "dispute") {
		e.Columns = append(e.Columns, sheet.OutColumn{Name: f.Name, Width: 18})
	}
	e.Rows = func(func([]any, error) bool) {}
	return sheet.WriteXLSX(w, e)
}
