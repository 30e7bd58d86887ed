package sheet

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	"tiaojietai/internal/errs"
)

func newBufReader(r io.Reader) *bufio.Reader { return bufio.NewReaderSize(r, 64<<10) }

func isBufferFull(err error) bool { return errors.Is(err, bufio.ErrBufferFull) }

// rows streams the rows with content. The part is read to its end, so that its
// checksum is compared.
func (w *workbook) rows(sheet int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		shared, err := w.shared()
		if err != nil {
			yield(Row{}, err)
			return
		}
		rc, err := w.archive.open(w.sheets[sheet].part)
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer rc.Close()
		r := &rowReader{tokens: newTokens(rc), book: w, shared: shared}
		for {
			row, err := r.nextRow()
			switch {
			case errors.Is(err, io.EOF) && r.closed:
				return
			case err != nil:
				yield(Row{}, refusal(err))
				return
			case len(row.Cells) > 0 && !yield(row, nil):
				return
			}
		}
	}
}

// refusal keeps a refusal's own sentence; everything else is a broken file.
func refusal(err error) error {
	var e *errs.Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, errRun):
		return errBomb(err)
	}
	return errBroken(err)
}

type rowReader struct {
	*tokens
	book   *workbook
	shared []string
	no     int  // of the row last read
	count  int  // rows with content
	closed bool // the end of the rows was seen
}

func (r *rowReader) nextRow() (Row, error) {
	for {
		tok, err := r.next()
		if err != nil {
			return Row{}, err
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if e.Name.Local == "row" && !r.closed {
				return r.row(e)
			}
		case xml.EndElement:
			if e.Name.Local == "sheetData" {
				r.closed = true
			}
		}
	}
}

func (r *rowReader) row(e xml.StartElement) (Row, error) {
	r.no++
	if s := attr(e, "r"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < r.no {
			return Row{}, fmt.Errorf("row %q after row %d", s, r.no-1)
		}
		r.no = n
	}
	if r.no > lastRow {
		return Row{}, fmt.Errorf("row %d", r.no)
	}
	row := Row{No: r.no}
	for depth, column := r.depth, -1; r.depth >= depth; {
		tok, err := r.next()
		if err != nil {
			return Row{}, noEOF(err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok || e.Name.Local != "c" {
			continue
		}
		column++
		if ref := attr(e, "r"); ref != "" {
			c, no, ok := parseRef(ref)
			if !ok || no != r.no {
				return Row{}, fmt.Errorf("cell %q in row %d", ref, r.no)
			}
			column = c
		}
		cell, err := r.cell(e)
		if err != nil {
			return Row{}, noEOF(err)
		}
		if err := r.put(&row, column, cell); err != nil {
			return Row{}, err
		}
	}
	if len(row.Cells) > 0 {
		if r.count++; r.count > r.book.archive.limits.MaxRows {
			return Row{}, errTooManyRows(r.book.archive.limits.MaxRows)
		}
	}
	return row, nil
}

// noEOF: the end inside a row is no end.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// put places a cell; blank ones only where a later one needs them.
func (r *rowReader) put(row *Row, column int, cell Cell) error {
	if cell == (Cell{}) {
		return nil
	}
	if column >= r.book.archive.limits.MaxColumns {
		return errTooManyColumns(row.No, r.book.archive.limits.MaxColumns)
	}
	for len(row.Cells) <= column {
		row.Cells = append(row.Cells, Cell{})
	}
	row.Cells[column] = cell
	return nil
}

// cell reads a <c> just begun, to its end.
func (r *rowReader) cell(e xml.StartElement) (Cell, error) {
	var value strings.Builder
	kind, style := attr(e, "t"), 0
	if s := attr(e, "s"); s != "" {
		style, _ = strconv.Atoi(s)
	}
	cell := Cell{}
	for depth := r.depth; r.depth >= depth; {
		tok, err := r.next()
		if err != nil {
			return Cell{}, err
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "v":
			err = r.text(&value)
		case "is":
			var s string
			s, err = richText(r.tokens)
			value.WriteString(s)
		case "f":
			cell.Formula = true
			err = r.skip()
		default:
			err = r.skip()
		}
		if err != nil {
			return Cell{}, err
		}
	}
	return r.decode(cell, kind, value.String(), style)
}

// decode gives a stored value its meaning by the cell's type and style.
func (r *rowReader) decode(cell Cell, kind, value string, style int) (Cell, error) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if value == "" {
			return cell, nil
		}
		if err != nil || i < 0 || i >= len(r.shared) {
			return Cell{}, fmt.Errorf("no shared text %q", value)
		}
		cell.Text = tidy(r.shared[i])
	case "inlineStr":
		cell.Text = tidy(value)
	case "str":
		cell.Text = tidy(unescape(value))
	case "e":
		cell.Text = tidy(value)
	case "b":
		cell.Text = map[bool]string{true: "TRUE", false: "FALSE"}[isTrue(value)]
	case "d":
		cell.Text = tidy(value)
		if t, err := time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(cell.Text, "Z")); err == nil {
			cell.IsDate, cell.Date = true, dateText(t)
			cell.Text = cell.Date
		}
	default:
		return r.number(cell, value, style)
	}
	return cell, nil
}

func (r *rowReader) number(cell Cell, value string, style int) (Cell, error) {
	value = strings.TrimSpace(value)
	if value == "" {
		return cell, nil
	}
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return Cell{}, fmt.Errorf("no number %q", value)
	}
	cell.Number, cell.IsNumber = v, true
	var format numberFormat
	if style > 0 && style < len(r.book.styles) {
		format = r.book.styles[style]
	} else if style == 0 && len(r.book.styles) > 0 {
		format = r.book.styles[0]
	}
	cell.Text, cell.Date = format.show(v, r.book.date904)
	cell.IsDate = cell.Date != ""
	return cell, nil
}

// tidy takes away the blanks around a text, those of East Asia and the invisible
// ones included, and makes line ends one.
func tidy(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.TrimFunc(s, func(c rune) bool {
		return c == '\uFEFF' || c == '\u200B' || strings.ContainsRune(" \t\n\u00A0\u3000\u0085\u2002\u2003", c)
	})
}
