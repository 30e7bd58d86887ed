package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"tiaojietai/internal/errs"
)

// textTable reads .csv: UTF-8 with and without mark, UTF-16 with mark, and
// GB18030, of which GBK and GB2312 are parts.
type textTable struct {
	file    *os.File
	decoder encoding.Encoding // nil: UTF-8
	comma   rune
	limits  Limits
}

// csvSheet is the name of the one sheet of a text table.
const csvSheet = "CSV"

func openCSV(file *os.File, size int64, limits Limits) (source, error) {
	t := &textTable{file: file, limits: limits}
	head := make([]byte, 3)
	n, _ := io.ReadFull(t.raw(), head)
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		t.decoder = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case bytes.HasPrefix(head, []byte("\uFEFF")):
	default:
		if valid, err := validUTF8(t.raw(), size); err != nil {
			return nil, err
		} else if !valid {
			t.decoder = simplifiedchinese.GB18030
		}
	}
	if err := t.check(); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *textTable) raw() io.Reader { return io.NewSectionReader(t.file, 0, t.limits.MaxBytes+1) }

func (t *textTable) text() *bufio.Reader {
	r := t.raw()
	if t.decoder != nil {
		r = t.decoder.NewDecoder().Reader(r)
	}
	buf := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := buf.Peek(3); string(mark) == "\uFEFF" {
		_, _ = buf.Discard(3)
	}
	return buf
}

// validUTF8 also finds the UTF-8 text that was cut within a character: as
// GB18030 it would turn into nonsense that looks like text.
func validUTF8(r io.Reader, size int64) (bool, error) {
	buf := bufio.NewReaderSize(r, 64<<10)
	at, wide := int64(0), false
	for {
		c, n, err := buf.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, errs.Wrap("read csv", err)
		case c == utf8.RuneError && n == 1:
			if wide && size-at < utf8.UTFMax {
				return false, errBroken(fmt.Errorf("cut within a character at %d", at))
			}
			return false, nil
		}
		at += int64(n)
		wide = wide || n > 1
	}
}

// check reads the whole text once: what no encoding explains, or no text
// contains, is refused before a row is used. It also finds the separator: that
// which stands most often, outside quotes, in the first lines.
func (t *textTable) check() error {
	buf, seen, quoted, lines := t.text(), map[rune]int{}, false, 0
	for {
		c, n, err := buf.ReadRune()
		if errors.Is(err, io.EOF) {
			break
		}
		switch {
		case err != nil:
			return errBroken(err)
		case c == utf8.RuneError && (n == 1 || t.decoder != nil):
			return errNotSheet("文件里的文字认不出编码（不是 UTF-8，也不是 GBK）。")
		case c < ' ' && !strings.ContainsRune("\t\n\r\v\f", c):
			return errNotSheet("文件内容不是文字表格。")
		case c == '"':
			quoted = !quoted
		case c == '\n':
			lines++
		case !quoted && lines < 20:
			seen[c]++
		}
	}
	t.comma = ','
	for _, c := range []rune{'\t', ';'} {
		if seen[c] > seen[t.comma] {
			t.comma = c
		}
	}
	return nil
}

func (t *textTable) names() []string { return []string{csvSheet} }

func (t *textTable) merges(int) ([]Merge, error) { return nil, nil }

func (t *textTable) rows(int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		r := csv.NewReader(t.text())
		r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = t.comma, -1, true, true
		no, line, count := 0, 1, 0
		for {
			record, err := r.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, errBroken(err))
				return
			}
			// The reader leaves out empty lines, a spreadsheet counts them.
			start, _ := r.FieldPos(0)
			no += 1 + start - line
			line = start + 1
			for _, field := range record {
				line += strings.Count(field, "\n")
			}
			row, err := t.row(no, record)
			if len(row.Cells) > 0 {
				count++
			}
			if count > t.limits.MaxRows {
				err = errTooManyRows(t.limits.MaxRows)
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			if len(row.Cells) > 0 && !yield(row, nil) {
				return
			}
		}
	}
}

// maxCell is the most characters a cell of a spreadsheet holds.
const maxCell = 32_767

func (t *textTable) row(no int, record []string) (Row, error) {
	row := Row{No: no}
	for i, field := range record {
		if len(field) > 4*maxCell {
			return Row{}, errs.Newf(errs.Invalid, "sheetQuote", "第 %d 行有一格的文字太长，可能是引号没有成对。请用 Excel 或 WPS 打开检查，另存为 .xlsx 再传。", no)
		}
		text := tidy(unguard(field))
		if text == "" {
			continue
		}
		if i >= t.limits.MaxColumns {
			return Row{}, errTooManyColumns(no, t.limits.MaxColumns)
		}
		for len(row.Cells) <= i {
			row.Cells = append(row.Cells, Cell{})
		}
		row.Cells[i] = Cell{Text: strings.Clone(text)}
	}
	return row, nil
}
