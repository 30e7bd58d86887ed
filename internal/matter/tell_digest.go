package matter

import (
	"context"
	"slices"
	"strings"
	"time"

	"tiaojietai/internal/account"
	"tiaojietai/internal/db"
	"tiaojietai/internal/notice"
)

// inDigest are the to-do groups a morning tells of: not what is merely in hand.
var inDigest = []string{"overdue", "dueToday", "toSign", "toConfirm", "toClear"}

// Waiting is the notice.Counter of matters: what GET /todo shows in these groups
// to each who acts for a body, counted without reading a matter.
func (s *Service) Waiting(ctx context.Context, q db.Q, org string, people []account.Caller, now time.Time) ([][]notice.Count, error) {
	rows, err := waiting(ctx, q, people[0].County, org)
	if err != nil {
		return nil, err
	}
	out := make([][]notice.Count, len(people))
	for i, c := range people {
		for _, g := range groupsOf(now, c) {
			if !slices.Contains(inDigest, g.key) {
				continue
			}
			n := notice.Count{Key: g.key, Name: g.name}
			for _, r := range rows {
				if g.has(r) {
					n.Count++
				}
			}
			out[i] = append(out[i], n)
		}
	}
	return out, nil
}

// has says of a reach row what where asks of the database.
func (g todoGroup) has(r waitingRow) bool {
	in := r.NextDue >= g.from && (g.to == 0 || r.NextDue < g.to)
	return in && slices.Contains(g.todos, r.Todo) && (g.person == "" || !strings.Contains(r.TodoNot, g.person))
}
