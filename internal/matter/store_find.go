package matter

import (
	"context"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/search"
)

// foundAmong reads a page of reach rows that the text index gives too, and counts
// them a little further than a search is counted. The first page is cut from the
// rows counted: the index, the dear part, is asked once.
func foundAmong(ctx context.Context, q db.Q, e db.Engine, c account.Caller, f Filter, query search.Query, now time.Time) (rows []reachRow, total int64, err error) {
	from, w := f.where(c, now)
	sub, args := search.Among(e, query, len(w.args)+1)
	w.cond, w.args = append(w.cond, `r.matter IN (`+sub+`)`), append(w.args, args...)
	if len(f.Status) == 0 {
		w.add(`r.status <> %s`, Void)
	}
	if limit := f.Limit; f.Cursor == "" {
		f.Limit = mostCounted + 1
		rows, err = f.page(ctx, q, from, w)
		return rows[:min(limit, len(rows))], int64(len(rows)), err
	}
	w.args = append(w.args, mostCounted+1)
	if _, err = db.Get(ctx, q, &total, `SELECT count(*) FROM (SELECT 1`+from+` WHERE `+w.String()+` LIMIT $`+itoa(len(w.args))+`) x`, w.args...); err != nil {
		return nil, 0, err
	}
	w.args = w.args[:len(w.args)-1]
	rows, err = f.page(ctx, q, from, w)
	return rows, total, err
}

// reachOfHits reads the reach rows of hits, in their order. What the index gives
// and reach does not is left out: reach is the rule.
func reachOfHits(ctx context.Context, q db.Q, c account.Caller, hits []search.Hit) ([]reachRow, error) {
	if len(hits) == 0 {
		return nil, nil
	}
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	w := &where{}
	w.add(`r.county = %s AND r.org = %s`, c.County, c.Org)
	w.in(`r.matter`, ids)
	var rows []reachRow
	if err := db.Select(ctx, q, &rows, `SELECT r.matter, r.mode, r.registered_at, r.next_due FROM matter_reach r WHERE `+w.String(), w.args...); err != nil {
		return nil, err
	}
	there := map[string]reachRow{}
	for _, r := range rows {
		there[r.Matter] = r
	}
	out := make([]reachRow, 0, len(hits))
	for _, h := range hits {
		if r, ok := there[h.ID]; ok {
			out = append(out, r)
		}
	}
	return out, nil
}

// loadFound adds to the rows of a list what words may have been found in.
func loadFound(ctx context.Context, q db.Q, county string, states map[string]*State) error {
	if len(states) == 0 {
		return nil
	}
	var ids []string
	for id := range states {
		ids = append(ids, id)
	}
	w := &where{}
	w.add(`county = %s`, county)
	w.in(`matter`, ids)
	var parties []Party
	if err := db.Select(ctx, q, &parties, `SELECT `+db.Columns[Party]()+` FROM matter_party WHERE `+w.String()+` ORDER BY matter, no`, w.args...); err != nil {
		return err
	}
	for _, p := range parties {
		states[p.Matter].Parties = append(states[p.Matter].Parties, p)
	}
	w = &where{}
	w.add(`county = %s AND subject = 'matter'`, county)
	w.in(`subject_id`, ids)
	var external []ExternalID
	err := db.Select(ctx, q, &external, `SELECT `+db.Columns[ExternalID]()+` FROM external_id WHERE `+w.String()+` ORDER BY subject_id, system`, w.args...)
	for _, e := range external {
		states[e.SubjectID].External = append(states[e.SubjectID].External, e)
	}
	return err
}

func matterIDs(ctx context.Context, q db.Q, county, after string, limit int) (ids []string, err error) {
	err = db.Select(ctx, q, &ids, `SELECT id FROM matter WHERE county = $1 AND id > $2 ORDER BY id LIMIT $3`, county, after, limit)
	return ids, err
}

// lockMatters keeps others from changing matters until the transaction ends.
func lockMatters(ctx context.Context, tx *db.Tx, ids []string) error {
	w := &where{}
	w.add(`county = %s`, tx.County)
	w.in(`id`, ids)
	_, err := tx.ExecContext(ctx, `UPDATE matter SET version = version WHERE `+w.String(), w.args...)
	return err
}

// loadForIndex reads what a document is made of, of many matters, and keeps others
// from changing them meanwhile.
func loadForIndex(ctx context.Context, tx *db.Tx, county string, ids []string) (map[string]*State, map[string][]Reach, error) {
	if err := lockMatters(ctx, tx, ids); err != nil {
		return nil, nil, err
	}
	states, err := loadRows(ctx, tx, county, ids)
	if err != nil {
		return nil, nil, err
	}
	if err := loadFound(ctx, tx, county, states); err != nil {
		return nil, nil, err
	}
	w := &where{}
	w.add(`county = %s`, county)
	w.in(`matter`, ids)
	var rows []Reach
	reach := map[string][]Reach{}
	err = db.Select(ctx, tx, &rows, `SELECT `+db.Columns[Reach]()+` FROM matter_reach WHERE `+w.String()+` ORDER BY matter, org`, w.args...)
	for _, r := range rows {
		reach[r.Matter] = append(reach[r.Matter], r)
	}
	return states, reach, err
}
