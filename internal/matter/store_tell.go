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

// waitingRow is a to-do of a body.
type waitingRow struct {
	Todo    string `db:"todo"`
	TodoNot string `db:"todo_not"`
	NextDue int64  `db:"next_due"`
}

func waiting(ctx context.Context, q db.Q, county, org string) (rows []waitingRow, err error) {
	err = db.Select(ctx, q, &rows, `SELECT todo, todo_not, next_due FROM matter_reach WHERE county = $1 AND org = $2 AND todo > ''`, county, org)
	return rows, err
}
