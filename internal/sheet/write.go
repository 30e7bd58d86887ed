package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"tiaojietai/internal/errs"
)

// Fen is an amount in fen, written in yuan with two decimals.
type Fen int64

// Date is a day, 2006-01-02, written as a date a spreadsheet can sort and filter.
type Date string

// OutColumn is a column to write.
type OutColumn struct {
	Name  string
	Width float64 // characters; 0: 14
}

// Export is a table to write. A value is a string, int, int64, float64, bool
// (是, 否), Fen, Date or nil. A text that a spreadsheet would take for a formula
// (= + - @ first, also full-width, behind blanks, tabs or line ends) becomes plain
// text: in .xlsx by type and the mark of a quoted cell, in .csv by an apostrophe,
// which reading takes away again.
type Export struct {
	Sheet   string // name of the sheet; "" is 数据
	Title   string // a line above the header; "" none
	Columns []OutColumn
	Rows    iter.Seq2[[]any, error]
}

// WriteCSV writes UTF-8 with a mark, which Excel needs to read Chinese, and CRLF.
// The title is left out, so that the first line is the header.
func WriteCSV(w io.Writer, e Export) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	record := make([]string, len(e.Columns))
	for i, c := range e.Columns {
		record[i] = guard(c.Name)
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for row, err := range e.Rows {
		if err != nil {
			return err
		}
		record = record[:0]
		for _, v := range row {
			record = append(record, csvText(v))
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func csvText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return guard(clean(v))
	case bool:
		return yesNo(v)
	case Fen:
		return v.String()
	case Date:
		return guard(clean(string(v)))
	case float64:
		return numberText(v)
	case int, int64:
		return fmt.Sprint(v)
	}
	return guard(clean(fmt.Sprint(v)))
}

func yesNo(v bool) string {
	if v {
		return "是"
	}
	return "否"
}

// String gives yuan with two decimals: 12.34.
func (f Fen) String() string {
	sign, n := "", uint64(f)
	if f < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// formulaLike tells whether a spreadsheet might evaluate a text.
func formulaLike(s string) bool {
	rest := strings.TrimLeft(s, " \u00A0\u3000")
	if rest == "" {
		return false
	}
	return strings.ContainsAny(rest[:1], "=+-@\t\r\n") && len(rest) > 1 ||
		strings.HasPrefix(rest, "＝") || strings.HasPrefix(rest, "＋") || strings.HasPrefix(rest, "－") || strings.HasPrefix(rest, "＠")
}

// guard and unguard are each other's inverse on every text.
func guard(s string) string {
	if formulaLike(strings.TrimLeft(s, "'")) {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && formulaLike(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return s
}

// clean takes out what neither format can hold, and cuts what is too long for a
// cell, saying so.
func clean(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7F || c == 0xFFFE || c == 0xFFFF {
			return -1
		}
		return c
	}, s)
	const more = "……（太长，未写完）"
	if len(s) <= maxCell || len(utf16.Encode([]rune(s))) <= maxCell {
		return s
	}
	units := utf16.Encode([]rune(s))[:maxCell-len([]rune(more))]
	return strings.TrimRight(string(utf16.Decode(units)), "\uFFFD") + more
}

// WriteXLSX writes a workbook of one sheet as a stream.
func WriteXLSX(w io.Writer, e Export) error {
	out, err := newWriter(e.Sheet)
	if err != nil {
		return err
	}
	defer out.close()
	for i, c := range e.Columns {
		width := c.Width
		if width == 0 {
			width = 14
		}
		if err := out.stream.SetColWidth(i+1, i+1, min(width, 100)); err != nil {
			return errs.Wrap("write workbook", err)
		}
	}
	head := 1
	if e.Title != "" {
		head = 2
	}
	if err := out.freeze(head); err != nil {
		return err
	}
	if e.Title != "" {
		if err := out.title(e.Title, len(e.Columns)); err != nil {
			return err
		}
	}
	names := make([]any, len(e.Columns))
	for i, c := range e.Columns {
		names[i] = out.styled(c.Name, out.header)
	}
	if err := out.row(names); err != nil {
		return err
	}
	for row, err := range e.Rows {
		if err != nil {
			return err
		}
		cells := make([]any, len(row))
		for i, v := range row {
			cells[i] = out.cell(v)
		}
		if err := out.row(cells); err != nil {
			return err
		}
	}
	return out.finish(w)
}

// writer is a workbook of one sheet being written.
type writer struct {
	file   *excelize.File
	stream *excelize.StreamWriter
	sheet  string
	next   int // row, from 1

	header, titled, text, quoted, money, day, moment, wrong, wrongQuoted int
}

func newWriter(sheet string) (*writer, error) {
	out := &writer{file: excelize.NewFile(), sheet: sheetName(sheet), next: 1}
	err := out.file.SetSheetName("Sheet1", out.sheet)
	if err == nil {
		err = out.styles()
	}
	if err == nil {
		out.stream, err = out.file.NewStreamWriter(out.sheet)
	}
	if err != nil {
		out.close()
		return nil, errs.Wrap("new workbook", err)
	}
	return out, nil
}

func (w *writer) styles() error {
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	middle := &excelize.Alignment{Vertical: "center", Horizontal: "center", WrapText: true}
	pink := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFD6D6"}}
	grey := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EEF1F5"}}
	dateCode, momentCode := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
	for _, s := range []struct {
		id     *int
		style  excelize.Style
		quoted bool
	}{
		{&w.header, excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: middle, Fill: grey}, false},
		{&w.titled, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, Alignment: middle}, false},
		{&w.text, excelize.Style{Alignment: top}, false},
		{&w.quoted, excelize.Style{Alignment: top, Protection: &excelize.Protection{Locked: true}}, true},
		{&w.money, excelize.Style{Alignment: top, NumFmt: 2}, false},
		{&w.day, excelize.Style{Alignment: top, CustomNumFmt: &dateCode}, false},
		{&w.moment, excelize.Style{Alignment: top, CustomNumFmt: &momentCode}, false},
		{&w.wrong, excelize.Style{Alignment: top, Fill: pink}, false},
		{&w.wrongQuoted, excelize.Style{Alignment: top, Fill: pink, Protection: &excelize.Protection{Locked: true}}, true},
	} {
		id, err := w.file.NewStyle(&s.style)
		if err != nil {
			return err
		}
		*s.id = id
		if s.quoted { // no field of Style; without it an edited cell turns into a formula
			yes := true
			w.file.Styles.CellXfs.Xf[id].QuotePrefix = &yes
		}
	}
	return nil
}

// sheetName is a name Excel accepts: 31 characters, none of its marks.
func sheetName(s string) string {
	s = strings.Trim(strings.Map(func(c rune) rune {
		if strings.ContainsRune(`:\/?*[]`, c) || c < ' ' {
			return -1
		}
		return c
	}, s), "' ")
	if s == "" {
		return "数据"
	}
	units := utf16.Encode([]rune(s))
	return strings.TrimRight(string(utf16.Decode(units[:min(31, len(units))])), "\uFFFD")
}

func (w *writer) freeze(rows int) error {
	return errs.Wrap("write workbook", w.stream.SetPanes(&excelize.Panes{
		Freeze: true, YSplit: rows, TopLeftCell: "A" + strconv.Itoa(rows+1), ActivePane: "bottomLeft",
	}))
}

func (w *writer) title(text string, columns int) error {
	if columns > 1 {
		if err := w.stream.MergeCell(w.at(0), w.at(columns-1)); err != nil {
			return errs.Wrap("write workbook", err)
		}
	}
	return w.row([]any{w.styled(text, w.titled)})
}

// at names a cell of the row to be written next.
func (w *writer) at(column int) string { return Letter(column) + strconv.Itoa(w.next) }

func (w *writer) styled(text string, style int) excelize.Cell {
	return excelize.Cell{StyleID: style, Value: clean(text)}
}

func (w *writer) cell(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		if formulaLike(v) {
			return w.styled(v, w.quoted)
		}
		return w.styled(v, w.text)
	case bool:
		return w.styled(yesNo(v), w.text)
	case Fen:
		return excelize.Cell{StyleID: w.money, Value: float64(v) / 100}
	case Date:
		return w.date(string(v))
	case int, int64, float64:
		return excelize.Cell{StyleID: w.text, Value: v}
	}
	return w.cell(fmt.Sprint(v))
}

func (w *writer) date(v string) any {
	if t, err := time.Parse(time.DateOnly, v); err == nil {
		return excelize.Cell{StyleID: w.day, Value: t}
	}
	if t, err := time.Parse(time.DateTime, v); err == nil {
		return excelize.Cell{StyleID: w.moment, Value: t}
	}
	return w.cell(v)
}

func (w *writer) row(cells []any) error {
	if w.next > lastRow {
		return errs.New(errs.TooLarge, "sheetRows", "行数超过 Excel 一张表能放的 1048576 行，请缩小范围分几次导出。")
	}
	err := w.stream.SetRow("A"+strconv.Itoa(w.next), cells)
	w.next++
	return errs.Wrap("write workbook", err)
}

func (w *writer) finish(to io.Writer) error {
	if err := w.stream.Flush(); err != nil {
		return errs.Wrap("write workbook", err)
	}
	return errs.Wrap("write workbook", w.file.Write(to))
}

// close removes the temporary files.
func (w *writer) close() { _ = errors.Join(w.file.Close()) }
