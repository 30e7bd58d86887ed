package matter

import (
	"context"

	"tiaojietai/internal/db"
)

// findersOf reads the hand-overs off the timeline: State keeps only the present one.
func findersOf(ctx context.Context, q db.Q, m Matter) ([]finder, error) {
	var rows []handRow
	err := db.Select(ctx, q, &rows, `SELECT seq, person, org, action, reverses FROM timeline WHERE county = $1 AND matter = $2
		AND action IN ('escalate', 'transfer', 'forward', 'sign', 'return', 'recall', 'undo') ORDER BY seq`, m.County, m.ID)
	return findersIn(m, rows), err
}
