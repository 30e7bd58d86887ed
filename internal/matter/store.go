package matter

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"tiaojietai/internal/audit"
	"tiaojietai/internal/db"
	"tiaojietai/internal/errs"
	"tiaojietai/internal/gm"
	"tiaojietai/internal/rulebook"
)

// All SQL of the register of matters.

var (
	keyMatter = []string{"county", "id"}
	keyPart   = []string{"county", "matter", "id"}
	keyReach  = []string{"county", "org", "matter"}
	keyUndo   = []string{"county", "matter"}
	keyExt    = []string{"county", "subject", "subject_id", "system"}
)

// modeOf is the scope check: how the body sees the matter, found=false for not.
func modeOf(ctx context.Context, q db.Q, county, org, id string) (mode string, found bool, err error) {
	if !isUUID(id) { // nor what an engine would not even read
		return "", false, nil
	}
	found, err = db.Get(ctx, q, &mode, `SELECT mode FROM matter_reach WHERE county = $1 AND org = $2 AND matter = $3`, county, org, id)
	return mode, found, err
}

// shownStatus is what a merged matter shows of another.
type shownStatus struct {
	Status     string `db:"status"`
	MergedInto string `db:"merged_into"`
}

func shownStatusOf(ctx context.Context, q db.Q, county, id string) (s shownStatus, err error) {
	_, err = db.Get(ctx, q, &s, `SELECT status, merged_into FROM matter WHERE county = $1 AND id = $2`, county, id)
	return s, err
}

// rare are parts that most matters have none of: one statement asks for all of
// them which there are, since on a server each statement is a journey.
var rare = []string{"matter_help", "matter_referral", "matter_supervision", "matter_advice", "matter_opinion"}

var rareSQL = func() string {
	asks := []string{`SELECT 'external_id' WHERE EXISTS (SELECT 1 FROM external_id WHERE county = $1 AND subject = 'matter' AND subject_id = $2)`}
	for _, table := range rare {
		asks = append(asks, `SELECT '`+table+`' WHERE EXISTS (SELECT 1 FROM `+table+` WHERE county = $1 AND matter = $2)`)
	}
	return strings.Join(asks, " UNION ALL ")
}()

// load reads a whole matter.
func load(ctx context.Context, q db.Q, county, id string) (*State, error) {
	s := &State{}
	found, err := db.Get(ctx, q, &s.M, `SELECT `+db.Columns[Matter]()+` FROM matter WHERE county = $1 AND id = $2`, county, id)
	if err != nil || !found {
		return nil, orNotFound(err)
	}
	var there []string
	if err := db.Select(ctx, q, &there, rareSQL, county, id); err != nil {
		return nil, err
	}
	for _, part := range []func() error{
		func() error { return parts(ctx, q, "matter_demand", "no", county, id, &s.Demands) },
		func() error { return parts(ctx, q, "matter_party", "no", county, id, &s.Parties) },
		func() error { return parts(ctx, q, "matter_appointment", "at, id", county, id, &s.Appointments) },
		func() error { return parts(ctx, q, "matter_attempt", "at, id", county, id, &s.Attempts) },
		func() error { return parts(ctx, q, "matter_follow_up", "no", county, id, &s.FollowUps) },
		func() error { return parts(ctx, q, "matter_deadline", "no", county, id, &s.Deadlines) },
	} {
		if err := part(); err != nil {
			return nil, err
		}
	}
	for _, table := range there {
		if err := loadRare(ctx, q, county, id, table, s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func loadRare(ctx context.Context, q db.Q, county, id, table string, s *State) error {
	switch table {
	case "matter_help":
		return parts(ctx, q, table, "asked_at, id", county, id, &s.Helps)
	case "matter_referral":
		return parts(ctx, q, table, "at, id", county, id, &s.Referrals)
	case "matter_supervision":
		return parts(ctx, q, table, "at, id", county, id, &s.Supervisions)
	case "matter_advice":
		return parts(ctx, q, table, "at, id", county, id, &s.Advices)
	case "matter_opinion":
		return parts(ctx, q, table, "at, id", county, id, &s.Opinions)
	}
	return db.Select(ctx, q, &s.External, `SELECT `+db.Columns[ExternalID]()+` FROM external_id
		WHERE county = $1 AND subject = 'matter' AND subject_id = $2 ORDER BY system`, county, id)
}

func parts[T any](ctx context.Context, q db.Q, table, order, county, id string, dst *[]T) error {
	return db.Select(ctx, q, dst, `SELECT `+db.Columns[T]()+` FROM `+table+` WHERE county = $1 AND matter = $2 ORDER BY `+order, county, id)
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return errs.New(errs.NotFound, "notFound", "没有找到这件事，可能编号不对，或者不在您能查看的范围里。")
}

// insertState writes a new matter.
func insertState(ctx context.Context, tx *db.Tx, s *State) error {
	s.M.Version = 1
	if err := db.Insert(ctx, tx, "matter", s.M); err != nil {
		if db.IsUnique(err) {
			return errs.New(errs.Conflict, "exists", "这件事已经登记过了，请在列表里查看。")
		}
		return err
	}
	return syncParts(ctx, tx, &State{}, s)
}

// updateState writes what differs under the version guard: another's step in
// between makes it stale.
func updateState(ctx context.Context, tx *db.Tx, before, after *State) (ok bool, err error) {
	after.M.Version = before.M.Version + 1
	ok, err = db.Change(ctx, tx, "matter", keyMatter, "version", before.M, after.M)
	if err != nil || !ok {
		return ok, err
	}
	return true, syncParts(ctx, tx, before, after)
}

func syncParts(ctx context.Context, tx *db.Tx, b, a *State) error {
	for _, part := range []func() error{
		func() error { return db.Sync(ctx, tx, "matter_demand", keyPart, b.Demands, a.Demands) },
		func() error { return db.Sync(ctx, tx, "matter_party", keyPart, b.Parties, a.Parties) },
		func() error { return db.Sync(ctx, tx, "matter_appointment", keyPart, b.Appointments, a.Appointments) },
		func() error { return db.Sync(ctx, tx, "matter_attempt", keyPart, b.Attempts, a.Attempts) },
		func() error { return db.Sync(ctx, tx, "matter_follow_up", keyPart, b.FollowUps, a.FollowUps) },
		func() error { return db.Sync(ctx, tx, "matter_help", keyPart, b.Helps, a.Helps) },
		func() error { return db.Sync(ctx, tx, "matter_referral", keyPart, b.Referrals, a.Referrals) },
		func() error { return db.Sync(ctx, tx, "matter_supervision", keyPart, b.Supervisions, a.Supervisions) },
		func() error { return db.Sync(ctx, tx, "matter_advice", keyPart, b.Advices, a.Advices) },
		func() error { return db.Sync(ctx, tx, "matter_opinion", keyPart, b.Opinions, a.Opinions) },
		func() error { return db.Sync(ctx, tx, "matter_deadline", keyPart, b.Deadlines, a.Deadlines) },
		func() error { return db.Sync(ctx, tx, "external_id", keyExt, b.External, a.External) },
	} {
		if err := part(); err != nil {
			if db.IsUnique(err) {
				return errs.New(errs.Conflict, "externalId", "这个外部编号已经登记在另一件事上，请核对。")
			}
			return err
		}
	}
	return nil
}

func reachOf(ctx context.Context, q db.Q, county, id string) (rows []Reach, err error) {
	err = db.Select(ctx, q, &rows, `SELECT `+db.Columns[Reach]()+` FROM matter_reach WHERE county = $1 AND matter = $2 ORDER BY org`, county, id)
	return rows, err
}

func syncReach(ctx context.Context, tx *db.Tx, before, after []Reach) error {
	return db.Sync(ctx, tx, "matter_reach", keyReach, before, after)
}

func addEntry(ctx context.Context, tx *db.Tx, e Entry) error {
	return db.Insert(ctx, tx, "timeline", e)
}

func timelineOf(ctx context.Context, q db.Q, county, id string) (rows []Entry, err error) {
	err = db.Select(ctx, q, &rows, `SELECT `+db.Columns[Entry]()+` FROM timeline WHERE county = $1 AND matter = $2 ORDER BY seq`, county, id)
	return rows, err
}

// undoRow is the state before the newest step, for ten minutes.
type undoRow struct {
	County string `db:"county"`
	Matter string `db:"matter"`
	Seq    int64  `db:"seq"`
	Person string `db:"person"`
	Org    string `db:"org"` // the body it was done for
	At     int64  `db:"at"`
	State  string `db:"state"`
}

func undoOf(ctx context.Context, q db.Q, county, id string, since int64) (*undoRow, error) {
	var u undoRow
	found, err := db.Get(ctx, q, &u, `SELECT `+db.Columns[undoRow]()+` FROM matter_undo WHERE county = $1 AND matter = $2 AND at > $3`, county, id, since)
	if err != nil || !found {
		return nil, err
	}
	return &u, nil
}

func keepUndo(ctx context.Context, tx *db.Tx, u undoRow) error {
	return db.Upsert(ctx, tx, "matter_undo", keyUndo, u)
}

func dropUndo(ctx context.Context, tx *db.Tx, county, id string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM matter_undo WHERE county = $1 AND matter = $2`, county, id)
	return err
}

func encodeState(s *State) (string, error) {
	raw, err := json.Marshal(s)
	return string(raw), err
}

// nextNumber draws the next number of a body's series in a year: without gaps,
// since it is drawn in the transaction that uses it.
func nextNumber(ctx context.Context, tx *db.Tx, series, org string, year int) (int, error) {
	var last int
	_, err := db.Get(ctx, tx, &last, `INSERT INTO number_series (county, series, org, year, last) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (county, series, org, year) DO UPDATE SET last = number_series.last + 1 RETURNING last`, tx.County, series, org, year)
	return last, err
}

func filesOf(ctx context.Context, q db.Q, county, id string) (ids []string, err error) {
	err = db.Select(ctx, q, &ids, `SELECT id FROM attachment WHERE county = $1 AND matter = $2`, county, id)
	return ids, err
}

// comesBackFrom finds a matter cleared within its watch period with two parties of
// the same names, unless identity numbers on both sides tell them apart. The second
// party is looked for in the matters of the first: by its name, a planner that has
// not counted yet would go through all of that name for each.
func comesBackFrom(ctx context.Context, q db.Q, m Matter, a, b Party, since int64) (found string, err error) {
	_, err = db.Get(ctx, q, &found, `SELECT m.id FROM matter_party x
		JOIN matter_party y ON y.county = x.county AND y.matter = x.matter AND y.id <> x.id
		JOIN matter m ON m.county = x.county AND m.id = x.matter
		WHERE x.county = $1 AND x.name = $2 AND y.name || '' = $3
			AND (x.id_blind = '' OR $6 = '' OR x.id_blind = $6) AND (y.id_blind = '' OR $7 = '' OR y.id_blind = $7) AND m.status = 'cleared' AND m.cleared_at >= $4
			AND m.id <> $5 AND m.kind = 'dispute' AND m.void = 0
		ORDER BY m.cleared_at DESC LIMIT 1`, m.County, a.Name, b.Name, since, m.ID, a.IDBlind, b.IDBlind)
	return found, err
}

// linksOf are the matters merged into this one, come back from it, or the one it
// comes back from or is merged into.
func linksOf(ctx context.Context, q db.Q, m Matter) (rows []linkRow, err error) {
	err = db.Select(ctx, q, &rows, `SELECT id, number, title, 'mergedHere' AS why FROM matter WHERE county = $1 AND merged_into = $2
		UNION ALL SELECT id, number, title, 'cameBack' FROM matter WHERE county = $1 AND repeats = $2
		UNION ALL SELECT id, number, title, 'comesBackFrom' FROM matter WHERE county = $1 AND id = $3
		UNION ALL SELECT id, number, title, 'mergedInto' FROM matter WHERE county = $1 AND id = $4`, m.County, m.ID, m.Repeats, m.MergedInto)
	return rows, err
}

type linkRow struct {
	ID     string `db:"id"`
	Number string `db:"number"`
	Title  string `db:"title"`
	Why    string `db:"why"`
}

// dueMatters are matters with a clock past due that has not been brought up, or
// a pause at its end. The clocks are named, so that the index passes over what runs
// on in every cleared matter.
func dueMatters(ctx context.Context, q db.Q, county string, now int64, limit int) (ids []string, err error) {
	w := &where{args: []any{county, now, limit}}
	w.in(`clock`, rulebook.DutyClocks)
	err = db.Select(ctx, q, &ids, `SELECT DISTINCT matter FROM (
		SELECT matter FROM matter_deadline WHERE county = $1 AND state = 'running' AND `+w.String()+` AND due_at <= $2 AND surfaced_at = 0
		UNION ALL SELECT matter FROM matter_deadline WHERE county = $1 AND state = 'paused' AND pause_until > 0 AND pause_until <= $2) AS d
		ORDER BY matter LIMIT $3`, w.args...)
	return ids, err
}

func provisionalMatters(ctx context.Context, q db.Q, county string) (ids []string, err error) {
	err = db.Select(ctx, q, &ids, `SELECT DISTINCT matter FROM matter_deadline WHERE county = $1 AND state <> 'stopped' AND provisional = 1 ORDER BY matter`, county)
	return ids, err
}

func allMatters(ctx context.Context, q db.Q, county, after string, limit int) (rows []chainHead, err error) {
	err = db.Select(ctx, q, &rows, `SELECT id, seq, chain FROM matter WHERE county = $1 AND id > $2 ORDER BY id LIMIT $3`, county, after, limit)
	return rows, err
}

type chainHead struct {
	ID    string `db:"id"`
	Seq   int64  `db:"seq"`
	Chain string `db:"chain"`
}

func changedSince(ctx context.Context, q db.Q, county, org string, since int64, limit int) (rows []changedRow, err error) {
	err = db.Select(ctx, q, &rows, `SELECT m.id, m.number, m.version, m.updated_at FROM matter m
		JOIN matter_reach r ON r.county = m.county AND r.matter = m.id AND r.org = $2
		WHERE m.county = $1 AND m.updated_at > $3 ORDER BY m.updated_at DESC, m.id LIMIT $4`, county, org, since, limit)
	return rows, err
}

type changedRow struct {
	ID        string `db:"id"`
	Number    string `db:"number"`
	Version   int64  `db:"version"`
	UpdatedAt int64  `db:"updated_at"`
}

// where builds a condition list with numbered arguments.
type where struct {
	cond []string
	args []any
}

func (w *where) add(format string, args ...any) {
	marks := make([]any, len(args))
	for i := range args {
		marks[i] = "$" + itoa(len(w.args)+i+1)
	}
	w.cond = append(w.cond, fmt.Sprintf(format, marks...))
	w.args = append(w.args, args...)
}

func (w *where) in(column string, values []string) {
	marks := make([]string, len(values))
	for i, v := range values {
		w.args = append(w.args, v)
		marks[i] = "$" + itoa(len(w.args))
	}
	w.cond = append(w.cond, column+" IN ("+strings.Join(marks, ", ")+")")
}

func (w *where) String() string { return strings.Join(w.cond, " AND ") }

// VerifyTimelines is the audit.Chain of timelines: it walks all of a county, a
// page of matters at a time, and stops at the first that does not hold.
func VerifyTimelines(ctx context.Context, q db.Q, county string, _ *gm.DataKey) (checked int, broken *audit.Broken, err error) {
	after := ""
	for {
		heads, err := allMatters(ctx, q, county, after, 500)
		if err != nil || len(heads) == 0 {
			return checked, nil, err
		}
		for _, h := range heads {
			entries, err := timelineOf(ctx, q, county, h.ID)
			if err != nil {
				return checked, nil, err
			}
			checked++
			if why := verifyChain(entries, h.Seq, h.Chain); why != "" {
				return checked, &audit.Broken{County: county, What: "timeline", ID: h.ID, Why: why}, nil
			}
		}
		after = heads[len(heads)-1].ID
	}
}
