package account

import (
	"context"

	"tiaojietai/internal/db"
)

func countyOf(ctx context.Context, q db.Q, county string) (c County, found bool, err error) {
	found, err = db.Get(ctx, q, &c, `SELECT `+db.Columns[County]()+` FROM county WHERE county = $1`, county)
	return c, found, err
}

func countiesOf(ctx context.Context, q db.Q) (all []County, err error) {
	err = db.Select(ctx, q, &all, `SELECT `+db.Columns[County]()+` FROM county ORDER BY county`)
	return all, err
}

func loginOf(ctx context.Context, q db.Q, name string) (l login, found bool, err error) {
	found, err = db.Get(ctx, q, &l, `SELECT name, home_county, person FROM login WHERE name = $1`, name)
	return l, found, err
}

func accountOf(ctx context.Context, q db.Q, county, person string) (a account, found bool, err error) {
	found, err = db.Get(ctx, q, &a, `SELECT `+db.Columns[account]()+` FROM account WHERE county = $1 AND person = $2`, county, person)
	return a, found, err
}

func personOf(ctx context.Context, q db.Q, county, id string) (p Person, found bool, err error) {
	found, err = db.Get(ctx, q, &p, `SELECT `+db.Columns[Person]()+` FROM person WHERE county = $1 AND id = $2`, county, id)
	return p, found, err
}

// sessionView is a session with what decides whether it still holds.
type sessionView struct {
	TokenHash  string `db:"token_hash"`
	Person     string `db:"person"`
	Org        string `db:"org"`
	Bearer     int64  `db:"bearer"`
	CreatedAt  int64  `db:"created_at"`
	SeenAt     int64  `db:"seen_at"`
	Name       string `db:"name"`
	Admin      string `db:"admin"`
	MustChange int64  `db:"must_change"`
	Exempt     int64  `db:"exempt"`
	ChangedAt  int64  `db:"changed_at"`
	DisabledAt int64  `db:"disabled_at"`
}

func (v sessionView) account() account { return account{Exempt: v.Exempt, ChangedAt: v.ChangedAt} }

func sessionOf(ctx context.Context, q db.Q, county, hash string) (v sessionView, found bool, err error) {
	found, err = db.Get(ctx, q, &v, `SELECT s.token_hash, s.person, s.org, s.bearer, s.created_at, s.seen_at, p.name,
			a.admin, a.must_change, a.exempt, a.changed_at, a.disabled_at
		FROM session s
		JOIN account a ON a.county = s.county AND a.person = s.person
		JOIN person p ON p.county = s.county AND p.id = s.person
		WHERE s.county = $1 AND s.token_hash = $2`, county, hash)
	return v, found, err
}

type bodyRow struct {
	Code     string `db:"code"`
	Name     string `db:"name"`
	Level    string `db:"level"`
	Kind     string `db:"kind"`
	OpenedOn string `db:"opened_on"`
	ClosedOn string `db:"closed_on"`
	Role     string `db:"role"`
}

func (r bodyRow) body() Body {
	return Body{Code: r.Code, Name: r.Name, Level: r.Level, Kind: r.Kind, opened: r.OpenedOn, closed: r.ClosedOn}
}

// bodiesOf are the bodies a person serves in now, in code order, closed ones
// included.
func bodiesOf(ctx context.Context, q db.Q, county, person string) (bodies []Body, err error) {
	var rows []bodyRow
	err = db.Select(ctx, q, &rows, `SELECT o.code, o.name, o.level, o.kind, o.opened_on, o.closed_on, v.role
		FROM service v JOIN org o ON o.county = v.county AND o.code = v.org
		WHERE v.county = $1 AND v.person = $2 AND v.until = '' ORDER BY o.code, v.role DESC`, county, person)
	for _, r := range rows {
		if n := len(bodies); n == 0 || bodies[n-1].Code != r.Code {
			bodies = append(bodies, r.body())
		}
		last := &bodies[len(bodies)-1]
		last.Roles = append(last.Roles, r.Role)
	}
	return bodies, err
}

func bodyOf(ctx context.Context, q db.Q, county, code string) (Body, bool, error) {
	var r bodyRow
	found, err := db.Get(ctx, q, &r, `SELECT code, name, level, kind, opened_on, closed_on, '' AS role FROM org WHERE county = $1 AND code = $2`, county, code)
	return r.body(), found, err
}

// Serving lists who serves in a body now, by name, with their roles there.
func Serving(ctx context.Context, q db.Q, county, org string) ([]Servant, error) {
	var rows []struct {
		ID   string `db:"id"`
		Name string `db:"name"`
		Role string `db:"role"`
	}
	err := db.Select(ctx, q, &rows, `SELECT p.id, p.name, v.role FROM service v
		JOIN person p ON p.county = v.county AND p.id = v.person
		WHERE v.county = $1 AND v.org = $2 AND v.until = '' ORDER BY p.name, p.id, v.role DESC`, county, org)
	var out []Servant
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].ID != r.ID {
			out = append(out, Servant{ID: r.ID, Name: r.Name})
		}
		last := &out[len(out)-1]
		last.Roles = append(last.Roles, r.Role)
	}
	return out, err
}

// Count is how many serve in a body, by role.
type Count struct{ Heads, Mediators int }

// HeadsAndMediators counts who serves now, by body.
func HeadsAndMediators(ctx context.Context, q db.Q, county string) (map[string]Count, error) {
	var rows []struct {
		Org  string `db:"org"`
		Role string `db:"role"`
		N    int    `db:"n"`
	}
	err := db.Select(ctx, q, &rows, `SELECT org, role, count(*) AS n FROM service WHERE county = $1 AND until = '' GROUP BY org, role`, county)
	m := make(map[string]Count, len(rows))
	for _, r := range rows {
		c := m[r.Org]
		if r.Role == Head {
			c.Heads = r.N
		} else {
			c.Mediators = r.N
		}
		m[r.Org] = c
	}
	return m, err
}

func servesAnywhere(ctx context.Context, q db.Q, county, person string) (bool, error) {
	var n int
	_, err := db.Get(ctx, q, &n, `SELECT count(*) FROM service WHERE county = $1 AND person = $2 AND until = ''`, county, person)
	return n > 0, err
}

func endService(ctx context.Context, tx *db.Tx, person, org, role, date string) (bool, error) {
	return tx.ExecOne(ctx, `UPDATE service SET until = $5 WHERE county = $1 AND person = $2 AND org = $3 AND role = $4 AND until = ''`,
		tx.County, person, org, role, date)
}

func countFailure(ctx context.Context, tx *db.Tx, person string, tries, until int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE account SET
			locked_until = CASE WHEN failures + 1 >= $3 THEN $4 ELSE locked_until END,
			failures = CASE WHEN failures + 1 >= $3 THEN 0 ELSE failures + 1 END
		WHERE county = $1 AND person = $2`, tx.County, person, tries, until)
	return err
}

func clearFailures(ctx context.Context, tx *db.Tx, person string) error {
	_, err := tx.ExecContext(ctx, `UPDATE account SET failures = 0, locked_until = 0 WHERE county = $1 AND person = $2 AND (failures > 0 OR locked_until > 0)`, tx.County, person)
	return err
}

// setPassword is guarded by the hash it replaces.
func setPassword(ctx context.Context, tx *db.Tx, was account, hash, past string, mustChange int64) (bool, error) {
	return tx.ExecOne(ctx, `UPDATE account SET password = $4, past = $5, must_change = $6, changed_at = $7, failures = 0, locked_until = 0
		WHERE county = $1 AND person = $2 AND password = $3`, tx.County, was.Person, was.Password, hash, past, mustChange, db.Micros(tx.Now))
}

func setDisabled(ctx context.Context, tx *db.Tx, person string, at int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE account SET disabled_at = $3, failures = 0, locked_until = 0 WHERE county = $1 AND person = $2`, tx.County, person, at)
	return err
}

func touch(ctx context.Context, tx *db.Tx, hash string, at int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE session SET seen_at = $3 WHERE county = $1 AND token_hash = $2 AND seen_at < $3`, tx.County, hash, at)
	return err
}

func setBody(ctx context.Context, tx *db.Tx, hash, org string) (bool, error) {
	return tx.ExecOne(ctx, `UPDATE session SET org = $3 WHERE county = $1 AND token_hash = $2`, tx.County, hash, org)
}

func dropSession(ctx context.Context, tx *db.Tx, hash string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE county = $1 AND token_hash = $2`, tx.County, hash)
	return err
}

// dropOthers ends a person's sessions but one ("" for all), issued tokens too.
func dropOthers(ctx context.Context, tx *db.Tx, person, but string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE county = $1 AND person = $2 AND token_hash <> $3`, tx.County, person, but)
	return err
}

// dropOldest leaves a person the keep newest sessions; issued tokens stay.
func dropOldest(ctx context.Context, tx *db.Tx, person string, keep int) error {
	var hashes []string
	err := db.Select(ctx, tx, &hashes, `SELECT token_hash FROM session WHERE county = $1 AND person = $2 AND bearer = 0
		ORDER BY created_at DESC, token_hash LIMIT 100 OFFSET $3`, tx.County, person, keep)
	for _, h := range hashes {
		if err == nil {
			err = dropSession(ctx, tx, h)
		}
	}
	return err
}

func sweep(ctx context.Context, tx *db.Tx, idleBefore, bearerBefore int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE county = $1 AND (bearer = 0 AND seen_at < $2 OR bearer = 1 AND created_at < $3)`,
		tx.County, idleBefore, bearerBefore)
	return err
}

// Listed is an account as `user list` shows it.
type Listed struct {
	Login       string `db:"login"`
	Person      string `db:"person"`
	Name        string `db:"name"`
	Admin       string `db:"admin"`
	MustChange  int64  `db:"must_change"`
	LockedUntil int64  `db:"locked_until"`
	DisabledAt  int64  `db:"disabled_at"`
	Bodies      int64  `db:"bodies"` // in which the person serves
}

func listed(ctx context.Context, q db.Q, county string) (all []Listed, err error) {
	err = db.Select(ctx, q, &all, `SELECT a.login, a.person, p.name, a.admin, a.must_change, a.locked_until, a.disabled_at,
			(SELECT count(DISTINCT v.org) FROM service v WHERE v.county = a.county AND v.person = a.person AND v.until = '') AS bodies
		FROM account a JOIN person p ON p.county = a.county AND p.id = a.person
		WHERE a.county = $1 ORDER BY a.login`, county)
	return all, err
}
