package matter

import (
	"context"

	"tiaojietai/internal/db"
)

// loadExport reads what a table shows beyond a list line: matters, parties and
// appointments of a page.
func loadExport(ctx context.Context, q db.Q, county string, ids []string) (map[string]*State, error) {
	var ms []Matter
	var parties []Party
	var appointed []Appointment
	for _, part := range []struct {
		dst               any
		query, key, order string
	}{
		{&ms, `SELECT ` + db.Columns[Matter]() + ` FROM matter WHERE `, `id`, ``},
		{&parties, `SELECT ` + db.Columns[Party]() + ` FROM matter_party WHERE `, `matter`, ` ORDER BY no`},
		{&appointed, `SELECT ` + db.Columns[Appointment]() + ` FROM matter_appointment WHERE `, `matter`, ` ORDER BY at, id`},
	} {
		w := &where{}
		w.add(`county = %s`, county)
		w.in(part.key, ids)
		if err := db.Select(ctx, q, part.dst, part.query+w.String()+part.order, w.args...); err != nil {
			return nil, err
		}
	}
	states := map[string]*State{}
	for _, m := range ms {
		states[m.ID] = &State{M: m}
	}
	for _, p := range parties {
		states[p.Matter].Parties = append(states[p.Matter].Parties, p)
	}
	for _, a := range appointed {
		states[a.Matter].Appointments = append(states[a.Matter].Appointments, a)
	}
	return states, nil
}
