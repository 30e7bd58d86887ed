package sheet

import (
	"iter"
	"regexp"
	"strconv"
	"strings"
)

// Column is a column of a table.
type Column struct {
	Index  int    // from 0
	Letter string // as the spreadsheet names it
	Name   string // the parts of the header joined by "/"; unique; "" when it has none
}

// Note is a line that is neither header nor data: a remark below, a section line.
type Note struct {
	Row  int
	Text string
}

// Table is what was found in a sheet.
type Table struct {
	Sheet      string
	Titles     []string // the lines above the header
	Year       int      // the first year named in the titles, else in the sheet's name; 0: none
	HeaderRow  int      // the first row of the header
	HeaderRows int      // 1 to 3
	Columns    []Column
	Data       int    // rows of data, which [Book.Data] gives
	Blank      int    // blank rows among them, and rows with a running number only
	Totals     int    // total rows left out
	Repeated   int    // the header again, or the numbers of its columns
	Notes      []Note // at most maxNotes

	merges mergeSet
	first  Row // the header's first row, to know it again
}

const maxNotes = 50

// ByName returns the column of a name.
func (t Table) ByName(name string) (Column, bool) {
	for _, c := range t.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}

// Table finds the table of a sheet, or with "" that of the first sheet that has
// one, and reads the sheet to its end: a broken file is refused here.
func (b *Book) Table(sheet string) (Table, error) {
	if sheet != "" {
		i, err := b.index(sheet)
		if err != nil {
			return Table{}, err
		}
		t, found, err := b.table(i)
		if err == nil && !found {
			err = errNoTable()
		}
		return t, err
	}
	for i := range b.src.names() {
		if t, found, err := b.table(i); found || err != nil {
			return t, err
		}
	}
	return Table{}, errNoTable()
}

func (b *Book) table(sheet int) (Table, bool, error) {
	merges, err := b.src.merges(sheet)
	if err != nil {
		return Table{}, false, err
	}
	var top []Row
	for row, err := range b.src.rows(sheet) {
		if err != nil {
			return Table{}, false, err
		}
		if top = append(top, row); len(top) == lookAhead {
			break
		}
	}
	t, found := findHeader(top, setOf(merges))
	if !found {
		// Still read to the end, so that what is broken is called broken.
		return Table{}, false, drain(b.src.rows(sheet))
	}
	t.Sheet = b.src.names()[sheet]
	if t.Year == 0 {
		t.Year = YearIn(t.Sheet)
	}
	last := t.headerEnd()
	for row, kind := range t.kinds(b.src.rows(sheet), &err) {
		switch kind {
		case isData:
			t.Data++
		case isTotal:
			t.Totals++
		case isRepeated:
			t.Repeated++
		case isNumbered:
			t.Blank++
		case isNote:
			if len(t.Notes) < maxNotes {
				t.Notes = append(t.Notes, Note{row.No, join(row)})
			}
		}
		t.Blank += max(0, row.No-last-1)
		last = row.No
	}
	return t, err == nil, err
}

// headerEnd is the last row of the header, also where its cells only reach down
// into rows that hold nothing.
func (t Table) headerEnd() int {
	last := t.HeaderRow + t.HeaderRows - 1
	for i := range t.Columns {
		if m := t.merges.at(t.HeaderRow, i); m.height() <= maxHeader {
			last = max(last, m.ToRow)
		}
	}
	return last
}

func drain(rows iter.Seq2[Row, error]) error {
	for _, err := range rows {
		if err != nil {
			return err
		}
	}
	return nil
}

// Data streams the data rows of a table. A value that stands in a cell merged
// over several rows is given to each of them, marked Merged.
func (b *Book) Data(t Table) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		i, err := b.index(t.Sheet)
		if err != nil {
			yield(Row{}, err)
			return
		}
		for row, kind := range t.kinds(b.src.rows(i), &err) {
			if kind == isData && !yield(row, nil) {
				return
			}
		}
		if err != nil {
			yield(Row{}, err)
		}
	}
}

type rowKind int

const (
	isData rowKind = iota
	isTotal
	isRepeated
	isNumbered
	isNote
)

// kinds tells what each row below the header is.
func (t Table) kinds(rows iter.Seq2[Row, error], failed *error) iter.Seq2[Row, rowKind] {
	return func(yield func(Row, rowKind) bool) {
		below := t.HeaderRow + t.HeaderRows
		spread := newSpread(t.merges, below)
		first := true
		for row, err := range rows {
			if err != nil {
				*failed = err
				return
			}
			if row.No < below {
				continue
			}
			kind := t.kindOf(row, first)
			first = false
			if kind == isData {
				row = spread.fill(row)
			}
			if !yield(row, kind) {
				return
			}
		}
	}
}

var (
	totalLine = regexp.MustCompile(`^\p{Han}{0,6}(合计|总计|小计|共计|累计)([^\p{Han}]*|[^\p{Han}]*[0-9]+\p{Han}{0,2})$`)
	noteLine  = regexp.MustCompile(`^(注|附注|说明|备注|填表|填报|制表|审核|审批|联系)[^，。]{0,8}[:：]|^(注|附注|说明|备注)\s*[:：、.．]?\s*[0-9一二三（(]`)
)

// kindOf decides by the row alone. When in doubt a row is data: the reader above
// will reject it with a reason, which is better than losing it.
func (t Table) kindOf(row Row, first bool) rowKind {
	column, filled := -1, 0
	for i, c := range row.Cells {
		if !c.Blank() {
			if filled++; column < 0 {
				column = i
			}
		}
	}
	if column < 0 {
		return isNumbered // formulas without a result
	}
	text := row.Cells[column].Text
	switch {
	case totalLine.MatchString(squeeze(text)):
		return isTotal
	case sameText(row, t.first), first && numbersColumns(row):
		return isRepeated
	case filled == 1 && column == 0 && len(text) < 7 && digits.MatchString(text):
		return isNumbered // a form with its running numbers printed in advance
	case filled <= 3 && noteLine.MatchString(text), filled == 1 && t.acrossHalf(row.No, column):
		return isNote
	}
	return isData
}

var digits = regexp.MustCompile(`^[0-9]+$`)

// acrossHalf tells whether a cell is merged over half the table or more.
func (t Table) acrossHalf(row, column int) bool {
	m := t.merges.at(row, column)
	return m.height() == 1 && m.width() > 1 && m.width()*2 >= len(t.Columns)
}

// numbersColumns finds the line 1, 2, 3 … under a header.
func numbersColumns(row Row) bool {
	for i, c := range row.Cells {
		if strings.Trim(c.Text, "()（）") != strconv.Itoa(i+1) {
			return false
		}
	}
	return len(row.Cells) >= 3
}

func sameText(a, b Row) bool {
	for i := range max(len(a.Cells), len(b.Cells)) {
		if squeeze(a.Cell(i).Text) != squeeze(b.Cell(i).Text) {
			return false
		}
	}
	return true
}

func join(row Row) string {
	var parts []string
	for _, c := range row.Cells {
		if !c.Blank() {
			parts = append(parts, c.Text)
		}
	}
	return strings.Join(parts, "　")
}

// spread carries the values of cells merged over several rows down.
type spread struct {
	starts map[int][]Merge // by first row
	active map[int]carried // by column
}

type carried struct {
	cell Cell
	to   int
}

func newSpread(merges mergeSet, below int) spread {
	s := spread{map[int][]Merge{}, map[int]carried{}}
	for _, m := range merges {
		if m.FromRow >= below && m.height() > 1 && m.width() == 1 {
			s.starts[m.FromRow] = append(s.starts[m.FromRow], m)
		}
	}
	return s
}

func (s spread) fill(row Row) Row {
	for column, c := range s.active {
		if row.No > c.to {
			delete(s.active, column)
			continue
		}
		for len(row.Cells) <= column {
			row.Cells = append(row.Cells, Cell{})
		}
		if row.Cells[column].Blank() {
			row.Cells[column] = c.cell
		}
	}
	for _, m := range s.starts[row.No] {
		cell := row.Cell(m.FromColumn)
		cell.Merged = true
		s.active[m.FromColumn] = carried{cell, m.ToRow}
	}
	return row
}
