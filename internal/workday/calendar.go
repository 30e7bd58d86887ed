package workday

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// Kinds of a table row: a day off, or a weekend day that is worked.
const (
	Holiday = "holiday"
	Makeup  = "workday"
)

// Day is one row of a year's table.
type Day struct {
	Date string // YYYY-MM-DD
	Kind string // Holiday or Makeup
	Name string // 国庆节
}

// Calendar knows the holidays and make-up days of some years. It never changes.
type Calendar struct {
	days  map[string]Day
	years map[int]bool
}

//go:embed holidays.csv
var embedded []byte

// Embedded is the calendar shipped with the program.
var Embedded = sync.OnceValue(func() *Calendar {
	c, err := Load(bytes.NewReader(embedded))
	if err != nil {
		panic("embedded holidays.csv: " + err.Error()) // a test loads it
	}
	return c
})

// Load reads a table: CSV with the columns date, kind (holiday or workday) and
// name. A year must have its 元旦 and 国庆节, so that half a table is refused;
// only days of December may stand alone (the next year's 元旦 may begin there).
func Load(r io.Reader) (*Calendar, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1
	in.TrimLeadingSpace = true
	c := &Calendar{days: map[string]Day{}, years: map[int]bool{}}
	lines := map[string]int{}
	for {
		rec, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("节假日表读不懂：%w", err)
		}
		line, _ := in.FieldPos(0)
		rec[0] = strings.TrimPrefix(rec[0], "\uFEFF") // a spreadsheet's byte order mark
		if line == 1 && rec[0] == "date" {
			continue
		}
		d, err := c.row(rec)
		if err != nil {
			return nil, fmt.Errorf("节假日表第 %d 行：%w", line, err)
		}
		c.days[d.Date] = d
		lines[d.Date] = line
	}
	if err := c.whole(lines); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Calendar) row(rec []string) (Day, error) {
	if len(rec) != 3 {
		return Day{}, fmt.Errorf("应有三列：日期、holiday 或 workday、名称")
	}
	d := Day{rec[0], rec[1], rec[2]}
	if _, ok := ParseDate(d.Date); !ok {
		return d, fmt.Errorf("日期应写成 2026-10-01 的样子，写的是“%s”", d.Date)
	}
	if _, twice := c.days[d.Date]; twice {
		return d, fmt.Errorf("日期 %s 写了两次", d.Date)
	}
	switch {
	case d.Kind != Holiday && d.Kind != Makeup:
		return d, fmt.Errorf("第二列只能是 holiday 或 workday，写的是“%s”", d.Kind)
	case d.Kind == Makeup && !weekend(d.Date):
		return d, fmt.Errorf("%s 不是周末，不会是调休上班日", d.Date)
	case strings.TrimSpace(d.Name) == "":
		return d, fmt.Errorf("%s 缺少节日名称", d.Date)
	}
	return d, nil
}

// whole finds the years that have their table, and refuses half a one.
func (c *Calendar) whole(lines map[string]int) error {
	for _, date := range c.dates() {
		year := Midnight(date).Year()
		if c.days[fmt.Sprintf("%d-01-01", year)].Kind == Holiday && c.days[fmt.Sprintf("%d-10-01", year)].Kind == Holiday {
			c.years[year] = true
		} else if date[5:7] != "12" {
			return fmt.Errorf("节假日表第 %d 行：%d 年的表不全，没有元旦或国庆节", lines[date], year)
		}
	}
	if len(c.years) == 0 {
		return fmt.Errorf("节假日表里没有一个完整的年份")
	}
	return nil
}

func (c *Calendar) dates() []string {
	out := make([]string, 0, len(c.days))
	for d := range c.days {
		out = append(out, d)
	}
	slices.Sort(out)
	return out
}

// With returns a calendar in which the years of table replace those of c; days
// of table outside its years (a 31 December) are added.
func (c *Calendar) With(table *Calendar) *Calendar {
	out := &Calendar{days: map[string]Day{}, years: map[int]bool{}}
	for date, d := range c.days {
		if !table.years[Midnight(date).Year()] {
			out.days[date] = d
		}
	}
	for date, d := range table.days {
		out.days[date] = d
	}
	for _, years := range []map[int]bool{c.years, table.years} {
		for y := range years {
			out.years[y] = true
		}
	}
	// A 31 December that c had from the next year's notice stays a day off when
	// the old year's table is loaded again without it.
	for date, d := range c.days {
		year := Midnight(date).Year()
		if _, had := out.days[date]; !had && date[5:7] == "12" && c.years[year+1] && !table.years[year+1] {
			out.days[date] = d
		}
	}
	return out
}

// Years are the years with a table, in order.
func (c *Calendar) Years() []int {
	out := make([]int, 0, len(c.years))
	for y := range c.years {
		out = append(out, y)
	}
	slices.Sort(out)
	return out
}

// Days are all rows, in order of date.
func (c *Calendar) Days() []Day {
	out := make([]Day, 0, len(c.days))
	for _, d := range c.dates() {
		out = append(out, c.days[d])
	}
	return out
}

// CSV writes the rows as Load reads them.
func (c *Calendar) CSV() []byte {
	var b bytes.Buffer
	b.WriteString("date,kind,name\n")
	for _, d := range c.Days() {
		fmt.Fprintf(&b, "%s,%s,%s\n", d.Date, d.Kind, d.Name)
	}
	return b.Bytes()
}

func weekend(date string) bool {
	d := Midnight(date).Weekday()
	return d == time.Saturday || d == time.Sunday
}

// IsWorkday tells whether a date is worked; provisional when its year has no
// table, so that only the weekend rule speaks.
func (c *Calendar) IsWorkday(date string) (works, provisional bool) {
	if d, ok := c.days[date]; ok {
		return d.Kind == Makeup, false
	}
	return !weekend(date), !c.years[Midnight(date).Year()]
}

// Name is the holiday or make-up day a date belongs to, "" for an ordinary one.
func (c *Calendar) Name(date string) string { return c.days[date].Name }
