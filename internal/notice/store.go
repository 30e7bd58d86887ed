package notice

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"tiaojietai/internal/db"
)

// All SQL of notices. What it reads of others: who serves and may sign in
// (service, account), and, for number and title, the reach of a matter.

// in writes a list of arguments as $n, $n+1, …, after those there are.
func in[T any](args *[]any, values []T) string {
	marks := make([]string, len(values))
	for i, v := range values {
		*args = append(*args, v)
		marks[i] = "$" + strconv.Itoa(len(*args))
	}
	return "(" + strings.Join(marks, ", ") + ")"
}

// serving are those who act for a body and may sign in.
const serving = `service v JOIN account a ON a.county = v.county AND a.person = v.person
	WHERE v.county = $1 AND v.until = '' AND a.disabled_at = 0 AND a.admin = ''`

type actor struct {
	Org    string `db:"org"`
	Person string `db:"person"`
	Role   string `db:"role"`
}

// actingFor finds who acts for these bodies now. It is sorted here: asked for an
// order, SQLite walks the whole county's service instead of the body's.
func actingFor(ctx context.Context, q db.Q, county string, orgs []string) (map[string][]string, error) {
	args := []any{county}
	var rows []actor
	err := db.Select(ctx, q, &rows, `SELECT v.org, v.person, '' AS role FROM `+serving+` AND v.org IN `+in(&args, orgs), args...)
	out := map[string][]string{}
	for _, r := range rows {
		out[r.Org] = append(out[r.Org], r.Person)
	}
	for org, people := range out {
		slices.Sort(people)
		out[org] = slices.Compact(people) // one may be mediator and head
	}
	return out, err
}

// acting are all who act for any body, by body.
func acting(ctx context.Context, q db.Q, county string) (rows []actor, err error) {
	err = db.Select(ctx, q, &rows, `SELECT v.org, v.person, v.role FROM `+serving+` ORDER BY v.org, v.person, v.role`, county)
	return rows, err
}

func ofMatter(ctx context.Context, q db.Q, county, matter string) (rows []Notice, err error) {
	err = db.Select(ctx, q, &rows, `SELECT `+db.Columns[Notice]()+` FROM notice WHERE county = $1 AND matter = $2 ORDER BY at, id`, county, matter)
	return rows, err
}

func dropUnread(ctx context.Context, tx *db.Tx, ids []string) error {
	args := []any{tx.County}
	_, err := tx.ExecContext(ctx, `DELETE FROM notice WHERE county = $1 AND read_at = 0 AND id IN `+in(&args, ids), args...)
	return err
}

// shown is a notice with what the person may see of its matter.
type shown struct {
	Notice
	Number string `db:"number"`
	Title  string `db:"title"`
	Seen   bool   `db:"seen"`
}

// inSight joins the matter while the person serves in the body they were told for
// and that body reaches it.
const inSight = ` FROM notice n
	LEFT JOIN matter_reach r ON r.county = n.county AND r.matter = n.matter AND r.org = n.org
		AND EXISTS (SELECT 1 FROM service v WHERE v.county = n.county AND v.person = n.person AND v.org = n.org AND v.until = '')
	LEFT JOIN matter m ON m.county = r.county AND m.id = r.matter
	WHERE n.county = $1 AND n.person = $2`

// page is which notices of a person are asked for.
type page struct {
	unread, urgent bool
	at             int64 // the last one seen, 0 for the first page
	id             string
	limit          int
}

func inbox(ctx context.Context, q db.Q, county, person string, p page) (rows []shown, err error) {
	args := []any{county, person}
	where := ``
	if p.unread {
		where += ` AND n.read_at = 0`
	}
	if p.urgent {
		where += ` AND n.urgent = 1`
	}
	if p.id != "" {
		args = append(args, p.at, p.id)
		where += ` AND (n.at < $3 OR n.at = $3 AND n.id < $4)`
	}
	args = append(args, p.limit)
	err = db.Select(ctx, q, &rows, `SELECT n.id, n.org, n.at, n.cause, n.urgent, n.matter, n.about, n.counts, n.read_at,
		COALESCE(m.number, '') AS number, COALESCE(m.title, '') AS title, (CASE WHEN m.id IS NULL THEN 0 ELSE 1 END) AS seen`+
		inSight+where+` ORDER BY n.at DESC, n.id DESC LIMIT $`+strconv.Itoa(len(args)), args...)
	return rows, err
}

type totals struct {
	Total  int64 `db:"total"`
	Unread int64 `db:"unread"`
}

func countOf(ctx context.Context, q db.Q, county, person string) (t totals, err error) {
	_, err = db.Get(ctx, q, &t, `SELECT count(*) AS total, CAST(COALESCE(sum(CASE WHEN read_at = 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS unread
		FROM notice WHERE county = $1 AND person = $2`, county, person)
	return t, err
}

func unreadOf(ctx context.Context, q db.Q, county, person string) (n int64, err error) {
	_, err = db.Get(ctx, q, &n, `SELECT count(*) FROM notice WHERE county = $1 AND person = $2 AND read_at = 0`, county, person)
	return n, err
}

// markRead marks a person's own notices: these, or all.
func markRead(ctx context.Context, tx *db.Tx, person string, ids []string, all bool) error {
	args := []any{tx.County, person, db.Micros(tx.Now)}
	where := ``
	if !all {
		where = ` AND id IN ` + in(&args, ids)
	}
	_, err := tx.ExecContext(ctx, `UPDATE notice SET read_at = $3 WHERE county = $1 AND person = $2 AND read_at = 0`+where, args...)
	return err
}

func readBefore(ctx context.Context, tx *db.Tx, before int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE notice SET read_at = at WHERE county = $1 AND read_at = 0 AND at < $2`, tx.County, before)
	return err
}

// sweep forgets what was read before one time, and whatever is older than another.
func sweep(ctx context.Context, tx *db.Tx, readBefore, before int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM notice WHERE county = $1 AND (read_at > 0 AND read_at < $2 OR at < $3)`, tx.County, readBefore, before)
	return err
}

type newsRow struct {
	Person string `db:"person"`
	N      int64  `db:"n"`
}

// newsOf counts by person what is unread and came after their last digest.
func newsOf(ctx context.Context, q db.Q, county string) (map[string]int64, error) {
	var rows []newsRow
	err := db.Select(ctx, q, &rows, `SELECT n.person, count(*) AS n FROM notice n
		LEFT JOIN (SELECT person, max(at) AS at FROM notice WHERE county = $1 AND cause = 'digest' GROUP BY person) d ON d.person = n.person
		WHERE n.county = $1 AND n.read_at = 0 AND n.cause <> 'digest' AND n.at > COALESCE(d.at, 0) GROUP BY n.person`, county)
	out := make(map[string]int64, len(rows))
	for _, r := range rows {
		out[r.Person] = r.N
	}
	return out, err
}

// digested are those who have had a digest since a time.
func digested(ctx context.Context, q db.Q, county string, since int64) (persons []string, err error) {
	err = db.Select(ctx, q, &persons, `SELECT DISTINCT person FROM notice WHERE county = $1 AND cause = 'digest' AND at >= $2`, county, since)
	return persons, err
}

// dropDigests takes away the digests of earlier days that nobody has read.
func dropDigests(ctx context.Context, tx *db.Tx, before int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM notice WHERE county = $1 AND cause = 'digest' AND read_at = 0 AND at < $2`, tx.County, before)
	return err
}
