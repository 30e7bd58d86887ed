package app

import (
	"context"
	"time"

	"tiaojietai/internal/workday"
)

// demoReads is how far back the people of the demonstration have read their notices.
const demoReads = 3 * day

// demoInboxes leaves the inboxes as people have them who open theirs: what is old
// is read or gone, and this morning's digest is there.
func (a *App) demoInboxes(ctx context.Context, now time.Time) error {
	if err := a.Notices.ReadBefore(ctx, a.County(), now.Add(-demoReads)); err != nil {
		return err
	}
	if err := a.Notices.Sweep(ctx, a.County()); err != nil {
		return err
	}
	due := a.Notices.Mornings(a.County())(workday.Midnight(workday.Date(now)))
	if due.After(now) {
		return nil
	}
	_, err := a.Notices.Digest(ctx, a.County(), due, a.Matters.Waiting)
	return err
}
