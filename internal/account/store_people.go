package account

import (
	"context"
	"strconv"
	"strings"

	"tiaojietai/internal/db"
)

// personRow is a person with the login, where there is one.
type personRow struct {
	ID          string `db:"id"`
	Name        string `db:"name"`
	Phone       string `db:"phone"`
	ExternalID  string `db:"external_id"`
	Login       string `db:"login"`
	Admin       string `db:"admin"`
	MustChange  int64  `db:"must_change"`
	LockedUntil int64  `db:"locked_until"`
	DisabledAt  int64  `db:"disabled_at"`
	SeenAt      int64  `db:"seen_at"`
}

const personColumns = `p.id, p.name, p.phone, p.external_id, COALESCE(a.login, '') AS login, COALESCE(a.admin, '') AS admin,
	COALESCE(a.must_change, 0) AS must_change, COALESCE(a.locked_until, 0) AS locked_until,
	COALESCE(a.disabled_at, 0) AS disabled_at, COALESCE(a.seen_at, 0) AS seen_at`

const personTables = ` FROM person p LEFT JOIN account a ON a.county = p.county AND a.person = p.id`

// conds gathers the conditions of a statement and numbers its arguments.
type conds struct {
	list []string
	args []any
}

// arg adds an argument and gives its mark.
func (w *conds) arg(v any) string {
	w.args = append(w.args, v)
	return "$" + strconv.Itoa(len(w.args))
}

func (w *conds) and(cond string) { w.list = append(w.list, cond) }

func (w *conds) String() string { return strings.Join(w.list, " AND ") }

// in lists values; the marks of none are an empty string, which is in nothing.
func (w *conds) in(column string, values []string) {
	marks := make([]string, len(values))
	for i, v := range values {
		marks[i] = w.arg(v)
	}
	if len(marks) == 0 {
		marks = []string{"''"}
	}
	w.and(column + ` IN (` + strings.Join(marks, ", ") + `)`)
}

// below is the condition that a column names a body or one below it. $1 is the county.
func (w *conds) below(column, top string) string {
	return column + ` IN (SELECT o.code FROM org o WHERE o.county = $1 AND o.path LIKE ` + w.arg(`%/`+top+`/%`) + `)`
}

// like is a condition that one of the columns has the text in it.
func (w *conds) like(text string, columns ...string) {
	mark := w.arg(`%` + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text) + `%`)
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = c + ` LIKE ` + mark + ` ESCAPE '\'`
	}
	w.and(`(` + strings.Join(parts, " OR ") + `)`)
}

// peopleWhere is who is asked for and may be seen. One service has to fit body,
// role and sight at once: a head elsewhere is no head here.
func peopleWhere(county string, see sight, f PeopleFilter, now int64) *conds {
	w := &conds{}
	w.and(`p.county = ` + w.arg(county) + ` AND p.void = 0`)
	serves := []string{`v.county = $1`, `v.until = ''`}
	n := len(serves)
	if see.under != "" {
		serves = append(serves, w.below(`v.org`, see.under))
	}
	if f.Under != "" {
		serves = append(serves, w.below(`v.org`, f.Under))
	}
	if f.Org != "" {
		serves = append(serves, `v.org = `+w.arg(f.Org))
	}
	if f.Role != "" {
		serves = append(serves, `v.role = `+w.arg(f.Role))
	}
	if len(serves) > n {
		// Listed once for the statement: asked for each person, SQLite looks for each with every body.
		w.and(`p.id IN (SELECT v.person FROM service v WHERE ` + strings.Join(serves, " AND ") + `)`)
	}
	if f.Q != "" && see.logins {
		w.like(f.Q, `p.name`, `COALESCE(a.login, '')`)
	} else if f.Q != "" {
		w.like(f.Q, `p.name`)
	}
	w.state(f.State, now)
	return w
}

func (w *conds) state(state string, now int64) {
	switch state {
	case stateNoLogin:
		w.and(`a.login IS NULL`)
	case stateLocked:
		w.and(`a.locked_until > ` + w.arg(now))
	case stateDisabled:
		w.and(`a.disabled_at > 0`)
	case stateNever:
		w.and(`a.seen_at = 0`)
	case stateAdmin:
		w.and(`a.admin <> ''`)
	case stateIdle:
		w.and(`NOT EXISTS (SELECT 1 FROM service v WHERE v.county = p.county AND v.person = p.id AND v.until = '') AND COALESCE(a.admin, '') = ''`)
	}
}

// peoplePage reads one page by name and counts all.
func peoplePage(ctx context.Context, q db.Q, county string, see sight, f PeopleFilter, now int64) (rows []personRow, total int64, err error) {
	w := peopleWhere(county, see, f, now)
	if _, err = db.Get(ctx, q, &total, `SELECT count(*)`+personTables+` WHERE `+w.String(), w.args...); err != nil {
		return nil, 0, err
	}
	if name, id, _ := decodeAfter(f.Cursor); id != "" {
		n := w.arg(name)
		w.and(`(p.name > ` + n + ` OR p.name = ` + n + ` AND p.id > ` + w.arg(id) + `)`)
	}
	err = db.Select(ctx, q, &rows, `SELECT `+personColumns+personTables+` WHERE `+w.String()+
		` ORDER BY p.name, p.id LIMIT `+w.arg(f.Limit+1), w.args...)
	return rows, total, err
}

// personSeen reads one person if the sight has it.
func personSeen(ctx context.Context, q db.Q, county string, see sight, id string) (p personRow, found bool, err error) {
	w := peopleWhere(county, see, PeopleFilter{}, 0)
	w.and(`p.id = ` + w.arg(id))
	found, err = db.Get(ctx, q, &p, `SELECT `+personColumns+personTables+` WHERE `+w.String(), w.args...)
	return p, found, err
}

type serviceRow struct {
	Person  string `db:"person"`
	Org     string `db:"org"`
	OrgName string `db:"org_name"`
	Role    string `db:"role"`
	Since   string `db:"since"`
	Until   string `db:"until"`
}

func (r serviceRow) item() ServiceItem {
	return ServiceItem{Org: Coded{r.Org, r.OrgName}, Role: r.Role, RoleName: roleName(r.Role), Since: r.Since, Until: r.Until}
}

// servicesOf are the services of some people, by body; ended ones too if asked.
// Who sees a body and those below it sees no service elsewhere.
func servicesOf(ctx context.Context, q db.Q, county string, see sight, people []string, ended bool) (rows []serviceRow, err error) {
	w := &conds{}
	w.and(`v.county = ` + w.arg(county))
	w.in(`v.person`, people)
	if see.under != "" {
		w.and(w.below(`v.org || ''`, see.under)) // or each person is looked for with every body
	}
	if !ended {
		w.and(`v.until = ''`)
	}
	err = db.Select(ctx, q, &rows, `SELECT v.person, v.org, o.name AS org_name, v.role, v.since, v.until
		FROM service v JOIN org o ON o.county = v.county AND o.code = v.org WHERE `+w.String()+
		` ORDER BY v.until <> '', v.org, v.role`, w.args...)
	return rows, err
}

type orgCount struct {
	Org string `db:"org"`
	N   int64  `db:"n"`
}

// appointedBy counts the open matters somebody is appointed on, by body.
func appointedBy(ctx context.Context, q db.Q, county, person string) (map[string]int64, error) {
	var rows []orgCount
	err := db.Select(ctx, q, &rows, `SELECT a.org, count(DISTINCT a.matter) AS n FROM matter_appointment a
		JOIN matter m ON m.county = a.county AND m.id = a.matter
		WHERE a.county = $1 AND a.person = $2 AND a.ended = 0 AND m.status IN ('registered', 'accepted', 'handling', 'referred')
			AND m.void = 0 AND m.merged_into = '' GROUP BY a.org`, county, person)
	m := map[string]int64{}
	for _, r := range rows {
		m[r.Org] = r.N
	}
	return m, err
}

func changePerson(ctx context.Context, tx *db.Tx, p Person) (bool, error) {
	return tx.ExecOne(ctx, `UPDATE person SET name = $3, phone = $4, external_id = $5 WHERE county = $1 AND id = $2`,
		tx.County, p.ID, p.Name, p.Phone, p.ExternalID)
}

type sessionRow struct {
	TokenHash string `db:"token_hash"`
	Person    string `db:"person"`
	Name      string `db:"name"`
	Login     string `db:"login"`
	Admin     string `db:"admin"`
	Org       string `db:"org"`
	OrgName   string `db:"org_name"`
	Bearer    int64  `db:"bearer"`
	CreatedAt int64  `db:"created_at"`
	SeenAt    int64  `db:"seen_at"`
}

// sessionsOf are sessions, the last used first: of one person, or ("") of all.
func sessionsOf(ctx context.Context, q db.Q, county, person string, limit int) (rows []sessionRow, err error) {
	w := &conds{}
	w.and(`s.county = ` + w.arg(county))
	if person != "" {
		w.and(`s.person = ` + w.arg(person))
	}
	err = db.Select(ctx, q, &rows, `SELECT s.token_hash, s.person, p.name, a.login, a.admin, s.org, COALESCE(o.name, '') AS org_name,
			s.bearer, s.created_at, s.seen_at
		FROM session s JOIN person p ON p.county = s.county AND p.id = s.person
		JOIN account a ON a.county = s.county AND a.person = s.person
		LEFT JOIN org o ON o.county = s.county AND o.code = s.org
		WHERE `+w.String()+` ORDER BY s.seen_at DESC, s.token_hash LIMIT `+w.arg(limit), w.args...)
	return rows, err
}

// seenNow keeps when a login was last used.
func seenNow(ctx context.Context, tx *db.Tx, person string, at int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE account SET seen_at = $3 WHERE county = $1 AND person = $2 AND seen_at < $3`, tx.County, person, at)
	return err
}
