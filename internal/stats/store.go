package stats

import (
	"context"
	"strconv"
	"strings"

	"tiaojietai/internal/db"
	"tiaojietai/internal/workday"
)

// query is what a summary is asked for; dates are inclusive.
type query struct {
	county, root, under, from, to, kind string
	kinds                               []string // of bodies counted
}

// stands says where a matter of a cohort stands now: in its status, or the one it
// was cleared from.
const stands = `(CASE WHEN m.status = 'cleared' THEN m.cleared_from ELSE m.status END)`

type levelRow struct {
	Level     string `db:"level"`
	Status    string `db:"status"`
	N         int64  `db:"n"`
	Reopened  int64  `db:"reopened"`
	ComeBack  int64  `db:"come_back"`
	ToCourt   int64  `db:"to_court"`
	Visited   int64  `db:"visited"`
	Performed int64  `db:"performed"`
}

// cohort counts the matters first accepted within the dates by a body in under,
// by where they stand and the level of who holds them.
func cohort(ctx context.Context, q db.Q, w query) (rows []levelRow, err error) {
	visits := func(cond string) string {
		return `SELECT count(*) FROM matter_follow_up f WHERE f.county = m.county AND f.matter = m.id AND f.done_at > 0` + cond
	}
	a := args{}
	where := a.cohort(w, `m.accepted_at`, `m.accepted_org`)
	err = db.Select(ctx, q, &rows, `SELECT o.level, `+stands+` AS status, count(*) AS n,
		CAST(sum(CASE WHEN m.reopened > 0 THEN 1 ELSE 0 END) AS BIGINT) AS reopened,
		CAST(sum(CASE WHEN m.repeats <> '' THEN 1 ELSE 0 END) AS BIGINT) AS come_back,
		CAST(sum(CASE WHEN EXISTS (SELECT 1 FROM matter_referral r WHERE r.county = m.county AND r.matter = m.id AND r.mode = 'confirm') THEN 1 ELSE 0 END) AS BIGINT) AS to_court,
		CAST(sum(CASE WHEN (`+visits(``)+`) > 0 THEN 1 ELSE 0 END) AS BIGINT) AS visited,
		CAST(sum(CASE WHEN (`+visits(``)+`) > 0 AND (`+visits(` AND f.performed <> 'yes'`)+`) = 0 THEN 1 ELSE 0 END) AS BIGINT) AS performed
		FROM matter m JOIN org o ON o.county = m.county AND o.code = m.holder WHERE `+where+` GROUP BY o.level, `+stands+` ORDER BY o.level`, a.values...)
	return rows, err
}

func registered(ctx context.Context, q db.Q, w query) (n int64, err error) {
	a := args{}
	where := a.cohort(w, `m.registered_at`, `m.registrant`)
	_, err = db.Get(ctx, q, &n, `SELECT count(*) FROM matter m WHERE `+where, a.values...)
	return n, err
}

// bodies counts those of the counted kinds that are open at the last day, and who
// mediates in them then.
func bodies(ctx context.Context, q db.Q, w query) (n, mediators int64, err error) {
	a := args{}
	where := `o.county = ` + a.add(w.county) + ` AND o.kind IN (` + a.list(w.kinds) + `)` + a.under(w, `o.code`)
	to := a.add(w.to)
	where += ` AND o.opened_on <= ` + to + ` AND (o.closed_on = '' OR o.closed_on > ` + to + `)`
	if _, err = db.Get(ctx, q, &n, `SELECT count(*) FROM org o WHERE `+where, a.values...); err != nil {
		return 0, 0, err
	}
	_, err = db.Get(ctx, q, &mediators, `SELECT count(DISTINCT v.person) FROM org o JOIN service v ON v.county = o.county AND v.org = o.code
		WHERE `+where+` AND v.role = 'mediator' AND v.since <= `+to+` AND (v.until = '' OR v.until > `+to+`)`, a.values...)
	return n, mediators, err
}

// args numbers the arguments of a statement.
type args struct{ values []any }

func (a *args) add(v any) string {
	a.values = append(a.values, v)
	return "$" + strconv.Itoa(len(a.values))
}

func (a *args) list(values []string) string {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = a.add(v)
	}
	return strings.Join(marks, ", ")
}

// cohort is the condition of a cohort by one of its dates and bodies. Merged and
// void matters count nowhere.
func (a *args) cohort(w query, at, body string) string {
	return `m.county = ` + a.add(w.county) + ` AND m.kind = ` + a.add(w.kind) +
		` AND ` + at + ` >= ` + a.add(db.Micros(workday.Midnight(w.from))) + ` AND ` + at + ` < ` + a.add(db.Micros(workday.EndOf(w.to))) +
		` AND ` + at + ` > 0 AND m.void = 0 AND m.merged_into = ''` + a.under(w, body)
}

// under limits to a body and all below it; for the whole county to nothing.
func (a *args) under(w query, body string) string {
	if w.under == w.root {
		return ``
	}
	return ` AND ` + body + ` IN (SELECT u.code FROM org u WHERE u.county = ` + a.add(w.county) + ` AND u.path LIKE ` + a.add(`%/`+w.under+`/%`) + `)`
}
