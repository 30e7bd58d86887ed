package matter

import (
	"context"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/workday"
)

// closedAt is when a matter was resolved, or else ended; 0 while it is open.
const closedAt = `(CASE WHEN m.resolved_at > 0 THEN m.resolved_at ELSE m.ended_at END)`

// between limits a column of instants to days, an absent one to nothing.
func (w *where) between(column, from, to string) {
	if from != "" {
		w.add(column+` >= %s`, db.Micros(workday.Midnight(from)))
	}
	if to != "" {
		w.add(column+` < %s`, db.Micros(workday.EndOf(to)))
	}
}

// reach adds what the rows of matter_reach carry.
func (n Narrow) reach(w *where) {
	if n.DueFrom != "" {
		w.add(`r.next_due > %s`, db.Micros(workday.Midnight(n.DueFrom)))
	}
	if n.DueTo != "" {
		w.add(`r.next_due <= %s`, db.Micros(workday.EndOf(n.DueTo)))
	}
	if len(n.Level) > 0 {
		w.in(`r.holder IN (SELECT o.code FROM org o WHERE o.county = $1 AND o.level`, n.Level)
		w.cond[len(w.cond)-1] += `)`
	}
}

// join adds what needs the matter itself.
func (n Narrow) join(w *where) {
	w.between(closedAt, n.ClosedFrom, n.ClosedTo)
	if n.ClosedFrom == "" && n.ClosedTo != "" {
		w.add(closedAt + ` > 0`)
	}
	if n.RegisteredUnder != "" {
		w.add(`m.merged_into || '' = ''`)
		w.under(`m.registrant`, n.RegisteredUnder)
	}
	if n.Reopened {
		w.add(`m.reopened > 0`)
	}
	if n.ComeBack {
		w.add(`m.repeats <> ''`)
	}
	if n.ToCourt {
		w.add(`EXISTS (SELECT 1 FROM matter_referral x WHERE x.county = m.county AND x.matter = m.id AND x.mode = 'confirm')`)
	}
	if n.Batch != "" {
		w.add(`m.imported = %s AND m.imported <> ''`, n.Batch) // the index holds only what was imported
	}
	visits := `EXISTS (SELECT 1 FROM matter_follow_up x WHERE x.county = m.county AND x.matter = m.id AND x.done_at > 0`
	if n.FollowedUp || n.Performed {
		w.add(visits + `)`)
	}
	if n.Performed {
		w.add(`NOT ` + visits + ` AND x.performed <> 'yes')`)
	}
}

// Ways to part a list for its figures.
const (
	TallyStatus   = "status"
	TallyCategory = "category"
	TallyHolder   = "holder"
)

// Tally counts a list in parts, as many as have any: by the code of its status,
// category or holder. The sum is the total of the list.
func Tally(ctx context.Context, q db.Q, c account.Caller, f Filter, by string, now time.Time) (map[string]int64, error) {
	from, w := f.where(c, now)
	column := `r.` + by
	if by == TallyCategory {
		column = `m.category`
		if !f.join(&where{}) {
			from += ` JOIN matter m ON m.county = r.county AND m.id = r.matter`
		}
	}
	if len(f.Status) == 0 {
		w.add(`r.status <> %s`, Void)
	}
	var rows []struct {
		Code string `db:"code"`
		N    int64  `db:"n"`
	}
	err := db.Select(ctx, q, &rows, `SELECT `+column+` AS code, count(*) AS n`+from+` WHERE `+w.String()+` GROUP BY `+column, w.args...)
	m := map[string]int64{}
	for _, r := range rows {
		m[r.Code] = r.N
	}
	return m, err
}

// Instants to part a list by. What is due at 24:00 belongs to the day it ends.
const (
	TallyRegistered = `r.registered_at`
	TallyDue        = `(r.next_due - 1)`
	TallyClosed     = closedAt
)

// TallyDays counts a list by the day of an instant, from a first day on: m[3] is
// the fourth. The filter has to begin at that day as well.
func TallyDays(ctx context.Context, q db.Q, c account.Caller, f Filter, at, first string, now time.Time) (map[int64]int64, error) {
	from, w := f.where(c, now)
	if len(f.Status) == 0 {
		w.add(`r.status <> %s`, Void)
	}
	cond := w.String()
	w.args = append(w.args, db.Micros(workday.Midnight(first)))
	day := `(` + at + ` - $` + itoa(len(w.args)) + `) / 86400000000` // Asia/Shanghai has no summer time
	var rows []struct {
		Day int64 `db:"day"`
		N   int64 `db:"n"`
	}
	err := db.Select(ctx, q, &rows, `SELECT `+day+` AS day, count(*) AS n`+from+` WHERE `+cond+` GROUP BY 1`, w.args...)
	m := map[int64]int64{}
	for _, r := range rows {
		m[r.Day] = r.N
	}
	return m, err
}

// Counted is the total of a list inside a read.
func Counted(ctx context.Context, q db.Q, c account.Caller, f Filter, now time.Time) (int64, error) {
	return countMatters(ctx, q, c, f, now)
}
