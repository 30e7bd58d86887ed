package matter

import (
	"context"

	"tiaojietai/internal/db"
)

// heldBy are the ids of all a body holds, cleared ones too.
func (s *Service) heldBy(ctx context.Context, county, body string) (ids []string, err error) {
	err = s.DB.Read(ctx, func(ctx context.Context, q db.Q) error {
		return db.Select(ctx, q, &ids, `SELECT matter FROM matter_reach WHERE county = $1 AND org = $2 AND mode = 'hold' ORDER BY matter`, county, body)
	})
	return ids, err
}
