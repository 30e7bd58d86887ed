package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lookAhead is how many rows with content are searched for a header.
const lookAhead = 40

// maxHeader is the most rows a header has.
const maxHeader = 3

// findHeader finds the header among the first rows: the first row of which at
// least half the width of the sheet is filled, and nearly all with what a
// header's cell looks like. What stands above are titles.
func findHeader(top []Row, merges mergeSet) (Table, bool) {
	t := Table{merges: merges}
	width := 0
	for _, row := range top {
		if filled, _ := t.looks(row); filled > 1 {
			width = max(width, filled)
		}
	}
	for i, row := range top {
		filled, likely := t.looks(row)
		if width >= 2 && filled >= 2 && t.span(row)*2 >= width && likely*5 >= filled*4 {
			t.HeaderRow, t.first = row.No, row
			t.HeaderRows = t.headerRows(top[i:])
			t.Columns = t.columns(top[i:])
			return t, true
		}
		line := join(row)
		t.Titles = append(t.Titles, line)
		if t.Year == 0 {
			t.Year = YearIn(line)
		}
	}
	return Table{}, false
}

var (
	yearIn   = regexp.MustCompile(`((?:19|20)[0-9]{2})\s*年?`)
	yearOnly = regexp.MustCompile(`((?:19|20)[0-9]{2})\s*年`)
)

// YearIn finds the year a title names, as in 2021年上半年; a year without 年 counts
// where nothing else is named so. 0: none.
func YearIn(s string) int {
	s = narrow(s)
	m := yearOnly.FindStringSubmatch(s)
	if m == nil {
		for _, at := range yearIn.FindAllStringSubmatchIndex(s, -1) {
			// Not a part of a longer number.
			if (at[2] == 0 || !isDigit(s[at[2]-1])) && (at[3] == len(s) || !isDigit(s[at[3]])) {
				m = []string{"", s[at[2]:at[3]]}
				break
			}
		}
	}
	if m == nil {
		return 0
	}
	year, _ := strconv.Atoi(m[1])
	return year
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// looks counts the cells with content and those that could be of a header.
func (t Table) looks(row Row) (filled, likely int) {
	for _, c := range row.Cells {
		if c.Blank() {
			continue
		}
		filled++
		if headerLike(c) {
			likely++
		}
	}
	return filled, likely
}

var brackets = regexp.MustCompile(`[（(\[【][^）)\]】]*[）)\]】]`)

// headerLike: short, with letters, no number, no date, no "label: value".
func headerLike(c Cell) bool {
	text := squeeze(brackets.ReplaceAllString(c.Text, ""))
	if c.IsNumber || c.IsDate || utf8.RuneCountInString(text) > 20 || strings.ContainsAny(text, "：:。；") {
		return false
	}
	if strings.IndexFunc(c.Text, unicode.IsLetter) < 0 {
		return false
	}
	_, err := ParseDate(c, 2000)
	return err != nil
}

// span counts the columns a row fills, merged ones as wide as they are.
func (t Table) span(row Row) (n int) {
	for i, c := range row.Cells {
		if !c.Blank() {
			n += t.merges.at(row.No, i).width()
		}
	}
	return n
}

func (m Merge) width() int  { return m.ToColumn - m.FromColumn + 1 }
func (m Merge) height() int { return m.ToRow - m.FromRow + 1 }

// mergeSet finds a merged range by its first row and column; a sheet may have very many.
type mergeSet map[[2]int]Merge

func setOf(list []Merge) mergeSet {
	set := make(mergeSet, len(list))
	for _, m := range list {
		set[[2]int{m.FromRow, m.FromColumn}] = m
	}
	return set
}

// at returns the merged range that begins at a cell, or the cell itself.
func (s mergeSet) at(row, column int) Merge {
	if m, ok := s[[2]int{row, column}]; ok {
		return m
	}
	return Merge{row, row, column, column}
}

// headerRows tells how many rows the header has. Merged cells say so: one that
// reaches down takes the rows with it, one that reaches across has its parts
// below. Without merged cells (a CSV of the same ledger) gaps that the next row
// fills, and only those, say the same.
func (t Table) headerRows(rows []Row) int {
	n := 1
	for n < maxHeader && n < len(rows) && rows[n].No == rows[0].No+n {
		deeper := false
		for _, row := range rows[:n] {
			for i, c := range row.Cells {
				m := t.merges.at(row.No, i)
				deeper = deeper || !c.Blank() && m.ToRow >= rows[0].No+n && m.height() <= maxHeader
			}
		}
		if !deeper && !t.fillsGaps(rows[n-1], rows[n]) {
			break
		}
		n++
	}
	return n
}

// fillsGaps tells whether below names the parts of what stands across in above.
func (t Table) fillsGaps(above, below Row) bool {
	filled, likely := t.looks(below)
	if filled == 0 || likely < filled {
		return false
	}
	parts := map[int]bool{} // columns whose header may have parts
	for i, c := range above.Cells {
		if c.Blank() {
			continue
		}
		next := i + 1
		if m := t.merges.at(above.No, i); m.width() > 1 {
			next = m.ToColumn + 1
		} else if len(t.merges) > 0 {
			continue
		} else {
			for next < max(len(above.Cells), len(below.Cells)) && above.Cell(next).Blank() {
				next++
			}
		}
		for column := i; next > i+1 && column < next; column++ {
			parts[column] = true
		}
	}
	for i, c := range below.Cells {
		if !c.Blank() && !parts[i] {
			return false
		}
	}
	// Without merged cells some column must have no parts: were all filled below, it
	// would be the first row of data under names that are missing.
	return len(parts) > 0 && (len(t.merges) > 0 || len(parts) < max(len(above.Cells), len(below.Cells)))
}

// columns joins the rows of the header.
func (t Table) columns(rows []Row) []Column {
	width := 0
	for _, row := range rows {
		width = max(width, len(row.Cells))
	}
	names := make([][]string, width)
	for n, row := range rows[:t.HeaderRows] {
		for i, c := range row.Cells {
			name := nameOf(c.Text)
			if name == "" {
				continue
			}
			last := t.merges.at(row.No, i).ToColumn
			// Without merged cells a name reaches over the gap that has parts below.
			for len(t.merges) == 0 && n+1 < t.HeaderRows && last+1 < width && row.Cell(last+1).Blank() && !rows[n+1].Cell(last+1).Blank() {
				last++
			}
			for column := i; column <= min(last, width-1); column++ {
				if k := len(names[column]); k == 0 || names[column][k-1] != name {
					names[column] = append(names[column], name)
				}
			}
		}
	}
	list := make([]Column, 0, width)
	taken := map[string]int{}
	for i, parts := range names {
		name := strings.Join(parts, "/")
		if taken[name]++; name != "" && taken[name] > 1 {
			name += "（" + strconv.Itoa(taken[name]) + "）"
		}
		list = append(list, Column{i, Letter(i), name})
	}
	return list
}

// nameOf is a header's text on one line: 涉及↵人数 and 序　号 are 涉及人数 and 序号;
// between Latin words one blank stays.
func nameOf(s string) string {
	words := strings.Fields(s)
	var b strings.Builder
	for i, w := range words {
		if i > 0 && latinEnd(words[i-1]) && latinStart(w) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

func latinEnd(s string) bool   { r, _ := utf8.DecodeLastRuneInString(s); return r < 0x250 }
func latinStart(s string) bool { r, _ := utf8.DecodeRuneInString(s); return r < 0x250 }

// squeeze takes all blanks out.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }
