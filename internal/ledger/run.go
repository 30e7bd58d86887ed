package ledger

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"slices"
	"strconv"

	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/job"
	"tiaojietai/internal/sheet"
)

// Rows of one transaction. Entering holds the one writer of SQLite for as long, so
// it takes few; checking writes only what is wrong.
const (
	enterRows = 40
	checkRows = 500
)

// taker turns rows into what one kind of import enters.
type taker interface {
	// check reads a row; with reasons it is not entered.
	check(row sheet.Row) (value any, reasons []sheet.Reason)
	// enter writes it inside the transaction of its chunk and gives the id. It is
	// called with the batch's context: what it writes is a savepoint of its own.
	enter(ctx context.Context, value any) (subject string, err error)
	// reasonsOf turns a refusal of enter into reasons with their columns.
	reasonsOf(e *errs.Error) []sheet.Reason
}

// work is one run over a file.
type work struct {
	s     *Service
	j     job.Job
	b     batch // as last read or written
	book  *sheet.Book
	table sheet.Table
	cols  map[string]int // field → column
	key   *gm.DataKey
	taker taker
	dry   bool
	seen  map[string]int // hash → row, of this file
}

// Do does one job: a check, a run or an undo, whichever the import stands at. It
// goes on where an earlier attempt stopped. What cannot be put right by trying
// again is written down on the import, and the job is done.
func (s *Service) Do(ctx context.Context, j job.Job) error {
	var b batch
	err := s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		var found bool
		b, found, err = importOf(ctx, q, j.County, j.Args)
		if err == nil && !found {
			err = notThere()
		}
		return err
	})
	if err != nil || !b.busy() || b.jobKey() != j.Key {
		return err
	}
	if b.State == Undoing {
		err = s.undoRows(ctx, j, b)
	} else {
		err = s.rows(ctx, j, b)
	}
	if err == nil || errors.Is(err, errStopped) || ctx.Err() != nil {
		return nil
	}
	e := errs.As(err)
	if e.Kind == errs.Unavailable {
		return err // a full disk, a busy database: the job is tried again
	}
	slog.ErrorContext(ctx, "import", "batch", b.Batch, "err", err)
	return s.fail(ctx, b, e.Msg)
}

func (s *Service) fail(ctx context.Context, b batch, why string) error {
	return s.DB.Write(ctx, b.County, func(ctx context.Context, tx *db.Tx) error {
		before, _, err := importOf(ctx, tx, b.County, b.ID)
		if err != nil || !before.busy() {
			return err
		}
		after := before
		after.State, after.Error = Failed, why
		if before.State == Undoing {
			after.State = Done // what is in stands
		}
		after.Version++
		_, err = db.Change(ctx, tx, "ledger_import", keyImport, "version", before, after)
		return err
	})
}

// open reads the file's table anew and finds the columns by the mapping.
func (s *Service) open(b batch) (*sheet.Book, sheet.Table, map[string]int, error) {
	book, err := sheet.OpenAs(s.path(b), b.FileName, s.Limits)
	if errors.Is(err, fs.ErrNotExist) {
		err = errs.New(errs.NotFound, "fileGone", "原来的文件只保存三十天，已经删了；请重新导入一次。")
	}
	if err != nil {
		return nil, sheet.Table{}, nil, err
	}
	t, err := book.Table(b.shape().Sheet)
	if err != nil {
		_ = book.Close()
		return nil, t, nil, err
	}
	cols := map[string]int{}
	for column, f := range b.mapping() {
		cols[f] = column
	}
	return book, t, cols, nil
}

// rows checks or enters all rows after the last that is settled.
func (s *Service) rows(ctx context.Context, j job.Job, b batch) error {
	book, table, cols, err := s.open(b)
	if err != nil {
		return err
	}
	defer func() { _ = book.Close() }()
	key, err := s.Keys(b.County)
	if err != nil {
		return err
	}
	w := &work{s: s, j: j, b: b, book: book, table: table, cols: cols, key: key, dry: b.State == Checking, seen: map[string]int{}}
	if w.taker, err = s.takerOf(ctx, b, table, cols); err != nil {
		return err
	}
	size := enterRows
	if w.dry {
		size = checkRows
	}
	var chunk []sheet.Row
	for row, err := range book.Data(table) {
		if err != nil {
			return err
		}
		if int64(row.No) <= b.LastRow {
			if err := w.pass(ctx, row); err != nil {
				return err
			}
			continue
		}
		if chunk = append(chunk, cloneRow(row)); len(chunk) == size {
			if err := w.settle(ctx, chunk, false); err != nil {
				return err
			}
			chunk = chunk[:0]
		}
	}
	return w.settle(ctx, chunk, true)
}

func cloneRow(r sheet.Row) sheet.Row { return sheet.Row{No: r.No, Cells: slices.Clone(r.Cells)} }

// pass lets the taker see a row that was settled before a crash: later rows may
// stand on it.
func (w *work) pass(ctx context.Context, row sheet.Row) error {
	w.seen[w.hash(row)] = row.No
	_, _ = w.taker.check(row)
	if len(w.seen)%checkRows == 0 {
		return w.progress(ctx)
	}
	return nil
}

// progress keeps the job's lease.
func (w *work) progress(ctx context.Context) error {
	err := w.j.Progress(ctx, strconv.FormatInt(w.b.Done, 10))
	if errors.Is(err, job.ErrCancelled) {
		return errStopped
	}
	return err
}

// settle writes a chunk with how far the import is, all or nothing, and tries it
// again when another writer was in between.
func (w *work) settle(ctx context.Context, chunk []sheet.Row, last bool) error {
	if err := w.progress(ctx); err != nil {
		return err
	}
	found := w.checked(chunk)
	var err error
	for range 5 {
		err = w.s.DB.Batch(ctx, func(ctx context.Context) error { return w.chunk(ctx, found, last) })
		if err == nil || !errors.Is(err, errMoved) && !errs.Is(err, "busy") {
			break
		}
	}
	if err != nil {
		return err
	}
	w.s.settled()
	for i := range found {
		w.seen[found[i].hash] = found[i].row.No
	}
	return nil
}

// errMoved: the import was changed while a chunk was written.
var errMoved = errors.New("ledger: the import moved on")

// checkedRow is a row with what was found.
type checkedRow struct {
	row     sheet.Row
	hash    string
	value   any
	reasons []sheet.Reason
}

func (w *work) checked(chunk []sheet.Row) []checkedRow {
	out := make([]checkedRow, len(chunk))
	here := map[string]int{}
	for i, row := range chunk {
		c := checkedRow{row: row, hash: w.hash(row)}
		first, twice := w.seen[c.hash]
		if !twice {
			first, twice = here[c.hash]
		}
		here[c.hash] = row.No
		if twice {
			c.reasons = []sheet.Reason{{Column: -1, Text: "与第 " + itoa(first) + " 行完全相同，只导入一次。"}}
		} else {
			c.value, c.reasons = w.taker.check(row)
		}
		out[i] = c
	}
	return out
}

// hash is the same for rows that say the same, whatever their running number.
func (w *work) hash(row sheet.Row) string {
	parts := [][]byte{[]byte("ledgerRow"), []byte(w.b.Org), []byte(w.b.Kind), []byte(w.b.MatterKind)}
	for _, f := range fieldsOf(w.b.Kind, w.b.MatterKind) {
		if column, ok := w.cols[f.Code]; ok && f.Code != "serial" {
			parts = append(parts, []byte(f.Code), []byte(row.Cell(column).Text))
		}
	}
	return w.key.Audit(parts...)
}

// chunk is one transaction.
func (w *work) chunk(ctx context.Context, found []checkedRow, last bool) error {
	var before batch
	var known map[string]earlier
	err := w.s.DB.Read(ctx, func(ctx context.Context, q db.Q) (err error) {
		if before, _, err = importOf(ctx, q, w.b.County, w.b.ID); err != nil {
			return err
		}
		hashes := make([]string, len(found))
		for i, c := range found {
			hashes[i] = c.hash
		}
		known, err = earlierRows(ctx, q, w.b.County, hashes)
		return err
	})
	if err != nil {
		return err
	}
	if !before.busy() || before.jobKey() != w.j.Key {
		return errStopped
	}
	after := before
	for _, c := range found {
		if e, ok := known[c.hash]; ok && len(c.reasons) == 0 {
			c.reasons = []sheet.Reason{{Column: -1, Text: "这一行已经导入过（批次 " + e.Batch + " 第 " + strconv.FormatInt(e.Row, 10) + " 行）。"}}
		}
		if err := w.one(ctx, c, &after); err != nil {
			return err
		}
	}
	return w.note(ctx, before, after, last)
}

// one enters a row, or writes down why not.
func (w *work) one(ctx context.Context, c checkedRow, after *batch) error {
	subject := ""
	if len(c.reasons) == 0 && !w.dry {
		var err error
		if subject, err = w.taker.enter(ctx, c.value); err != nil {
			e := errs.As(err)
			if e.Kind == errs.Internal || e.Kind == errs.Unavailable {
				return err
			}
			c.reasons = w.taker.reasonsOf(e)
		}
	}
	after.Done++
	after.LastRow = int64(c.row.No)
	if len(c.reasons) == 0 {
		after.OK++
		if w.dry {
			return nil
		}
		after.Entered++
		return w.s.DB.Write(ctx, w.b.County, func(ctx context.Context, tx *db.Tx) error {
			return db.Insert(ctx, tx, "ledger_entry", entry{w.b.County, w.b.ID, int64(c.row.No), subject, c.hash})
		})
	}
	after.Rejected++
	rows := make([]refusal, len(c.reasons))
	for i, r := range c.reasons {
		rows[i] = refusal{w.b.County, w.b.ID, int64(c.row.No), int64(i), int64(r.Column), w.named(c.row) + r.Text}
	}
	return w.s.DB.Write(ctx, w.b.County, func(ctx context.Context, tx *db.Tx) error {
		return db.Insert(ctx, tx, "ledger_rejected", rows...)
	})
}

// named puts the ledger's own number of a row before a reason.
func (w *work) named(row sheet.Row) string {
	if column, ok := w.cols["serial"]; ok {
		if text := row.Cell(column).Text; text != "" && len([]rune(text)) < 20 {
			return "序号 " + text + "："
		}
	}
	return ""
}

// note writes how far the import is; with the last rows that it is finished, and
// that in the audit.
func (w *work) note(ctx context.Context, before, after batch, last bool) error {
	if last {
		after.State = Done
		if w.dry {
			after.State = Checked
		}
	}
	after.Version = before.Version + 1
	err := w.s.DB.Write(ctx, w.b.County, func(ctx context.Context, tx *db.Tx) error {
		ok, err := db.Change(ctx, tx, "ledger_import", keyImport, "version", before, after)
		if err == nil && !ok {
			err = errMoved
		}
		if err != nil || !last {
			return err
		}
		verb := "importDone"
		if w.dry {
			verb = "importChecked"
		}
		return audit.Record(ctx, tx, w.key, audit.Row{Person: after.Person, Org: after.Org, Verb: verb, Subject: "import", SubjectID: after.ID})
	})
	if err == nil {
		w.b = after
	}
	return err
}

// takerOf makes the reader of a kind's rows.
func (s *Service) takerOf(ctx context.Context, b batch, t sheet.Table, cols map[string]int) (taker, error) {
	r := reader{s: s, b: b, table: t, cols: cols, rb: s.rules(b.County)}
	tree, err := s.Orgs.Tree(ctx, b.County)
	if err != nil {
		return nil, err
	}
	r.bodies = newBodies(tree, b)
	switch b.Kind {
	case Orgs:
		return &orgTaker{r}, nil
	case People:
		return newPeopleTaker(ctx, r)
	}
	im, err := s.Matters.Importer(ctx, b.caller())
	if err != nil {
		return nil, err
	}
	return &matterTaker{reader: r, im: im}, nil
}
