package matter

import (
	"context"
	"strings"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
)

type textRow struct {
	Matter string `db:"matter"`
	Text   string `db:"text"`
}

// newestTexts are the title, place and demands of the newest matters, one list each.
func newestTexts(ctx context.Context, q db.Q, county string, limit int) ([][]string, error) {
	var rows, demands []textRow
	err := db.Select(ctx, q, &rows, `SELECT id AS matter, title || ' ' || place AS text FROM matter WHERE county = $1 AND id > $2 ORDER BY id DESC LIMIT $3`, county, "", limit)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	err = db.Select(ctx, q, &demands, `SELECT matter, text FROM matter_demand WHERE county = $1 AND matter >= $2`, county, rows[len(rows)-1].Matter)
	at := map[string]int{}
	out := make([][]string, len(rows))
	for i, r := range rows {
		at[r.Matter], out[i] = i, []string{r.Text}
	}
	for _, d := range demands {
		if i, ok := at[d.Matter]; ok {
			out[i] = append(out[i], d.Text)
		}
	}
	return out, err
}

// likeRow is what two matters are compared by, and how one ended.
type likeRow struct {
	ID          string  `db:"id"`
	Number      string  `db:"number"`
	Kind        string  `db:"kind"`
	Status      string  `db:"status"`
	Title       string  `db:"title"`
	Category    string  `db:"category"`
	Place       string  `db:"place"`
	Concerns    string  `db:"concerns"`
	Holder      string  `db:"holder"`
	MergedInto  string  `db:"merged_into"`
	Void        db.Bool `db:"void"`
	ResolvedAt  int64   `db:"resolved_at"`
	ResolvedHow string  `db:"resolved_how"`
	EndedAt     int64   `db:"ended_at"`
	ClearedAt   int64   `db:"cleared_at"`
	ClearedFrom string  `db:"cleared_from"`
}

// loadSaid reads of many matters what they are compared by.
func loadSaid(ctx context.Context, q db.Q, county string, ids []string) (map[string]*State, error) {
	states := map[string]*State{}
	if len(ids) == 0 {
		return states, nil
	}
	var rows []likeRow
	w := &where{}
	w.add(`county = %s`, county)
	w.in(`id`, ids)
	if err := db.Select(ctx, q, &rows, `SELECT `+db.Columns[likeRow]()+` FROM matter WHERE `+w.String(), w.args...); err != nil {
		return nil, err
	}
	for _, r := range rows {
		states[r.ID] = &State{M: Matter{County: county, ID: r.ID, Number: r.Number, Kind: r.Kind, Status: r.Status, Title: r.Title,
			Category: r.Category, Place: r.Place, Concerns: r.Concerns, Holder: r.Holder, MergedInto: r.MergedInto, Void: r.Void,
			ResolvedAt: r.ResolvedAt, ResolvedHow: r.ResolvedHow, EndedAt: r.EndedAt, ClearedAt: r.ClearedAt, ClearedFrom: r.ClearedFrom}}
	}
	var demands []textRow
	w = &where{}
	w.add(`county = %s`, county)
	w.in(`matter`, ids)
	err := db.Select(ctx, q, &demands, `SELECT matter, text FROM matter_demand WHERE `+w.String(), w.args...)
	for _, d := range demands {
		states[d.Matter].Demands = append(states[d.Matter].Demands, Demand{Matter: d.Matter, Text: d.Text})
	}
	return states, err
}

// contactColumns are the blind indexes that a party is found by.
var contactColumns = map[string]string{"phone": "phone_blind", "idNumber": "id_blind"}

// sameContact are the other matters in a body's whole sight with a party of the
// same blind index, the newest first.
func sameContact(ctx context.Context, q db.Q, c account.Caller, id, by, blind string, limit int) (rows []reachRow, err error) {
	err = db.Select(ctx, q, &rows, strings.ReplaceAll(`SELECT r.matter, r.mode, r.registered_at, r.next_due FROM matter_reach r
		WHERE r.county = $1 AND r.org = $2 AND r.mode <> 'help' AND r.status NOT IN ('void', 'draft') AND r.matter <> $3
			AND r.matter IN (SELECT p.matter FROM matter_party p WHERE p.county = $1 AND p.BLIND = $4)
		ORDER BY r.registered_at DESC, r.matter DESC LIMIT $5`, "BLIND", contactColumns[by]), c.County, c.Org, id, blind, limit)
	return rows, err
}
