package sheet

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"tiaojietai/internal/errs"
)

// Cell is one value as stored.
type Cell struct {
	Text     string  // as shown, without blanks around; dates as in Date
	Number   float64 // if IsNumber; of a date, its serial
	IsNumber bool    // stored as a number; never so in CSV
	IsDate   bool    // stored as a number and shown as a date
	Date     string  // if IsDate: 2006-01-02, or 2006-01-02 15:04:05
	Formula  bool    // the value is a stored result; Text is empty when none is stored
	Merged   bool    // in a Table's rows: the value stands above, in a cell merged with this one
}

// Blank tells whether nothing is shown.
func (c Cell) Blank() bool { return c.Text == "" }

// Row is one row; Cells start at column A and end at the last with content.
type Row struct {
	No    int // as the spreadsheet numbers it, from 1
	Cells []Cell
}

// Cell returns the cell of a column, counted from 0; blank if there is none.
func (r Row) Cell(column int) Cell {
	if column < 0 || column >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[column]
}

// Merge is a merged range; rows from 1, columns from 0, both ends within.
type Merge struct{ FromRow, ToRow, FromColumn, ToColumn int }

// source is a kind of file: workbook or text.
type source interface {
	names() []string
	rows(sheet int) iter.Seq2[Row, error]
	merges(sheet int) ([]Merge, error)
}

// Book is an opened file. It is not for several goroutines at once.
type Book struct {
	file *os.File
	src  source
}

// Open opens a workbook (.xlsx) or a text table (.csv, .txt). Every refusal is an
// *errs.Error with what the person can do.
func Open(path string, limits Limits) (*Book, error) {
	return OpenAs(path, filepath.Base(path), limits)
}

// OpenAs is Open for a file that is stored under another name than the person's.
func OpenAs(path, name string, limits Limits) (*Book, error) {
	limits = limits.orDefault()
	file, err := os.Open(path)
	if err != nil {
		return nil, errs.Wrap("open sheet", err)
	}
	src, err := openSource(file, name, limits)
	if err != nil {
		_ = file.Close() // only read from; err says more
		return nil, err
	}
	return &Book{file: file, src: src}, nil
}

// Close closes the file.
func (b *Book) Close() error { return b.file.Close() }

// Sheets names the sheets in their order; hidden ones are left out.
func (b *Book) Sheets() []string { return b.src.names() }

func (b *Book) index(sheet string) (int, error) {
	for i, name := range b.src.names() {
		if name == sheet {
			return i, nil
		}
	}
	return 0, errNoSheet(sheet)
}

// Rows streams the rows of a sheet that have content. After an error nothing
// follows; the rows before it may be incomplete knowledge, see [Book.Table].
func (b *Book) Rows(sheet string) iter.Seq2[Row, error] {
	i, err := b.index(sheet)
	if err != nil {
		return func(yield func(Row, error) bool) { yield(Row{}, err) }
	}
	return b.src.rows(i)
}

const (
	oleHead = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
	zipHead = "PK\x03\x04"
)

// openSource looks at size and content; the name decides only whether a text may
// be a table.
func openSource(file *os.File, name string, limits Limits) (source, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, errs.Wrap("stat sheet", err)
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, errNotSheet("这不是文件。")
	case info.Size() > limits.MaxBytes:
		return nil, errTooLarge(limits.MaxBytes)
	case info.Size() == 0:
		return nil, errNotSheet("这是空文件。")
	}
	head := make([]byte, 512)
	n, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errs.Wrap("read sheet", err)
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte(zipHead)), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return openXLSX(file, info.Size(), limits)
	case bytes.HasPrefix(head, []byte(oleHead)):
		return nil, refuseOLE(file)
	}
	if what := markup(head); what != "" {
		return nil, errNotSheet(what)
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv", ".txt", ".tsv":
		return openCSV(file, info.Size(), limits)
	}
	return nil, errNotSheet("文件内容不是工作簿（改扩展名不会改变内容）。")
}

// refuseOLE tells an encrypted workbook from an old one: both are compound
// documents, the former has a stream of this name in its directory.
func refuseOLE(file *os.File) error {
	found, err := contains(io.NewSectionReader(file, 0, 1<<40), utf16le("EncryptedPackage"))
	switch {
	case err != nil:
		return errs.Wrap("read sheet", err)
	case found > 0:
		return errEncrypted()
	}
	return errOld()
}

// markup names web pages and XML tables that systems write under a false .xls.
func markup(head []byte) string {
	s := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(string(head), "\uFEFF")))
	for _, p := range []string{"<html", "<!doctype", "<table", "<meta", "<head", "<script", "<svg"} {
		if strings.HasPrefix(s, p) {
			return "这是网页格式的文件，不是工作簿。"
		}
	}
	if strings.HasPrefix(s, "<?xml") {
		return "这是 XML 格式的文件，不是工作簿。"
	}
	return ""
}

func utf16le(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for _, c := range []byte(s) {
		b = append(b, c, 0)
	}
	return b
}

// contains counts a mark in a stream, in little memory.
func contains(r io.Reader, mark []byte) (n int, err error) {
	buf := make([]byte, 64<<10)
	kept := 0
	for {
		m, err := io.ReadFull(r, buf[kept:])
		chunk := buf[:kept+m]
		n += bytes.Count(chunk, mark)
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return n, nil
			}
			return n, err
		}
		kept = copy(buf, chunk[len(chunk)-len(mark)+1:])
	}
}
