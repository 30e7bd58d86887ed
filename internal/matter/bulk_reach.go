package matter

import "context"

// ReachOfMoved puts right who sees what a body and all below it hold, after the
// body was put under another parent (org.JobReach). The nightly RebuildReach would
// do it, too, but not before the night.
func (s *Service) ReachOfMoved(ctx context.Context, county, body string) error {
	w, err := s.world(ctx, county)
	if err != nil {
		return err
	}
	for _, o := range w.tree.Under(body) {
		ids, err := s.heldBy(ctx, county, o.Code)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, err := s.rebuildOne(ctx, w, county, id); err != nil {
				return err
			}
		}
	}
	return nil
}
