package sheet

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"tiaojietai/internal/errs"
)

// Reason says what is wrong with a row.
type Reason struct {
	Column int    // from 0; -1: the row as a whole
	Text   string // one sentence
}

// ReasonColumn is the name of the column that Rejected puts first.
const ReasonColumn = "原因"

// maxComments bounds the notes on cells, which are held in memory; beyond it the
// fill and the first column still say everything.
const maxComments = 200

// Rejected writes a workbook with those data rows of a table that have reasons,
// by row number: titles and header as they were, the reasons in a column before
// the others, the wrong cells filled and noted. Corrected, it can be read again.
func (b *Book) Rejected(w io.Writer, t Table, reasons map[int][]Reason) error {
	out, err := newWriter("未导入的行")
	if err != nil {
		return err
	}
	defer out.close()
	r := &rejecter{writer: out, table: t}
	if err := r.head(b); err != nil {
		return err
	}
	for row, err := range b.Data(t) {
		if err != nil {
			return err
		}
		if list := reasons[row.No]; len(list) > 0 {
			if err := r.rejected(row, list); err != nil {
				return err
			}
		}
	}
	return out.finish(w)
}

type rejecter struct {
	*writer
	table    Table
	comments int
}

// head writes titles and header, one column to the right.
func (r *rejecter) head(b *Book) error {
	t := r.table
	err := r.stream.SetColWidth(1, 1, 40)
	if err == nil && len(t.Columns) > 0 {
		err = r.stream.SetColWidth(2, len(t.Columns)+1, 16)
	}
	if err != nil {
		return errs.Wrap("write workbook", err)
	}
	if err := r.freeze(len(t.Titles) + t.HeaderRows); err != nil {
		return err
	}
	for _, title := range t.Titles {
		if err := r.title(title, len(t.Columns)+1); err != nil {
			return err
		}
	}
	if err := r.headerMerges(); err != nil {
		return err
	}
	for row, err := range b.Rows(t.Sheet) {
		if err != nil {
			return err
		}
		if row.No < t.HeaderRow {
			continue
		}
		if row.No >= t.HeaderRow+t.HeaderRows {
			break
		}
		cells := []any{r.styled("", r.header)}
		if row.No == t.HeaderRow {
			cells[0] = r.styled(ReasonColumn, r.header)
		}
		for i := range t.Columns {
			cells = append(cells, r.styled(row.Cell(i).Text, r.header))
		}
		if err := r.row(cells); err != nil {
			return err
		}
	}
	return nil
}

func (r *rejecter) headerMerges() error {
	first, last := r.table.HeaderRow, r.table.HeaderRow+r.table.HeaderRows-1
	shift := r.next - first
	merges := []Merge{}
	if last > first {
		merges = append(merges, Merge{first, last, -1, -1})
	}
	for _, m := range r.table.merges {
		if m.FromRow >= first && m.ToRow <= last {
			merges = append(merges, m)
		}
	}
	for _, m := range merges {
		err := r.stream.MergeCell(fmt.Sprint(Letter(m.FromColumn+1), m.FromRow+shift), fmt.Sprint(Letter(m.ToColumn+1), m.ToRow+shift))
		if err != nil {
			return errs.Wrap("write workbook", err)
		}
	}
	return nil
}

func (r *rejecter) rejected(row Row, list []Reason) error {
	wrong := map[int][]string{}
	lines := []string{}
	for _, reason := range list {
		line := reason.Text
		if reason.Column >= 0 {
			wrong[reason.Column] = append(wrong[reason.Column], reason.Text)
			if reason.Column < len(r.table.Columns) && r.table.Columns[reason.Column].Name != "" {
				line = r.table.Columns[reason.Column].Name + "：" + line
			}
		}
		lines = append(lines, line)
	}
	cells := []any{r.styled(fmt.Sprintf("原表第 %d 行\n%s", row.No, strings.Join(lines, "\n")), r.wrong)}
	for i := range max(len(row.Cells), len(r.table.Columns)) {
		cell := r.stored(row.Cell(i))
		if texts := wrong[i]; len(texts) > 0 {
			cell = r.mark(cell)
			if err := r.comment(r.at(i+1), strings.Join(texts, "\n")); err != nil {
				return err
			}
		}
		cells = append(cells, cell)
	}
	return r.row(cells)
}

// stored keeps what a cell was: a date a date, a number a number.
func (r *rejecter) stored(c Cell) any {
	switch {
	case c.IsDate:
		return r.date(c.Date)
	case c.IsNumber && c.Text == numberText(c.Number):
		return r.cell(c.Number)
	case c.Blank():
		return nil
	}
	return r.cell(c.Text)
}

// mark fills a cell; a date is written as text then, as the fill has no format.
func (r *rejecter) mark(v any) any {
	cell, _ := v.(excelize.Cell)
	switch value := cell.Value.(type) {
	case time.Time:
		return r.styled(dateText(value), r.wrong)
	case string:
		if formulaLike(value) {
			return r.styled(value, r.wrongQuoted)
		}
	}
	cell.StyleID = r.wrong
	return cell
}

func (r *rejecter) comment(at, text string) error {
	if r.comments++; r.comments > maxComments {
		return nil
	}
	err := r.file.AddComment(r.sheet, excelize.Comment{Cell: at, Author: " ", Text: text, Width: 240, Height: 80})
	return errs.Wrap("write workbook", err)
}
