package matter

import (
	"context"
	"math"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/attachment"
	"tiaojietai/internal/db"
	"tiaojietai/internal/workday"
)

type reachRow struct {
	Matter       string `db:"matter"`
	Mode         string `db:"mode"`
	RegisteredAt int64  `db:"registered_at"`
	NextDue      int64  `db:"next_due"`
}

// where says which reach rows a filter asks for, but for its words: the index of
// the body's reach leads, matter is joined only for what reach does not carry.
func (f Filter) where(c account.Caller, now time.Time) (from string, w *where) {
	w = &where{}
	w.add(`r.county = %s AND r.org = %s`, c.County, c.Org)
	from = ` FROM matter_reach r`
	if f.join(w) {
		from += ` JOIN matter m ON m.county = r.county AND m.id = r.matter`
	}
	if len(f.Kind) > 0 {
		w.in(`r.kind`, f.Kind)
	}
	if len(f.Status) > 0 {
		w.in(`r.status`, f.Status)
	}
	if len(f.Holder) > 0 {
		w.in(`r.holder`, f.Holder)
	}
	if f.Under != "" {
		w.under(`r.holder`, f.Under)
	}
	registeredFrom, to := f.registered()
	if registeredFrom > 0 {
		w.add(`r.registered_at >= %s`, registeredFrom)
	}
	if to > 0 {
		w.add(`r.registered_at < %s`, to)
	}
	for _, g := range groupsOf(now, c) {
		if g.key == f.Todo {
			g.where(w)
		}
	}
	if f.Overdue {
		w.add(`r.next_due <= %s`, db.Micros(now))
	}
	f.Narrow.reach(w)
	return from, w
}

// registered are the bounds of the registration, to exclusive; 0 for none.
func (f Filter) registered() (from, to int64) {
	if f.From != "" {
		from = db.Micros(workday.Midnight(f.From))
	}
	if f.To != "" {
		to = db.Micros(workday.EndOf(f.To))
	}
	return from, to
}

// listMatters reads one page of reach rows.
func listMatters(ctx context.Context, q db.Q, c account.Caller, f Filter, now time.Time) ([]reachRow, error) {
	from, w := f.where(c, now)
	if len(f.Status) == 0 {
		w.add(`r.status <> %s`, Void)
	}
	return f.page(ctx, q, from, w)
}

// page reads the rows that follow the cursor.
func (f Filter) page(ctx context.Context, q db.Q, from string, w *where) (rows []reachRow, err error) {
	column, order, past := `r.registered_at`, `DESC`, `<`
	if f.Sort == "due" {
		column, order, past = `r.next_due`, `ASC`, `>`
	}
	if at, id, _ := decodeCursor(f.Cursor); id != "" {
		w.add(`(`+column+` `+past+` %s OR `+column+` = %s AND r.matter `+past+` %s)`, at, at, id)
	}
	w.args = append(w.args, f.Limit)
	err = db.Select(ctx, q, &rows, `SELECT r.matter, r.mode, r.registered_at, r.next_due`+from+` WHERE `+w.String()+
		` ORDER BY `+column+` `+order+`, r.matter `+order+` LIMIT $`+itoa(len(w.args)), w.args...)
	return rows, err
}

// countMatters counts all that a list has. The void count nowhere; they are few and
// have an index: to take them off is half the work of asking every row.
func countMatters(ctx context.Context, q db.Q, c account.Caller, f Filter, now time.Time) (total int64, err error) {
	from, w := f.where(c, now)
	if _, err = db.Get(ctx, q, &total, `SELECT count(*)`+from+` WHERE `+w.String(), w.args...); err != nil || len(f.Status) > 0 {
		return total, err
	}
	var void int64
	w.add(`r.status = %s`, Void)
	_, err = db.Get(ctx, q, &void, `SELECT count(*)`+from+` WHERE `+w.String(), w.args...)
	return total - void, err
}

// under limits a column to a body and all below it. The list of bodies is made
// once for the statement: it must not depend on its rows. $1 is the county.
func (w *where) under(column, top string) {
	w.add(column+` IN (SELECT o.code FROM org o WHERE o.county = $1 AND o.path LIKE %s)`, `%/`+top+`/%`)
}

// join adds the conditions that need the matter itself.
func (f Filter) join(w *where) bool {
	n := len(w.cond)
	if len(f.Category) > 0 {
		w.in(`m.category`, f.Category)
	}
	if len(f.Stands) > 0 {
		w.in(`(CASE WHEN m.status = 'cleared' THEN m.cleared_from ELSE m.status END)`, f.Stands)
		w.add(`m.merged_into || '' = %s AND m.void = 0`, ``) // never led by the index of what is merged: nearly all are not
	}
	if f.AcceptedFrom != "" {
		w.add(`m.accepted_at >= %s`, db.Micros(workday.Midnight(f.AcceptedFrom)))
	}
	if f.AcceptedTo != "" {
		w.add(`m.accepted_at > 0 AND m.accepted_at < %s`, db.Micros(workday.EndOf(f.AcceptedTo)))
	}
	if f.AcceptedUnder != "" {
		w.under(`m.accepted_org`, f.AcceptedUnder)
	}
	if len(f.List) > 0 {
		w.in(`EXISTS (SELECT 1 FROM matter_demand d WHERE d.county = r.county AND d.matter = r.matter AND d.outcome = '' AND d.list`, f.List)
		w.cond[len(w.cond)-1] += `)`
		w.add(`r.mode <> %s`, ModeHelp) // a helper sees no list, and learns none by asking
	}
	f.Narrow.join(w)
	return len(w.cond) > n
}

// where limits to the reach rows of a to-do group that this person may do. The
// plus keeps the index by due from being chosen: to-dos are few, dues many.
func (g todoGroup) where(w *where) {
	w.in(`r.todo`, g.todos)
	to := g.to
	if to == 0 {
		to = math.MaxInt64
		w.add(`+r.next_due >= %s AND +r.next_due <= %s`, g.from, to)
	} else {
		w.add(`+r.next_due >= %s AND +r.next_due < %s`, g.from, to)
	}
	if g.person != "" {
		w.add(`r.todo_not NOT LIKE %s`, `%`+g.person+`%`)
	}
}

func todoMatters(ctx context.Context, q db.Q, c account.Caller, g todoGroup, limit int) (rows []reachRow, total int64, err error) {
	w := &where{}
	w.add(`r.county = %s AND r.org = %s`, c.County, c.Org)
	g.where(w)
	if _, err = db.Get(ctx, q, &total, `SELECT count(*) FROM matter_reach r WHERE `+w.String(), w.args...); err != nil {
		return nil, 0, err
	}
	w.args = append(w.args, limit)
	// The plus here, too: the order must not choose the index.
	err = db.Select(ctx, q, &rows, `SELECT r.matter, r.mode, r.registered_at, r.next_due FROM matter_reach r WHERE `+w.String()+
		` ORDER BY +r.next_due, r.matter LIMIT $`+itoa(len(w.args)), w.args...)
	return rows, total, err
}

// loadRows reads what list lines show of many matters: the matter, its lists and
// its open clocks.
func loadRows(ctx context.Context, q db.Q, county string, ids []string) (map[string]*State, error) {
	var ms []Matter
	var demands []Demand
	var clocks []Deadline
	for _, part := range []struct {
		dst   any
		query string
		key   string
	}{
		{&ms, `SELECT ` + db.Columns[Matter]() + ` FROM matter WHERE `, `id`},
		{&demands, `SELECT ` + db.Columns[Demand]() + ` FROM matter_demand WHERE `, `matter`},
		{&clocks, `SELECT ` + db.Columns[Deadline]() + ` FROM matter_deadline WHERE state <> 'stopped' AND `, `matter`},
	} {
		w := &where{}
		w.add(`county = %s`, county)
		w.in(part.key, ids)
		if err := db.Select(ctx, q, part.dst, part.query+w.String(), w.args...); err != nil {
			return nil, err
		}
	}
	states := map[string]*State{}
	for _, m := range ms {
		states[m.ID] = &State{M: m}
	}
	for _, d := range demands {
		states[d.Matter].Demands = append(states[d.Matter].Demands, d)
	}
	for _, c := range clocks {
		states[c.Matter].Deadlines = append(states[c.Matter].Deadlines, c)
	}
	return states, nil
}

type fileRow struct {
	ID   string `db:"id"`
	Name string `db:"name"`
	Type string `db:"type"`
	Size int64  `db:"size"`
	At   int64  `db:"at"`
	By   string `db:"by_name"`
}

func filesShown(ctx context.Context, q db.Q, m Matter) ([]FileView, error) {
	var rows []fileRow
	err := db.Select(ctx, q, &rows, `SELECT a.id, a.name, a.type, a.size, a.at, p.name AS by_name FROM attachment a
		JOIN person p ON p.county = a.county AND p.id = a.person WHERE a.county = $1 AND a.matter = $2 ORDER BY a.at, a.id`, m.County, m.ID)
	out := []FileView{}
	for _, r := range rows {
		out = append(out, FileView{r.ID, r.Name, r.Type, r.Size, shown(r.At), r.By, attachment.HasThumbnail(r.Type), attachment.PreviewOf(r.Type)})
	}
	return out, err
}
